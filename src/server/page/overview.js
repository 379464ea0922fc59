// overview: what can be used, and whether anything is wrong, since when, and what to do.
import { $, copier, element, icon, redraw } from "./dom.js";
import { counted, dollars, moment, stateWords, thousands, tokens, tone } from "./words.js";
import { change } from "./state.js";
import { groupSince, groupTitle } from "./models.js";

const MOST_PROBLEMS = 3, MOST_RECOMMENDED = 3;
let allProblems = false;

const opener = (id) => element("button.link", { type: "button", title: id, onclick: () => change({ model: id }) }, id);

// ---- what can be used ----

function summary(model) {
  const price = model.input === null ? "" : `${dollars(model.input)} / ${dollars(model.output)}`;
  return [model.provider.title, tokens(model.context), price].filter(Boolean).join(" · ");
}

function choice(label, model) {
  return element("div.choice", element("dt", label), element("dd", element("div.name", opener(model.id), copier(model.id, `the id of ${model.id}`)), element("div.quiet", summary(model))));
}

function choices(data) {
  const of = data.byId.get(data.default), list = [];
  if (of) list.push(choice("Default", of));
  for (const role of data.roles) {
    const model = data.byId.get(role.id);
    list.push(model ? choice(role.name, model) : element("div.choice", element("dt", role.name), element("dd.quiet", "no model")));
  }
  const recommended = data.models.filter((model) => model.usable && model.recommended && model !== of).slice(0, MOST_RECOMMENDED);
  if (recommended.length) list.push(element("div.choice", element("dt", "Recommended"), element("dd", recommended.map((model) => element("div.name", opener(model.id), copier(model.id, `the id of ${model.id}`))))));
  return element("dl.choices", list);
}

const sentence = (text) => (text ? text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".") : "");

const isUnasked = (model) => model.code === "not_asked";
const isFirstCheck = (data) => isAnySetUp(data) && data.models.every((model) => !model.configured || isUnasked(model));
const isAnySetUp = (data) => data.models.some((model) => model.configured);

function nothingUsable(data) {
  const unset = !isAnySetUp(data) && data.groups.find((group) => group.unset);
  if (!unset) return [element("p", sentence(data.empty_hint) || "See the reason of each model.")];
  const variable = unset.models[0].provider.credential.replace("$", "");
  return [element("p", "Set the key of a provider where the server runs, for example ", element("code", `export ${variable}=…`), ", and start it again."),
    element("p.quiet", "To look around without a key, run ", element("code", "roster demo"), ".")];
}

function drawUsable(data) {
  if (isFirstCheck(data)) return redraw($("#usable"), element("h2", { id: "usable-title" }, "Not checked yet"), element("p", "No provider has answered yet. Results appear here as they come."));
  const ready = data.models.filter((model) => model.usable && model.chats).length, most = data.models.filter((model) => model.chats && (model.usable || model.configured)).length;
  const kind = data.models.every((model) => model.chats || !model.configured) ? "" : "chat "; // the provider's chip counts all of its models
  const count = ready ? [element("strong", thousands(ready)), ` ${kind}${ready === 1 ? "model" : "models"} ready `, most > ready ? element("span.quiet.together", `of ${thousands(most)} set up`) : ""] : "No model can be used";
  redraw($("#usable"), element("h2", { id: "usable-title" }, count), ...(ready ? [choices(data)] : nothingUsable(data)));
}

// ---- what is wrong ----

const problem = (kind, title, since, text, todo, open) => ({ kind, title, since, text, todo, open });

