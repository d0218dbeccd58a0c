// The directory: hours are painted on a grid of the week, rows are added in place, and the date of the settings is shown as it is typed.

const DAY = 1440;
const STEP = 30;

/** What a span `{ day, from, to }` covers, in minutes of the week from Monday on; one that crosses midnight ends on the next day. */
const covered = (span) => {
  const start = (span.day - 1) * DAY + span.from;
  const length = span.to > span.from ? span.to - span.from : span.to - span.from + DAY;
  return [start, start + length];
};

/** Spans for minutes `[start, end)` of the week, each beginning on a day of its own and shorter than one. */
const split = (start, end) => {
  const spans = [];
  while (start < end) {
    const day = Math.floor(start / DAY);
    const from = start - day * DAY;
    const crosses = end > (day + 1) * DAY && end - start < DAY;
    const until = crosses ? end : Math.min(end, (day + 1) * DAY);
    const to = until - day * DAY;
    spans.push({ day: (day % 7) + 1, from, to: to > DAY ? to - DAY : to });
    start = until;
  }
  return spans;
};

/** How much of minutes `[from, to)` of a day is covered: `all`, `part` or `none`. */
export function state(spans, day, from, to) {
  const start = (day - 1) * DAY + from;
  const end = (day - 1) * DAY + to;
  const covering = new Array(end - start).fill(false);
  for (const span of spans) {
    const [begin, until] = covered(span);
    for (const shift of [0, -7 * DAY]) {
      for (let at = Math.max(start, begin + shift); at < Math.min(end, until + shift); at++) covering[at - start] = true;
    }
  }
  return covering.every(Boolean) ? "all" : covering.some(Boolean) ? "part" : "none";
}

/**
 * Spans with minutes `[from, to)` of a day painted, or wiped out. Whatever else they cover stays as it is, to the minute; spans that are
 * not touched stay as they were written, and what is painted joins what it touches on its own day.
 */
export function paint(spans, day, from, to, on) {
  let start = (day - 1) * DAY + from;
  let end = (day - 1) * DAY + to;
  if (state(spans, day, from, to) === (on ? "all" : "none")) return spans;
  const kept = [];
  const pieces = [];
  for (const span of spans) {
    const whole = covered(span);
    // The night from Sunday to Monday is at both ends of the week.
    const shift = [0, -7 * DAY].find((by) => touches(whole[0] + by, whole[1] + by, start, end, on));
    if (shift === undefined) {
      kept.push(span);
      continue;
    }
    const [begin, until] = [whole[0] + shift, whole[1] + shift];
    if (on) {
      start = Math.min(start, begin);
      end = Math.max(end, until);
    } else {
      pieces.push([begin, Math.min(start, until)], [Math.max(end, begin), until]);
    }
  }
  if (on) pieces.push([start, end]);
  const week = 7 * DAY;
  for (const [begin, until] of pieces) {
    const by = begin < 0 ? week : 0;
    kept.push(...split(begin + by, until + by));
  }
  return kept.sort((a, b) => a.day - b.day || a.from - b.from);
}

/** Whether a span has to do with what is painted: it overlaps it, or is painted on to within a day. */
const touches = (begin, until, start, end, on) => {
  if (begin < end && start < until) return true;
  return on && ((until === start && start % DAY !== 0) || (begin === end && end % DAY !== 0));
};

/** The minute of the day that a text says, as the service reads it: `9:30`, `9h30`, `9.30`, `930`, `9`. */
const minutes = (text) => {
  const found = /^(\d+?)(?:[:hH.](\d*)|(\d\d))?$/.exec(text.trim());
  if (!found) return null;
  const [hour, minute] = [Number(found[1]), Number(found[2] || found[3] || 0)];
  return minute < 60 && hour * 60 + minute <= DAY ? hour * 60 + minute : null;
};
const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** Whether two ends make a span: others are left as they were typed, for the service to tell. */
const whole = (from, to) => from !== null && to !== null && from < DAY && from !== (to || DAY);

/** The rows of the week, and the grid that shows the same hours. */
class Week {
  constructor(root) {
    this.root = root;
    this.rows = [...root.querySelectorAll("[data-day]")];
    this.cells = new Map();
    this.build();
    this.draw();
    root.addEventListener("input", () => this.draw());
  }

  /** The spans that the rows say; what is not whole is left to its row. */
  read() {
    const spans = [];
    for (const row of this.rows) {
      for (const span of row.querySelectorAll(".span")) {
        const [from, to] = [...span.querySelectorAll("input")].map((input) => minutes(input.value));
        if (!whole(from, to)) continue;
        spans.push({ day: Number(row.dataset.day), from, to: to === 0 ? DAY : to });
      }
    }
    return spans;
  }

  /** Writes spans into the rows, after what is not whole there, and one blank row. */
  write(spans) {
    for (const row of this.rows) {
      const of = spans.filter((span) => span.day === Number(row.dataset.day));
      const typed = [...row.querySelectorAll(".span")];
      const free = typed.filter((span) => {
        const [from, to] = [...span.querySelectorAll("input")].map((input) => input.value.trim());
        return from + to === "" || whole(minutes(from), minutes(to));
      });
      while (free.length < of.length + 1) free.push(add(row));
      while (free.length > of.length + 1) free.pop().remove();
      free.forEach((span, index) => {
        const [from, to] = span.querySelectorAll("input");
        from.value = of[index] ? clock(of[index].from) : "";
        to.value = of[index] ? clock(of[index].to) : "";
      });
    }
    this.draw();
  }

