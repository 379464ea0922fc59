// world: what is outside of the server in a soak: providers whose answers follow a mode that changes under it, a source of facts that lies, and
// a credential helper that fails now and then. All of it is told beforehand, so that what a right answer is, is known.
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

export const FLAPPING = ["p1", "p2", "p3", "p4"];
export const MODES = ["good", "good", "refused", "failing", "hanging", "cut", "page", "empty", "partly", "reset", "huge"];

const modelsOf = (provider) => ["a", "b", "c"].map((name) => `${provider}-${name}`);
const listing = (ids) => JSON.stringify({ object: "list", data: ids.map((id) => ({ id, object: "model" })) });

// What each mode says of a provider's models: true, false, or undefined where it says nothing, so that what was known before stays.
export function verdict(mode, id) {
  if (mode === "good" || (mode === "partly" && id.endsWith("-a"))) return true;
  return mode === "refused" || mode === "partly" ? false : undefined;
}

function cut(response, headers, text) {
  response.writeHead(200, headers).write(text);
  setTimeout(() => response.destroy(), 20);
}

// ---- signatures, as minisign makes them ----

export function signer() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const head = (mark) => Buffer.from(mark + "soakkey1");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return {
    key: Buffer.concat([head("Ed"), raw]).toString("base64"),
    sign(text, version) {
      const one = sign(null, createHash("blake2b512").update(text).digest(), privateKey);
      const comment = `timestamp:${1700000000 + version}\tfile:facts.json`;
      const whole = sign(null, Buffer.concat([one, Buffer.from(comment)]), privateKey);
      return `untrusted comment: a soak\n${Buffer.concat([head("ED"), one]).toString("base64")}\ntrusted comment: ${comment}\n${whole.toString("base64")}\n`;
    },
  };
}

// ---- the source: every document that is signed, newer and larger is the truth, the others are lies ----

export const LIES = [31337, 5, 77777];
const WAYS = ["true", "true", "unsigned", "shrunken", "old", "garbage", "failing", "hanging", "cut"];

function newSource(choose) {
  const signatures = signer();
  const facts = (version, window) => JSON.stringify({ source: { version, date: "2026-01-01" }, model: { "p1-a": { provider: "p1", context_window: window } } });
  let version = 1, window = 100000, told = 0, now; // told: how often the truth was; nothing is held back at the first look
  const make = (text, of = version) => ({ text, signature: signatures.sign(text, of) });
  now = make(facts(version, window));
  function turn() {
    if (told < 4) return;
    const way = choose(WAYS);
    if (way === "true") now = make(facts(++version, ++window));
    else if (way === "shrunken") now = make(facts(++version, 5));
    else if (way === "old") now = make(facts(0, 77777), 0);
    else if (way === "unsigned") now = { text: facts(version + 1000, 31337), signature: signatures.sign("something else", version + 1000) };
    else if (way === "garbage") now = make(choose(["", "{", "[]", "<html>", "\0", '{"model":[]}']), ++version);
    else now = { way };
  }
  function answer(path, response) {
    told++;
    if (now.way === "hanging") return;
    if (now.way === "failing") response.writeHead(500).end();
    else if (now.way === "cut") cut(response, { "Content-Length": 5000 }, "{");
    else response.end(path.endsWith(".minisig") ? now.signature : now.text);
  }
  return { key: signatures.key, turn, answer };
}

// ---- providers ----

const NO_SUCH_MODEL = JSON.stringify({ error: { message: "The model does not exist", type: "invalid_request_error", param: "model", code: "model_not_found" } });

// The look-up of one model that the listing may lack.
function answerLookUp(mode, id, response) {
  const there = verdict(mode, id) && modelsOf(id.split("-")[0]).includes(id);
  response.writeHead(there ? 200 : 404, { "Content-Type": "application/json" }).end(there ? JSON.stringify({ id, object: "model" }) : NO_SUCH_MODEL);
}

function answerAs(mode, provider, response, key) {
  const json = { "Content-Type": "application/json" };
  if (mode === "hanging") return;
  if (mode === "refused") response.writeHead(401, json).end(JSON.stringify({ error: { message: `invalid key ${key}`, type: "invalid_request_error", param: null, code: "invalid_api_key" } }));
  else if (mode === "failing") response.writeHead(500, json).end(JSON.stringify({ error: { message: `upstream failed with ${key}` } }));
  else if (mode === "cut") cut(response, { ...json, "Content-Length": 900 }, '{"object":"list","data":[');
  else if (mode === "page") response.writeHead(200, { "Content-Type": "text/html" }).end(`<html><title>Sign in</title>${key}</html>`);
  else if (mode === "empty") response.writeHead(200, json).end(listing([]));
  else if (mode === "reset") response.socket.resetAndDestroy();
  else if (mode === "huge") response.writeHead(200, json).end("[".repeat(200000));
  else response.writeHead(200, json).end(listing(mode === "partly" ? [`${provider}-a`] : modelsOf(provider)));
}

// The helper prints the key, or fails as its file says.
function writeHelper(folder, key) {
  const path = `${folder}/helper`;
  writeFileSync(path, `#!/bin/sh
case $(cat ${folder}/helper.mode) in
  good) echo ${key} ;;
  fails) echo "no luck" >&2; exit 3 ;;
  silent) ;;
  garbage) head -c 3000 /dev/urandom ;;
esac
`);
  chmodSync(path, 0o755);
  return path;
}

export async function startWorld(folder, choose) {
  const keys = {}, modes = {}, sockets = new Set();
  for (const id of [...FLAPPING, "bad", "helped", "dead"]) {
    keys[id] = `sk-${id}-${choose.word(24)}`;
    modes[id] = "good";
  }
  const source = newSource(choose);
  const helper = writeHelper(folder, keys.helped);
  const world = { keys, modes, source, helper, helperWasGood: false, asked: 0 };
  world.setHelper = (mode) => {
    writeFileSync(`${folder}/helper.mode`, mode);
    if (mode === "good") world.helperWasGood = true;
  };
  world.setHelper("fails");
  const server = createServer((request, response) => {
    const [, provider] = request.url.split("/"), given = (request.headers.authorization ?? "").replace("Bearer ", "");
    world.asked++;
    if (world.resting) response.setHeader("Connection", "close");
    if (provider.startsWith("facts")) return source.answer(request.url, response);
    const right = given === keys[provider] && provider !== "bad";
    const mode = right ? modes[provider] : "refused", looked = request.url.match(/models\/([^/]+)$/);
    if (looked && (mode === "good" || mode === "partly")) return answerLookUp(mode, looked[1], response);
    answerAs(mode, provider, response, given);
  });
  server.on("connection", (socket) => sockets.add(socket).size && socket.on("close", () => sockets.delete(socket)));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  world.url = `http://127.0.0.1:${server.address().port}`;
  world.stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return world;
}

export const allModels = () => [...FLAPPING, "bad", "helped", "dead"].flatMap(modelsOf);
