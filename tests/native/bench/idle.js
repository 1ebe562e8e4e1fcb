// What Relink costs when nobody looks: wake-ups, processor time and memory with 500 healthy accounts
// (product document, section 7; design brief, section 18).
import { dirname, join } from "node:path";
import { Background } from "../world/background.js";
import { eventually, pause, start } from "../world/processes.js";
import { busy, family, memory, naps } from "../world/tree.js";

const seconds = Number(process.env.RELINK_IDLE_SECONDS ?? 60);
/** Milliseconds from a change of state until it is looked at. */
const settle = 10_000;
/** The five minutes after which a hidden page is let go, shortened to this (milliseconds): what is left is the same. */
const letGoAfter = settle + seconds * 1000 + 5000;

/** As on a person's computer: its own choice of renderer, and the log it keeps by itself. */
export const plain = { WEBKIT_DISABLE_DMABUF_RENDERER: undefined, RELINK_LOG: undefined };

/** The states, and what each may cost: wake-ups a second, processor time in percent, memory in shares of the empty window's. */
export const states = [
  { name: "visible", wakeUps: 2, processor: 0.1, share: 1.1 },
  { name: "hidden, page there", wakeUps: 2.5, processor: 0.05 },
  { name: "hidden, page gone", wakeUps: 1.2, processor: 0.05, share: 0.6 },
  { name: "started hidden", wakeUps: 0.3, processor: 0.05, share: 0.4 },
  { name: "relink watch", wakeUps: 0.3, processor: 0.05, megabytes: 20 },
];

/** Lets the empty window and every state stand still for a while. Gives a measurement for each by its name. */
export async function idle(world) {
  const measured = { empty: await empty(world) };
  const look = async (name, program) => {
    measured[name] = await measure(program);
    console.log(`   ${name}: looked at for ${seconds} s`);
  };

  // Before it is opened: the first accounts are looked at while the window is still coming.
  let begun = Date.now();
  const window = await Background.open(world, { env: { ...plain, RELINK_LET_GO_AFTER_MS: String(letGoAfter) } });
  await window.shows(/Accounts/);
  await looked(world, window, begun);
  await look("visible", window);
  await window.close();
  await window.hides();
  await look("hidden, page there", window);
  await eventually("the page is gone", () => window.pages() === 0);
  await look("hidden, page gone", window);
  await window.stop();

  begun = Date.now();
  const hidden = await Background.open(world, { args: ["--hidden"], env: plain });
  await looked(world, hidden, begun);
  await look("started hidden", hidden);
  await hidden.stop();

  begun = Date.now();
  const watcher = start(world.cli, ["watch"], { env: { ...world.env, ...plain }, log: world.log("watch") });
  await looked(world, watcher, begun);
  await look("relink watch", watcher);
  await watcher.stop();
  return measured;
}

async function empty(world) {
  const program = start(join(dirname(world.app), "floor"), [], { env: { ...world.env, ...plain }, log: world.log("floor") });
  await eventually("the empty window has a page", () => family(program.pid).length > 1);
  const measured = await measure(program);
  await program.stop();
  return measured;
}

/** A start looks at every account first, politely; standing still begins when that is over. */
async function looked(world, program, begun) {
  const over = async () => {
    await pause(5000);
    const accounts = (await world.relink(["list", "--json"])).json();
    return accounts.every(({ last_checked_at: at }) => at !== null && Date.parse(at) >= begun);
  };
  await eventually("every account has been looked at", over, { within: 900_000 });
  if (family(program.pid).every((pid) => memory(pid) === 0)) throw new Error("What was to be measured has ended.");
}

async function measure(program) {
  await pause(settle);
  const counted = () => new Map(family(program.pid).flatMap((pid) => [...naps(pid)]));
  const spent = () => family(program.pid).reduce((sum, pid) => sum + busy(pid), 0);
  const [napsBefore, busyBefore, begun] = [counted(), spent(), performance.now()];
  await pause(seconds * 1000);
  const [napsAfter, busyAfter, took] = [counted(), spent(), performance.now() - begun];
  // A thread that has ended took its count with it; one that began brought its own.
  let woken = 0;
  for (const [thread, count] of napsAfter) woken += count - (napsBefore.get(thread) ?? 0);
  const megabytes = family(program.pid).reduce((sum, pid) => sum + memory(pid), 0);
  return { wakeUps: (woken * 1000) / took, processor: ((busyAfter - busyBefore) * 100) / took, memory: megabytes };
}
