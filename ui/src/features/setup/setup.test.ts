import { cleanup } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { EnteredApp } from "../../ipc/commands";
import { doors, metaApp } from "../../ipc/memory/apps";
import { page, type Page } from "../../test/page";

const ID = "1234567890123456";
const SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

// The page keeps the place of a set-up; each of these begins with none.
beforeEach(() => localStorage.clear());

const step = ({ get }: Page): string | undefined => get("setup").dataset["step"];
const entered = ({ bridge }: Page): EnteredApp | undefined =>
  (bridge.calls.findLast(({ name }) => name === "save_app")?.args as { app: EnteredApp } | undefined)?.app;

async function press(shown: Page, testid: string): Promise<void> {
  shown.get(testid).click();
  await shown.settle();
}

async function type(shown: Page, testid: string, text: string): Promise<void> {
  const field = shown.get(testid) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await shown.settle();
}

const textOf = (shown: Page, testid: string): string => shown.get(testid).closest(".field")?.textContent ?? "";
const field = (shown: Page, testid: string): HTMLInputElement => shown.get(testid) as HTMLInputElement;

/** Up to the fields for id and secret, through a page of one's own. */
async function toKeys(shown: Page): Promise<void> {
  await press(shown, "setup-next");
  await press(shown, "setup-next");
  await type(shown, "door-address", "https://example.org/relink/");
  await press(shown, "setup-next");
}

async function saveApp(shown: Page, id = ID): Promise<void> {
  await type(shown, "app-id", id);
  await type(shown, "app-secret", SECRET);
  await press(shown, "app-save");
}

describe("the assistant", () => {
  it("leads from the welcome page to the sign-in, and says at each step what cannot be checked", async () => {
    const shown = await page("scene=setup-none");
    await press(shown, "connect-account");
    expect(step(shown)).toBe("start");
    expect(document.activeElement).toBe(shown.get("setup-heading"));
    expect(shown.get("setup").textContent).toContain("never asks for");
    await toKeys(shown);
    expect(step(shown)).toBe("keys");
    await saveApp(shown);
    expect(entered(shown)).toEqual({
      id: null, route: "instagram", app_id: ID, app_secret: SECRET, name: "", door: "bounce", redirect: "https://example.org/relink/", config_id: null,
    });
    expect(shown.get("check-id").dataset["result"]).toBe("works");
    await press(shown, "setup-next");
    expect(step(shown)).toBe("people");
    expect(shown.get("setup-checked").textContent).toContain("Insufficient Developer Role");
    await press(shown, "setup-next");
    expect(step(shown)).toBe("connect");
    await press(shown, "setup-connect");
    expect(shown.ui.router.place).toEqual({ page: "add", id: `instagram:${ID}` });
  });

  it("goes by keyboard alone where there is nothing to choose", async () => {
    const shown = await page("scene=setup-direct");
    const user = userEvent.setup();
    const tabTo = async (testid: string): Promise<void> => {
      for (let stop = 0; stop < 40 && document.activeElement !== shown.get(testid); stop += 1) await user.tab();
      expect(document.activeElement).toBe(shown.get(testid));
    };
    await tabTo("connect-account");
    await user.keyboard("{Enter}");
    await shown.settle();
    await tabTo("setup-app");
    await user.keyboard("{Enter}");
    await shown.settle();
    expect(step(shown)).toBe("keys");
    await tabTo("app-id");
    await user.keyboard(ID);
    await tabTo("app-secret");
    await user.keyboard(`${SECRET}{Enter}`);
    await shown.settle();
    expect(entered(shown)).toMatchObject({ app_id: ID, app_secret: SECRET, door: null, redirect: null });
    expect(shown.ui.app.credentials[0]).toMatchObject({ secret_saved: true, door: "direct" });
    // Enter anywhere but on a control goes on.
    shown.get("setup-heading").focus();
    await user.keyboard("{Enter}");
    await shown.settle();
    expect(step(shown)).toBe("people");
    await tabTo("setup-back");
    await user.keyboard("{Enter}");
    await shown.settle();
    expect(step(shown)).toBe("keys");
  });

  it("says that there is nothing to choose where the endpoints have their own address", async () => {
    const shown = await page("scene=setup-direct", "#/setup/address");
    expect(shown.get("setup").textContent).toContain("nothing to choose");
    expect(shown.find("door-bounce")).toBeNull();
    expect(field(shown, "redirect-address").value).toBe("http://127.0.0.1:40123/callback");
  });

  it("keeps the place, and goes on where one was", async () => {
    const first = await page("scene=setup-none", "#/setup");
    await press(first, "setup-route-facebook");
    await toKeys(first);
    cleanup();
    const again = await page("scene=setup-none", "#/setup");
    expect(step(again)).toBe("keys");
    expect(again.get("setup").dataset["route"]).toBe("facebook");
    await press(again, "setup-back");
    expect(field(again, "redirect-address").value).toBe("https://example.org/relink/");
  });

  it("shows no step before what it needs is there", async () => {
    const shown = await page("scene=setup-none", "#/setup/connect");
    expect(step(shown)).toBe("address");
  });

  it("is over with the first account, and begins anew for the next app", async () => {
    const shown = await page("scene=setup-none", "#/setup");
    await toKeys(shown);
    await saveApp(shown);
    await press(shown, "setup-next");
    await press(shown, "setup-next");
    shown.bridge.change({ credentials: [metaApp(ID, { accounts: 1 })] });
    await shown.settle();
    expect(shown.get("setup").textContent).toContain("The set-up is finished");
    cleanup();
    const next = await page("scene=setup-none", "#/accounts");
    next.bridge.change({ credentials: [metaApp(ID, { accounts: 1 })] });
    next.ui.router.go({ page: "setup" });
    await next.settle();
    expect(step(next)).toBe("start");
    expect(localStorage.getItem("relink.setup")).toBeNull();
  });

  it("offers practice and connects made-up accounts without an app", async () => {
    const shown = await page("scene=setup-none", "#/setup");
    await press(shown, "try-practice");
    expect(shown.bridge.calls.map(({ name }) => name)).toContain("start_practice");
    const practising = await page("scene=practice", "#/setup");
    await press(practising, "setup-practice");
    expect(practising.ui.router.place).toEqual({ page: "add" });
  });
});

