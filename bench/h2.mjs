// Providers that speak HTTP/2 over TLS and respond to everything after 100 ms: a listing, and each model by name.
//     node bench/h2.mjs COUNT KEY CERTIFICATE      prints their addresses, and exits when its standard input ends
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";

const [count, key, cert] = process.argv.slice(2);
const options = { key: readFileSync(key), cert: readFileSync(cert), allowHTTP1: true };
const models = Array.from({ length: 10 }, (_, i) => ({ id: `model-${i + 1}`, object: "model" }));
const listing = JSON.stringify({ object: "list", data: models });

function answer(request, response) {
  const name = request.url.match(/^\/v1\/models\/(.+)$/)?.[1];
  setTimeout(() => {
    response.setHeader("content-type", "application/json");
    response.end(name ? JSON.stringify({ id: name, object: "model" }) : listing);
  }, 100);
}

for (let i = 0; i < Number(count); i++) {
  const server = createSecureServer(options, answer);
  server.listen(0, "127.0.0.1", () => console.log(`https://127.0.0.1:${server.address().port}`));
}
process.stdin.on("end", () => process.exit(0)).resume();
setTimeout(() => process.exit(0), 110_000);
