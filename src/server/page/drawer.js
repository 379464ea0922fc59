// drawer: the whole story of one model: why it is in its state, how to reach it, what it costs and can do, where each value comes from.
import { $, copier, element, redraw } from "./dom.js";
import { dollars, milliseconds, moment, stateWords, tokens, tone } from "./words.js";
import { close, look } from "./state.js";
import { compareToo, focusModel } from "./models.js";
import { providerBody } from "./providers.js";
import { snippetTabs } from "./snippets.js";
import { timelineBody } from "./timeline.js";

const story = $("#story");
let shown = "", opener = null;

// ---- values with their origins ----

const ANSWERS = [["tool_call", "Tools"], ["reasoning", "Reasoning"], ["reasoning_toggle", "Reasoning can be off"], ["interleaved", "Reasons between tools"], ["structured_output", "JSON schema"],
  ["temperature", "Temperature"], ["attachment", "Attachments"], ["open_weights", "Open weights"]];
const answer = (value) => (value === null || value === undefined ? "unknown" : value ? "yes" : "no");

/** The file and line, without its folders. */
const originShort = (origin) => origin.replace(/^.*\/(?=[^/]+:\d+$)/, "");

function adder(list, origins = {}) {
  return (name, value, field) => {
    if (value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length)) return;
    const origin = origins[field];
    list.append(element("dt", name), element(value === "unknown" ? "dd.quiet" : "dd", Array.isArray(value) ? value.join(", ") : value instanceof Node ? value : String(value)),
      element("dd.origin", { title: origin ?? null }, origin && origin !== "default" ? originShort(origin) : ""));
  };
}

const limit = (count) => (count ? `${tokens(count)} tokens` : "unknown");

function facts(model) {
  const list = element("dl.facts.origins"), add = adder(list, model.origins);
  add("Kind", model.kind, "kind");
  add("Context", limit(model.context_window), "context_window");
  add("Longest prompt", model.max_input_tokens && limit(model.max_input_tokens), "max_input_tokens");
  add("Longest answer", limit(model.max_output_tokens), "max_output_tokens");
  add("Reads", model.input_modalities ?? "unknown", "input_modalities");
  add("Gives", model.output_modalities ?? "unknown", "output_modalities");
  for (const [field, name] of ANSWERS) add(name, answer(model[field]), field);
  add("Reasoning levels", model.reasoning_levels, "reasoning_levels");
  for (const [field, name] of [["family", "Family"], ["tier", "Tier"], ["release_date", "Released"], ["last_updated", "Updated"], ["knowledge_cutoff", "Knows until"], ["status", "Status"],
    ["deprecated", "Deprecated"], ["retires", "Retires"], ["replacement", "Replacement"], ["answered_by", "Answered by"]]) add(name, model[field], field);
  add("Aliases", model.aliases, "aliases");
  add("Formerly", model.formerly, "formerly");
  add("Tags", model.tags, "tags");
  add("Extra", Object.keys(model.extra).length ? JSON.stringify(model.extra) : null, "extra");
  return list;
}

// ---- prices ----

const PRICES = [["input", "Input"], ["output", "Output"], ["cache_read", "Cache read"], ["cache_write", "Cache write"], ["reasoning", "Reasoning"], ["input_audio", "Audio in"], ["output_audio", "Audio out"],
  ["image", "An image"], ["batch_input", "Batch in"], ["batch_output", "Batch out"]];

/** The columns of the table: [title, prices]. */
export function priceColumns(model) {
  const tiers = (list, when) => list.map((tier) => [`${when}above ${tokens(tier.above)}`, tier]);
  return [["Now", model.price], ...tiers(model.price_tiers, ""), ...model.price_changes.flatMap((change) => [[`From ${change.from}`, change], ...tiers(change.price_tiers, `From ${change.from}, `)])];
}

function priceTable(model) {
  if (!model.price) return element("p.quiet", "No price is known.");
  const columns = priceColumns(model), rows = PRICES.filter(([part]) => columns.some(([, price]) => typeof price[part] === "number"));
  const amount = (price, part) => element("td.number", typeof price[part] === "number" ? dollars(price[part]) : "");
  return element("div.scroll", { tabindex: "0", role: "region", "aria-label": "Prices" }, element("table.prices", element("caption.apart", "US dollars per million tokens"),
    element("thead", element("tr", element("td"), columns.map(([title]) => element("th.number", { scope: "col" }, title)))),
    element("tbody", rows.map(([part, title]) => element("tr", element("th", { scope: "row" }, title), columns.map(([, price]) => amount(price, part)))))));
}

