// The ways back from the browser, at a provider that takes only addresses that are registered to the last character.
import assert from "node:assert/strict";
import { enterApp, facebookApp } from "../world/meta.js";
import { story } from "../world/story.js";
import { metaApp } from "../world/world.js";

const provider = { switches: ["--strict"], doors: true };

/** The window with one Meta app, whose answers come back by this door; its address is registered at the provider. */
async function openWith(world, door, { route = "instagram", ...app } = instagram) {
  const window = await world.open();
  const redirect = door === "paste" ? (await window.state()).doors.certificate : null;
  await enterApp(window, { route, ...app, door, redirect });
  const { redirect_address } = (await window.state()).credentials[0];
  if (!redirect_address.startsWith("http://")) await world.sandbox.register(redirect_address);
  return { window, redirect: redirect_address };
}

const instagram = { id: metaApp.id, secret: metaApp.secret };

async function begin(window) {
  await window.go("#/add");
  await window.press("add-open-browser");
  await window.sees("attempt", { phase: "waiting" });
}

async function connected(window, id) {
  await window.sees("outcome", { outcome: "connected" });
  await window.press("add-done");
  return window.becomes(id, "connected");
}

story(
  "nothing listens: the address on which the browser ended is pasted, and connects",
  async (world) => {
    const [{ id }] = await world.sandbox.accounts();
    const { window, redirect } = await openWith(world, "paste");
    await begin(window);
    await window.sees("waiting-door", { door: "paste" });
    const address = await world.browser.consent(id, { lands: redirect });
    assert.match(await world.browser.text(), /can.t be reached|refused to connect/, "nobody answers there");
    await window.type("paste-field", address);
    await world.shot(window, "door-paste");
    await window.press("paste-submit");
    await connected(window, id);
  },
  { provider },
);

story(
  "https on this computer: past the browser's warning about the certificate, the answer comes back by itself",
  async (world) => {
    const [{ id }] = await world.sandbox.accounts();
    const { window, redirect } = await openWith(world, "certificate");
    assert.match(redirect, /^https:\/\/localhost:\d+\/callback$/);
    await begin(window);
    await window.sees("waiting-door", { door: "certificate" });
    await world.browser.consent(id, { lands: redirect });
    await world.browser.sees("#details-button"); // "Your connection is not private"
    assert.equal((await window.state()).attempt.phase, "waiting", "the answer has not come");
    await world.browser.proceed();
    await connected(window, id);
  },
  { provider },
);

story(
  "http://localhost, unregistered, brings the answer back at Facebook while the app is in development",
  async (world) => {
    const [person] = await world.sandbox.people();
    const { window, redirect } = await openWith(world, "localhost", { route: "facebook", ...facebookApp });
    assert.match(redirect, /^http:\/\/localhost:\d+\/callback$/);
    await begin(window);
    await window.sees("waiting-door", { door: "localhost" });
    await world.browser.consentAs(person.id);
    await window.sees("pages");
    await world.shot(window, "door-localhost-pages");
    await window.press("pages-connect");
    await window.sees("outcome", { outcome: "connected" });
    const accounts = await window.accounts();
    assert.ok(accounts.length > 1 && accounts.every((it) => it.route === "facebook" && it.endless));
  },
  { provider },
);

story(
  "once the app is live Facebook takes http://localhost no more, and the person is told another way",
  async (world) => {
    const [person] = await world.sandbox.people();
    const { window, redirect } = await openWith(world, "localhost", { route: "facebook", ...facebookApp });
    await world.sandbox.appMode(facebookApp.id, "live");
    await begin(window);
    await world.browser.follow();
    await world.browser.sees("#error");
    await window.until("the person is asked", () => window.has("browser-asks"), { within: 90_000 });
    await window.press("asks-blocked");
    await window.says("asks-advice", /only while your Meta app is in development mode/);
    await window.press("asks-do-other");
    await window.press("other-door-certificate");
    await world.shot(window, "door-live-other");
    const secure = (await window.state()).doors.certificate;
    assert.notEqual(secure, redirect);
    await world.sandbox.register(secure);
    await window.press("other-start");
    await window.sees("waiting-door", { door: "certificate" });
    await world.browser.consentAs(person.id, { lands: secure });
    await world.browser.proceed();
    await window.sees("pages");
  },
  { provider, minutes: 5 },
);

story(
  "access from Meta's dashboard adds one's own account, and is kept as it is: never exchanged",
  async (world) => {
    const [{ id, username }] = await world.sandbox.accounts();
    const { window } = await openWith(world, "paste");
    const token = await world.sandbox.token(id);
    await window.go("#/add");
    await window.unfold("token");
    await window.type("token-field", token);
    await window.press("token-submit");
    const account = await window.becomes(id, "connected");
    assert.equal(account.username, username);
    assert.equal(await window.session.run(`() => document.querySelector('[data-testid="token-field"]')?.value ?? ""`), "");
    await window.ask("check", { ids: [id] });
    await window.until("the provider was asked about it", async () => (await asked(world, "profile")) > 0);
    assert.equal(await asked(world, "long_lived_exchange"), 0);
    assert.equal(await asked(world, "code_exchange"), 0);
  },
  { provider },
);

/** How many requests came to an endpoint of the provider. */
const asked = async (world, endpoint) => (await world.sandbox.requests()).counts[endpoint] ?? 0;

story(
  "another way back in the middle of an attempt goes on for the same account, and the first page is still good",
  async (world) => {
    const [{ id }] = await world.sandbox.accounts();
    const { window, redirect } = await openWith(world, "certificate");
    await begin(window);
    const first = await world.browser.opened();
    await window.unfold("other-ways");
    await window.press("other-door-paste");
    await window.press("other-start");
    await window.sees("waiting-door", { door: "paste" });
    const { attempt } = await window.state();
    assert.equal(attempt.door, "paste");
    const second = await world.browser.opened();
    assert.notEqual(first, second, "each attempt has a state of its own");

    await world.browser.visit(second);
    await world.browser.logIn(id);
    const address = await world.browser.allow({ lands: redirect });
    await window.type("paste-field", address);
    await window.press("paste-submit");
    await connected(window, id);
  },
  { provider },
);

story(
  "two attempts stand in two tabs: the older one is answered and connects, the younger one connects nothing more",
  async (world) => {
    const [one, two] = await world.sandbox.accounts();
    const { window, redirect } = await openWith(world, "paste");
    await begin(window);
    await world.browser.follow();
    await world.browser.logIn(one.id);
    const older = await world.browser.newTab();
    await window.press("add-cancel");
    await begin(window);
    const younger = await world.browser.opened();

    await window.unfold("other-ways");
    await window.press("other-door-certificate");
    await window.press("other-start");
    await window.sees("waiting-door", { door: "certificate" });
    const youngest = await world.browser.opened();
    assert.notEqual(younger, youngest);
    await world.browser.visit(younger);
    await world.browser.sees("#allow");
    const middle = await world.browser.allow({ lands: redirect });
    await window.unfold("paste");
    await window.type("paste-field", middle);
    await window.press("paste-submit");
    await connected(window, one.id);

    await world.browser.toTab(older);
    const cancelled = await world.browser.allow({ lands: redirect });
    await begin(window);
    await window.unfold("paste");
    await window.type("paste-field", cancelled);
    await window.press("paste-submit");
    await window.until("the cancelled one is refused", async () => (await window.state()).attempt?.last_rejection === "state_unknown");
    assert.equal((await window.accounts()).length, 1);
    assert.equal(await window.account(two.id), undefined);
  },
  { provider },
);
