use super::*;
use crate::refusal::{ApiError, Envelope, Interference, Refusal, Unreachable, quoted};

mod apps_and_pages;

fn now() -> Timestamp {
    Timestamp::from_timestamp(1_790_000_000, 0).expect("a moment")
}

fn graph(code: i64, subcode: Option<i64>, message: &str) -> ApiError {
    ApiError {
        http_status: Some(400),
        code: Some(code),
        subcode,
        error_type: Some("OAuthException".into()),
        message: Some(quoted(message)),
        ..ApiError::new(Envelope::Graph)
    }
}

fn judged(error: ApiError, context: &Context) -> Diagnosis {
    diagnose(&Refusal::Denied(Box::new(error)), context, now())
}

fn plain(code: i64, subcode: Option<i64>, message: &str) -> Diagnosis {
    judged(graph(code, subcode, message), &Context::unknown())
}

#[test]
fn subcodes_of_190_and_102_decide_in_any_language() {
    let table = [
        (458, Cause::AppRemoved, Certainty::Proved),
        (459, Cause::Checkpoint, Certainty::Proved),
        (460, Cause::PasswordOrSecurityChange, Certainty::Proved),
        (452, Cause::PasswordOrSecurityChange, Certainty::Likely),
        (463, Cause::Expired, Certainty::Proved),
        (464, Cause::Unconfirmed, Certainty::Proved),
        (466, Cause::AccessEnded, Certainty::Unknown),
        (467, Cause::LoggedOut, Certainty::Proved),
        (468, Cause::UnusedTooLong, Certainty::Proved),
        (490, Cause::Checkpoint, Certainty::Proved),
        (492, Cause::RoleLost, Certainty::Proved),
        (9_999_999, Cause::AccessEnded, Certainty::Unknown),
    ];
    for code in [190, 102] {
        for (subcode, cause, certainty) in table {
            let found = plain(
                code,
                Some(subcode),
                "Fehler beim Prüfen des Zugriffsschlüssels",
            );
            assert_eq!(
                (found.cause, found.certainty),
                (cause, certainty),
                "{code}/{subcode}"
            );
        }
    }
}

#[test]
fn a_passing_failure_is_never_a_loss() {
    let losing = [
        (190, Some(463)),
        (190, None),
        (102, None),
        (190, Some(460)),
        (452, None),
        (100, Some(33)),
    ];
    for step in [Step::Profile, Step::Renew, Step::Unknown] {
        for (code, subcode) in losing {
            for passing in [
                ApiError {
                    http_status: Some(500),
                    ..graph(code, subcode, "")
                },
                ApiError {
                    http_status: Some(503),
                    ..graph(code, subcode, "")
                },
                ApiError {
                    http_status: Some(429),
                    ..graph(code, subcode, "")
                },
                ApiError {
                    is_transient: true,
                    ..graph(code, subcode, "")
                },
            ] {
                let found = judged(passing, &Context::at(step));
                assert!(
                    found.is_transient() && !found.is_lost(),
                    "{code} at {step:?}: {:?}",
                    found.cause
                );
            }
        }
    }
    for code in [1, 2, -1, -2, 4, 17, 32, 341, 613, 80_001, 80_002] {
        let found = plain(
            code,
            None,
            "Error validating access token: Session has expired",
        );
        assert!(
            found.is_transient() && !found.is_lost(),
            "{code}: {:?}",
            found.cause
        );
    }
    let found = plain(
        190,
        None,
        "An unexpected error has occurred. Please retry your request later.",
    );
    assert_eq!(
        found.cause,
        Cause::ProviderFault,
        "words may lift a suspicion, never raise one"
    );
}

#[test]
fn no_answer_and_foreign_answers_concern_the_way_not_the_account() {
    use Interference::{Empty, Malformed, NotJson, Redirect, TooDeep, TooLarge, WrongContentType};
    for how in [
        Unreachable::Offline,
        Unreachable::Dns,
        Unreachable::Connect,
        Unreachable::Tls,
        Unreachable::Timeout,
        Unreachable::Cut,
    ] {
        let found = diagnose(
            &Refusal::Unreachable(how),
            &Context::at(Step::Profile),
            now(),
        );
        assert_eq!((found.cause, found.evidence), (Cause::Network, None));
    }
    for how in [
        Redirect,
        Empty,
        NotJson,
        WrongContentType,
        TooLarge,
        TooDeep,
        Malformed,
    ] {
        for (http_status, cause) in [
            (Some(200), Cause::Network),
            (Some(302), Cause::Network),
            (Some(400), Cause::Network),
            (Some(401), Cause::Network),
            (Some(511), Cause::Network),
            (None, Cause::Network),
            (Some(429), Cause::RateLimited),
            (Some(500), Cause::ProviderFault),
            (Some(504), Cause::ProviderFault),
        ] {
            let refusal = Refusal::Interfered {
                how,
                http_status,
                retry_after: None,
            };
            let found = diagnose(&refusal, &Context::at(Step::Profile), now());
            assert_eq!(found.cause, cause, "{how:?} {http_status:?}");
            assert!(found.is_transient());
        }
    }
}

#[test]
fn a_text_alone_explains_and_never_decides_a_loss() {
    for message in [
        "Error validating access token: Session has expired on Thursday, 05-Nov-26 15:00:00 PST.",
        "The user changed the password",
        "login_required",
        "The access token could not be decrypted",
    ] {
        let error = ApiError {
            message: Some(message.into()),
            ..ApiError::new(Envelope::Graph)
        };
        let found = judged(error, &Context::at(Step::Profile));
        assert_eq!(found.certainty, Certainty::Likely, "{message}");
        assert!(
            !found.is_lost() && !found.is_transient(),
            "{message}: {:?}",
            found.cause
        );
        let unlisted = plain(77_777, None, message);
        assert_eq!(
            unlisted.cause,
            Cause::Unknown,
            "a code we do not know is not made a loss by its words"
        );
    }
}

