// The page in Chromium: what a user sees, clicks and types.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { mocks, PATIENCE_MS, relay, serve, stopAll, TOKEN } from "./roster.mjs";

const AXE = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const WAIT = { timeout: PATIENCE_MS };
const TIME = "(<?\\d+ ms|[\\d.]+ s)"; // how long an answer took; on a busy machine it may be seconds

let browser, oak, server, providers;

const MODELS = `
model "oak-large" { provider = "oak", description = "Oak's best", context_window = 1 * M, price = { input = 5, output = 25 }, extra = { tool_search = true } }
model "oak-small" { provider = "oak", context_window = 200 * K, price = { input = 1, output = 5, above = { [100 * K] = { input = 2 } },
  from = { ["2999-12-01"] = { output = 6 } } }, tool_call = true, temperature = false, tags = { "eu", "cheap" }, aliases = { "oak-mini" },
  input_modalities = { "text", "image" } }
model "<script>alert(1)</script>" { provider = "oak", api_name = "oak-small" }
model "elm-9" { provider = "elm", context_window = 128 * K }
model "fir-1" { provider = "fir" }
default { wanted = "elm-9" }
role "small" { prefer = { "oak" }, max_price = 2 }
`;

before(async () => {
  oak = await mocks([
    { name: "oak", protocol: "openai", keys: ["oak-key"], models: ["oak-large", "oak-small", "oak-new"] },
    { name: "elm", protocol: "openai", keys: ["another"], models: ["elm-9"] },
  ]);
  providers = `
provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "${oak.urls.oak}", credential = secret "OAK_KEY", list_proves = "access" }
provider "elm" { title = "Elm", protocol = "openai-chat", base_url = "${oak.urls.elm}", credential = secret "ELM_KEY", list_proves = "access" }
provider "fir" { title = "Fir", protocol = "openai-chat", base_url = "${oak.urls.elm}", credential = secret "FIR_KEY", list_proves = "access" }
`;
  server = await serve({ "providers.lua": providers, "models.lua": MODELS }, { OAK_KEY: "oak-key", ELM_KEY: "elm-key-of-last-year" });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"], timeout: PATIENCE_MS });
});

after(async () => {
  await browser?.close();
  await stopAll();
});

const drawn = (page) => page.waitForFunction(() => performance.getEntriesByName("roster-drawn").length, null, WAIT);

/** A new page, with its errors and its requests to other origins, as soon as its script has drawn it. */
async function open(options = {}, path = "", url = server.url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage(), amiss = [], outside = [];
  page.on("console", (message) => message.type() === "error" && amiss.push(message.text()));
  page.on("pageerror", (error) => amiss.push(String(error)));
  page.on("dialog", (dialog) => amiss.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => !request.url().startsWith(url) && !request.url().startsWith("data:") && outside.push(request.url()));
  await page.goto(url + path);
  if (options.javaScriptEnabled !== false) await drawn(page);
  return { page, amiss, outside, close: () => context.close() };
}

const row = (page, id) => page.locator(`#models tbody tr[data-id="${id}"]`);
const shownIds = (page) => page.locator("#grid tbody tr.model").evaluateAll((rows) => rows.map((one) => one.dataset.id));
const address = (page) => page.evaluate(() => location.href);
const text = (page, query) => page.locator(query).innerText();
const hasText = (page, query, wanted) => page.locator(query).getByText(wanted).first().waitFor({ state: "visible", ...WAIT });
/** Clicks a button that copies and says for two seconds that it has, and returns what was copied: the button is watched from before the click on. */
const copiedBy = async (page, button) => {
  const one = await button.elementHandle();
  await one.evaluate((node) => void (window.copied = new Promise((resolve) => new MutationObserver(() => node.getAttribute("aria-label") === "Copied" && resolve()).observe(node, { attributes: true }))));
  await one.click();
  await one.evaluate(() => window.copied);
  return page.evaluate(() => navigator.clipboard.readText());
};
const openStory = async (page, id) => {
  await row(page, id).getByRole("button", { name: id, exact: true }).click();
  await page.locator("#story dl").first().waitFor({ state: "visible", ...WAIT });
};

