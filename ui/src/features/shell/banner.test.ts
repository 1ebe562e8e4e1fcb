import { describe, expect, it } from "vitest";
import { page } from "../../test/page";

describe("the banner of a wrong clock", () => {
  it.each([
    [1, "off by 1 minute."],
    [-7, "off by 7 minutes."],
    [119, "off by 2 hours."],
    [-60 * 47, "off by 47 hours."],
    [60 * 48, "off by 2 days."],
    [-87_839, "off by 61 days."],
  ])("%i minutes ahead are named in a unit a person would use", async (minutes, words) => {
    const { bridge, settle, get } = await page("scene=well");
    bridge.change({ banner: { code: "E-CLOCK", since: "2026-11-23T09:00:00.000Z", retry_at: null, count: null, minutes } });
    await settle();
    expect(get("banner").textContent).toContain(`The computer’s clock is ${words}`);
  });
});
