import { t } from "../../i18n";
import { dateTime } from "../../i18n/dates";
import type { Fact } from "../../ipc/bindings";

/** A fact behind a diagnosis as a sentence; null: it came without the date or number it is about. */
export function factSentence({ kind, at, count }: Fact, foundAt: string): string | null {
  switch (kind) {
    case "issued_at":
    case "last_ok_at":
    case "two_factor_step":
      return at === null ? null : t(`why.fact.${kind}`, { moment: dateTime(at) });
    case "ends_at":
      if (at === null) return null;
      return t(Date.parse(at) <= Date.parse(foundAt) ? "why.fact.ended" : "why.fact.wouldEnd", { moment: dateTime(at) });
    case "renewals_failed":
    case "broke_together":
    case "others_work":
    case "lost_before":
      return count === null ? null : t(`why.fact.${kind}`, { count });
  }
}
