// `node run.js test [NAME…]`, `node run.js tour [--docs]`, `node run.js bench`; see README.md.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { target } from "./world/world.js";

const [what, ...words] = process.argv.slice(2);
const here = import.meta.dirname;

function test(names) {
  const files = readdirSync(join(here, "stories")).filter(
    (file) => file.endsWith(".test.js") && (names.length === 0 || names.some((name) => file.includes(name))),
  );
  if (files.length === 0) {
    console.error(`No story is called ${names.join(" or ")}.`);
    return 2;
  }
  for (const old of ["logs", "failures"]) rmSync(join(target(), "native", old), { recursive: true, force: true });
  // One after the other: the computer's two cores are busy enough with one window and one browser.
  const args = ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files.map((file) => join("stories", file))];
  return spawnSync(process.execPath, args, { cwd: here, stdio: "inherit" }).status ?? 1;
}

const commands = {
  test,
  tour: async (flags) => (await import("./tour.js")).tour({ docs: flags.includes("--docs") }),
  bench: async () => (await import("./bench/bench.js")).bench(),
};

if (commands[what] === undefined) {
  console.error("node run.js test [NAME…] | tour [--docs] | bench");
  process.exit(2);
}
process.exit((await commands[what](words)) ?? 0);
