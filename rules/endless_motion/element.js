// WCAG 2.2.2: what moves by itself for more than five seconds beside other content needs a way to stop it.
({
  selector: "*",
  matches(node) {
    // One look at the document's animations for all of its elements.
    const kept = (globalThis.auditorMoving ??= new WeakMap());
    const root = node.getRootNode();
    if (!root.getAnimations) return false;
    if (!kept.has(root)) {
      const moving = new Map();
      for (const animation of root.getAnimations()) {
        const { effect } = animation;
        const target = effect?.target;
        if (!target || effect.pseudoElement || animation.playState !== "running") continue;
        const { endTime } = effect.getComputedTiming();
        if (endTime <= 5000) continue;
        const changed = new Set(effect.getKeyframes().flatMap((frame) => Object.keys(frame)));
        const moves = ["transform", "translate", "rotate", "scale", "left", "top", "right", "bottom", "marginLeft",
          "marginTop", "width", "height", "opacity", "visibility", "backgroundPosition", "offsetDistance"];
        if (moves.some((name) => changed.has(name))) moving.set(target, endTime);
      }
      // What SVG moves by itself, as long as the page is open.
      for (const each of root.querySelectorAll("svg :is(animate, animateTransform, animateMotion)[repeatCount=indefinite]")) {
        const begin = each.getAttribute("begin") ?? "";
        if (/^(?:\s*[\d.]+m?s\s*)?$/.test(begin) && !each.ownerSVGElement.animationsPaused()) moving.set(each.parentElement, Infinity);
      }
      kept.set(root, moving);
    }
    return kept.get(root).has(node);
  },
  evaluate(node) {
    const { width, height, right, bottom } = node.getBoundingClientRect();
    // What blinks may be transparent just now.
    if (width * height < 100 || right + scrollX <= 0 || bottom + scrollY <= 0 || !node.checkVisibility()) return true;
    const end = globalThis.auditorMoving.get(node.getRootNode()).get(node);
    this.data({ long: end === Infinity ? "without end" : `for ${Math.round(end / 1000)} seconds` });
    const stops = [...node.ownerDocument.querySelectorAll("button, [role=button], [role=switch], summary, input:is([type=button], [type=checkbox])")]
      .filter((each) => each.checkVisibility() && /^(paus|pauz|stop|freeze|oedi|seibi|anhalten|arrêter|detener)/i.test(
        axe.commons.text.accessibleText(each).trim()));
    let around = node;
    for (let steps = 0; steps < 3 && around.parentElement && !around.parentElement.matches("main, body"); steps++) around = around.parentElement;
    const isOnly = globalThis.auditorMoving.get(node.getRootNode()).size === 1;
    if (stops.some((each) => isOnly || around.contains(each))) return true;
    const waits = node.closest("[role=progressbar], [aria-busy=true], [class*=load i], [class*=spin i]");
    // A line of text that nothing on the page can stop; what is short may only be a sign.
    const words = (node.innerText ?? "").trim().split(/\s+/).length;
    const blinks = /\p{L}{2}/u.test(node.innerText ?? "") && node.getAnimations().some(({ effect }) => effect.getComputedTiming().duration <= 2000
      && effect.getKeyframes().some((frame) => frame.visibility === "hidden" || Number.parseFloat(frame.opacity) <= 0.1));
    return stops.length || waits || (words < 4 && !blinks) ? undefined : false;
  },
  messages: {
    failed: "This text moves or blinks by itself, ${data.long}, and no button on the page says that it pauses or stops it",
    cant_tell: "It moves or blinks by itself, ${data.long}. Is there a way to pause or hide it?",
  },
})
