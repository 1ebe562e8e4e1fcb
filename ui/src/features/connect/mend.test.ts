import { beforeEach, describe, expect, it } from "vitest";
import { metaApp } from "../../ipc/memory/apps";
import { page } from "../../test/page";
import { mendingPlace } from "../setup/mend";

const app = metaApp("1234567890123456", { accounts: 2 });
const begun = (its: string): void => localStorage.setItem("relink.setup", JSON.stringify({ step: "connect", route: "instagram", door: "paste", entered: "", app: its }));

beforeEach(() => localStorage.clear());

describe("where a Meta app is put right", () => {
  it("is its own card", () => {
    expect(mendingPlace([app], app.id, "keys")).toEqual({ page: "settings", section: "app", id: app.id });
    begun(app.id);
    expect(mendingPlace([app], app.id, "keys"), "the set-up is over").toEqual({ page: "settings", section: "app", id: app.id });
  });

  it.each(["address", "keys"] as const)("is the step %s of the assistant while that is under way", (step) => {
    const fresh = { ...app, accounts: 0 };
    expect(mendingPlace([fresh], app.id, step), "of another app").toEqual({ page: "settings", section: "app", id: app.id });
    begun(app.id);
    expect(mendingPlace([fresh], app.id, step)).toEqual({ page: "setup", id: step });
  });

  it("is the assistant where the app is not there any more", () => {
    expect(mendingPlace([], app.id, "keys")).toEqual({ page: "setup", id: "keys" });
  });

  it.each(["wrong_app_id", "redirect_mismatch"])("opens, with what can be corrected, after %s", async (outcome) => {
    const shown = await page(`scene=outcome-${outcome}`, "#/add");
    shown.get("attempt-settings").click();
    await shown.settle();
    const { place } = shown.ui.router;
    const id = place.page === "settings" ? place.id : undefined;
    expect(id).toBe(shown.ui.app.credentials[0]?.id);
    expect(shown.get(`app-${id}`).contains(shown.get("app-form"))).toBe(true);
    expect(shown.get(`app-${id}`).contains(document.activeElement)).toBe(true);
  });
});
