// What links, controls, pictures and frames are called, and what stands around them. Nothing is changed.
(() => {
  const { own, elements, place, nameOf, attribute, rectOf, shadowOf, documentOf } = auditor.driven;
  const MOST = { links: 3000, told: 200, controls: 100, pictures: 150, frames: 30, nodes: 300, ms: 800 }; // ms for each kind
  const BLOCK = new Set(`address article aside blockquote body button caption center dd details dialog div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html label legend li main menu nav ol p pre section summary table
    tbody td tfoot th thead tr ul`.split(/\s+/));
  const SILENT = new Set(["script", "style", "noscript", "template", "select", "textarea", "title", "desc"]);
  // Their content is their name (https://www.w3.org/TR/wai-aria-1.2/#namefromcontent).
  const BY_CONTENT = /^(button|link|checkbox|radio|switch|tab|option|menuitem|menuitemcheckbox|menuitemradio|treeitem)$/;
  const FIELD = "input:not([type=hidden i], [type=image i]), select, textarea";
  const NUMBERED = /^\d+(\.\d+)+\.?\s+(?![kmg]i?b\b|bytes)/i; // a section of a long text: "5.3.1. Format"
  const NAVIGATION = "nav, [role=navigation i], [role=menu i], [role=menubar i], [role=toolbar i], [role=tablist i]";
  // A form's fields, and pictures with a name, stand in for what a form or the document has by that name.
  const [textOf, contains, parentOf, firstOf, nextOf, previousOf, rootOf] =
    ["textContent", "contains", "parentElement", "firstChild", "nextSibling", "previousSibling", "getRootNode"].map((name) => own(Node, name));
  const [closest, childCount, childrenOf, firstWithin, allWithin, matches, before, isShown] =
    ["closest", "childElementCount", "children", "querySelector", "querySelectorAll", "matches", "previousElementSibling", "checkVisibility"]
      .map((name) => own(Element, name));
  const [bodyOf, titleOf, byIdIn, topOf] = ["body", "title", "getElementById", "documentElement"].map((name) => own(Document, name));

  const tidy = (text, most) => String(text ?? "").slice(0, 20000).replace(/\s+/g, " ").trim().slice(0, most);
  const plain = (text) => text.replace(/[^\p{L}\p{M}\p{N}]+/gu, " ").trim().toLowerCase();
  const heard = (element) => axe.commons.dom.isVisibleToScreenReaders(element);
  const visible = (element) => isShown(element, { visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true });
  const byId = (element, ids) => (ids ?? "").slice(0, 500).split(/\s+/).filter(Boolean).map((id) => {
    const root = rootOf(element);
    return root.nodeType === 9 ? byIdIn(root, id) : root.nodeType === 11 ? root.getElementById(id) : null;
  }).filter(Boolean);
  const within = (element, selector) => {
    for (let at = element, steps = 0; at && steps < 50; at = rootOf(at).host, steps++) {
      const found = closest(at, selector);
      if (found) return found;
    }
    return null;
  };

  const byAria = (element) => (attribute(element, "aria-label") ?? "").trim() !== "" || byId(element, attribute(element, "aria-labelledby")).length > 0;

  function nameFor(element) {
    // The usual link holds text alone: what else axe would look at is not there.
    if (!childCount(element) && nameOf(element) === "a" && !byAria(element)) {
      const text = tidy(textOf(element), 300);
      if (text) return text;
    }
    try {
      return tidy(axe.commons.text.accessibleText(element), 400);
    } catch {
      return "";
    }
  }

  // The text under `root`, as far as `skip` lets it through, with words of pictures.
  function textIn(root, skip = () => false, most = 600, pictures = true) {
    let said = "";
    let left = MOST.nodes;
    (function walk(node) {
      for (let child = firstOf(node); child && said.length < most && left > 0; child = nextOf(child)) {
        left--;
        if (child.nodeType === 3) {
          said += child.data.slice(0, 2000);
        } else if (child.nodeType === 1) {
          const name = nameOf(child);
          if (SILENT.has(name) || skip(child)) continue;
          if (name === "img") {
            if (pictures) said += ` ${(attribute(child, "alt") ?? "").slice(0, 200)} `;
            continue;
          }
          if (!visible(child)) continue;
          const apart = BLOCK.has(name) || name === "br";
          if (apart) said += " ";
          walk(child);
          if (apart) said += " ";
        }
      }
    })(root);
    return tidy(said, most);
  }

  const isBlock = (node) => node.nodeType === 1 && BLOCK.has(nameOf(node)); // by what it is: how it looks costs too much
  const isEnd = (node) => isBlock(node) || (node.nodeType === 1 && nameOf(node) === "br" && node.nextElementSibling?.localName === "br");

  // The first and last node of the line of text that an element stands in.
  function lineOf(element) {
    let at = element;
    while (parentOf(at) && !isBlock(parentOf(at))) at = parentOf(at);
    let [first, last] = [at, at];
    for (let left = 200; left > 0 && previousOf(first) && !isEnd(previousOf(first)); left--) first = previousOf(first);
    for (let left = 200; left > 0 && nextOf(last) && !isEnd(nextOf(last)); left--) last = nextOf(last);
    return { first, last };
  }

  function textOfLine({ first, last }, except) {
    const parts = [];
    for (let node = first; node; node = nextOf(node)) {
      if (node.nodeType === 3) parts.push(node.data.slice(0, 1000));
      else if (node.nodeType === 1 && node !== except && !SILENT.has(nameOf(node)) && visible(node)) {
        parts.push(nameOf(node) === "img" ? ` ${attribute(node, "alt") ?? ""} ` : textIn(node, (each) => each === except));
      }
      if (node === last || parts.length > MOST.nodes) break;
    }
    return tidy(parts.join(""), 600);
  }

  function headersOf(cell) {
    const named = byId(cell, attribute(cell, "headers"));
    if (named.length) return named;
    const row = parentOf(cell);
    const table = closest(cell, "table");
    const inRow = [...(row ? childrenOf(row) : [])].filter((each) => nameOf(each) === "th" || attribute(each, "role") === "rowheader");
    const top = table?.rows?.[0]?.cells?.[cell.cellIndex];
    return [...inRow, ...(top && nameOf(top) === "th" ? [top] : [])].filter((each) => each !== cell);
  }

  // How many sentences end in a block before an element.
  function sentence(block, element) {
    const range = new Range();
    range.setStartBefore(block);
    range.setEndBefore(element);
    return range.toString().slice(0, 20000).match(/[.!?]\s/g)?.length ?? 0;
  }

  // What WCAG lets a link's purpose be told by: its sentence or paragraph, list items, table cell and its headers.
  const blocks = new Map();
  function contextOf(element) {
    const line = lineOf(element);
    const item = within(element, "li, [role=listitem i]");
    const cell = within(element, "td, th, [role=cell i], [role=gridcell i]");
    const paragraph = closest(element, "p, dd, dt, figcaption, h1, h2, h3, h4, h5, h6, [role=paragraph i]");
    const own = (each) => each === element;
    const parts = [textOfLine(line, element)];
    if (paragraph) parts.push(textIn(paragraph, own));
    if (item) {
      parts.push(textIn(item, own));
      const above = (each) => (parentOf(each) ? closest(parentOf(each), "li, [role=listitem i]") : null);
      for (let up = above(item), left = 5; up && left > 0; up = above(up), left--) {
        parts.push(textIn(up, (each) => /^(ul|ol|menu)$/.test(nameOf(each)) || attribute(each, "role") === "list"));
      }
    }
    if (cell) parts.push(textIn(cell, own), ...headersOf(cell).slice(0, 5).map((each) => textIn(each, undefined, 100)));
    const row = cell ? textIn(closest(cell, "tr, [role=row i]") ?? cell, own, 300) : "";
    const term = paragraph && nameOf(paragraph) === "dd" ? before(paragraph) : null;
    if (term) parts.push(textIn(term, undefined, 200));
    parts.push(...byId(element, attribute(element, "aria-describedby")).slice(0, 3).map((each) => tidy(textOf(each), 200)));
    parts.push(attribute(element, "aria-description") ?? "", attribute(element, "title") ?? "");
    const around = item ?? cell ?? paragraph ?? line.first;
    if (!blocks.has(around)) blocks.set(around, blocks.size);
    return {
      context: [...new Set(parts.map((part) => tidy(part, 600)).filter(Boolean))].join(" | ").slice(0, 1500),
      row,
      around: `${blocks.get(around)}.${sentence(around, element)}`,
    };
  }

  // Where a link leads, less what makes no difference; what code says of it where it has no address.
  function targetOf(element) {
    let href = attribute(element, "href") ?? element.href?.baseVal ?? attribute(element, "xlink:href");
    if (href === null || href === undefined) href = /location(?:\.href)?\s*=\s*["']([^"']{1,500})["']/.exec((attribute(element, "onclick") ?? "").slice(0, 1000))?.[1];
    if (!href || href.length > 2000 || /^\s*(javascript:|#\s*$)/i.test(href)) return "";
    try {
      const url = new URL(href, element.baseURI);
      for (const key of [...url.searchParams.keys()].slice(0, 50)) if (/^(utm_|fbclid|gclid)/i.test(key)) url.searchParams.delete(key);
      url.pathname = url.pathname.replace(/\/(index|default)\.(html?|php|aspx?)$/i, "/").replace(/(.)\/+$/, "$1");
      if (url.protocol === "http:") url.protocol = "https:";
      return url.href.replace(/#$/, "").slice(0, 1000);
    } catch {
      return "";
    }
  }

  function vagueness(name, { vague, pointing, empty, formats }) {
    if (/^(https?:\/\/|www\.)\S+$/i.test(name)) return "address";
    const key = plain(name);
    const words = key.split(" ");
    if (!key || NUMBERED.test(name)) return "";
    if (vague.has(key) || (words.length === 2 && pointing.has(words[0]))) return "phrase";
    if (words.length > 1 && words.every((word) => empty.has(word)) && words.some((word) => vague.has(word))) return "phrase";
    if (formats.has(key)) return "format";
    const isSize = (word) => /^\d+(kb|mb|k|m)?$/.test(word);
    if (words.every((word) => formats.has(word) || empty.has(word) || isSize(word)) && words.some((word) => formats.has(word))) return "format";
    return "";
  }

  const sharesWord = (one, other) => {
    const said = new Set(plain(one).split(" "));
    return plain(other).split(" ").some((word) => word.length > 2 && said.has(word));
  };
  const hasPicture = (element) => firstWithin(element, "img, svg, picture, canvas, [role=img]") !== null;

  // Whether no text is between a link and the one before.
  function follows(first, link) {
    if (rootOf(first) !== rootOf(link)) return false;
    const range = new Range();
    range.setStartAfter(first);
    range.setEndBefore(link);
    return range.toString().trim() === "";
  }

  function linksOf(found, words) {
    const named = [];
    for (const { element, heading } of found.links.slice(0, MOST.links)) {
      if (!heard(element)) continue;
      const name = nameFor(element);
      if (plain(name)) named.push({ element, heading, name, target: targetOf(element), vague: vagueness(name, words) });
    }
    const targets = new Map();
    for (const { name, target } of named) {
      const key = plain(name);
      if (!targets.has(key)) targets.set(key, new Set());
      if (target) targets.get(key).add(target);
    }
    const told = [];
    let leftOut = Math.max(0, found.links.length - MOST.links);
    const ends = performance.now() + MOST.ms;
    named.forEach((link, index) => {
      const { element, heading, name, target, vague } = link;
      const last = named[index - 1];
      const same = last && target && last.target === target;
      const isTwin = Boolean(same) && hasPicture(last.element) !== hasPicture(element) && sharesWord(last.name, name)
        && follows(last.element, element);
      const isElsewhere = /^_blank$/i.test(attribute(element, "target") ?? "") && /^https?:/.test(target);
      if (!(vague || isTwin || isElsewhere || targets.get(plain(name)).size > 1)) return;
      if (told.length >= MOST.told || performance.now() > ends) {
        leftOut++;
        return;
      }
      told.push({
        place: place(element), name: name.slice(0, 300), vague, target, ...contextOf(element),
        heading: heading?.text ?? "", heading_level: heading?.level ?? 0,
        is_in_navigation: within(element, NAVIGATION) !== null, is_elsewhere: isElsewhere, is_twin: isTwin,
      });
    });
    return { count: named.length, links: told, links_left_out: leftOut, links_in_frames: found.framed };
  }

  // The words that are seen, with a space where a new line or block begins; icons that are letters of a font are none.
  function shownIn(root, except = null) {
    let said = "";
    let left = MOST.nodes;
    const isApart = (element) => nameOf(element) === "br" || !/^(inline|contents|none)/.test(getComputedStyle(element).display);
    (function walk(node) {
      for (let child = firstOf(node); child && left-- > 0; child = nextOf(child)) {
        if (child.nodeType === 3) {
          if (!child.data.trim()) said += child.data.slice(0, 10);
          else if (axe.commons.dom.isVisibleOnScreen(node) && visible(node) && !isIcon(node)) said += child.data.slice(0, 1000);
          continue;
        }
        if (child.nodeType !== 1 || child === except || SILENT.has(nameOf(child)) || nameOf(child) === "svg") continue;
        const apart = isApart(child);
        if (apart) said += " ";
        walk(child);
        if (apart) said += " ";
      }
    })(root);
    return tidy(said, 300);
  }

  const isIcon = (element) => /icon|symbol|awesome|glyph|dingbat/i.test(getComputedStyle(element).fontFamily);

  function controlOf(element) {
    if (!heard(element) || !visible(element)) return null;
    const tag = nameOf(element);
    const role = (attribute(element, "role") ?? "").trim().toLowerCase().split(/\s+/)[0] || axe.commons.aria.getRole(element) || "";
    const isButton = tag === "input" && /^(button|submit|reset)$/i.test(element.type);
    const isField = !isButton && matches(element, FIELD);
    let label = "";
    if (isButton) label = tidy(element.value, 300);
    else if (isField) label = [...(element.labels ?? [])].slice(0, 3).map((each) => shownIn(each, element)).filter(Boolean).join(" ");
    else if (BY_CONTENT.test(role) || tag === "summary") label = shownIn(element);
    const name = nameFor(element);
    return label && name ? { place: place(element), name: name.slice(0, 300), label: label.slice(0, 300), is_field: isField } : null;
  }

  // Whether a canvas shows anything: it may not be asked where a picture of another site is drawn on it.
  function isDrawnOn(canvas) {
    try {
      const paper = new OffscreenCanvas(32, 32).getContext("2d", { willReadFrequently: true });
      paper.drawImage(canvas, 0, 0, 32, 32);
      return paper.getImageData(0, 0, 32, 32).data.some((value) => value > 0);
    } catch {
      return true;
    }
  }

  function drawn(svg) {
    return [...allWithin(svg, "text")].slice(0, 50).map((each) => tidy(textOf(each), 100)).join(" ").slice(0, 300);
  }

  function pictureOf(element) {
    const tag = nameOf(element);
    const { width, height } = rectOf(element);
    if (width < 2 || height < 2 || !visible(element)) return null;
    const isImage = tag === "img" || tag === "input";
    const role = (attribute(element, "role") ?? "").trim().toLowerCase();
    const alt = attribute(element, "alt");
    const hiddenBy = closest(element, "[aria-hidden=true i]") || !heard(element) ? "aria-hidden" : /^(none|presentation)$/.test(role) && !byAria(element) ? "role"
      : isImage && alt !== null && !alt.trim() && !byAria(element) && !(attribute(element, "title") ?? "").trim() ? "alt" : "";
    const name = hiddenBy ? "" : nameFor(element);
    const given = [alt, attribute(element, "aria-label"), attribute(element, "title")].map((text) => tidy(text, 200)).filter(Boolean);
    const around = within(parentOf(element) ?? element, "a[href], button, label, summary, [role=button i], [role=link i]");
    const source = isImage ? element.currentSrc || element.src || "" : tag === "object" ? element.data : tag === "embed" ? element.src : "";
    const holder = closest(element, "li, td, th, p, figure, div, section, article, header, footer, body") ?? element;
    const caption = closest(element, "figure") && firstWithin(closest(element, "figure"), "figcaption");
    const self = (each) => each === element;
    return {
      place: place(element), tag, name: name.slice(0, 400), hidden_by: hiddenBy,
      unread: name ? "" : (given[0] ?? (tag === "svg" ? drawn(element) : "")),
      file: fileOf(source), width, height,
      is_loaded: tag === "img" ? element.complete && element.naturalWidth > 0 : tag === "canvas" ? isDrawnOn(element) : true,
      link: around ? `${attribute(around, "aria-label") ?? attribute(around, "title") ?? ""} ${textIn(around, self, 300, false)}`.slice(0, 400) : "",
      is_in_link: around !== null,
      is_all_of_cell: nameOf(holder) === "td" && !textOf(holder).trim() && firstWithin(closest(holder, "table") ?? holder, "th") !== null,
      caption: caption ? tidy(textOf(caption), 300) : "",
      beside: textIn(holder, (each) => self(each) || nameOf(each) === "figcaption", 300, false),
    };
  }

  function fileOf(source) {
    if (!/^(https?|file):/i.test(source)) return "";
    const last = source.slice(0, 3000).split(/[?#]/)[0].split("/").pop() ?? "";
    try {
      return decodeURIComponent(last).slice(0, 150);
    } catch {
      return last.slice(0, 150);
    }
  }

  function frameOf(element) {
    if (!heard(element) || !visible(element)) return null;
    let name = "";
    try {
      name = tidy(axe.commons.text.accessibleText(element), 300);
    } catch {
      // axe does not know it
    }
    const inner = documentOf(element);
    const body = inner && bodyOf(inner);
    const source = inner?.defaultView?.location.href ?? element.src ?? "";
    return {
      place: place(element), name, source: source.slice(0, 1000), is_open: Boolean(body) && (inner.readyState === "complete" || textOf(body).trim() !== ""),
      title: inner ? tidy(titleOf(inner), 300) : "", text: body ? textIn(body, undefined, 4000) : "",
    };
  }

  function gather() {
    const found = { links: [], controls: [], pictures: [], frames: [], framed: 0 };
    let heading = null;
    for (const element of elements()) {
      const name = nameOf(element);
      if (element.ownerDocument !== document) {
        found.framed += name === "a" && attribute(element, "href") !== null && visible(element) ? 1 : 0;
        continue;
      }
      const role = attribute(element, "role")?.trim().toLowerCase() ?? "";
      if (/^h[1-6]$/.test(name) || role === "heading") {
        const text = visible(element) ? tidy(textOf(element), 200) : "";
        if (text) heading = { text, level: Number(name[1]) || Number(attribute(element, "aria-level")) || 2, element };
      }
      const isLink = role ? role === "link" || /^doc-(backlink|biblioref|glossref|noteref)$/.test(role) : (name === "a" || name === "area") && (attribute(element, "href") !== null || attribute(element, "xlink:href") !== null);
      if (isLink) found.links.push({ element, heading: heading && !contains(heading.element, element) ? heading : null });
      if (/^(a|button|input|select|textarea|summary)$/.test(name) || BY_CONTENT.test(role)) found.controls.push(element);
      if (/^(img|svg|canvas|object|embed)$/.test(name) || role === "img" || (name === "input" && element.type === "image")) found.pictures.push(element);
      if (name === "iframe" || name === "frame") found.frames.push(element);
    }
    return found;
  }

  function find(words) {
    const known = Object.fromEntries(Object.entries(words).map(([kind, list]) => [kind, new Set(list)]));
    const found = gather();
    const leftOut = {};
    const all = (kind, list, tell) => {
      const told = [];
      const ends = performance.now() + MOST.ms;
      for (const [index, element] of list.entries()) {
        if (told.length >= MOST[kind] || performance.now() > ends) {
          leftOut[`${kind}_left_out`] = list.length - index; // elements of the kind that nobody looked at
          break;
        }
        const one = tell(element);
        if (one) told.push(one);
      }
      return told;
    };
    const isOuter = (element) => nameOf(element) !== "svg" || !parentOf(element) || closest(parentOf(element), "svg, [role=img]") === null;
    return {
      page: place(topOf(document)),
      ...linksOf(found, known),
      controls: all("controls", found.controls.filter(byAria), controlOf),
      pictures: all("pictures", found.pictures.filter(isOuter), pictureOf),
      frames: all("frames", found.frames, frameOf),
      leftOut,
    };
  }

  return { find };
})()
