import { t } from "./index";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A text that depends on the time, and the instant (ms since the epoch) at which it becomes another. */
export interface TimedText {
  text: string;
  changesAt: number;
}

type Unit = "days" | "hours" | "minutes" | "moment";

/** The one unit a span is told in, rounded down. (Design brief, section 8.) */
function span(ms: number): { unit: Unit; count: number; size: number } {
  if (ms >= 2 * DAY) return { unit: "days", count: Math.floor(ms / DAY), size: DAY };
  if (ms >= HOUR) return { unit: "hours", count: Math.floor(ms / HOUR), size: HOUR };
  if (ms >= MINUTE) return { unit: "minutes", count: Math.floor(ms / MINUTE), size: MINUTE };
  return { unit: "moment", count: 0, size: MINUTE };
}

/** "52 days left" or "Expired 3 days ago"; both instants in ms since the epoch. */
export function countdown(until: number, now: number): TimedText {
  const left = until - now;
  if (left <= 0) return elapsed("expired", until, now);
  const { unit, count, size } = span(left);
  // One ms past the border: at the border itself the text is still true.
  const changesAt = unit === "moment" ? until : until - count * size + 1;
  return { text: t(`time.left.${unit}`, { count }), changesAt };
}

/** "Expired 3 days ago" (`expired`), "Deleted 3 days ago" (`deleted`) or "3 days ago" (`ago`). */
export function elapsed(kind: "expired" | "deleted" | "ago", since: number, now: number): TimedText {
  const { unit, count, size } = span(Math.max(0, now - since));
  // The step from hours to days skips the 24-hour border: 47 hours are followed by 2 days.
  return { text: t(`time.${kind}.${unit}`, { count }), changesAt: since + (count + 1) * size };
}
