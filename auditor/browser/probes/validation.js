// Forms with wrong entries: what the page says of them. Nothing is sent, no button is pressed: docs/decisions/0034.
(() => {
  const { own, elements, active, place, named, nameOf, attribute, keep, kept } = auditor.driven;
  const { formsAndFields, form: formOf, pieces, referred, seenText, drawn, isRed, isSearch, senders, squeeze, LIVE } = auditor.forms;
  const MOST_FIELDS = 20;
  const MOST_TOLD = 20;
  const TEXTS = 6000;
  const KEPT = /\b(delete|erase|remove|clear|reset|sign ?(out|off)|log ?(out|off)|unsubscribe|deactivate|accept|agree|consent|allow|reject|decline|dileu|tynnu|allgofnodi|derbyn|cytuno|caniat[aáâ]u|gwrthod)\b/i;
  const SHAPED = /mail|phone|\btel|mobile|post ?code|zip|date|e-?bost|ff[oô]n|cod ?post|dyddiad/i;
  const TYPED = /^(text|email|tel|url|)$/;
  const SILENT = /^(script|style|noscript|template|head|title|option|select|textarea|br|html|body)$/;
  const noValidate = own(HTMLFormElement, "noValidate");
  const values = { input: own(HTMLInputElement, "value"), textarea: own(HTMLTextAreaElement, "value") };
  const setters = {
    input: Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set,
    textarea: Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set,
  };
  const checkValidity = (form) => HTMLFormElement.prototype.checkValidity.call(form);

  let state = null; // of the form that is tried

  function forms(most) {
    const { fields, forms: all } = formsAndFields();
    const found = [];
    const refused = [];
    let leftOut = 0;
    for (const each of all) {
      const inside = fields.filter((field) => formOf(field) === each);
      // What goes into another frame could not be told from what that asks for itself.
      if (isSearch(each, inside) || each.ownerDocument !== document || !/^(|_self|_blank)$/i.test(attribute(each, "target") ?? "")) continue;
      if (KEPT.test(senders(each).map((button) => `${named(button)} ${button.textContent.slice(0, 100)}`).join(" "))) refused.push(place(each));
      else if (found.length >= most) leftOut++;
      else found.push({ number: keep(each), place: place(each) });
    }
    return { found, refused: refused.slice(0, 20), leftOut, page: place(document.documentElement) };
  }

  const ownText = (element) => [...element.childNodes].filter((node) => node.nodeType === 3)
    .map((node) => node.data).join(" ").replace(/\s+/g, " ").trim().slice(0, 300);

  function texts() {
    const found = new Map();
    for (const element of elements()) {
      if (found.size >= TEXTS) break;
      if (SILENT.test(nameOf(element))) continue;
      const text = ownText(element);
      if (text && drawn(element)) found.set(element, text);
    }
    return found;
  }

  const liveTexts = () => new Map([...document.querySelectorAll(LIVE)].slice(0, 100).map((each) => [each, squeeze(each.textContent)]));
  const isInvalid = (field) => !/^(|false)$/.test((attribute(field, "aria-invalid") ?? "").trim());
  const mark = (field) => ({ invalid: isInvalid(field), red: isRed(getComputedStyle(field)) });

  const hint = (field) => squeeze([named(field), ...[...(field.labels ?? [])].map(seenText), ...referred(field).map(seenText), attribute(field, "placeholder") ?? "",
    attribute(field, "title") ?? "", ...pieces(field).found.map(([node]) => node.textContent ?? "")].join(" "), 600);

  // Something that a text field of a known kind cannot take; what is empty otherwise stays so.
  function wrongFor(field) {
    if (nameOf(field) !== "input" || !TYPED.test(attribute(field, "type")?.toLowerCase() ?? "")) return "";
    const type = field.type;
    const words = `${named(field)} ${attribute(field, "name") ?? ""} ${attribute(field, "id") ?? ""}`.slice(0, 300);
    return type !== "text" || attribute(field, "pattern") || SHAPED.test(words) ? "?" : "";
  }

  function set(field, value) {
    setters[nameOf(field)].call(field, value);
    field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Every empty field is entered and left, as a person does who has nothing right to say.
  function fill(number) {
    const form = kept(number);
    if (!form?.isConnected) return false;
    const fields = formsAndFields().fields.filter((each) => formOf(each) === form).slice(0, MOST_FIELDS);
    state = {
      form, fields, before: texts(), marks: fields.map(mark), hints: fields.map(hint), entered: new Map(), was: new Map(), invalid: new Map(),
    };
    for (const field of fields) {
      field.focus({ preventScroll: true });
      if (active() !== field) continue;
      if (values[nameOf(field)] && !/^(checkbox|radio|file|range|color)$/.test(field.type) && values[nameOf(field)](field) === "") {
        const wrong = wrongFor(field);
        if (wrong) {
          state.was.set(field, "");
          set(field, wrong);
          if (values[nameOf(field)](field) === wrong) state.entered.set(field, wrong);
        }
      }
      field.blur();
    }
    return true;
  }

  // The browser's own check first, as the browser would; where it is content, or not asked, the page's.
  function submit() {
    const { form, invalid } = state;
    const button = senders(form).find(drawn) ?? null;
    button?.focus({ preventScroll: true });
    state.atEnd = texts();
    state.liveAtEnd = liveTexts();
    state.focus = active();
    const note = (event) => invalid.set(event.target, event);
    form.addEventListener("invalid", note, true);
    const checked = !noValidate(form) && !button?.formNoValidate;
    const content = !checked || checkValidity(form);
    form.removeEventListener("invalid", note, true);
    if (content) {
      const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: button });
      state.stopped = !form.dispatchEvent(event);
    } else state.stopped = true;
  }

  function owners(element) {
    return state.fields.flatMap((field, at) => {
      const { found, around } = pieces(field);
      const tied = [...referred(field), ...(field.labels ?? [])].some((each) => each === element || each.contains(element) || element.contains(each));
      const near = around !== field && around.contains(element);
      return tied || near || found.some(([node]) => node === element || (node.nodeType === 1 && node.contains(element))) ? [at] : [];
    });
  }

  function seen() {
    const told = [];
    for (const [element, text] of texts()) {
      if (state.before.get(element) === text || told.length >= MOST_TOLD || told.some((each) => each.element.contains(element))) continue;
      if (element.closest("button, [role=option], [role=listbox]")) continue;
      told.push({
        element, place: place(element), text: seenText(element), atEnd: state.atEnd.get(element) !== text,
        live: !!element.closest(LIVE), heard: !element.closest("[aria-hidden=true]"), fields: owners(element),
      });
    }
    const now = active();
    const fields = state.fields.map((field, at) => {
      const marked = mark(field);
      const event = state.invalid.get(field);
      return {
        place: place(field), kind: nameOf(field) === "input" ? field.type : nameOf(field), name: named(field), hint: state.hints[at], entered: state.entered.has(field),
        invalid: marked.invalid && !state.marks[at].invalid, red: marked.red && !state.marks[at].red,
        browser: event && !event.defaultPrevented ? squeeze(field.validationMessage) || "wrong" : "",
      };
    });
    return {
      place: place(state.form), fields, told: told.map(({ element, ...rest }) => rest), stopped: state.stopped,
      moved: !!now && now !== state.focus,
      live: [...liveTexts()].some(([each, text]) => text && state.liveAtEnd.get(each) !== text),
    };
  }

  // As it was, as far as the page lets it: a reset takes most messages away.
  function back() {
    const { form, fields, was } = state;
    const others = fields.map((field) => [field, values[nameOf(field)]?.(field), field.checked, field.selectedIndex]);
    HTMLFormElement.prototype.reset.call(form);
    for (const [field, value, checked, selected] of others) {
      if (/^(checkbox|radio)$/.test(field.type)) field.checked = checked;
      else if (nameOf(field) === "select") field.selectedIndex = selected;
      else if (field.type !== "file") setters[nameOf(field)].call(field, was.has(field) ? was.get(field) : value);
      if (state.marks[fields.indexOf(field)].invalid === false && isInvalid(field)) field.removeAttribute("aria-invalid");
    }
    active()?.blur();
    state = null;
  }

  return { forms, fill, submit, seen, back };
})()
