import type { Account, Affects, Cause, Certainty, Diagnosis, Remedy, Status } from "../bindings";
import { adviceOf, everyAdvice, factsOf, neverSynced, possibleOf } from "./keeping";

/** The instant at which the made-up world begins. */
export const START = Date.parse("2026-11-23T09:00:00.000Z");
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** An instant `ms` away from the start, as the core writes instants. */
export const at = (ms: number): string => new Date(START + ms).toISOString();

const remedies: Partial<Record<Cause, Remedy>> = {
  checkpoint: "act_then_check",
  unconfirmed: "act_then_reconnect",
  account_restricted: "act_then_check",
  action_blocked: "wait",
  role_lost: "act_then_reconnect",
  page_missing: "act_then_reconnect",
  not_professional: "act_then_reconnect",
  app_not_allowed: "app_owner",
  app_problem: "app_owner",
  rate_limited: "wait",
  provider_fault: "wait",
  network: "wait",
  object_missing: "check_account",
  request_fault: "fix_request",
  already_long_lived: "keep_token",
  code_rejected: "start_again",
  redirect_mismatch: "fix_settings",
  wrong_app_id: "fix_settings",
  invalid_scope: "fix_settings",
  unknown: "retry_then_reconnect",
};

/** Which status an account with a cause has. */
export const statusOf: Record<Cause, Status> = {
  expired: "expired",
  password_or_security_change: "revoked",
  app_removed: "revoked",
  logged_out: "revoked",
  unused_too_long: "revoked",
  access_ended: "revoked",
  token_damaged: "revoked",
  checkpoint: "blocked",
  unconfirmed: "blocked",
  account_restricted: "blocked",
  action_blocked: "waiting",
  permission_missing: "limited",
  role_lost: "revoked",
  page_missing: "revoked",
  not_professional: "revoked",
  app_not_allowed: "waiting",
  app_problem: "waiting",
  rate_limited: "waiting",
  provider_fault: "waiting",
  network: "waiting",
  object_missing: "waiting",
  request_fault: "waiting",
  already_long_lived: "waiting",
  code_rejected: "waiting",
  redirect_mismatch: "waiting",
  wrong_app_id: "waiting",
  invalid_scope: "waiting",
  unknown: "revoked",
};

export function diagnose(cause: Cause, certainty: Certainty = "proved"): Diagnosis {
  const affects: Affects = remedies[cause] === "app_owner" ? "app" : remedies[cause] === "wait" ? "provider" : "account";
  return {
    cause,
    certainty,
    affects,
    remedy: remedies[cause] ?? "reconnect",
    found_at: at(-2 * HOUR),
    permission: cause === "permission_missing" ? "instagram_business_content_publish" : null,
    evidence: {
      http_status: 400,
      code: 190,
      subcode: 460,
      error_type: "OAuthException",
      message: "Error validating access token",
      trace_id: "AbCdEfGhIjKlMnOpQrStUv",
    },
  };
}

const scopes = [
  "instagram_business_basic",
  "instagram_business_content_publish",
  "instagram_business_manage_comments",
  "instagram_business_manage_messages",
];

