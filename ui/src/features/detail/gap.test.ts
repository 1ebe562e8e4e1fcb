import words from "virtual:words/gap+media";
import { describe, expect, it, vi } from "vitest";
import { learn } from "../../i18n";
import type { Account, Gap, MediaItem } from "../../ipc/bindings";
import { HERO } from "../../ipc/memory/scenes";
import { page } from "../../test/page";
import { counts, gapText, lasted, line } from "./gap";

learn(words);
const address = `#/accounts/${HERO}/media`;

const item = (id: string, more: Partial<MediaItem> = {}): MediaItem => ({
  id,
  kind: "image",
  caption: "Spring sale",
  posted_at: "2026-03-02T09:00:00.000Z",
  likes: 3,
  comments: null,
  picture: null,
  seen_at: "2026-03-05T09:00:00.000Z",
  gone_at: null,
  ...more,
});
const gap: Gap = {
  from: "2026-03-01T09:00:00.000Z",
  until: "2026-03-04T10:00:00.000Z",
  complete: true,
  items: [item("91", {}), item("92", { kind: "video", caption: "" }), item("93", { kind: "video", caption: "Two\nlines" })],
  stories_lost: true,
};

describe("the receipt as text", () => {
  it.each([
    ["2026-03-01T09:10:00.000Z", "10 minutes"],
    ["2026-03-01T10:00:00.000Z", "1 hour"],
    ["2026-03-03T08:59:00.000Z", "47 hours"],
    ["2026-03-03T09:00:00.000Z", "2 days"],
  ])("counts to %s as %s", (until, text) => {
    expect(lasted({ from: gap.from, until })).toBe(text);
  });

  it("has the dates, each item, the sums and what is gone", () => {
    const text = gapText(gap, "shop_north");
    expect(text).toContain("@shop_north");
    expect(text).toContain("Without access: 3 days");
    expect(text).toContain("3 items were published meanwhile and fetched afterwards: 1 photo and 2 videos.");
    expect(text.match(/^– /gm)).toHaveLength(gap.items.length);
    expect(text, "a line of text stays one line").toContain("Video, Two lines");
    expect(text).toContain("Video, without text");
    expect(text).toContain("Gone for good: Stories live for 24 hours.");
    expect(text).not.toContain("This list may grow");
  });

  it("holds no id of Instagram's", () => {
    for (const { id } of gap.items) expect(gapText(gap, "shop_north")).not.toContain(id);
  });

  it("says that it may grow, and does not claim that nothing happened before the sync is done", () => {
    const text = gapText({ ...gap, complete: false, items: [] }, "shop_north");
    expect(text).toContain("This list may grow.");
    expect(text).toContain("was found so far");
    expect(text).not.toContain("Nothing was published");
  });

  it("names no loss where there was none", () => {
    const text = gapText({ ...gap, items: [], stories_lost: false }, "shop_north");
    expect(text).toContain("Nothing was published meanwhile.");
    expect(text).toContain("Gone for good: Nothing, as far as is known. The time was shorter than the 24 hours that a story lives.");
    expect(text, "nobody looked at stories").not.toMatch(/unseen|[Nn]o stor/);
    expect(text).not.toContain("cannot be fetched");
  });

  it("adds up", () => {
    expect(counts([...gap.items, item("94", { kind: "carousel" })])).toBe("1 photo, 2 videos, and 1 post with several pictures.");
    expect(line(item("1", { posted_at: null }))).toBe("date not known: Photo, Spring sale");
  });
});

describe("the receipt", () => {
  it("is not there where access was never gone", async () => {
    const { find } = await page("scene=media-resting", address);
    expect(find("media")).not.toBeNull();
    expect(find("gap")).toBeNull();
  });

  it("lists what was fetched, twenty at a time", async () => {
    const { get, find, settle } = await page("scene=gap-long", address);
    const lines = (): number => get("gap-fetched").querySelectorAll("li").length;
    expect(get("gap-fetched").textContent).toContain("60 items were published");
    expect(lines()).toBe(20);
    get("gap-more").click();
    await settle();
    get("gap-more").click();
    await settle();
    expect(lines()).toBe(60);
    expect(find("gap-more")).toBeNull();
  });

  it("says whether it may still grow, and reads itself anew when the sync has ended", async () => {
    const { get, find, settle, bridge, ui } = await page("scene=gap-open", address);
    expect(get("gap-incomplete").textContent).toContain("may grow");
    const done: Gap = { ...gap, items: [item("1")] };
    vi.spyOn(bridge.commands, "gap").mockResolvedValue(done);
    const it = ui.model.account(HERO) as Account;
    bridge.change(null, [{ ...it, sync: { ...it.sync, state: "resting", last_at: it.last_ok_at } }]);
    await settle();
    expect(find("gap-incomplete")).toBeNull();
    expect(get("gap-fetched").querySelectorAll("li")).toHaveLength(1);
  });

  it("is copied, and says so", async () => {
    const { get, bridge, settle } = await page("scene=gap-few", address);
    const its = (await bridge.commands.gap({ id: HERO })) as Gap;
    get("gap-copy").click();
    await settle();
    expect(bridge.calls.at(-1)).toEqual({ name: "copy_text", args: { text: gapText(its, "shop_north") } });
    expect(get("gap-result").textContent.trim()).toBe("Copied");
  });

  it("is saved, and says where", async () => {
    const { get, bridge, settle } = await page("scene=gap-few", address);
    get("gap-save").click();
    await settle();
    expect(bridge.calls.at(-1)).toEqual({ name: "save_gap", args: { id: HERO } });
    expect(get("gap-result").textContent.trim()).toBe("Saved as /home/ada/Downloads/relink-gap-shop_north.csv");
  });

  it("does not say that it was saved when it was not", async () => {
    const { get, bridge, settle } = await page("scene=gap-few", address);
    vi.spyOn(bridge.commands, "save_gap").mockRejectedValue({ code: "disk_full" });
    get("gap-save").click();
    await settle();
    expect(get("gap-result").textContent.trim()).toBe("");
    expect(get("toast-error")).not.toBeNull();
  });

  it("says that it could not be read, and tries again", async () => {
    const { bridge, ui, settle, get, find } = await page("scene=gap-few");
    const failing = vi.spyOn(bridge.commands, "gap").mockRejectedValue({ code: "database" });
    ui.router.open(address);
    await settle();
    expect(find("gap")).toBeNull();
    failing.mockRestore();
    get("gap-failed").querySelector("button")?.click();
    await settle();
    expect(find("gap")).not.toBeNull();
  });
});
