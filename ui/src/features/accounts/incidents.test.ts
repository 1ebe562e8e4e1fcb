import { describe, expect, it } from "vitest";
import type { Incident } from "../../ipc/bindings";
import { HERO } from "../../ipc/memory/scenes";
import { page, press, type Page } from "../../test/page";
import { rowMenu } from "./rowMenu";

const ids = (shown: Page): string[] => shown.ui.list.accounts.map(({ id }) => id);

describe("accounts that fail together", () => {
  it("are one line that says what they share", async () => {
    const { get } = await page("scene=incident-accounts");
    expect(get("incident-incident-1").textContent).toContain(
      "5 accounts were disconnected together. Instagram gave the same answer for all of them.",
    );
  });

  it.each<[Partial<Incident>, string]>([
    [{ cause: "checkpoint", shared: ["answer"] }, "5 accounts were blocked by Instagram together. Instagram gave the same answer"],
    [{ cause: "permission_missing", shared: ["app"] }, "5 accounts lost a permission together. All of them use the same Meta app."],
    [{ shared: ["answer", "label"], label: "North" }, "together. All of them have the label “North”."],
    [{ shared: ["label", "all_accounts"], label: null }, "together. These are all the accounts there are."],
    [{ shared: [] }, "5 accounts were disconnected together."],
  ])("say it by cause and by what they share: %j", async (more, words) => {
    const { get, bridge, ui, settle } = await page("scene=incident-accounts");
    bridge.change({ incidents: ui.list.incidents.map((it) => ({ ...it, ...more })) });
    await settle();
    expect(get("incident-incident-1").textContent).toContain(words);
  });

  it("can be shown alone, and the filter ends with the incident", async () => {
    const shown = await page("scene=incident-accounts");
    const [incident] = shown.ui.list.incidents;
    const all = ids(shown).length;
    shown.get("incident-show").click();
    await shown.settle();
    expect(ids(shown).sort()).toEqual([...(incident?.account_ids ?? [])].sort());
    expect((shown.get("filter") as HTMLSelectElement).selectedOptions[0]?.textContent).toBe("Disconnected together");
    shown.bridge.change({ incidents: [] });
    await shown.settle();
    expect(ids(shown)).toHaveLength(all);
    expect(shown.find("incident-show")).toBeNull();
  });

  it("are mended in one queue", async () => {
    const { get, ui, settle, bridge } = await page("scene=incident-accounts");
    expect(get("incident-fix").textContent.trim()).toBe("Fix 5 accounts");
    get("incident-fix").click();
    await settle();
    const started = bridge.calls.find(({ name }) => name === "lane_start")?.args as { ids: string[] };
    expect([...started.ids].sort()).toEqual([...(ui.list.incidents[0]?.account_ids ?? [])].sort());
    expect(ui.router.place).toEqual({ page: "reconnect", ids: [], queue: true });
  });

  it("name each other in the details", async () => {
    const { get } = await page("scene=incident-accounts", `#/accounts/${HERO}`);
    expect(get("together").textContent).toContain("Together with @shop_south, @bakery.lindenhof and 2 others.");
    const links = [...get("together").querySelectorAll("a")].map((link) => link.getAttribute("href"));
    expect(links).toEqual(["#/accounts/17841400000000002", "#/accounts/17841400000000003"]);
  });
});

describe("while Instagram refuses the app", () => {
  /** What the core may still think of one of them: that it was disconnected for good. */
  async function refused(hash: string): Promise<Page> {
    const shown = await page("scene=incident-app", hash);
    const hero = shown.ui.model.account(HERO);
    if (hero === null) throw new Error("no hero");
    shown.bridge.change(null, [{ ...hero, status: "revoked" }]);
    await shown.settle();
    return shown;
  }

  it("the row's button, its key and its menu offer neither reconnecting nor deleting", async () => {
    const { get, ui, bridge, settle } = await refused("#/accounts");
    expect(get(`row-action-${HERO}`).textContent.trim()).toBe("Try now");
    get(`row-${HERO}`).focus();
    press(get(`row-${HERO}`), "Enter", { ctrlKey: true });
    await settle();
    expect(ui.router.place.page).toBe("accounts");
    expect(bridge.calls.some(({ name }) => name === "check")).toBe(true);
    const hero = ui.model.account(HERO);
    const items = hero === null ? [] : rowMenu(ui, hero).map(({ id }) => id);
    expect(items).toContain("check");
    expect(items).not.toContain("reconnect");
    expect(items).not.toContain("delete");
  });

  it("the summary, the command menu and the bulk bar offer no reconnecting", async () => {
    const { ui, find, get, settle } = await refused("#/accounts");
    expect(find("fix-all")).toBeNull();
    expect(find("incident-fix"), "the banner tells of it, not a line").toBeNull();
    ui.paletteOpen = true;
    await settle();
    expect(get("palette-check")).not.toBeNull();
    expect(find("palette-fix")).toBeNull();
    ui.paletteOpen = false;
    ui.list.selected = new Set(ui.list.incidents[0]?.account_ids);
    await settle();
    expect(get("bulk")).not.toBeNull();
    expect(find("bulk-reconnect")).toBeNull();
    expect(find("bulk-delete")).toBeNull();
  });

  it("a queue leaves them out", async () => {
    const { ui, bridge } = await refused("#/accounts");
    const other = ui.list.present.find(({ id }) => !ui.list.held.has(id));
    if (other === undefined) throw new Error("all are held");
    bridge.change(null, [{ ...other, status: "revoked" }]);
    await ui.fixAll(ui.list.present);
    expect(bridge.calls.find(({ name }) => name === "lane_start")?.args).toEqual({ ids: [other.id] });
  });

  it("the details say why, and deleting is asked about with what it would not mend", async () => {
    const { get, settle, bridge } = await refused(`#/accounts/${HERO}`);
    expect(get("detail-held").textContent).toContain("refusing the app");
    expect(get("detail-action").textContent.trim()).toBe("Try now");
    expect(get("detail-delete-held").textContent).toContain("does not mend");
    get(`row-${HERO}`).focus();
    press(get(`row-${HERO}`), "Delete");
    await settle();
    expect(get("dialog-held").textContent).toContain("could not be added again");
    expect(bridge.calls.some(({ name }) => name === "delete_accounts")).toBe(false);
  });

  it("the wizard's page explains and waits, also when a wizard was begun before", async () => {
    const shown = await refused(`#/reconnect/${HERO}`);
    await shown.bridge.commands.wizard_open({ id: HERO });
    await shown.settle();
    expect(shown.get("passing").textContent).toContain("do not delete them and do not sign in again");
    expect(shown.find("wizard")).toBeNull();
    expect(shown.find("wizard-next")).toBeNull();
    expect(document.querySelectorAll("main [data-variant=primary]")).toHaveLength(1);
  });

  it("everything is on offer again when it is over", async () => {
    const { get, bridge, settle } = await refused("#/accounts");
    bridge.change({ incidents: [] });
    await settle();
    expect(get(`row-action-${HERO}`).textContent.trim()).toBe("Reconnect");
  });
});

describe("the status bar", () => {
  it("says that calls rest, and until when", async () => {
    const { get } = await page("scene=provider-resting");
    expect(get("provider").textContent).toContain("nothing is sent until today");
  });

  it("says that only renewals go out when the limit is nearly used", async () => {
    const { get, find, bridge, ui, settle } = await page("scene=provider-nearly");
    expect(get("provider").textContent).toContain("only renewals go out");
    bridge.change({ provider: { ...ui.app.provider, usage_percent: 80 } });
    await settle();
    expect(find("provider")).toBeNull();
  });
});
