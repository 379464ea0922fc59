// models: the table. It has a row for what is in view and a little more, however many models there are: two spacers keep the height of the
// others. Usable models come first, then the causes for which others are not, each with its models once it is open.
import { $, all, copier, element, icon, unseen } from "./dom.js";
import { CAPABILITIES, counted, dollars, milliseconds, moment, stateWords, thousands, tokens, tone } from "./words.js";
import { change, isNarrowed, look, MOST_COMPARED, select } from "./state.js";

const OVERSCAN = 6, FEW = 5, FADES_MS = 4000; // as the animation in page.css

const COLUMNS = [{ key: "", title: "Compare", class: "pick" }, { key: "id", title: "Model", class: "id" }, { key: "provider", title: "Provider", class: "provider" },
  { key: "", title: "State", class: "state" }, { key: "context", title: "Context", class: "context number", first: "-" },
  { key: "input", title: "Input", more: "price of a million input tokens", class: "input number" }, { key: "output", title: "Output", more: "price of a million output tokens", class: "output number" },
  { key: "", title: "Can", more: "capabilities", class: "can" }, { key: "latency", title: "Latency", class: "latency number" }];

const grid = $("#grid"), head = $("thead", grid), body = $("tbody", grid);
const spacers = [0, 1].map(() => element("tr.spacer", { "aria-hidden": "true" }, element("td")));
const heights = { model: 40, group: 64, title: 44 };
let data, since = new Map(), shown = { usable: [], groups: [], count: 0 }, lines = [], tops = [0], rows = new Map(), opened = new Map(), current = "", placed = false, overscan = 0, sought = "", changed = new Map(), span = COLUMNS.length;

// ---- the head ----

function drawHead() {
  if (head.firstChild && head.dataset.sort === look.sort) return;
  head.dataset.sort = look.sort;
  head.replaceChildren(element("tr", COLUMNS.map((column) => {
    const sorted = column.key && look.sort.replace("-", "") === column.key;
    const cell = element("th." + column.class.replaceAll(" ", "."), { scope: "col", "aria-sort": column.key ? (sorted ? (look.sort.startsWith("-") ? "descending" : "ascending") : "none") : null });
    if (!column.key) cell.append(column.class === "pick" ? unseen(column.title) : column.title);
    else cell.append(element("button", { type: "button", title: column.more ?? null, "data-sort": column.key, onclick: () => sortBy(column, sorted) }, column.title, element("span.arrow", { "aria-hidden": "true" })));
    return cell;
  })));
  countColumns();
}

// Up, down, and back to the picker's order.
function sortBy(column, sorted) {
  const first = (column.first ?? "") + column.key, second = column.first ? column.key : "-" + column.key;
  change({ sort: !sorted ? first : look.sort === first ? second : "" }, { replace: true });
  $(`[data-sort=${column.key}]`, head).focus();
}

// A narrow window has fewer columns, and a cell that spans more than there are would make them.
function countColumns() {
  const before = span;
  span = all("th", head).filter((cell) => getComputedStyle(cell).display !== "none").length || COLUMNS.length;
  for (const spacer of spacers) spacer.firstChild.colSpan = span;
  return span !== before;
}

// ---- rows ----

const answerWords = { y: "yes", n: "no", "-": "unknown" };

/** The row of marks of a model: what it can do is drawn, what nobody said is a dot. */
export function marks(can) {
  const text = ["y", "n", "-"].map((answer) => [answer, CAPABILITIES.filter((_, i) => can[i] === answer).map((one) => one.title)]).filter(([, list]) => list.length)
    .map(([answer, list]) => `${list.join(", ")}: ${answerWords[answer]}`).join(". ");
  return [element("span.marks", { "aria-hidden": "true" }, CAPABILITIES.map((one, i) =>
    element("span.mark." + { y: "yes", n: "no", "-": "unsaid" }[can[i]], { title: `${one.title}: ${answerWords[can[i]]}` }, can[i] === "y" ? icon(one.icon) : null))), unseen(text)];
}

export function stateOf(model, withSince = true) {
  const time = withSince ? since.get(model.id) : null;
  return element("span.state." + tone(model.state) + (model.stale ? ".stale" : ""), { title: time && !model.usable ? `since ${moment(time)}` : null }, stateWords(model.state), model.stale ? element("em", " stale") : null);
}

