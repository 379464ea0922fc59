// soak: `roster serve` for minutes, with everything around it failing: providers that flap, a source that lies, a helper that fails, definitions
// that are edited well and badly, and clients of every kind. Each answer is held to what is known to be true (checks.mjs); now and then all
// stands still, so that the verdicts must be exactly those of world.mjs. Prints figures each minute, and ends with 1 when an answer was wrong,
// or when memory, descriptors or threads have grown. `node spec/soak/soak.mjs MINUTES [SEED]`, in the project's folder.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { newChecks } from "./checks.mjs";
import { newClients } from "./clients.mjs";
import { newDefinitions } from "./definitions.mjs";
import { FLAPPING, MODES, startWorld, verdict } from "./world.mjs";

const minutes = Number(process.argv[2] ?? 10), seed = Number(process.argv[3] ?? Math.floor(Math.random() * 1e9));
const TOKEN = "a-token-for-specs-0123456789", CLIENTS = 12, MOST_GROWTH_KB = 2048, SETTLE_MS = 12000;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// mulberry32: small, and the same on every machine.
function newChoice(state) {
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const choose = (list) => list[Math.floor(random() * list.length)];
  choose.word = (length) => Array.from({ length }, () => choose([..."abcdefghijkmnpqrstuvwxyz23456789"])).join("");
  choose.bytes = (most) => Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256)));
  return choose;
}

const choose = newChoice(seed), folder = mkdtempSync(`${tmpdir()}/roster-soak-`);
const world = await startWorld(folder, choose);
const definitions = newDefinitions(folder, world, choose);

// ---- the server ----

async function startServer() {
  const env = { PATH: process.env.PATH, HOME: `${folder}/home`, ROSTER_TOKEN: TOKEN };
  mkdirSync(env.HOME);
  for (const [id, key] of Object.entries(world.keys)) if (id !== "helped") env[`${id.toUpperCase()}_API_KEY`] = id === "bad" ? `${key}-wrong` : key;
  const words = ["serve", "--listen", "127.0.0.1:0", "--config", definitions.live, "--no-builtin", "--every", "1", "--timeout", "0.4"];
  const child = spawn(process.env.ROSTER ?? "build/roster", words, { env, stdio: ["ignore", "pipe", openSync(`${folder}/log`, "a")] });
  const first = await new Promise((done) => child.stdout.once("data", done).once("end", () => done("")));
  const port = Number(String(first).match(/:(\d+)\/\n/)?.[1]);
  if (!port) throw new Error(`the server did not start: ${readFileSync(`${folder}/log`)}`);
  child.on("exit", (code, signal) => (child.ended = code ?? signal));
  return { child, port };
}

const { child, port } = await startServer();
const checks = newChecks(world, definitions, [...Object.values(world.keys), TOKEN]);
checks.secrets = (text) => Object.values(world.keys).some((key) => text.includes(key)) && checks.say("an attack: a secret");
const clients = newClients(port, TOKEN, checks, choose);

// What each open descriptor is, without the numbers that tell one from another. The one of inotify is left out: a system on which many watch
// refuses it now and then, and the server goes on without it until the next try.
function descriptors() {
  const kinds = [];
  for (const fd of readdirSync(`/proc/${child.pid}/fd`)) {
    try {
      kinds.push(readlinkSync(`/proc/${child.pid}/fd/${fd}`).replace(/:\[\d+\]/, ""));
    } catch {
      // closed since
    }
  }
  const watch = kinds.indexOf("anon_inode:inotify");
  if (watch >= 0) kinds.splice(watch, 1);
  return kinds.sort();
}

function measure() {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8"), of = (name) => Number(status.match(new RegExp(`${name}:\\s*(\\d+)`))[1]);
  return { rss: of("VmRSS"), threads: of("Threads"), open: descriptors() };
}

// ---- standing still ----

const until = async (holds, what) => {
  for (let i = 0; i < 600; i++) {
    if (await holds()) return;
    await wait(50);
  }
  checks.say(`never happened: ${what}`);
};

const models = async () => (await clients.checked("/api/models"))?.document;
const versionOf = (document) => Number([...document.models, ...document.unavailable][0]?.description.replace("version ", "") ?? 0);

// Twice: the first may join a refresh that had asked before.
async function refresh() {
  for (let i = 0; i < 2; i++) await clients.checked("/api/refresh", { method: "POST", headers: { Authorization: `Bearer ${TOKEN}` } });
}

async function compare(usable) {
  await refresh();
  const document = await models();
  const ready = new Set(document?.models.map((m) => m.id));
  for (const id of FLAPPING.flatMap((p) => ["a", "b", "c"].map((m) => `${p}-${m}`))) {
    const mode = world.modes[id.split("-")[0]], said = verdict(mode, id);
    const expected = said ?? usable.get(id);
    if (ready.has(id) !== expected) checks.say(`${id} is ${expected ? "not " : ""}ready, with its provider ${mode}`);
    usable.set(id, expected);
  }
}

