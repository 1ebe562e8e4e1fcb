import { describe, expect, it } from "vitest";
import type { Patch } from "../ipc/bindings";
import { memoryBridge, type MemoryBridge } from "../ipc/memory";
import { HERO } from "../ipc/memory/scenes";
import { errorCode, Model } from "./app.svelte";
import { Clock } from "./clock.svelte";

async function started(query = ""): Promise<{ model: Model; bridge: MemoryBridge }> {
  const bridge = memoryBridge(new URLSearchParams(query));
  const model = new Model(bridge, new Clock());
  await model.start();
  return { model, bridge };
}
const snapshots = (bridge: MemoryBridge): number => bridge.calls.filter((call) => call.name === "snapshot").length;
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

describe("the model", () => {
  it("asks for more pages until there are none", async () => {
    const { model, bridge } = await started("n=4500");
    expect(model.accounts.size).toBe(4500);
    expect(snapshots(bridge), "2,000 accounts to a page").toBe(3);
  });

  it("takes changes by account and leaves the others alone", async () => {
    const { model, bridge } = await started();
    const before = model.account("17841400000000002");
    const hero = model.account(HERO);
    if (hero === null) throw new Error("no hero");
    bridge.change(null, [{ ...hero, label: "changed" }]);
    expect(model.account(HERO)?.label).toBe("changed");
    expect(model.account("17841400000000002")).toBe(before);
    expect(snapshots(bridge)).toBe(1);
  });

  it("forgets erased accounts", async () => {
    const { model, bridge } = await started();
    bridge.change(null, [], [HERO]);
    expect(model.account(HERO)).toBeNull();
  });

  it("asks for the snapshot again after a gap", async () => {
    const { model, bridge } = await started();
    const patch: Patch = { seq: 99, app: null, accounts: [], erased: [HERO] };
    bridge.send("patch", patch);
    await settled();
    expect(snapshots(bridge), "a gap means that something was missed").toBe(2);
    expect(model.account(HERO), "what came with the gap is not trusted").not.toBeNull();
  });

  it("ignores what it knows already", async () => {
    const { model, bridge } = await started();
    bridge.send("patch", { seq: 1, app: null, accounts: [], erased: [HERO] });
    expect(model.account(HERO)).not.toBeNull();
    expect(snapshots(bridge)).toBe(1);
  });

  it("keeps what arrives while a snapshot is on its way", async () => {
    const bridge = memoryBridge(new URLSearchParams());
    const model = new Model(bridge, new Clock());
    const start = model.start();
    // Heard before the snapshot's answer was taken, numbered after it.
    await Promise.resolve();
    bridge.send("patch", { seq: 2, app: null, accounts: [], erased: [HERO] });
    await start;
    expect(model.account(HERO)).toBeNull();
  });

  it("reads everything anew when told to", async () => {
    const { bridge } = await started();
    bridge.send("reset", null);
    await settled();
    expect(snapshots(bridge)).toBe(2);
  });

  it("calls a foreign error internal", () => {
    expect(errorCode({ code: "disk_full" })).toBe("disk_full");
    expect(errorCode({ code: "toString" })).toBe("internal");
    expect(errorCode("a text of a library")).toBe("internal");
    expect(errorCode(null)).toBe("internal");
  });
});
