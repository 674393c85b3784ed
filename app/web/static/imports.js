// Import review. Everything here is an addition: links and forms work without it.
(() => {
  "use strict";
  // bring what is looked at into view, each column by itself
  const reveal = () => {
    for (const shown of document.querySelectorAll(".imp-scroll [data-shown]")) {
      const pane = shown.closest(".imp-scroll");
      if (pane.scrollHeight <= pane.clientHeight) continue;
      const top = shown.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
      pane.scrollTop = Math.max(0, top - pane.clientHeight / 4);
    }
    const folded = location.hash === "#edit" && document.querySelector("#edit > details");
    if (folded) { folded.open = true; folded.querySelector("input:not([type=hidden])").focus({ preventScroll: true }); folded.scrollIntoView({ block: "nearest" }); }
  };
  document.addEventListener("DOMContentLoaded", reveal);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "review") return;
    reveal();
    if (document.activeElement === document.body) {
      const next = document.querySelector("#finding [data-finding], #criterion a") || document.getElementById("main");
      next.focus({ preventScroll: true });
    }
  });
  // what was typed is not carried off by a click elsewhere
  document.body.addEventListener("htmx:configRequest", (event) => {
    const asked = event.detail.elt;
    const unsent = [...document.querySelectorAll("#review textarea[name=note], #review .imp-edit input:not([type=hidden]), #review .imp-edit textarea")].some((field) => field.value !== field.defaultValue && field.form !== asked && !(asked.form && asked.form === field.form));
    const words = document.getElementById("review").dataset.unsent;
    if (unsent && asked.id !== "trial-form" && !window.confirm(words)) event.preventDefault();
  });
  // a choice that is sent as it is made
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-sends]")) event.target.form.requestSubmit();
  });
  // j and k: the next finding, the one before
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
    const way = ["j", "k"].includes(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (way) { event.preventDefault(); way.click(); }
  });
  // a file may fall anywhere on the page that asks for one: beside the field the browser would leave the page for it
  for (const place of document.querySelectorAll("[data-drop]")) {
    const field = place.querySelector("input[type=file]");
    place.querySelector("[data-hint]").hidden = false;
    const holdsFile = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    for (const kind of ["dragenter", "dragover"]) document.addEventListener(kind, (event) => { if (holdsFile(event)) { event.preventDefault(); place.classList.add("over"); } });
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) place.classList.remove("over"); });
    document.addEventListener("drop", (event) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      place.classList.remove("over");
      field.files = event.dataTransfer.files;
      field.focus();
    });
  }
  // a table copied out of a page or out of Word keeps its cells; what is typed afterwards is plain text again
  const pasted = document.getElementById("pasted");
  if (pasted) {
    const table = document.querySelector("input[name=pasted_table]"), said = document.querySelector("[data-pasted]");
    const take = (html) => { table.disabled = !html; table.value = html; said.hidden = !html; };
    pasted.addEventListener("paste", (event) => {
      const html = event.clipboardData.getData("text/html");
      if (/<table\b/i.test(html) && html.length < 3000000 && !pasted.value.trim()) setTimeout(() => take(html));
    });
    pasted.addEventListener("input", () => take(""));
  }
  // reading takes seconds: say so, and read once
  for (const form of document.querySelectorAll("form[data-busy]")) {
    form.addEventListener("submit", () => { const button = form.querySelector(".btn-primary"); button.setAttribute("aria-disabled", "true"); button.textContent = form.dataset.busy; });
    form.addEventListener("submit", (event) => { if (form.dataset.sent) event.preventDefault(); form.dataset.sent = "yes"; });
  }
})();
