// What listens, and what is around it. Python knows the listeners (the DevTools protocol); here they meet their elements.
(() => {
  const { elements, place, box, visible, named, keep, kept, refuses, parent, nameOf, attribute, rectOf } = auditor.driven;
  const CUSTOM = 200;
  const CONTROL = "a[href], area[href], button, input, select, textarea, summary, iframe, object, embed, option, audio[controls], video[controls], [contenteditable]:not([contenteditable=false])";
  const ROLES = "[role=button], [role=link], [role=tab], [role=menuitem], [role=menuitemcheckbox], [role=menuitemradio], [role=checkbox], [role=radio], [role=switch], [role=option], [role=slider], [role=spinbutton], [role=combobox], [role=listbox], [role=treeitem]";
  const MANY = 30; // types of one element: a framework's root

  let names = new Set(); // that controls have
  let twice = new Set(); // that several have
  let heard = new Map(); // element -> types it listens for

  const frames = () => [document, ...[...elements()].filter((each) => nameOf(each) === "iframe").slice(0, 20)
    .map((each) => { try { return each.contentDocument; } catch { return null; } }).filter(Boolean)].slice(0, 6);

  const words = (element) => (element.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 80);
  const isElement = (node) => node?.nodeType === 1;
  const isPage = (node) => !isElement(node) || nameOf(node) === "body" || nameOf(node) === "html";

  const virtual = (element) => {
    try {
      return axe.utils.getNodeFromTree(element);
    } catch {
      return null;
    }
  };

  const known = new Map(); // whether elements can have the focus

  function focusable(element) {
    if (!known.has(element)) known.set(element, asks(element));
    return known.get(element);
  }

  function asks(element) {
    if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) return false;
    const node = virtual(element);
    try {
      return node ? axe.commons.dom.isFocusable(node) : element.tabIndex >= 0;
    } catch {
      return false;
    }
  }

  const cursor = (element) => getComputedStyle(element).cursor;
  const HANDS = /pointer|zoom-in/; // not "grab": what is drawn aside, as carousels are

  function around(element) {
    const above = new Set();
    let many = false;
    let within = "";
    for (let up = parent(element), left = 200; up && left > 0 && !isPage(up); up = parent(up), left--) {
      const types = heard.get(up) ?? [];
      many ||= types.length >= MANY;
      for (const type of types) above.add(type);
      if (nameOf(up) === "label") within ||= "label";
      else if (focusable(up) && (up.matches(CONTROL) || up.matches(ROLES) || types.includes("click"))) within ||= "control";
    }
    return { above: [...above], many, within };
  }

  // Whether the neighbour, or another control of the same name, may well do the same.
  function beside(element, name) {
    if (element.closest("[aria-hidden=true]") || (name && names.has(name))) return true;
    const either = [element.previousElementSibling, element.nextElementSibling].filter(Boolean);
    const inside = name ? "input, select, textarea" : CONTROL;
    return either.some((each) => visible(each) && (focusable(each) || each.querySelector(inside)));
  }

  const COMPOSITE = "[role=tablist], [role=menu], [role=menubar], [role=toolbar], [role=listbox], [role=radiogroup], [role=grid], [role=tree], "
    + "[role=combobox], [role=group], [aria-hidden=true], [inert], [aria-activedescendant]";

  // A button that is in sight and out of Tab's order, with no sign that other keys lead to it or another control
  // does the same: a field beside it, a mate that Tab leads to, its own name on another.
  function untabbed(element) {
    if (!element.matches("button, input[type=button]") || element.tabIndex >= 0 || element.closest(COMPOSITE)) return false;
    const mates = parent(parent(element) ?? element)?.querySelectorAll?.("[tabindex='0'], input, select, textarea") ?? [];
    const name = words(element);
    if (mates.length || !name || twice.has(name)) return false;
    const at = rectOf(element);
    if (at.left < 0 || at.right > innerWidth) return false;
    for (let up = parent(element), left = 50; up && left > 0 && !isPage(up); up = parent(up), left--) {
      const around = rectOf(up);
      const clips = getComputedStyle(up).overflow !== "visible";
      if (clips && (at.top >= around.bottom || at.bottom <= around.top || at.left >= around.right || at.right <= around.left)) return false;
    }
    return true;
  }

  function facts(element, node) {
    const { above, many, within } = around(element);
    const at = rectOf(element);
    const inside = [...element.getElementsByTagName("*")].slice(0, 100);
    const up = parent(element);
    const wide = Math.max(0, Math.min(at.right, innerWidth) - Math.max(at.left, 0));
    const high = Math.max(0, Math.min(at.bottom, innerHeight) - Math.max(at.top, 0));
    const name = named(element);
    const hand = HANDS.test(cursor(element));
    return {
      node,
      place: place(element),
      box: box(element),
      tag: nameOf(element),
      role: (attribute(element, "role") ?? "").trim().toLowerCase().split(/\s+/)[0].slice(0, 40),
      name,
      above, many, within,
      visible: visible(element) && at.width > 1 && at.height > 1 && at.right > 0 && at.bottom + scrollY > 0,
      focusable: focusable(element),
      native: element.matches(CONTROL),
      untabbed: untabbed(element),
      disabled: element.matches(":disabled, [aria-disabled=true], [inert] *"),
      holds: [...element.querySelectorAll(CONTROL + ", [tabindex]")].slice(0, 50).some(focusable),
      beside: beside(element, name),
      pointing: hand && (!up || !HANDS.test(cursor(up)) || heard.has(element)),
      pointsWithin: !hand && inside.some((each) => HANDS.test(cursor(each))),
      descendants: inside.length,
      cover: (wide * high) / (innerWidth * innerHeight),
      draggable: attribute(element, "draggable") === "true",
    };
  }

  // `nodes[i]` listens for `types[i]`. Told are these, and custom controls that listen for nothing themselves.
  function tell(types, ...nodes) {
    known.clear();
    heard = new Map(nodes.map((node, at) => [node, types[at]]));
    const controls = [...document.querySelectorAll("a[href], button, summary")].slice(0, 1000);
    const called = controls.filter(visible).map((each) => words(each));
    names = new Set(called);
    twice = new Set(called.filter((each, at) => called.indexOf(each) !== at));
    const told = [];
    const page = [];
    for (const [at, node] of nodes.entries()) {
      if (isPage(node)) page.push(at);
      else if (node.isConnected) told.push(facts(node, at));
    }
    let left = CUSTOM;
    for (const element of elements()) {
      if (left === 0) break;
      if (attribute(element, "role") === null && attribute(element, "draggable") === null) continue;
      if (heard.has(element) || isPage(element) || element.matches(CONTROL)) continue;
      if (element.matches(ROLES) || attribute(element, "draggable") === "true") {
        told.push(facts(element, null));
        left--;
      }
    }
    return { told, page, whole: place(document.documentElement) };
  }

  // Which of them are documents, <html> or <body>.
  const pages = (types, ...nodes) => nodes.flatMap((node, at) => (isPage(node) ? [at] : []));

  // What moving the device may change, in words and values.
  function shown() {
    const values = [...document.querySelectorAll("input, select, textarea, progress, meter, output, [aria-valuenow]")].slice(0, 500)
      .map((each) => `${each.value}${each.checked ?? ""}${attribute(each, "aria-valuenow") ?? ""}`);
    return [document.title, (document.body?.innerText ?? "").slice(0, 100000), ...values].join("\n");
  }

  // Tilt and shake, one way (1) or the other (-1); false where a page cannot be told of it.
  function move(way) {
    try {
      for (const share of [0.2, 1]) {
        const tilt = { alpha: 100 * share, beta: 50 * way * share, gamma: 40 * way * share, absolute: true };
        for (const type of ["deviceorientation", "deviceorientationabsolute"]) dispatchEvent(new DeviceOrientationEvent(type, tilt));
        const force = { x: 30 * way * share, y: 25 * way * share, z: 20 * way * share };
        dispatchEvent(new DeviceMotionEvent("devicemotion", {
          acceleration: force, accelerationIncludingGravity: force, rotationRate: { alpha: 90, beta: 90 * way, gamma: 90 * way }, interval: 16,
        }));
      }
      return true;
    } catch {
      return false;
    }
  }

  // A control whose name has one of these words, and whether pressing it can do no harm.
  function setting(words) {
    for (const element of elements()) {
      if (!element.matches(`${CONTROL}, ${ROLES}`) || !visible(element)) continue;
      const name = named(element);
      if (!words.some((word) => name.toLowerCase().includes(word))) continue;
      const may = element.matches("input[type=checkbox], input[type=radio], button, [role=switch], [role=checkbox]") && !refuses(element);
      return { name, number: keep(element), may };
    }
    return { name: "", number: -1, may: false };
  }

  const press = (number) => kept(number).click();

  return { frames, tell, pages, shown, move, setting, press };
})()
