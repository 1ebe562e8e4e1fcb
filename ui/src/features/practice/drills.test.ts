import { describe, expect, it } from "vitest";
import type { DrillKind } from "../../ipc/bindings";
import { HERO } from "../../ipc/memory/scenes";
import { page, type Page } from "../../test/page";

async function panel(scene: string): Promise<Page> {
  const shown = await page(`scene=${scene}`);
  shown.ui.practiceOpen = true;
  await shown.settle();
  return shown;
}

const kinds: DrillKind[] = [
  "password_changed", "logged_out", "expired", "checkpoint", "app_removed", "permission_withdrawn", "made_personal", "role_lost", "app_blocked",
];

describe("the drills", () => {
  it("are all on offer, each with a sentence of its own", async () => {
    const { get, settle } = await panel("practice");
    const select = get("drill-kind") as HTMLSelectElement;
    expect([...select.options].map((it) => it.value).sort()).toEqual([...kinds].sort());
    const told = new Set<string>();
    for (const kind of kinds) {
      select.value = kind;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      await settle();
      told.add(get("drill-text").textContent);
    }
    expect(told.size).toBe(kinds.length);
  });

  it("begin with the one that was chosen, and are shown while they run", async () => {
    const { get, find, bridge, settle } = await panel("practice");
    const select = get("drill-kind") as HTMLSelectElement;
    select.value = "checkpoint";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    get("drill-start").click();
    await settle();
    expect(bridge.calls.at(-1)).toEqual({ name: "practice", args: { action: { kind: "drill", drill: "checkpoint" } } });
    expect(get("drill").dataset).toMatchObject({ kind: "checkpoint", stage: "running" });
    expect(find("drill-start"), "one at a time").toBeNull();
  });

  it("lead to their account and can be given up", async () => {
    const { get, ui, bridge, settle } = await panel("practice-drill-password_changed");
    expect(get("drill").textContent).toContain("@shop_north");
    get("drill-go").click();
    await settle();
    expect(ui.router.place).toEqual({ page: "accounts", id: HERO });
    get("drill-end").click();
    await settle();
    expect(bridge.calls.at(-1)).toEqual({ name: "practice", args: { action: { kind: "end_drill" } } });
    expect(get("drill").textContent).toContain("Given up");
    expect(get("drill-start")).not.toBeNull();
  });

  it("say when they are mended", async () => {
    const { get, find } = await panel("practice-drill-expired-mended");
    expect(get("drill").textContent).toContain("all is well with @shop_north");
    expect(find("drill-end")).toBeNull();
  });

  it("that others must mend do not speak of giving up", async () => {
    const { get } = await panel("practice-drill-app_blocked");
    expect(get("drill-end").textContent.trim()).toBe("Have others mend it");
  });
});
