// WCAG failures F42, F54 and F59: an action that only a pointing device can trigger.
({
  selector: "[onclick]",
  matches(node, virtualNode) {
    const controls = /^(html|body|label|option|area|a|button|input|select|textarea|summary|details|dialog|form)$/;
    if (controls.test(node.localName)) return false; // a control by itself, or the page around them all
    const idle = /^\s*(return\s+(true|false)|(event|e)\.(stopPropagation|preventDefault)\(\))?\s*;?\s*$/;
    return !idle.test(node.getAttribute("onclick")) && axe.commons.dom.isVisibleOnScreen(virtualNode);
  },
  evaluate(node, options, virtualNode) {
    const { aria, dom, text } = axe.commons;
    if (dom.isFocusable(virtualNode)) return true;
    // A card that makes the whole of itself do what the link in it does, or a picture within a link.
    const controls = axe.utils.querySelectorAll(virtualNode, "a[href], button, input, select, textarea, [tabindex]");
    if (controls.some((control) => dom.isFocusable(control))) return true;
    for (let up = virtualNode.parent; up && up.props.nodeName !== "body"; up = up.parent) {
      if (up.props.nodeName === "label" || dom.isFocusable(up)) return true;
    }
    this.data({ text: text.visibleVirtual(virtualNode).trim().slice(0, 80) });
    const role = aria.getRole(virtualNode, { noImplicit: true });
    const acts = ["button", "link", "tab", "menuitem", "checkbox", "radio", "switch", "option"].includes(role);
    return acts || getComputedStyle(node).cursor === "pointer" ? false : undefined;
  },
  messages: {
    failed: "A click does something here, and no key can: the element cannot receive the focus (“${data.text}”)",
    cant_tell:
      "A click does something here, and the element cannot receive the focus (“${data.text}”). Can the same be done by keyboard?",
  },
})
