// From nothing to a connected account with nothing but the assistant's words, at a provider as strict as Meta.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostPage } from "../world/host.js";
import { pressByKeys, tabTo, typeKeys } from "../world/keyboard.js";
import { facebookApp } from "../world/meta.js";
import { story } from "../world/story.js";
import { Key } from "../world/webdriver.js";
import { metaApp } from "../world/world.js";

const strict = { switches: ["--strict", "--tester-must-accept"], doors: 17423 };

/** Where the assistant sends a person for invitations, as the stand-in has it. */
const invitations = (world) => `${world.sandbox.origin}/www/accounts/manage_access/`;

async function step(window, name) {
  await window.sees("setup", { step: name });
  await window.sees("setup-heading");
}

story(
  "a new user comes from the first start to a connected account, past the mistakes that are made at Meta",
  async (world) => {
    const [{ id, username }] = await world.sandbox.accounts();
    const downloads = join(world.home, "Downloads");
    for (const folder of [downloads, join(world.home, ".config")]) mkdirSync(folder);
    writeFileSync(join(world.home, ".config/user-dirs.dirs"), 'XDG_DOWNLOAD_DIR="$HOME/Downloads"\n');
    const window = await world.open();
    const shot = (name) => world.shot(window, `assistant-${name}`);
    await window.sees("welcome");
    await shot("00-welcome");
    await window.press("connect-account");
    await step(window, "start");
    await shot("01-start");
    await window.press("setup-next");
    await step(window, "make");
    await shot("02-make");
    await window.press("setup-next");
    await step(window, "address");
    assert.equal((await window.state()).doors.direct, false, "there is a way back to choose");
    await window.sees("door", { door: "bounce" });
    await shot("03-way-back");

    await window.press("setup-next");
    await window.until("the missing address is named", () => window.session.find('[data-testid="door-address"][aria-invalid="true"]'));
    await shot("03-way-back-missing");
    await window.press("save-page");
    await window.says("page-saved", /\.html/);
    const file = /(\/\S.*\.html)/.exec(await window.text("page-saved"))[1];
    assert.ok(file.startsWith(downloads), "the page lies where downloads do");
    const address = await hostPage(world, { name: "pages.example.net", path: "/relink", file });
    await world.browser.visit(address);
    assert.match(await world.browser.text(), /The page is ready\./);

    await window.type("door-address", "http://pages.example.net/relink");
    await window.until("plain http is refused", () => window.session.find('[data-testid="door-address"][aria-invalid="true"]'));
    await window.type("door-address", address);
    await window.sees("register");
    assert.equal(await window.session.run(`() => document.querySelector('[data-testid="redirect-address"]').value`), address);
    await shot("03-way-back-register");
    await world.sandbox.register(`${address}/`); // Meta's dashboard adds a slash, and the person does not see it
    await window.press("setup-next");

    await step(window, "keys");
    await shot("04-keys");
    await window.type("app-id", facebookApp.id); // both from "App settings" > "Basic"
    await window.type("app-secret", facebookApp.secret);
    await window.press("app-save");
    await window.sees("check", { fine: "false" });
    await window.says("check-id", /does not know this ID|ID of the Facebook app/);
    await shot("04-keys-mixed-up");
    await window.type("app-id", metaApp.id);
    await window.type("app-secret", metaApp.secret);
    await window.press("app-save");
    await window.sees("check", { fine: "true" });
    await shot("04-keys-right");
    const saved = (await window.state()).credentials;
    assert.deepEqual(saved.map((it) => [it.app_id, it.door, it.redirect_address]), [[metaApp.id, "bounce", address]], "one app, the right one");
    await window.press("setup-next");

    await step(window, "people");
    await shot("05-people");
    // "Add people", in Meta's dashboard: such a provider has invited every account from the start.
    await window.press("setup-invitations");
    assert.equal(await world.browser.opened(), "https://www.instagram.com/accounts/manage_access/");
    await world.browser.visit(invitations(world));
    await world.browser.press(`#account-${id}`);
    await world.browser.press("#accept-invite");
    await world.browser.sees("#no-invites");
    await window.press("setup-next");

    await step(window, "connect");
    await shot("06-connect");
    await window.press("setup-connect");
    await window.sees("add-open-browser");
    await shot("07-sign-in");
    await window.press("add-open-browser");
    await window.sees("attempt", { phase: "waiting" });
    await window.sees("waiting-door", { door: "bounce" });
    await shot("08-waiting");
    await world.browser.follow();
    await world.browser.sees("#error");
    assert.match(await world.browser.text(), /Invalid redirect_uri/);

    // Nothing comes back, so the person is asked, and what is seen leads to the mistake.
    await window.until("the person is asked", () => window.session.find('[data-testid="browser-asks"]'), { within: 90_000 });
    await shot("09-asked");
    await window.press("asks-redirect");
    await window.says("asks-advice", /slash at the end/);
    await window.says("asks-advice", /pages\.example\.net\/relink/);
    await shot("09-asked-redirect");
    await window.press("asks-do-settings");
    // It leads to the assistant's step, or to the app's own card.
    const inSettings = () => window.has("apps");
    await window.until("there is where to mend it", async () => (await window.has("setup-heading")) || (await inSettings()));
    if (await window.has("app-edit")) await window.press("app-edit");
    await window.press("with-slash");
    await shot("10-slash");
    await window.press((await inSettings()) ? "app-save" : "setup-next");
    await window.until("the address is saved", async () => (await window.state()).credentials[0].redirect_address === `${address}/`);
    await shot("10-slash-saved");

    await window.press("nav-accounts");
    await window.press("connect-account");
    await window.sees("attempt", { phase: "waiting" });
    await window.sees("waiting-outdated"); // the open link asks for the wrong address still
    await shot("11-back-at-the-attempt");
    await window.press("add-open-again");
    await world.browser.follow();
    await world.browser.logIn(id);
    await world.browser.allow();
    await window.sees("outcome", { outcome: "connected" });
    await window.says("outcome", new RegExp(`@${username} is connected`));
    await shot("12-connected");
    await window.press("add-done");
    const account = await window.becomes(id, "connected");
    assert.equal(account.app, `instagram:${metaApp.id}`);
  },
  { provider: strict, minutes: 6 },
);

