import { describe, expect, it } from "vitest";
import { countdown, elapsed } from "./countdown";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-11-23T09:00:00Z");

describe("countdown", () => {
  // Design brief, section 8: one unit, always rounded down; one second around each border.
  it.each([
    [60 * DAY, "60 days left"],
    [60 * DAY - SECOND, "59 days left"],
    [3 * DAY, "3 days left"],
    [3 * DAY - SECOND, "2 days left"],
    [2 * DAY + SECOND, "2 days left"],
    [2 * DAY, "2 days left"],
    [2 * DAY - SECOND, "47 hours left"],
    [DAY, "24 hours left"],
    [DAY - SECOND, "23 hours left"],
    [2 * HOUR - SECOND, "1 hour left"],
    [HOUR, "1 hour left"],
    [HOUR - SECOND, "59 minutes left"],
    [2 * MINUTE - SECOND, "1 minute left"],
    [MINUTE, "1 minute left"],
    [MINUTE - SECOND, "Less than a minute left"],
    [SECOND, "Less than a minute left"],
    [0, "Expired less than a minute ago"],
    [-SECOND, "Expired less than a minute ago"],
    [-MINUTE + SECOND, "Expired less than a minute ago"],
    [-MINUTE, "Expired 1 minute ago"],
    [-HOUR + SECOND, "Expired 59 minutes ago"],
    [-HOUR, "Expired 1 hour ago"],
    [-2 * DAY + SECOND, "Expired 47 hours ago"],
    [-2 * DAY, "Expired 2 days ago"],
    [-400 * DAY, "Expired 400 days ago"],
  ])("%i ms is told as %s", (left, text) => {
    expect(countdown(NOW + left, NOW).text).toBe(text);
  });

  it.each([60 * DAY, 2 * DAY, DAY + 1, HOUR, HOUR - 1, MINUTE, MINUTE - 1, 1, 0, -1, -MINUTE, -HOUR, -2 * DAY + 1, -2 * DAY])(
    "names the instant at which the text becomes another (%i ms left)",
    (left) => {
      const until = NOW + left;
      const { text, changesAt } = countdown(until, NOW);
      expect(changesAt).toBeGreaterThan(NOW);
      expect(countdown(until, changesAt - 1).text, "until then it stays").toBe(text);
      expect(countdown(until, changesAt).text, "from then on it is another").not.toBe(text);
    },
  );

  it("is not fooled by a clock that runs behind", () => {
    expect(elapsed("ago", NOW + HOUR, NOW).text).toBe("Just now");
  });
});
