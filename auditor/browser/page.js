// Runs in an isolated world of each frame, after axe: the page can neither see nor change it.
// One object, `auditor`; every function returns plain data or a JSON string.
(() => {
  // In a sandboxed document without scripts no timer ends, not even one of ours, and axe waits for some.
  if (matchMedia("(scripting: none)").matches) {
    const clock = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
    const due = new Set();
    let last = 0;
    globalThis.setTimeout = (run, ms, ...given) => {
      const id = ++last;
      due.add(id);
      Atomics.waitAsync(clock, 0, 0, Math.max(1, ms || 0)).value.then(() => due.delete(id) && run(...given));
      return id;
    };
    globalThis.clearTimeout = (id) => void due.delete(id);
  }

  const HTML = ["text/html", "application/xhtml+xml"];

  // A form's fields, and pictures with a name, stand in for what a form or the document has by that name.
  const own = (type, name) => {
    const { get, value } = Object.getOwnPropertyDescriptor(type.prototype, name);
    return Function.prototype.call.bind(get ?? value);
  };
  const namesOf = own(Element, "getAttributeNames");
  const nameOf = own(Element, "localName");
  const attributeOf = own(Element, "getAttribute");
  const shadowOf = own(Element, "shadowRoot");
  const firstOf = own(Node, "firstChild");
  const textOf = own(Node, "textContent");
  const titleOf = own(Document, "title");
  const bodyOf = own(Document, "body");
  const allOf = own(Document, "querySelectorAll");

  // axe before 4.13 parses the same few colours anew for every element: most of its time.
  function memoiseColours() {
    const Color = globalThis.axe?.commons?.color?.Color;
    const [major, minor] = (globalThis.axe?.version ?? "9.9").split(".").map(Number);
    if (!Color || major > 4 || minor >= 13) return;
    const parse = Color.prototype.parseString;
    const known = new Map();
    Color.prototype.parseString = function (text) {
      const hit = known.get(text);
      if (hit) {
        [this.r, this.g, this.b, this.alpha] = hit;
      } else {
        parse.call(this, text);
        known.set(text, [this.r, this.g, this.b, this.alpha]);
      }
      return this;
    };
  }
  memoiseColours();

  // What nobody reads of an element in a partial result: an XPath.
  globalThis.axe?.utils.nodeSerializer.update({
    toSpec: ({ selector, source, ancestry, nodeIndexes, fromFrame }) => ({ selector, source, xpath: ["/"], ancestry, nodeIndexes, fromFrame }),
  });

  const INLINE_SPACING = { "letter-spacing": 0.12, "word-spacing": 0.16, "line-height": 1.5 }; // em (WCAG 1.4.12)

  // axe holds a style attribute against its own element, though all text within may set its own spacing.
  function narrowSpacing() {
    const sets = (element, property) =>
      element.style?.getPropertyPriority(property) === "important" && element.style.getPropertyValue(property) !== "";
    const isClose = (element, property, least) => {
      const { fontSize, [property]: value } = getComputedStyle(element);
      return value === "normal" || parseFloat(value) < least * parseFloat(fontSize) - 0.01;
    };
    const isSetAgain = (element, node, property) => {
      for (let at = element, left = 200; at && at !== node && left > 0; at = at.parentElement, left--) {
        if (at.style?.getPropertyValue(property)) return true;
      }
      return false;
    };
    function matches(node, virtualNode) {
      const set = Object.entries(INLINE_SPACING).filter(([property]) => sets(node, property));
      if (!set.length || !axe.commons.dom.isVisibleOnScreen(virtualNode)) return false;
      const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      for (let left = 500; left > 0 && walker.nextNode(); left--) {
        const around = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !visible(around)) continue;
        if (set.some(([property, least]) => isClose(around, property, least) && !isSetAgain(around, node, property))) return true;
      }
      return false;
    }
    globalThis.axe?.configure({ rules: [{ id: "avoid-inline-spacing", matches }] });
  }
  narrowSpacing();

  // Rows of dashes and stars, which part and adorn, say nothing in words (WCAG 1.4.3, "text").
  function passOverOrnaments() {
    for (const id of ["color-contrast", "color-contrast-enhanced"]) {
      const found = globalThis.axe && internal(id);
      if (!found) continue;
      const { matches } = found;
      const adorns = (node) => {
        const words = typeof node.value === "string" ? node.value : node.textContent; // the value of a list item is a number
        const text = node.children?.length ? "" : (words ?? "").slice(0, 500).replace(/\s+/g, "");
        if (text.length < 3 || /[\p{L}\p{N}]{2}|[\p{Extended_Pictographic}\p{Co}]/u.test(text)) return false;
        return (text.match(/[\p{L}\p{N}]/gu) ?? []).length < text.length / 5; // a sign read in a wrong encoding
      };
      found.matches = (...given) => matches.apply(found, given) && !adorns(given[0]);
    }
  }

  // A frame that is inert, as all is behind a modal dialog, need not be in the Tab order.
  function passOverInertFrames() {
    const found = globalThis.axe && internal("frame-focusable-content");
    if (!found) return;
    const frame = () => {
      try {
        return window.frameElement;
      } catch {
        return null; // of another origin
      }
    };
    const isInert = (element) => {
      const dialog = [...(element?.ownerDocument.querySelectorAll("dialog:modal") ?? [])].at(-1);
      return Boolean(element?.closest("[inert]") || (dialog && !dialog.contains(element)));
    };
    const { matches } = found;
    found.matches = (...given) => matches.apply(found, given) && !isInert(frame());
  }

  // Every element of the document and of its open shadow roots, in tree order.
  function* elements(root) {
    for (const element of root === document ? allOf(document, "*") : root.querySelectorAll("*")) {
      yield element;
      const shadow = shadowOf(element);
      if (shadow) yield* elements(shadow);
    }
  }

  // Whether the page leads on by itself after a while: until then people have it before them, with nothing on it.
  const refreshes = () => [...allOf(document, "meta[http-equiv=refresh i]")].some((meta) => parseFloat(attributeOf(meta, "content")) > 0);

  // What must hold before axe's word means anything: the gate is in visit.py.
  function facts() {
    const navigation = performance.getEntriesByType("navigation")[0];
    const body = bodyOf(document);
    return {
      url: location.href,
      // What was asked for, whatever the page's scripts have written over it since.
      address: navigation?.name ?? location.href,
      status: navigation?.responseStatus ?? 0,
      contentType: document.contentType,
      title: titleOf(document).slice(0, 500),
      lang: document.documentElement?.lang?.slice(0, 50) ?? "",
      html: HTML.includes(document.contentType),
      error: location.protocol === "chrome-error:",
      parserError: document.getElementsByTagName("parsererror").length > 0,
      empty: !refreshes() && (!body || (body.childElementCount === 0 && textOf(body).trim() === "")),
    };
  }

  const SILENT = new Set(["script", "style", "noscript", "template"]);
  // Attributes that differ between two copies of one page: addresses, tokens, generated names.
  const FICKLE = /^(href|src|srcset|action|formaction|value|content|nonce|integrity|id|for|name|style|xlink:href|aria-(labelledby|describedby|controls|owns)|data-.*)$/i;
  const NO_PAGE_HAS_MORE = 100000; // elements read here
  const ENOUGH = 1000000; // characters

  const visible = (element) => element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) ?? true;

  // What shows something though it holds no text.
  const SHOWS = new Set([
    "img", "svg", "canvas", "video", "audio", "picture", "iframe", "frame", "object", "embed", "input", "button",
    "select", "textarea", "math", "meter", "progress",
  ]);

  // What the checklist for people asks about (data/checklist.toml), shown or not: what opens on use is to be tested too.
  const CAROUSEL = "[aria-roledescription=carousel i], [class*=carousel i], [class*=slick i], [class*=swiper i], [class*=slider i]";
  const FEATURES = {
    picture: "img, svg, canvas, area, object, embed, input[type=image i], [role=img i], [role=image i], [style*='url(' i]",
    audio: "audio, a[href*='.mp3' i], a[href*='.wav' i], a[href*='.m4a' i], a[href*='.ogg' i]",
    video: "video, object, embed, a[href*='.mp4' i], a[href*='.webm' i], a[href*='.mov' i], a[href*='.m3u8' i],"
      + "lite-youtube, lite-vimeo, youtube-video, vimeo-video, [class*=youtube i], [class*=vimeo i], [class*=video i]",
    frame: "iframe, frame, object, embed",
    field: "input:not([type=hidden i], [type=submit i], [type=reset i], [type=button i], [type=image i]), select, textarea,"
      + "[contenteditable]:not([contenteditable=false i]), [role=textbox i], [role=searchbox i], [role=combobox i],"
      + "[role=listbox i], [role=checkbox i], [role=radio i], [role=switch i], [role=slider i], [role=spinbutton i]",
    login: "[type=password i], [autocomplete*=password i], [autocomplete~=username i], [autocomplete~=one-time-code i]",
    motion: `canvas, marquee, blink, [autoplay], animate, animateTransform, animateMotion, img[src*='.gif' i],
      img[src*='.apng' i], [class*=ticker i], [class*=marquee i], ${CAROUSEL}`,
    refresh: "meta[http-equiv=refresh i]",
    drag: `canvas, [draggable=true i], [role=slider i], [class*=sortable i], [class*=draggable i], [class*=leaflet i],
      [class*=mapbox i], [class*=ol-viewport i], ${CAROUSEL}`,
  };
  const ENOUGH_ROOTS = 1000; // shadow roots looked into

  function features(roots) {
    const counted = {};
    for (const [feature, selector] of Object.entries(FEATURES)) {
      counted[feature] = 0;
      for (const root of roots) {
        counted[feature] += (root === document ? allOf(document, selector) : root.querySelectorAll(selector)).length;
      }
    }
    const drawn = /\.(png|jpe?g|gif|webp|avif|svg)\b/i; // a background
    for (const { initiatorType, name } of performance.getEntriesByType("resource").slice(0, 1000)) {
      if (initiatorType === "css" && drawn.test(name.slice(0, 2000))) counted.picture++;
    }
    return counted;
  }

  // A link, something with a role of its own or a picture behind it, though it holds no text.
  const ROLES = /^\s*(?!(main|application|none|presentation|document|region|alert|status|log)\b)[a-z]/i;
  // So does any role where no script is that may have yet to fill it: what is there is what its author wrote.
  const isShown = (element) =>
    (!document.scripts.length && attributeOf(element, "role")?.trim()) || ROLES.test(attributeOf(element, "role") ?? "") || /url\(/i.test(attributeOf(element, "style") ?? "") ||
    (/^(a|area)$/.test(nameOf(element)) && attributeOf(element, "href") !== null);

  const fickle = new Map(); // attribute -> whether it is
  function isFickle(name) {
    let told = fickle.get(name);
    if (told === undefined) fickle.set(name, (told = FICKLE.test(name)));
    return told;
  }

  // Its name and attributes. They are read by name: in `attributes` each is an object, which costs more than its text.
  function tagOf(element) {
    let told = nameOf(element);
    for (const name of namesOf(element)) {
      told += ` ${name}`;
      if (!isFickle(name)) told += `=${(attributeOf(element, name) ?? "").slice(0, 500)}`;
    }
    return told;
  }

  function texts(root) {
    const found = [];
    for (let node = firstOf(root); node; node = node.nextSibling) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      const text = node.data.slice(0, 20000).trim();
      if (text) found.push(text.replace(/\s+/g, " "));
    }
    return found;
  }

  // What the page shows, as far as the crawl needs it. The skeleton is the same for two copies of one page.
  function describe() {
    const skeleton = [];
    const said = [];
    let size = 0;
    let length = 0;
    let count = 0;
    let shows = false;
    const roots = [document];
    for (const element of elements(document)) {
      if (++count > NO_PAGE_HAS_MORE) break;
      const shadow = shadowOf(element);
      if (shadow && roots.length <= ENOUGH_ROOTS) roots.push(shadow);
      const name = nameOf(element);
      shows ||= SHOWS.has(name) || (name.includes("-") && element.matches(":defined")) || isShown(element);
      if (size > ENOUGH || SILENT.has(name)) continue;
      let told = tagOf(element);
      for (const text of shadow ? [...texts(element), ...texts(shadow)] : texts(element)) {
        told += `>${text}`;
        if (name === "title") continue;
        length += text.length;
        said.push(text);
      }
      size += told.length;
      skeleton.push(told);
    }
    let heading = "";
    for (const h1 of allOf(document, "h1")) {
      if (visible(h1)) {
        heading = h1.textContent.replace(/\s+/g, " ").trim().slice(0, 500);
        break;
      }
    }
    const canonical = document.querySelector('link[rel~="canonical" i][href]')?.href;
    return {
      elements: count,
      heading,
      text: said.join("\n").slice(0, 200000),
      textLength: length,
      shows: shows || length > 0 || refreshes(),
      markup: count < 1000 ? (document.documentElement?.outerHTML ?? "").slice(0, 100000) : "",
      passwordField: [...allOf(document, "input[type=password i]")].some(visible),
      canonical: typeof canonical === "string" && canonical.length <= 2000 ? canonical : "",
      skeleton: skeleton.join("\n"),
      features: features(roots),
    };
  }

  // Resolves when the DOM has been still for `quiet` ms, or after `limit` ms: whether it was still.
  function settle(quiet, limit) {
    return new Promise((resolve) => {
      let timer = setTimeout(done, quiet, true);
      const last = setTimeout(done, limit, false);
      const observer = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(done, quiet, true);
      });
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      function done(still) {
        observer.disconnect();
        clearTimeout(timer);
        clearTimeout(last);
        resolve(still);
      }
    });
  }

  // How long what moves by itself still takes, in ms; what would take longer than people can be asked to wait
  // (WCAG 2.2.2) is not waited for.
  const ENDS_MS = 5000;
  function untilAtRest() {
    let longest = 0;
    for (const { playState, playbackRate, currentTime, effect } of document.getAnimations()) {
      if (playState !== "running" || !(playbackRate > 0)) continue;
      const left = (effect?.getComputedTiming().endTime - currentTime) / playbackRate;
      if (left <= ENDS_MS && left > longest) longest = left;
    }
    return longest;
  }

  // Without scripts and frames nothing is written later.
  const STATIC_MS = 200;
  const isStatic = () => document.querySelector("script, iframe, frame, object, embed, [onload]") === null;

  // What there is to tell of the page, once it is drawn: in the middle of a fade text has a contrast that nobody chose.
  async function drawn(quiet, limit) {
    const still = await settle(isStatic() ? Math.min(quiet, STATIC_MS) : quiet, limit);
    const left = Math.min(untilAtRest(), limit);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left + 50));
    return { still, ...facts(), ...describe() };
  }

  // A frame that waits to be scrolled to would never be judged.
  function wake() {
    let woken = 0;
    for (const element of elements(document)) {
      if (element.localName === "iframe" && element.loading === "lazy") {
        const written = element.getAttribute("loading");
        element.loading = "eager";
        element.setAttribute("loading", written);
        woken++;
      }
    }
    return woken;
  }

  // Whether this frame left something that lives as long as the tab.
  function keeps() {
    try {
      return window.name !== "" || sessionStorage.length > 0;
    } catch {
      return false; // it may not
    }
  }

  // [URL, text, how] of every link: a, area and SVG's a; the page in other languages; the next and the last page.
  // Met on the way: whether there are frames, and the open shadow roots.
  function links(most, longest) {
    const found = [];
    const shadows = [];
    let framed = false;
    let total = 0;
    let tooLong = 0;
    for (const element of elements(document)) {
      const name = nameOf(element);
      const shadow = shadowOf(element);
      if (shadow) shadows.push(shadow);
      framed ||= name === "iframe" || name === "frame";
      let how = "link";
      if (name === "link") {
        const rel = (element.getAttribute("rel") || "").toLowerCase().split(/\s+/);
        if (rel.includes("alternate") && element.hasAttribute("hreflang")) how = "alternate";
        else if (!rel.includes("next") && !rel.includes("prev")) continue;
      } else if (name !== "a" && name !== "area") {
        continue;
      }
      let url = element.href;
      if (url?.baseVal !== undefined) {
        try {
          url = new URL(url.baseVal, element.baseURI).href;
        } catch {
          continue;
        }
      }
      if (typeof url !== "string" || !/^https?:/i.test(url)) continue;
      if (url.length > longest) {
        tooLong++;
        continue;
      }
      if (++total > most) continue;
      const text = element.textContent || element.getAttribute("aria-label") || element.getAttribute("alt") || "";
      found.push([url, text.slice(0, 2000).replace(/\s+/g, " ").trim().slice(0, 200), how]);
    }
    return { linked: { found, total, tooLong }, framed, shadows };
  }

  // Starts axe in this frame. The partial result stays here until it is asked for. A page without frames needs none:
  // in a partial result axe puts selectors and paths of all elements that pass, a quarter of its time.
  let partial = null;
  let whole = null;
  let children = [];
  let roots = []; // open shadow roots of this frame
  // Rules that are off may be ours in Python, which axe does not know.
  function known(options) {
    const ids = new Set(axe.getRules().map((rule) => rule.ruleId));
    return { ...options, rules: Object.fromEntries(Object.entries(options.rules).filter(([id]) => ids.has(id))) };
  }

  // axe's tree of the page stays for the facts and for the probes: to build it once more would be most of their price.
  let isKept = false; // the tree is of the page as it is
  const changes = new MutationObserver(() => void (isKept = false));
  function run(context, options, shadows) {
    for (const root of [document, ...shadows]) {
      changes.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
    }
    isKept = true;
    return new Promise((resolve, reject) => {
      axe.addReporter("kept", (raw, given, done, fail) => {
        const keep = (result) => {
          axe._running = false; // `done` would take the tree away too
          resolve(result);
        };
        axe.getReporter("v2")(raw, given, keep, fail);
      });
      axe.run(context, { ...options, reporter: "kept" }).catch(reject);
    });
  }

  // Make sure that axe has a tree of the page as it is now.
  function grow() {
    if (isKept && axe._tree && !changes.takeRecords().length) return;
    isKept = false;
    changes.disconnect();
    axe.teardown();
    axe.setup(document);
  }

  async function begin(context, options, most, linksMost, linksLongest) {
    axe.teardown(); // what it knew of the page when it was judged before
    options = known(options);
    children = [];
    const { linked, framed, shadows } = links(linksMost, linksLongest);
    roots = shadows;
    const contexts = framed ? axe.utils.getFrameContexts(context, options) : [];
    children = contexts.map((child) => axe.utils.shadowSelect(child.frameSelector));
    const isWhole = window.top === window && !contexts.length;
    whole = isWhole ? await run(context, options, shadows) : null;
    partial = isWhole ? { frames: [] } : await axe.runPartial(context, options);
    return JSON.stringify({
      frames: contexts,
      names: names(),
      keeps: keeps(),
      links: linked,
      result: isWhole ? withComponents(await finish([], options, most)) : null,
    });
  }

  // How axe's result names the frames in here, in the order of their contexts.
  const names = () => (partial.frames ?? []).map((frame) => [frame.selector].flat().at(-1));

  function withComponents(result) {
    for (const { nodes } of [...result.violations, ...result.incomplete]) {
      for (const node of nodes) [node.component] = auditor.components([node.target.at(-1)]);
    }
    return result;
  }

  const place = (node) => ({
    target: node.target,
    html: node.html,
    impact: node.impact,
    messages: [...node.any, ...node.all, ...node.none].map((check) => check.message),
  });

  // axe's whole result holds what nobody reads; this is what the adapter needs.
  let undecided = new Map(); // all elements that axe could not decide, by rule: probes may
  async function finish(partials, options, most) {
    options = known(options);
    const result = whole ?? (await axe.finishRun([partial, ...partials], options));
    undecided = new Map(result.incomplete.map(({ id, nodes }) => [id, nodes.map(({ target, html }) => ({ target, html }))]));
    const ours = (rule) => ({
      id: rule.id,
      impact: rule.impact,
      total: rule.nodes.length,
      nodes: rule.nodes.slice(0, most).map(place),
    });
    return {
      version: result.testEngine.version,
      violations: result.violations.map(ours),
      incomplete: result.incomplete.map(ours),
      passes: result.passes.map((rule) => rule.id),
      inapplicable: result.inapplicable.map((rule) => rule.id),
    };
  }

  // A rule of our own runs within axe's pass. `code.evaluate(node, options, virtualNode)`, with axe's check as `this`:
  // true passes, false fails, undefined cannot tell; `this.data({...})` fills the ${data.…} of its messages.
  const ours = new Set();
  function rule(about, code) {
    if (typeof code?.evaluate !== "function") throw new Error("it has no function `evaluate`");
    ours.add(about.id);
    const check = `${about.id}-check`;
    const { failed = about.help, cant_tell = about.help } = code.messages ?? {};
    axe.configure({
      checks: [{
        id: check,
        evaluate: code.evaluate,
        metadata: { impact: about.impact, messages: { pass: "", fail: failed, incomplete: cant_tell } },
      }],
      rules: [{
        id: about.id,
        impact: about.impact,
        selector: code.selector ?? "*",
        excludeHidden: code.excludeHidden ?? true, // what screen readers are kept from
        ...(code.matches ? { matches: code.matches } : {}),
        tags: about.tags,
        actIds: about.act,
        any: [],
        all: [check],
        none: [],
        metadata: { description: about.help, help: about.help, helpUrl: "" },
      }],
    });
  }

  // axe leaves to a person what a rule marks so, or none of its checks has words for a failure of.
  function canFail(rule) {
    if (!rule) return true;
    const checks = [...rule.any, ...rule.all, ...rule.none].map((check) => axe._audit.data?.checks?.[check.id ?? check]);
    return !rule.reviewOnFail && checks.some((check) => !check?.messages || "fail" in check.messages);
  }

  const internal = (id) => axe._audit?.rules?.find((rule) => rule.id === id);

  passOverOrnaments();
  passOverInertFrames();

  const rules = () => axe.getRules().map((rule) => ({
    id: rule.ruleId,
    engine: ours.has(rule.ruleId) ? "auditor" : "axe",
    tags: rule.tags,
    help: rule.help,
    helpUrl: rule.helpUrl,
    act: rule.actIds ?? [],
    impact: internal(rule.ruleId)?.impact ?? null,
    canFail: canFail(internal(rule.ruleId)),
  }));

  globalThis.auditor = {
    own, facts, describe, drawn, wake, begin, finish, rule, rules,
    children: () => children,
    shadows: () => roots,
    sources: () => children.map((frame) => (frame?.src || "").slice(0, 2000)),
    partial: () => partial,
    undecided: (rule) => undecided.get(rule) ?? [],
    keeps,
    grow,
  };
})();
