// WCAG 1.3.1, failure F92: role presentation, or none, on a heading or a list that is seen as one.
(() => {
  const WIDGET = "a, button, summary, label, [role=tab], [role=button], [role=heading], [role^=menu], [role=tablist], [role=listbox], [role=tree], [role=toolbar], [role=option]";
  const isList = (name) => name === "ul" || name === "ol";
  const words = (virtualNode) => axe.commons.text.visibleVirtual(virtualNode).trim().split(/\s+/).filter(Boolean).length;
  const LONG = 25; // words: a sentence that has been marked up as a heading for its look

  // What a heading stands above: it is plainer than the heading.
  function heads(node) {
    const next = node.nextElementSibling;
    if (!next || !/^(p|ul|ol|div|table|dl|form|section)$/.test(next.localName) || next.textContent.trim().split(/\s+/).length < 4) return false;
    const [own, below] = [getComputedStyle(node), getComputedStyle(next)];
    const [size, other] = [parseFloat(own.fontSize), parseFloat(below.fontSize)];
    return size > other || (size === other && Number(own.fontWeight) > Number(below.fontWeight));
  }

  return {
    selector: "h1[role], h2[role], h3[role], h4[role], h5[role], h6[role], ul[role], ol[role]",
    matches(node, virtualNode) {
      if (!/^\s*(presentation|none)\b/i.test(node.getAttribute("role"))) return false;
      if (!axe.commons.dom.isVisibleToScreenReaders(virtualNode) || !axe.commons.dom.isVisibleOnScreen(virtualNode)) return false;
      // What is focusable, or has ARIA's global attributes, keeps its role.
      if (!["presentation", "none"].includes(axe.commons.aria.getRole(virtualNode, { noPresentational: false }) ?? "none")) return false;
      if (axe.utils.closest(virtualNode, WIDGET) || node.querySelector("[role=heading], [role^=menu], [role=tab], [role=option], h1, h2, h3, h4, h5, h6")) return false;
      if (!isList(node.localName)) return words(virtualNode) > 0;
      const items = virtualNode.children.filter((child) => child.props.nodeName === "li" && !child.attr("role") && words(child) > 0);
      return items.length > 1 && items.every(({ actualNode }) => {
        const { display, listStyleType } = getComputedStyle(actualNode);
        return display === "list-item" && listStyleType !== "none";
      });
    },
    evaluate(node, options, virtualNode) {
      const what = isList(node.localName) ? "list" : "heading";
      this.data({ what, role: node.getAttribute("role") });
      if (what === "heading" && words(virtualNode) > LONG) return true;
      return what === "list" || heads(node) ? false : undefined;
    },
    messages: {
      failed: "It is seen as a ${data.what}, and its role “${data.role}” says that it is none",
      cant_tell: "Its role “${data.role}” says that this ${data.what} is none. Is it one?",
    },
  };
})()
