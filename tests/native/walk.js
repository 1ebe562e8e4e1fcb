// The way through every screen and state, for the pictures of the tour and for the checks of each.
import { Key } from "./world/webdriver.js";

/**
 * Walks through the app as a newcomer finds it, and then through practice mode.
 *
 * @param {import("./world/world.js").World} world without a provider of its own
 * @param {(window: import("./world/window.js").Window, name: string) => Promise<void>} show called at each stop
 */
export async function walk(world, show) {
  await newcomer(world, show);
  const window = await world.open({ args: ["--practice"] });
  const accounts = await world.accountsOfEveryStatus(window);
  await overview(window, show, accounts);
  await everyAccount(window, show, accounts);
  await pages(window, show);
  await explained(window, show);
  await lane(window, show);
  await wizards(world, window, show, accounts);
  await connecting(world, window, show, accounts);
  await banners(window, show);
  await window.close();
}

/** Nothing is there yet: no account, no Meta app. The endpoints are Meta's own; nothing of this asks them anything. */
async function newcomer(world, show) {
  const window = await world.open();
  await window.sees("welcome");
  await show(window, "welcome");
  await window.go("#/add");
  await window.sees("setup-app");
  await show(window, "add-before-set-up");
  await window.go("#/settings/app");
  await window.sees("setup-app");
  await show(window, "settings-app-empty");
  await assistant(window, show, "instagram");
  await window.go("#/setup/start");
  await window.press("setup-route-facebook");
  await assistant(window, show, "facebook");
  await metaApps(window, show);
  await waysBack(world, window, show);
  await importing(window, show);
  await window.close();
}

const address = "https://pages.example.net/relink/";

