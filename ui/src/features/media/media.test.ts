import { cleanup } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Account, MediaItem, Sync } from "../../ipc/bindings";
import type { Commands } from "../../ipc/commands";
import { account } from "../../ipc/memory/accounts";
import { mediaOf } from "../../ipc/memory/keeping";
import { HERO } from "../../ipc/memory/scenes";
import { page, press, type Page } from "../../test/page";
import { Gallery, PAGE } from "./gallery.svelte";
import { drawn, layOut } from "./layout";
import { shortDay } from "./shortDay";

const address = `#/accounts/${HERO}/media`;
const tiles = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-testid=media-grid] > li")];
/** Changes the sync of the account that is shown, as a patch of the core does. */
async function synced(made: Page, sync: Partial<Sync>): Promise<void> {
  const it = made.ui.model.account(HERO) as Account;
  made.bridge.change(null, [{ ...it, sync: { ...it.sync, ...sync } }]);
  await made.settle();
}

describe("the layout", () => {
  it.each([
    [384, 16, 4],
    [352, 16, 3],
    [288, 16, 3],
    [352, 32, 1],
    [0, 16, 1],
  ])("of %i px with text of %i px has %i columns, and fills the width", (width, rem, columns) => {
    const layout = layOut(width, rem);
    expect(layout.columns).toBe(columns);
    const tile = (width - layout.gap * (columns - 1)) / columns;
    expect(layout.row).toBeCloseTo(tile + 1.75 * rem);
  });

  const layout = { columns: 4, row: 100, gap: 8 };
  it.each([
    [0, 0, 400, 24],
    [5_000, 192, 400, 224],
    [10_000_000, 9_996, 400, 10_000],
  ])("at %i px draws from %i", (scroll, first, height, end) => {
    expect(drawn(layout, scroll, height, 10_000)).toEqual({ first, end });
  });

  it("never trusts a height read too early", () => {
    const { first, end } = drawn(layout, 0, 250_000, 10_000);
    expect(end - first).toBeLessThan((innerHeight / layout.row + 5) * layout.columns);
  });
});

describe("the gallery", () => {
  const it10k = { ...account(1, "shop_north"), kept: { history: 0, media: 10_000, has_notes: false } };
  const commands = (media: Commands["media"]): Commands => ({ media }) as Commands;
  const flush = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

  it("asks for each page once, and for no more than 200 items", async () => {
    const media = vi.fn(async ({ from, limit }: { from: number; limit: number }) => ({ items: mediaOf(it10k, from, limit), kept: 10_000, more: true }));
    const gallery = new Gallery(commands(media), HERO);
    gallery.need(0, 24);
    gallery.need(4, 28);
    await flush();
    expect(media).toHaveBeenCalledExactlyOnceWith({ id: HERO, from: 0, limit: PAGE });
    expect(PAGE).toBeLessThanOrEqual(200);
    expect(gallery.kept).toBe(10_000);
    expect(gallery.item(5)?.id).toBe(`${HERO}-5`);
    gallery.need(PAGE - 4, PAGE + 20);
    await flush();
    expect(media).toHaveBeenCalledTimes(2);
    expect(gallery.item(PAGE + 3)?.id).toBe(`${HERO}-${PAGE + 3}`);
  });

  it("lets go of what is far away, and reads it again when it comes back", async () => {
    const media = vi.fn(async ({ from, limit }: { from: number; limit: number }) => ({ items: mediaOf(it10k, from, limit), kept: 10_000, more: true }));
    const gallery = new Gallery(commands(media), HERO);
    for (let at = 0; at < 9_000; at += PAGE) {
      gallery.need(at, at + 24);
      await flush();
    }
    const held = Array.from({ length: 10_000 }, (_, at) => gallery.item(at)).filter((item) => item !== undefined);
    expect(held.length).toBeLessThanOrEqual(5 * PAGE);
    expect(gallery.item(0)).toBeUndefined();
    gallery.need(0, 24);
    await flush();
    expect(gallery.item(0)?.id).toBe(`${HERO}-0`);
  });

  it("drops an answer that was overtaken", async () => {
    const answers: ((items: MediaItem[]) => void)[] = [];
    const media: Commands["media"] = () => new Promise((done) => answers.push((items) => done({ items, kept: items.length, more: false })));
    const gallery = new Gallery(commands(media), HERO);
    gallery.need(0, 24);
    gallery.refresh();
    answers[1]?.(mediaOf(it10k, 0, 3));
    await flush();
    answers[0]?.(mediaOf(it10k, 0, 99));
    await flush();
    expect(gallery.kept).toBe(3);
  });

  it("says that it failed, and recovers", async () => {
    let fails = true;
    const media: Commands["media"] = async ({ from, limit }) => {
      if (fails) throw { code: "database" };
      return { items: mediaOf(it10k, from, limit), kept: 10_000, more: true };
    };
    const gallery = new Gallery(commands(media), HERO);
    gallery.need(0, 24);
    await flush();
    expect(gallery.failed).toBe(true);
    fails = false;
    gallery.refresh();
    await flush();
    expect(gallery.failed).toBe(false);
    expect(gallery.item(0)).toBeDefined();
  });
});

