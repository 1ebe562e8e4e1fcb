import assert from "node:assert/strict";
import { inspect } from "../world/inspect.js";
import { story } from "../world/story.js";
import { walk } from "../walk.js";

story(
  "every screen and state is accessible and whole: light, dark, and as narrow as can be",
  async (world) => {
    const faults = [];
    await walk(world, async (window, name) => faults.push(...(await inspect(window, name))));
    assert.deepEqual(faults, []);
  },
  { provider: false, minutes: 15 },
);
