// The help opens; the street's field suggests as one types.
const help = document.getElementById("help");
const button = document.getElementById("help-button");
button.addEventListener("click", () => {
  help.hidden = !help.hidden;
  button.setAttribute("aria-expanded", String(!help.hidden));
});

const street = document.getElementById("street");
const list = document.getElementById("streets");
street.addEventListener("input", () => {
  list.replaceChildren(...["Market Street", "Mill Lane"].map((name) => {
    const item = document.createElement("div");
    item.setAttribute("role", "option");
    item.id = name.toLowerCase().replace(" ", "-");
    item.textContent = name;
    item.addEventListener("click", () => {
      street.value = name;
      list.hidden = true;
      street.setAttribute("aria-expanded", "false");
    });
    return item;
  }));
  list.hidden = false;
  street.setAttribute("aria-expanded", "true");
});
