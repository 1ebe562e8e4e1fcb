import { describe, expect, it, vi } from "vitest";
import type { Account, Fact } from "../../ipc/bindings";
import { at, DAY, HOUR } from "../../ipc/memory/accounts";
import { HERO } from "../../ipc/memory/scenes";
import { page, type Page } from "../../test/page";
import { readMessages } from "../../../build/words.js";

const address = `#/reconnect/${HERO}`;
const hero = (shown: Page): Account => shown.ui.model.account(HERO) as Account;
const factLines = (shown: Page): string[] => [...shown.get("facts").querySelectorAll("li")].map((line) => line.textContent);

describe("what is known", () => {
  const told: [Fact, RegExp][] = [
    [{ kind: "issued_at", at: at(-20 * DAY), count: null }, /^This access had been valid since .*2026/],
    [{ kind: "last_ok_at", at: at(-3 * HOUR), count: null }, /^The last call that worked was on .*2026/],
    [{ kind: "ends_at", at: at(DAY), count: null }, /this access would have lasted until .*2026/],
    [{ kind: "ends_at", at: at(-DAY), count: null }, /this access ended on .*2026/],
    [{ kind: "renewals_failed", at: null, count: 14 }, /^The last 14 renewals in a row did not succeed\.$/],
    [{ kind: "broke_together", at: null, count: 3 }, /^3 accounts broke within 10 minutes with the same answer, this one included\.$/],
    [{ kind: "others_work", at: null, count: 1 }, /^1 other account works\.$/],
    [{ kind: "two_factor_step", at: at(-DAY), count: null }, /^You said on .*2026.* that two-factor authentication was just turned on\./],
    [{ kind: "lost_before", at: null, count: 2 }, /^This account was disconnected 2 times within 30 days, this time included\.$/],
  ];
  it.each(told)("%j", async (fact, words) => {
    const shown = await page("scene=flow-password-happened", address);
    shown.bridge.change(null, [{ ...hero(shown), facts: [fact] }]);
    await shown.settle();
    expect(factLines(shown)).toHaveLength(1);
    expect(factLines(shown)[0]).toMatch(words);
  });

  it("stays away where nothing is", async () => {
    const shown = await page("scene=flow-password-happened", address);
    shown.bridge.change(null, [{ ...hero(shown), facts: [] }]);
    await shown.settle();
    expect(shown.find("facts")).toBeNull();
  });

  it("says since when an account keeps getting disconnected, by the journal", async () => {
    const shown = await page("scene=flow-repeated-happened", address);
    expect(factLines(shown).join(" ")).toMatch(/Disconnected 3 times since (5 November|November 5,) 2026\./);
  });

  it("without a journal it still says how often", async () => {
    const shown = await page("scene=flow-password-happened", address);
    shown.bridge.refuse("history", "database");
    const wizard = hero(shown).wizard;
    if (wizard === null) throw new Error("no wizard");
    shown.bridge.change(null, [{ ...hero(shown), facts: [{ kind: "lost_before", at: null, count: 3 }], wizard: { ...wizard, flow: "repeated" } }]);
    await shown.settle();
    expect(factLines(shown)).toEqual(["This account was disconnected 3 times within 30 days, this time included."]);
  });

  it("says how often renewal failed, and why the last time, where access expired", async () => {
    const shown = await page("scene=flow-expired-happened", address);
    const before = hero(shown);
    const told = async (renewal_failures: number): Promise<string> => {
      shown.ui.router.open("#/accounts");
      await shown.settle();
      shown.bridge.change(null, [{ ...before, renewal_failures, facts: [] }]);
      shown.ui.router.open(address);
      await shown.settle();
      return shown.find("facts")?.textContent ?? "";
    };
    expect(await told(0)).not.toContain("Renewal failed");
    // The made-up tries are refused, get no answer, and are cut off, in turn.
    expect(await told(1)).toMatch(/Renewal failed 1 time\.\s*The last try: Instagram is not answering properly\./);
    expect(await told(15)).toMatch(/Renewal failed 10 times\.\s*The last try: No answer from the network\./);
    expect(await told(150)).toMatch(/Renewal failed at least \d+ times\./);
  });

  it("counts no try of an earlier lifetime", async () => {
    const shown = await page("scene=flow-expired-happened", "#/accounts");
    shown.bridge.change(null, [{ ...hero(shown), renewal_failures: 14, facts: [] }]);
    const told = await shown.bridge.commands.runway({ id: HERO });
    shown.bridge.commands.runway = () => Promise.resolve({ ...told, began_at: at(30 * DAY) });
    shown.ui.router.open(address);
    await shown.settle();
    expect(shown.find("facts")?.textContent ?? "").not.toContain("Renewal failed");
    shown.bridge.commands.runway = () => Promise.resolve(told);
    shown.ui.router.open("#/accounts");
    await shown.settle();
    shown.ui.router.open(address);
    await shown.settle();
    expect(shown.get("facts").textContent).toContain("Renewal failed");
  });

  it("says that renewal was paused, where access expired", async () => {
    const shown = await page("scene=flow-expired-happened", address);
    expect(factLines(shown)).not.toContain("Automatic renewal is paused.");
    shown.bridge.change({ settings: { ...shown.ui.app.settings, auto_renew: false } });
    await shown.settle();
    expect(factLines(shown)).toContain("Automatic renewal is paused.");
  });
});

