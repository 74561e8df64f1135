// Asks about cookies in a dialog over the page; a company that many websites use asks, in a frame.
if (!document.cookie.includes("account_cookies=")) {
  const asks = document.querySelector("script[data-asks]").dataset.asks;
  const dialog = document.createElement("div");
  dialog.id = "cookie-dialog";
  dialog.className = "over";
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-modal", "true");
  dialog.innerHTML = `<iframe id="cookie-frame" src="${asks}"></iframe>`;
  addEventListener("message", (event) => {
    if (event.origin !== new URL(asks).origin || !/^(yes|no)$/.test(event.data)) return;
    document.cookie = `account_cookies=${event.data}; path=/; SameSite=Lax`;
    dialog.remove();
    document.getElementById("main").focus();
  });
  document.body.prepend(dialog);
}
