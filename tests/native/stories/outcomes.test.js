// Every way an attempt can end (product, section 3), each really come to, in the real window. Answers are pasted where
// something has to happen between the browser's answer and the app's use of it.
import assert from "node:assert/strict";
import { inspect } from "../world/inspect.js";
import { enterApp } from "../world/meta.js";
import { eventually } from "../world/processes.js";
import { story } from "../world/story.js";
import { metaApp } from "../world/world.js";

const provider = { switches: ["--strict"], doors: true };
const publish = "instagram_business_content_publish";

/** A window whose one app has its answers pasted. */
async function begin(world) {
  const window = await world.open();
  const { doors } = await window.state();
  await world.sandbox.register(doors.certificate);
  await enterApp(window, { id: metaApp.id, secret: metaApp.secret, door: "paste", redirect: doors.certificate });
  return { window, lands: doors.certificate, seen: new Set() };
}

/** Opens the browser anew, whatever the attempt before came to; gives the consent address. */
async function opened(world, window) {
  const { attempt } = await window.state();
  if (attempt?.phase === "waiting") await window.ask("cancel_attempt");
  else if (attempt !== null) await window.ask("acknowledge_attempt");
  await window.go("#/add");
  await window.press("add-open-browser");
  await window.sees("attempt", { phase: "waiting" });
  return world.browser.opened();
}

/** Allows in the browser; gives the address it ended at. */
async function allowed(world, { window, lands }, id, how = {}) {
  await world.browser.forgetLogIns();
  await world.browser.visit(await opened(world, window));
  await world.browser.logIn(id);
  return world.browser.allow({ lands, ...how });
}

async function paste(window, address) {
  await window.unfold("paste");
  await window.type("paste-field", address);
  await window.press("paste-submit");
}

/** The attempt has ended so: the page says it in words and offers one main way on, and no account has changed. */
async function ended(world, { window, seen }, outcome, { more = [], accounts = 0 } = {}) {
  await window.sees("outcome", { outcome });
  const told = await window.text("outcome");
  assert.ok(!/Facebook/.test(told), `${outcome}: on Instagram's route nothing speaks of Facebook`);
  for (const testid of more) await window.sees(testid);
  const main = await window.session.run(`() => document.querySelectorAll('[data-testid="outcome"] [data-variant="primary"]').length`);
  assert.equal(main, 1, `${outcome}: one main button`);
  assert.equal((await window.accounts()).length, accounts, outcome);
  await world.shot(window, `outcome-${outcome}`);
  seen.add(outcome);
}

/** A door refused what came; the attempt goes on. */
async function rejected(world, { window, seen }, outcome, words) {
  await window.until(`${outcome} is told`, async () => (await window.state()).attempt?.last_rejection === outcome);
  await window.says("paste", words);
  assert.equal((await window.state()).attempt.phase, "waiting", "the attempt is still open");
  await world.shot(window, `outcome-${outcome}`);
  seen.add(outcome);
}

const changed = (address, change) => {
  const url = new URL(address);
  change(url.searchParams);
  return url.href;
};

story(
  "what the person, the browser or Instagram did is told by name, and each leads on to the next try",
  async (world) => {
    const [{ id }, other] = await world.sandbox.accounts();
    const it = await begin(world);
    const { window, lands, seen } = it;

    await world.browser.visit(await opened(world, window));
    await world.browser.logIn(id);
    const denial = await world.browser.deny({ lands });
    await paste(window, denial);
    await ended(world, it, "user_denied", { more: ["attempt-again"] });

    await window.press("attempt-again");
    await window.sees("attempt", { phase: "waiting" });
    const next = await world.browser.opened();
    await paste(window, denial);
    await rejected(world, it, "state_used", /\S/);
    await paste(window, changed(denial, (query) => query.set("state", "Zm9yZXN0LWFuZC1zZWEtYW5kLXNreS1hbmQtc25vdy0")));
    await rejected(world, it, "state_unknown", /\S/);
    await paste(window, lands);
    await rejected(world, it, "redirect_malformed", /\S/);

    // The same attempt is good still, after all that.
    await world.browser.visit(next);
    await world.browser.logIn(id);
    await paste(window, await world.browser.allow({ lands, untick: [publish] }));
    await ended(world, it, "scope_rejected", { more: ["scopes-try-again", "scopes-keep"] });
    await window.press("add-cancel");

    const address = await allowed(world, it, id);
    await world.sandbox.apply(id, "made_personal");
    await paste(window, address);
    await ended(world, it, "instagram_no_business_account", { more: ["attempt-again"] });
    await world.sandbox.apply(id, "made_professional");

    await paste(window, changed(await allowed(world, it, id), (query) => query.set("code", "AQBmadeUpAndNeverGivenOut")));
    await ended(world, it, "code_rejected", { more: ["attempt-again"] });

    // What connects at last is the same way once more.
    await window.press("attempt-again");
    await window.sees("attempt", { phase: "waiting" });
    await world.browser.forgetLogIns();
    await paste(window, await world.browser.consent(id, { lands }));
    await window.sees("outcome", { outcome: "connected" });
    await window.press("add-done");
    await window.becomes(id, "connected");

    await window.ask("connect", { route: "instagram", expected: id });
    await window.go("#/add");
    await window.sees("attempt", { phase: "waiting" });
    await world.browser.follow();
    await world.browser.logIn(other.id);
    await paste(window, await world.browser.allow({ lands }));
    await ended(world, it, "wrong_account", { more: ["compare", "wrong-try-again", "wrong-add-new", "add-cancel"], accounts: 1 });
    assert.equal((await window.account(id)).status, "connected", "the expected one is as it was");
    assert.equal(seen.size, 8);
  },
  { provider, minutes: 6 },
);

