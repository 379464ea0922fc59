// wire: the facts of each shipped protocol as roster sends them, beside those of its official SDK. See scripts/wire, which runs it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Anthropic from "@anthropic-ai/sdk";
import { BedrockRuntimeClient, ConverseCommand, CountTokensCommand } from "@aws-sdk/client-bedrock-runtime";
import { GoogleGenAI } from "@google/genai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { CohereClient, CohereClientV2 } from "cohere-ai";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { mocks, roster } from "./roster.mjs";

const HELLO = [{ role: "user", content: "hi" }], ONE = "one-model", KEY = "key-for-the-wire-0123456789";

// What roster keeps on purpose although the SDKs have something newer; docs/DESIGN.md, "How a host reaches a model".
const KEPT = {
  "anthropic-messages version": "2026-10-21 refuses sampling parameters and is not everywhere; what roster asks is the same in both",
  "anthropic-messages key": "Anthropic takes both; servers that imitate its API may know x-api-key alone",
  "gemini path": "/v1 lacks previews and the moving names, such as gemini-flash-latest",
  "openai-chat limit": "of all hosts only those of NEW_LIMIT in the protocol's file know max_completion_tokens",
};

// How the SDK of each protocol does what roster does. `types` names where the request's members are declared.
const PROTOCOLS = {
  "openai-chat": {
    package: "openai", dialect: "openai",
    open: (url) => new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 }),
    list: (sdk) => sdk.models.list(),
    get: (sdk) => sdk.models.retrieve(ONE),
    generate: (sdk) => sdk.chat.completions.create({ model: ONE, messages: HELLO, max_completion_tokens: 1 }),
    types: ["resources/chat/completions/completions.d.ts", "ChatCompletionCreateParamsBase"],
  },
  "openai-responses": {
    package: "openai", dialect: "openai",
    open: (url) => new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 }),
    list: (sdk) => sdk.models.list(),
    get: (sdk) => sdk.models.retrieve(ONE),
    generate: (sdk) => sdk.responses.create({ model: ONE, input: "hi", max_output_tokens: 16 }),
    types: ["resources/responses/responses.d.ts", "ResponseCreateParamsBase"],
  },
  "anthropic-messages": {
    package: "@anthropic-ai/sdk", dialect: "anthropic-messages",
    open: (url) => new Anthropic({ apiKey: KEY, baseURL: url, maxRetries: 0 }),
    list: (sdk) => sdk.models.list({ limit: 1000 }),
    get: (sdk) => sdk.models.retrieve(ONE),
    count: (sdk) => sdk.messages.countTokens({ model: ONE, messages: HELLO }),
    generate: (sdk) => sdk.messages.create({ model: ONE, max_tokens: 1, messages: HELLO }),
    types: ["resources/messages/messages.d.ts", "MessageCreateParamsBase"],
  },
  gemini: {
    package: "@google/genai", dialect: "gemini",
    open: (url) => new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url } }),
    list: (sdk) => sdk.models.list(),
    get: (sdk) => sdk.models.get({ model: ONE }),
    count: (sdk) => sdk.models.countTokens({ model: ONE, contents: "hi" }),
    generate: (sdk) => sdk.models.generateContent({ model: ONE, contents: "hi", config: { maxOutputTokens: 1 } }),
  },
  "cohere-v2": {
    package: "cohere-ai", dialect: "cohere-v2",
    open: (url) => new CohereClientV2({ token: KEY, environment: url }),
    list: (sdk, url) => new CohereClient({ token: KEY, environment: url }).models.list(),
    get: (sdk, url) => new CohereClient({ token: KEY, environment: url }).models.get(ONE),
    generate: (sdk) => sdk.chat({ model: ONE, messages: HELLO, maxTokens: 1 }),
  },
  "bedrock-converse": {
    package: "@aws-sdk/client-bedrock-runtime", dialect: "bedrock-converse",
    open: (url) => new BedrockRuntimeClient({ region: "us-east-1", endpoint: url, token: { token: KEY }, authSchemePreference: ["httpBearerAuth"], maxAttempts: 1, requestHandler: new NodeHttpHandler() }), // HTTP/1.1: the mock providers speak no other
    count: (sdk) => sdk.send(new CountTokensCommand({ modelId: ONE, input: { converse: { messages: [{ role: "user", content: [{ text: "hi" }] }] } } })),
    generate: (sdk) => sdk.send(new ConverseCommand({ modelId: ONE, messages: [{ role: "user", content: [{ text: "hi" }] }], inferenceConfig: { maxTokens: 1 } })),
  },
  ollama: {
    package: "ollama", dialect: "ollama", keyless: true,
    open: (url) => new Ollama({ host: url }),
    list: (sdk) => sdk.list(),
    count: (sdk) => sdk.show({ model: ONE }),
    generate: (sdk) => sdk.chat({ model: ONE, messages: HELLO, stream: false }),
  },
};