// ---- evidence ----

function evidence(model) {
  const list = element("dl.facts.origins"), add = adder(list);
  add("Checked", model.checked_at && new Date(model.checked_at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" }));
  add("Address", model.url);
  add("Sent as", `${model.api_name} (protocol ${model.protocol})`);
  add("Key", model.source);
  add("Gateway", model.gateway);
  add("Rule", model.rule);
  add("Defined at", model.defined_at);
  add("Listing differs", model.disagreements);
  const requests = model.requests.map((one) => element("li", element("div.line", element("code", `${one.method} ${one.url}`), element("span.quiet", [one.status ?? "no answer", one.outcome, milliseconds(one.latency_ms)].join(" · ")))));
  return [requests.length ? element("ol.requests", requests) : element("p.quiet", "No request was made for this model."), list];
}

// ---- the drawer ----

function notice(model, since) {
  const why = model.stale ? `Stale: ${model.stale_reason}` : model.reason;
  if (!why && !model.warning) return null;
  return element("div.notice." + (model.state === "ready" ? "doubt" : tone(model.state)), why ? element("p.why", why) : null, model.hint ? element("p.hint", model.hint) : null, model.warning ? element("p.why", model.warning) : null,
    since && model.state !== "ready" ? element("p.quiet", `since ${moment(since)}`) : null);
}

function lead(model, since) {
  const compare = element("button", { type: "button", onclick: () => compareToo(model.id) }, look.compare.includes(model.id) ? "Do not compare" : "Compare");
  compare.addEventListener("click", () => (compare.textContent = look.compare.includes(model.id) ? "Do not compare" : "Compare"));
  return [element("p.lead", element("span.state." + tone(model.state), stateWords(model.state)), element("span.quiet", [model.provider, model.description !== model.id && model.description, model.state === "ready" && since && `since ${moment(since)}`].filter(Boolean).join(" · "))),
    element("div.actions", copier(model.id, "the id", "Copy the id"), compare)];
}

function storyBody(model, since, requestPlace) {
  return [...lead(model, since), notice(model, since) ?? "", requestPlace, element("h3", "Price ", element("span.quiet", "per million tokens")), priceTable(model),
    element("h3", "Limits and capabilities"), facts(model), element("h3", "Evidence"), ...evidence(model)];
}

async function addRequest(id) {
  const answer = await fetch("/api/request/" + encodeURIComponent(id)).catch(() => null), place = $("#request-place");
  if (shown !== "model " + id || !place) return;
  if (answer?.ok) redraw(place, element("h3", "Send a request"), ...snippetTabs(await answer.json()));
}

async function readStory(id, since) {
  const answer = await fetch("/api/explain/" + encodeURIComponent(id)).catch(() => null), said = await answer?.json().catch(() => null);
  if (shown !== "model " + id) return;
  if (!answer?.ok) return $("#story-body").replaceChildren(element("p", said?.error?.message ?? "The server does not answer."));
  const top = $("#story-body").scrollTop, place = $("#request-place") ?? element("div", { id: "request-place" });
  redraw($("#story-body"), ...storyBody(said, since.get(id), place));
  $("#story-body").scrollTop = top;
  addRequest(id);
}

function open(what, title) {
  if (!story.open) {
    opener = document.activeElement;
    story.showModal();
  }
  if (shown !== what) {
    $("#story-body").replaceChildren(element("p.quiet", "Loading …"));
    $("#story-body").scrollTop = 0;
  }
  shown = what;
  $("#story-title").textContent = title;
}

function shut() {
  const id = shown.startsWith("model ") ? shown.slice(6) : "";
  shown = "";
  story.close();
  if (opener?.isConnected && opener !== document.body) opener.focus();
  else if (id) focusModel(id);
  opener = null;
}

/** Opens or closes what the address says. */
export function drawDrawer(data, since) {
  const provider = data.providers.find((one) => one.id === look.about);
  if (look.model) {
    open("model " + look.model, look.model);
    readStory(look.model, since);
  } else if (provider) {
    open("provider " + provider.id, provider.title);
    redraw($("#story-body"), ...providerBody(data, provider));
  } else if (look.changes) {
    open("changes", "Recent changes");
    redraw($("#story-body"), ...timelineBody());
  } else if (story.open) {
    shut();
  }
}

export function startDrawer() {
  $(".head button", story).addEventListener("click", close);
  story.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  story.addEventListener("click", (event) => {
    if (event.target === story) close();
  });
}
