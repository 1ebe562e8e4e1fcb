import { eventually } from "./processes.js";
import { Key } from "./webdriver.js";

/** What is wrong with the place the focus is at; null when it can be seen and is not covered. */
const faultOfFocus = (session) =>
  session.run(`() => {
    const at = document.activeElement;
    if (at === null || at === document.body) return null;
    const name = (at.closest("[data-testid]")?.dataset.testid ?? at.tagName) + " “" + at.textContent.trim().slice(0, 30) + "”";
    // Inputs may be drawn by what surrounds them.
    const drawn = [at, at.nextElementSibling, at.parentElement, at.closest("label")].filter(Boolean);
    const ring = (element) => {
      const style = getComputedStyle(element);
      return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
    };
    if (!drawn.some(ring)) return "no ring at " + name;
    // What scrolling leaves to be seen of it must be there to be seen, and nothing may lie on it.
    const box = at.getBoundingClientRect();
    const seen = { top: Math.max(box.top, 0), bottom: Math.min(box.bottom, innerHeight) };
    for (let above = at.parentElement; above !== null; above = above.parentElement) {
      if (getComputedStyle(above).overflowY === "visible") continue;
      const edge = above.getBoundingClientRect();
      seen.top = Math.max(seen.top, edge.top);
      seen.bottom = Math.min(seen.bottom, edge.bottom);
    }
    if (seen.bottom - seen.top < Math.min(box.height, 20)) return "scrolled out of sight: " + name;
    const top = document.elementFromPoint(box.left + box.width / 2, (seen.top + seen.bottom) / 2);
    const own = top !== null && (at.contains(top) || top.contains(at) || drawn.some((element) => element.contains(top)));
    return own ? null : "covered: " + name;
  }`);

/** The web view scrolls to what has the focus a moment after it has it. */
async function seen(window, testid) {
  let fault = null;
  const visible = async () => (fault = await faultOfFocus(window.session)) === null;
  await eventually("the focus can be seen", visible, { within: 1500 }).catch(async () => {
    throw new Error(`On the way to ${testid} by Tab: ${fault}\n${await window.describe()}`);
  });
}

/** Moves by Tab alone until the focus is inside a part; every stop on the way must be visible. */
export async function tabTo(window, testid, { backwards = false, stops = 80 } = {}) {
  await window.sees(testid);
  for (let stop = 0; stop < stops; stop += 1) {
    const there = await window.session.run(
      `(testid) => document.activeElement?.closest('[data-testid="' + testid + '"]') !== null
        && document.activeElement !== null && document.activeElement !== document.body`,
      testid,
    );
    if (there) return;
    await (backwards ? window.keys(Key.Shift, Key.Tab) : window.keys(Key.Tab));
    await seen(window, testid);
  }
  throw new Error(`${testid} was not reached with ${stops} presses of Tab`);
}

/** Reaches a part by Tab and presses it with Enter. */
export async function pressByKeys(window, testid, how) {
  await tabTo(window, testid, how);
  await window.keys(Key.Enter);
}

/** Types into whatever has the focus. */
export async function typeKeys(window, text) {
  for (const letter of text) await window.keys(letter);
}
