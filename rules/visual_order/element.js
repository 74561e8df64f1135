// WCAG 1.3.2, technique C27: what is read in one order is seen in another, where CSS moves it.
(() => {
  const TEXT = /^(p|li|dt|dd|h[1-6]|blockquote)$/;
  const CONTROL = "a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']";
  const MOST = 60;

  // Children that say something, or hold what Tab stops at, and are laid out by their parent.
  function items(virtualNode, fewest = 3) {
    const found = [];
    for (const child of virtualNode.children.slice(0, MOST)) {
      if (child.props.nodeType !== 1 || !axe.commons.dom.isVisibleOnScreen(child)) continue;
      const style = getComputedStyle(child.actualNode);
      if (style.position === "absolute" || style.position === "fixed") continue;
      const at = child.boundingClientRect;
      const words = axe.commons.text.visibleVirtual(child).trim().split(/\s+/).length;
      if (words >= fewest && at.width > 2 && at.height > 2) found.push({ child, at });
    }
    return found;
  }

  // The order in which lines of boxes, or columns of them, are read.
  function sorted(found, along, across) {
    const [start, end] = { y: ["top", "bottom"], x: ["left", "right"] }[along];
    const rows = [];
    for (const item of [...found].sort((a, b) => a.at[start] - b.at[start])) {
      const row = rows[rows.length - 1];
      if (row && item.at[start] < row.end - 2) row.items.push(item);
      else rows.push({ end: item.at[end], items: [item] });
    }
    return rows.flatMap((row) => row.items.sort(across));
  }

  return {
    matches(node, virtualNode) {
      if (virtualNode.children.length < 2) return false;
      const { display, flexDirection } = getComputedStyle(node);
      if (!/(flex|grid)$/.test(display)) return false;
      const ordered = ({ actualNode, props }) => props.nodeType === 1 && getComputedStyle(actualNode).order !== "0";
      const moves = display.endsWith("grid") || flexDirection.endsWith("reverse");
      if (!moves && !virtualNode.children.slice(0, MOST).some(ordered)) return false; // nothing is moved
      if (axe.utils.closest(virtualNode, "nav, footer, [role=navigation], [role=toolbar], [role=menu], [role=tablist]")) return false;
      return axe.commons.dom.isVisibleOnScreen(virtualNode);
    },
    evaluate(node, options, virtualNode) {
      const { direction, flexDirection } = getComputedStyle(node);
      const stops = flexDirection.endsWith("reverse") ? items(virtualNode, 1) : [];
      const areStops = stops.length >= 3 && stops.every(({ child }) => child.actualNode.matches(CONTROL) || child.actualNode.querySelector(CONTROL));
      const found = areStops ? stops : items(virtualNode);
      // A column set before another, or a date above its heading, says the same in either order.
      const isRun = found.length >= 3 || found.every(({ child }) => child.props.nodeName === "p");
      if (found.length < 2 || !isRun || !areStops && !found.every(({ child }) => TEXT.test(child.props.nodeName))) return true;
      const [start, side] = direction === "rtl" ? ["right", -1] : ["left", 1];
      const byRows = sorted(found, "y", (a, b) => side * (a.at[start] - b.at[start]));
      const byColumns = sorted(found, "x", (a, b) => a.at.top - b.at.top);
      const wrong = (seen) => seen.findIndex((item, index) => item !== found[index]);
      const first = wrong(byRows);
      if (first < 0 || wrong(byColumns) < 0) return true;
      const say = ({ child }) => axe.commons.text.visibleVirtual(child).trim().replace(/\s+/g, " ").slice(0, 60);
      this.data({ seen: say(byRows[first]), read: say(found[first]) });
      return undefined;
    },
    messages: {
      cant_tell: "“${data.seen}” is seen where “${data.read}” is read out. Does it mean the same in both orders?",
    },
  };
})()
