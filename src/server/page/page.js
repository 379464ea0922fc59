"use strict";
// What the server rendered, made live: it is fetched again when a new answer is out, so that a text is escaped in one place only.

const $ = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
let order = { column: -1, down: false };

function element(name, text, parts = []) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  made.append(...parts);
  return made;
}

// ---- the table ----

const rows = () => all("#models tbody tr");
const cell = (row, column) => row.children[column]?.textContent.trim() ?? "";

function compare(a, b) {
  const [x, y] = [cell(a, order.column), cell(b, order.column)];
  const numbers = x !== "" && y !== "" && !isNaN(x) && !isNaN(y);
  if (x === "" || y === "") return (x === "") - (y === ""); // what is unknown comes last
  return (numbers ? x - y : x.localeCompare(y)) * (order.down ? -1 : 1);
}

function sort() {
  all("#models thead th").forEach((head, column) => {
    head.setAttribute("aria-sort", column !== order.column ? "none" : order.down ? "descending" : "ascending");
  });
  if (order.column >= 0) $("#models tbody").append(...rows().sort(compare));
}

function filter() {
  const words = $("[name=search]").value.toLowerCase().split(/\s+/).filter(Boolean);
  const ready = $("[name=ready]").checked;
  for (const row of rows()) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word)) || (ready && row.dataset.state !== "ready");
  }
  summarize();
}

function summarize() {
  const every = rows(), usable = every.filter((row) => row.dataset.state === "ready").length, shown = every.filter((row) => !row.hidden).length;
  $("#summary").textContent = `${usable} of ${every.length} models ready` + (shown < every.length ? `, ${shown} shown` : "");
}

function dress() {
  all("#models thead th").forEach((head, column) => {
    const button = element("button", head.textContent);
    button.addEventListener("click", () => {
      order = { column, down: order.column === column && !order.down };
      sort();
    });
    head.replaceChildren(button);
  });
  for (const row of rows()) {
    const button = element("button", row.dataset.id);
    button.addEventListener("click", () => tell(row.dataset.id));
    $("th", row).replaceChildren(button);
  }
  sort();
  filter();
}

// ---- one model's story ----

function fact(list, name, value) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length)) return;
  list.append(element("dt", name), element("dd", Array.isArray(value) ? value.join(", ") : String(value)));
}

function storyOf(model, since) {
  const facts = element("dl");
  fact(facts, "State", model.state + (model.stale ? ", stale: " + model.stale_reason : ""));
  fact(facts, "Since", since);
  fact(facts, "Why", model.reason);
  fact(facts, "What to do", model.hint);
  fact(facts, "Warning", model.warning);
  fact(facts, "Asked at", model.checked_at);
  fact(facts, "Provider", `${model.provider} (${model.provider_id})`);
  fact(facts, "Address", model.url);
  fact(facts, "Sent as", `${model.api_name}, ${model.protocol}`);
  fact(facts, "Credential", model.source);
  fact(facts, "Context", model.context_window && `${model.context_window} tokens`);
  fact(facts, "Reads", model.input_modalities);
  fact(facts, "Extra", Object.keys(model.extra).length ? JSON.stringify(model.extra) : null);
  fact(facts, "Defined at", model.defined_at);
  fact(facts, "Listing differs", model.disagreements);
  for (const one of model.requests) fact(facts, one.stage, `${one.method} ${one.url}: ${one.status ?? "no answer"}, ${one.outcome}, ${one.latency_ms} ms`);
  return facts;
}

