import assert from "node:assert/strict";
import { join } from "node:path";
import { bytesUnder, findSecrets } from "../world/canary.js";
import { story } from "../world/story.js";
import { metaApp } from "../world/world.js";

const passphraseOfNobody = "canary-passphrase-7Qx!é";
const day = 24 * 60 * 60 * 1000;

story("no secret is found in anything the app writes, logs or shows, in any encoding", async (world) => {
  const [first, second, third] = await world.sandbox.accounts();
  const window = await world.openSetUp();

  // Every way a secret can take: consent, refusal, paste, dashboard token, loss, wizard, renewal.
  await world.connect(window, first.id);
  const pasted = await world.sandbox.token(second.id);
  await window.ask("add_token", { route: "instagram", token: pasted });
  await window.becomes(second.id, "connected");
  await window.go("#/add");
  await window.press("add-open-browser");
  await world.browser.follow();
  await world.browser.logIn(third.id);
  await world.browser.deny();
  await window.sees("outcome", { outcome: "user_denied" });
  await window.ask("acknowledge_attempt");
  await window.ask("unlock", { passphrase: passphraseOfNobody }).catch(() => {}); // no passphrase here: refused
  await window.ask("submit_callback", { address: `http://127.0.0.1/callback?code=${pasted}&state=${pasted}` }).catch(() => {});
  await world.sandbox.apply(first.id, "password_changed");
  await window.ask("check", { ids: [] });
  await window.becomes(first.id, "revoked");
  await window.go(`#/reconnect/${first.id}`);
  await window.press("wizard-quick");
  await window.press("add-open-browser");
  await world.browser.consent(first.id);
  await window.sees("wizard-heading", { step: "finish" });
  await window.press("wizard-done");
  for (const { id } of [first, second]) await window.ask("history", { account_id: id, before: null, limit: 200 });
  const firstMessages = await window.overheard();
  await window.quit();

  await world.sandbox.advance(8 * day);
  const later = await world.open({ env: { RELINK_CLOCK_OFFSET_MS: String(8 * day) } });
  await later.until("it is renewed", async () => (await later.account(first.id)).last_renewed_at !== null);
  const command = await world.relink(["list", "--json"]);
  const messages = firstMessages + (await later.overheard());
  const page = await later.session.run(`() => document.documentElement.outerHTML`);

  const secrets = new Map([
    ["app secret", metaApp.secret],
    ["pasted token", pasted],
    ["passphrase", passphraseOfNobody],
    ...world.browser.secrets().map((value, at) => [`code or state ${at}`, value]),
    ...[...world.wire.heard].map((value, at) => [`on the wire ${at}`, value]),
    ...(await world.keyring.secrets()).flatMap((line, at) => [
      [`key line ${at}`, line],
      ...(line.match(/[0-9a-f]{64}/gi) ?? []).flatMap((digits) => [
        [`key ${at} in digits`, digits],
        [`key ${at} in bytes`, Buffer.from(digits, "hex")],
      ]),
    ]),
  ]);
  assert.ok(secrets.size >= 12, `only ${secrets.size} secrets are known; the search would mean little`);
  assert.ok([...secrets.keys()].some((name) => name.startsWith("key ")), "the key of the key store is among them");

  await later.quit();
  const files = bytesUnder(world.data);
  const logs = bytesUnder(world.logs);
  assert.ok(messages.length > 10_000, "the window's messages were recorded");
  assert.ok(files.size > 0, "there is a data folder to search");
  const places = new Map([
    ...files,
    ...["window", "second", "relink"].map((name) => [name, logs.get(join(world.logs, `${name}.log`)) ?? Buffer.alloc(0)]),
    ["messages", Buffer.from(messages)],
    ["page", Buffer.from(page)],
    ["relink list", Buffer.from(command.output)],
  ]);
  assert.deepEqual(findSecrets(secrets, places), []);
});
