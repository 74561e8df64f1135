// Widgets whose role promises keys, and what is seen of one before and after a key.
(() => {
  const { elements, active, place, visible, keep, kept, named, refuses, nameOf, attribute, rectOf } = auditor.driven;
  const MENU = "[role=menuitem], [role=menuitemcheckbox], [role=menuitemradio]";
  const ITEMS = {
    tablist: "[role=tab]", radiogroup: "[role=radio]", listbox: "[role=option]", tree: "[role=treeitem]", menu: MENU, menubar: MENU,
  };
  const VALUES = ["slider", "spinbutton"];
  const SWITCHES = ["checkbox", "switch"];
  const NATIVE = "a[href], button, input, select, textarea, summary";
  const CAROUSEL = "[aria-roledescription=carousel], [class*=carousel i], [class*=slick i], [class*=swiper i], [class*=slideshow i]";
  const OFF = ":disabled, [aria-disabled=true], [aria-readonly=true], [inert] *, [aria-disabled=true] *";
  const PARTS = 50;
  const STATE = ["aria-activedescendant", "aria-selected", "aria-checked", "aria-expanded", "aria-current", "aria-valuenow", "aria-valuetext", "class", "style", "tabindex"];

  const roleOf = (element) => (attribute(element, "role") ?? "").trim().toLowerCase().split(/\s+/)[0];
  const byTab = (element) => element.tabIndex >= 0 && (element.matches(NATIVE) || element.hasAttribute("tabindex"));

  function shown(element) {
    const at = rectOf(element);
    return visible(element) && at.width > 1 && at.height > 1 && at.right > 0 && at.bottom + scrollY > 0 && !element.matches(OFF);
  }

  // What Tab reaches of an element: itself, or the first within.
  const stop = (element) => (byTab(element) ? element
    : [...element.querySelectorAll(`${NATIVE}, [tabindex]`)].slice(0, 50).find((each) => byTab(each) && shown(each)));

  function partsOf(element, selector) {
    const owned = (attribute(element, "aria-owns") ?? "").split(/\s+/).filter(Boolean).slice(0, PARTS)
      .map((id) => element.getRootNode().querySelector(`#${CSS.escape(id)}`)).filter((each) => each?.matches(selector));
    return [...new Set([...element.querySelectorAll(selector), ...owned])].filter(shown).slice(0, PARTS);
  }

  // The field of a combobox moves through a list that never has the focus itself.
  function worker(element) {
    const id = attribute(element, "id");
    const named = id && element.getRootNode().querySelector(`[aria-controls~="${CSS.escape(id)}"], [aria-owns~="${CSS.escape(id)}"]`);
    return named && byTab(named) && shown(named) ? named : null;
  }

  const starts = new Map(); // number -> where the focus is put
  const parts = new Map();

  function widget(element, role) {
    const kind = ITEMS[role] ? "moves" : VALUES.includes(role) ? "values" : SWITCHES.includes(role) ? "switches" : "";
    if (!kind || !shown(element) || (kind !== "moves" && element.matches(NATIVE))) return null;
    const items = kind === "moves" ? partsOf(element, ITEMS[role]) : [];
    if (kind === "moves" && items.length < 2) return null;
    if (kind === "values" && attribute(element, "aria-valuemin") !== null
      && attribute(element, "aria-valuemin") === attribute(element, "aria-valuemax")) return null;
    const stops = (items.length ? items : [element]).map(stop).filter(Boolean);
    const number = keep(element);
    starts.set(number, stops[0] ?? (byTab(element) ? element : worker(element)));
    parts.set(number, items);
    const beside = kind === "values" && element.parentElement?.querySelector("input:not([type=hidden]), select");
    return {
      number, role, kind, name: named(element), place: place(element), parts: items.map(place), byTab: stops.length,
      instead: !!beside || !!element.closest(CAROUSEL),
    };
  }

  function find(most) {
    const shapes = new Map();
    const found = [];
    const refused = [];
    let leftOut = 0;
    for (const element of elements()) {
      const role = roleOf(element);
      const shape = `${role} ${attribute(element, "class") ?? ""}`;
      const count = shapes.get(shape) ?? 0;
      const one = role && count < 2 ? widget(element, role) : null;
      if (!one) continue;
      shapes.set(shape, count + 1);
      if (one.kind === "switches" && refuses(element)) refused.push(one.place);
      else if (found.length < most) found.push(one);
      else leftOut++;
    }
    return { found, refused: refused.slice(0, 50), leftOut, page: place(document.documentElement) };
  }

  function begin(number) {
    const start = starts.get(number);
    if (!start?.isConnected) return false;
    start.focus();
    return active() === start;
  }

  function state(number) {
    const element = kept(number);
    const now = active();
    const read = (each) => STATE.map((key) => attribute(each, key) ?? "").join("\n");
    const around = parts.get(number).length ? element : (element.parentElement ?? element); // a slider's figure is often beside it
    return {
      own: [element, ...parts.get(number)].map(read).join("\n\n").slice(0, 20000),
      focus: now ? [keep(now), read(now)] : [],
      text: around.textContent.slice(0, 5000),
      fields: [...around.querySelectorAll("input, output")].slice(0, 20).map((each) => each.value),
    };
  }

  // Its middle in the window, null where something else is there.
  function middle(number) {
    const element = kept(number);
    if (element.ownerDocument !== document) return null;
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const at = rectOf(element);
    const point = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
    const hit = element.getRootNode().elementFromPoint(point.x, point.y);
    return hit && element.contains(hit) ? point : null;
  }

  return { find, begin, state, middle };
})()
