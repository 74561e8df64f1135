// WCAG 2.2.1: a time limit that the page sets can be turned off, adjusted or extended.
({
  selector: "p, li, div, span, strong, b, em, td, dd, h2, h3, h4, label, legend, output, time, [role=timer], [role=alert], body",
  matches(node, virtualNode) {
    // A refresh in other letters than axe's own rule looks for, or a timer in a script that leads elsewhere.
    const ledOn = (page) => {
      for (const each of page.querySelectorAll("meta[http-equiv]")) {
        const seconds = Number.parseFloat(each.content);
        if (each.httpEquiv !== "refresh" && each.httpEquiv.toLowerCase() === "refresh" && seconds > 0 && seconds < 72000) {
          return `The page gives way by itself after ${seconds} seconds`;
        }
      }
      for (const { text } of [...page.querySelectorAll("script:not([src])")].slice(0, 50)) {
        if (text.length > 50000) continue;
        for (const timer of text.matchAll(/setTimeout\s*\(([^;{}]{0,200}\{?[^{}]{0,300}\}?)\s*,\s*(\d{5,7}|\d+(?:\s*\*\s*\d+)+)\s*\)/g)) {
          const long = timer[2].split("*").reduce((product, factor) => product * Number(factor), 1);
          const named = /^\w+$/.test(timer[1]) ? text.split(new RegExp(`function\\s+${timer[1]}\\b|\\b${timer[1]}\\s*=`))[1]?.slice(0, 300) : "";
          const leads = /\blocation(?:\.href)?\s*=[^=]|\blocation\.(?:assign|replace|reload)\s*\(|\.submit\s*\(/.test(timer[1] + (named ?? ""));
          if (leads && long >= 10000 && long < 72000000) return `A script leads on after ${Math.round(long / 1000)} seconds`;
        }
      }
      return "";
    };
    if (node.localName === "body") {
      const led = ledOn(node.ownerDocument);
      if (led) (globalThis.auditorLimits ??= new WeakMap()).set(node, led);
      return Boolean(led);
    }
    // A sentence and the tags within it; the smallest element that holds the whole of it.
    if (node.textContent.length > 1500 || !/\d|\b(one|two|five|ten|twenty|thirty)\b/i.test(node.textContent)) return false;
    const text = node.textContent.replace(/\s+/g, " ");
    const N = String.raw`(?:about |around |up to )?(?:\d{1,4}|one|two|three|five|ten|fifteen|twenty|thirty|forty[- ]five|sixty)`;
    const SPAN = String.raw`${N}[ -](?:minutes?|mins?|seconds?|secs?|hours?)`;
    const WHAT = String.raw`(?:(?:this|the|your) (?:web ?page|page|form|session|online session|screen))`;
    const ENDS = String.raw`(?:will |to |is going to |may )?(?:be )?(?:automatically )?(?:clos(?:e|es|ed)|expir(?:e|es|ed)|times? out|timed out|ends?|lapse|lapses|reset|resets|cancell?ed|logged out|logged off|signed out|cleared|lost|deleted|released)`;
    const LOST = String.raw`(?:will |to |may )?(?:be )?(?:automatically )?(?:expir(?:e|es|ed)|times? out|timed out|lapse|lapses|cancell?ed|cleared|lost|deleted|released)`;
    const KEPT = String.raw`(?:(?:this|the|your) (?:application|payment|transaction|booking|basket))`;
    const limits = [
      new RegExp(`${WHAT} ${ENDS}(?: automatically)? (?:in|after|within) ${SPAN}`, "i"),
      new RegExp(`${KEPT} ${LOST}(?: automatically)? (?:in|after|within) ${SPAN}`, "i"),
      new RegExp(String.raw`(?:in|after|within) ${SPAN}(?: of (?:inactivity|no activity))?,? ${WHAT} ${ENDS}`, "i"),
      new RegExp(String.raw`\b(?:we|we'll|we’ll|we will|are|is|be) (?:only )?(?:hold|held|keep|kept|reserved?|saved?)\b[^.!?]{0,40} for (?:${SPAN}|\d{1,2}:\d\d)(?!\d)`, "i"),
      /\btime (?:left|remaining)\b.{0,20}?\b(?:\d{1,2}:\d\d\b|\d{1,3} ?(?:minutes?|mins?|seconds?|secs?)\b)/i,
      new RegExp(String.raw`\byou (?:only )?have ${SPAN} (?:left|remaining|to (?:complete|finish|fill|pay|submit|book|check ?out))`, "i"),
      new RegExp(String.raw`\byou(?: will|'ll|’ll) be (?:automatically )?(?:signed|logged|timed) (?:out|off)(?: automatically)? (?:in|after) ${SPAN}`, "i"),
      /\b(?:mae gennych|dim ond) (?:chi )?\d{1,3} (?:munud|eiliad|awr) (?:i|ar ôl)\b/i,
      /\b(?:bydd|mae) (?:y dudalen hon|y ffurflen hon|eich sesiwn|y sesiwn|y dudalen)\b.{0,40}\b(?:cau|dod i ben|gorffen)\b.{0,20}\b\d{1,3} (?:o )?(?:funudau|munud|eiliad|awr)\b/i,
    ];
    const found = limits.map((each) => each.exec(text)).find(Boolean);
    if (!found) return false;
    if ([...node.children].some((child) => child.textContent.replace(/\s+/g, " ").includes(found[0]))) return false;
    if (!axe.commons.dom.isVisibleOnScreen(virtualNode)) return false;
    (globalThis.auditorLimits ??= new WeakMap()).set(node, found[0]);
    return true;
  },
  evaluate(node) {
    const limit = globalThis.auditorLimits.get(node);
    if (/\b(?:2\d|[3-9]\d|\d{3,}) hours?\b/i.test(limit)) return true; // 20 hours and more are enough
    this.data({ text: limit.slice(0, 120) });
    if (limit.startsWith("The page gives way")) return false;
    // Hidden text counts too: the offer may be in the page already and show when the time is nearly up.
    const OFFER = /more time|extra time|longer|extend|extension|stay (?:signed|logged) in|keep me (?:signed|logged) in|keep (?:working|going)|still there|turn off|no time limit|renew|mwy o amser|ymestyn|aros wedi/i;
    const text = node.ownerDocument.body.textContent;
    if (OFFER.test(text.slice(0, 500000)) && !/(?:cannot|can't|can’t|can not|unable to) (?:be )?(?:extend|get more time)/i.test(text)) return undefined;
    const fields = [...node.ownerDocument.querySelectorAll("input, select, textarea")].filter((field) => {
      const type = (field.getAttribute("type") ?? "text").toLowerCase();
      return !["hidden", "search", "submit", "button", "reset", "image"].includes(type) && !field.closest("[role=search], header, footer, nav");
    });
    return fields.length > 1 ? false : undefined; // elsewhere it may tell of a form that is yet to come
  },
  messages: {
    failed: "“${data.text}”: nothing on the page offers more time",
    cant_tell: "“${data.text}”: are people warned before, and can they get more time with one key?",
  },
})
