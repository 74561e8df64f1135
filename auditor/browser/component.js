// What an element is and where it sits, but for what differs from page to page and from build to build: by these
// facts findings become issues, and are known again in the next audit. How they are used: auditor/identity.py.
(() => {
  const { own } = auditor;
  const parentOf = own(Node, "parentNode");
  const nameOf = own(Element, "localName");
  const attribute = own(Element, "getAttribute");
  const textOf = own(Node, "textContent");
  const LANDMARKS = {
    header: "banner", nav: "navigation", main: "main", footer: "contentinfo", aside: "complementary", search: "search", dialog: "dialog",
  };
  const ROLES = new Set([...Object.values(LANDMARKS), "alertdialog", "form", "region"]);
  const PLAIN = new Set(["div", "span", "html", "body", "tbody"]); // without a class they are mere wrappers
  const STATE = /^(is-|has-|ng-|js-)|^(active|inactive|current|selected|open|opened|closed|collapsed|expanded|collapse|show|shown|hide|hidden|visible|hover|focus|focused|visited|disabled|enabled|loading|loaded|first|last|odd|even|animated|fade|in|out|lazy|lazyloaded)$/i;
  const PATH = 8; // steps
  const CLASSES = 6;
  const TEXT = 120;

  // A part of a name that a build tool made: letters and figures mixed, or capitals where no word begins.
  const made = (part) => (/[a-z]\d+[a-z]|^\d+[a-z]/i.test(part) && part.length >= 5) || /[a-z][A-Z]{2,}[a-z]|[a-z][A-Z][a-z][A-Z]/.test(part);

  // A class as its author wrote it, "" where nothing of it was.
  function stable(token) {
    if (token.length > 60 || STATE.test(token)) return "";
    if (/^(css|sc|jsx|emotion|svelte|astro|tw)-\w+$/i.test(token)) return "";
    const kept = token.replace(/^(.*?)__([\w-]{5,8})$/, (whole, name, tail) => (/\d|[a-z][A-Z]|^[A-Z]/.test(tail) || !/[aeiou]/i.test(tail) ? name : whole));
    const parts = kept.split(/(?<=[-_])|(?=[-_])/).filter((part) => !made(part));
    return parts.join("").replace(/\d+/g, "#").replace(/^[-_]+|[-_]+$/g, "").replace(/([-_])\1*(?=[-_])/g, "");
  }

  const classes = (element) => [...new Set((attribute(element, "class") ?? "").slice(0, 1000).split(/\s+/).map(stable).filter(Boolean))]
    .sort().slice(0, CLASSES);

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

  // Where a link, picture or form leads: its path without what a build or a query adds.
  function target(element) {
    const written = attribute(element, "href") ?? attribute(element, "src") ?? attribute(element, "action") ?? attribute(element, "xlink:href");
    if (!written || written.startsWith("data:")) return "";
    try {
      const { host, pathname, protocol } = new URL(written, element.baseURI);
      const path = /^https?:/.test(protocol) ? pathname : protocol + pathname;
      const steps = path.split("/").map((step) => step.split(/(?<=[.\-_])|(?=[.\-_])/).filter((part) => !made(part)).join("").replace(/\d+/g, "#"));
      return ((host && host !== location.host ? host : "") + steps.join("/")).slice(0, 200);
    } catch {
      return written.slice(0, 200);
    }
  }

  const NAMED = ["alt", "aria-label", "title", "placeholder", "name"];

  function text(element) {
    const said = NAMED.map((key) => attribute(element, key)).filter(Boolean).map(plain);
    const whole = /^(html|body|main|nav|header|footer|aside|form|section|article|table|ul|ol|dl|iframe|select)$/.test(nameOf(element));
    return [...said, whole ? "" : plain(textOf(element) ?? "")].filter(Boolean).join(" | ").slice(0, 2 * TEXT);
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
    return { landmarks: landmarks.slice(0, 6), path, shape: shape(element), target: target(element), text: text(element) };
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

  Object.assign(auditor, { component, components });
})();
