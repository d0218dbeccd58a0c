// Trying a change: the answer follows what is filled in.

const form = document.getElementById("try");
const answer = document.getElementById("answer");
const PAUSE_MS = 400;
let timer;
let asking;

/** Asks anew, unless what was asked before is overtaken by this. */
async function ask() {
  asking?.abort();
  asking = new AbortController();
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("pasted");
  fields.set("part", "answer");
  answer.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.dataset.try, { method: "POST", body: fields, signal: asking.signal });
    // Whatever else comes is told when the form is sent.
    if (response.ok) show(await response.text());
  } catch (error) {
    if (error.name === "AbortError") return;
  }
  answer.removeAttribute("aria-busy");
}

/** Puts the answer in place, what is wrong beside its field, and leaves open what was open. */
function show(html) {
  const told = new DOMParser().parseFromString(html, "text/html");
  const toggled = new Map([...answer.querySelectorAll("details[id]")].map((details) => [details.id, details.open]));
  for (const slot of form.querySelectorAll(".problems")) slot.replaceChildren();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const problem of told.querySelectorAll("[data-beside]")) {
    const name = problem.dataset.beside;
    document.getElementById(`problem-${name}`)?.append(...problem.childNodes);
    document.getElementById(`f-${name}`)?.setAttribute("aria-invalid", "true");
    problem.remove();
  }
  answer.replaceChildren(...told.body.childNodes);
  for (const details of answer.querySelectorAll("details[id]")) {
    if (toggled.has(details.id)) details.open = toggled.get(details.id);
  }
}

form.addEventListener("input", (event) => {
  if (event.target.name === "pasted") return;
  // Where only time has passed, nothing else has happened.
  if (event.target.name === "fact" && event.target.checked) {
    const alone = event.target.value === "timer";
    for (const box of form.querySelectorAll("[name=fact]")) {
      if (box !== event.target && (alone || box.value === "timer")) box.checked = false;
    }
  }
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MS);
});
