import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { day } from "../i18n/dates";
import { zone } from "../i18n/zone.svelte";
import { memoryBridge } from "../ipc/memory";
import { Model } from "./app.svelte";
import { Clock } from "./clock.svelte";
import { Announcer, Toasts } from "./messages.svelte";

const NOW = Date.parse("2026-11-23T09:00:10Z");

describe("the clock", () => {
  beforeEach(() => vi.useFakeTimers({ now: NOW }));
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("has no timer while no text is going to change", () => {
    new Clock();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ticks once, at the next full minute after the earliest change", () => {
    const clock = new Clock();
    clock.wakeAt(NOW + 600_000);
    clock.wakeAt(NOW + 60_000);
    clock.wakeAt(NOW + 61_000);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(clock.now, "not before the full minute").toBe(NOW);
    vi.advanceTimersByTime(50_000);
    expect(clock.now).toBe(NOW + 110_000);
    expect(vi.getTimerCount(), "then it rests until somebody asks").toBe(0);
  });

  it("follows the core's time in practice", () => {
    const clock = new Clock();
    clock.setOffset(86_400_000);
    expect(clock.now).toBe(NOW + 86_400_000);
  });

  it("stands still while the page is hidden, and is right when it is shown", () => {
    const clock = new Clock();
    const stop = clock.follow(document);
    clock.wakeAt(NOW + 60_000);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(vi.getTimerCount()).toBe(0);
    vi.setSystemTime(NOW + 3_600_000);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(clock.now).toBe(NOW + 3_600_000);
    stop();
  });

  it("keeps its next tick when it is shown in the very moment it was hidden", () => {
    const clock = new Clock();
    const stop = clock.follow(document);
    clock.wakeAt(NOW + 60_000);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(vi.getTimerCount(), "nothing was drawn anew, so nobody asks again").toBe(1);
    stop();
  });

  it("takes a new correction by Instagram's clock at once, with the patch that brings it", async () => {
    const bridge = memoryBridge(new URLSearchParams());
    const clock = new Clock();
    const model = new Model(bridge, clock);
    await model.start();
    bridge.change({ clock_offset_ms: 3_600_000 });
    expect(clock.now).toBe(Date.now() + 3_600_000);
    clock.wakeAt(clock.now + 60_000);
    bridge.change({ clock_offset_ms: -3_600_000 });
    expect(clock.now, "also when time goes back").toBe(Date.now() - 3_600_000);
    clock.wakeAt(clock.now + 120_000);
    vi.advanceTimersByTime(180_000);
    expect(clock.now, "and it goes on from there").toBeGreaterThan(NOW - 3_600_000 + 60_000);
  });

  it.each([
    ["the first touch", () => dispatchEvent(new Event("pointerdown"))],
    ["the first key", () => dispatchEvent(new Event("keydown"))],
    ["the focus", () => dispatchEvent(new Event("focus"))],
  ])("is right after a sleep with %s", (_, touch) => {
    const clock = new Clock();
    const stop = clock.follow(document);
    // Asleep the wall clock goes on and the running time does not.
    vi.setSystemTime(NOW + 8 * 3_600_000);
    expect(clock.now).toBe(NOW);
    touch();
    expect(clock.now).toBe(NOW + 8 * 3_600_000);
    stop();
  });

  it("does not tick at every touch", () => {
    const clock = new Clock();
    const stop = clock.follow(document);
    vi.advanceTimersByTime(30_000);
    dispatchEvent(new Event("pointerdown"));
    expect(clock.now, "time simply passed").toBe(NOW);
    stop();
  });

  it("tells dates in the new zone after the computer moved", () => {
    const clock = new Clock();
    const instant = "2026-11-23T23:30:00.000Z";
    expect(day(instant)).toContain("24");
    const home = zone.name;
    vi.stubEnv("TZ", "America/New_York");
    clock.notice();
    expect(zone.name).toBe("America/New_York");
    expect(day(instant)).toContain("23");
    vi.unstubAllEnvs();
    clock.notice();
    expect(zone.name).toBe(home);
  });
});

describe("a hidden page", () => {
  beforeEach(() => vi.useFakeTimers({ now: NOW }));
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("has no timer, whatever was going on and whatever comes", () => {
    const clock = new Clock();
    const toasts = new Toasts();
    const announcer = new Announcer();
    const stop = clock.follow(document);
    clock.wakeAt(NOW + 60_000);
    toasts.say("Copied.");
    announcer.say("First");
    announcer.say("Second");
    expect(vi.getTimerCount()).toBe(3);
    vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    toasts.rest(true);
    announcer.rest(true);
    expect(vi.getTimerCount()).toBe(0);
    clock.wakeAt(NOW + 60_000);
    clock.setOffset(5000);
    clock.wakeAt(NOW + 120_000);
    toasts.say("Saved.");
    announcer.say("Third");
    expect(vi.getTimerCount()).toBe(0);
    stop();
  });

  it("gives toasts their time when it is shown again", () => {
    const toasts = new Toasts();
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    toasts.say("Copied.");
    toasts.say("It failed.", "error");
    hidden.mockReturnValue(false);
    toasts.rest(false);
    vi.advanceTimersByTime(60_000);
    expect(toasts.shown.map(({ text }) => text), "an error stays until it is closed").toEqual(["It failed."]);
  });
});
