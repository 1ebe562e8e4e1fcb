import { cleanup } from "@testing-library/svelte";
import { afterEach, describe, expect, it } from "vitest";
import type { KeyState } from "../../ipc/bindings";
import { HERO } from "../../ipc/memory/scenes";
import { page, press } from "../../test/page";
import { visible } from "./window";

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[role=row][data-id]")];
const stops = (): HTMLElement[] => rows().filter((row) => row.tabIndex === 0);
const focused = (): string | undefined => (document.activeElement as HTMLElement | null)?.dataset["id"];

describe("the list", () => {
  it("says what needs a person, and puts it first", async () => {
    const { get } = await page("n=500");
    expect(get("summary").textContent).toContain("3 of 500 accounts need you.");
    const first = [...rows()].sort((a, b) => Number(a.ariaRowIndex ?? a.getAttribute("aria-rowindex")) - Number(b.getAttribute("aria-rowindex")));
    expect(first.slice(0, 3).map((row) => row.dataset["family"])).toEqual(["bad", "bad", "bad"]);
  });

  it("is one tab stop, and every row has a word and an icon", async () => {
    await page();
    expect(stops()).toHaveLength(1);
    for (const row of rows()) {
      const status = row.querySelector("[data-status]");
      expect(status?.textContent.trim()).not.toBe("");
      expect(status?.querySelector("use")).not.toBeNull();
      expect(row.getAttribute("aria-label")).toMatch(/^@/);
    }
  });

  it("moves by arrows, Home and End, and takes the one tab stop along", async () => {
    const { settle, ui } = await page();
    const order = ui.list.accounts.map((account) => account.id);
    const go = async (key: string, more?: KeyboardEventInit): Promise<void> => {
      press(document.activeElement as HTMLElement, key, more);
      await settle();
    };
    stops()[0]?.focus();
    await go("ArrowDown");
    expect(focused()).toBe(order[1]);
    await go("End");
    expect(focused()).toBe(order.at(-1));
    await go("ArrowDown");
    expect(focused(), "it stays at the end").toBe(order.at(-1));
    await go("Home");
    expect(focused()).toBe(order[0]);
    expect(stops()).toHaveLength(1);
    await go("ArrowDown", { shiftKey: true });
    expect([...ui.list.selected].sort()).toEqual([order[0], order[1]].sort());
    await go("a", { ctrlKey: true });
    expect(ui.list.selected.size).toBe(order.length);
    await go("Escape");
    expect(ui.list.selected.size).toBe(0);
  });

  it("opens the menu by keys and gives the focus back", async () => {
    const { settle, get, find } = await page();
    stops()[0]?.focus();
    const row = focused();
    press(document.activeElement as HTMLElement, "F10", { shiftKey: true });
    await settle();
    expect(document.activeElement).toBe(get("menu-open"));
    press(document.activeElement as HTMLElement, "Escape");
    await settle();
    expect(find("menu-open")).toBeNull();
    expect(focused()).toBe(row);
  });

  it("deletes by key, moves the focus on, and undoes by key", async () => {
    const { settle, get, find, ui, bridge } = await page();
    const [first, second] = ui.list.accounts;
    stops()[0]?.focus();
    press(document.activeElement as HTMLElement, "Delete");
    await settle();
    expect(find(`row-${first?.id}`)).toBeNull();
    expect(get("toast-deleted").textContent).toContain(`@${first?.username} deleted.`);
    expect(focused(), "the next row has the focus").toBe(second?.id);
    press(document.body, "z", { ctrlKey: true });
    await settle();
    expect(get(`row-${first?.id}`)).not.toBeNull();
    expect(find("toast-deleted")).toBeNull();
    expect(bridge.calls.filter((call) => call.name === "undo_delete")).toHaveLength(1);
  });

  it("asks before deleting several, with the focus on Cancel", async () => {
    const { settle, get, ui, bridge } = await page();
    stops()[0]?.focus();
    press(document.activeElement as HTMLElement, "a", { ctrlKey: true });
    await settle();
    get("bulk-delete").click();
    await settle();
    expect(get("dialog-delete").textContent).toContain("Delete 23 accounts?");
    expect(bridge.calls.some((call) => call.name === "delete_accounts")).toBe(false);
    get("dialog-confirm").click();
    await settle();
    expect(ui.list.present).toHaveLength(0);
    expect(get("toast-undo").textContent).toContain("Undo all");
  });

  it("finds by name, and says when it finds nothing", async () => {
    const { settle, get, ui } = await page();
    const search = get("search") as HTMLInputElement;
    search.value = "@shop_n";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    expect(rows().map((row) => row.dataset["id"])).toEqual([HERO]);
    ui.list.query = "nobody";
    await settle();
    expect(get("no-match").textContent).toContain("No accounts match “nobody”.");
  });

  it("draws only what is in sight above 200 rows, and always the focused one", async () => {
    const { ui, settle } = await page("n=10000");
    expect(rows().length).toBeLessThan(80);
    const last = ui.list.accounts.at(-1)?.id ?? "";
    ui.list.focused = last;
    await settle();
    expect(rows().map((row) => row.dataset["id"])).toContain(last);
    expect(document.querySelector("[role=grid]")?.getAttribute("aria-rowcount")).toBe("10001");
  });

  it("never trusts a height read too early", () => {
    const { first, end } = visible(0, 560_000, 56, 10_000);
    expect(end - first).toBeLessThan(innerHeight / 56 + 22);
  });
});

describe("the account beside the list", () => {
  /** The window's width in pixels, as when it is laid out or resized. */
  const become = (width: number): void => (window as unknown as Window & { happyDOM: { setViewport: (size: { width: number }) => void } }).happyDOM.setViewport({ width });
  afterEach(() => become(1024));

  it("is the one that needs attention of up to three, also where the window gets its width after the accounts", async () => {
    become(200);
    const { ui, get, find, settle } = await page("scene=few");
    expect(find("detail")).toBeNull();
    become(201); // happy-dom tells that a query no longer matches only after it told that it does
    become(1100);
    await settle();
    expect(get("detail-name").textContent).toContain(ui.list.accounts[0]?.username);
    become(900);
    await settle();
    expect(find("detail")).toBeNull();
  });
});

describe("the key banner", () => {
  const states: KeyState[] = ["passphrase_needed", "keychain_absent", "keychain_locked", "keychain_waiting", "keychain_denied", "keychain_write_refused", "key_missing", "key_wrong", "key_damaged", "key_ambiguous"];
  it("has an own sentence and a way out for each state", async () => {
    const sentences = new Set<string>();
    for (const state of states) {
      const { get } = await page(`scene=key-${state}`);
      const banner = get("key-banner");
      sentences.add(banner.querySelector("strong")?.textContent ?? "");
      expect(banner.querySelectorAll("button").length, state).toBeGreaterThan(0);
      cleanup();
    }
    expect(sentences.size).toBe(states.length);
  });

  it("clears the passphrase whatever the answer", async () => {
    const { get, settle } = await page("scene=key-passphrase_needed");
    const field = get("passphrase-field") as HTMLInputElement;
    field.value = "wrong horse";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    get("unlock").click();
    await settle();
    expect(field.value).toBe("");
    expect(get("key-banner").textContent).toContain("This passphrase does not fit.");
  });
});
