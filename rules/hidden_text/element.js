// WCAG 1.3.1 and 4.1.2: text that is seen, and that aria-hidden keeps from screen readers.
(() => {
  const LEAST = 6; // words; less is a mark, or part of a control
  const squeezed = (text) => text.replace(/\s+/g, " ").trim();
  let spoken = ""; // the page's text that is not hidden so
  let tree = null; // of axe, when that was read: a later state of the page has another

  function spokenText() {
    if (tree === axe._tree) return spoken;
    tree = axe._tree;
    const parts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node.nodeType === 1 && node.matches("[aria-hidden=true], script, style, template, noscript") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    for (let node = walker.nextNode(), left = 50000; node && left > 0; node = walker.nextNode(), left--) {
      if (node.nodeType === 3) parts.push(node.data);
      else if (node.hasAttribute("aria-label")) parts.push(node.getAttribute("aria-label"));
      else if (node.hasAttribute("alt")) parts.push(node.getAttribute("alt"));
    }
    spoken = squeezed(parts.join(" ")).toLowerCase();
    return spoken;
  }

  // What lies beyond the window's width, or is cut off by what is around it, is another turn of a carousel.
  function inSight(node) {
    const at = node.getBoundingClientRect();
    if (at.width < 2 || at.height < 2 || at.right <= 0 || at.left >= innerWidth) return false;
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflow === "visible") continue;
      const around = up.getBoundingClientRect();
      if (Math.min(at.right, around.right) - Math.max(at.left, around.left) < at.width / 2 || Math.min(at.bottom, around.bottom) - Math.max(at.top, around.top) < at.height / 2) return false;
    }
    return true;
  }

  return {
    selector: "[aria-hidden=true]",
    excludeHidden: false,
    matches(node, virtualNode) {
      if (/^(body|html|svg|script|style|template)$/.test(node.localName) || node.parentElement?.closest("[aria-hidden=true], svg, button, a, label")) return false;
      if (!axe.commons.dom.isVisibleOnScreen(virtualNode) || !inSight(node) || document.querySelector("dialog[open], [aria-modal=true]")) return false;
      return squeezed(axe.commons.text.visibleVirtual(virtualNode)).split(" ").filter((word) => /\p{L}/u.test(word)).length >= LEAST;
    },
    evaluate(node, options, virtualNode) {
      const text = squeezed(axe.commons.text.visibleVirtual(virtualNode));
      this.data({ text: text.slice(0, 80) });
      return spokenText().includes(text.toLowerCase()) ? true : undefined;
    },
    messages: { cant_tell: "Screen readers are kept from “${data.text}”, which can be seen. Is it said elsewhere on the page?" },
  };
})()
