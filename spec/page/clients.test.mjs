// The official clients of OpenAI and Anthropic list the models of /v1/models.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { serve, mocks, stopAll } from "./roster.mjs";

let oak, server;

before(async () => {
  oak = await mocks([{ name: "oak", protocol: "openai", keys: ["oak-key"], models: ["oak-large", "oak-small"] }]);
  server = await serve({
    "oak.lua": `provider "oak" { protocol = "openai-chat", base_url = "${oak.urls.oak}", credential = secret "OAK_KEY", list_proves = "access" }
      model "oak-large" { provider = "oak", description = "Oak Large", release_date = "2026-09-24" }
      model "oak-small" { provider = "oak" }
      model "oak-gone" { provider = "oak" }`,
  }, { OAK_KEY: "oak-key" });
});

after(stopAll);

test("The openai client lists the usable models and gets the metadata of each", async () => {
  const client = new OpenAI({ apiKey: "unused", baseURL: new URL("/v1", server.url).href, maxRetries: 0 });
  const listed = [];
  for await (const model of client.models.list()) listed.push(model);
  assert.deepEqual(listed.map((model) => model.id), ["oak-large", "oak-small"]);
  assert.deepEqual([listed[0].object, listed[0].owned_by, listed[0].created], ["model", "oak", Date.parse("2026-09-24") / 1000]);
});

test("Both clients walk the list in pages, the one of Anthropic in either direction", async () => {
  const openai = new OpenAI({ apiKey: "unused", baseURL: new URL("/v1/", server.url).href, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: "unused", baseURL: server.url.replace(/\/$/, ""), maxRetries: 0 });
  const walk = async (pages) => {
    const listed = [];
    for await (const model of pages) listed.push(model.id);
    return listed;
  };
  assert.deepEqual(await walk(openai.models.list({ query: { limit: 1 } })), ["oak-large"]); // its pages have no next one
  assert.deepEqual(await walk(anthropic.models.list({ limit: 1 })), ["oak-large", "oak-small"]);
  assert.deepEqual(await walk(anthropic.models.list({ limit: 1, before_id: "oak-gone" })), ["oak-small", "oak-large"]);
  const first = await anthropic.models.list({ limit: 1 });
  assert.deepEqual([first.has_more, first.first_id, first.last_id], [true, "oak-large", "oak-large"]);
  const second = await first.getNextPage();
  assert.deepEqual([second.has_more, second.data[0].id, second.hasNextPage()], [false, "oak-small", false]);
});

test("Both clients get one model, with the members that Anthropic's has", async () => {
  const openai = new OpenAI({ apiKey: "unused", baseURL: new URL("/v1", server.url).href, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: "unused", baseURL: server.url.replace(/\/$/, ""), maxRetries: 0 });
  assert.equal((await openai.models.retrieve("oak-small")).owned_by, "oak");
  const model = await anthropic.models.retrieve("oak-large");
  assert.deepEqual(Object.keys(model).filter((name) => !["object", "created", "owned_by"].includes(name)).sort(), ["capabilities", "created_at", "deprecated_at",
    "display_name", "id", "lifecycle", "line", "max_input_tokens", "max_tokens", "retires_at", "type"]);
});

test("The @anthropic-ai/sdk client lists the same models to the last page", async () => {
  const client = new Anthropic({ apiKey: "unused", baseURL: server.url.replace(/\/$/, ""), maxRetries: 0 });
  const listed = [];
  for await (const model of client.models.list()) listed.push(model);
  assert.deepEqual(listed.map((model) => model.id), ["oak-large", "oak-small"]);
  assert.deepEqual([listed[0].type, listed[0].display_name], ["model", "Oak Large"]);
  assert.equal(Date.parse(listed[0].created_at), Date.parse("2026-09-24"));
});
