// What shows under the pointer. Style sheets, listeners and attributes say where to try.
(() => {
  const { elements, active, parent, place, visible, keep, kept, named, refuses, nameOf, attribute, rectOf } = auditor.driven;
  const RULES = 20000;
  const HIDDEN = 4000;
  const NEAR = 400; // CSS pixels
  const ASKS = "[data-toggle=tooltip], [data-bs-toggle=tooltip], [data-toggle=popover], [data-bs-toggle=popover], [data-tooltip], [data-tippy-content], [aria-haspopup]:not([aria-haspopup=false]), [aria-describedby]";
  const CONTROL = "a[href], button, input, select, textarea, summary, [tabindex]";

  // Shown for the eye: also by size, place and clipping.
  function shown(element) {
    if (!element?.isConnected || !visible(element)) return false;
    const at = rectOf(element);
    if (at.width <= 1 || at.height <= 1 || at.right <= 0 || at.bottom + scrollY <= 0) return false;
    for (let up = element, left = 10; up && left > 0; up = parent(up), left--) {
      const style = getComputedStyle(up);
      if (/rect\(/.test(style.clip) || /inset\((50|100)%/.test(style.clipPath)) return false;
      if (up === element || style.overflow === "visible" || nameOf(up) === "body" || nameOf(up) === "html") continue;
      const around = rectOf(up);
      if (Math.min(at.right, around.right) - Math.max(at.left, around.left) <= 1) return false;
      if (Math.min(at.bottom, around.bottom) - Math.max(at.top, around.top) <= 1) return false;
    }
    return true;
  }

  const SILENT = /^(script|style|noscript|template|head|title|option|br)$/;
  const speaks = (element) => !SILENT.test(nameOf(element))
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  const words = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 200);

  let known = new WeakSet();
  let hidden = [];
  let outer = new WeakSet(); // what is around them and not shown either

  // The page at rest: what there is, and what of it is not shown.
  function rest() {
    known = new WeakSet();
    hidden = [];
    outer = new WeakSet();
    for (const element of elements()) {
      known.add(element);
      if (hidden.length < HIDDEN && speaks(element) && !shown(element)) hidden.push(element);
    }
    for (const element of hidden) {
      for (let up = element; up && !outer.has(up) && (up === element || !shown(up)); up = parent(up)) outer.add(up);
    }
  }

  function* styleRules(list, most = { left: RULES }) {
    for (const rule of list) {
      if (--most.left < 0) return;
      if (rule.selectorText) yield rule;
      if (rule.cssRules?.length) yield* styleRules(rule.cssRules, most);
    }
  }

  function* byStyle() {
    for (const sheet of document.styleSheets) {
      let list;
      try {
        list = sheet.cssRules;
      } catch {
        continue; // of another origin
      }
      for (const { selectorText } of styleRules(list)) {
        if (selectorText.length > 2000 || !selectorText.includes(":hover")) continue;
        for (const part of selectorText.split(",")) {
          const at = part.indexOf(":hover");
          const rest = part.slice(at + 6);
          const next = rest.search(/[\s>+~]/);
          if (at < 0 || next < 0 || /::|:(before|after)/.test(part)) continue;
          const host = (part.slice(0, at) + rest.slice(0, next)).trim() || "*";
          const whole = part.replaceAll(":hover", "").trim();
          try {
            for (const target of [...document.querySelectorAll(whole)].slice(0, 50)) {
              if (!shown(target)) yield hostOf(target, host);
            }
          } catch {
            // a selector that is none without :hover
          }
        }
      }
    }
  }

  function hostOf(target, selector) {
    for (let up = target; up?.nodeType === 1; up = up.parentElement) {
      if (up !== target && up.matches(selector)) return up;
      for (let near = up.previousElementSibling, left = 10; near && left > 0; near = near.previousElementSibling, left--) {
        if (near.matches(selector)) return near;
      }
    }
    return null;
  }

  function* byMarkup() {
    for (const element of elements()) {
      if (element.matches(ASKS)) yield element;
      else if (nameOf(element) === "li" && [...element.children].some((each) => each.matches("ul, div") && words(each) && !shown(each))) yield element;
    }
  }

  const shape = (element) => element
    ? `${nameOf(element)}.${attribute(element, "class") ?? ""}|${nameOf(element.parentElement ?? element)}.${attribute(element.parentElement ?? element, "class") ?? ""}`
    : "";

  // Where to try, one of each shape. `listening` are nodes that hear the pointer come.
  function candidates(most, ...listening) {
    hidden = hidden.filter((element) => !shown(element)); // what came by itself meanwhile may come again
    const seen = new Set();
    const shapes = new Set();
    const found = [];
    let leftOut = 0;
    const offered = function* () {
      yield* byStyle();
      yield* byMarkup();
      yield* listening;
    };
    let budget = 5000;
    for (const element of offered()) {
      if (--budget < 0) break;
      if (!element || element.nodeType !== 1 || seen.has(element) || /^(html|body|main|form)$/.test(nameOf(element))) continue;
      seen.add(element);
      const at = rectOf(element);
      if (!shown(element) || (at.width * at.height) / (innerWidth * innerHeight) > 0.5) continue;
      if (shapes.has(shape(element))) continue;
      shapes.add(shape(element));
      if (found.length >= most) leftOut++;
      else found.push(keep(element));
    }
    return { found, leftOut, page: place(document.documentElement) };
  }

  // Brought into view; a point of the window where the pointer rests on it, null where it is covered.
  function aim(number) {
    const element = kept(number);
    if (!element?.isConnected || !shown(element) || element.ownerDocument !== document) return null;
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const at = rectOf(element);
    for (const [across, down] of [[0.5, 0.5], [0.2, 0.5], [0.8, 0.5], [0.5, 0.1], [0.05, 0.05]]) {
      const x = at.left + at.width * across;
      const y = at.top + at.height * down;
      if (x < 1 || y < 1 || x >= innerWidth - 1 || y >= innerHeight - 1) continue;
      const hit = document.elementFromPoint(x, y);
      if (hit && (element.contains(hit) || hit.contains(element) && hit.shadowRoot)) return { x, y };
    }
    return null;
  }

  function near(element, host) {
    const a = rectOf(element);
    const b = rectOf(host);
    return Math.max(a.left - b.right, b.left - a.right, 0) + Math.max(a.top - b.bottom, b.top - a.bottom, 0) <= NEAR;
  }

  function fresh(host) {
    const found = hidden.filter((element) => visible(element) && near(element, host) && shown(element));
    for (const element of elements()) {
      if (!known.has(element) && speaks(element) && near(element, host) && shown(element)) found.push(element);
    }
    return found.slice(0, 500);
  }

  // What shows now and did not at rest, at this element; null for nothing.
  function revealed(number) {
    const host = kept(number);
    const found = fresh(host);
    if (!found.length) return null;
    let root = found[0];
    for (let up = parent(root); up && (outer.has(up) || !known.has(up)) && !up.contains(host); up = parent(up)) root = up;
    return { number: keep(root), text: words(root) };
  }

  // Whether it, or a new copy of it, shows.
  function stands(number, text) {
    const element = kept(number);
    if (element?.isConnected) {
      if (shown(element)) return true;
      return [...element.querySelectorAll("*")].slice(0, 50).some((each) => speaks(each) && shown(each));
    }
    for (const each of elements()) if (!known.has(each) && words(each) === text && shown(each)) return true;
    return false;
  }

  function covers(content, host) {
    const at = rectOf(content);
    for (let down = 1; down < 12; down++) {
      for (let across = 1; across < 8; across++) {
        const x = at.left + (at.width * across) / 8;
        const y = at.top + (at.height * down) / 12;
        for (const below of document.elementsFromPoint(x, y)) {
          if (content.contains(below) || below.contains(content) || host.contains(below)) continue;
          if (below.matches("img, video, input, select, textarea")) return true;
          for (const node of below.childNodes) {
            if (node.nodeType !== 3 || !node.data.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            for (const line of range.getClientRects()) {
              if (x >= line.left && x <= line.right && y >= line.top && y <= line.bottom) return true;
            }
          }
        }
      }
    }
    return false;
  }

  const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
  const address = (link) => { try { return new URL(attribute(link, "href"), document.baseURI).href.split("#")[0]; } catch { return ""; } };
  const leads = (element) => element.matches("a[href]") && !/^\s*(#|javascript:)/i.test(attribute(element, "href")) && attribute(element, "href").trim() !== "";

  // What the trigger says by itself.
  const without = (host, content) => (host.contains(content)
    ? [...host.childNodes].filter((each) => !each.contains(content)).map(words).join(" ").trim().slice(0, 80)
    : named(host));

  // A mark beside a heading, whose address is that of the heading.
  function toItself(link) {
    const [, id] = /^#(.+)$/.exec(attribute(link, "href") ?? "") ?? [];
    const target = id && document.getElementById(decoded(id));
    return !!target && (target.contains(link) || target.contains(link.parentElement?.previousElementSibling ?? link));
  }

  function facts(hostNumber, contentNumber) {
    const host = kept(hostNumber);
    const content = kept(contentNumber);
    const inside = [content, ...content.querySelectorAll(CONTROL)].filter((each) => each.matches(CONTROL));
    const others = new Set([...document.querySelectorAll("a[href]")].slice(0, 2000)
      .filter((each) => !content.contains(each) && shown(each)).map(address));
    const text = words(content);
    const ids = (attribute(host, "aria-describedby") ?? "").split(/\s+/).filter(Boolean).slice(0, 5);
    const told = [named(host), attribute(host, "aria-description") ?? "", ...ids.map((id) => words(document.getElementById(id)))].join(" ");
    const outside = [host, ...host.querySelectorAll(CONTROL)].filter((each) => !content.contains(each));
    return {
      trigger: place(host),
      content: place(content),
      name: without(host, content),
      text,
      controls: inside.length > 0,
      elsewhere: inside.length > 0 && inside.every((each) => (leads(each) && others.has(address(each))) || toItself(each)),
      told: !host.contains(content) && text !== "" && told.includes(text.slice(0, 60)),
      said: text !== "" && (document.body?.innerText ?? "").replace(/\s+/g, " ").split(text.slice(0, 60)).length > 2,
      leads: outside.some(leads),
      toggles: [...outside, ...(host.parentElement?.children ?? [])].some((each) => each.matches("[aria-expanded], [aria-haspopup]")),
      covers: covers(content, host),
    };
  }

  // A way for the pointer: within the trigger to where the content is nearest, to the content, onto its middle.
  function way(hostNumber, contentNumber) {
    const to = rectOf(kept(contentNumber));
    const from = rectOf(kept(hostNumber));
    const between = (value, low, high) => Math.max(low, Math.min(value, high));
    const middle = { x: from.left + from.width / 2, y: from.top + from.height / 2 };
    const first = {
      x: between(middle.x, to.left + 2, to.right - 2),
      y: between(middle.y, to.top + 2, to.bottom - 2),
    };
    const edge = {
      x: between(first.x, from.left + 2, from.right - 2),
      y: between(first.y, from.top + 2, from.bottom - 2),
    };
    const inView = ({ x, y }) => x > 0 && y > 0 && x < innerWidth && y < innerHeight;
    const last = { x: to.left + to.width / 2, y: to.top + Math.min(to.height, innerHeight - to.top) / 2 };
    return [edge, first, last].filter(inView);
  }

  // What may have the focus there: it, what it holds, its neighbours, the first in the content. `toggle`: Enter may open it.
  function focusables(hostNumber, contentNumber) {
    const host = kept(hostNumber);
    const content = kept(contentNumber);
    const near = [host, ...host.querySelectorAll(CONTROL), ...(host.parentElement?.children ?? [])]
      .filter((each) => each.matches(CONTROL) && !content.contains(each)).slice(0, 4);
    const first = content.isConnected ? [...content.querySelectorAll(CONTROL)].slice(0, 1) : [];
    return [...near, ...first].map((each) => ({
      number: keep(each),
      inside: content.contains(each),
      link: each.matches("a, button"),
      toggle: !content.contains(each) && !each.matches("[type=submit], [type=reset], input, select, textarea, form button:not([type])")
        && (nameOf(each) !== "a" || !leads(each)) && !refuses(each),
    }));
  }

  // Whether it has the focus now. What hides until then shows when the page says so.
  function focus(number) {
    const element = kept(number);
    if (!element?.isConnected) return false;
    element.focus({ preventScroll: true, focusVisible: true });
    return active() === element;
  }

  const blur = () => active()?.blur();

  return { candidates, rest, aim, revealed, stands, facts, way, focusables, focus, blur };
})()
