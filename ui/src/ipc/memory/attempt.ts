import type { Account, AppState, Attempt, Mark, Outcome } from "../bindings";
import type { Connecting } from "../commands";
import { at, HOUR } from "./accounts";

const marks = (mark: Mark): Pick<Attempt, "signed_in" | "right_account" | "permissions" | "first_data"> => ({
  signed_in: mark,
  right_account: mark,
  permissions: mark,
  first_data: mark,
});

export function attempt(expected: Account | null, more: Partial<Attempt> = {}): Attempt {
  return {
    id: "attempt-1",
    route: "instagram",
    app: "instagram:1234567890123456",
    door: "bounce",
    redirect_address: "https://example.org/relink/",
    asked: ["instagram_business_basic", "instagram_business_content_publish", "instagram_business_manage_insights"],
    expected_id: expected?.id ?? null,
    expected_username: expected?.username ?? null,
    phase: "waiting",
    opened_at: at(0),
    expires_at: at(HOUR / 6),
    browser_opened: true,
    ...marks("pending"),
    outcome: null,
    evidence: null,
    last_rejection: null,
    returned: null,
    pages: [],
    unanswered: [],
    unreadable_pages: 0,
    missing_scopes: [],
    account_id: null,
    was_known: false,
    next_try_at: null,
    ...more,
  };
}

/** What is always asked for, by route, in the order of the core. */
const needed = {
  instagram: ["instagram_business_basic"],
  facebook: ["instagram_basic", "pages_show_list", "pages_read_engagement"],
};
const optional = {
  instagram: ["instagram_business_content_publish", "instagram_business_manage_insights"],
  facebook: ["business_management", "instagram_content_publish", "instagram_manage_insights"],
};

/** An attempt as it was asked for. */
export function begun({ route, ...wanted }: Connecting, expected: Account | null, app: AppState): Attempt {
  const id = wanted.app ?? expected?.app;
  const used = app.credentials.find((it) => it.id === id) ?? app.credentials.find((it) => it.route === route);
  const door = app.doors.direct ? "direct" : (wanted.door ?? used?.door ?? "bounce");
  const fixed = door === "certificate" || door === "localhost" ? app.doors[door] : null;
  return attempt(expected, {
    route,
    app: used?.id ?? `${route}:1234567890123456`,
    door,
    redirect_address: fixed ?? used?.redirect_address ?? app.doors.registered,
    asked: [...needed[route], ...(wanted.permissions ?? optional[route])],
  });
}

export const checking = (expected: Account | null): Attempt =>
  attempt(expected, { phase: "checking", signed_in: "done", right_account: "running" });

export const stalled = (expected: Account | null): Attempt =>
  attempt(expected, { phase: "checking", signed_in: "running", outcome: "network_error", next_try_at: at(60_000) });

export const done = (account: Account, known: boolean): Attempt =>
  attempt(known ? account : null, {
    phase: "done",
    ...marks("done"),
    account_id: account.id,
    was_known: known,
    returned: { id: account.id, username: account.username, name: account.name, account_type: account.account_type },
  });

/** An attempt that ended with `outcome`. */
export function ended(outcome: Outcome, expected: Account | null): Attempt {
  if (outcome === "wrong_account") {
    return attempt(expected, {
      phase: "choice",
      outcome,
      signed_in: "done",
      right_account: "failed",
      returned: { id: "17841499999999999", username: "private_account", name: "Kim", account_type: "creator" },
    });
  }
  if (outcome === "scope_rejected") {
    return attempt(expected, {
      phase: "choice",
      outcome,
      signed_in: "done",
      right_account: "done",
      permissions: "failed",
      missing_scopes: ["instagram_business_content_publish", "instagram_business_manage_comments"],
    });
  }
  return attempt(expected, {
    phase: "failed",
    outcome,
    signed_in: "failed",
    evidence: {
      http_status: 400,
      code: 100,
      subcode: 36009,
      error_type: "OAuthException",
      message: null,
      trace_id: "AbCdEf",
    },
  });
}
