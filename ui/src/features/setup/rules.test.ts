import { describe, expect, it } from "vitest";
import type { Doors } from "../../ipc/bindings";
import { doors, metaApp } from "../../ipc/memory/apps";
import { addressOf, doorsFor, readAddress, withSlash } from "./address";
import { readDraft } from "./place.svelte";
import { isUnfinished, readId, readSecret } from "./recognise";
import { after, before, hasAddress, isOver, nothing, reach, setupSteps, type Draft } from "./steps";

const hex = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

describe("the app id", () => {
  it.each([
    ["1234567890123456", "1234567890123456", false],
    ["  1234567890123456\n", "1234567890123456", false],
    ["1234 5678 9012 3456", "1234567890123456", true],
    ["1234\u00a05678\u200b9012", "123456789012", true],
    ["ID: 1234567890123456", "1234567890123456", true],
    ["Instagram app ID\n1234567890123456", "1234567890123456", true],
    ["Instagram App-ID = 1234567890123456", "1234567890123456", true],
    ["“1234567890123456”", "1234567890123456", true],
  ])("%j is read as %j", (text, value, tidied) => {
    expect(readId(text)).toMatchObject({ value, tidied });
  });

  it.each([
    ["", "missing"],
    ["   ", "missing"],
    [hex, "secret"],
    [hex.toUpperCase(), "secret"],
    [`App secret: ${hex}`, "secret"],
    ["12345678901234567890123456789012", "secret"],
    ["IGAAJ0123456789abcdefABCDEF", "access"],
    ["EAAB0123456789abcdefABCDEF", "access"],
    ["https://developers.facebook.com/apps/1234567890123456/", "address"],
    ["my app", "letters"],
    ["١٢٣٤٥٦٧٨٩٠", "letters"],
    ["1234", "short"],
    ["123456789012345678901", "long"],
    ["12345", null],
    ["12345678901234567890", null],
  ])("%j: %s", (text, fault) => {
    expect(readId(text).fault).toBe(fault);
  });

  it("is told apart from the one saved for the other way of signing in", () => {
    expect(readId("1000000000000001", ["1000000000000001"]).fault).toBe("otherRoute");
    expect(readId("1000000000000002", ["1000000000000001"]).fault).toBeNull();
  });

  it("is not called wrong while it is only unfinished", () => {
    expect(["missing", "short"].every((fault) => isUnfinished(fault as "short"))).toBe(true);
    expect(["long", "letters", "secret", "access", "address", "otherRoute", "id", "masked"].some((fault) => isUnfinished(fault as "long"))).toBe(false);
  });
});

describe("the app secret", () => {
  it.each([
    [hex, hex],
    [` ${hex}\n`, hex],
    [`Instagram app secret: ${hex}`, hex],
    [`${hex.slice(0, 16)} ${hex.slice(16)}`, hex],
  ])("%j is read as it is meant", (text, value) => {
    expect(readSecret(text)).toEqual({ value, fault: null, unusual: false });
  });

  it.each([
    ["", "missing"],
    ["1234567890123456", "id"],
    ["App ID: 1234567890123456", "id"],
    ["••••••••", "masked"],
    ["********", "masked"],
    ["IGAAJ0123456789abcdefABCDEF", "access"],
    ["abc", "short"],
    ["a".repeat(129), "long"],
  ])("%j: %s", (text, fault) => {
    expect(readSecret(text).fault).toBe(fault);
  });

  it("that is one character short is doubted, not refused", () => {
    expect(readSecret(hex.slice(1))).toMatchObject({ fault: null, unusual: true });
  });
});

describe("the redirect address", () => {
  it.each([
    ["https://example.org/relink/", "https://example.org/relink/"],
    [" https://example.org/relink ", "https://example.org/relink"],
    ["https://example.org", "https://example.org/"],
    ["example.org/relink", "https://example.org/relink"],
    ["https://EXAMPLE.org/Relink", "https://example.org/Relink"],
    ["https://localhost:17423/callback", "https://localhost:17423/callback"],
    ["https://sites.example.org:8443/a?b=c", "https://sites.example.org:8443/a?b=c"],
  ])("%j is registered as %j", (text, address) => {
    expect(readAddress(text)).toEqual({ address, fault: null });
  });

  it.each([
    ["", "missing"],
    ["two words", "malformed"],
    ["https://", "malformed"],
    ["ftp://example.org/", "malformed"],
    ["http://example.org/relink/", "http"],
    ["http://localhost:17423/callback", "http"],
    ["https://ada:pass@example.org/", "login"],
    ["https://example.org/#relink", "fragment"],
    ["https://example.org/relink#", "fragment"],
    ["https://192.168.1.20/relink", "number"],
    ["https://127.0.0.1:17423/callback", "number"],
    ["https://[::1]:17423/callback", "number"],
    ["https://nas/relink", "host"],
    ["https://nas.local/relink", "host"],
    ["https://example.org/relink/?code=AQBx&state=9f2c", "answer"],
  ])("%j: %s", (text, fault) => {
    expect(readAddress(text)).toEqual({ address: "", fault });
  });

  it("can take the slash that Meta's dashboard adds, once", () => {
    expect(withSlash("https://example.org/relink")).toBe("https://example.org/relink/");
    expect(withSlash("https://example.org/relink/")).toBeNull();
    expect(withSlash("https://example.org/")).toBeNull();
    expect(withSlash("https://example.org/a?b=c")).toBeNull();
  });
});

