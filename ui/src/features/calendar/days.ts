import type { Account } from "../../ipc/bindings";
import { doubt, doubtfulEnd, type Doubt, type RenewalSettings } from "./doubt";

const DAY = 86_400_000;
/** How many days are looked at, today among them. */
export const DAYS = 60;

/** A day of the calendar and what falls on it. */
export interface Day {
  /** Its first instant (ms since the epoch). */
  start: number;
  renewals: number;
  doubts: number;
}

/** Something that falls on a day. */
export type Fall =
  | { kind: "renewal"; account: Account; at: number; /** Counted on from the one before. */ later: boolean }
  | { kind: "end"; account: Account; at: number; why: Doubt };

/** First instants of today and of the days after it, one more than are shown; a day need not have 24 hours. */
export function midnights(now: number): number[] {
  const today = new Date(now);
  return Array.from({ length: DAYS + 1 }, (_, index) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + index).getTime(),
  );
}

/** The day in which `at` lies, or -1. */
export function dayOf(at: number, starts: number[]): number {
  const first = starts[0] ?? 0;
  let index = Math.min(DAYS, Math.max(-1, Math.floor((at - first) / DAY)));
  // Summer time moves midnights by an hour.
  if (index >= 0 && at < (starts[index] ?? Infinity)) index -= 1;
  else if (at >= (starts[index + 1] ?? Infinity)) index += 1;
  return index < DAYS ? index : -1;
}

/** Tells `each` of everything that falls on these days for one account. */
function falls(account: Account, settings: RenewalSettings, now: number, until: number, each: (fall: Fall) => void): void {
  const why = doubt(account, settings, now);
  if (why !== null) {
    const at = doubtfulEnd(account, why, now);
    if (at < until) each({ kind: "end", account, at, why });
  }
  if (account.status === "removed" || (why !== null && why !== "late" && why !== "overdue")) return;
  const next = why === "late" ? (account.next_try_at ?? account.renew_due_at) : account.renew_due_at;
  if (next === null) return;
  const rests = settings.paused_until === null ? now : Math.max(now, Date.parse(settings.paused_until));
  let at = Math.max(Date.parse(next), rests);
  if (at < until) each({ kind: "renewal", account, at, later: false });
  // What comes after a renewal that is in doubt is not counted on.
  if (why !== null) return;
  const period = settings.renew_after_days * DAY;
  for (at += period; at < until; at += period) each({ kind: "renewal", account, at, later: true });
}

/** How much falls on each of the next days. `now`: ms since the epoch. */
export function count(accounts: Account[], settings: RenewalSettings, now: number): Day[] {
  const starts = midnights(now);
  const days = starts.slice(0, DAYS).map((start): Day => ({ start, renewals: 0, doubts: 0 }));
  const until = starts[DAYS] ?? now;
  for (const account of accounts) {
    falls(account, settings, now, until, ({ kind, at }) => {
      const day = days[dayOf(at, starts)];
      if (day === undefined) return;
      if (kind === "end") day.doubts += 1;
      else day.renewals += 1;
    });
  }
  return days;
}

/** What falls on one day: ends first, then renewals in the order of time. */
export function onDay(accounts: Account[], settings: RenewalSettings, now: number, day: number): Fall[] {
  const starts = midnights(now);
  const found: Fall[] = [];
  for (const account of accounts) {
    falls(account, settings, now, starts[DAYS] ?? now, (fall) => {
      if (dayOf(fall.at, starts) === day) found.push(fall);
    });
  }
  const rank = (fall: Fall): number => (fall.kind === "end" ? 0 : fall.later ? 2 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || a.at - b.at || (a.account.username < b.account.username ? -1 : 1));
}
