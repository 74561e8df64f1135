// How links look beside the text around them, where axe could not decide. Nothing is changed.
(() => {
  const { parent, visible, nameOf, colour, undecided } = auditor.driven;
  const BLOCK = /^(block|list-item|table|flex|grid|inline-block)|^table-/;
  const SILENT = new Set(["script", "style", "noscript", "template", "svg"]);
  const NODES = 400; // looked at in one block of text
  const FEWEST = 0.1; // of the text around a link: what is less does not count

  // Elements that stand for how the text in `root` looks, most of it first, in the link or outside of all links.
  function worded(root, inLink) {
    const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const lengths = new Map(); // by how the text looks: its length, and where it first stands
    for (let left = NODES; left > 0 && walker.nextNode(); left--) {
      const at = walker.currentNode.parentElement;
      const length = walker.currentNode.data.trim().length;
      if (!length || !at || SILENT.has(nameOf(at)) || !visible(at)) continue;
      if (!inLink && at.closest("a, [role=link]")) continue;
      const { webkitTextFillColor, fontWeight, fontSize } = getComputedStyle(at);
      const look = [webkitTextFillColor, fontWeight, fontSize].join();
      const known = lengths.get(look) ?? lengths.set(look, { at, length: 0 }).get(look);
      known.length += length;
    }
    const all = [...lengths.values()].sort((one, other) => other.length - one.length);
    const whole = all.reduce((sum, { length }) => sum + length, 0);
    return all.filter(({ length }) => length >= FEWEST * whole).map(({ at }) => at);
  }

  function blockOf(element) {
    for (let at = parent(element), steps = 0; at && steps < 500; at = parent(at), steps++) {
      if (BLOCK.test(getComputedStyle(at).display)) return at;
    }
    return null;
  }

  const drawsBeside = (element) =>
    ["::before", "::after"].some((pseudo) => !["none", "normal", '""'].includes(getComputedStyle(element, pseudo).content));

  // Red, green and blue of the letters; null where something shows through them.
  function letters(element, below) {
    const [red, green, blue, alpha] = colour(getComputedStyle(element).webkitTextFillColor) ?? [];
    if (alpha !== 1) return null;
    for (let at = element, steps = 0; at && at !== below && steps < 500; at = parent(at), steps++) {
      if (getComputedStyle(at).opacity !== "1") return null;
    }
    return [red, green, blue];
  }

  function look(link) {
    const told = { text: (link.textContent || "").slice(0, 2000).replace(/\s+/g, " ").trim().slice(0, 80), seen: false };
    const [own] = worded(link, true);
    const block = own && visible(link) ? blockOf(link) : null;
    if (!block) return told;
    const around = worded(block, false);
    const [mine, theirs] = [own, around[0] ?? block].map((element) => getComputedStyle(element));
    const differs = [
      ["typeface", mine.fontFamily !== theirs.fontFamily],
      ["size", Math.abs(Math.log(parseFloat(mine.fontSize) / parseFloat(theirs.fontSize))) > 0.18], // a fifth
      ["weight", mine.fontWeight !== theirs.fontWeight],
      ["slant", mine.fontStyle !== theirs.fontStyle],
      ["background", [link, own].some((each) => colour(getComputedStyle(each).backgroundColor)?.[3] !== 0 || getComputedStyle(each).backgroundImage !== "none")],
      ["picture", link.querySelector("img, svg, picture, canvas, i") !== null || drawsBeside(link)],
    ];
    return {
      ...told,
      seen: true,
      pairs: around.map((each) => [letters(own, block), letters(each, block)]),
      differs: differs.filter(([, does]) => does).map(([what]) => what),
    };
  }

  const find = () => undecided("link-in-text-block").map(({ place, element }) => {
    try {
      return { place, text: "", seen: true, differs: [], ...(element && look(element)) };
    } catch {
      return { place, text: "", seen: true, differs: [] };
    }
  });

  return { find };
})()