describe("the doors", () => {
  const direct: Doors = { ...doors, direct: true };

  it("are those that Meta takes on a route, and none where there is nothing to choose", () => {
    expect(doorsFor("instagram", doors)).toEqual(["bounce", "paste", "certificate"]);
    expect(doorsFor("facebook", doors)).toContain("localhost");
    expect(doorsFor("instagram", direct)).toEqual([]);
    expect(doorsFor("facebook", direct)).toEqual([]);
  });

  it("have the address of this installation where it is not the person's own", () => {
    expect(addressOf("certificate", doors, "https://example.org/")).toBe(doors.certificate);
    expect(addressOf("localhost", doors, "https://example.org/")).toBe(doors.localhost);
    expect(addressOf("direct", doors, "https://example.org/")).toBe(doors.registered);
    expect(addressOf("bounce", doors, "https://example.org")).toBe("https://example.org/");
    expect(addressOf("paste", doors, "http://example.org")).toBe("");
  });
});

describe("the steps", () => {
  const chosen: Draft = { ...nothing, door: "bounce", entered: "https://example.org/relink/" };
  const app = metaApp("1234567890123456");
  const saved: Draft = { ...chosen, app: app.id };

  it("go one after the other and back", () => {
    expect(before("start")).toBeNull();
    expect(after("connect")).toBeNull();
    expect(setupSteps.slice(1).map(before)).toEqual(setupSteps.slice(0, -1));
    expect(setupSteps.slice(0, -1).map(after)).toEqual(setupSteps.slice(1));
  });

  it.each(setupSteps)("%s is not reached before what it needs", (step) => {
    const free = ["start", "make", "address"].includes(step);
    expect(reach(step, nothing, doors, []), "nothing was chosen").toBe(free ? step : "address");
    expect(reach(step, chosen, doors, []), "nothing is saved").toBe(free || step === "keys" ? step : "keys");
    expect(reach(step, saved, doors, [app]), "all is there").toBe(step);
    expect(reach(step, saved, doors, [{ ...app, secret_saved: false }]), "the secret is missing").toBe(free || step === "keys" ? step : "keys");
  });

  it("take an app that was entered elsewhere and has no account yet", () => {
    expect(reach("connect", nothing, doors, [app])).toBe("connect");
    expect(reach("connect", nothing, doors, [{ ...app, accounts: 2 }])).toBe("address");
    expect(reach("connect", { ...nothing, route: "facebook" }, doors, [app])).toBe("address");
    expect(reach("connect", { ...saved, app: "instagram:7" }, doors, [app]), "another one was begun").toBe("keys");
  });

  it("ask for no address where the endpoints have their own", () => {
    expect(reach("keys", nothing, { ...doors, direct: true }, [])).toBe("keys");
    expect(hasAddress({ ...chosen, door: "localhost" }, doors), "not on the Instagram route").toBe(false);
    expect(hasAddress({ ...chosen, route: "facebook", door: "localhost" }, doors)).toBe(true);
  });

  it("are over when an account is connected through the app", () => {
    expect(isOver(saved, [app])).toBe(false);
    expect(isOver(saved, [{ ...app, accounts: 1 }])).toBe(true);
    expect(isOver(chosen, [{ ...app, accounts: 1 }])).toBe(false);
  });

  it("are resumed from what was kept, and from nothing where that is not understood", () => {
    expect(readDraft(JSON.stringify(saved))).toEqual(saved);
    for (const text of [null, "", "{", "7", "null", "[]", '"keys"']) expect(readDraft(text)).toEqual(nothing);
    expect(readDraft('{"step":"later","route":"threads","door":"window","entered":1,"app":{}}')).toEqual(nothing);
  });
});
