// Blue Badge: questions that open further ones, suggestions, tabs.
for (const radio of document.querySelectorAll("[data-shows]")) {
  radio.addEventListener("change", () => {
    for (const each of document.querySelectorAll("[data-shows]")) {
      document.getElementById(each.dataset.shows).hidden = !each.checked;
    }
  });
}

function suggests(field, list, names, item, shown) {
  field.addEventListener("input", () => {
    list.replaceChildren(...names.map((name) => {
      const each = item(name);
      each.textContent = name;
      each.addEventListener("click", () => {
        field.value = name;
        list.hidden = true;
        shown(false);
      });
      return each;
    }));
    list.hidden = false;
    shown(true);
  });
}

const surgery = document.getElementById("surgery");
if (surgery) {
  const list = document.getElementById("surgeries");
  suggests(surgery, list, ["Quay Street Surgery", "Tarnside Surgery"], (name) => {
    const each = document.createElement("p");
    each.id = name.split(" ")[0].toLowerCase();
    each.style.cssText = "color:#9a9a9a;background:#fff";
    return each;
  }, () => {});

  const town = document.getElementById("town");
  const towns = document.getElementById("towns");
  const options = () => [...towns.children];
  suggests(town, towns, ["Harrowmere", "Lower Mere"], (name) => {
    const each = document.createElement("li");
    each.setAttribute("role", "option");
    each.setAttribute("aria-selected", "false");
    each.id = `town-${name.length}`;
    return each;
  }, (open) => {
    town.setAttribute("aria-expanded", String(open));
    town.removeAttribute("aria-activedescendant");
  });
  town.addEventListener("keydown", (event) => {
    const now = options().findIndex((each) => each.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") towns.hidden = true;
    else if (event.key === "Enter" && now >= 0 && !towns.hidden) options()[now].click();
    else if (step && !towns.hidden) {
      const next = options()[(now + step + options().length) % options().length];
      for (const each of options()) each.setAttribute("aria-selected", String(each === next));
      town.setAttribute("aria-activedescendant", next.id);
    } else return;
    if (towns.hidden) town.setAttribute("aria-expanded", "false");
    event.preventDefault();
  });
}

const tabs = [...document.querySelectorAll("#answers [role=tab]")];
function show(tab) {
  for (const each of tabs) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = each !== tab;
  }
}
for (const tab of tabs) {
  tab.addEventListener("click", () => show(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    show(next);
    next.focus();
  });
}
