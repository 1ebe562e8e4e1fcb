import assert from "node:assert/strict";
import { Background } from "../world/background.js";
import { Desk } from "../world/desk.js";
import { eventually } from "../world/processes.js";
import { story } from "../world/story.js";

/** A data folder with one connected account, and the person's leave to be told. */
async function setUp(world, settings = {}) {
  const [{ id, username }] = await world.sandbox.accounts();
  const window = await world.openSetUp();
  await world.connect(window, id);
  const now = (await window.state()).settings;
  const notices = { ...now.notices, allowed: true };
  await window.ask("update_settings", { settings: { ...now, notices, ...settings } });
  return { id, username, window };
}

story("closing the window keeps Relink running, and starting it again shows the same one", async (world) => {
  const desk = await Desk.open(world);
  const { window } = await setUp(world);
  const before = window.processes();
  await window.pressClose();
  const said = await desk.hears("notify", (it) => /keeps running/.test(it.summary));
  assert.match(said.body, /tray/);
  assert.deepEqual(window.processes(), before, "nothing has ended");
  assert.equal((await world.relink(["list", "--json"])).code, 0, "it works on");

  assert.equal(await world.startSecondCopy(), 0);
  await window.sees("account-list");
  await window.pressClose();
  await window.until("it is said once", () => desk.timesShown === 1);
  await world.startSecondCopy();
  await window.quit();
  await desk.stop();
});

story("whoever wants it so ends Relink with its window", async (world) => {
  const { window } = await setUp(world, { close_to_tray: false });
  const [app] = window.processes();
  await window.pressClose();
  await eventually("the app has ended", () => {
    try {
      process.kill(app, 0);
      return false;
    } catch {
      return true;
    }
  });
});

story("a hidden page is let go after a while and made anew when it is wanted", async (world) => {
  const { window } = await setUp(world);
  await window.quit();
  const app = await Background.open(world, { env: { RELINK_LET_GO_AFTER_MS: "700" } });
  await app.shows(/Accounts/);
  assert.equal(app.pages(), 1);
  await app.close();
  await app.hides();
  await eventually("the page is gone", () => app.pages() === 0);
  assert.equal((await world.relink(["check", "--json"])).code, 0, "accounts are looked after all the same");
  assert.equal(await world.startSecondCopy(), 0);
  await app.shows(/Accounts/);
  assert.equal(app.pages(), 1);
  await app.stop();
});

story("started with the computer there is a tray and no page, until somebody wants one", async (world) => {
  const desk = await Desk.open(world);
  const { window } = await setUp(world);
  await window.quit();
  const icons = desk.icons;
  const app = await Background.open(world, { args: ["--hidden"] });
  await desk.newIcon(icons);
  await app.hides();
  assert.equal(app.pages(), 0, "no page was made");
  const menu = await desk.menu();
  assert.equal(menu.tooltip, "Your account is connected");
  desk.activate();
  await app.shows(/Accounts/);
  await desk.press(/^Quit/);
  assert.equal(await app.ended, 0);
  await desk.stop();
});

story("the tray says who needs the person, leads there, pauses, resumes and checks", async (world) => {
  const desk = await Desk.open(world);
  const { id, username, window } = await setUp(world);
  await desk.press(/^1 hour$/, /^Pause/);
  const paused = await window.until("renewal is paused", async () => (await window.state()).settings.paused_until);
  assert.ok(Date.parse(paused) - Date.now() > 55 * 60_000, paused);
  await desk.press(/^Resume/);
  await window.until("renewal goes on", async () => (await window.state()).settings.paused_until === null);

  await world.sandbox.apply(id, "password_changed");
  await desk.press(/^Check all/);
  await window.becomes(id, "revoked");
  const menu = await eventually("the tray knows", async () => {
    const menu = await desk.menu();
    return menu.status === "NeedsAttention" && menu;
  });
  assert.equal(menu.tooltip, "Your account needs you");
  await desk.press(new RegExp(`^@${username}`));
  await window.sees("wizard-heading");
  await window.quit();
  await desk.stop();
});

story("a notice of a loss leads to that account's wizard, whether the window is there or not", async (world) => {
  const desk = await Desk.open(world);
  const { id, username, window } = await setUp(world);
  await world.sandbox.apply(id, "password_changed");
  await window.ask("check", { ids: [id] });
  await window.becomes(id, "revoked");
  const notice = await desk.hears("notify", (it) => it.summary === `@${username} was disconnected`);
  assert.match(notice.body, /password was changed/);
  desk.click(notice.id);
  await window.sees("wizard-heading");
  await window.quit();

  // The same with no window at all. It was told already, so it is the reminder of the next day that comes.
  const day = 24 * 60 * 60 * 1000;
  await world.sandbox.advance(day);
  const app = await Background.open(world, { args: ["--hidden"], env: { RELINK_CLOCK_OFFSET_MS: String(day + 60_000) } });
  const again = await desk.hears("notify", (it) => it.id !== notice.id && it.summary.includes(username));
  await app.hides();
  desk.click(again.id);
  await app.shows(/Reconnect/);
  await app.stop();
  await desk.stop();
});

story("what broke together is one notice, and it is taken back when all is mended", async (world) => {
  const desk = await Desk.open(world);
  const { window } = await setUp(world);
  const accounts = (await world.sandbox.accounts()).filter((it) => it.account_type !== "personal").slice(0, 7);
  for (const { id } of accounts.slice(1)) {
    await window.ask("add_token", { route: "instagram", token: await world.sandbox.token(id) });
  }
  const broken = accounts.slice(0, 3).map((it) => it.id);
  for (const id of broken) await world.sandbox.apply(id, "password_changed");
  await window.ask("check", { ids: [] });
  for (const id of broken) await window.becomes(id, "revoked");
  const notice = await desk.hears("notify", (it) => /^3 accounts/.test(it.summary));
  await window.until("it stays one", () => desk.notices.length === 1);
  desk.click(notice.id);
  await window.sees("queue-place");
  for (const id of broken) {
    await window.ask("add_token", { route: "instagram", token: await world.sandbox.token(id) });
  }
  await desk.hears("close", (it) => it.id === notice.id);
  await window.quit();
  await desk.stop();
});
