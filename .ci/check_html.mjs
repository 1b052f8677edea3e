// What a reader does with a report page, in a real browser. Each claim throws where it does not hold.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(process.env.NODE_MODULES)("playwright-core");
const files = process.argv.slice(2);
let folder = null;
if (files[0] === "--screenshots") { folder = files[1]; files.splice(0, 2); mkdirSync(folder, { recursive: true }); }
if (!files.length) { console.error("usage: check-html [--screenshots FOLDER] FILE..."); process.exit(2); }

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium", headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light", ...options });
  const page = await context.newPage(), complaints = [], requests = [];
  page.on("console", message => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
  page.on("pageerror", error => complaints.push(String(error)));
  page.on("request", request => requests.push(request.url()));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  return { context, page, url, complaints, requests };
}
const rows = page => page.locator(".row").count();
const status = page => page.locator("#shown").textContent();
async function settled(page, words) { await page.waitForFunction(words => document.getElementById("shown").textContent === words, words, { timeout: 10000 }); }

async function check(file) {
  const html = readFileSync(file, "utf8");
  const data = JSON.parse(html.split('<script type="application/json" id="data">')[1].split("</script>")[0]);
  const all = data.findings.length, s = data.strings, per = [0, 1, 2, 3].map(r => data.findings.filter(f => f[1] === r).length);
  const words = n => n === all ? `${all} shown` : `${n} of ${all} shown`;
  const { context, page, url, complaints, requests } = await open(file);
  const shot = async (name, options) => { if (folder) await page.screenshot({ path: join(folder, `${basename(file, ".html")}-${name}.png`), ...options }); };
  assert.deepEqual(complaints, [], "console and page errors");

  await page.waitForSelector("#app:not([hidden])", { timeout: 30000 });
  assert.equal(await page.evaluate(() => performance.getEntriesByType("resource").length), 0, "resources fetched");
  assert.deepEqual(await page.locator("#totals .count").allTextContents(), per.map(String), "totals");
  assert.equal(await page.locator(".incomplete").count(), data.failures.length ? 1 : 0, "an unfinished run is said");
  assert.equal(await status(page), words(all));
  assert.equal(await page.locator("#unshown").count(), 0, "the list is shown");
  assert.equal(await rows(page) >= Math.min(all, 100), true, "first rows");
  assert.equal(await page.locator("img, iframe, main script").count(), 0, "hostile text made an element");
  assert.notEqual(await page.title(), "hostile");
  await shot("light");

  for (const r of [0, 1, 2, 3]) {
    await page.locator(`.chip[data-filter=result][data-value="${r}"]`).click();
    assert.equal(await status(page), words(per[r]), `result filter ${r}`);
    assert.equal(await rows(page) >= Math.min(per[r], 100), true);
    await page.locator(`.chip[data-filter=result][data-value="${r}"]`).click();
  }

  // Search: the name of one finding.
  const one = data.findings.find(f => f[1] === 0) ?? data.findings[0];
  const name = one ? s[one[2][2]].toLowerCase() : "nothing";
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search", "/ focuses the search");
  await page.locator("#search").fill(name);
  await page.waitForFunction(q => new URLSearchParams(location.hash.slice(1)).get("q")?.toLowerCase() === q, name.trim());
  const found = await page.locator(".row .res").allTextContents();
  assert.ok(!one || found.some(text => text.toLowerCase().includes(name)), "the search finds it");
  await page.locator("#search").fill("no-such-thing-anywhere");
  await settled(page, words(0));
  await page.keyboard.press("Escape");
  assert.equal(await status(page), words(all), "Esc clears the search");
  await page.keyboard.press("Escape");

  // The plot.
  const cell = page.locator("#matrix .cell").first();
  if (await cell.count()) {
    const where = await cell.evaluate(node => node.where);
    await cell.click();
    const expected = data.findings.filter(f => (!where.account || s[f[2][4]] === where.account) && (!where.region || s[f[2][5]] === where.region)).length;
    assert.equal(await status(page), words(expected), "a click on the plot filters");
    await page.reload();
    await page.waitForSelector("#app:not([hidden])");
    assert.equal(await status(page), words(expected), "the hash restores the filters");
    assert.equal(await page.locator(".cell.on").count(), 1);
    await page.locator("#clear").click();
    assert.equal(await status(page), words(all));
    await cell.focus();
    await page.keyboard.press("Enter");
    assert.equal(await status(page), words(expected), "the plot works with keys");
    await page.locator("#clear").click();
  }

  const bar = page.locator("#bars .cell").first();
  if (await bar.count()) {
    const { source } = await bar.evaluate(node => node.where);
    await bar.click();
    assert.equal(await status(page), words(data.findings.filter(f => s[f[2][6]] === source).length), "a click on a file filters");
    await page.locator("#clear").click();
  }
  for (const [field, place] of [["rule", null], ["account", 4], ["region", 5], ["type", 0], ["source", 6]]) {
    const select = page.locator(`[data-select=${field}]`);
    if (!(await select.count())) continue;
    const value = await select.locator("option").nth(1).getAttribute("value");
    await select.selectOption(value);
    const expected = data.findings.filter(f => (place === null ? data.rules[f[0]].id : s[f[2][place]]) === value).length;
    assert.equal(await status(page), words(expected), `filter by ${field}`);
    await page.locator("#clear").click();
  }

  // Keys alone.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  const first = page.locator(".row").first();
  if (all) assert.equal(await first.locator("> button").getAttribute("aria-expanded"), "true", "Enter opens");
  if (per[0] + per[1]) assert.ok(await first.locator(".fix").isVisible(), "the fix is visible");
  await shot("open");
  await page.keyboard.press("Escape");
  if (all) assert.equal(await first.locator("> button").getAttribute("aria-expanded"), "false", "Esc closes");

  for (const by of ["rule", "resource"]) {
    await page.locator("#group").selectOption(by);
    assert.equal(await page.locator(".group").count() > 0, all > 0, "groups");
  }
  await page.locator("#group").selectOption("none");

  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.locator("#theme").click();
  assert.notEqual(await background(), light, "the theme changes");
  await page.evaluate(() => scrollTo(0, 0));
  await shot("dark"); await page.locator("#findings").evaluate(node => node.scrollIntoView()); await shot("dark-findings");
  await page.locator("#theme").click();

  for (const width of [360, 768, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(wide <= room, `no sideways scroll at ${width}: ${wide} in ${room}`);
    if (width === 360) { await page.evaluate(() => scrollTo(0, 0)); await shot("360"); await page.locator("#findings").evaluate(node => node.scrollIntoView()); await shot("360-findings"); }
  }
  await page.setViewportSize({ width: 1280, height: 900 });

  // Print only what is shown: the findings of one result, all open.
  const printed = per[0] && per[0] < 2000 ? 0 : per.findIndex(n => n > 0 && n < 2000);
  if (printed >= 0) {
    await page.locator(`.chip[data-filter=result][data-value="${printed}"]`).click();
    await page.emulateMedia({ media: "print" });
    await page.waitForFunction(n => document.querySelectorAll(".row .panel-in").length === n, per[printed]);
    assert.ok(await page.locator(".row .panel-in").first().isVisible(), "print shows the findings");
    assert.equal(await page.locator(".controls").isVisible(), false, "print has no controls");
    await shot("print", { fullPage: all < 500 });
    await page.emulateMedia({ media: "screen" });
    await page.waitForFunction(() => document.querySelectorAll(".panel-in").length === 0);
  }
  assert.deepEqual(complaints, [], "console and page errors");
  assert.ok(requests.every(one => one.split("#")[0] === url), `requests: ${requests}`);
  await context.close();

  const without = await open(file, { javaScriptEnabled: false });
  assert.equal(await without.page.locator("noscript tbody tr").count() > 0 || !(per[0] + per[1]), true, "a table without a script");
  assert.deepEqual(await without.page.locator("#totals .count").allTextContents(), per.map(String));
  await without.page.waitForSelector("#unshown", { state: "visible", timeout: 10000 });
  await without.context.close();

  // Paper: every shown finding is printed whole.
  if (all <= 100) {
    const paper = await open(file);
    await paper.page.evaluate(() => addEventListener("beforeprint", () => { window.opened = document.querySelectorAll(".panel-in").length; }));
    await paper.page.pdf();
    assert.equal(await paper.page.evaluate(() => window.opened), all, "a print opens every finding");
    await paper.context.close();
  }

  const timed = await open(file);
  const ms = await timed.page.evaluate(() => performance.getEntriesByName("rows")[0].startTime);
  await timed.context.close();
  console.log(`${file}: ${all} findings, ${(html.length / 1024).toFixed(0)} KiB, first rows after ${ms.toFixed(0)} ms: ok`);
}

// The check itself: pages that are broken in ways that matter must fail it.
async function selfTest(file) {
  const html = readFileSync(file, "utf8"), place = mkdtempSync(join(tmpdir(), "check-html-"));
  const errors = /console and page errors/;
  const broken = {
    "a script that stops": [errors, html.replace('"use strict";', '"use strict";throw new Error("broken");')],
    "a script that the policy refuses": [errors, html.replace('"use strict";', '"use strict"; ')],
    "a style that the policy refuses": [errors, html.replace("<style>", "<style>b{} ")],
    "a total that is not so": [/totals/, html.replace(/<div class="count">\d+/, '<div class="count">987654')],
  };
  for (const [what, [why, text]] of Object.entries(broken)) {
    assert.notEqual(text, html, what);
    const path = join(place, "broken.html");
    writeFileSync(path, text);
    const keep = folder; folder = null;
    await assert.rejects(check(path), why, `${what} was not noticed`);
    folder = keep;
  }
  rmSync(place, { recursive: true });
  console.log("self-test: ok");
}

try {
  for (const file of files) await check(resolve(file));
  await selfTest(resolve(files[0]));
} finally {
  await browser.close();
}
