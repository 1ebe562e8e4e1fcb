use super::*;

/// The product's table, word for word.
const TABLE: [(&str, &str, &str, Verdict); 28] = [
    ("expired", "account", "reconnect", Verdict::Lost),
    (
        "password_or_security_change",
        "account",
        "reconnect",
        Verdict::Lost,
    ),
    ("app_removed", "account", "reconnect", Verdict::Lost),
    ("logged_out", "account", "reconnect", Verdict::Lost),
    ("unused_too_long", "account", "reconnect", Verdict::Lost),
    ("access_ended", "account", "reconnect", Verdict::Lost),
    ("token_damaged", "account", "reconnect", Verdict::Lost),
    ("checkpoint", "account", "act_then_check", Verdict::Blocked),
    (
        "unconfirmed",
        "account",
        "act_then_reconnect",
        Verdict::Blocked,
    ),
    (
        "account_restricted",
        "account",
        "act_then_check",
        Verdict::Blocked,
    ),
    ("action_blocked", "account", "wait", Verdict::Wait),
    (
        "permission_missing",
        "account",
        "reconnect",
        Verdict::Limited,
    ),
    (
        "role_lost",
        "account",
        "act_then_reconnect",
        Verdict::Blocked,
    ),
    (
        "page_missing",
        "account",
        "act_then_reconnect",
        Verdict::Blocked,
    ),
    (
        "not_professional",
        "account",
        "act_then_reconnect",
        Verdict::Blocked,
    ),
    ("app_not_allowed", "account", "app_owner", Verdict::Wait),
    ("app_problem", "app", "app_owner", Verdict::Wait),
    ("rate_limited", "provider", "wait", Verdict::Wait),
    ("provider_fault", "provider", "wait", Verdict::Wait),
    ("network", "network", "wait", Verdict::Wait),
    (
        "object_missing",
        "request",
        "check_account",
        Verdict::Elsewhere,
    ),
    (
        "request_fault",
        "request",
        "fix_request",
        Verdict::Elsewhere,
    ),
    (
        "already_long_lived",
        "request",
        "keep_token",
        Verdict::Elsewhere,
    ),
    (
        "code_rejected",
        "attempt",
        "start_again",
        Verdict::Elsewhere,
    ),
    (
        "redirect_mismatch",
        "settings",
        "fix_settings",
        Verdict::Elsewhere,
    ),
    (
        "wrong_app_id",
        "settings",
        "fix_settings",
        Verdict::Elsewhere,
    ),
    (
        "invalid_scope",
        "settings",
        "fix_settings",
        Verdict::Elsewhere,
    ),
    (
        "unknown",
        "unknown",
        "retry_then_reconnect",
        Verdict::Undecided,
    ),
];

#[test]
fn causes_are_those_of_the_product() {
    let ours: Vec<_> = Cause::ALL
        .iter()
        .map(|cause| {
            (
                cause.code(),
                cause.affects().code(),
                cause.remedy().code(),
                cause.verdict(),
            )
        })
        .collect();
    assert_eq!(ours, TABLE);
}

#[test]
fn identifiers_read_back() {
    for &cause in Cause::ALL {
        assert_eq!(Cause::from_code(cause.code()), Some(cause));
    }
    for &affects in Affects::ALL {
        assert_eq!(Affects::from_code(affects.code()), Some(affects));
    }
    for &remedy in Remedy::ALL {
        assert_eq!(Remedy::from_code(remedy.code()), Some(remedy));
    }
    for &certainty in Certainty::ALL {
        assert_eq!(Certainty::from_code(certainty.code()), Some(certainty));
    }
    assert_eq!(Cause::from_code("Expired"), None, "identifiers are exact");
}
