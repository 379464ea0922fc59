// The page's panel to sign in, in Chromium, with a helper that prints an address and a code and waits for the sign-in.
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { mocks, PATIENCE_MS, serve, stopAll, TOKEN, until } from "./roster.mjs";

const AXE = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const WAIT = { timeout: PATIENCE_MS };
const KEY = "sk-helper-0123456789";

let browser, folder, acme, server;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "roster-page-"));
  writeFileSync(join(folder, "helper"), `#!/bin/sh
cd ${folder}
echo "Open https://login.example.test/device?user=1, or javascript:alert(1), <b>now</b>"
echo "WDJB-MJHT"
echo "waiting ..." >&2
while [ ! -e signed-in ] && [ ! -e fails ]; do sleep 0.02; done
[ -e fails ] && { rm fails; echo "the code has expired" >&2; exit 7; }
rm signed-in
echo "${KEY}"
`);
  chmodSync(join(folder, "helper"), 0o755);
  acme = await mocks([{ name: "acme", protocol: "openai", keys: [KEY], models: ["acme-1"] }]);
  server = await serve({ "acme.lua": `
provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "${acme.urls.acme}", list_proves = "access",
  credential = secret { helper = { "${folder}/helper" }, interactive = true } }
model "acme-1" { provider = "acme" }
` }, {});
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"], timeout: PATIENCE_MS });
});

after(async () => {
  await browser?.close();
  await stopAll();
  rmSync(folder, { recursive: true });
});

/** Clicks a button that copies and says for two seconds that it has: it is watched from before the click on. */
async function copies(button) {
  const one = await button.elementHandle();
  await one.evaluate((node) => void (window.copied = new Promise((resolve) => new MutationObserver(() => node.getAttribute("aria-label") === "Copied" && resolve()).observe(node, { attributes: true }))));
  await one.click();
  await one.evaluate(() => window.copied);
}

const touch = (name) => writeFileSync(join(folder, name), "");

const api = (path, method = "GET") => fetch(new URL(path, server.url), { method, headers: { authorization: "Bearer " + TOKEN } });

/** Ends the run that may be under way, and drops the key. */
async function rest() {
  if ((await (await api("/api/credential/acme")).json()).status === "running") touch("signed-in");
  await until(async () => (await (await api("/api/credential/acme")).json()).status !== "running", "the helper to end");
  await api("/api/credential/acme/invalidate", "POST");
}

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage(), amiss = [];
  page.on("console", (message) => message.type() === "error" && amiss.push(message.text()));
  page.on("pageerror", (error) => amiss.push(String(error)));
  page.on("dialog", (dialog) => amiss.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  await page.goto(server.url);
  const card = page.locator("article.helper[data-id=acme]");
  await card.waitFor({ state: "visible", ...WAIT });
  const becomes = (status) => page.locator(`article.helper[data-id=acme][data-status=${status}]`).waitFor(WAIT);
  return { page, card, amiss, becomes, close: () => context.close() };
}

async function signIn({ card }, token = TOKEN) {
  await card.locator("input").fill(token);
  await card.getByRole("button", { name: "Sign in" }).click();
}

test("The panel says where each helper's key is, and is not there without helpers", async () => {
  await rest();
  const { page, card, amiss, close } = await open();
  assert.match(await card.innerText(), /Acme/);
  assert.match(await card.locator("[role=status]").innerText(), /^(pending|required): /);
  assert.deepEqual(amiss, []);
  await close();
  const none = await serve({ "x.lua": `provider "x" { protocol = "openai-chat", base_url = "${acme.urls.acme}", credential = secret "X_KEY" }` }, {});
  const other = await browser.newPage();
  const answered = other.waitForResponse((response) => response.url().endsWith("/api/credential"), WAIT);
  await other.goto(none.url);
  await answered;
  await other.waitForFunction(() => document.querySelector("#grid thead button"), null, WAIT);
  assert.equal(await other.locator("#sign-in").isVisible(), false);
  await other.close();
  await none.stop();
});

