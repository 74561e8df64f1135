// Fields that can be given another value and set back.
(() => {
  const { elements, active, parent, place, visible, keep, kept, named, nameOf, attribute, rectOf } = auditor.driven;
  const MOST = { select: 8, radio: 3, checkbox: 3, text: 3 };
  const TEXT = /^(text|tel|number|email|)$/;
  const SEARCH = "[role=search] *, search *, [type=search], [role=searchbox], [role=combobox], [aria-autocomplete], [name=q], [name=s], [name=query]";

  const value = new Map(); // element -> as it was

  function kind(element) {
    const name = nameOf(element);
    if (name === "select") return element.multiple || element.size > 1 || element.options.length < 2 ? "" : "select";
    if (name !== "input") return "";
    const type = (attribute(element, "type") ?? "").toLowerCase();
    if (type === "radio") return element.checked ? "" : "radio";
    if (type === "checkbox") return "checkbox";
    return TEXT.test(type) && !element.value && !element.matches(SEARCH) ? "text" : "";
  }

  const text = (node) => (node?.textContent ?? "").replace(/\s+/g, " ").trim();

  function around(element) {
    const said = [named(element)];
    const root = element.getRootNode();
    for (const label of element.labels ?? []) said.push(text(label));
    for (const key of ["aria-describedby", "aria-labelledby"]) {
      for (const id of (attribute(element, key) ?? "").split(/\s+/).slice(0, 10)) {
        if (id) said.push(text(root.querySelector?.(`#${CSS.escape(id)}`)));
      }
    }
    let at = element;
    for (let up = 0; up < 2 && at; up++, at = parent(at)) {
      for (let before = at.previousSibling, left = 2; before && left > 0; before = before.previousSibling) {
        if (before.nodeType === 8 || !text(before)) continue;
        said.push(text(before).slice(-300));
        left--;
      }
    }
    return said.join(" ").slice(0, 2000);
  }

  function fields() {
    const left = { ...MOST };
    const groups = new Set();
    const told = [];
    let leftOut = 0;
    for (const element of elements()) {
      const which = kind(element);
      if (!which || element.matches(":disabled, [readonly], [aria-disabled=true]") || element.tabIndex < 0) continue;
      const at = rectOf(element);
      if (!visible(element) && which === "select") continue;
      if (at.width === 0 || at.height === 0) continue;
      if (which === "radio") {
        const group = `${attribute(element, "name")} ${attribute(element.form ?? element, "id")}`;
        if (groups.has(group)) continue;
        groups.add(group);
      }
      if (left[which]-- <= 0) {
        leftOut++;
        continue;
      }
      told.push({ number: keep(element), kind: which, place: place(element), name: named(element), around: around(element) });
    }
    return { fields: told, leftOut, page: place(document.documentElement) };
  }

  // Gives it the focus. Which key changes it: "" where it cannot be changed now.
  function ready(number) {
    const element = kept(number);
    if (!element?.isConnected) return "";
    element.focus({ preventScroll: true });
    if (active() !== element) return "";
    if (nameOf(element) === "select") {
      value.set(element, element.selectedIndex);
      return element.selectedIndex < element.options.length - 1 ? "ArrowDown" : "ArrowUp";
    }
    value.set(element, element.type === "radio" || element.type === "checkbox" ? groupOf(element).map((one) => [one, one.checked]) : element.value);
    return element.type === "radio" || element.type === "checkbox" ? "Space" : "1";
  }

  const groupOf = (element) => (element.type === "radio" && element.name
    ? [...element.getRootNode().querySelectorAll("input[type=radio]")].filter((one) => one.name === element.name && one.form === element.form)
    : [element]);

  function moved(number) {
    const element = kept(number);
    const now = active();
    if (!now || now === element || !element.isConnected) return null;
    return element.type === "radio" && now.name === element.name ? null : place(now);
  }

  // As it was; without events, so that nothing acts a second time.
  function back(number) {
    const element = kept(number);
    const was = value.get(element);
    if (was === undefined) return;
    if (Array.isArray(was)) for (const [one, checked] of was) one.checked = checked;
    else if (nameOf(element) === "select") element.selectedIndex = was;
    else element.value = was;
    element.blur();
  }

  return { fields, ready, moved, back };
})()
