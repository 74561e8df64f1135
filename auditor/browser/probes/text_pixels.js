// The text that axe could not decide: where it is drawn, in which colour, and without it.
(() => {
  const { parent, nameOf, attribute, rectOf, shadowOf, frames, colour, undecided, keep } = auditor.driven;
  const RECTS = 40; // of one element
  const PAINTS = { hidden: "transparent", marked: "rgb(255, 0, 255)" };
  const OFF = ":disabled, [aria-disabled=true i], [inert]";
  const texts = []; // { element, pseudo }, by number
  const scrolled = new Map(); // what was scrolled, and from where
  let painted = [];
  let aside = []; // what was made unseen, to see what is under it

  const nodesOf = (element) => [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  const said = (element) => {
    const value = /^(input|textarea)$/.test(nameOf(element)) ? element.value || "" : "";
    const own = nodesOf(element).map((node) => node.data).join(" ") || value || element.textContent || "";
    return own.slice(0, 2000).replace(/\s+/g, " ").trim().slice(0, 80);
  };

  const worded = (element) => /[\p{L}\p{N}]/u.test(said(element));

  // Without its border, which may have the letters' colour.
  function contentOf(element) {
    const { left, top, right, bottom } = rectOf(element);
    const style = getComputedStyle(element);
    const [x, y, x2, y2] = ["Left", "Top", "Right", "Bottom"].map((side) => parseFloat(style[`border${side}Width`]) || 0);
    return { left: left + x, top: top + y, right: right - x2, bottom: bottom - y2 };
  }

  // From the top left of the window; of those in frames, what the frames let through.
  function boxes(element, isCut = true) {
    let rects = [];
    for (const node of nodesOf(element).slice(0, RECTS)) {
      const range = element.ownerDocument.createRange();
      range.selectNodeContents(node);
      rects.push(...[...range.getClientRects()].slice(0, RECTS));
    }
    if (!rects.length) rects = [contentOf(element)];
    rects = rects.slice(0, RECTS).map(({ left, top, right, bottom }) => ({ left, top, right, bottom }));
    for (let view = element.ownerDocument.defaultView; view && view !== window; ) {
      const around = view.frameElement;
      if (!around) break;
      const at = rectOf(around);
      const [x, y] = [at.left + around.clientLeft, at.top + around.clientTop];
      const [width, height] = [around.clientWidth, around.clientHeight];
      rects = rects.map((rect) => ({
        left: x + (isCut ? Math.max(0, rect.left) : rect.left),
        top: y + (isCut ? Math.max(0, rect.top) : rect.top),
        right: x + (isCut ? Math.min(width, rect.right) : rect.right),
        bottom: y + (isCut ? Math.min(height, rect.bottom) : rect.bottom),
      }));
      view = around.ownerDocument.defaultView;
    }
    return rects.filter((rect) => rect.right - rect.left > 1 && rect.bottom - rect.top > 1);
  }

  // As styles tell it, now.
  function looks({ element, pseudo }) {
    const style = getComputedStyle(element, pseudo);
    let opacity = pseudo ? Number(style.opacity) : 1;
    for (let at = element, steps = 0; at && steps < 500; at = parent(at), steps++) {
      opacity *= Number(getComputedStyle(at).opacity);
    }
    const svg = element instanceof SVGElement || element.namespaceURI === "http://www.w3.org/2000/svg";
    return {
      colour: colour(svg ? style.fill : style.webkitTextFillColor),
      opacity,
      size: parseFloat(style.fontSize),
      weight: Number(style.fontWeight),
      outlined: parseFloat(style.webkitTextStrokeWidth) > 0,
    };
  }

  // Whether scrolling can bring any of it into the window.
  function inReach(rects) {
    const right = Math.max(innerWidth, (document.scrollingElement ?? document.documentElement).scrollWidth);
    return rects.some((rect) => rect.right + scrollX > 0 && rect.bottom + scrollY > 0 && rect.left + scrollX < right);
  }

  const shown = (element) => element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) ?? true;

  // Its number.
  const add = (element, pseudo) => texts.push({ element, pseudo }) - 1;

  // The same for texts of one look on plain colours, as far as styles tell; "" where they do not.
  function likeness(element) {
    const { webkitTextFillColor, fontSize, fontWeight } = getComputedStyle(element);
    const key = [worded(element), webkitTextFillColor, fontSize, fontWeight];
    for (let at = element, steps = 0; at; at = parent(at), steps++) {
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode, position } = getComputedStyle(at);
      const isPlain = backgroundImage === "none" && opacity === "1" && filter === "none" && mixBlendMode === "normal";
      if (!isPlain || steps > 200) return "";
      if (colour(backgroundColor)?.[3] !== 0) key.push(backgroundColor);
      if (position !== "static" && position !== "relative") key.push(keep(at));
    }
    return key.join();
  }

  const LEVELS = 15;

  // Its colour over the one behind it, where the styles alone tell both: nothing that is drawn has a say in it.
  function plainly(element) {
    const style = getComputedStyle(element);
    const text = colour(style.webkitTextFillColor);
    if (!text || likeness(element) === "" || style.textShadow !== "none" || parseFloat(style.webkitTextStrokeWidth) > 0) return null;
    const layers = [];
    for (let at = element, levels = 0; layers.at(-1)?.[3] !== 1; at = parent(at), levels++) {
      if (levels > LEVELS) return null;
      if (!at) { // the canvas, which is white but in a dark scheme
        if (/dark/.test(getComputedStyle(document.documentElement).colorScheme)) return null;
        layers.push([255, 255, 255, 1]);
        break;
      }
      const { backgroundColor, position, display } = getComputedStyle(at);
      const layer = colour(backgroundColor);
      const boxes = ["::before", "::after"].some((pseudo) => !/^(none|normal)$/.test(getComputedStyle(at, pseudo).content));
      if (!layer || boxes || display === "contents" || (layer[3] !== 1 && !/^(static|relative)$/.test(position))) return null;
      layers.push(layer);
    }
    const over = (above, below) => [0, 1, 2].map((part) => above[part] * above[3] + below[part] * (1 - above[3]));
    const behind = layers.reduceRight((below, above) => over(above, below), [255, 255, 255]);
    return { text: over(text, behind), behind, size: parseFloat(style.fontSize), weight: Number(style.fontWeight) };
  }

  // All that axe left undecided under a rule; beyond `most` they have no facts.
  function find(rule, most) {
    texts.length = 0;
    return undecided(rule).map(({ place, element }) => {
      const told = { place, number: -1, text: "", off: false, why: "", like: "" };
      if (texts.length >= most) return { ...told, why: "too many" };
      if (!element) return { ...told, why: "out of reach" };
      try {
        told.off = element.closest(OFF) !== null || element.closest("label")?.control?.disabled === true;
        told.text = said(element);
        if (!shown(element) || !inReach(boxes(element, false))) return { ...told, why: "hidden" };
        return { ...told, number: add(element), like: likeness(element) };
      } catch {
        return { ...told, why: "out of reach" }; // it is not what it says
      }
    });
  }

  // Into the middle of the window; what only scripts can scroll stays as it is.
  function show(element) {
    const before = [];
    for (let at = element, steps = 0; at && steps < 500; at = parent(at), steps++) {
      before.push([at, at.scrollLeft, at.scrollTop]);
    }
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    for (const [at, left, top] of before) {
      if (at.scrollLeft === left && at.scrollTop === top) continue;
      if (!scrolled.has(at)) scrolled.set(at, [left, top]);
      if (at === at.ownerDocument.documentElement || at === at.ownerDocument.body) continue;
      const style = getComputedStyle(at);
      const fixed = { left: /hidden|clip/.test(style.overflowX), top: /hidden|clip/.test(style.overflowY) };
      const [toLeft, toTop] = [fixed.left ? left : at.scrollLeft, fixed.top ? top : at.scrollTop];
      at.scrollTo({ left: toLeft, top: toTop, behavior: "instant" });
    }
  }

  // What lies over the middle of a text; null where nothing foreign does.
  function cover(element, { left, top, right, bottom }) {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    let hit = document.elementFromPoint(x, y);
    for (let steps = 0; hit && shadowOf(hit) && steps < 50; steps++) {
      const inner = shadowOf(hit).elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    if (!hit || element.ownerDocument !== document || hit.contains(element)) return null;
    for (let at = hit, steps = 0; at && steps < 500; at = parent(at), steps++) if (at === element) return null;
    return hit;
  }

  const KEPT = ["text-decoration-color", "-webkit-text-stroke-color", "text-shadow", "text-emphasis-color"];
  const set = (element, name, value) => element.style.setProperty(name, value, "important");

  // What floats over the page, such as a notice on cookies, can be closed or scrolled away from.
  function putAside(over, element) {
    for (let at = over, steps = 0; at && !at.contains(element) && steps < 500; at = parent(at), steps++) {
      if (getComputedStyle(at).position !== "fixed") continue;
      aside.push({ element: at, written: attribute(at, "style"), style: at.style.cssText });
      set(at, "transition", "none");
      set(at, "opacity", "0");
      set(at, "visibility", "hidden");
      return true;
    }
    return false;
  }

  // What still lies over the middle of it when notices are put aside; null where nothing does.
  function uncover(element, rect) {
    let over = cover(element, rect);
    for (let left = 3; over && left > 0 && putAside(over, element); left--) over = cover(element, rect);
    return over;
  }

  const within = ({ left, top, right, bottom }) => right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;

  // Into the window, with the pictures that are there.
  async function bring(element) {
    show(element);
    const late = [...document.images].slice(0, 2000).filter((image) => !image.complete && within(rectOf(image)));
    const soon = new Promise((resolve) => setTimeout(resolve, 1000));
    if (late.length) await Promise.race([soon, Promise.allSettled(late.map((image) => image.decode()))]);
    await frames(1);
  }

  // Shows the first of these texts; tells which are well in the window with it, where, and how they look.
  async function gather(numbers) {
    await bring(texts[numbers[0]].element);
    const found = [];
    for (const number of numbers) {
      const { element } = texts[number];
      const rects = boxes(element).filter(within);
      const first = number === numbers[0];
      if (!rects.length && !first) continue;
      const top = Math.min(...rects.map((rect) => rect.top));
      const bottom = Math.max(...rects.map((rect) => rect.bottom));
      if (!first && (top < 60 || bottom > innerHeight - 60)) continue;
      const over = rects.length ? uncover(element, rects[0]) : null;
      found.push({ number, rects, covered: over !== null, worded: worded(element), ...looks(texts[number]) });
    }
    return { found, x: scrollX, y: scrollY, width: innerWidth, height: innerHeight };
  }

  // Draws these texts in another way, everything else as it is.
  async function draw(numbers, how) {
    for (const { element } of numbers.map((number) => texts[number])) {
      let at = painted.find((each) => each.element === element);
      if (!at) {
        const style = getComputedStyle(element);
        const clipped = /text/.test(style.webkitBackgroundClip);
        const kept = KEPT.map((name) => [name, style.getPropertyValue(name)]); // else they follow the colour
        at = { element, clipped, kept, written: attribute(element, "style"), style: element.style.cssText };
        painted.push(at);
      }
      for (const name of ["color", "-webkit-text-fill-color", "fill"]) set(element, name, PAINTS[how]);
      for (const [name, value] of at.kept) set(element, name, value);
      set(element, "transition", "none");
      if (at.clipped) set(element, "background", "none");
    }
    await frames(1);
  }

  function restyle(changed) {
    for (const { element, style } of changed) {
      element.style.cssText = style;
      set(element, "transition", "none"); // the colours are back before they may move again
    }
    for (const { element } of changed) getComputedStyle(element).color;
    for (const { element, style, written } of changed) {
      element.style.cssText = style;
      if (attribute(element, "style") === written) continue;
      if (written === null) element.removeAttribute("style");
      else element.setAttribute("style", written);
    }
  }

  function undraw() {
    restyle(painted);
    painted = [];
  }

  function end() {
    undraw();
    restyle(aside.reverse());
    aside = [];
    for (const [element, [left, top]] of scrolled) element.scrollTo({ left, top, behavior: "instant" });
    scrolled.clear();
  }

  return { find, add, likeness, plainly, boxes, inReach, within, shown, said, bring, uncover, gather, draw, undraw, end };
})()
