import { describe, expect, it } from "vitest";
import type { Runway, RunwayState, Try } from "../../ipc/bindings";
import { at, DAY, HOUR, START } from "../../ipc/memory/accounts";
import { HERO } from "../../ipc/memory/scenes";
import { page } from "../../test/page";
import { byLifetime, draw } from "./drawing";
import { rows } from "./rows";
import { changesAt } from "./words";

const tried = (ms: number, result: Try["result"]): Try => ({ at: at(ms), ended_at: at(ms + 1000), result, cause: null });

/** A lifetime of 60 days that began 20 days before START. */
function runway(more: Partial<Runway> = {}): Runway {
  return {
    state: "resting",
    began_at: at(-20 * DAY),
    not_before: at(-19 * DAY),
    due_at: at(DAY),
    overdue_at: at(25 * DAY),
    ends_at: at(40 * DAY),
    planned: [at(DAY), at(DAY + HOUR), at(2 * DAY), at(10 * DAY)],
    tries_left: 31,
    short: false,
    tries: [tried(-80 * DAY, "renewed"), tried(-20 * DAY - 1000, "renewed"), tried(-5 * DAY, "refused")],
    ...more,
  };
}

describe("the line", () => {
  it("goes from the start of the lifetime to its end, with everything in its place", () => {
    const drawing = draw(runway(), START);
    expect(drawing.from).toBe(START - 20 * DAY);
    expect(drawing.to).toBe(START + 40 * DAY);
    expect(drawing.now).toBeCloseTo(20 / 60);
    expect(drawing.resting).toEqual({ from: 0, to: expect.closeTo(1 / 60) as number });
    expect(drawing.overdue).toEqual({ from: expect.closeTo(45 / 60) as number, to: 1 });
    expect(drawing.end).toBe(1);
    expect(drawing.points.map(({ kind }) => kind)).toEqual(["renewed", "refused", "planned", "planned", "planned"]);
    expect(drawing.points[1]?.x).toBeCloseTo(15 / 60);
  });

  it("leaves out the tries of the lifetime before", () => {
    expect(byLifetime(runway()).earlier.map((it) => it.at)).toEqual([at(-80 * DAY)]);
  });

  it("draws tries to come that would cover one another only once, and ever smaller", () => {
    const planned = Array.from({ length: 40 }, (_, index) => at(DAY + index * 0.25 * HOUR));
    const { points } = draw(runway({ planned, tries: [] }), START);
    expect(points).toHaveLength(1);
    const sizes = draw(runway({ tries: [] }), START).points.map(({ size }) => size);
    expect([...sizes].sort((a, b) => b - a)).toEqual(sizes);
    expect(new Set(sizes).size).toBe(sizes.length);
  });

  it("goes as far as the plan where no end is known", () => {
    const drawing = draw(runway({ ends_at: null, overdue_at: null, tries_left: null }), START);
    expect(drawing.end).toBeNull();
    expect(drawing.overdue).toBeNull();
    expect(drawing.to).toBe(START + 10 * DAY);
  });

  it("holds everything inside, also after the end and with nothing known", () => {
    for (const made of [
      draw(runway({ ends_at: at(-DAY), overdue_at: at(-16 * DAY) }), START),
      draw(runway({ began_at: null, not_before: null, due_at: null, overdue_at: null, ends_at: null, planned: [], tries: [] }), START),
      draw(runway({ began_at: at(DAY) }), START),
    ]) {
      expect(made.to).toBeGreaterThan(made.from);
      for (const x of [made.now, made.end ?? 0, ...made.points.map((point) => point.x)]) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe("the table", () => {
  it("says all of it in the order of time", () => {
    expect(rows(runway(), START).present.map(({ kind }) => kind)).toEqual([
      "renewed", "notBefore", "refused", "now", "planned", "plannedIf", "plannedIf", "overdue", "left", "ends",
    ]);
  });

  it("says that the access began where no renewal began it", () => {
    expect(rows(runway({ tries: [] }), START).present[0]?.kind).toBe("began");
  });

  it("counts no tries where no end is known, and none after the end", () => {
    const kinds = (made: Runway): string[] => rows(made, START).present.map(({ kind }) => kind);
    expect(kinds(runway({ ends_at: null, overdue_at: null, tries_left: null }))).not.toContain("left");
    const over = kinds(runway({ ends_at: at(-DAY), overdue_at: at(-16 * DAY), planned: [], tries_left: 0 }));
    expect(over).not.toContain("left");
    expect(over.indexOf("ended"), "the end lies before now").toBeLessThan(over.indexOf("now"));
  });
});

it("changes next when something on it comes to pass", () => {
  expect(changesAt(runway(), START)).toBe(START + DAY);
  expect(changesAt(runway({ planned: [], ends_at: null, overdue_at: null }), START)).toBe(Infinity);
});

describe("the panel", () => {
  const open = (state: string) => page(`scene=runway-${state}`, `#/accounts/${HERO}/runway`);
  const scenes: [string, RunwayState, RegExp][] = [
    ["calm", "resting", /Everything goes by plan\. The next renewal is .*27/],
    ["failing", "failing", /The last 5 tries did not succeed\. The next is today, 12:00/],
    ["running", "running", /Renewing now/],
    ["paused", "paused", /paused\. It goes on .*27/],
    ["off", "off", /Automatic renewal is off/],
    ["blocked", "blocked", /renewal waits/],
    ["doubtful", "doubtful", /It looks before it renews/],
    ["lost", "lost", /nothing to renew/],
  ];
  it.each(scenes)("says where renewal stands: %s", async (scene, state, words) => {
    const { get, find } = await open(scene);
    expect(get("runway").dataset["state"]).toBe(state);
    expect(get("runway-sentence").textContent).toMatch(words);
    expect(find("runway-short"), "calm unless the runway is short").toBeNull();
  });

  it("warns only when the runway is short", async () => {
    const { get } = await open("short");
    expect(get("runway-short").textContent).toMatch(/Relink tries 9 more times before .*2026/);
  });

  it("tells each result by a word beside its shape", async () => {
    const { get } = await open("failing");
    for (const [kind, word] of [["renewed", "renewed"], ["refused", "refused: "], ["no_answer", "no answer: "], ["unknown", "cut off"]] as const) {
      const row = get(`runway-${kind}`);
      expect(row.textContent).toContain(word);
      expect(row.querySelector("svg .mark")).not.toBeNull();
    }
    expect(get("runway-left").textContent).toMatch(/\d+ tries left before .*2026/);
  });

  it("says so when no end is known", async () => {
    const { get, find } = await open("endless");
    expect(get("runway-endless").textContent).toContain("no end");
    expect(find("runway-left")).toBeNull();
  });

  it("is read anew when the account changes, and keeps the last answer", async () => {
    const { bridge, ui, settle, get } = await open("calm");
    const asked = (): number => bridge.calls.filter(({ name }) => name === "runway").length;
    const before = asked();
    const hero = ui.model.account(HERO);
    if (hero === null) throw new Error("no hero");
    bridge.change(null, [{ ...hero, status: "renewing" }]);
    await settle();
    expect(asked()).toBe(before + 1);
    expect(get("runway").dataset["state"]).toBe("running");
  });
});
