// What may be the accessibility statement: links that say so, on every page; the text of pages that may be one.
(() => {
  const SAYS = /accessib|hygyrch/i;
  const INLINE = new Set(
    "a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strong sub sup time u var wbr"
      .split(" "),
  );
  const APART = "script, style, noscript, template, nav, [hidden]";
  const words = (text, most) => text.slice(0, most * 4).replace(/\s+/g, " ").trim().slice(0, most);
  const said = (link) => {
    const pictures = [...link.querySelectorAll("img[alt]")].slice(0, 3).map((image) => image.alt);
    return words([link.getAttribute("aria-label") || link.textContent, ...pictures].join(" "), 200);
  };
  const leads = (link) => (/^(https?|mailto|tel):/.test(link.href) ? link.href.slice(0, 2000) : "");

  const links = [];
  for (const link of [...document.querySelectorAll("a[href]")].slice(0, 5000)) {
    const [text, url] = [said(link), leads(link)];
    const path = /^https?:/.test(url) ? url.replace(/^https?:\/\/[^/]*/, "").split(/[?#]/)[0] : "";
    if ((SAYS.test(text) || SAYS.test(path)) && url.startsWith("http") && links.length < 10) links.push([text, url]);
  }

  const h1 = words(document.querySelector("h1")?.textContent ?? "", 300);
  if (![document.title.slice(0, 1000), h1, location.pathname.slice(0, 2000)].some((text) => SAYS.test(text)))
    return { links };

  const main = document.querySelector("main, [role=main]");
  const root = main?.querySelector("h1, h2, h3") ? main : document.body;
  const skipped = root === main ? APART : `${APART}, body > header, body > footer, [role=banner], [role=contentinfo]`;
  const blocks = [];
  let [last, size, seen] = [null, 0, 0];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()) && blocks.length <= 600 && size < 60000 && seen < 20000; seen += 1) {
    if (node.parentElement.closest(skipped)) continue;
    let block = node.parentElement;
    while (block !== root && INLINE.has(block.localName)) block = block.parentElement;
    if (!node.data.trim() && block !== last) continue;
    if (block !== last) {
      const heading = block.closest("h1, h2, h3, h4, h5, h6, [role=heading]");
      const level = heading ? Number(heading.getAttribute("aria-level") || heading.localName[1]) || 2 : 0;
      blocks.push([level, "", []]);
      last = block;
    }
    const told = blocks.at(-1);
    const more = node.data.slice(0, 4000).replace(/\s+/g, " ");
    if (told[1].length < 2000) told[1] = (told[1] + more).slice(0, 2000);
    size += more.length;
    const link = node.parentElement.closest("a[href]");
    if (link && leads(link) && told[2].length < 20 && told[2].at(-1)?.[1] !== leads(link))
      told[2].push([said(link), leads(link)]);
  }
  return { links, h1, blocks: blocks.slice(0, 600) };
})();
