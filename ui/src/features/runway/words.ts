import { routed, t, type Voice } from "../../i18n";
import { coming } from "../../i18n/dates";
import type { Runway } from "../../ipc/bindings";
import { byLifetime } from "./drawing";

/** One sentence on where renewal stands. Needs the words of `runway`; `now`: ms since the epoch. */
export function sentence(runway: Runway, now: number, voice: Voice): string {
  const next = runway.planned[0] ?? null;
  const time = next === null ? null : coming(next, now);
  switch (runway.state) {
    case "resting":
      return time === null ? t("runway.restingPlain") : t("runway.resting", { time });
    case "failing":
      return time === null ? t("runway.failingPlain") : t("runway.failing", { count: Math.max(1, failures(runway)), time });
    case "paused":
      return time === null ? t("runway.pausedPlain") : t("runway.paused", { time });
    default:
      return t(routed(`runway.${runway.state}`, voice));
  }
}

/** Tries in a row, up to the last one, that brought nothing. */
function failures(runway: Runway): number {
  const { present } = byLifetime(runway);
  return present.length - 1 - present.findLastIndex(({ result }) => result === "renewed");
}

/** The next instant (ms) at which something on the line lies on the other side of now. */
export function changesAt({ not_before, overdue_at, ends_at, planned }: Runway, now: number): number {
  const instants = [not_before, overdue_at, ends_at, ...planned].map((iso) => (iso === null ? Infinity : Date.parse(iso)));
  return Math.min(...instants.filter((instant) => instant > now), Infinity);
}
