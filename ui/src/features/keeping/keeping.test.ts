import { describe, expect, it, vi } from "vitest";
import type { Account } from "../../ipc/bindings";
import { at, HOUR } from "../../ipc/memory/accounts";
import { manifestOf, receiptOf } from "../../ipc/memory/keeping";
import { HERO } from "../../ipc/memory/scenes";
import { page, press, type Page } from "../../test/page";

const wizard = `#/reconnect/${HERO}`;
const lines = (shown: Page): string[] =>
  [...shown.get("manifest-items").querySelectorAll("li")].map((line) => line.textContent.trim());

describe("before deleting", () => {
  it("the wizard lists what is kept, with a digest for each part, and what is lost", async () => {
    const shown = await page("scene=flow-password-delete", wizard);
    expect(lines(shown)).toEqual(["1,204 media items", "35 history entries", "label", "notes"]);
    expect(shown.get("manifest").textContent).toContain("Only the app’s access is lost");
    const account = shown.ui.model.account(HERO) as Account;
    const details = shown.get("manifest-details");
    expect((details as HTMLDetailsElement).open, "digests are for those who ask").toBe(false);
    for (const { digest } of manifestOf(account).lines) expect(details.textContent).toContain(digest);
    expect(details.querySelectorAll("tbody tr")).toHaveLength(6);
  });

  it("several accounts are counted together, and each has its own digests", async () => {
    const shown = await page("");
    const ids = [HERO, "17841400000000004"];
    shown.ui.delete(ids);
    await shown.settle();
    expect(shown.bridge.calls.filter(({ name }) => name === "manifest").map(({ args }) => args)).toEqual(ids.map((id) => ({ id })));
    expect(lines(shown)).toEqual(["85 history entries", "2 labels", "two-factor answer"]);
    expect(shown.get("manifest-details").querySelectorAll("table")).toHaveLength(2);
    expect(shown.get("manifest-details").textContent).toContain("@old_harbour_hotel");
  });

  it("a list that cannot be made does not keep anyone from deleting", async () => {
    const shown = await page("");
    shown.bridge.refuse("manifest", "database");
    shown.ui.delete([HERO, "17841400000000004"]);
    await shown.settle();
    expect(shown.get("manifest").textContent).toContain("Deleting keeps everything all the same");
    shown.get("dialog-confirm").click();
    await shown.settle();
    expect(shown.ui.model.account(HERO)?.status).toBe("removed");
  });

  it("erasing for good lists what goes, and Cancel has the focus", async () => {
    const shown = await page("", "#/deleted");
    shown.get("erase-17841400000000024").click();
    await shown.settle();
    expect(shown.get("manifest").textContent).toContain("What is erased");
    expect(shown.get("manifest").textContent).not.toContain("Only the app’s access is lost");
    expect(lines(shown)).toContain("64 history entries");
  });
});

describe("after adding again", () => {
  it("the wizard's end proves that everything came back", async () => {
    const shown = await page("scene=flow-password-finish", wizard);
    expect(shown.get("receipt").textContent).toMatch(/Everything came back: 1,204 media items, 35 history entries, label,? and notes\./);
    expect(shown.get("receipt").dataset["missing"]).toBe("");
  });

  it("names what did not come back, and copies the whole as text", async () => {
    const shown = await page("scene=flow-password-finish-lost", wizard);
    const { textContent: told } = shown.get("receipt");
    expect(told).not.toContain("Everything came back");
    expect(told).toContain("Media items: 1,204 before, 1,200 now");
    expect(told).toContain("Notes: not the same as before");
    shown.get("receipt-copy").click();
    await shown.settle();
    const copied = shown.bridge.calls.findLast(({ name }) => name === "copy_text")?.args as { text: string };
    expect(copied.text).toContain("Receipt for @shop_north");
    expect(copied.text).toContain("9d01c4e2b7aa");
    expect(copied.text.split("\n").length).toBeGreaterThan(8);
  });

  it("the wizard's end is silent about a deletion of before", async () => {
    const shown = await page("scene=flow-password-finish", "#/accounts");
    const account = shown.ui.model.account(HERO) as Account;
    const receipt = receiptOf(account);
    const earlier = { ...receipt, after: { ...receipt.after, taken_at: at(-HOUR) } };
    const answer = vi.spyOn(shown.bridge.commands, "receipt").mockResolvedValue(earlier);
    shown.ui.router.open(wizard);
    await shown.settle();
    expect(answer).toHaveBeenCalledWith({ id: HERO });
    expect(shown.find("receipt")).toBeNull();
    expect(shown.get("wizard-done")).not.toBeNull();
  });

  it("an account that was never deleted needs no receipt", async () => {
    const shown = await page("scene=flow-password-finish-never", wizard);
    expect(shown.find("receipt")).toBeNull();
    expect(shown.get("wizard-done")).not.toBeNull();
  });

  it("adding a known account ends with it too, a new one without", async () => {
    const known = await page("scene=attempt-known", "#/add");
    expect(known.get("receipt").textContent).toContain("Everything came back");
    document.body.innerHTML = "";
    const fresh = await page("scene=attempt-done", "#/add");
    expect(fresh.find("receipt")).toBeNull();
  });
});

describe("by keyboard", () => {
  it("the main button deletes with the list on the page", async () => {
    const shown = await page("scene=flow-password-delete", wizard);
    press(shown.get("wizard-heading"), "Enter");
    await shown.settle();
    expect(shown.get("wizard-deleted")).not.toBeNull();
  });
});
