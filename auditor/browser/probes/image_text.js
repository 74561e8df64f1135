// Pictures that may hold words: where they are, what they are called, and what of the page lies over them.
(() => {
  const { elements, place, parent, nameOf, attribute, rectOf, visible, frames } = auditor.driven;
  const ELEMENTS = 8000;
  const [WIDTH, HEIGHT, AREA] = [40, 14, 1200]; // CSS pixels, at least
  const LARGEST = 2_000_000; // square pixels: a background of all the page
  const TEXT = 20000; // characters of the page's own words
  const squeezed = (text, most) => String(text ?? "").slice(0, most * 4).replace(/[\s\u0000-\u001f]+/g, " ").trim().slice(0, most);
  let found = [];

  function kindOf(element) {
    const name = nameOf(element);
    if (/^(img|canvas|object|embed)$/.test(name)) return name;
    if (name === "input") return element.type === "image" ? "input" : "";
    if (name === "svg") return element.querySelector("text, foreignObject") || element.ownerSVGElement ? "" : "svg";
    const { width, height } = rectOf(element);
    if (width < WIDTH || height < HEIGHT || width * height < AREA || width * height > LARGEST || (element.textContent ?? "").trim() || element.childElementCount > 5) return "";
    return /url\(/.test(getComputedStyle(element).backgroundImage) ? "background" : "";
  }

  function nameIs(element) {
    try {
      return axe.commons.text.accessibleText(element);
    } catch {
      return attribute(element, "aria-label") ?? attribute(element, "alt") ?? "";
    }
  }

  function about(element, kind) {
    const control = element.closest("a[href], button, [role=button], [role=link]");
    const figure = element.closest("figure");
    const part = element.closest("header, footer, nav, aside, section, article, li"); // the page's text is its main content's
    const described = (attribute(element, "aria-describedby") ?? "").split(/\s+/).filter(Boolean).slice(0, 5)
      .map((id) => element.getRootNode().getElementById?.(id)?.textContent ?? "").join(" ");
    const hints = [element, parent(element), parent(parent(element) ?? element)].filter(Boolean)
      .map((each) => `${attribute(each, "class") ?? ""} ${attribute(each, "id") ?? ""}`.slice(0, 200)).join(" ");
    // Marks are links home or to whose they are, and stand in a page's head or foot.
    let mark = kind !== "input" && element.closest("header, footer, [role=banner], [role=contentinfo]") !== null;
    try {
      const url = control?.href ? new URL(control.href) : null;
      mark ||= url !== null && (url.pathname === "/" || (url.hostname !== location.hostname && url.protocol.startsWith("http")));
    } catch {
      // no address
    }
    const isHidden = element.closest("[aria-hidden=true]") !== null;
    return {
      place: place(element), kind, name: squeezed(nameIs(element), 2000), control: control !== null || kind === "input", mark, hidden: isHidden,
      decorative: isHidden || attribute(element, "alt") === "" || /^(presentation|none)$/.test(attribute(element, "role") ?? ""),
      source: squeezed(`${attribute(element, "src") ?? attribute(element, "data") ?? ""}`.replace(/^data:.*/s, ""), 300), hints: squeezed(hints, 600),
      beside: squeezed(`${figure?.textContent ?? ""} ${described} ${control?.textContent ?? ""} ${part?.innerText.slice(0, 2000) ?? ""}`, 5000),
    };
  }

  // The largest first, for they hold most words; of those from one address, one.
  function find(most) {
    found = [];
    const seen = new Set();
    let left = ELEMENTS;
    const all = [];
    for (const element of elements()) {
      if (--left < 0) break;
      const kind = kindOf(element);
      if (!kind || !visible(element)) continue;
      const { width, height, right, bottom } = rectOf(element);
      if (width < WIDTH || height < HEIGHT || width * height < AREA || right + scrollX <= 0 || bottom + scrollY <= 0) continue;
      const source = element.currentSrc || element.src || element.data || (kind === "background" ? getComputedStyle(element).backgroundImage : "");
      const key = source && !/^data:/.test(source) ? `${source} ${nameIs(element)}` : element;
      if (seen.has(key)) continue;
      seen.add(key);
      all.push({ element, kind, size: width * height });
    }
    all.sort((one, other) => other.size - one.size);
    found = all.slice(0, most);
    return {
      page: place(document.documentElement), pictures: found.map(({ element, kind }) => about(element, kind)),
      leftOut: all.length - found.length,
      text: squeezed(`${document.title} ${(document.querySelector("main, [role=main]") ?? document.body)?.innerText ?? ""}`, TEXT),
    };
  }

  // Into the window: what of it shows, from the document's top left, and the words of the page over it; null where it is covered.
  // One that comes late, as one that is fetched only when it is looked at may, has nothing to read yet.
  async function show(number) {
    const { element } = found[number];
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    if (nameOf(element) === "img") await Promise.race([element.decode().catch(() => 0), new Promise((resolve) => setTimeout(resolve, 1000))]);
    if (nameOf(element) === "img" && !element.complete) return { isLate: true };
    await frames(2);
    let { left, top, right, bottom } = rectOf(element);
    for (let view = element.ownerDocument.defaultView; view && view !== window; view = view.parent) {
      const around = view.frameElement;
      if (!around) break;
      const at = rectOf(around);
      [left, right] = [left + at.left + around.clientLeft, right + at.left + around.clientLeft];
      [top, bottom] = [top + at.top + around.clientTop, bottom + at.top + around.clientTop];
    }
    [left, top] = [Math.max(0, left), Math.max(0, top)];
    [right, bottom] = [Math.min(innerWidth, right), Math.min(innerHeight, bottom)];
    if (right - left < WIDTH || bottom - top < HEIGHT) return null;
    const over = new Set();
    let hits = 0;
    let counted = 0;
    if (element.ownerDocument === document && element.getRootNode() === document) {
      for (const across of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        for (const down of [0.15, 0.5, 0.85]) {
          counted++;
          for (const each of document.elementsFromPoint(left + (right - left) * across, top + (bottom - top) * down)) {
            if (each === element || each.contains(element) || element.contains(each)) {
              hits += each === element || element.contains(each);
              break;
            }
            over.add(each);
          }
        }
      }
      const lies = [...over].some((each) => getComputedStyle(each).position === "fixed" || each.closest("dialog, [role=dialog]"));
      if (lies || (counted && !hits && over.size)) return null;
    }
    return {
      isLate: false, box: { x: left + scrollX, y: top + scrollY, width: right - left, height: bottom - top },
      over: squeezed([...over].map((each) => each.innerText ?? "").join(" "), 2000),
    };
  }

  return { find, show };
})()
