import assert from "node:assert/strict";
import { join } from "node:path";
import { story } from "../world/story.js";
import { target } from "../world/world.js";
import { walk } from "../walk.js";

const wide = [1080, 720];
const smallest = [720, 520]; // the least the window can be

story(
  "every screen and state is accessible and whole: light, dark, and as narrow as can be",
  async (world) => {
    const faults = [];
    const shots = join(target(), "shots");
    await walk(world, async (window, name) => {
      const look = async (how) => {
        await window.picture(join(shots, `${name}-${how}.png`));
        for (const fault of [...(await window.violations()), ...(await window.layoutFaults())]) {
          faults.push(`${name}, ${how}: ${fault}`);
        }
      };
      await window.theme("dark");
      await look("dark");
      await window.theme("light");
      await window.resize(...smallest);
      await look("narrow");
      await window.resize(...wide);
      await look("light");
    });
    assert.deepEqual(faults, []);
  },
  { provider: false, minutes: 15 },
);
