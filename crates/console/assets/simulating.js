// Simulating: a file that is chosen is meant, and one press is enough.

const form = document.getElementById("simulate");

document.getElementById("file").addEventListener("change", () => {
  form.querySelector("[name=changes][value=file]").checked = true;
});
document.getElementById("last").addEventListener("change", () => {
  form.querySelector("[name=changes][value=log]").checked = true;
});

form.addEventListener("submit", () => {
  const button = form.querySelector("[data-busy]");
  button.textContent = button.dataset.busy;
  button.disabled = true;
});
// Whoever comes back by the browser's button may press again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