function pickBox(model) {
  const box = element("input", { type: "checkbox", tabindex: "-1", "aria-label": `Compare ${model.id}`, checked: look.compare.includes(model.id) });
  box.disabled = !box.checked && look.compare.length >= MOST_COMPARED;
  box.addEventListener("change", () => compareToo(model.id));
  return box;
}

export function compareToo(id) {
  const without = look.compare.filter((one) => one !== id);
  if (without.length < look.compare.length) change({ compare: without }, { replace: true });
  else if (look.compare.length < MOST_COMPARED) change({ compare: [...look.compare, id] }, { replace: true });
}

const tag = (text) => element("span.tag", text);

function modelRow({ model }) {
  const price = [dollars(model.input), dollars(model.output)];
  const name = element("button.name", { type: "button", tabindex: "-1", title: model.id, onclick: () => change({ model: model.id }) }, model.id);
  const notes = [model.id === data.default && tag("default"), ...data.roles.filter((role) => role.id === model.id).map((role) => tag(role.name)),
    model.recommended && model.id !== data.default && tag("recommended"), model.usable && !model.chats && tag(model.kind), model.retires && tag(`retires ${model.retires}`)];
  const small = [model.provider.title, !model.usable && stateWords(model.state), tokens(model.context), model.input !== null && price.join(" / ")].filter(Boolean).join(" · ");
  const more = model.morePrices && element("sup", { title: "other prices for long prompts or from a day on" }, "*", unseen(" other prices for long prompts or from a day on"));
  return marked(model, element("tr.model" + (model.stale ? ".stale" : ""), { "data-id": model.id, "data-state": model.state, "data-stale": model.stale },
    element("td.pick", pickBox(model)),
    element("th.id", { scope: "row" }, element("div.name", name, notes, copier(model.id, "the id of " + model.id)), element("div.small", { "aria-hidden": "true" }, small)),
    element("td.provider", { title: model.provider.title }, model.provider.title), element("td.state", stateOf(model)),
    element("td.context.number", { title: model.context && `${thousands(model.context)} tokens` }, tokens(model.context)),
    element("td.input.number", price[0], more), element("td.output.number", price[1]),
    element("td.can", marks(model.can)), element("td.latency.number", milliseconds(model.latency))));
}

// A row that is made again, by scrolling say, goes on fading where it was.
function marked(model, row) {
  const age = performance.now() - (changed.get(model.id) ?? -Infinity);
  if (age > FADES_MS) return row;
  row.classList.add("changed");
  row.style.setProperty("--age", `-${Math.round(age)}ms`);
  return row;
}

/** "Birch", "Birch and Cedar", "12 providers". */
export function providersOf(group) {
  const titles = [...group.providers].map((one) => one.title);
  return titles.length > 2 ? `${titles.length} providers` : titles.join(" and ");
}

export const groupTitle = (group) => (group.unset ? "No key is set" : `${providersOf(group)}: ${stateWords(group.state)}`);

export function groupSince(group) {
  const times = group.models.map((model) => since.get(model.id)).filter(Boolean).sort();
  return times[0];
}

function groupRow({ group, open }) {
  const time = group.unset ? null : groupSince(group), count = counted(group.shown.length, "model");
  const toggle = element("button", { type: "button", tabindex: "-1", "aria-expanded": String(open), onclick: () => openGroup(group, !open) }, icon("open"), element("span.state." + tone(group.state), { "aria-hidden": "true" }), groupTitle(group));
  const text = group.unset ? `${count} of ${counted(group.providers.size, "provider")} can be used once a key is set.` : group.why;
  return element("tr.group", { "data-group": group.key, "data-state": group.state }, element("td", { colspan: span }, element("div.line",
    toggle, element("span.quiet", `${count}${time ? `, since ${moment(time)}` : ""}`)),
    element("p.why", text, group.unset || !group.hint ? null : element("span.hint", group.hint))));
}

const titleRow = ({ text }) => element("tr.title", element("td", { colspan: span }, element("h3", text)));

// ---- which lines there are ----

const isOpen = (group) => opened.get(group.key) ?? (!group.unset && (group.shown.length <= FEW || Boolean(look.q)));

function openGroup(group, open) {
  opened.set(group.key, open);
  current = "group " + group.key;
  layOut();
  draw();
  rows.get(current)?.querySelector("button").focus();
}

