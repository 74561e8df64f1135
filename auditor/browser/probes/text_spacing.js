// A reader's own spacing of text, as WCAG 1.4.12 names it, put over the page's and taken away again.
(() => {
  const { elements, shadowOf, nameOf } = auditor.driven;
  const SPACING = `
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`;
  let put = [];

  function add(root, view) {
    if (!view?.CSSStyleSheet) return;
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(SPACING);
    root.adoptedStyleSheets.push(sheet);
    put.push([root, sheet]);
  }

  // Once; the frames and shadow trees that come later are left as they are.
  function space() {
    add(document, window);
    for (const element of elements()) {
      const shadow = shadowOf(element);
      if (shadow) add(shadow, element.ownerDocument.defaultView);
      if (nameOf(element) !== "iframe") continue;
      try {
        if (element.contentDocument) add(element.contentDocument, element.contentWindow);
      } catch {
        // it is of another origin by now
      }
    }
  }

  function unspace() {
    for (const [root, sheet] of put) {
      const at = root.adoptedStyleSheets.indexOf(sheet);
      if (at >= 0) root.adoptedStyleSheets.splice(at, 1);
    }
    put = [];
    auditor.text.finish();
  }

  return { space, unspace };
})()