function copier(text) {
  const button = element("button", "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  });
  return button;
}

// The server works it out, which takes a moment; where there is none (a discovered model, no address), nothing is shown.
async function addRequest(path) {
  const place = $("#story-body"), story = place.firstChild;
  const answer = await fetch("/api/request/" + path);
  if (!answer.ok || place.firstChild !== story) return; // another story by now
  const { command } = await answer.json();
  const head = element("h3", "What a host sends", navigator.clipboard ? [copier(command)] : []);
  place.append(head, element("pre", undefined, [element("code", command.trimEnd())]));
}

async function tell(id) {
  const path = id.split("/").map(encodeURIComponent).join("/");
  history.replaceState(null, "", "#model=" + encodeURIComponent(id)); // a story has an address
  const answer = await fetch("/api/explain/" + path);
  const story = await answer.json(), { models } = await (await fetch("/api/history")).json();
  $("#story-title").textContent = id;
  $("#story-body").replaceChildren(answer.ok ? storyOf(story, models.find((one) => one.id === story.id)?.since) : element("p", story.error.message));
  if (!$("#story").open) $("#story").showModal();
  if (answer.ok) addRequest(path);
}

// ---- latency ----

function drawing(points) {
  const known = points.filter((point) => point.latency_ms !== null).map((point) => point.latency_ms);
  if (known.length < 2) return null;
  const most = Math.max(...known, 1), step = 100 / (known.length - 1), space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg"), line = document.createElementNS(space, "polyline");
  svg.setAttribute("viewBox", "0 0 100 20");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `latency, ${known.at(-1)} ms at last, ${most} ms at most`);
  line.setAttribute("points", known.map((ms, i) => `${i * step},${19 - (18 * ms) / most}`).join(" "));
  for (const [name, value] of [["fill", "none"], ["stroke", "currentColor"], ["vector-effect", "non-scaling-stroke"]]) line.setAttribute(name, value);
  svg.append(line);
  return svg;
}

// A time of today, else a day. It is no text of the row: what changed is told by those.
function moment(time) {
  const then = new Date(time), today = then.toDateString() === new Date().toDateString();
  return today ? then.toLocaleTimeString([], { timeStyle: "short" }) : then.toLocaleDateString([], { dateStyle: "medium" });
}

async function draw() {
  const { providers, models } = await (await fetch("/api/history")).json();
  const since = new Map(models.map((one) => [one.id, one.since]));
  for (const row of rows()) {
    if (since.has(row.dataset.id)) $(".state", row).dataset.since = "since " + moment(since.get(row.dataset.id));
  }
  for (const card of all("article.provider")) {
    const picture = drawing(providers.find((one) => one.id === card.dataset.id)?.points ?? []);
    $("svg", card)?.remove();
    if (picture) card.append(picture);
  }
}

// ---- what changes ----

function highlight(before, within) {
  for (const now of all("[data-id]", within)) {
    if (before.get(now.dataset.id) !== now.textContent) now.classList.add("changed");
  }
}

async function renew() {
  const fresh = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
  for (const query of ["#banner", "#bill", "#models .scroll", "#providers"]) {
    const place = $(query), before = new Map(all("[data-id]", place).map((one) => [one.dataset.id, one.textContent]));
    place.replaceChildren(...document.importNode($(query, fresh), true).childNodes);
    if (before.size) highlight(before, place);
  }
  dress();
  draw();
}

function listen() {
  const events = new EventSource("/api/events");
  let first = true;
  events.addEventListener("snapshot", () => (first ? (first = false) : renew()));
  events.addEventListener("definitions_error", renew);
  events.addEventListener("error", () => ($("#summary").textContent = "The server does not answer; trying again."));
  events.addEventListener("open", summarize);
}

async function refresh(event) {
  event.preventDefault();
  const token = $("[name=token]").value || sessionStorage.getItem("token") || "";
  const answer = await fetch("/api/refresh", { method: "POST", headers: { authorization: "Bearer " + token } });
  if (answer.ok) sessionStorage.setItem("token", token);
  else $("#summary").textContent = (await answer.json()).error.message;
}

$("#tools").hidden = $("#refresh").hidden = false;
$("#tools").addEventListener("input", filter);
$("#refresh").addEventListener("submit", refresh);
$("#story").addEventListener("close", () => history.replaceState(null, "", location.pathname));
dress();
draw();
listen();
if (location.hash.startsWith("#model=")) tell(decodeURIComponent(location.hash.slice(7)));
