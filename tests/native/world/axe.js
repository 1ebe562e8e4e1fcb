import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Runs axe-core in the page, put there through the driver: the page's own policy lets in no script.
 * Each finding is one line a person can act on.
 */
export async function violations(session) {
  await session.source(`if (window.axe === undefined) { ${source} }`);
  const found = await session.run(
    `async (tags) => {
      const { violations } = await window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
      return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.target.join(" ")) }));
    }`,
    rules,
  );
  return found.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.slice(0, 5).join(", ")})`);
}
