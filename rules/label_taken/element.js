// WCAG 1.3.1 and 4.1.2, failure F77: a label's `for` is the id of two fields, and the browser ties it to the first alone.
({
  selector: "input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=image]), select, textarea",
  matches(node, virtualNode) {
    if (!node.id || !axe.commons.dom.isVisibleToScreenReaders(virtualNode)) return false;
    const id = CSS.escape(node.id);
    const root = node.getRootNode();
    return root.querySelector(`label[for="${id}"]`) !== null && root.querySelectorAll(`[id="${id}"]`).length > 1;
  },
  // `labels` are the browser's own: none is left for the second of one id.
  evaluate: (node) => node.labels.length > 0 || ["aria-label", "aria-labelledby", "title"].some((name) => (node.getAttribute(name) ?? "").trim() !== ""),
  messages: { failed: "It has the id of something before it, so its label names that, and it has no name" },
})
