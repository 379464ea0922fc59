// timeline: what changed last, the newest first. Models of a provider that changed together are one line.
import { $, element, redraw } from "./dom.js";
import { counted, moment, stateWords, tone } from "./words.js";
import { change } from "./state.js";

const SHORT = 5;

let entries = [], titles = new Map();

function named(one) {
  return one.count === 1 ? one.ids[0] : `${titles.get(one.provider_id) ?? one.provider_id}: ${counted(one.count, "model")}`;
}

function becoming(one) {
  const plural = one.count > 1;
  if (!one.to) return `${named(one)} ${plural ? "are" : "is"} gone`;
  if (!one.from) return `${named(one)} ${plural ? "are" : "is"} new: ${stateWords(one.to)}`;
  return `${named(one)}${plural ? " " : ": "}${stateWords(one.from)} → ${stateWords(one.to)}`;
}

const KINDS = {
  models: (one) => ({ text: becoming(one), tone: one.to ? tone(one.to) : "gone", id: one.count === 1 && one.to ? one.ids[0] : "" }),
  default: (one) => ({ text: one.to ? `The default is ${one.to}${one.from ? `, was ${one.from}` : ""}` : "There is no default", tone: one.to ? "good" : "bad", id: one.to ?? "" }),
  definitions: (one) => ({ text: one.to === "good" ? "The definitions are good again" : "The definitions have errors", tone: one.to === "good" ? "good" : "bad", id: "" }),
};

/** Those of /api/changes. */
export function takeChanges(list, providers) {
  titles = new Map(providers.map((one) => [one.id, one.title]));
  entries = list.filter((one) => one.kind in KINDS).map((one) => ({ at: one.at, reason: one.reason, ...KINDS[one.kind](one) }));
}

function item(one) {
  const text = one.id ? element("button.link", { type: "button", onclick: () => change({ model: one.id, changes: "" }) }, one.text) : one.text;
  return element("li." + one.tone, { title: one.reason }, element("time", { datetime: one.at, title: new Date(one.at).toLocaleString("en-GB") }, moment(one.at)), element("span", text));
}

export function drawTimeline() {
  const more = entries.length - SHORT;
  redraw($("#recent"), element("h2", { id: "recent-title" }, "Recent changes"),
    entries.length ? element("ol.changes", entries.slice(0, SHORT).map(item)) : element("p.quiet", "Nothing has changed since the server was started."),
    more > 0 ? element("button.link", { type: "button", onclick: () => change({ changes: "all" }) }, `${more} more`) : "");
}

export const timelineBody = () => [element("ol.changes.all", entries.map(item))];
