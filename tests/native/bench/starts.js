// How soon the window with 500 accounts is there, and what it takes, against an empty one of the same Tauri
// (product document, section 7): interleaved, medians, ratios.
import { dirname, join } from "node:path";
import { pause } from "../world/processes.js";
import { memory, startOf } from "../world/tree.js";
import { plain } from "./idle.js";

export const rounds = Number(process.env.RELINK_ROUNDS ?? 11);
const settle = 3000; // milliseconds until memory is read

/** Ratios to the empty window that are not to be exceeded. */
export const targets = { "first frame": 1.15, "ready for keys": 1.35, "memory, visible": 1.1 };

/** Starts both in turn. Gives the samples of each. */
export async function starts(world) {
  const samples = { app: [], floor: [] };
  const floor = join(dirname(world.app), "floor");
  for (let round = 0; round < rounds; round += 1) {
    samples.floor.push(await sample(world, floor));
    samples.app.push(await sample(world, world.app));
    console.log(`   round ${round + 1} of ${rounds}`);
  }
  return samples;
}

/** One start. Times in milliseconds from the start of the process, memory in MB (PSS of all processes). */
async function sample(world, app) {
  const window = await world.open({ app, ready: false, env: plain });
  await window.until("the page is ready", () => window.session.find("html[data-ready='true']"));
  const started = startOf(window.processes()[0]);
  const marks = await window.session.run(`() => {
    const at = (name) => performance.getEntriesByName(name)[0]?.startTime;
    const first = at("relink-first-frame");
    return { first: performance.timeOrigin + first, ready: performance.timeOrigin + (at("relink-ready") ?? first) };
  }`);
  await pause(settle);
  const megabytes = window.processes().reduce((sum, pid) => sum + memory(pid), 0);
  await window.close();
  return { "first frame": marks.first - started, "ready for keys": marks.ready - started, "memory, visible": megabytes };
}
