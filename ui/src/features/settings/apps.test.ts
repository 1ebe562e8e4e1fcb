import { beforeEach, describe, expect, it } from "vitest";
import type { EnteredApp } from "../../ipc/commands";
import { doors } from "../../ipc/memory/apps";
import { page, type Page } from "../../test/page";

const SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const OWN = "instagram:1234567890123456";
const PAGE = "facebook:310000000000001";
const SPARE = "instagram:1234567890123457";

beforeEach(() => localStorage.clear());

/** Presses what is called so within the card of an app. */
async function press(shown: Page, app: string, testid: string): Promise<void> {
  shown.get(`app-${app}`).querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.click();
  await shown.settle();
}

async function type(shown: Page, testid: string, text: string): Promise<void> {
  const field = shown.get(testid) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await shown.settle();
}

const entered = ({ bridge }: Page): EnteredApp | undefined =>
  (bridge.calls.findLast(({ name }) => name === "save_app")?.args as { app: EnteredApp } | undefined)?.app;

describe("several Meta apps", () => {
  it("stand side by side with their route, id, way back and accounts", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    expect(shown.get(`app-${OWN}`).textContent).toMatch(/Agency.*New accounts go through this one.*Instagram, ID 1234567890123456.*Through your own page.*13 accounts/s);
    expect(shown.get(`app-${PAGE}`).textContent).toMatch(/Facebook, through a Page, ID 310000000000001.*Straight to this computer.*1 account/s);
    expect(shown.get(`app-${PAGE}`).textContent, "the only one of its route").not.toContain("New accounts");
    expect(shown.get(`app-${SPARE}`).textContent).toContain("The secret is missing");
  });

  it("show what is wrong with the app itself, and its accounts are checked again", async () => {
    const shown = await page("scene=apps-trouble", "#/settings/app");
    expect(shown.get("app-trouble").textContent).toContain("Instagram is refusing this app, not its accounts. 12 accounts wait");
    shown.get("app-check-again").click();
    await shown.settle();
    const { name, args } = shown.bridge.calls.at(-1) ?? {};
    const its = [...shown.ui.model.accounts.values()].filter((it) => it.app === OWN && it.status !== "removed").map(({ id }) => id);
    expect(name).toBe("check");
    expect(its.length).toBeGreaterThan(1);
    expect((args as { ids: string[] }).ids.toSorted()).toEqual(its.toSorted());
  });

  it("are named by the banner, where one of several is refused", async () => {
    const banner = { code: "E-APP", since: "2026-11-23T09:00:00.000Z", retry_at: null, count: 12, minutes: null } as const;
    const several = await page("scene=apps-trouble", "#/accounts");
    several.bridge.change({ banner });
    await several.settle();
    expect(several.get("banner").textContent).toContain("Instagram is refusing the app “Agency”, not your accounts.");
    // Accounts that belong to no app that is known fail alike.
    several.bridge.change({ banner: { ...banner, count: 14 } });
    await several.settle();
    expect(several.get("banner").textContent).toContain("Instagram is refusing this app, not your accounts.");
    several.bridge.change({ banner, credentials: several.ui.app.credentials.slice(0, 1) });
    await several.settle();
    expect(several.get("banner").textContent).toContain("Instagram is refusing this app, not your accounts.");
  });

  it("are checked one by one", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    await press(shown, PAGE, "app-check");
    expect(shown.bridge.calls.at(-1)).toEqual({ name: "check_app", args: { id: PAGE } });
    expect(shown.get("check").textContent).toContain("Facebook knows it");
  });

  it("can be given another name and way back; the secret stays where none is entered", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    await press(shown, OWN, "app-edit");
    await type(shown, "app-name", "Agency North");
    await press(shown, OWN, "door-certificate");
    expect(shown.get("app-form").textContent).toContain("Register the new address at Meta");
    await press(shown, OWN, "app-save");
    expect(entered(shown)).toEqual({
      id: OWN, route: "instagram", app_id: "1234567890123456", app_secret: null, name: "Agency North", door: "certificate", redirect: null, config_id: null,
    });
    expect(shown.find("app-form")).toBeNull();
    expect(shown.get(`app-${OWN}`).textContent).toContain(doors.certificate);
    expect(document.activeElement, "the focus goes back").toBe(shown.get(`app-${OWN}`).querySelector("[data-testid=app-edit]"));
  });

  it("keep their id while accounts belong to it", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    await press(shown, OWN, "app-edit");
    expect((shown.get("app-id") as HTMLInputElement).readOnly).toBe(true);
    expect(shown.get("app-form").textContent).toContain("13 accounts belong to it");
    await press(shown, OWN, "app-cancel");
    await press(shown, SPARE, "app-edit");
    expect((shown.get("app-id") as HTMLInputElement).readOnly).toBe(false);
    expect(shown.find("app-config"), "of the Facebook route alone").toBeNull();
  });

  it("do not take the id of another", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    await press(shown, SPARE, "app-edit");
    await type(shown, "app-secret", SECRET);
    await type(shown, "app-id", "1234567890123456");
    expect(shown.get("app-form").textContent).toContain("saved here already");
    await press(shown, SPARE, "app-save");
    expect(entered(shown)).toBeUndefined();
    await type(shown, "app-id", "1234567890123458");
    await press(shown, SPARE, "app-save");
    expect(entered(shown)).toMatchObject({ id: SPARE, app_id: "1234567890123458" });
    expect(shown.find("app-instagram:1234567890123458")).not.toBeNull();
    expect(shown.find(`app-${SPARE}`)).toBeNull();
  });

  it("take a new secret once, and forget it", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    await press(shown, SPARE, "app-enter-secret");
    await type(shown, "app-secret", SECRET);
    await press(shown, SPARE, "app-save");
    expect(entered(shown)).toMatchObject({ id: SPARE, app_secret: SECRET, door: "paste", redirect: doors.certificate });
    expect(document.documentElement.outerHTML).not.toContain(SECRET);
    expect(JSON.stringify(shown.ui.app)).not.toContain(SECRET);
    expect(shown.get(`app-${SPARE}`).textContent).not.toContain("The secret is missing");
  });

  it("of Facebook have a configuration ID, of digits", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    await press(shown, PAGE, "app-edit");
    await type(shown, "app-config", "one");
    await press(shown, PAGE, "app-save");
    expect(entered(shown)).toBeUndefined();
    expect(shown.get("app-form").textContent).toContain("has digits only");
    await type(shown, "app-config", "");
    await press(shown, PAGE, "app-save");
    expect(entered(shown)).toMatchObject({ id: PAGE, config_id: null, door: "localhost", redirect: null });
  });

  it("are removed when asked twice, but not while accounts belong to them", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    await press(shown, OWN, "app-remove");
    expect(shown.get("dialog-remove-app").textContent).toContain("13 accounts still belong to Agency");
    expect(shown.find("dialog-confirm")).toBeNull();
    shown.get("dialog-cancel").click();
    await shown.settle();
    await press(shown, SPARE, "app-remove");
    expect(shown.bridge.calls.some(({ name }) => name === "remove_app")).toBe(false);
    shown.get("dialog-confirm").click();
    await shown.settle();
    expect(shown.bridge.calls.at(-1)).toEqual({ name: "remove_app", args: { id: SPARE } });
    expect(shown.find(`app-${SPARE}`)).toBeNull();
  });

  it("say so where the core finds an account that the page has not seen", async () => {
    const shown = await page("scene=apps-several", "#/settings/app");
    shown.bridge.refuse("remove_app", "app_in_use");
    await press(shown, SPARE, "app-remove");
    shown.get("dialog-confirm").click();
    await shown.settle();
    expect(shown.get("toast-error").textContent).toContain("This Meta app is still needed");
  });

  it("are added with the assistant, which begins anew unless a set-up is under way", async () => {
    const shown = await page("scene=apps-none", "#/settings/app");
    expect(shown.get("apps").textContent).toContain("No Meta app is entered yet.");
    shown.get("setup-app").click();
    await shown.settle();
    expect(shown.get("setup").dataset["step"]).toBe("start");
    shown.get("setup-next").click();
    await shown.settle();
    shown.ui.router.go({ page: "settings", section: "app" });
    await shown.settle();
    expect(shown.get("setup-app").textContent).toContain("Go on with the set-up");
    shown.get("setup-app").click();
    await shown.settle();
    expect(shown.get("setup").dataset["step"]).toBe("make");
  });
});
