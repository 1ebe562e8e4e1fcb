//! From a refusal to its cause, in the order transport → shape → code → subcode → type → text
//! (security document, J4; Meta platform reference, D5).

use super::code::{numbered, session_subcode};
use super::text::{Words, permissions_in};
use super::{Affects, Cause, Certainty, Context, Diagnosis, Evidence, Step, Verdict};
use crate::Timestamp;
use crate::refusal::{ApiError, Envelope, Interference, Refusal, Unreachable};

/// A cause and how sure it is.
pub(super) type Finding = (Cause, Certainty);

/// Says what a refusal means.
///
/// Nothing that could be a passing failure comes out as a loss: whatever speaks of one (a status of
/// 500 or above, a code of the provider's faults or limits, `is_transient`) is looked at before any code
/// that ends an access.
pub fn diagnose(refusal: &Refusal, context: &Context, now: Timestamp) -> Diagnosis {
    let ((cause, certainty), error) = match refusal {
        Refusal::Unreachable(Unreachable::Unsendable) => {
            ((Cause::RequestFault, Certainty::Proved), None)
        }
        Refusal::Unreachable(_) => ((Cause::Network, Certainty::Proved), None),
        Refusal::Interfered {
            how, http_status, ..
        } => (interfered(*how, *http_status), None),
        Refusal::Denied(error) => (denied(error, context, now), Some(error)),
    };
    let (cause, certainty) = shared_by_the_app(cause, certainty, context);
    let mut diagnosis = Diagnosis::of(cause, certainty, now);
    if cause == Cause::AppNotAllowed && context.same_app_failures >= 2 {
        diagnosis.affects = Affects::App;
    }
    match error {
        Some(error) => {
            let names_permissions = matches!(cause, Cause::PermissionMissing | Cause::InvalidScope);
            diagnosis.permission = names_permissions.then(|| permissions_in(error)).flatten();
            diagnosis.evidence = Some(evidence(error));
        }
        None => {
            diagnosis.evidence = refusal.http_status().map(|status| Evidence {
                http_status: Some(status),
                ..Evidence::default()
            });
        }
    }
    diagnosis
}

fn evidence(error: &ApiError) -> Evidence {
    Evidence {
        http_status: error.http_status,
        code: error.code,
        subcode: error.subcode,
        error_type: error.error_type.clone(),
        message: error.message.clone().or_else(|| error.user_message.clone()),
        trace_id: error.trace_id.clone(),
    }
}

/// Accounts of one app that fail together accuse the app (design brief, section 4): two are enough if the
/// answer names no cause of the account's own, else three and half of those tried.
fn shared_by_the_app(cause: Cause, certainty: Certainty, context: &Context) -> Finding {
    let concerns_access = matches!(
        cause.verdict(),
        Verdict::Lost | Verdict::Limited | Verdict::Blocked
    );
    let own_cause = certainty == Certainty::Proved;
    let together = context.same_app_failures;
    let enough = if own_cause {
        together >= 3 && together.saturating_mul(2) >= context.same_app_checked
    } else {
        together >= 2
    };
    if concerns_access && enough {
        (Cause::AppProblem, Certainty::Likely)
    } else {
        (cause, certainty)
    }
}

/// An answer that the provider's interface did not write.
fn interfered(how: Interference, http_status: Option<u16>) -> Finding {
    match http_status {
        Some(429) => return (Cause::RateLimited, Certainty::Likely),
        // 511 is a portal asking for a log-in (RFC 6585, section 6).
        Some(511) => return (Cause::Network, Certainty::Proved),
        Some(500..) => return (Cause::ProviderFault, Certainty::Likely),
        Some(_) | None => {}
    }
    match how {
        Interference::Redirect
        | Interference::Empty
        | Interference::NotJson
        | Interference::WrongContentType
        | Interference::TooLarge
        | Interference::TooDeep
        | Interference::Malformed => (Cause::Network, Certainty::Likely),
        Interference::Unrecognised => (Cause::Unknown, Certainty::Unknown),
    }
}

fn denied(error: &ApiError, context: &Context, now: Timestamp) -> Finding {
    let words = Words::of(error);
    let finding = limit(error)
        .or_else(|| entered(error, &words, context))
        .or_else(|| fault(error))
        .or_else(|| app(error, &words))
        .or_else(|| numbered(error, &words, context, now))
        .unwrap_or_else(|| worded(&words, error.code.is_none()));
    match error.envelope {
        Envelope::Graph | Envelope::Instagram | Envelope::Dialog => finding,
        // Another program's print-out is a good witness, not proof.
        Envelope::Text => (
            finding.0,
            if finding.1 == Certainty::Proved {
                Certainty::Likely
            } else {
                finding.1
            },
        ),
    }
}