#[test]
fn our_own_clock_names_an_end_that_the_answer_leaves_open() {
    let ended = Context {
        expires_at: Some(now()),
        ..Context::at(Step::Profile)
    };
    let found = judged(graph(190, None, "Invalid OAuth access token."), &ended);
    assert_eq!(
        (found.cause, found.certainty),
        (Cause::Expired, Certainty::Likely)
    );
    assert!(found.is_lost() && !found.names_its_cause());
    let removed = judged(graph(190, Some(458), ""), &ended);
    assert_eq!(
        removed.cause,
        Cause::AppRemoved,
        "a subcode outranks the clock"
    );
    assert!(Diagnosis::expired_by_the_clock(now()).is_lost());
}

#[test]
fn renewing_a_token_of_this_day_proves_nothing() {
    let young = Context {
        issued_at: Some(now() - chrono::Duration::hours(3)),
        ..Context::at(Step::Renew)
    };
    assert_eq!(
        judged(graph(190, None, "Invalid"), &young).cause,
        Cause::Unknown
    );
    let old = Context {
        issued_at: Some(now() - chrono::Duration::hours(25)),
        ..young
    };
    assert_eq!(
        judged(graph(190, None, "Invalid"), &old).cause,
        Cause::AccessEnded
    );
    assert_eq!(
        judged(graph(190, Some(463), ""), &young).cause,
        Cause::Expired,
        "a named cause stands"
    );
}

#[test]
fn the_session_key_is_a_matter_of_the_step() {
    for (code, subcode) in [(452, None), (190, Some(4_279_019))] {
        for (step, cause) in [
            (Step::Exchange, Cause::AlreadyLongLived),
            (Step::Unknown, Cause::AlreadyLongLived),
            (Step::Renew, Cause::AlreadyLongLived),
            (Step::Profile, Cause::AccessEnded),
        ] {
            let found = judged(
                graph(code, subcode, "Session key invalid"),
                &Context::at(step),
            );
            assert_eq!(found.cause, cause, "{code} at {step:?}");
        }
    }
}

#[test]
fn permissions_are_named() {
    let named = |code, message| plain(code, None, message).permission;
    assert_eq!(
        named(
            283,
            "(#283) Requires pages_read_engagement permission to manage the object"
        ),
        Some("pages_read_engagement".into())
    );
    assert_eq!(
        named(
            200,
            "Requires either instagram_business_content_publish or pages_show_list, user_id 17841400000000001"
        ),
        Some("instagram_business_content_publish,pages_show_list".into())
    );
    assert_eq!(
        named(10, "The field instagram_business_account and access_token"),
        None
    );
    assert_eq!(
        named(100, "Missing instagram_basic"),
        None,
        "only where a permission is the cause"
    );
}

#[test]
fn only_a_named_loss_may_stand_on_one_call() {
    for (subcode, outright) in [
        (Some(458), true),
        (Some(460), true),
        (Some(463), true),
        (Some(467), false),
        (Some(452), false),
        (None, false),
    ] {
        let found = plain(190, subcode, "");
        assert_eq!(found.names_its_cause(), outright, "{subcode:?}");
    }
    let pasted = ApiError {
        envelope: Envelope::Text,
        ..graph(190, Some(458), "")
    };
    assert!(
        !judged(pasted, &Context::unknown()).names_its_cause(),
        "a print-out is no answer"
    );
}

#[test]
fn verdicts_divide_the_causes() {
    for &cause in Cause::ALL {
        let found = Diagnosis::of(cause, Certainty::Likely, now());
        let verdicts = [
            found.is_lost(),
            found.is_blocked(),
            found.is_limited(),
            found.is_transient(),
        ];
        assert!(
            verdicts.iter().filter(|&&held| held).count() <= 1,
            "{}",
            cause.code()
        );
        let neither = matches!(
            found.affects,
            Affects::Request | Affects::Attempt | Affects::Settings | Affects::Unknown
        );
        assert_eq!(verdicts == [false; 4], neither, "{}", cause.code());
    }
}

#[test]
fn without_a_proving_code_nothing_about_an_account_is_proved() {
    let words = [
        "Error validating access token: Session has expired on Thursday, 05-Nov-26 15:00:00 PST.",
        "The session has been invalidated because the user changed the password.",
        "The user has not authorized application 990000000000001.",
        "You cannot access the app till you log in to www.instagram.com and follow the instructions given.",
        "checkpoint_required",
        "The user is not a confirmed user.",
        "The user must be an administrator of the page in order to impersonate it.",
        "The user is not an Instagram Business",
        "Requires instagram_business_content_publish permission",
        "Die Sitzung ist abgelaufen.",
        "انتهت صلاحية الجلسة",
        "",
    ];
    let types = [
        None,
        Some("OAuthException"),
        Some("IGApiException"),
        Some("GraphMethodException"),
    ];
    for message in words {
        for error_type in types {
            for http_status in [None, Some(400), Some(401), Some(403)] {
                // No number at all, and the number that says no more than that something is wrong with a token.
                for code in [None, Some(190), Some(102)] {
                    let error = ApiError {
                        http_status,
                        code,
                        error_type: error_type.map(str::to_owned),
                        message: Some(message.to_owned()),
                        ..ApiError::new(Envelope::Graph)
                    };
                    let found = judged(error, &Context::unknown());
                    let settles = found.is_lost() || found.is_blocked() || found.is_limited();
                    assert!(
                        !settles || found.certainty != Certainty::Proved,
                        "{code:?} {message}: {found:?}"
                    );
                }
            }
        }
    }
}
