// state: the models and providers of the server's answer, what the user looks for among them, and the address that says so.

import { stateWords } from "./words.js";

const USABLE = 1, RECOMMENDED = 2, STALE = 4, CONFIGURED = 8, PRICES = 16, CHATS = 32;

const NO_REASON = ["", "", "none", "none"];

/** One model, as page_data.c wrote it. What the first picture of thousands does not need is made when it is asked for. */
class Model {
  #row;
  #text;

  // By number: taking a row apart by a pattern costs several times as much.
  constructor(row, data) {
    const flags = row[3], reason = data.reasons[row[9]] ?? NO_REASON;
    this.#row = row;
    this.id = row[0];
    this.provider = data.providers[row[1]];
    this.wire = row[12] || row[0];
    this.state = data.states[row[2]];
    this.usable = (flags & USABLE) !== 0;
    this.recommended = (flags & RECOMMENDED) !== 0;
    this.stale = (flags & STALE) !== 0;
    this.configured = (flags & CONFIGURED) !== 0;
    this.morePrices = (flags & PRICES) !== 0;
    this.chats = (flags & CHATS) !== 0;
    this.context = row[4];
    this.input = row[5];
    this.output = row[6];
    this.kind = row[7];
    this.can = row[8];
    this.latency = row[10];
    this.retires = row[11];
    this.why = reason[0];
    this.hint = reason[1];
    this.code = reason[2];
    this.blame = reason[3];
  }

