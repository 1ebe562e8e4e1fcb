// Several accounts mended one after the other, with as few changes of log-in as can be.
import assert from "node:assert/strict";
import { story } from "../world/story.js";

/** Three accounts of two log-ins, each lost for a reason of its own: alike, they would be held back as one fault. */
async function threeLost(world) {
  const accounts = (await world.sandbox.accounts()).slice(0, 3);
  const window = await world.openSetUp();
  const causes = ["password_changed", "app_removed", "logged_out"];
  for (const [at, { id }] of accounts.entries()) {
    await window.ask("add_token", { route: "instagram", token: await world.sandbox.token(id) });
    await window.becomes(id, "connected");
    await window.ask("set_login", { id, login: at === 1 ? "Robin" : "Kim at the agency" });
  }
  for (const [at, { id }] of accounts.entries()) await world.sandbox.apply(id, causes[at]);
  await window.ask("check", { ids: [] });
  for (const { id } of accounts) {
    await window.until(`${id} is lost`, async () => (await window.account(id)).status === "revoked", { within: 120_000 });
  }
  return { window, ids: accounts.map(({ id }) => id) };
}

/** Mends the account the lane shows, by the quick way where there is one. */
async function mend(world, window) {
  const { waiting } = (await window.state()).lane;
  const [id] = waiting;
  await window.sees("wizard-heading", { step: "happened" });
  if (await window.has("wizard-quick")) {
    await window.press("wizard-quick");
  } else {
    for (;;) {
      const { step } = (await window.account(id)).wizard;
      await window.sees("wizard-heading", { step });
      if (step === "sign_in") break;
      if (step === "two_factor") await window.press("twofactor-on");
      await window.press("wizard-next");
      await window.until(`${step} is over`, async () => (await window.account(id)).wizard.step !== step);
    }
  }
  await window.press("add-open-browser");
  await world.browser.consent(id);
  await window.sees("wizard-heading", { step: "finish" });
  await window.press("wizard-done");
  return id;
}

story("several lost accounts are mended in a lane that keeps its place over a crash", async (world) => {
  const { window, ids } = await threeLost(world);
  await window.go("#/accounts");
  await window.press("fix-all");
  await window.says("queue-place", /1 of 3/);
  const lane = (await window.state()).lane;
  assert.equal(lane.changes, 1, "two log-ins need one change");
  assert.deepEqual(new Set(lane.waiting), new Set(ids));
  const first = await mend(world, window);
  await window.says("queue-place", /2 of 3/);

  await window.crash();
  const again = await world.open();
  await again.go("#/accounts");
  await again.press("lane-go-on");
  await again.says("queue-place", /2 of 3/);
  assert.deepEqual((await again.state()).lane.done, [first]);

  const [putOff] = (await again.state()).lane.waiting;
  await again.press("wizard-skip");
  const second = await mend(world, again);
  assert.notEqual(second, putOff);
  await again.sees("queue-end");
  await again.sees("queue-done");
  await again.press("queue-again");
  assert.equal(await mend(world, again), putOff);
  await again.sees("queue-end");
  await again.press("queue-close");
  for (const id of ids) await again.becomes(id, "connected");
  assert.equal((await again.state()).lane, null);
});