  build() {
    const { label, help } = this.root.dataset;
    const table = document.createElement("table");
    table.className = "week";
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", label);
    table.setAttribute("aria-multiselectable", "true");
    table.setAttribute("aria-describedby", "week-help");
    const head = table.createTHead().insertRow();
    head.appendChild(document.createElement("td"));
    for (let hour = 0; hour < 24; hour += 3) {
      const cell = document.createElement("th");
      cell.scope = "colgroup";
      cell.colSpan = 6;
      cell.textContent = clock(hour * 60);
      head.appendChild(cell);
    }
    const body = table.createTBody();
    for (const row of this.rows) {
      const line = body.insertRow();
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = row.querySelector(".name").textContent;
      line.appendChild(name);
      for (let from = 0; from < DAY; from += STEP) this.cell(line, Number(row.dataset.day), from, name.textContent);
    }
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    const told = document.createElement("p");
    told.id = "week-help";
    told.className = "help wide";
    told.textContent = help;
    scroll.append(table);
    this.root.prepend(scroll, told);
    this.focusable = this.cells.get("1-480");
    this.focusable.tabIndex = 0;
    const disabled = this.root.closest("fieldset:disabled");
    if (!disabled) this.listen(table);
  }

  cell(line, day, from, name) {
    const cell = line.insertCell();
    cell.setAttribute("role", "gridcell");
    cell.tabIndex = -1;
    Object.assign(cell.dataset, { cell: "", day, from });
    cell.dataset.label = `${name} ${clock(from)}–${clock(from + STEP)}`;
    this.cells.set(`${day}-${from}`, cell);
  }

  draw() {
    const spans = this.read();
    const { on, part } = this.root.dataset;
    for (const cell of this.cells.values()) {
      const from = Number(cell.dataset.from);
      const now = state(spans, Number(cell.dataset.day), from, from + STEP);
      if (cell.dataset.state === now) continue;
      cell.dataset.state = now;
      cell.setAttribute("aria-selected", now === "all");
      const said = { all: `, ${on}`, part: `, ${part}`, none: "" }[now];
      cell.setAttribute("aria-label", cell.dataset.label + said);
    }
  }

  /** Paints a cell; and those of the same day on the way from another one, which a quick hand leaps over. */
  paint(cell, on, since = cell) {
    const day = cell.dataset.day;
    const ends = [cell, since.dataset.day === day ? since : cell].map((end) => Number(end.dataset.from));
    this.write(paint(this.read(), Number(day), Math.min(...ends), Math.max(...ends) + STEP, on));
  }

  focus(cell) {
    this.focusable.tabIndex = -1;
    this.focusable = cell;
    cell.tabIndex = 0;
    cell.focus();
  }

  listen(table) {
    let painting = null;
    table.addEventListener("pointerdown", (event) => {
      const cell = event.target.closest("[data-cell]");
      // A finger scrolls; it paints what it taps.
      if (!cell || event.button !== 0 || event.pointerType === "touch") return;
      event.preventDefault();
      painting = { on: cell.dataset.state !== "all", last: cell };
      this.focus(cell);
      this.paint(cell, painting.on);
    });
    table.addEventListener("pointerover", (event) => {
      const cell = event.target.closest("[data-cell]");
      if (!cell || painting === null) return;
      this.paint(cell, painting.on, painting.last);
      painting.last = cell;
    });
    for (const ends of ["pointerup", "pointercancel"]) window.addEventListener(ends, () => (painting = null));
    table.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-cell]");
      if (cell && event.pointerType === "touch") this.paint(cell, cell.dataset.state !== "all");
    });
    table.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    const [day, from] = [Number(cell.dataset.day), Number(cell.dataset.from)];
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      this.paint(cell, cell.dataset.state !== "all");
      return;
    }
    const to = {
      ArrowLeft: [day, from - STEP],
      ArrowRight: [day, from + STEP],
      ArrowUp: [day - 1, from],
      ArrowDown: [day + 1, from],
      Home: [day, 0],
      End: [day, DAY - STEP],
    }[event.key];
    const next = to && this.cells.get(to.join("-"));
    if (!to) return;
    event.preventDefault();
    if (!next) return;
    if (event.shiftKey) this.paint(next, cell.dataset.state === "all");
    this.focus(next);
  }
}

/** One more span in a row: a copy of the last one, blank and with the next number. */
function add(row) {
  const last = [...row.querySelectorAll(".span")].at(-1);
  const span = last.cloneNode(true);
  for (const input of span.querySelectorAll("input")) {
    input.value = "";
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, (n) => Number(n) + 1));
  }
  last.after(span);
  return span;
}

const week = document.getElementById("week");
if (week) new Week(week);

document.addEventListener("click", (event) => {
  const button = event.target.closest('[data-day] > .spans > button[name="do"]');
  if (!button) return;
  event.preventDefault();
  add(button.closest("[data-day]")).querySelector("input").focus();
});

/** The settings' sample follows what is typed. */
const sample = document.querySelector("[data-sample]");
if (sample) {
  const [zone, locale] = ["time_zone", "locale"].map((id) => document.getElementById(id));
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    const answer = await fetch(`${sample.dataset.sample}?${new URLSearchParams({ zone: zone.value, locale: locale.value })}`);
    const text = answer.ok ? await answer.text() : "";
    if (mine === asked) document.getElementById("sample").textContent = text || "–";
  };
  for (const input of [zone, locale]) input.addEventListener("input", show);
}

/** A file that is chosen is read into the field, as if it had been pasted. */
const reads = document.querySelector("[data-reads]");
if (reads) {
  const file = document.getElementById("file");
  const told = document.getElementById("file-told");
  reads.hidden = file.hidden = false;
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
      document.getElementById(reads.dataset.reads).value = text;
      told.hidden = true;
    } catch {
      told.textContent = reads.dataset.unreadable;
      told.hidden = false;
    }
  });
}
