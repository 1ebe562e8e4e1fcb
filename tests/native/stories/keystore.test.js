import assert from "node:assert/strict";
import { story } from "../world/story.js";

story("a locked key store is not a lost connection: it is named, nothing is lost, unlocking is enough", async (world) => {
  const [{ id, username }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  const before = await world.connect(window, id);
  await window.quit();

  await world.keyring.lock();
  const locked = await world.open();
  await locked.sees("key-banner");
  const { key } = await locked.state();
  // Without a display the key store turns the question for its password down by itself.
  const states = ["keychain_locked", "keychain_waiting", "keychain_denied"];
  assert.ok(states.includes(key.state), `the state is ${key.state}`);
  await locked.says(`row-${id}`, new RegExp(username));
  const meanwhile = await locked.account(id);
  assert.equal(meanwhile.expires_at, before.expires_at, "what is known is shown");
  assert.ok(!["revoked", "expired", "blocked"].includes(meanwhile.status), `it is ${meanwhile.status}`);

  await world.keyring.unlock();
  await locked.press("key-retry");
  await locked.until("the key is here", async () => (await locked.state()).key.state === "ready", { within: 60_000 });
  await locked.gone("key-banner");
  await locked.ask("check", { ids: [id] });
  await locked.becomes(id, "connected");
});

story(
  "without any key store a passphrase can be chosen, and it opens the same data again",
  async (world) => {
    const passphrase = "correct horse battery staple";
    const [{ id }] = await world.sandbox.accounts();
    const window = await world.open();
    await window.ask("choose_key_storage", { storage: "passphrase", passphrase, forget_access: false });
    await window.ask("set_credentials", {
      route: "instagram",
      app_id: "990000000000001",
      app_secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    });
    await world.connect(window, id);
    await window.quit();

    const again = await world.open();
    await again.sees("key-banner", { state: "passphrase_needed" });
    await again.type("passphrase-field", "wrong passphrase");
    await again.press("unlock");
    await again.says("key-banner", /passphrase/i);
    assert.equal((await again.state()).key.state, "passphrase_needed");
    await again.type("passphrase-field", passphrase);
    await again.press("unlock");
    await again.gone("key-banner");
    await again.ask("check", { ids: [id] });
    await again.becomes(id, "connected");
  },
  { keyring: "absent" },
);
