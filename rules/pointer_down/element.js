// WCAG 2.5.2: nothing is to be carried out by the down-event alone.
({
  selector: "[onmousedown], [onpointerdown], [ontouchstart]",
  matches: (node, virtualNode) => axe.commons.dom.isVisibleOnScreen(virtualNode),
  evaluate(node) {
    const down = ["onmousedown", "onpointerdown", "ontouchstart"].filter((name) => node.getAttribute(name)?.trim());
    this.data({ names: down.join(", ") });
    const idle = (name) => /^\s*(return\s+(true|false)|(event|e)\.(stopPropagation|preventDefault)\(\))?\s*;?\s*$/.test(node.getAttribute(name));
    return down.every(idle) || undefined;
  },
  messages: {
    cant_tell: "Code runs when the pointer goes down (${data.names}). Does it carry something out, and can that be called off by sliding away?",
  },
})
