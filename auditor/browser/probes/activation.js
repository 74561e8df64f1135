// Buttons, and what is seen of the page before and after one is pressed.
(() => {
  const { elements, active, parent, place, visible, keep, kept, named, refuses, nameOf, attribute, rectOf, shadowOf } = auditor.driven;
  const BUTTON = "button, input[type=button], summary, [role=button], [role=tab], [role=switch], [aria-expanded], [aria-haspopup]";
  const LIVE = "[role=status], [role=alert], [role=log], [role=timer], [role=alertdialog], output, [aria-live=polite], [aria-live=assertive]";
  const DIALOG = "dialog, [role=dialog], [role=alertdialog], [aria-modal=true]";
  const NAMES = "label, legend, h1, h2, h3, h4, h5, h6, a[href], button, th, dt, summary, caption, nav";
  const STATES = "[aria-expanded], [aria-pressed], [aria-checked], [aria-selected], [aria-haspopup]:not([aria-haspopup=false]), "
    + "summary, [popovertarget], [commandfor], [role=tab]";
  const TEXTS = 6000;

  // Why not to press it, "" for no reason.
  function reason(element) {
    if (element.matches("a[href], area[href]")) return "It is a link";
    if (element.matches("input:not([type=button]), select, textarea")) return "It is a field, or sends or resets a form";
    if (element.matches("[type=submit], [type=reset], [type=image], [formaction], [popovertarget][formmethod]")) return "It sends or resets a form";
    if (nameOf(element) === "button" && element.form && (attribute(element, "type") ?? "submit").toLowerCase() !== "button") return "It sends a form";
    if (element.querySelector("a[href], button, input, select, textarea")) return "It holds another control";
    if (refuses(element) && !isQuestion(element)) return "By its name it may send, delete, pay for, agree to or begin something";
    return "";
  }

  // "How to pay", over the answer that it opens: no button that pays.
  // "Do you want to pay?" may be one: only what visitors ask counts.
  const ASKS = /^(how|what|when|where|which|who|why|ways|about)\b[^.!]*$|^(can|do|does|is|are) (i|my)\b[^.!]*\?$/i;
  const isQuestion = (element) => ASKS.test(named(element)) && !element.form
    && (nameOf(element) === "summary" || element.matches("[aria-expanded], :is(h2, h3, h4, h5, h6) > *"));

  const shape = (element) => [element, parent(element)].map((each) => each
    ? `${nameOf(each)}.${attribute(each, "class") ?? ""}` : "").join("|") + (attribute(element, "aria-haspopup") ?? "");

  function buttons(most) {
    const shapes = new Map();
    const found = [];
    const tabs = [];
    const refused = [];
    let leftOut = 0;
    for (const element of elements()) {
      if (!element.matches(BUTTON) || !visible(element) || element.matches(":disabled, [aria-disabled=true]")) continue;
      const at = rectOf(element);
      if (at.width < 2 || at.height < 2 || at.right <= 0 || at.bottom + scrollY <= 0) continue;
      const isTab = element.matches("[role=tab]");
      if (element.tabIndex < 0 && !isTab) continue; // arrows lead to tabs
      const why = reason(element);
      if (why === "It is a link" || why.startsWith("It is a field")) continue;
      if (why) {
        if (refused.length < 50) refused.push({ place: place(element), reason: why });
        continue;
      }
      const count = shapes.get(shape(element)) ?? 0;
      shapes.set(shape(element), count + 1);
      if (count >= (isTab ? 3 : 2)) continue; // like those that are tried; one tab is open already
      if (found.length + tabs.length >= most) leftOut++;
      else (isTab ? tabs : found).push(keep(element)); // a tab hides what the one before it showed: they come last
    }
    return { found: [...found, ...tabs], refused, leftOut, page: place(document.documentElement) };
  }

  const SILENT = /^(script|style|noscript|template|head|title|option|br|html|body)$/;
  const ownText = (element) => [...element.childNodes].filter((node) => node.nodeType === 3)
    .map((node) => node.data).join(" ").replace(/\s+/g, " ").trim().slice(0, 300);
  const words = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 200);

  const letters = (text) => text.slice(0, 500).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  // What a button is called, its letters and figures alone: an arrow that turns says no state.
  // A label written for it is all that is heard, whatever it shows.
  const label = (element) => (element.hasAttribute("aria-labelledby") ? "" : letters(attribute(element, "aria-label") ?? ""));
  const said = (element) => label(element)
    || letters([element.value, element.textContent, attribute(element, "aria-labelledby"), attribute(element, "title")].join(" "));

  function shown(element) {
    if (!element?.isConnected || !visible(element)) return false;
    const at = rectOf(element);
    return at.width > 1 && at.height > 1 && at.right > 0 && at.bottom + scrollY > 0;
  }

  const FLEETING = /focus|hover|ripple|wave|tap|click/i; // classes that scripts give for a moment
  const LOOKS = ["backgroundColor", "backgroundImage", "color", "borderTopColor", "borderBottomWidth", "boxShadow", "fontWeight", "textDecorationLine"];
  const classes = (element) => (attribute(element, "class") ?? "").split(/\s+/).filter((each) => each && !FLEETING.test(each)).slice(0, 50);

  const OWN = ["aria-pressed", "aria-checked", "aria-selected"];
  const says = (element) => OWN.map((key) => attribute(element, key) ?? "").join(" ");

  // How a button is marked and looks, and the classes of the buttons beside it.
  function marks(trigger) {
    const style = getComputedStyle(trigger);
    const mates = [...(trigger.closest("ul, ol, [role=group]") ?? parent(trigger))?.querySelectorAll?.("button, [role=button]") ?? []]
      .filter((each) => each !== trigger).slice(0, 20);
    return { classes: classes(trigger), look: LOOKS.map((each) => style[each]).join(" "), said: says(trigger), mates: mates.map((each) => [each, classes(each)]) };
  }

  // What is drawn in a button: its words, and the shapes, classes and colours of its pictures.
  const face = (element) => [...element.querySelectorAll("*")].slice(0, 30).map((each) => {
    const style = getComputedStyle(each);
    const drawn = ["d", "src", "href", "xlink:href", "points"].map((key) => (attribute(each, key) ?? "").slice(0, 200));
    const sign = getComputedStyle(each, "::before");
    return [nameOf(each), ...drawn, shown(each), style.fill, style.backgroundImage, sign.content, sign.backgroundImage].join(" ");
  }).join("|");

  const STATED = `${STATES}, [aria-current], [aria-label*=press i], :disabled`;

  // How what it shows and what is heard of it part: "words": those it shows changed and its label, which had them,
  // did not; "picture": another is drawn in it, and its name and state are as before; "" for neither.
  function stale(trigger) {
    const now = faceOf(trigger);
    const was = before.face;
    if (now.label !== was.label || trigger.matches(STATED) || trigger.closest("[aria-sort], [aria-busy=true]")) return "";
    if (now.words !== was.words) {
      return now.label && now.words && was.words && now.label.includes(was.words) && !now.label.includes(now.words) ? "words" : "";
    }
    return now.drawn !== was.drawn && (now.label || now.words) ? "picture" : "";
  }

  const faceOf = (trigger) => ({ label: label(trigger), words: letters(trigger.innerText ?? ""), drawn: face(trigger) });
  const unfaced = (number) => JSON.stringify(faceOf(kept(number))) === JSON.stringify(before.face);

  // "stays": it looks otherwise since it was pressed; "chosen": a button beside it looked so before; "said": either,
  // and it says so; "" for none.
  function worn(trigger) {
    const was = before.marks;
    const now = marks(trigger);
    const given = now.classes.filter((each) => !was.classes.includes(each));
    if (now.look === was.look || !(given.length || now.classes.length < was.classes.length)) return "";
    const left = ([each, had]) => given.some((one) => had.includes(one) && !classes(each).includes(one));
    if (was.said.trim() && was.said === now.said) return was.mates.some(left) ? "chosen" : "stays";
    if (trigger.matches(STATED) || was.mates.some(([each]) => !each.isConnected || each.matches(STATED))) return "said";
    return was.mates.some(left) ? "chosen" : "stays";
  }

  // Once it was pressed again: whether it is marked and looks as it did.
  function unworn(number) {
    const now = marks(kept(number));
    return now.look === before.marks.look && now.classes.join() === before.marks.classes.join();
  }

  let before = null;

  // Read anew only where something changed: that is most of the work.
  let known = null;
  const observer = new MutationObserver(() => { known = null; });
  const watched = new WeakSet();

  function watch(root) {
    if (!root || watched.has(root)) return;
    watched.add(root);
    observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  }

  function texts() {
    if (observer.takeRecords().length) known = null;
    if (!known) version++;
    return (known ??= read());
  }

  // Elements whose own words came to be seen since the button was made ready.
  const came = () => [...texts().keys()].filter((each) => !before.texts.has(each));

  // Another number once anything of the page has changed.
  let version = 0;
  const state = () => texts() && version;

  function read() {
    const found = new Map();
    watch(document);
    for (const element of elements()) {
      if (found.size >= TEXTS) break;
      watch(shadowOf(element));
      if (nameOf(element) === "iframe") watch(element.contentDocument);
      if (SILENT.test(nameOf(element))) continue;
      const text = ownText(element);
      if (text && shown(element)) found.set(element, text);
    }
    return found;
  }

  const liveTexts = () => [...elements()].filter((each) => each.matches(LIVE)).slice(0, 100).map((each) => [each, words(each)]);
  const dialogs = () => new Set([...elements()].filter((each) => each.matches(DIALOG) && shown(each)));
  const backdrops = () => new Set([[0.5, 0.5], [0.02, 0.02], [0.98, 0.98]]
    .flatMap(([x, y]) => document.elementsFromPoint(innerWidth * x, innerHeight * y)).filter(isBackdrop));

  function isBackdrop(element) {
    const at = rectOf(element);
    if (at.width < innerWidth * 0.95 || at.height < innerHeight * 0.95 || at.height > innerHeight * 1.5) return false;
    return getComputedStyle(element).position === "fixed" && visible(element);
  }

  // The focus on it; false where that cannot be, or it is not shown by now.
  function ready(number) {
    const element = kept(number);
    if (!shown(element) || reason(element)) return false;
    element.focus({ preventScroll: false });
    if (active() !== element) return false;
    before = { said: said(element), texts: texts(), live: liveTexts(), dialogs: dialogs(), backdrops: backdrops(), marks: marks(element), face: faceOf(element), expanded: attribute(element, "aria-expanded") };
    return true;
  }

  // Whether the page changes while nothing is pressed; `ready` comes again after it.
  function restless() {
    const now = texts();
    for (const [element, text] of now) if (before.texts.get(element) !== text) return true;
    return false;
  }

  function around(element, test) {
    for (let up = element, left = 100; up && left > 0; up = parent(up), left--) if (test(up)) return up;
    return null;
  }

  function controlled(trigger) {
    const root = trigger.getRootNode();
    const ids = ["aria-controls", "aria-owns", "data-target", "data-bs-target", "popovertarget"]
      .flatMap((key) => (attribute(trigger, key) ?? "").replaceAll("#", "").split(/\s+/)).filter(Boolean).slice(0, 10);
    return ids.map((id) => root.querySelector?.(`#${CSS.escape(id)}`)).filter(Boolean);
  }

  function dialogOf(trigger) {
    for (const each of dialogs()) if (!before.dialogs.has(each) && !each.contains(trigger)) return each;
    for (const each of backdrops()) {
      if (before.backdrops.has(each)) continue;
      const text = [...texts().keys()].find((one) => !before.texts.has(one) && around(one, (up) => getComputedStyle(up).position === "fixed"));
      if (text) return around(text, (up) => getComputedStyle(up).position === "fixed" && (!isBackdrop(up) || up === each)) ?? null;
    }
    return null;
  }

  function isModal(dialog) {
    if (dialog.matches(":modal, [aria-modal=true]") || around(dialog, (up) => up !== dialog && isBackdrop(up))) return true;
    for (const each of backdrops()) if (!before.backdrops.has(each)) return true;
    return false;
  }

  function after(number) {
    const trigger = kept(number);
    const now = active();
    const dialog = dialogOf(trigger);
    const named = controlled(trigger);
    const opens = nameOf(trigger) === "summary" || named.length > 0
      || trigger.matches("[aria-expanded], [aria-haspopup]:not([aria-haspopup=false]), [aria-pressed], [role=tab], [role=switch]");
    const appeared = [];
    for (const [element, text] of texts()) {
      if (before.texts.get(element) === text || appeared.length >= 12) continue;
      if (appeared.some((each) => each.element.contains(element))) continue;
      const inside = trigger.contains(element) ? "button"
        : dialog?.contains(element) ? "dialog"
        : named.some((each) => each.contains(element)) || (opens && trigger.parentElement?.contains(element)) ? "controlled"
        : around(element, (up) => up.matches(NAMES)) || element.querySelector("input, select, textarea, button") ? "label" : "";
      appeared.push({ element, place: place(element), text: words(element), was: before.texts.get(element) ?? "", live: !!around(element, (up) => up.matches(LIVE)), within: inside });
    }
    const seen = texts();
    // It says "closed" still, whatever it opened.
    const isStuck = before.expanded === "false" && attribute(trigger, "aria-expanded") === "false";
    const adds = appeared.some((each) => each.within !== "button")
      && [...before.texts].every(([each, text]) => trigger.contains(each) || seen.get(each) === text);
    return {
      moved: now !== trigger,
      adds: adds && (!trigger.matches(STATES) || isStuck),
      worn: shown(trigger) ? worn(trigger) : "",
      renamed: said(trigger) !== before.said,
      stale: shown(trigger) ? stale(trigger) : "",
      opens,
      appeared: appeared.map(({ element, ...told }) => told),
      shownLive: before.live.some(([each, text]) => !each.isConnected || words(each) !== text)
        || liveTexts().some(([each, text]) => text && !before.live.some(([old]) => old === each)),
      dialog: dialog && { number: keep(dialog), place: place(dialog), modal: isModal(dialog), says: dialog.matches("[aria-modal=true]") },
    };
  }

  // Once it was pressed again: whether the page shows what it did before.
  const undone = () => !restless();

  function focusIn(dialogNumber) {
    const now = active();
    const dialog = kept(dialogNumber);
    const is = { inside: !!now && dialog.contains(now), at: null, covered: false };
    return now && shown(dialog) ? { ...is, at: place(now), covered: !is.inside && covered(now, dialog) } : is;
  }

  // No pointer can reach it: the dialog or its backdrop lies over its middle.
  function covered(element, dialog) {
    if (element.ownerDocument !== document || !shown(element)) return false;
    const at = rectOf(element);
    const over = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
    return !!over && !around(element, (up) => up === over) && !element.contains(over)
      && (dialog.contains(over) || !!around(over, isBackdrop));
  }

  // What Tab goes to, in the order of the page.
  const order = () => [...elements()].filter((each) => each.tabIndex >= 0 && !each.matches(":disabled, iframe") && visible(each)).slice(0, 1000);

  // The focus is nowhere: on neither the button nor anything else.
  const nowhere = () => active() === null;

  // Where Tab went from nowhere, if that is the beginning of the page and the button stands far from there.
  function strayed(number) {
    const now = active();
    const all = order();
    const was = all.indexOf(kept(number));
    return was > 1 && was < all.length - 2 && now === all[0] ? place(now) : null;
  }

  const closed = (number) => !shown(kept(number));
  const focused = (number) => kept(number).contains(active());
  // A script may have drawn the button anew.
  function returned(number) {
    const trigger = kept(number);
    const now = active();
    return now === trigger || (!!now && !trigger.isConnected && nameOf(now) === nameOf(trigger) && said(now) === before.said);
  }

  const CLOSES = /^(close|dismiss|back|ok|done|hide|no thanks|cau|x|×|✕|✖|⨯)\b|^[×✕✖⨯]$|\bclose\b/i;

  // The focus on what closes it, null where there is nothing that a key reaches.
  function closer(dialogNumber) {
    const dialog = kept(dialogNumber);
    for (const each of [...dialog.querySelectorAll("button, [role=button], [data-dismiss], [data-bs-dismiss]")].slice(0, 50)) {
      if (!CLOSES.test(named(each)) || each.matches("a[href], [type=submit]:is(form:not([method=dialog]) *)") || !shown(each)) continue;
      each.focus();
      if (active() === each) return true;
    }
    return false;
  }

  const about = (number) => ({ trigger: place(kept(number)), name: named(kept(number)) });
  const press = (number) => (kept(number).matches("[role=switch], input") ? "Space" : "Enter");
  const isOpen = (number) => attribute(kept(number), "aria-expanded") === "true" || !!kept(number).closest("details[open]");
  const refocus = (number) => { kept(number)?.focus({ preventScroll: true }); return active() === kept(number); };

  return { shown, state, came, buttons, ready, restless, after, undone, unworn, unfaced, focusIn, nowhere, strayed, closed, focused, returned, closer, about, press, isOpen, refocus };
})()
