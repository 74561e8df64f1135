// What text is drawn where; which of it its own page cuts off or lays over other text. Used by several probes.
// Real text alone: no icons, no text for screen readers only, nothing in carousels and tickers.
(() => {
  const { elements, place, visible, parent, nameOf, attribute, rectOf } = auditor.driven;
  const MOST_RUNS = 4000;
  const MOST_LINES = 8000;
  const MOST_LETTERS = 20000;
  const MOST_TOLD = 20;
  const own = (type, name) => Object.getOwnPropertyDescriptor(type.prototype, name).get;
  const firstOf = own(Node, "firstChild");
  const nextOf = own(Node, "nextSibling");
  const matches = (element, selector) => Element.prototype.matches.call(element, selector);
  const holds = (element, selector) => Element.prototype.querySelector.call(element, selector) !== null;
  const contains = (element, other) => Node.prototype.contains.call(element, other);
  const squeeze = (text) => (text ?? "").slice(0, 5000).replace(/\s+/g, " ").trim();

  const MOVES = /(^|[\s_-])(carousel|slider?|slides?|slideshow|slick|swiper|splide|glide|flickity|owl|marquee|ticker|rotator)(?=$|[\s_-])/i;
  const ICONS = /icon|symbol|awesome|glyph|dingbat/i;
  const NOT_TEXT = new Set(["svg", "math", "select", "textarea", "canvas", "marquee", "object", "video", "audio"]);
  const SHOWS_MORE = "button, summary, [role=button], [aria-expanded], [aria-haspopup]";
  const EVERYWHERE = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity, byX: null, byY: null };

  // About one element, as text in it needs to know; read once a look, while the page stands still.
  function about(element, known) {
    const told = known.get(element);
    if (told) return told;
    const up = parent(element);
    const above = up && up.ownerDocument === element.ownerDocument ? about(up, known) : null;
    const style = getComputedStyle(element);
    const name = nameOf(element);
    const isRoot = name === "html" || name === "body";
    const inline = style.display === "inline" || style.display === "contents";
    const clips = (overflow) => !inline && !isRoot && (overflow === "hidden" || overflow === "clip");
    const scrolls = (overflow) => !inline && !isRoot && (overflow === "auto" || overflow === "scroll");
    const it = { element, up: above, style, inline, size: parseFloat(style.fontSize) || 0 };
    const [, a, b] = /^matrix\(([-\d.e]+), ([-\d.e]+)/.exec(style.transform) ?? [];
    const turned = (b && Math.abs(a) < 0.1 && Math.abs(b) > 0.1) || /^-?(90|270)deg$|^-?0?\.[27]5turn$/.test(style.rotate);
    it.turned = turned ? element : (above?.turned ?? null);
    it.block = inline && above ? above.block : element;
    it.positioned = style.position !== "static";
    it.holdsFixed = style.transform !== "none" || style.filter !== "none" || style.perspective !== "none";
    it.layer = style.position === "absolute" || style.position === "fixed" ? element : (above?.layer ?? null);
    it.stays = style.position === "fixed" || style.position === "sticky" || (above?.stays ?? false);
    it.scrollerX = scrolls(style.overflowX) ? element : (above?.scrollerX ?? null);
    it.fixed = style.position === "fixed" ? element : (above?.fixed ?? null);

    let around = above;
    if (style.position === "fixed") while (around && !around.holdsFixed) around = around.up;
    else if (style.position === "absolute") while (around && !around.positioned && !around.holdsFixed) around = around.up;
    let area = around ? around.area : windowArea(element);
    let shown = around ? around.shown : EVERYWHERE;
    const [clipsX, clipsY] = [clips(style.overflowX), clips(style.overflowY)];
    const [scrollsX, scrollsY] = [scrolls(style.overflowX), scrolls(style.overflowY)];
    let tiny = false;
    if (clipsX || clipsY || scrollsX || scrollsY) {
      const at = rectOf(element);
      const left = at.left + element.clientLeft;
      const top = at.top + element.clientTop;
      const right = left + element.clientWidth;
      const bottom = top + element.clientHeight;
      tiny = (clipsX && right - left <= 2) || (clipsY && bottom - top <= 2);
      area = { ...area };
      shown = { ...shown };
      if (scrollsX) Object.assign(area, { left: -Infinity, right: Infinity, byX: null });
      else if (clipsX) {
        if (right < area.right) area.byX = it;
        Object.assign(area, { left: Math.max(left, area.left), right: Math.min(right, area.right) });
      }
      if (scrollsY) Object.assign(area, { top: -Infinity, bottom: Infinity, byY: null });
      else if (clipsY) {
        if (bottom < area.bottom) area.byY = it;
        Object.assign(area, { top: Math.max(top, area.top), bottom: Math.min(bottom, area.bottom) });
      }
      if (clipsX || scrollsX) Object.assign(shown, { left: Math.max(left, shown.left), right: Math.min(right, shown.right) });
      if (clipsY || scrollsY) Object.assign(shown, { top: Math.max(top, shown.top), bottom: Math.min(bottom, shown.bottom) });
    }
    it.area = area; // where text may be, so that some scrolling gets to it
    it.shown = shown; // where it may be, to be seen as things stand
    it.skipped =
      (above?.skipped ?? false) || tiny || NOT_TEXT.has(name) || style.clipPath !== "none" ||
      (style.clip !== "auto" && it.positioned) || ICONS.test(style.fontFamily) ||
      attribute(element, "aria-roledescription") !== null || style.scrollSnapType !== "none" ||
      MOVES.test(`${(attribute(element, "class") ?? "").slice(0, 300)} ${(attribute(element, "id") ?? "").slice(0, 100)}`);
    known.set(element, it);
    return it;
  }

  // Where content may be, so that scrolling the window gets to it.
  function windowArea(element) {
    if (element.ownerDocument !== document) return EVERYWHERE;
    const root = document.documentElement;
    const style = getComputedStyle(root);
    const body = document.body;
    const overflow = style.overflowX !== "visible" || !body ? style.overflowX : getComputedStyle(body).overflowX;
    const closed = overflow === "hidden" || overflow === "clip";
    return {
      ...EVERYWHERE,
      left: style.direction === "rtl" ? -Infinity : 0,
      right: closed ? innerWidth : Infinity,
    };
  }

  const range = new Range();
  function rects(node, from, to) {
    if (from === undefined) range.selectNodeContents(node);
    else {
      range.setStart(node, from);
      range.setEnd(node, to);
    }
    return [...range.getClientRects()].filter((at) => at.width > 0 && at.height > 0);
  }

  // Which letters of a run lie where they are not drawn.
  function measureLost(run, budget) {
    const { area, lines, node } = run;
    const tolerated = 1;
    const within = lines.every((at) =>
      at.left >= area.left - tolerated && at.right <= area.right + tolerated &&
      at.top >= area.top - tolerated && at.bottom <= area.bottom + tolerated);
    if (within) return;
    const low = (at) => Math.max(0, at.bottom - area.bottom, area.top - at.top) > at.height * 0.4;
    const beside = (at) => {
      const middle = (at.left + at.right) / 2;
      return middle > area.right || middle < area.left;
    };
    const letters = [...node.data.matchAll(/[\p{L}\p{N}]/gu)];
    run.letters = letters.length;
    let text = "";
    for (const { index, 0: letter } of letters) {
      if (--budget.letters < 0) return;
      const [at] = rects(node, index, index + letter.length);
      if (!at) continue;
      const lowered = low(at);
      if (!lowered && !beside(at)) continue;
      if (run.lost === 0) {
        text = node.data.slice(index, index + 200);
        run.axis = lowered ? "y" : "x";
        run.by = lowered ? area.byY : area.byX;
      }
      run.lost++;
    }
    run.lostText = squeeze(text).slice(0, 80);
  }

  // All real text that is drawn now, by its text node.
  function look() {
    const runs = new Map();
    const known = new Map();
    const budget = { letters: MOST_LETTERS };
    for (const element of elements()) {
      if (runs.size >= MOST_RUNS) break;
      let seen = null;
      for (let node = firstOf.call(element); node; node = nextOf.call(node)) {
        if (runs.size >= MOST_RUNS) break;
        if (node.nodeType !== 3 || !/[\p{L}\p{N}]/u.test(node.data)) continue;
        seen ??= visible(element);
        if (!seen) break;
        const it = about(element, known);
        if (it.skipped) break;
        const lines = rects(node);
        if (lines.length === 0) continue;
        const run = { node, element, it, area: it.area, lines, letters: 0, lost: 0, lostText: "", by: null, axis: "" };
        run.outside = element.ownerDocument === document && lines.every((at) => at.right <= 0 || at.bottom <= 0 || at.left >= innerWidth);
        measureLost(run, budget);
        runs.set(node, run);
      }
    }
    const cutting = new Set();
    for (const run of runs.values()) if (run.lost && run.by) cutting.add(run.by.element);
    return { runs, known, cutting, overlaps: overlaps(runs) };
  }

  const core = (at, spacing) => ({
    left: at.left, right: at.right - spacing, top: at.top + at.height * 0.15, bottom: at.bottom - at.height * 0.15,
  });

  // Pairs of lines of unrelated blocks, one drawn over the other: Map of block → Map of block → [run, run].
  function overlaps(runs) {
    const lines = [];
    for (const run of runs.values()) {
      if (run.it.stays || run.outside) continue;
      const spacing = parseFloat(run.it.style.letterSpacing) || 0;
      const { shown } = run.it;
      for (const rect of run.lines) {
        const at = core(rect, spacing);
        if (lines.length >= MOST_LINES) break;
        const left = Math.max(at.left, shown.left);
        const right = Math.min(at.right, shown.right);
        const top = Math.max(at.top, shown.top);
        const bottom = Math.min(at.bottom, shown.bottom);
        if (left < right && top < bottom) lines.push({ run, at: { left, top, right, bottom } });
      }
    }
    lines.sort((a, b) => a.at.top - b.at.top);
    const found = new Map();
    let active = [];
    for (const line of lines) {
      active = active.filter((other) => other.at.bottom > line.at.top);
      for (const other of active) {
        const wide = Math.min(line.at.right, other.at.right) - Math.max(line.at.left, other.at.left);
        if (wide < 6) continue;
        const high = Math.min(line.at.bottom, other.at.bottom) - Math.max(line.at.top, other.at.top);
        if (high < 0.15 * Math.min(line.at.bottom - line.at.top, other.at.bottom - other.at.top)) continue;
        const comesFirst = Node.prototype.compareDocumentPosition.call(other.run.node, line.run.node) & 4;
        const [a, b] = comesFirst ? [other.run, line.run] : [line.run, other.run];
        const [one, two] = [a.it.block, b.it.block];
        if (one === two || contains(one, two) || contains(two, one) || one.ownerDocument !== two.ownerDocument) continue;
        if (!found.has(one)) found.set(one, new Map());
        if (!found.get(one).has(two)) found.get(one).set(two, [a, b]);
      }
      active.push(line);
    }
    return found;
  }

  const overlapped = (overlaps, one, two) => overlaps.get(one)?.has(two) || overlaps.get(two)?.has(one) || false;

  let before = null;
  let now = null;
  const drawn = (run) => run && !run.lost && !run.outside;

  // Ends moves that a change of style or size began, so that what is measured is where they lead.
  function finish() {
    for (const animation of Document.prototype.getAnimations.call(document)) {
      if ("transitionProperty" in animation) animation.finish();
    }
  }

  function remember() {
    before = now = look();
    return before.runs.size;
  }

  // What has come to be cut off or overlaid since `remember`.
  function changed() {
    finish();
    now = look();
    const groups = new Map();
    for (const run of now.runs.values()) {
      if (!run.lost || !drawn(before.runs.get(run.node))) continue;
      if (run.by && before.cutting.has(run.by.element)) continue;
      const far = !run.by || squeeze(run.by.element.textContent).length > 1000;
      const at = far ? run.it.block : run.by.element;
      const group = groups.get(at) ?? { at, axis: run.axis, by: run.by, runs: [] };
      group.runs.push(run);
      groups.set(at, group);
    }
    const cut = [...groups.values()].slice(0, MOST_TOLD).map((group) => {
      const { at, by, runs } = group;
      const style = by ? by.style : getComputedStyle(at);
      let rest = false; // something else in it is still to be seen
      for (const run of now.runs.values()) rest ||= !run.lost && contains(at, run.node);
      const around = parent(at) ?? at;
      return {
        place: place(at),
        text: runs[0].lostText,
        lost: runs.reduce((sum, run) => sum + run.lost, 0),
        axis: group.axis,
        partly: runs.some((run) => run.lost < run.letters),
        rest,
        shortened: style.textOverflow !== "clip" || style.webkitLineClamp !== "none",
        more: matches(at, "a[href] *, a[href], button, button *, [title]") || holds(at, `a[href], ${SHOWS_MORE}, [title]`) || holds(around, SHOWS_MORE),
      };
    });
    const over = [];
    for (const [one, others] of now.overlaps) {
      for (const [two, [a, b]] of others) {
        if (over.length >= MOST_TOLD) break;
        if (!drawn(before.runs.get(a.node)) || !drawn(before.runs.get(b.node)) || overlapped(before.overlaps, one, two)) continue;
        over.push({
          place: place(one),
          other: place(two),
          text: squeeze(a.node.data).slice(0, 80),
          otherText: squeeze(b.node.data).slice(0, 80),
          layered: a.it.layer !== b.it.layer,
        });
      }
    }
    return { texts: before.runs.size, cut, over };
  }

  // The first word of a run that reaches beyond a line upright in the window.
  function wordBeyond(run, edge) {
    for (const { 0: word, index } of [...run.node.data.matchAll(/\S+/g)].slice(0, 300)) {
      if (rects(run.node, index, index + word.length).some((at) => at.right > edge)) return word.slice(0, 80);
    }
    return "";
  }

  return {
    remember, changed, wordBeyond, finish, squeeze, matches, holds, contains, drawn,
    page: () => place(document.documentElement), before: () => before, now: () => now,
  };
})()
