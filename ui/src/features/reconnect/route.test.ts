import entryWords from "virtual:words/entry";
import { beforeAll, describe, expect, it } from "vitest";
import { learn, routed, t } from "../../i18n";
import type { Account, BannerCode, Cause, Certainty, Route } from "../../ipc/bindings";
import { statusOf, troubled } from "../../ipc/memory/accounts";
import { viaPage } from "../../ipc/memory/facebook";
import { HERO } from "../../ipc/memory/scenes";
import { openWizard, settle } from "../../ipc/memory/wizard";
import { page, type Page } from "../../test/page";
import { readMessages } from "../../../build/words.js";
import { permissionChange } from "../activity/changes";
import { kinds } from "../activity/kinds";
import { passingCause } from "../../state/status";

learn(entryWords);
const routes: Route[] = ["instagram", "facebook"];
const causes = Object.keys(statusOf) as Cause[];
const certainties: Certainty[] = ["proved", "likely", "unknown"];
const other: Record<Route, RegExp> = { instagram: /.{0,40}Facebook.{0,40}/, facebook: /.{0,40}Instagram.{0,40}/ };
/** What is Instagram's own, whichever way it is reached: the account itself, its professional mode, and its place in settings. */
const things = /Instagram accounts?\b|“Instagram”|connect it to Instagram|Open on Instagram/g;
/** What has to be settled at Instagram on every route: a restriction of the account, and its type. (Meta platform reference, D4 and H.) */
const atInstagram: Cause[] = ["account_restricted", "not_professional"];

const made = (route: Route, cause: Cause, certainty: Certainty): Account => {
  const it_ = troubled(1, "shop_north", cause, certainty);
  return route === "facebook" ? viaPage(it_) : it_;
};

/** Everything an element says, to eyes and ears. */
function said(element: Element): string {
  const labels = [...element.querySelectorAll("[aria-label]"), element].map((it) => it.getAttribute("aria-label") ?? "");
  return [element.textContent, ...labels].join(" | ").replace(/\s+/g, " ");
}

/** The first place in `text` where the route that was not taken is named; null: there is none. */
function wrong(text: string, route: Route): string | null {
  return other[route].exec(route === "facebook" ? text.replace(things, "") : text)?.[0] ?? null;
}

describe("the search for a wrong word", () => {
  it("finds one", () => {
    expect(wrong("Open Facebook’s settings.", "instagram")).toContain("Facebook");
    expect(wrong("The Instagram account: Instagram ended it.", "facebook")).toContain("Instagram ended it");
    expect(wrong("Open instagram.com", "facebook"), "an address is told by its sentence").toBeNull();
  });
});

