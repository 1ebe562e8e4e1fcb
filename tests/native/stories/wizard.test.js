import assert from "node:assert/strict";
import { story } from "../world/story.js";

const label = "Client: Söhne & Töchter";
const notes = "Ask Ana before posting.\nPhone: see the contract.";

/** A connected account with a label, notes and some history; its password was just changed. */
async function lostAccount(world) {
  const [{ id, username }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);
  await window.ask("set_label", { id, label });
  await window.ask("set_notes", { id, notes });
  await world.sandbox.apply(id, "password_changed");
  await window.ask("check", { ids: [id] });
  const account = await window.becomes(id, "revoked");
  return { window, id, username, account };
}

/** What the person keeps, whatever happens to the access. */
const keptOf = ({ label, notes, kept }) => ({ label, notes, media: kept.media, has_notes: kept.has_notes });

const historyOf = (window, id) => window.ask("history", { account_id: id, before: null, limit: 200 });

async function fullWayToSignIn(window) {
  await window.press("wizard-full");
  await window.sees("wizard-heading", { step: "prepare" });
  await window.press("answer-who-me");
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "delete" });
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "two_factor" });
  await window.press("twofactor-just_turned_on");
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "sign_in" });
}

story("a changed password is told, and delete, two-factor, add again lead back with everything kept", async (world) => {
  const { window, id, username, account } = await lostAccount(world);
  assert.equal(account.diagnosis.cause, "password_or_security_change");
  assert.equal(account.diagnosis.certainty, "proved");
  await window.go("#/accounts");
  await window.says(`row-${id}`, /Disconnected/);
  await window.says("summary", /needs you/);
  const history = await historyOf(window, id);

  await window.press("detail-action");
  await window.sees("wizard-heading", { step: "happened", flow: "password" });
  await window.says("confidence", /^Instagram says/);
  await fullWayToSignIn(window);
  assert.equal((await window.account(id)).status, "removed", "the old access is gone before the new one comes");

  await window.press("add-open-browser");
  await world.browser.consent(id);
  await window.sees("wizard-heading", { step: "finish" });
  await window.says("outcome", new RegExp(`@${username}`));
  await window.press("wizard-done");

  const back = await window.becomes(id, "connected");
  assert.deepEqual(keptOf(back), keptOf(account), "label, notes and media are as they were");
  assert.equal(back.two_factor.answer, "just_turned_on");
  assert.equal(back.diagnosis, null);
  const longer = await historyOf(window, id);
  assert.deepEqual(longer.slice(-history.length), history, "no line of the history is lost");
  assert.ok(longer.some((entry) => entry.kind === "reconnected"));
});

story("the wizard goes on where it was left, after quitting at any step", async (world) => {
  const { window, id, account } = await lostAccount(world);
  let open = window;
  // Killed once the step is shown: a press is not yet a step, and what was never begun need not be kept.
  const leaveAndReturn = async (step) => {
    await open.sees("wizard-heading", { step });
    await open.crash();
    open = await world.open();
    // As a person finds the way: in the list, or among the deleted once the old access is gone.
    if ((await open.account(id)).status === "removed") {
      await open.press("nav-deleted");
      await open.press(`add-again-${id}`);
    } else {
      await open.press("detail-action");
    }
    await open.sees("wizard-heading", { step });
  };

  await open.go(`#/reconnect/${id}`);
  await open.press("wizard-full");
  await open.sees("wizard-heading", { step: "prepare" });
  await open.press("answer-who-team");
  await open.until("the answer is taken", async () => (await open.account(id)).wizard?.answers.who === "team");
  await leaveAndReturn("prepare");
  assert.equal((await open.account(id)).wizard.answers.who, "team", "nothing is asked twice");
  await open.press("wizard-next");
  await leaveAndReturn("delete");
  await open.press("wizard-next");
  await leaveAndReturn("two_factor");
  await open.press("twofactor-on");
  await open.press("wizard-next");
  await leaveAndReturn("sign_in");
  await open.press("add-open-browser");
  await world.browser.consent(id);
  await open.sees("wizard-heading", { step: "finish" });
  await open.crash();
  open = await world.open();
  const back = await open.becomes(id, "connected");
  assert.deepEqual(keptOf(back), keptOf(account));
});

story("the quick way signs in again and replaces the old access", async (world) => {
  const { window, id, account } = await lostAccount(world);
  await window.go(`#/reconnect/${id}`);
  await window.press("wizard-quick");
  await window.press("add-open-browser");
  await world.browser.consent(id);
  await window.sees("wizard-heading", { step: "finish" });
  await window.press("wizard-done");
  const back = await window.becomes(id, "connected");
  assert.deepEqual(keptOf(back), keptOf(account));
});

story("deleting in the wizard can be undone until signing in begins", async (world) => {
  const { window, id, account } = await lostAccount(world);
  await window.go(`#/reconnect/${id}`);
  await window.press("wizard-full");
  await window.press("answer-who-me");
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "delete" });
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "two_factor" });
  await window.press("wizard-undo");
  const back = await window.becomes(id, "revoked");
  assert.deepEqual(keptOf(back), keptOf(account));
});
