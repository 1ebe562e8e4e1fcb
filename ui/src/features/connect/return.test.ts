import { describe, expect, it } from "vitest";
import type { Account } from "../../ipc/bindings";
import { HERO } from "../../ipc/memory/scenes";
import { page, type Page } from "../../test/page";

const wizard = `#/reconnect/${HERO}`;
const names = (shown: Page): string[] => shown.bridge.calls.map(({ name }) => name);

describe("another account came back", () => {
  it("stands beside the expected one, and what differs is said in words", async () => {
    const shown = await page("scene=return-wrong", wizard);
    expect(shown.get("compare-username").textContent).toContain("@shop_north");
    expect(shown.get("compare-username").textContent).toContain("@private_account");
    expect(shown.get("compare-username").dataset["same"]).toBe("false");
    expect(shown.get("compare-username").textContent).toContain("Different");
    expect(shown.get("compare-name").textContent).toContain("Kim");
    expect(shown.get("compare-type").dataset["same"]).toBe("false");
    expect(shown.get("outcome").textContent).toContain("Nothing of it was changed");
    const names = [...shown.get("compare").querySelectorAll("td bdi")];
    expect(names).toHaveLength(6);
  });

  it("what is alike is called the same", async () => {
    const shown = await page("scene=return-wrong", wizard);
    const { attempt } = shown.ui.app;
    const hero = shown.ui.model.account(HERO) as Account;
    if (attempt?.returned == null) throw new Error("nothing returned");
    shown.bridge.change({ attempt: { ...attempt, returned: { ...attempt.returned, account_type: hero.account_type } } });
    await shown.settle();
    expect(shown.get("compare-type").dataset["same"]).toBe("true");
    expect(shown.get("compare-type").textContent).toContain("Same");
  });

  it.each([
    ["wrong-try-again", "connect"],
    ["wrong-add-new", "add_returned_account"],
    ["add-cancel", "cancel_attempt"],
  ])("%s sends %s", async (button, command) => {
    const shown = await page("scene=return-wrong", wizard);
    const before = shown.ui.model.account(HERO);
    shown.get(button).click();
    await shown.settle();
    expect(names(shown)).toContain(command);
    if (command !== "add_returned_account") expect(shown.ui.model.account(HERO), "nothing of it changed").toBe(before);
  });

  it("Cancel says that nothing has changed", async () => {
    const { get } = await page("scene=return-wrong", wizard);
    expect(get("add-cancel").textContent.trim()).toBe("Cancel: nothing has changed");
  });

  it.each([
    ["personal", "it is a personal account"],
    ["known", "it is in the list already"],
  ])("cannot be added where it is %s, and the reason stands beside", async (kind, reason) => {
    const shown = await page(`scene=return-${kind}`, wizard);
    const add = shown.get("wrong-add-new");
    expect(add.getAttribute("aria-disabled")).toBe("true");
    expect(document.getElementById(add.getAttribute("aria-describedby") ?? "")?.textContent).toContain(reason);
    add.click();
    await shown.settle();
    expect(names(shown)).not.toContain("add_returned_account");
  });
});

describe("fewer permissions came back", () => {
  it("are named, with what keeping them means", async () => {
    const shown = await page("scene=return-scopes", wizard);
    expect(shown.get("missing-scopes").querySelectorAll("li")).toHaveLength(2);
    expect(shown.get("outcome").textContent).toContain("Nothing of the account was changed so far");
    shown.get("scopes-keep").click();
    await shown.settle();
    expect(names(shown)).toContain("keep_with_limits");
  });
});

describe("a personal account came back", () => {
  it("says that it can take minutes, once the person has switched", async () => {
    const shown = await page("scene=flow-personal-sign_in", wizard);
    await shown.bridge.commands.wizard_answer({ id: HERO, key: "tick.switched", value: "yes" });
    await shown.bridge.commands.connect({ route: "instagram", expected: HERO });
    const { attempt } = shown.ui.app;
    if (attempt === null) throw new Error("no attempt");
    shown.bridge.change({ attempt: { ...attempt, phase: "failed", outcome: "instagram_no_business_account" } });
    await shown.settle();
    expect(shown.get("outcome").textContent).toContain("Instagram still reports a personal account");
  });
});
