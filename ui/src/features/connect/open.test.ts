import { describe, expect, it } from "vitest";
import type { Door, Outcome } from "../../ipc/bindings";
import { page, type Page } from "../../test/page";

const asked = (shown: Page): unknown => shown.bridge.calls.findLast(({ name }) => name === "connect")?.args;
const boxes = (shown: Page): HTMLInputElement[] => [...shown.get("asked").querySelectorAll<HTMLInputElement>("input")];

async function press(shown: Page, testid: string): Promise<void> {
  shown.get(testid).click();
  await shown.settle();
}

describe("before the browser opens", () => {
  it("one press is enough, and says nothing that is usual", async () => {
    const shown = await page("", "#/add");
    await press(shown, "add-open-browser");
    expect(asked(shown)).toEqual({ route: "instagram", expected: null });
    expect(shown.get("attempt").dataset["phase"]).toBe("waiting");
  });

  it("every permission is told with what it is for; what is needed cannot be unticked", async () => {
    const shown = await page("", "#/add");
    expect(shown.get("asked-instagram_business_basic").textContent).toContain("needed");
    expect(shown.get("asked-instagram_business_basic").querySelector("input")).toBeNull();
    expect(boxes(shown).map((it) => it.checked)).toEqual([true, true]);
    expect(shown.get("asked").textContent).toContain("Publishing, and the check that it still works.");
    expect(shown.get("asked").textContent, "one route at a time").not.toContain("Pages");
  });

  it("what was unticked is not asked for, now or when it is tried again", async () => {
    const shown = await page("", "#/add");
    await press(shown, "asked-instagram_business_manage_insights");
    await press(shown, "add-open-browser");
    const permissions = ["instagram_business_content_publish"];
    expect(asked(shown)).toEqual({ route: "instagram", expected: null, permissions });
    const { attempt } = shown.ui.app;
    if (attempt === null) throw new Error("no attempt");
    shown.bridge.change({ attempt: { ...attempt, phase: "failed", outcome: "user_denied" } });
    await shown.settle();
    await press(shown, "attempt-again");
    expect(asked(shown)).toMatchObject({ route: "instagram", permissions });
  });

  it("of several Meta apps one is chosen, the first unless told otherwise", async () => {
    const shown = await page("scene=two-apps", "#/add");
    const select = shown.get("pick-app") as HTMLSelectElement;
    expect(select.value).toBe("instagram:1234567890123456");
    select.value = "instagram:2345678901234567";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await shown.settle();
    expect(shown.get("door-line").textContent, "the way back is that app's own").toContain("https://localhost");
    await press(shown, "add-open-browser");
    expect(asked(shown)).toMatchObject({ app: "instagram:2345678901234567" });
  });

  it("a single app is not asked about", async () => {
    const shown = await page("", "#/add");
    expect(shown.find("pick-app")).toBeNull();
    expect(shown.find("pick-route-facebook")).toBeNull();
  });

  it("where there are apps of both routes, the route is chosen, and all of it speaks of that one", async () => {
    const shown = await page("scene=two-both", "#/add");
    expect(shown.get("attempt").textContent).toContain("Sign in to Instagram");
    await press(shown, "pick-route-facebook");
    expect(shown.get("attempt-heading").textContent).toBe("Sign in to Facebook in your browser");
    expect(boxes(shown)).toHaveLength(3);
    expect(shown.get("asked-pages_show_list").textContent).toContain("needed");
    await press(shown, "add-open-browser");
    expect(asked(shown)).toEqual({ route: "facebook", expected: null });
    expect(shown.get("attempt-heading").textContent).toBe("Waiting for Facebook");
  });

  it("a configuration at Meta takes the place of single permissions", async () => {
    const shown = await page("", "#/add");
    const [app] = shown.ui.app.credentials;
    if (app === undefined) throw new Error("no app");
    shown.bridge.change({ credentials: [{ ...app, config_id: "777000" }] });
    await shown.settle();
    expect(shown.get("asked-config").textContent).toContain("777000");
    expect(boxes(shown)).toHaveLength(0);
  });

  it("the way back is one line, and another can be chosen with the address it needs", async () => {
    const shown = await page("", "#/add");
    expect(shown.get("door-line").textContent).toContain("A web page brings you back.");
    await press(shown, "door-change");
    expect(document.activeElement).toBe(shown.get("pick-door-bounce"));
    expect(shown.find("pick-door-localhost"), "http://localhost is for the other route").toBeNull();
    await press(shown, "pick-door-certificate");
    expect(shown.get("attempt").textContent).toContain("https://localhost:17423/callback");
    await press(shown, "add-open-browser");
    expect(asked(shown)).toEqual({ route: "instagram", expected: null, door: "certificate" });
  });

  it("where the endpoints leave no choice there is none", async () => {
    const shown = await page("", "#/add");
    shown.bridge.change({ doors: { ...shown.ui.app.doors, direct: true } });
    await shown.settle();
    expect(shown.find("door-line")).toBeNull();
    await press(shown, "add-open-browser");
    expect(shown.get("waiting-door").dataset["door"]).toBe("direct");
    await press(shown, "other-ways");
    expect(shown.find("other-start")).toBeNull();
    expect(shown.find("other-copy-link")).not.toBeNull();
  });
});

