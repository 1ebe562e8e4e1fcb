import { describe, expect, it, vi } from "vitest";
import type { Affects, Explained, Remedy } from "../../ipc/bindings";
import { diagnose } from "../../ipc/memory/accounts";
import { page, press, type Page } from "../../test/page";

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-testid=explained]")];

function type(made: Page, testid: string, text: string): HTMLInputElement {
  const field = made.get(testid) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return field;
}
const sent = (made: Page): unknown[] => made.bridge.calls.filter((call) => call.name === "explain").map((call) => call.args);
/** The sentence next to a field. */
const wrong = (made: Page, testid: string): string => {
  const ids = made.get(testid).getAttribute("aria-describedby")?.split(" ") ?? [];
  return ids.map((id) => document.getElementById(id)).find((it) => it?.role === "alert" || it?.getAttribute("role") === "alert")?.textContent ?? "";
};

describe("explaining an error", () => {
  it("shows what it means, how sure that is, whom it touches and what to do", async () => {
    const made = await page("", "#/explain");
    expect(document.activeElement?.textContent).toBe("Explain an error");
    expect(made.get("explain-private").textContent).toContain("sent nowhere");
    type(made, "explain-field", "190/460");
    type(made, "explain-status", "400");
    made.get("explain-button").click();
    await made.settle();
    expect(sent(made)).toEqual([{ text: "190/460", http_status: 400 }]);
    expect(cards()).toHaveLength(1);
    const [card] = cards();
    expect(card?.querySelector("[data-confidence=proved]")?.textContent).toContain("Instagram says the password was changed");
    expect(card?.textContent).toContain("Sign in again, so that the account gets new access.");
    expect(card?.textContent).toContain("One account only");
    expect(card?.textContent).toContain("Access to the account is gone by this.");
    expect(card?.querySelectorAll("[data-testid=cause-possible] li")).toHaveLength(6);
    expect(card?.querySelector("[data-testid=explained-keep_password]")).not.toBeNull();
    expect(card?.querySelector("[data-testid=technical]")?.textContent).toContain("460");
    expect(document.activeElement).toBe(made.get("explain-results"));
  });

  it.each([{ ctrlKey: true }, { metaKey: true }])("goes out on Enter with %o, and not on Enter alone", async (keys) => {
    const made = await page("", "#/explain");
    const field = type(made, "explain-field", "code 4");
    press(field, "Enter");
    await made.settle();
    expect(sent(made)).toEqual([]);
    press(field, "Enter", keys);
    await made.settle();
    expect(sent(made)).toEqual([{ text: "code 4", http_status: null }]);
    expect(cards()).toHaveLength(1);
  });

  it("has a card for each of several errors, each with a number", async () => {
    const made = await page("", "#/explain");
    type(made, "explain-field", "190\n4\n459");
    made.get("explain-button").click();
    await made.settle();
    expect(made.get("explain-results").textContent).toBe("What these 3 errors mean");
    expect(cards().map((card) => card.getAttribute("aria-label"))).toEqual(["Error 1", "Error 2", "Error 3"]);
    expect(cards()[1]?.textContent).toContain("Wait; it passes by itself.");
    expect(cards()[1]?.textContent, "nobody's access is at stake").not.toContain("Access to the account");
  });

  it("answers bad input beside the field, and sends nothing", async () => {
    const made = await page("", "#/explain");
    made.get("explain-button").click();
    await made.settle();
    expect(wrong(made, "explain-field")).toBe("Paste an error first.");
    type(made, "explain-field", "190");
    for (const status of ["99", "600", "abc", "40"]) {
      type(made, "explain-status", status);
      made.get("explain-button").click();
      await made.settle();
      expect(wrong(made, "explain-status"), status).toContain("a number from 100 to 599");
    }
    expect(sent(made)).toEqual([]);
    expect(wrong(made, "explain-field")).toBe("");
  });

  it("says when nothing can be read, and takes the old answer away", async () => {
    const made = await page("", "#/explain");
    type(made, "explain-field", "190");
    made.get("explain-button").click();
    await made.settle();
    type(made, "explain-field", "???");
    made.get("explain-button").click();
    await made.settle();
    expect(cards()).toHaveLength(0);
    expect(wrong(made, "explain-field")).toContain("No error could be read in this text.");
    expect(made.find("toast-error"), "the answer stands beside the field only").toBeNull();
  });

  it("shows the last answer when an earlier one comes late", async () => {
    const made = await page("", "#/explain");
    const answers: ((its: Explained[]) => void)[] = [];
    vi.spyOn(made.bridge.commands, "explain").mockImplementation(() => new Promise((done) => answers.push(done)));
    const its = (cause: "network" | "checkpoint"): Explained[] => [{ diagnosis: diagnose(cause), access_lost: false, possible: [], advice: [] }];
    const field = type(made, "explain-field", "one");
    press(field, "Enter", { ctrlKey: true });
    press(field, "Enter", { ctrlKey: true });
    answers[1]?.(its("checkpoint"));
    await made.settle();
    answers[0]?.(its("network"));
    await made.settle();
    expect(document.querySelector("[data-cause]")?.getAttribute("data-cause")).toBe("checkpoint");
  });

  it("has words for every remedy and for whomever it touches", async () => {
    const remedies: Remedy[] = ["reconnect", "act_then_check", "act_then_reconnect", "wait", "app_owner", "check_account", "fix_request", "keep_token", "start_again", "fix_settings", "retry_then_reconnect"];
    const affects: Affects[] = ["account", "app", "provider", "network", "request", "attempt", "settings", "unknown"];
    const made = await page("", "#/explain");
    vi.spyOn(made.bridge.commands, "explain").mockResolvedValue(
      remedies.map((remedy, index) => ({
        diagnosis: { ...diagnose("unknown", "unknown"), remedy, affects: affects[index % affects.length] ?? "unknown" },
        access_lost: false,
        possible: [],
        advice: [],
      })),
    );
    type(made, "explain-field", "x");
    made.get("explain-button").click();
    await made.settle();
    const told = cards().map((card) => card.querySelector("dd")?.textContent.trim());
    expect(new Set(told).size).toBe(remedies.length);
    expect(new Set(cards().map((card) => card.querySelectorAll("dd")[1]?.textContent.trim())).size).toBe(affects.length);
  });

  it("is found from the command menu, from Activity and from Settings", async () => {
    const made = await page("", "#/activity");
    made.ui.paletteOpen = true;
    await made.settle();
    made.get("palette-explain").click();
    await made.settle();
    expect(made.find("explain-field")).not.toBeNull();
    made.ui.router.open("#/activity");
    await made.settle();
    expect(made.get("activity-explain").getAttribute("href")).toBe("#/explain");
    made.ui.router.open("#/settings/about");
    await made.settle();
    made.get("about-explain").click();
    await made.settle();
    expect(location.hash).toBe("#/explain");
    expect(document.title).toContain("Explain an error");
    expect(made.get("nav-activity").getAttribute("aria-current")).toBe("page");
  });
});
