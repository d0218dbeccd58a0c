// What every page can do. Pages work without it; it makes them quicker to use.

/** Menus close when something else is pressed, and by Escape. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});
// What opens below the edge of the window comes into sight. `toggle` does not bubble.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches("details.menu[open]")) {
      event.target.querySelector(".items").scrollIntoView({ block: "nearest" });
    }
  },
  true,
);

/** `data-opens` has the id of a dialog that a button opens; `data-closes` closes the one that it is in. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    document.getElementById(opener.dataset.opens)?.showModal();
  }
  event.target.closest("[data-closes]")?.closest("dialog")?.close();
});

/** What was done is told once: a page that is loaded again, or kept as a bookmark, does not say it anew. */
const here = new URL(location.href);
if (here.searchParams.has("done")) {
  here.searchParams.delete("done");
  history.replaceState(history.state, "", here);
}

/** `data-copies` has the id of an element whose text a button copies, and `data-copied` what the button says then. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
  button.textContent = button.dataset.copied;
});

/** A page that answers a form is not sent again when it is loaded again. */
const stored = document.querySelector("[data-stored]");
if (stored) history.replaceState(history.state, "", stored.dataset.stored);
