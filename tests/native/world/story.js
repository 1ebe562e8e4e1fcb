import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { World } from "./world.js";

/**
 * One story, told in a world of its own. The name says what a person can rely on. What a failed
 * story leaves behind (logs, pictures) is in target/native.
 *
 * @param {string} name
 * @param {(world: World) => Promise<void>} tell
 * @param {Parameters<typeof World.open>[0] & {minutes?: number}} [options] `minutes`: when it counts as stuck
 */
export function story(name, tell, { minutes = 4, ...options } = {}) {
  test(name, { timeout: minutes * 60_000 }, async () => {
    const world = await World.open(options);
    try {
      await tell(world);
    } catch (error) {
      keepLogs(world, name);
      throw error;
    } finally {
      await world.close();
    }
  });
}

function keepLogs(world, name) {
  const kept = join(world.artifacts, "logs", name.replaceAll(/[^\w]+/g, "-"));
  mkdirSync(kept, { recursive: true });
  for (const folder of [world.logs, join(world.data, "logs")]) {
    if (existsSync(folder)) cpSync(folder, kept, { recursive: true });
  }
}
