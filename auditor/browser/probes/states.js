// What a page can open, and what came to be seen when something was. In a world of its own that outlives axe's.
(() => {
  const { elements, parent, place, visible, keep, kept, named, refuses, nameOf, attribute, rectOf, shadowOf } = auditor.driven;
  const MORE = /\b(load|show|view|see) more\b|\bmore results\b|\b(dangos|gweld|llwytho) (mwy|rhagor)\b/i;
  const CONTROL = `summary, [aria-expanded], [aria-haspopup]:not([aria-haspopup=false]), [role=tab], [popovertarget], [commandfor],
    button[aria-controls], [role=button][aria-controls], [data-toggle], [data-bs-toggle], input[type=radio][aria-controls],
    input[type=checkbox][aria-controls], [role=combobox], input[aria-autocomplete], button, [role=button]`;
  const ALIKE = /^(radio|checkbox)$/;
  const MOST = 500; // listed

  function seen(element) {
    if (!element.isConnected || !visible(element)) return false;
    const at = rectOf(element);
    return at.width > 1 && at.height > 1 && at.right > 0 && at.bottom + scrollY > 0;
  }

  const leads = (element) => {
    const link = element.closest("a[href], area[href]");
    return link ? !(attribute(link, "href") ?? "").startsWith("#") && !/^javascript:/i.test(attribute(link, "href") ?? "") : false;
  };

  // What opening it is called; "" for what opens nothing.
  function kindOf(element) {
    if (nameOf(element) === "summary") return parent(element)?.localName === "details" && !parent(element).open ? "details" : "";
    if (element.matches("input:not([type=radio], [type=checkbox], [type=button])")) {
      const isText = element.matches("[role=combobox], [aria-autocomplete]") && !element.readOnly;
      return isText ? "suggestions" : "";
    }
    if (element.matches("input")) return element.checked || !element.matches("[aria-controls]") ? "" : "choice";
    if (element.matches("select, textarea")) return "";
    if (attribute(element, "aria-expanded") === "true" || element.matches("[aria-selected=true]")) return "";
    const popup = attribute(element, "aria-haspopup") ?? "";
    if (popup === "dialog") return "dialog";
    if (/^(menu|true)$/.test(popup)) return "menu";
    if (element.matches("[role=tab]")) return "tab";
    if (element.matches("[aria-expanded]") && element.closest("nav, [role=navigation], [role=menubar], header")) return "menu";
    if (element.matches("[aria-expanded], [aria-haspopup], [aria-controls], [popovertarget], [commandfor], [data-toggle], [data-bs-toggle], [role=combobox]")) return "button";
    if (element.matches("button, [role=button]") && MORE.test(named(element))) return "more";
    return "";
  }

  // Why not to open it, "" for no reason.
  function reason(element, kind) {
    if (kind === "details") return ""; // which opens without a script
    if (element.matches(":disabled, [aria-disabled=true]")) return "it is disabled";
    if (leads(element)) return "it is a link that leads elsewhere";
    if (element.matches("[type=submit], [type=reset], [type=image], [formaction]")) return "it sends or resets a form";
    if (nameOf(element) === "button" && element.form && (attribute(element, "type") ?? "submit").toLowerCase() !== "button"
      && !element.matches("[popovertarget], [commandfor]")) return "it sends a form";
    if (kind !== "suggestions" && refuses(element)) return "by its name it may send, delete, pay for, agree to or begin something";
    return "";
  }

  function controls() {
    const found = [];
    let more = 0;
    const used = new Map();
    for (const element of elements()) {
      if (!element.matches(CONTROL) || !seen(ALIKE.test(element.type) ? element.labels?.[0] ?? element : element)) continue;
      const kind = kindOf(element);
      if (!kind) continue;
      if (found.length >= MOST) {
        more++;
        continue;
      }
      const label = ALIKE.test(element.type) || kind === "suggestions"
        ? (element.labels?.[0]?.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 80) || named(element) : named(element);
      const { selector } = place(element);
      const key = `${kind} ${selector} ${label}`;
      const turn = (used.get(`${kind} ${label}`) ?? 0) + 1;
      used.set(`${kind} ${label}`, turn);
      found.push({ number: keep(element), kind, name: label, turn, key, selector, reason: reason(element, kind) });
    }
    return { found, more };
  }

  const text = (element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ").trim().slice(0, 200);
  const SILENT = /^(script|style|noscript|template|head|title|meta|link|br|html|body)$/;
  let base = new Map();

  function now() {
    const found = new Map();
    for (const element of elements()) if (!SILENT.test(nameOf(element)) && seen(element)) found.set(element, text(element));
    return found;
  }

  // What changes by itself is no state of anything that was opened.
  const restless = new WeakSet();
  async function begin() {
    const first = now();
    await new Promise((resolve) => setTimeout(resolve, 700));
    base = now();
    for (const [element, words] of base) if (first.get(element) !== words) restless.add(element);
    for (const element of first.keys()) if (!base.has(element)) restless.add(element);
  }

  // What is seen that was not: how many elements, a checksum of them; and whether something is gone.
  function changed() {
    const shown = now();
    let a = 7;
    let b = 11;
    let count = 0;
    let dialog = false;
    let menu = false;
    for (const [element, words] of shown) {
      if (base.get(element) === words || restless.has(element)) continue;
      count++;
      dialog ||= element.matches("dialog, [role=dialog], [role=alertdialog]");
      menu ||= element.matches("[role=menu]");
      for (const char of `${nameOf(element)}.${attribute(element, "class") ?? ""} ${words}`.slice(0, 400)) {
        a = Math.imul(a ^ char.codePointAt(0), 0x01000193) >>> 0;
        b = (Math.imul(b, 31) + char.codePointAt(0)) >>> 0;
      }
    }
    let gone = 0;
    for (const element of base.keys()) if (!shown.has(element) && !restless.has(element)) gone++;
    return { count, gone, dialog, menu, signature: `${a}-${b}-${count}` };
  }

  // The middle of what is to be pressed, in the window; `hit`: nothing lies over it.
  function aim(number) {
    const element = kept(number);
    const on = ALIKE.test(element.type) && !seen(element) ? element.labels?.[0] : element;
    if (!on || !seen(on)) return null;
    on.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const at = rectOf(on);
    const x = at.x + Math.min(at.width / 2, 100);
    const y = at.y + at.height / 2;
    let over = element.ownerDocument === document ? document.elementFromPoint(x, y) : null;
    while (over && shadowOf(over)) {
      const inner = shadowOf(over).elementFromPoint(x, y);
      if (!inner || inner === over) break;
      over = inner;
    }
    let hit = false;
    for (let up = over, left = 100; up && left--; up = parent(up)) hit ||= up === on || up === element;
    const label = over?.closest?.("label");
    return { x, y, hit: hit || (!!label && label.control === element) };
  }

  function press(number) {
    kept(number).click();
    return true;
  }

  function focus(number) {
    kept(number).focus({ preventScroll: true });
    return true;
  }

  // Put back a field's own value; the page hears of it.
  function empty(number) {
    const element = kept(number);
    element.value = "";
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.blur();
    return true;
  }

  const isOpen = (number) => {
    const element = kept(number);
    return element.isConnected && (attribute(element, "aria-expanded") === "true" || !!element.closest("details[open]"));
  };

  return { controls, begin, changed, aim, press, focus, empty, isOpen };
})()
