// WCAG failure F55: a script takes the focus away when it is received.
({
  selector: "[onfocus]",
  matches: (node, virtualNode) => axe.commons.dom.isFocusable(virtualNode),
  evaluate: (node) => !/\bblur\s*\(/.test(node.getAttribute("onfocus")),
  messages: { failed: "When it receives the focus, its own code (onfocus) lets go of it" },
})
