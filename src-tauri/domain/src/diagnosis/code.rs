//! What the provider's codes stand for, refined by subcode, type and text (Meta platform reference, D4).

use chrono::Duration;

use super::judge::Finding;
use super::text::Words;
use super::{Cause, Certainty, Context, Step};
use crate::Timestamp;
use crate::grant::Route;
use crate::refusal::ApiError;

/// The youngest a token may be renewed (Meta platform reference, A6).
const RENEWABLE_AFTER: Duration = Duration::hours(24);

/// What the provider's code, refined by subcode, type and text, stands for.
pub(super) fn numbered(
    error: &ApiError,
    words: &Words,
    context: &Context,
    now: Timestamp,
) -> Option<Finding> {
    let finding = match error.code? {
        190 | 102 => session(error, words, context, now),
        452 => session_key(context),
        25 => (
            Cause::AccountRestricted,
            proved_if(error.subcode == Some(2_207_050)),
        ),
        368 => policy(error, words),
        10 | 200..=299 => permission(error, words),
        100 => parameter(error, words, context),
        33 => (Cause::ObjectMissing, Certainty::Likely),
        803 if words.say(&["not exist"]) => (Cause::ObjectMissing, Certainty::Likely),
        110 | 803 => (Cause::RequestFault, Certainty::Likely),
        191 | 1_349_168 => (Cause::RedirectMismatch, Certainty::Proved),
        459 | 490 => (Cause::Checkpoint, Certainty::Proved),
        464 => (Cause::Unconfirmed, Certainty::Proved),
        12 | 24 | 104 | 324 | 352 | 389 | 506 | 2_500 | 2_635 | 9_004 | 9_007 | 36_000..=36_999 => {
            (Cause::RequestFault, Certainty::Proved)
        }
        _ => return by_subcode(error.subcode),
    };
    Some(finding)
}

fn proved_if(numbers_agree: bool) -> Certainty {
    if numbers_agree {
        Certainty::Proved
    } else {
        Certainty::Likely
    }
}

/// Subcodes that keep their meaning under any code.
fn by_subcode(subcode: Option<i64>) -> Option<Finding> {
    match subcode? {
        2_207_050 | 4_279_013 => Some((Cause::AccountRestricted, Certainty::Likely)),
        2_207_001 | 2_207_003 | 2_207_032 | 2_207_053 => {
            Some((Cause::ProviderFault, Certainty::Likely))
        }
        2_207_000..=2_207_999 => Some((Cause::RequestFault, Certainty::Likely)),
        36_007 | 36_009 => Some((Cause::CodeRejected, Certainty::Likely)),
        36_008 => Some((Cause::RedirectMismatch, Certainty::Likely)),
        _ => None,
    }
}

/// What a subcode of 190 or 102 stands for.
pub(super) fn session_subcode(subcode: Option<i64>) -> Option<Finding> {
    match subcode? {
        458 => Some((Cause::AppRemoved, Certainty::Proved)),
        459 | 490 => Some((Cause::Checkpoint, Certainty::Proved)),
        460 => Some((Cause::PasswordOrSecurityChange, Certainty::Proved)),
        463 => Some((Cause::Expired, Certainty::Proved)),
        464 => Some((Cause::Unconfirmed, Certainty::Proved)),
        467 => Some((Cause::LoggedOut, Certainty::Proved)),
        468 => Some((Cause::UnusedTooLong, Certainty::Proved)),
        492 => Some((Cause::RoleLost, Certainty::Proved)),
        // One recorded answer only: the same text as 460.
        452 => Some((Cause::PasswordOrSecurityChange, Certainty::Likely)),
        _ => None,
    }
}

