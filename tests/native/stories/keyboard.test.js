import assert from "node:assert/strict";
import { pressByKeys, tabTo, typeKeys } from "../world/keyboard.js";
import { story } from "../world/story.js";
import { Key } from "../world/webdriver.js";
import { metaApp } from "../world/world.js";

const focused = (window) =>
  window.session.run(`() => document.activeElement?.closest("[data-testid]")?.dataset.testid ?? document.activeElement?.tagName`);

story("with the keyboard alone: from the first start to a connected account", async (world) => {
  const [{ id }] = await world.sandbox.accounts();
  const window = await world.open();
  await pressByKeys(window, "connect-account");
  await pressByKeys(window, "setup-app");
  await tabTo(window, "app-id");
  await typeKeys(window, metaApp.id);
  await tabTo(window, "app-secret");
  await typeKeys(window, metaApp.secret);
  await pressByKeys(window, "app-save");
  await window.until("the app secret is saved", async () => (await window.state()).credentials[0]?.secret_saved);

  await window.keys(Key.Control, "n");
  await pressByKeys(window, "add-open-browser");
  await world.browser.consent(id);
  await window.sees("outcome", { outcome: "connected" });
  await pressByKeys(window, "add-done");
  await window.becomes(id, "connected");
});

story("with the keyboard alone: from a disconnected account through the whole wizard", async (world) => {
  const [{ id }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);
  await world.sandbox.apply(id, "password_changed");
  await window.go("#/accounts");
  await window.keys(Key.F5); // check all
  await window.becomes(id, "revoked");

  await tabTo(window, "account-list");
  await window.keys(Key.Control, Key.Enter);
  await window.sees("wizard-heading", { step: "happened" });
  assert.equal(await focused(window), "wizard-heading", "a new step takes the focus to its heading");
  await pressByKeys(window, "wizard-full");
  await window.sees("wizard-heading", { step: "prepare" });
  await tabTo(window, "answer-who-me");
  await window.keys(Key.Space);
  await window.until("the answer is kept", async () => (await window.account(id)).wizard.answers.who === "me");
  await pressByKeys(window, "wizard-next");
  await window.sees("wizard-heading", { step: "delete" });
  await pressByKeys(window, "wizard-next");
  await window.sees("wizard-heading", { step: "two_factor" });
  await tabTo(window, "twofactor-on");
  await window.keys(Key.Space);
  await window.until("the answer is kept", async () => (await window.account(id)).wizard.answers.two_factor === "on");
  await pressByKeys(window, "wizard-next");
  await window.sees("wizard-heading", { step: "sign_in" });
  await pressByKeys(window, "add-open-browser");
  await world.browser.consent(id);
  await window.sees("wizard-heading", { step: "finish" });
  await pressByKeys(window, "wizard-done");
  await window.becomes(id, "connected");
});

story(
  "with the keyboard alone: delete and undo, palette, dialogs give the focus back",
  async (world) => {
    const window = await world.open({ args: ["--practice"] });
    const accounts = await world.accountsOfEveryStatus(window);
    const listed = accounts.filter((account) => account.status !== "removed").length;
    await window.go("#/accounts");
    await tabTo(window, "account-list");
    await window.keys(Key.Delete);
    await window.sees("toast-deleted");
    await window.keys(Key.Control, "z");
    await window.gone("toast-deleted");
    const back = (await window.accounts()).filter((account) => account.status !== "removed").length;
    assert.equal(back, listed);

    await window.keys(Key.Control, "k");
    await window.sees("palette");
    await window.keys(Key.Escape);
    await window.gone("palette");
    assert.notEqual(await focused(window), "BODY", "the focus goes back to where it was");
  },
  { provider: false },
);
