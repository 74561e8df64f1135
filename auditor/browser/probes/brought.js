// What a pressed button brought into sight: controls and pictures without a name, words for the mouse alone, pictures
// that were swapped. Used by activation.py, after activation.js.
(() => {
  const { elements, parent, place, keep, kept, named, nameOf, attribute, resolve } = auditor.driven;
  const { shown, state, came } = auditor.activation;
  const CONTROL = "button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [role=checkbox], [role=radio], "
    + "[role=switch], [role=slider], [role=spinbutton], [role=combobox], [role=textbox], [role=searchbox], [role=listbox], [role=menuitem], [role=tab]";
  const PICTURE = "img, area[href], [role=img]";
  const RULES = ["button-name", "link-name", "input-button-name", "input-image-alt", "label", "select-name", "aria-command-name",
    "aria-toggle-field-name", "aria-input-field-name", "image-alt", "role-img-alt", "svg-img-alt", "area-alt"];
  const MOST = 10;
  const ASKED = 4; // times that axe is asked on a page: it reads the page anew for it

  let seen = null; // controls and pictures that were in sight at some time
  const plain = new Set(); // those of them without an evident name
  let like = new Set(); // and their code: what a script draws anew is not new
  let asked = 0;
  let pictures = new Map(); // image -> source and alternative
  const told = new Set();

  const has = (text) => /[\p{L}\p{N}]/u.test(text ?? "");

  // It plainly has a name, or needs none: axe need not be asked.
  function evident(element) {
    return element.matches("img[alt], [aria-hidden=true], [aria-hidden=true] *") || ["aria-label", "title", "alt", "placeholder"].some((key) => has(attribute(element, key))) || element.hasAttribute("aria-labelledby")
      || (element.matches("input") ? element.matches("[type=submit], [type=reset]") || (element.matches("[type=button]") && has(element.value))
        : !element.matches("select, textarea") && has(element.textContent))
      || [...(element.labels ?? [])].some((each) => has(each.textContent))
      || [...element.querySelectorAll("[alt], [aria-label], [title]")].some((each) => ["alt", "aria-label", "title"].some((key) => has(attribute(each, key))));
  }

  const code = (element) => element.outerHTML.slice(0, 1000);
  const KINDS = `${CONTROL}, ${PICTURE}`;
  const newInSight = () => [...elements()].filter((each) => !seen.has(each) && each.matches(KINDS) && shown(each));

  function remember(elements) {
    for (const each of elements) {
      seen.add(each);
      if (!evident(each)) plain.add(each);
    }
  }

  const isHand = (element) => getComputedStyle(element).cursor === "pointer";

  // What a hand is over in what came: the outermost element that it is over.
  function newlyUnderHand() {
    const found = new Set();
    for (const element of came()) {
      if (element.ownerDocument !== document || !has(element.textContent) || !isHand(element)) continue;
      let outermost = element;
      for (let up = parent(element), left = 20; up && left > 0 && isHand(up); up = parent(up), left--) outermost = up;
      found.add(outermost);
    }
    return found;
  }

  const picturesInSight = () => new Map([...document.images].slice(0, 200).filter(shown)
    .map((each) => [each, [each.src, attribute(each, "alt") ?? ""]]));

  let at = null; // the state of the page that these are of

  function before() {
    if (at === state()) return;
    at = state();
    if (!seen) {
      seen = new Set();
      remember(newInSight());
    }
    for (const each of plain) if (!shown(each)) [seen, plain].forEach((set) => set.delete(each)); // of a tab left, as it may be
    like = new Set([...plain].map(code));
    pictures = picturesInSight();
  }

  // How many controls came to be seen, and which of them and of pictures have no name, by axe's own rules.
  async function unnamed() {
    const now = newInSight();
    const chosen = now.filter((each) => each.ownerDocument === document && !told.has(each) && !evident(each) && !like.has(code(each))).slice(0, MOST);
    const controls = now.filter((each) => each.matches(CONTROL)).length;
    remember(now);
    if (!chosen.length || ++asked > ASKED) return { controls, found: [] };
    axe.teardown();
    let result;
    try {
      const only = { runOnly: { type: "rule", values: RULES }, resultTypes: ["violations"], iframes: false, preload: false };
      result = await axe.run({ include: chosen }, only);
    } finally {
      axe.teardown();
      axe.setup(document);
    }
    const found = new Map();
    for (const { id, nodes } of result.violations) for (const { target } of nodes) {
      const element = resolve(target);
      if (chosen.includes(element) && !found.has(element)) found.set(element, id);
    }
    for (const element of found.keys()) told.add(element);
    return { controls, found: [...found].map(([element, rule]) => ({ place: place(element), rule })) };
  }

  const INTERACTIVE = `${CONTROL}, label, option, iframe, object, video, audio, [contenteditable], [tabindex]`;
  const COMPOSITE = "[role=menu], [role=menubar], [role=listbox], [role=tree], [role=grid], [role=tablist], [role=radiogroup], [role=toolbar], "
    + "[role=option], [role=menuitem], [role=treeitem], [role=gridcell], [aria-hidden=true], [inert]";
  const SHUTS = /^(close|dismiss|cancel|back|ok|cau|x|×)\b/i; // Escape, or the button that opened it, does the same
  const TYPED = "input:not([readonly], [disabled], [type=hidden], [type=button], [type=submit], [type=reset], [type=radio], [type=checkbox]), textarea, select";

  // What has come under a hand and no key can reach: whether a click does something, Python asks the DevTools protocol.
  function newHands(number) {
    const trigger = kept(number);
    const names = new Set([...document.querySelectorAll("a[href], button, summary")].slice(0, 500).filter(shown).map((each) => named(each)));
    const found = [];
    for (const element of newlyUnderHand()) {
      if (found.length >= 4) break;
      if (told.has(element) || trigger.contains(element) || element.contains(trigger)) continue;
      const name = named(element);
      if (!has(name) || SHUTS.test(name) || names.has(name)) continue;
      if (element.closest(`${INTERACTIVE.replace(", [tabindex]", "")}, ${COMPOSITE}`) || element.tabIndex >= 0 || element.querySelector(INTERACTIVE)) continue;
      told.add(element);
      let near = trigger;
      for (let left = 3; near && left > 0 && !/^(main|body)$/.test(nameOf(near)); left--) near = parent(near);
      const field = [near, element.closest("form, fieldset, [role=dialog], dialog")].some((each) => each?.querySelector?.(TYPED));
      found.push({ number: keep(element), place: place(element), name, field });
    }
    return found;
  }

  // It and what is around it, within the body: for the protocol.
  function chain(number) {
    const found = [];
    for (let up = kept(number), left = 12; up && left > 0 && nameOf(up) !== "body"; up = parent(up), left--) found.push(up);
    return found;
  }

  // Images that show another file than before and have the same alternative.
  function swapped() {
    const now = picturesInSight();
    const found = [];
    for (const [image, [source, alt]] of pictures) {
      const [to, says] = now.get(image) ?? [];
      if (!to || to === source || says !== alt || !has(alt) || source.startsWith("data:") || to.startsWith("data:")) continue;
      found.push({ place: place(image), alt: alt.slice(0, 200) });
    }
    return found.length > 3 ? [] : found; // the whole page is drawn another way
  }

  // What the button brought; null where nothing of the page changed.
  async function after(number) {
    if (at === state()) return null;
    return { hands: newHands(number), swapped: swapped(), unnamed: await unnamed() };
  }

  return { before, after, chain };
})()
