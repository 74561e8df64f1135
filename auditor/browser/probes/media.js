// Sound and film on a page: what the elements and the words around them say, and what the files hold.
// It plays nothing, and loads what it must know more of beside the page, never in it.
(() => {
  const { elements, place, parent, nameOf, attribute, visible, named, shadowOf, box } = auditor.driven;
  const MOST = 30; // recordings of one page
  const LISTENED = 6; // of them that are heard
  const WORDS = 20000; // counted at most
  const FILE = 4_000_000; // bytes: a longer file is judged by its beginning
  const RATE = 8000; // Hz, at which it is heard: enough to tell sound from silence
  const LOUD = 0.01; // of 1: what is quieter at its loudest is silence
  const ASIDE = "nav, header, footer, aside, [role=navigation], [role=banner], [role=contentinfo], [role=complementary], [role=search]";
  const SCOPE = "article, main, [role=main], dialog, [role=dialog]";
  const SILENT = /^(script|style|noscript|template|audio|video|iframe|object|select|textarea|svg|canvas)$/;
  const LABELS = "a[href], button, summary, h1, h2, h3, h4, h5, h6, [role=heading], [role=button], [role=tab], dt, legend, figcaption, strong, b";
  const native = /^(audio|video)$/;
  const BUTTONS = "button, input[type=button], input[type=image], [role=button], [role=switch], [role=slider], input[type=range]";

  const squeezed = (text, most = 200) => String(text ?? "").slice(0, most * 5).replace(/[\s\u0000-\u001f]+/g, " ").trim().slice(0, most);
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const anyOf = (phrases) => new RegExp(`(?<![\\p{L}\\p{N}])(?:${phrases.map(escaped).join("|")})(?![\\p{L}\\p{N}])`, "iu");
  const told = (element, name) => squeezed(attribute(element, name), 300);

  function addressOf(element) {
    for (const name of ["src", "data-src", "data-lazy-src", "data-cookieblock-src", "data-consent-src"]) {
      const value = attribute(element, name);
      if (!value || value.length > 2000) continue;
      try {
        const url = new URL(value, element.baseURI);
        if (url.protocol.startsWith("http")) return url;
      } catch {
        // it is none
      }
    }
    return null;
  }

  function playerOf(element, players) {
    const name = nameOf(element);
    const byName = players.find((each) => each.elements.includes(name));
    if (byName || !/^(iframe|embed|object)$/.test(name)) return byName;
    const url = addressOf(element);
    return url && players.find(({ hosts, paths }) =>
      hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`)) && (!paths.length || paths.some((path) => url.pathname.startsWith(path))));
  }

  const hidden = (element) => attribute(element, "aria-hidden") === "true" || !visible(element);

  // What is there to be read in it, without what stands around the content; bounded.
  const read = new WeakMap();
  function textOf(root) {
    if (read.has(root)) return read.get(root);
    const parts = [];
    let left = WORDS * 8;
    const walk = (node) => {
      if (left <= 0) return;
      if (node.nodeType === 3) {
        parts.push(node.data);
        left -= node.data.length;
        return;
      }
      if (node.nodeType !== 1 || (node !== root && (SILENT.test(nameOf(node)) || node.matches(ASIDE) || hidden(node)))) return;
      for (const child of (shadowOf(node) ?? node).childNodes) walk(child);
      parts.push(" ");
    };
    walk(root);
    const text = parts.join("").slice(0, WORDS * 8).replace(/\s+/g, " ").trim();
    read.set(root, text);
    return text;
  }

  const wordsIn = (text) => text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)?.length ?? 0;

  // The part of the content that belongs to one recording: as far up as no other one stands in it.
  function territory(element, all) {
    const scope = element.closest(SCOPE) ?? element.ownerDocument.body ?? element.ownerDocument.documentElement;
    let best = element;
    for (let up = parent(element), steps = 0; up && steps < 60; up = parent(up), steps++) {
      if (all.some((other) => other !== element && up.contains(other))) break;
      best = up;
      if (up === scope) return { best, scope };
    }
    return { best, scope };
  }

  // A text that is named as the recording's: "" where none is.
  function labelled(root, element, words) {
    const described = `${attribute(element, "aria-describedby") ?? ""} ${attribute(element, "aria-details") ?? ""}`.trim();
    for (const id of described.split(/\s+/).filter(Boolean).slice(0, 5)) {
      const other = element.getRootNode().getElementById?.(id);
      if (other && wordsIn(other.textContent.slice(0, 20000)) > 2) return { how: "described", text: squeezed(other.textContent, 100), href: "", size: wordsIn(other.textContent.slice(0, 200000)) };
    }
    for (const each of [...root.querySelectorAll(LABELS)].slice(0, 600)) {
      const text = squeezed(each.textContent || attribute(each, "aria-label") || attribute(each, "title"), 120);
      if (!words.test(text) || hidden(each)) continue;
      const name = nameOf(each);
      if (name === "a") {
        const url = each.href ? new URL(each.href, each.baseURI) : null;
        const here = url && url.hash && url.pathname === location.pathname && each.ownerDocument.getElementById(decodeURIComponent(url.hash.slice(1)));
        return { how: here ? "text" : "link", text, href: here ? "" : squeezed(each.href, 500), size: here ? wordsIn(here.textContent.slice(0, 200000)) : 0 };
      }
      const details = name === "summary" ? each.parentElement : each.ownerDocument.getElementById(attribute(each, "aria-controls") ?? "");
      return { how: "text", text, href: "", size: details ? wordsIn(details.textContent.slice(0, 200000)) : -1 };
    }
    return { how: "", text: "", href: "", size: 0 };
  }

  function tracksOf(element) {
    return [...element.querySelectorAll("track")].slice(0, 12).map((track) => ({
      kind: /^(captions|descriptions|chapters|metadata)$/i.test(attribute(track, "kind") ?? "subtitles") ? attribute(track, "kind").toLowerCase() : "subtitles",
      language: told(track, "srclang"), label: told(track, "label"), hasSource: Boolean(attribute(track, "src")),
    }));
  }

  let found = [];

  // All recordings, each with what can be told without waiting. `given`: words and players.
  function find(given) {
    const words = Object.fromEntries(Object.entries(given.words).map(([key, phrases]) => [key, anyOf(phrases)]));
    found = [];
    const told = [];
    for (const element of elements()) {
      if (found.length >= MOST) break;
      const isNative = native.test(nameOf(element));
      if (!isNative && !nameOf(element).includes("-") && !/^(iframe|embed|object)$/.test(nameOf(element))) continue;
      const player = isNative ? null : playerOf(element, given.players);
      if (isNative || player) found.push({ element, player });
    }
    const all = found.map(({ element }) => element);
    for (const [number, { element, player }] of found.entries()) told.push(about(number, element, player, all, words));
    return told;
  }

  function about(number, element, player, all, words) {
    let { best, scope } = territory(element, all);
    const near = textOf(best);
    let label = labelled(best, element, words.transcript);
    if (!label.how && wordsIn(near) < 8) {
      best = scope;
      label = labelled(scope, element, words.transcript);
    }
    const text = textOf(best);
    let around = element;
    for (let up = parent(element), steps = 0; up && steps < 3 && !up.matches("html, body, main, [role=main]"); up = parent(up), steps++) around = up;
    const buttons = around === element ? [...(parent(element)?.children ?? [])].filter((each) => each.matches(BUTTONS)) : [...around.querySelectorAll(BUTTONS)];
    const names = buttons.slice(0, 20).filter((each) => !hidden(each)).map((each) => named(each));
    const { width, height } = box(element);
    return {
      number, place: place(element), kind: player?.kind ?? nameOf(element), player: player?.id ?? "",
      title: squeezed(attribute(element, "title") || attribute(element, "aria-label"), 150),
      address: squeezed(player ? addressOf(element)?.href : element.currentSrc || element.src, 500),
      controls: Boolean(element.controls) || Boolean(player), autoplay: Boolean(element.autoplay) || /[?&]autoplay=1/.test(addressOf(element)?.search ?? ""),
      muted: Boolean(element.muted || element.defaultMuted), loop: Boolean(element.loop),
      shown: visible(element) && attribute(element, "aria-hidden") !== "true" && (nameOf(element) === "audio" || (width > 1 && height > 1)), tracks: player ? [] : tracksOf(element),
      buttons: names, startable: names.some((name) => words.play.test(name)),
      transcript: label, described: [...best.querySelectorAll(LABELS)].slice(0, 600).some((each) => words.described.test(squeezed(each.textContent, 120)) && !hidden(each)),
      words: wordsIn(text), tells: words.tells.test(text), same: words.same.test(text),
      beside: [...(parent(element)?.children ?? [])].filter((each) => each !== element && native.test(nameOf(each))).map(nameOf).slice(0, 10),
      automatic: player ? false : tracksOf(element).some(({ label: name }) => words.automatic.test(name)),
    };
  }

  // For the inventory of the site.
  const facts = (given) => find(given).map(({ kind, player, title, address, controls, autoplay, muted, shown, buttons, tracks, transcript, described }) => ({
    kind, player, title, address: address.slice(0, 300), controls, buttons: buttons.length, autoplay, muted, shown, described,
    tracks: tracks.map((track) => [track.kind, track.language]), transcript: transcript.how,
  }));

  const soon = (promise, ms) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms, null))]);

  // The file again, beside the page and dumb, where the page has not loaded enough of it.
  async function loaded(element) {
    if (element.readyState >= 2) return element;
    const source = element.currentSrc || element.src || element.querySelector("source")?.src;
    if (!source || !/^(https?|data):/.test(source)) return element; // what code feeds: it is as it is
    const other = document.createElement(nameOf(element));
    other.muted = true;
    other.preload = "auto";
    if (element.crossOrigin !== null) other.crossOrigin = element.crossOrigin;
    const ready = new Promise((resolve) => ["loadeddata", "error"].forEach((name) => other.addEventListener(name, resolve, { once: true })));
    const sources = element.src ? [] : [...element.querySelectorAll("source")].slice(0, 6);
    for (const each of sources) other.append(each.cloneNode());
    if (!sources.length) other.src = source;
    sources.at(-1) && other.lastChild.addEventListener("error", () => other.dispatchEvent(new Event("error")), { once: true });
    await soon(ready, 2500);
    return other.readyState >= 1 ? other : element.readyState >= 1 ? element : other;
  }

  // Whether the file sounds at all, and for how many seconds; null where its sound cannot be read.
  async function heard(media) {
    const source = media.currentSrc;
    try {
      const answer = await soon(fetch(source, { credentials: "same-origin", headers: { Range: `bytes=0-${FILE - 1}` } }), 2500);
      const content = answer?.ok ? await soon(answer.arrayBuffer(), 2500) : null;
      if (!content || content.byteLength > FILE) return null;
      const sound = await soon(new OfflineAudioContext(1, RATE, RATE).decodeAudioData(content), 3000);
      if (!sound) return null;
      const samples = sound.getChannelData(0);
      const step = RATE / 4;
      let loud = 0;
      for (let at = 0; at < samples.length; at += step) {
        let most = 0;
        for (let i = at; i < Math.min(samples.length, at + step); i++) most = Math.max(most, Math.abs(samples[i]));
        if (most > LOUD) loud++;
      }
      return loud / 4;
    } catch {
      return null;
    }
  }

  // Its lines of captions, as the browser reads them.
  async function cues(track) {
    const holder = document.createElement("video");
    const copy = document.createElement("track");
    for (const name of ["kind", "srclang", "src"]) if (attribute(track, name)) copy.setAttribute(name, name === "src" ? track.src : attribute(track, name));
    const crossing = track.parentElement?.crossOrigin;
    if (crossing) holder.crossOrigin = crossing;
    const ready = new Promise((resolve) => {
      copy.addEventListener("load", () => resolve("read"), { once: true });
      copy.addEventListener("error", () => resolve("broken"), { once: true });
    });
    holder.append(copy);
    copy.track.mode = "hidden";
    const state = (await soon(ready, 2000)) ?? "unknown";
    const all = state === "read" ? [...(copy.track.cues ?? [])].slice(0, 20000) : [];
    const foreign = new URL(track.src || "about:blank", location.href).origin !== location.origin;
    return {
      state: state === "broken" && foreign ? "unknown" : state, cues: all.length,
      words: all.reduce((sum, cue) => sum + wordsIn(cue.text ?? ""), 0), ends: all.reduce((last, cue) => Math.max(last, cue.endTime === Infinity ? 0 : cue.endTime), 0),
    };
  }

  // What the files of the first recordings hold.
  async function listen() {
    const known = found.map(() => null);
    let left = LISTENED;
    await Promise.all(found.map(async ({ element, player }, number) => {
      if (player || left-- <= 0) return;
      const media = await loaded(element);
      const captured = [...element.querySelectorAll("track")].slice(0, 12).map(cues);
      const bytes = media.webkitAudioDecodedByteCount ?? 0;
      const isRead = media.readyState >= 1;
      const loud = isRead && media.duration < Infinity ? await heard(media) : null;
      known[number] = {
        isRead, error: media.error?.code ?? 0, seconds: media.duration > 0 && media.duration < Infinity ? media.duration : null,
        live: media.duration === Infinity, shows: isRead ? (media.videoWidth ?? 0) > 0 : null,
        loud, bytes: media.readyState >= 2 ? bytes : null, tracks: await Promise.all(captured),
      };
    }));
    return known;
  }

  // The lower part of some of a video's pictures, where captions are drawn; null where the browser keeps them.
  async function pictures(number, count) {
    const film = await loaded(found[number].element);
    const copy = document.createElement("video");
    copy.muted = true;
    copy.preload = "auto";
    if (film.crossOrigin !== null) copy.crossOrigin = film.crossOrigin;
    const ready = new Promise((resolve) => copy.addEventListener("loadeddata", () => resolve(true), { once: true }));
    copy.src = film.currentSrc;
    if (!(await soon(ready, 2500)) || !copy.videoWidth) return null;
    const scale = Math.min(1, 800 / copy.videoWidth);
    const canvas = new OffscreenCanvas(Math.round(copy.videoWidth * scale), Math.round(copy.videoHeight * scale * 0.45));
    const seconds = copy.duration < Infinity ? copy.duration : 0;
    const taken = [];
    for (let at = 0; at < count; at++) {
      const there = new Promise((resolve) => copy.addEventListener("seeked", () => resolve(true), { once: true }));
      copy.currentTime = (seconds * (at + 0.5)) / count;
      if (!(await soon(there, 1500))) continue;
      try {
        const down = copy.videoHeight * 0.55;
        canvas.getContext("2d").drawImage(copy, 0, down, copy.videoWidth, copy.videoHeight - down, 0, 0, canvas.width, canvas.height);
        const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
        taken.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
      } catch {
        return null; // of another origin
      }
    }
    return taken;
  }

  return { find, facts, listen, pictures };
})()
