// The page on which people watch: what changes is asked for again every few seconds, unless nobody looks or somebody stops it.

const PERIOD_MS = 5000;

/** Puts new content in, and leaves open what was open, and the focus where it was. */
function replace(place, html) {
  const open = [...place.querySelectorAll("details[open][id]")].map((details) => details.id);
  const scrolled = [...place.querySelectorAll(".scroll")].map((box) => [box.scrollLeft, box.scrollTop]);
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const focus = focused?.id || focused?.closest("details[id]")?.id;
  place.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  [...place.querySelectorAll(".scroll")].forEach((box, nth) => {
    if (scrolled[nth]) [box.scrollLeft, box.scrollTop] = scrolled[nth];
  });
  if (focus) {
    const again = document.getElementById(focus);
    (again?.querySelector(":scope > summary") ?? again)?.focus({ preventScroll: true });
  }
}

/** A part of a page; nothing if the service does not give it. */
async function part(address) {
  try {
    const response = await fetch(address, { headers: { accept: "text/html" } });
    // Whoever has been signed out is sent to another page, which does not belong here.
    if (response.redirected) location.reload();
    return response.ok && !response.redirected ? await response.text() : null;
  } catch {
    return null;
  }
}

const watching = document.getElementById("watching");
const live = document.getElementById("live");
if (watching && live) {
  const button = watching.querySelector("button");
  const status = watching.querySelector("[role=status]");
  let isPaused = false;
  let isAsking = false;
  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
  const ask = async () => {
    if (isPaused || isAsking || document.hidden) return;
    isAsking = true;
    const html = await part(watching.dataset.from);
    isAsking = false;
    if (isPaused) return;
    // Nothing is put in while somebody selects a text of it.
    const isSelecting = !getSelection().isCollapsed && live.contains(getSelection().anchorNode);
    if (html !== null && !isSelecting) replace(live, html);
    say(html === null ? watching.dataset.lost : watching.dataset.running);
  };
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.setAttribute("aria-pressed", String(isPaused));
    say(isPaused ? watching.dataset.paused : watching.dataset.running);
    ask();
  });
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, PERIOD_MS);
  watching.hidden = false;
}

/** What takes a moment to find is asked for once the page is there. */
const findings = document.getElementById("findings");
if (findings?.dataset.from) {
  const html = await part(findings.dataset.from);
  if (html !== null) findings.innerHTML = html;
}
