// What an element is and where it sits, but for what differs from page to page and from build to build: by these
// facts findings become issues, and are known again in the next audit. How they are used: auditor/identity.py.
(() => {
  const { own } = auditor;
  const parentOf = own(Node, "parentNode");
  const nameOf = own(Element, "localName");
  const attribute = own(Element, "getAttribute");
  const textOf = own(Node, "textContent");
  const rootOf = own(Node, "getRootNode");
  const allOf = { 9: own(Document, "querySelectorAll"), 11: own(DocumentFragment, "querySelectorAll") };
  const withinOf = own(Element, "querySelector");
  const LANDMARKS = {
    header: "banner", nav: "navigation", main: "main", footer: "contentinfo", aside: "complementary", search: "search", dialog: "dialog",
  };
  const ROLES = new Set([...Object.values(LANDMARKS), "alertdialog", "form", "region"]);
  const PLAIN = new Set(["div", "span", "html", "body", "tbody"]); // without a class they are mere wrappers
  const STATES = "active|inactive|current|selected|open|opened|closed|collapsed|expanded|hidden|visible|hover|focus|focused|visited|disabled|enabled|loading|loaded";
  const STATE = new RegExp(`^(is-|has-|ng-|js-)|^(${STATES}|collapse|show|shown|hide|first|last|odd|even|animated|fade|in|out|lazy|lazyloaded)$`, "i");
  const STATE_AFTER = new RegExp(`(--|__|-|_)(is-|has-)?(${STATES})$`, "i");
  const VARIANT = /(^|[-_]+)(variant|version|test|exp|ab)[-_][a-z\d]$|--[a-d]$/i; // of a test on visitors
  const PATH = 8; // steps
  const CLASSES = 6;
  const TEXT = 120;
  const TWIN = " ×"; // identity.py knows it too
  const TWINS = 1000; // elements of one name, held against each other

  // A part of a name that a build tool made: letters and figures mixed, or capitals where no word begins.
  const made = (part) => (/[a-z]\d+[a-z]|^\d+[a-z]|^(?=.*\d)[\da-f]{6,}$/i.test(part) && /[a-z]/i.test(part) && part.length >= 5) || /[a-z][A-Z]{2,}[a-z]|[a-z][A-Z][a-z][A-Z]/.test(part);

  // A pure function of a text that works once for each: on a page the same few stand a thousand times.
  const KNOWN = 5000;
  const SHORT = 1000; // characters; nothing longer is kept
  function remembered(told) {
    const known = new Map();
    return (text) => {
      if (text.length > SHORT) return told(text);
      let hit = known.get(text);
      if (hit === undefined) {
        if (known.size >= KNOWN) known.clear();
        known.set(text, (hit = told(text)));
      }
      return hit;
    };
  }

  // A name without what a tool made of it and without figures.
  const kept = remembered((name) => name.split(/(?<=[-_])|(?=[-_])/).filter((part) => !made(part)).join("").replace(/\d+/g, "#"));

  // A class as its author wrote it, "" where nothing of it was.
  function stable(token) {
    if (token.length > 60 || STATE.test(token)) return "";
    if (/^(css|sc|jsx|emotion|svelte|astro|tw)-\w+$/i.test(token)) return "";
    const name = token
      .replace(/^_(.+)_[\w-]{5}_\d+$/, "$1") // Vite's modules
      .replace(/-?\bsc-[a-z\d]+(-\d+)?$/i, "") // styled-components, with names
      .replace(/^(.*?)__([\w-]{5,8})$/, (whole, head, tail) => (/\d|[a-z][A-Z]|^[A-Z]/.test(tail) || !/[aeiou]/i.test(tail) ? head : whole));
    return kept(name.replace(STATE_AFTER, "").replace(VARIANT, "")).replace(/^[-_]+|[-_]+$/g, "").replace(/([-_])\1*(?=[-_])/g, "");
  }

  const classesOf = remembered((text) => {
    const tokens = text.split(/\s+/);
    // Beside a class of styled-components its hash stands, which may be letters alone.
    const authored = tokens.some((token) => /(^|-)sc-[a-z\d]+(-\d+)?$/i.test(token)) ? tokens.filter((token) => !/^[a-z]{5,7}$/i.test(token)) : tokens;
    return [...new Set(authored.map(stable).filter(Boolean))].sort().slice(0, CLASSES);
  });
  const classes = (element) => classesOf((attribute(element, "class") ?? "").slice(0, 1000));

  const role = (element) => (attribute(element, "role") ?? "").trim().toLowerCase().split(/\s+/)[0].slice(0, 40);

  function shape(element) {
    const name = nameOf(element);
    const type = name === "input" ? `[type=${(attribute(element, "type") ?? "text").toLowerCase().slice(0, 20)}]` : "";
    const said = role(element) ? `[role=${role(element)}]` : "";
    return name.slice(0, 60) + type + said + classes(element).map((each) => `.${each}`).join("");
  }

  function up(element) {
    const around = parentOf(element);
    if (around?.nodeType === 11) return around.host ?? null;
    return around?.nodeType === 1 ? around : null;
  }

  function landmark(element, within) {
    const said = role(element);
    if (said) return ROLES.has(said) ? said : "";
    const name = nameOf(element);
    if ((name === "header" || name === "footer") && within) return ""; // of an article or a section
    return LANDMARKS[name] ?? "";
  }

  const months = /\b(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?|mon(day)?|tue(s(day)?)?|wed(nesday)?|thu(rs(day)?)?|fri(day)?|sat(urday)?|sun(day)?|ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr)\b/g;
  const plain = (text) => String(text).slice(0, 2000).toLowerCase().replace(months, "@").replace(/\d+([.,:/]\d+)*(st|nd|rd|th)?\b/g, "#").replace(/\d+/g, "#")
    .replace(/\s+/g, " ").trim().slice(0, TEXT);

  const ADDRESSES = ["href", "src", "data", "action", "xlink:href"];
  const LATER = ["data-src", "data-lazy-src", "data-original", "srcset", "data-srcset", "poster"]; // of what is loaded when it is seen
  const MEDIA = /^(img|image|video|audio|object|embed|iframe|input)$/;
  const LANGUAGES = /^(cy|en|ga|gd)(-[a-z]{2})?$/i; // one page in two languages: two paths

  function address(element) {
    const of = (keys) => keys.map((key) => attribute(element, key)).find(Boolean) ?? "";
    const first = of(ADDRESSES);
    if (first && !first.startsWith("data:")) return first;
    const source = /^(video|audio)$/.test(nameOf(element)) && withinOf(element, "source[src]");
    return (source && attribute(source, "src")) || of(LATER).split(/[\s,]/)[0] || first;
  }

  const parts = (name) => name.split(/(?<=[.\-_])|(?=[.\-_])/);
  const joined = (all) => all.join("").replace(/[.\-_]+(?=[.\-_])|[.\-_]$/g, "");
  const step = (name) => joined(parts(name).filter((part) => !made(part))).replace(/\d+/g, "#");

  // Figures are kept in the name of a picture, if they are no time: IMG_1 is not IMG_2. All of it is, if a tool made all of it.
  function file(name) {
    const written = parts(name).filter((part) => !made(part) && !/^\d{9,}$/.test(part));
    return written.slice(0, -1).some((part) => /[a-z\d]/i.test(part)) ? joined(written) : name;
  }

  function hash(text) {
    let sum = 0x811c9dc5;
    for (let at = 0; at < Math.min(text.length, 20000); at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
    return sum.toString(36);
  }

  // Where a link, picture or form leads: its path without what a build or a query adds. Of a button: its picture.
  function target(element) {
    const written = address(element);
    if (!written) return /^(button|summary)$/.test(nameOf(element)) || role(element) === "button" ? icon(element) : "";
    if (written.startsWith("data:")) return `data:${hash(written)}`;
    try {
      const { host, pathname, protocol } = new URL(written, element.baseURI);
      const here = location.host || new URL(element.baseURI).host; // a srcdoc frame has none of its own
      const path = /^https?:/.test(protocol) ? pathname : protocol + pathname;
      const steps = path.split("/");
      const last = steps.pop();
      if (LANGUAGES.test(steps[1] ?? "")) steps.splice(1, 1);
      const end = MEDIA.test(nameOf(element)) ? file(last) : step(last);
      return ((host && host !== here ? host : "") + [...steps.map(step), end].join("/")).slice(0, 200);
    } catch {
      return written.slice(0, 200);
    }
  }

  function icon(element) {
    const found = withinOf(element, "img, use") ?? withinOf(element, "svg[class], i[class], span[class]");
    if (!found) return "";
    if (nameOf(found) === "img") return target(found);
    const fragment = (attribute(found, "href") ?? attribute(found, "xlink:href") ?? "").split("#")[1];
    return fragment ? `#${kept(fragment).slice(0, 60)}` : classes(found).map((each) => `.${each}`).join("");
  }

  // Of a frame: whose it is. One without an address of its own is as the page that wrote it.
  const host = window === window.top ? "" : location.hostname || new URL(document.baseURI).hostname;

  const NAMED = ["alt", "aria-label", "title", "placeholder"];

  function text(element) {
    const name = nameOf(element);
    const said = NAMED.map((key) => attribute(element, key)).filter(Boolean).map(plain);
    const field = kept(attribute(element, "name") ?? "");
    const whole = /^(html|body|main|nav|header|footer|aside|form|section|article|ul|ol|dl|iframe|select)$/.test(name);
    const told = name === "table" ? withinOf(element, "caption, tr") : !whole && element; // a table by its caption or first row
    return [...said, plain(field), told ? plain(textOf(told) ?? "") : ""].filter(Boolean).join(" | ").slice(0, 2 * TEXT);
  }

  let counted = new Map(); // of roots: how many elements of a name lead and say what
  let countedAt = "";
  // What was counted holds until something in one of these roots changes, or their address does.
  const forget = () => {
    changes.disconnect();
    [counted, countedAt] = [new Map(), location.href];
  };
  const changes = new MutationObserver(forget);

  // Whether another element leads and says the same. Where this one says nothing, what another says may be its repair.
  function hasTwin(element, key) {
    const root = rootOf(element);
    const name = nameOf(element);
    if (changes.takeRecords().length || countedAt !== location.href) forget();
    let counts = counted.get(root)?.get(name);
    if (!counts) {
      counts = new Map();
      const all = allOf[root.nodeType]?.(root, CSS.escape(name)) ?? [];
      for (const each of all.length <= TWINS ? all : []) {
        const leads = target(each);
        for (const said of new Set(["", text(each)])) counts.set(`${leads}\n${said}`, (counts.get(`${leads}\n${said}`) ?? 0) + 1);
      }
      if (!counted.has(root)) changes.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
      counted.set(root, (counted.get(root) ?? new Map()).set(name, counts));
    }
    return counts.get(key) !== 1; // where there are too many, nobody knows
  }

  function component(element) {
    const path = [];
    const landmarks = [];
    for (let at = up(element), left = 60; at && left > 0; at = up(at), left--) {
      let within = false;
      if (/^(header|footer)$/.test(nameOf(at))) {
        for (let out = up(at), more = 60; out && more > 0 && !within; out = up(out), more--) within = /^(article|section|main|aside|nav)$/.test(nameOf(out));
      }
      const here = landmark(at, within);
      if (here) landmarks.unshift(here);
      else if (!landmarks.length && path.length < PATH) {
        const told = shape(at);
        if (!PLAIN.has(told)) path.unshift(told);
      }
    }
    const leads = target(element);
    const says = text(element);
    const twin = (leads || says) && hasTwin(element, `${leads}\n${says}`) ? TWIN : "";
    return { landmarks: landmarks.slice(0, 6), path, shape: shape(element), target: leads, text: says + twin, host };
  }

  // Of elements as axe names them: a selector, or one for each shadow root on the way. null for what is gone.
  function components(targets) {
    return targets.map((steps) => {
      let root = document;
      let found = null;
      try {
        for (const [depth, selector] of [steps].flat().entries()) {
          if (depth) root = found?.shadowRoot;
          found = root?.querySelector(selector) ?? null;
        }
        return found && component(found);
      } catch {
        return null;
      }
    });
  }

  Object.assign(auditor, { component, components, shape });
})();
