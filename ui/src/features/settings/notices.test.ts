import { describe, expect, it } from "vitest";
import type { Settings } from "../../ipc/bindings";
import { page, type Page } from "../../test/page";

const saved = ({ bridge }: Page): Settings | undefined =>
  (bridge.calls.findLast(({ name }) => name === "update_settings")?.args as { settings: Settings } | undefined)?.settings;

describe("being asked", () => {
  it("comes once each, on the page, after the first account: notifications, then the start with the computer", async () => {
    const shown = await page("scene=ask-notices");
    const { get, find, settle } = shown;
    expect(find("ask-start"), "one question at a time").toBeNull();
    get("ask-allow").click();
    await settle();
    expect(saved(shown)?.notices.allowed).toBe(true);
    expect((get("ask-start-tick") as HTMLInputElement).checked, "preset on").toBe(true);
    expect(document.activeElement, "the next question has the focus").toBe(get("ask-start-tick"));
    get("ask-keep").click();
    await settle();
    expect(saved(shown)?.start_with_computer).toBe(true);
    expect(find("ask-notices")).toBeNull();
    expect(find("ask-start")).toBeNull();
    expect(document.activeElement).not.toBe(document.body);
  });

  it("takes no for an answer", async () => {
    const shown = await page("scene=ask-notices");
    shown.get("ask-later").click();
    await shown.settle();
    expect(saved(shown)?.notices.allowed).toBe(false);
    shown.get("ask-start-tick").click();
    shown.get("ask-keep").click();
    await shown.settle();
    expect(saved(shown)?.start_with_computer).toBe(false);
  });

  it.each(["scene=welcome", "scene=practice"])("is left out where it makes no sense (%s)", async (query) => {
    const { bridge, ui, find, settle } = await page(query);
    const { settings } = ui.app;
    bridge.change({ settings: { ...settings, start_with_computer: null, notices: { ...settings.notices, allowed: null } } });
    await settle();
    expect(find("ask-notices")).toBeNull();
    expect(find("ask-start")).toBeNull();
  });

  it("leaves out what this desktop cannot do", async () => {
    const { bridge, find, settle } = await page("scene=ask-notices");
    bridge.change({ desktop: { tray: true, notices: false, starts_at_login: null } });
    await settle();
    expect(find("ask-notices")).toBeNull();
    expect(find("ask-start")).toBeNull();
  });
});

describe("the settings of notifications", () => {
  it("change one kind and leave the others", async () => {
    const shown = await page("", "#/settings/notifications");
    const before = shown.ui.app.settings.notices;
    shown.get("notice-weekly").click();
    await shown.settle();
    expect(saved(shown)?.notices).toEqual({ ...before, weekly: true });
  });

  it("turn quiet hours on with a night, change an end, and off again", async () => {
    const shown = await page("", "#/settings/notifications");
    shown.get("notice-quiet").click();
    await shown.settle();
    expect(saved(shown)?.notices).toMatchObject({ quiet_from: "22:00", quiet_until: "07:00" });
    const until = shown.get("notice-quiet-until") as HTMLInputElement;
    until.value = "08:30";
    until.dispatchEvent(new Event("change", { bubbles: true }));
    await shown.settle();
    expect(saved(shown)?.notices).toMatchObject({ quiet_from: "22:00", quiet_until: "08:30" });
    shown.get("notice-quiet").click();
    await shown.settle();
    expect(saved(shown)?.notices).toMatchObject({ quiet_from: null, quiet_until: null });
  });

  it("can be tried", async () => {
    const { get, bridge, settle } = await page("", "#/settings/notifications");
    get("notice-test").click();
    await settle();
    expect(bridge.calls.map(({ name }) => name)).toContain("test_notice");
    expect(get("toast-done").textContent).toContain("Sent.");
  });

  it("say what it means that a desktop shows none", async () => {
    const { get, find } = await page("scene=no-tray", "#/settings/notifications");
    expect(get("no-notices").textContent).toContain("This desktop shows no notifications.");
    expect(find("notice-test")).toBeNull();
  });
});

describe("running without a window", () => {
  it("is explained where there is no tray", async () => {
    const { get } = await page("scene=no-tray", "#/settings/general");
    const row = get("setting-close").closest(".row");
    expect(row?.textContent).toContain("shows no tray icon");
    expect(row?.textContent).toMatch(/Ctrl\+Q|⌘Q/);
  });

  it("says when the computer does not start Relink though it is asked for", async () => {
    const { get, bridge, settle } = await page("", "#/settings/general");
    bridge.change({ desktop: { tray: true, notices: true, starts_at_login: false } });
    await settle();
    expect(get("setting-start").closest(".row")?.textContent).toContain("does not start Relink at the moment");
  });

  it("is told once the window is back", async () => {
    const { get, bridge, settle } = await page();
    bridge.send("closed_to_tray", null);
    await settle();
    expect(get("toast-done").textContent).toContain("Relink kept running");
  });

  it("looks at each account as often as is chosen", async () => {
    const shown = await page("", "#/settings/renewal");
    const select = shown.get("setting-check-every") as HTMLSelectElement;
    expect([...select.options].map(({ text }) => text)).toEqual(["10 minutes", "30 minutes", "1 hour", "6 hours", "24 hours"]);
    select.selectedIndex = 3;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await shown.settle();
    expect(saved(shown)?.check_every_minutes).toBe(360);
  });
});
