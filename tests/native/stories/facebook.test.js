// Accounts that are reached through Facebook Pages: connecting several, asking again, taking access back.
import assert from "node:assert/strict";
import { inspect } from "../world/inspect.js";
import { enterApp, facebookApp } from "../world/meta.js";
import { story } from "../world/story.js";

const publish = "instagram_content_publish";
const provider = { switches: ["--strict"], doors: true };

/** A window with the Facebook app, and somebody at Facebook with several Pages. */
async function begin(world) {
  const window = await world.open();
  await enterApp(window, { route: "facebook", ...facebookApp, name: "Agency", door: "localhost" });
  const [person] = await world.sandbox.people();
  return { window, person };
}

async function signIn(world, window, person, how) {
  await window.go("#/add");
  await window.press("add-open-browser");
  await window.sees("attempt", { phase: "waiting" });
  await world.browser.consentAs(person.id, how);
}

/** Connects the accounts of all Pages that can be used but for the first; gives those that were connected. */
async function connectTwo(world, window, person) {
  await signIn(world, window, person);
  await window.sees("pages");
  const { pages } = (await window.state()).attempt;
  const usable = pages.filter((it) => it.state === "ready");
  assert.ok(usable.length >= 3, "there are several to choose from");
  await window.press("pages-none");
  for (const { page_id } of usable.slice(1, 3)) await window.press(`page-${page_id}`);
  assert.deepEqual(await inspect(window, "facebook-pages"), []);
  await window.press("pages-connect");
  await window.sees("outcome", { outcome: "connected" });
  await world.shot(window, "facebook-connected");
  await window.press("add-done");
  for (const { account_id } of usable.slice(1, 3)) await window.becomes(account_id, "connected");
  return { chosen: usable.slice(1, 3), left: usable[0], pages };
}

story(
  "two of several Pages are connected without an end, and each account says through which Page it is reached",
  async (world) => {
    const { window, person } = await begin(world);
    const { chosen, left, pages } = await connectTwo(world, window, person);
    assert.equal(await window.account(left.account_id), undefined, "what was not chosen is not added");
    assert.ok(pages.some((it) => it.state === "no_instagram"), "a Page without an account is among them");
    for (const { account_id, page_name } of chosen) {
      const account = await window.account(account_id);
      assert.equal(account.expires_at, null);
      await window.go(`#/accounts/${account_id}`);
      await window.press("tab-overview");
      await window.says("detail", new RegExp(page_name.replaceAll(/[^\w ]/g, ".")));
      for (const scope of ["instagram_basic", "pages_show_list", "pages_read_engagement", publish]) {
        await window.sees(`permission-${scope}`, { granted: "true" });
      }
      await window.press("tab-runway");
      await window.sees("runway", { state: "endless" });
      assert.match(await window.text(`row-${account_id}`), /No end date, can be withdrawn/);
    }
    await window.press("tab-overview");
    assert.deepEqual(await inspect(window, "facebook-detail"), []);
  },
  { provider },
);

story(
  "a declined permission is kept with limits, asked for once more, and then all is there",
  async (world) => {
    const { window, person } = await begin(world);
    await signIn(world, window, person, { untick: [publish] });
    await window.sees("outcome", { outcome: "scope_rejected" });
    assert.deepEqual((await window.state()).attempt.missing_scopes, [publish]);
    assert.deepEqual(await window.accounts(), [], "nothing is kept before the person chose");
    assert.deepEqual(await inspect(window, "facebook-declined"), []);
    await window.press("scopes-keep");
    await window.sees("pages");
    const [{ account_id, page_id }] = (await window.state()).attempt.pages.filter((it) => it.state === "ready");
    await window.press("pages-none");
    await window.press(`page-${page_id}`);
    await window.press("pages-connect");
    await window.sees("outcome", { outcome: "connected" });
    await window.press("add-done");
    await window.becomes(account_id, "limited");

    await window.go(`#/accounts/${account_id}`);
    await window.press("tab-overview");
    await window.sees(`permission-${publish}`, { granted: "false", declined: "true" });
    await world.shot(window, "facebook-limited");
    await window.press("permissions-ask");
    const address = await world.browser.opened();
    assert.equal(new URL(address).searchParams.get("auth_type"), "rerequest");
    await world.browser.visit(address);
    await world.browser.logInPerson(person.id);
    await world.browser.allow();
    await window.sees("outcome", { outcome: "connected" });
    await window.press("add-done");
    const whole = await window.becomes(account_id, "connected");
    assert.ok(whole.permissions.every((it) => it.granted));
  },
  { provider },
);

story(
  "taking the access back names who else loses it; those turn red with the right cause, and the account can be left",
  async (world) => {
    const { window, person } = await begin(world);
    const { chosen } = await connectTwo(world, window, person);
    const [one, other] = chosen;
    await window.go(`#/accounts/${one.account_id}`);
    await window.press("tab-overview");
    await window.press("revoke-open");
    await window.sees("revoke-dialog");
    await window.says("revoke-others", new RegExp(other.username));
    assert.deepEqual(await inspect(window, "facebook-revoke"), []);
    await window.press("revoke-cancel");
    await window.gone("revoke-dialog");
    assert.equal((await window.account(other.account_id)).status, "connected", "Cancel does nothing");

    await window.press("revoke-open");
    await window.press("revoke-confirm");
    await window.sees("revoke-done");
    for (const { account_id } of chosen) {
      const red = await window.until(`${account_id} turns red`, async () => {
        const account = await window.account(account_id);
        return account.status === "revoked" && account;
      }, { within: 90_000 });
      assert.equal(red.diagnosis.cause, "app_removed");
    }
    await world.shot(window, "facebook-revoked");
    await window.press("detail-delete");
    await window.becomes(one.account_id, "removed"); // ten seconds to undo it instead of a question
    await window.press("nav-deleted");
    await window.unfold(`remains-${one.account_id}`);
    await window.sees("remains-known", { known: "yes" });
    await world.shot(window, "facebook-left");
  },
  { provider },
);
