// What forms say of themselves as the page stands, in one pass over their fields. Also what `validation.js` reads.
(() => {
  const { own, elements, parent, place, visible, named, nameOf, attribute, rectOf, keep } = auditor.driven;
  const MOST = 100;
  const MOST_NEAR = 6;
  const MOST_FORMS = 20;
  const FIELD = "input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=image]), select, textarea";
  const CONTROL = `${FIELD}, button, [role=textbox], [role=combobox], [contenteditable=true]`;
  const SEARCH = "[role=search], search, [role=search] *, search *";
  const SEARCH_FIELD = "[type=search], [role=searchbox], [name=q], [name=s], [name=query], [name=search]";
  const LIVE = "[role=alert], [role=status], [role=log], output, [aria-live=polite], [aria-live=assertive]";
  const SKIPPED = /^(script|style|noscript|template|br|hr|svg|img|h1|h2|nav|table|ul|ol|fieldset|form|legend|button|select|iframe|a|details|summary|dialog)$/;
  const WIDE = /^(form|fieldset|body|main|article|section|html|tbody|table|dialog|header|footer|aside|nav)$/; // is about more than a field
  const ERROR = /(^|[^a-z])(error|errors|err|invalid|wrong|danger|has-error|is-invalid|fault|mistake)(?![a-z])|error/i;
  const HINT = /(^|[^a-z])(hint|help|helper|help-?text|form-?text|field-?description|instructions?)(?![a-z])/i;
  const textOf = own(Node, "textContent");
  const parentOf = own(Node, "parentNode");
  const childNodesOf = own(Node, "childNodes");
  const elementsOf = own(HTMLFormElement, "elements");
  const formOf = { input: own(HTMLInputElement, "form"), select: own(HTMLSelectElement, "form"), textarea: own(HTMLTextAreaElement, "form") };

  const squeeze = (text, most = 300) => String(text ?? "").slice(0, most * 4).replace(/\s+/g, " ").trim().slice(0, most);
  const spelt = (element) => `${attribute(element, "class") ?? ""} ${attribute(element, "id") ?? ""}`.slice(0, 300).replace(/([a-z])([A-Z])/g, "$1-$2");
  const form = (field) => formOf[nameOf(field)]?.(field) ?? null;
  function drawn(element) {
    const at = rectOf(element);
    return at.width > 1 && at.height > 1 && at.right + scrollX > 0 && at.bottom + scrollY > 0 && visible(element);
  }

  // Radio buttons and boxes are often drawn by their label: then it is the label that is seen.
  const shown = (field) => drawn(field) || (/^(radio|checkbox)$/.test(field.type) && [...(field.labels ?? [])].some(drawn));

  function seenText(element) {
    let text = "";
    const walk = (node, depth) => {
      if (text.length > 1200 || depth > 12) return;
      for (const child of childNodesOf(node)) {
        if (child.nodeType === 3) text += `${child.data.slice(0, 400)} `;
        else if (child.nodeType === 1 && !/^(script|style|select|textarea)$/.test(nameOf(child)) && drawn(child)) walk(child, depth + 1);
        else if (child.nodeType === 1 && nameOf(child) === "img") text += `${attribute(child, "alt") ?? ""} `;
      }
    };
    walk(element, 0);
    return squeeze(text);
  }

  const refs = (element, key) => {
    const root = element.getRootNode();
    return (attribute(element, key) ?? "").slice(0, 1000).split(/\s+/).filter(Boolean).slice(0, 10)
      .map((id) => root.querySelector?.(`#${CSS.escape(id)}`)).filter(Boolean);
  };
  const referred = (field) => ["aria-describedby", "aria-errormessage", "aria-labelledby", "aria-details"].flatMap((key) => refs(field, key));

  function groups(field) {
    const names = [];
    const tied = [];
    const within = [];
    let at = parent(field);
    for (let left = 30; at && left > 0; at = parent(at), left--) {
      if (nameOf(at) === "fieldset") {
        const legend = [...at.children].find((each) => nameOf(each) === "legend");
        if (legend) { names.push(seenText(legend)); tied.push(legend); }
      } else if (!/^(group|radiogroup)$/.test(attribute(at, "role") ?? "")) continue;
      within.push(at);
      const labelled = refs(at, "aria-labelledby");
      names.push(attribute(at, "aria-label") ?? "", ...labelled.map(seenText));
      tied.push(...labelled, ...refs(at, "aria-describedby"), ...refs(at, "aria-errormessage"));
    }
    return { text: squeeze(names.join(" ")), tied, within };
  }

  // What the groups around a field say of an error in one of their fields.
  function errorOfGroup({ within }) {
    const told = within.flatMap((group) => [
      ...["aria-describedby", "aria-errormessage"].flatMap((key) => refs(group, key)),
      ...[...group.querySelectorAll("[class*=error i], [class*=invalid i], [id*=error i], [role=alert]")].slice(0, 30),
    ]);
    const isWords = (each) => cueOf(each) === "error" && visible(each) && !each.matches(CONTROL) && !each.querySelector(CONTROL);
    return squeeze([...new Set(told)].filter(isWords).map(textOf).join(" "));
  }

  const sameGroup = (one, other) => one === other || (one.type === "radio" && other.type === "radio" && one.name && one.name === other.name)
    || (one.type === "checkbox" && other.type === "checkbox" && one.name && one.name === other.name);

  // The children of what is around a field alone, that do not hold it: [node, whether the field comes first].
  function pieces(field) {
    const found = [];
    let at = field;
    for (let left = 5; left > 0; left--) {
      const up = parentOf(at);
      if (!up || up.nodeType !== 1 || (at !== field && WIDE.test(nameOf(up)))) break;
      const foreign = (node) => node.nodeType === 1 && [node, ...(node.querySelectorAll?.(CONTROL) ?? [])]
        .some((each) => each.matches(CONTROL) && !each.matches("button") && !sameGroup(field, each));
      const nodes = [...childNodesOf(up)].slice(0, 200);
      const here = nodes.indexOf(at);
      const shared = WIDE.test(nameOf(up)) || nodes.some((node) => node !== at && foreign(node));
      if (shared && at !== field) break; // what stands there may be about any of them
      const stop = (node) => foreign(node) || (shared && node.nodeType === 1 && /^(label|button|fieldset|p|div|h[1-6]|hr)$/.test(nameOf(node)) && !ERROR.test(spelt(node)) && !HINT.test(spelt(node)));
      const isLabel = (node) => node.nodeType === 1 && nameOf(node) === "label";
      for (let after = here + 1, count = 0; after < nodes.length && count < 8; after++, count++) {
        if (stop(nodes[after])) break;
        found.push([nodes[after], true]);
      }
      for (let before = here - 1, count = 0; before >= 0 && count < 8; before--, count++) {
        if (shared && isLabel(nodes[before])) break;
        if (stop(nodes[before]) || (shared && nodes[before].nodeType === 1 && nameOf(nodes[before]) === "br")) break;
        found.push([nodes[before], false]);
      }
      if (shared) break;
      at = up;
    }
    return { found, around: at };
  }

  function cueOf(element) {
    for (const each of [element, ...[...element.querySelectorAll("*")].slice(0, 10)]) {
      if (ERROR.test(spelt(each)) || attribute(each, "role") === "alert") return "error";
    }
    const only = element.children.length === 1 && textOf(element).trim() === textOf(element.firstElementChild).trim();
    if (only && element.firstElementChild.matches("a, button, details")) return ""; // help elsewhere
    return HINT.test(spelt(element)) || (only && HINT.test(spelt(element.firstElementChild))) ? "hint" : "";
  }

  const heard = (element) => !element.closest("[aria-hidden=true]");

  function nearOf(element, text, after, tied) {
    return {
      place: place(element), text, after, cue: cueOf(element), heard: heard(element),
      live: !!element.closest(LIVE) || !!element.querySelector(LIVE),
      tied: tied.some((each) => each === element || each.contains(element) || element.contains(each)),
    };
  }

  function near(field, found, tied) {
    const told = [];
    for (const [node, after] of found) {
      if (told.length >= MOST_NEAR) break;
      if (node.nodeType === 3) {
        const text = squeeze(node.data);
        if (text.length > 1 && parentOf(node) !== null) told.push({ ...nearOf(parentOf(node), text, after, tied), cue: "", tied: !!parentOf(node).closest("label, legend") });
        continue;
      }
      if (node.nodeType !== 1 || SKIPPED.test(nameOf(node)) || !drawn(node)) continue;
      if (nameOf(node) === "label" && [...(field.labels ?? [])].includes(node)) continue;
      const text = seenText(node);
      if (text) told.push(nearOf(node, text, after, tied));
    }
    return told;
  }

  function reddish(text) {
    const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?/.exec(text);
    if (!parts || (parts[4] !== undefined && Number(parts[4]) < 0.3)) return false;
    const [red, green, blue] = parts.slice(1, 4).map(Number);
    return red > 130 && red - Math.max(green, blue) > 60;
  }
  const isRed = (style) => (parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none" && reddish(style.borderTopColor))
    || (parseFloat(style.borderBottomWidth) > 0 && style.borderBottomStyle !== "none" && reddish(style.borderBottomColor))
    || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && reddish(style.outlineColor))
    || /^rgb\((\d+), (\d+), \2\)/.test(style.backgroundColor) && reddish(style.backgroundColor);

  // A sign that the style sheet puts beside the label of a field.
  const starred = (labels) => labels.some((label) => [label, ...[...label.querySelectorAll("*")].slice(0, 5)].some(isMarked));

  function isMarked(element) {
    const called = /requir|mandat|oblig/i.test(spelt(element));
    return ["::before", "::after"].map((part) => getComputedStyle(element, part).content)
      .some((content) => /[*•]|requir|oblig|gorfod/i.test(content) || (called && !/^(none|normal|"\s*")$/.test(content)))
      || (called && getComputedStyle(element).backgroundImage !== "none");
  }

  function gapOf(field, labels) {
    const seen = labels.filter(drawn);
    if (!seen.length) return null;
    const at = rectOf(field);
    return Math.min(...seen.map((label) => {
      if (label.contains(field)) return 0;
      const range = document.createRange();
      range.selectNodeContents(label);
      const to = range.getBoundingClientRect();
      return Math.hypot(Math.max(0, to.left - at.right, at.left - to.right), Math.max(0, to.top - at.bottom, at.top - to.bottom));
    }));
  }

  const SECRET = /pass|pwd|code|otp|pin\b|token|memorable|cyfrinair|cod\b/i;
  function noPaste(field, label) {
    if (nameOf(field) !== "input" || !/^(text|password|tel|number|email|)$/.test(attribute(field, "type") ?? "")) return false;
    if (field.type !== "password" && !SECRET.test(`${label} ${attribute(field, "name") ?? ""} ${attribute(field, "id") ?? ""} ${attribute(field, "autocomplete") ?? ""}`.slice(0, 500))) return false;
    // A paste that carries nothing: the page's handlers hear of it, and no browser acts on it.
    return !field.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, composed: true, clipboardData: new DataTransfer() }));
  }

  const OPENS = "[role=combobox], [list], [aria-expanded], [aria-controls], [aria-owns], [aria-activedescendant], [aria-haspopup], [aria-autocomplete]";
  const REACHED = "[role], a[href], button, input, select, textarea, [tabindex], summary";
  // What is offered right below a field once something was typed: short texts of one kind, two or more.
  function choicesOf(field, found, tied) {
    if (nameOf(field) !== "input" || !/^(text|search|tel|email|url|number)$/.test(field.type) || !field.value || field.value === field.defaultValue) return null;
    for (const [node, after] of found) {
      if (!after || node.nodeType !== 1 || !drawn(node) || tied.some((each) => each.contains(node)) || cueOf(node)) continue;
      let list = node;
      while (list.childElementCount === 1) list = list.firstElementChild;
      const items = [...list.children].slice(0, 50).filter(drawn);
      const texts = items.map(seenText);
      if (items.length < 2 || items.some((each) => nameOf(each) !== nameOf(items[0]))) continue;
      if (texts.some((text) => !text || text.length > 60 || /[.:!?]$/.test(text))) continue;
      return {
        texts: texts.slice(0, 5),
        exposed: field.matches(OPENS) || list.matches(REACHED) || list.querySelector(REACHED) !== null || list.closest(LIVE) !== null,
        pressable: items.every((each) => getComputedStyle(each).cursor === "pointer"),
      };
    }
    return null;
  }

  const isHeaded = (field) => {
    const table = field.closest("td")?.closest("table");
    return !!table && !!table.querySelector("th, thead td, [role=columnheader]");
  };

  const placeholderOption = (field) => nameOf(field) === "select" && field.options.length > 0
    && (field.options[0].value === "" || field.options[0].disabled || /^(-|choose|select|please|dewis)/i.test(field.options[0].label.trim()));

  // As a screen reader calls it; what it holds is no name.
  const called = (field, label) => (label || ["aria-label", "aria-labelledby", "title", "placeholder"].some((key) => attribute(field, key)) || field.labels?.length ? named(field) : "");

  function fieldOf(field, number) {
    const labels = [...(field.labels ?? []), ...refs(field, "aria-labelledby")];
    const around = groups(field);
    const { found, around: wrapper } = pieces(field);
    const label = squeeze(labels.filter(drawn).map(seenText).join(" "));
    const style = getComputedStyle(field);
    const required = field.required || attribute(field, "aria-required") === "true";
    const invalid = !/^(|false)$/.test((attribute(field, "aria-invalid") ?? "").trim().toLowerCase());
    const red = isRed(style);
    return {
      place: place(field), kind: nameOf(field) === "input" ? field.type : nameOf(field), form: number,
      name: called(field, label), label, group: around.text,
      described: squeeze([...refs(field, "aria-describedby"), ...refs(field, "aria-errormessage")].filter((each) => visible(each)).map(textOf).join(" "), 600),
      placeholder: squeeze(attribute(field, "placeholder")), title: squeeze(attribute(field, "title")),
      value: /^(radio|checkbox)$/.test(field.type) ? field.checked : !!field.value,
      options: placeholderOption(field),
      required, requiredShown: required && starred([...(field.labels ?? [])]),
      invalid, red, groupError: invalid || red ? errorOfGroup(around) : "", cue: ERROR.test((attribute(field, "class") ?? "").slice(0, 300)) || (wrapper !== field && ERROR.test((attribute(wrapper, "class") ?? "").slice(0, 300))),
      pattern: squeeze(attribute(field, "pattern"), 200), autocomplete: attribute(field, "autocomplete")?.slice(0, 200) ?? null,
      headed: isHeaded(field), near: near(field, found, [...referred(field), ...around.tied]),
      choices: choicesOf(field, found, [...referred(field), ...around.tied]), noPaste: noPaste(field, label), gap: gapOf(field, [...(field.labels ?? [])]),
    };
  }

  // Errors that stand at the head of a form or right before it.
  function errorsOf(element, fields) {
    const told = [];
    const before = [];
    for (let at = element, left = 2; at && left > 0 && !/^(body|main|html)$/.test(nameOf(at)); at = parent(at), left--) {
      for (let one = at.previousElementSibling, some = 2; one && some > 0; one = one.previousElementSibling, some--) before.push(one);
    }
    for (const root of [...before, element]) {
      for (const each of [root, ...[...root.querySelectorAll("[class*=error i], [class*=wrong i], [class*=invalid i], [class*=danger i], [id*=error i], [role=alert]")].slice(0, 50)]) {
        if (told.length >= MOST_NEAR) return told;
        if (each === element || cueOf(each) !== "error" || each.matches(CONTROL) || each.querySelector(CONTROL) || !drawn(each) || each.closest("label")) continue;
        if (told.some(({ element: known }) => known.contains(each))) continue;
        const text = seenText(each);
        if (text) told.push({ element: each, ...nearOf(each, text, false, fields.flatMap(referred)) });
      }
    }
    return told;
  }

  const wanted = (element) => element.matches(FIELD) && !element.matches(":disabled, [readonly], [aria-disabled=true]")
    && !element.closest("[aria-hidden=true], [inert]") && shown(element);

  const isSearch = (element, fields) => element.matches(SEARCH) || (fields.length === 1 && fields[0].matches(SEARCH_FIELD))
    || /search|chwilio/i.test(attribute(element, "action")?.slice(0, 300) ?? "") && fields.length === 1;

  const senders = (element) => [...elementsOf(element)].filter((each) => each.matches("button:not([type=button], [type=reset]), [type=submit], [type=image]")).slice(0, 5);

  function formsAndFields() {
    const fields = [];
    let leftOut = 0;
    for (const element of elements()) {
      if (!wanted(element)) continue;
      if (fields.length < MOST) fields.push(element);
      else leftOut++;
    }
    const forms = [...new Set(fields.map(form).filter(Boolean))].slice(0, MOST_FORMS);
    return { fields, forms, leftOut };
  }

  // The labels of a summary of answers: what has something beside it.
  const answers = () => [...document.querySelectorAll("main dt, form dt, dl dt, main tr > th:first-child")].slice(0, 50)
    .filter((each) => /^(dd|td)$/.test(nameOf(each.nextElementSibling ?? each)) && drawn(each) && /[^\s–—-]/.test(textOf(each.nextElementSibling)))
    .map(seenText).filter(Boolean);

  // All its words: textContent would join the last of a block with the first of the next.
  function allWords(element, most) {
    let text = "";
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && text.length < most; node = walker.nextNode()) text += `${node.data} `;
    return text;
  }

  function read() {
    const { fields, forms, leftOut } = formsAndFields();
    const number = new Map(forms.map((each, at) => [each, at]));
    const of = (each) => fields.filter((field) => form(field) === each);
    return {
      page: place(document.documentElement),
      forms: forms.map((each) => ({
        place: place(each),
        text: squeeze(`${allWords(each.previousElementSibling ?? each, 1000).slice(0, 1000)} ${allWords(each, 8000)}`, 5000),
        search: isSearch(each, of(each)),
        buttons: senders(each).map(named),
        errors: errorsOf(each, of(each)).map(({ element, ...told }) => told),
      })),
      fields: fields.map((each) => fieldOf(each, number.get(form(each)) ?? -1)),
      answers: fields.length ? answers() : [],
      leftOut,
    };
  }

  const count = () => formsAndFields().fields.length;

  return { read, count, formsAndFields, form, pieces, near, groups, referred, seenText, drawn, isRed, isSearch, senders, squeeze, cueOf, nearOf, LIVE, keep };
})()
