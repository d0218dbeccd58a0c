// The form of a workflow. The page has all that rows and values are made from; what is sent is read, and told about, by the service.

const find = (css, within = document) => within.querySelector(css);
const all = (css, within = document) => [...within.querySelectorAll(css)];
const form = () => find("#workflow");

// Rows and values: names are paths, so that what moves is named anew.

const NAMED = ["name", "id", "for", "aria-describedby", "data-row", "data-told", "data-chips", "data-chip", "data-elements", "data-element", "data-variables"];

/** Names everything in an element anew that is called by a path, or by one inside it. */
function rename(root, from, to) {
  if (from === to) return;
  for (const element of [root, ...all("*", root)]) {
    for (const attribute of NAMED) {
      const value = element.getAttribute(attribute);
      const at = value?.startsWith("told:") ? 5 : 0;
      if (value?.startsWith(from, at)) element.setAttribute(attribute, value.slice(0, at) + to + value.slice(at + from.length));
    }
  }
}

/** Numbers the elements of a list from 0. */
function renumber(list, children, attribute) {
  children.forEach((child, index) => {
    const to = `${list}[${index}]`;
    rename(child, child.getAttribute(attribute), to);
  });
}

/** What the page has to make something from, for a path. */
function made(css, path) {
  const holder = document.createElement("template");
  holder.innerHTML = find(css).innerHTML.replaceAll("{row}", path);
  return holder.content;
}

const rowsOf = (list) => all(":scope > [data-row]", list);
const renumberRows = (list) => renumber(list.dataset.rows, rowsOf(list), "data-row");
const kindsOf = (row) => (row.dataset.row.startsWith("actions") ? "actions" : "conditions");

function addRow(name) {
  const list = find(`[data-rows="${name}"]`);
  const kinds = name === "actions" ? "actions" : "conditions";
  list.append(made(`template[data-row-of="${kinds}"]`, `${name}[${rowsOf(list).length}]`));
  find("[data-kind]", list.lastElementChild).focus();
}

function removeRow(row) {
  const list = row.parentElement;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  renumberRows(list);
  (next ? find("[data-kind]", next) : document.getElementById(`add:${list.dataset.rows}`)).focus();
}

function moveRow(row, button) {
  const other = button.dataset.move < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (button.dataset.move < 0) other.before(row);
  else other.after(row);
  renumberRows(row.parentElement);
  button.focus();
}

/** The editors that rows had for kinds that were chosen before, so that nothing typed is lost by choosing another one. */
const editors = new WeakMap();

function changeKind(select) {
  const row = select.closest("[data-row]");
  const editor = find(":scope > [data-editor]", row);
  const before = editors.get(row) ?? new Map();
  editors.set(row, before);
  const chosen = select.dataset.before ?? [...select.options].find((option) => option.defaultSelected)?.value ?? "";
  before.set(chosen, { nodes: [...editor.childNodes], path: row.dataset.row });
  select.dataset.before = select.value;
  const kept = before.get(select.value);
  editor.replaceChildren();
  if (kept) {
    editor.append(...kept.nodes);
    rename(editor, kept.path, row.dataset.row);
  } else if (select.value) {
    editor.append(made(`template[data-editor-of="${kindsOf(row)}.${select.value}"]`, row.dataset.row));
  }
}

// Lists of values.

/** What somebody means who types this into a picker: the id of that name, if there is one. */
function meant(input, typed) {
  const options = input.list ? [...input.list.options] : [];
  const same = (text) => text.toLowerCase() === typed.toLowerCase();
  const found = options.find((option) => option.value === typed || option.dataset.id === typed) ?? options.find((option) => same(option.value));
  return { value: found?.dataset.id ?? typed, label: found?.value ?? typed, unknown: options.length > 0 && !found };
}

function addChip(input, typed) {
  const text = typed.trim();
  if (!text) return;
  const list = input.closest("[data-chips]");
  const { value, label, unknown } = meant(input, text);
  const name = `${list.dataset.chips}[${all(":scope > [data-chip]", list).length}]`;
  const chip = made("#chip", name).firstElementChild;
  find("input", chip).value = value;
  find("[data-label]", chip).textContent = label;
  chip.classList.toggle("unknown", unknown);
  find(".badge", chip).hidden = !unknown;
  const remove = find("button", chip);
  remove.setAttribute("aria-label", remove.getAttribute("aria-label").replace("{label}", label));
  input.before(chip);
  input.value = "";
}

function removeChip(chip) {
  const list = chip.closest("[data-chips]");
  chip.remove();
  renumber(list.dataset.chips, all(":scope > [data-chip]", list), "data-chip");
  find(":scope > input", list).focus();
}