let settled = 0;
async function settle() {
  const usable = new Map();
  await definitions.mend();
  await until(async () => versionOf(await models()) === definitions.version, `version ${definitions.version} is in force`);
  for (const modes of [["good", "refused", "partly"], MODES, MODES]) {
    for (const id of FLAPPING) world.modes[id] = choose(modes);
    await compare(usable);
  }
  for (const id of FLAPPING) world.modes[id] = "good";
  world.setHelper("good");
  await compare(usable);
  settled++;
}

// The same state each time: no clients, all good, the same things asked once.
async function rest() {
  world.resting = true; // connections to providers that are kept open are as many as it happens
  await settle();
  for (const path of ["/", "/api/models", "/v1/models", "/api/history", "/metrics"]) await clients.checked(path, { headers: { "Accept-Encoding": "gzip" } });
  clients.agent.destroy();
  await until(async () => Number((await clients.checked("/metrics")).text.match(/roster_http_connections (\d+)/)[1]) <= 1, "all connections are closed");
  clients.agent.destroy();
  const samples = [];
  for (let i = 0; i < 40; i++) await wait(100), samples.push(measure());
  world.resting = false;
  const least = (name) => Math.min(...samples.map((s) => s[name]));
  return { rss: least("rss"), threads: least("threads"), open: samples.map((s) => s.open).sort((a, b) => a.length - b.length)[0] };
}

// ---- the run ----

let flips = 0, stirring = false;
async function stir(every, turn) {
  while (!child.stopped) {
    if (stirring) await turn();
    await wait(choose(every));
  }
}
const flip = () => {
  flips++;
  world.modes[choose(FLAPPING)] = choose(MODES);
  world.setHelper(choose(["good", "good", "fails", "silent", "garbage"]));
};

const begun = Date.now(), seconds = () => Math.round((Date.now() - begun) / 1000);
const say = (name, now) =>
  console.log(`${name} at ${seconds()} s: ${clients.requests} requests, ${clients.attacks} attacks, ${clients.streams} streams, ${definitions.edits} edits, ${world.asked} requests to ` +
    `providers, ${clients.refreshes} refreshes by token, ${flips} flips, stood still ${settled} times; ${checks.wrong.length} wrong; RSS ${now.rss} KiB, ` +
    `${now.open.length} descriptors, ${now.threads} threads`);

console.log(`seed ${seed}, folder ${folder}`);
clients.start(CLIENTS);
stir([100, 300, 900], flip);
stir([200, 600, 1500], () => definitions.edit());
stir([400, 1100], () => world.source.turn());

async function run(milliseconds) {
  const end = Date.now() + milliseconds;
  let minute = Date.now() + 60000;
  while (Date.now() < end && child.ended === undefined) {
    stirring = true;
    await wait(Math.min(SETTLE_MS, end - Date.now()));
    stirring = false;
    await wait(1000); // an edit in pieces, or a look at a mode, that was under way
    await settle();
    if (Date.now() >= minute) say("a minute", measure()), (minute += 60000);
  }
}

const warm = Math.min(60000, minutes * 20000);
await run(warm);
await clients.stop();
const first = await rest();
say("warm", first);
clients.resume(CLIENTS);
await run(minutes * 60000 - warm);
await clients.stop();
const last = await rest();
say("the end", last);

// ---- the end ----

child.stopped = true;
const alive = child.ended === undefined;
child.kill("SIGTERM");
await until(() => child.ended !== undefined, "the server ends");
world.stop();
const bad = [...new Set(checks.wrong)];
if (!alive || child.ended !== 0) bad.push(`the server ended with ${child.ended}${alive ? "" : " by itself"}`);
if (last.rss - first.rss > MOST_GROWTH_KB) bad.push(`RSS has grown by ${last.rss - first.rss} KiB`);
if (last.threads !== first.threads) bad.push(`${first.threads} threads became ${last.threads}`);
if (last.open.length !== first.open.length) bad.push(`descriptors: ${first.open.join(" ")} became ${last.open.join(" ")}`);
for (const what of bad.slice(0, 40)) console.log(`wrong: ${what}`);
mkdirSync("build/figures", { recursive: true });
const figures = { minutes, seed, "requests of clients": clients.requests, "attacks among them": clients.attacks, streams: clients.streams, "edits of the definitions": definitions.edits,
  "requests to providers and sources": world.asked, "wrong answers": checks.wrong.length, "RSS when warm, in KiB": first.rss,
  "RSS grown since, in KiB": Math.max(0, last.rss - first.rss),
  "descriptors more or fewer at the end": Math.abs(last.open.length - first.open.length), "threads more or fewer at the end": Math.abs(last.threads - first.threads) };
writeFileSync("build/figures/soak", Object.entries(figures).map(([what, figure]) => `soak: ${what}\t${figure}\n`).join(""));
if (!bad.length) rmSync(folder, { recursive: true });
console.log(bad.length ? `${bad.length} things were wrong; the log is in ${folder}` : "nothing was wrong");
process.exit(bad.length ? 1 : 0);
