import type { Account, AppState, Runway, RunwayState, Try } from "../bindings";
import { at, DAY, HOUR, START } from "./accounts";

const ms = (iso: string): number => Date.parse(iso);
const text = (instant: number): string => new Date(instant).toISOString();

/** The pauses between tries (h): they grow to six hours and stay there. */
const pauses = [0.25, 1, 3, 6];
/** A lifetime is overdue when this much of it is left (ms). */
const OVERDUE = 15 * DAY;

function stateOf(account: Account, app: AppState): RunwayState {
  const { status } = account;
  if (status === "removed") return "removed";
  if (status === "revoked" || status === "expired") return "lost";
  if (status === "blocked") return "blocked";
  if (status === "renewing") return "running";
  if (!app.settings.auto_renew) return "off";
  if (app.settings.paused_until !== null) return "paused";
  if (account.renewal_failures > 0) return "failing";
  return status === "unknown" ? "doubtful" : "resting";
}

/** The tries of this lifetime as a core would have made them: `account.renewal_failures` failed ones. */
function triesOf(account: Account): Try[] {
  const began = account.issued_at === null ? START : ms(account.issued_at);
  const first: Try = { at: text(began - 4000), ended_at: text(began), result: "renewed", cause: null };
  const failed = Array.from({ length: account.renewal_failures }, (_, index): Try => {
    const from = Math.max(began + 7 * DAY, START - account.renewal_failures * 5 * DAY);
    const when = from + (index * (START - HOUR - from)) / Math.max(1, account.renewal_failures);
    const kind = (["refused", "no_answer", "unknown"] as const)[index % 3] ?? "refused";
    const cause = { refused: "provider_fault", no_answer: "network", unknown: null } as const;
    return { at: text(when), ended_at: text(when + 2000), result: kind, cause: cause[kind] };
  });
  return [first, ...failed];
}

/** The runway of `account` as the core would work it out. */
export function runwayOf(account: Account, app: AppState): Runway {
  const state = stateOf(account, app);
  const ends = account.expires_at === null ? null : ms(account.expires_at);
  const stands = state === "lost" || state === "removed" || state === "off" || state === "blocked";
  const next = account.next_try_at ?? account.renew_due_at;
  const planned: string[] = [];
  let left = 0;
  if (!stands && next !== null) {
    let when = Math.max(ms(next), START, app.settings.paused_until === null ? 0 : ms(app.settings.paused_until));
    for (let index = 0; ends === null ? index < 40 : when < ends; index += 1) {
      if (planned.length < 40) planned.push(text(when));
      left += 1;
      when += (pauses[Math.min(index, pauses.length - 1)] ?? 6) * HOUR;
    }
  }
  return {
    state,
    began_at: account.issued_at,
    not_before: account.renew_not_before,
    due_at: account.renew_due_at,
    overdue_at: ends === null ? null : text(ends - OVERDUE),
    ends_at: account.expires_at,
    planned,
    tries_left: ends === null ? null : left,
    short: state === "failing" && ends !== null && ends - START < 3 * DAY,
    tries: triesOf(account),
  };
}

/** An account whose renewal is in the state a scene asks for. */
export function onRunway(account: Account, name: string): Account {
  const aged = (days: number): Partial<Account> => ({
    issued_at: at(-days * DAY),
    last_renewed_at: at(-days * DAY),
    renew_not_before: at((1 - days) * DAY),
    renew_due_at: at((7 - days) * DAY),
    expires_at: at((60 - days) * DAY),
  });
  const calm: Account = { ...account, status: "connected", cause: null, diagnosis: null, ...aged(3) };
  switch (name) {
    case "fresh":
      return { ...calm, ...aged(0.2) };
    case "failing":
      return { ...calm, ...aged(30), status: "waiting", renewal_failures: 5, next_try_at: at(2 * HOUR) };
    case "short":
      return { ...calm, ...aged(58.5), status: "renewal_late", renewal_failures: 14, next_try_at: at(HOUR) };
    case "running":
      return { ...calm, status: "renewing", activity: "renewing", ...aged(7) };
    case "lost":
      return { ...calm, status: "revoked", ...aged(20), renew_due_at: null };
    case "blocked":
      return { ...calm, status: "blocked", ...aged(20), renew_due_at: null };
    case "doubtful":
      return { ...calm, status: "unknown", ...aged(12), last_checked_at: at(-4 * DAY) };
    case "endless":
      return { ...calm, expires_at: null };
    default:
      return calm;
  }
}