function layOut() {
  lines = shown.usable.map((model) => ({ kind: "model", key: model.id, model }));
  if (shown.groups.length) lines.push({ kind: "title", key: "title", text: `Not available: ${shown.count - shown.usable.length}` });
  for (const group of shown.groups) {
    const open = isOpen(group);
    lines.push({ kind: "group", key: "group " + group.key, group, open });
    if (open) for (const model of group.shown) lines.push({ kind: "model", key: model.id, model });
  }
  rows.clear();
  body.replaceChildren(...spacers);
  if (!lines.some((line) => line.key === current)) current = lines[0]?.key ?? "";
  measureTops();
}

function measureTops() {
  let top = 0;
  tops = [0];
  for (const line of lines) tops.push((top += line.height ?? heights[line.kind]));
}

function lineAt(y) {
  let low = 0, high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tops[middle + 1] <= y) low = middle + 1;
    else high = middle;
  }
  return low;
}

const MAKERS = { model: modelRow, group: groupRow, title: titleRow };

function makeRow(i) {
  const line = lines[i], row = MAKERS[line.kind](line);
  row.dataset.line = line.key;
  row.setAttribute("aria-rowindex", i + 2);
  rows.set(line.key, row);
  return row;
}

const topInView = () => (placed ? -body.getBoundingClientRect().top : 0);

/** Brings the rows in view into the table, and takes the others out. Rows that stay are not touched: one of them may have the focus. */
export function draw(whole = matchMedia("print").matches, top = topInView()) {
  const first = whole ? 0 : Math.max(0, lineAt(top) - overscan);
  const last = whole ? Math.min(lines.length, 1000) : Math.min(lines.length, lineAt(top + (placed ? innerHeight : innerHeight / 2)) + overscan);
  const wanted = new Map();
  for (let i = first; i < last; i++) wanted.set(lines[i].key, i);
  for (const [key, row] of rows) {
    if (wanted.has(key) || row.contains(document.activeElement)) continue;
    row.remove();
    rows.delete(key);
  }
  let place = spacers[0].nextSibling;
  for (const [key, i] of wanted) {
    const row = rows.get(key) ?? makeRow(i);
    while (place !== row && place !== spacers[1] && !wanted.has(place.dataset.line)) place = place.nextSibling; // one that was kept for its focus
    if (place === row) place = place.nextSibling;
    else body.insertBefore(row, place);
  }
  spacers[0].firstChild.style.height = tops[first] + "px";
  spacers[1].firstChild.style.height = tops[lines.length] - tops[last] + "px";
  grid.setAttribute("aria-rowcount", lines.length + 1);
  markCurrent();
  if (!placed) requestAnimationFrame(placeIt);
  else if (!whole && learnHeights(first, last)) draw();
}

// The first time, nothing is measured before the browser lays the page out for itself.
function placeIt() {
  placed = true;
  draw();
  drawRest();
}

// What is out of view waits until the rest is painted.
let resting = false;
function drawRest() {
  if (resting) return;
  resting = true;
  (globalThis.requestIdleCallback ?? setTimeout)(() => {
    resting = false;
    overscan = OVERSCAN;
    draw();
  });
}

// The text of a cause may take several lines.
function learnHeights(first, last) {
  let learnt = false;
  for (let i = first; i < last; i++) {
    const height = rows.get(lines[i].key)?.offsetHeight;
    if (!height || height === (lines[i].height ?? heights[lines[i].kind])) continue;
    if (lines[i].kind !== "group") heights[lines[i].kind] = height;
    else lines[i].height = height;
    learnt = true;
  }
  if (learnt) measureTops();
  return learnt;
}

// ---- the keyboard ----

const handleOf = (row) => row && $(row.classList.contains("group") ? ".line button" : "button.name", row);

function markCurrent() {
  for (const button of all("button[tabindex='0']", body)) button.tabIndex = -1;
  const row = rows.get(current) ?? [...rows.values()].find((one) => handleOf(one));
  const handle = handleOf(row);
  if (handle) handle.tabIndex = 0;
}

