// Every flow of the design brief, section 7, from the list to the end, by the keyboard alone.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pressByKeys, tabTo } from "../world/keyboard.js";
import { story } from "../world/story.js";
import { Key } from "../world/webdriver.js";
import { target } from "../world/world.js";

const publish = "instagram_business_content_publish";

/** Connects the first account, lets something happen to it, and waits until Relink has found out. */
async function broken(world, happen, status) {
  const [{ id }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);
  await breakIt(window, id, happen, status);
  return { window, id };
}

async function breakIt(window, id, happen, status) {
  await happen(id);
  await window.ask("check", { ids: [id] });
  // What does not name its cause outright is asked for once more, half a minute later.
  const found = async () => (await window.account(id)).status === status;
  await window.until(`the account becomes ${status}`, found, { within: 90_000 });
}

/** Ticks a box, once Tab has reached it. */
async function tick(window, id, key) {
  await tabTo(window, key);
  await window.keys(Key.Space);
  await window.until(`${key} is kept`, async () => (await window.account(id)).wizard.answers[key] === "yes");
}

/** Answers a question: Tab reaches the group, the arrows go through it. */
async function choose(window, id, key, prefix, value) {
  const answered = async () => (await window.account(id)).wizard.answers[key];
  const options = await window.session.run(
    `(prefix) => [...document.querySelectorAll('[data-testid^="' + prefix + '"]')].map((it) => it.dataset.testid)`,
    prefix,
  );
  await tabTo(window, options[0]);
  if (options[0] === prefix + value) await window.keys(Key.Space);
  for (const option of options.slice(1, options.indexOf(prefix + value) + 1)) {
    await window.keys(Key.ArrowDown);
    await window.until(`${option} is kept`, async () => prefix + (await answered()) === option);
  }
  await window.until(`${value} is kept`, async () => (await answered()) === value);
}

/**
 * Goes the full way from the row to the end. Steps are taken as the wizard gives them, and are returned in order.
 *
 * @param {{flow: string, answers?: Record<string, string>, twoFactor?: string, ready?: () => Promise<unknown>}} way
 *   `answers`: what is answered, by the core's keys; `ready`: what others do once everything is ticked
 */
async function goTheWay(world, window, id, { flow, answers = {}, twoFactor = "on", ready = async () => {} }) {
  await window.go("#/accounts");
  await tabTo(window, "account-list");
  await window.keys(Key.Control, Key.Enter);
  await window.sees("wizard-heading", { step: "happened", flow });
  const taken = [];
  for (;;) {
    const { wizard } = await window.account(id);
    const { step, flow: present } = wizard;
    await window.sees("wizard-heading", { step });
    await window.picture(join(target(), "shots", `flow-${flow}-${taken.length + 1}-${step}.png`));
    assert.ok(taken.length < 10, `the wizard goes round: ${taken.join(", ")}`);
    taken.push(step);
    if (step === "finish") return taken;
    for (const [key, value] of Object.entries(answers)) {
      const asked = await window.has(`answer-${key}-${value}`);
      if (asked && wizard.answers[key] !== value) await choose(window, id, key, `answer-${key}-`, value);
    }
    if (step === "prepare") {
      for (const key of (await window.account(id)).wizard.required) await tick(window, id, key);
      await ready();
    }
    // An earlier answer may stand there already, folded or not.
    const answered = await window.session.run(
      `() => document.querySelector('[data-testid="twofactor-change"], [data-testid^="twofactor-"]:checked') !== null`,
    );
    if (step === "two_factor" && !answered) await choose(window, id, "two_factor", "twofactor-", twoFactor);
    if (step === "sign_in") {
      await pressByKeys(window, "add-open-browser");
      await world.browser.consent(id);
    } else {
      await pressByKeys(window, (await window.has("wizard-full")) ? "wizard-full" : "wizard-next");
    }
    const gone = async () => {
      const now = (await window.account(id)).wizard;
      return now?.step !== step || now.flow !== present;
    };
    await window.until(`the step after ${step} is there`, gone, { within: 60_000 });
  }
}

/** Leaves the end by its own button; the account is well. */
async function done(window, id) {
  await pressByKeys(window, "wizard-done");
  const account = await window.becomes(id, "connected");
  assert.equal(account.diagnosis, null);
}

const whole = ["happened", "prepare", "delete", "two_factor", "sign_in", "finish"];

