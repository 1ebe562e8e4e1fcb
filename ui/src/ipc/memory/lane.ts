import type { Account, Lane, Status } from "../bindings";

/** Where a person has to do something, the worst first. The page's own list is out of reach: the entry waits for this module. */
const needing: Status[] = ["blocked", "revoked", "expired", "limited", "renewal_late"];
const severity = (it: Account): number => (needing.includes(it.status) ? needing.indexOf(it.status) : needing.length);

/** The lane as the core remembers it: everybody in it in order, and who was put off. */
export interface LaneOrder {
  order: string[];
  skipped: string[];
}

/** Whose log-in it is; accounts of which nobody said that are each their own. */
const logIn = (it: Account): string => it.login.trim().toLowerCase() || it.id;

/** Something is still to be done about it: it needs a person, or a way back is open. */
const isOpen = (it: Account): boolean => needing.includes(it.status) || it.wizard !== null;

/** The order with the fewest changes of log-in; null: nothing is to be mended. */
export function startLane(accounts: Account[]): LaneOrder | null {
  const open = accounts.filter(isOpen).sort((a, b) => severity(a) - severity(b) || (a.id < b.id ? -1 : 1));
  const order = [...new Set(open.map(logIn))].flatMap((one) => open.filter((it) => logIn(it) === one).map(({ id }) => id));
  return order.length === 0 ? null : { order, skipped: [] };
}

/** Puts the first account that waits off until the others are done. */
export function skipFirst(lane: LaneOrder, accounts: ReadonlyMap<string, Account>): LaneOrder {
  const [first] = laneOf(lane, accounts).waiting;
  if (first === undefined) return lane;
  const others = (ids: string[]): string[] => [...ids.filter((id) => id !== first), first];
  return { order: others(lane.order), skipped: others(lane.skipped) };
}

/** Where the lane stands. */
export function laneOf(lane: LaneOrder, accounts: ReadonlyMap<string, Account>): Lane {
  const all = lane.order.flatMap((id) => accounts.get(id) ?? []);
  const ids = (some: Account[]): string[] => some.map(({ id }) => id);
  const open = all.filter(isOpen);
  const off = open.filter(({ id }) => lane.skipped.includes(id));
  const on = open.filter(({ id }) => !lane.skipped.includes(id));
  const [waiting, skipped] = on.length === 0 ? [off, on] : [on, off];
  const changes = waiting.filter((it, index) => {
    const before = waiting[index - 1];
    return before !== undefined && logIn(before) !== logIn(it);
  }).length;
  return { waiting: ids(waiting), skipped: ids(skipped), done: ids(all.filter((it) => !isOpen(it))), changes };
}
