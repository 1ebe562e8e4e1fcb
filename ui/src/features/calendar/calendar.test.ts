import { describe, expect, it } from "vitest";
import type { Account, Status } from "../../ipc/bindings";
import { account, at, DAY, HOUR, START } from "../../ipc/memory/accounts";
import { page, press } from "../../test/page";
import { count, dayOf, DAYS, midnights, onDay } from "./days";
import { doubt, doubtfulEnd, type Doubt, type RenewalSettings } from "./doubt";
import { before, depth, firstWeekday, keyTo, weeks } from "./weeks";

const usual: RenewalSettings = { auto_renew: true, paused_until: null, renew_after_days: 7 };
const one = (more: Partial<Account> = {}): Account =>
  account(1, "shop", { expires_at: at(50 * DAY), renew_due_at: at(3 * DAY), ...more });

describe("the end of an access is in doubt", () => {
  const cases: [string, Partial<Account>, Partial<RenewalSettings>, Doubt | null][] = [
    ["not while renewal goes by plan", {}, {}, null],
    ["not with little time, while a renewal is planned before the end", { expires_at: at(31 * HOUR), renew_due_at: at(HOUR) }, {}, null],
    ["not while it is being renewed", { status: "renewing", renewal_failures: 3, renew_due_at: at(-HOUR) }, {}, null],
    ["not when only a permission is missing", { status: "limited" }, {}, null],
    ["not while it waits without a failed renewal", { status: "waiting", next_try_at: at(HOUR) }, {}, null],
    ["not when no end is known", { expires_at: null }, {}, null],
    ["not when it is deleted", { status: "removed" }, {}, null],
    ["not by a pause that is over before it", {}, { paused_until: at(10 * DAY) }, null],
    ["when renewal is late", { status: "renewal_late" }, {}, "late"],
    ["when it waits after failed renewals", { status: "waiting", renewal_failures: 1 }, {}, "late"],
    ["when automatic renewal is off", {}, { auto_renew: false }, "off"],
    ["when the pause lasts longer", {}, { paused_until: at(51 * DAY) }, "paused"],
    ["when no renewal is planned", { renew_due_at: null }, {}, "unplanned"],
    ["when the renewal is planned after the end", { renew_due_at: at(51 * DAY) }, {}, "unplanned"],
    ["when the renewal is overdue", { renew_due_at: at(-HOUR), expires_at: at(15 * DAY) }, {}, "overdue"],
    ["when Instagram blocks the account", { status: "blocked" }, {}, "blocked"],
    ["when Instagram ended it", { status: "revoked" }, {}, "lost"],
    ["when it ran out", { status: "expired" }, {}, "expired"],
    ["when it ran out and nobody has noticed", { expires_at: at(0) }, {}, "expired"],
  ];
  it.each(cases)("%s", (_, more, settings, why) => {
    expect(doubt(one(more), { ...usual, ...settings }, START)).toBe(why);
  });

  it("falls on the end, or on today when it is past", () => {
    expect(doubtfulEnd(one(), "late", START)).toBe(START + 50 * DAY);
    expect(doubtfulEnd(one({ expires_at: at(-DAY) }), "expired", START)).toBe(START);
    expect(doubtfulEnd(one(), "lost", START)).toBe(START);
  });
});

describe("the days", () => {
  it.each([["2026-10-20T12:00:00Z"], ["2027-03-20T12:00:00Z"], ["2026-11-23T09:00:00Z"]])(
    "hold every instant of their own, also where a day has 23 or 25 hours (from %s)",
    (from) => {
      const starts = midnights(Date.parse(from));
      for (let day = 0; day < DAYS; day += 1) {
        const [start = 0, next = 0] = starts.slice(day);
        expect(dayOf(start, starts)).toBe(day);
        expect(dayOf(next - 1, starts)).toBe(day);
      }
      expect(dayOf((starts[0] ?? 0) - 1, starts)).toBe(-1);
      expect(dayOf(starts[DAYS] ?? 0, starts)).toBe(-1);
    },
  );

  it("count the next renewal and those that follow if it succeeds", () => {
    const days = count([one()], usual, START);
    const on = days.flatMap((day, index) => (day.renewals > 0 ? [index] : []));
    expect(on).toEqual([3, 10, 17, 24, 31, 38, 45, 52, 59]);
    expect(days.every((day) => day.doubts === 0)).toBe(true);
  });

  it("count a late account once at its next try and once at its end, and nothing it cannot be sure of", () => {
    const days = count([one({ status: "renewal_late", renewal_failures: 2, next_try_at: at(HOUR), expires_at: at(9 * DAY) })], usual, START);
    expect(days.flatMap((day, index) => (day.renewals > 0 ? [index] : []))).toEqual([0]);
    expect(days.flatMap((day, index) => (day.doubts > 0 ? [index] : []))).toEqual([9]);
  });

  it("put what is due during a pause on the day it ends, and what is overdue on today", () => {
    expect(count([one()], { ...usual, paused_until: at(5 * DAY) }, START).findIndex((day) => day.renewals > 0)).toBe(5);
    expect(count([one({ renew_due_at: at(-DAY) })], usual, START).findIndex((day) => day.renewals > 0)).toBe(0);
  });

  it("plan no renewal for those that cannot be renewed", () => {
    for (const status of ["revoked", "expired", "blocked", "removed"] satisfies Status[]) {
      expect(count([one({ status })], usual, START).some((day) => day.renewals > 0), status).toBe(false);
    }
  });

  it("list the same accounts that they count", () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      account(index, `client_${index}`, index % 7 === 0 ? { status: "renewal_late", next_try_at: at(HOUR), expires_at: at((index % 58) * DAY) } : {}),
    );
    count(many, usual, START).forEach((day, index) => {
      const falls = onDay(many, usual, START, index);
      expect(falls.filter(({ kind }) => kind === "renewal")).toHaveLength(day.renewals);
      expect(falls.filter(({ kind }) => kind === "end")).toHaveLength(day.doubts);
      expect(new Set(falls.map(({ kind, account: { id } }) => `${kind} ${id}`)).size, "each account once a kind").toBe(falls.length);
    });
  });
});