story("7.1 by keyboard: the password was changed", async (world) => {
  const { window, id } = await broken(world, (it) => world.sandbox.apply(it, "password_changed"), "revoked");
  const taken = await goTheWay(world, window, id, { flow: "password", answers: { who: "not_me" } });
  assert.deepEqual(taken, whole);
  await done(window, id);
});

story("7.2 by keyboard: a security setting was changed after two-factor was turned on here", async (world) => {
  const { window, id } = await broken(world, (it) => world.sandbox.apply(it, "password_changed"), "revoked");
  await goTheWay(world, window, id, { flow: "password", answers: { who: "me" }, twoFactor: "just_turned_on" });
  await done(window, id);
  await breakIt(window, id, (it) => world.sandbox.apply(it, "two_factor_changed", { on: true }), "revoked");
  const taken = await goTheWay(world, window, id, { flow: "security_setting" });
  assert.deepEqual(taken, whole.filter((step) => step !== "prepare"));
  await done(window, id);
});

story("7.3 by keyboard: the 60 days ran out", async (world) => {
  const { window, id } = await broken(world, () => world.sandbox.advance(61 * 86_400_000), "expired");
  const taken = await goTheWay(world, window, id, { flow: "expired" });
  assert.deepEqual(taken, whole);
  await done(window, id);
});

story("7.4 by keyboard: a checkpoint that is resolved needs no new sign-in", async (world) => {
  const { window, id } = await broken(world, (it) => world.sandbox.apply(it, "checkpoint_set"), "blocked");
  const taken = await goTheWay(world, window, id, {
    flow: "checkpoint",
    ready: () => world.sandbox.apply(id, "checkpoint_cleared"),
  });
  assert.deepEqual(taken, ["happened", "prepare", "finish"], "the access was kept, and works again");
  await done(window, id);
});

story("7.5 by keyboard: a colleague removed the app", async (world) => {
  const { window, id } = await broken(world, (it) => world.sandbox.apply(it, "app_removed"), "revoked");
  const taken = await goTheWay(world, window, id, { flow: "app_removed", answers: { why: "colleague" } });
  assert.deepEqual(taken, whole);
  await done(window, id);
});

story("7.6 by keyboard: a permission was withdrawn", async (world) => {
  const withdraw = (it) => world.sandbox.apply(it, "permission_withdrawn", publish);
  const { window, id } = await broken(world, withdraw, "limited");
  const taken = await goTheWay(world, window, id, { flow: "permission", answers: { why: "unticked" } });
  assert.ok(!taken.includes("two_factor"), "two-factor has no part in it");
  await done(window, id);
});

story("7.7 by keyboard: the account was made a personal one", async (world) => {
  const { window, id } = await broken(world, (it) => world.sandbox.apply(it, "made_personal"), "blocked");
  const taken = await goTheWay(world, window, id, {
    flow: "personal",
    ready: () => world.sandbox.apply(id, "made_professional"),
  });
  assert.deepEqual(taken, ["happened", "prepare", "delete", "sign_in", "finish"]);
  await done(window, id);
});

story("7.8 by keyboard: the third loss within 30 days", async (world) => {
  const change = (it) => world.sandbox.apply(it, "password_changed");
  const { window, id } = await broken(world, change, "revoked");
  for (const _ of [1, 2]) {
    await goTheWay(world, window, id, { flow: "password", answers: { who: "me" } });
    await done(window, id);
    await breakIt(window, id, change, "revoked");
  }
  const taken = await goTheWay(world, window, id, { flow: "repeated" });
  assert.deepEqual(taken, whole);
  await done(window, id);
});

story("7.9 by keyboard: Instagram did not say why", async (world) => {
  const silent = { error: { message: "Error validating access token.", type: "OAuthException", code: 190 } };
  const answer = (it) => world.sandbox.apply(it, "answers_oddly", { status: 400, body: JSON.stringify(silent) });
  const { window, id } = await broken(world, answer, "revoked");
  const taken = await goTheWay(world, window, id, {
    flow: "unknown",
    answers: { fits: "app_removed" },
    ready: () => world.sandbox.apply(id, "answers_normally"),
  });
  assert.deepEqual(taken, ["happened", "prepare", ...whole.slice(1)], "the person knew better, and prepares for that");
  await done(window, id);
});
