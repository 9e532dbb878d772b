// The status page lives on without being loaded anew: the server sends each part of it that has changed, as it would be
// written into the page. Nothing here makes up what is shown; without this file the page can still be read.
"use strict";

function setLive(state, text) {
  const mark = document.getElementById("live");
  if (!mark || mark.dataset.state === state) return;
  mark.dataset.state = state;
  mark.textContent = text;
}

// Replaces a part, and keeps the focus where it was.
function replace(id, html) {
  const old = document.getElementById(id);
  if (!old) return false;
  const focused = old.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  const scrolled = old.querySelector(".events")?.scrollTop ?? 0;
  const box = document.createElement("template");
  box.innerHTML = html;
  const fresh = box.content.firstElementChild;
  old.replaceWith(fresh);
  if (scrolled) fresh.querySelector(".events").scrollTop = scrolled;
  if (focused) [...fresh.querySelectorAll("button")].find(button => keyOf(button) === focused)?.focus();
  return true;
}

function keyOf(element) {
  return [element.dataset.verb, element.dataset.pool, element.dataset.target].join(" ");
}

function connect() {
  const stream = new EventSource("/page/live");
  stream.addEventListener("part", event => {
    const part = JSON.parse(event.data);
    if (!replace(part.id, part.html)) location.reload();
    setLive("live", "live");
    localise(document.getElementById(part.id));
  });
  stream.addEventListener("reload", () => location.reload());
  stream.onopen = () => setLive("live", "live");
  stream.onerror = () => setLive("lost", "connection lost; as of");
}

// Times in the reader's own time zone.
function localise(part) {
  const today = new Date().toDateString();
  for (const time of part.querySelectorAll("time")) {
    const date = new Date(time.dateTime);
    if (isNaN(date)) continue;
    time.title ||= time.dateTime;
    time.textContent = date.toDateString() === today
      ? date.toLocaleTimeString([], { hour12: false })
      : date.toLocaleString([], { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
  }
}

// Drain clocks run between two parts.
function tick() {
  for (const clock of document.querySelectorAll("[data-safe]")) {
    const left = Math.ceil((Date.parse(clock.dataset.safe) - Date.now()) / 1000);
    clock.dataset.text ??= clock.textContent;
    clock.textContent = left > 0 ? `${clock.dataset.text} (in ${left} s)` : clock.dataset.text;
  }
}

// An order is given only after it has been read again in full.
const dialog = document.getElementById("confirm");
const fields = Object.fromEntries(
  ["title", "text", "reason", "weight", "weight-field", "force", "force-field", "problem", "go"]
    .map(name => [name, document.getElementById(`confirm-${name}`)]));
let order = null;

document.addEventListener("click", event => {
  const button = event.target.closest("button[data-verb]");
  if (!button) return;
  order = button.dataset;
  fields.title.textContent = order.title;
  fields.text.textContent = order.text;
  fields.reason.value = "";
  fields.weight.value = order.weight ?? "";
  fields["weight-field"].hidden = order.weight === undefined;
  fields.force.checked = false;
  fields["force-field"].hidden = true;
  fields.problem.hidden = true;
  dialog.showModal();
});

dialog.addEventListener("submit", async event => {
  if (event.submitter !== fields.go) return;
  event.preventDefault();
  fields.go.disabled = true;
  const problem = await send(order);
  fields.go.disabled = false;
  if (!problem) return dialog.close();
  fields.problem.textContent = problem.text;
  fields.problem.hidden = false;
  fields["force-field"].hidden = !problem.canForce;
});

async function send({ verb, pool, target }) {
  const body = { reason: fields.reason.value };
  if (!fields["weight-field"].hidden) body.weight = Number(fields.weight.value);
  if (fields.force.checked) body.force = true;
  try {
    const path = [pool, "targets", target, verb].map(encodeURIComponent).join("/");
    const response = await fetch(`/v1/pools/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return null;
    const answer = await response.json().catch(() => ({}));
    return { text: answer.detail ?? answer.title ?? `refused: ${response.status}`, canForce: ["last_target", "min_healthy", "last_weight"].includes(answer.code) };
  } catch {
    return { text: "the server does not answer", canForce: false };
  }
}

// The explanation comes into the page instead of a new one.
document.querySelector(".ask")?.addEventListener("submit", async event => {
  event.preventDefault();
  const out = document.getElementById("explained");
  const query = new URLSearchParams([...new FormData(event.target)].filter(([, value]) => value));
  out.hidden = false;
  out.textContent = "…";
  try {
    const response = await fetch(`/v1/explain?${query}`, { headers: { Accept: "text/plain" } });
    const text = await response.text();
    out.textContent = response.headers.get("Content-Type").includes("json") ? JSON.parse(text).detail : text;
  } catch {
    out.textContent = "the server does not answer";
  }
});

localise(document);
connect();
setInterval(tick, 1000);