story(
  "what is wrong with the Meta app's own settings is told by name, and leads to where it is mended",
  async (world) => {
    const [{ id }] = await world.sandbox.accounts();
    const it = await begin(world);
    const { window, seen } = it;

    const state = new URL(await opened(world, window)).searchParams.get("state");
    const refusal = { error: "invalid_scope", error_description: "Invalid Scopes: instagram_business_content_publish", state };
    await paste(window, `${it.lands}?${new URLSearchParams(refusal)}`);
    await ended(world, it, "invalid_scope", { more: ["attempt-choose", "attempt-dashboard"] });
    await window.press("attempt-choose");
    await window.sees("asked");

    world.wire.changes = (body) => body.replace(/redirect_uri=[^&]+/, "redirect_uri=https%3A%2F%2Fexample.net%2Fother%2F");
    await paste(window, await allowed(world, it, id));
    await ended(world, it, "redirect_mismatch", { more: ["attempt-settings", "attempt-copy-address"] });
    world.wire.changes = undefined;
    await window.press("attempt-settings");
    await window.sees("apps");

    const address = await allowed(world, it, id);
    await world.sandbox.outage("app_deleted");
    await paste(window, address);
    await ended(world, it, "wrong_app_id", { more: ["attempt-settings", "attempt-dashboard"] });
    await world.sandbox.outage("none");

    const again = await allowed(world, it, id);
    await world.sandbox.apply(id, "role_lost");
    await paste(window, again);
    await ended(world, it, "app_not_allowed", { more: ["attempt-tester", "attempt-again"] });
    await world.sandbox.apply(id, "role_restored");

    const fault = await allowed(world, it, id);
    await world.sandbox.fault("cut", ["code_exchange"]);
    await paste(window, fault);
    await window.sees("outcome", { outcome: "network_error" });
    assert.equal((await window.state()).attempt.phase, "checking", "it is not over");
    await world.shot(window, "outcome-network_error");
    seen.add("network_error");
    await world.sandbox.outage("none");
    await window.until("it goes on by itself with the same code", () => window.session.find('[data-outcome="connected"]'), { within: 120_000 });
    await window.press("add-done");
    await window.becomes(id, "connected");
    assert.equal(seen.size, 5);
  },
  { provider, minutes: 6 },
);

/** What Instagram's own page may show with no way back, and how it comes to that. (Meta platform reference, D3.) */
const sights = [
  { sight: "redirect", shows: /Invalid redirect_uri/, change: (query) => query.set("redirect_uri", "https://example.net/other/") },
  { sight: "unavailable", shows: /this page isn.t available/, change: (query) => query.set("client_id", "") },
  { sight: "app", shows: /Invalid platform app/, change: (query) => query.set("client_id", "990000000000999") },
  { sight: "scopes", shows: /Invalid Scopes/, change: (query) => query.set("scope", publish) },
];

story(
  "no answer: what the browser shows is asked, and every text of Instagram's that fits leads to a button",
  async (world) => {
    const [{ id }] = await world.sandbox.accounts();
    const it = await begin(world);
    const { window } = it;
    await world.sandbox.tester(id, metaApp.id, "invited");
    const address = await opened(world, window);
    await window.until("the person is asked", () => window.has("browser-asks"), { within: 90_000 });
    assert.deepEqual(await inspect(window, "outcome-no_answer"), []);

    for (const { sight, shows, change } of sights) {
      await world.browser.visit(changed(address, change));
      await world.browser.sees("#error, [id^=account-]");
      if (await world.browser.shows('[id^="account-"]')) await world.browser.logIn(id);
      assert.match(await world.browser.text(), shows, sight);
    }
    // The account has not accepted the invitation: allowed or not, Instagram's page says so.
    await world.browser.visit(address);
    await world.browser.logIn(id);
    assert.match(await world.browser.text(), /Insufficient Developer Role/);

    const every = await window.session.run(
      `() => [...document.querySelectorAll('[data-testid="browser-asks"] input')].map((it) => it.dataset.testid)`,
    );
    const all = ["signing", "unavailable", "app", "redirect", "scopes", "notAllowed", "unreachable", "somebody", "other"];
    assert.deepEqual(every, all.map((name) => `asks-${name}`));
    for (const testid of every) {
      await window.press(testid);
      await eventually(`${testid} is answered`, async () => (await window.text("asks-advice")).length > 10);
      const ways = await window.session.run(`() => document.querySelectorAll('[data-testid^="asks-do-"]').length`);
      assert.ok(ways >= 1, `${testid} leads to a button`);
    }
    await window.press("asks-notAllowed");
    await window.press("asks-do-tester");
    assert.equal(await world.browser.opened(), "https://www.instagram.com/accounts/manage_access/");
    await world.sandbox.tester(id, metaApp.id, "accepted");
    await window.press("asks-do-again");
    await paste(window, await world.browser.consent(id, { lands: it.lands }));
    await window.sees("outcome", { outcome: "connected" });
  },
  { provider, minutes: 6 },
);