/* ---- what is compared of a request ---- */

// Where the key went, as "name: how".
function keyOf(request) {
  for (const [name, value] of Object.entries(request.headers))
    if (value.includes(KEY)) return `${name}: ${value.replace(KEY, "KEY")}`;
  return request.query.includes(KEY) ? "in the query" : "none";
}

const versionOf = (request) => Object.entries(request.headers).filter(([name]) => /^(anthropic|x-goog-api|cohere)-version$/.test(name)).map(([, value]) => value).join() || "none";

// The operation of a request: which of the SDK's calls it corresponds to.
function operationOf(request) {
  const path = decodeURIComponent(request.path), named = path.includes(ONE) && !/converse|count-tokens/.test(path);
  if (/count_?-?tokens$|:countTokens$|\/api\/show$/i.test(path)) return "count";
  if (request.method === "POST") return "generate";
  return named ? "get" : "list";
}

function factsOf(requests) {
  const facts = {};
  for (const request of requests) {
    const members = request.body ? Object.keys(JSON.parse(request.body)) : [];
    facts[operationOf(request)] ??= { path: `${request.method} ${request.path}`, key: keyOf(request), version: versionOf(request), members, body: request.body };
  }
  return facts;
}

/* ---- the SDK's types: members, and which of them are deprecated ---- */

const folder = join(dirname(fileURLToPath(import.meta.url)), "node_modules");
const versionInstalled = (name) => JSON.parse(readFileSync(join(folder, name, "package.json"))).version;

// By member: the comment above it. Undefined where the SDK's types are not read.
function declared({ package: name, types }) {
  if (!types) return undefined;
  const text = readFileSync(join(folder, name, types[0]), "utf8");
  const block = text.match(new RegExp(`export interface ${types[1]}[^{]*\\{\\n([\\s\\S]*?)\\n\\}`))?.[1] ?? "";
  const members = {};
  for (const [, comment, member] of block.matchAll(/(?:\n|^) {4}\/\*\*([\s\S]*?)\*\/\n {4}(\w+)\??:/g)) members[member] = comment.replace(/\s*\n\s*\*\s*/g, " ");
  return members;
}

// The smallest value that a comment states for a limit of tokens.
const floorIn = (comment) => comment?.match(/(?:minimum|at least|greater than or equal to)\D{0,40}(\d+)/i)?.[1];

/* ---- the comparison ---- */

let findings = 0;
const told = new Map(); // by protocol and fact: the lines about it

function tell(protocol, fact, sdk, own, operation) {
  const name = `${protocol} ${fact}`, lines = told.get(name) ?? [];
  if (!KEPT[name]) findings++;
  told.set(name, [...lines, `  ${operation} ${fact}: the SDK ${sdk}, roster ${own}`]);
}

