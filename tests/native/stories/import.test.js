// Access made elsewhere, brought in by a file or by pasting: each line is tried once, and told what became of it.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "../world/inspect.js";
import { pressByKeys, tabTo, typeKeys } from "../world/keyboard.js";
import { part } from "../world/window.js";
import { story } from "../world/story.js";

const asked = async (world, endpoint) => (await world.sandbox.requests()).counts[endpoint] ?? 0;

story("a file of access made elsewhere is read line by line, and each line says what became of it", async (world) => {
  const [one, two, ended] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  const good = await world.sandbox.token(one.id);
  const dead = await world.sandbox.token(ended.id);
  await world.sandbox.apply(ended.id, "password_changed");
  await world.connect(window, two.id);
  const again = await world.sandbox.token(two.id);
  const exchanges = await asked(world, "long_lived_exchange");

  const file = join(world.folder, "access.txt");
  writeFileSync(file, ["# shop accounts", good, "", good, dead, "hello, this is no access", again].join("\n"));
  await window.go("#/import");
  await window.sees("import");
  await world.shot(window, "import-empty");
  const field = await window.session.find(part("import-file"));
  await window.session.post(`element/${field}/value`, { text: file });
  await window.says("import-file-read", /5 lines read from access\.txt/);
  await world.shot(window, "import-read");
  await window.press("import-add");
  await window.sees("import-table");
  assert.deepEqual(await inspect(window, "import-results-each"), []);

  const expected = { 2: "added", 4: "twice", 5: "refused", 6: "malformed", 7: "known" };
  for (const [line, result] of Object.entries(expected)) await window.sees(`import-line-${line}`, { result });
  await window.says("import-line-2", new RegExp(`@${one.username}`));
  await window.says("import-line-5", /Refused: /);
  await window.says("import-summary", /1 added, 1 was there already, 1 refused, 1 cannot be read[^]*1 twice/);
  const page = await window.session.run(`() => document.documentElement.outerHTML`);
  for (const token of [good, dead, again]) assert.ok(!page.includes(token), "no access stands in the page");

  await window.becomes(one.id, "connected");
  await window.becomes(two.id, "connected");
  assert.equal(await window.account(ended.id), undefined, "what was refused is not kept");
  assert.equal(await asked(world, "long_lived_exchange"), exchanges, "access made elsewhere is never exchanged");
  await window.press("import-show");
  await window.sees(`row-${one.id}`);
});

story("with the keyboard alone: access made elsewhere is pasted and brought in", async (world) => {
  const [{ id }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  const token = await world.sandbox.token(id);
  await window.go("#/add");
  await pressByKeys(window, "add-move");
  await tabTo(window, "import-field");
  await typeKeys(window, token);
  await pressByKeys(window, "import-add");
  await window.sees("import-line-1", { result: "added" });
  await pressByKeys(window, "import-show");
  await window.becomes(id, "connected");
});
