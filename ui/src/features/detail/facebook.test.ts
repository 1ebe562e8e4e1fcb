import { describe, expect, it } from "vitest";
import { at, DAY, START } from "../../ipc/memory/accounts";
import { throughPage } from "../../ipc/memory/facebook";
import { HERO } from "../../ipc/memory/scenes";
import { page, type Page } from "../../test/page";
import { accessText, rowName } from "../accounts/words";
import { doubt, doubtfulEnd } from "../calendar/doubt";

const ENDLESS = "No end date, can be withdrawn";
const detail = `#/accounts/${HERO}`;
const asked = (shown: Page): unknown => shown.bridge.calls.findLast(({ name }) => name === "connect")?.args;

describe("access without an end", () => {
  const it_ = throughPage(1, "shop");
  it("is not counted down", () => {
    for (const style of ["days_left", "date"] as const) expect(accessText(it_, style, START)).toEqual({ text: ENDLESS, changesAt: Infinity });
    expect(rowName(it_, START)).toContain(ENDLESS);
  });
  it("is gone when it was withdrawn", () => {
    expect(accessText({ ...it_, status: "revoked" }, "days_left", START).text).toBe("No access");
  });
  it("has its clock of data in the calendar, and nothing else", () => {
    const settings = { auto_renew: true, paused_until: null, renew_after_days: 7 };
    expect(doubt(it_, settings, START)).toBe("data");
    expect(doubtfulEnd(it_, "data", START)).toBe(START + 83 * DAY);
    expect(doubtfulEnd({ ...it_, data_access_until: at(-DAY) }, "data", START)).toBe(START);
    expect(doubt({ ...it_, data_access_until: null }, settings, START)).toBeNull();
  });
  it("stands in the list, the details and the calendar", async () => {
    const shown = await page("scene=facebook", detail);
    expect(shown.get(`access-${HERO}`).textContent).toBe(ENDLESS);
    const told = shown.get("detail").textContent;
    expect(told).toContain(ENDLESS);
    expect(told).not.toContain("Next renewal");
    expect(told).toContain("shop north on Facebook");
    expect(told).toContain("Agency desk");
    expect(told).toContain("Facebook stops giving data then");
    expect(shown.find("data-access"), "far away").toBeNull();
    shown.ui.router.go({ page: "calendar" });
    await shown.settle();
    expect(shown.get("calendar-endless").textContent).toContain("4 accounts have no end date, can be withdrawn");
  });
  it("has no renewal in its menu nor in its runway", async () => {
    const shown = await page("scene=facebook", `${detail}/runway`);
    expect(shown.get("runway").dataset["state"]).toBe("endless");
    expect(shown.bridge.calls.map(({ name }) => name)).not.toContain("runway");
    shown.get(`row-menu-${HERO}`).click();
    await shown.settle();
    expect(shown.find("menu-check")).not.toBeNull();
    expect(shown.find("menu-renew")).toBeNull();
  });
});

describe("the clock of data", () => {
  it.each([
    ["data", "soon", "only until"],
    ["over", "over", "no data of this account since"],
  ])("asks to sign in again near its end: %s", async (kind, state, words) => {
    const shown = await page(`scene=facebook-${kind}`, detail);
    expect(shown.get("data-access").dataset["state"]).toBe(state);
    expect(shown.get("data-access").textContent).toContain(words);
    shown.get("data-sign-in").click();
    await shown.settle();
    expect(asked(shown)).toEqual({ route: "facebook", expected: HERO });
    expect(shown.ui.router.place).toEqual({ page: "add" });
  });
});

describe("a missing permission", () => {
  it("says what does not work, whether it was declined, and can be asked for again", async () => {
    const shown = await page("scene=facebook-declined", detail);
    const row = shown.get("permission-instagram_content_publish");
    expect(row.textContent).toContain("Declined");
    expect(row.textContent).toContain("Nothing can be published");
    shown.get("permissions-ask").click();
    await shown.settle();
    expect(asked(shown)).toEqual({ route: "facebook", expected: HERO });
  });
  it("can be asked for on the Instagram route, too, which names no other", async () => {
    const shown = await page("scene=cause-permission_missing", detail);
    const told = shown.get("permissions-ask").closest("section")?.textContent ?? "";
    expect(told).toContain("Instagram asks for it expressly");
    expect(told).not.toContain("Facebook");
  });
  it("is not asked for where nothing is missing", async () => {
    expect((await page("scene=well", detail)).find("permissions-ask")).toBeNull();
  });
});
