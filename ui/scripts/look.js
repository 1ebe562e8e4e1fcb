// Pictures of every screen, and axe-core on each: `npm run look [-- pattern of names]`. Needs a Chromium (CHROMIUM names it).
import { readFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { scenes } from "./scenes.js";

const filter = new RegExp(process.argv[2] ?? "");
const out = process.env.SHOTS ?? mkdtempSync(join(tmpdir(), "relink-look-"));
mkdirSync(out, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

await build({ mode: "memory", logLevel: "error" });
const server = await preview({ mode: "memory", preview: { port: 0, strictPort: false } });
const base = server.resolvedUrls.local[0];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** Elements whose text is cut although they are not marked as ones that shorten. */
function clipped() {
  return [...document.querySelectorAll("p, h1, h2, h3, span, button, a, li, label, dt, dd, time, td")]
    .filter((el) => el.closest(".visually-hidden, .word, [data-shortens], svg, .sprite") === null)
    .filter((el) => el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0 && getComputedStyle(el).display !== "inline")
    .map((el) => `${el.tagName}.${el.className} "${el.textContent.trim().slice(0, 50)}"`);
}

/** What is wider than its place: the window, and the parts of it that scroll for themselves. */
function sideways() {
  return [document.documentElement, ...document.querySelectorAll(".page, .body, .panel, .pane, .inside, [data-region]")]
    .filter((el) => el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0 && el.getBoundingClientRect().width > 1)
    .map((el) => `${el.tagName}.${el.className} ${el.scrollWidth} > ${el.clientWidth}`);
}

/** What must read well on the narrowest window; the others are looked at down to the least size of the window. */
const slim = /^(connect|facebook|import|outcome-facebook|detail|media|gap|explain|runway|calendar|return|receipt|manifest|erase|remains|drill|lane|incident|ask|provider|settings-(general|notifications|app)|setup|history)/;
const sizes = [
  { width: 1080, height: 720, suffix: "" },
  { width: 720, height: 520, suffix: "-narrow" },
  { width: 360, height: 640, suffix: "-slim", only: slim },
];

let problems = 0;
for (const theme of (process.env.THEMES ?? "light,dark").split(",")) {
  for (const { width, height, suffix, only } of sizes) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: "reduce",
      timezoneId: "Europe/Berlin",
      locale: "en-GB",
      bypassCSP: false,
    });
    for (const [name, query, hash, pressed, typed] of scenes) {
      if (!filter.test(name) || only?.test(name) === false) continue;
      const page = await context.newPage();
      const said = [];
      page.on("console", (message) => message.type() === "error" && said.push(message.text()));
      page.on("pageerror", (error) => said.push(String(error)));
      await page.goto(`${base}?memory&${query}${hash}`);
      await page.waitForSelector("html[data-ready]");
      for (const [field, text] of Object.entries(typed ?? {})) await page.fill(field, text);
      if (pressed) await page.click(pressed);
      await page.waitForTimeout(120);
      await page.screenshot({ path: join(out, `${name}${suffix}-${theme}.png`) });
      await page.evaluate(axe);
      const found = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: values }), tags);
      for (const { id, nodes } of found.violations) said.push(`axe ${id}: ${nodes.map((node) => node.html.slice(0, 140)).slice(0, 3).join(" | ")}`);
      for (const line of await page.evaluate(clipped)) said.push(`clipped: ${line}`);
      for (const line of await page.evaluate(sideways)) said.push(`scrolls sideways: ${line}`);
      for (const line of said) console.log(`${name}${suffix} ${theme}: ${line}`);
      problems += said.length;
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
await server.close();
console.log(`${problems} problems; pictures in ${out}`);
process.exit(problems === 0 ? 0 : 1);
