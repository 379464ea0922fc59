// providers: a chip for each that is set up, the bad ones first and with their reason; those without a key are folded away.
import { $, element, unseen } from "./dom.js";
import { counted, milliseconds, moment, stateWords, thousands, tone, variableOf } from "./words.js";
import { change } from "./state.js";
import { groupSince } from "./models.js";
import { latencyLine, latencyNumbers, latencyOf } from "./latency.js";

const ORDER = { bad: 0, doubt: 1, good: 2, quiet: 3 };
let points = new Map(), began = false;

/** The cause for which most of its models cannot be used; null when all can. */
export function causeOf(data, provider) {
  const causes = data.groups.filter((group) => !group.unset && group.state !== "disabled" && group.providers.has(provider));
  const count = (group) => group.models.filter((model) => model.provider === provider).length;
  return causes.sort((a, b) => count(b) - count(a))[0] ?? null;
}

function toneOf(provider, cause) {
  if (provider.models.some((model) => model.usable && model.stale)) return "doubt";
  if (provider.ready) return cause ? "doubt" : "good";
  return cause ? tone(cause.state) : "quiet";
}

function chip(data, provider) {
  const cause = causeOf(data, provider), look = toneOf(provider, cause), latency = latencyOf(points.get(provider.id));
  const count = cause && !provider.ready ? stateWords(cause.state) : provider.defined > provider.ready ? `${thousands(provider.ready)} of ${thousands(provider.defined)} ready` : `${thousands(provider.ready)} ready`;
  return element("button.chip." + look, { type: "button", "data-id": provider.id, "data-tone": look, title: cause && !provider.ready ? cause.why : null, onclick: () => change({ about: provider.id }) },
    element("span.line", element("strong", provider.title), element("span.count", count), latency && (provider.ready || !cause) ? element("span.quiet", milliseconds(latency.last)) : ""),
    cause && !provider.ready ? unseen(cause.why) : null);
}

const isSetUp = (provider) => provider.ready || provider.models.some((model) => model.configured) || (provider.set && provider.models.length);

function unsetItem(provider) {
  const variable = variableOf(provider.credential);
  return element("button.chip.quiet", { type: "button", "data-id": provider.id, onclick: () => change({ about: provider.id }) }, element("strong", provider.title), variable ? element("code", variable) : element("span.quiet", provider.credential));
}

export function drawProviders(data) {
  const up = data.providers.filter(isSetUp), unset = data.providers.filter((one) => !isSetUp(one) && !one.ended);
  const rank = (one) => ORDER[toneOf(one, causeOf(data, one))], had = document.activeElement?.closest?.(".chip")?.dataset.id;
  $("#chips").replaceChildren(...up.sort((a, b) => rank(a) - rank(b)).map((one) => chip(data, one)));
  $("#unset").hidden = !unset.length;
  if (!up.length && !$("#chips").childElementCount && !began) $("#unset").open = true; // with nothing set up, they are what there is to do
  began = true;
  $("#unset summary").textContent = `${counted(unset.length, "provider")} not set up`;
  $("#unset div").replaceChildren(...unset.map(unsetItem));
  if (had) $(`.chip[data-id="${CSS.escape(had)}"]`)?.focus();
  $("#whom").hidden = !data.providers.length;
}

export function takePoints(list) {
  points = new Map(list.map((one) => [one.id, one.points]));
}

// ---- one provider, in the drawer ----

function fact(list, name, ...value) {
  if (value.some(Boolean)) list.append(element("dt", name), element("dd", ...value));
}

function ending(provider) {
  const replaced = provider.replacement ? `; replaced by ${provider.replacement}` : "";
  return provider.ended ? (provider.retired === "true" ? "yes" : `on ${provider.retired}`) + replaced : "";
}

export function providerBody(data, provider) {
  const cause = causeOf(data, provider), facts = element("dl.facts"), line = latencyLine(points.get(provider.id), 300, 48), time = cause && groupSince(cause);
  const parts = [];
  if (cause) parts.push(element("div.notice." + tone(cause.state), element("p.why", cause.why), cause.hint ? element("p.hint", cause.hint) : null, time ? element("p.quiet", `since ${moment(time)}`) : null));
  fact(facts, "Models", `${thousands(provider.ready)} of ${thousands(provider.defined)} ready`);
  fact(facts, "Address", provider.endpoint);
  fact(facts, "Key", provider.credential && `${provider.credential} (${provider.set ? "set" : "not set"})`);
  fact(facts, "Left", provider.left);
  fact(facts, "Warning", provider.warning);
  fact(facts, "Ended", ending(provider));
  fact(facts, "Last seen", provider.ended ? "" : provider.seen);
  parts.push(facts, element("h3", "Latency"), latencyNumbers(points.get(provider.id)) ?? element("p.quiet", "Not measured yet."));
  if (line) parts.push(line);
  if (provider.models.length) parts.push(element("p", element("button", { type: "button", onclick: () => change({ about: "", provider: provider.id, q: "", state: "", kind: "", can: [], price: "" }) }, `Show its ${counted(provider.models.length, "model")}`)));
  return parts;
}
