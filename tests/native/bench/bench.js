// The app with 500 accounts against an empty window: how soon it is there, and what it costs while nobody
// looks. A computer drifts by a third between runs; only ratios mean anything, and counts.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { target, World } from "../world/world.js";
import { idle, states } from "./idle.js";
import { rounds, starts, targets } from "./starts.js";

const count = 500;

export async function bench() {
  const world = await World.open({ provider: { accounts: count } });
  try {
    await world.sandbox.unlimited();
    await fill(world);
    const samples = await starts(world);
    report(samples, await idle(world));
  } finally {
    await world.close();
  }
}

/** Connects the accounts once, by tokens of the provider's dashboard; all samples use the same data. */
async function fill(world) {
  console.log(`   connecting ${count} accounts`);
  const window = await world.openSetUp();
  const accounts = (await world.sandbox.accounts()).filter((account) => account.account_type !== "personal");
  for (const { id } of accounts.slice(0, count)) {
    // Little to fetch: what is measured is rest, and a sync of five hundred full accounts takes hours of politeness.
    await world.sandbox.apply(id, "has_media", 3);
    await window.ask("add_token", { route: "instagram", token: await world.sandbox.token(id) });
  }
  const connected = async () => (await window.accounts()).filter((account) => account.status === "connected").length;
  await window.until(`${count} accounts are connected`, async () => (await connected()) >= count, { within: 600_000 });
  const synced = async () => (await window.accounts()).filter(({ sync }) => sync.state === "resting" && sync.last_at !== null).length;
  await window.until("their media are fetched", async () => (await synced()) >= count, { within: 1_800_000 });
  await window.quit();
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

function report(samples, measured) {
  const machine = `${cpus()[0].model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`;
  const commit = execFileSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname }).toString().trim();
  console.log(`\nCommit ${commit} · ${machine} · ${count} accounts\n\nMedians of ${rounds} interleaved starts`);
  const figures = { starts: startFigures(samples), idle: idleFigures(measured) };
  const file = join(target(), "bench", "window.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ commit, machine, rounds, count, figures, samples, measured }, null, 2));
  console.log(`\nEvery sample is in ${file}.`);
}

function startFigures(samples) {
  const of = (who, what) => median(samples[who].map((sample) => sample[what]));
  table(["", "app", "empty", "ratio", "target"]);
  return Object.entries(targets).map(([what, limit]) => {
    // An empty window is ready for keys when its first frame is there.
    const [app, floor] = [of("app", what), of("floor", what === "ready for keys" ? "first frame" : what)];
    const unit = what.startsWith("memory") ? "MB" : "ms";
    const cell = (value) => `${value.toFixed(0)} ${unit}`;
    table([what, cell(app), cell(floor), (app / floor).toFixed(2), against(app / floor, limit)]);
    return { what, app, floor, ratio: app / floor, limit, unit };
  });
}

function idleFigures(measured) {
  console.log("\nStanding still");
  table(["", "wake-ups/s", "target", "processor", "target", "memory", "of empty", "target"]);
  const percent = (value) => `${value.toFixed(3)} %`;
  const { empty } = measured;
  table(["empty window", empty.wakeUps.toFixed(2), "", percent(empty.processor), "", `${empty.memory.toFixed(0)} MB`, "1.00"]);
  return states.map((limits) => {
    const found = measured[limits.name];
    const share = found.memory / empty.memory;
    const room =
      limits.share !== undefined
        ? against(share, limits.share)
        : limits.megabytes !== undefined
          ? `${against(found.memory, limits.megabytes)} MB`
          : "";
    table([
      limits.name, found.wakeUps.toFixed(2), against(found.wakeUps, limits.wakeUps), percent(found.processor),
      against(found.processor, limits.processor), `${found.memory.toFixed(0)} MB`, share.toFixed(2), room,
    ]);
    return { ...found, ...limits, shareOfEmpty: share };
  });
}

const against = (value, limit) => `${limit}${value > limit ? " missed" : ""}`;
const table = ([name, ...cells]) => console.log(name.padEnd(22) + cells.map((cell) => cell.padEnd(13)).join("").trimEnd());
