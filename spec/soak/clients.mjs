// clients: those that ask the server of a soak: for every route, conditionally and compressed, as streams that come and go, with the token and
// without, and with requests that attack.
import { execFileSync } from "node:child_process";
import { Agent, request } from "node:http";
import { connect } from "node:net";

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const ROUTES = ["/", "/page.js", "/page.json", "/api/models", "/api/models", "/api/models", "/api/models?verbose", "/api/models?available=true",
  "/api/models?provider=p1&kind=any",
  "/v1/models", "/v1/models?limit=3", "/api/providers", "/api/pick?context=1K&maybe", "/api/pick?all", "/api/retirements", "/api/retirements.ics",
  "/api/history", "/api/credential",
  "/healthz", "/readyz", "/readyz", "/metrics", "/api/openapi.json"];
// What becomes of these depends on the moment.
const CHANGING = ["/api/models/p1-a", "/api/models/newest", "/api/explain/p2-b", "/v1/models/p3-c", "/api/request/p1-a", "/api/resolve?id=newest", "/api/credential/helped",
  "/api/models/nobody",   "/api/explain/extra-1", "/v1/models?after_id=p1-a"];
const ANY = [200, 404, 409, 410, 422, 400];

// The requests of spec/support/hostile_requests.lua, as bytes, but for those of megabytes.
function hostile() {
  const script =
    'for _, c in ipairs(require "support.hostile_requests") do if #c.text < 100000 then print((c.text:gsub(".", function(b) return ("%02x"):format(b:byte()) end))) end end';
  const out = execFileSync("lua5.4", ["-e", 'package.path = "spec/?.lua;" .. package.path ' + script], { maxBuffer: 1 << 28 });
  return out.toString().trim().split("\n").map((line) => Buffer.from(line, "hex"));
}

export function newClients(port, token, checks, choose) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 }), open = new Set(), attacks = hostile();
  const clients = { requests: 0, refreshes: 0, streams: 0, attacks: 0, running: true, agent };
  const tags = new Map();

  function ask(path, options = {}) {
    const headers = { Host: "localhost", ...options.headers };
    return new Promise((done, fail) => {
      const asked = request({ host: "127.0.0.1", port, path, method: options.method ?? "GET", headers, agent, timeout: 60000 }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", fail);
        response.on("end", () => {
          const raw = Buffer.concat(parts);
          done({ status: response.statusCode, headers: response.headers, raw, text: raw.toString() });
        });
      });
      asked.on("error", fail);
      asked.on("timeout", () => asked.destroy(new Error("no answer within 60 s")));
      asked.end(options.body);
    });
  }

  // An answer that was checked; undefined where the connection was kept open by us and closed by the server, as it may be after five seconds.
  async function checked(path, options = {}, expected = [200]) {
    const before = checks.before();
    clients.requests++;
    for (let tries = 0; ; tries++) {
      try {
        const got = await ask(path, options);
        return { ...got, document: checks.answer(path, got, before, expected) };
      } catch (error) {
        if (tries < 3 && ["ECONNRESET", "EPIPE"].includes(error.code)) continue;
        checks.say(`${path}: ${error.message}`);
        return undefined;
      }
    }
  }

  async function read() {
    const path = choose(ROUTES), headers = choose([{}, { "Accept-Encoding": "gzip" }]), tag = choose([true, false]) && tags.get(path);
    if (tag) headers["If-None-Match"] = tag;
    const got = await checked(path, { headers }, [200, 304, ...(path === "/readyz" ? [503] : [])]);
    if (got?.status === 304 && got.headers.etag !== tag) checks.say(`${path}: 304 for ${tag} with ${got.headers.etag}`);
    if (got?.headers.etag) tags.set(path, got.headers.etag);
  }

  async function change() {
    const path = choose(["/api/refresh", "/api/refresh", "/api/credential/helped/run", "/api/credential/helped/invalidate"]);
    const known = choose([true, true, false]);
    clients.refreshes += known;
    const expected = known ? [200, 202, 400, 404, 409, 422] : [401];
    await checked(path, { method: "POST", headers: known ? { Authorization: `Bearer ${token}` } : {}, body: choose(["", "{}", "x".repeat(3000)]) }, expected);
  }

  // Everything that it is told, in order, and then it goes, politely or not.
  async function listen() {
    const socket = connect(port, "127.0.0.1"), known = choose(["", `Authorization: Bearer ${token}\r\n`, "Last-Event-ID: 1-1\r\n"]);
    let text = "", generation = 0;
    clients.streams++;
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
    socket.on("data", (part) => {
      text += part.toString("latin1");
      for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
        const data = text.slice(0, end).match(/^data: (.*)$/m), event = text.slice(0, end).match(/^event: (.*)$/m)?.[1];
        if (!data) continue;
        let told;
        try {
          told = JSON.parse(data[1]);
        } catch (error) {
          return checks.say(`an event: ${error.message}`);
        }
        if (event !== "snapshot") continue;
        if (told.generation < generation) checks.say(`an event: generation ${told.generation} after ${generation}`);
        generation = told.generation;
      }
    });
    socket.write(`GET /api/events HTTP/1.1\r\nHost: localhost\r\n${known}\r\n`);
    await wait(choose([0, 5, 100, 1000, 3000]));
    choose([true, false]) ? socket.destroy() : socket.resetAndDestroy();
  }

  async function attack() {
    const socket = connect(port, "127.0.0.1"), text = choose([choose(attacks), choose.bytes(300)]);
    clients.attacks++;
    open.add(socket);
    const parts = [];
    socket.on("error", () => {});
    socket.on("data", (part) => parts.push(part));
    const closed = new Promise((done) => socket.on("close", done));
    socket.write(text);
    if (choose([true, false])) await Promise.race([closed, wait(500)]);
    checks.secrets(Buffer.concat(parts).toString("latin1"));
    socket.destroy();
    open.delete(socket);
  }

  const changing = () => checked(choose(CHANGING), {}, ANY);
  async function one() {
    while (clients.running) {
      await choose([read, read, read, read, read, read, changing, changing, change, listen, attack, attack])();
      await wait(choose([0, 5, 20, 60]));
    }
  }

  clients.checked = checked;
  clients.start = (count) => (clients.all = Promise.all(Array.from({ length: count }, one)));
  clients.stop = async () => {
    clients.running = false;
    await clients.all;
    for (const socket of open) socket.destroy();
  };
  clients.resume = (count) => ((clients.running = true), clients.start(count));
  return clients;
}
