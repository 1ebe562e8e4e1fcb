import assert from "node:assert/strict";
import { story } from "../world/story.js";

/** Every status an account can rest in; `renewing` is passed through in a moment. */
const statuses = ["blocked", "connected", "expired", "limited", "removed", "renewal_late", "revoked", "unknown", "waiting"];

story(
  "practice mode shows accounts in every status, without a Meta app, an account or a network",
  async (world) => {
    const window = await world.open({ args: ["--practice"] });
    await window.sees("practice-banner");
    assert.match(await window.session.title(), /practice/i);
    const accounts = await world.accountsOfEveryStatus(window);
    const shown = new Set(accounts.map((account) => account.status));
    assert.deepEqual(statuses.filter((status) => !shown.has(status)), [], "statuses that nobody has");
    await window.go("#/accounts");
    for (const { id, username, status } of accounts) {
      if (status === "removed") continue;
      await window.says(`row-${id}`, new RegExp(username));
      if (status !== "renewing") await window.sees(`status-${id}`, { status });
    }
  },
  { provider: false },
);

story(
  "a newcomer tries practice mode from the first page, changes the world, and leaves with nothing kept",
  async (world) => {
    const window = await world.open();
    await window.press("try-practice");
    await window.sees("practice-banner");
    const accounts = await world.accountsOfEveryStatus(window);
    const well = accounts.find((account) => account.status === "connected");

    await window.press("practice-controls");
    await window.sees("practice-panel");
    await window.ask("practice", { action: { kind: "account", id: well.id, change: "password_changed" } });
    await window.ask("check", { ids: [well.id] });
    const lost = await window.becomes(well.id, "revoked");
    assert.equal(lost.diagnosis.cause, "password_or_security_change");

    await window.press("practice-close");
    await window.press("practice-leave");
    await window.gone("practice-banner");
    await window.sees("welcome");
    assert.deepEqual(await window.accounts(), []);
  },
  { provider: false },
);
