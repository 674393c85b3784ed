// Grids: a cell opens on click or Enter, is sent when left, and waits in red while something stands against it.
// Cells that wait are sent again with the next one: two maxima that only fit each other are saved together.
(() => {
  "use strict";
  const grid = document.querySelector("[data-grid]");
  if (!grid || !grid.dataset.grid) return;
  const say = grid.querySelector(".grid-say");
  const waiting = new Map();

  const editor = (cell) => {
    const choices = document.getElementById("choices-" + cell.dataset.column);
    let field;
    if (choices) {
      field = choices.content.firstElementChild.cloneNode(true);
      for (const option of [...field.options]) {
        const places = (option.dataset.place || "").split(" ");
        if (option.value && option.dataset.place && cell.dataset.place && !places.includes(cell.dataset.place)) option.remove();
      }
    } else {
      field = document.createElement(cell.dataset.column === "title" ? "textarea" : "input");
      field.className = "form-control";
    }
    field.value = waiting.has(cell.id) ? waiting.get(cell.id) : cell.dataset.value;
    field.setAttribute("aria-label", cell.getAttribute("aria-label"));
    return field;
  };

  const open = (cell) => {
    const field = editor(cell);
    cell.hidden = true;
    cell.after(field);
    field.focus();
    if (field.select) field.select();
    let over = false;
    const close = (keep) => {
      if (over) return;
      over = true;
      const text = field.value;
      field.remove();
      cell.hidden = false;
      cell.focus();
      if (!keep) { drop(cell); return; }
      if (text === cell.dataset.value && !waiting.has(cell.id)) return;
      if (text === cell.dataset.value) { drop(cell); } else {
        waiting.set(cell.id, text);
        cell.textContent = field.options ? (field.selectedOptions[0] || {}).textContent || "–" : text || "–";
        cell.classList.add("waits");
      }
      if (waiting.size) send();
    };
    field.addEventListener("blur", () => close(true));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close(false);
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); close(true); }
    });
  };

  const drop = (cell) => {
    waiting.delete(cell.id);
    cell.classList.remove("waits", "bad");
    cell.textContent = cell.dataset.text || cell.textContent;
    const problem = cell.parentElement.querySelector(".err");
    if (problem) problem.remove();
  };

  const put = (cell, now) => {
    cell.dataset.value = now.value;
    cell.dataset.text = now.text;
  };

  const refuse = (cell, words) => {
    cell.classList.add("bad");
    let place = cell.parentElement.querySelector(".err");
    if (!place) { place = document.createElement("p"); place.className = "err"; place.setAttribute("role", "alert"); cell.after(place); }
    place.textContent = words;
  };

  let sending = Promise.resolve();
  const send = () => { sending = sending.then(post, post); };
  const post = async () => {
    const body = new URLSearchParams({ csrf_token: grid.dataset.csrf });
    const sent = [...waiting];
    if (!sent.length) return;
    for (const [id, text] of sent) {
      body.set(id, text);
      body.set(id.replace("cell-", "was-"), document.getElementById(id).dataset.value);
    }
    let answer;
    try {
      const response = await fetch(grid.dataset.grid, { method: "POST", body, headers: { Accept: "application/json" } });
      if (response.redirected) { location.href = "/login/?next=" + encodeURIComponent(location.pathname + location.search); return; }
      answer = await response.json();
    } catch { say.textContent = grid.dataset.unsent; say.className = "sm grid-say c-bad"; return; }
    const problems = answer.problems || {};
    for (const [id, now] of Object.entries(answer.saved || {})) {
      const cell = document.getElementById(id);
      put(cell, now);
      if (waiting.get(id) === sent.find(([sentId]) => sentId === id)[1]) drop(cell);
    }
    for (const [id, now] of Object.entries(answer.now || {})) put(document.getElementById(id), now);
    for (const [id, words] of Object.entries(problems)) refuse(document.getElementById(id), words);
    say.textContent = answer.words || answer.note || "";
    say.className = "sm grid-say " + (answer.saved ? "c-ok" : "c-bad");
  };

  for (const cell of grid.querySelectorAll(".cell")) {
    cell.dataset.text = cell.textContent;
    cell.addEventListener("click", () => open(cell));
  }
  window.addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
})();