story(
  "with the keyboard alone: through the whole assistant to a connected account, the answer typed in by hand",
  async (world) => {
    const [{ id }] = await world.sandbox.accounts();
    const window = await world.open();
    const next = async (name) => {
      await pressByKeys(window, "setup-next");
      await step(window, name);
      const at = await window.session.run(`() => document.activeElement?.dataset.testid`);
      assert.equal(at, "setup-heading", `${name}: a new step takes the focus to its heading`);
    };
    await pressByKeys(window, "connect-account");
    await step(window, "start");
    await next("make");
    await next("address");
    await tabTo(window, "door-bounce");
    await window.keys(Key.ArrowDown);
    await window.sees("door", { door: "paste" });
    const { certificate } = (await window.state()).doors;
    await world.sandbox.register(certificate);
    await next("keys");
    await tabTo(window, "app-id");
    await typeKeys(window, metaApp.id);
    await tabTo(window, "app-secret");
    await typeKeys(window, metaApp.secret);
    await pressByKeys(window, "app-save");
    await window.sees("check", { fine: "true" });
    await next("people");
    await next("connect");
    await pressByKeys(window, "setup-connect");
    await pressByKeys(window, "add-open-browser");
    const address = await world.browser.consent(id, { lands: certificate });
    await tabTo(window, "paste-field");
    await typeKeys(window, address);
    await pressByKeys(window, "paste-submit");
    await window.sees("outcome", { outcome: "connected" });
    await pressByKeys(window, "add-done");
    await window.becomes(id, "connected");
  },
  { provider: { switches: ["--strict"], doors: true } },
);