test("The page says what can be used, what is wrong and since when, which provider it is, and when it was asked, without errors or requests to other origins", async () => {
  const { page, amiss, outside, close } = await open();
  assert.match(await text(page, "#usable"), /3\s+models ready of 4/);
  assert.match(await text(page, "#usable"), /Default\s+oak-large\s+Oak · 1M · \$5 \/ \$25/);
  await hasText(page, "#attention", /^1 model, since \d\d:\d\d$/);
  const wrong = await text(page, "#attention");
  for (const part of [/Elm: key refused/, /Elm rejected the key in ELM_KEY/, /set a valid ELM_KEY/, /The default should be elm-9\s+It cannot be used \(key refused\); oak-large is the default instead/]) assert.match(wrong, part);
  assert.equal(await page.locator("#chips .chip").first().getAttribute("data-id"), "elm");
  assert.match(await text(page, "#chips .chip[data-id=elm]"), /Elm\s+key refused\s+Elm rejected the key/);
  assert.match(await text(page, "#chips .chip[data-id=oak]"), new RegExp(`Oak\\s+3 ready\\s+${TIME}`));
  assert.match(await text(page, "#usable"), /small\s+oak-small/);
  await hasText(page, "header", /^Checked \d\d:\d\d, next check (in \d+ (s|min)|due)$/);
  await page.waitForLoadState("load");
  assert.deepEqual([amiss, outside], [[], []]);
  await close();
});

test("The page ends with what retires, with its list and its calendar", async () => {
  const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  const other = await serve({ "all.lua": `${providers} model "oak-large" { provider = "oak", retires = "${soon}" } model "oak-small" { provider = "oak" }` }, { OAK_KEY: "oak-key" });
  const { page, close } = await open({}, "", other.url);
  await hasText(page, "#facts", "1 model retires within 90 days");
  assert.deepEqual(await page.locator("#facts a").evaluateAll((links) => links.map((one) => one.getAttribute("href"))),
    ["/api/retirements", "/api/retirements.ics", "/api/openapi.json", "/metrics"]);
  await close();
  await other.stop();
});

test("The page folds providers without a key away, and their models in the table", async () => {
  const { page, close } = await open();
  assert.equal(await text(page, "#unset summary"), "1 provider not set up");
  assert.equal(await page.locator("#unset .chip").isVisible(), false);
  await page.locator("#unset summary").click();
  assert.match(await text(page, "#unset .chip"), /Fir\s+FIR_KEY/);
  assert.deepEqual(await shownIds(page), ["oak-large", "oak-small", "<script>alert(1)</script>", "elm-9"]);
  await page.getByRole("button", { name: "No key is set" }).click();
  await row(page, "fir-1").waitFor(WAIT);
  await close();
});

test("The page groups unusable models by their reason, as the command does, with what to do", async () => {
  const { page, close } = await open();
  // In one step: a row that was replaced meanwhile has no blanks between its parts.
  const groups = await page.evaluate(() => [...document.querySelectorAll("#grid tr.group")].map((one) => one.innerText.replace(/\s+/g, " ").trim()));
  assert.equal(groups.length, 2);
  assert.match(groups[0], /^Elm: key refused 1 model(, since \d\d:\d\d)? Elm rejected the key in ELM_KEY \(401: .*\) ?set a valid ELM_KEY$/);
  assert.match(groups[1], /^No key is set 1 model 1 model of 1 provider/);
  await close();
});

test("The page is painted before its script is there, and shows its models once it is", async () => {
  const context = await browser.newContext(), page = await context.newPage();
  context.setDefaultTimeout(PATIENCE_MS);
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route("**/page.js", (route) => held.then(() => route.continue()));
  await page.goto(server.url, { waitUntil: "commit" });
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length, null, WAIT);
  assert.equal(await page.locator("h1").innerText(), "roster");
  assert.equal(await page.locator("header").evaluate((one) => getComputedStyle(one).display), "flex");
  assert.equal(await page.locator("#grid tr.model").count(), 0);
  go();
  await row(page, "oak-large").waitFor(WAIT);
  await context.close();
});

