import { describe, expect, it, vi } from "vitest";
import type { Entry } from "../../ipc/bindings";
import { page } from "../../test/page";

const line = (id: string, at: string): Entry => ({
  id,
  at,
  account_id: null,
  username: null,
  kind: "app_started",
  diagnosis: null,
  params: {},
});

it("shows every line when a clock was set back and the same day comes twice", async () => {
  const { bridge, ui, settle } = await page();
  const lines = [
    line("3", "2026-03-02T10:00:00.000Z"),
    line("2", "2026-01-05T10:00:00.000Z"),
    line("1", "2026-03-02T09:00:00.000Z"),
  ];
  vi.spyOn(bridge.commands, "history").mockResolvedValue(lines);
  ui.router.open("#/activity");
  await settle();
  expect(document.querySelectorAll("main h2")).toHaveLength(3);
  expect(document.querySelectorAll("main li")).toHaveLength(3);
});

describe("what changed of an account", () => {
  const change = (kind: Entry["kind"], params: Entry["params"]): Entry => ({
    ...line("1", "2026-11-23T08:00:00.000Z"),
    account_id: "17841400000000001",
    username: "north",
    kind,
    params,
  });
  const publish = "instagram_business_content_publish";
  const both = `${publish},instagram_business_manage_comments`;

  it.each([
    [change("profile_changed", { field: "username", old: "old_north", new: "north" }), ["@old_north is now @north"]],
    [change("profile_changed", { old: "old_north", new: "north" }), ["@old_north is now @north"]],
    [
      change("profile_changed", { field: "account_type", old: "creator", new: "business" }),
      ["@north is now a business account; it was a creator account"],
    ],
    [change("profile_changed", { field: "name", old: "N", new: "North" }), ["@north changed its display name from “N” to “North”"]],
    [change("profile_changed", { field: "account_type", old: "creator", new: "unknown" }), ["The profile changed"]],
    [change("permissions_changed", { lost: publish, gained: "" }), ["Instagram took the permission “Publish posts” back"]],
    [change("permissions_changed", { lost: "", gained: publish }), ["Instagram gave the permission “Publish posts” again"]],
    [
      change("permissions_changed", { lost: both, gained: "a_new_one" }),
      ["Instagram took 2 permissions back: Publish posts and Manage comments", "Instagram gave the permission “a_new_one” again"],
    ],
    [change("permissions_changed", {}), ["Permissions changed"]],
  ])("is told as a sentence (%#)", async (entry, sentences) => {
    const { bridge, ui, settle, get } = await page();
    vi.spyOn(bridge.commands, "history").mockResolvedValue([entry]);
    ui.router.open("#/activity");
    await settle();
    const told = get("entry-1").querySelector(".words p");
    const lines = [...(told?.querySelectorAll(".line") ?? [])];
    const texts = (lines.length > 0 ? lines : [told]).map((part) => part?.textContent.trim());
    expect(texts).toEqual(sentences);
  });
});