describe.each(routes)("an account that came through %s", (route) => {
  it.each(causes)("names no other way in its row and its details: %s", async (cause) => {
    const shown = await page("", `#/accounts/${HERO}`);
    for (const certainty of certainties) {
      shown.bridge.change(null, [made(route, cause, certainty)]);
      await shown.settle();
      for (const place of [`row-${HERO}`, "cause-card", "keep", "detail-name", "two-factor"]) {
        const where = shown.find(place);
        if (where) expect(wrong(said(where), route === "facebook" && place === `row-${HERO}` && cause === "account_restricted" ? "instagram" : route), `${place}, ${certainty}`).toBeNull();
      }
      if (!atInstagram.includes(cause)) expect(wrong(said(shown.get("detail")), route), certainty).toBeNull();
      expect(shown.get("cause-card").textContent, "it names some cause").not.toBe("");
    }
  });

  const mended = causes.filter((cause) => passingCause(troubled(1, "a", cause)) === null && !(route === "facebook" && atInstagram.includes(cause)));
  it.each(mended)("is led by the right pages through every step: %s", async (cause) => {
    const shown = await page("", `#/reconnect/${HERO}`);
    const { settle: calm } = shown;
    const hero = made(route, cause, cause === "access_ended" ? "unknown" : "likely");
    const opened = { ...openWizard(hero), way: "full" as const };
    const given: Record<string, string>[] = [{}, { who: "not_me", why: "role" }, { why: "colleague", fits: "password" }, { why: "unsure" }];
    for (const step of settle(opened).steps) {
      for (const answers of step === "prepare" ? given : [{}]) {
        const wizard = settle({ ...opened, step, answers, check_again_at: "2026-11-23T10:00:00.000Z" });
        shown.bridge.change(null, [{ ...hero, wizard }]);
        await calm();
        expect(shown.get("wizard-heading").dataset["step"]).toBe(step);
        expect(wrong(said(shown.get("wizard")), route), `${step} ${JSON.stringify(answers)}`).toBeNull();
      }
    }
  });

  it("is led nowhere else by a cause that passes by itself", async () => {
    const shown = await page("", `#/reconnect/${HERO}`);
    for (const cause of causes.filter((it_) => passingCause(troubled(1, "a", it_)) !== null)) {
      shown.bridge.change(null, [made(route, cause, "proved")]);
      await shown.settle();
      expect(wrong(said(shown.get("passing")), route), cause).toBeNull();
    }
  });

  it("names no other way in its messages to others", async () => {
    const shown = await page("", `#/reconnect/${HERO}`);
    for (const [cause, answers] of [["app_removed", { why: "colleague" }], ["permission_missing", { why: "role" }], ["role_lost", {}], ["page_missing", {}]] as const) {
      const hero = made(route, cause, "proved");
      shown.bridge.change(null, [{ ...hero, wizard: settle({ ...openWizard(hero), way: "full", step: "prepare", answers }) }]);
      await shown.settle();
      const copy = [...shown.get("wizard").querySelectorAll("button")].find((it_) => it_.textContent.includes("Copy a message"));
      copy?.click();
      await shown.settle();
      const text = (shown.bridge.calls.at(-1)?.args as { text?: string } | undefined)?.text ?? "";
      expect(text, cause).toContain("shop_north");
      expect(wrong(text, route), cause).toBeNull();
    }
  });

  it("names no other way in the journal", () => {
    for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
      // Facebook alone can take an access back when it is asked.
      if (route === "instagram" && (kind === "revoked" || kind === "revoke_failed")) continue;
      expect(wrong(t(routed(`entry.${kind}` as "entry.renewed", route)), route), kind).toBeNull();
    }
    const told = permissionChange({ lost: "instagram_basic", gained: "instagram_basic" }, route);
    expect(told).toHaveLength(2);
    for (const line of told) expect(line.startsWith(route === "facebook" ? "Facebook " : "Instagram "), line).toBe(true);
  });

  it.each(["E-NET", "E-RATE", "E-IG-DOWN", "E-APP", "E-CLOCK"] as BannerCode[])("is spoken of rightly by the banner %s", async (code) => {
    const shown = await page(route === "facebook" ? "scene=facebook" : "scene=well");
    for (const retry_at of [null, "2026-11-23T10:00:00.000Z"]) {
      shown.bridge.change({ banner: { code, since: "2026-11-23T09:00:00.000Z", retry_at, count: 2, minutes: 7 } });
      await shown.settle();
      expect(wrong(said(shown.get("banner")), route)).toBeNull();
    }
  });

  it("is spoken of rightly by the line below the list, by its media and by its runway", async () => {
    const shown = await page(route === "facebook" ? "scene=facebook" : "scene=well");
    shown.bridge.change({ provider: { paused_until: "2026-11-23T10:00:00.000Z", reason: "rate_limited", usage_percent: 100 } });
    await shown.settle();
    expect(wrong(said(shown.get("provider")), route)).toBeNull();
    shown.bridge.change({ provider: { paused_until: null, reason: null, usage_percent: 90 } });
    await shown.settle();
    expect(wrong(said(shown.get("provider")), route)).toBeNull();

    const hero = [...shown.ui.model.accounts.values()][0] as Account;
    shown.ui.router.go({ page: "accounts", id: hero.id, tab: "media" });
    for (const cause of ["rate_limited", "app_problem"] as Cause[]) {
      for (const state of ["waiting", "failed"] as const) {
        shown.bridge.change(null, [{ ...hero, sync: { state, done: 1, total: 9, until: state === "waiting" ? "2026-11-23T10:00:00.000Z" : null, cause, last_at: null } }]);
        await shown.settle();
        expect(wrong(said(shown.get("sync")), route), `${state} ${cause}`).toBeNull();
      }
    }
    // Access through Facebook can have an end, too, where it was made elsewhere.
    shown.bridge.change(null, [{ ...hero, status: "blocked", endless: false, expires_at: "2026-12-24T10:00:00.000Z", diagnosis: made(route, "checkpoint", "proved").diagnosis }]);
    shown.ui.router.go({ page: "accounts", id: hero.id, tab: "runway" });
    await shown.settle();
    expect(wrong(said(shown.get("runway")), route)).toBeNull();
  });

  it("is spoken of rightly where several are", async () => {
    const shown = await page(route === "facebook" ? "scene=facebook" : "scene=well");
    const ids = [...shown.ui.model.accounts.keys()].slice(0, 2);
    const broken = ids.map((id) => ({ ...(shown.ui.model.account(id) as Account), status: "blocked" as const, diagnosis: made(route, "checkpoint", "proved").diagnosis, incident_id: "i" }));
    shown.bridge.change({ incidents: [{ id: "i", kind: "accounts", since: "2026-11-23T09:00:00.000Z", cause: "checkpoint", certainty: "proved", account_ids: ids, shared: ["answer"], app: null, label: null }] }, broken);
    await shown.settle();
    expect(said(shown.get("incident-i"))).toContain(route === "facebook" ? "Facebook" : "Instagram");
    expect(wrong(said(shown.get("incident-i")), route)).toBeNull();
    expect(wrong(said(shown.get("chip-blocked")), route)).toBeNull();
    shown.ui.question = { kind: "delete", ids };
    await shown.settle();
    expect(wrong(said(shown.get("dialog-delete")), route)).toBeNull();
  });
});

