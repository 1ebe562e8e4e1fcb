import { describe, expect, it } from "vitest";
import { HERO } from "../../ipc/memory/scenes";
import { page, type Page } from "../../test/page";

const detail = `#/accounts/${HERO}`;
const names = (shown: Page): string[] => shown.bridge.calls.map(({ name }) => name);

async function open(shown: Page): Promise<void> {
  shown.get("revoke-open").click();
  await shown.settle();
}

describe("taking the access back at Facebook", () => {
  it("names the accounts it cuts off before it does so", async () => {
    const shown = await page("scene=facebook", detail);
    await open(shown);
    expect(names(shown)).not.toContain("revoke");
    expect([...shown.get("revoke-others").querySelectorAll("li")].map((it) => it.textContent)).toEqual(["@harbour.hotel", "@tea_house", "@paper_shop"]);
    expect(shown.get("revoke-confirm").textContent.trim()).toBe("Remove access of 4 accounts");
    shown.get("revoke-cancel").click();
    await shown.settle();
    expect(shown.find("revoke-dialog")).toBeNull();
    expect(names(shown)).not.toContain("revoke");
  });

  it("says so where it cuts off no other", async () => {
    const shown = await page("scene=facebook-alone", detail);
    await open(shown);
    expect(shown.find("revoke-others")).toBeNull();
    expect(shown.get("revoke-dialog").textContent).toContain("No other account here");
    expect(shown.get("revoke-confirm").textContent.trim()).toBe("Remove access of 1 account");
  });

  it("claims only what the account shows afterwards", async () => {
    const shown = await page("scene=facebook", detail);
    await open(shown);
    shown.get("revoke-confirm").click();
    await shown.settle();
    expect(shown.bridge.calls.find(({ name }) => name === "revoke")?.args).toEqual({ id: HERO });
    expect(shown.get("revoke-done").textContent).toBe("Facebook took the access back.");
    expect(shown.find("revoke-open")).toBeNull();
  });

  it("says what Facebook answered before the next check shows it on the account", async () => {
    const shown = await page("scene=facebook", detail);
    shown.bridge.commands.revoke = () => Promise.resolve();
    await open(shown);
    shown.get("revoke-confirm").click();
    await shown.settle();
    expect(shown.ui.model.account(HERO)?.status).toBe("connected");
    expect(shown.get("revoke-done").textContent).toBe("Facebook took the access back.");
    expect(shown.get("revoke-asked").textContent).toContain("as soon as two checks agree");
    expect(shown.find("revoke-open")).toBeNull();
  });

  it("does not call it failed for an account that was deleted before", async () => {
    const shown = await page("scene=facebook", "#/accounts");
    shown.ui.delete([HERO]);
    await shown.settle();
    const deleted = shown.ui.model.account(HERO);
    if (deleted === null) throw new Error("no account");
    shown.bridge.change(null, [{ ...deleted, removed_there: false }]);
    shown.bridge.commands.revoke = () => Promise.resolve();
    shown.ui.router.go({ page: "deleted", id: HERO });
    await shown.settle();
    await open(shown);
    shown.get("revoke-confirm").click();
    await shown.settle();
    expect(shown.get("revoke").textContent).toContain("Facebook took the access back.");
    expect(shown.get("revoke").textContent).not.toContain("did not");
  });

  it.each([
    ["not_possible", "Facebook did not take the access back. It is as it was"],
    ["no_answer", "did not answer"],
  ] as const)("tells a refusal as one: %s", async (code, words) => {
    const shown = await page("scene=facebook", detail);
    shown.bridge.refuse("revoke", code);
    await open(shown);
    shown.get("revoke-confirm").click();
    await shown.settle();
    expect(shown.get("revoke-refused").textContent).toContain(words);
    expect(shown.find("revoke-done")).toBeNull();
    expect(shown.find("revoke-open"), "it can be tried again").not.toBeNull();
  });

  it("is not there on the Instagram route", async () => {
    expect((await page("scene=well", detail)).find("revoke")).toBeNull();
  });
});

describe("what remains at Facebook", () => {
  it("is told with the steps that fit, and without a promise the app cannot keep", async () => {
    const shown = await page("scene=facebook-deleted", `#/deleted/${HERO}`);
    const told = shown.get(`remains-${HERO}`);
    expect(told.querySelector("summary")?.textContent.trim()).toBe("What remains at Facebook");
    expect(told.textContent).toContain("Not ended at Facebook");
    expect(told.textContent).toContain("“Apps and websites”");
    expect(told.textContent).not.toContain("manage_access");
    expect(shown.find("revoke"), "its access is erased").toBeNull();
    shown.get("remains-open").click();
    await shown.settle();
    expect(shown.bridge.calls.at(-1)?.args).toEqual({ link: { kind: "facebook_apps" } });
  });

  it("is nothing where Facebook took it back", async () => {
    const shown = await page("scene=facebook-deleted", `#/deleted/${HERO}`);
    const it_ = shown.ui.model.account(HERO);
    if (it_ === null) throw new Error("no account");
    shown.bridge.change(null, [{ ...it_, removed_there: true }]);
    await shown.settle();
    expect(shown.get("remains-there").textContent).toContain("Ended at Facebook");
    expect(shown.find("remains-open")).toBeNull();
  });

  it("can be ended as long as deleting can be undone", async () => {
    const shown = await page("scene=facebook", "#/accounts");
    shown.ui.delete([HERO]);
    await shown.settle();
    expect(shown.get("toast-remains").textContent.trim()).toBe("What remains at Facebook");
    shown.get("toast-remains").click();
    await shown.settle();
    await open(shown);
    expect(shown.find("revoke-confirm")).not.toBeNull();
  });
});