test("The panel shows the address as a link and the code to copy as they come, and the success with its exit code", async () => {
  await rest();
  const opened = await open({ permissions: ["clipboard-read", "clipboard-write"] }), { page, card, amiss, becomes, close } = opened;
  await signIn(opened);
  await becomes("running");
  const link = card.locator("[aria-live] a");
  await link.waitFor(WAIT);
  assert.equal(await link.getAttribute("href"), "https://login.example.test/device?user=1");
  assert.match(await link.getAttribute("rel"), /noopener/);
  assert.equal(await card.locator(".device-code").innerText(), "WDJB-MJHT");
  await copies(card.getByRole("button", { name: "Copy" }));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "WDJB-MJHT");
  await card.locator("summary").click();
  await card.getByText("waiting ...").waitFor(WAIT);
  assert.match(await card.locator("ol").innerText(), /javascript:alert\(1\), <b>now<\/b>/);
  assert.deepEqual(await card.locator("a").evaluateAll((all) => [...new Set(all.map((one) => one.protocol))]), ["https:"]);
  touch("signed-in");
  await becomes("valid");
  assert.match(await card.locator("[role=status]").innerText(), /^valid: signed in; exit code 0; until /);
  assert.equal(await card.locator(".device-code").count(), 0);
  assert.equal(await card.locator("a").count(), 0);
  await page.locator("#models tr[data-id=acme-1][data-state=ready]").waitFor(WAIT);
  assert.ok(!(await page.content()).includes(KEY));
  assert.deepEqual(amiss, []);
  await close();
});

test("The panel reports a sign-in that failed with its exit code, and begins another", async () => {
  await rest();
  const opened = await open(), { card, becomes, close } = opened;
  await signIn(opened);
  await card.locator(".device-code").waitFor(WAIT);
  touch("fails");
  await becomes("failed");
  assert.match(await card.locator("[role=status]").innerText(), /^failed: .*exit code 7; .*the code has expired/);
  await card.getByRole("button", { name: "Sign in" }).click();
  await becomes("running");
  await card.locator(".device-code").waitFor(WAIT);
  touch("signed-in");
  await becomes("valid");
  await close();
});

test("The panel asks for the token again where it is wrong, and without it shows no address and no code", async () => {
  await rest();
  const opened = await open(), { page, card, becomes, close } = opened;
  await signIn(opened, "wrong");
  await card.getByText(/token/i).first().waitFor(WAIT);
  await page.waitForFunction(() => document.activeElement.name === "sign-in-token", null, WAIT);
  await api("/api/credential/acme/run", "POST");
  await becomes("running");
  await card.getByText("Enter the server's token to see where to sign in.").waitFor(WAIT);
  assert.ok(!/WDJB|login\.example/.test(await page.content()));
  await card.locator("input").fill(TOKEN);
  await card.getByRole("button", { name: "Show the sign-in" }).click();
  await card.locator(".device-code").waitFor(WAIT);
  await page.reload();
  await card.locator(".device-code").waitFor(WAIT);
  touch("signed-in");
  await becomes("valid");
  await page.reload();
  await card.getByText("Output of a run of the helper that has ended").waitFor(WAIT);
  assert.equal(await card.locator("a").count(), 0);
  await close();
});

test("The panel can be used with the keyboard alone", async () => {
  await rest();
  const { page, card, becomes, close } = await open();
  const reach = async (wanted, most = 30) => {
    for (let i = 0; i < most && !(await page.evaluate((query) => document.activeElement.matches(query), wanted)); i++) await page.keyboard.press("Tab");
    assert.ok(await page.evaluate((query) => document.activeElement.matches(query), wanted), wanted);
  };
  await reach("[name=sign-in-token]");
  await page.keyboard.type(TOKEN);
  await page.keyboard.press("Enter");
  await becomes("running");
  await card.locator(".device-code").waitFor(WAIT);
  await page.locator("h1").click();
  await reach("article.helper [aria-live] a");
  await reach("article.helper summary");
  await page.keyboard.press("Enter");
  await card.locator("ol").waitFor({ state: "visible", ...WAIT });
  touch("signed-in");
  await becomes("valid");
  await reach("article.helper form button");
  await page.keyboard.press("Enter");
  await becomes("running");
  touch("signed-in");
  await becomes("valid");
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`The panel has no axe violation at 390, 1280 and 1920 pixels in ${colorScheme} mode, before, during and after a sign-in`, async () => {
    await rest();
    const opened = await open({ colorScheme, bypassCSP: true }), { page, card, becomes, close } = opened;
    await page.evaluate(AXE);
    const check = async (when) => {
      for (const width of [390, 1280, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        const found = await page.evaluate(() => window.axe.run("#sign-in"));
        assert.deepEqual(found.violations.map((one) => `${when}, ${width}: ${one.id}: ${one.nodes[0].html}`), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${when}: wider than ${width}`);
        if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${when}-${width}-${colorScheme}.png` });
      }
    };
    await check("before");
    await signIn(opened);
    await card.locator(".device-code").waitFor(WAIT);
    await card.locator("summary").click();
    await check("during");
    touch("signed-in");
    await becomes("valid");
    await check("after");
    await close();
  });
}