test("The page waits for a server that does not answer yet, says so, and shows its models once it does", async () => {
  const context = await browser.newContext(), page = await context.newPage();
  context.setDefaultTimeout(PATIENCE_MS);
  await page.route("**/page.json", (route) => route.abort(), { times: 2 }); // what the page's head requests, and what its script does
  await page.goto(server.url);
  await page.getByText("The server does not answer; trying again.").waitFor(WAIT);
  await row(page, "oak-large").waitFor(WAIT);
  await page.waitForFunction(() => /^Checked/.test(document.querySelector("#when").textContent), null, WAIT);
  await context.close();
});

test("The page shows its models in a tab that nobody sees, where nothing is painted", async () => {
  const context = await browser.newContext(), page = await context.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(document, "hidden", { value: true });
    globalThis.requestAnimationFrame = () => 0;
  });
  await page.goto(server.url);
  await row(page, "oak-large").waitFor({ state: "attached", ...WAIT });
  await page.waitForFunction(() => /^Checked/.test(document.querySelector("#when").textContent), null, WAIT);
  await context.close();
});

test("The page shows the table without JavaScript", async () => {
  const { page, close } = await open({ javaScriptEnabled: false });
  assert.equal(await page.locator("#models noscript tbody tr").count(), 5);
  assert.match(await row(page, "oak-large").innerText(), /ready/);
  assert.equal(await page.locator("#tools").isVisible(), false);
  await close();
});

test("The page writes numbers for people, and the marks of what a model can do have a text", async () => {
  const { page, close } = await open();
  const cells = await row(page, "oak-small").locator("td").evaluateAll((all) => all.map((one) => one.textContent));
  assert.deepEqual(cells.slice(3, 6), ["200K", "$1* other prices for long prompts or from a day on", "$5"]);
  assert.equal(cells[6], "Tools, Vision: yes. Audio: no. Reasoning, JSON schema: unknown");
  assert.equal(await row(page, "oak-small").locator(".mark.yes svg").count(), 2);
  await close();
});

