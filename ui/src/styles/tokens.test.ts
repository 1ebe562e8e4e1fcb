import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/styles/tokens.css", "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = "", light = "", dark = ""]) => [name, { light, dark }]),
);

/** WCAG 2 relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["bg", "surface", "hover", "selected"];
const families = ["ok", "info", "warn", "bad", "idle"];
/** Text needs 4.5, controls and focus 3.0. (Design brief, section 13.) */
const pairs: [string, string, number][] = [
  ...["text", "text-2", "text-3", "accent"].flatMap((ink) => grounds.map((ground): [string, string, number] => [ink, ground, 4.5])),
  ...grounds.map((ground): [string, string, number] => ["control", ground, 3]),
  ...families.flatMap((ink) =>
    [`${ink}-tint`, "bg", "surface", "hover", "selected"].map((ground): [string, string, number] => [ink, ground, 4.5]),
  ),
  ...["text", "text-2", "accent", "bad"].map((ink): [string, string, number] => [ink, "raised", 4.5]),
  ...families.map((ink): [string, string, number] => ["text", `${ink}-tint`, 4.5]),
  ["on-accent", "accent", 4.5],
  ["bg", "bad", 4.5],
  ["text-2", "idle-tint", 4.5],
];

/** `color-mix(in srgb, over share, under)` */
function mixed(over: string, under: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [over, under].map((hex) => parseInt(hex.slice(at, at + 2), 16));
    return Math.round((a ?? 0) * share + (b ?? 0) * (1 - share)).toString(16).padStart(2, "0");
  });
  return `#${channels.join("")}`;
}

const tints = [...readFileSync("src/features/calendar/Grid.svelte", "utf8").matchAll(/--tint: (\d+)%/g)].map(([, share]) => Number(share) / 100);

describe.each(["light", "dark"] as const)("in %s", (theme) => {
  it("the days of the calendar can be read on their deepest tint", () => {
    expect(tints).toHaveLength(5);
    const ground = mixed(tokens.get("accent")?.[theme] ?? "", tokens.get("bg")?.[theme] ?? "", Math.max(...tints));
    for (const ink of ["text", "text-2"]) expect(contrast(tokens.get(ink)?.[theme] ?? "", ground), ink).toBeGreaterThanOrEqual(4.5);
  });

  it.each(pairs)("%s on %s has a contrast of at least %d", (ink, ground, least) => {
    const a = tokens.get(ink)?.[theme];
    const b = tokens.get(ground)?.[theme];
    if (a === undefined || b === undefined) throw new Error(`No token ${ink} or ${ground}`);
    // The published table rounds to one digit.
    expect(Math.round(contrast(a, b) * 10) / 10).toBeGreaterThanOrEqual(least);
  });
});
