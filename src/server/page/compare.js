// compare: two or three models side by side. What differs is marked.
import { $, element, icon, redraw } from "./dom.js";
import { allDollars, CAPABILITIES, dollars, milliseconds, stateWords, thousands, tokens, tone } from "./words.js";
import { change, close, look } from "./state.js";
import { compareToo } from "./models.js";

const dialog = $("#comparison");
let opener = null;

const answer = (value) => (value === null || value === undefined ? "unknown" : value ? "yes" : "no");
const listed = (value) => (value === null || value === undefined ? "unknown" : value.join(", ") || "none");

// How numbers are written: rounded, or in full where two that differ would look the same.
const ROUNDED = { tokens, dollars, milliseconds }, FULL = { tokens: (count) => (count ? thousands(count) : ""), dollars: allDollars, milliseconds: (ms) => (ms === null ? "" : `${ms} ms`) };

const price = (part) => (model, as) => (typeof model.price?.[part] === "number" ? as.dollars(model.price[part]) : "unknown");

const LINES = [["State", (m) => stateWords(m.state)], ["Provider", (m) => m.provider], ["Context", (m, as) => as.tokens(m.context_window) || "unknown"], ["Longest answer", (m, as) => as.tokens(m.max_output_tokens) || "unknown"],
  ["Input", price("input")], ["Output", price("output")], ["Cache read", price("cache_read")],
  ["Prices for long prompts", (m, as) => m.price_tiers.map((tier) => `above ${as.tokens(tier.above)}: ${as.dollars(tier.input)} / ${as.dollars(tier.output)}`).join(", ") || "none"],
  [CAPABILITIES[0].title, (m) => answer(m.tool_call)], ["Reads", (m) => listed(m.input_modalities)], ["Gives", (m) => listed(m.output_modalities)], ["Reasoning", (m) => answer(m.reasoning)],
  ["Reasoning levels", (m) => m.reasoning_levels.join(", ") || "none"], ["JSON schema", (m) => answer(m.structured_output)], ["Temperature", (m) => answer(m.temperature)], ["Released", (m) => m.release_date ?? "unknown"],
  ["Knows until", (m) => m.knowledge_cutoff ?? "unknown"], ["Retires", (m) => m.retires ?? "not announced"], ["Latency", (m, as) => as.milliseconds(m.latency_ms ?? m.requests.at(-1)?.latency_ms ?? null) || "unknown"], ["Protocol", (m) => m.protocol]];

function line([name, value], models) {
  const [rounded, full] = [ROUNDED, FULL].map((as) => models.map((model) => value(model, as))), count = new Set(full).size;
  const values = new Set(rounded).size < count ? full : rounded;
  return element("tr" + (count > 1 ? ".differs" : ""), element("th", { scope: "row" }, name), values.map((text) => element("td" + (text === "unknown" || text === "none" ? ".quiet" : ""), text)));
}

function table(models) {
  const heads = models.map((model) => element("th", { scope: "col" }, element("span.state." + tone(model.state), { "aria-hidden": "true" }), model.id));
  return element("div.scroll", { tabindex: "0", role: "region", "aria-label": "Comparison" }, element("table.comparison", element("caption.apart", "Models side by side"), element("thead", element("tr", element("td"), heads)),
    element("tbody", LINES.map((one) => line(one, models)))));
}

async function read(ids) {
  const answers = await Promise.all(ids.map((id) => fetch("/api/explain/" + encodeURIComponent(id)).then((one) => (one.ok ? one.json() : null)).catch(() => null)));
  return answers.filter(Boolean);
}

async function fill() {
  const ids = look.compare.join("\n"), models = await read(look.compare);
  if (ids !== look.compare.join("\n") || !dialog.open) return;
  redraw($("#comparison-body"), models.length > 1 ? table(models) : element("p", "Choose two or three models to compare."), element("p.quiet", "Rows that differ are marked. Prices are US dollars per million tokens."));
}

/** The bar at the foot that shows what was chosen. */
function drawTray() {
  const ids = look.compare, tray = $("#tray"), had = tray.contains(document.activeElement);
  tray.hidden = !ids.length;
  const go = element("button.go", { type: "button", disabled: ids.length < 2, onclick: () => change({ view: "compare" }) }, ids.length < 2 ? "Choose one more" : `Compare ${ids.length}`);
  redraw(tray, ...ids.map((id) => element("span.chosen", id, element("button.bare", { type: "button", "aria-label": `Do not compare ${id}`, onclick: () => compareToo(id) }, icon("close")))), go,
    element("button.bare", { type: "button", onclick: () => change({ compare: [] }, { replace: true }) }, "Clear"));
  if (had && !tray.contains(document.activeElement)) (ids.length ? $("button", tray) : $("#models")).focus({ preventScroll: true });
}

/** Shows what the address says. */
export function drawCompare() {
  drawTray();
  const wanted = look.view === "compare" && look.compare.length > 1;
  if (wanted && !dialog.open) {
    opener = document.activeElement;
    dialog.showModal();
  } else if (!wanted && dialog.open) {
    dialog.close();
    if (opener?.isConnected) opener.focus();
    else $("#tray button.go")?.focus();
  }
  if (wanted) fill();
}

export function startCompare() {
  $(".head button", dialog).addEventListener("click", close);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
}
