// Makes the pictures of the page in docs/: a real server with mock providers (pictures/scenario.json, definitions.lua.in), and fixed times and
// latencies (times.json), so that two runs give the same picture. Called by scripts/pictures with the folders of both.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { mocks, serve } from "./roster.mjs";

const [from, to] = process.argv.slice(2);
const read = (name) => readFileSync(join(from, name), "utf8");
const times = JSON.parse(read("times.json")), { servers } = JSON.parse(read("scenario.json"));
const KEYS = { ANTHROPIC_API_KEY: "an-anthropic-key", OPENAI_API_KEY: "an-openai-key", GEMINI_API_KEY: "a-gemini-key", MISTRAL_API_KEY: "a-mistral-key-of-last-year",
  GROQ_API_KEY: "a-groq-key", DEEPSEEK_API_KEY: "a-deepseek-key" };

const sinceOf = (provider) => times.since[provider] ?? times.since[""];

const EDITS = {
  "/page.json": (body) => {
    const data = JSON.parse(body);
    for (const row of data.models) if (row[10] !== null) row[10] = times.latency_ms[data.providers[row[1]].id] ?? null;
    return JSON.stringify(data);
  },
  "/api/status": (body) => JSON.stringify({ ...JSON.parse(body), now: times.now, refreshed_at: times.refreshed_at, next_at: times.next_at }),
  "/api/changes": () => JSON.stringify({ changes: times.changes.map((one) => ({ reason_code: null, reason: null, hint: null, ...one })) }),
  "/api/history": (body, providerOf) => {
    const { providers, models } = JSON.parse(body);
    for (const one of providers) one.points = [0.9, 1.2, 1].map((part) => ({ at: times.refreshed_at, latency_ms: Math.round((times.latency_ms[one.id] ?? 0) * part) || null, ready: 0, defined: 0 }));
    for (const one of models) one.since = sinceOf(providerOf.get(one.id));
    return JSON.stringify({ providers, models });
  },
};

const mockServers = await mocks(servers), definitions = read("definitions.lua.in").replace(/%(\w+)%/g, (_, name) => mockServers.urls[name]);
const server = await serve({ "definitions.lua": definitions }, KEYS);
const document = await (await fetch(new URL("/api/models", server.url))).json();
const providerOf = new Map([...document.models, ...document.unavailable].map((one) => [one.id, one.provider_id]));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--force-color-profile=srgb", "--font-render-hinting=none"] });
for (const colorScheme of ["light", "dark"]) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2, timezoneId: "UTC", locale: "en-GB", reducedMotion: "reduce", bypassCSP: true });
  await page.clock.setFixedTime(new Date(times.now));
  await page.route("**", async (route) => {
    const path = new URL(route.request().url()).pathname, edit = EDITS[path];
    if (!edit) return route.continue();
    const response = await route.fetch();
    await route.fulfill({ response, body: edit(await response.text(), providerOf) });
  });
  await page.goto(server.url);
  await page.addStyleTag({ content: ':root { font-family: "Inter", sans-serif !important; }' });
  await page.locator("#recent").getByText("Groq: 2 models").waitFor();
  await page.evaluate(() => globalThis.document.fonts.ready);
  await page.screenshot({ path: join(to, `page-${colorScheme}.png`) });
  await page.close();
}
await browser.close();
await server.stop();
await mockServers.stop();
