// What reaches beyond the right edge of the window and makes the page scroll sideways.
(() => {
  const { elements, place, box, visible, nameOf } = auditor.driven;
  const MOST = 20;
  const TWO_WAY = "table, img, svg, canvas, video, iframe, object, embed, pre, math, [role=grid], [role=application]";

  function measure() {
    const wide = [];
    const root = document.scrollingElement ?? document.documentElement;
    if (root.scrollWidth > innerWidth + 1) {
      for (const element of elements()) {
        if (wide.length >= MOST) break;
        if (nameOf(element) === "html" || nameOf(element) === "body" || !visible(element)) continue;
        const at = box(element);
        if (at.width === 0 || at.height === 0 || at.x + at.width <= innerWidth + 1 || at.x + at.width <= 0) continue;
        if (wide.some((other) => other.element.contains(element))) continue;
        const text = (element.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 80);
        const exempt = element.matches(TWO_WAY) || element.querySelector(TWO_WAY) !== null;
        wide.push({ element, place: place(element), box: at, text, exempt });
      }
    }
    return {
      page: place(document.documentElement),
      width: innerWidth,
      scrollWidth: root.scrollWidth,
      wide: wide.map(({ element, ...told }) => told),
    };
  }

  return { measure };
})()
