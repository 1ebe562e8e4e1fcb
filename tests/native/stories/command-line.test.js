import assert from "node:assert/strict";
import { story } from "../world/story.js";
import { metaApp } from "../world/world.js";

story("without a window: the command line connects through the browser, notices a loss and says what it needs", async (world) => {
  const [{ id, username }] = await world.sandbox.accounts();
  const set = await world.relink(["settings", "app", "--app-id", metaApp.id], `${metaApp.secret}\n`);
  assert.equal(set.code, 0);

  const connecting = world.relink(["connect", "--json"]);
  await world.browser.consent(id);
  const connected = await connecting;
  assert.equal(connected.code, 0);
  assert.equal(connected.json().username, username);

  await world.sandbox.apply(id, "password_changed");
  const check = await world.relink(["check", id, "--json"]);
  assert.equal(check.code, 3, "an account needs the person");
  const [account] = (await world.relink(["list", "--json"])).json();
  assert.equal(account.status, "revoked");
  assert.equal(account.cause, "password_or_security_change");

  // The window opens on the same data.
  const window = await world.open();
  await window.go("#/accounts");
  await window.sees(`status-${id}`, { status: "revoked" });
});

story("without a window and with a locked key store the command line says so by its exit code", async (world) => {
  const [{ id }] = await world.sandbox.accounts();
  await world.relink(["settings", "app", "--app-id", metaApp.id], `${metaApp.secret}\n`);
  const connecting = world.relink(["connect", "--json"]);
  await world.browser.consent(id);
  assert.equal((await connecting).code, 0);

  await world.keyring.lock();
  assert.equal((await world.relink(["check", id, "--json"])).code, 5);
  const list = await world.relink(["list", "--json"]);
  assert.equal(list.code, 0, "what is known is shown");
  assert.equal(list.json()[0].status, "connected");

  await world.keyring.unlock();
  assert.equal((await world.relink(["check", id, "--json"])).code, 0);
});
