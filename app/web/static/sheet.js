// The sheet: If-Match, one leaf's saves in a row, unsent text kept on this machine, the time left.
// Everything here is an addition: without it the same forms are sent by their own buttons.
(() => {
  "use strict";
  const main = document.querySelector("main[data-sheet]");
  if (!main) return;
  const prefix = `sheet:${main.dataset.user}:${main.dataset.sheet}:`;
  document.body.classList.add("js");

  const kept = (form) => prefix + form.id;
  const fields = (form) => [...new FormData(form)].filter(([name]) => !["csrf_token", "version", "was_claim", "was_explanation"].includes(name));
  const keep = (form) => localStorage.setItem(kept(form), JSON.stringify(fields(form)));
  const status = (form, words, cls) => {
    const place = document.getElementById("o-" + form.id.slice(2));
    if (place) { place.innerHTML = ""; const span = document.createElement("span"); span.className = cls; span.textContent = words; place.append(span); }
  };
  const words = main.dataset;

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.id.startsWith("f-")) return;
    keep(form);
    unmark(event.target);
    if (event.target.closest(".figures")) byFigures(form);
    status(form, grouped(event.target) ? words.pending : words.saving, "saving");
  });

  // figures of one group are one claim: it is sent when the group is left, never with one of them still to be typed
  const grouped = (input) => { const group = input.closest(".figures"); return group && group.querySelectorAll("input:not([type=hidden])").length > 1 ? group : null; };
  const unfilled = (group) => [...group.querySelectorAll("input:not([type=hidden])")].some((input) => input.offsetParent && !input.value);
  document.addEventListener("change", (event) => { if (grouped(event.target)) event.stopPropagation(); }, true);
  document.addEventListener("focusout", (event) => {
    const group = grouped(event.target);
    if (!group || (group.contains(event.relatedTarget) && (event.relatedTarget.matches("input") || unfilled(group)))) return;
    const form = event.target.form;
    if (localStorage.getItem(kept(form))) window.htmx.trigger(form, "submit");
  });
  // typing a figure takes back "nothing arose" or a ground for 0
  const byFigures = (form) => { const mode = form.querySelector('input[name="mode"][value=""]'); if (mode && !mode.checked) { mode.checked = true; paint(form); } };
  const paint = (form) => { for (const other of form.querySelectorAll(".opt input")) other.closest(".opt").classList.toggle("on", other.checked); };
  // the field a refusal is about
  const mark = (form) => {
    const said = document.querySelector(`#o-${form.id.slice(2)} [data-field]`);
    const input = said && said.dataset.field && form.elements[said.dataset.field];
    if (input && input.classList) { input.classList.add("is-bad"); input.setAttribute("aria-invalid", "true"); }
  };
  const unmark = (input) => { input.classList.remove("is-bad"); input.removeAttribute("aria-invalid"); };

  document.addEventListener("change", (event) => {
    const option = event.target.closest(".opt input");
    if (!option) return;
    paint(option.form);
  });
  // a button outside its form: what it says is sent with the form
  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[form^="f-"][name]');
    if (button) button.form.dataset.pressed = button.name;
  }, true);

  document.body.addEventListener("htmx:configRequest", (event) => {
    const version = event.detail.elt.querySelector('[name="version"]');
    if (version) event.detail.headers["If-Match"] = `"${version.value}"`;
    const pressed = event.detail.elt.dataset.pressed;
    if (pressed) event.detail.parameters[pressed] = "yes";
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.id && form.id.startsWith("f-")) { keep(form); form.dataset.sent = localStorage.getItem(kept(form)); }
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.id || !form.id.startsWith("f-")) return;
    const pressed = form.dataset.pressed;
    delete form.dataset.pressed;
    if (event.detail.successful) {
      if (pressed === "declined") empty(form);
      if (localStorage.getItem(kept(form)) === form.dataset.sent) localStorage.removeItem(kept(form));
    } else if (!event.detail.xhr || event.detail.xhr.status === 0 || event.detail.xhr.status >= 500) {
      status(form, words.unsent, "unsaved");
    } else { mark(form); }
  });
  // what was left unscored shows no figures any more
  const empty = (form) => {
    for (const input of form.querySelectorAll(".leaf-rule input")) { if (["radio", "checkbox"].includes(input.type)) input.checked = input.name === "mode" && input.value === ""; else if (input.type !== "hidden") input.value = ""; }
    paint(form);
    localStorage.removeItem(kept(form));
  };
  // a session that ended answers with the sign-in page: never put that into a leaf
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL.includes("/login")) { event.detail.shouldSwap = false; location.href = "/login/?next=" + encodeURIComponent(location.pathname); }
  });

  const restore = () => {
    for (const form of document.querySelectorAll('form[id^="f-"]')) {
      const stored = localStorage.getItem(kept(form));
      if (!stored) continue;
      const pairs = JSON.parse(stored);
      if (stored === JSON.stringify(fields(form))) { localStorage.removeItem(kept(form)); continue; }
      for (const input of form.querySelectorAll("input[type=radio], input[type=checkbox]")) input.checked = pairs.some(([name, value]) => name === input.name && value === input.value);
      for (const [name, value] of pairs) {
        const input = form.elements[name];
        if (input && input.tagName && !["radio", "checkbox", "hidden"].includes(input.type)) input.value = value;
      }
      form.closest("details").open = true;
      status(form, words.restored, "unsaved");
      window.htmx.trigger(form, "submit");
    }
  };
  const resend = () => { for (const form of document.querySelectorAll('form[id^="f-"]')) if (localStorage.getItem(kept(form))) window.htmx.trigger(form, "submit"); };
  window.addEventListener("online", resend);
  window.addEventListener("load", restore);

  const open = () => { const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1))); if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView({ block: "center" }); const first = target.querySelector("input:not([type=hidden]), textarea"); if (first) first.focus(); } };
  window.addEventListener("hashchange", open);
  open();

  const tick = () => {
    const place = document.querySelector("[data-closes]");
    if (!place) return;
    place.dataset.skew ||= String(Date.parse(place.dataset.now) - Date.now());
    const left = Math.floor((Date.parse(place.dataset.closes) - Date.now() - Number(place.dataset.skew)) / 1000);
    const pad = (n) => String(n).padStart(2, "0");
    if (left <= 0) place.textContent = words.locked;
    else if (left < 3600) place.textContent = words.left.replace("{}", `${Math.floor(left / 60)}:${pad(left % 60)}`);
  };
  setInterval(tick, 1000);
})();