describe("the way back", () => {
  it("is a page of one's own to begin with, which is saved for hosting", async () => {
    const shown = await page("scene=setup-none", "#/setup/address");
    expect(shown.get("door").dataset["door"]).toBe("bounce");
    await press(shown, "save-page");
    expect(shown.bridge.calls.map(({ name }) => name)).toContain("save_bounce_page");
    expect(shown.get("page-saved").textContent).toContain("/home/ada/Downloads/relink-return.html");
  });

  it("is not left without an address, and the field is shown where one is missing", async () => {
    const shown = await page("scene=setup-none", "#/setup/address");
    expect(textOf(shown, "door-address")).not.toContain("Enter the address.");
    await press(shown, "setup-next");
    expect(step(shown)).toBe("address");
    expect(textOf(shown, "door-address")).toContain("Enter the address.");
    expect(document.activeElement).toBe(shown.get("door-address"));
    await type(shown, "door-address", "http://example.org/relink");
    expect(textOf(shown, "door-address")).toContain("begin with https");
    expect(shown.find("redirect-address"), "nothing to register yet").toBeNull();
  });

  it("shows exactly what to register, and takes the slash Meta adds", async () => {
    const shown = await page("scene=setup-none", "#/setup/address");
    await type(shown, "door-address", "example.org/relink");
    expect(field(shown, "redirect-address").value).toBe("https://example.org/relink");
    await press(shown, "with-slash");
    expect(field(shown, "redirect-address").value).toBe("https://example.org/relink/");
    expect(shown.find("with-slash")).toBeNull();
    await press(shown, "copy-redirect");
    expect(shown.bridge.calls.at(-1)).toEqual({ name: "copy_text", args: { text: "https://example.org/relink/" } });
  });

  it("suggests an address for pasting, and keeps what was entered for the page", async () => {
    const shown = await page("scene=setup-none", "#/setup/address");
    await type(shown, "door-address", "https://example.org/relink/");
    await press(shown, "door-paste");
    expect(field(shown, "redirect-address").value).toBe(doors.certificate);
    await type(shown, "door-address", "https://mine.example/x");
    await press(shown, "door-suggest");
    expect(field(shown, "redirect-address").value).toBe(doors.certificate);
    await press(shown, "door-bounce");
    expect(field(shown, "redirect-address").value).toBe("https://example.org/relink/");
  });

  it("warns of the certificate, and of what only Facebook takes", async () => {
    const shown = await page("scene=setup-none", "#/setup/address");
    expect(shown.find("door-localhost"), "not on the Instagram route").toBeNull();
    await press(shown, "door-certificate");
    expect(shown.get("door").textContent).toContain("not private");
    expect(shown.get("register").textContent).toContain("this way back does not work");
    await press(shown, "setup-back");
    await press(shown, "setup-back");
    await press(shown, "setup-route-facebook");
    await press(shown, "setup-next");
    await press(shown, "setup-next");
    await press(shown, "door-localhost");
    expect(field(shown, "redirect-address").value).toBe(doors.localhost);
    expect(shown.get("setup-checked").textContent).toContain("development mode");
  });

  it("that is changed after the app was saved is saved with it", async () => {
    const shown = await page("scene=setup-none", "#/setup");
    await toKeys(shown);
    await saveApp(shown);
    await press(shown, "setup-back");
    await press(shown, "door-paste");
    await press(shown, "setup-next");
    expect(entered(shown)).toMatchObject({ id: `instagram:${ID}`, app_secret: null, door: "paste", redirect: doors.certificate });
  });
});

