// page: puts the parts together, and keeps them up to date: the data are fetched again when the server has a new answer.
import { $, element } from "./dom.js";
import { moment, until } from "./words.js";
import { followAddress, look, onLook, prepareSearch, readData } from "./state.js";
import { drawModels, drawPicks, startTable, takeModels, takeSince } from "./models.js";
import { drawClear, drawFilters, startFilters } from "./filters.js";
import { drawFacts, drawOverview } from "./overview.js";
import { drawProviders, takePoints } from "./providers.js";
import { drawTimeline, takeChanges } from "./timeline.js";
import { drawDrawer, startDrawer } from "./drawer.js";
import { drawCompare, startCompare } from "./compare.js";
import { followHelpers, readStates, takeTitles } from "./sign_in.js";
import { knownToken, post } from "./token.js";

const FILTERS = ["q", "provider", "state", "kind", "can", "price", "sort"];
let data, since = new Map(), status = { refreshed_at: null, next_at: null }, alive = true, refreshing = false, refused = "", needsToken = false;

// ---- when it was asked ----

const setText = (place, text) => place.textContent !== text && (place.textContent = text);

// What happens is announced to screen readers; that time goes by is not.
function tellWhen() {
  const asked = status.refreshed_at ? `Checked ${moment(status.refreshed_at)}` : "Not checked yet", next = status.next_at ? `, next check ${until(status.next_at)}` : "";
  const event = !alive ? "The server does not answer; trying again." : refreshing ? "Asking the providers …" : refused;
  $("#asked").classList.toggle("gone", !alive || (refused && !refreshing));
  setText($("#event"), event);
  setText($("#when"), event ? "" : asked + next);
}

// ---- drawing ----

function drawAll() {
  drawOverview(data);
  drawProviders(data);
  drawTimeline();
  drawFacts(data);
  drawFilters(data);
  drawModels();
  drawDrawer(data, since);
  drawCompare();
  tellWhen();
}

function take(answer) {
  const next = readData(answer);
  takeModels(next);
  takeTitles(next);
  data = next;
  prepareSearch(data.models);
}

const read = (path) => fetch(path).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);

/** What depends on the clock, and not on the answer alone. */
async function readTimes() {
  const [now, history, timeline] = await Promise.all(["/api/status", "/api/history", "/api/changes"].map(read));
  if (!now || !history || !timeline) return;
  status = now;
  $("#refresh").hidden = !["possible", "needs_token"].includes(now.refresh);
  drawToken();
  since = new Map(history.models.map((one) => [one.id, one.since]));
  takeSince(since);
  takePoints(history.providers);
  takeChanges(timeline.changes, data.providers);
  drawOverview(data);
  drawProviders(data);
  drawTimeline();
  tellWhen();
  if (look.about || look.changes) drawDrawer(data, since);
}

// ---- what changes ----

let renewing = false, again = false;

// One at a time, so that no older answer replaces a newer one.
async function renew() {
  again = true;
  if (renewing) return;
  renewing = true;
  while (again) {
    again = false;
    await renewOnce().catch(() => null);
  }
  renewing = false;
}

// An answer that did not come is asked for again: the event that announced it does not come twice.
async function renewOnce() {
  const next = await read("/page.json");
  if (!next) {
    again = true;
    return wait();
  }
  alive = true;
  take(next);
  drawBanner();
  await readTimes();
  drawAll();
  readStates();
}

let announced = ""; // the finding that the banner shows: one that is drawn again would be announced again

function drawBanner() {
  const wrong = data.definitions_error, place = $("#banner"), finding = JSON.stringify(wrong ?? "");
  if (finding === announced) return;
  announced = finding;
  if (!wrong) return place.replaceChildren();
  const where = [wrong.file, wrong.line, wrong.column].filter(Boolean).join(":");
  place.replaceChildren(element("div.banner", { role: "alert" },
    element("p", "The definitions on disk have errors; showing the last good result. ", element("code", where), " " + wrong.message),
    wrong.source ? element("pre", wrong.source) : null, wrong.fix ? element("p.hint", "Write: ", element("code", wrong.fix)) : null));
}

function listen() {
  const events = new EventSource("/api/events");
  let id = ""; // of the answer and of the server's run
  events.addEventListener("snapshot", (event) => {
    const before = id;
    id = event.lastEventId;
    if (JSON.parse(event.data).generation !== data.generation || (before && before !== id)) renew();
  });
  events.addEventListener("definitions_error", renew);
  events.addEventListener("helper", readStates);
  const heard = (yes) => {
    alive = yes;
    tellWhen();
  };
  events.addEventListener("error", () => heard(false));
  events.addEventListener("open", () => heard(true));
}

// A token that the server took is kept for the tab, and not asked for again.
function drawToken() {
  const field = $("[name=token]"), asks = needsToken || !knownToken() || field === document.activeElement || Boolean(field.value);
  field.hidden = !asks;
  field.setAttribute("aria-invalid", String(needsToken));
}

async function refresh(event) {
  event.preventDefault();
  refreshing = true;
  refused = "";
  $("#refresh").classList.add("busy");
  tellWhen();
  const token = knownToken(), answer = await post("/api/refresh", token).catch(() => null);
  refreshing = false;
  $("#refresh").classList.remove("busy");
  needsToken = answer?.status === 401;
  drawToken();
  if (needsToken) {
    refused = token ? "The server does not accept this token." : "Enter the server's token, then refresh.";
    $("[name=token]").focus();
  } else if (!answer?.ok) refused = answer ? (await answer.json()).error.message : "The server does not answer.";
  else followHelpers();
  tellWhen();
}

onLook((changed) => {
  if (changed.some((key) => FILTERS.includes(key))) {
    if (changed.every((key) => key === "sort" || (key === "q" && document.activeElement === $("[name=search]")))) drawClear();
    else drawFilters(data);
    drawModels();
  }
  if (changed.includes("compare")) drawPicks();
  if (changed.some((key) => ["compare", "view"].includes(key))) drawCompare();
  if (changed.some((key) => ["model", "about", "changes"].includes(key))) drawDrawer(data, since);
});

function start(answer) {
  followAddress();
  take(answer);
  drawBanner();
  $("#tools").hidden = false;
  startTable();
  startFilters();
  startDrawer();
  startCompare();
  $("[name=search]").value = look.q;
  $("#refresh").addEventListener("submit", refresh);
  drawAll();
  performance.mark("roster-drawn");
  afterPaint(() => {
    readTimes();
    listen();
    setInterval(tellWhen, 5000);
    readStates().then(followHelpers);
  });
}

// What there is to see is painted before the next work begins. A page that nobody sees is not painted.
const afterPaint = (work) => (document.hidden ? work() : requestAnimationFrame(() => setTimeout(work)));

/** Says that the server does not answer, until it is asked again. */
function wait() {
  alive = false;
  tellWhen();
  return new Promise((later) => setTimeout(later, 2000));
}

/** What the page shows. A server that does not answer is asked again. */
async function readFirst() {
  for (;;) {
    const answer = await read("/page.json");
    if (answer) return answer;
    await wait();
  }
}

const painted = performance.getEntriesByType("paint").length ? null : new Promise(afterPaint);
Promise.all([readFirst(), painted]).then(([answer]) => {
  alive = true;
  start(answer);
});
