// What ARIA says that axe could not decide.
(() => {
  const { elements, active, parent, place, keep, kept, named, visible, nameOf, attribute, undecided } = auditor.driven;
  const MOST = 50;
  const NAMING = ["aria-label", "aria-labelledby"];
  const BRAILLE = ["aria-braillelabel", "aria-brailleroledescription", "aria-roledescription"];
  // WAI-ARIA 1.2, 5.2.8.6: roles whose name is prohibited; HTML-AAM: elements that have such a role.
  const NAMELESS = /^(caption|code|definition|deletion|emphasis|generic|insertion|mark|none|paragraph|presentation|strong|subscript|suggestion|superscript|term|time)$/;
  const NAMELESS_TAGS = /^(b|bdi|bdo|code|data|del|div|em|i|ins|mark|p|pre|q|s|samp|small|span|strong|sub|sup|time|u)$/;

  const squeeze = (text) => text.replace(/\s+/g, " ").trim();

  function facts(element, at) {
    const root = element.getRootNode();
    const written = [...NAMING, ...BRAILLE].filter((key) => attribute(element, key)?.trim());
    const referred = (attribute(element, "aria-labelledby") ?? "").split(/\s+/).slice(0, 10)
      .map((id) => (id && root.getElementById?.(id)?.textContent) || "").join(" ");
    const others = written.filter((key) => key !== "aria-labelledby").map((key) => attribute(element, key));
    return {
      place: at,
      tag: nameOf(element),
      role: axe.commons.aria.getExplicitRole(axe.utils.getNodeFromTree(element)) ?? "",
      attributes: written,
      says: squeeze([...others, referred].join(" ").slice(0, 2000)).slice(0, 200),
      text: squeeze((element.textContent ?? "").slice(0, 20000)).slice(0, 2000),
    };
  }

  function unheard() {
    const told = [];
    const seen = new Set();
    for (const { place: at, element } of undecided("aria-prohibited-attr")) {
      if (!element) continue;
      seen.add(element);
      told.push(facts(element, at));
    }
    for (const element of elements()) {
      if (told.length >= MOST) break;
      if (seen.has(element) || !BRAILLE.some((key) => attribute(element, key)?.trim())) continue;
      const node = axe.utils.getNodeFromTree(element);
      if (!node || !axe.commons.dom.isVisibleToScreenReaders(node)) continue;
      const role = axe.commons.aria.getExplicitRole(node);
      const nameless = role ? NAMELESS.test(role) : NAMELESS_TAGS.test(nameOf(element));
      if (nameless && !(element.tabIndex >= 0)) told.push(facts(element, place(element)));
    }
    return told;
  }

  const OFF = ":disabled, [inert], [inert] *";
  const stops = () => [...elements()].filter((each) => each.tabIndex >= 0 && visible(each) && !each.matches(OFF)
    && (nameOf(each) !== "a" || each.hasAttribute("href") || each.hasAttribute("tabindex")));
  const holds = (part, element) => {
    for (let at = element, left = 500; at && left > 0; at = parent(at), left--) if (at === part) return true;
    return false;
  };

  // Every part, and the stops before and after it.
  function hidden() {
    const parts = undecided("aria-hidden-focus");
    const all = parts.length ? stops() : [];
    return parts.map(({ place: at, element }) => {
      if (!element) return { place: at, number: -1, before: -1, after: -1 };
      const outside = all.filter((each) => !holds(element, each));
      const follows = (each) => element.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING;
      const before = outside.filter((each) => !follows(each)).at(-1);
      const after = outside.find(follows);
      return { place: at, number: keep(element), before: before ? keep(before) : -1, after: after ? keep(after) : -1 };
    });
  }

  function focus(number) {
    kept(number).focus();
    return active() === kept(number);
  }

  // The name of what has the focus, where it lies in the part; null elsewhere.
  function within(number) {
    const now = active();
    return now && holds(kept(number), now) ? named(now) : null;
  }

  return { tell: () => ({ unheard: unheard(), hidden: hidden() }), focus, within };
})()
