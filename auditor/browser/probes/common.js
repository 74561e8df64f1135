// What all probes use, in the isolated world of the page's top frame, beside axe. Sets `auditor.driven`.
// Frames of the same origin are entered; those of other origins are not seen.
(() => {
  const EXCERPT = 2000;
  const { own } = auditor;
  // A form's fields stand in for what the form has by that name: these go around them.
  const parentOf = own(Node, "parentNode");
  const childrenOf = own(Element, "children");
  const shadowOf = own(Element, "shadowRoot");
  const nameOf = own(Element, "localName");
  const attribute = own(Element, "getAttribute");
  const outer = own(Element, "outerHTML");
  const firstOf = own(Node, "firstChild");
  const nextOf = own(Node, "nextSibling");
  const withinOf = own(Element, "getElementsByTagName");
  const rectOf = own(Element, "getBoundingClientRect");
  const activeOf = { document: own(Document, "activeElement"), shadow: own(ShadowRoot, "activeElement") };

  const documentOf = (frame) => {
    try {
      return frame.contentDocument;
    } catch {
      return null;
    }
  };

  // Every element of the page, its open shadow roots and its frames of the same origin, in tree order; at most `most`.
  function* elements(root = document, most = { left: 60000 }) {
    for (const element of root.querySelectorAll("*")) {
      if (--most.left < 0) return;
      yield element;
      const shadow = shadowOf(element);
      if (shadow) yield* elements(shadow, most);
      if (nameOf(element) === "iframe") {
        const inner = documentOf(element);
        if (inner) yield* elements(inner, most);
      }
    }
  }

  // The element that has the focus, in shadow roots and frames of the same origin too; null for the page itself.
  function active() {
    let found = activeOf.document(document);
    for (;;) {
      const shadow = found && shadowOf(found);
      const inner = found && nameOf(found) === "iframe" ? documentOf(found) : null;
      const next = shadow ? activeOf.shadow(shadow) : inner ? activeOf.document(inner) : null;
      if (!next || (inner && next === inner.body)) break;
      found = next;
    }
    return !found || found === document.body || found === document.documentElement ? null : found;
  }

  // The next element up, out of shadow roots and frames too.
  function parent(element) {
    const up = parentOf(element);
    if (!up) return null;
    if (up instanceof Element || up.nodeType === 1) return up;
    if (up.nodeType === 11) return up.host ?? null;
    if (up.nodeType === 9) return up === document ? null : (up.defaultView?.frameElement ?? null);
    return null;
  }

  function path(element) {
    const steps = [];
    for (let at = element; at && at.nodeType === 1 && steps.length < 40; at = parentOf(at)) {
      const name = nameOf(at);
      const up = parentOf(at);
      const same = up?.nodeType === 1 ? [...childrenOf(up)].filter((each) => nameOf(each) === name) : [at];
      steps.unshift(same.length > 1 ? `${CSS.escape(name)}:nth-of-type(${same.indexOf(at) + 1})` : CSS.escape(name));
    }
    return steps.join(" > ");
  }

  // As axe names an element, where it knows it.
  function selector(element) {
    try {
      if (element.ownerDocument === document) {
        const found = axe.utils.getSelector(element);
        return (Array.isArray(found) ? found.join(" >>> ") : found).slice(0, 1000);
      }
    } catch {
      // it came after axe looked
    }
    const root = element.getRootNode();
    const here = path(element);
    return (root.nodeType === 11 && root.host ? `${selector(root.host)} >>> ${here}` : here).slice(0, 1000);
  }

  // The beginning of its outerHTML. All of what is large is not written for that: of a page, half a megabyte.
  const inert = document.implementation.createHTMLDocument("");
  const FEW = 60; // elements in one that is written whole
  function excerpt(element, most = EXCERPT) {
    if (!withinOf(element, "*")[FEW] || element.ownerDocument.contentType !== "text/html") return outer(element).slice(0, most);
    const alone = outer(inert.importNode(element, false));
    const end = alone.lastIndexOf("</");
    let told = alone.slice(0, end);
    for (let node = firstOf(element); node && told.length < most; node = nextOf(node)) {
      if (node.nodeType === 1) told += excerpt(node, most - told.length);
      else {
        const around = inert.createElement("div");
        around.append(inert.importNode(node, false));
        told += around.innerHTML;
      }
    }
    return (told + alone.slice(end)).slice(0, most);
  }

  function place(element) {
    const frame = [];
    for (let view = element.ownerDocument.defaultView; view && view !== window; ) {
      const around = view.frameElement;
      if (!around) break;
      frame.unshift(selector(around));
      view = around.ownerDocument.defaultView;
    }
    return { selector: selector(element), excerpt: excerpt(element), frame, component: auditor.component(element) };
  }

  // From the top left of the top document, in CSS pixels.
  function box(element) {
    const at = rectOf(element);
    let { x, y } = at;
    for (let view = element.ownerDocument.defaultView; view && view !== window; ) {
      const around = view.frameElement;
      if (!around) break;
      const outside = rectOf(around);
      x += outside.x + around.clientLeft;
      y += outside.y + around.clientTop;
      view = around.ownerDocument.defaultView;
    }
    return { x: x + scrollX, y: y + scrollY, width: at.width, height: at.height };
  }

  const visible = (element) =>
    (element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true }) ?? true);

  // What axe's `target` names; null where it is gone or in a frame of another origin.
  function resolve(target) {
    let root = document;
    let found = null;
    for (const step of target) {
      if (found) root = documentOf(found); // the frame before
      for (const [depth, selector] of [step].flat().entries()) {
        if (depth) root = found && shadowOf(found);
        found = root?.querySelector(selector) ?? null;
      }
      if (!found) return null;
    }
    return found;
  }

  // Every element that a rule of axe's left undecided, at the place that axe gives it.
  function undecided(rule) {
    const told = (step) => [step].flat().join(" >>> ").slice(0, 1000);
    return auditor.undecided(rule).map(({ target, html }) => {
      const element = resolve(target);
      return {
        place: {
          selector: told(target.at(-1)),
          excerpt: html.slice(0, EXCERPT),
          frame: target.slice(0, -1).map(told),
          component: element && auditor.component(element),
        },
        element,
      };
    });
  }

  // Red, green, blue and alpha of a computed colour; null where axe does not know how it is written.
  function colour(text) {
    const parsed = new axe.commons.color.Color();
    try {
      parsed.parseString(text);
      return [parsed.red, parsed.green, parsed.blue, parsed.alpha];
    } catch {
      return null;
    }
  }


  // Elements that a probe comes back to, by number.
  const kept = [];
  const numbers = new Map();
  function keep(element) {
    let number = numbers.get(element);
    if (number === undefined) {
      number = kept.push(element) - 1;
      numbers.set(element, number);
    }
    return number;
  }

  // What a person hears and sees of a control: its name in words, at most 80 characters.
  function named(element) {
    let name = "";
    try {
      name = axe.commons.text.accessibleText(element);
    } catch {
      // it came after axe looked
    }
    name ||= attribute(element, "aria-label") || element.textContent || attribute(element, "title") || "";
    return String(name).replace(/\s+/g, " ").trim().slice(0, 80);
  }

  // What may do harm, or begin something, by its name, in English and Welsh: it is never activated.
  const HARM = /\b(sign|log) ?(out|off)\b|\b(delete|remove|erase|clear|reset|unsubscribe|deactivate|pay|buy|order|book|donate|checkout|cancel|close (my |your )?account|print|download|send|submit|post|share|subscribe|confirm|agree|accept|consent|allow|call|email|upload|install)\b|\b(allgofnodi|dileu|tynnu|talu|prynu|archebu|canslo|argraffu|lawrlwytho|anfon|cyflwyno|rhannu|tanysgrifio|dad-?danysgrifio|cadarnhau|cytuno|derbyn|caniat\u00e1u|caniat\u00e2u)\b/i;
  const MARKED = /log-?out|sign-?out|delete|unsubscribe/i;
  const refuses = (element) => HARM.test(named(element)) || HARM.test(element.textContent.slice(0, 200))
    || MARKED.test(["id", "class", "name", "value"].map((key) => attribute(element, key) ?? "").join(" "));

  const frames = (count) => new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000); // a page that draws nothing must not hold us
    const next = (left) => {
      if (left > 0) return requestAnimationFrame(() => next(left - 1));
      clearTimeout(timer);
      resolve();
    };
    next(count);
  });

  function begin() {
    auditor.grow();
    return { width: innerWidth, height: innerHeight, address: location.href };
  }

  function restore() {
    for (let at = active(); at; at = active()) {
      at.blur();
      if (active() === at) break;
    }
    scrollTo({ left: 0, top: 0, behavior: "instant" });
  }

  auditor.driven = {
    own, elements, documentOf, active, parent, place, resolve, box, visible, keep, named, refuses, frames, begin, restore, undecided, colour,
    kept: (number) => kept[number], nameOf, attribute, rectOf, shadowOf,
  };
})();
