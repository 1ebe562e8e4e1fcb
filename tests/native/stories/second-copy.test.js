import assert from "node:assert/strict";
import { story } from "../world/story.js";

story("a second copy hands over and ends; the first window stays as it is", async (world) => {
  const [{ id }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);
  const before = window.processes();

  assert.equal(await world.startSecondCopy(), 0);
  assert.deepEqual(window.processes(), before, "the same processes run on");
  assert.equal((await window.account(id)).status, "connected");

  // Two at once are no different.
  assert.deepEqual(await Promise.all([world.startSecondCopy(), world.startSecondCopy()]), [0, 0]);
  await window.go("#/accounts");
  await window.sees(`row-${id}`);
});

story("the command line speaks to the open window instead of opening the data a second time", async (world) => {
  const [{ id, username }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);

  const list = await world.relink(["list", "--json"]);
  assert.equal(list.code, 0);
  assert.match(list.output, new RegExp(username));
  await world.sandbox.apply(id, "password_changed");
  const check = await world.relink(["check", id, "--json"]);
  assert.equal(check.code, 3, "an account needs the person");
  await window.becomes(id, "revoked");
});