/** The steps of the set-up, for one way of signing in. */
async function assistant(window, show, route) {
  const stop = async (step, more = "") => {
    await window.sees("setup", { step, route });
    await show(window, `setup-${route}-${step}${more}`);
  };
  await window.go("#/setup/start");
  await stop("start");
  await window.press("setup-next");
  await stop("make");
  await window.press("setup-next");
  await stop("address");
  for (const door of ["paste", "certificate", ...(route === "facebook" ? ["localhost"] : [])]) {
    await window.press(`door-${door}`);
    await stop("address", `-${door}`);
  }
  await window.press("door-bounce");
  await window.type("door-address", "http://pages.example.net");
  await stop("address", "-fault");
  await window.type("door-address", address);
  await window.sees("register");
  await stop("address", "-register");
  await window.press("setup-next");
  await stop("keys");
  await window.type("app-id", "no digits");
  await window.type("app-secret", "••••••••");
  await window.press("app-save");
  await stop("keys", "-faults");
  const app = { id: null, route, app_id: `${route === "facebook" ? 88 : 99}0000000000001`, app_secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0" };
  await window.ask("save_app", { app: { ...app, name: `Shop, ${route}`, door: "bounce", redirect: address, config_id: null } });
  await window.go("#/setup/people");
  await stop("people");
  await window.press("setup-next");
  await stop("connect");
}

/** The person's own Meta apps, changing one and forgetting one. */
async function metaApps(window, show) {
  await window.go("#/settings/app");
  await window.sees("app-edit");
  await show(window, "settings-apps");
  await window.press("app-edit");
  await window.sees("app-form");
  await show(window, "settings-apps-edit");
  await window.press("app-cancel");
  await window.press("app-remove");
  await window.sees("dialog-remove-app");
  await show(window, "dialog-remove-app");
  await window.press("dialog-cancel");
}

/** Before the browser opens, and while it is open: both routes, every way back. Nobody follows what is opened. */
async function waysBack(world, window, show) {
  for (const [route, doors] of [["instagram", ["certificate", "paste"]], ["facebook", ["localhost", "certificate", "paste"]]]) {
    await window.go("#/add");
    await window.press(`pick-route-${route}`);
    await window.press("door-change");
    await window.sees("pick-door-paste");
    await show(window, `add-ways-${route}`);
    for (const door of doors) {
      await window.press(`pick-door-${door}`);
      await window.press("add-open-browser");
      await world.browser.opened(); // taken, so that nobody takes it for what is opened later
      await window.sees("waiting-door", { door });
      await show(window, `add-waiting-${route}-${door}`);
      if (door === "paste") {
        await window.unfold("other-ways");
        await show(window, `add-other-ways-${route}`);
      }
      await window.press("add-cancel");
      await window.press(`pick-route-${route}`);
      await window.press("door-change");
    }
    await window.go("#/accounts");
  }
}

/** Access made elsewhere: before, and what became of lines that are none. */
async function importing(window, show) {
  await window.go("#/import");
  await window.sees("import");
  await show(window, "import");
  await window.press("import-add");
  await window.sees("import-error");
  await show(window, "import-empty");
  await window.type("import-field", "this is no access");
  await window.press("import-add");
  await window.sees("import-table");
  await show(window, "import-results");
}

async function overview(window, show, accounts) {
  await window.go("#/accounts");
  await window.sees("account-list");
  await show(window, "accounts");

  await window.press(`row-menu-${accounts[0].id}`);
  await window.sees("menu-open");
  await show(window, "accounts-menu");
  await window.keys(Key.Escape);
  await window.gone("menu-open");

  await window.type("search", "nobody is called this");
  await window.sees("no-match");
  await show(window, "accounts-no-match");
  await window.press("clear-search");

  const [one, two] = accounts.filter((account) => account.status === "connected");
  for (const { id } of [one, two]) await window.press(`row-select-${id}`);
  await window.sees("bulk");
  await show(window, "accounts-selected");
  await window.press("bulk-label");
  await window.sees("dialog-confirm");
  await show(window, "dialog-label");
  await window.press("dialog-cancel");
  await window.gone("dialog-confirm");
  await window.press("bulk-delete");
  await window.sees("dialog-confirm");
  await show(window, "dialog-delete-several");
  await window.press("dialog-cancel");
  await window.press("bulk-clear");

  await window.press("practice-controls");
  await window.sees("practice-panel");
  await show(window, "practice-controls");
  await window.press("practice-close");
  await window.keys(Key.Control, "k");
  await window.sees("palette");
  await show(window, "palette");
  await window.keys(Key.Escape);
  await window.gone("palette");
}

/** One account of each status, and so of each look a row and a detail can have. */
async function everyAccount(window, show, accounts) {
  const byStatus = new Map(accounts.map((account) => [account.status, account]));
  for (const [status, { id }] of byStatus) {
    if (status === "removed") continue;
    await window.go(`#/accounts/${id}`);
    await window.press("tab-overview");
    await window.sees("detail");
    await show(window, `account-${status}`);
    if (status === "connected" || status === "revoked") {
      await window.press("tab-media");
      await window.sees("media");
      await show(window, `media-${status}`);
    }
    if (!["connected", "waiting", "renewal_late", "revoked"].includes(status)) continue;
    await window.go(`#/accounts/${id}/runway`);
    await window.sees("runway");
    await show(window, `runway-${status}`);
  }
  await window.press("tab-history");
  await show(window, "account-history");
}

async function pages(window, show) {
  await window.go("#/calendar");
  await window.sees("calendar");
  await show(window, "calendar");
  await window.go("#/activity");
  await window.until("there is something to read", () => window.session.find('[data-testid^="entry-"]'));
  await show(window, "activity");
  await window.go("#/deleted");
  await window.until("the deleted accounts are shown", () => window.session.find("h1"));
  await show(window, "deleted");
  const removed = (await window.accounts()).find((account) => account.status === "removed");
  if (removed !== undefined) {
    await window.press(`erase-${removed.id}`);
    await window.sees("dialog-confirm");
    await show(window, "dialog-erase");
    await window.press("dialog-cancel");
  }
  for (const page of ["general", "renewal", "notifications", "app", "privacy", "about"]) {
    await window.go(`#/settings/${page}`);
    await window.sees(`settings-${page}`);
    await show(window, `settings-${page}`);
  }
}

/** An error of another tool, before and after it is explained. */
async function explained(window, show) {
  await window.go("#/explain");
  await window.sees("explain-field");
  await show(window, "explain-empty");
  await window.type("explain-field", '{"error":{"message":"Session has been reset.","code":190,"error_subcode":460}}');
  await window.press("explain-button");
  await window.sees("explained");
  await show(window, "explain-explained");
}

/** Several accounts in a row, begun and given up. */
async function lane(window, show) {
  await window.go("#/accounts");
  await window.press("fix-all");
  await window.sees("queue-place");
  await show(window, "lane-1");
  await window.press("wizard-leave");
  await window.sees("lane-go-on");
  await show(window, "accounts-lane-open");
  await window.press("lane-give-up");
  await window.gone("lane-go-on");
}

/** The first page of every wizard there is to open, and the whole way of the first full one. */
async function wizards(world, window, show, accounts) {
  const lost = accounts.filter((account) => ["revoked", "blocked", "expired", "limited"].includes(account.status));
  const seen = new Set();
  for (const { id } of lost) {
    await window.go(`#/reconnect/${id}`);
    await window.sees("wizard-heading");
    const { wizard } = await window.until("the wizard is open", async () => {
      const account = await window.account(id);
      return account.wizard !== null && account;
    });
    if (seen.has(wizard.flow)) continue;
    seen.add(wizard.flow);
    await window.sees("wizard-heading", { step: wizard.step });
    await show(window, `wizard-${wizard.flow}-1-happened`);
    if (wizard.flow === "password") await wholeWay(world, window, show, id);
    else if (wizard.steps.includes("prepare")) await firstSteps(window, show, wizard.flow);
  }
  const waiting = accounts.find((account) => account.status === "waiting");
  if (waiting !== undefined) {
    await window.go(`#/reconnect/${waiting.id}`);
    await window.until("it says that nothing needs doing", () => window.session.find("h1"));
    await show(window, "wizard-not-needed");
  }
}

async function firstSteps(window, show, flow) {
  await window.press((await window.has("wizard-full")) ? "wizard-full" : "wizard-next");
  await window.sees("wizard-heading", { step: "prepare" });
  await show(window, `wizard-${flow}-2-prepare`);
  await window.press("wizard-back");
  await window.sees("wizard-heading", { step: "happened" });
}

async function wholeWay(world, window, show, id) {
  await window.press((await window.has("wizard-full")) ? "wizard-full" : "wizard-next");
  await window.sees("wizard-heading", { step: "prepare" });
  await window.press("answer-who-me");
  await show(window, "wizard-password-2-prepare");
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "delete" });
  await show(window, "wizard-password-3-delete");
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "two_factor" });
  await show(window, "wizard-password-4-two-factor");
  await window.press("twofactor-on");
  await window.press("wizard-next");
  await window.sees("wizard-heading", { step: "sign_in" });
  await show(window, "wizard-password-5-sign-in");
  await window.press("add-open-browser");
  await window.sees("attempt", { phase: "waiting" });
  await show(window, "wizard-password-6-waiting");
  await world.browser.consent(id);
  await window.sees("wizard-heading", { step: "finish" });
  await show(window, "wizard-password-7-finish");
  await window.press("wizard-done");
  await window.sees("detail"); // the page goes there by itself
}

