import { t } from "../../i18n";
import { dateTime } from "../../i18n/dates";
import type { Fact } from "../../ipc/bindings";

/**
 * A fact behind a diagnosis as a sentence; null: it came without the date or number it is about. `broken`: the access
 * is gone, and what it was is told as over.
 */
export function factSentence({ kind, at, count }: Fact, foundAt: string, broken = true): string | null {
  switch (kind) {
    case "issued_at":
      return at === null ? null : t(broken ? "why.fact.issued_at" : "why.fact.valid_since", { moment: dateTime(at) });
    case "last_ok_at":
    case "two_factor_step":
      return at === null ? null : t(`why.fact.${kind}`, { moment: dateTime(at) });
    case "ends_at":
      if (at === null) return null;
      if (Date.parse(at) <= Date.parse(foundAt)) return t("why.fact.ended", { moment: dateTime(at) });
      return t(broken ? "why.fact.wouldEnd" : "why.fact.valid_until", { moment: dateTime(at) });
    case "renewals_failed":
    case "broke_together":
    case "others_work":
    case "lost_before":
      return count === null ? null : t(`why.fact.${kind}`, { count });
  }
}
