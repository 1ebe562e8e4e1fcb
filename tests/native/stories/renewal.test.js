import assert from "node:assert/strict";
import { story } from "../world/story.js";

const day = 24 * 60 * 60 * 1000;

story("an account whose renewal is due is renewed at the next start, before anybody asks", async (world) => {
  const [{ id }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  const before = await world.connect(window, id);
  await window.quit();

  await world.sandbox.advance(8 * day);
  const later = await world.open({ env: { RELINK_CLOCK_OFFSET_MS: String(8 * day) } });
  // After eight days unseen an account is not called connected before a call with the new access has
  // proved it; that call comes after the renewal.
  const after = await later.until("it is renewed, and the new access proved", async () => {
    const account = await later.account(id);
    return account.last_renewed_at !== null && account.status === "connected" && account;
  });
  assert.ok(after.last_ok_at >= after.last_renewed_at, "proved after it was renewed");
  const gained = Date.parse(after.expires_at) - Date.parse(before.expires_at);
  assert.ok(Math.abs(gained - 8 * day) < day / 24, `the 60 days count from now on; gained ${gained / day} days`);
  await later.go(`#/accounts/${id}`);
  await later.press("tab-history");
  await later.until("the history tells of it", async () => {
    const entries = await later.ask("history", { account_id: id, before: null, limit: 50 });
    return entries.some((entry) => entry.kind === "renewed");
  });
});

story("an outage turns nothing red: the account waits and renews when the provider is back", async (world) => {
  const [{ id }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);
  await window.quit();

  await world.sandbox.advance(8 * day);
  await world.sandbox.outage("server_errors");
  const later = await world.open({ env: { RELINK_CLOCK_OFFSET_MS: String(8 * day) } });
  await later.until("the failed try is known", async () => (await later.account(id)).renewal_failures > 0);
  const meanwhile = await later.account(id);
  assert.ok(["connected", "waiting"].includes(meanwhile.status), `it is ${meanwhile.status}`);

  await world.sandbox.outage("none");
  await later.ask("renew", { ids: [id] });
  await later.until("it is renewed", async () => (await later.account(id)).last_renewed_at !== null);
  await later.becomes(id, "connected");
});
