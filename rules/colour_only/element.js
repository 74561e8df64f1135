// WCAG 1.4.1: colour is not the only means of telling something. Groups of marks that differ by their colour alone.
({
  selector: "*",
  matches(node, virtualNode) {
    const kept = (globalThis.auditorColours ??= new WeakMap());
    const root = node.getRootNode();
    if (!kept.has(root)) {
      const groups = new Map(); // where they are: the marks
      let left = 4000;
      // What tells the same in another way than by colour.
      const told = (element) => {
        const name = ["title", "aria-label", "aria-labelledby", "aria-describedby", "alt"].some((key) => element.getAttribute(key));
        const around = element.closest("button, a, label, [role=img], [role=progressbar], [role=meter], [aria-hidden=true] [aria-hidden=true]");
        return name || around !== null || element.querySelector("img, svg, i, canvas, input, use") !== null;
      };
      const drawn = (element) => ["::before", "::after"].some((pseudo) => /["']\S/.test(getComputedStyle(element, pseudo).content));
      const strong = (text) => {
        const [r, g, b, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
        return a === 1 && Math.max(r, g, b) - Math.min(r, g, b) >= 60;
      };
      // A drawing without words whose parts have these colours, and no table that says the same.
      const drawnIn = (colours) => !root.querySelector("table") && [...root.querySelectorAll("svg")].slice(0, 50).some((svg) => {
        if (svg.querySelector("text, foreignObject, pattern") || svg.getBoundingClientRect().width < 100) return false;
        const fills = new Set([...svg.querySelectorAll("rect, path, circle, polygon")].slice(0, 200).map((part) => getComputedStyle(part).fill));
        return [...colours].every((colour) => fills.has(colour));
      });
      for (const element of root.querySelectorAll("span, i, b, em, div, td, li, dt")) {
        if (--left < 0) break;
        const cell = element.localName === "td";
        const text = element.textContent.trim();
        if (cell ? text.length > 2 : text || element.childElementCount > 0) continue;
        const { width, height } = element.getBoundingClientRect();
        if (!cell && (width < 6 || height < 6 || width > 120 || height > 48)) continue;
        const style = getComputedStyle(element);
        if (!strong(style.backgroundColor) || style.backgroundImage !== "none" || told(element) || drawn(element)) continue;
        // In a list or table of marks, each in its own row, they are one group.
        const up = element.parentElement;
        const within = cell ? element.closest("table") : up && up.childElementCount === 1 ? up.parentElement : up;
        if (!within || /^(body|html|main)$/.test(within.localName)) continue;
        const key = within.localName === "tr" ? within.parentElement : within;
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push({ element, colour: style.backgroundColor, size: `${Math.round(height)}`, cell });
      }
      const found = new Map();
      for (const [within, marks] of groups) {
        const colours = new Set(marks.map((mark) => mark.colour));
        const sizes = new Set(marks.map((mark) => mark.size));
        const cells = marks[0].cell;
        if (colours.size < 2 || (cells ? marks.length < 4 : sizes.size > 1 || marks.length > 60)) continue;
        // Words beside each mark tell what it stands for; figures do not.
        const lettered = (text) => /\p{L}{2}/u.test(text);
        const words = marks.filter(({ element }) => {
          const beside = element.nextSibling?.nodeType === 3 ? element.nextSibling.data : element.nextElementSibling?.textContent ?? "";
          const row = element.parentElement !== within ? element.parentElement.textContent : "";
          return lettered(beside) || lettered(row);
        });
        const isKey = !cells && words.length === marks.length && drawnIn(colours);
        const what = isKey ? `A drawing has no words, and the parts that a key of ${colours.size} colours explains` : `${marks.length} marks in ${colours.size} colours`;
        found.set(within, { told: !cells && words.length > 0 && !isKey, marks: what });
      }
      kept.set(root, found);
    }
    return kept.get(root).has(node) && axe.commons.dom.isVisibleOnScreen(virtualNode);
  },
  evaluate(node, options, virtualNode) {
    const { told, marks } = globalThis.auditorColours.get(node.getRootNode()).get(node);
    this.data({ marks });
    return told || undefined;
  },
  messages: { cant_tell: "${data.marks} differ by nothing but their colour. Is what they mean told in another way too?" },
})
