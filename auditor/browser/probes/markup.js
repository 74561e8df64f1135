// What is seen as a heading, a list, a table or a group, and what the markup says of it; one pass over the page.
// Candidates only: rules in Python judge them. How it is read: auditor/evidence/markup.py.
(() => {
  const { own } = auditor;
  const { elements, nameOf, attribute, parent, place, visible, rectOf } = auditor.driven;
  const textOf = own(Node, "textContent");
  const childrenOf = own(Element, "children");
  const matches = own(Element, "matches");
  const closest = own(Element, "closest");
  const oneOf = own(Element, "querySelector");
  const allOf = own(Element, "querySelectorAll");
  const previousOf = own(Element, "previousElementSibling");
  const nextOf = own(Element, "nextElementSibling");
  const contains = own(Node, "contains");
  const position = own(Node, "compareDocumentPosition");
  const MOST = 30; // candidates of a kind
  const [ROWS, COLUMNS, TABLES] = [40, 15, 15];
  const squeezed = (text, most = 120) => String(text ?? "").slice(0, 3000).replace(/\s+/g, " ").trim().slice(0, most);
  const words = (element) => squeezed(textOf(element), 1000).split(" ").filter(Boolean).length;
  const INLINE = /^(a|abbr|b|bdi|bdo|big|br|cite|code|data|dfn|em|font|i|img|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|svg|time|tt|u|var|wbr)$/;
  const BOLD = /^(b|strong|big|font|span|em|u)$/;
  const INPUTS = "input:not([type=hidden]), select, textarea";
  const inline = (element, deep = 12) => deep > 0 && [...childrenOf(element)].every((each) => INLINE.test(nameOf(each)) && inline(each, deep - 1));
  const away = (element) => closest(element, "[aria-hidden=true]") !== null || !visible(element);
  const rootOf = own(Node, "getRootNode");
  const bodyOf = own(Document, "body");
  const topOf = own(Document, "documentElement");
  const withinShadow = own(DocumentFragment, "querySelector");
  // In the tree that an element is in.
  const here = (element, selector) => {
    const root = rootOf(element);
    return root instanceof ShadowRoot ? withinShadow(root, selector) : oneOf(topOf(element.ownerDocument), selector);
  };
  const byId = (element, id) => here(element, `#${CSS.escape(id)}`);

  // The pieces of text in an element: at most so many, longest first.
  function pieces(element, most = 8) {
    const walker = (element.ownerDocument ?? document).createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    while (found.length < most && walker.nextNode()) if (/[\p{L}\p{N}]/u.test(walker.currentNode.data)) found.push(walker.currentNode);
    return found.sort((a, b) => b.data.length - a.data.length);
  }

  const styles = new Map();
  function style(element) {
    if (!styles.has(element)) {
      const { fontSize, fontWeight } = getComputedStyle(element);
      styles.set(element, { size: parseFloat(fontSize) || 0, weight: Number(fontWeight) || 400 });
    }
    return styles.get(element);
  }

  // Of all its letters the least bold and the smallest; of running text, its longest piece.
  function smallest(element) {
    const looks = pieces(element).map((node) => style(node.parentElement));
    return { size: Math.min(...looks.map((each) => each.size)), weight: Math.min(...looks.map((each) => each.weight)) };
  }

  // The size in which most of the page's paragraphs are set.
  let most;
  function usual() {
    if (most !== undefined) return most;
    const letters = new Map();
    for (const each of [...allOf(topOf(document), "p, li, dd, td")].slice(0, 300)) {
      const [node] = pieces(each, 1);
      if (!node || node.data.length < 20) continue;
      const { size } = style(node.parentElement);
      letters.set(size, (letters.get(size) ?? 0) + node.data.length);
    }
    most = [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
    return most;
  }

  // ---- Headings by their look ----
  const NO_HEADING = "table, [role=table], [role=grid], li, [role=listitem], dl, figure, figcaption, label, legend, button, summary, a, nav, footer, header, blockquote, address, h1, h2, h3, h4, h5, h6, pre, q, [role=heading], [role=button], [role=tab], [role=navigation], [role=banner], [role=contentinfo], [role=img], [role=status], [role=alert], [role=term], [role=option], [role=menuitem]";

  const NOTE = /(^|[\s_-])(admonition|callout|alert|note|warning|notice|tip|seealso|inset)(?=$|[\s_-])/i; // what stands above it says what kind it is

  // The element that is seen after it: its next sibling, or its wrapper's.
  function follows(element) {
    let at = element;
    for (let up = 0; up < 3; up++) {
      let next = nextOf(at);
      for (let over = 0; next && over < 5 && (nameOf(next) === "br" || !squeezed(textOf(next), 1) || !visible(next)) && !matches(next, INPUTS) && !oneOf(next, INPUTS); over++) next = nextOf(next);
      if (next) return visible(next) ? next : null;
      at = parent(at);
      if (!at || !/^(div|section|span|center|p)$/.test(nameOf(at)) || squeezed(textOf(at), 200) !== squeezed(textOf(element), 200)) return null;
    }
    return null;
  }

  // Whether nothing but this inline element stands on its line.
  function alone(element) {
    const stops = (node, step) => {
      let at = node[step];
      while (at && (at.nodeType === 8 || (at.nodeType === 3 && !at.data.trim()))) at = at[step];
      return !at || (at.nodeType === 1 && (nameOf(at) === "br" || !INLINE.test(nameOf(at))));
    };
    return stops(element, "previousSibling") && stops(element, "nextSibling");
  }

  function heading(element, name) {
    const block = name === "p" || name === "div" || name === "center";
    if (block && !inline(element)) return null;
    const text = squeezed(textOf(element), 160);
    if (text.length < 3 || text.length > 120 || oneOf(element, "br + *, img, svg, input, button, [role=heading]")) return null;
    if (!block && (!alone(element) || inline(parent(element)) || BOLD.test(nameOf(parent(element))))) return null;
    if (closest(element, NO_HEADING) || away(element)) return null;
    for (let at = element, up = 0; at && up < 3; at = parent(at), up++) if (NOTE.test(attribute(at, "class") ?? "")) return null;
    const links = oneOf(element, "a");
    if (links && squeezed(textOf(links), 160) === text) return null;
    const next = follows(element);
    if (!next || matches(next, INPUTS) || matches(next, "h1, h2, h3, h4, h5, h6, [role=heading], a, button, form, label, nav, footer") || oneOf(next, INPUTS)) return null;
    const first = oneOf(next, "h1, h2, h3, h4, h5, h6, [role=heading]");
    if (first && squeezed(textOf(next), 2000).startsWith(squeezed(textOf(first), 40))) return null;
    const [at, below] = [rectOf(element), rectOf(next)];
    if (at.height < 4 || at.width < 4 || at.bottom > below.top + 6 || Math.abs(at.left - below.left) > 80) return null;
    const running = pieces(next, 6)[0];
    if (!running || closest(running.parentElement, "pre, code, samp, textarea, [role=img]")) return null;
    const id = attribute(element, "id");
    if (id && here(element, `[aria-labelledby~="${CSS.escape(id)}"]`)) return null;
    const before = previousOf(element);
    return {
      text, ...smallest(element),
      text_size: Math.max(style(running.parentElement).size, usual()), text_weight: style(running.parentElement).weight,
      text_words: words(next), text_name: nameOf(next),
      under_heading: Boolean(before && matches(before, "h1, h2, h3, h4, h5, h6, [role=heading], hgroup")),
      element,
    };
  }

  // ---- Lists by their look ----
  const MARK = /^[\s\u00a0]*(?:[•·‣▪▫●○◦■□►▶▸➢➤➔✓✔✗✘*»›\u2010-\u2015\-\uf0b7\uf0a7o]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])[\s\u00a0]+[\p{L}\p{N}"'“‘(£$€]/u;
  const inList = (element) => closest(element, "pre, code, [role=list], [role=img], nav[aria-label*=breadcrumb i]") !== null;

  function lines(element) {
    const found = [""];
    for (let node = element.firstChild; node && found.length < 200; node = node.nextSibling) {
      if (node.nodeType === 1 && nameOf(node) === "br") found.push("");
      else if (node.nodeType === 1 || node.nodeType === 3) found[found.length - 1] += textOf(node).slice(0, 1000);
    }
    return found.map((line) => line.replace(/[\n\t ]+/g, " ").trim()).filter(Boolean);
  }

  function broken(element) {
    if (![...childrenOf(element)].some((each) => nameOf(each) === "br") || !inline(element)) return null;
    const all = lines(element);
    return all.filter((line) => MARK.test(line)).length >= 2 ? all : null;
  }

  const ICON = 26; // pixels: a picture before a line that may be its bullet
  function bullet(element) {
    const first = childrenOf(element)[0];
    if (!first || nameOf(first) !== "img" || squeezed(textOf(element), 3).length < 3) return "";
    const before = squeezed(textOf(element).slice(0, 200));
    const at = rectOf(first);
    return before && at.width <= ICON && at.height <= ICON && at.width > 0 ? attribute(first, "src") ?? "" : "";
  }

  // A run of like blocks that each begin with a mark; told at its first.
  function run(element, name) {
    const mark = (each) => (MARK.test(textOf(each).slice(0, 80)) ? "text" : bullet(each) && `image ${bullet(each)}`);
    if (!inline(element)) return null;
    const kind = mark(element);
    if (!kind) return null;
    const alike = (each) => each && nameOf(each) === name && mark(each) === kind;
    if (alike(previousOf(element))) return null;
    const all = [];
    for (let at = element; all.length < 60 && alike(at); at = nextOf(at)) {
      if (!inline(at)) return null;
      all.push(squeezed(textOf(at), 400));
    }
    return all.length >= 2 ? { lines: all, how: kind === "text" ? "blocks" : "images" } : null;
  }

  // ---- Tables ----
  const roleOf = (element) => (attribute(element, "role") ?? "").trim().toLowerCase().split(/\s+/)[0];
  const KINDS = { columnheader: "columnheader", rowheader: "rowheader", cell: "cell", gridcell: "cell" };

  function cell(element, looks) {
    const native = /^t[dh]$/.test(nameOf(element));
    const role = roleOf(element);
    const kind = KINDS[role] ?? (role && role !== "none" && role !== "presentation" ? "other" : nameOf(element) === "th" ? "header" : "cell");
    const span = (key, most) => Math.min(most, Math.max(1, Math.trunc(Number(attribute(element, native ? key : `aria-${key}`))) || 1));
    const text = squeezed(textOf(element), 80);
    let [bold, shade] = [false, ""];
    if (looks && text) {
      bold = smallest(element).weight >= 600;
      shade = getComputedStyle(element).backgroundColor;
      if (shade === "rgba(0, 0, 0, 0)") shade = getComputedStyle(parent(element)).backgroundColor;
    }
    return {
      text, kind, bold, shade,
      id: squeezed(attribute(element, "id"), 80),
      scope: squeezed(attribute(element, "scope"), 12).toLowerCase(),
      headers: squeezed(attribute(element, "headers"), 300),
      columns: span("colspan", 50), rows: span("rowspan", 200),
      words: words(element),
      blocks: oneOf(element, "h1, h2, h3, h4, h5, h6, table, form, nav, iframe, main, article, section, ul, ol, blockquote") !== null || allOf(element, "p").length > 2,
      content: text !== "" || oneOf(element, "img, svg, input, button, select, a[href]") !== null,
      hidden: !visible(element) || attribute(element, "aria-hidden") === "true",
    };
  }

  function table(element, native) {
    let rows;
    if (native) rows = [...own(HTMLTableElement, "rows")(element)];
    else rows = [...allOf(element, "[role=row]")].filter((row) => closest(row, "[role=table], [role=grid], [role=treegrid]") === element);
    const cellsOf = (row) => (native ? [...row.cells] : [...allOf(row, "[role=columnheader], [role=rowheader], [role=cell], [role=gridcell]")]);
    const around = closest(parent(element) ?? element, "table, [role=table], [role=grid]");
    const told = rows.slice(0, ROWS).map((row, at) => cellsOf(row).slice(0, COLUMNS).map((each, column) => cell(each, at < 4 || column === 0)));
    return {
      element, native, role: roleOf(element),
      caption: squeezed(native && element.caption ? textOf(element.caption) : ""),
      summary: squeezed(attribute(element, "summary")),
      named: Boolean(squeezed(attribute(element, "aria-label")) || attribute(element, "aria-labelledby")),
      whole: rows.length <= ROWS && rows.every((row) => cellsOf(row).length <= COLUMNS),
      nested: Boolean(around),
      holds: oneOf(element, "table") !== null,
      head: native && oneOf(element, "thead") !== null,
      sections: native ? rows.slice(0, ROWS).map((row) => [...element.tBodies].indexOf(parent(row))) : [],
      form: allOf(element, INPUTS).length,
      rows: told,
    };
  }

  function gridColumns(element) {
    const style = getComputedStyle(element);
    return style.display === "grid" ? style.gridTemplateColumns.split(" ").length : 0;
  }

  // The texts that a grid sets in rows, where each cell of it holds one.
  function inTracks(element, children, tracks) {
    const some = children.slice(0, 12 * tracks);
    if (tracks < 2 || tracks > 12 || children.length % tracks || some.length < 3 * tracks || !visible(element)) return null;
    if (closest(element, "table, [role=table], [role=grid], [role=treegrid], [role=list], nav, dl, [aria-hidden=true]")) return null;
    for (const [at, each] of some.entries()) {
      if (!/^(div|span|b|strong|p|i|em)$/.test(nameOf(each)) || words(each) > 8 || oneOf(each, "div, p, ul, h1, h2, h3, h4, button, input, a[href], img")) return null;
      if (Math.abs(rectOf(each).left - rectOf(some[at % tracks]).left) > 3) return null;
    }
    const rows = [];
    for (let at = 0; at < some.length; at += tracks) rows.push(some.slice(at, at + tracks).map((each) => squeezed(textOf(each), 40)));
    return rows;
  }

  // Boxes set out as rows and columns that no role calls a table: their texts, row by row.
  function boxes(element) {
    const children = [...childrenOf(element)].slice(0, 200);
    const isLike = (row) => nameOf(row) === "div" && childrenOf(row).length === columns;
    const first = children.findIndex((each) => nameOf(each) === "div" && childrenOf(each).length >= 3);
    const columns = first < 0 ? 0 : childrenOf(children[first]).length;
    const end = children.findIndex((each, at) => at > first && !isLike(each));
    const rows = children.slice(first, end < 0 ? undefined : end);
    if (children.length >= 9 && (first < 0 || rows.length < 3)) {
      const tracks = gridColumns(element);
      if (tracks) return inTracks(element, children, tracks);
    }
    if (first < 0 || rows.length < 3 || columns > 12) return null;
    if (closest(element, "table, [role=table], [role=grid], [role=treegrid], [role=list], nav, [aria-hidden=true]")) return null;
    const some = rows.slice(0, 12);
    const lefts = childrenOf(some[0]);
    for (const row of some) {
      for (const [at, each] of [...childrenOf(row)].entries()) {
        if (words(each) > 8 || oneOf(each, "div, p, h1, h2, h3, h4, button, input")) return null;
        if (Math.abs(rectOf(each).left - rectOf(lefts[at]).left) > 3) return null;
      }
    }
    if (rectOf(lefts[0]).left === rectOf(lefts[1]).left || !visible(element)) return null;
    return some.map((row) => [...childrenOf(row)].map((each) => squeezed(textOf(each), 40)));
  }

  // ---- Text in columns by spaces ----
  const CODE = /code|highlight|source|prettyprint|console|language-|lang-|terminal|shell|syntax|brush|diff|program|listing|screen|synopsis/i;
  function spaced(element, name) {
    if (name === "pre") {
      const text = textOf(element).slice(0, 4000);
      if (oneOf(element, "code, samp, kbd") || closest(element, "code, samp, [role=img], figure") || away(element)) return null;
      for (let at = element, up = 0; at && up < 3; at = parent(at), up++) if (CODE.test(attribute(at, "class") ?? "")) return null;
      return text.split("\n").slice(0, 60);
    }
    if (!/[\u00a0\u2003]{3}/.test(textOf(element).slice(0, 3000)) || away(element)) return null;
    return lines(element).slice(0, 60);
  }

  // ---- Groups of radio buttons and boxes ----
  const GROUP = "fieldset, [role=group], [role=radiogroup]";
  function groupName(element) {
    const label = squeezed(attribute(element, "aria-label"));
    if (label) return label;
    const ids = (attribute(element, "aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
    const named = squeezed(ids.map((id) => textOf(byId(element, id) ?? document.createElement("i"))).join(" "));
    if (named) return named;
    if (nameOf(element) === "fieldset") {
      const legend = [...childrenOf(element)].find((each) => nameOf(each) === "legend");
      const said = legend && (squeezed(textOf(legend)) || squeezed(attribute(oneOf(legend, "[alt]") ?? legend, "alt")));
      if (said) return said;
    }
    return squeezed(attribute(element, "title"));
  }

  // What is written just before the first of them: text, and what it is marked up as.
  function question(first, members, around) {
    const labels = new Set(members.flatMap((each) => [...(each.labels ?? [])]));
    const start = [...(first.labels ?? [])].find((each) => position(each, first) & 20) ?? first; // before or around it
    let at = contains(start, first) ? start : position(start, first) & 4 ? start : first;
    for (let up = 0; at && up < 4; up++) {
      for (let node = at.previousSibling, steps = 0; node && steps < 4; node = node.previousSibling, steps++) {
        const element = node.nodeType === 1;
        if (element && (labels.has(node) || oneOf(node, INPUTS) || matches(node, "hr, button") || matches(node, INPUTS))) return null;
        const text = node.nodeType === 3 || element ? squeezed(textOf(node), 300) : "";
        if (!text || (element && !visible(node))) continue;
        const is = element ? (matches(node, "h1, h2, h3, h4, h5, h6, [role=heading]") || oneOf(node, "h1, h2, h3, h4, h5, h6") ? "heading" : nameOf(node)) : "text";
        return { text, is };
      }
      at = parent(at);
      if (!at || matches(at, "body, main, form") || (around && at === parent(around))) return null;
    }
    return null;
  }

  function groups(inputs) {
    const found = new Map();
    for (const input of inputs) {
      const type = (attribute(input, "type") ?? attribute(input, "role") ?? "").toLowerCase();
      const name = (attribute(input, "name") ?? "").replace(/\[.*$|[-_.]?\d+$/, "");
      if (!name && nameOf(input) === "input") continue;
      const form = closest(input, "form") ?? rootOf(input);
      const key = `${type} ${name}`;
      if (!found.has(form)) found.set(form, new Map());
      if (!found.get(form).has(key)) found.get(form).set(key, []);
      found.get(form).get(key).push(input);
    }
    const told = [];
    for (const byName of found.values()) {
      for (const [key, members] of byName) {
        const shown = members.filter((each) => !each.disabled && (each.checkVisibility?.({ visibilityProperty: true }) ?? true));
        if (shown.length < 2 || told.length >= MOST) continue;
        const [first] = shown;
        let group = closest(first, GROUP);
        while (group && !(shown.every((each) => contains(group, each)) && groupName(group))) {
          group = closest(parent(group) ?? topOf(document), GROUP);
        }
        const fieldset = closest(first, GROUP);
        let common = parent(first);
        while (common && !shown.every((each) => contains(common, each))) common = parent(common);
        if (!common) continue;
        const byEach = shown.every((each) => attribute(each, "aria-describedby") || (attribute(each, "aria-labelledby") ?? "").trim().split(/\s+/).length > 1);
        const asked = group ? null : question(first, shown, null);
        const row = closest(first, "tr, [role=row]");
        told.push({
          element: matches(common, "body, main, form") ? parent(first) : common,
          type: key.split(" ")[0], count: shown.length, named: group ? groupName(group) : "",
          fieldset: Boolean(fieldset && shown.every((each) => contains(fieldset, each))),
          each: byEach || Boolean(row && oneOf(row, "th, [role=rowheader]")),
          question: asked?.text ?? "", is: asked?.is ?? "",
          labels: shown.slice(0, 4).map((each) => squeezed([...(each.labels ?? [])].map((label) => textOf(label)).join(" ") || textOf(each), 60)),
        });
      }
    }
    return told;
  }

  // ---- Words that the style sheet adds ----
  function* stylings(rules, budget) {
    for (const rule of rules ?? []) {
      if (--budget.left < 0) return;
      if (rule.media && !matchMedia(rule.media.mediaText).matches) continue;
      if (rule.selectorText && /::?(before|after)/.test(rule.selectorText)) {
        const content = rule.style?.content ?? "";
        if (/attr\(|["'][^"']*\p{L}{2}/u.test(content)) yield rule.selectorText;
      }
      if (rule.cssRules?.length) yield* stylings(rule.cssRules, budget);
    }
  }

  function generated() {
    const found = [];
    const seen = new Set();
    const budget = { left: 20000 };
    for (const sheet of [...own(Document, "styleSheets")(document), ...own(Document, "adoptedStyleSheets")(document)]) {
      let rules = null;
      try {
        rules = sheet.disabled || (sheet.media?.mediaText && !matchMedia(sheet.media.mediaText).matches) ? null : sheet.cssRules;
      } catch { /* of another origin: it may not be read */ }
      for (const selectorText of stylings(rules, budget)) {
        for (const selector of selectorText.slice(0, 2000).split(",")) {
          const [, plain, pseudo] = /^(.*?)::?(before|after)\s*$/.exec(selector.trim()) ?? [];
          if (!pseudo || found.length >= MOST) continue;
          let some = [];
          try { some = [...allOf(topOf(document), plain || "*")].slice(0, 60); } catch { continue; }
          for (const element of some) {
            if (found.length >= MOST || seen.has(element)) continue;
            const drawn = getComputedStyle(element, `::${pseudo}`);
            const parts = [...drawn.content.slice(0, 400).replace(/(url|image-set)\([^)]*\)/g, "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((part) => part[1]);
            const text = squeezed(parts.join(""), 160);
            if (!/\p{L}{2}/u.test(text) || drawn.content.includes("/") && /"\s*\/\s*"/.test(drawn.content)) continue;
            if (drawn.display === "none" || drawn.visibility !== "visible" || Number(drawn.opacity) === 0 || away(element)) continue;
            if (/icon|symbol|awesome|glyph|dingbat/i.test(drawn.fontFamily)) continue; // a ligature draws a sign
            if (parseFloat(drawn.fontSize) < 2 || /^(html|body)$/.test(nameOf(element))) continue;
            if (rectOf(element).width < 2 && !squeezed(textOf(element), 1)) continue;
            seen.add(element);
            found.push({ element, text, beside: squeezed(textOf(element), 80), named: Boolean(attribute(element, "aria-label")) });
          }
        }
      }
    }
    return found;
  }

  // ---- Markup that only changes looks ----
  const LOOKS = "font, center, big, strike, tt, basefont, [bgcolor], table[align], td[align], th[align], tr[align], p[align], div[align], h1[align], h2[align], h3[align], img[align], [valign], table[border][cellpadding], td[width], body[text], body[link]";
  const empty = (element) => element && nameOf(element) === "p" && childrenOf(element).length <= 1 && !/\S/.test(textOf(element))
    && [...childrenOf(element)].every((each) => nameOf(each) === "br");

  // ---- Structure used for its look ----
  const LONG = 25; // words
  function misused(element, name) {
    if (name === "fieldset") return oneOf(element, `${INPUTS}, button, [role], [tabindex]`) ? "" : "a fieldset without fields";
    if (name === "blockquote") return oneOf(element, "h1, h2, h3, h4, h5, h6, form, table, input, nav") ? "a quotation around headings, tables or fields" : "";
    if (attribute(element, "role")) return "";
    return words(element) > LONG ? `a heading of ${words(element)} words` : "";
  }

  // ---- Text that is seen elsewhere than where it is read ----
  const SEVERAL = 3;
  function moved(element) {
    const all = [...childrenOf(element)];
    if (all.length < SEVERAL || all.length > 60) return null;
    const boxes = all.map((each) => ({ each, at: rectOf(each) })).filter(({ at }) => at.width > 2 && at.height > 2);
    if (boxes.length < SEVERAL) return null;
    const sorted = (start, end, across) => {
      const rows = [];
      for (const box of [...boxes].sort((a, b) => a.at[start] - b.at[start])) {
        const row = rows.at(-1);
        if (row && box.at[start] < row.end - 3) row.all.push(box);
        else rows.push({ end: box.at[end], all: [box] });
      }
      return rows.flatMap((row) => row.all.sort((a, b) => a.at[across] - b.at[across]));
    };
    const wrong = (seen) => seen.findIndex((box, at) => box !== boxes[at]);
    const byRows = sorted("top", "bottom", "left");
    const first = wrong(byRows);
    if (first < 0 || wrong(sorted("left", "right", "top")) < 0) return null;
    const placed = boxes.filter(({ each }) => getComputedStyle(each).position === "absolute" && words(each) > 0 && !oneOf(each, "button, a[href], input"));
    if (placed.length < SEVERAL || getComputedStyle(element).direction === "rtl") return null;
    return { seen: squeezed(textOf(byRows[first].each), 60), read: squeezed(textOf(boxes[first].each), 60) };
  }

  // ---- A way past what is repeated ----
  const MENU = /(^|[-_\s])(nav|navbar|navigation|menu|topnav|sidenav|mainnav|subnav|sidebar)([-_\s]|$)/i;
  const HEADING = "h1, h2, h3, h4, h5, h6, [role=heading]";
  const SHELL = "nav, [role=navigation], aside, [role=complementary], [role=banner], footer, [role=contentinfo], [role=search], search";
  function shellOf(element) {
    for (let at = element; at && !/^(body|html)$/.test(nameOf(at)); at = parent(at)) {
      const name = nameOf(at);
      const role = roleOf(at);
      if (role === "main" || (name === "main" && !role)) return null;
      if (matches(at, SHELL)) return at;
      if (name === "header" && !role && !closest(parent(at), "article, section, main, [role=main]")) return at;
      if (/^(ul|ol|div|table)$/.test(name) && MENU.test(`${attribute(at, "class") ?? ""} ${attribute(at, "id") ?? ""}`.slice(0, 300)) && oneOf(at, "a[href]") && words(at) < 400
        && !oneOf(at, "main, [role=main], h1")) return at;
    }
    return null;
  }

  function bypass() {
    const body = bodyOf(document);
    if (!body || nameOf(body) !== "body") return null;
    const told = { blocks: [], links: 0, list: 0, main: false, heading: false, hidden_heading: false, skips: false, leads_nowhere: false, toggles: false, buttons: false, content: "" };
    told.main = [...allOf(body, "main:not([role]), main[role=main], [role=main]")].some((each) => !away(each) && squeezed(textOf(each), 1));
    // The first running text outside of what a template puts around the content.
    let content = null;
    const blocks = [];
    for (const element of allOf(body, "p, div, td, section, article, li, blockquote, dd, span, strong, b")) {
      if (content) break;
      let own_words = 0;
      for (let node = element.firstChild; node; node = node.nextSibling) if (node.nodeType === 3) own_words += node.data.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
      if (own_words < 8 || !visible(element) || shellOf(element) || closest(element, "a, button, label, form, header")) continue;
      content = element;
    }
    if (!content) return told;
    told.content = squeezed(textOf(content), 80);
    const before = (element) => Boolean(position(element, content) & 4) && !contains(element, content);
    let last = null;
    for (const element of allOf(body, "nav, aside, header, [role=navigation], [role=complementary], [role=banner], [role=search], search, ul, ol, div, table")) {
      if (blocks.length >= 20 || !before(element) || (last && contains(last, element)) || shellOf(element) !== element || away(element)) continue;
      const links = allOf(element, "a[href], button, input:not([type=hidden]), select").length;
      if (!links && words(element) < 6) continue;
      last = element;
      blocks.push(element);
      told.blocks.push({ name: roleOf(element) || nameOf(element), links, words: words(element) });
    }
    const shell = (element) => blocks.some((block) => contains(block, element)) || shellOf(element) !== null;
    const start = blocks[0];
    for (const each of allOf(body, "a[href], area[href]")) {
      if (!before(each) || told.links > 500) break;
      const href = attribute(each, "href");
      if (!/^#./.test(href)) {
        if (visible(each) && /^(#|javascript:)/i.test(href)) told.buttons = true;
        else if (visible(each)) told.links++;
        continue;
      }
      let id = href.slice(1);
      try { id = decodeURIComponent(id); } catch { /* as it is written */ }
      const there = byId(body, id) ?? oneOf(body, `a[name="${CSS.escape(id)}"]`);
      if (!there && !told.links && id !== "top" && /\b(skip|jump|go|neidio|mynd)\b/i.test(textOf(each))) told.leads_nowhere = true;
      const reached = each.checkVisibility?.({ visibilityProperty: true }) ?? true;
      if (!there || !reached || away(there) && !contains(there, content)) continue;
      // Past at least one block, and not into another.
      const past = !start || Boolean(position(start, there) & 4);
      if (past && !shell(there) && !blocks.some((block) => before(block) && position(there, block) & 4 && !contains(there, block))) told.skips = true;
    }
    for (const each of allOf(body, "button, summary, [role=button], a[aria-expanded], a[aria-controls]")) {
      if (!before(each) && !contains(each, content)) break;
      if (away(each)) continue;
      if (attribute(each, "aria-expanded") !== null || attribute(each, "aria-controls") || nameOf(each) === "summary") told.toggles = true;
      else if (!closest(each, "form")) told.buttons = true;
    }
    for (const each of allOf(body, HEADING)) {
      if (shell(each) || closest(each, "[aria-hidden=true]") || !squeezed(axeText(each), 1)) continue;
      if (start && !(position(start, each) & 4)) continue; // before all that is to be passed
      const at = rectOf(each);
      const seen = visible(each) && at.width > 2 && at.height > 2 && at.right > 0 && at.bottom + scrollY > 0;
      if (seen) told.heading = true;
      else if (each.checkVisibility?.({ visibilityProperty: true })) told.hidden_heading = true;
    }
    for (const list of allOf(body, "ul, ol, table, td, div, p")) {
      if (!before(list)) continue;
      const links = [...childrenOf(list)].filter((each) => nameOf(each) === "a" || oneOf(each, "a[href]")).length;
      if (links > told.list && visible(list)) told.list = links;
    }
    return told;
  }

  const axeText = (element) => {
    try { return axe.commons.text.accessibleText(element) || textOf(element); } catch { return textOf(element); }
  };

  function tell() {
    const found = { headings: [], lists: [], tables: [], boxes: [], columns: [], groups: [], letters: [], presentation: [], words: [], misused: [], moved: [] };
    const inputs = [];
    const looks = new Map(); // what changes looks alone -> its first place, how often
    const note = (what, element) => {
      const at = looks.get(what);
      if (at) at.count++;
      else looks.set(what, { what, count: 1, element });
    };
    const room = (kind) => found[kind].length < MOST;
    for (const element of elements()) {
      const name = nameOf(element);
      if (name === "p" || name === "div" || name === "center" || BOLD.test(name)) {
        const it = room("headings") && heading(element, name);
        if (it && (it.size >= 1.15 * it.text_size || (it.weight >= 600 && it.text_weight < 600))) found.headings.push(it);
      }
      if (/^(p|div|td|dd|li|section|article|font|center|blockquote|span)$/.test(name)) {
        const all = room("lists") && !inList(element) ? broken(element) : null;
        if (all && !away(element)) found.lists.push({ element, lines: all.slice(0, 60).map((line) => line.slice(0, 400)), how: "br" });
      }
      if ((name === "p" || name === "div") && room("lists")) {
        const told = run(element, name);
        if (told && !inList(element) && !away(element)) found.lists.push({ element, ...told });
      }
      if (name === "table" ? found.tables.length < TABLES : found.tables.length < TABLES && name !== "table" && /^(table|grid)$/.test(roleOf(element))) {
        if (!away(element)) found.tables.push(table(element, name === "table"));
      }
      if (/^(div|section|article|main)$/.test(name) && found.boxes.length < 5) {
        const rows = boxes(element);
        if (rows) found.boxes.push({ element, rows });
      }
      if ((name === "pre" || name === "p" || name === "div" && childrenOf(element).length > 1 && inline(element)) && found.columns.length < 10) {
        const rows = spaced(element, name);
        if (rows && rows.length > 2) found.columns.push({ element, pre: name === "pre", lines: rows.map((line) => line.slice(0, 200)) });
      }
      if ((name === "input" && /^(radio|checkbox)$/i.test(attribute(element, "type") ?? "")) || (roleOf(element) === "radio" && name !== "input")) inputs.push(element);
      if (room("letters") && /^(p|h[1-6]|span|div|a|strong|b|em|td|th|li|button|font|label|caption)$/.test(name)) {
        for (let node = element.firstChild; node; node = node.nextSibling) {
          if (node.nodeType !== 3 || node.data.length < 7) continue;
          const [said] = /(?<![\p{L}\p{N}])\p{L}(?:[ \u00a0]{1,2}\p{L}){3,30}(?![\p{L}\p{N}])/u.exec(node.data.slice(0, 3000)) ?? [];
          if (said && !away(element)) {
            found.letters.push({ element, text: squeezed(said, 80) });
            break;
          }
        }
      }
      if (matches(element, LOOKS)) note(INLINE.test(name) && name !== "img" || /^(center|basefont)$/.test(name) ? `<${name}>` : "attributes such as align, bgcolor or width", element);
      if (empty(element) && empty(previousOf(element)) && visible(element)) note("empty paragraphs", previousOf(element));
      if (name === "br" && nameOf(nextOf(element) ?? element) === "br") {
        const next = nextOf(element);
        const third = next && next !== element ? nextOf(next) : null;
        const blank = (a, b) => { for (let n = a.nextSibling; n && n !== b; n = n.nextSibling) if (/\S/.test(textOf(n))) return false; return true; };
        if (third && nameOf(third) === "br" && blank(element, next) && blank(next, third) && visible(parent(element))) note("three line breaks or more in a row", parent(element));
      }
      if (room("misused") && /^(h[1-6]|fieldset|blockquote)$/.test(name)) {
        const what = misused(element, name);
        if (what && !away(element)) found.misused.push({ element, text: what });
      }
      if (room("moved") && /^(div|ul|ol|dl|p|section|article|main|body|td|nav)$/.test(name)) {
        const told = moved(element);
        if (told && !away(element)) found.moved.push({ element, ...told });
      }
    }
    found.groups = groups(inputs);
    found.words = generated();
    found.presentation = [...looks.values()];
    for (const all of Object.values(found)) {
      for (const each of all) {
        each.place = place(each.element);
        delete each.element;
      }
    }
    return { ...found, bypass: bypass(), page: place(topOf(document)) };
  }

  return { tell };
})()
