// WCAG 4.1.2 and 1.1.1, failure F26: the name of a control is a sign that an icon font draws, and no word.
(() => {
  // Signs of the private areas: only the font knows what they are (Unicode, chapter 23.5).
  const SIGNS = /^[\p{Co}\s\u200b-\u200f\ufe0e\ufe0f]+$/u;
  const HAS_SIGN = /\p{Co}/u;
  const has = (text) => /[\p{L}\p{N}]/u.test(text ?? "");

  return {
    selector: "a[href], button, summary, [role=button], [role=link], [role=tab], [role=menuitem], [role=checkbox], [role=switch]",
    matches(node, virtualNode) {
      if (!HAS_SIGN.test(node.textContent) || !axe.commons.dom.isVisibleToScreenReaders(virtualNode)) return false;
      return axe.commons.text.accessibleTextVirtual(virtualNode).trim() !== "";
    },
    evaluate(node, options, virtualNode) {
      if (!SIGNS.test(axe.commons.text.accessibleTextVirtual(virtualNode))) return true;
      return has(virtualNode.attr("title")) ? undefined : false;
    },
    messages: {
      failed: "Its name is a sign of an icon font alone: no screen reader knows a word for it",
      cant_tell: "Its name is a sign of an icon font; its title has words. Does a screen reader say them?",
    },
  };
})()
