// The page in Chromium: what a user sees, clicks and types.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { serve, mocks, TOKEN } from "./roster.mjs";

const AXE = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const WAIT = { timeout: 15_000 };

let browser, oak, server, providers;

const MODELS = `
model "oak-large" { provider = "oak", description = "Oak's best", context_window = 1 * M, price = { input = 5, output = 25 }, extra = { tool_search = true } }
model "oak-small" { provider = "oak", context_window = 200 * K, price = { input = 1, output = 5, above = { [100 * K] = { input = 2 } },
  from = { ["2999-12-01"] = { output = 6 } } }, tool_call = true, temperature = false, tags = { "eu", "cheap" },
  input_modalities = { "text", "image" } }
model "<script>alert(1)</script>" { provider = "oak", api_name = "oak-small" }
model "elm-9" { provider = "elm", context_window = 128 * K }
`;

before(async () => {
  oak = await mocks([
    { name: "oak", protocol: "openai", keys: ["oak-key"], models: ["oak-large", "oak-small", "oak-new"] },
    { name: "elm", protocol: "openai", keys: ["another"], models: ["elm-9"] },
  ]);
  providers = `
provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "${oak.urls.oak}", credential = secret "OAK_KEY", list_proves = "access" }
provider "elm" { title = "Elm", protocol = "openai-chat", base_url = "${oak.urls.elm}", credential = secret "ELM_KEY", list_proves = "access" }
`;
  server = await serve({ "providers.lua": providers, "models.lua": MODELS }, { OAK_KEY: "oak-key", ELM_KEY: "elm-key-of-last-year" });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await oak?.stop();
});

/** A new page, with its errors and its requests to other origins. */
async function open(options = {}, path = "", url = server.url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage(), amiss = [], outside = [];
  page.on("console", (message) => message.type() === "error" && amiss.push(message.text()));
  page.on("pageerror", (error) => amiss.push(String(error)));
  page.on("dialog", (dialog) => amiss.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => !request.url().startsWith(url) && !request.url().startsWith("data:") && outside.push(request.url()));
  await page.goto(url + path);
  return { page, amiss, outside, close: () => context.close() };
}

const row = (page, id) => page.locator(`#models tbody tr[data-id="${id}"]`);

test("The page shows a row for each model and a card for each provider, without errors or requests to other origins", async () => {
  const { page, amiss, outside, close } = await open();
  await page.waitForFunction(() => document.querySelector("#summary").textContent.includes("3 of 4 models ready"), null, WAIT);
  assert.equal(await page.locator("#models tbody tr").count(), 4);
  assert.equal(await page.locator("article.provider").count(), 2);
  assert.match(await row(page, "elm-9").innerText(), /bad_credential/);
  await page.waitForFunction(() => document.querySelector("#models tr[data-id=elm-9] .state").dataset.since?.startsWith("since "), null, WAIT);
  await page.waitForLoadState("load");
  assert.deepEqual([amiss, outside], [[], []]);
  await close();
});

test("The page shows the table without JavaScript", async () => {
  const { page, close } = await open({ javaScriptEnabled: false });
  assert.equal(await page.locator("#models tbody tr").count(), 4);
  assert.match(await row(page, "oak-large").innerText(), /ready/);
  assert.equal(await page.locator("#tools").isVisible(), false);
  await close();
});

test("The page searches, filters and sorts the table", async () => {
  const { page, close } = await open();
  await page.fill("[name=search]", "elm bad");
  assert.deepEqual(await page.locator("#models tbody tr:visible").evaluateAll((rows) => rows.map((one) => one.dataset.id)), ["elm-9"]);
  assert.match(await page.textContent("#summary"), /1 shown/);
  await page.fill("[name=search]", "");
  await page.check("[name=ready]");
  assert.equal(await page.locator("#models tbody tr:visible").count(), 3);
  const head = page.locator("#models thead th").first();
  await head.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  const ids = () => page.locator("#models tbody tr").evaluateAll((rows) => rows.map((one) => one.dataset.id));
  const up = await ids();
  await head.getByRole("button").click();
  assert.deepEqual(await ids(), up.reverse());
  await close();
});

