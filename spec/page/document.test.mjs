// The document "phoenix" as the TypeScript compiler sees it: each document that roster makes in a scenario is the value of a constant of the
// type that Phoenix's page reads, and must compile; documents with one mistake must not, or the check would prove nothing.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { document, mocks, serve, stopAll, until } from "./roster.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const KEY = "oak-key";
const made = {};
let servers;

const definitions = (url, more = "") => `
provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "${url}", credential = secret "OAK_KEY",
  discover = function () return { kind = "chat" } end }
model "oak-large" { provider = "oak", description = "Oak's best", context_window = 1 * M, recommended = true }
${more}`;

const gateway = (url) => `gateway "corp" { base_url = "${url}", path = "/{provider}", credentials = "forwarded" }`;

/** While its helper is waiting for a person, only a host that goes on meanwhile sees a document: a server. */
async function whileHelperRuns() {
  const server = await serve({ "oak.lua": definitions(servers.urls.oak) }, { LLM_API_KEY_HELPER: "exec sleep 600" }, ["--document", "phoenix"], false);
  const answer = await until(async () => {
    const read = await (await fetch(new URL("/api/models?document=phoenix", server.url))).json();
    return read.credential_status === "running" && read;
  }, "the helper to run");
  await server.stop();
  return answer;
}

before(async () => {
  const oak = { protocol: "openai", keys: [KEY], models: ["oak-large", "oak-found"] };
  servers = await mocks([{ name: "oak", ...oak }, { name: "gate", protocol: "none", mounts: [{ name: "behind", prefix: "/oak", ...oak }] }]);
  const oaks = definitions(servers.urls.oak), key = { OAK_KEY: KEY };
  Object.assign(made, {
    empty: document("", {}),
    noKey: document(oaks, {}),
    accepted: document(oaks, key),
    refused: document(oaks, { OAK_KEY: "oak-key-of-last-year" }),
    helperIdle: document(oaks, { LLM_API_KEY_HELPER: "echo never-run" }, ["--offline"]),
    helperValid: document(oaks, { LLM_API_KEY_HELPER: `echo ${KEY}` }),
    helperFailed: document(oaks, { LLM_API_KEY_HELPER: "exit 3" }),
    helperRunning: await whileHelperRuns(),
    healthy: document(definitions(servers.urls.oak, gateway(servers.urls.gate)), key),
    unreachable: document(definitions(servers.urls.oak, gateway("http://127.0.0.1:1")), key),
    gatewayNotAsked: document(definitions(servers.urls.oak, gateway(servers.urls.gate)), key, ["--offline"]),
  });
});

after(stopAll);

test("The scenarios have every word of Phoenix's page, a window that nobody states, and a list without models", () => {
  const words = (name) => [...new Set(Object.values(made).map((one) => one[name]))].sort();
  assert.deepEqual(words("credential_status"), ["failed", "not_configured", "required", "running", "valid"]);
  assert.deepEqual(words("gateway_status"), ["healthy", "not_configured", "unreachable"]);
  assert.deepEqual(made.empty.models, []);
  assert.ok(made.accepted.models.find((one) => one.id === "oak-found").origins.context_window.startsWith("assumed"));
});

/** One line for each constant, so that the line of an error names it. */
const constants = (documents) =>
  ['import type { ModelsResponse } from "./phoenix";']
    .concat(Object.entries(documents).map(([name, one]) => `export const ${name}: ModelsResponse = ${JSON.stringify(one)};`))
    .join("\n");

/** The names of the constants that do not compile, from one run of the compiler over both files. */
function compile(good, bad) {
  const folder = mkdtempSync(join(HERE, "documents-"));
  writeFileSync(join(folder, "phoenix.ts"), readFileSync(join(HERE, "phoenix.ts")));
  writeFileSync(join(folder, "good.ts"), constants(good));
  writeFileSync(join(folder, "bad.ts"), constants(bad));
  const tsc = join(HERE, "node_modules/typescript/bin/tsc");
  const words = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--lib", "es5", "--pretty", "false", "--ignoreConfig"];
  words.push("good.ts", "bad.ts");
  const run = spawnSync(process.execPath, [tsc, ...words], { cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const found = { good: new Set(), bad: new Set(), said: run.stdout + run.stderr };
  for (const [, file, line] of run.stdout.matchAll(/^(good|bad)\.ts\((\d+),/gm))
    found[file].add(Object.keys(file === "good" ? good : bad)[line - 2]);
  found.compiled = run.stdout.split("\n").filter(Boolean).every((line) => /^(good|bad)\.ts\(|^ /.test(line));
  return found;
}

test("Every document of Phoenix compiles as what its page reads, and one with a foreign word, a null or a member too few does not", () => {
  const { accepted } = made, [first, ...others] = accepted.models, { id, ...nameless } = first;
  const bad = {
    idle: { ...accepted, credential_status: "idle" },
    unknown: { ...accepted, gateway_status: "unknown" },
    nullWindow: { ...accepted, models: [{ ...first, context_window: null }, ...others] },
    noId: { ...accepted, models: [nameless] },
    noList: { ...accepted, models: {} },
    noDefault: { ...accepted, default: null },
  };
  const found = compile(made, bad);
  assert.ok(found.compiled, found.said);
  assert.deepEqual([...found.good], [], found.said);
  assert.deepEqual([...found.bad], Object.keys(bad), found.said);
});
