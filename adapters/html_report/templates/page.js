
"use strict";
const form = document.getElementById("filter");
const found = form.querySelector("output");
const reasons = [...document.querySelectorAll(".reason")].map((element) => ({
  element,
  number: element.dataset.reason,
  open: element.open,
  rows: [...element.querySelectorAll(".failure")].map((row) => ({ element: row, text: null })),
}));

const textOf = (row) => (row.text ??= row.element.textContent.toLowerCase());

function fits(row, chosen, text) {
  return (!chosen || row.element.dataset.class === chosen) && (!text || textOf(row).includes(text));
}

function filter() {
  const text = form.elements.text.value.trim().toLowerCase();
  const byClass = form.elements.class.value;
  const byReason = form.elements.reason.value;
  const filtering = Boolean(text || byClass || byReason);
  let shown = 0;
  let all = 0;
  for (const reason of reasons) {
    let here = 0;
    for (const row of reason.rows) {
      const fit = (!byReason || reason.number === byReason) && fits(row, byClass, text);
      row.element.hidden = !fit;
      here += fit;
    }
    reason.element.hidden = !here;
    reason.element.open = filtering ? here > 0 : reason.open;
    shown += here;
    all += reason.rows.length;
  }
  const count = (number) => number.toLocaleString("en");
  found.value = filtering
    ? `${count(shown)} of the ${count(all)} on this page`
    : `${count(all)} on this page`;
}

async function copy(button, lines) {
  const text = lines.map((line) => line.textContent).join("\n");
  try {
    await navigator.clipboard.writeText(text);
  } catch { // not everywhere may a page write to it unasked
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const before = button.textContent;
  button.textContent = `${lines.length.toLocaleString("en")} copied`;
  setTimeout(() => { button.textContent = before; }, 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button || button.textContent.endsWith("copied")) return;
  const lines = button.dataset.copy === "one"
    ? [button.parentElement.querySelector("pre")]
    : [...document.querySelectorAll(".failure:not([hidden]) pre")];
  copy(button, lines);
});
let waiting;
form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
form.addEventListener("reset", () => setTimeout(filter));
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
filter();
