// What is seen of the page between one key and the next.
(() => {
  const { elements, active, place, visible, named, nameOf } = auditor.driven;
  const SETTING = /\bsettings?\b|preferences|gosodiadau|shortcut|hot ?key|keyboard (control|command|navigation)|\bremap|\b(ctrl|alt|modifier)\b|\b(off|disable|enable)\b[^.]{0,60}\bkeys?\b|\bkeys?\b[^.]{0,60}\b(off|disable|enable)\b|llwybrau? byr|bysellau|bysellfwrdd/i;

  function about() {
    const keys = [];
    let setting = "";
    for (const element of elements()) {
      const name = nameOf(element);
      if (name === "kbd" && keys.length < 20) {
        const text = element.textContent.trim();
        if ([...text].length === 1 && visible(element)) keys.push({ key: text, place: place(element) });
      } else if (!setting && (/^(button|a|input|select|summary)$/.test(name) || element.matches("[role=button], [role=switch]"))) {
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

  // The text is read anew only where something changed: that is most of the work.
  let text = null;
  const observer = new MutationObserver(() => { text = null; });

  function state() {
    if (observer.takeRecords().length) text = null;
    text ??= hash(`${(document.body?.innerText ?? "").slice(0, 200000)} ${document.getElementsByTagName("*").length}`);
    const now = active();
    return { focus: now ? place(now) : null, scroll: scrollY, text, hash: location.hash };
  }

  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  return { about, state };
})()
