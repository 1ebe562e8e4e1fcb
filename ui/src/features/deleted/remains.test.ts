import { describe, expect, it } from "vitest";
import type { Account } from "../../ipc/bindings";
import { HERO } from "../../ipc/memory/scenes";
import { page } from "../../test/page";

const GONE = "17841400000000024";

describe("what remains at Instagram", () => {
  it("is told in the Deleted list: what was removed here, what was not ended there, and how to", async () => {
    const { get } = await page("", `#/deleted/${GONE}`);
    const told = get(`remains-${GONE}`);
    expect((told as HTMLDetailsElement).open).toBe(true);
    expect(told.textContent).toContain("The app’s access to @closed_shop is erased from this computer.");
    expect(told.textContent).toContain("Instagram offers apps no way to end such an access");
    expect(told.textContent, "no other route is named").not.toContain("Facebook");
    expect(told.querySelector("ol")?.textContent).toContain("instagram.com/accounts/manage_access");
    expect(told.querySelectorAll("ol li")).toHaveLength(3);
    expect(document.activeElement).toBe(told.querySelector("summary"));
  });

  it("is folded where nobody asked for it", async () => {
    const { get } = await page("", "#/deleted");
    expect((get(`remains-${GONE}`) as HTMLDetailsElement).open).toBe(false);
  });

  it("names the other route where that was taken", async () => {
    const { get, bridge, ui, settle } = await page("", `#/deleted/${GONE}`);
    bridge.change(null, [{ ...(ui.model.account(GONE) as Account), route: "facebook" }]);
    await settle();
    expect(get("remains-there").textContent).toContain("connected through Facebook");
  });

  it.each([
    [true, "Instagram said the app is no longer authorised."],
    [false, "Instagram has not said so. Look there to be sure."],
    [null, "This is not known."],
  ] as const)("says whether it is removed there: %s", async (removed_there, words) => {
    const { get, bridge, ui, settle } = await page("", `#/deleted/${GONE}`);
    bridge.change(null, [{ ...(ui.model.account(GONE) as Account), removed_there }]);
    await settle();
    expect(get("remains-known").textContent).toContain(words);
  });

  it("opens the list of authorised apps", async () => {
    const { get, bridge, settle } = await page("", `#/deleted/${GONE}`);
    get("remains-open").click();
    await settle();
    expect(bridge.calls.at(-1)).toEqual({ name: "open_link", args: { link: { kind: "manage_access" } } });
  });

  it("is one press from the toast, and the access is not called erased while it can be undone", async () => {
    const { get, ui, settle } = await page("");
    ui.delete([HERO]);
    await settle();
    expect(get("toast-remains").textContent.trim()).toBe("What remains at Instagram");
    get("toast-remains").click();
    await settle();
    expect(ui.router.place).toEqual({ page: "deleted", id: HERO });
    expect(get(`remains-${HERO}`).textContent).toContain("as soon as this can no longer be undone");
    expect(get(`remains-${HERO}`).textContent).not.toContain("is erased from this computer");
  });

  it("is in the wizard's delete step, which claims nothing as removed before it is", async () => {
    const { get, find, settle } = await page("scene=flow-password-delete", `#/reconnect/${HERO}`);
    expect(get("delete-remains").textContent).toContain("manage_access");
    expect(find("remains-here")).toBeNull();
    expect(find("remains-known")).toBeNull();
    get("wizard-next").click();
    await settle();
    get("wizard-back").click();
    await settle();
    expect(find("remains-here"), "going back took the deletion back").toBeNull();
  });
});
