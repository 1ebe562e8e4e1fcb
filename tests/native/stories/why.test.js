// Why an account was lost, what makes it rarer, and errors of other tools.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { pressByKeys, tabTo, typeKeys } from "../world/keyboard.js";
import { story } from "../world/story.js";
import { Key } from "../world/webdriver.js";

async function lostAccount(world) {
  const [{ id, username }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);
  await world.sandbox.apply(id, "password_changed");
  await window.ask("check", { ids: [id] });
  await window.becomes(id, "revoked");
  return { window, id, username };
}

story("a lost account shows why, what else it may have been, and keeps what is ticked over a restart", async (world) => {
  const { window, id, username } = await lostAccount(world);
  await window.go(`#/accounts/${id}`);
  await window.says("confidence", /^Instagram says/);
  await window.sees("fact-last_ok_at");
  await window.sees("possible-password_changed");
  await window.sees("possible-security_settings");
  assert.equal(await window.has("cause-found"), false, "one answer for several causes names none of them");
  await window.says("every-tool", /cannot|not prevented/);

  await tabTo(window, "keep-two_factor");
  await window.keys(Key.Space);
  await window.until("the tick is kept", async () => (await window.account(id)).ticked.includes("two_factor"));
  await window.says("keep-progress", /1 of 9/);

  await pressByKeys(window, "hand-over-copy");
  await window.says("hand-over-copied", /Copied/);
  const text = await window.session.run(`() => document.querySelector('[data-testid="hand-over-text"]').textContent`);
  assert.match(text, new RegExp(`@${username}`));
  assert.ok(!text.includes(id), "the provider's id is nobody's business");
  assert.doesNotMatch(text, /460|fbtrace|token/i);

  await window.crash();
  const again = await world.open();
  await again.go(`#/accounts/${id}`);
  await again.says("keep-progress", /1 of 9/);
});

story("an error of another tool is explained, by keyboard, in the window and on the command line", async (world) => {
  const window = await world.open();
  const error = {
    error: { message: "Error validating access token: The user has not authorized application 1.", type: "OAuthException", code: 190, error_subcode: 458 },
  };
  await window.go("#/explain");
  await tabTo(window, "explain-field");
  await typeKeys(window, JSON.stringify(error));
  await window.keys(Key.Control, Key.Enter);
  await window.sees("explained", { remedy: "reconnect" });
  await window.says("explained-lost", /is gone/);
  await window.sees("possible-app_removed");
  await window.sees("explained-keep_app");

  await window.go("#/accounts");
  await window.go("#/explain");
  await pressByKeys(window, "explain-button");
  await window.until("a sentence says what is missing", () =>
    window.session.run(`() => /Paste an error first/.test(document.body.innerText)`));

  const { code, json } = await world.relink(["diagnose", "-", "--json"], JSON.stringify(error));
  assert.equal(code, 0);
  assert.equal(json().cause, "app_removed");
});
