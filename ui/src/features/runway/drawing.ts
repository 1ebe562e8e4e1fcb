import type { Runway, Try } from "../../ipc/bindings";

const DAY = 86_400_000;
/** Marks nearer to each other than this share of the line would cover one another. */
const CROWDED = 0.012;

/** What stands on the line: tries with their results, and the tries to come. */
export type PointKind = Try["result"] | "planned";

export interface Point {
  kind: PointKind;
  /** Place on the line, 0 to 1. */
  x: number;
  /** Full size is 1; the tries to come grow smaller, as each is less likely to be needed. */
  size: number;
}

/** A stretch of the line; places are 0 to 1. */
export interface Stretch {
  from: number;
  to: number;
}

/** The line of one lifetime, from its start to its end; instants in ms since the epoch. */
export interface Drawing {
  from: number;
  to: number;
  now: number;
  /** Renewal is not allowed yet. */
  resting: Stretch | null;
  /** Renewal should have happened by now. */
  overdue: Stretch | null;
  /** Where the access ends; null when no end is known. */
  end: number | null;
  points: Point[];
}

const ms = (iso: string): number => Date.parse(iso);
const msOr = <T>(iso: string | null, otherwise: T): number | T => (iso === null ? otherwise : ms(iso));

/** The tries of this lifetime, and those before it. The try that began it counts as its first. */
export function byLifetime({ tries, began_at }: Runway): { present: Try[]; earlier: Try[] } {
  const began = msOr(began_at, -Infinity);
  const isEarlier = (it: Try): boolean => ms(it.ended_at ?? it.at) < began;
  return { present: tries.filter((it) => !isEarlier(it)), earlier: tries.filter(isEarlier) };
}

/** Works out the line. `now`: ms since the epoch. */
export function draw(runway: Runway, now: number): Drawing {
  const { present } = byLifetime(runway);
  const ends = msOr(runway.ends_at, null);
  const first = present[0];
  const from = Math.min(msOr(runway.began_at, first ? ms(first.at) : now - DAY), now);
  const last = runway.planned.at(-1);
  // Without a known end the line goes as far as the plan does.
  const to = Math.max(ends ?? msOr(last ?? null, now + DAY), now, from + 1);
  const place = (instant: number): number => Math.min(1, Math.max(0, (instant - from) / (to - from)));
  const stretch = (a: number | null, b: number | null): Stretch | null =>
    a === null || b === null || place(b) <= place(a) ? null : { from: place(a), to: place(b) };

  return {
    from,
    to,
    now: place(now),
    resting: stretch(from, msOr(runway.not_before, null)),
    overdue: stretch(msOr(runway.overdue_at, null), ends),
    end: ends === null ? null : place(ends),
    points: [
      ...present.map((it): Point => ({ kind: it.result, x: place(ms(it.at)), size: 1 })),
      ...thinned(runway.planned.map((iso) => place(ms(iso)))),
    ],
  };
}

/** The tries to come; of those that would cover one another only the first is drawn. */
function thinned(places: number[]): Point[] {
  const points: Point[] = [];
  for (const x of places) {
    const before = points.at(-1);
    if (before !== undefined && x - before.x < CROWDED) continue;
    points.push({ kind: "planned", x, size: Math.max(0.3, 1 - points.length * 0.12) });
  }
  return points;
}
