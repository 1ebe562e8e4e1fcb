import { describe, expect, it } from "vitest";
import { address, parse } from "./router.svelte";

describe("the addresses", () => {
  it.each([
    "#/accounts",
    "#/accounts/17841400000000001",
    "#/reconnect/17841400000000001",
    "#/reconnect?queue=1,2,3",
    "#/accounts/17841400000000001/runway",
    "#/accounts/17841400000000001/media",
    "#/explain",
    "#/calendar",
    "#/add",
    "#/add/instagram%3A1234567890123456",
    "#/setup",
    "#/setup/keys",
    "#/activity",
    "#/deleted",
    "#/deleted/17841400000000001",
    "#/reconnect?queue=",
    "#/settings/renewal",
    "#/settings/notifications",
    "#/settings/app/instagram%3A1234567890123456",
  ])("%s leads there and back", (hash) => {
    expect(address(parse(hash))).toBe(hash);
  });

  it.each(["", "#", "#/nowhere", "#/reconnect/", "#//"])("%j leads to the accounts", (hash) => {
    expect(parse(hash)).toEqual({ page: "accounts", id: null });
  });

  it("leads to the first page of settings if it names none there is", () => {
    expect(parse("#/settings/secrets")).toEqual({ page: "settings", section: "general" });
  });
});
