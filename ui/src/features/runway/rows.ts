import type { Cause, Runway, Try } from "../../ipc/bindings";
import { byLifetime, type PointKind } from "./drawing";

/** How many of the tries to come are told one by one. */
const TOLD = 3;

export type RowKind = PointKind | "began" | "notBefore" | "now" | "plannedIf" | "left" | "overdue" | "ends" | "ended";

/** A line of the table; what is drawn, in words. */
export interface Row {
  kind: RowKind;
  /** Null: it has no instant of its own. */
  at: string | null;
  cause: Cause | null;
}

const row = (kind: RowKind, at: string | null, cause: Cause | null = null): Row => ({ kind, at, cause });
const tried = (it: Try): Row => row(it.result, it.at, it.cause);

/** Everything about this lifetime in the order of time, and what was tried before it. `now`: ms since the epoch. */
export function rows(runway: Runway, now: number): { present: Row[]; earlier: Row[] } {
  const { present, earlier } = byLifetime(runway);
  const { began_at, not_before, overdue_at, ends_at, planned, tries_left } = runway;
  const begins = present[0]?.result === "renewed";
  const dated: Row[] = [
    ...(began_at !== null && !begins ? [row("began", began_at)] : []),
    ...(not_before !== null ? [row("notBefore", not_before)] : []),
    ...present.map(tried),
    row("now", new Date(now).toISOString()),
    ...planned.slice(0, TOLD).map((at, index) => row(index === 0 ? "planned" : "plannedIf", at)),
    ...(overdue_at !== null && ends_at !== null ? [row("overdue", overdue_at)] : []),
  ];
  // Instants come in one format and sort as text; what has the same instant keeps its order.
  dated.sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : (a.at ?? "") > (b.at ?? "") ? 1 : 0));
  const over = ends_at !== null && Date.parse(ends_at) <= now;
  const left = tries_left !== null && ends_at !== null && !over && planned.length > 0 ? [row("left", null)] : [];
  const end = ends_at === null ? [] : [row(over ? "ended" : "ends", ends_at)];
  const all = over ? [...dated, ...end].sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : 1)) : [...dated, ...left, ...end];
  return { present: all, earlier: earlier.map(tried) };
}
