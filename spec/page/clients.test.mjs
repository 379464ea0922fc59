// The official clients of OpenAI and Anthropic list the models of /v1/models.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { serve, mocks } from "./roster.mjs";

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

after(async () => {
  await server?.stop();
  await oak?.stop();
});

test("The openai client lists the usable models and gets the metadata of each", async () => {
  const client = new OpenAI({ apiKey: "unused", baseURL: new URL("/v1", server.url).href, maxRetries: 0 });
  const listed = [];
  for await (const model of client.models.list()) listed.push(model);
  assert.deepEqual(listed.map((model) => model.id), ["oak-large", "oak-small"]);
  assert.deepEqual([listed[0].object, listed[0].owned_by, listed[0].created], ["model", "oak", Date.parse("2026-09-24") / 1000]);
});

test("The @anthropic-ai/sdk client lists the same models to the last page", async () => {
  const client = new Anthropic({ apiKey: "unused", baseURL: server.url.replace(/\/$/, ""), maxRetries: 0 });
  const listed = [];
  for await (const model of client.models.list()) listed.push(model);
  assert.deepEqual(listed.map((model) => model.id), ["oak-large", "oak-small"]);
  assert.deepEqual([listed[0].type, listed[0].display_name], ["model", "Oak Large"]);
  assert.equal(Date.parse(listed[0].created_at), Date.parse("2026-09-24"));
});
