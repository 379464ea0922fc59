// filters: the search field and the facets above the table. Each offers what there is.
import { $, element, icon, redraw, unseen } from "./dom.js";
import { CAPABILITIES, counted, stateWords } from "./words.js";
import { change, isNarrowed, look } from "./state.js";
import { focusFirst } from "./models.js";

const PRICES = [["", "Any price"], ["free", "Free"], ["1", "Up to $1 in"], ["3", "Up to $3 in"], ["10", "Up to $10 in"]];

function chooser(name, label, options) {
  if (!options.some(([value]) => value === look[name])) options.push([look[name], name === "state" ? stateWords(look[name]) : look[name]]); // the address may name any
  const select = element("select", { name, "aria-label": label }, options.map(([value, text]) => element("option", { value }, text)));
  select.value = look[name];
  select.classList.toggle("on", Boolean(look[name]));
  select.addEventListener("change", () => change({ [name]: select.value }));
  return select;
}

function tally(models, keyOf) {
  const counts = new Map();
  for (const model of models) counts.set(keyOf(model), (counts.get(keyOf(model)) ?? 0) + 1);
  return counts;
}

function stateOptions(models) {
  const counts = tally(models, (model) => model.state), usable = models.filter((model) => model.usable).length;
  const each = [...counts].filter(([state]) => state !== "ready").sort((a, b) => b[1] - a[1]).map(([state, count]) => [state, `${stateWords(state)} (${count})`]);
  return [["", "Any state"], ["usable", `ready (${usable})`], ["unusable", `not available (${models.length - usable})`], ...each];
}

function kindOptions(models) {
  const kinds = [...tally(models, (model) => model.kind)].filter(([kind]) => kind && kind !== "chat");
  return [["", "Any kind"], ["chat", "chat"], ...kinds.map(([kind, count]) => [kind, `${kind} (${count})`])];
}

function providerOptions(data) {
  const used = data.providers.filter((one) => one.models.length).sort((a, b) => b.ready - a.ready || a.title.localeCompare(b.title));
  return [["", "Any provider"], ...used.map((one) => [one.id, `${one.title} (${one.models.length})`])];
}

function capability(one) {
  const on = look.can.includes(one.key);
  const toggle = () => {
    change({ can: on ? look.can.filter((key) => key !== one.key) : [...look.can, one.key] });
    $(`[data-can=${one.key}]`).focus();
  };
  return element("button.capability", { type: "button", "aria-pressed": String(on), title: `${one.title} only`, "data-can": one.key, onclick: toggle }, icon(one.icon), unseen(one.title));
}

export function drawFilters(data) {
  const kinds = kindOptions(data.models);
  redraw($("#facets"), chooser("provider", "Provider", providerOptions(data)), chooser("state", "State", stateOptions(data.models)),
    kinds.length > 2 ? chooser("kind", "Kind", kinds) : "", chooser("price", "Price", [...PRICES]),
    element("div.capabilities", { role: "group", "aria-label": "Capabilities" }, CAPABILITIES.map(capability)),
    element("button.bare.clear", { type: "button", onclick: clear }, "Clear"));
  drawClear();
  const field = $("[name=search]");
  if (field !== document.activeElement) field.value = look.q;
  field.placeholder = `Search ${counted(data.models.length, "model")}`;
}

/** Typing changes nothing else here. */
export function drawClear() {
  $("#facets .clear").hidden = !isNarrowed();
}

function clear() {
  $("[name=search]").value = "";
  change({ q: "", provider: "", state: "", kind: "", can: [], price: "" });
  $("[name=search]").focus();
}

export function startFilters() {
  const field = $("[name=search]");
  field.addEventListener("input", () => change({ q: field.value }, { replace: true }));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value) {
      field.value = "";
      change({ q: "" }, { replace: true });
      event.preventDefault();
    } else if (event.key === "ArrowDown") {
      focusFirst();
      event.preventDefault();
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea, dialog")) return;
    field.focus();
    field.select();
    event.preventDefault();
  });
}