/** Adding an account, and the ways it can end. */
async function connecting(world, window, show, accounts) {
  const known = new Set(accounts.map((account) => account.id));
  await window.go("#/add");
  await window.sees("add-open-browser");
  await show(window, "add-1-open");
  await window.press("add-open-browser");
  await window.sees("attempt", { phase: "waiting" });
  await show(window, "add-2-waiting");
  await world.browser.follow();
  const id = await world.browser.logInAsNobodyOf(known);
  await world.browser.deny();
  await window.sees("outcome", { outcome: "user_denied" });
  await show(window, "add-3-denied");

  await window.press("attempt-again");
  await world.browser.consent(id, { untick: ["instagram_business_content_publish"] });
  await window.sees("outcome", { outcome: "scope_rejected" });
  await show(window, "add-3-permission-missing");
  await window.press("scopes-try-again");
  await world.browser.consent(id);
  await window.sees("outcome", { outcome: "connected" });
  await show(window, "add-4-connected");
  await window.press("add-done");

  await window.go("#/accounts");
  await window.press(`row-menu-${id}`);
  await window.press("menu-delete");
  await window.sees("toast-deleted");
  await show(window, "toast-deleted");
  await window.press("toast-undo");
}

/** What the app says when the provider or the network does not answer. */
async function banners(window, show) {
  await window.go("#/accounts");
  for (const outage of ["cut", "app_blocked"]) {
    await window.ask("practice", { action: { kind: "outage", outage } });
    await window.ask("check", { ids: [] });
    await window.sees("banner");
    await show(window, `banner-${outage.replace("_", "-")}`);
    await window.ask("practice", { action: { kind: "outage", outage: "none" } });
    await window.ask("check", { ids: [] });
    await window.gone("banner");
  }
}
