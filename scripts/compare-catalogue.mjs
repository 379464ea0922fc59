// compare-catalogue: joins roster's models with the facts of packages, judges each value, and prints the report. See scripts/compare-catalogue.
// A value is confirmed where every source that states it means the same, split where they differ among themselves, and contradicted where
// none agrees. A source that is half a year older than the newest one confirms, but contradicts nothing: names and prices have moved since.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { keyOf, readSources } from "./catalogue-sources.mjs";

const [documentFile, definitions, settledFile, packages, modelsDev] = process.argv.slice(2);
const STALE_DAYS = 180, NEWER_DAYS = 30;

/* ---- when two values mean the same ---- */

const equal = (a, b) => a === b;
const days = (from, to) => (Date.parse(to) - Date.parse(from)) / 86400000;
const within = (share) => (a, b) => Math.abs(a - b) <= share * Math.max(a, b);
const set = (list, keep) => JSON.stringify([...new Set(list.filter(keep))].sort());
const sameSet = (keep) => (a, b) => set(a, keep) === set(b, keep);

// A first of a month is how some write a month.
const sameDay = (a, b) => Math.abs(days(a, b)) <= 3 || (b.endsWith("-01") && a.slice(0, 7) === b.slice(0, 7));

// Thousands are counted as 1000 and as 1024; a switch, which some call none or minimal, is no level of effort.
const FIELDS = {
  context_window: within(0.05), max_input_tokens: within(0.05), max_output_tokens: within(0.05),
  "price.input": within(0.01), "price.output": within(0.01), "price.cache_read": within(0.01), "price.cache_write": within(0.01),
  price_tiers: sameSet(() => true),
  input_modalities: (a, b, row) => sameSet((word) => row.words.includes(word))(a, b), output_modalities: sameSet(() => true),
  reasoning: equal, reasoning_levels: sameSet((level) => level !== "none" && level !== "minimal"), tool_call: equal, structured_output: equal,
  temperature: equal, attachment: equal, open_weights: equal,
  release_date: sameDay, knowledge_cutoff: (a, b) => a.slice(0, 7) === b.slice(0, 7), retires: (a, b) => Math.abs(days(a, b)) <= 1,
};

// What a newer source knows no better.
const UNCHANGING = new Set(["release_date", "knowledge_cutoff", "tool_call",
  "reasoning", "structured_output", "temperature", "attachment", "open_weights"]);

/* ---- what roster says ---- */

function valueOf(model, field) {
  if (field === "price_tiers") return model.price_tiers?.length ? model.price_tiers.map((t) => `${t.above}: ${t.input}/${t.output}`) : undefined;
  const [name, part] = field.split(".");
  const value = part ? model[name]?.[part] : model[name];
  return value === null || (Array.isArray(value) && value.length === 0) ? undefined : value;
}

// One line for a model, whatever variants it has.
function readModels() {
  const { models, unavailable } = JSON.parse(readFileSync(documentFile, "utf8"));
  return [...models, ...unavailable].filter((m) => m.id === m.canonical_id && m.protocol !== "mock");
}

