// Runs a gateway that somebody else wrote: `node start.cjs portkey`, or `node start.cjs llms PROVIDERS.json`, with the packages in NODE_PATH.
// It listens on a free port of loopback, whatever it would do by itself, and prints "listening PORT".
const buffer = require("node:buffer");
const net = require("node:net");
const path = require("node:path");
const { readFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");

const [, , which, file] = process.argv;

globalThis.File ??= buffer.File; // node 18 has it, but not as a global; undici asks for it when it is loaded

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  this.once("listening", () => process.stdout.write(`\nlistening ${this.address().port}\n`));
  return listen.call(this, { port: 0, host: "127.0.0.1" }, given.find((one) => typeof one === "function"));
};

const starters = {
  portkey() {
    process.argv.push("--headless");
    const main = path.join(process.env.NODE_PATH, "@portkey-ai/gateway/build/start-server.js");
    return import(pathToFileURL(main).href);
  },
  llms() {
    const { default: Server } = require("@musistudio/llms");
    return new Server({ initialConfig: { HOST: "127.0.0.1", LOG: false, providers: JSON.parse(readFileSync(file, "utf8")) } }).start();
  },
};

setTimeout(() => process.exit(1), 600e3).unref(); // should nobody end it
starters[which]();
