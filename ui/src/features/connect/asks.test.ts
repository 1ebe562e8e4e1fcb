import words from "virtual:words/connect";
import { describe, expect, it } from "vitest";
import { learn, t } from "../../i18n";
import type { Door, Route } from "../../ipc/bindings";
import { page, type Page } from "../../test/page";
import { helpsOf, sightsOf, type Sight } from "./asks";

learn(words);
const routes: Route[] = ["instagram", "facebook"];
const doors: Door[] = ["direct", "bounce", "paste", "localhost", "certificate"];
const every = routes.flatMap((route) => doors.map((door) => [route, door] as const));
const names = (shown: Page): string[] => shown.bridge.calls.map(({ name }) => name);

describe("what the browser may show", () => {
  it.each([
    ["unavailable", "Sorry, this page isn’t available"],
    ["app", "Invalid platform app"],
    ["redirect", "Invalid redirect_uri"],
    ["scopes", "Invalid Scopes"],
    ["notAllowed", "Insufficient Developer Role"],
    ["blocked", "URL Blocked"],
    ["blank", "blank page"],
    ["unsafe", "Your connection is not private"],
    ["unreachable", "This site can’t be reached"],
  ] as const)("%s is told in the browser's own words", (sight, text) => {
    expect(t(`connect.asks.${sight}`)).toContain(text);
  });

  it("is asked for where it can be seen, and only there", () => {
    const where = (sight: Sight): string[] => every.filter(([route, door]) => sightsOf(route, door).includes(sight)).map((it) => it.join());
    expect(where("blocked")).toEqual(doors.map((door) => `facebook,${door}`));
    expect(where("redirect")).toEqual(doors.map((door) => `instagram,${door}`));
    expect(where("app")).toEqual(where("redirect"));
    expect(where("unavailable")).toEqual(where("redirect"));
    expect(where("unsafe")).toEqual(["instagram,certificate", "facebook,certificate"]);
    expect(where("blank")).not.toContain("instagram,paste");
    for (const always of ["signing", "scopes", "notAllowed", "unreachable", "somebody", "other"] as const) {
      expect(where(always)).toHaveLength(every.length);
    }
  });

  it.each(every)("leads somewhere, whatever it is: %s, %s", (route, door) => {
    for (const sight of sightsOf(route, door)) expect(helpsOf(sight, route).length, sight).toBeGreaterThan(0);
  });

  it.each([
    ["attempt-asks-bounce", "instagram"],
    ["attempt-asks-paste", "instagram"],
    ["attempt-asks-certificate", "instagram"],
    ["attempt-asks-localhost-facebook", "facebook"],
    ["attempt-asks-certificate-facebook", "facebook"],
  ] as const)("has advice and buttons for each: %s", async (scene, route) => {
    const shown = await page(`scene=${scene}`, "#/add");
    const { attempt } = shown.ui.app;
    const sights = sightsOf(route, attempt?.door ?? "direct");
    for (const sight of sights) {
      shown.get(`asks-${sight}`).click();
      await shown.settle();
      const advice = shown.get("asks-advice").textContent;
      expect(advice.trim().length, sight).toBeGreaterThan(20);
      // Of the consent page's own words only those of this route are shown.
      if (route === "instagram") expect(advice, sight).not.toContain("Facebook");
      for (const help of helpsOf(sight, route)) expect(shown.find(`asks-do-${help}`), `${sight} ${help}`).not.toBeNull();
    }
    expect(shown.get("browser-asks").querySelectorAll("input[type=radio]")).toHaveLength(sights.length);
  });

  it("is asked only after a while of silence", async () => {
    expect((await page("scene=attempt-waiting", "#/add")).find("browser-asks")).toBeNull();
  });

  it("shows the very address that has to be registered, and copies it", async () => {
    const shown = await page("scene=attempt-asks-bounce", "#/add");
    shown.get("asks-redirect").click();
    await shown.settle();
    expect(shown.get("asks-advice").textContent).toContain("https://example.org/relink/");
    shown.get("asks-do-address").click();
    await shown.settle();
    expect(shown.bridge.calls.at(-1)).toEqual({ name: "copy_text", args: { text: "https://example.org/relink/" } });
  });

  it("leads to the field for the address, with the focus in it", async () => {
    const shown = await page("scene=attempt-asks-bounce", "#/add");
    expect((shown.get("paste") as HTMLDetailsElement).open).toBe(false);
    shown.get("asks-blank").click();
    await shown.settle();
    shown.get("asks-do-paste").click();
    await shown.settle();
    expect((shown.get("paste") as HTMLDetailsElement).open).toBe(true);
    expect(document.activeElement).toBe(shown.get("paste-field"));
  });

  it.each([
    ["notAllowed", "tester", "open_link", { link: { kind: "manage_access" } }],
    ["scopes", "dashboard", "open_link", { link: { kind: "meta_dashboard" } }],
    ["somebody", "private", "copy_consent_link", undefined],
    ["signing", "again", "reopen_browser", undefined],
    ["scopes", "choose", "cancel_attempt", undefined],
  ] as const)("%s: %s does what it says", async (sight, help, command, args) => {
    const shown = await page("scene=attempt-asks-bounce", "#/add");
    shown.get(`asks-${sight}`).click();
    await shown.settle();
    shown.get(`asks-do-${help}`).click();
    await shown.settle();
    expect(names(shown)).toContain(command);
    if (args) expect(shown.bridge.calls.find(({ name }) => name === command)?.args).toEqual(args);
  });
});