describe("the grid", () => {
  it("draws only what is in sight, and says how many there are", async () => {
    await page("scene=media-resting", address);
    expect(tiles().length).toBeGreaterThan(0);
    expect(tiles().length).toBeLessThan(60);
    expect(tiles()[0]?.getAttribute("aria-setsize")).toBe("1204");
    expect(tiles()[3]?.getAttribute("aria-posinset")).toBe("4");
  });

  it("shows a tile with an icon where there is no picture or it cannot be shown", async () => {
    const { get, settle } = await page("scene=media-resting", address);
    expect(get(`media-${HERO}-1`).querySelector("img")).toBeNull();
    expect(get(`media-${HERO}-1`).querySelector("use")?.getAttribute("href")).toBe("#icon-video");
    const tile = get(`media-${HERO}-0`);
    tile.querySelector("img")?.dispatchEvent(new Event("error"));
    await settle();
    expect(tile.querySelector("img")).toBeNull();
    expect(tile.querySelector("use")?.getAttribute("href")).toBe("#icon-image");
  });

  it("tells each item in words, and marks what is gone", async () => {
    const { get } = await page("scene=media-resting", address);
    expect(get(`media-${HERO}-3`).textContent).toContain("Photo, November 20, 2026: Post 3");
    const gone = get(`media-${HERO}-7`);
    expect(gone.dataset["gone"]).toBe("true");
    expect(gone.textContent).toContain("No longer at Instagram since November 21, 2026.");
    expect(get(`media-${HERO}-3`).dataset["gone"]).toBeUndefined();
  });

  it("names the year of what is older than this one", () => {
    const now = Date.parse("2026-11-23T09:00:00.000Z");
    expect(shortDay("2026-03-14T12:00:00.000Z", now)).toBe("Mar 14");
    expect(shortDay("2024-03-14T12:00:00.000Z", now)).toBe("Mar 2024");
  });

  it("is marked with its age while access is lost, and offers no sync", async () => {
    const { get, find } = await page("scene=media-lost", address);
    expect(get("media-as-of").textContent).toContain("As of November 20, 2026");
    expect(tiles().length).toBeGreaterThan(0);
    expect(find("sync-start")).toBeNull();
    expect(get("sync-lost").textContent).toBe("Reconnect the account to fetch its media.");
  });

  it("claims no age where no sync ever came to its end", async () => {
    const shown = await page("scene=media-lost", address);
    await synced(shown, { state: "stopped", last_at: null });
    expect((shown.ui.model.account(HERO) as Account).last_ok_at, "which says nothing of the media").not.toBeNull();
    expect(tiles().length).toBeGreaterThan(0);
    expect(shown.find("media-as-of")).toBeNull();
  });

  it("is not marked while access works", async () => {
    const { find } = await page("scene=media-resting", address);
    expect(find("media-as-of")).toBeNull();
  });

  it("says so when it could not be read", async () => {
    const { bridge, ui, settle, get, find } = await page("scene=media-resting");
    const media = vi.spyOn(bridge.commands, "media").mockRejectedValue({ code: "database" });
    ui.router.open(address);
    await settle();
    expect(get("media-unread").textContent).toContain("The kept media could not be read.");
    media.mockRestore();
    get("media-unread").querySelector("button")?.click();
    await settle();
    expect(find("media-unread")).toBeNull();
    expect(tiles().length).toBeGreaterThan(0);
  });
});

