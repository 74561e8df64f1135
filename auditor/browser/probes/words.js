// What the page says, and in which language it says that it does. Nothing is changed. Bounded in elements and characters.
(() => {
  const { own, documentOf, parent, place, nameOf, attribute, shadowOf } = auditor.driven;
  const closest = own(Element, "closest");
  const has = own(Element, "hasAttribute");
  const first = own(Element, "querySelector");
  const shows = own(Element, "checkVisibility");
  const visible = (element) => shows(element, { visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true });
  const rootOf = own(Node, "getRootNode");
  const holdsIn = own(Node, "contains");
  const documentAt = own(Node, "ownerDocument");
  const textOf = own(Node, "textContent");
  const parentOf = own(Node, "parentNode");
  const elementOf = own(Document, "documentElement");
  const ELEMENTS = 20000;
  const TEXTS = 500;
  const TEXT = 1200; // characters of one
  const ALL = 60000; // characters of all
  const FIELDS = 80;
  const NAMED = 400;
  const SILENT = new Set(["script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "select", "textarea", "math", "audio", "video", "head", "datalist"]);
  const BLOCK = new Set(["p", "li", "dd", "dt", "td", "th", "div", "section", "article", "main", "body", "html", "blockquote", "figure", "figcaption", "ul", "ol", "dl", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "nav", "aside", "form", "fieldset", "legend", "label", "button", "summary", "details", "address", "caption", "dialog", "pre", "option"]);
  // What is no prose in the language around it: names, code, what is quoted or not to be translated.
  const QUOTED = new Set(["code", "kbd", "samp", "var", "pre", "q", "cite", "address", "i", "em", "dfn"]);
  const APART = "[translate=no], .notranslate, [itemprop=name], .vcard";
  const MARKS = ["translate", "class", "itemprop"];
  const HEADING = "h1, h2, h3, h4, h5, h6, [role=heading]";
  const ROLES = [
    ["button", "button, [role=button], input[type=submit i], input[type=button i], input[type=reset i], input[type=image i], summary"],
    ["link", "a[href], [role=link], area[href]"],
    ["field", "input:not([type=hidden i], [type=submit i], [type=button i], [type=reset i], [type=image i]), select, textarea, [role=textbox], [role=combobox], [role=searchbox], [role=checkbox], [role=radio]"],
    ["image", "img, svg, [role=img], canvas"],
    ["navigation", "nav, [role=navigation], menu, [role=menu], [role=menubar]"],
    ["region", "aside, section, form, fieldset, table, dialog, [role=region], [role=complementary], [role=dialog], [role=search], [role=form], [role=tab], [role=tabpanel], [role=group]"],
  ];
  // Those of these that may fit an element by its name; others need a role.
  const BY_NAME = new Map();
  for (const each of ROLES) {
    for (const name of each[1].match(/(?<![\w=[\]-])[a-z]+/g)) BY_NAME.set(name, [...(BY_NAME.get(name) ?? []), each]);
  }
  const may = (element) => (has(element, "role") ? ROLES : BY_NAME.get(nameOf(element)));
  const FIELD = "input:not([type=hidden i], [type=submit i], [type=button i], [type=reset i], [type=image i], [type=radio i], [type=checkbox i]), select, textarea, [role=textbox], [role=combobox], [role=searchbox], [role=spinbutton], [role=listbox], [role=slider]";
  const tidy = (text, most = TEXT) => String(text ?? "").slice(0, 3 * most).replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim().slice(0, most).toWellFormed();
  const is = own(Element, "matches");

  const byElement = new WeakMap();
  // The element whose `lang` holds here, within its document.
  function told(element) {
    const way = [];
    let found = null;
    for (let at = element; at && at.nodeType === 1; at = parentOf(at)?.nodeType === 11 ? parentOf(at).host : parentOf(at)) {
      if (byElement.has(at)) { found = byElement.get(at); break; }
      way.push(at);
      if (has(at, "lang") || has(at, "xml:lang")) { found = at; break; }
    }
    for (const at of way) byElement.set(at, found);
    return found;
  }
  const langOf = (element) => (element ? tidy(attribute(element, "lang") ?? attribute(element, "xml:lang"), 40) : "");

  // Whether something holds of an element or one around it, kept for those that were asked about.
  const anywhere = (holds, ends = () => false, known = new WeakMap()) => function asked(element) {
    const way = [];
    let answer = false;
    for (let at = element; at && at.nodeType === 1; at = parentOf(at)) {
      if (known.has(at)) { answer = known.get(at); break; }
      way.push(at);
      if (ends(at)) break;
      if (holds(at)) { answer = true; break; }
    }
    for (const at of way) known.set(at, answer);
    return answer;
  };
  // A language of its own makes it a text of its own, whatever it is in.
  const apart = anywhere((at) => QUOTED.has(nameOf(at)) || (MARKS.some((mark) => has(at, mark)) && is(at, APART)), (at) => has(at, "lang"));
  const isLinked = anywhere((at) => nameOf(at) === "a" || nameOf(at) === "button");

  // By what is written alone: cheap, and near enough to tell one control from another.
  function called(element) {
    const by = (attribute(element, "aria-labelledby") ?? "").trim().split(/\s+/, 5).filter(Boolean)
      .map((id) => rootOf(element).getElementById?.(id)).filter(Boolean).map((each) => textOf(each).slice(0, 300)).join(" ");
    const image = nameOf(element) === "img" ? null : first(element, "img[alt]");
    const label = nameOf(element) === "form" ? null : element.labels?.[0];
    return tidy(by || attribute(element, "aria-label") || (label && textOf(label)) || attribute(element, "alt")
      || (is(element, "input") ? attribute(element, "value") : is(element, "nav, menu, aside, section, form, table, dialog, [role=navigation]") ? textOf(first(element, `${HEADING}, caption`) ?? document.createTextNode("")) : is(element, "select, textarea") ? "" : textOf(element))
      || (image && attribute(image, "alt")) || attribute(element, "title") || attribute(element, "placeholder"), 80);
  }

  function nameIt(element) {
    try {
      return tidy(axe.commons.text.accessibleText(element), 200);
    } catch {
      return called(element);
    }
  }

  function groupOf(field) {
    const around = [];
    for (let at = parent(field), steps = 0; at && steps < 100 && around.length < 3; at = parent(at), steps++) {
      const name = is(at, "fieldset") ? textOf(first(at, "legend") ?? document.createTextNode("")) : is(at, "[role=group], [role=radiogroup], [role=region], section[aria-labelledby], section[aria-label], table[aria-label]") ? called(at) : "";
      if (tidy(name)) around.push(tidy(name, 100));
    }
    return around.join(" / ");
  }

  function find() {
    const texts = [], fields = [], named = [];
    const items = new Map(); // by block, then by the element whose `lang` holds
    const forms = new Map();
    let seen = 0, size = 0;

    function add(block, at, words, isProse, kind) {
      const lang = told(at);
      const mine = items.get(block) ?? items.set(block, new Map()).get(block);
      let item = mine.get(lang);
      if (!item) {
        if (texts.length >= TEXTS || size > ALL) return;
        const heading = kind ? null : closest(block, HEADING) ?? closest(at, HEADING);
        item = { element: lang && block !== lang && holdsIn(block, lang) ? lang : heading ?? block, lang, kind: kind || (heading ? "heading" : "text"), heading, text: "", prose: "", linked: 0 };
        mine.set(lang, item);
        texts.push(item);
      }
      if (item.text.length > TEXT) return;
      const piece = words.slice(0, TEXT);
      size += piece.length;
      item.text += piece;
      item.prose += isProse ? piece : " \u2026 ";
      if (isLinked(at)) item.linked += piece.trim().length;
    }

    const roots = [document];
    while (roots.length) {
      const root = roots.shift();
      const view = documentAt(root) ?? root;
      const walker = view.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
        if (node.nodeType === 3) return NodeFilter.FILTER_ACCEPT;
        if (++seen > ELEMENTS) return NodeFilter.FILTER_REJECT;
        const name = nameOf(node);
        if (name === "html") return NodeFilter.FILTER_ACCEPT;
        if (!visible(node)) return NodeFilter.FILTER_REJECT;
        const shadow = shadowOf(node);
        if (shadow && roots.length < 200) roots.push(shadow);
        if (name === "iframe" && roots.length < 200) {
          const inner = documentOf(node);
          if (inner?.body) roots.push(inner);
        }
        const kinds = may(node);
        if (kinds) control(node, kinds);
        return SILENT.has(name) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
      });
      let last = null, block = null, isProse = true;
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.nodeType !== 3) continue;
        if (!node.data.trim()) {
          const item = last && items.get(block)?.get(told(last));
          if (item && item.text.length <= TEXT) { item.text += " "; item.prose += " "; }
          continue;
        }
        const at = parentOf(node);
        const around = at.nodeType === 11 ? at.host : at;
        if (around !== last) {
          last = around;
          block = around;
          for (let steps = 0; block && steps < 500 && !BLOCK.has(nameOf(block)) && !(has(block, "role") && is(block, HEADING)); steps++) block = parentOf(block)?.nodeType === 1 ? parentOf(block) : null;
          block ??= around;
          isProse = !apart(around);
        }
        add(block, around, node.data, isProse, "");
      }
    }

    function control(element, kinds) {
      const name = nameOf(element);
      if (name === "img" && (attribute(element, "alt") ?? "").trim()) add(element, element, attribute(element, "alt"), true, "alt");
      if (named.length < NAMED) {
        const kind = kinds.find(([, selector]) => is(element, selector))?.[0];
        if (kind) named.push({ kind, name: called(element) });
      }
      if (fields.length < FIELDS && is(element, FIELD) && visible(element) && !element.disabled) {
        const form = closest(element, "form") ?? documentAt(element);
        if (!forms.has(form)) forms.set(form, forms.size);
        fields.push({
          place: place(element), name: nameIt(element), kind: name, type: tidy(element.type, 20),
          code: ["name", "id"].map((key) => tidy(attribute(element, key), 60)).join(" "), autocomplete: tidy(attribute(element, "autocomplete"), 60),
          has_label: Boolean(element.labels?.length || attribute(element, "aria-labelledby") || attribute(element, "aria-label")),
          group: groupOf(element), form: forms.get(form), after: texts.length, in_row: Boolean(closest(element, "tr, [role=row], li")),
        });
      }
    }

    const top = elementOf(document);
    const isEmpty = (heading) => !textOf(heading).trim() && visible(heading) && !closest(heading, "[aria-hidden=true], [hidden]")
      && !is(heading, "[role]:not([role=heading])") && !nameIt(heading);
    return {
      empty: [...document.querySelectorAll(HEADING)].slice(0, 300).filter(isEmpty).slice(0, 10).map((each) => place(each)),
      expanded: [...document.querySelectorAll("abbr[title], acronym[title], dfn[title]")].slice(0, 100).map((each) => tidy(textOf(each), 40)),
      page: place(top), titles: [...document.querySelectorAll("title")].filter((each) => each.namespaceURI === "http://www.w3.org/1999/xhtml").slice(0, 5).map((each) => tidy(textOf(each), 300)), lang: langOf(top), address: location.pathname.slice(0, 500), fields, named,
      texts: texts.map(({ element, lang, kind, heading, text, prose, linked }) => ({
        place: place(element), kind, text: tidy(text), prose: tidy(prose), lang: langOf(lang), own: lang !== null && lang !== elementOf(documentAt(element)),
        outer: lang && parent(lang) ? langOf(told(parentOf(lang))) : "", rtl: getComputedStyle(element).direction === "rtl", linked,
        level: heading ? Number(attribute(heading, "aria-level") ?? nameOf(heading).slice(1)) || 2 : 0,
      })).filter(({ text }) => text),
    };
  }

  return { find };
})()