function addElement(button) {
  const list = find("[data-elements]", button.closest(".values"));
  const count = all(":scope > [data-element]", list).length;
  list.append(made(`template[data-element-of="${button.dataset.addElement}"]`, `${list.dataset.elements}[${count}]`));
  find("input, select", list.lastElementChild).focus();
}

function removeElement(element) {
  const list = element.parentElement;
  element.remove();
  renumber(list.dataset.elements, all(":scope > [data-element]", list), "data-element");
  find("[data-add-element]", list.closest(".values")).focus();
}

// What is asked of the service.

const pairs = () => [...new FormData(form())].map(([name, value]) => [name, String(value)]);

const post = (path, fields, accept) =>
  fetch(path, { method: "POST", body: new URLSearchParams(fields), headers: { accept } });

/** The main part of a page in place of the one that is there. */
function show(text) {
  const main = find("main", new DOMParser().parseFromString(text, "text/html"));
  find("main").replaceWith(document.adoptNode(main));
  ready();
  find("[autofocus]", main)?.focus();
  main.scrollIntoView();
}

/** Places whose field somebody has left: only of these is it told while they type, until the form has been sent once. */
const visited = new Set();
let asked = 0;

async function check() {
  const number = ++asked;
  const response = await post(form().action, [...pairs(), ["do", "check"]], "application/json").catch(() => null);
  if (number !== asked || !response?.ok || !form()) return;
  tell(await response.json());
}

/** Writes what is wrong beside the fields, where nothing moves the focus. */
function tell({ told, wrong, errors, summary }) {
  const tellsAll = "toldAll" in form().dataset;
  for (const place of all("[data-told]", form())) {
    const text = tellsAll || visited.has(place.dataset.told) ? (told[place.dataset.told] ?? "") : "";
    if (place.innerHTML !== text) place.innerHTML = text;
  }
  const within = (path, outer) => path.startsWith(outer) && /^($|[.[])/.test(path.slice(outer.length));
  for (const field of all("[name][aria-describedby]", form())) {
    const list = field.name.endsWith(".new") ? field.name.slice(0, -4) : null;
    const isWrong = wrong.some((path) => within(field.name, path) || (list && within(path, list)));
    const place = document.getElementById(field.getAttribute("aria-describedby"));
    if (isWrong && place?.childElementCount) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  const box = find("#summary");
  if (!tellsAll || find("button", box)) return;
  box.innerHTML = summary;
  box.hidden = !summary;
  box.classList.toggle("problem", errors);
  box.classList.toggle("notice", !errors);
}

/** Takes what is typed to another page, as it would be saved; it stays here too. */
function simulate(path, draft) {
  const carrier = document.createElement("form");
  const field = document.createElement("input");
  Object.assign(carrier, { method: "post", action: path, hidden: true });
  Object.assign(field, { name: "draft", value: draft });
  carrier.append(field);
  document.body.append(carrier);
  carrier.submit();
}

async function save(submitter) {
  const fields = pairs();
  if (submitter?.name) fields.push([submitter.name, submitter.value]);
  keep();
  ++asked;
  const response = await post(form().action, fields, "application/json").catch(() => null);
  if (response?.ok) {
    const { to, draft } = await response.json();
    if (draft) return simulate(submitter.dataset.simulate, draft);
    isSaved = true;
    localStorage.removeItem(key());
    location.assign(to);
    return;
  }
  const text = (await response?.text()) ?? "";
  if (response && [409, 422].includes(response.status) && text.includes('id="workflow"')) {
    show(text);
    return;
  }
  const why = find('[role="alert"]', new DOMParser().parseFromString(text, "text/html"));
  find("#unsaved [data-why]").textContent = why?.textContent ?? "";
  find("#unsaved").hidden = false;
  find("#unsaved").focus();
}

// What was typed stays in the browser until it is saved.

const key = () => `tamis-form:${new URL(form().action).pathname}`;
/** What the page came with: nothing of it needs to be kept. */
let original = "";
/** Once it is saved, nothing is left to keep. */
let isSaved = false;

function keep() {
  if (isSaved) return;
  const fields = pairs();
  if (JSON.stringify(fields) === original) localStorage.removeItem(key());
  else localStorage.setItem(key(), JSON.stringify({ at: Date.now(), fields }));
}

/** Offers what was typed another time. */
function offer() {
  const kept = JSON.parse(localStorage.getItem(key()) ?? "null");
  if (!kept || JSON.stringify(kept.fields) === original) return;
  const at = new Date(kept.at);
  const today = new Date().toDateString() === at.toDateString();
  const style = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  find("#restore [data-at]").textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(at);
  find("#restore").hidden = false;
}

async function restore() {
  const { fields } = JSON.parse(localStorage.getItem(key()));
  const response = await post(form().action, [...fields, ["do", "show"]], "text/html").catch(() => null);
  if (response?.ok) show(await response.text());
}

function discard() {
  localStorage.removeItem(key());
  find("#restore").hidden = true;
  find("#display_name").focus();
}

// Variables.

/** The text that the dialog is about. */
let edited = null;

async function openVariables(button) {
  edited = document.getElementById(button.dataset.variables);
  find("#preview").replaceChildren();
  find("#variables").showModal();
  const format = find("select[name$='.body.format']", edited.closest(".values"))?.value ?? "plain";
  const fields = [["text", edited.value], ["format", format], ["one_line", edited.dataset.text === "line" ? "yes" : ""]];
  const response = await post(form().dataset.preview, fields, "text/html").catch(() => null);
  if (response?.ok) find("#preview").innerHTML = await response.text();
}

function insert(name) {
  const fallback = find("#fallback").value.replace(/[\\"]/g, "\\$&");
  const text = fallback ? `{{ ${name} | default: "${fallback}" }}` : `{{ ${name} }}`;
  find("#variables").close();
  find("#fallback").value = "";
  edited.focus();
  edited.setRangeText(text, edited.selectionStart, edited.selectionEnd, "end");
  edited.dispatchEvent(new Event("input", { bubbles: true }));
}

// What is pressed and typed. The form may be another one later, so that the document listens.

let waiting = 0;
function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (!form()) return;
    keep();
    check();
  }, 400);
}

const PRESSED = {
  addRow: (button) => addRow(button.dataset.addRow),
  removeRow: (button) => removeRow(button.closest("[data-row]")),
  move: (button) => moveRow(button.closest("[data-row]"), button),
  removeChip: (button) => removeChip(button.closest("[data-chip]")),
  addElement,
  removeElement: (button) => removeElement(button.closest("[data-element]")),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button, a[data-goes]");
  if (!button) return;
  for (const [name, press] of Object.entries(PRESSED)) {
    if (name in button.dataset) {
      press(button);
      changed();
    }
  }
  if ("variables" in button.dataset) openVariables(button);
  if ("insert" in button.dataset) insert(button.dataset.insert);
  if ("restore" in button.dataset) restore();
  if ("discard" in button.dataset) discard();
  if ("goes" in button.dataset) {
    const place = document.getElementById(`told:${button.dataset.goes}`);
    const field = find(`[aria-describedby="${CSS.escape(place.id)}"][aria-invalid]`) ?? find(`[aria-describedby="${CSS.escape(place.id)}"]`) ?? document.getElementById(`add:${button.dataset.goes}`);
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
});

document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  save(event.submitter);
});

