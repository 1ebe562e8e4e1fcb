const HERO = "17841400000000001";
const flows = ["password", "security_setting", "expired", "checkpoint", "app_removed", "permission", "personal", "repeated", "unknown"];
const steps = ["happened", "prepare", "delete", "two_factor", "sign_in", "finish"];
const keys = [
  "passphrase_needed", "keychain_absent", "keychain_locked", "keychain_waiting", "keychain_denied",
  "keychain_write_refused", "key_missing", "key_wrong", "key_damaged", "key_ambiguous",
];
const outcomes = [
  "user_denied", "state_expired", "state_used", "state_unknown", "redirect_malformed", "scope_rejected",
  "instagram_no_business_account", "network_error", "wrong_account", "no_answer", "code_rejected", "redirect_mismatch",
  "wrong_app_id", "invalid_scope", "app_not_allowed", "provider_fault", "port_taken", "browser_failed",
  "key_unavailable", "interrupted", "unknown",
];

/** Every screen and state: a name, the made-up world's parameters, the address, and what is pressed first, if anything, after
 * what was typed (by field). */
export const scenes = [
  ["accounts", "", "#/accounts"],
  ["accounts-well", "scene=well", "#/accounts"],
  ["accounts-few", "scene=few", "#/accounts"],
  ["accounts-long", "scene=long", `#/accounts/${HERO}`],
  ["accounts-500", "n=500", "#/accounts"],
  ["accounts-compact", "scene=compact", "#/accounts"],
  ["welcome", "scene=welcome", "#/accounts"],
  ["detail", "", `#/accounts/${HERO}`],
  ["detail-facts", "scene=facts", `#/accounts/${HERO}`],
  ["detail-well", "scene=well", `#/accounts/${HERO}`, "[data-testid=keep] summary"],
  ["detail-cause-checkpoint", "scene=cause-checkpoint", `#/accounts/${HERO}`, "[data-testid=hand-over-preview] summary"],
  ...["calm", "fresh", "failing", "short", "running", "paused", "off", "blocked", "doubtful", "lost", "endless"].map((state) => [
    `runway-${state}`, `scene=runway-${state}`, `#/accounts/${HERO}/runway`,
  ]),
  ...["never", "resting", "running", "unknown", "waiting", "stopped", "failed", "empty", "lost"].map((state) => [
    `media-${state}`, `scene=media-${state}`, `#/accounts/${HERO}/media`,
  ]),
  ...["few", "long", "open", "none"].map((kind) => [`gap-${kind}`, `scene=gap-${kind}`, `#/accounts/${HERO}/media`, "[data-testid=gap] summary"]),
  ["explain", "", "#/explain"],
  ["explain-one", "", "#/explain", "[data-testid=explain-button]", { "[data-testid=explain-field]": "{\"error\":{\"code\":190}}" }],
  ["explain-four", "", "#/explain", "[data-testid=explain-button]", { "[data-testid=explain-field]": "190\n4\n459\n3" }],
  ["explain-empty", "", "#/explain", "[data-testid=explain-button]"],
  ["calendar", "scene=calendar&n=13", "#/calendar"],
  ["calendar-one", "scene=calendar-one", "#/calendar"],
  ["calendar-300", "scene=calendar&n=300", "#/calendar"],
  ["calendar-day", "scene=calendar&n=300", "#/calendar", "[data-testid=day-2]"],
  ["calendar-none", "scene=welcome", "#/calendar"],
  ["calendar-mixed", "", "#/calendar"],
  ["incident", "scene=incident-accounts", "#/accounts"],
  ["incident-detail", "scene=incident-accounts", `#/accounts/${HERO}`],
  ["incident-app", "scene=incident-app", `#/accounts/${HERO}`],
  ["incident-app-wizard", "scene=incident-app", `#/reconnect/${HERO}`],
  ["history-changes", "", `#/accounts/${HERO}/history`],
  ["ask-notices", "scene=ask-notices", "#/accounts"],
  ["ask-start", "scene=ask-start", "#/accounts"],
  ["provider-resting", "scene=provider-resting", "#/accounts"],
  ["provider-nearly", "scene=provider-nearly", "#/accounts"],
  ["undo", "scene=undo", "#/accounts"],
  ["undo-3", "scene=undo-3", "#/accounts"],
  ["practice", "scene=practice", "#/accounts"],
  ["activity", "", "#/activity"],
  ["deleted", "", "#/deleted"],
  ["deleted-empty", "scene=well", "#/deleted"],
  ...["general", "renewal", "notifications", "app", "privacy", "about"].map((page) => [`settings-${page}`, "", `#/settings/${page}`]),
  ["settings-general-no-tray", "scene=no-tray", "#/settings/general"],
  ["settings-notifications-none", "scene=no-tray", "#/settings/notifications"],
  ["settings-notifications-quiet", "scene=quiet", "#/settings/notifications"],
  ["settings-paused", "scene=paused", "#/settings/renewal"],
  ["add", "", "#/add"],
  ["add-setup", "scene=welcome-setup", "#/add"],
  ...["waiting", "nobrowser", "checking", "stalled", "done", "known", "rejected", "asks"].map((name) => [
    `add-${name}`, `scene=attempt-${name}`, "#/add",
  ]),
  ...outcomes.map((name) => [`outcome-${name}`, `scene=outcome-${name}`, "#/add"]),
  ...["E-NET", "E-RATE", "E-IG-DOWN", "E-APP", "E-DISK", "E-CLOCK"].map((code) => [`banner-${code}`, `scene=banner-${code}`, "#/accounts"]),
  ...keys.map((state) => [`key-${state}`, `scene=key-${state}`, "#/accounts"]),
  ["key-keychain_absent-new", "scene=key-keychain_absent-new", "#/accounts"],
  ...["damaged", "in_use", "no_space", "newer_version", "unreadable"].map((reason) => [`obstacle-${reason}`, `scene=obstacle-${reason}`, "#/accounts"]),
  ...flows.flatMap((flow) =>
    steps
      .filter((step) => !(step === "prepare" && flow === "security_setting"))
      .filter((step) => !(step === "two_factor" && (flow === "personal" || flow === "permission")))
      .map((step) => [`flow-${flow}-${step}`, `scene=flow-${flow}-${step}`, `#/reconnect/${HERO}`]),
  ),
  ...["known", "hand-over"].map((part) => [`wizard-${part}`, "scene=flow-repeated-happened", `#/reconnect/${HERO}`, `[data-testid=${part}] summary`]),
  ["passing", "scene=cause-rate_limited", `#/reconnect/${HERO}`],
  ["passing-owner", "scene=cause-app_not_allowed", `#/reconnect/${HERO}`],
  ["gone", "", "#/reconnect/nobody"],
  ...["wrong", "personal", "known", "scopes"].map((kind) => [`return-${kind}`, `scene=return-${kind}`, `#/reconnect/${HERO}`]),
  ["receipt-lost", "scene=flow-password-finish-lost", `#/reconnect/${HERO}`, "[data-testid=receipt-details] summary"],
  ["manifest", "scene=flow-password-delete", `#/reconnect/${HERO}`, "[data-testid=manifest-details] summary"],
  ["erase", "", "#/deleted", "[data-testid=erase-17841400000000024]"],
  ["remains", "", "#/deleted/17841400000000024"],
  ["drill", "scene=practice", "#/accounts", "[data-testid=practice-controls]"],
  ["drill-running", "scene=practice-drill-checkpoint", "#/accounts", "[data-testid=practice-controls]"],
  ["drill-mended", "scene=practice-drill-expired-mended", "#/accounts", "[data-testid=practice-controls]"],
  ["lane", "scene=lane-2", "#/reconnect?queue="],
  ["lane-accounts", "scene=lane-2", "#/accounts"],
  ["lane-end", "scene=lane-6", "#/reconnect?queue="],
  ["queue", "", `#/reconnect?queue=${HERO},17841400000000002,17841400000000003`],
];
