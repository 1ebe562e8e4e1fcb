import { t } from "../../i18n";
import { dateTime } from "../../i18n/dates";
import type { Account, Fact } from "../../ipc/bindings";
import { looks } from "../../state/status";

/** Whether the access is gone or kept from working: what it was is told as over. */
export const isOver = ({ status }: Pick<Account, "status">): boolean => status === "removed" || looks[status].family === "bad";

/** A fact behind a diagnosis as a sentence; null: it came without the date or number it is about. */
export function factSentence({ kind, at, count }: Fact, foundAt: string, over: boolean): string | null {
  switch (kind) {
    case "issued_at":
      return at === null ? null : t(over ? "why.fact.issued_at" : "why.fact.valid_since", { moment: dateTime(at) });
    case "last_ok_at":
    case "two_factor_step":
      return at === null ? null : t(`why.fact.${kind}`, { moment: dateTime(at) });
    case "ends_at":
      if (at === null) return null;
      if (Date.parse(at) <= Date.parse(foundAt)) return t("why.fact.ended", { moment: dateTime(at) });
      return t(over ? "why.fact.wouldEnd" : "why.fact.valid_until", { moment: dateTime(at) });
    case "renewals_failed":
    case "broke_together":
    case "others_work":
    case "lost_before":
      return count === null ? null : t(`why.fact.${kind}`, { count });
  }
}
