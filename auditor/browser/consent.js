// The cookie banner of the page, or of a frame: found, pressed, hidden. Sets `auditor.consent`; page.js comes before.
// `given`: { tools: [{ id, name, detect, refuse, accept, hide }], words: { about, refuse, accept, hide } }.
(() => {
  const { own } = auditor;
  const nameOf = own(Element, "localName");
  const attribute = own(Element, "getAttribute");
  const shadowOf = own(Element, "shadowRoot");
  const rectOf = own(Element, "getBoundingClientRect");
  const parentOf = own(Node, "parentNode");
  const textOf = own(Node, "textContent");
  const CONTROL = "button, [role=button], input[type=button], input[type=submit], a";
  const SIGN = /cookie|consent|cwci|gdpr/i;
  const TEXT = 6000; // characters; what says more is no banner
  const ELEMENTS = 60000;
  const FRAMES = 5;
  const READ_MS = 1500;

  function* elements(root, most = { left: ELEMENTS }) {
    for (const element of root.querySelectorAll("*")) {
      if (--most.left < 0) return;
      yield element;
      const shadow = shadowOf(element);
      if (shadow) yield* elements(shadow, most);
    }
  }

  // The document and its open shadow roots, looked for once in a call: nothing changes meanwhile.
  let known = null;
  function roots() {
    if (known) return known;
    known = [document];
    let left = ELEMENTS;
    for (let at = 0; at < known.length; at++) {
      for (const element of known[at].querySelectorAll("*")) {
        if (--left < 0 || known.length > 500) break;
        const shadow = shadowOf(element);
        if (shadow) known.push(shadow);
      }
    }
    queueMicrotask(() => (known = null));
    return known;
  }

  const visible = (element) => element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) ?? true;
  const hasSize = (element) => {
    const at = rectOf(element);
    return at.width > 1 && at.height > 1 && at.right > 0 && at.bottom + scrollY > 0;
  };
  // What it holds may be placed elsewhere than itself.
  const shown = (element) => visible(element)
    && (hasSize(element) || [...element.querySelectorAll("*")].slice(0, 50).some((each) => visible(each) && hasSize(each)));

  function all(selector) {
    try {
      return roots().flatMap((root) => [...root.querySelectorAll(selector)]);
    } catch {
      return [];
    }
  }

  const plain = (text) => String(text ?? "").slice(0, 300).toLowerCase().replace(/\u2019/g, "'")
    .replace(/[^\p{L}\p{N}']+/gu, " ").trim();
  const named = (element) => plain(attribute(element, "aria-label") || (nameOf(element) === "input" ? attribute(element, "value") : "")
    || textOf(element) || attribute(element, "title"));
  const begins = (name, words) => words.some((word) => name === word || name.startsWith(`${word} `));
  const means = (name, words) => ["refuse", "accept", "hide"].find((kind) => begins(name, words[kind])) ?? "";
  const up = (element) => {
    const parent = parentOf(element);
    return parent?.nodeType === 11 ? parent.host ?? null : parent?.nodeType === 1 ? parent : null;
  };

  // Words of an element with the open shadow roots in it.
  function words(element) {
    let text = textOf(element).slice(0, TEXT + 1);
    const within = shadowOf(element);
    for (const each of elements(within ?? element, { left: 500 })) {
      const shadow = shadowOf(each);
      if (shadow) text += ` ${textOf(shadow).slice(0, TEXT)}`;
      if (text.length > TEXT) break;
    }
    return within ? `${text} ${textOf(within).slice(0, TEXT)}` : text;
  }

  function stays(element) {
    if (element.matches("dialog, [role=dialog], [role=alertdialog]")) return true;
    if (["id", "class", "aria-label"].some((key) => SIGN.test(attribute(element, key) ?? "")) || SIGN.test(nameOf(element))) return true;
    return /fixed|sticky/.test(getComputedStyle(element).position);
  }

  function isAbout(element, given) {
    const text = words(element);
    if (text.length > TEXT) return false;
    const found = new Set(text.slice(0, TEXT).toLowerCase().split(/[^\p{L}\p{N}]+/u));
    return given.words.about.some((word) => found.has(word));
  }

  // A banner that no tool is known by: from its button outwards.
  function unknown(given) {
    const seen = new Set();
    let left = 400;
    const answers = [...given.words.refuse, ...given.words.accept];
    const isPlain = roots().length === 1;
    for (const control of isPlain ? document.querySelectorAll(CONTROL) : elements(document)) {
      if ((!isPlain && !control.matches(CONTROL)) || !begins(named(control), answers) || !shown(control)) continue;
      if (!left--) break;
      for (let at = up(control), steps = 30; at && steps--; at = up(at)) {
        if (/^(body|html|main)$/.test(nameOf(at)) || attribute(at, "role") === "main") {
          if (window !== top && isAbout(document.body, given)) return document.body; // all of such a frame is
          break;
        }
        if (seen.has(at)) break;
        seen.add(at);
        if (stays(at) && isAbout(at, given)) return at;
      }
    }
    return null;
  }

  function locate(given) {
    for (const tool of given.tools) {
      for (const selector of tool.detect) {
        const element = all(selector).find(shown);
        if (element) return { tool, element };
      }
    }
    const element = unknown(given);
    return element && { tool: null, element };
  }

  const controls = (element) => [...elements(shadowOf(element) ?? element, { left: 3000 })].filter((each) => each.matches(CONTROL) && shown(each));

  // What to press, `step` by step; null where there is nothing (more).
  function target(given, kind, step) {
    const at = locate(given);
    if (!at) return null;
    const selectors = at.tool?.[kind] ?? [];
    if (kind !== "hide" && selectors.length > step) {
      const found = all(selectors[step]).find(shown);
      if (found) return found;
    }
    if (step) return null;
    return controls(at.element).find((each) => means(named(each), given.words) === kind
      && !(nameOf(each) === "a" && /^https?:/.test(each.href) && !each.getAttribute("href").startsWith("#"))) ?? null;
  }

  function find(given) {
    const at = locate(given);
    if (!at) return null;
    const name = attribute(at.element, "aria-label") || attribute(at.element, "title") || "";
    return {
      tool: at.tool?.id ?? "", name: at.tool?.name ?? name.replace(/\s+/g, " ").trim().slice(0, 100),
      refuse: !!target(given, "refuse", 0), accept: !!target(given, "accept", 0),
    };
  }

  function aim(given, kind, step) {
    const element = target(given, kind, step);
    if (!element) return null;
    element.scrollIntoView({ block: "nearest", behavior: "instant" });
    const at = rectOf(element);
    return { x: at.x + at.width / 2, y: at.y + at.height / 2, name: named(element).slice(0, 80) };
  }

  function press(given, kind, step) {
    target(given, kind, step)?.click();
    return true;
  }

  const away = (element) => element.style.setProperty("display", "none", "important");

  // By CSS alone; whether there was one.
  function hide(given) {
    const at = locate(given);
    if (!at) return false;
    away(at.element);
    for (const selector of at.tool?.hide ?? []) all(selector).forEach(away);
    return true;
  }

  // Frames that may hold a banner, in the page itself.
  function frames(hosts) {
    return all("iframe").filter((frame) => {
      if (!shown(frame)) return false;
      let host = "";
      try {
        ({ host } = new URL(frame.src, document.baseURI));
      } catch {
        // it shows no address
      }
      return hosts.some((each) => `.${host}`.endsWith(`.${each}`)) || SIGN.test(host)
        || ["id", "class", "name", "title", "aria-label", "src"].some((key) => SIGN.test(attribute(frame, key) ?? ""))
        || /fixed|sticky/.test(getComputedStyle(frame).position);
    }).slice(0, FRAMES);
  }

  function frameAt(hosts, number) {
    const frame = frames(hosts)[number];
    if (!frame) return null;
    frame.scrollIntoView({ block: "nearest", behavior: "instant" });
    const at = rectOf(frame);
    return { x: at.x + frame.clientLeft, y: at.y + frame.clientTop };
  }

  function hideFrame(hosts, number) {
    const frame = frames(hosts)[number];
    if (frame) away(frame);
    return !!frame;
  }

  // As `find`, in a frame, once that is read to its end: the page may be drawn before it.
  async function findIn(given) {
    if (document.readyState === "loading") {
      await Promise.race([new Promise((resolve) => addEventListener("DOMContentLoaded", resolve)), new Promise((resolve) => setTimeout(resolve, READ_MS))]);
    }
    return find(given);
  }

  const origin = () => location.origin;

  // The banner of the page itself, and in how many frames one may be.
  const look = (given, hosts) => ({ banner: find(given), frames: frames(hosts).length });

  auditor.consent = { look, findIn, aim, press, hide, frames, frameAt, hideFrame, origin };
})();