describe("what happened", () => {
  it("folds what is known together with what it may have been", async () => {
    const shown = await page("scene=flow-password-happened", address);
    const known = shown.get("known") as HTMLDetailsElement;
    expect(known.open).toBe(false);
    expect(known.querySelector("summary")?.textContent).toBe("What is known, and what it may have been");
    expect(known.contains(shown.get("facts"))).toBe(true);
    expect(known.contains(shown.get("cause-possible"))).toBe(true);
    shown.bridge.change(null, [{ ...hero(shown), possible: [] }]);
    await shown.settle();
    expect(known.querySelector("summary")?.textContent).toBe("What is known");
    shown.bridge.change(null, [{ ...hero(shown), possible: [], facts: [] }]);
    await shown.settle();
    expect(shown.find("known")).toBeNull();
  });
});

describe("7.1, a changed password", () => {
  it("links to the security settings before anything is answered", async () => {
    const { get, bridge, settle } = await page("scene=flow-password-prepare", address);
    [...get("wizard").querySelectorAll("button")].find((it) => it.textContent.includes("Open Instagram security settings"))?.click();
    await settle();
    expect(bridge.calls.at(-1)).toEqual({ name: "open_link", args: { link: { kind: "security_settings" } } });
  });
});

describe("7.2, a changed security setting", () => {
  it("is called most likely, whatever Instagram named", async () => {
    const { get } = await page("scene=flow-security_setting-happened", address);
    expect(get("confidence").textContent).toContain("Most likely: a security setting such as two-factor authentication was changed");
    expect(get("confidence").dataset["confidence"]).toBe("likely");
  });

  it("has the answer folded to one line, which can be changed", async () => {
    const { get, find, settle, bridge } = await page("scene=flow-security_setting-two_factor", address);
    expect(find("twofactor-on")).toBeNull();
    get("twofactor-change").click();
    await settle();
    expect((get("twofactor-on") as HTMLInputElement).checked).toBe(true);
    get("wizard-next").click();
    await settle();
    expect(bridge.calls.find(({ name }) => name === "wizard_answer")?.args).toEqual({ id: HERO, key: "two_factor", value: "on" });
  });
});

describe("7.3, expired", () => {
  it.each(["prepare", "finish"])("what keeps it from happening again is set right there (%s)", async (step) => {
    const shown = await page(`scene=flow-expired-${step}`, "#/accounts");
    shown.bridge.change({ settings: { ...shown.ui.app.settings, start_with_computer: false, paused_until: at(DAY) } });
    shown.ui.router.open(address);
    await shown.settle();
    shown.get("start-with-computer").click();
    await shown.settle();
    expect(shown.ui.app.settings.start_with_computer).toBe(true);
    shown.get("resume-renewal").click();
    await shown.settle();
    expect(shown.ui.app.settings).toMatchObject({ auto_renew: true, paused_until: null });
    expect((shown.get("start-with-computer") as HTMLInputElement).checked, "it can be taken back").toBe(true);
  });

  it("asks for nothing that is set already", async () => {
    const { find } = await page("scene=flow-expired-prepare", address);
    expect(find("start-with-computer")).toBeNull();
    expect(find("resume-renewal")).toBeNull();
  });
});

describe("7.5, the app was removed", () => {
  it("meant to: says so in whole sentences", async () => {
    const { get, settle } = await page("scene=flow-app_removed-happened", address);
    get("answer-why-meant").click();
    await settle();
    expect(get("wizard").textContent).toContain("Then nothing needs doing. Delete the account here");
    expect(readMessages()["reconnect.meant.title"], "a sentence is one message").toMatch(/\.$/);
  });

  it("takes no earlier answer about two-factor authentication for granted", async () => {
    const shown = await page("scene=flow-app_removed-two_factor", "#/accounts");
    shown.bridge.change(null, [{ ...hero(shown), two_factor: { answer: "on", at: at(-DAY) } }]);
    shown.ui.router.open(address);
    await shown.settle();
    expect((shown.get("twofactor-on") as HTMLInputElement).checked).toBe(false);
    expect(shown.get("wizard-next").getAttribute("aria-disabled")).toBe("true");
  });

  it("meant to: in a lane the account that was meant is deleted, not the next", async () => {
    const shown = await page("", "#/reconnect?queue=17841400000000005,17841400000000001");
    const first = shown.ui.app.lane?.waiting[0] ?? "";
    if (first !== "17841400000000005") shown.get("wizard-skip").click();
    await shown.settle();
    shown.get("answer-why-meant").click();
    await shown.settle();
    shown.get("meant-delete").click();
    await shown.settle();
    expect(shown.bridge.calls.find(({ name }) => name === "delete_accounts")?.args).toEqual({ ids: ["17841400000000005"] });
  });
});

