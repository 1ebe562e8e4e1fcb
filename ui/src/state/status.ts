import type { IconName } from "../components/icons";
import type { Account, Cause, Status } from "../ipc/bindings";

export type Family = "ok" | "info" | "warn" | "bad" | "idle";
/** What the button of a row does; the words are `action.<name>`. */
export type RowAction = "tryNow" | "renewNow" | "fixAccess" | "reconnect" | "seeWhatToDo" | "checkNow" | "addAgain";

interface Look {
  icon: IconName;
  family: Family;
  action: RowAction | null;
}

/** Design brief, section 4; the order is that of severity. */
export const looks: Record<Status, Look> = {
  blocked: { icon: "octagon-alert", family: "bad", action: "seeWhatToDo" },
  revoked: { icon: "unplug", family: "bad", action: "reconnect" },
  expired: { icon: "timer-off", family: "bad", action: "reconnect" },
  limited: { icon: "shield-alert", family: "warn", action: "fixAccess" },
  renewal_late: { icon: "clock-alert", family: "warn", action: "renewNow" },
  waiting: { icon: "hourglass", family: "idle", action: "tryNow" },
  unknown: { icon: "circle-dashed", family: "idle", action: "checkNow" },
  renewing: { icon: "refresh-cw", family: "info", action: null },
  connected: { icon: "circle-check", family: "ok", action: null },
  removed: { icon: "archive", family: "idle", action: "addAgain" },
};

export const severity = Object.fromEntries(Object.keys(looks).map((status, rank) => [status, rank])) as Record<
  Status,
  number
>;

/** Whether a person has to do something about it. */
export function needsPerson(status: Status): boolean {
  const { family } = looks[status];
  return family === "bad" || family === "warn";
}

const mending: (RowAction | null)[] = ["reconnect", "fixAccess", "seeWhatToDo"];

/** Whether the wizard is the way to mend it. */
export function isFixable(account: Account): boolean {
  return mending.includes(looks[account.status].action);
}

/**
 * What the button of a row does. `held`: Instagram refuses the app as a whole, and no account is to be signed in
 * again for that.
 */
export function rowAction(account: Account, held: boolean): RowAction | null {
  const { action } = looks[account.status];
  return held && mending.includes(action) ? "tryNow" : action;
}

/** Causes that no reconnecting mends (design brief 7.11): the wizard page explains and waits. */
const passing: Record<Cause, boolean> = {
  expired: false,
  password_or_security_change: false,
  app_removed: false,
  logged_out: false,
  unused_too_long: false,
  access_ended: false,
  token_damaged: false,
  checkpoint: false,
  unconfirmed: false,
  account_restricted: false,
  action_blocked: true,
  permission_missing: false,
  role_lost: false,
  page_missing: false,
  not_professional: false,
  app_not_allowed: true,
  app_problem: true,
  rate_limited: true,
  provider_fault: true,
  network: true,
  object_missing: true,
  request_fault: true,
  already_long_lived: true,
  code_rejected: true,
  redirect_mismatch: true,
  wrong_app_id: true,
  invalid_scope: true,
  unknown: false,
};

/** The cause for which `account` needs no reconnecting, if that is how it is. */
export function passingCause(account: Account): Cause | null {
  const cause = account.diagnosis?.cause;
  return cause !== undefined && passing[cause] ? cause : null;
}