export function account(number: number, username: string, more: Partial<Account> = {}): Account {
  return {
    id: String(17841400000000000n + BigInt(number)),
    username,
    name: null,
    account_type: number % 3 === 0 ? "creator" : "business",
    route: "instagram",
    app: "instagram:1234567890123456",
    page: null,
    status: "connected",
    cause: null,
    diagnosis: null,
    facts: [],
    possible: [],
    advice: everyAdvice,
    ticked: number % 3 === 0 ? ["two_factor"] : [],
    activity: null,
    connected_at: at(-200 * DAY),
    issued_at: at(-(number % 7) * DAY - 3 * HOUR),
    expires_at: at((60 - (number % 7)) * DAY - 3 * HOUR),
    endless: false,
    data_access_until: null,
    shares_grant_with: [],
    renew_due_at: at((7 - (number % 7)) * DAY - 3 * HOUR),
    last_renewed_at: at(-(number % 7) * DAY - 3 * HOUR),
    renewal_failures: 0,
    last_checked_at: at(-(number % 50) * 60_000),
    last_ok_at: at(-(number % 50) * 60_000),
    next_try_at: null,
    permissions: scopes.map((scope) => ({ scope, granted: true, declined: false })),
    label: ["North agency", "Café client", ""][number % 3] ?? "",
    notes: "",
    login: "",
    sync: neverSynced,
    two_factor: number % 2 === 0 ? { answer: "on", at: at(-200 * DAY) } : null,
    removed_at: null,
    removed_there: null,
    kept: { history: 40 + number, media: 0, has_notes: number % 4 === 0 },
    wizard: null,
    renew_not_before: at((1 - (number % 7)) * DAY - 3 * HOUR),
    incident_id: null,
    next_check_at: at(HOUR - (number % 50) * 60_000),
    ...more,
  };
}

/** An account that has `cause`, in the status that belongs to it. */
export function troubled(number: number, username: string, cause: Cause, certainty: Certainty = "proved"): Account {
  const status = statusOf[cause];
  const made = account(number, username, { status, diagnosis: diagnose(cause, certainty), renew_due_at: null });
  Object.assign(made, { facts: factsOf(made), possible: possibleOf(made), advice: adviceOf(made) });
  if (status === "expired") made.expires_at = at(-3 * DAY - HOUR);
  if (status === "waiting") made.next_try_at = at(20 * 60_000);
  if (status === "limited") {
    made.permissions = made.permissions.map((it) => ({ ...it, granted: !it.scope.endsWith("publish") }));
  }
  return made;
}

/** Two dozen accounts, every status among them. */
export function everyStatus(): Account[] {
  return [
    troubled(1, "shop_north", "password_or_security_change"),
    troubled(2, "shop_south", "permission_missing"),
    troubled(3, "bakery.lindenhof", "checkpoint"),
    troubled(4, "old_harbour_hotel", "expired"),
    troubled(5, "studio.k", "app_removed"),
    troubled(6, "garden_works", "access_ended", "unknown"),
    account(7, "atelier_montmartre_paris_officiel", {
      status: "renewal_late",
      renewal_failures: 4,
      expires_at: at(9 * DAY + 3 * HOUR),
      diagnosis: diagnose("provider_fault", "likely"),
      next_try_at: at(HOUR),
    }),
    troubled(8, "wine.and.more", "rate_limited"),
    account(9, "northern_lights_tours", { status: "unknown", last_checked_at: at(-4 * DAY), last_ok_at: at(-4 * DAY) }),
    account(10, "cycle_lab", { status: "renewing", activity: "renewing" }),
    account(11, "blumen_meier", { activity: "checking" }),
    account(12, "hotel_seeblick", { expires_at: at(31 * HOUR + 60_000), name: "Hotel Seeblick am Wörthersee" }),
    ...["cafe_central", "tea_house", "run_club", "paper_shop", "lumen.design", "kite_school", "the_dry_cleaner", "city_museum", "fit_factory", "pottery_barn_oslo", "record_store"].map(
      (name, index) => account(13 + index, name),
    ),
    account(24, "closed_shop", {
      status: "removed",
      removed_at: at(-5 * DAY),
      removed_there: false,
      expires_at: null,
      renew_due_at: null,
      notes: "Ask in spring.",
    }),
  ];
}

/** `count` accounts, three of them broken. */
export function many(count: number): Account[] {
  const made = Array.from({ length: count }, (_, index) => account(100 + index, `client_${String(index).padStart(5, "0")}`));
  [7, 250, count - 1].forEach((place, index) => {
    const causes: Cause[] = ["password_or_security_change", "checkpoint", "expired"];
    const it = made[place];
    if (it) made[place] = troubled(100 + place, it.username, causes[index] ?? "unknown");
  });
  return made;
}