document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("[data-chips] > input");
  if (event.key === "Enter" && event.target.matches?.("#workflow input:not([type=checkbox])") && !input) event.preventDefault();
  if (!input) return;
  if (event.key === "Enter") {
    event.preventDefault();
    addChip(input, input.value);
    changed();
  } else if (event.key === "Backspace" && input.value === "" && input.previousElementSibling) {
    removeChip(input.previousElementSibling);
    changed();
  }
});

document.addEventListener("paste", (event) => {
  const input = event.target.closest?.("[data-chips] > input");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!input || !/[\r\n]/.test(text.trim())) return;
  event.preventDefault();
  text.split(/[\r\n]+/).forEach((line) => addChip(input, line));
  changed();
});

document.addEventListener("input", (event) => {
  if (!event.target.closest("#workflow")) return;
  // Chosen from what a picker offers, not typed.
  if (event.target.matches("[data-chips] > input") && event.inputType === "insertReplacementText") addChip(event.target, event.target.value);
  changed();
});

document.addEventListener("change", (event) => {
  if (!event.target.closest("#workflow")) return;
  if (event.target.matches("[data-kind]")) changeKind(event.target);
  changed();
});

document.addEventListener("focusout", (event) => {
  const field = event.target.closest?.("#workflow [aria-describedby]");
  if (!field) return;
  visited.add(field.getAttribute("aria-describedby").replace(/^told:/, ""));
  // What was typed beside a list and left there is meant to be in it; but nothing may move below a button that is being pressed.
  const isPressed = event.relatedTarget?.closest("button, a");
  if (field.matches("[data-chips] > input") && field.value.trim() && !isPressed) addChip(field, field.value);
  changed();
});

/** Shows what only works with this script. */
function ready() {
  find("[data-simulate]").hidden = false;
}

ready();
original = JSON.stringify(pairs());
offer();