test("The page opens a model's details by a click, by the keyboard and by the URL, and Escape returns to the same row", async () => {
  const { page, close } = await open();
  const story = page.locator("#story");
  await row(page, "elm-9").getByRole("button").click();
  await story.waitFor({ state: "visible", ...WAIT });
  assert.match(await story.innerText(), /ELM_KEY/);
  assert.match(await story.innerText(), /Since\s+20\d\d-\d\d-\d\dT/);
  assert.match(page.url(), /#model=elm-9$/);
  await page.keyboard.press("Escape");
  await story.waitFor({ state: "hidden", ...WAIT });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "elm-9");
  assert.doesNotMatch(page.url(), /#/);
  await row(page, "oak-large").getByRole("button").focus();
  await page.keyboard.press("Enter");
  await story.waitFor({ state: "visible", ...WAIT });
  assert.match(await story.innerText(), /Oak's best|oak-large/);
  assert.match(await story.innerText(), /Extra\s+\{"tool_search":true\}/);
  await close();
  const again = await open({}, "#model=oak-small");
  await again.page.locator("#story").waitFor({ state: "visible", ...WAIT });
  assert.match(await again.page.locator("#story-title").innerText(), /oak-small/);
  const facts = await again.page.locator("#story").innerText(); // what nobody said is neither yes nor no
  for (const one of [/Calls tools\s+yes/, /Temperature\s+no/, /Reasons\s+unknown/, /Reads\s+text, image/, /Gives\s+unknown/,
    /Reasoning off\s+unknown/, /Tags\s+eu, cheap/]) assert.match(facts, one);
  await again.close();
});

test("The page marks a price that does not hold for long prompts or from a day on, and a model's details tell the others", async () => {
  const { page, close } = await open({}, "#model=oak-small");
  const marked = (id) => row(page, id).locator(".price-input").evaluate((cell) => [cell.textContent, ...["::before", "::after"].map((part) => getComputedStyle(cell, part).content)]);
  assert.deepEqual(await marked("oak-small"), ["1", '"up to 100K tokens"', '"before 2999-12-01"']);
  assert.deepEqual(await marked("oak-large"), ["5", "none", "none"]);
  await page.locator("#story").waitFor({ state: "visible", ...WAIT });
  const story = await page.locator("#story").innerText();
  for (const fact of [/Price per million tokens\s+\$1 in, \$5 out/, /for prompts above 100000 tokens\s+\$2 in, \$5 out/, /from 2999-12-01\s+\$1 in, \$6 out/]) assert.match(story, fact);
  await close();
});

test("The page shows the request that a host would send as a curl command, which can be copied and works", async () => {
  const { page, amiss, close } = await open({ permissions: ["clipboard-read", "clipboard-write"] }, "#model=oak-large");
  const command = page.locator("#story pre");
  await command.waitFor({ state: "visible", ...WAIT });
  const text = await command.innerText();
  assert.match(text, /^curl '/);
  assert.ok(text.includes(oak.urls.oak) && text.includes("$OAK_KEY") && !text.includes("oak-key"), text);
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor(WAIT);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.trim(), text.trim());
  const said = execFileSync("sh", ["-c", copied], { env: { PATH: process.env.PATH, OAK_KEY: "oak-key" }, stdio: ["ignore", "pipe", "ignore"] });
  assert.equal(JSON.parse(said).model, "oak-large");
  assert.deepEqual(amiss, []);
  await close();
});

test("The page can be used with the keyboard alone", async () => {
  const { page, close } = await open();
  await page.waitForFunction(() => document.querySelector("#models tbody th button"), null, WAIT);
  const reached = new Set();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.closest("tr")?.dataset.id || document.activeElement.name || document.activeElement.className));
  }
  for (const place of ["skip", "search", "ready", "oak-large", "elm-9"]) assert.ok(reached.has(place), `${place} of ${[...reached]}`);
  await close();
});

test("The page escapes a model id that is markup", async () => {
  const { page, amiss, close } = await open({}, "#model=" + encodeURIComponent("<script>alert(1)</script>"));
  await page.locator("#story").waitFor({ state: "visible", ...WAIT });
  assert.equal(await page.locator("#story-title").innerText(), "<script>alert(1)</script>");
  assert.deepEqual(amiss, []);
  await close();
});

