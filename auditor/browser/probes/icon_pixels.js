// Controls that show an icon and no words, one of each look; and the page without their icons.
(() => {
  const { own, elements, parent, place, nameOf, attribute, rectOf, shadowOf, colour, frames } = auditor.driven;
  const { bring, uncover, likeness, inReach, within, shown } = auditor.text_pixels;
  const setAttribute = own(Element, "setAttribute");
  const removeAttribute = own(Element, "removeAttribute");
  const rootOf = own(Node, "getRootNode");
  const CONTROLS = "a[href], button, summary, input:is([type=submit i], [type=button i], [type=reset i], [type=image i]), [role=button], [role=link], [role=tab], [role=menuitem]";
  const OFF = ":disabled, [aria-disabled=true i], [inert], .disabled";
  const MARK = /logo(?!ut|n)|crest|coat.?of.?arms|emblem|flag|avatar|navbar-brand/i;
  const NETWORK = /facebook|twitter|instagram|youtube|linkedin|whatsapp|tiktok|flickr|pinterest|snapchat|bluesky|mastodon|nextdoor|vimeo|github|\bx\.com\b/i;
  const HOME = /^(\/|\.\/|https?:\/\/[^/]+\/?)$/;
  const ICON_FONT = /icon|symbol|awesome|glyph|icomoon|fontello/i;
  const WORDS = /[\p{L}\p{N}]/u;
  const NAMES = ["id", "class", "src", "alt", "title", "aria-label", "href", "xlink:href"];
  const HOLDERS = ["", "::before", "::after"];
  const WITHIN = 200; // elements of one control that are looked at
  const AROUND = 8; // pixels
  const [WIDEST, HIGHEST] = [320, 120]; // of what is taken a picture of
  const KEY = "data-auditor-icon";
  const HIDDEN = {
    faded: "opacity: 0",
    letter: "-webkit-text-fill-color: transparent",
    backdrop: "background-image: none",
  };
  // Stronger than any selector of the page.
  const rule = (value, holder, does) => `:is([${KEY}${value}], #_#_#_#_#_)${holder} { ${does} !important }`;
  const STILL = HOLDERS.map((holder) => rule("", holder, "transition: none")).join("");
  const WITHOUT = STILL + HOLDERS.flatMap((holder) =>
    Object.entries(HIDDEN).map(([how, does]) => rule(`~="${how}${holder}"`, holder, does))).join("");
  let chosen = []; // { control, icons: [{ element, holder, how, look }] }, by number
  let hidden = [];
  let sheets = new Map(); // by root

  // Whether rectangles of what is in an element can be seen: text for screen readers is cut off or out of reach.
  function seen(element, rects, last) {
    for (let at = element, steps = 0; at && nameOf(at) !== "body" && steps < 500; at = at === last ? null : parent(at), steps++) {
      const { overflowX, clip, clipPath } = getComputedStyle(at);
      if (/rect|inset\((50|100)%/.test(clip + clipPath)) return false;
      if (!/hidden|clip/.test(overflowX)) continue;
      const edge = rectOf(at);
      rects = rects.map(({ left, top, right, bottom }) => ({
        left: Math.max(left, edge.left), top: Math.max(top, edge.top),
        right: Math.min(right, edge.right), bottom: Math.min(bottom, edge.bottom),
      }));
    }
    return inReach(rects.filter(({ left, top, right, bottom }) => right - left > 2 && bottom - top > 2));
  }

  // The text that can be read in an element itself.
  function textOf(element, control, style) {
    if (nameOf(element) === "input") {
      const isOff = parseFloat(style.textIndent) < -50 || parseFloat(style.fontSize) < 2;
      return isOff || colour(style.webkitTextFillColor)?.[3] === 0 ? "" : element.value || "";
    }
    const nodes = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!nodes.length || colour(style.webkitTextFillColor)?.[3] === 0) return "";
    const range = document.createRange();
    const read = nodes.filter((node) => {
      range.selectNodeContents(node);
      return seen(element, [...range.getClientRects()].slice(0, 40), control);
    });
    return read.map((node) => node.data).join(" ").trim();
  }

  // The colours of a drawing, as far as styles tell.
  const paints = (svg) => [...new Set([svg, ...[...svg.querySelectorAll("*")].slice(0, 40)].map((each) => {
    const { fill, stroke, color, opacity } = getComputedStyle(each);
    return [fill, stroke, color, opacity].join();
  }))].join(";");

  // Beside its text: what an element or one of its pseudo-elements draws; "words" where it can be read.
  function drawn(element, holder) {
    const style = getComputedStyle(element, holder);
    const { content, maskImage, backgroundImage, backgroundPosition, backgroundColor, webkitTextFillColor, opacity } = style;
    if (holder) {
      const isThere = !/^(none|normal|)$/.test(content) && style.display !== "none";
      if (!isThere || style.visibility !== "visible" || opacity === "0") return null;
      const text = (/^"(.*?)"( \/ |$)/s.exec(content)?.[1] ?? "").trim();
      if (WORDS.test(text) && !isIconFont(style)) return "words";
      if (text) return { how: "letter", look: [webkitTextFillColor, opacity] };
      if (/url\(|image-set\(/.test(content)) return { how: "faded", look: [content] };
    }
    if (maskImage !== "none") return { how: "faded", look: [backgroundColor, opacity] };
    if (!/url\(|image-set\(/.test(backgroundImage)) return null;
    return { how: "backdrop", look: [backgroundImage, backgroundPosition, opacity] };
  }

  const isIconFont = ({ fontFamily }) => ICON_FONT.test(fontFamily.split(",")[0]);

  // The icons of a control that shows nothing else; [] where it has words, or a picture that is no icon.
  function iconsOf(control, largest) {
    const icons = [];
    const inner = [...elements(control, { left: WITHIN })];
    if (shadowOf(control)) inner.push(...elements(shadowOf(control), { left: WITHIN }));
    const all = [control, ...inner].filter(shown);
    for (const element of all) { // most controls end here
      const style = getComputedStyle(element);
      const text = textOf(element, control, style);
      if (!text) continue;
      const isSign = !WORDS.test(text) || isIconFont(style);
      if (!isSign || !element.closest("[aria-hidden=true]")) return []; // a sign that is read out is judged as text
      icons.push({ element, holder: "", how: "letter", look: [style.webkitTextFillColor] });
    }
    for (const element of all) {
      const name = nameOf(element);
      if (element.ownerSVGElement) continue;
      if (/^(video|canvas|iframe|object|embed|select|textarea|meter|progress)$/.test(name)) return [];
      if (/^(svg|img)$/.test(name) || (name === "input" && element.type === "image")) {
        const { width, height } = rectOf(element);
        if (Math.max(width, height) > largest) return [];
        if (Math.min(width, height) < 4 || (element.complete && element.naturalWidth === 0)) continue;
        const look = name === "svg" ? paints(element) : element.currentSrc || attribute(element, "src");
        icons.push({ element, holder: "", how: "faded", look: [look, getComputedStyle(element).opacity] });
        continue;
      }
      for (const holder of HOLDERS) {
        const found = drawn(element, holder);
        if (found === "words") return [];
        if (found) icons.push({ element, holder, ...found });
      }
    }
    return icons;
  }

  // What the page calls it.
  function called(control, icons) {
    const parts = icons.flatMap(({ element }) => [element, ...(nameOf(element) === "svg" ? element.querySelectorAll("use, title") : [])]);
    return [control, parent(control), ...parts].filter(Boolean).flatMap((each) => [
      ...NAMES.map((key) => attribute(each, key)?.slice(0, 200) ?? ""), nameOf(each) === "title" ? each.textContent : "",
    ]).join(" ");
  }

  // A link beside it says in words where it leads, too.
  function isDoubled(control) {
    const leads = attribute(control, "href") && !/^(#$|javascript:)/i.test(attribute(control, "href"));
    const around = leads && parent(parent(control) ?? control);
    if (!around) return false;
    return [...around.querySelectorAll("a[href]")].slice(0, 50).some((each) =>
      each !== control && each.href === control.href && WORDS.test(each.textContent) && shown(each));
  }

  // At most so many, of icons at most so large.
  function choose(most, largest) {
    const known = new Set();
    const told = [];
    chosen = [];
    let leftOut = 0;
    for (const control of elements()) {
      try {
        if (control.ownerDocument !== document || !control.matches(CONTROLS) || control.closest(OFF)) continue;
        const icons = iconsOf(control, largest);
        if (!icons.some(({ element }) => seen(element, [rectOf(element)]))) continue;
        const calls = called(control, icons);
        if (MARK.test(calls) || isDoubled(control)) continue;
        const around = parent(control);
        const look = JSON.stringify([
          icons.map((each) => [each.how, each.look]),
          likeness(icons[0].element) || [nameOf(control), attribute(control, "class"), around && attribute(around, "class")],
        ]);
        if (known.has(look)) continue;
        known.add(look);
        if (chosen.length >= most) {
          leftOut++;
          continue;
        }
        const isElsewhere = Boolean(control.host) && control.host !== location.host;
        const mayBeMark = isElsewhere || NETWORK.test(calls) || HOME.test(attribute(control, "href") ?? "");
        const isLetter = icons.every(({ how }) => how === "letter");
        told.push({ number: chosen.push({ control, icons }) - 1, place: place(control), mayBeMark, isLetter });
      } catch {
        continue; // it is not what it says
      }
    }
    return { icons: told, leftOut, page: place(document.documentElement) };
  }

  // Where its icons are, in whole pixels of the window; with what lies around them, since a letter may be larger than its box.
  function around({ icons }) {
    const rects = icons.map(({ element }) => rectOf(element));
    const left = Math.max(0, Math.floor(Math.min(...rects.map((rect) => rect.left))) - AROUND);
    const top = Math.max(0, Math.floor(Math.min(...rects.map((rect) => rect.top))) - AROUND);
    const right = Math.min(innerWidth, Math.ceil(Math.max(...rects.map((rect) => rect.right))) + AROUND);
    const bottom = Math.min(innerHeight, Math.ceil(Math.max(...rects.map((rect) => rect.bottom))) + AROUND);
    return { left, top, right, bottom };
  }

  const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

  // Shows the first of these; tells which are well in the window with it and apart, and where in the document.
  async function gather(numbers) {
    await bring(chosen[numbers[0]].control);
    const found = [];
    for (const number of numbers) {
      const rect = around(chosen[number]);
      const [width, height] = [rect.right - rect.left, rect.bottom - rect.top];
      if (!within(rect) || width > WIDEST || height > HIGHEST || width < 1 || height < 1) continue;
      if (number !== numbers[0] && (rect.top < 60 || rect.bottom > innerHeight - 60)) continue;
      if (found.some((each) => meet(each.rect, rect))) continue; // all that are told of are hidden at once
      uncover(chosen[number].control, rect);
      found.push({ number, rect, box: { x: rect.left + scrollX, y: rect.top + scrollY, width, height } });
    }
    return found;
  }

  // Draws the page without these icons, in one step.
  async function hide(numbers) {
    for (const { icons } of numbers.map((number) => chosen[number])) {
      for (const { element, holder, how } of icons) {
        if (!hidden.some((each) => each.element === element)) hidden.push({ element, written: attribute(element, KEY) });
        setAttribute(element, KEY, `${attribute(element, KEY) ?? ""} ${how}${holder}`.trim());
        const root = rootOf(element);
        if (sheets.has(root)) continue;
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(WITHOUT);
        sheets.set(root, sheet);
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      }
    }
    await frames(1);
  }

  async function unhide() {
    for (const sheet of sheets.values()) sheet.replaceSync(STILL); // all is back before it may move again
    for (const { element } of hidden) for (const holder of HOLDERS) getComputedStyle(element, holder).opacity;
    for (const { element, written } of hidden) {
      if (written === null) removeAttribute(element, KEY);
      else setAttribute(element, KEY, written);
    }
    for (const [root, sheet] of sheets) root.adoptedStyleSheets = [...root.adoptedStyleSheets].filter((each) => each !== sheet);
    hidden = [];
    sheets = new Map();
    await frames(1);
  }

  return { choose, gather, hide, unhide };
})()
