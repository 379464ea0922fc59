// sign_in: a card for each credential helper: where its key is, what it prints while somebody signs in, and a button that runs it.
import { $, copier, element } from "./dom.js";
import { moment } from "./words.js";
import { knownToken, post } from "./token.js";

let titles = new Map();

/** The titles of providers, by their ids. */
export function takeTitles(data) {
  titles = new Map(data.providers.map((one) => [one.id, one.title]));
}

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
  const title = titles.get(id) ?? id;
  const place = element("article"), form = element("form"), field = element("label", "Token "), input = element("input"), button = element("button");
  const card = { place, id, form, field, input, button, run: 0, lines: [], end: null, alive: false };
  place.className = "helper";
  place.dataset.id = id;
  card.status = element("p");
  card.status.setAttribute("role", "status");
  card.ask = element("div");
  card.ask.setAttribute("aria-live", "polite");
  card.log = element("ol");
  card.said = element("details", undefined, [element("summary", "Output of the helper"), card.log]);
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
  if (running && !follows) parts.push(element("p", "Enter the server's token to see where to sign in."));
  if (link) parts.push(element("p", "Sign in at ", [linkTo(link)]));
  if (code) {
    const shown = element("code", code);
    shown.className = "device-code";
    parts.push(element("p", "with the code ", [shown, copier(code, "the code", "Copy")]));
  }
  const key = JSON.stringify([running && !follows, link, code]);
  if (card.asked !== key) card.ask.replaceChildren(...parts); // a button keeps its focus
  card.asked = key;
}

function drawCard(card, message) {
  const { status } = card.state, running = status === "running", alive = card.alive && running;
  card.place.dataset.status = status;
  drawStatus(card, message);
  drawAsk(card);
  card.said.hidden = !card.lines.length;
  card.said.firstChild.textContent = alive ? "Output of the helper" : "Output of a run of the helper that has ended";
  card.log.replaceChildren(...card.lines.map((line) => lineOf(line, alive)));
  card.field.hidden = Boolean(knownToken()) && !card.refused;
  card.form.hidden = running && Boolean(follows);
  const verb = status === "valid" ? "Sign in again" : running ? "Show the sign-in" : "Sign in", whom = element("span", " to " + $("h3", card.place).textContent);
  whom.className = "apart";
  if (card.button.firstChild?.textContent !== verb) card.button.replaceChildren(verb, whom);
}

// ---- its states and events ----

export async function readStates() {
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

// With fetch, because an EventSource sends no token, and the lines are for those who have it.
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

/** Reads the lines of the helpers, where there are helpers and the token is known. */
export function followHelpers() {
  const token = sessionStorage.getItem("token");
  if (token && cards.size) follow(token);
}
