// WCAG 1.4.11: the visual information that shows where a field is has a contrast of 3:1 to what is beside it.
({
  selector: "input:not([type=hidden], [type=checkbox], [type=radio], [type=range], [type=color], [type=file], [type=image], [type=submit], [type=button], [type=reset]), select, textarea",
  matches(node, virtualNode) {
    if (node.disabled || !axe.commons.dom.isVisibleOnScreen(virtualNode)) return false;
    const style = getComputedStyle(node);
    const sides = ["Top", "Right", "Bottom", "Left"];
    const drawn = sides.filter((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
    // The browser's own edge: nothing of it is the author's.
    if (drawn.every((side) => style[`border${side}Style`] === "inset") && drawn.length === 4) return false;
    return drawn.length > 0; // a field without any edge may be shown by something else
  },
  evaluate(node, options, virtualNode) {
    const { color, dom } = axe.commons;
    const style = getComputedStyle(node);
    const parent = dom.getComposedParent(node);
    const stack = [];
    const around = color.getBackgroundColor(parent, stack);
    const beneath = axe.utils.getNodeFromTree(parent);
    if (!around || !beneath || style.boxShadow !== "none" || style.outlineStyle !== "none" || style.backgroundImage !== "none") {
      return undefined;
    }
    const over = (text) => {
      const paint = new color.Color();
      paint.parseString(text);
      return color.flattenColors ? color.flattenColors(paint, around) : paint;
    };
    const edges = ["Top", "Right", "Bottom", "Left"]
      .filter((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0)
      .map((side) => over(style[`border${side}Color`]));
    const inside = over(style.backgroundColor);
    const best = Math.max(...[...edges, inside].map((paint) => color.getContrast(around, paint)));
    this.data({ contrast: best.toFixed(2) });
    return best >= 3;
  },
  messages: {
    failed: "Its edge and its inside have a contrast of ${data.contrast} to what is around it; 3 is needed",
    cant_tell: "Is the edge of this field easy to see? Its surroundings are more than one plain colour",
  },
})