/// Limits come first: they are told by their numbers alone, whatever the status or text.
fn limit(error: &ApiError) -> Option<Finding> {
    match (error.code, error.subcode) {
        (_, Some(2_207_051)) => Some((Cause::ActionBlocked, Certainty::Proved)),
        (_, Some(2_207_042)) => Some((Cause::RateLimited, Certainty::Proved)),
        (Some(4 | 17 | 32 | 341 | 613 | 80_000..=80_014), _) => {
            Some((Cause::RateLimited, Certainty::Proved))
        }
        (Some(9 | 429), _) => Some((Cause::RateLimited, Certainty::Likely)),
        // A block for policy comes with this status too.
        (code, _) if error.http_status == Some(429) && code != Some(368) => {
            Some((Cause::RateLimited, Certainty::Likely))
        }
        _ => None,
    }
}

/// Id and secret of a Meta app, as they were entered. Facebook answers a wrong secret with the number of a passing
/// fault, 1, and an id it does not know with the words of one, 101. Where a code is exchanged no account's fate hangs
/// on it, so there the words decide before the number; nowhere else (security document, J4).
fn entered(error: &ApiError, words: &Words, context: &Context) -> Option<Finding> {
    let passing = error.is_transient || error.http_status.is_some_and(|status| status >= 500);
    let named = match context.step {
        Step::RedeemCode | Step::Exchange => words.refuse_the_credentials(),
        // Of an error from elsewhere the secret's name is told: no account is asked about with it.
        Step::Unknown => error.code == Some(1) && words.speak_of_the_app_secret(),
        Step::Authorize | Step::Renew | Step::Profile | Step::Media | Step::Publish => false,
    };
    (named && !passing && !words.blame_the_app()).then_some((Cause::WrongAppId, Certainty::Likely))
}

/// Faults of the provider: passing, whatever else the answer says.
fn fault(error: &ApiError) -> Option<Finding> {
    let numbered = matches!(error.code, Some(1 | 2 | i64::MIN..=-1));
    // The graph answers some wrong paths and pictures with 500; the code still names the request.
    let names_the_request = matches!(error.code, Some(352 | 2_500 | 36_000..=36_999));
    let broken = error.http_status.is_some_and(|status| status >= 500) && !names_the_request;
    (numbered || broken || error.is_transient).then_some((Cause::ProviderFault, Certainty::Proved))
}

/// The app itself is the trouble: looked at before the codes that speak of an account, except where those
/// name the account's own trouble.
fn app(error: &ApiError, words: &Words) -> Option<Finding> {
    match error.code {
        Some(3) => Some((Cause::AppProblem, Certainty::Proved)),
        Some(25 | 368) => None,
        Some(190 | 102) if session_subcode(error.subcode).is_some() => None,
        Some(_) | None if words.blame_the_app() => Some((Cause::AppProblem, Certainty::Likely)),
        Some(101) if words.speak_of_a_passing_fault() => {
            Some((Cause::ProviderFault, Certainty::Likely))
        }
        Some(101) => Some((Cause::WrongAppId, Certainty::Likely)),
        Some(_) | None => None,
    }
}

/// Words alone. They may explain an access that has ended only where no number contradicts them, and even
/// then the diagnosis counts as no loss.
fn worded(words: &Words, no_code: bool) -> Finding {
    let cause = if let Some(cause) = words.setting_or_attempt() {
        cause
    } else if words.reject_the_session_key() {
        Cause::AlreadyLongLived
    } else if words.deny_the_app() || words.say(&["must be reviewed and approved"]) {
        Cause::AppNotAllowed
    } else if words.speak_of_a_limit() {
        Cause::RateLimited
    } else if words.deny_professional() {
        Cause::NotProfessional
    } else if words.say(&["feedback_required", "action blocked", "action is blocked"]) {
        Cause::ActionBlocked
    } else if words.ask_to_confirm() {
        Cause::Unconfirmed
    } else if words.name_a_checkpoint() {
        Cause::Checkpoint
    } else if let Some(cause) = words.end_of_session().filter(|_| no_code) {
        cause
    } else if no_code && words.say(&["oauthaccesstokenexception"]) {
        // The retired interface's word for a refused token.
        Cause::AccessEnded
    } else if words.miss_the_role() {
        Cause::RoleLost
    } else if words.miss_the_page() {
        Cause::PageMissing
    } else if words.say(&["does not exist", "doesn't exist"]) {
        Cause::ObjectMissing
    } else if words.speak_of_a_passing_fault() {
        Cause::ProviderFault
    } else {
        return (Cause::Unknown, Certainty::Unknown);
    };
    (cause, Certainty::Likely)
}
