import { routed, t } from "../../i18n";
import { coming, day, fullDateTime, left } from "../../i18n/dates";
import type { TimedText } from "../../i18n/countdown";
import type { Account, CountdownStyle } from "../../ipc/bindings";
import { looks } from "../../state/status";
import { blockerOf } from "../../state/voice";

/** The second line of the status: why, or when it goes on by itself. Null when all is well. */
export function reason(account: Account, now: number): string | null {
  const { family } = looks[account.status];
  if (account.status === "renewal_late") return t("reason.failures", { count: account.renewal_failures });
  if (account.status === "waiting" && account.next_try_at !== null) {
    return t("reason.nextTry", { time: coming(account.next_try_at, now) });
  }
  if (account.diagnosis === null || (family !== "warn" && family !== "bad")) return null;
  return t(routed(`reason.${account.diagnosis.cause}`, account.route));
}

const never: Omit<TimedText, "text"> = { changesAt: Infinity };

/** What the Access column shows, in the chosen style. */
export function accessText(account: Account, style: CountdownStyle, now: number): TimedText {
  if (account.status === "revoked") return { text: t("time.none"), ...never };
  if (account.expires_at === null) return { text: t(account.endless ? "time.endless" : "time.none"), ...never };
  if (style === "nothing" && account.status !== "expired") return { text: "", ...never };
  if (style === "date" && account.status !== "expired") {
    return { text: t("time.untilDate", { day: day(account.expires_at) }), ...never };
  }
  return left(account.expires_at, now);
}

/** The tooltip of the Access column: the instant in full, and the next renewal. */
export function accessTooltip(account: Account, now: number): string {
  if (account.expires_at === null) return "";
  const ended = Date.parse(account.expires_at) <= now || account.status === "revoked";
  const moment = fullDateTime(account.expires_at);
  if (ended) return account.status === "revoked" ? "" : t("time.endedOn", { moment });
  const valid = t("time.validUntil", { moment });
  if (account.renew_due_at === null) return valid;
  return `${valid} ${t("time.renewal", { moment: day(account.renew_due_at) })}`;
}

/** What a screen reader says for the whole row. (Design brief, section 14.) */
export function rowName(account: Account, now: number): string {
  const name = account.username;
  const status = t(routed(`status.${account.status}`, blockerOf(account)));
  const time = accessText(account, "days_left", now).text;
  const why = reason(account, now);
  return why === null ? t("list.row", { name, status, time }) : t("list.rowReason", { name, status, reason: why, time });
}
