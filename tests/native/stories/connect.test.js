import assert from "node:assert/strict";
import { story } from "../world/story.js";

const professional = async (world, index = 0) => (await world.sandbox.accounts())[index];
const personal = async (world) =>
  (await world.sandbox.accounts()).find((account) => account.account_type === "personal");

story("a person connects an account through the system browser", async (world) => {
  const window = await world.open();
  await window.sees("welcome");
  await window.press("connect-account");

  // The person's own Meta app comes first, and is asked for only once.
  await window.press("setup-app");
  await window.type("app-id", "990000000000001");
  await window.type("app-secret", "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
  await window.press("app-save");
  await window.until("the app secret is saved", async () => (await window.state()).credentials[0]?.secret_saved);

  const { id, username } = await professional(world);
  await window.go("#/add");
  await window.press("add-open-browser");
  await window.sees("attempt", { phase: "waiting" });
  await world.browser.consent(id);
  await window.sees("outcome", { outcome: "connected" });
  await window.says("outcome", new RegExp(`@${username} is connected`));
  for (const line of ["signed_in", "right_account", "permissions", "first_data"]) {
    await window.sees(`mark-${line}`, { mark: "done" });
  }
  await window.press("add-done");

  const account = await window.becomes(id, "connected");
  assert.equal(account.username, username);
  await window.go("#/accounts");
  await window.says(`row-${id}`, new RegExp(username));
  await window.says(`access-${id}`, /^(59|60) days left$/);
  assert.equal((await world.sandbox.account(id)).connected, true, "the provider knows of a living token");
});

story("saying no at the consent page changes nothing and says so", async (world) => {
  const window = await world.openSetUp();
  const { id } = await professional(world);
  await window.go("#/add");
  await window.press("add-open-browser");
  await world.browser.follow();
  await world.browser.logIn(id);
  await world.browser.deny();
  await window.sees("outcome", { outcome: "user_denied" });
  assert.deepEqual(await window.accounts(), []);

  await window.press("attempt-again");
  await world.browser.consent(id);
  await window.sees("outcome", { outcome: "connected" });
});

story("an unticked permission is named, and the account can be kept with limits", async (world) => {
  const window = await world.openSetUp();
  const { id } = await professional(world);
  const unticked = "instagram_business_content_publish";
  await window.go("#/add");
  await window.press("add-open-browser");
  await world.browser.consent(id, { untick: [unticked] });
  await window.sees("outcome", { outcome: "scope_rejected" });
  assert.deepEqual((await window.state()).attempt.missing_scopes, [unticked]);
  assert.deepEqual(await window.accounts(), [], "nothing is kept before the person chose");

  await window.press("scopes-keep");
  const account = await window.becomes(id, "limited");
  const granted = Object.fromEntries(account.permissions.map((it) => [it.scope, it.granted]));
  assert.equal(granted[unticked], false);
  assert.equal(granted.instagram_business_basic, true);
});

story("a personal account cannot be connected and the way to switch is shown", async (world) => {
  const window = await world.openSetUp();
  const { id } = await personal(world);
  await window.go("#/add");
  await window.press("add-open-browser");
  await world.browser.follow();
  await world.browser.logIn(id);
  // Instagram keeps the refusal on its own page or sends it back; either way the person gets on.
  if (await world.browser.shows("#allow")) {
    await world.browser.allow();
    await window.sees("outcome", { outcome: "instagram_no_business_account" });
  } else {
    assert.equal((await window.state()).attempt.phase, "waiting");
    await window.press("add-cancel");
  }
  assert.deepEqual(await window.accounts(), []);
});

story("signing in as somebody else changes nothing of the account that was expected", async (world) => {
  const window = await world.openSetUp();
  const expected = await professional(world, 0);
  const other = await professional(world, 1);
  await world.connect(window, expected.id);
  await world.sandbox.apply(expected.id, "password_changed");
  await window.ask("check", { ids: [expected.id] });
  const before = await window.becomes(expected.id, "revoked");

  await window.go(`#/reconnect/${expected.id}`);
  await window.press("wizard-quick");
  await window.press("add-open-browser");
  await world.browser.consent(other.id);
  await window.sees("outcome", { outcome: "wrong_account" });
  const after = await window.account(expected.id);
  // The history gains a line about the attempt, and the wizard is open; all else is as it was.
  const own = ({ wizard: _, kept, ...account }) => ({ ...account, kept: { ...kept, history: null } });
  assert.deepEqual(own(after), own(before));
  assert.equal(await window.account(other.id), undefined, "the other account is not added unasked");

  await window.press("wrong-try-again");
  await world.browser.consent(expected.id);
  await window.becomes(expected.id, "connected");
});

story(
  "a link older than ten minutes is refused by name and a new one works",
  async (world) => {
    const window = await world.open({ args: ["--practice"] });
    const known = new Set((await world.accountsOfEveryStatus(window)).map((account) => account.id));
    await window.go("#/add");
    await window.press("add-open-browser");
    const old = await world.browser.opened();
    await window.ask("practice", { action: { kind: "advance", hours: 1 } });
    await window.sees("outcome", { outcome: "state_expired" });

    await world.browser.visit(old);
    const id = await world.browser.logInAsNobodyOf(known);
    await world.browser.press("#allow");
    await world.browser.leaves("/oauth/authorize");
    assert.equal(await window.account(id), undefined, "the old link connects nothing");
    await window.sees("outcome", { outcome: "state_expired" });

    await window.press("attempt-again");
    await world.browser.consent(id);
    await window.sees("outcome", { outcome: "connected" });
  },
  { provider: false },
);

story("closing the app in the middle of connecting changes nothing, and it says so on return", async (world) => {
  const window = await world.openSetUp();
  const { id } = await professional(world);
  await window.go("#/add");
  await window.press("add-open-browser");
  await world.browser.opened();
  await window.crash();

  const again = await world.open();
  await again.go("#/add");
  await again.sees("outcome", { outcome: "interrupted" });
  assert.deepEqual(await again.accounts(), []);
  await again.press("attempt-again");
  await world.browser.consent(id);
  await again.sees("outcome", { outcome: "connected" });
});

story("a network cut in the middle of connecting goes on by itself with the same sign-in", async (world) => {
  const window = await world.openSetUp();
  const { id } = await professional(world);
  await world.sandbox.fault("cut", ["code_exchange"]);
  await window.go("#/add");
  await window.press("add-open-browser");
  await world.browser.consent(id);
  await window.sees("outcome", { outcome: "network_error" });
  assert.equal((await window.state()).attempt.phase, "checking", "it is not over");

  await world.sandbox.outage("none");
  await window.until("it is connected without signing in again", () => window.session.find('[data-outcome="connected"]'), {
    within: 120_000,
  });
  await window.becomes(id, "connected");
});
