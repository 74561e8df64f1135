// WCAG 1.4.11: the visual information that shows where a field is has a contrast of 3:1 to what is beside it.
({
  selector: "input:not([type=hidden], [type=range], [type=color], [type=file], [type=image], [type=submit], [type=button], [type=reset]), select, textarea",
  matches(node, virtualNode) {
    if (node.matches(":disabled") || !axe.commons.dom.isVisibleOnScreen(virtualNode)) return false;
    const style = getComputedStyle(node);
    const ticked = node.type === "checkbox" || node.type === "radio";
    if (ticked && (style.appearance !== "none" || node.checked)) return false; // the browser draws it, or a tick shows it
    const sides = ["Top", "Right", "Bottom", "Left"];
    const drawn = sides.filter((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
    // The browser's own edge: nothing of it is the author's.
    if (drawn.every((side) => style[`border${side}Style`] === "inset") && drawn.length === 4) return false;
    return drawn.length > 0; // a field without any edge may be shown by something else
  },
  evaluate(node, options, virtualNode) {
    const { color, dom } = axe.commons;
    const style = getComputedStyle(node);
    const paint = (text) => {
      const parsed = new color.Color();
      parsed.parseString(text);
      return parsed;
    };
    const edges = ["Top", "Right", "Bottom", "Left"]
      .filter((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0)
      .map((side) => paint(style[`border${side}Color`]));
    const inside = paint(style.backgroundColor);
    const plain = style.backgroundImage === "none" && inside.alpha === 1;
    const solid = edges.filter((edge) => edge.alpha === 1);
    if (plain && solid.some((edge) => color.getContrast(inside, edge) >= 3)) return true; // whatever is around it
    const around = color.getBackgroundColor(dom.getComposedParent(node), []);
    const shaped = style.boxShadow !== "none" || style.outlineStyle !== "none" || style.backgroundImage !== "none" ||
      ["::before", "::after"].some((part) => !["none", "normal"].includes(getComputedStyle(node, part).content));
    if (!around || shaped || solid.length < edges.length) return undefined;
    const best = Math.max(...[...solid, ...(plain ? [inside] : [])].map((each) => color.getContrast(around, each)));
    this.data({ contrast: best.toFixed(2) });
    return best >= 3;
  },
  messages: {
    failed: "The contrast of its edge is ${data.contrast} to 1 at best; 3 is needed",
    cant_tell: "Is the edge of this field easy to see? What lies around it could not be measured",
  },
})
