// Media and profile: fetched by themselves, shown from the app's own protocol, and what a gap in access cost.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { story } from "../world/story.js";

const synced = (window, id, more = {}) =>
  window.until("the media are fetched", async () => {
    const account = await window.account(id);
    return account.sync.state === "resting" && account.sync.last_at !== null && account;
  }, more);

const pictures = (window) =>
  window.session.run(`() => [...document.querySelectorAll('[data-testid="media-grid"] img')]
    .filter((it) => it.complete && it.naturalWidth > 0).map((it) => it.src)`);

story("media are fetched after connecting and shown with small pictures from the app's own protocol", async (world) => {
  const [{ id }] = await world.sandbox.accounts();
  await world.sandbox.apply(id, "has_media", 60);
  const window = await world.openSetUp();
  await world.connect(window, id);
  const account = await synced(window, id, { within: 60_000 });
  assert.ok(account.kept.media >= 60, `only ${account.kept.media} items are kept`);
  await window.go(`#/accounts/${id}/media`);
  await window.says("sync-count", new RegExp(String(account.kept.media)));
  const shown = await window.until("there are pictures", async () => {
    const seen = await pictures(window);
    return seen.length >= 4 && seen;
  });
  for (const source of shown) assert.match(source, /^media:/, "no picture comes from elsewhere");

  await window.crash();
  const again = await world.open();
  await again.go(`#/accounts/${id}/media`);
  await again.until("the pictures are there without the network", async () => (await pictures(again)).length >= 4);
});

story("after a gap in access the receipt says what was fetched afterwards and what is gone, as text and as a file", async (world) => {
  const [{ id, username }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);
  await synced(window, id, { within: 60_000 });
  await world.sandbox.apply(id, "password_changed");
  await window.ask("check", { ids: [id] });
  const before = await window.becomes(id, "revoked");
  await window.go(`#/accounts/${id}/media`);
  await window.sees("media-as-of");
  await window.sees("sync-lost");
  for (const _ of [1, 2, 3]) await world.sandbox.apply(id, "published");

  await window.go(`#/reconnect/${id}`);
  await window.press("wizard-full");
  await window.press("answer-who-me");
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "delete" });
  await window.says("manifest", new RegExp(String(before.kept.media)));
  await window.press("wizard-next");
  await window.press("twofactor-on");
  await window.press("wizard-next");
  await window.press("add-open-browser");
  await world.browser.consent(id);
  await window.sees("wizard-heading", { step: "finish" });
  await window.sees("receipt", { missing: "" });
  await window.press("wizard-done");
  const after = await window.until("what was published meanwhile is fetched", async () => {
    const account = await window.account(id);
    return account.kept.media === before.kept.media + 3 && account;
  }, { within: 60_000 });
  assert.equal(after.status, "connected");

  await window.go(`#/accounts/${id}/media`);
  await window.sees("gap", { complete: "true" });
  await window.says("gap", /3 items were published meanwhile/);
  await window.session.run(`() => document.querySelector('[data-testid="gap"]').open = true`);
  await window.press("gap-save");
  await window.says("gap-result", /Saved as/);
  const path = (await window.text("gap-result")).replace(/^.*Saved as /s, "").trim();
  assert.ok(existsSync(path), `${path} is not there`);
  const lines = readFileSync(path, "utf8").trim().split(/\r\n/);
  assert.ok(lines.length >= 4, lines.join("\n"));
  assert.match(path, new RegExp(`relink-gap-${username.replaceAll(".", "\\.")}`));
});