describe("while it waits", () => {
  it.each([
    ["bounce", "a web page brings you back here by itself"],
    ["localhost", "this page goes on by itself"],
    ["certificate", "Choose “Advanced”"],
    ["paste", "copy the whole address of that page"],
  ] as [Door, string][])("it says what to do: %s", async (door, text) => {
    const shown = await page(`scene=attempt-waiting-${door}`, "#/add");
    expect(shown.get("waiting-door").textContent).toContain(text);
    expect((shown.get("paste") as HTMLDetailsElement).open).toBe(door === "paste");
    expect(shown.find("paste-field")).not.toBeNull();
  });

  it("opens the same page again as long as the Meta app is what it was", async () => {
    const shown = await page("scene=attempt-waiting-bounce", "#/add");
    expect(shown.find("waiting-outdated")).toBeNull();
    await press(shown, "add-open-again");
    expect(shown.bridge.calls.map(({ name }) => name)).toContain("reopen_browser");
    expect(asked(shown)).toBeUndefined();
  });

  it("after the app was mended in Settings it begins anew: the link that is open asks for what was wrong", async () => {
    const shown = await page("scene=attempt-waiting-bounce", "#/add");
    const { attempt, credentials } = shown.ui.app;
    const mended = credentials.map((it) => (it.id === attempt?.app ? { ...it, door: "bounce" as Door, redirect_address: `${it.redirect_address}x/` } : it));
    shown.bridge.change({ credentials: mended });
    await shown.settle();
    expect(shown.get("waiting-outdated").textContent).toContain("was changed");
    await press(shown, "add-open-again");
    expect(asked(shown)).toMatchObject({ route: "instagram", app: attempt?.app });
    expect(shown.bridge.calls.map(({ name }) => name)).not.toContain("reopen_browser");
  });

  it("another way back begins anew for the same account", async () => {
    const shown = await page("", "#/add");
    await press(shown, "add-open-browser");
    expect(shown.get("other-start").getAttribute("aria-disabled")).toBe("true");
    await press(shown, "other-start");
    expect(shown.bridge.calls.filter(({ name }) => name === "connect")).toHaveLength(1);
    await press(shown, "other-door-paste");
    await press(shown, "other-start");
    expect(asked(shown)).toMatchObject({ route: "instagram", expected: null, door: "paste" });
    expect((shown.get("paste") as HTMLDetailsElement).open).toBe(true);
  });

  it("access made elsewhere is offered as the route allows", async () => {
    const here = await page("scene=attempt-waiting", "#/add");
    expect(here.get("other-ways").querySelector("[data-testid=token]")).not.toBeNull();
    const { attempt } = here.ui.app;
    if (attempt === null) throw new Error("no attempt");
    here.bridge.change({ attempt: { ...attempt, route: "facebook" } });
    await here.settle();
    expect(here.find("token")).toBeNull();
    await press(here, "other-import");
    expect(here.ui.router.place).toEqual({ page: "import" });
  });
});

describe("every outcome", () => {
  const outcomes: Outcome[] = [
    "user_denied", "state_expired", "state_used", "state_unknown", "redirect_malformed", "scope_rejected", "instagram_no_business_account",
    "wrong_account", "no_answer", "code_rejected", "redirect_mismatch", "wrong_app_id", "invalid_scope", "app_not_allowed", "provider_fault",
    "port_taken", "browser_failed", "key_unavailable", "no_credentials", "interrupted", "unknown",
  ];
  it.each(outcomes.flatMap((outcome) => [[outcome, "instagram"], [outcome, "facebook"]] as const))("%s on the route %s names no other", async (outcome, route) => {
    const shown = await page(`scene=outcome-${outcome}${route === "facebook" ? "-facebook" : ""}`, "#/add");
    const told = shown.get("outcome");
    expect(told.dataset["outcome"]).toBe(outcome);
    expect(told.querySelectorAll("[data-variant=primary]")).toHaveLength(1);
    expect(told.querySelector("h2")?.textContent.trim()).not.toBe("");
    if (route === "instagram") expect(told.textContent).not.toContain("Facebook");
    else expect(told.querySelector("h2")?.textContent).not.toContain("Instagram");
  });

  it("a Page without an account leads to how to link one", async () => {
    const shown = await page("scene=outcome-instagram_no_business_account-facebook", "#/add");
    await press(shown, "attempt-link-help");
    expect(shown.bridge.calls.at(-1)?.args).toEqual({ link: { kind: "page_link_help" } });
  });

  it("a redirect address that does not match is shown whole", async () => {
    const shown = await page("scene=outcome-redirect_mismatch", "#/add");
    expect(shown.get("outcome").textContent).toContain("https://example.org/relink/");
  });

  it("a taken port is walked around by hand", async () => {
    const shown = await page("scene=outcome-port_taken", "#/add");
    await press(shown, "attempt-paste");
    expect(asked(shown)).toMatchObject({ door: "paste" });
  });

  it("missing permissions are named with what will not work", async () => {
    const shown = await page("scene=outcome-scope_rejected-facebook", "#/add");
    expect(shown.get("missing-scopes").textContent).toContain("Nothing can be published");
    expect(shown.get("outcome").textContent).toContain("Facebook did not give all the permissions");
  });

  it("a wrong account is compared by its permissions, too", async () => {
    const shown = await page("scene=outcome-wrong_account", "#/add");
    const row = shown.get("compare-permissions");
    expect(row.dataset["same"]).toBe("false");
    expect(row.textContent).toContain("Manage comments");
    expect(row.textContent).toContain("See insights");
  });
});
