import type { Account, Settings } from "../../ipc/bindings";

const DAY = 86_400_000;
/** An access with less than this left (ms) should have been renewed. (Product decisions: overdue at 15 days left.) */
const OVERDUE = 15 * DAY;

/** Why an account is not renewing by plan; the words are `calendar.doubt.<name>`. */
export type Doubt = "lost" | "expired" | "blocked" | "off" | "paused" | "late" | "unplanned" | "overdue" | "data";

/** What is set for renewal. */
export type RenewalSettings = Pick<Settings, "auto_renew" | "paused_until" | "renew_after_days">;

const ms = (iso: string): number => Date.parse(iso);

/**
 * Whether the end of an access is in doubt: it comes, or has come, unless something changes. Null: renewal goes by
 * plan, or no end is known. `now`: ms since the epoch.
 */
export function doubt(account: Account, settings: RenewalSettings, now: number): Doubt | null {
  const { status, expires_at, renew_due_at, data_access_until } = account;
  if (status === "removed") return null;
  if (status === "revoked") return "lost";
  if (status === "expired") return "expired";
  // Access without an end has a clock of its own at Facebook. (Meta platform reference, B3.)
  if (expires_at === null) return data_access_until === null ? null : "data";
  const ends = ms(expires_at);
  if (ends <= now) return "expired";
  if (status === "blocked") return "blocked";
  if (!settings.auto_renew) return "off";
  if (settings.paused_until !== null && ms(settings.paused_until) >= ends) return "paused";
  if (status === "renewing") return null;
  if (status === "renewal_late" || account.renewal_failures > 0) return "late";
  if (renew_due_at === null || ms(renew_due_at) >= ends) return "unplanned";
  return ms(renew_due_at) <= now && ends - now <= OVERDUE ? "overdue" : null;
}

/** When an account with a doubt stands without access (ms): now, if it does already. */
export function doubtfulEnd(account: Account, why: Doubt, now: number): number {
  const end = why === "data" ? account.data_access_until : account.expires_at;
  if (why === "lost" || why === "expired" || end === null) return now;
  return Math.max(now, ms(end));
}