/// 190 and its old form 102: the token is refused.
fn session(error: &ApiError, words: &Words, context: &Context, now: Timestamp) -> Finding {
    if let Some(finding) = session_subcode(error.subcode) {
        return finding;
    }
    if error.subcode == Some(4_279_019)
        || (context.step == Step::Exchange && words.reject_the_session_key())
    {
        return session_key(context);
    }
    if error.subcode == Some(2_069_032) || words.ask_for_another_token() {
        return (Cause::RequestFault, Certainty::Likely);
    }
    // Each of these says that something other than the token's end is the matter.
    if words.deny_professional() {
        return (Cause::NotProfessional, Certainty::Likely);
    }
    if words.miss_the_page() {
        return (Cause::PageMissing, Certainty::Likely);
    }
    if words.miss_the_role() {
        return (Cause::RoleLost, Certainty::Likely);
    }
    if words.ask_to_confirm() {
        return (Cause::Unconfirmed, Certainty::Likely);
    }
    if words.name_a_checkpoint() {
        return (Cause::Checkpoint, Certainty::Likely);
    }
    if let Some(cause) = words.end_of_session() {
        return (cause, Certainty::Likely);
    }
    if words.speak_of_a_limit() {
        return (Cause::RateLimited, Certainty::Likely);
    }
    if words.speak_of_a_passing_fault() {
        return (Cause::ProviderFault, Certainty::Likely);
    }
    // The answer to renewing too early is not known; it must not pass for an end (A6).
    let too_young = context
        .issued_at
        .is_some_and(|issued| now < issued + RENEWABLE_AFTER);
    if context.step == Step::Renew && too_young {
        return (Cause::Unknown, Certainty::Unknown);
    }
    if context.expires_at.is_some_and(|end| end <= now) {
        return (Cause::Expired, Certainty::Likely);
    }
    (Cause::AccessEnded, Certainty::Unknown)
}

/// "Session key invalid": a token that is already long-lived was exchanged, or the grant is gone (A5).
/// The profile tells which, so only a refused read of the profile counts as an end.
fn session_key(context: &Context) -> Finding {
    match context.step {
        Step::Profile => (Cause::AccessEnded, Certainty::Unknown),
        Step::Authorize
        | Step::RedeemCode
        | Step::Exchange
        | Step::Renew
        | Step::Media
        | Step::Publish
        | Step::Unknown => (Cause::AlreadyLongLived, Certainty::Likely),
    }
}

/// 368: for policy, or until a security check or a Page authorisation is done.
fn policy(error: &ApiError, words: &Words) -> Finding {
    match error.subcode {
        Some(1_404_006 | 1_404_078) => (Cause::Checkpoint, Certainty::Proved),
        _ if words.name_a_checkpoint() || words.say(&["authorization", "verify", "confirm"]) => {
            (Cause::Checkpoint, Certainty::Likely)
        }
        _ => (Cause::ActionBlocked, Certainty::Likely),
    }
}

/// 10 and 200–299: something is not allowed.
fn permission(error: &ApiError, words: &Words) -> Finding {
    if words.deny_professional() {
        (Cause::NotProfessional, Certainty::Likely)
    } else if words.miss_the_role() {
        (Cause::RoleLost, Certainty::Likely)
    } else if words.name_a_checkpoint() {
        (Cause::Checkpoint, Certainty::Likely)
    } else if matches!(error.subcode, Some(2_018_278 | 2_534_022))
        || words.say(&["allowed window", "not enough viewers"])
        || words.ask_for_another_token()
    {
        // Messages too late, figures too small, the wrong kind of token: no permission helps.
        (Cause::RequestFault, Certainty::Likely)
    } else {
        (Cause::PermissionMissing, Certainty::Proved)
    }
}

/// 100: the busiest code of all.
fn parameter(error: &ApiError, words: &Words, context: &Context) -> Finding {
    match error.subcode {
        // This route reads the account through its Page: it is the Page that is gone or hidden.
        Some(33) if context.step == Step::Profile && context.route == Some(Route::Facebook) => {
            return (Cause::PageMissing, Certainty::Likely);
        }
        // On the account's own profile there is nothing else that could be missing (D4).
        Some(33) if context.step == Step::Profile => {
            return (Cause::AccessEnded, Certainty::Unknown);
        }
        Some(33) => return (Cause::ObjectMissing, Certainty::Likely),
        Some(36_007 | 36_009) => return (Cause::CodeRejected, Certainty::Proved),
        Some(36_008) => return (Cause::RedirectMismatch, Certainty::Proved),
        Some(_) | None => {}
    }
    if let Some(finding) = by_subcode(error.subcode) {
        return finding;
    }
    if words.deny_the_app() {
        return (Cause::AppNotAllowed, Certainty::Likely);
    }
    if words.reject_the_session_key() {
        return session_key(context);
    }
    let cause = if let Some(cause) = words.setting_or_attempt() {
        cause
    } else if words.deny_professional() {
        Cause::NotProfessional
    } else if words.say(&["does not exist", "doesn't exist", "unsupported get request"]) {
        Cause::ObjectMissing
    } else if words.miss_the_page() {
        Cause::PageMissing
    } else if words.miss_the_role() {
        Cause::RoleLost
    } else {
        Cause::RequestFault
    };
    (cause, Certainty::Likely)
}
