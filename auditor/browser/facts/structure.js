// What site rules hold against other pages: the shell that a template puts around each page's content, and its outline.
// The shell is what stands outside <main>: lists of links, search, buttons, help. How it is read: auditor/evidence/site.py.
(() => {
  const { own } = auditor;
  const { elements, nameOf, attribute, parent, place, named, visible } = auditor.driven;
  const textOf = own(Node, "textContent");
  const allOf = own(Element, "querySelectorAll");
  const all = own(Document, "querySelectorAll");
  const bodyOf = own(Document, "body");
  const byId = own(Document, "getElementById");
  const firstOf = own(Document, "querySelector");
  const LINKS = 250; // of the shell
  const PLACES = 60; // of those; of the rest their list is pointed at
  const WORDS = 15000; // characters of the links
  const ROOM = 30000; // characters of all places; the last third is not for links
  const LEADS = 1500; // addresses that the page links to
  const FILES = 60; // documents that the page links to
  const FILE = /\.(pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|csv)(\?|$)/i;
  const EXCERPT = 200;
  const LENGTH = 300; // characters of an address
  const MENU = /(^|[-_\s])(nav|navbar|navigation|menu|topnav|sidenav|mainnav|subnav|footer-links)([-_\s]|$)/i;
  // Ways back, and from one page of a list to the next: they are another on each page, and meant to be.
  const TRAIL = /bread-?crumb|briwsion|pagination|pager|prev-?next/i;
  const ALONE = new Set(["header", "nav", "footer", "main", "aside"]); // a part of the shell by its name alone
  const SHELL = new Set([...ALONE, "div", "section", "form", "table", "ul"]);
  // All elements that are read, and few others: most of a page is text and its marks.
  const MENUS = ["class", "id", "aria-label"].flatMap((name) => ["nav", "menu", "footer-links"].map((part) => `[${name}*=${part} i]`));
  const READ = `a, area, h1, h2, h3, h4, h5, h6, button, summary, form, search, link, [role], [aria-current], ${[...ALONE]},
    body > :is(${[...SHELL]}), :is(${[...SHELL]}):is(${MENUS})`;
  const LANDMARKS = { nav: "navigation", main: "main" };
  const squeezed = (text, most) => String(text ?? "").slice(0, 2000).replace(/\s+/g, " ").trim().slice(0, most);
  const written = (said) => said.trim().toLowerCase().split(/\s+/)[0];
  const role = (element) => {
    const said = attribute(element, "role");
    return (said && written(said)) || LANDMARKS[nameOf(element)] || "";
  };
  const marks = (element) => `${attribute(element, "class") ?? ""} ${attribute(element, "id") ?? ""} ${attribute(element, "aria-label") ?? ""}`.slice(0, 300);

  // What leads to a person, or to an answer: the kinds of WCAG 3.2.6, by address and words, in English and Welsh.
  const DETAILS = /^(tel|mailto|sms):/i;
  const AUTOMATED = /chat-?bot|virtual assistant|cynorthwyydd rhithwir/i;
  const MECHANISM = /^(help (and|&) )?contacts?( the council| details| form)?$|\bcontact us\b|\bget in touch\b|\bcysylltu\b|\b(live|web) ?chat\b|^chat( (to|with) us)?$/i;
  const SELF_HELP = /^(help|faqs?|frequently asked questions|support|help (and|&) support|help centre|cymorth|help a chymorth|cwestiynau cyffredin)$/i;
  const helps = (text, href) => (DETAILS.test(href) ? "contact details" : AUTOMATED.test(text) ? "automated contact"
    : MECHANISM.test(text) ? "contact mechanism" : SELF_HELP.test(text) ? "self-help" : "");
  const PHONE = /(?:\+44|(?<!\d)0)(?:[ ()-]{0,2}\d){9,10}(?!\d)/; // as it stands in text
  const INDEX = /\b(site ?map|map o'r wefan|a (to|-|–) z|a ?[-–] ?y|all services|index)\b/i;
  const STEP = /(step|cam) \d+ (of|o) \d/i;

  // Where a link leads, without a fragment: from the root where it stays on this origin; "" where nowhere else.
  function address(element) {
    const written = attribute(element, "href") ?? attribute(element, "xlink:href");
    if (!written || /^\s*(#|javascript:)/i.test(written)) return "";
    try {
      const url = new URL(written, element.baseURI);
      if (!/^https?:$/.test(url.protocol)) return url.href.slice(0, LENGTH);
      const within = url.pathname + url.search;
      return (url.origin === location.origin ? within : url.origin + within).slice(0, LENGTH);
    } catch {
      return "";
    }
  }

  // As `known_as` of evidence/site.py: two addresses of one page have one number.
  function number(href) {
    const told = href.replace(/^([^?]+)\/(?=$|\?)/, "$1");
    let sum = 0x811c9dc5;
    for (let at = 0; at < told.length; at++) sum = Math.imul(sum ^ told.charCodeAt(at), 0x01000193) >>> 0;
    return sum;
  }

  // The list of links that an element is in: the outermost navigation, else what is called a menu, else header or footer.
  const known = new Map(); // element -> what is around it
  function around(element) {
    if (!element) return { main: false, trail: false, nav: null, menu: null, area: null };
    const hit = known.get(element);
    if (hit) return hit;
    const name = nameOf(element);
    const out = around(parent(element));
    const here = role(element);
    const top = /^(html|body)$/.test(name);
    const area = out.area ?? (here === "banner" || here === "contentinfo" || (/^(header|footer)$/.test(name) && !here && !out.main) ? element : null);
    const told = {
      main: out.main || here === "main" || name === "article",
      trail: out.trail || (!top && TRAIL.test(marks(element))),
      nav: out.nav ?? (here === "navigation" ? element : null),
      menu: out.menu ?? (!top && /^(ul|ol|div|table|td)$/.test(name) && MENU.test(marks(element)) ? element : null),
      area,
    };
    known.set(element, told);
    return told;
  }

  function tell() {
    const blocks = [];
    const numbers = new Map(); // list -> its number
    const links = [];
    const files = [];
    const headings = [];
    const buttons = [];
    const searches = [];
    const leads = new Set();
    const alternates = [];
    const skips = [];
    const shell = [];
    let [seen, contact, index, mains, places, posts, before, content, step] = [0, false, false, 0, 0, 0, 0, false, false];

    let [room, words] = [ROOM, WORDS];

    // null where there is no room left.
    function brief(element) {
      const whole = place(element);
      const told = { ...whole, excerpt: whole.excerpt.slice(0, EXCERPT) };
      const size = JSON.stringify(told).length;
      if (size > room) return null;
      room -= size;
      return told;
    }

    // Kept by number: one place each.
    function block(list) {
      if (numbers.has(list)) return numbers.get(list);
      if (blocks.length >= 20) return -1;
      const told = brief(list);
      if (!told) return -1;
      const kind = role(list) || nameOf(list);
      blocks.push({ key: [...told.component.landmarks, kind, squeezed(attribute(list, "aria-label"), 60).toLowerCase(), told.component.shape].join("|").slice(0, 200), kind, place: told });
      numbers.set(list, blocks.length - 1);
      return blocks.length - 1;
    }

    function link(element) {
      const href = address(element);
      const written = attribute(element, "href") ?? "";
      seen++;
      if (/^#./.test(written) && skips.length < 5 && seen <= 6) {
        let id = written.slice(1);
        try { id = decodeURIComponent(id); } catch { /* as it is written */ }
        const there = byId(document, id) ?? firstOf(document, `a[name="${CSS.escape(id)}"]`);
        skips.push(Boolean(there));
      }
      if (!href) return;
      if (/^(\/|https?:)/.test(href) && leads.size < LEADS) leads.add(number(href));
      const where = around(element);
      const list = where.nav ?? where.menu ?? where.area;
      const isShell = list && !where.main;
      const text = isShell ? squeezed(named(element), 80) : squeezed(textOf(element), 80);
      if (FILE.test(href) && files.length < FILES && visible(element)) {
        const pointed = brief(element);
        if (pointed) files.push([squeezed(named(element), 120), href.replace(/\?.*/, ""), pointed]);
      }
      const helped = helps(text, href);
      const help = helped && visible(element) ? helped : "";
      contact ||= Boolean(help) && help !== "self-help" || (DETAILS.test(href));
      index ||= INDEX.test(text);
      const hreflang = squeezed(attribute(element, "hreflang"), 20);
      const rel = hreflang ? (attribute(element, "rel") ?? "").toLowerCase().split(/\s+/) : [];
      if (rel.includes("alternate") && alternates.length < 15) alternates.push([hreflang.toLowerCase(), href, "a"]);
      if (!isShell || links.length >= LINKS) return;
      if (!content && !/^footer$/.test(where.area ? nameOf(where.area) : "") && !(where.area && role(where.area) === "contentinfo")) before++;
      if (where.trail && !help) return;
      const at = block(list);
      if (at < 0) return;
      words -= text.length + href.length;
      if (words < 0) return;
      const pointed = (places++ < PLACES && room > ROOM / 3) || help;
      links.push({ text, href, block: at, help, lang: hreflang.toLowerCase(), place: pointed ? brief(element) : null });
    }

    const FIELD = "input:not([type]), input[type=text i], input[type=search i]";
    const ASKS = /^(q|s|search|query|keys|term|keywords?|search[-_]?(term|text|box|query))$/i;

    function search(element) {
      if (!visible(element)) index ||= allOf(element, "input[type=search i]").length > 0; // a button may open it
      if (searches.length >= 5 || !visible(element)) return;
      const fields = [...allOf(element, FIELD)].filter(visible);
      const field = fields.find((each) => (attribute(each, "type") ?? "").toLowerCase() === "search") ?? fields.find((each) => ASKS.test(attribute(each, "name") ?? "")) ?? (role(element) === "search" ? fields[0] : null);
      if (!field || fields.length > 2) return;
      const button = [...allOf(element, "button, input[type=submit i], input[type=image i]")].find((each) => visible(each) && !/^(button|reset)$/i.test(attribute(each, "type") ?? ""));
      let action = "";
      try {
        const url = new URL(attribute(element, "action") ?? "", element.baseURI);
        action = (url.origin === location.origin ? "" : url.origin) + url.pathname;
      } catch { /* none that leads anywhere */ }
      const told = brief(field);
      if (!told) return;
      searches.push({
        key: [action.slice(0, LENGTH), squeezed(attribute(field, "name"), 40), ...told.component.landmarks].join("|"),
        field: squeezed(named(field), 80), field_place: told, shell: !around(element).main,
        button: button ? squeezed(named(button), 80) : "", button_place: button ? brief(button) : null,
      });
    }

    function heading(element, level) {
      if (!visible(element)) return;
      const where = around(element);
      const isShell = !where.main && Boolean(where.nav ?? where.menu ?? where.area);
      if (headings.length < 60) headings.push([level, squeezed(textOf(element), 80), isShell, before]);
    }

    function button(element) {
      if (buttons.length >= 15 || around(element).main || !visible(element)) return;
      const told = brief(element);
      if (!told) return;
      const { landmarks, path, shape } = told.component;
      buttons.push({ key: [...landmarks, ...path.slice(-2), shape].join("|").slice(0, 300), name: squeezed(named(element), 80), place: told });
    }

    for (const element of auditor.shadows().length ? elements(document) : all(document, READ)) {
      if (element.ownerDocument !== document) continue;
      const name = nameOf(element);
      const here = role(element);
      if (here === "main" && visible(element)) {
        mains++;
        content = true;
      }
      if (name === "a" || name === "area") link(element);
      else if (/^h[1-6]$/.test(name)) heading(element, Number(name[1]));
      else if (here === "heading") heading(element, Number(attribute(element, "aria-level")) || 2);
      else if (name === "form" || here === "search" || name === "search") {
        if (name === "form" || !allOf(element, "form").length) search(element);
        if (name === "form" && /^post$/i.test(attribute(element, "method") ?? "") && !around(element).nav && !around(element).area) posts++;
      } else if (name === "button" || name === "summary" || here === "button") button(element);
      else if (name === "link" && alternates.length < 15) {
        const rel = (attribute(element, "rel") ?? "").toLowerCase().split(/\s+/);
        const href = address(element);
        if (href && rel.includes("alternate") && attribute(element, "hreflang")) alternates.push([squeezed(attribute(element, "hreflang"), 20).toLowerCase(), href, "link"]);
      }
      step ||= attribute(element, "aria-current") === "step";
      if (shell.length < 60 && SHELL.has(name)) {
        const stands = ALONE.has(name) || here || MENU.test(marks(element)) || parent(element) === bodyOf(document);
        if (stands && !around(parent(element)).main) {
          shell.push(`${around(parent(element)).area ? nameOf(around(parent(element)).area) : ""}>${auditor.shape(element)}`);
        }
      }
    }
    const text = textOf(bodyOf(document) ?? document).slice(0, 200000);
    return {
      blocks, links, headings, buttons, searches, alternates, mains, before, posts, skips, files,
      leads: [...leads],
      more: leads.size >= LEADS,
      index,
      contact: contact || PHONE.test(text),
      step: step || STEP.test(text.slice(0, 20000)),
      shell: number([...new Set(shell)].sort().join("\n")),
    };
  }

  try {
    if (!axe._tree) axe.setup(document);
  } catch {
    // names are told without it
  }
  return tell();
})()
