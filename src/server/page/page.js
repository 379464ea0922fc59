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

// What a model's document answers by true, false or, where nobody said, null.
const ANSWERS = [["tool_call", "Calls tools"], ["reasoning", "Reasons"], ["reasoning_toggle", "Reasoning off"],
  ["interleaved", "Reasons between tools"], ["structured_output", "JSON schemas"], ["temperature", "Temperature"],
  ["attachment", "Attachments"], ["open_weights", "Open weights"]];

// "$2 in, $10 out"
function priced(price) {
  const words = { input: "in", output: "out", cache_read: "cache read", cache_write: "cache write", reasoning: "reasoning", input_audio: "audio in",
    output_audio: "audio out", image: "an image", batch_input: "batch in", batch_output: "batch out" };
  return Object.keys(words).filter((part) => typeof price?.[part] === "number").map((part) => `$${price[part]} ${words[part]}`).join(", ");
}

function addPrices(facts, model) {
  const tiers = (list) => { for (const tier of list) fact(facts, `for prompts above ${tier.above} tokens`, priced(tier)); };
  fact(facts, "Price per million tokens", priced(model.price));
  tiers(model.price_tiers);
  for (const change of model.price_changes) {
    fact(facts, `from ${change.from}`, priced(change));
    tiers(change.price_tiers);
  }
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
  addPrices(facts, model);
  fact(facts, "Reads", model.input_modalities ?? "unknown");
  fact(facts, "Gives", model.output_modalities ?? "unknown");
  for (const [name, label] of ANSWERS) fact(facts, label, model[name] === null ? "unknown" : model[name] ? "yes" : "no");
  fact(facts, "Levels", model.reasoning_levels);
  fact(facts, "Tags", model.tags);
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
  readStates();
}

function listen() {
  const events = new EventSource("/api/events");
  let first = true;
  events.addEventListener("snapshot", () => (first ? (first = false) : renew()));
  events.addEventListener("definitions_error", renew);
  events.addEventListener("helper", readStates);
  events.addEventListener("error", () => ($("#summary").textContent = "The server does not answer; trying again."));
  events.addEventListener("open", summarize);
}

const knownToken = () => $("[name=token]").value || sessionStorage.getItem("token") || "";

// The answer, once it is known whether the token is right.
async function post(path, token) {
  const answer = await fetch(path, { method: "POST", headers: { authorization: "Bearer " + token } });
  if (answer.ok) sessionStorage.setItem("token", token);
  return answer;
}

async function refresh(event) {
  event.preventDefault();
  const answer = await post("/api/refresh", knownToken());
  if (!answer.ok) $("#summary").textContent = (await answer.json()).error.message;
  else if (cards.size) follow(sessionStorage.getItem("token"));
}

// ---- signing in: a card for each credential helper ----

const cards = new Map(); // by the helper's id
let follows = null; // the token with which the lines are read

const LINK = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}]/g;

function codeIn(text) {
  const rest = text.replace(LINK, " ").trim();
  if (/^[A-Z0-9-]{4,12}$/.test(rest)) return rest;
  return rest.match(/\b[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})+\b/)?.[0] ?? rest.match(/\b[Cc]ode(?: is)?:? +"?([A-Z0-9-]{4,12})\b/)?.[1];
}

function linkTo(address) {
  const link = element("a", address);
  link.href = address;
  link.rel = "noopener noreferrer";
  link.target = "_blank";
  return link;
}

// A line as text, with the addresses in it as links while they lead somewhere.
function lineOf(line, alive) {
  const item = element("li");
  let from = 0;
  for (const found of alive ? line.text.matchAll(LINK) : []) {
    item.append(line.text.slice(from, found.index), linkTo(found[0]));
    from = found.index + found[0].length;
  }
  item.append(line.text.slice(from));
  if (line.error) item.className = "error";
  return item;
}

function cardOf(id, providers) {
  if (cards.has(id)) return cards.get(id);
  const title = $(`article.provider[data-id="${CSS.escape(id)}"] h3`)?.textContent ?? id;
  const place = element("article"), form = element("form"), field = element("label", "Token "), input = element("input"), button = element("button");
  const card = { place, id, form, field, input, button, run: 0, lines: [], end: null, alive: false };
  place.className = "helper";
  place.dataset.id = id;
  card.status = element("p");
  card.status.setAttribute("role", "status");
  card.ask = element("div");
  card.ask.setAttribute("aria-live", "polite");
  card.log = element("ol");
  card.said = element("details", undefined, [element("summary", "What the helper says"), card.log]);
  Object.assign(input, { type: "password", name: "sign-in-token", autocomplete: "off", size: 16 });
  field.append(input);
  form.append(field, button);
  form.addEventListener("submit", (event) => signIn(event, card));
  place.append(element("h3", title), element("p", providers.length > 1 || title === id ? "for " + providers.join(", ") : ""), card.status, card.ask, card.said, form);
  cards.set(id, card);
  $("#helpers").append(place);
  return card;
}

