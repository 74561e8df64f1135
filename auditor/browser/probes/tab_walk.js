// Where the focus is, how that element lies in the window, and what lies before it.
(() => {
  const {
    own, elements, active, parent, place, box, visible, keep, kept, named, frames, colour, nameOf, attribute, rectOf, shadowOf,
  } = auditor.driven;
  const tabIndexOf = [own(HTMLElement, "tabIndex"), own(SVGElement, "tabIndex")];
  const documentOf = own(Node, "ownerDocument");
  const rootOf = own(Node, "getRootNode");
  const wordsOf = own(Node, "textContent");
  const beforeOf = own(Element, "previousElementSibling");
  const allIn = own(Element, "querySelectorAll");
  const is = (element, selector) => Element.prototype.matches.call(element, selector);
  const near = (element, selector) => Element.prototype.closest.call(element, selector);
  const styleOf = (element, pseudo) => documentOf(element).defaultView.getComputedStyle(element, pseudo);
  const MOST = 5000; // of what can be reached
  const FEW = 20;
  const SOON = 25; // ms
  const DIALOG = "dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]";
  const PLAIN = "button, checkbox, color, file, hidden, image, radio, range, reset, submit".split(", ");

  function tabIndex(element) {
    for (const get of tabIndexOf) try {
      return get(element);
    } catch {
      // it is of the other kind, or neither
    }
    return -1;
  }
  const inner = (element) => documentOf(element) !== document;

  // Whether `element` is `other` or within it, out of shadow roots and frames too.
  function within(element, other) {
    for (let at = element, left = 500; at && left > 0; at = parent(at), left--) if (at === other) return true;
    return false;
  }

  // What Tab should reach, in the order of the document.
  let reachable = [];
  let positions = new Map();
  let received = [];
  function reach() {
    const found = [];
    positions = new Map();
    const groups = new Set();
    for (const element of elements()) {
      positions.set(element, positions.size);
      if (found.length >= MOST) continue;
      const index = tabIndex(element);
      if (index < 0 || is(element, ":disabled") || !visible(element) || near(element, "[inert]")) continue;
      const name = nameOf(element);
      if (["iframe", "body", "html"].includes(name)) continue;
      if ((name === "a" || name === "area") && !is(element, "[href], [tabindex], [*|href]")) continue;
      if (name === "input" && element.type === "radio" && element.name) {
        const group = `${element.name} ${[...document.forms].indexOf(element.form)}`;
        if (groups.has(group)) continue;
        groups.add(group);
      }
      found.push(element);
    }
    reachable = found;
    for (const element of found.slice(0, 300)) atRest.set(element, looks(element));
    return found;
  }

  // What a look at it depends on, as far as styles say.
  const atRest = new Map();
  const looks = (element) => {
    const style = styleOf(element);
    return [
      style.color, style.backgroundColor, style.backgroundImage, style.outline, style.boxShadow, style.borderColor,
      style.borderWidth, style.textDecorationLine, style.opacity,
    ].join(" ").slice(0, 500);
  };

  // The same for two stops whose sign of the focus is the same, as far as can be told without looking.
  function like(element) {
    const style = styleOf(element);
    const about = [nameOf(element), element.type ?? "", atRest.get(element) ?? "", style.outlineStyle];
    for (const pseudo of ["::before", "::after"]) about.push(styleOf(element, pseudo).content);
    let up = element;
    for (let left = 3; left > 0 && (up = parent(up)); left--) about.push(styleOf(up).overflow);
    if (style.outlineStyle === "none") {
      about.push(classes(parent(element)));
      about.push(element.getAnimations().length > 0 ? classes(element) : looks(element));
    }
    return about.map(String).join("|");
  }

  function begin() {
    const listen = (root) => root.addEventListener("focus", (event) => {
      const [at] = event.composedPath();
      if (received.length < FEW && at?.nodeType === 1) received.push(at);
    }, true);
    listen(document);
    for (const element of elements()) if (nameOf(element) === "iframe") try {
      if (element.contentDocument) listen(element.contentDocument);
    } catch {
      // of another origin
    }
    for (const type of ["keydown", "keyup"]) addEventListener(type, watch, true);
    const first = Math.min(...reach().map(tabIndex).filter((index) => index > 0));
    const at = reachable.find((each) => tabIndex(each) === first) ?? reachable[0];
    return { first: at ? keep(at) : null, page: place(document.documentElement) };
  }

  // Resolves when the window scrolls no longer and what has the focus stays where it is.
  async function settle() {
    let before = null;
    let still = styleOf(document.documentElement).scrollBehavior === "smooth" ? 4 : 2; // it begins late
    for (let left = 60; left > 0; left--) {
      const at = active();
      const { x, y, width, height } = at ? rectOf(at) : { x: 0, y: 0, width: 0, height: 0 };
      const now = [scrollX, scrollY, x, y, width, height, at ? keep(at) : ""].map(String).join(" ");
      if (now === before && --still <= 0) return;
      before = now;
      await frames(1);
    }
  }

  const met = new Set();

  // After a key: what has the focus, with its measures the first time, and what had it in between. A page's own timers that move it soon have run.
  async function stop() {
    const soon = rest(SOON);
    await settle();
    const there = active();
    await soon;
    if (active() !== there) await settle();
    const at = active();
    const number = at ? keep(at) : null;
    const told = { at: number, received: [...new Set(received)].map(keep), measured: null };
    received = [];
    if (at && !met.has(number)) {
      met.add(number);
      told.measured = measure(number);
    }
    return told;
  }

  // Where many keys come at once, each is looked at as it comes up; what else happens meanwhile makes the looks worthless.
  const CALM = /^(-webkit-)?(color|background|outline|box-shadow|text-|border-.*color|fill|stroke|caret)/; // changes that move and hide nothing
  const RUN = "a, button, input, select, textarea, summary, [role]";
  const SEVERAL = ["radio", "date", "datetime-local", "month", "time", "week"]; // of which one stop may be several, or several one
  let run = null;

  const moves = () => document.getAnimations().some((each) =>
    each.playState === "running" && !(each instanceof CSSTransition && CALM.test(each.transitionProperty)));

  // Where all is scrolled to that the element lies in.
  function scrolls(element) {
    const found = [];
    for (let at = element, left = 500; at && left > 0; at = parent(at), left--) found.push([at, at.scrollLeft, at.scrollTop]);
    return { element, x: scrollX, y: scrollY, found };
  }

  const glides = (element) => {
    for (let at = element, left = 500; at && left > 0; at = parent(at), left--) if (styleOf(at).scrollBehavior === "smooth") return true;
    return false;
  };

  // How many of the next stops, at most `most`, follow from the order of the document alone. From here on keys are watched.
  function ahead(most) {
    const from = active();
    const first = reachable.indexOf(from) + 1;
    run = null;
    if (!first || moves() || reachable.some((each) => tabIndex(each) > 0)) return 0;
    const expected = [];
    for (const each of reachable.slice(first, first + most)) {
      if (inner(each) || !each.isConnected || !is(each, RUN) || SEVERAL.includes(each.type) || met.has(keep(each)) || glides(each)) break;
      expected.push(each);
    }
    if (expected.length < 2) return 0;
    const observer = new MutationObserver(() => { run && (run.isCalm = false); });
    const all = { subtree: true, childList: true, attributes: true, characterData: true };
    observer.observe(document, all);
    for (const element of elements()) if (shadowOf(element)) observer.observe(shadowOf(element), all);
    received = [];
    run = { expected, observer, isCalm: true, isOff: false, told: [], places: [scrolls(from)], before: expected.map(scrolls) };
    return expected.length;
  }

  const stands = ({ element, x, y }) => active() === element && scrollX === x && scrollY === y && received.length === 0;

  function watch(event) {
    if (!run || !event.isTrusted || event.key !== "Tab") return;
    if (run.observer.takeRecords().length || moves()) run.isCalm = false;
    if (!run.isCalm || run.isOff) return;
    if (event.type === "keydown") {
      run.isCalm = stands(run.places.at(-1));
      return;
    }
    const at = active();
    if (at !== run.expected[run.told.length]) {
      run.isOff = true;
      return;
    }
    run.isCalm = received.length === 1 && received[0] === at;
    received = [];
    const measured = measure(keep(at));
    if (measured.cover || measured.behind || measured.hidden) { // nothing is held against a page that could not yet draw
      run.isOff = true;
      return;
    }
    run.told.push({ at: keep(at), measured });
    run.places.push(scrolls(at));
  }

  // The stops that the keys led to, as far as it went as expected; the focus is on the last of them, or where it was at first.
  async function came() {
    const soon = rest(SOON);
    await settle();
    await soon;
    const { expected, observer, isCalm, told, places } = run;
    const isWhole = told.length === expected.length;
    const isQuiet = isCalm && !observer.takeRecords().length && !moves()
      && (!isWhole || (stands(places.at(-1)) && isSame(box(seen(expected.at(-1))), told.at(-1).measured.box)));
    observer.disconnect();
    const stops = isQuiet ? told : [];
    if (!isWhole || !isQuiet) await back(stops.length);
    for (const { at } of stops) met.add(at);
    return { isQuiet, isWhole, stops };
  }

  const isSame = (one, other) => ["x", "y", "width", "height"].every((key) => one[key] === other[key]);

  // The focus back to a stop of the run, counted from the one it began at, and all scrolled as it was.
  async function back(count) {
    const { element, x, y, found } = run.places[count];
    run.isOff = true;
    element.focus({ preventScroll: true });
    const ahead = run.before.slice(count).flatMap((each) => each.found).filter(([at]) => !found.some(([other]) => other === at));
    for (const [at, left, top] of [...ahead, ...found]) if (at.scrollLeft !== left || at.scrollTop !== top) at.scrollTo({ left, top, behavior: "instant" });
    scrollTo({ left: x, top: y, behavior: "instant" });
    await settle();
    received = [];
  }

  const labels = (element) => {
    try {
      return [...(element.labels ?? [])].slice(0, 5);
    } catch {
      return [];
    }
  };

  // What an element shows by itself hides what is behind it.
  function paints(element) {
    const style = styleOf(element);
    if (is(element, "img, video, canvas, iframe, object, embed")) return true;
    if (style.backgroundImage.includes("url(")) return true;
    return (colour(style.backgroundColor)?.[3] ?? 0) >= 0.9;
  }

  // [what hides the point, what only lies before it]; null where it is not known.
  function before(element, root, x, y) {
    const stack = root.elementsFromPoint(x, y).slice(0, 50);
    const mine = stack.findIndex((each) => within(each, element) || labels(element).some((l) => within(each, l)));
    if (mine < 0) return null;
    let veil = null;
    for (const each of stack.slice(0, mine)) {
      if (within(element, each)) continue;
      veil ??= each;
      let opaque = false;
      let outermost = each;
      for (let at = each; at && !within(element, at); at = parent(at)) {
        opaque ||= paints(at);
        if (Number(styleOf(at).opacity) < 0.9) {
          opaque = false;
          break;
        }
        outermost = at;
      }
      if (opaque) return [each, veil, outermost];
    }
    return [null, veil, null];
  }

  // The corners, edges and middle of all its lines that are in the window.
  function points(element) {
    const view = documentOf(element).defaultView;
    const found = [];
    for (const rect of [...element.getClientRects()].slice(0, 4)) {
      if (rect.width < 2 || rect.height < 2) continue;
      const left = Math.max(rect.left, 0), right = Math.min(rect.right, view.innerWidth);
      const top = Math.max(rect.top, 0), bottom = Math.min(rect.bottom, view.innerHeight);
      if (right - left < 1 || bottom - top < 1) continue;
      for (const across of [0.08, 0.5, 0.92]) for (const down of [0.1, 0.5, 0.9]) {
        found.push([left + (right - left) * across, top + (bottom - top) * down]);
      }
    }
    return found;
  }

  const stuck = (element, until) => {
    for (let at = element; at && !within(until, at); at = parent(at)) {
      if (/^(fixed|sticky)$/.test(styleOf(at).position)) return at;
    }
    return null;
  };

  function openDialog(element) {
    for (const each of [...document.querySelectorAll(DIALOG)].slice(0, FEW)) {
      const { width, height } = rectOf(each);
      if (width > 50 && height > 50 && visible(each) && !within(element, each)) return each;
    }
    return null;
  }

  // What lies before the element, in its own document and in those around its frame.
  function covered(element) {
    let dots = points(element);
    const here = rootOf(element);
    if (!inner(element) && dots[4] && within(here.elementFromPoint?.(...dots[4]), element)) return { cover: null, behind: null };
    let stacks = dots.map(() => null);
    for (let at = element; at; ) {
      const root = rootOf(at);
      const asked = root.elementsFromPoint ? root : documentOf(at);
      stacks = stacks.map((known, i) => (known?.[0] ? known : (before(at, asked, ...dots[i]) ?? known)));
      const frame = root.nodeType === 9 && root !== document ? (root.defaultView?.frameElement ?? null) : null;
      const { left, top } = frame ? rectOf(frame) : { left: 0, top: 0 };
      if (frame) dots = dots.map(([x, y]) => [x + left + frame.clientLeft, y + top + frame.clientTop]);
      at = root.nodeType === 11 ? root.host : frame;
    }
    stacks = stacks.filter((each, i) => dots[i][0] >= 0 && dots[i][0] < innerWidth && dots[i][1] >= 0 && dots[i][1] < innerHeight);
    const whole = stacks.length > 0 && stacks.every((each) => each?.[0]);
    const middle = stacks[4] ?? null;
    const dialog = middle?.[1] && !inner(element) ? openDialog(element) : null;
    let behind = null;
    if (dialog) {
      const veil = stuck(middle[1], element);
      const { width, height } = veil ? rectOf(veil) : { width: 0, height: 0 };
      if (width * height >= innerWidth * innerHeight * 0.9) behind = place(dialog);
    }
    if (!whole) return { cover: null, behind };
    const by = stuck(stacks[0][0], element);
    return { cover: { place: place(by ?? stacks[0][2]), stuck: by !== null }, behind };
  }

  function hidden(element, at) {
    const style = styleOf(element);
    if (at.width < 2 || at.height < 2 || /^rect\((0|1)px,? (0|1)px,? (0|1)px,? (0|1)px\)$/.test(style.clip)) return "tiny";
    const { x, y } = { x: at.x - scrollX, y: at.y - scrollY };
    if (x + at.width <= 1 || y + at.height <= 1 || x >= innerWidth - 1 || y >= innerHeight - 1) return "outside";
    return visible(element) ? "" : "transparent";
  }

  function writes(element) {
    if (element.isContentEditable) return true;
    const name = nameOf(element);
    return name === "textarea" || (name === "input" && !PLAIN.includes(element.type));
  }

  function kind(element) {
    const name = nameOf(element);
    if (["iframe", "object", "embed", "frame"].includes(name)) return "frame";
    if (name === "video" || name === "audio") return "media";
    if (name === "area") return "area";
    if (writes(element)) return "field";
    const index = tabIndex(element);
    return index < 0 && attribute(element, "tabindex") === null ? "scroller" : "control";
  }

  const classes = (element) => (element ? `${nameOf(element)}.${attribute(element, "class") ?? ""}`.slice(0, 200) : "");

  // What a person sees of it: of an area, the picture that it is a part of.
  function seen(element) {
    const map = nameOf(element) === "area" ? near(element, "map") : null;
    const name = map && attribute(map, "name");
    return (name && rootOf(element).querySelector(`img[usemap="#${CSS.escape(name)}"]`)) || element;
  }

  // How one stop stands in the window, while it has the focus.
  function measure(number) {
    const element = kept(number);
    const at = box(seen(element));
    const what = kind(element);
    const style = styleOf(element);
    const caret = what === "field" && !element.readOnly && style.caretColor !== "rgba(0, 0, 0, 0)" && visible(element);
    let role = attribute(element, "role") ?? "";
    try {
      role = axe.commons.aria.getRole(element) ?? role;
    } catch {
      // it came after axe looked
    }
    return {
      place: place(element),
      name: named(element),
      role: role.slice(0, 40),
      kind: what,
      box: at,
      scroll: scrollY,
      tabindex: tabIndex(element),
      position: positions.get(element) ?? positions.size,
      hidden: hidden(seen(element), at),
      ...covered(element),
      caret: caret && at.width > 8 && at.height > 8,
      like: `${hidden(seen(element), at)}|${like(element)}`.slice(0, 2000),
    };
  }

  // The window's part in which a sign of the focus counts as near: the element, its label, a small parent.
  function zone(number) {
    const element = seen(kept(number));
    const rects = [element, ...labels(element)].map(rectOf).filter((each) => each.width * each.height > 0);
    const at = box(element);
    const here = rectOf(element);
    const up = parent(element);
    if (up && !is(up, "body, html")) {
      const rect = rectOf(up);
      if (rect.width * rect.height < 150000) rects.push(rect);
    }
    if (!rects.length) return { x: 0, y: 0, width: 0, height: 0, scrollX, scrollY }; // an empty link, say
    const dx = at.x - scrollX - here.x, dy = at.y - scrollY - here.y; // of its frame
    const x = Math.max(0, Math.min(...rects.map((each) => each.left)) + dx - 20);
    const y = Math.max(0, Math.min(...rects.map((each) => each.top)) + dy - 20);
    return {
      x, y,
      width: Math.min(innerWidth, Math.max(...rects.map((each) => each.right)) + dx + 20) - x,
      height: Math.min(innerHeight, Math.max(...rects.map((each) => each.bottom)) + dy + 20) - y,
      scrollX, scrollY,
      own: { left: here.left + dx - x, top: here.top + dy - y, right: here.right + dx - x, bottom: here.bottom + dy - y },
    };
  }

  const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // Until what changes gradually at or around an element is done, half a second at most.
  function changed(element) {
    const up = element && (parent(element) ?? element);
    const ends = document.getAnimations().slice(0, 200)
      .filter((each) => each instanceof CSSTransition && up && (within(each.effect.target, up) || within(up, each.effect.target)))
      .map((each) => each.finished);
    return Promise.race([Promise.allSettled(ends), rest(500)]);
  }

  // Give the focus; true where it is there. A page may take it away again.
  async function focus(number) {
    kept(number)?.focus({ preventScroll: true });
    const at = active();
    if (at) seen(at).scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    await settle();
    await changed(kept(number));
    received = [];
    return active() === kept(number);
  }

  // The same, and out from behind what covers it; its zone, null where it stays hidden.
  async function show(number, has = false) {
    if (!has && !(await focus(number))) return null;
    if (nameOf(kept(number)) === "area") seen(kept(number)).scrollIntoView({ block: "nearest", behavior: "instant" });
    if (!covered(kept(number)).cover) return zone(number);
    kept(number).scrollIntoView({ block: "center", behavior: "instant" });
    await settle();
    return covered(kept(number)).cover ? null : zone(number);
  }

  // Take the focus away; false where the page gives it back.
  async function blur() {
    const had = active();
    had?.blur();
    await frames(1);
    await changed(had);
    return had === null || active() !== had;
  }

  // The first that should be a stop, was none, and comes after all these in the document: its number.
  function next(numbers, seen) {
    const known = new Set(seen.map(kept));
    const after = Math.max(...numbers.map((each) => positions.get(kept(each)) ?? -1));
    const found = reachable.find((each) => (positions.get(each) > after) && !known.has(each) && visible(each));
    return found ? keep(found) : null;
  }

  function missed(seen) {
    const known = new Set(seen.map(kept));
    const found = reachable.filter((each) => !known.has(each) && visible(each) && !is(each, ":disabled"));
    return { count: found.length, places: found.slice(0, FEW).map(place) };
  }

  const EXIT = /\b(press|use|hit|type|gwasgwch|pwyswch)\b[^.]{0,60}(\b(esc|escape|ctrl|control|alt|shift|f\d\d?|key|allwedd)\b)[^.]{0,60}/i;
  const OUT = /\b(leaves?|leaving|exits?|quits?|out of|close|gadael|allan)\b/i; // elsewhere on the page, keys do other things too

  const HELP = /\b(how to|exit|leave|get out|next element|keyboard (help|shortcuts|use)|allweddell)\b/i;

  // The element around these stops, and what it says of leaving it.
  function around(numbers) {
    const stops = numbers.map(kept);
    let at = stops[0];
    while (at && !stops.every((each) => within(each, at))) at = parent(at);
    const widest = at ?? stops[0];
    if (!at || is(at, "body, html")) at = stops[0];
    else while (parent(at)?.childElementCount === 1 && !is(parent(at), "body, html")) at = parent(at);
    const dialog = near(at, DIALOG) ?? [...allIn(at, DIALOG)].find(visible) ?? stuck(at, document.documentElement);
    const tells = (text) => EXIT.exec(text.slice(0, 20000).replace(/\s+/g, " ").slice(0, 5000));
    const described = stops.flatMap((stop) => (attribute(stop, "aria-describedby") ?? "").split(/\s+/).slice(0, 10))
      .map((id) => (id && Node.prototype.getRootNode.call(widest).getElementById?.(id)?.textContent) || "").join(" ");
    const part = Element.prototype.closest.call(widest, "form, fieldset, section, article, main, body");
    const said = tells(`${wordsOf(widest)} ${beforeOf(widest) ? wordsOf(beforeOf(widest)) : ""}`) ?? tells(described)
      ?? tells((part ? wordsOf(part).slice(0, 20000) : "").split(/[.!?]\s/).find((each) => OUT.test(each) && EXIT.test(each)) ?? "");
    const names = stops.map(named);
    return {
      place: place(at),
      names: names.slice(0, 5),
      dialog: dialog !== null,
      says: (said?.[0] ?? names.find((name) => HELP.test(name)) ?? "").slice(0, 120),
    };
  }

  const tell = (number) => ({ place: place(kept(number)), name: named(kept(number)) });
  // Whether one stands in for the other: parts of one thing, or nobody sees the one.
  const belongs = (one, other) => {
    const [from, to] = [kept(one), kept(other)];
    const up = parent(from);
    return within(to, from) || within(from, to) || hidden(from, box(from)) !== "" || (!!up && !is(up, "body, main, form") && within(to, up));
  };
  const PARTS = ["date", "datetime-local", "month", "time", "week"]; // the browser's own fields, of several stops
  const kindOf = (number) => (PARTS.includes(kept(number).type) ? "parts" : kind(kept(number)));
  // Whether an arrow key would change its value.
  const changes = (number) => nameOf(kept(number)) === "select" || (nameOf(kept(number)) === "input" && !!kept(number).type.match(/radio|range|number|date|time|month|week|color/));

  return { begin, reach, stop, ahead, came, back, measure, zone, focus, show, blur, rest, next, missed, around, tell, belongs, kindOf, changes };
})()
