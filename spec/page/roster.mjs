// A real server with mock servers behind it, for specs of the page and of official clients. Everything ends with its test.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMMAND = process.env.ROSTER_COMMAND;
export const TOKEN = "a-token-of-this-test";

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

/** Mock servers: `urls` by name, `requests()` so far, `stop`. Port 0 is any free port. */
export async function mocks(servers) {
  const folder = mkdtempSync(join(tmpdir(), "roster-page-")), log = join(folder, "log");
  writeFileSync(log, "");
  writeFileSync(join(folder, "scenario.json"), JSON.stringify({ lifetime: 100, log, servers }));
  const child = spawn(COMMAND, ["mock", join(folder, "scenario.json")], { stdio: ["ignore", "pipe", "pipe"] });
  const said = JSON.parse(await lineOf(child, "the stand-in"));
  const requests = () => readFileSync(log, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true });
  };
  return { urls: Object.fromEntries(said.servers.map((one) => [one.name, one.url])), requests, stop };
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

/** `roster serve` with a folder of these files, after its first refresh: url, write(name, text), refresh(), stop(). */
export async function serve(files, env, words = []) {
  const folder = mkdtempSync(join(tmpdir(), "roster-page-"));
  const write = (name, text) => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const child = spawn(COMMAND, ["serve", "--listen", "127.0.0.1:0", "--no-builtin", "--config", folder, ...words], {
    env: { PATH: process.env.PATH, HOME: folder, ROSTER_TOKEN: TOKEN, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = (await lineOf(child, "the server")).replace("roster serves on ", "");
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true });
  };
  const refresh = () => fetch(new URL("/api/refresh", url), { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });
  for (let i = 0; i < 200 && (await fetch(new URL("/readyz", url))).status !== 200; i++) await new Promise((resolve) => setTimeout(resolve, 50));
  return { url, write, refresh, stop };
}
