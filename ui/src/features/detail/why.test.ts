import words from "virtual:words/why+handover+keep";
import { readFileSync } from "node:fs";
import { cleanup } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { learn, t } from "../../i18n";
import { dateTime } from "../../i18n/dates";
import type { Account, Advice, Cause, Certainty, Fact, FactKind, Possible } from "../../ipc/bindings";
import { diagnose, statusOf, troubled } from "../../ipc/memory/accounts";
import { HERO } from "../../ipc/memory/scenes";
import { page } from "../../test/page";
import { bearing, bearsOn, everyAdvice, everyPossible } from "./bearing";
import { factSentence } from "./facts";
import { handOverText } from "./handOver";

learn(words);
const address = `#/accounts/${HERO}`;
const found = "2026-11-23T07:00:00.000Z";

describe("a fact", () => {
  const moment = "2026-11-20T08:05:00.000Z";
  const later = "2026-12-24T08:05:00.000Z";
  const told: [FactKind, Partial<Fact>, string][] = [
    ["issued_at", { at: moment }, `This access had been valid since ${dateTime(moment)}.`],
    ["last_ok_at", { at: moment }, `The last call that worked was on ${dateTime(moment)}.`],
    ["ends_at", { at: moment }, `By its date this access ended on ${dateTime(moment)}.`],
    ["ends_at", { at: later }, `By its date this access would have lasted until ${dateTime(later)}.`],
    ["renewals_failed", { count: 1 }, "The last renewal did not succeed."],
    ["renewals_failed", { count: 14 }, "The last 14 renewals in a row did not succeed."],
    ["broke_together", { count: 3 }, "3 accounts broke within 10 minutes with the same answer, this one included."],
    ["others_work", { count: 1 }, "1 other account works."],
    ["two_factor_step", { at: moment }, `You said on ${dateTime(moment)} that two-factor authentication was just turned on. Such a change can itself end an access.`],
    ["lost_before", { count: 2 }, "This account was disconnected 2 times within 30 days, this time included."],
  ];
  it.each(told)("%s %o is a whole sentence", (kind, values, sentence) => {
    expect(factSentence({ kind, at: null, count: null, ...values }, found, true)).toBe(sentence);
  });

  it.each(["issued_at", "ends_at", "others_work"] as const)("%s without its value says nothing", (kind) => {
    expect(factSentence({ kind, at: null, count: null }, found, true)).toBeNull();
  });
});

describe("a fact of an access that works", () => {
  const moment = "2026-11-20T08:05:00.000Z";
  const later = "2026-12-24T08:05:00.000Z";
  it("is not told as over", () => {
    expect(factSentence({ kind: "issued_at", at: moment, count: null }, found, false)).toBe(`This access has been valid since ${dateTime(moment)}.`);
    expect(factSentence({ kind: "ends_at", at: later, count: null }, found, false)).toBe(`It is valid until ${dateTime(later)}.`);
  });
});

describe("an account about which no clear answer came", () => {
  it("is accused of nothing", async () => {
    const { ui, get, find, settle } = await page("", "#/accounts");
    const unclear = [...ui.model.accounts.values()].find(({ status }) => status === "unknown");
    ui.router.open(`#/accounts/${unclear?.id}`);
    await settle();
    expect(get("unclear").textContent).toMatch(/not had a clear answer about this account since .*Nothing says that its access is gone/);
    expect(find("cause-card")).toBeNull();
    expect(find("every-tool")).toBeNull();
  });
});

