import { list, t } from "../../i18n";
import { dateTime } from "../../i18n/dates";
import type { Gap, MediaItem, MediaKind } from "../../ipc/bindings";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const kinds: MediaKind[] = ["image", "video", "carousel", "unknown"];

/** How long access was gone, in one unit, rounded down; days from 48 hours on. */
export function lasted({ from, until }: Pick<Gap, "from" | "until">): string {
  const ms = Math.max(0, Date.parse(until) - Date.parse(from));
  if (ms >= 2 * DAY) return t("gap.days", { count: Math.floor(ms / DAY) });
  if (ms >= HOUR) return t("gap.hours", { count: Math.floor(ms / HOUR) });
  return t("gap.minutes", { count: Math.floor(ms / MINUTE) });
}

/** "3 photos and 1 video": what was fetched, by kind. */
export function counts(items: MediaItem[]): string {
  const shown = kinds.flatMap((kind) => {
    const count = items.filter((item) => item.kind === kind).length;
    return count === 0 ? [] : [t(`gap.kind.${kind}`, { count })];
  });
  return t("gap.counts", { kinds: list(shown) });
}

/** "2 March 2026, 10:00: Photo, Spring sale". */
export function line({ posted_at, kind, caption }: MediaItem): string {
  return t("gap.item", {
    moment: posted_at === null ? t("media.undated") : dateTime(posted_at),
    kind: t(`media.kind.${kind}`),
    words: caption.replace(/\s+/g, " ").trim() || t("gap.wordless"),
  });
}

/** What was fetched, in a sentence. */
export function fetched({ items, complete }: Pick<Gap, "items" | "complete">): string {
  if (items.length > 0) return t("gap.fetched", { count: items.length });
  return t(complete ? "gap.none" : "gap.noneYet");
}

/** The whole receipt as text, ready to be sent. */
export function gapText(gap: Gap, name: string): string {
  const say = (term: string, value: string): string => t("gap.line", { term, value });
  return [
    t("gap.title", { name }),
    [say(t("gap.from"), dateTime(gap.from)), say(t("gap.until"), dateTime(gap.until)), say(t("gap.lasted"), lasted(gap))].join("\n"),
    ...(gap.complete ? [] : [t("gap.incomplete")]),
    gap.items.length === 0
      ? fetched(gap)
      : [say(fetched(gap), counts(gap.items)), ...gap.items.map((item) => `– ${line(item)}`)].join("\n"),
    say(t("gap.gone"), t(gap.stories_lost ? "gap.stories" : "gap.nothingGone")),
  ].join("\n\n");
}
