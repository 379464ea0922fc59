// A real server with mock servers behind it, for specs of the page and of official clients. Everything ends with its test.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMMAND = process.env.ROSTER_COMMAND;
export const TOKEN = "a-token-of-this-test";

/** For waits: they end with their condition, and this is only how long a broken one takes to fail on a busy machine. */
export const PATIENCE_MS = 60_000;

/** The first truthy result of `condition`, which is asked again and again. */
export async function until(condition, what) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await new Promise((later) => setTimeout(later, 20))) {
    const result = await condition();
    if (result) return result;
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
}

const running = new Set();

/** A part that is stopped once: by the test that started it, or by stopAll when that test failed. */
function stopping(stop) {
  const once = async () => {
    if (running.delete(once)) await stop();
  };
  running.add(once);
  return once;
}

/** Stops what tests that failed have left running, which would keep the test runner waiting. */
export async function stopAll() {
  for (const stop of [...running]) await stop();
}

function lineOf(child, what) {
  return new Promise((resolve, reject) => {
    let text = "", said = "";
    child.stdout.on("data", (bytes) => {
      text += bytes;
      if (text.includes("\n")) resolve(text.split("\n")[0]);
    });
    child.stderr.on("data", (bytes) => (said += bytes));
    child.on("exit", () => reject(new Error(`${what} did not start: ${said}`)));
  });
}

function end(child) {
  return new Promise((resolve) => {
    child.on("exit", resolve);
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.kill("SIGTERM");
  });
}

/** Mock servers: `urls` by name, `requests()` so far, `stop`. They end with this process. */
export async function mocks(servers) {
  const folder = mkdtempSync(join(tmpdir(), "roster-page-")), log = join(folder, "log");
  writeFileSync(log, "");
  writeFileSync(join(folder, "scenario.json"), JSON.stringify({ lifetime: 24 * 3600, log, servers }));
  const child = spawn(COMMAND, ["mock", join(folder, "scenario.json")], { stdio: ["ignore", "pipe", "pipe"] });
  const said = JSON.parse(await lineOf(child, "the mock server"));
  const requests = () => readFileSync(log, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const stop = stopping(async () => {
    await end(child);
    rmSync(folder, { recursive: true });
  });
  return { urls: Object.fromEntries(said.servers.map((one) => [one.name, one.url])), requests, stop };
}

/** A way to the server at `url` that can be closed, held and opened: `url`, `close()`, `hold()`, `open()`, `stop()`. The port stays its own. */
export async function relay(url) {
  const sockets = new Set(), waiting = [], { hostname, port } = new URL(url);
  let closed = false, held = false;
  const link = (from) => {
    const to = connect(Number(port), hostname);
    for (const [one, other] of [[from, to], [to, from]]) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => sockets.delete(one));
      one.pipe(other);
    }
  };
  const server = createServer((from) => (closed ? from.destroy() : held ? waiting.push(from) : link(from)));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    closed = true;
    for (const one of waiting.splice(0)) one.destroy();
    for (const one of sockets) one.destroy();
  };
  const open = () => {
    closed = held = false;
    waiting.splice(0).forEach(link);
  };
  const stop = stopping(() => {
    close();
    return new Promise((ended) => server.close(ended));
  });
  return { url: url.replace(`:${port}`, `:${server.address().port}`), close, hold: () => (held = true), open, stop };
}

/** What `roster WORDS... --json` prints with a file of definitions and, unless `shipped`, nothing else. It exits with 0, or `mayExit`. */
export function roster(words, definitions, env, shipped, mayExit = 0) {
  const folder = mkdtempSync(join(tmpdir(), "roster-page-"));
  writeFileSync(join(folder, "definitions.lua"), definitions);
  const run = spawnSync(COMMAND, [...words, "--json", ...(shipped ? [] : ["--no-builtin"]), "--config", folder], {
    env: { PATH: process.env.PATH, HOME: folder, ...env },
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  if (run.status !== 0 && run.status !== mayExit) throw new Error(`roster ${words.join(" ")}: ${run.stdout}${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** The document of Phoenix, with models that are ready or without. */
export function document(definitions, env, words = []) {
  return roster(["models", "--document", "phoenix", ...words], definitions, env, false, 1);
}

/** `roster serve` with a folder of these files, after its first refresh unless `waits` is false: url, write(name, text), refresh(), stop(). */
export async function serve(files, env, words = [], waits = true) {
  const folder = mkdtempSync(join(tmpdir(), "roster-page-")), beside = mkdtempSync(join(tmpdir(), "roster-page-"));
  const write = (name, text) => { // as an editor does: the server never sees half of a file
    writeFileSync(join(beside, name), text);
    renameSync(join(beside, name), join(folder, name));
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const child = spawn(COMMAND, ["serve", "--listen", "127.0.0.1:0", "--no-builtin", "--config", folder, ...words], {
    env: { PATH: process.env.PATH, HOME: folder, ROSTER_TOKEN: TOKEN, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = (await lineOf(child, "the server")).replace("roster serves on ", "");
  const stop = stopping(async () => {
    await end(child);
    for (const one of [folder, beside]) rmSync(one, { recursive: true });
  });
  const refresh = () => fetch(new URL("/api/refresh", url), { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });
  if (waits) await until(async () => (await fetch(new URL("/readyz", url))).ok, "the first refresh");
  return { url, write, refresh, stop };
}