describe("a sync", () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    ["never", "The media of this account were not fetched yet.", "sync-start"],
    ["resting", "1,204 of about 1,310 items, last sync today, 09:12", "sync-start"],
    ["running", "412 of about 1,310", "sync-stop"],
    ["unknown", "412 items so far", "sync-stop"],
    ["waiting", "Waiting for Instagram until 10:20", "sync-stop"],
    ["stopped", "the next sync goes on from there", "sync-start"],
    ["failed", "The sync ended early. What was fetched stays.", "sync-start"],
    ["empty", "0 items", "sync-start"],
  ])("that is %s says so and offers what can be done", async (state, words, button) => {
    const { get } = await page(`scene=media-${state}`, address);
    expect(get("sync").textContent.replace(/ ?[AP]M/g, "")).toContain(words);
    expect(get("sync").querySelectorAll("button")).toHaveLength(1);
    expect(get(button)).not.toBeNull();
  });

  it("has a bar only where the total is known", async () => {
    const known = await page("scene=media-running", address);
    const bar = known.get("sync").querySelector("progress");
    expect([bar?.value, bar?.max]).toEqual([412, 1310]);
    cleanup();
    const open = await page("scene=media-unknown", address);
    expect(open.get("sync").querySelector("progress")).toBeNull();
  });

  it("names why it failed, and that there are no posts", async () => {
    const failed = await page("scene=media-failed", address);
    expect(failed.get("sync").textContent).toContain("Instagram is not answering properly.");
    cleanup();
    const empty = await page("scene=media-empty", address);
    expect(empty.get("media-empty").textContent).toBe("No posts yet.");
  });

  it("starts and stops by the button, which keeps the focus", async () => {
    const { get, bridge, settle } = await page("scene=media-resting", address);
    get("sync-start").focus();
    get("sync-start").click();
    await settle();
    expect(bridge.calls.at(-1)?.name).not.toBe("stop_sync");
    expect(bridge.calls).toContainEqual({ name: "sync", args: { ids: [HERO] } });
    expect(document.activeElement).toBe(get("sync-stop"));
    get("sync-stop").click();
    await settle();
    expect(bridge.calls).toContainEqual({ name: "stop_sync", args: { id: HERO } });
    expect(get("sync-stopped")).not.toBeNull();
  });

  it("is not stopped by the second press of a double click", async () => {
    const { get, bridge, settle } = await page("scene=media-resting", address);
    get("sync-start").dispatchEvent(new MouseEvent("click", { detail: 1, bubbles: true }));
    await settle();
    get("sync-stop").dispatchEvent(new MouseEvent("click", { detail: 2, bubbles: true }));
    await settle();
    expect(bridge.calls.map((call) => call.name)).not.toContain("stop_sync");
  });

  it("is heard at its start, its end and its errors, and at no step between", async () => {
    const made = await page("scene=media-resting", address);
    const said: string[] = [];
    vi.spyOn(made.ui.announcer, "say").mockImplementation((text) => void said.push(text));
    await synced(made, { state: "running", done: 0 });
    for (const done of [1, 2, 3]) await synced(made, { done });
    await synced(made, { state: "waiting", cause: "rate_limited" });
    await synced(made, { state: "running", cause: null });
    await synced(made, { state: "resting" });
    expect(said).toEqual(["The sync of @shop_north has started.", "The sync of @shop_north is done."]);
    await synced(made, { state: "running" });
    await synced(made, { state: "failed", cause: "network" });
    expect(said.at(-1)).toBe("The sync of @shop_north ended early: No answer from the network.");
  });

  it("is told in the row while it runs", async () => {
    const made = await page("scene=media-running", address);
    const row = made.get(`row-${HERO}`);
    expect(row.textContent).toContain("Syncing: 412 items");
    await synced(made, { state: "resting" });
    expect(row.textContent).not.toContain("Syncing");
  });

  it("moves at most four times a second", async () => {
    const made = await page("scene=media-running", address);
    vi.useFakeTimers();
    const it = made.ui.model.account(HERO) as Account;
    const texts = new Set<string>();
    for (let done = 413; done <= 512; done += 1) {
      made.bridge.change(null, [{ ...it, sync: { ...it.sync, done } }]);
      await vi.advanceTimersByTimeAsync(10);
      texts.add(made.get("sync-progress").textContent);
    }
    expect(texts.size).toBeLessThanOrEqual(5);
    await vi.advanceTimersByTimeAsync(300);
    expect(made.get("sync-progress").textContent).toBe("512 of about 1,310");
  });

  it("says for five seconds that it is done, then when that was", async () => {
    const made = await page("scene=media-running", address);
    vi.useFakeTimers();
    const it = made.ui.model.account(HERO) as Account;
    const last_at = new Date(made.ui.clock.now).toISOString();
    made.bridge.change(null, [{ ...it, sync: { ...it.sync, state: "resting", last_at } }]);
    await vi.advanceTimersByTimeAsync(4_900);
    expect(made.get("sync-done").textContent).toBe("The sync is done.");
    await vi.advanceTimersByTimeAsync(200);
    expect(made.find("sync-done")).toBeNull();
    expect(made.get("sync-count").textContent).toContain("last sync just now");
  });

  it("starts from the row's menu, and not for an account without access", async () => {
    const { get, find, ui, bridge, settle } = await page("scene=few");
    const menu = async (id: string): Promise<void> => {
      ui.list.focused = id;
      await settle();
      press(get(`row-${id}`), "F10", { shiftKey: true });
      await settle();
    };
    const [limited, lost] = [ui.list.accounts.find((it) => it.status === "limited"), ui.list.accounts.find((it) => it.status === "revoked")];
    await menu(lost?.id ?? "");
    expect(find("menu-open")).not.toBeNull();
    expect(find("menu-sync")).toBeNull();
    press(document.activeElement as HTMLElement, "Escape");
    await settle();
    await menu(limited?.id ?? "");
    get("menu-sync").click();
    await settle();
    expect(bridge.calls).toContainEqual({ name: "sync", args: { ids: [limited?.id] } });
  });

  it("starts for every account from the command menu", async () => {
    const { get, ui, bridge, settle } = await page("scene=well");
    ui.paletteOpen = true;
    await settle();
    get("palette-sync").click();
    await settle();
    expect(bridge.calls).toContainEqual({ name: "sync", args: { ids: [] } });
    expect(get("toast-done").textContent).toContain("The sync has started.");
  });

  it("starts for all that are selected", async () => {
    const { get, ui, bridge, settle } = await page("scene=well");
    const ids = ui.list.accounts.slice(0, 3).map((it) => it.id);
    ids.forEach((id) => ui.list.toggle(id));
    await settle();
    get("bulk-sync").click();
    await settle();
    const call = bridge.calls.find(({ name }) => name === "sync");
    expect([...((call?.args as { ids: string[] }).ids ?? [])].sort()).toEqual([...ids].sort());
  });
});
