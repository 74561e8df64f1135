// How a page stands in smaller windows, beside how it stood at first. After text.js has looked at it.
(() => {
  const { elements, place, box, visible, named, parent, nameOf, attribute, rectOf } = auditor.driven;
  const { before, now, drawn, squeeze, holds, contains, wordBeyond } = auditor.text;
  const MOST = 20;
  const SLACK = 8; // CSS pixels beyond the edge that hide no letter
  const FIELD_SLACK = 24; // and no field: what is left of it can be used
  const MOST_OF_KIND = 5; // of what a person must look at
  const FIELDS = "input:not([type=hidden]), select, textarea, button";
  const TWO_WAY = "pre, [role=toolbar], [role=menubar], [role=grid], [role=treegrid], [role=application], [role=math], [role=img], [role=tablist]";
  const TURN = /\b(rotate|turn)\b.{0,30}\b(device|phone|screen|tablet|ipad)\b|\b(portrait|landscape)\s+(mode|orientation|view|only)\b/i;
  const DISMISSED = /cookie|consent|dismiss|close|accept|reject/i;
  const sizesAt = []; // of text, by element: in the first window, half and a quarter as wide

  const closest = (element, selector) => Element.prototype.closest.call(element, selector);
  const isRoot = (element) => nameOf(element) === "html" || nameOf(element) === "body";
  const fieldsBefore = new Set();

  function remember() {
    sizesAt.splice(0, Infinity, before());
    for (const field of document.querySelectorAll(FIELDS)) {
      if (fieldsBefore.size >= 500) break;
      const at = rectOf(field);
      if (at.width > 2 && at.right > 0 && at.right <= innerWidth && visible(field)) fieldsBefore.add(field);
    }
  }

  // What keeps to a width of its own: the outermost that reaches too far, or what in it says so.
  function cause(element, block) {
    const chain = [];
    const inline = (at) => /^(inline|contents)$/.test(getComputedStyle(at).display);
    for (let at = element; at && nameOf(at) !== "html" && chain.length < 200; at = parent(at)) chain.unshift(at);
    const first = chain.findIndex((at) => !inline(at) && rectOf(at).right > innerWidth + SLACK);
    if (first < 0) return block;
    const own = chain.slice(first).find((at) => ["width", "min-width"].some((name) => {
      const width = at.computedStyleMap().get(name);
      return width?.unit === "px" && width.value > innerWidth - Math.max(0, rectOf(at).left);
    }));
    if (own) return own;
    const around = first > 0 ? chain[first - 1] : null;
    if (around && !isRoot(around)) {
      const { display, flexWrap, flexDirection } = getComputedStyle(around);
      if (display.includes("grid")) return around;
      if (display.includes("flex") && flexWrap === "nowrap" && flexDirection.startsWith("row")) return around;
    }
    return chain[first];
  }

  function fewOfKind() {
    const counts = {};
    return ({ kind }) => kind === "text" || kind === "field" || (counts[kind] = (counts[kind] ?? 0) + 1) <= MOST_OF_KIND;
  }

  function isData(table) {
    try {
      return axe.commons.table.isDataTable(table);
    } catch {
      return true; // it came after axe looked
    }
  }

  // What reaches beyond the window's edge and can be scrolled to, by what makes it so.
  function sideways() {
    const found = new Map();
    const add = (key, kind, at, text, over) => {
      const told = found.get(key) ?? { at, kind, text, over: 0 };
      told.over = Math.max(told.over, over);
      found.set(key, told);
    };
    const root = document.scrollingElement ?? document.documentElement;
    const scrolls = root.scrollWidth > innerWidth + 1;
    for (const run of now().runs.values()) {
      if (found.size >= 100) break;
      const { element, it, area } = run;
      if (element.ownerDocument !== document || run.lost || !drawn(before().runs.get(run.node))) continue;
      const over = Math.max(...run.lines.map((at) => at.right)) - innerWidth;
      if (over <= SLACK) continue;
      const text = squeeze(run.node.data).slice(0, 80);
      const exempt = closest(element, TWO_WAY);
      const cell = closest(element, "td, th");
      const table = cell && closest(cell, "table");
      const isLaidOut = table && /^(presentation|none)$/.test(attribute(table, "role") ?? "");
      if (table && !isLaidOut) {
        if (!isData(table)) add(table, "table", table, text, over);
        else if (rectOf(cell).width > innerWidth && squeeze(cell.textContent).length >= 80) add(table, "cell", cell, text, over);
      } else if (exempt) {
        if (nameOf(exempt) === "pre" && scrolls && !it.scrollerX) add(exempt, "code", exempt, text, over);
      } else if (it.scrollerX) {
        const wide = rectOf(it.block).width > innerWidth && squeeze(it.block.textContent).length >= 80;
        if (wide) add(it.scrollerX, "scroller", it.block, text, over);
      } else if (scrolls && area.right === Infinity) {
        const at = cause(element, it.block);
        const mayWrap = it.style.whiteSpace.startsWith("normal") || !/\s/.test(squeeze(run.node.data));
        const isWord = at === it.block && rectOf(at).right <= innerWidth + SLACK && mayWrap;
        add(at, isWord ? "word" : "text", at, (isWord && wordBeyond(run, innerWidth + SLACK)) || text, over);
      }
    }
    for (const field of scrolls ? fieldsBefore : []) {
      if (found.size >= 100 || !visible(field)) continue;
      const over = rectOf(field).right - innerWidth;
      const told = now().known.get(parent(field));
      if (over <= FIELD_SLACK || told?.skipped || told?.scrollerX || closest(field, `table, ${TWO_WAY}`)) continue;
      const at = cause(field, field);
      if (![...found.keys()].some((other) => contains(other, at) || contains(at, other))) add(at, "field", at, named(field), over);
    }
    return {
      scrollWidth: root.scrollWidth,
      wide: [...found.values()].filter(fewOfKind()).slice(0, MOST).map(({ at, ...told }) => ({ ...told, place: place(at) })),
    };
  }

  // Text that was drawn and is no longer, and is not said elsewhere.
  function gone() {
    const said = new Set();
    for (const run of now().runs.values()) said.add(squeeze(run.node.data).toLowerCase());
    const hidden = new Map();
    for (const run of before().runs.values()) {
      if (!drawn(run) || !run.node.isConnected || run.element.ownerDocument !== document || now().runs.has(run.node)) continue;
      if (run.it.skipped || visible(run.element) || said.has(squeeze(run.node.data).toLowerCase())) continue;
      if (closest(run.element, "nav, header, footer, aside, table, form, [role=navigation], [role=banner], [role=contentinfo], [class*=breadcrumb]")) continue;
      let top = run.element;
      for (let up = parent(top); up && !isRoot(up) && !visible(up); up = parent(up)) top = up;
      const around = parent(top) ?? top;
      if (holds(around, "summary, [aria-expanded], [aria-controls], [data-toggle], [data-bs-toggle], [role=tab]")) continue;
      hidden.set(top, [...(hidden.get(top) ?? []), squeeze(run.node.data)]);
    }
    return [...hidden].map(([top, texts]) => ({ place: place(top), text: texts.join(" ") }))
      .filter(({ text }) => text.length >= 60).slice(0, 5)
      .map((told) => ({ ...told, text: told.text.slice(0, 80) }));
  }

  // The share of the window under what stays in place while the page is scrolled, and the largest of it.
  function covering() {
    const root = document.scrollingElement ?? document.documentElement;
    if (root.scrollHeight <= innerHeight * 1.5) return null;
    const rows = new Array(64).fill(false);
    let largest = null;
    let most = 0;
    for (const element of elements()) {
      if (element.ownerDocument !== document) continue;
      const style = getComputedStyle(element);
      const sticks = style.position === "sticky" && style.top !== "auto" && !/^t[hrd]|^thead$/.test(nameOf(element));
      if (style.position !== "fixed" && !sticks) continue;
      const at = rectOf(element);
      if (at.width < innerWidth * 0.8 || at.height < 8 || !visible(element) || style.pointerEvents === "none") continue;
      if (closest(element, "dialog, [role=dialog], [role=alertdialog], [aria-modal]")) continue;
      if (DISMISSED.test(squeeze(element.textContent)) || holds(element, "[role=dialog], [aria-label*=close i]")) continue;
      if (at.right <= innerWidth * 0.8 || at.left >= innerWidth * 0.2) continue;
      if (!sticks && (at.bottom <= 0 || at.top >= innerHeight)) continue;
      const top = sticks ? Math.max(0, parseFloat(style.top) || 0) : Math.max(0, at.top);
      const bottom = Math.min(innerHeight, sticks ? top + at.height : at.bottom);
      for (let row = 0; row < 64; row++) {
        const middle = ((row + 0.5) * innerHeight) / 64;
        if (middle > top && middle < bottom) rows[row] = true;
      }
      if (bottom - top > most) [largest, most] = [element, bottom - top];
    }
    const share = rows.filter(Boolean).length / 64;
    return largest ? { place: place(largest), share } : null;
  }

  // Text whose size follows the window's width, so that enlarging the page does little for it.
  function growth() {
    const [whole, half, quarter] = sizesAt.map(({ known }) => known);
    const grows = (element) => {
      const sizes = [whole, half, quarter].map((known) => known.get(element)?.size ?? 0);
      return sizes.some((size) => size < 1) ? null : { twice: (2 * sizes[1]) / sizes[0], fourfold: (4 * sizes[2]) / sizes[0], size: sizes[0] };
    };
    const found = new Map();
    for (const run of before().runs.values()) {
      if (!drawn(run) || run.element.ownerDocument !== document || found.size >= MOST) continue;
      const grown = grows(run.element);
      if (!grown || grown.fourfold >= 2) continue;
      let top = run.element;
      for (let up = parent(top); up; up = parent(up)) {
        const more = grows(up);
        if (!more || Math.abs(more.fourfold - grown.fourfold) > 0.05) break;
        top = up;
      }
      if (!found.has(top)) found.set(top, { place: place(top), text: squeeze(run.node.data).slice(0, 80), ...grown });
    }
    return [...found.values()];
  }

  // How much is drawn, and what of it is turned on its side or asks to turn the device.
  function stance() {
    sizesAt.push(now());
    let letters = 0;
    let asks = null;
    const turned = new Map();
    for (const run of now().runs.values()) {
      const size = squeeze(run.node.data).length;
      letters += size;
      if (run.it.turned) turned.set(run.it.turned, (turned.get(run.it.turned) ?? 0) + size);
      if (!asks && !run.outside && size < 200 && TURN.test(run.node.data)) asks = run;
    }
    const largest = [...turned].sort((a, b) => b[1] - a[1])[0];
    return {
      letters,
      turned: largest && largest[1] > letters / 3 ? place(largest[0]) : null,
      asks: asks ? { place: place(asks.element), text: squeeze(asks.node.data).slice(0, 80) } : null,
    };
  }

  const locks = () => [...document.scripts].slice(0, 200).some((script) =>
    !script.src && /\bscreen\s*\.\s*(orientation\s*\.\s*lock|(moz|ms)?lockOrientation)\s*\(/i.test(script.textContent.slice(0, 200000)));

  const found = () => ({ sideways: sideways(), growth: growth(), gone: gone(), locks: locks(), page: place(document.documentElement) });

  return { remember, found, covering, stance };
})()
