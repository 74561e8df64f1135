// Controls of different looks, and how each looks in the state that it is put in.
(() => {
  const { elements, parent, place, nameOf, attribute, resolve } = auditor.driven;
  const { add, likeness, plainly, boxes, inReach, shown, said } = auditor.text_pixels;
  const CONTROLS = "a[href], button, summary, input, textarea, [role=button], [role=link], [role=tab], [role=menuitem]";
  const PRESSED = /^(submit|button|reset)$/;
  const OFF = ":disabled, [aria-disabled=true i], [inert]";
  let chosen = []; // { control, text, rest }

  // The element that holds the words: the control itself or the first in it that has some.
  function worded(control) {
    if (nameOf(control) === "input") return control;
    for (const each of [control, ...[...control.querySelectorAll("*")].slice(0, 50)]) {
      if (shown(each) && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) return each;
    }
    return null;
  }

  const isEmpty = (field) => attribute(field, "placeholder")?.trim() && !field.value;

  // All that bears on the contrast of its text, as far as styles tell.
  function state({ control, text }) {
    const seen = [];
    for (let at = text; at; at = at === control ? null : parent(at)) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(at);
      seen.push(backgroundColor, backgroundImage, opacity, filter);
    }
    const { webkitTextFillColor, textShadow } = getComputedStyle(text);
    const rects = shown(text) ? boxes(text, false).map(({ left, right, top, bottom }) => [right - left, bottom - top].map(Math.round)) : [];
    return JSON.stringify([webkitTextFillColor, textShadow, seen, rects.slice(0, 1), rects.length > 0 && inReach(boxes(text, false))]);
  }

  function choose(most) {
    const known = new Set();
    chosen = [];
    const placeholders = [];
    let leftOut = 0;
    for (const control of elements()) {
      try {
        if (control.ownerDocument !== document || !control.matches(CONTROLS) || control.closest(OFF)) continue;
        const isField = /^(input|textarea)$/.test(nameOf(control)) && !PRESSED.test(control.type);
        if (isField ? !isEmpty(control) || !shown(control) : !control.checkVisibility()) continue;
        const text = isField ? control : worded(control);
        if (!text) continue;
        const style = getComputedStyle(text);
        const around = parent(control);
        const look = JSON.stringify([
          nameOf(control), attribute(control, "class"), isField, style.color, style.fontSize,
          getComputedStyle(control).backgroundColor, around && attribute(around, "class"),
          around && getComputedStyle(around).backgroundColor,
        ]);
        if (known.has(look)) continue;
        known.add(look);
        if (chosen.length + placeholders.length >= most) {
          leftOut++;
          continue;
        }
        const told = { number: add(text, isField ? "::placeholder" : undefined), place: place(control), text: isField ? attribute(control, "placeholder").slice(0, 80) : said(text) };
        if (isField) placeholders.push(told);
        else chosen.push({ control, text, told });
      } catch {
        continue; // it is not what it says
      }
    }
    rest();
    return { placeholders, controls: chosen.map(({ told }) => told), leftOut };
  }

  // What changes by itself is at its end.
  function still() {
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
  }

  function rest() {
    still();
    for (const each of chosen) each.rest = state(each);
  }

  // `plain`: its colours by the styles, where axe could decide at rest by those.
  function told(some) {
    const doubtful = new Set(auditor.undecided("color-contrast").map(({ target }) => resolve(target)));
    return some.map(({ told, text }) => ({ ...told, plain: doubtful.has(text) ? null : plainly(text) }));
  }

  // Those that look otherwise than at rest: of those that come to look the same, the first.
  function changed() {
    still();
    const known = new Set();
    return told(chosen.filter((each) => {
      if (state(each) === each.rest) return false;
      const like = likeness(each.text);
      return like === "" || (!known.has(like) && known.add(like));
    }));
  }

  // Which of these are to be seen at rest.
  function atRest(numbers) {
    still();
    const isSeen = ({ text }) => shown(text) && inReach(boxes(text, false));
    return told(chosen.filter((each) => numbers.includes(each.told.number) && isSeen(each)));
  }

  return { choose, changed, atRest, controls: () => chosen.map(({ control }) => control) };
})()
