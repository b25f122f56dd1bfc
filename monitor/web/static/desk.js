"use strict";
// Everything works without this script; it only makes the desk more comfortable.

// Times in the viewer's own zone; UTC stays in the tooltip.
const today = new Date();
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
for (const node of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(node.dateTime);
  if (Number.isNaN(moment.getTime()) || !node.textContent.includes("UTC")) continue;
  const form = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (moment.getFullYear() !== today.getFullYear()) form.year = "numeric";
  node.textContent = new Intl.DateTimeFormat("en-GB", form).format(moment);
}
const note = document.querySelector("[data-zone]");
if (note) note.textContent = `Times are those of ${zone.replaceAll("_", " ")}; hold the pointer over one for UTC.`;

// On a phone the filters fold away behind a button, unless one of them is in use.
for (const form of document.querySelectorAll("form.filters")) {
  const button = document.createElement("button");
  const used = [...new FormData(form)].some(([name, value]) => value !== "" && name !== "state");
  button.type = "button";
  button.className = "folder";
  button.textContent = form.querySelector("[type=search]") ? "Search and filter" : "Filters";
  button.setAttribute("aria-expanded", String(used));
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") === "false"));
  });
  form.before(button);
}

// A choice in a list filters at once; text and dates wait for the button.
for (const form of document.querySelectorAll("form.filters")) {
  for (const choice of form.querySelectorAll("select")) choice.addEventListener("change", () => form.requestSubmit());
  // Empty fields would only make addresses long.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}

// j and k walk through a list.
const list = document.querySelector("[data-keys]");
if (list) {
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "j" && event.key !== "k") return;
    const links = [...list.querySelectorAll("h2 a, .quote a")];
    const next = links.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
    links[Math.max(0, Math.min(next, links.length - 1))]?.focus();
  });
}

// A link to a claim that is folded away opens what hides it.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details");
  if (folded && !folded.open) {
    folded.open = true;
    target.scrollIntoView();
  }
}
addEventListener("hashchange", unfold);
unfold();
