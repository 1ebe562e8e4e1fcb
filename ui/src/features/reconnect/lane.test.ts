import { describe, expect, it } from "vitest";
import { HERO } from "../../ipc/memory/scenes";
import { page, press, type Page } from "../../test/page";

const STUDIO = "17841400000000005";
const names = (shown: Page): string[] => shown.bridge.calls.map(({ name }) => name);
const nameOf = (shown: Page, id: string | undefined): string => shown.ui.model.account(id ?? "")?.username ?? "";

/** Ends the wizard of the account that is being mended, as if signing in had worked. */
async function mend(shown: Page): Promise<void> {
  const id = shown.ui.app.lane?.waiting[0] ?? "";
  const account = shown.ui.model.account(id);
  if (account?.wizard == null) throw new Error("no wizard");
  shown.bridge.change(null, [{ ...account, status: "connected", diagnosis: null, wizard: { ...account.wizard, step: "finish" } }]);
  await shown.settle();
}

describe("several accounts", () => {
  it("an address starts the core's lane once, and looking again does not", async () => {
    const shown = await page("", `#/reconnect?queue=${HERO},${STUDIO}`);
    expect(shown.bridge.calls.filter(({ name }) => name === "lane_start")).toEqual([{ name: "lane_start", args: { ids: [HERO, STUDIO] } }]);
    expect(location.hash).toBe("#/reconnect?queue=");
    expect(shown.get("queue-place").textContent).toBe("Account 1 of 2");
  });

  it("an address for accounts of the open lane goes on with it", async () => {
    const shown = await page("scene=lane-2", `#/reconnect?queue=${HERO}`);
    expect(shown.ui.app.lane?.waiting).toContain(HERO);
    expect(names(shown)).not.toContain("lane_start");
    expect(shown.get("queue-place").textContent).toBe("Account 3 of 6");
  });

  it("one is mended, one is put off, and the end says what became of them", async () => {
    const shown = await page("", `#/reconnect?queue=${HERO},${STUDIO}`);
    shown.get("wizard-skip").click();
    await shown.settle();
    expect(shown.get("queue-place").textContent).toBe("Account 2 of 2");
    const [second] = shown.ui.app.lane?.waiting ?? [];
    await mend(shown);
    shown.get("wizard-done").click();
    await shown.settle();
    expect(shown.get("queue-done").textContent).toContain(nameOf(shown, second));
    expect(shown.get("queue-skipped").textContent).toContain(second === HERO ? "studio.k" : "shop_north");
    expect(shown.get("wizard-heading").textContent.trim()).toBe("1 of 2 accounts is done");
    expect(shown.find("queue-failed")).toBeNull();
    expect(document.activeElement).toBe(shown.get("wizard-heading"));
    shown.get("queue-again").click();
    await shown.settle();
    expect(shown.get("wizard-heading").dataset["step"]).toBe("happened");
  });

  it("one whose sign-in failed is named as still to do", async () => {
    const shown = await page("", `#/reconnect?queue=${HERO},${STUDIO}`);
    const [first] = shown.ui.app.lane?.waiting ?? [];
    await shown.bridge.commands.connect({ route: "instagram", expected: first ?? "" });
    const { attempt } = shown.ui.app;
    if (attempt === null) throw new Error("no attempt");
    shown.bridge.change({ attempt: { ...attempt, phase: "failed", outcome: "user_denied" } });
    await shown.settle();
    shown.get("wizard-skip").click();
    await shown.settle();
    shown.get("wizard-skip").click();
    await shown.settle();
    expect(shown.get("wizard-heading").textContent.trim(), "none of them is").toBe("No account is done yet");
    expect(shown.get("queue-failed").textContent).toContain(nameOf(shown, first));
    expect(shown.get("queue-skipped").textContent).not.toContain(nameOf(shown, first));
  });

  it("one that keeps its limits does not come first again", async () => {
    const shown = await page("", `#/reconnect?queue=${HERO},${STUDIO}`);
    const [first] = shown.ui.app.lane?.waiting ?? [];
    await mend(shown);
    const account = shown.ui.model.account(first ?? "");
    if (account === null) throw new Error("nobody");
    shown.bridge.change(null, [{ ...account, status: "limited" }]);
    await shown.settle();
    shown.get("wizard-done").click();
    await shown.settle();
    expect(shown.ui.app.lane?.waiting[0]).not.toBe(first);
    expect(shown.get("wizard-heading").dataset["step"]).toBe("happened");
  });

  it("one that Instagram's refusal of the app holds back is explained and can be put off", async () => {
    const shown = await page("scene=lane-2", "#/reconnect?queue=");
    const first = shown.ui.app.lane?.waiting[0] ?? "";
    const incident = { id: "app", kind: "app" as const, since: "2026-11-23T07:00:00.000Z", cause: "app_problem" as const };
    shown.bridge.change({ incidents: [{ ...incident, certainty: "likely", account_ids: [first], shared: ["app"], app: null, label: null }] });
    await shown.settle();
    expect(shown.get("passing")).not.toBeNull();
    expect(shown.get("queue-place").textContent).toBe("Account 3 of 6");
    shown.get("wizard-skip").click();
    await shown.settle();
    expect(shown.find("passing")).toBeNull();
    expect(shown.get("queue-place").textContent).toBe("Account 4 of 6");
  });

  it("with nothing left the lane is closed", async () => {
    const shown = await page("", `#/reconnect?queue=${HERO},17841400000000013`);
    await mend(shown);
    shown.get("wizard-done").click();
    await shown.settle();
    expect(shown.get("wizard-heading").textContent.trim()).toBe("All accounts are done");
    expect(shown.get("queue-done").textContent).toContain("shop_north");
    shown.get("queue-close").click();
    await shown.settle();
    expect(shown.ui.app.lane).toBeNull();
    expect(shown.ui.router.place).toEqual({ page: "accounts", id: null });
  });

  it("says so when there is nothing to mend", async () => {
    const { get } = await page("scene=well", "#/reconnect?queue=17841400000000003");
    expect(get("queue-end").textContent).toContain("There was nothing to mend");
  });
});

