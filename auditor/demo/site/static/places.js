// Choosing a school opens a dialog; each of its buttons closes it.
const dialog = document.getElementById("schools");
document.getElementById("choose").addEventListener("click", () => dialog.showModal());
for (const button of dialog.querySelectorAll("button")) {
  button.addEventListener("click", () => {
    if (button.value) document.getElementById("chosen").textContent = button.value;
    dialog.close();
  });
}