function readRetired() {
  const files = readdirSync(definitions).filter((file) => file.endsWith(".lua"));
  return new Set(files.flatMap((file) => [...readFileSync(join(definitions, file), "utf8").matchAll(/^\s*retired\s*"([^"]+)"/gm)].map((found) => found[1])));
}

// The rows of the table below a heading of SOURCES.md.
function tableOf(text, heading) {
  const below = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return below.split("\n").filter((line) => /^\|(?! *-)/.test(line)).slice(1).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

const patterns = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, glob]) =>
  new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\/]/g, "\\$&").replaceAll("*", ".*")}$`));

/* ---- judging ---- */

const newest = (sources) => sources.map((source) => source.day ?? "").sort().pop();

// A window that is only where a higher price begins is that tool's choice.
const states = (row, field) => row[field] !== undefined && !(field === "context_window" && row.tiers?.includes(row[field]));

// The row of a model in a source: that of its wire name, or else of a dated name that means the same model; moving names are no key. What was
// written before a model came out under a name is about another one.
function rowOf(source, model) {
  if (model.release_date && source.day < model.release_date) return undefined;
  const names = [model.api_name, ...model.aliases.filter((alias) => !/latest$/.test(alias))];
  return names.map((name) => source.rows.get(keyOf(model.provider_id, name))).find(Boolean);
}

function judge(model, field, found, last) {
  const value = valueOf(model, field), said = found.filter(({ row }) => states(row, field));
  if (value === undefined) return { model, field, verdict: said.length ? "unsaid" : "empty", said };
  const agree = said.filter(({ row }) => FIELDS[field](value, row[field], row));
  const differ = said.filter(({ source, row }) => !FIELDS[field](value, row[field], row) && days(source.day, last) <= STALE_DAYS);
  const verdict = agree.length ? (differ.length ? "split" : "confirmed") : differ.length ? "contradicted" : "nowhere";
  const lastOf = (list) => newest(list.map(({ source }) => source));
  const older = verdict === "split" && !UNCHANGING.has(field) && days(lastOf(agree), lastOf(differ)) > NEWER_DAYS;
  return { model, field, value, verdict, older, said: differ };
}

function judgeModel(model, sources, last) {
  const found = sources.map((source) => ({ source, row: rowOf(source, model) })).filter(({ row }) => row);
  const name = { model, field: "api_name", value: model.api_name, verdict: found.length ? "confirmed" : "nowhere", said: [] };
  return [name, ...Object.keys(FIELDS).map((field) => judge(model, field, found, last))];
}

// Of the newest source that has windows, since the older ones have what is gone by now. A dated name is a snapshot of the one without the day.
function missing(models, sources, retired, leftOut) {
  const full = sources.filter((source) => [...source.rows.values()].some((row) => row.context_window)), source = full.find((s) => s.day === newest(full));
  const served = new Set(models.map((m) => m.provider_id)), lists = {};
  const known = new Set(models.flatMap((m) => [m.api_name, ...m.aliases, ...m.formerly].map((name) => keyOf(m.provider_id, name))));
  for (const [key, row] of source?.rows ?? []) {
    const [id] = key.split(" "), plain = key.replace(/-(\d{4}-\d{2}-\d{2}|20\d{6})$/, "");
    const snapshot = plain !== key && (known.has(plain) || source.rows.has(plain));
    const wanted = served.has(id) && !known.has(key) && !retired.has(row.name) && !snapshot;
    if (wanted && !leftOut.some(([ids, names]) => ids === id && patterns(names).some((p) => p.test(row.name)))) (lists[id] ??= []).push(row.name);
  }
  return lists;
}

/* ---- the report ---- */

const shown = (value) => (Array.isArray(value) ? value.join(",") : typeof value === "number" ? String(Number(value.toFixed(6))) : String(value));
function lineOf({ model, field, value, said, why }) {
  const others = said.map(({ source, row }) => `${shown(row[field])} in ${source.name}`).join(", ");
  return `- \`${model.id}\` ${field}: ${shown(value)} here; ${others}${why ? `. Settled: ${why}` : ""}`;
}
const section = (title, lines) => `## ${title}\n\n${lines.length ? lines.join("\n") : "None."}\n`;
const table = (head, rows) => [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n") + "\n";

function coverage(judged) {
  const count = (verdict, field) => judged.filter((j) => j.verdict === verdict && (!field || j.field === field)).length;
  const all = ["confirmed", "split", "contradicted", "nowhere"], total = all.reduce((sum, verdict) => sum + count(verdict), 0);
  const settled = judged.filter((j) => j.verdict === "contradicted" && j.why).length;
  const share = (verdict) => `${((100 * count(verdict)) / Math.max(1, total)).toFixed(1)} %`;
  return `${total} values of ${new Set(judged.map((j) => j.model.id)).size} models. Of those that are contradicted, ${settled} are settled below.\n\n` +
    table(["verdict", "values", "share"], all.map((verdict) => [verdict === "nowhere" ? "found nowhere" : verdict, count(verdict), share(verdict)])) + "\n" +
    table(["field", ...all.slice(0, 3), "found nowhere"],
      ["api_name", ...Object.keys(FIELDS)].map((field) => [field, ...all.map((verdict) => count(verdict, field))]));
}

function unsaid(judged) {
  return Object.keys(FIELDS).map((field) => [field, judged.filter((j) => j.field === field && j.verdict === "unsaid")]).filter(([, list]) => list.length)
    .map(([field, list]) => [field, list.map((j) => `\`${j.model.id}\` ${[...new Set(j.said.map(({ row }) => shown(row[field])))].join(" or ")}`).join("; ")]);
}

const models = readModels(), sources = await readSources(packages, modelsDev), last = newest(sources);
const text = readFileSync(settledFile, "utf8"), settled = tableOf(text, "Settled"), leftOut = tableOf(text, "Left out");
const judged = models.flatMap((model) => judgeModel(model, sources, last)).filter((j) => j.verdict !== "empty");
const used = new Set();
for (const j of judged.filter((j) => j.verdict === "contradicted" || j.verdict === "split")) {
  const line = settled.find(([ids, fields]) => fields.split(/, */).includes(j.field) && patterns(ids).some((p) => p.test(j.model.id)));
  if (line) { used.add(line); j.why = line[2]; }
}
const of = (verdict) => judged.filter((j) => j.verdict === verdict);
const open = of("contradicted").filter((j) => !j.why);

console.log([
  "# The catalogue compared with other lists\n",
  "Output of `scripts/compare-catalogue`: the shipped models compared with packages that have model data. A package that is half a year older than the",
  "newest one can confirm a value, but not contradict it.\n",
  table(["source", "version", "day", "models joined"], sources.map((s) => [s.name, s.version ?? "", s.day ?? "", models.filter((m) => rowOf(s, m)).length])),
  `## Coverage\n\n${coverage(judged)}`,
  section("Contradicted", [...open, ...of("contradicted").filter((j) => j.why)].map(lineOf)),
  section("Older than the newest source", of("split").filter((j) => j.older).map(lineOf)),
  section("Split", of("split").filter((j) => !j.older).map(lineOf)),
  "## Models that are not here\n\nFor providers with shipped models; lua/SOURCES.md lists models that are left out on purpose.\n",
  table(["provider", "names"], Object.entries(missing(models, sources, readRetired(), leftOut)).sort().map(([id, names]) => [id, names.sort().join(", ")])),
  "## Values that are not here\n",
  table(["field", "what the sources have"], unsaid(judged)),
  section("Settled lines that are no longer needed", settled.filter((line) => !used.has(line)).map(([ids, field, why]) => `- ${ids} ${field}: ${why}`)),
].join("\n").replace(/\n{3,}/g, "\n\n").trimEnd());
for (const j of open) console.error(`scripts/compare-catalogue: not settled: ${lineOf(j).slice(2)}`);
process.exitCode = open.length ? 1 : 0;