describe("the browser's sign-in", () => {
  it("is named where it changes, and how often it does from here on", async () => {
    const shown = await page("scene=lane", "#/reconnect?queue=");
    const lane = shown.ui.app.lane;
    expect(shown.get("queue-changes").textContent.trim()).toBe(`You will sign in as another person ${lane?.changes} more times.`);
    expect(shown.find("queue-log-in"), "nothing is known of the browser yet").toBeNull();
    const logins = lane?.waiting.map((id) => shown.ui.model.account(id)?.login ?? "") ?? [];
    for (let at = 1; at < logins.length; at += 1) {
      await mend(shown);
      const same = logins[at] !== "" && logins[at] === logins[at - 1];
      const name = logins[at] === "" ? "@shop_north" : logins[at];
      expect(shown.get("queue-log-in").textContent).toBe(
        same ? `Next: stay signed in as ${name}.` : `Next: sign out in the browser and sign in as ${name}.`,
      );
      shown.get("wizard-done").click();
      await shown.settle();
      expect(shown.get("queue-log-in").textContent).toBe(
        same ? `Stay signed in as ${name}.` : `Now sign out in the browser and sign in as ${name}.`,
      );
    }
  });

  it("is asked for where it is not known, once per account, and offers what was said of others", async () => {
    const shown = await page("scene=lane", "#/reconnect?queue=");
    while (shown.ui.model.account(shown.ui.app.lane?.waiting[0] ?? "")?.login !== "") {
      expect(shown.find("detail-login")).toBeNull();
      shown.get("wizard-skip").click();
      await shown.settle();
    }
    const field = shown.get("detail-login") as HTMLInputElement;
    expect(field.maxLength).toBe(80);
    expect([...shown.get("login-known").querySelectorAll("option")].map((it) => it.value)).toEqual(["Kim at the agency", "Robin"]);
    field.value = " Robin ";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await shown.settle();
    expect(shown.bridge.calls.at(-1)).toEqual({ name: "set_login", args: { id: HERO, login: "Robin" } });
  });

  it("can be said in the details at any time", async () => {
    const { get } = await page("scene=lane", "#/accounts/17841400000000002");
    expect((get("detail-login") as HTMLInputElement).value).toBe("Kim at the agency");
  });
});

describe("a lane of before", () => {
  it("is gone on with from the accounts, and everything keeps its place", async () => {
    const shown = await page("scene=lane-2");
    expect(shown.find("fix-all")).toBeNull();
    expect(shown.get("lane-go-on").textContent.trim()).toBe("Go on with 4 accounts");
    shown.get("lane-go-on").click();
    await shown.settle();
    expect(shown.get("queue-place").textContent).toBe("Account 3 of 6");
    press(document.body, "Escape");
    await shown.settle();
    expect(shown.ui.router.place.page).toBe("accounts");
    expect(shown.ui.app.lane?.waiting).toHaveLength(4);
  });

  it("can be given up: the accounts stay as they are", async () => {
    const shown = await page("scene=lane-2");
    shown.get("lane-give-up").click();
    await shown.settle();
    expect(names(shown)).toContain("lane_close");
    expect(shown.find("lane-go-on")).toBeNull();
    expect(shown.get("fix-all").textContent.trim()).toBe("Fix 4 accounts");
  });
});
