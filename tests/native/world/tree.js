import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What a file of /proc says; empty where the process has ended meanwhile. */
function told(...path) {
  try {
    return readFileSync(`/proc/${path.join("/")}`, "utf8");
  } catch {
    return "";
  }
}

const children = (pid) => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      told(pid, "task", task, "children").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
};

/** A process and everything it started, itself first, as process ids. */
export const family = (pid) => [pid, ...children(pid).flatMap(family)];

/** What the kernel calls a process; at most 15 characters. */
export const nameOf = (pid) => told(pid, "comm").trim();

/** The program a process runs, as a path. */
export function programOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** Its share of the memory in MB (PSS: what it shares is counted in parts). */
export const memory = (pid) => Number(/^Pss:\s+(\d+) kB/m.exec(told(pid, "smaps_rollup"))?.[1] ?? 0) / 1024;

/** When it started, in milliseconds since 1970; the kernel counts in hundredths of a second. */
export function startOf(pid) {
  const uptime = Number(told("uptime").split(" ")[0]) * 1000;
  return Date.now() - (uptime - Number(fields(pid)[19]) * 10);
}

/** Processor time it has used, in milliseconds; the kernel counts in hundredths of a second. */
export const busy = (pid) => (Number(fields(pid)[11] ?? 0) + Number(fields(pid)[12] ?? 0)) * 10;

/** How often its threads, by their ids, have gone to sleep of their own will: as often as something woke them. */
export function naps(pid) {
  const counts = new Map();
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const count = /^voluntary_ctxt_switches:\s+(\d+)/m.exec(told(pid, "task", task, "status"))?.[1];
      if (count !== undefined) counts.set(`${pid}/${task}`, Number(count));
    }
  } catch {
    // It ended meanwhile.
  }
  return counts;
}

/** The fields of proc_pid_stat(5) from the third on. */
const fields = (pid) => told(pid, "stat").split(") ").at(-1).split(" ");
