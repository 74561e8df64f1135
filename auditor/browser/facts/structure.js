// What site rules hold against other pages: told by the page's own tree.
(() => ({ headings: document.querySelectorAll("h1, h2, h3, h4, h5, h6").length }))()
