// Where an element is to be seen, and what of it must not be shown. `browser/pictures.py` takes the picture.
(() => {
  const { own, elements, documentOf, parent, resolve, rectOf, nameOf, attribute, frames } = auditor.driven;
  const parentOf = own(Node, "parentNode");
  const rootOf = own(Node, "getRootNode");
  const contains = own(Node, "contains");
  const textOf = own(Node, "textContent");
  const hitAt = own(Document, "elementFromPoint");
  const imagesOf = own(Document, "images");
  const typeOf = own(HTMLInputElement, "type");
  const valueOf = { input: own(HTMLInputElement, "value"), textarea: own(HTMLTextAreaElement, "value") };
  const chosenOf = own(HTMLSelectElement, "selectedIndex");
  const widthOf = own(HTMLElement, "offsetWidth");
  const heightOf = own(HTMLElement, "offsetHeight");
  const SMALLEST = 4; // pixels; less is not seen
  const VALUELESS = /^(hidden|button|submit|reset|image|checkbox|radio|range|color)$/;
  const OTHER_DOCUMENTS = /^(iframe|frame|object|embed|fencedframe)$/;
  let aimed = null;
  let moved = []; // what was scrolled: [element, left, top]

  const isOfPage = (element) => /^(html|head|body)$/.test(nameOf(element)); // it has no place of its own
  const isShown = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? true;

  // The frame or shadow host of the top document that an element is in, or itself.
  function outermost(element) {
    for (let at = element; ; ) {
      const root = rootOf(at);
      if (root === document) return at;
      const up = root.nodeType === 11 ? root.host : root.defaultView?.frameElement;
      if (!up) return at;
      at = up;
    }
  }

  const isSized = ({ width, height }) => width >= SMALLEST && height >= SMALLEST;

  // An element's own box; of a link in a line with the pictures in it, which stand out of the line; of what has
  // no size, its content's.
  function ownRect(element) {
    const at = rectOf(element);
    if (!isSized(at)) {
      const range = element.ownerDocument.createRange();
      range.selectNodeContents(element);
      return range.getBoundingClientRect();
    }
    if (getComputedStyle(element).display !== "inline") return at;
    const parts = [...element.querySelectorAll("img, svg, canvas, video")].slice(0, 20).filter(isShown).map(rectOf);
    const all = [at, ...parts.filter(isSized)];
    const [x, y] = [Math.min(...all.map((each) => each.left)), Math.min(...all.map((each) => each.top))];
    const [right, bottom] = [Math.max(...all.map((each) => each.right)), Math.max(...all.map((each) => each.bottom))];
    return { x, y, width: right - x, height: bottom - y };
  }

  // In the viewport.
  function rect(element) {
    const at = ownRect(element);
    let { x, y } = at;
    for (let view = element.ownerDocument.defaultView; view && view !== window; ) {
      const around = view.frameElement;
      if (!around) break;
      const outside = rectOf(around);
      x += outside.x + around.clientLeft;
      y += outside.y + around.clientTop;
      view = around.ownerDocument.defaultView;
    }
    return { x, y, width: at.width, height: at.height };
  }

  const isSeen = (element) => {
    if (!element || isOfPage(element) || !isShown(element)) return false;
    return isSized(rect(element));
  };

  // What axe's `target` names; of a part of an image map, the picture.
  function found(target) {
    const element = resolve(target);
    const map = element && nameOf(element) === "area" ? attribute(element.closest("map") ?? element, "name") : null;
    return map === null ? element : rootOf(element).querySelector(`img[usemap="#${CSS.escape(map)}"]`);
  }

  // Of each list of targets, the number of the first that can be seen; -1 for none.
  const seen = (lists) => lists.map((targets) => targets.findIndex((target) => {
    try {
      return isSeen(found(target));
    } catch {
      return false;
    }
  }));

  function holdsValue(element) {
    const name = nameOf(element);
    if (name === "input") {
      const type = typeOf(element);
      return type === "password" || (!VALUELESS.test(type) && valueOf.input(element) !== "");
    }
    if (name === "textarea") return valueOf.textarea(element) !== "";
    if (name === "select") return chosenOf(element) >= (element.multiple || element.size > 1 ? 0 : 1) || element.querySelector("option[selected]") !== null;
    const isEdited = /^(|true|plaintext-only)$/i.test(attribute(element, "contenteditable") ?? "false")
      || /^\s*(textbox|searchbox|combobox|spinbutton)\b/i.test(attribute(element, "role") ?? "");
    return isEdited && textOf(element).trim() !== "";
  }

  // A field without its border, so that it is still seen to be one.
  function inner(element) {
    const at = rectOf(element);
    const { clientWidth: width, clientHeight: height, clientLeft: left, clientTop: top } = element;
    const isPlain = width && height && Math.abs(at.width - widthOf(element)) < 1 && Math.abs(at.height - heightOf(element)) < 1;
    if (!isPlain) return at;
    const style = getComputedStyle(element);
    const runsOver = style.overflowX === "visible" && /^(?!input|select|textarea)/.test(nameOf(element));
    return {
      x: at.x + left,
      y: at.y + top,
      width: runsOver ? Math.max(width, element.scrollWidth) : width,
      height: runsOver ? Math.max(height, element.scrollHeight) : height,
    };
  }

  // What is painted over: fields that hold something, frames with such, and frames that cannot be looked into.
  function masks() {
    const boxes = [];
    for (const element of elements()) {
      const isFrame = OTHER_DOCUMENTS.test(nameOf(element));
      if (!(isFrame ? mayHoldValues(element) : holdsValue(element)) || !isShown(element)) continue;
      const around = element.ownerDocument === document ? null : frameOf(element);
      const { x, y, width, height } = around ? rectOf(around) : isFrame ? rectOf(element) : inner(element);
      if (width > 0 && height > 0 && x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0) boxes.push({ x, y, width, height });
    }
    return boxes;
  }

  // A frame whose document is not seen here, or is not looked through by `elements` and has more than a drawing.
  function mayHoldValues(frame) {
    const inside = documentOf(frame);
    if (!inside) return true;
    return nameOf(frame) !== "iframe" && inside.querySelector("input, select, textarea, [contenteditable], [role], iframe, frame, object, embed") !== null;
  }

  // The frame of the top document that an element is in.
  function frameOf(element) {
    let view = element.ownerDocument.defaultView;
    while (view.parent !== window) view = view.parent;
    return view.frameElement;
  }

  // Whether something else lies over all of it. Over a box to tick lies what is drawn in its place.
  function isCovered({ x, y, width, height }) {
    const top = outermost(aimed);
    const whole = nameOf(top) === "input" ? parentOf(top) : top;
    const [left, right] = [Math.max(0, x), Math.min(innerWidth, x + width)];
    const [upper, lower] = [Math.max(0, y), Math.min(innerHeight, y + height)];
    return [[0.5, 0.5], [0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]].every(([across, down]) => {
      const hit = hitAt(document, left + (right - left) * across, upper + (lower - upper) * down);
      return hit && !contains(hit, top) && !contains(whole, hit);
    });
  }

  // null where it cannot be seen any more.
  function look() {
    if (!isSeen(aimed)) return null;
    const box = rect(aimed);
    if (isCovered(box)) return null;
    return { box, masks: masks(), left: visualViewport.pageLeft, top: visualViewport.pageTop };
  }

  const isLoading = () => [...imagesOf(document)].some((image) => {
    if (image.complete) return false;
    const { top, bottom } = rectOf(image);
    return bottom > 0 && top < innerHeight;
  });

  // Bring an element to the middle of the window, a large one's beginning to its upper part, and look.
  async function aim(target) {
    aimed = found(target);
    moved = [];
    for (let at = aimed; at; at = parent(at)) moved.push([at, at.scrollLeft, at.scrollTop]);
    const isLarge = rect(aimed).height > innerHeight / 2;
    aimed.scrollIntoView({ block: isLarge ? "start" : "center", inline: "nearest", behavior: "instant" });
    if (isLarge) scrollBy({ top: -innerHeight / 4, behavior: "instant" }); // what is fixed at the top lies over the beginning
    await frames(2);
    for (let waited = 0; waited < 20 && isLoading(); waited++) await frames(2);
    return look();
  }

  // Look once more, and put the page back where it was.
  function back() {
    const seenNow = look();
    for (const [element, left, top] of moved) {
      if (element.scrollLeft !== left || element.scrollTop !== top) element.scrollTo({ left, top, behavior: "instant" });
    }
    return seenNow;
  }

  return { seen, aim, back };
})()