test("The page searches names, aliases, tags and reasons, and an empty result offers to clear the search and the filters", async () => {
  const { page, close } = await open();
  for (const [words, ids] of [["elm refused", ["elm-9"]], ["oak-mini", ["oak-small"]], ["cheap eu", ["oak-small"]]]) {
    await page.fill("[name=search]", words);
    assert.deepEqual(await shownIds(page), ids, words);
  }
  assert.equal(await text(page, "#shown"), "1 of 5 models");
  assert.match(await address(page), /#q=cheap%20eu$/);
  await page.selectOption("[name=provider]", "elm");
  assert.match(await text(page, "#empty"), /None of 5 models matches “cheap eu” with these filters/);
  assert.equal(await page.locator("#grid").isVisible(), false);
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  assert.equal((await shownIds(page)).length, 4);
  assert.equal(await page.inputValue("[name=search]"), "");
  await close();
});

test("The page filters by provider, state, capability and price, together, in the address and back", async () => {
  const { page, close } = await open();
  await page.selectOption("[name=state]", "usable");
  assert.deepEqual(await shownIds(page), ["oak-large", "oak-small", "<script>alert(1)</script>"]);
  await page.selectOption("[name=price]", "3");
  assert.deepEqual(await shownIds(page), ["oak-small"]);
  await page.selectOption("[name=price]", "");
  await page.getByRole("button", { name: "Vision" }).click();
  assert.deepEqual(await shownIds(page), ["oak-small"]);
  assert.equal(await page.getByRole("button", { name: "Vision" }).getAttribute("aria-pressed"), "true");
  assert.match(await address(page), /#state=usable&can=vision$/);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("#grid tr.model").length === 3, null, WAIT);
  assert.equal(await page.getByRole("button", { name: "Vision" }).getAttribute("aria-pressed"), "false");
  const again = await open({}, "#state=bad_credential&provider=elm");
  assert.deepEqual(await shownIds(again.page), ["elm-9"]);
  assert.equal(await again.page.inputValue("[name=provider]"), "elm");
  await again.close();
  await close();
});

test("The page sorts by a column, shows by which, and returns to the picker's order", async () => {
  const { page, close } = await open();
  const head = page.locator("#grid th.input"), press = () => head.getByRole("button").click();
  const [picker] = [await shownIds(page)];
  assert.equal(await head.getAttribute("aria-sort"), "none");
  await press();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert.deepEqual((await shownIds(page)).slice(0, 3), ["oak-small", "oak-large", "<script>alert(1)</script>"]);
  await press();
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.deepEqual((await shownIds(page)).slice(0, 3), ["oak-large", "oak-small", "<script>alert(1)</script>"]); // what is unknown stays last
  await press();
  assert.equal(await head.getAttribute("aria-sort"), "none");
  assert.deepEqual(await shownIds(page), picker);
  await close();
});

test("The page opens a model's whole story by a click, by the keyboard and by the address, and Escape returns to the same row", async () => {
  const { page, close } = await open();
  const story = page.locator("#story");
  await openStory(page, "elm-9");
  assert.match(await story.innerText(), /Elm rejected the key in ELM_KEY/);
  assert.match(await story.innerText(), /since \d\d:\d\d/);
  assert.match(await story.innerText(), new RegExp(`GET http\\S+/v1/models\\s+401 · bad_credential · ${TIME}`));
  assert.match(await address(page), /#model=elm-9$/);
  await page.keyboard.press("Escape");
  await story.waitFor({ state: "hidden", ...WAIT });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "elm-9");
  assert.doesNotMatch(await address(page), /#/);
  await row(page, "oak-large").getByRole("button", { name: "oak-large", exact: true }).focus();
  await page.keyboard.press("Enter");
  await story.locator("dl").first().waitFor({ state: "visible", ...WAIT });
  assert.match(await story.innerText(), /Oak's best/);
  assert.match(await story.innerText(), /Extra\s+\{"tool_search":true\}/);
  await page.goBack();
  await story.waitFor({ state: "hidden", ...WAIT });
  await close();
  const again = await open({}, "#model=oak-small");
  await again.page.locator("#story dl").first().waitFor({ state: "visible", ...WAIT });
  assert.equal(await text(again.page, "#story-title"), "oak-small");
  const facts = await again.page.locator("#story").innerText(); // what nobody said is neither yes nor no
  for (const one of [/Tools\s+yes\s+models.lua:3/, /Temperature\s+no/, /Reasoning\s+unknown/, /Reads\s+text, image/, /Gives\s+unknown/, /Reasoning can be off\s+unknown/, /Tags\s+eu, cheap/,
    /Aliases\s+oak-mini/, /Context\s+200K tokens\s+models.lua:3/, /Longest answer\s+unknown/]) assert.match(facts, one);
  await again.page.keyboard.press("Escape");
  await again.page.locator("#story").waitFor({ state: "hidden", ...WAIT });
  await again.close();
});

test("The page marks a price that does not hold for long prompts or from a day on, and the story has them all in a table", async () => {
  const { page, close } = await open({}, "#model=oak-small");
  await page.locator("#story .prices").waitFor({ state: "visible", ...WAIT });
  assert.equal(await row(page, "oak-small").locator("sup").count(), 1);
  assert.equal(await row(page, "oak-large").locator("sup").count(), 0);
  const cells = await page.locator("#story .prices tr").evaluateAll((rows) => rows.map((one) => [...one.cells].map((cell) => cell.textContent)));
  assert.deepEqual(cells, [["", "Now", "above 100K", "From 2999-12-01", "From 2999-12-01, above 100K"], ["Input", "$1", "$2", "$1", "$2"], ["Output", "$5", "$5", "$6", "$6"]]);
  await close();
});

test("The page opens a provider with its address, its key's name, its latency in numbers and what to do", async () => {
  const { page, close } = await open();
  await page.locator("#chips .chip[data-id=elm]").click();
  await hasText(page, "#story", "median");
  const facts = await text(page, "#story");
  for (const one of [/Elm rejected the key/, /set a valid ELM_KEY/, /Models\s+0 of 1 ready/, /Key\s+\$ELM_KEY \(set\)/, new RegExp(`Latency\\s+last\\s+${TIME}\\s+median\\s+${TIME}\\s+most\\s+${TIME}`)]) assert.match(facts, one);
  await page.getByRole("button", { name: "Show its 1 model" }).click();
  await page.locator("#story").waitFor({ state: "hidden", ...WAIT });
  assert.deepEqual(await shownIds(page), ["elm-9"]);
  await close();
});

test("The page compares two or three models side by side and marks what differs", async () => {
  const { page, close } = await open();
  for (const id of ["oak-large", "oak-small"]) await page.getByRole("checkbox", { name: `Compare ${id}`, exact: true }).check();
  await page.getByRole("button", { name: "Compare 2" }).click();
  await page.locator(".comparison").waitFor({ state: "visible", ...WAIT });
  const lines = await page.locator(".comparison tr").evaluateAll((rows) => rows.map((one) => [one.className, ...[...one.cells].map((cell) => cell.textContent)]));
  assert.deepEqual(lines[0], ["", "", "oak-large", "oak-small"]);
  for (const line of [["differs", "Context", "1M", "200K"], ["differs", "Input", "$5", "$1"], ["", "Provider", "Oak", "Oak"]]) assert.deepEqual(lines.find((one) => one[1] === line[1]), line);
  assert.match(await address(page), /#compare=oak-large,oak-small&view=compare$/);
  await page.keyboard.press("Escape");
  await page.locator("#comparison").waitFor({ state: "hidden", ...WAIT });
  await page.getByRole("checkbox", { name: "Compare elm-9" }).check();
  assert.ok(await page.getByRole("checkbox", { name: "Compare <script>" }).isDisabled()); // three at most
  const shared = await open({}, "#compare=oak-large,elm-9&view=compare");
  await shared.page.locator(".comparison").waitFor({ state: "visible", ...WAIT });
  await shared.close();
  await close();
});

test("The page copies a model's id", async () => {
  const { page, close } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  assert.equal(await copiedBy(page, row(page, "oak-small").getByRole("button", { name: "Copy the id of oak-small" })), "oak-small");
  await close();
});

const RUNS = {
  curl: (file) => ["sh", [file]],
  Python: (file) => ["python3", [file]],
  TypeScript: (file) => ["node", ["--input-type=module", "--eval", readFileSync(file, "utf8").replace(/\]!/g, "]")]],
  Lua: (file) => ["lua5.4", [file]],
};

for (const [language, command] of Object.entries(RUNS)) {
  test(`The page's request in ${language} can be copied, names the key's variable, holds no key, and is answered`, async () => {
    const { page, amiss, close } = await open({ permissions: ["clipboard-read", "clipboard-write"] }, "#model=oak-large");
    await page.getByRole("tab", { name: language }).click();
    const copied = await copiedBy(page, page.getByRole("button", { name: `Copy the request in ${language}` })), file = join(tmpdir(), `roster-page-${process.pid}-${language}`);
    assert.ok(copied.includes(oak.urls.oak) && copied.includes("OAK_KEY") && !copied.includes("oak-key"), copied);
    writeFileSync(file, copied);
    const said = execFileSync(...command(file), { env: { PATH: process.env.PATH, OAK_KEY: "oak-key" }, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
    rmSync(file);
    assert.equal(JSON.parse(said).model, "oak-large");
    assert.deepEqual(amiss, []);
    await close();
  });
}

test("The page can be used with the keyboard alone: / searches, arrows move between models, Space selects, Enter opens", async () => {
  const { page, close } = await open();
  const reached = new Set(), focused = () => page.evaluate(() => document.activeElement.closest("#grid tbody tr")?.dataset.id || document.activeElement.name || document.activeElement.dataset.id || document.activeElement.className || document.activeElement.textContent);
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press("Tab");
    reached.add(await focused());
  }
  for (const place of ["skip", "search", "provider", "state", "price", "elm", "oak", "oak-large"]) assert.ok(reached.has(place), `${place} of ${[...reached]}`);
  await page.locator("h1").click();
  await page.keyboard.press("/");
  assert.equal(await focused(), "search");
  await page.keyboard.type("oak");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "oak-large");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "oak-small");
  await page.keyboard.press("Space");
  assert.ok(await page.getByRole("checkbox", { name: "Compare oak-small" }).isChecked());
  await page.keyboard.press("End");
  assert.equal(await focused(), "<script>alert(1)</script>");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.locator("#story dl").first().waitFor({ state: "visible", ...WAIT });
  assert.equal(await text(page, "#story-title"), "oak-large");
  await page.keyboard.press("Escape");
  await page.locator("#story").waitFor({ state: "hidden", ...WAIT });
  assert.equal(await focused(), "oak-large");
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("[name=search]"), "");
  await close();
});

test("The page shows markup in an id as text, in the table, the story and the comparison", async () => {
  const id = "<script>alert(1)</script>", { page, amiss, close } = await open({}, "#model=" + encodeURIComponent(id));
  await page.locator("#story dl").first().waitFor({ state: "visible", ...WAIT });
  assert.equal(await text(page, "#story-title"), id);
  await page.keyboard.press("Escape");
  for (const one of [id, "oak-large"]) await page.getByRole("checkbox", { name: `Compare ${one}`, exact: true }).check();
  await page.getByRole("button", { name: "Compare 2" }).click();
  await page.locator(".comparison").getByText(id).waitFor(WAIT);
  assert.deepEqual(amiss, []);
  await close();
});

test("The page shows where the definitions have errors and keeps the last good result, and marks what changed after the repair", async () => {
  const { page, close } = await open();
  server.write("models.lua", MODELS.replace("context_window = 1 * M", "contxt_window = 1 * M"));
  await hasText(page, "#banner", /models.lua:2/);
  assert.match(await text(page, "#banner"), /^The definitions on disk have errors; showing the last good result\./);
  assert.match(await page.locator("#banner pre").innerText(), /^model "oak-large" \{.* contxt_window = 1 \* M/);
  assert.match(await page.locator("#banner .hint").innerText(), /^Write: .*\bcontext_window = 1 \* M/);
  assert.equal((await shownIds(page)).length, 4);
  const other = await open();
  assert.equal(await other.page.locator("#banner").innerText(), await page.locator("#banner").innerText());
  await other.close();
  await page.evaluate(() => { // a mark fades: each is noted as it appears
    window.marked = new Set();
    new MutationObserver(() => document.querySelectorAll("#grid tr.changed").forEach((one) => window.marked.add(one.dataset.id))).observe(document.querySelector("#grid"), { childList: true, subtree: true });
  });
  server.write("models.lua", MODELS + 'model "oak-new" { provider = "oak" }\n');
  await page.locator('#models tbody tr[data-id="oak-new"][data-state="ready"]').waitFor(WAIT);
  await page.waitForFunction(() => !document.querySelector("#banner").textContent.trim(), null, WAIT);
  assert.deepEqual(await page.evaluate(() => [...window.marked]), ["oak-new"]);
  server.write("models.lua", MODELS);
  await row(page, "oak-new").waitFor({ state: "detached", ...WAIT });
  await close();
});

test("The page marks a model as stale while the provider's server is down, and as fresh when it is back", async () => {
  const ash = await mocks([{ name: "ash", protocol: "openai", keys: ["ash-key"], models: ["ash-1"] }]), way = await relay(ash.urls.ash);
  const own = await serve({ "ash.lua": `
provider "ash" { title = "Ash", protocol = "openai-chat", base_url = "${way.url}", credential = secret "ASH_KEY", list_proves = "access" }
model "ash-1" { provider = "ash" }
` }, { ASH_KEY: "ash-key" });
  const { page, close } = await open({}, "", own.url);
  const stale = (yes) => page.waitForFunction((wanted) => ("stale" in document.querySelector("#models tr[data-id=ash-1]").dataset) === wanted, yes, WAIT);
  await stale(false);
  way.close();
  await page.fill("[name=token]", TOKEN);
  await page.click("#refresh button");
  await stale(true);
  assert.match(await text(page, "#attention"), /1 model of Ash: last known result/);
  await row(page, "ash-1").getByRole("button", { name: "ash-1", exact: true }).click();
  await hasText(page, "#story", /Stale: .*Ash/);
  await page.keyboard.press("Escape");
  way.open();
  await page.click("#refresh button");
  await stale(false);
  await close();
  await own.stop();
  await way.stop();
  await ash.stop();
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
  await page.waitForFunction(() => /token/i.test(document.querySelector("#asked").textContent), null, WAIT);
  await page.fill("[name=token]", TOKEN);
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/refresh"), WAIT);
  await page.click("#refresh button");
  assert.equal((await answered).status(), 200);
  await close();
});

test("The page keeps the message of a refused refresh when a new answer comes, and the focus on what had it", async () => {
  const { page, close } = await open();
  await page.fill("[name=token]", "wrong");
  await page.click("#refresh button");
  await hasText(page, "#event", "The server does not accept this token.");
  assert.equal(await page.evaluate(() => document.activeElement.name), "token");
  for (const focused of ["#usable button.link", "#attention button.link", "#chips .chip", "#grid button.name"]) {
    await page.locator(focused).first().focus();
    const [name] = await page.evaluate(() => [document.activeElement.textContent, (window.before = document.querySelector("#usable h2"))]);
    assert.equal((await server.refresh()).status, 200);
    await page.waitForFunction(() => !window.before.isConnected, null, WAIT);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), name, focused);
  }
  assert.equal(await text(page, "#event"), "The server does not accept this token.");
  await close();
});

test("The page does not ask for a token again that the server took", async () => {
  const { page, close } = await open();
  await page.fill("[name=token]", TOKEN);
  await page.click("#refresh button");
  await page.waitForFunction(() => sessionStorage.getItem("token"), null, WAIT);
  await page.reload();
  await page.locator("#refresh button").waitFor({ state: "visible", ...WAIT });
  assert.equal(await page.locator("[name=token]").isVisible(), false);
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/refresh"), WAIT);
  await page.click("#refresh button");
  assert.equal((await answered).status(), 200);
  await close();
});

test("Before the first answer the page reports no problem, and the result replaces that when it comes", async () => {
  const way = await relay(oak.urls.oak);
  way.hold();
  const own = await serve({ "providers.lua": providers.replace(oak.urls.oak, way.url), "models.lua": MODELS }, { OAK_KEY: "oak-key" }, [], false);
  const { page, close } = await open({}, "", own.url);
  assert.match(await text(page, "#usable"), /^Not checked yet\s+No provider has answered yet/);
  assert.match(await text(page, "#attention"), /^No result yet\s+3 models not checked yet\.$/);
  way.open();
  await hasText(page, "#usable", "oak-large");
  assert.match(await text(page, "#usable"), /3\s+models ready/);
  await close();
  await own.stop();
  await way.stop();
});

test("The page shows a filter of the address that its lists do not offer", async () => {
  const { page, close } = await open({}, "#state=ready&provider=oak");
  assert.equal(await page.locator("[name=state] option:checked").innerText(), "ready");
  assert.equal((await shownIds(page)).length, 3);
  await close();
});

test("The page offers no refresh where the server has no token", async () => {
  const own = await serve({ "providers.lua": providers, "models.lua": MODELS }, { OAK_KEY: "oak-key", ROSTER_TOKEN: "" });
  const { page, close } = await open({}, "", own.url);
  await hasText(page, "header", /^Checked/);
  assert.equal(await page.locator("#refresh").isVisible(), false);
  await close();
  await own.stop();
});

test("The page lists the latest changes, the newest first, and a change of one model opens it", async () => {
  const own = await serve({ "providers.lua": providers, "models.lua": MODELS }, { OAK_KEY: "oak-key" });
  const { page, close } = await open({}, "", own.url);
  await hasText(page, "#recent", "Nothing has changed since the server was started.");
  own.write("models.lua", MODELS + 'model "oak-new" { provider = "oak" }\n');
  await hasText(page, "#recent", "oak-new is new: ready");
  own.write("models.lua", MODELS);
  await hasText(page, "#recent", "oak-new is gone");
  const lines = await page.locator("#recent li span").allInnerTexts();
  assert.ok(lines.indexOf("oak-new is gone") < lines.indexOf("oak-new is new: ready"), lines.join("; "));
  await page.locator("#recent").getByRole("button", { name: "oak-new is new: ready" }).click();
  await page.locator("#story").waitFor({ state: "visible", ...WAIT });
  assert.equal(await text(page, "#story-title"), "oak-new");
  await page.keyboard.press("Escape");
  own.write("models.lua", "model {");
  await hasText(page, "#recent", "The definitions have errors");
  await close();
  await own.stop();
});

test("Without a key, the page says which variable to set, and that roster demo needs none", async () => {
  const own = await serve({ "a.lua": `${providers}${MODELS}` }, {});
  const { page, close } = await open({}, "", own.url);
  const said = await text(page, "#usable");
  for (const part of [/No model can be used/, /export OAK_KEY=…/, /roster demo/]) assert.match(said, part);
  assert.match(await text(page, "#attention"), /^Nothing to check yet/);
  assert.deepEqual(await page.locator("#unset .chip code").allInnerTexts(), ["OAK_KEY", "ELM_KEY", "FIR_KEY"]);
  await close();
  await own.stop();
});

test("The page says that the server does not answer, and keeps what it showed", async () => {
  const own = await serve({ "providers.lua": providers, "models.lua": MODELS }, { OAK_KEY: "oak-key" });
  const { page, close } = await open({}, "", own.url);
  await hasText(page, "header", /^Checked/);
  await own.stop();
  await hasText(page, "header", "The server does not answer; trying again.");
  assert.equal((await shownIds(page)).length, 3);
  await close();
});

test("With 5,000 models the page keeps fewer than 1,000 nodes, wherever it is scrolled, has fewer than 120 bytes for each, and finds every model", async () => {
  const many = Array.from({ length: 5000 }, (_, i) => `model "pine-${i}" { provider = "oak", api_name = "oak-small", context_window = ${8 + (i % 97)} * K }\n`).join("");
  const own = await serve({ "providers.lua": providers, "models.lua": many }, { OAK_KEY: "oak-key" });
  const { page, amiss, close } = await open({}, "", own.url);
  const nodes = () => page.evaluate(() => document.querySelectorAll("*").length);
  await row(page, "pine-0").waitFor(WAIT);
  const bytes = await page.evaluate(() => performance.getEntriesByType("navigation")[0].decodedBodySize);
  assert.ok(bytes < 600_000, `${bytes} bytes`);
  assert.ok((await nodes()) < 1000, `${await nodes()} nodes`);
  assert.equal(await page.locator("#grid").getAttribute("aria-rowcount"), "5001");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await row(page, "pine-4999").waitFor(WAIT);
  assert.equal(await row(page, "pine-0").count(), 0);
  assert.equal(await row(page, "pine-4999").getAttribute("aria-rowindex"), "5001");
  assert.ok((await nodes()) < 1000, `${await nodes()} nodes`);
  await page.fill("[name=search]", "pine-4321");
  assert.deepEqual(await shownIds(page), ["pine-4321"]);
  await page.fill("[name=search]", "");
  await page.locator("#grid tbody button.name").first().focus();
  await page.keyboard.press("End");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "pine-4999");
  assert.deepEqual(amiss, []);
  await close();
  await own.stop();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [390, 1280, 1920]) {
    test(`The page has no axe violation and is not wider than ${width} pixels in ${colorScheme} mode, with and without an open dialog`, async () => {
      const { page, close } = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true, reducedMotion: "reduce" });
      await hasText(page, "#attention", /since \d\d:\d\d$/);
      await page.evaluate(AXE);
      const check = async (when) => {
        const found = await page.evaluate(() => window.axe.run());
        assert.deepEqual(found.violations.map((one) => `${when}: ${one.id}: ${one.nodes[0].html}`), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${when}: wider than ${width}`);
      };
      await check("the table");
      const [cell, grid] = await Promise.all([row(page, "oak-large").locator("th"), page.locator("#grid")].map((one) => one.boundingBox()));
      assert.ok(cell.width > grid.width / 5, `the ids have ${cell.width} of ${grid.width} pixels`);
      await openStory(page, "elm-9");
      await check("a story");
      await page.keyboard.press("Escape");
      await page.locator("#chips .chip[data-id=oak]").click();
      await check("a provider");
      await page.keyboard.press("Escape");
      for (const id of ["oak-large", "oak-small"]) await page.getByRole("checkbox", { name: `Compare ${id}`, exact: true }).check();
      await page.getByRole("button", { name: "Compare 2" }).click();
      await page.locator(".comparison").waitFor(WAIT);
      await check("a comparison");
      await page.keyboard.press("Escape");
      await page.fill("[name=search]", "nothing of that name");
      await check("an empty result");
      await close();
    });
  }
}
