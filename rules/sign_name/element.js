// WCAG 2.4.6 and 4.1.2: what a button is called is a sign, such as >> or ‹, that says nothing when it is read out.
(() => {
  // Signs that stand for a direction, or for nothing; not × or ?, which are read as words that tell, nor + beside a number.
  const SIGNS = /^[<>\u00ab\u00bb\u2039\u203a\u2190-\u21ff\u25a0-\u25ff\u2261\u2630\u22ee\u22ef\u2026\u2022\u00b7|.~_^=*#\s-]+$/u;
  const name = (virtualNode) => axe.commons.text.accessibleTextVirtual(virtualNode).trim();
  return {
    selector: "button, [role=button], input[type=button], input[type=submit]",
    matches: (node, virtualNode) => !node.disabled && axe.commons.dom.isVisibleToScreenReaders(virtualNode) && name(virtualNode) !== "",
    evaluate(node, options, virtualNode) {
      this.data({ name: name(virtualNode) });
      const described = axe.commons.text.titleText(virtualNode) || node.getAttribute("aria-describedby") || node.getAttribute("aria-description");
      return !SIGNS.test(name(virtualNode)) || described ? true : undefined;
    },
    messages: { cant_tell: "The button is called “${data.name}”. Does a person who hears that know what it does?" },
  };
})()
