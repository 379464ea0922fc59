// checks: what holds of every answer of the server during a soak, whatever happens around it.
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { idsOf } from "./definitions.mjs";
import { LIES } from "./world.mjs";

const hash = (bytes) => createHash("sha256").update(bytes).digest("base64");

export function newChecks(world, definitions, secrets) {
  const wrong = [], bytesOf = new Map(), tagOf = new Map(), usable = new Map();
  // The largest that an answer has had so far, by name: a request that begins later must not get less.
  const seen = { generation: 0, version: 0, window: 0 };
  function say(what) {
    if (!wrong.includes(what) && wrong.length < 100) console.log(`${new Date().toISOString()} wrong: ${what.slice(0, 400)}`);
    if (wrong.length < 1000) wrong.push(what);
  }

  function remember(map, key, value, what) {
    if (map.has(key) && map.get(key) !== value) say(what);
    map.delete(key);
    map.set(key, value);
    if (map.size > 4000) map.delete(map.keys().next().value);
  }

  function tag(path, answer) {
    const etag = answer.headers.etag, bytes = hash(answer.raw), coding = answer.headers["content-encoding"] ?? "";
    if (!etag || answer.status !== 200) return;
    remember(bytesOf, path + etag, bytes, `${path}: two bodies for the entity tag ${etag}`);
    remember(tagOf, path + bytes + coding, etag, `${path}: two entity tags for one body`);
  }

  function growing(name, value, before, what) {
    if (value < before[name]) say(`${what}: ${name} ${value} after ${before[name]}`);
    seen[name] = Math.max(seen[name], value);
  }

  function version(document, before) {
    const all = [...document.models, ...document.unavailable];
    const versions = new Set(all.map((m) => m.description));
    if (!all.length) return definitions.emptied >= before.version - 1 || say("no models, though the files were always there");
    if (versions.size !== 1) return say(`a mixture of versions: ${[...versions].join(", ")}`);
    const number = Number(all[0].description.replace("version ", ""));
    if (number > definitions.version) say(`version ${number}, though ${definitions.version} is the last good one`);
    const ids = all.map((m) => m.id).sort().join(" ");
    if (ids !== idsOf(number).join(" ")) say(`version ${number} has the models ${ids}`);
    growing("version", number, before, "/api/models");
  }

  function models(document, before) {
    growing("generation", document.generation, before, "/api/models");
    version(document, before);
    usable.clear();
    for (const m of document.models) {
      usable.set(m.id, m.usable !== false && m.state === "ready");
      const owner = m.id.split("-")[0];
      if (m.state === "ready" && (owner === "bad" || owner === "dead" || (owner === "helped" && !world.helperWasGood))) say(`${m.id} is ready, and cannot be`);
      if (LIES.includes(m.context_window)) say(`${m.id}: a context window of ${m.context_window} is a lie`);
      if (m.id === "p1-a" && m.context_window) growing("window", m.context_window, before, m.id);
    }
  }

  function body(path, answer) {
    const type = answer.headers["content-type"] ?? "";
    if (answer.headers["content-encoding"] === "gzip") answer.text = gunzipSync(answer.raw).toString();
    for (const secret of secrets) if (answer.text.includes(secret)) say(`${path}: a secret: ${answer.text.slice(answer.text.indexOf(secret) - 80).slice(0, 160)}`);
    if (!type.startsWith("application/json")) return undefined;
    try {
      return JSON.parse(answer.text);
    } catch (error) {
      say(`${path}: ${error.message}`);
      return undefined;
    }
  }

  // `before`: a copy of `seen` from the moment at which the request began.
  function answer(path, got, before, expected) {
    if (!expected.includes(got.status)) say(`${path}: ${got.status} ${got.text.slice(0, 200)}`);
    if (got.headers["x-content-type-options"] !== "nosniff") say(`${path}: no X-Content-Type-Options`);
    const document = body(path, got);
    tag(path, got);
    if (document && got.status >= 400 && got.status !== 503 && !(document.error?.message && document.error?.hint)) say(`${path}: ${got.text.slice(0, 200)}`);
    if (document && got.status === 200 && path === "/api/models") models(document, before);
    if (document && path === "/readyz") growing("generation", document.generation, before, path);
    return document;
  }

  return { wrong, say, seen, answer, usable, before: () => ({ ...seen }) };
}