function problemsOf(data) {
  const list = [];
  if (data.gateway === "unreachable") list.push(problem("bad", "The gateway does not answer", null, "Requests through it fail.", ""));
  for (const group of data.groups) {
    if (group.unset || group.state === "disabled" || group.code === "not_asked" || !group.models.some((model) => model.configured)) continue;
    list.push(problem(tone(group.state), groupTitle(group), groupSince(group), group.why, group.hint, () => change({ state: group.state, provider: group.providers.size === 1 ? [...group.providers][0].id : "" })));
    list.at(-1).count = counted(group.models.length, "model");
    list.at(-1).down = [...group.providers].every((one) => !one.ready) ? group.models.length : 0;
  }
  const stale = data.models.filter((model) => model.usable && model.stale);
  if (stale.length) list.push(problem("doubt", `${counted(stale.length, "model")} of ${[...new Set(stale.map((one) => one.provider.title))].join(", ")}: last known result`, null, stale[0].why, stale[0].hint));
  if (data.default_wanted && isAnySetUp(data) && !isFirstCheck(data)) list.push(defaultProblem(data));
  for (const one of data.used_retirements) {
    list.push(problem("doubt", `${one.id} retires ${one.days < 0 ? "" : "on "}${one.days < 0 ? "(the day has passed)" : one.day}`, null, `In use: ${one.used_by.join(", ")}.`, one.replacement ? `use ${one.replacement} instead` : "", () => change({ model: one.id })));
  }
  for (const one of data.providers) if (one.warning) list.push(problem("doubt", one.title, null, one.warning, ""));
  const whole = (one) => (one.down > 1 ? 2 : 0) + (one.kind === "bad"); // a provider that has no model left comes before a model
  return list.sort((a, b) => whole(b) - whole(a));
}

function defaultProblem(data) {
  const wanted = data.byId.get(data.default_wanted), why = wanted ? ` (${stateWords(wanted.state)})` : "";
  const text = `It cannot be used${why}` + (data.default ? `; ${data.default} is the default instead.` : ".");
  return problem("doubt", `The default should be ${data.default_wanted}`, null, text, wanted?.hint ?? "", wanted && (() => change({ model: wanted.id })));
}

function problemItem(one) {
  const title = one.open ? element("button.link", { type: "button", onclick: one.open }, one.title) : element("strong", one.title);
  const when = [one.count, one.since && `since ${moment(one.since)}`].filter(Boolean).join(", ");
  return element("li." + one.kind, element("div.line", title, element("span.quiet", when)), element("p.why", { title: one.text }, one.text), one.todo ? element("p.hint", one.todo) : "");
}

function drawAttention(data) {
  const problems = problemsOf(data), shown = allProblems ? problems : problems.slice(0, MOST_PROBLEMS), more = problems.length - shown.length;
  const setUp = data.providers.filter((one) => one.ready).length, unasked = data.models.filter((model) => model.configured && isUnasked(model)).length;
  const parts = [element("h2", { id: "attention-title" }, problems.length ? [element("strong", String(problems.length)), problems.length === 1 ? " problem" : " problems"] : unasked ? "No result yet" : setUp ? "Nothing is wrong" : "Nothing to check yet")];
  if (problems.length) parts.push(element("ul.problems", shown.map(problemItem)));
  else if (unasked) parts.push(element("p.quiet", `${counted(unasked, "model")} not checked yet.`));
  else parts.push(setUp ? element("p.fine", icon("check"), `${counted(setUp, "provider")} answered, and every model that is set up can be used.`) : element("p.quiet", "No provider has a key."));
  if (more > 0) {
    parts.push(element("button.link", { type: "button", onclick: () => {
      allProblems = true;
      drawAttention(data);
      $(`.problems li:nth-child(${MOST_PROBLEMS + 1}) button`)?.focus();
    } }, `${more} more`));
  }
  redraw($("#attention"), ...parts);
}

export function drawOverview(data) {
  drawUsable(data);
  drawAttention(data);
  $("#overview").hidden = false;
}

// ---- facts at the foot: sources, billed requests, retirements ----

const sourceText = (of) => `Facts of ${of.id}: ${of.day ? `data of ${of.day}, checked ${moment(of.checked_at)}` : "not fetched yet"}${of.held ? `, ${of.held} values held back` : ""}${of.problem ? `; ${of.problem}` : ""}`;

export function drawFacts(data) {
  const parts = data.sources.map((of) => element("span", sourceText(of)));
  if (data.billed !== undefined) parts.push(element("span", `Billed requests today: ${data.billed} of ${data.billed_most}`));
  parts.push(element("span", data.retiring ? `${counted(data.retiring, "model")} ${data.retiring === 1 ? "retires" : "retire"} within 90 days: ` : "No model retires within 90 days: ", element("a", { href: "/api/retirements" }, "list"), ", ", element("a", { href: "/api/retirements.ics" }, "calendar")));
  parts.push(element("span", element("a", { href: "/api/openapi.json" }, "API"), " · ", element("a", { href: "/metrics" }, "metrics")));
  redraw($("#facts"), ...parts);
}