describe("accounts of both routes", () => {
  let shown: Page;
  beforeAll(async () => {
    shown = await page("scene=cause-checkpoint-proved-facebook");
  });
  it("are not all said to be blocked by one of them", () => {
    expect(shown.get(`status-${HERO}`).textContent).toContain("Blocked by Facebook");
    expect(shown.get("status-17841400000000003").textContent).toContain("Blocked by Instagram");
    expect(shown.get("chip-blocked").textContent).toMatch(/^\s*Blocked\s+2/);
  });
});

describe("words of their own", () => {
  const messages = readMessages() as Record<string, string | Record<string, string>>;
  const names = (message: string | Record<string, string> | undefined): string =>
    [...new Set([...JSON.stringify(message ?? "").matchAll(/\{(\w+)\}/g)].map((it_) => it_[1]))].sort().join();

  it("take what the usual ones take, and stand beside some", () => {
    for (const [key, message] of Object.entries(messages)) {
      const base = /^(.*)\.(facebook|mixed)$/.exec(key)?.[1];
      if (base === undefined || messages[`${base}.instagram`] !== undefined || /^(setup|remains|settings)\./.test(key)) continue;
      expect(messages[base], `${key} has no usual words`).toBeDefined();
      expect(names(message), key).toBe(names(messages[base]));
    }
  });
});

describe("what was lost at Facebook", () => {
  const address = `#/reconnect/${HERO}`;
  const links = (shown: Page): unknown[] => shown.bridge.calls.filter(({ name }) => name === "open_link").map(({ args }) => (args as { link: { kind: string } }).link.kind);

  it.each([
    ["role_lost", ["business_settings"]],
    ["page_missing", ["page_link_help", "business_settings"]],
  ] as const)("%s: the steps come before signing in, and lead to the right pages", async (cause, places) => {
    const shown = await page(`scene=cause-${cause}-proved-facebook`, address);
    expect(shown.get("wizard-full").hasAttribute("data-main"), "the steps first").toBe(true);
    expect(shown.get("wizard-quick").hasAttribute("data-main")).toBe(false);
    shown.get("wizard-full").click();
    await shown.settle();
    expect(shown.find("answer-why-unticked"), "the cause is known").toBeNull();
    for (const button of shown.get("wizard").querySelectorAll<HTMLElement>(".items button")) {
      if (!button.textContent.includes("Copy a message")) button.click();
      await shown.settle();
    }
    expect(links(shown)).toEqual(places);
  });

  it("two-factor authentication is that of the Facebook account", async () => {
    const shown = await page("scene=flow-password-two_factor-facebook", address);
    expect(shown.get("wizard").textContent).toContain("accountscenter.facebook.com/password_and_security/two_factor");
    [...shown.get("wizard").querySelectorAll("button")].find((it_) => it_.textContent.includes("Open Facebook"))?.click();
    await shown.settle();
    expect(links(shown)).toEqual(["facebook"]);
  });

  it("access without an end is not said to be valid until a day", async () => {
    const shown = await page("scene=flow-password-finish-facebook", address);
    const told = shown.get("outcome").textContent;
    expect(told).toContain("no end date");
    expect(told).not.toContain("Valid until");
  });
});
