// The page in Chromium while answers come, dialogs open and close, and the address changes: nothing that a user chose or reads is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { mocks, PATIENCE_MS, serve, stopAll } from "./roster.mjs";

const WAIT = { timeout: PATIENCE_MS };
const MODELS = `
model "oak-large" { provider = "oak", context_window = 1048576, price = { input = 5, output = 25 }, tool_call = true }
model "oak-small" { provider = "oak", context_window = 1047576, price = { input = 1.00001, output = 5 }, tool_call = true }
model "oak,odd" { provider = "oak", api_name = "oak-small", price = { input = 1.00002, output = 5 } }
model "oak-gift" { provider = "oak", api_name = "oak-small", price = { input = 0, output = 0 } }
model "oak-talker" { provider = "oak", api_name = "oak-small", price = { input = 0, output = 3 } }
`;

let browser, oak, server;

before(async () => {
  oak = await mocks([{ name: "oak", protocol: "openai", keys: ["oak-key"], models: ["oak-large", "oak-small", "oak-new"] }]);
  const provider = `provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "${oak.urls.oak}", credential = secret "OAK_KEY", list_proves = "access" }\n`;
  server = await serve({ "providers.lua": provider, "models.lua": MODELS }, { OAK_KEY: "oak-key" });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"], timeout: PATIENCE_MS });
});

after(async () => {
  await browser?.close();
  await stopAll();
});

async function open(path = "", prepare = async () => {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await prepare(page);
  await page.goto(server.url + path);
  await page.waitForFunction(() => performance.getEntriesByName("roster-drawn").length, null, WAIT);
  return { page, close: () => context.close() };
}

const row = (page, id) => page.locator(`#models tbody tr[data-id="${id}"]`);
const shownIds = (page) => page.locator("#grid tbody tr.model").evaluateAll((rows) => rows.map((one) => one.dataset.id));
const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label") || document.activeElement.id || document.activeElement.textContent);

/** Refreshes the server, and waits until the page has drawn the new answer. */
async function refreshed(page) {
  await page.evaluate(() => void (window.before = document.querySelector("#usable h2")));
  assert.equal((await server.refresh()).status, 200);
  await page.waitForFunction(() => !window.before.isConnected, null, WAIT);
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted))));
}

test("The page asks again for an answer that it could not get, says so meanwhile, and then shows it", async () => {
  const { page, close } = await open();
  let down = true;
  await page.route("**/page.json", (route) => (down ? route.abort() : route.continue()));
  server.write("models.lua", MODELS + 'model "oak-new" { provider = "oak" }\n');
  await page.locator("#event").getByText("The server does not answer; trying again.").waitFor(WAIT);
  down = false;
  await row(page, "oak-new").waitFor(WAIT);
  await page.waitForFunction(() => !document.querySelector("#event").textContent, null, WAIT);
  server.write("models.lua", MODELS);
  await row(page, "oak-new").waitFor({ state: "detached", ...WAIT });
  await close();
});

test("A model that was chosen for comparison in the drawer stays chosen when the drawer closes", async () => {
  const { page, close } = await open();
  await row(page, "oak-small").getByRole("button", { name: "oak-small", exact: true }).click();
  await page.locator("#story").getByRole("button", { name: "Compare", exact: true }).click();
  await page.keyboard.press("Escape");
  await page.locator("#story").waitFor({ state: "hidden", ...WAIT });
  assert.equal(await hash(page), "#compare=oak-small");
  assert.ok(await page.getByRole("checkbox", { name: "Compare oak-small", exact: true }).isChecked());
  assert.equal(await page.locator("#tray .chosen").count(), 1);
  await close();
});

test("The link that skips to the models leaves the search and the filters as they are", async () => {
  const { page, close } = await open("#q=oak&price=3");
  await page.locator("a.skip").focus();
  await page.keyboard.press("Enter");
  assert.deepEqual([await hash(page), await page.evaluate(() => document.activeElement.id)], ["#q=oak&price=3", "models"]);
  assert.equal(await page.inputValue("[name=price]"), "3");
  await close();
});

test("The median of a provider's latency on the page is the one of /api/status", async () => {
  const points = [30, 10].map((latency_ms) => ({ at: "2026-01-01T00:00:00Z", latency_ms, ready: 1, defined: 1 }));
  const { page, close } = await open("", (one) => one.route("**/api/history", (route) => route.fulfill({ json: { providers: [{ id: "oak", points }], models: [] } })));
  await page.locator("#chips .chip[data-id=oak]").getByText("10 ms").waitFor(WAIT);
  await page.locator("#chips .chip[data-id=oak]").click();
  await page.locator("#story").waitFor({ state: "visible", ...WAIT });
  assert.match(await page.locator("#story").innerText(), /last\s+10 ms\s+median\s+10 ms\s+most\s+30 ms/);
  await close();
});