describe("the cause card", () => {
  const card = (get: (id: string) => HTMLElement): string => get("cause-card").textContent;

  it("shows every fact the core gave, and no more", async () => {
    const { get } = await page("scene=facts", address);
    const facts = [...get("cause-card").querySelectorAll("[data-testid^=fact-]")];
    expect(facts.map((fact) => fact.getAttribute("data-testid"))).toEqual(
      ["issued_at", "last_ok_at", "ends_at", "renewals_failed", "broke_together", "others_work", "two_factor_step", "lost_before"].map((kind) => `fact-${kind}`),
    );
  });

  it("sets what the answer names apart from what it leaves open", async () => {
    const { get } = await page("scene=cause-checkpoint-proved", address);
    expect(get("confidence").dataset["confidence"]).toBe("proved");
    expect([...get("cause-found").querySelectorAll("li")]).toHaveLength(1);
    expect(get("cause-found").textContent).toContain("confirm at Instagram that it is them");
    expect([...get("cause-possible").querySelectorAll("li")]).toHaveLength(4);
    expect(get("cause-possible").textContent).toContain("Also possible; the answer does not tell");
  });

  it("says openly when causes cannot be told apart, and calls none of them found", async () => {
    const { get, find } = await page("scene=cause-password_or_security_change-proved", address);
    expect(find("cause-found")).toBeNull();
    expect(get("cause-possible").querySelector("h3")?.textContent).toBe("What may lie behind it; the answer does not tell these 6 apart");
  });

  it("does not call unnamed what the answer names, where one cause may lie behind it", async () => {
    const { get } = await page("scene=cause-permission_missing-proved", address);
    expect(get("confidence").textContent).toBe("Instagram says the app lacks a permission on this account.");
    expect(get("cause-possible").querySelectorAll("li")).toHaveLength(1);
    expect(get("cause-possible").querySelector("h3")?.textContent).toBe("What may lie behind it; the answer does not tell");
  });

  it("offers each of the eleven causes with words of its own where nothing is known", async () => {
    const { get } = await page("scene=cause-access_ended-unknown", address);
    const causes = [...get("cause-possible").querySelectorAll("li")];
    expect(causes).toHaveLength(11);
    expect(new Set(causes.map((cause) => cause.textContent)).size).toBe(11);
    expect(card(get)).toContain("Instagram did not say why.");
  });

  it("says that it happens to every tool, but only of what happens to accounts", async () => {
    const lost = await page("scene=cause-logged_out-proved", address);
    expect(lost.get("every-tool").textContent).toContain("It can be made rarer, but not prevented.");
    cleanup();
    const resting = await page("scene=cause-rate_limited-proved", address);
    expect(resting.find("cause-card")).not.toBeNull();
    expect(resting.find("every-tool")).toBeNull();
  });

  it("is not there where all is well", async () => {
    const { find } = await page("scene=well", address);
    expect(find("detail")).not.toBeNull();
    expect(find("cause-card")).toBeNull();
    expect(find("hand-over")).toBeNull();
  });
});

