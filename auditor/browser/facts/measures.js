// What the inclusion measures are made of (auditor/inclusion/): what the page says and shows, and carries.
// Bounded: elements, characters, addresses. Its text becomes figures before anything is stored.
(() => {
  const given = $GIVEN;
  const ELEMENTS = 20000;
  const TEXT = 60000; // characters of the main content's text
  const PAGE = 150000; // characters of the page's text
  const ADDRESSES = 500;
  const HOSTS = 60;

  const own = auditor.own;
  const all = own(Document, "querySelectorAll");
  const within = own(Element, "querySelectorAll");
  const nameOf = own(Element, "localName");
  const attribute = own(Element, "getAttribute");
  const closest = own(Element, "closest");
  const matches = own(Element, "matches");
  const visible = own(Element, "checkVisibility");
  const shadowOf = own(Element, "shadowRoot");
  const parentOf = own(Node, "parentNode");
  const bodyOf = own(Document, "body");
  const is = (element, selector) => { try { return matches(element, selector); } catch { return false; } };
  const shown = (element) => visible(element, { visibilityProperty: true });
  const tidy = (text) => text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").trim();

  const SILENT = new Set(["script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "select", "textarea", "math", "pre", "code", "audio", "video"]);
  const ASIDE = "nav, header, footer, aside, [role=navigation], [role=banner], [role=contentinfo], [role=complementary], [role=search]";
  const BLOCK = new Set(["p", "li", "dd", "dt", "td", "th", "div", "section", "article", "main", "body", "blockquote", "figure", "figcaption", "ul", "ol", "dl", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "nav", "aside", "form", "fieldset", "legend", "label", "button", "summary", "details", "address", "caption", "br", "hr", "dialog"]);
  const NO_PROSE = new Set(["h1", "h2", "h3", "h4", "h5", "h6", "dt", "th", "legend", "label", "button", "summary", "caption", "address"]);

  const body = bodyOf(document);
  const main = [...all(document, "main, [role=main]")].find(shown) ?? null;

  // One walk over all that is shown, shadow trees with it.
  const prose = []; // of the main content: blocks of text that no heading, label or list of links is
  let proseSize = 0, cut = false, seen = 0;
  let page = "", content = ""; // text of the whole page, and of its main content
  const roots = body ? [[body, main === null]] : [];
  while (roots.length) {
    const [root, inMain] = roots.shift();
    let block = null, text = "", linked = 0, counts = false;
    const flush = () => {
      const told = tidy(text);
      if (told && block && counts && !NO_PROSE.has(nameOf(block)) && (linked < told.length / 2 || /[.!?]$/.test(told))) {
        if (proseSize + told.length > TEXT) cut = true;
        else { prose.push(told.toWellFormed()); proseSize += told.length; }
      }
      if (told && page.length < PAGE) page += told + "\n";
      if (told && counts && content.length < PAGE) content += told + "\n";
      text = ""; linked = 0;
    };
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      if (++seen > ELEMENTS) { cut = true; return NodeFilter.FILTER_REJECT; }
      const shadow = shadowOf(node);
      if (shadow && roots.length < 200) roots.push([shadow, inMain || (main?.contains(node) ?? false)]);
      return SILENT.has(nameOf(node)) || !shown(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
    });
    let parent = null, at = null, link = false, mine = false;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType !== Node.TEXT_NODE) {
        if (BLOCK.has(nameOf(node))) flush();
        continue;
      }
      if (!node.data.trim()) { text += " "; continue; }
      const around = parentOf(node);
      if (around !== parent) {
        parent = around;
        link = false;
        for (at = parent; at && at.nodeType === Node.ELEMENT_NODE && !BLOCK.has(nameOf(at)); at = parentOf(at)) link ||= nameOf(at) === "a";
        if (at?.nodeType !== Node.ELEMENT_NODE) at = parent.nodeType === Node.ELEMENT_NODE ? parent : null;
        mine = at !== null && (main ? main.contains(at) || inMain : inMain && !closest(at, ASIDE)) && !closest(at, "nav, aside");
      }
      if (at !== block || mine !== counts) { flush(); block = at; counts = mine; }
      const told = node.data.slice(0, 20000);
      text += told;
      if (link) linked += told.length;
    }
    flush();
  }

  // As a plain reader of the HTML counts it (auditor/inclusion/plain.py): shown or not, so that both are alike.
  const plain = { words: 0, links: 0, headings: 0, fields: 0 };
  if (body) {
    const SKIP = new Set(["script", "style", "noscript", "template"]);
    const counter = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    let size = 0;
    for (let node = counter.nextNode(); node && size < 500000; node = counter.nextNode()) {
      const around = parentOf(node);
      if (around.nodeType === Node.ELEMENT_NODE && SKIP.has(nameOf(around))) continue;
      size += node.data.length;
      plain.words += node.data.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    }
    plain.links = within(body, "a[href]").length;
    plain.headings = within(body, "h1, h2, h3, h4, h5, h6").length;
    plain.fields = within(body, "input:not([type=hidden i]), select, textarea").length;
  }

  // Links in the main content: to documents, and to anything else.
  const DOCUMENT = new RegExp(`\\.(${given.documents.join("|")})$`, "i");
  const links = { documents: 0, others: 0 };
  let counted = 0;
  for (const a of main ? within(main, "a[href]") : body ? within(body, "a[href]") : []) {
    if (++counted > 5000) break;
    if (!main && closest(a, ASIDE)) continue;
    const href = (attribute(a, "href") ?? "").slice(0, 3000);
    if (/^\s*(#|mailto:|tel:|javascript:)/i.test(href) || !shown(a)) continue;
    links[DOCUMENT.test(href.split(/[?#]/, 1)[0]) ? "documents" : "others"]++;
  }
  const FIELD = "input:not([type=hidden i], [type=search i], [type=submit i], [type=button i], [type=image i], [type=reset i]), select, textarea";
  const fields = [...(main ? within(main, FIELD) : body ? within(body, FIELD) : [])].slice(0, 500).filter((field) => shown(field) && !closest(field, "[role=search], search")).length;
  const password = [...all(document, "input[type=password i]:not([autocomplete=new-password i])")].slice(0, 50).some(shown);
  const heading = tidy([...all(document, "h1")].find(shown)?.textContent?.slice(0, 500) ?? "").slice(0, 200);

  // Help and formats: whether the page, and its main content, speak of them.
  const HELP = {
    phone: /(?<![\d/.-])(?:\+44[ .-]?(?:\(0\)[ .-]?)?|\(?0)(?:\d\)?[ .-]?){8,9}\d(?![\d/-])/,
    relay: /\brelay uk\b|\b18001\b|\btext ?relay\b|\bminicom\b/i,
    sign: /\bBSL\b|\bbritish sign language\b|\bsign ?video\b|\bsignlive\b|\binterpreter ?now\b/i,
    chat: /\b(?:web ?chat|live ?chat|chat online|chat (?:to|with) (?:us|an? advis[eo]r))\b/i,
  };
  const POSTCODE = /\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b/;
  const HOURS = /\bopen(?:ing)? (?:hours|times)\b|\bday\b.{0,40}?\b\d{1,2}(?:[.:]\d\d)? ?[ap]m\b|day.{0,40}?\b\d{1,2}(?:[.:]\d\d)? ?[ap]m\b/i;
  const tels = (root) => (root ? within(root, "a[href^='tel:' i]").length : 0);
  // A link to where one finds a person: the first step on a way to one.
  const CONTACT = /\b(?:contact|get in touch|help|cysylltu)\b/i;
  const linked = (root) => (root ? [...within(root, "a[href]")].slice(0, 3000) : []).some((a) => CONTACT.test((a.textContent ?? "").slice(0, 200)) && shown(a));
  const help = (text, root) => {
    const told = Object.keys(HELP).filter((key) => HELP[key].test(text));
    if (tels(root) && !told.includes("phone")) told.push("phone");
    if (linked(root)) told.push("link");
    if (POSTCODE.test(text) && HOURS.test(text)) told.push("person");
    return told;
  };
  const FORMATS = {
    "easy-read": /\beasy[- ]read\b/i,
    "large-print": /\blarge[- ]print\b/i,
    braille: /\bbraille\b/i,
    audio: /\baudio (?:version|format|cd|tape|recording|file)s?\b|\b(?:in|on) audio\b/i,
    bsl: /\bBSL\b|\bbritish sign language\b/i,
  };
  const WALLS = {
    account: /\byou(?:'ll| will|’ll)? (?:must|need to|have to|need|will need)\b[^.]{0,60}\b(?:account|register|sign in|log in|log on)\b/i,
    email: /\byou(?:'ll| will|’ll)? (?:must|need|have to|will need)\b[^.]{0,40}\bemail address\b/i,
    app: /\bonly\b[^.]{0,40}\bapp\b|\b(?:you need|you must|download)\b[^.]{0,30}\bapp\b/i,
  };
  const walls = {};
  for (const [kind, pattern] of Object.entries(WALLS)) {
    const found = pattern.exec(content);
    if (found) walls[kind] = tidy(found[0]).slice(0, 200).toWellFormed();
  }

  // Tools, by what they show and from where they came.
  const addresses = [];
  for (const { name } of performance.getEntriesByType("resource").slice(0, ADDRESSES)) addresses.push(name.slice(0, 500));
  for (const each of [...all(document, "script[src], iframe[src], link[rel~=stylesheet i][href]")].slice(0, ADDRESSES)) {
    const written = attribute(each, nameOf(each) === "link" ? "href" : "src") ?? "";
    try { addresses.push(new URL(written.slice(0, 2000), document.baseURI).href.slice(0, 500)); } catch { /* no address */ }
  }
  const hosts = new Set();
  const paths = [];
  for (const address of addresses) {
    if (!/^https?:/.test(address)) continue;
    const { host, pathname, search } = new URL(address);
    if (host !== location.host) { if (hosts.size < HOSTS && host.length <= 100) hosts.add(host); }
    else paths.push((pathname + search).toLowerCase());
  }
  const generator = tidy(attribute([...all(document, "meta[name=generator i]")][0] ?? document.createElement("i"), "content")?.slice(0, 500) ?? "").slice(0, 150);
  const served = [...hosts].map((host) => host.replace(/:\d+$/, ""));
  const tools = {};
  for (const [kind, list] of Object.entries(given.tools)) {
    tools[kind] = {};
    for (const [id, generators, selectors, from, parts] of list) {
      let why = "";
      if (generators.some((each) => generator.toLowerCase().startsWith(each))) why = `its generator element says “${generator}”`;
      for (const each of why ? [] : selectors) if (all(document, each).length) { why = `it has an element ${each}`; break; }
      const host = why ? "" : served.find((host) => from.some((each) => `.${host}`.endsWith(`.${each}`)));
      if (host) why = `it loads something from ${host}`;
      const part = why ? "" : parts.find((each) => paths.some((path) => path.includes(each)));
      if (part) why = `it loads something from …${part}`;
      if (why) tools[kind][id] = why.slice(0, 250).toWellFormed();
    }
  }

  return {
    main: main !== null,
    prose,
    cut,
    words: content.match(/[\p{L}\p{N}]+/gu)?.length ?? 0,
    links,
    fields,
    password,
    heading: heading.toWellFormed(),
    walls,
    help: { page: help(page, body), main: help(content, main) },
    formats: Object.keys(FORMATS).filter((key) => FORMATS[key].test(page)),
    generator: generator.toWellFormed(),
    hosts: [...hosts],
    tools,
    plain,
  };
})()
