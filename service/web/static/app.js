// Everything here makes a working page pleasanter; nothing here is needed.

const page = document;

// The box that asks once more. Without the script the form is simply sent.
const box = page.getElementById("confirm");
page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (!button || button.dataset.agreed) return;
  event.preventDefault();
  box.querySelector("p").textContent = button.dataset.confirm;
  const yes = box.querySelector("[value=yes]");
  yes.textContent = button.textContent.trim();
  yes.className = button.className;
  box.onclose = () => {
    if (box.returnValue !== "yes") return button.focus();
    button.dataset.agreed = "yes";
    button.click();
    // Whoever presses again, because nothing came of it, is asked again.
    delete button.dataset.agreed;
  };
  box.returnValue = "no";
  box.showModal();
  // Whoever presses Enter twice has not agreed.
  box.querySelector("[value=no]").focus();
});

// A form is sent once: the second click of a double click does nothing.
page.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  // A form that answers with a file leaves the page where it is.
  setTimeout(() => delete form.dataset.sent, 5000);
});
addEventListener("pageshow", () => {
  for (const form of page.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// Choosing rows, all rows, and saying how many.
const rowsOf = (form) => [...form.querySelectorAll("[data-row]")];
function count(form) {
  const chosen = rowsOf(form).filter((row) => row.checked).length;
  for (const place of form.querySelectorAll("[data-selected]")) place.hidden = false;
  for (const output of form.querySelectorAll("[data-selected-count]")) output.value = chosen;
  const all = form.querySelector("[data-select-all]");
  if (!all) return;
  all.checked = chosen > 0 && chosen === rowsOf(form).length;
  all.indeterminate = chosen > 0 && !all.checked;
}
for (const all of page.querySelectorAll("[data-select-all]")) {
  all.hidden = false;
  if (all.form) count(all.form);
}
page.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.form || !input.matches("[data-row], [data-select-all]")) return;
  if (input.matches("[data-select-all]")) {
    for (const row of rowsOf(input.form)) row.checked = input.checked;
  }
  count(input.form);
});

// Parts that change by themselves: asked for again while the page is in sight, more slowly when
// the server is slow, until it answers 286 (finished). 401 means that the session has ended.
function wait(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
function inSight() {
  if (!page.hidden) return Promise.resolve();
  return new Promise((done) => page.addEventListener("visibilitychange", done, { once: true }));
}
function replace(part, text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(part.id);
  if (!fresh || fresh.isEqualNode(part)) return part;
  const focused = part.contains(page.activeElement) ? page.activeElement.id : "";
  part.replaceWith(fresh);
  if (focused) page.getElementById(focused)?.focus();
  return fresh;
}
async function keepFresh(part) {
  let failures = 0;
  while (part.isConnected && part.dataset.refresh && failures < 10) {
    const started = performance.now();
    try {
      const answer = await fetch(part.dataset.refresh, { headers: { "X-Fragment": part.id } });
      if (answer.status === 401) return location.reload();
      if (answer.ok) part = replace(part, await answer.text());
      if (answer.status === 286) return;
      failures = answer.ok ? 0 : failures + 1;
    } catch {
      failures += 1;
    }
    const took = performance.now() - started;
    await wait(Math.max(1500, 250 * Math.sqrt(took)) * (1 + failures));
    await inSight();
  }
}
for (const part of page.querySelectorAll("[data-refresh]")) keepFresh(part);

// Keys in lists: j and k go from row to row, x chooses the row, ? says so; they can be switched off.
const keys = page.getElementById("keys");
const off = () => localStorage.getItem("keys") === "off";
// A row stops at its link, or where it has none at its box.
const stopOf = (row) => row.querySelector("a") ?? row.querySelector("[data-row]");
const rowsInSight = () =>
  [...page.querySelectorAll("main tbody tr, main .queue li")].filter((row) => stopOf(row)?.offsetParent);
function showKeys() {
  for (const button of keys.querySelectorAll("[data-when]")) button.hidden = (button.dataset.when === "off") !== off();
  keys.showModal();
}
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || off()) return;
  if (event.target.closest("input:not([data-row]), textarea, select, dialog, [contenteditable]")) return;
  if (event.key === "?") return showKeys();
  const rows = rowsInSight();
  const at = rows.findIndex((row) => row.contains(page.activeElement));
  if (event.key === "j" || event.key === "k") {
    const next = rows[at < 0 ? 0 : at + (event.key === "j" ? 1 : -1)];
    if (next) stopOf(next).focus();
  } else if (event.key === "x") rows[at]?.querySelector("[data-row]")?.click();
}
if (keys) {
  page.addEventListener("keydown", press);
  for (const button of keys.querySelectorAll("[data-when]")) {
    button.onclick = () => localStorage.setItem("keys", button.value);
  }
  for (const button of page.querySelectorAll("[data-keys]")) {
    button.hidden = false;
    button.onclick = showKeys;
  }
}

// Copying a reference, where the browser allows it.
page.addEventListener("click", (event) => {
  const source = event.target.closest("[data-copy]");
  if (source) navigator.clipboard?.writeText(source.dataset.copy);
});

// What has to be corrected is read first.
page.querySelector("[data-focus]")?.focus();