// What differs, and under each kind of difference why it is kept, or that it is new.
function printTold() {
  for (const [name, lines] of told)
    console.log([...lines, KEPT[name] ? `    kept: ${KEPT[name]}` : "    new: change it, or say in KEPT (scripts/wire.mjs) why not"].join("\n"));
  if (!told.size) console.log("  the same");
  told.clear();
}

function compareMembers(protocol, part, own) {
  const members = declared(part);
  if (!members || !own) return;
  for (const member of own.members) {
    if (!(member in members)) tell(protocol, "member", `does not know ${member}`, "sends it", "generate");
    if (/@deprecated/.test(members[member] ?? "")) tell(protocol, "limit", `calls ${member} deprecated`, "sends it", "generate");
    const floor = floorIn(members[member]);
    if (/tokens/.test(member) && floor && Number(floor) > JSON.parse(own.body)[member])
      tell(protocol, "floor", `states ${floor} as the least of ${member}`, `sends ${JSON.parse(own.body)[member]}`, "generate");
  }
}

function compare(protocol, part, sdk, own) {
  for (const operation of ["list", "get", "count", "generate"]) {
    if (!part[operation]) continue;
    if (!own[operation]) continue; // roster needed no such request
    if (!sdk[operation]) tell(protocol, "path", "asked nobody", own[operation].path, operation);
    else for (const fact of ["path", "key", "version"])
      if (sdk[operation][fact] !== own[operation][fact]) tell(protocol, fact, sdk[operation][fact], own[operation][fact], operation);
  }
  compareMembers(protocol, part, own.generate);
}

// Each call's own failure is told: it may be that the mock provider does not know what the SDK sends.
async function askWithSdk(part, url) {
  const sdk = part.open(url);
  for (const operation of ["list", "get", "count", "generate"])
    if (part[operation]) await part[operation](sdk, url).catch((error) => console.log(`  ${operation}: the SDK failed: ${String(error.message).split("\n")[0]}`));
}

// Thrice: with a listing that is proof, then with one that is none, then at a server where no model can be looked up by name.
function askWithRoster(protocol, part, urls, version) {
  for (const [proves, url] of [["access", urls.roster], ["names", urls.roster], ["names", urls.narrow]]) {
    const definitions = `provider "wire" { protocol = "${protocol}", base_url = "${url}", ${part.keyless ? "" : 'credential = secret "WIRE_KEY",'}
      ${version ? `headers = { ["anthropic-version"] = "${version}" },` : ""} list_proves = "${proves}" } model "one" { provider = "wire", api_name = "${ONE}" }`;
    roster(["check", "--deep"], definitions, { WIRE_KEY: KEY });
  }
}

const shippedVersion = () => roster(["request", "claude-4.5-haiku"], "", {}, true).headers["anthropic-version"];

const wanted = process.argv.slice(2), unknown = wanted.find((name) => !PROTOCOLS[name]);
if (unknown) {
  console.error(`scripts/wire: no protocol '${unknown}'; there are ${Object.keys(PROTOCOLS).join(", ")}`);
  process.exit(2);
}
for (const protocol of wanted.length ? wanted : Object.keys(PROTOCOLS)) {
  const part = PROTOCOLS[protocol];
  const server = { protocol: part.dialect, models: [ONE], ...(part.keyless ? {} : { keys: [KEY] }) };
  const servers = await mocks([{ name: "sdk", ...server }, { name: "roster", ...server }, { name: "narrow", ...server, serves: ["list", "count", "generate"] }]);
  console.log(`${protocol}: ${part.package} ${versionInstalled(part.package)}`);
  await askWithSdk(part, servers.urls.sdk);
  askWithRoster(protocol, part, servers.urls, protocol === "anthropic-messages" ? shippedVersion() : undefined);
  const of = (...names) => factsOf(servers.requests().filter((request) => names.includes(request.server)));
  compare(protocol, part, of("sdk"), of("roster", "narrow"));
  printTold();
  await servers.stop();
}
console.log(`${findings} new differences`);
process.exit(findings ? 1 : 0);
