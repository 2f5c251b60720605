// Opens pages in Debian's chromium, each in both colour schemes, at the widths of a desk and of a
// phone, and as it is printed. Fails where axe finds a violation, where a page asks the network for
// anything, writes to the console, or is wider than the screen. The pictures go into a folder.
//
//     node check.mjs CHROMIUM PICTURES PAGE…
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, pictures, ...pages] = process.argv.slice(2);
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const sizes = { desk: { width: 1100, height: 900 }, phone: { width: 390, height: 844 } };
const problems = [];

async function judge(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of found.violations) {
    for (const node of violation.nodes)
      problems.push(`${what}: ${violation.id}: ${violation.help}: ${node.html.slice(0, 200)}`);
  }
  const [width, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  if (width > screen) problems.push(`${what}: ${width} pixels wide on a screen of ${screen}`);
  return found.passes.length;
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const file of pages) {
  const name = basename(file, ".html");
  for (const colorScheme of ["light", "dark"]) {
    for (const [device, viewport] of Object.entries(sizes)) {
      const what = `${name}-${colorScheme}-${device}`;
      const context = await browser.newContext({ colorScheme, viewport });
      const page = await context.newPage();
      const url = pathToFileURL(file).href;
      page.on("request", (request) => request.url() !== url && problems.push(`${what}: asks for ${request.url()}`));
      page.on("console", (message) => problems.push(`${what}: says ${message.text()}`));
      await page.goto(url);
      await page.screenshot({ path: join(pictures, `${what}.png`), fullPage: true });
      const passes = await judge(page, what);
      if (passes < 10) problems.push(`${what}: axe looked at nothing`);
      // What is folded away is looked at, too.
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
      await judge(page, `${what}, unfolded`);
      await page.screenshot({ path: join(pictures, `${what}-unfolded.png`), fullPage: true });
      await context.close();
    }
  }
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.emulateMedia({ media: "print" });
  const countUnseen = () => page.evaluate(() => [...document.querySelectorAll("details table")]
    .filter((one) => !one.checkVisibility({ contentVisibilityAuto: true })).length);
  let unseen = await countUnseen();
  for (let tries = 0; tries < 20 && unseen > 0; ++tries) {  // The medium changes with a later frame.
    await page.waitForTimeout(100);
    unseen = await countUnseen();
  }
  if (unseen > 0) problems.push(`${name}: ${unseen} tables are not printed`);
  await page.pdf({ path: join(pictures, `${name}.pdf`), format: "A4" });
  await context.close();
}
await browser.close();
for (const problem of problems) console.log(problem);
console.log(`${pages.length} pages, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
