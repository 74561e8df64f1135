// WCAG 1.4.1, failure F13, technique G183: the chosen of several items differs from the others by more than colour.
(() => {
  const LOOKS = [
    "fontWeight", "fontStyle", "fontSize", "fontFamily", "textDecorationLine", "textTransform", "transform", "boxShadow", "backgroundImage", "outlineStyle", "opacity",
    "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth", "paddingLeft", "paddingTop",
  ];
  const EDGES = ["borderTopColor", "borderRightColor", "borderBottomColor", "borderLeftColor"];
  const LEAST = 3; // to 1, as G183 has it

  // The like item beside it, and the boxes of the list that hold the two: [it, the other, its box, the other's].
  function pair(node) {
    for (let box = node, up = 0; box.parentElement && up < 3; box = box.parentElement, up++) {
      for (const other of [box.previousElementSibling, box.nextElementSibling]) {
        if (!other || other.localName !== box.localName) continue;
        const like = other.localName === node.localName && box === node ? other : other.querySelector(node.localName);
        if (like && like.textContent.trim()) return [node, like, box, other];
      }
      if (box.parentElement.childElementCount > 1) break; // something else stands beside it
    }
    return null;
  }

  const drawn = (element, pseudo) => {
    const { content, display } = getComputedStyle(element, pseudo);
    return display === "none" ? "none" : content;
  };
  const isLine = (style, edge) => parseFloat(style[edge.replace("Color", "Width")]) > 0 && style[edge.replace("Color", "Style")] !== "none";

  // Whether two elements differ by anything but the colour of words and background.
  function differ(one, other) {
    const [a, b] = [getComputedStyle(one), getComputedStyle(other)];
    if (LOOKS.some((look) => a[look] !== b[look]) || ["::before", "::after"].some((pseudo) => drawn(one, pseudo) !== drawn(other, pseudo))) return true;
    if (EDGES.some((edge) => (isLine(a, edge) || isLine(b, edge)) && a[edge] !== b[edge])) return true;
    return one.querySelectorAll("svg, img, i").length !== other.querySelectorAll("svg, img, i").length;
  }

  const isChosen = (node) => node.getAttribute("aria-selected") === "true" || !["", "false", null].includes(node.getAttribute("aria-current"));

  return {
    selector: "a[aria-current], button[aria-current], li[aria-current], span[aria-current], [role=tab][aria-selected=true]",
    matches(node, virtualNode) {
      if (!isChosen(node) || !node.textContent.trim() || !axe.commons.dom.isVisibleOnScreen(virtualNode)) return false;
      const found = pair(node);
      return found !== null && !isChosen(found[1]);
    },
    evaluate(node) {
      const [one, other, box, otherBox] = pair(node);
      if (differ(one, other) || (box !== one && differ(box, otherBox))) return true;
      const { getBackgroundColor, getForegroundColor, getContrast } = axe.commons.color;
      const colours = [one, other].map((each) => [getForegroundColor(each), getBackgroundColor(each)]);
      if (colours.flat().some((colour) => !colour)) return true; // a picture lies behind it
      const [words, behind] = [0, 1].map((at) => getContrast(colours[0][at], colours[1][at]));
      const most = Math.max(words, behind);
      if (most === 1 || most >= LEAST) return true;
      this.data({ most: most.toFixed(1), other: other.textContent.trim().replace(/\s+/g, " ").slice(0, 60) });
      return undefined;
    },
    messages: {
      cant_tell: "It differs from “${data.other}” by a colour of ${data.most} to 1 alone. Can it be told in another way which is chosen?",
    },
  };
})()
