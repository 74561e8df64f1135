// Filters and sorts the table of the page. Without this script the table is all there, in its own order.
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0], rows = [...body.rows], id = table.id;
  const add = (parent, tag, values) => parent.appendChild(Object.assign(document.createElement(tag), values));
  const form = document.createElement("div");
  form.className = "controls";
  const field = (tag, name, label) => {
    const box = add(form, "p", {});
    add(box, "label", { htmlFor: `${id}-${name}`, textContent: label });
    return add(box, tag, { id: `${id}-${name}` });
  };
  const choose = (name, label, choices) => {
    const select = field("select", name, label);
    for (const [value, text] of choices) add(select, "option", { value, textContent: text });
    select.onchange = show;
    return select;
  };
  const words = field("input", "words", "Show only what contains");
  words.oninput = show;
  const impacts = [...new Set(rows.map(row => row.dataset.impact))];
  const owners = [...new Set(rows.map(row => row.dataset.owner))];
  const all = values => [["", "All"], ...values.map(value => [value, value])];
  const impact = choose("impact", "Impact", all(impacts));
  const owner = choose("owner", "Who can fix it", all(owners));
  const order = choose("order", "Order", [
    ["first", "First to fix first"], ["pages", "Most pages first"], ["name", "By name"]]);
  const said = add(form, "p", { className: "said" });
  said.setAttribute("role", "status");
  table.before(form);

  const name = row => row.querySelector("a").textContent;
  const pages = row => Number(row.dataset.pages);
  const orders = {
    first: (a, b) => rows.indexOf(a) - rows.indexOf(b),
    pages: (a, b) => pages(b) - pages(a) || orders.first(a, b),
    name: (a, b) => name(a).localeCompare(name(b)) || orders.first(a, b),
  };

  function show() {
    const wanted = words.value.trim().toLowerCase();
    const fits = row => (!impact.value || row.dataset.impact === impact.value)
      && (!owner.value || row.dataset.owner === owner.value)
      && row.textContent.toLowerCase().includes(wanted);
    for (const row of rows) row.hidden = !fits(row);
    body.append(...[...rows].sort(orders[order.value]));
    said.textContent = `${rows.filter(row => !row.hidden).length} of ${rows.length} shown`;
  }
}
