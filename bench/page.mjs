// How fast the page is with 5,000 models, in Chromium: the first paint, the table, and a search, in milliseconds; the best of ten.
// Run by hand after `scripts/dependencies test` and `make`: cp bench/page.mjs spec/page/roster.mjs build/page && node build/page/page.mjs
import { chromium } from "playwright-core";
import { mocks, serve } from "./roster.mjs";

const COUNT = 5000, ROUNDS = 10;
const oak = await mocks([{ name: "oak", protocol: "openai", keys: ["oak-key"], models: ["oak-1"] }]);
const provider = `provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "${oak.urls.oak}", credential = secret "OAK_KEY", list_proves = "access" }\n`;
const models = Array.from({ length: COUNT }, (_, i) => `model "oak-${i}" { provider = "oak", api_name = "oak-1", context_window = ${8 + (i % 97)} * K, price = { input = ${i % 7}, output = ${i % 11} } }\n`);
const server = await serve({ "oak.lua": provider + models.join("") }, { OAK_KEY: "oak-key" });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const found = [];
for (let i = 0; i < ROUNDS; i++) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(server.url);
  await page.locator("#grid tbody tr.model").first().waitFor();
  found.push(await page.evaluate(async () => {
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    await painted();
    const field = document.querySelector("[name=search]"), search = [];
    for (const words of ["4", "oak-49", "oak-4999", ""]) {
      const begin = performance.now();
      field.value = words;
      field.dispatchEvent(new Event("input"));
      document.body.getBoundingClientRect();
      search.push(performance.now() - begin);
      await painted();
    }
    const [paint] = performance.getEntriesByName("first-contentful-paint"), [drawn] = performance.getEntriesByName("roster-drawn");
    return { first_paint: paint.startTime, drawn: drawn.startTime, search: Math.max(...search), nodes: document.querySelectorAll("*").length };
  }));
  await page.close();
}
const best = (key) => Math.min(...found.map((one) => one[key]));
console.log(Object.keys(found[0]).map((key) => `${key} ${Math.round(best(key))}`).join(", "));
await browser.close();
await server.stop();
await oak.stop();
