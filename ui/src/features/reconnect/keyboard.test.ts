import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { WizardFlow, WizardStep } from "../../ipc/bindings";
import { HERO } from "../../ipc/memory/scenes";
import { page, type Page } from "../../test/page";

const address = `#/reconnect/${HERO}`;
/** More stops than any page of the wizard has. */
const STOPS = 60;

/** A person with nothing but a keyboard. */
function keyboard(shown: Page) {
  const user = userEvent.setup();
  const tabTo = async (testid: string): Promise<void> => {
    for (let stop = 0; stop < STOPS; stop += 1) {
      if ((document.activeElement as HTMLElement | null)?.dataset["testid"] === testid) return;
      await user.tab();
    }
    throw new Error(`Tab never comes to ${testid}`);
  };
  return {
    tabTo,
    async press(testid: string, key = "{Enter}"): Promise<void> {
      await tabTo(testid);
      await user.keyboard(key);
      await shown.settle();
    },
    async type(testid: string, text: string): Promise<void> {
      await tabTo(testid);
      await user.keyboard(text);
    },
    async key(key: string): Promise<void> {
      await user.keyboard(key);
      await shown.settle();
    },
  };
}

const step = (shown: Page): string | undefined => shown.get("wizard-heading").dataset["step"];

/** What each flow asks before "Continue" of its preparing step does anything. */
const asked: Record<WizardFlow, [string, string][]> = {
  password: [["answer-who-me", " "]],
  security_setting: [],
  expired: [["tick.running", " "]],
  checkpoint: [["tick.unlock", " "], ["tick.activity", " "], ["tick.wait", " "]],
  app_removed: [["tick.manage", " "]],
  permission: [["answer-why-unticked", "{ArrowDown}"], ["tick.role", " "]],
  personal: [["tick.switched", " "]],
  repeated: [["tick.devices", " "]],
  unknown: [["answer-fits-password", "{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}"]],
};

describe("every flow, by keyboard alone", () => {
  it.each(Object.keys(asked) as WizardFlow[])("%s: each step gives its heading the focus, to the end", { timeout: 30_000 }, async (flow) => {
    const shown = await page(`scene=flow-${flow}-happened`, address);
    const { press, type } = keyboard(shown);
    const at = (wanted: WizardStep): void => {
      expect(step(shown)).toBe(wanted);
      expect(document.activeElement, `the heading of ${wanted} has the focus`).toBe(shown.get("wizard-heading"));
    };
    at("happened");
    await press(shown.find("wizard-full") ? "wizard-full" : "wizard-next");
    if (shown.ui.model.account(HERO)?.wizard?.steps.includes("prepare")) {
      at("prepare");
      for (const [testid, key] of asked[flow]) await press(testid, key);
      await press("wizard-next");
      if (flow === "checkpoint") {
        expect(shown.get("still-blocked")).not.toBeNull();
        // The core's check found the account unblocked and its access gone.
        const hero = shown.ui.model.account(HERO);
        if (hero?.wizard) shown.bridge.change(null, [{ ...hero, wizard: { ...hero.wizard, step: "delete", check_again_at: null } }]);
        await shown.settle();
      }
    }
    at("delete");
    await press("wizard-next");
    if (shown.ui.model.account(HERO)?.wizard?.steps.includes("two_factor")) {
      at("two_factor");
      if (flow === "security_setting") expect(shown.find("twofactor-on"), "the answer is plain").toBeNull();
      else await press("twofactor-on", " ");
      await press("wizard-next");
    }
    at("sign_in");
    await press("add-open-browser");
    expect(shown.get("attempt").dataset["phase"]).toBe("waiting");
    shown.get("paste").setAttribute("open", "");
    await type("paste-field", "https://example.org/relink/?code=1&state=2");
    await press("paste-submit");
    at("finish");
    expect(shown.get("receipt").textContent).toContain("Everything came back");
    await press("wizard-done");
    expect(shown.ui.router.place).toEqual({ page: "accounts", id: HERO });
    const kinds = shown.bridge.calls.map(({ name }) => name);
    expect(kinds).toContain("wizard_close");
  });
});

describe("the keys of the wizard", () => {
  it("the arrow keys pass through the causes that may fit, and Continue takes the one that stands", async () => {
    const shown = await page("scene=flow-unknown-prepare", address);
    const { press } = keyboard(shown);
    await press("answer-fits-password", "{ArrowDown}{ArrowDown}");
    expect(shown.ui.model.account(HERO)?.wizard?.flow).toBe("unknown");
    await press("wizard-next");
    expect(shown.ui.model.account(HERO)?.wizard?.flow).toBe("checkpoint");
    expect(shown.get("tick.unlock")).not.toBeNull();
    expect(document.activeElement).toBe(shown.get("wizard-heading"));
  });

  it("Alt and the left arrow go one step back, and the focus goes to its heading", async () => {
    const shown = await page("scene=flow-password-two_factor", address);
    await keyboard(shown).key("{Alt>}{ArrowLeft}{/Alt}");
    expect(step(shown)).toBe("delete");
    expect(document.activeElement).toBe(shown.get("wizard-heading"));
  });

  it("Back does the same, with Shift and Tab or without", async () => {
    const shown = await page("scene=flow-password-two_factor", address);
    await keyboard(shown).press("wizard-back");
    expect(step(shown)).toBe("delete");
  });

  it("Escape leaves, and the place is kept", async () => {
    const shown = await page("scene=flow-password-prepare", address);
    await keyboard(shown).key("{Escape}");
    expect(shown.ui.router.place).toEqual({ page: "accounts", id: HERO });
    expect(shown.ui.model.account(HERO)?.wizard?.step).toBe("prepare");
    expect(shown.bridge.calls.map(({ name }) => name)).not.toContain("wizard_close");
  });

  it("what is held apart can be chosen by keyboard", async () => {
    const shown = await page("scene=return-wrong", address);
    await keyboard(shown).press("wrong-try-again");
    expect(shown.bridge.calls.at(-1)?.name).toBe("connect");
  });

  it("a lane goes on, puts off and ends by keyboard", async () => {
    const shown = await page("", `#/reconnect?queue=${HERO},17841400000000005`);
    const { press } = keyboard(shown);
    await press("wizard-skip");
    expect(shown.get("queue-place").textContent).toBe("Account 2 of 2");
    expect(document.activeElement).toBe(shown.get("wizard-heading"));
    await press("wizard-skip");
    expect(step(shown)).toBe("queue_end");
    expect(document.activeElement).toBe(shown.get("wizard-heading"));
    await press("queue-give-up");
    expect(shown.ui.app.lane).toBeNull();
  });

  it("the sentence about Instagram unfolds by keyboard", async () => {
    const shown = await page("", "#/deleted/17841400000000024");
    await keyboard(shown).press("remains-open");
    expect(shown.bridge.calls.at(-1)).toEqual({ name: "open_link", args: { link: { kind: "manage_access" } } });
  });
});
