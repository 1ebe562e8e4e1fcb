// What the built page weighs (raw bytes), against the design brief's section 18: `npm run size`, after `npm run build`.
import { readFileSync, readdirSync, statSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const files = readdirSync(new URL("assets/", dist)).map((name) => ({ name, bytes: statSync(new URL(`assets/${name}`, dist)).size }));
const html = readFileSync(new URL("index.html", dist), "utf8");
const sum = (chosen) => chosen.reduce((bytes, file) => bytes + file.bytes, 0);
const of = (ending) => files.filter(({ name }) => name.endsWith(ending));
const atStart = (ending) => of(ending).filter(({ name }) => html.includes(name));

/** `held`: more fails the run. */
const lines = [
  { what: "script at the start", bytes: sum(atStart(".js")), budget: 120_000, held: true },
  { what: "style at the start", bytes: sum(atStart(".css")), budget: 20_000, held: true },
  { what: "script, all screens", bytes: sum(of(".js")), budget: 220_000, held: false },
  { what: "style, all screens", bytes: sum(of(".css")), budget: 20_000, held: false },
];
for (const { what, bytes, budget } of lines) {
  console.log(`${what}: ${(bytes / 1000).toFixed(1)} kB of ${budget / 1000} kB${bytes > budget ? " (over)" : ""}`);
}
process.exit(lines.some(({ held, bytes, budget }) => held && bytes > budget) ? 1 : 0);
