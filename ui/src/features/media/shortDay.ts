import { dayMonth, format } from "../../i18n/dates";

/** "14 Mar" in the year of `now` (ms since the epoch), else "Mar 2024": there is no more room below a tile. */
export function shortDay(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (new Date(at).getFullYear() === new Date(now).getFullYear()) return dayMonth(at);
  return format("month-short", { month: "short", year: "numeric" }).format(at);
}
