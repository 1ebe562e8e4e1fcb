import { region } from "../../i18n";

/** What browsers of some years know about weeks, under either name. */
type Weeks = Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };

/** The first day of the week where the person lives: 1 is Monday, 7 Sunday. */
export function firstWeekday(tag = region): number {
  const locale = new Intl.Locale(tag) as Weeks;
  return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
}

/** How many cells of the first week come before the day that begins at `start` (ms since the epoch). */
export function before(start: number, first: number): number {
  return (new Date(start).getDay() - (first % 7) + 7) % 7;
}

/** Indexes of the days, week by week; null where a week reaches beyond them. */
export function weeks(count: number, skipped: number): (number | null)[][] {
  const rows = Math.ceil((count + skipped) / 7);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: 7 }, (_, column) => {
      const index = row * 7 + column - skipped;
      return index >= 0 && index < count ? index : null;
    }),
  );
}

/** The keys of the calendar: the day a key leads to from day `at`, or null if it leads nowhere. */
export function keyTo(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey">, at: number, count: number, skipped: number, rtl: boolean): number | null {
  const column = (at + skipped) % 7;
  const far = event.ctrlKey || event.metaKey;
  const forward = rtl ? -1 : 1;
  const by: Record<string, number> = {
    ArrowRight: forward,
    ArrowLeft: -forward,
    ArrowDown: 7,
    ArrowUp: -7,
    PageDown: 28,
    PageUp: -28,
    Home: far ? -at : -column,
    End: far ? count - 1 - at : 6 - column,
  };
  const step = by[event.key];
  if (step === undefined) return null;
  const to = at + step;
  // Home, End and the page keys stop at the edge; an arrow that leads out leads nowhere.
  if (event.key.startsWith("Arrow")) return to >= 0 && to < count ? to : at;
  return Math.min(count - 1, Math.max(0, to));
}

/** How deep the tint of a day is, 0 to 4: by its share of the busiest, where few are never deep. */
export function depth(renewals: number, busiest: number): number {
  return Math.ceil((4 * renewals) / Math.max(busiest, 8));
}
