// WCAG technique G201's thought, for files: what opens in another program says so before it is opened.
(() => {
  const WORDS = {
    pdf: "pdf",
    doc: "word|document|docx?|dogfen", docx: "word|document|docx?|dogfen", rtf: "word|document|rtf|dogfen",
    odt: "open ?document|document|odt|dogfen",
    xls: "excel|spreadsheet|xlsx?|taenlen", xlsx: "excel|spreadsheet|xlsx?|taenlen", ods: "spreadsheet|ods|taenlen",
    csv: "csv|spreadsheet|data|taenlen",
    ppt: "powerpoint|slides|presentation|pptx?|cyflwyniad", pptx: "powerpoint|slides|presentation|pptx?|cyflwyniad",
    odp: "slides|presentation|odp|cyflwyniad",
    zip: "zip|archive",
  };
  const SOUND = "audio|sound|mp3|podcast|listen|hear|recording|speech|song|sain|gwrando|recordiad";
  const FILM = "video|film|clip|animation|mp4|watch|recording|webcast|fideo|ffilm|gwylio|recordiad";
  for (const kind of ["mp3", "wav", "m4a", "aac", "ogg", "oga", "opus", "flac", "wma"]) WORDS[kind] = SOUND;
  for (const kind of ["mp4", "m4v", "webm", "mov", "ogv", "avi", "mkv", "wmv", "mpg", "mpeg"]) WORDS[kind] = FILM;
  const said = (text, words) => new RegExp(`(^|[^a-z])(${words})([^a-z]|$)`, "i").test(text.slice(0, 2000));
  const wordsOf = (node) => {
    const name = /\.([a-z0-9]{2,4})$/i.exec(node.pathname ?? "");
    return node.protocol?.startsWith("http") ? WORDS[name?.[1].toLowerCase()] : undefined;
  };
  const drawn = (node) => ["::before", "::after"].map((part) => getComputedStyle(node, part).content).join(" ");

  return {
    selector: "a[href]",
    matches: (node) => Boolean(wordsOf(node)),
    evaluate: (node, options, virtualNode) => {
      const words = wordsOf(node);
      const beside = node.closest("li, p, td, dd, figure, figcaption") ?? node;
      return said(`${axe.commons.text.accessibleTextVirtual(virtualNode)} ${beside.textContent} ${drawn(node)}`, words);
    },
    messages: { failed: "The link opens a file that is no web page, and neither it nor its sentence says so" },
  };
})()