test("A new answer leaves the focus on the control of a filter, of the tray or of the comparison that has it", async () => {
  const { page, close } = await open("#price=10&compare=oak-large,oak-small");
  for (const [place, name] of [["#facets", "Tools"], ["#facets", "Clear"], ["#tray", "Compare 2"], ["#tray", "Do not compare oak-small"]]) {
    await page.locator(place).getByRole("button", { name, exact: true }).focus();
    await refreshed(page);
    assert.equal(await focused(page), name, place);
  }
  await page.locator("[name=state]").focus();
  await refreshed(page);
  assert.equal(await focused(page), "State");
  await page.locator("#tray").getByRole("button", { name: "Compare 2" }).click();
  await page.getByRole("region", { name: "Comparison" }).focus();
  const before = await page.locator(".comparison").elementHandle();
  assert.equal((await server.refresh()).status, 200);
  await page.waitForFunction((one) => !one.isConnected && document.querySelector(".comparison"), before, WAIT);
  assert.equal(await focused(page), "Comparison");
  await close();
});

test("The focus goes to the models when the last one is no longer chosen for comparison", async () => {
  const { page, close } = await open("#compare=oak-large,oak-small");
  await page.locator("#tray").getByRole("button", { name: "Do not compare oak-small" }).press("Enter");
  assert.equal(await focused(page), "Do not compare oak-large");
  await page.keyboard.press("Enter");
  await page.locator("#tray").waitFor({ state: "hidden", ...WAIT });
  assert.equal(await focused(page), "models");
  await close();
});

test("The comparison marks values that differ and writes them in full where they look the same when rounded", async () => {
  const { page, close } = await open("#compare=oak-small,oak-large,oak%2Codd&view=compare");
  await page.locator(".comparison").waitFor({ state: "visible", ...WAIT });
  const lines = await page.locator(".comparison tbody tr").evaluateAll((rows) => rows.map((one) => [one.className, ...[...one.cells].map((cell) => cell.textContent)]));
  const line = (name) => lines.find((one) => one[1] === name);
  assert.deepEqual(line("Context"), ["differs", "Context", "1,047,576", "1,048,576", "unknown"]);
  assert.deepEqual(line("Input"), ["differs", "Input", "$1.00001", "$5", "$1.00002"]);
  assert.deepEqual(line("Output"), ["differs", "Output", "$5", "$25", "$5"]);
  await close();
});

test("An id with a comma is compared, and the address that says so can be opened; a model is compared once and three at most", async () => {
  const { page, close } = await open("#compare=oak-large");
  await page.getByRole("checkbox", { name: "Compare oak,odd", exact: true }).check();
  const ids = (of) => of.locator("#tray .chosen").allInnerTexts();
  assert.deepEqual(await ids(page), ["oak-large", "oak,odd"]);
  await page.reload();
  await page.locator("#tray .chosen").first().waitFor(WAIT);
  assert.deepEqual(await ids(page), ["oak-large", "oak,odd"]);
  const other = await open("#compare=oak-large,oak-large,oak-small,oak-gift,oak-talker");
  assert.deepEqual(await ids(other.page), ["oak-large", "oak-small", "oak-gift"]);
  await other.close();
  await close();
});

test("The filter for free models leaves out one whose answers cost", async () => {
  const { page, close } = await open("#price=free");
  assert.deepEqual(await shownIds(page), ["oak-gift"]);
  await close();
});

test("The error of the definitions is announced once, however many answers come while it lasts", async () => {
  const { page, close } = await open();
  server.write("models.lua", MODELS + "model {");
  await page.locator("#banner [role=alert]").waitFor(WAIT);
  const banner = await page.locator("#banner [role=alert]").elementHandle();
  await page.evaluate(() => void (window.before = document.querySelector("#usable h2")));
  await server.refresh();
  await page.waitForFunction(() => !window.before.isConnected, null, WAIT);
  assert.ok(await banner.evaluate((one) => one.isConnected));
  server.write("models.lua", MODELS);
  await page.waitForFunction(() => !document.querySelector("#banner").childElementCount, null, WAIT);
  await close();
});

test("A dialog that is told twice to close closes once, and the page before it stays", async () => {
  const { page, close } = await open();
  await page.selectOption("[name=state]", "usable");
  await row(page, "oak-large").getByRole("button", { name: "oak-large", exact: true }).click();
  await page.locator("#story").waitFor({ state: "visible", ...WAIT });
  await page.locator("#story .head button").evaluate((button) => [button.click(), button.click()]);
  await page.locator("#story").waitFor({ state: "hidden", ...WAIT });
  await page.evaluate(() => new Promise((later) => setTimeout(() => requestAnimationFrame(later))));
  assert.equal(await hash(page), "#state=usable");
  await row(page, "oak-large").getByRole("button", { name: "oak-large", exact: true }).click();
  await page.locator("#story").waitFor({ state: "visible", ...WAIT });
  await page.keyboard.press("Escape");
  await page.locator("#story").waitFor({ state: "hidden", ...WAIT });
  await close();
});
