// Shows what was added and takes it away again; a date picker for the pointer alone.
const evidence = document.getElementById("evidence");
if (evidence) {
  const added = document.getElementById("added");
  evidence.addEventListener("change", () => { added.hidden = !evidence.files.length; });
  document.getElementById("remove").addEventListener("click", () => {
    evidence.value = "";
    added.hidden = true;
    evidence.focus();
  });
}

const pick = document.getElementById("pick");
if (pick) {
  const picker = document.getElementById("picker");
  pick.addEventListener("click", () => {
    picker.hidden = !picker.hidden;
    pick.setAttribute("aria-expanded", String(!picker.hidden));
  });
  for (const day of picker.querySelectorAll(".day")) {
    day.addEventListener("click", () => { document.getElementById("day").value = `${day.textContent}/01/2027`; });
  }
}
