import { countdown, elapsed, type TimedText } from "./countdown";
import { region, t } from "./index";
import { zone } from "./zone.svelte";

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are made once each for a zone: making one costs more than using it a thousand times. */
export function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const timeZone = zone.name;
  const key = `${timeZone} ${name}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(region, { ...options, timeZone });
    formats.set(key, made);
  }
  return made;
}

const ms = (iso: string): number => Date.parse(iso);

/** "14 March 2027" */
export function day(iso: string): string {
  return format("day", { dateStyle: "long" }).format(ms(iso));
}

/** "14 Mar"; `instant` in ms since the epoch. */
export function dayMonth(instant: number): string {
  return format("dayMonth-short", { day: "numeric", month: "short" }).format(instant);
}

/** "14"; `instant` in ms since the epoch. */
export function dayOfMonth(instant: number): string {
  return format("dayOfMonth", { day: "numeric" }).format(instant);
}

/** "Sunday" or "Sun"; `instant` in ms since the epoch. */
export function weekday(instant: number, style: "long" | "short"): string {
  return format(`weekday-${style}`, { weekday: style }).format(instant);
}

/** "Sunday 14 March"; `instant` in ms since the epoch. */
export function weekdayDay(instant: number): string {
  return format("weekdayDay", { weekday: "long", day: "numeric", month: "long" }).format(instant);
}

/** "14:05" */
export function clockTime(iso: string): string {
  return format("time", { hour: "2-digit", minute: "2-digit" }).format(ms(iso));
}

/** "14 March 2027, 09:12" */
export function dateTime(iso: string): string {
  return t("time.at", { day: day(iso), time: clockTime(iso) });
}

/** "Sunday, 14 March 2027, 09:12 (Central European Standard Time)": for tooltips. */
export function fullDateTime(iso: string): string {
  return t("time.full", { weekday: weekday(ms(iso), "long"), day: day(iso), time: clockTime(iso), zone: zoneName(iso) });
}

function zoneName(iso: string): string {
  const part = (style: "long" | "shortOffset"): string =>
    format(`zone-${style}`, { timeZoneName: style })
      .formatToParts(ms(iso))
      .find((piece) => piece.type === "timeZoneName")?.value ?? "";
  const [name, offset] = [part("long"), part("shortOffset").replace("GMT", "UTC")];
  return name === offset ? name : t("time.zone", { name, offset });
}

/** "2027-03-14 08:12 UTC": the second line in details. */
export function utc(iso: string): string {
  return t("time.utc", { instant: iso.slice(0, 16).replace("T", " ") });
}

/** A coming instant: "today, 14:20", "tomorrow, 09:00", "12 February, 09:00"; in tables "12 Feb, 09:00". */
export function coming(iso: string, now: number, month: "long" | "short" = "long"): string {
  const days = daysBetween(now, ms(iso));
  if (days === 0) return t("time.today", { time: clockTime(iso) });
  if (days === 1) return t("time.tomorrow", { time: clockTime(iso) });
  return t("time.at", { day: format(`dayMonth-${month}`, { day: "numeric", month }).format(ms(iso)), time: clockTime(iso) });
}

/** "Today", "Yesterday" or the date: headings of the journal. */
export function dayHeading(iso: string, now: number): string {
  const days = daysBetween(ms(iso), now);
  if (days === 0) return t("time.dayToday");
  if (days === 1) return t("time.dayYesterday");
  return day(iso);
}

/** "5 minutes ago". */
export function ago(iso: string, now: number): TimedText {
  return elapsed("ago", ms(iso), now);
}

/** "52 days left" or "Expired 3 days ago". */
export function left(iso: string, now: number): TimedText {
  return countdown(ms(iso), now);
}

/** Calendar days from `a` to `b` in the system's zone; midnights are compared, not spans of 24 hours. */
function daysBetween(a: number, b: number): number {
  const midnight = (at: number): number => {
    const date = new Date(at);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  };
  return Math.round((midnight(b) - midnight(a)) / 86_400_000);
}
