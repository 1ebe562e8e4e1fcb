//! What a refusal means, how sure that is, and what helps.

mod cause;
mod code;
mod judge;
mod text;

pub use cause::{Affects, Cause, Certainty, Remedy, Verdict};
pub use judge::diagnose;

use crate::Timestamp;
use crate::grant::Route;

/// What we tell the person about a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What it comes from.
    pub cause: Cause,
    /// How sure that is.
    pub certainty: Certainty,
    /// Whom it touches.
    pub affects: Affects,
    /// What helps.
    pub remedy: Remedy,
    /// The permission the provider named, in its spelling; several are separated by commas.
    pub permission: Option<String>,
    /// What the provider said; `None` where it said nothing (no answer, or our own clock decided).
    pub evidence: Option<Evidence>,
    /// When it was found.
    pub found_at: Timestamp,
}

/// The provider's numbers and words behind a diagnosis. Never holds a token: texts come in cut, escaped
/// and with secrets taken out (see [`crate::refusal::quoted`]).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// HTTP status of the answer.
    pub http_status: Option<u16>,
    /// The provider's error code; `None` where it gave none.
    pub code: Option<i64>,
    /// Its subcode.
    pub subcode: Option<i64>,
    /// Its error type, such as `OAuthException`.
    pub error_type: Option<String>,
    /// Its own text, at most 500 characters, in whatever language it chose.
    pub message: Option<String>,
    /// The trace id to quote to Meta's support.
    pub trace_id: Option<String>,
}

/// What was being done when the refusal came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The consent page.
    Authorize,
    /// Code to short-lived token.
    RedeemCode,
    /// Short-lived to long-lived token.
    Exchange,
    /// Extending the token.
    Renew,
    /// Reading the account's own profile: the live check.
    Profile,
    /// Reading media.
    Media,
    /// Publishing.
    Publish,
    /// Not known, as with an error pasted from another tool.
    Unknown,
}

/// What is known beside the answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// What was being done.
    pub step: Step,
    /// The log-in product.
    pub route: Option<Route>,
    /// When the token's present life began.
    pub issued_at: Option<Timestamp>,
    /// When the token ends.
    pub expires_at: Option<Timestamp>,
    /// Accounts of the same Meta app, this one included, that failed alike within ten minutes.
    pub same_app_failures: usize,
    /// Accounts of the same Meta app, this one included, that were tried within those ten minutes.
    pub same_app_checked: usize,
}

impl Context {
    /// Nothing is known: an error from elsewhere.
    pub fn unknown() -> Self {
        Self {
            step: Step::Unknown,
            route: None,
            issued_at: None,
            expires_at: None,
            same_app_failures: 1,
            same_app_checked: 1,
        }
    }

    /// One account on its own, doing `step`.
    pub fn at(step: Step) -> Self {
        Self {
            step,
            ..Self::unknown()
        }
    }
}

impl Diagnosis {
    /// A diagnosis without an answer behind it, from what we know ourselves: our clock, or an account type.
    pub fn of(cause: Cause, certainty: Certainty, found_at: Timestamp) -> Self {
        Self {
            cause,
            certainty,
            affects: cause.affects(),
            remedy: cause.remedy(),
            permission: None,
            evidence: None,
            found_at,
        }
    }

    /// The token's end has passed by our own clock.
    pub fn expired_by_the_clock(found_at: Timestamp) -> Self {
        Self::of(Cause::Expired, Certainty::Proved, found_at)
    }

    /// What follows for the account.
    ///
    /// A loss needs a number from the provider, or our own clock: a text alone, in whatever words, never
    /// decides one (security document, J1 and J4).
    pub fn verdict(&self) -> Verdict {
        let text_alone = self
            .evidence
            .as_ref()
            .is_some_and(|evidence| evidence.code.is_none());
        let verdict = self.cause.verdict();
        if verdict == Verdict::Lost && text_alone {
            Verdict::Undecided
        } else {
            verdict
        }
    }

    /// Access is gone: the account turns red once this is confirmed.
    pub fn is_lost(&self) -> bool {
        self.verdict() == Verdict::Lost
    }

    /// The person must act at Instagram or Facebook first; the token is kept.
    pub fn is_blocked(&self) -> bool {
        self.verdict() == Verdict::Blocked
    }

    /// Access works, but a permission is missing.
    pub fn is_limited(&self) -> bool {
        self.verdict() == Verdict::Limited
    }

    /// Nothing to do but wait: network, provider, limits, or the Meta app.
    pub fn is_transient(&self) -> bool {
        self.verdict() == Verdict::Wait
    }

    /// Whether the provider named a loss outright, by a subcode of one meaning: removed, reset, expired
    /// (Meta platform reference, D5). Any other loss needs a second call to agree.
    pub fn names_its_cause(&self) -> bool {
        self.is_lost()
            && self.certainty == Certainty::Proved
            && self.evidence.is_some()
            && matches!(
                self.cause,
                Cause::AppRemoved | Cause::PasswordOrSecurityChange | Cause::Expired
            )
    }
}

#[cfg(test)]
mod tests;
