import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const lucide = join(dirname(createRequire(import.meta.url).resolve("lucide-static/package.json")), "icons");

/** The icons the page uses (Lucide, ISC licence). `src/components/icons.ts` holds the same list as a type. */
const used = readFileSync(new URL("../src/components/icons.ts", import.meta.url), "utf8")
  .match(/"([a-z0-9-]+)"/g)
  .map((quoted) => quoted.slice(1, -1));

/** One icon as an SVG symbol: only its shapes; colour and stroke come from the style sheet. */
function symbol(name) {
  const svg = readFileSync(join(lucide, `${name}.svg`), "utf8");
  const shapes = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/ \/>/g, "/>");
  return `<symbol id="icon-${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}

/** Puts the sprite into the page itself, so that the first frame has its icons. */
export function sprite() {
  return {
    name: "relink-sprite",
    transformIndexHtml(html) {
      const symbols = used.map(symbol).join("");
      return html.replace("<!-- icons -->", `<svg class="sprite" aria-hidden="true">${symbols}</svg>`);
    },
  };
}