test("The page shows where the definitions are broken and keeps the old table, and marks what changed after the repair", async () => {
  const { page, close } = await open();
  server.write("models.lua", MODELS.replace("context_window = 1 * M", "contxt_window = 1 * M"));
  await page.locator("#banner").getByText("models.lua:2").waitFor(WAIT);
  assert.equal(await page.locator("#models tbody tr").count(), 4);
  server.write("models.lua", MODELS + 'model "oak-new" { provider = "oak" }\n');
  await row(page, "oak-new").waitFor(WAIT);
  await page.waitForFunction(() => !document.querySelector("#banner").textContent.trim(), null, WAIT);
  assert.ok(await row(page, "oak-new").evaluate((one) => one.classList.contains("changed")));
  assert.match(await row(page, "oak-new").innerText(), /ready/);
  server.write("models.lua", MODELS);
  await row(page, "oak-new").waitFor({ state: "detached", ...WAIT });
  await close();
});

test("The page marks a model as stale while the provider's server is down, and as fresh when it is back", async () => {
  const ash = (port) => mocks([{ name: "ash", protocol: "openai", keys: ["ash-key"], models: ["ash-1"], port }]);
  const first = await ash(0);
  const own = await serve({ "ash.lua": `
provider "ash" { title = "Ash", protocol = "openai-chat", base_url = "${first.urls.ash}", credential = secret "ASH_KEY", list_proves = "access" }
model "ash-1" { provider = "ash" }
` }, { ASH_KEY: "ash-key" });
  const { page, close } = await open({}, "", own.url);
  const stale = (yes) => page.waitForFunction((wanted) => ("stale" in document.querySelector("#models tr[data-id=ash-1]").dataset) === wanted, yes, WAIT);
  await stale(false);
  await first.stop();
  await page.fill("[name=token]", TOKEN);
  await page.click("#refresh button");
  await stale(true);
  await row(page, "ash-1").getByRole("button").click();
  await page.locator("#story").getByText(/stale: .*(connect|refused)/i).waitFor(WAIT);
  await page.keyboard.press("Escape");
  const second = await ash(Number(new URL(first.urls.ash).port));
  await page.click("#refresh button");
  await stale(false);
  await close();
  await own.stop();
  await second.stop();
});

test("The page updates itself when an edit loses a provider and when another edit restores it", async () => {
  const { page, close } = await open();
  server.write("providers.lua", providers.replace(oak.urls.oak, "http://127.0.0.1:9"));
  await page.waitForFunction(() => document.querySelector("#models tr[data-id=oak-large]").dataset.state !== "ready" || document.querySelector("#banner").textContent.trim(), null, WAIT);
  server.write("providers.lua", providers);
  await page.waitForFunction(() => document.querySelector("#models tr[data-id=oak-large]").dataset.state === "ready" && !document.querySelector("#banner").textContent.trim(), null, WAIT);
  await close();
});

test("The page refreshes with the right token and reports a wrong one", async () => {
  const { page, close } = await open();
  await page.fill("[name=token]", "wrong");
  await page.click("#refresh button");
  await page.waitForFunction(() => /token/i.test(document.querySelector("#summary").textContent), null, WAIT);
  await page.fill("[name=token]", TOKEN);
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/refresh"), WAIT);
  await page.click("#refresh button");
  assert.equal((await answered).status(), 200);
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [390, 1280, 1920]) {
    test(`The page has no serious axe violation at ${width} pixels in ${colorScheme} mode, with and without an open dialog`, async () => {
      const { page, close } = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      await page.waitForFunction(() => document.querySelector("#models tbody th button"), null, WAIT);
      await page.evaluate(AXE);
      const serious = async () => {
        const found = await page.evaluate(() => window.axe.run());
        return found.violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => `${one.id}: ${one.nodes[0].html}`);
      };
      assert.deepEqual(await serious(), []);
      await row(page, "elm-9").getByRole("button").click();
      await page.locator("#story").waitFor({ state: "visible", ...WAIT });
      assert.deepEqual(await serious(), []);
      await close();
    });
  }
}
