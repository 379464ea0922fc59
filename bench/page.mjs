// How fast the page is with 5,000 models, in Chromium: first paint, the first rows, and a search, in milliseconds. What Chromium needs for any
// page is measured in the same run, in turn: /livez of the same server, and the page with 5 models. Processor time is that of the page's main
// thread, which a busy machine changes least.
// Run by hand after `scripts/dependencies test` and `make`: cp bench/page.mjs spec/page/roster.mjs build/page && node build/page/page.mjs [ROUNDS]
import { chromium } from "playwright-core";
import { mocks, serve, stopAll } from "./roster.mjs";

const ROUNDS = Number(process.argv[2] ?? 10), SEARCHES = ["4", "oak-49", "oak-4999", ""];
const oak = await mocks([{ name: "oak", protocol: "openai", keys: ["oak-key"], models: ["oak-1"] }]);
const provider = `provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "${oak.urls.oak}", credential = secret "OAK_KEY", list_proves = "access" }\n`;
const model = (_, i) => `model "oak-${i}" { provider = "oak", api_name = "oak-1", context_window = ${8 + (i % 97)} * K, price = { input = ${i % 7}, output = ${i % 11} } }\n`;
const serveModels = (length) => serve({ "oak.lua": provider + Array.from({ length }, model).join("") }, { OAK_KEY: "oak-key" });
const few = await serveModels(5), many = await serveModels(5000);
const pages = { empty: few.url + "/livez", few: few.url, many: many.url }, found = { empty: [], few: [], many: [] };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

async function searchMs(words) {
  await new Promise((later) => setTimeout(later, 300)); // nobody types sooner
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const field = document.querySelector("[name=search]"), times = [];
  for (const one of words) {
    await painted();
    const begin = performance.now();
    field.value = one;
    field.dispatchEvent(new Event("input"));
    document.body.getBoundingClientRect();
    times.push(performance.now() - begin);
  }
  return Math.max(...times);
}

async function measure(name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } }), page = await context.newPage(), cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(pages[name]);
  await new Promise((later) => setTimeout(later, 500)); // nothing is asked before: a script that waits in the page delays its first paint
  const { metrics } = await cdp.send("Performance.getMetrics"), cpu = metrics.find((one) => one.name === "TaskDuration").value * 1000;
  const times = await page.evaluate(() => ({ first_paint: performance.getEntriesByName("first-contentful-paint")[0].startTime, rows: performance.getEntriesByName("roster-drawn")[0]?.startTime ?? NaN,
    bytes: ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type)).reduce((sum, one) => sum + one.transferSize, 0), nodes: document.querySelectorAll("*").length }));
  found[name].push({ ...times, cpu, search: name === "many" ? await page.evaluate(searchMs, SEARCHES) : NaN });
  await context.close();
}

for (let i = 0; i < ROUNDS; i++) for (const name of Object.keys(pages)) await measure(name);

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const column = (name, key) => found[name].map((one) => one[key]).filter((value) => !Number.isNaN(value));
for (const [name, list] of Object.entries(found)) {
  const keys = Object.keys(list[0]).filter((key) => column(name, key).length);
  console.log(`${name}: ${keys.map((key) => `${key} ${Math.round(median(column(name, key)))} (best ${Math.round(Math.min(...column(name, key)))})`).join(", ")}`);
}
for (const [what, key, of] of [["first paint", "first_paint", (one) => one.first_paint], ["first rows after the empty page's first paint", "rows", (one) => one.first_paint], ["processor time", "cpu", (one) => one.cpu]]) {
  const pairs = found.many.map((one, i) => [one[key], of(found.empty[i])]);
  console.log(`many to empty, ${what}: ${median(pairs.map(([a, b]) => a / b)).toFixed(2)} times, ${Math.round(median(pairs.map(([a, b]) => a - b)))} ms more`);
}
await browser.close();
await stopAll();
