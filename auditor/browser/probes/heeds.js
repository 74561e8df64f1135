// Which settings of a device or browser the page heeds.
(() => {
  const { elements, attribute, nameOf } = auditor.driven;
  const WORDS = ["matchMedia", "innerWidth", "prefers-color-scheme", "prefers-reduced-motion", "forced-colors"];
  const QUERIES = 500;
  const SIZED = 300; // elements whose size of text is looked at

  const isText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());

  function told() {
    const media = new Set();
    const words = new Set();
    let adjusted = 0;
    let viewport = false;
    let dark = false;
    for (const element of elements()) {
      try {
        const name = nameOf(element);
        if (name === "source" && media.size < QUERIES && attribute(element, "media")) media.add(attribute(element, "media"));
        if (name === "script" && !attribute(element, "src")) {
          for (const word of WORDS) if (element.textContent.includes(word)) words.add(word);
        }
        if (name === "meta" && element.ownerDocument === document) {
          const kind = (attribute(element, "name") ?? "").toLowerCase();
          if (kind === "viewport") viewport = true;
          if (kind === "color-scheme" && /\bdark\b/i.test(attribute(element, "content") ?? "")) dark = true;
        }
        if (!/^(auto|preserve-parent-color|)$/.test(getComputedStyle(element).forcedColorAdjust ?? "")) adjusted++;
      } catch {
        continue; // it is not what it says
      }
    }
    dark ||= /\bdark\b/.test(getComputedStyle(document.documentElement).colorScheme);
    return { media: [...media].map(String), words: [...words], adjusted, viewport, dark };
  }

  const holds = (queries) => queries.map((query) => [query, matchMedia(query).matches]);

  // Sizes of text, in pixels, of elements all over the page.
  function sizes() {
    const all = [...elements()].filter((element) => element.ownerDocument === document && isText(element));
    const step = Math.max(1, Math.floor(all.length / SIZED));
    return all.filter((_, number) => number % step === 0).slice(0, SIZED).map((element) => parseFloat(getComputedStyle(element).fontSize));
  }

  return { told, holds, sizes };
})()