describe("7.6, a permission is missing", () => {
  it.each([
    ["unticked", "leave everything ticked"],
    ["role", "Ask an admin"],
    ["unsure", "If the permission is still missing, ask an admin"],
  ])("%s says what to do", async (why, words) => {
    const { get, settle } = await page("scene=flow-permission-prepare", address);
    get(`answer-why-${why}`).click();
    await settle();
    expect(get("permission-advice").textContent).toContain(words);
  });
});

describe("7.4, a checkpoint", () => {
  const shownSteps = (shown: Page): string[] =>
    [...shown.get("wizard").querySelectorAll("aside li")].map((step) => step.children[1]?.textContent ?? "");
  const ticked = { "tick.unlock": "yes", "tick.activity": "yes", "tick.wait": "yes" };

  async function finished(more: Partial<Account>, answers = {}): Promise<Page> {
    const shown = await page("scene=flow-checkpoint-finish", address);
    const { wizard } = hero(shown);
    if (wizard === null) throw new Error("no wizard");
    shown.bridge.change(null, [{ ...hero(shown), wizard: { ...wizard, answers }, ...more }]);
    await shown.settle();
    return shown;
  }

  it("that was confirmed leaves out the steps nobody had to take", async () => {
    const shown = await finished({}, ticked);
    expect(shown.get("outcome").textContent).toContain("nothing to delete and nobody to sign in");
    expect(shownSteps(shown)).toEqual(["What happened", "Before you go on", "Check"]);
    expect(shown.get("wizard-progress").textContent).toBe("Step 3 of 3: Check");
  });

  it("that passed by itself asked for nothing", async () => {
    expect(shownSteps(await finished({}))).toEqual(["What happened", "Check"]);
  });

  it.each([
    ["a renewal is no sign-in", { issued_at: at(HOUR), last_renewed_at: at(HOUR) }, 2],
    ["new access is", { issued_at: at(HOUR), last_renewed_at: null }, 6],
  ])("is told apart from signing in after a restart: %s", async (_, access, steps) => {
    const shown = await finished(access);
    expect(shown.ui.app.attempt).toBeNull();
    expect(shownSteps(shown)).toHaveLength(steps);
    expect(shown.get("outcome").textContent.includes("nobody to sign in")).toBe(steps === 2);
  });

  it("has every step where somebody signed in", async () => {
    const shown = await page("scene=flow-password-finish", address);
    expect(shownSteps(shown)).toEqual(["What happened", "Before you go on", "Delete the old connection", "Two-factor authentication", "Sign in again", "Check"]);
  });
});

describe("the end", () => {
  it.each([
    ["of before", -HOUR, false],
    ["that this ended", HOUR, true],
  ])("tells of a time without access %s or not", async (_, until, told) => {
    const shown = await page("scene=flow-password-finish", "#/accounts");
    const gap = vi.spyOn(shown.bridge.commands, "gap");
    gap.mockResolvedValue({ from: at(-2 * DAY), until: at(until), complete: true, items: [], stories_lost: true });
    shown.ui.router.open(address);
    await shown.settle();
    expect(gap).toHaveBeenCalled();
    expect(shown.find("gap") !== null).toBe(told);
  });

  it("says that an account has another name now", async () => {
    const shown = await page("scene=flow-password-finish", address);
    const { attempt } = shown.ui.app;
    if (attempt === null) throw new Error("no attempt");
    expect(shown.find("renamed")).toBeNull();
    shown.bridge.change({ attempt: { ...attempt, expected_username: "north_shop" } });
    await shown.settle();
    expect(shown.get("renamed").textContent).toBe("@north_shop is now @shop_north.");
  });

  it("follows the media that are fetched", async () => {
    const shown = await page("scene=flow-password-finish", address);
    expect(shown.find("finish-sync")).toBeNull();
    shown.bridge.change(null, [{ ...hero(shown), sync: { ...hero(shown).sync, state: "running", done: 412, total: 1310 } }]);
    await shown.settle();
    expect(shown.get("finish-sync").textContent).toBe("Media: 412 of 1,310 so far.");
    shown.bridge.change(null, [{ ...hero(shown), sync: { ...hero(shown).sync, state: "running", done: 412, total: null } }]);
    await shown.settle();
    expect(shown.get("finish-sync").textContent).toBe("Media: 412 items so far.");
  });
});
