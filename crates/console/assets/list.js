// The list of workflows: found while one types, and put into order by dragging or by the arrow keys.

const results = document.getElementById("results");
const filter = document.getElementById("filter");
const told = document.getElementById("told");

/** The answer to the last question asked counts, whichever comes last. */
let asked = 0;
let waiting;

async function find() {
  const query = new URLSearchParams([...new FormData(filter)].filter(([, value]) => value !== ""));
  const url = new URL(filter.action);
  url.search = query;
  const turn = ++asked;
  const answer = await fetch(url);
  if (turn !== asked || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("results");
  if (!found) return location.assign(url);
  results.replaceChildren(...found.childNodes);
  history.replaceState(history.state, "", url);
}

filter.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(find, 200);
});
filter.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  find();
});

/** The cards of the list, in their order. */
const cards = () => [...document.querySelectorAll("#workflows > .workflow")];

/** Stores the place that a card has now. */
async function store(card) {
  const list = card.parentElement;
  const form = new URLSearchParams({ workflow: card.dataset.id });
  if (card.nextElementSibling) form.set("before", card.nextElementSibling.dataset.id);
  else if (card.previousElementSibling) form.set("after", card.previousElementSibling.dataset.id);
  const answer = await fetch(list.dataset.order, { method: "POST", body: form, redirect: "manual" });
  // Done is told by a redirect. Whatever else there is, the page tells what is stored.
  if (answer.type !== "opaqueredirect") location.reload();
}

function announce(card) {
  const all = cards();
  told.textContent = card.parentElement.dataset.moved.replace("%place", all.indexOf(card) + 1).replace("%count", all.length);
}

/** One key moves by one place; what is stored is where it ends up. */
let storing;
document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(".handle")?.closest(".workflow");
  if (!card || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const other = event.key === "ArrowUp" ? card.previousElementSibling : card.nextElementSibling;
  if (!other) return;
  if (event.key === "ArrowUp") other.before(card);
  else other.after(card);
  card.querySelector(".handle").focus();
  announce(card);
  clearTimeout(storing);
  storing = setTimeout(store, 300, card);
});

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest(".handle");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  const card = handle.closest(".workflow");
  const before = cards().indexOf(card);
  card.classList.add("dragged");
  const move = ({ clientY }) => {
    for (const other of cards()) {
      if (other === card) continue;
      const { top, height } = other.getBoundingClientRect();
      if (clientY < top || clientY > top + height) continue;
      if (clientY < top + height / 2) other.before(card);
      else other.after(card);
      return;
    }
  };
  const end = (ended) => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    card.classList.remove("dragged");
    if (cards().indexOf(card) === before || ended.type === "pointercancel") return;
    announce(card);
    store(card);
  };
  // A handle that is moved with its card loses what it has captured, so that the document listens.
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
});
