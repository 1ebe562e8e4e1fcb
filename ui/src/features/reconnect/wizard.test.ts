import { describe, expect, it } from "vitest";
import type { Cause, Certainty, Outcome, WizardFlow, WizardStep } from "../../ipc/bindings";
import { statusOf } from "../../ipc/memory/accounts";
import { HERO } from "../../ipc/memory/scenes";
import { page, press } from "../../test/page";
import { readMessages } from "../../../build/words.js";
import { questions } from "./flows";

const address = `#/reconnect/${HERO}`;
const primary = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("main [data-variant=primary]")];
const phrases = [/Instagram says/g, /Most likely/g, /Instagram did not say why/g];
/** Confidence phrases on the page, leaving out the folded details and the list of options. */
function confidence(): string[] {
  const copy = document.querySelector("main")?.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("details, fieldset").forEach((part) => part.remove());
  return phrases.flatMap((phrase) => copy.textContent.match(phrase) ?? []);
}

/** The sentences that stand open under the heading; the question and what is folded are left out. */
function openSentences(): string[] {
  const copy = document.querySelector("main")?.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("header, aside, details, fieldset").forEach((part) => part.remove());
  return [...copy.querySelectorAll("p")].flatMap((line) => line.textContent.trim().split(/(?<=\.)\s+/));
}

const causes = Object.keys(statusOf) as Cause[];
const certainties: Certainty[] = ["proved", "likely", "unknown"];

describe("every cause", () => {
  it.each(causes.flatMap((cause) => certainties.map((certainty) => [cause, certainty] as const)))(
    "%s, %s: a what, one confidence phrase, one main button, no code",
    async (cause, certainty) => {
      const { get } = await page(`scene=cause-${cause}-${certainty}`, address);
      expect(get("wizard-heading").textContent.trim()).not.toBe("");
      expect(document.activeElement, "the heading takes the focus").toBe(get("wizard-heading"));
      expect(confidence()).toHaveLength(1);
      expect(primary()).toHaveLength(1);
      expect(openSentences().length, openSentences().join(" ")).toBeLessThanOrEqual(3);
      const shown = document.querySelector("main")?.cloneNode(true) as HTMLElement;
      shown.querySelectorAll("details").forEach((part) => part.remove());
      expect(shown.textContent, "codes are for the folded details").not.toMatch(/\b190\b|OAuthException/);
    },
  );
});

const flows: WizardFlow[] = ["password", "security_setting", "expired", "checkpoint", "app_removed", "permission", "personal", "repeated", "unknown"];
const steps: WizardStep[] = ["happened", "prepare", "delete", "two_factor", "sign_in", "finish"];

describe("every step", () => {
  it.each(flows.flatMap((flow) => steps.map((step) => [flow, step] as const)))("%s, %s has one main button", async (flow, step) => {
    const { get } = await page(`scene=flow-${flow}-${step}`, address);
    expect(get("wizard-heading").dataset["step"]).toBe(step);
    expect(primary()).toHaveLength(1);
  });
});

describe("every outcome", () => {
  const outcomes = [...new Set(Object.keys(readMessages()).filter((key) => key.startsWith("outcome.")).map((key) => key.split(".")[1]))] as Outcome[];
  it.each(outcomes)("%s has words and one main button", async (outcome) => {
    const { get } = await page(`scene=outcome-${outcome}`, "#/add");
    expect(get("outcome").dataset["outcome"]).toBe(outcome);
    expect(get("attempt-heading").textContent.trim()).not.toBe("");
    expect(primary()).toHaveLength(1);
  });
});

describe("the questions", () => {
  it("have words for every answer", () => {
    const keys = Object.keys(readMessages());
    for (const [question, { values }] of Object.entries(questions)) {
      for (const value of values) expect(keys).toContain(`reconnect.option.${question}.${value}`);
    }
  });
});

describe("the wizard", () => {
  it("goes the whole way by the Enter key alone", async () => {
    const { get, settle, bridge } = await page("scene=flow-password-prepare", address);
    press(get("wizard-heading"), "Enter");
    await settle();
    expect(get("wizard-heading").dataset["step"]).toBe("delete");
    press(get("wizard-heading"), "Enter");
    await settle();
    expect(get("wizard-heading").dataset["step"], "two-factor comes after deleting").toBe("two_factor");
    expect(document.activeElement).toBe(get("wizard-heading"));
    get("twofactor-on").click();
    await settle();
    press(get("wizard-heading"), "Enter");
    await settle();
    expect(get("wizard-heading").dataset["step"]).toBe("sign_in");
    expect(bridge.calls.map((call) => call.name)).toContain("wizard_answer");
    get("add-open-browser").click();
    await settle();
    expect(get("attempt").dataset["phase"]).toBe("waiting");
  });

  it("takes the deletion back by going back", async () => {
    const { get, find, settle } = await page("scene=flow-password-two_factor", address);
    get("wizard-undo").click();
    await settle();
    expect(get("wizard-heading").dataset["step"]).toBe("delete");
    expect(find("wizard-deleted")).toBeNull();
  });

  it("does not go on before what is required is ticked", async () => {
    const { get, settle } = await page("scene=flow-checkpoint-prepare", address);
    get("wizard-next").click();
    await settle();
    expect(get("wizard-heading").dataset["step"]).toBe("prepare");
    for (const key of ["tick.unlock", "tick.activity", "tick.wait"]) {
      get(key).click();
      await settle();
    }
    get("wizard-next").click();
    await settle();
    expect(get("still-blocked").textContent).toContain("Instagram still blocks");
  });

  it("reminds in an hour of what is still blocked, where notices may be shown", async () => {
    const { ui, bridge, get, find, settle } = await page("scene=flow-checkpoint-prepare", address);
    const { settings } = ui.app;
    const allow = async (allowed: boolean): Promise<void> => {
      bridge.change({ settings: { ...settings, notices: { ...settings.notices, allowed } } });
      await settle();
    };
    for (const key of ["tick.unlock", "tick.activity", "tick.wait"]) {
      get(key).click();
      await settle();
    }
    get("wizard-next").click();
    await settle();
    await allow(false);
    expect(find("remind-hour")).toBeNull();
    await allow(true);
    get("remind-hour").click();
    await settle();
    expect(bridge.calls.at(-1)).toEqual({ name: "remind", args: { ids: [HERO], hours: 1 } });
    expect(document.body.textContent).toContain("You are reminded in an hour");
  });
});