describe("id and secret", () => {
  const open = async (): Promise<Page> => {
    const shown = await page("scene=setup-direct", "#/setup/keys");
    expect(step(shown)).toBe("keys");
    return shown;
  };

  it("that stand in each other's field are told while they are typed", async () => {
    const shown = await open();
    await type(shown, "app-id", SECRET);
    await type(shown, "app-secret", ID);
    expect(textOf(shown, "app-id")).toContain("looks like the secret");
    expect(textOf(shown, "app-secret")).toContain("looks like the app ID");
    expect(shown.get("app-id").getAttribute("aria-invalid")).toBe("true");
    await press(shown, "app-save");
    expect(entered(shown), "nothing is saved").toBeUndefined();
  });

  it("are not complained of before they are whole", async () => {
    const shown = await open();
    await type(shown, "app-id", "12");
    expect(shown.get("app-id").getAttribute("aria-invalid")).toBeNull();
    await press(shown, "app-save");
    expect(textOf(shown, "app-id")).toContain("more digits");
    expect(textOf(shown, "app-secret")).toContain("Enter the app secret.");
  });

  it("are read out of what was copied with them", async () => {
    const shown = await open();
    await type(shown, "app-id", `Instagram app ID: ${ID.slice(0, 8)} ${ID.slice(8)}`);
    expect(textOf(shown, "app-id")).toContain(`Read as ${ID}.`);
    await type(shown, "app-secret", ` ${SECRET} `);
    await press(shown, "app-save");
    expect(entered(shown)).toMatchObject({ app_id: ID, app_secret: SECRET });
  });

  it("bring what was found into sight, however small the window is", async () => {
    const scrolled = vi.spyOn(Element.prototype, "scrollIntoView");
    const shown = await open();
    await type(shown, "app-id", ID);
    await type(shown, "app-secret", SECRET);
    await press(shown, "app-save");
    expect(scrolled.mock.instances).toContain(shown.get("check"));
    scrolled.mockRestore();
  });

  it("leave nothing of the secret in the page, whether it was saved or not", async () => {
    for (const refused of [false, true]) {
      const shown = await open();
      if (refused) shown.bridge.refuse("save_app", "key_unavailable");
      await saveApp(shown);
      expect(entered(shown)?.app_secret).toBe(SECRET);
      expect(field(shown, "app-secret").value).toBe("");
      expect(document.documentElement.outerHTML).not.toContain(SECRET);
      expect([...document.querySelectorAll("input")].some(({ value }) => value.includes(SECRET))).toBe(false);
      expect(JSON.stringify(shown.ui.app)).not.toContain(SECRET);
      expect(JSON.stringify(localStorage)).not.toContain(SECRET);
      expect(localStorage.getItem("relink.setup") ?? "").not.toContain(SECRET);
      cleanup();
    }
  });

  it.each([
    [ID, "works", "works", "true", "belongs to this ID"],
    ["1000567890123456", "other_product", "cannot_tell", "false", "ID of the Facebook app"],
    ["2000567890123456", "wrong", "cannot_tell", "false", "does not know this ID"],
    ["3000567890123456", "works", "wrong", "false", "does not belong to this ID"],
    ["4000567890123456", "works", "cannot_tell", "true", "does not say whether the secret is right"],
    ["5000567890123456", "no_answer", "no_answer", "true", "did not answer"],
  ])("%s: the check says %s and %s", async (id, forId, forSecret, fine, words) => {
    const shown = await open();
    await saveApp(shown, id);
    expect(shown.get("check-id").dataset["result"]).toBe(forId);
    expect(shown.get("check-secret").dataset["result"]).toBe(forSecret);
    expect(shown.get("check").dataset["fine"]).toBe(fine);
    expect(shown.get("check").textContent).toContain(words);
    // What is wrong can be passed over, but not by the main button.
    expect(shown.get("setup-next").dataset["variant"]).toBe(fine === "true" ? "primary" : "plain");
  });

  it("say it where they could not be checked", async () => {
    const shown = await open();
    shown.bridge.refuse("check_app", "key_unavailable");
    await saveApp(shown);
    expect(shown.get("check").textContent).toContain("The key is not available");
  });

  it("that are corrected change the app that was saved, and make no second one", async () => {
    const shown = await open();
    await saveApp(shown, "1000567890123456");
    await saveApp(shown, ID);
    expect(entered(shown)?.id).toBe("instagram:1000567890123456");
    expect(shown.ui.app.credentials.map(({ app_id }) => app_id)).toEqual([ID]);
  });

  it("that were saved before belong to the same app, which keeps its name", async () => {
    const shown = await open();
    shown.bridge.change({ credentials: [metaApp(ID, { name: "Agency", accounts: 3 })] });
    await shown.settle();
    await type(shown, "app-id", ID);
    expect(textOf(shown, "app-secret")).toContain("A secret is saved");
    await press(shown, "app-save");
    expect(entered(shown)).toMatchObject({ id: `instagram:${ID}`, app_secret: null, name: "Agency" });
    expect(shown.ui.app.credentials).toHaveLength(1);
  });

  it("of the other way of signing in are told apart", async () => {
    const shown = await open();
    shown.bridge.change({ credentials: [metaApp(ID, { id: `facebook:${ID}`, route: "facebook" })] });
    await shown.settle();
    await type(shown, "app-id", ID);
    expect(textOf(shown, "app-id")).toContain("saved here for Facebook");
  });
});
