// timeline: what changed last, the newest first. A change of many models of one provider at once is one line.
import { $, element } from "./dom.js";
import { counted, moment, stateWords, tone } from "./words.js";
import { change } from "./state.js";

const SHORT = 5, MOST = 200;

/** [{at, text, tone, id}] of the server's changes. */
let entries = [];

export function takeChanges(list, data) {
  entries = list.slice(-MOST).reverse().map((one) => entryOf(one, data)).filter(Boolean);
}

const listed = (ids) => (ids.length > 2 ? `${ids[0]} and ${ids.length - 1} more` : ids.join(" and "));

function entryOf(one) {
  return { at: one.at, text: `${listed(one.ids)} ${one.text}`, tone: one.tone, id: one.ids.length === 1 ? one.ids[0] : "" };
}

function item(one) {
  const text = one.id ? element("button.link", { type: "button", onclick: () => change({ model: one.id }) }, one.text) : one.text;
  return element("li." + one.tone, element("time", { datetime: one.at, title: new Date(one.at).toLocaleString() }, moment(one.at)), element("span", text));
}

export function drawTimeline() {
  const more = entries.length - SHORT;
  $("#recent").replaceChildren(element("h2", { id: "recent-title" }, "Recent changes"),
    entries.length ? element("ol.changes", entries.slice(0, SHORT).map(item)) : element("p.quiet", "Nothing has changed since the server was started."),
    more > 0 ? element("button.link", { type: "button", onclick: () => change({ changes: "all" }) }, `${more} more`) : "");
}

export const timelineBody = () => [element("ol.changes", entries.map(item))];

/** Until the server keeps them: what the states of models and their times say. */
export function changesOf(models, started) {
  const groups = new Map();
  for (const one of models) {
    if (one.since <= started) continue;
    const key = `${one.since} ${one.state}`;
    if (!groups.has(key)) groups.set(key, { at: one.since, ids: [], text: `became ${stateWords(one.state)}`, tone: tone(one.state) });
    groups.get(key).ids.push(one.id);
  }
  return [...groups.values()].sort((a, b) => a.at.localeCompare(b.at));
}

export { counted };