describe("what bears on what", () => {
  it("knows every cause and leaves no recommendation without one", () => {
    expect(everyPossible).toHaveLength(11);
    const used = new Set(Object.values(bearing).flat());
    expect([...used].sort()).toEqual([...everyAdvice].sort());
  });

  it.each([
    ["two_factor", "long_since_log_in"],
    ["two_factor", "suspicious"],
    ["keep_app", "app_removed"],
    ["keep_password", "password_changed"],
    ["keep_page", "role_changed"],
    ["own_log_ins", "shared_log_in"],
  ] as [Advice, Possible][])("%s bears on %s", (advice, cause) => {
    expect(bearsOn(advice, everyPossible)).toContain(cause);
  });

  it("is the core's own table", () => {
    const snake = (name: string): string => name.replace(/(?<!^)([A-Z])/g, "_$1").toLowerCase();
    const names = (text: string, of: string): string[] => [...text.matchAll(new RegExp(`${of}::(\\w+)`, "g"))].map((it) => snake(it[1] ?? ""));
    const source = readFileSync("../src-tauri/domain/src/advice.rs", "utf8");
    const body = /fn advice\(self\)[^{]*\{\s*match self \{([\s\S]*?)\n {8}\}/.exec(source)?.[1] ?? "";
    const core = [...body.matchAll(/((?:\|?\s*Self::\w+\s*)+)=>\s*(?:\{\s*)?&\[([^\]]*)\]/g)].flatMap(([, causes = "", advice = ""]) =>
      names(causes, "Self").map((cause) => [cause, names(advice, "Advice")] as const),
    );
    expect(Object.fromEntries(core)).toEqual(bearing);
    const order = /ALL: \[Self; 9\] = \[([^\]]*)\]/.exec(source)?.[1] ?? "";
    expect(names(order, "Self")).toEqual(everyAdvice);
  });

  it("names only causes that are shown", () => {
    expect(bearsOn("two_factor", ["password_changed", "suspicious"])).toEqual(["suspicious"]);
  });
});

describe("the checklist", () => {
  const open = (get: (id: string) => HTMLElement): boolean => (get("keep") as HTMLDetailsElement).open;

  it("is open for a broken account and folded for a healthy one", async () => {
    const broken = await page("scene=cause-logged_out-proved", address);
    expect(open(broken.get)).toBe(true);
    cleanup();
    const well = await page("scene=well", address);
    expect(open(well.get)).toBe(false);
  });

  it("has all nine, those that bear on the loss first and in the core's order", async () => {
    const { get, ui } = await page("scene=cause-checkpoint-proved", address);
    const boxes = [...get("keep").querySelectorAll("input")].map((box) => box.dataset["testid"]?.replace("keep-", ""));
    const { advice } = ui.model.account(HERO) as Account;
    expect(advice.length).toBeGreaterThan(1);
    expect(boxes.slice(0, advice.length)).toEqual(advice);
    expect([...boxes].sort()).toEqual([...everyAdvice].sort());
    expect(get("keep-bears").textContent).toContain("Helps against requests to confirm who you are and frequent sign-ins.");
  });

  it("sends a tick, remembers it, and takes it back", async () => {
    const { get, bridge, settle } = await page("scene=facts", address);
    expect(get("keep-progress").textContent).toBe("2 of 9 done");
    expect((get("keep-two_factor") as HTMLInputElement).checked).toBe(true);
    const box = get("keep-roles") as HTMLInputElement;
    box.focus();
    box.click();
    await settle();
    expect(bridge.calls.at(-1)).toEqual({ name: "tick", args: { id: HERO, advice: "roles", done: true } });
    expect(get("keep-progress").textContent).toBe("3 of 9 done");
    expect(document.activeElement, "the focus stays for the next key").toBe(get("keep-roles"));
    get("keep-two_factor").click();
    await settle();
    expect(bridge.calls.at(-1)?.args).toEqual({ id: HERO, advice: "two_factor", done: false });
    expect(get("keep-progress").textContent).toBe("2 of 9 done");
  });
});

describe("the text for the owner", () => {
  const causes = Object.keys(statusOf) as Cause[];
  const certainties: Certainty[] = ["proved", "likely", "unknown"];
  it.each(causes.flatMap((cause) => certainties.map((certainty) => [cause, certainty] as const)))(
    "of %s, %s holds what to do and nothing that is nobody's business",
    (cause, certainty) => {
      const account = { ...troubled(1, "shop_north", cause, certainty), notes: "private note", login: "ada@example.org" };
      const text = handOverText(account, t);
      const evidence = account.diagnosis?.evidence;
      for (const secret of [account.id, evidence?.trace_id, evidence?.error_type, evidence?.message, account.notes, account.login]) {
        expect(text).not.toContain(secret);
      }
      expect(text, "no code or subcode").not.toMatch(/\d{2,}/);
      expect(text, "no identifier of ours").not.toMatch(new RegExp(`${cause}|scope|token`));
      expect(text).toContain("@shop_north");
      expect(text).toMatch(/What to do\n1\. \S/);
      expect(text).toContain("instagram.com");
      expect(text).toContain("Nobody asks for your password");
      expect(text).toContain("call me back by a phone number you knew before");
    },
  );

  it("asks nothing of the owner where nothing is theirs to do", () => {
    const text = handOverText({ username: "shop_north", route: "instagram", diagnosis: diagnose("app_problem") }, t);
    expect(text).toContain("Nothing needs doing on your side.");
    expect(text).not.toContain("sign in as usual");
  });

  it("is offered only where the owner has something to do", async () => {
    const limited = await page("scene=cause-permission_missing-proved", address);
    expect(limited.find("hand-over")).not.toBeNull();
    cleanup();
    const resting = await page("scene=cause-provider_fault-likely", address);
    expect(resting.find("cause-card")).not.toBeNull();
    expect(resting.find("hand-over")).toBeNull();
  });

  it("says how sure it is", () => {
    const of = (certainty: Certainty): string => handOverText({ username: "a", route: "instagram", diagnosis: diagnose("checkpoint", certainty) }, t);
    expect(of("proved")).toContain("Instagram’s answer names this.");
    expect(of("likely")).toContain("does not prove it");
    expect(of("unknown")).toContain("does not name it");
  });

  it("is copied with one press, and says so until the text changes", async () => {
    const { get, bridge, settle, ui } = await page("scene=cause-checkpoint-proved", address);
    expect(get("hand-over-copied").textContent).toBe("");
    get("hand-over-copy").click();
    await settle();
    const text = handOverText(ui.model.account(HERO) as Account, t);
    expect(bridge.calls.at(-1)).toEqual({ name: "copy_text", args: { text } });
    expect(get("hand-over-copied").textContent).toBe("Copied");
    bridge.change(null, [{ ...(ui.model.account(HERO) as Account), username: "renamed" }]);
    await settle();
    expect(get("hand-over-copied").textContent).toBe("");
  });

  it("does not claim to be copied when it was not", async () => {
    const { get, bridge, settle } = await page("scene=cause-checkpoint-proved", address);
    vi.spyOn(bridge.commands, "copy_text").mockRejectedValue({ code: "internal" });
    get("hand-over-copy").click();
    await settle();
    expect(get("hand-over-copied").textContent).toBe("");
  });
});
