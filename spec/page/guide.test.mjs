// The program in TypeScript of docs/hosts.md: compiled by the TypeScript compiler, run by node, against a real server.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import ts from "typescript";
import { mocks, serve, stopAll } from "./roster.mjs";

const ROOT = join(dirname(process.env.ROSTER_COMMAND), "..");
let acme, server;

before(async () => {
  acme = await mocks([{ name: "acme", protocol: "openai", keys: ["acme-key-of-the-guide"], models: ["acme-large-2"] }]);
  server = await serve({
    "acme.lua": `provider "acme" { protocol = "openai-chat", base_url = "${acme.urls.acme}", credential = secret "ACME_API_KEY" }
      model "acme-large" { provider = "acme", api_name = "acme-large-2" }`,
  }, { ACME_API_KEY: "acme-key-of-the-guide" });
});

after(stopAll);

test("The program in TypeScript of docs/hosts.md sends a prompt to the default model", () => {
  const page = readFileSync(join(ROOT, "docs/hosts.md"), "utf8");
  const program = page.match(/```typescript\n([^]*?)```/)[1].replace("http://127.0.0.1:7411", server.url.replace(/\/$/, ""));
  const { outputText, diagnostics } = ts.transpileModule(program, { reportDiagnostics: true, compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
  assert.deepEqual(diagnostics, []);
  const folder = mkdtempSync(join(tmpdir(), "roster-guide-"));
  writeFileSync(join(folder, "chat.mjs"), outputText);
  const run = spawnSync(process.execPath, [join(folder, "chat.mjs")], { env: { PATH: process.env.PATH, ACME_API_KEY: "acme-key-of-the-guide" }, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  assert.equal(run.stdout + run.stderr, "Hi\n");
});
