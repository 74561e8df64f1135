// WCAG 1.4.4: a page can be enlarged to 200%. What a browser makes of the line, where axe reads it otherwise: it parts
// settings by commas alone and takes only numbers (https://www.w3.org/TR/css-device-adapt-1/#viewport-meta).
({
  selector: "html", // axe passes over what shows nothing, as the line itself
  matches(node) {
    const lineOf = (meta) => meta.content.toLowerCase().slice(0, 1000).replace(/ ?= ?/g, "=");
    const metas = [...node.querySelectorAll("meta[name=viewport i][content]")].slice(0, 10);
    const lines = metas.map(lineOf);
    if (!lines.length || window.top !== window) return false; // a frame's has no effect
    const read = (line, separators) => {
      const settings = new Map();
      for (const part of line.split(separators)) {
        const [key, value] = part.split("=").map((each) => each.trim());
        if (value) settings.set(key, value);
      }
      return settings;
    };
    const number = (value) => {
      const found = parseFloat(value);
      if (!Number.isNaN(found)) return found;
      return value === "yes" ? 1 : value.startsWith("device-") ? 10 : 0;
    };
    const limit = (settings, told = number) => {
      const most = settings.get("maximum-scale");
      if (most !== undefined && told(most) >= 0 && told(most) < 2) return `maximum-scale=${most}`;
      const may = settings.get("user-scalable");
      if (may !== undefined && (may === "no" || Math.abs(told(may)) < 1)) return `user-scalable=${may}`;
      return "";
    };
    const all = read(lines.join(), /[\s,;]+/); // the last word counts
    const found = limit(all);
    const axes = metas.filter((meta) => meta.name === "viewport").map(lineOf); // by its selector
    const known = axes.some((line) => limit(read(line, /[,;]/), (value) => (value === "yes" ? 1 : parseFloat(value))));
    (globalThis.auditorZoom ??= new WeakMap()).set(node, found);
    return !known && all.size > 0;
  },
  evaluate(node) {
    const limit = globalThis.auditorZoom.get(node);
    this.data({ limit: limit.slice(0, 60) });
    return !limit;
  },
  messages: { failed: "“${data.limit}” keeps people from enlarging the page" },
})