function focusLine(index) {
  current = lines[index].key;
  const y = tops[index] + body.getBoundingClientRect().top, room = head.offsetHeight + 8;
  if (y < room) scrollBy(0, y - room);
  else if (y + 60 > innerHeight) scrollBy(0, y + 100 - innerHeight);
  draw();
  handleOf(rows.get(current))?.focus({ preventScroll: true });
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

function onKey(event) {
  const row = event.target.closest("tr"), line = lines.findIndex((one) => one.key === row?.dataset.line);
  if (line < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && lines[line].kind === "model" && event.target.matches("button.name")) compareToo(lines[line].model.id);
  else if (event.key === "ArrowRight" && lines[line].kind === "group") openGroup(lines[line].group, true);
  else if (event.key === "ArrowLeft" && lines[line].kind === "group") openGroup(lines[line].group, false);
  else if (event.key in STEPS) {
    const step = STEPS[event.key];
    let next = Math.max(0, Math.min(lines.length - 1, line + step));
    if (lines[next].kind === "title") next += step < 0 ? -1 : 1;
    if (lines[next]) focusLine(next);
  } else return;
  event.preventDefault();
}

export const focusFirst = () => lines.length && focusLine(0);

/** Returns the focus to a model's row, where it is in the table. */
export function focusModel(id) {
  const index = lines.findIndex((line) => line.key === id);
  if (index >= 0) focusLine(index);
}

// ---- the outside ----

function drawEmpty() {
  const nothing = !shown.count;
  grid.hidden = nothing;
  $("#empty").hidden = !nothing;
  if (!nothing) return;
  const clear = element("button", { type: "button", onclick: () => change({ q: "", provider: "", state: "", kind: "", can: [], price: "" }) }, "Clear search and filters");
  $("#empty").replaceChildren(element("p", data.models.length ? `None of ${counted(data.models.length, "model")} matches${look.q ? ` “${look.q}”` : ""}${look.q && !isFiltered() ? "" : look.q ? " with these filters" : " these filters"}.` : "No models are defined."), data.models.length ? clear : "");
}

const isFiltered = () => Boolean(look.provider || look.state || look.kind || look.can.length || look.price);

/** Chooses anew which models there are, and draws them. */
export function drawModels() {
  const had = document.activeElement?.closest?.("#grid tbody tr")?.dataset.line;
  shown = select(data);
  drawHead();
  drawEmpty();
  const before = topInView(); // before the rows change, or the browser would lay the table out without them
  layOut();
  if (look.q !== sought) overscan = 0; // the next letter may be on its way
  sought = look.q;
  $("#shown").textContent = isNarrowed() ? `${thousands(shown.count)} of ${counted(data.models.length, "model")}` : "";
  draw(undefined, Math.min(before, Math.max(0, tops[lines.length] - innerHeight)));
  if (placed) drawRest();
  if (had && rows.has(had)) handleOf(rows.get(had))?.focus({ preventScroll: true });
  return shown;
}

export function takeModels(next) {
  const now = performance.now();
  for (const [id, when] of changed) if (now - when > FADES_MS) changed.delete(id);
  for (const model of data ? next.models : []) if (data.byId.get(model.id)?.key !== model.key) changed.set(model.id, now);
  data = next;
}

/** Takes since when each model is in its state, and says so in the rows that are there. */
export function takeSince(times) {
  since = times;
  for (const row of [...rows.values()]) {
    const i = row.getAttribute("aria-rowindex") - 2, had = row.contains(document.activeElement);
    if (lines[i].kind === "title" || lines[i].model?.usable) continue;
    const made = makeRow(i);
    row.replaceWith(made);
    if (had) handleOf(made).focus({ preventScroll: true });
  }
  if (placed) markCurrent();
}

/** The boxes and their limit, after a choice. */
export function drawPicks() {
  for (const [key, row] of rows) {
    const box = $("td.pick input", row);
    if (!box) continue;
    box.checked = look.compare.includes(key);
    box.disabled = !box.checked && look.compare.length >= MOST_COMPARED;
  }
}

// By its address the link would replace what the address says.
function skipTo(event) {
  event.preventDefault();
  $("#models").focus({ preventScroll: true });
  $("#models").scrollIntoView();
}

export function startTable() {
  let due = false;
  $(".skip").addEventListener("click", skipTo);
  const later = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      draw();
    });
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", () => {
    for (const line of lines) delete line.height;
    if (countColumns()) layOut();
    else measureTops();
    later();
  });
  addEventListener("beforeprint", () => draw(true));
  body.addEventListener("keydown", onKey);
  body.addEventListener("focusin", (event) => {
    const key = event.target.closest("tr")?.dataset.line;
    if (key && key !== current) {
      current = key;
      markCurrent();
    }
  });
}
