// What is seen of the page between one key and the next.
(() => {
  const { elements, active, place, visible, named, nameOf } = auditor.driven;
  const SETTING = /shortcut|hot ?key|keyboard (setting|control|command|navigation)|llwybrau? byr|bysellau|bysellfwrdd/i;

  function about() {
    const keys = [];
    let setting = "";
    for (const element of elements()) {
      const name = nameOf(element);
      if (name === "kbd" && keys.length < 20) {
        const text = element.textContent.trim();
        if ([...text].length === 1 && visible(element)) keys.push({ key: text, place: place(element) });
      } else if (!setting && (/^(button|a|label|summary)$/.test(name) || element.matches("[role=button], [role=switch]"))) {
        const said = named(element);
        if (SETTING.test(said) && visible(element)) setting = said;
      }
    }
    return { keys, setting, page: place(document.documentElement) };
  }

  function hash(text) {
    let sum = 0;
    for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
    return `${text.length} ${sum}`;
  }

  function state() {
    const now = active();
    const shown = (document.body?.innerText ?? "").slice(0, 200000);
    return { focus: now ? place(now) : null, scroll: scrollY, text: hash(shown), hash: location.hash };
  }

  return { about, state };
})()