const WORDS = { pending: "nobody has signed in yet", running: "waiting for the sign-in", valid: "signed in", required: "a sign-in is needed", failed: "the sign-in failed" };

function drawStatus(card, message) {
  const { status, exit_code: code, until, problem } = card.state, word = element("span", status);
  const ended = (status === "valid" || status === "failed") && code !== null ? `exit code ${code}` : "";
  const more = [WORDS[status], ended, status === "valid" && until ? "until " + moment(until) : "", status === "valid" ? "" : problem, message].filter(Boolean);
  word.className = "status-" + status;
  const text = ": " + more.join("; ");
  if (card.status.textContent !== status + text) card.status.replaceChildren(word, text); // said once, not at every event
}

function drawAsk(card) {
  const running = card.state.status === "running", lines = card.alive && running ? card.lines : [];
  const link = lines.flatMap((line) => line.text.match(LINK) ?? []).at(-1), code = lines.map((line) => codeIn(line.text)).filter(Boolean).at(-1);
  const parts = [];
  if (running && !follows) parts.push(element("p", "The server's token shows where."));
  if (link) parts.push(element("p", "Sign in at ", [linkTo(link)]));
  if (code) {
    const shown = element("code", code);
    shown.className = "device-code";
    parts.push(element("p", "with the code ", [shown, ...(navigator.clipboard ? [copier(code)] : [])]));
  }
  const key = JSON.stringify([running && !follows, link, code]);
  if (card.asked !== key) card.ask.replaceChildren(...parts); // a button keeps its focus
  card.asked = key;
}

function drawCard(card, message) {
  const { status } = card.state, running = status === "running";
  card.place.dataset.status = status;
  drawStatus(card, message);
  drawAsk(card);
  card.said.hidden = !card.lines.length;
  card.said.firstChild.textContent = card.alive ? "What the helper says" : "What the helper said in a run that is over";
  card.log.replaceChildren(...card.lines.map((line) => lineOf(line, card.alive)));
  card.field.hidden = Boolean(knownToken()) && !card.refused;
  card.form.hidden = running && Boolean(follows);
  const verb = status === "valid" ? "Sign in again" : running ? "Show the sign-in" : "Sign in", whom = element("span", " to " + $("h3", card.place).textContent);
  whom.className = "apart";
  if (card.button.firstChild?.textContent !== verb) card.button.replaceChildren(verb, whom);
}

// ---- its states and events ----

async function readStates() {
  const answer = await fetch("/api/credential");
  if (!answer.ok) return;
  const { credentials } = await answer.json(), helpers = credentials.filter((one) => one.helper);
  for (const state of helpers) {
    const card = cardOf(state.id, state.providers);
    card.state = state;
    drawCard(card);
  }
  for (const [id, card] of cards) {
    if (helpers.some((state) => state.id === id)) continue;
    card.place.remove();
    cards.delete(id);
  }
  $("#sign-in").hidden = !helpers.length;
}

function takeEvent(event) {
  const card = cards.get(event.id);
  if (!card) return;
  if (event.kind === "started") Object.assign(card, { run: event.run, lines: [], alive: !event.old });
  if (event.kind === "line") card.lines.push(event);
  if (event.kind === "valid" || event.kind === "failed") card.alive = false;
  if (event.kind === "line") drawCard(card);
  else readStates();
}

async function readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      if (block.startsWith("event: helper\ndata: ")) takeEvent(JSON.parse(block.slice("event: helper\ndata: ".length)));
    }
  }
}

// With fetch, because an EventSource sends no token; and nobody without it is told the lines.
async function follow(token) {
  if (follows === token) return;
  for (follows = token; follows === token; await new Promise((later) => setTimeout(later, 2000))) {
    const answer = await fetch("/api/events", { headers: { authorization: "Bearer " + token } }).catch(() => null);
    if (answer && !answer.ok && follows === token) follows = null;
    if (answer?.ok) await readEvents(answer.body).catch(() => null);
  }
}

async function act(card, what, token) {
  const answer = await post(`/api/credential/${encodeURIComponent(card.id)}/${what}`, token), said = await answer.json();
  card.refused = answer.status === 401;
  if (answer.ok) card.state = said;
  drawCard(card, answer.ok ? "" : said.error.message);
  if (card.refused) card.input.focus();
  return answer.ok;
}

async function signIn(event, card) {
  event.preventDefault();
  const token = card.input.value || knownToken();
  if (card.state.status === "valid" && !(await act(card, "invalidate", token))) return;
  if (!(await act(card, "run", token))) return;
  card.input.value = "";
  follow(token);
  drawCard(card);
}

$("#tools").hidden = $("#refresh").hidden = false;
$("#tools").addEventListener("input", filter);
$("#refresh").addEventListener("submit", refresh);
$("#story").addEventListener("close", () => history.replaceState(null, "", location.pathname));
dress();
draw();
listen();
readStates().then(() => sessionStorage.getItem("token") && cards.size && follow(sessionStorage.getItem("token")));
if (location.hash.startsWith("#model=")) tell(decodeURIComponent(location.hash.slice(7)));
