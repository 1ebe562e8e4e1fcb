// Several Meta apps beside each other: what befalls one is not told of the other's accounts.
import assert from "node:assert/strict";
import { inspect } from "../world/inspect.js";
import { enterApp } from "../world/meta.js";
import { story } from "../world/story.js";
import { metaApp } from "../world/world.js";

/** The second app of a provider of two; its secret is made up here, where the provider is told of it. */
const second = { id: "990000000000002", secret: "00112233445566778899aabbccddeeff" };

story(
  "of two Meta apps one is blocked: only its accounts wait, Settings says so on the app, and both work again",
  async (world) => {
    const accounts = (await world.sandbox.accounts()).slice(0, 4);
    const [registered] = (await world.sandbox.apps()).map((app) => app.redirect_uris ?? []);
    await world.sandbox.putApp({ app_id: second.id, app_secret: second.secret, name: "The other shop", redirect_uris: registered });
    for (const { id } of accounts) await world.sandbox.tester(id, second.id, "accepted");
    const window = await world.open();
    const one = await enterApp(window, { id: metaApp.id, secret: metaApp.secret, name: "First shop" });
    const two = await enterApp(window, { id: second.id, secret: second.secret, name: "Second shop" });

    // New accounts go through the first app, unless the other is picked.
    for (const [place, { id }] of accounts.entries()) {
      await window.go("#/accounts");
      await window.go("#/add");
      await window.sees("pick-app");
      await window.session.run(
        `(value) => { const it = document.querySelector('[data-testid="pick-app"]'); it.value = value; it.dispatchEvent(new Event("change", { bubbles: true })); }`,
        place < 2 ? one : two,
      );
      await window.press("add-open-browser");
      await world.browser.consent(id);
      await window.sees("outcome", { outcome: "connected" });
      await window.press("add-done");
      const account = await window.becomes(id, "connected");
      assert.equal(account.app, place < 2 ? one : two);
    }

    await world.sandbox.fault("app_blocked", undefined, undefined, { app: second.id });
    const ids = accounts.map(({ id }) => id);
    const check = () => window.ask("check", { ids });
    await check();
    await window.until("the accounts of the blocked app wait", async () => {
      const all = await window.accounts();
      return all.filter((it) => it.app === two).every((it) => it.status === "waiting");
    }, { within: 120_000 });
    const all = await window.accounts();
    assert.ok(all.filter((it) => it.app === one).every((it) => it.status === "connected"), "the first app's are as they were");

    await window.go("#/settings/app");
    const [well, blocked] = (await window.state()).credentials;
    assert.deepEqual([well.id, well.trouble], [one, null]);
    assert.equal(blocked.trouble.count, 2);
    await window.sees(`app-${two}`, { trouble: "app_problem" });
    await window.says("app-trouble", /2/);
    assert.deepEqual(await inspect(window, "apps-one-blocked"), []);

    await world.sandbox.outage("none");
    await window.press("app-check-again");
    await window.until("all are connected again", async () => (await window.accounts()).every((it) => it.status === "connected"), {
      within: 120_000,
    });
    await window.until("the app is well again", async () => (await window.state()).credentials.every((it) => it.trouble === null));
    await window.gone("app-trouble");
    await world.shot(window, "apps-both-well");
  },
  { minutes: 6 },
);
