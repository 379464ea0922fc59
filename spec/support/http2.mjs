// Providers that speak HTTP/2 over TLS, and HTTP/1.1 to clients without it: a listing of ten models, and any model by name.
//     node spec/support/http2.mjs COUNT KEY CERTIFICATE [TOGETHER]
// Prints their addresses. Everything is answered after 100 ms, but look-ups only when TOGETHER of them are in flight. Ends when its standard
// input does, or by SIGTERM, and prints the most look-ups that were in flight at once and over how many connections they came.
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";

const [count, key, cert, together = 1] = process.argv.slice(2);
const options = { key: readFileSync(key), cert: readFileSync(cert), allowHTTP1: true };
const models = Array.from({ length: 10 }, (_, i) => ({ id: `model-${i + 1}`, object: "model" }));
const listing = JSON.stringify({ object: "list", data: models });

const connections = new Set();
let waiting = [], inFlight = 0, most = 0;

function respond(response, text) {
  setTimeout(() => {
    response.setHeader("content-type", "application/json");
    response.end(text);
  }, 100);
}

function lookUp(request, response, name) {
  connections.add(request.httpVersion === "2.0" ? request.stream.session : request.socket);
  most = Math.max(most, ++inFlight);
  response.on("finish", () => inFlight--);
  waiting.push(() => respond(response, JSON.stringify({ id: name, object: "model" })));
  if (waiting.length < together) return;
  for (const go of waiting) go();
  waiting = [];
}

function answer(request, response) {
  const name = request.url.match(/^\/v1\/models\/(.+)$/)?.[1];
  if (name) lookUp(request, response, name);
  else respond(response, listing);
}

function end() {
  console.log(`${most} in flight, ${connections.size} connections`);
  process.exit(0);
}

for (let i = 0; i < Number(count); i++) {
  const server = createSecureServer(options, answer);
  server.listen(0, "127.0.0.1", () => console.log(`https://127.0.0.1:${server.address().port}`));
}
process.stdin.on("end", end).resume();
process.on("SIGTERM", end);
setTimeout(end, 110_000);
