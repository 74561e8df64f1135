// What changes on the page while nobody touches it. Times are in milliseconds since the page began.
(() => {
  const { own, elements, parent, place, box, visible, named, nameOf, attribute, rectOf, shadowOf, undecided } = auditor.driven;
  const firstOf = own(Node, "firstChild");
  const nextOf = own(Node, "nextSibling");
  const matchesOf = own(Element, "matches");
  const allOf = own(Element, "querySelectorAll");
  const closestOf = own(Element, "closest");
  const HELD = 10000; // elements whose look is known
  const LOOKED = 400; // elements looked at in one look
  const LOGGED = 1500; // changes
  const REGIONS = 12;
  const LOOK_MS = 250;
  const FADE_MS = 1300; // a change may take so long to be seen: transitions
  const SAME_MS = 700; // changes closer together are one
  const SMALL = 100; // square pixels: nobody sees less

  const area = ({ width, height }) => width * height;
  const matches = (element, selector) => matchesOf(element, selector);

  function ownText(element) {
    let text = "";
    for (let node = firstOf(element); node && text.length < 300; node = nextOf(node)) {
      if (node.nodeType === 3) text += node.data.slice(0, 300);
    }
    return text.replace(/\s+/g, " ").trim();
  }

  const pictured = (element) => (nameOf(element) === "img" ? String(element.currentSrc).slice(0, 500) : "");

  // How an element looks; null where it does not show.
  function look(element) {
    if (!visible(element)) return null;
    const at = rectOf(element);
    if (area(at) === 0 && nameOf(element) !== "slot") return null;
    return { text: ownText(element), picture: pictured(element), x: at.x, y: at.y, width: at.width, height: at.height };
  }

  // Only of what was changed by its own attributes: whole layouts shift, and nothing in them moves by itself.
  function paint(element) {
    const style = getComputedStyle(element);
    return `${style.opacity} ${style.transform} ${style.backgroundColor} ${style.color} ${style.backgroundPosition} ${style.backgroundImage.slice(0, 200)}`;
  }

  let known = new Map(); // element: look
  let painted = new WeakMap(); // element: paint, once it was changed
  let waiting = new Map(); // element: when it was changed last
  let writes = new Map(); // element: how often its own look was written
  let removed = [];
  const log = []; // {from, to, element, what, text}, in the order they began
  const latest = new Map(); // element: {what: its last entry}
  let started = 0;
  let observers = [];

  function note(records) {
    try {
      const at = performance.now();
      for (const record of records) {
        const target = record.type === "characterData" ? parent(record.target) : record.target;
        const element = target?.nodeType === 1 ? target : target?.host ?? null;
        if (!element) continue;
        if (waiting.size < HELD) waiting.set(element, at);
        if (record.type === "attributes") writes.set(element, (writes.get(element) ?? 0) + 1);
        for (const node of record.removedNodes) {
          if (node.nodeType === 1 && removed.length < HELD) removed.push({ node, from: element });
        }
      }
    } catch {
      // a page's trick costs its own record
    }
  }

  function scrolled(event) {
    const target = event.target;
    if (target?.nodeType === 1 && waiting.size < HELD) waiting.set(target, performance.now());
  }

  // Code or a timer must be there for anything to change; frames of other origins are looked at by pixels.
  function begin() {
    started = performance.now();
    known = new Map();
    let count = 0;
    let code = false;
    const roots = [document];
    for (const element of elements()) {
      const name = nameOf(element);
      code ||= name === "script";
      const shadow = shadowOf(element);
      if (shadow) roots.push(shadow);
      if (name === "iframe") {
        try {
          if (element.contentDocument) roots.push(element.contentDocument);
        } catch {
          // of another origin
        }
      }
      if (++count <= HELD) known.set(element, look(element));
    }
    const watched = {
      subtree: true, childList: true, characterData: true, attributes: true,
      attributeFilter: ["class", "style", "hidden", "src", "srcset", "open", "transform", "d", "x", "y", "cx", "cy", "width",
        "height", "fill", "opacity", "viewBox", "aria-hidden", "inert", "data-active", "data-state", "aria-current"],
    };
    for (const root of roots.slice(0, 50)) {
      const observer = new MutationObserver(note);
      observer.observe(root, watched);
      observers.push(observer);
      root.addEventListener("scroll", scrolled, { capture: true, passive: true });
      observers.push({ disconnect: () => root.removeEventListener("scroll", scrolled, { capture: true }) });
    }
    const pixels = []; // what only pixels tell of
    for (const element of known.keys()) {
      const name = nameOf(element);
      const foreign = name === "iframe" && !roots.some((root) => root.defaultView?.frameElement === element);
      if (pixels.length >= 8 || !(foreign || name === "canvas" || name === "object" || name === "embed")) continue;
      const at = box(element);
      const left = Math.max(0, at.x);
      const top = Math.max(0, at.y);
      const seen = { x: left, y: top, width: Math.min(innerWidth, at.x + at.width) - left, height: Math.min(innerHeight, at.y + at.height) - top };
      if (seen.width < 24 || seen.height < 24 || !visible(element)) continue;
      pixels.push({ number: auditor.driven.keep(element), name, box: seen });
    }
    return { page: place(document.documentElement), code, pixels };
  }

  function enter(at, element, what, text) {
    const last = latest.get(element) ?? {};
    if (last[what] && at - last[what].to <= SAME_MS) {
      last[what].to = at;
    } else if (log.length < LOGGED) {
      last[what] = { from: at, to: at, element, what, text };
      latest.set(element, last);
      log.push(last[what]);
    }
  }

  function see(element, at, same) {
    const before = known.get(element);
    const now = look(element);
    known.set(element, now);
    const say = (what, text = "") => enter(at, element, what, text);
    if (before === undefined) {
      if (now && (now.text || now.picture)) say("appeared", now.text);
    } else if (!before !== !now) {
      say(now ? "appeared" : "vanished", (now ?? before).text);
    } else if (now) {
      if (now.text !== before.text) say(before.text && now.text ? "text" : now.text ? "appeared" : "vanished", before.text || now.text);
      else if (now.picture !== before.picture) say("picture");
      else if (same) {
        const paints = paint(element);
        const was = painted.get(element);
        painted.set(element, paints);
        if (was !== undefined && was !== paints) say("moved");
        else if (Math.abs(now.x - before.x) > 2 || Math.abs(now.y - before.y) > 2) say("moved");
      }
    }
  }

  function lookAgain() {
    try {
      const at = performance.now();
      for (const { node, from } of removed.splice(0)) {
        for (const each of [node, ...allOf(node, "*")].slice(0, LOOKED)) {
          const before = known.get(each);
          known.delete(each);
          if (before && (before.text || before.picture) && visible(from)) enter(at, from, "vanished", before.text);
        }
      }
      let left = LOOKED;
      for (const [element, when] of waiting) {
        if (at - when > FADE_MS) waiting.delete(element);
        if (!element.isConnected || nameOf(element) === "html" || nameOf(element) === "head") continue;
        const isScroller = element.scrollLeft || element.scrollTop;
        if (--left < 0) break;
        see(element, at, true);
        let inside = 0;
        for (const each of allOf(element, "*")) {
          if (--left < 0 || ++inside > 120) break;
          see(each, at, isScroller && inside < 3);
        }
      }
    } catch {
      // a page's trick costs this look
    }
  }

  const depth = (element) => {
    let count = 0;
    for (let up = element; up && count < 200; up = parent(up)) count++;
    return count;
  };

  // The element around both, at most four steps above either, and never the whole page.
  function around(one, other) {
    const [high, low] = depth(one) <= depth(other) ? [one, other] : [other, one];
    for (let at = high, steps = 0; at && steps <= 4; at = parent(at), steps++) {
      if (matches(at, "html, body, main, form, [role=main]")) return null;
      for (let up = low, more = 0; up && more <= 8; up = parent(up), more++) if (up === at) return at;
    }
    return null;
  }

  function regions() {
    let found = [];
    const join = (element) => {
      for (let i = 0; i < found.length; i++) {
        const both = found[i] === element ? element : around(found[i], element);
        if (!both) continue;
        if (both !== found[i]) found.splice(i, 1, both);
        return;
      }
      if (found.length < 40) found.push(element);
    };
    for (const each of new Set(log.map((entry) => entry.element))) if (each.isConnected) join(each);
    const again = found;
    found = [];
    again.forEach(join);
    return found;
  }

  const SWAPS = new Set(["text", "picture", "moved"]);

  // The times at which something in a region gave way to something else.
  function swaps(region) {
    const ticks = [];
    for (const entry of log) {
      if (!holds(region, entry.element)) continue;
      const last = ticks.at(-1);
      if (last && entry.from - last.to <= SAME_MS) {
        last.to = Math.max(last.to, entry.to);
        last.what.add(entry.what);
      } else {
        ticks.push({ from: entry.from, to: entry.to, what: new Set([entry.what]) });
      }
    }
    return ticks.filter(({ what }) => [...what].some((each) => SWAPS.has(each)) || (what.has("appeared") && what.has("vanished")));
  }

  // Whether one and the same element changes on and on: where each changes once, a page is being filled.
  function repeats(region) {
    const times = new Map();
    for (const { element, from, to } of log) {
      if (!holds(region, element)) continue;
      const last = times.get(element);
      if (to - from > 3000 || (last !== undefined && from - last > SAME_MS)) return true;
      times.set(element, last ?? to);
    }
    return false;
  }

  function holds(outer, inner) {
    for (let up = inner, steps = 0; up && steps < 200; up = parent(up), steps++) if (up === outer) return true;
    return false;
  }

  // Until nothing changed for `least` ms; where something did, until it is known whether it goes on; `most` at last.
  function watch(least, most) {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        lookAgain();
        const now = performance.now();
        const open = log.length > 0 && regions().some((region) => {
          const ticks = swaps(region);
          if (ticks.length === 0) return false;
          const long = ticks.at(-1).to - ticks[0].from;
          const gap = ticks.length > 1 ? ticks.at(-1).from - ticks.at(-2).to : 0; // the next comes after as long
          return ticks.length === 1 && long < 3000 ? now - ticks[0].to < least + 1500 : long < 5000 && now - ticks.at(-1).to < Math.max(2500, gap + 1000);
        });
        if (now - started < least || (open && now - started < most)) return;
        clearInterval(timer);
        observers.splice(0).forEach((observer) => observer.disconnect());
        resolve(now);
      }, LOOK_MS);
    });
  }

  const CONTROLS = "button, summary, a, input[type=button], input[type=submit], input[type=image], input[type=checkbox], [role=button], [role=switch]";
  const STOPS = /\b(paus|stop|hide|freeze|turn off|switch off|oedi|seibi|stopi|cuddi|diffodd)/i;

  // Names of the controls in a thing or close around it, and of those anywhere that speak of stopping.
  function controls(element) {
    let near = element;
    const most = Math.max(5 * area(rectOf(element)), 60000);
    for (let up = parent(element), steps = 0; up && steps < 3; up = parent(up), steps++) {
      if (matches(up, "html, body, main, [role=main]") || area(rectOf(up)) > most) break;
      near = up;
    }
    const told = (control) => {
      const name = named(control);
      const kind = `${attribute(control, "class") ?? ""} ${attribute(control, "id") ?? ""}`.slice(0, 120).trim();
      return { name, kind, link: nameOf(control) === "a" && /^(?!#|javascript:)./i.test(attribute(control, "href") ?? "") };
    };
    const shown = (control) => (control.checkVisibility?.({ visibilityProperty: true }) ?? true) && !closestOf(control, "[aria-hidden=true]");
    return {
      near: [...allOf(near, CONTROLS)].filter(shown).slice(0, 40).map(told),
      far: [...document.querySelectorAll(CONTROLS)].slice(0, 500).filter(shown).map(told)
        .filter(({ name, link }) => !link && STOPS.test(name)).slice(0, 5).map(({ name }) => name),
    };
  }

  function describe(element, kind, more) {
    const words = (element.innerText ?? "").replace(/\s+/g, " ").trim();
    const all = (document.body?.innerText ?? "").replace(/\s+/g, " ").trim();
    const hints = `${attribute(element, "class") ?? ""} ${attribute(element, "id") ?? ""} ${attribute(element, "src") ?? ""}`;
    return {
      place: place(element), kind, box: box(element), text: words.slice(0, 200), alone: all.length - words.length < 20,
      waits: matches(element, "[role=progressbar], [aria-busy=true], progress, meter") || /load(ing|er)|spinner|progress/i.test(hints.slice(0, 500)),
      controls: controls(element), ...more,
    };
  }

  // What is worth telling of, around what changed: the part that people would name.
  function lift(region) {
    let best = region;
    const most = Math.max(area(rectOf(region)) * 6, 20000);
    for (let up = region, steps = 0; up && steps < 5; up = parent(up), steps++) {
      if (matches(up, "html, body, main, [role=main]") || area(rectOf(up)) > most) break;
      if (matches(up, "[aria-roledescription], [class*=carousel i], [class*=slider i], [class*=slideshow i], [class*=ticker i], [class*=swiper i]")) best = up;
    }
    return best;
  }

  // Elements that CSS or the Web Animations API moves: a rule of elements judges these.
  function animations() {
    const found = [];
    const roots = new Set([document]);
    for (const element of known.keys()) roots.add(element.getRootNode());
    for (const root of roots) {
      for (const animation of root.getAnimations?.() ?? []) {
        if (found.length >= 200) return found;
        if (animation.playState !== "running" || !animation.effect?.target) continue;
        found.push({ element: animation.effect.target, effect: animation.effect, rate: Math.abs(animation.playbackRate) });
      }
    }
    return found;
  }

  // Turns a second from light to dark and back, as its keyframes say; 0 where they change nothing of the kind.
  function pulse({ effect, rate }) {
    const { duration, direction } = effect.getComputedTiming();
    const frames = effect.getKeyframes();
    if (!(duration > 0) || duration === Infinity) return 0;
    let turns = 0;
    for (const name of ["opacity", "visibility", "backgroundColor", "color", "filter", "display"]) {
      const values = frames.map((frame) => frame[name]).filter((value) => value !== undefined);
      let changes = 0;
      for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) changes++;
      if (changes && values[0] !== values.at(-1) && !direction.startsWith("alternate")) changes++; // it leaps back
      turns = Math.max(turns, changes / 2);
    }
    return (turns * 1000 * rate) / duration;
  }

  const isHeard = (media) => !media.muted && media.volume > 0 && (nameOf(media) === "audio" || media.webkitAudioDecodedByteCount > 0);

  const sound = (media, at, heard) => ({
    place: at, heard, asked: media?.autoplay ?? true, own: media?.controls ?? false,
    lasts: !media || media.loop || !(media.duration < Infinity) ? 1e9 : lengthOf(media), controls: media ? controls(media) : { near: [] },
  });

  // Whether something else than silence comes out of it within a second and a half; null where none may listen.
  async function sounds(media) {
    const listener = new AudioContext();
    try {
      const meter = listener.createAnalyser();
      listener.createMediaStreamSource(media.captureStream()).connect(meter);
      const heard = new Float32Array(meter.fftSize);
      for (let tries = 0; tries < 15; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        meter.getFloatTimeDomainData(heard);
        if (heard.some((each) => Math.abs(each) > 0.003)) return true;
      }
      return null;
    } catch {
      return null;
    } finally {
      await listener.close();
    }
  }

  // Seconds that are played: its address may name a part (https://www.w3.org/TR/media-frags/).
  function lengthOf(media) {
    const [, from, to] = /#(?:.*&)?t=(?:npt:)?([\d.]*)(?:,([\d.]+))?/.exec(media.currentSrc) ?? [];
    return Math.min(media.duration, Number(to ?? Infinity)) - Number(from ?? 0);
  }

  // What is to play by its `autoplay`; `heard` is null where nothing is heard. What axe left undecided is all there.
  async function listen() {
    const found = new Map();
    for (const element of elements()) {
      const isMedia = nameOf(element) === "audio" || nameOf(element) === "video";
      if (found.size < 20 && isMedia && element.autoplay && element.currentSrc) found.set(element, place(element));
    }
    const unseen = [];
    for (const each of undecided("no-autoplay-audio")) {
      if (each.element) found.set(each.element, each.place);
      else unseen.push(sound(null, each.place, null));
    }
    const plays = (media) => media.played?.length > 0 && (media.ended || media.currentTime > 0.2);
    for (let tries = 0; tries < 15 && ![...found.keys()].every(plays); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const heard = await Promise.all([...found].map(async ([media, at]) => {
      if (!plays(media) || !isHeard(media)) return sound(media, at, plays(media) ? false : null);
      const again = media.ended; // it was over before we came
      if (again) await media.play().catch(() => {});
      const told = sound(media, at, media.controls || lengthOf(media) <= 3 ? true : await sounds(media));
      if (again) media.pause();
      return told;
    }));
    return [...heard, ...unseen];
  }

  async function tell() {
    // What blinks may be out of sight just now.
    const isOut = (region) => swaps(region).length > 0 && !visible(region);
    for (let tries = 0; tries < 10 && regions().some(isOut); tries++) await new Promise((resolve) => setTimeout(resolve, 150));
    const moving = animations();
    const found = [];
    const now = performance.now();
    for (const region of regions()) {
      if (found.length >= REGIONS) break;
      const ticks = swaps(region);
      const at = rectOf(region);
      if (!ticks.length || area(at) < SMALL || !visible(region) || !repeats(region)) continue;
      const animated = moving.some((each) => holds(each.element, region) && each.effect.getComputedTiming().endTime > 5000);
      if (animated) continue;
      const texts = log.filter((entry) => entry.what === "text" && holds(region, entry.element)).map((entry) => entry.text);
      const what = new Set(ticks.flatMap((tick) => [...tick.what]));
      found.push(describe(lift(region), "content", {
        changes: ticks.length, first: ticks[0].from, last: ticks.at(-1).to, lasts: null,
        longest: Math.max(...ticks.map((tick) => tick.to - tick.from)),
        texts: what.size === 1 && what.has("text") ? [...texts.slice(0, 3), region.innerText ?? ""].map((text) => text.slice(0, 80)) : [],
      }));
    }
    const still = { changes: 0, first: 0, last: now, longest: 0, texts: [] };
    const heard = []; // what code starts
    const fast = [];
    for (const element of known.keys()) {
      const name = nameOf(element);
      if ((name === "video" || name === "audio") && found.length < 2 * REGIONS) {
        const media = element;
        if (media.paused || media.ended || media.readyState < 3) continue;
        const long = media.loop || media.duration === Infinity ? null : media.duration;
        if (name === "video" && visible(media) && area(rectOf(media)) >= SMALL) {
          found.push(describe(media, "video", { ...still, lasts: long ?? 1e9, own: media.controls }));
          fast.push({ element: media, why: "video" });
        }
        if (!media.autoplay && isHeard(media)) heard.push(sound(media, place(media), true));
      }
    }
    for (const each of moving) if (pulse(each) > 3) fast.push({ element: each.element, why: "animation" });
    const seconds = Math.max(1, (now - started) / 1000);
    for (const [element, count] of writes) if (count / seconds >= 6 && element.isConnected) fast.push({ element, why: "code" });
    const gone = [];
    for (const entry of log) {
      if (entry.what !== "vanished" || entry.text.split(" ").length < 3 || gone.length >= 3) continue;
      const around = entry.element.isConnected && closestOf(entry.element, "[role=status], [role=alert], [role=alertdialog], [aria-live], [class*=toast i], [class*=snackbar i], [class*=notification i]");
      if (around && !swaps(around).length) gone.push({ place: place(around), text: entry.text.slice(0, 120), at: entry.from });
    }
    return {
      found, sounds: heard, gone, seconds,
      fast: fast.map(({ element, why }) => ({ place: place(element), box: box(element), why }))
        .filter((each) => area(each.box) > 21824).slice(0, 6),
    };
  }

  // What pixels or the bytes of a picture told of.
  const told = (number, kind, more) => describe(auditor.driven.kept(number), kind, { changes: 0, first: 0, last: performance.now(), longest: 0, texts: [], ...more });

  // Pictures that show, by address.
  function pictures() {
    const found = [];
    for (const element of elements()) {
      if (found.length >= 300) break;
      const isInput = nameOf(element) === "input" && attribute(element, "type") === "image";
      if (nameOf(element) !== "img" && !isInput) continue;
      const at = rectOf(element);
      if (at.width < 8 || at.height < 8 || !visible(element)) continue;
      const url = String(isInput ? element.src : element.currentSrc);
      if (url.length > 500000) continue;
      found.push({ number: auditor.driven.keep(element), url, width: at.width, height: at.height });
    }
    return found;
  }

  // The elements that show one of these addresses behind their content.
  function backgrounds(urls) {
    const found = [];
    for (const element of elements(document, { left: 5000 })) {
      if (found.length >= 20) break;
      const image = getComputedStyle(element).backgroundImage;
      if (image === "none" || !visible(element)) continue;
      const url = urls.find((each) => image.includes(each));
      const at = rectOf(element);
      if (url && area(at) >= SMALL) found.push({ number: auditor.driven.keep(element), url, width: at.width, height: at.height });
    }
    return found;
  }

  return { begin, listen, watch, tell, told, pictures, backgrounds };
})()
