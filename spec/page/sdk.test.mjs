// The official SDKs complete requests with what `roster request --json` says: its base URL, its headers, and the key that it names.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { mocks, roster, stopAll } from "./roster.mjs";

const KEYS = { MAKER_KEY: "key-of-the-maker-0123456789" };
const HELLO = [{ role: "user", content: "hi" }];

/** By protocol: the mock server's dialect, and how its SDK asks, at once and as a stream; each gives the text. */
const SDKS = {
  "openai-chat": {
    dialect: "openai",
    open: (request, key) => new OpenAI({ apiKey: key ?? "unused", baseURL: request.sdk_base_url, defaultHeaders: request.headers, maxRetries: 0 }),
    ask: async (client, model) => (await client.chat.completions.create({ model, messages: HELLO })).choices[0].message.content,
    stream: async (client, model) => {
      let text = "", usage;
      for await (const chunk of await client.chat.completions.create({ model, messages: HELLO, stream: true, stream_options: { include_usage: true } })) {
        text += chunk.choices[0]?.delta.content ?? "";
        usage = chunk.usage ?? usage;
      }
      assert.equal(usage.completion_tokens, 1);
      return text;
    },
  },
  "openai-responses": {
    dialect: "openai",
    open: (request, key) => new OpenAI({ apiKey: key ?? "unused", baseURL: request.sdk_base_url, defaultHeaders: request.headers, maxRetries: 0 }),
    ask: async (client, model) => (await client.responses.create({ model, input: "hi" })).output_text,
    stream: async (client, model) => {
      const stream = client.responses.stream({ model, input: "hi" });
      let text = "";
      stream.on("response.output_text.delta", (event) => (text += event.delta));
      assert.equal((await stream.finalResponse()).output_text, "Hi");
      return text;
    },
  },
  "anthropic-messages": {
    dialect: "anthropic-messages",
    open: (request, key) => new Anthropic({ apiKey: key ?? null, baseURL: request.sdk_base_url, defaultHeaders: request.headers, maxRetries: 0 }),
    ask: async (client, model) => (await client.messages.create({ model, max_tokens: 16, messages: HELLO })).content[0].text,
    stream: async (client, model) => {
      let text = "";
      const stream = client.messages.stream({ model, max_tokens: 16, messages: HELLO }).on("text", (part) => (text += part));
      assert.equal(await stream.finalText(), "Hi");
      return text;
    },
  },
  gemini: {
    dialect: "gemini",
    open: (request, key) => new GoogleGenAI({
      apiKey: key ?? "unused",
      apiVersion: request.sdk_api_version,
      httpOptions: { baseUrl: request.sdk_base_url, headers: request.headers },
    }),
    ask: async (client, model) => (await client.models.generateContent({ model, contents: "hi" })).text,
    stream: async (client, model) => {
      let text = "";
      for await (const chunk of await client.models.generateContentStream({ model, contents: "hi" })) text += chunk.text;
      return text;
    },
  },
};

const PROTOCOLS = Object.keys(SDKS);

/** By mode: where the mock server is, and the definitions that lead there. */
const MODES = {
  "directly": { prefix: "/api", text: (url, provider) => provider(`${url}/api`) },
  "at an override": { prefix: "/over", text: (url, provider) => provider("https://maker.example", `override = "${url}/over",`) },
  "behind a gateway": {
    prefix: "/door/maker",
    text: (url, provider) => `${provider("https://maker.example")} gateway "door" { base_url = "${url}", path = "/door/{provider}", headers = { ["x-door"] = "{provider}" } }`,
  },
  "behind a gateway that has the key": {
    prefix: "/door/maker",
    keyless: true,
    text: (url, provider) => `${provider("https://maker.example")} gateway "door" { base_url = "${url}/door", path = "/{provider}", credentials = "injected" }`,
  },
};

const VERSION = `headers = { ["anthropic-version"] = "2023-06-01", ["x-team"] = "blue" },`;

let servers;
const name = (protocol, mode) => `${protocol} ${mode}`;

before(async () => {
  servers = await mocks(PROTOCOLS.flatMap((protocol) => Object.entries(MODES).map(([mode, { prefix, keyless }]) => ({
    name: name(protocol, mode),
    protocol: SDKS[protocol].dialect,
    prefix,
    models: ["big-one"],
    ...(keyless ? {} : { keys: [KEYS.MAKER_KEY] }),
  }))));
});

after(stopAll);

/** The request to the model "one", and the key where it says that there is one. */
function requestTo(protocol, mode) {
  const { keyless, text } = MODES[mode], env = keyless ? {} : KEYS;
  const provider = (url, more = "") =>
    `provider "maker" { protocol = "${protocol}", base_url = "${url}", credential = secret "MAKER_KEY", ${VERSION} ${more} }
     model "one" { provider = "maker", api_name = "big-one" }`;
  const request = roster(["request", "one"], text(servers.urls[name(protocol, mode)], provider), env);
  assert.equal(request.auth.in, keyless ? "none" : "header");
  return { request, key: keyless ? undefined : env[request.auth.variable] };
}

for (const protocol of PROTOCOLS)
  for (const mode of Object.keys(MODES))
    test(`The official SDK for ${protocol} completes a request ${mode}, at once and as a stream, and at the URL that roster names`, async () => {
      const { request, key } = requestTo(protocol, mode), sdk = SDKS[protocol], client = sdk.open(request, key);
      assert.equal(await sdk.ask(client, request.api_name), "Hi");
      const sent = servers.requests().filter((one) => one.server === name(protocol, mode)).at(-1);
      assert.equal(servers.urls[name(protocol, mode)] + sent.path, request.url);
      assert.deepEqual([sent.method, sent.headers["x-team"]], [request.method, "blue"]);
      assert.equal(await sdk.stream(client, request.api_name), "Hi");
    });

test("An SDK whose own way to send the key differs sends it where roster says, as a header", async () => {
  const { request, key } = requestTo("anthropic-messages", "directly"), { auth } = request;
  assert.deepEqual([auth.header, auth.scheme], ["x-api-key", ""]);
  const headers = { ...request.headers, [auth.header]: key }, sdk = SDKS["anthropic-messages"];
  assert.equal(await sdk.ask(sdk.open({ ...request, headers }, null), request.api_name), "Hi");
  const sent = servers.requests().at(-1);
  assert.deepEqual([sent.headers["x-api-key"], sent.headers.authorization], [KEYS.MAKER_KEY, undefined]);
});