  /** What a search looks through. */
  get text() {
    return (this.#text ??= `${this.id} ${this.provider.title} ${this.provider.id} ${this.state} ${stateWords(this.state)} ${this.kind} ${this.#row[12]} ${this.#row[13]} ${this.why}`.toLowerCase());
  }

  /** Differs when something that a row shows does, but for the latency. */
  get key() {
    return JSON.stringify([...this.#row.slice(0, 9), this.why]);
  }
}

/** Makes what a search looks through while nothing else is to be done, so that the first search is as fast as the others. */
export function prepareSearch(models, from = 0) {
  globalThis.requestIdleCallback?.((idle) => {
    let at = from;
    while (at < models.length && idle.timeRemaining() > 1) void models[at++].text;
    if (at < models.length) prepareSearch(models, at);
  });
}

/** Takes what /page.json answered apart. */
export function readData(data) {
  for (const one of data.providers) one.models = [];
  data.byId = new Map();
  data.models = data.models.map((row) => {
    const model = new Model(row, data);
    model.provider.models.push(model);
    data.byId.set(model.id, model);
    return model;
  });
  data.groups = groupsOf(data.models.filter((model) => !model.usable));
  return data;
}

// ---- causes: unusable models that share one, as the command groups them ----

const isKeyUnset = (model) => model.state === "no_credential" && model.code === "key_unset";

function causeOf(model) {
  if (isKeyUnset(model)) return "unset";
  if (model.code === "model_disabled") return `${model.state}\n${model.code}`;
  return [model.state, model.code, model.blame, model.provider.id, model.why.replaceAll(model.wire, "…").replaceAll(model.id, "…")].join("\n");
}

function groupsOf(models) {
  const groups = new Map();
  for (const model of models) {
    const key = causeOf(model);
    if (!groups.has(key)) groups.set(key, { key, unset: isKeyUnset(model), state: model.state, code: model.code, why: model.why, hint: model.hint, models: [], providers: new Set() });
    const group = groups.get(key);
    group.models.push(model);
    group.providers.add(model.provider);
  }
  return [...groups.values()];
}

// ---- what is looked for: in the address, so that it can be sent to somebody and the back button works ----

export const look = { q: "", provider: "", state: "", kind: "", can: [], price: "", sort: "", model: "", about: "", compare: [], view: "", changes: "" };

export const MOST_COMPARED = 3;
const LISTS = ["can", "compare"], OPENS = ["model", "about", "view", "changes"];

// Split before it is decoded: an id may have a comma.
function readList(key) {
  const part = location.hash.slice(1).split("&").find((one) => one.startsWith(key + "=")) ?? "";
  const list = part.slice(key.length + 1).split(",").map((one) => new URLSearchParams("one=" + one).get("one")).filter(Boolean);
  return [...new Set(list)].slice(0, key === "compare" ? MOST_COMPARED : undefined);
}

export function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(look)) look[key] = LISTS.includes(key) ? readList(key) : parts.get(key) ?? "";
}

function address() {
  const parts = Object.entries(look).filter(([, value]) => (Array.isArray(value) ? value.length : value));
  const text = parts.map(([key, value]) => `${key}=${Array.isArray(value) ? value.map(encodeURIComponent).join(",") : encodeURIComponent(value)}`).join("&");
  return text ? "#" + text : location.pathname + location.search;
}

const listeners = [];
/** Called with the names of what changed. */
export const onLook = (listener) => listeners.push(listener);

function tellAll(before) {
  const changed = Object.keys(look).filter((key) => !same(key, before));
  if (changed.length) for (const listener of listeners) listener(changed);
}

/** Changes what is looked for. What opens something can be undone by the back button; typing makes no history. */
export function change(wanted, { replace = false } = {}) {
  const before = { ...look };
  Object.assign(look, wanted);
  if (!replace) history.pushState({ within: true }, "", address());
  else history.replaceState(history.state, "", address());
  tellAll(before);
}

let closing = false; // the browser goes back later than it is told to

/** Closes what was opened, as the back button would. */
export function close() {
  if (closing) return;
  closing = Boolean(history.state?.within);
  if (closing) history.back();
  else change(Object.fromEntries(OPENS.map((key) => [key, ""])), { replace: true });
}

const same = (key, before) => JSON.stringify(look[key]) === JSON.stringify(before[key]);

function onlyCloses(before) {
  const closed = OPENS.filter((key) => before[key] && !look[key]);
  return closed.length > 0 && Object.keys(look).every((key) => key === "compare" || closed.includes(key) || same(key, before));
}

// What was chosen for comparison in a dialog stays chosen when the dialog closes; the entry of the history before it does not know.
function keepChoice(before) {
  look.compare = before.compare;
  history.replaceState(history.state, "", address());
}

export function followAddress() {
  readAddress();
  addEventListener("popstate", () => {
    const before = { ...look };
    closing = false;
    readAddress();
    if (onlyCloses(before)) keepChoice(before);
    tellAll(before);
  });
}

// ---- which models are shown ----

const PRICE_LIMITS = { free: 0, 1: 1, 3: 3, 10: 10 };
export const CAN = ["tools", "vision", "reasoning", "json", "audio"];

function passes(model) {
  if (look.provider && model.provider.id !== look.provider) return false;
  if (look.state === "usable" ? !model.usable : look.state === "unusable" ? model.usable : look.state && model.state !== look.state) return false;
  if (look.kind && (look.kind === "chat" ? !model.chats : model.kind !== look.kind)) return false;
  if (look.can.some((one) => model.can[CAN.indexOf(one)] !== "y")) return false;
  if (look.price === "free" && model.output > 0) return false;
  return !look.price || (model.input !== null && model.input <= PRICE_LIMITS[look.price]);
}

const VALUES = { id: (m) => m.id, provider: (m) => m.provider.title, context: (m) => m.context, input: (m) => m.input, output: (m) => m.output, latency: (m) => m.latency };

function comparer() {
  const down = look.sort.startsWith("-"), value = VALUES[look.sort.replace("-", "")];
  if (!value) return null;
  const order = new Intl.Collator("en", { numeric: true }).compare;
  return (a, b) => {
    const x = value(a), y = value(b);
    if (x === null || y === null) return (x === null) - (y === null); // what is unknown comes last, either way
    return (typeof x === "string" ? order(x, y) : x - y) * (down ? -1 : 1);
  };
}

export const isNarrowed = () => Boolean(look.q || look.provider || look.state || look.kind || look.can.length || look.price);

/** {usable, groups, count}: the models that are looked for, in order, the unusable ones by cause. */
export function select(data) {
  const words = look.q.toLowerCase().split(/\s+/).filter(Boolean), order = comparer();
  const wanted = (model) => passes(model) && words.every((word) => model.text.includes(word));
  const usable = data.models.filter((model) => model.usable && wanted(model));
  if (order) usable.sort(order);
  const groups = [];
  for (const group of data.groups) {
    const models = group.models.filter(wanted);
    if (order) models.sort(order);
    if (models.length) groups.push({ ...group, shown: models });
  }
  return { usable, groups, count: usable.length + groups.reduce((sum, group) => sum + group.shown.length, 0) };
}