describe("the weeks", () => {
  it("begin where the person lives with the right day", () => {
    expect(firstWeekday("en-GB")).toBe(1);
    expect(firstWeekday("en-US")).toBe(7);
    // 23 November 2026 is a Monday.
    expect(before(START, 1)).toBe(0);
    expect(before(START, 7)).toBe(1);
    expect(before(START - DAY, 1), "a Sunday is the last of a week that begins on Monday").toBe(6);
  });

  it("hold every day once", () => {
    for (const skipped of [0, 1, 6]) {
      const rows = weeks(DAYS, skipped);
      expect(rows.flat().filter((day) => day !== null)).toEqual(Array.from({ length: DAYS }, (_, day) => day));
      expect(rows.every((row) => row.length === 7)).toBe(true);
    }
  });

  const key = (name: string, from: number, more: { ctrlKey?: boolean; skipped?: number; rtl?: boolean } = {}): number | null =>
    keyTo({ key: name, ctrlKey: more.ctrlKey ?? false, metaKey: false }, from, DAYS, more.skipped ?? 2, more.rtl ?? false);
  it.each([
    ["ArrowRight", 10, 11], ["ArrowLeft", 10, 9], ["ArrowDown", 10, 17], ["ArrowUp", 10, 3],
    ["ArrowUp", 3, 3], ["ArrowDown", 58, 58], ["ArrowLeft", 0, 0], ["ArrowRight", 59, 59],
    // With two days before the first, day 10 stands in the sixth column.
    ["Home", 10, 5], ["End", 10, 11], ["Home", 2, 0], ["PageDown", 10, 38], ["PageDown", 50, 59], ["PageUp", 10, 0],
    ["a", 10, null],
  ])("%s leads from %i to %s", (name, from, to) => {
    expect(key(name, from)).toBe(to);
  });

  it("follow the direction of the language, and Ctrl leads to the edges", () => {
    expect(key("ArrowRight", 10, { rtl: true })).toBe(9);
    expect(key("Home", 40, { ctrlKey: true })).toBe(0);
    expect(key("End", 10, { ctrlKey: true })).toBe(59);
  });

  it("are tinted by their share of the busiest day, few never deeply", () => {
    expect([0, 1, 20, 40].map((renewals) => depth(renewals, 40))).toEqual([0, 1, 2, 4]);
    expect(depth(1, 1)).toBe(1);
  });
});

describe("the calendar", () => {
  const focused = (): string | null | undefined => (document.activeElement as HTMLElement | null)?.dataset["testid"];

  it("is a grid with one tab stop, moved by keys; Enter opens a day and Escape comes back", async () => {
    const { get, find, settle } = await page("scene=calendar&n=300", "#/calendar");
    const cells = [...document.querySelectorAll<HTMLElement>("[data-day]")];
    expect(cells).toHaveLength(DAYS);
    expect(cells.filter((cell) => cell.tabIndex === 0).map((cell) => cell.dataset["testid"])).toEqual(["day-0"]);
    get("day-0").focus();
    press(get("day-0"), "ArrowDown");
    await settle();
    press(get("day-7"), "ArrowRight");
    await settle();
    expect(focused()).toBe("day-8");
    press(get("day-8"), "Enter");
    await settle();
    expect(get("calendar-day").contains(document.activeElement), "the day's heading has the focus").toBe(true);
    expect(get("day-8").getAttribute("aria-selected")).toBe("true");
    press(document.activeElement as HTMLElement, "Escape");
    await settle();
    expect(find("calendar-day")).toBeNull();
    expect(focused()).toBe("day-8");
  });

  it("names each day with what falls on it, as its cell shows it", async () => {
    const { get } = await page("scene=calendar&n=300", "#/calendar");
    const cell = get("day-0");
    const said = cell.querySelector(".visually-hidden")?.textContent;
    expect(said).toMatch(/^Monday.*23.*: renewals \d+, 1 end in doubt$/);
    expect(said).toContain(cell.querySelector(".renewals")?.textContent ?? "?");
  });

  it("shows as many days for ten thousand accounts, and a day's list in parts", async () => {
    const { get, find, settle } = await page("scene=calendar&n=10000", "#/calendar");
    expect(document.querySelectorAll("[data-day]")).toHaveLength(DAYS);
    get("day-1").click();
    await settle();
    expect(document.querySelectorAll("[data-testid=calendar-renewals] li")).toHaveLength(200);
    get("calendar-more").click();
    await settle();
    expect(document.querySelectorAll("[data-testid=calendar-renewals] li").length).toBeGreaterThan(200);
    expect(find("calendar-empty")).toBeNull();
  });

  it("is reached from the title row and says when there is nothing", async () => {
    const { get } = await page("scene=well");
    expect(get("view-calendar").getAttribute("href")).toBe("#/calendar");
    expect(get("view-accounts").getAttribute("aria-current")).toBe("page");
  });

  it("has words for no account, and is calm when all is well", async () => {
    const none = await page("scene=welcome", "#/calendar");
    expect(none.get("calendar-empty").textContent).toContain("No accounts yet.");
    const well = await page("scene=calendar-one", "#/calendar");
    expect(well.get("calendar-doubts").dataset["count"]).toBe("0");
  });
});
