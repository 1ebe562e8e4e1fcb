import { describe, expect, it } from "vitest";
import { offered } from "../../ipc/memory/facebook";
import { page, press, type Page } from "../../test/page";
import { matching, preset } from "./pages";

const box = (shown: Page, id: string): HTMLInputElement => shown.get(`page-${id}`) as HTMLInputElement;
const few = offered("few");
const [first, second, known] = few.map((it) => it.page_id) as [string, string, string];

describe("which Pages are chosen from the start", () => {
  it("all that are not connected yet", () => {
    expect(preset(few, null)).toEqual(few.filter((it) => it.state === "ready").map((it) => it.page_id));
  });
  it("the expected account's alone", () => {
    expect(preset(few, few[2]?.account_id ?? "")).toEqual([known]);
  });
  it("those connected already where there are no others", () => {
    expect(preset(few.filter((it) => it.state === "known"), null)).toEqual([known]);
  });
  it("none that cannot be used", () => {
    expect(preset(offered("none"), null)).toEqual([]);
  });
});

describe("the filter", () => {
  it.each([["hotel", 1], ["@KITE", 1], ["branch", 0], ["", 6]])("%s finds %i", (query, count) => {
    expect(matching(few, query)).toHaveLength(count);
  });
});

describe("the Pages that came back", () => {
  it("are connected as they are ticked", async () => {
    const shown = await page("scene=pages-few", "#/add");
    expect(shown.get("pages-connect").textContent.trim()).toBe("Connect 3 accounts");
    expect(box(shown, known).checked).toBe(false);
    expect(shown.get("pages-list").textContent).toContain("Connected already; choosing it renews its access.");
    box(shown, second).click();
    box(shown, known).click();
    await shown.settle();
    shown.get("pages-connect").click();
    await shown.settle();
    const call = shown.bridge.calls.find(({ name }) => name === "choose_pages");
    expect((call?.args as { ids: string[] }).ids).toEqual([first, known, few[3]?.page_id]);
    expect(shown.get("outcome").dataset["outcome"]).toBe("connected");
  });

  it("name those that did not answer, and those that could not be read", async () => {
    const shown = await page("scene=pages-few", "#/add");
    const open_ = shown.ui.app.attempt;
    if (open_ === null) throw new Error("no attempt");
    expect(shown.find("pages-unreadable")).toBeNull();
    shown.bridge.change({ attempt: { ...open_, unreadable_pages: 2 } });
    await shown.settle();
    expect(shown.get("pages-unreadable").textContent).toBe("2 more Pages came in a form that Relink cannot read.");
    shown.get("pages-connect").click();
    await shown.settle();
    expect(shown.find("unanswered")).toBeNull();
    const finished = shown.ui.app.attempt;
    if (finished === null) throw new Error("no attempt");
    shown.bridge.change({ attempt: { ...finished, unanswered: few.slice(0, 1) } });
    await shown.settle();
    expect(shown.get("unanswered").textContent).toContain("This Page did not answer.");
    expect(shown.get("unanswered").textContent).toContain("Shop North");
  });

  it("cannot be sent with none chosen, and it says so", async () => {
    const shown = await page("scene=pages-few", "#/add");
    shown.get("pages-none").click();
    await shown.settle();
    const button = shown.get("pages-connect");
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(document.getElementById(button.getAttribute("aria-describedby") ?? "")?.textContent).toBe("Choose an account first.");
    button.click();
    await shown.settle();
    expect(shown.bridge.calls.map(({ name }) => name)).not.toContain("choose_pages");
  });

  it("say why one cannot be used, and lead to what helps", async () => {
    const shown = await page("scene=pages-few", "#/add");
    const told = shown.get("pages-unusable").textContent;
    expect(told).toContain("No Instagram account is linked to this Page.");
    expect(told).toContain("Somebody with full control of the Page must give you content access");
    shown.get("pages-link-help").click();
    await shown.settle();
    expect(shown.bridge.calls.at(-1)?.args).toEqual({ link: { kind: "page_link_help" } });
    shown.get("pages-people").click();
    await shown.settle();
    expect(shown.bridge.calls.at(-1)?.args).toEqual({ link: { kind: "business_settings" } });
  });

  it("are all told once they are connected, with the way to the accounts", async () => {
    const shown = await page("scene=pages-few", "#/add");
    shown.get("pages-connect").click();
    await shown.settle();
    expect(shown.get("outcome").textContent).toContain("3 accounts are connected");
    expect([...shown.get("connected").querySelectorAll("li")].map((it) => it.textContent.trim().split(" ")[0])).toEqual(["@shop_north_new", "@hotel.seeblick", "@kite_school_oslo"]);
    expect(shown.get("outcome").textContent).toContain("Their access has no end date");
    expect(shown.get("add-done").textContent.trim()).toBe("Show the accounts");
    shown.get("add-done").click();
    await shown.settle();
    expect(shown.ui.router.place).toEqual({ page: "accounts", id: null });
  });

  it.each(["none", "empty"])("leave a way out where none can be used: %s", async (kind) => {
    const shown = await page(`scene=pages-${kind}`, "#/add");
    expect(shown.find("pages-connect")).toBeNull();
    shown.get("pages-again").click();
    await shown.settle();
    expect(shown.bridge.calls.find(({ name }) => name === "connect")?.args).toMatchObject({ route: "facebook" });
  });

  it("are one stop for Tab; arrows move, and Ctrl+A ticks what the filter shows", async () => {
    const shown = await page("scene=pages-many", "#/add");
    const inputs = (): HTMLInputElement[] => [...shown.get("pages-list").querySelectorAll<HTMLInputElement>("input")];
    expect(inputs()).toHaveLength(96);
    expect(inputs().filter((it) => it.tabIndex === 0)).toHaveLength(1);
    inputs()[0]?.focus();
    press(inputs()[0] as HTMLElement, "ArrowDown");
    await shown.settle();
    expect(document.activeElement).toBe(inputs()[1]);
    press(document.activeElement as HTMLElement, "End");
    await shown.settle();
    expect(document.activeElement).toBe(inputs().at(-1));
    shown.get("pages-none").click();
    const filter = shown.get("pages-filter") as HTMLInputElement;
    filter.value = "number 12,";
    filter.dispatchEvent(new Event("input", { bubbles: true }));
    await shown.settle();
    expect(shown.get("pages-count").textContent).toContain("1 of 96 Pages");
    press(inputs()[0] as HTMLElement, "a", { ctrlKey: true });
    await shown.settle();
    expect(shown.get("pages-connect").textContent.trim()).toBe("Connect 1 account");
  });
});
