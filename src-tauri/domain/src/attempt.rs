//! One trip through the browser: from the consent page to an account, or to a named end.

mod outcome;

use chrono::Duration;
use url::Url;

use crate::Timestamp;
use crate::account::{AccountId, AccountType, Profile};
use crate::diagnosis::Diagnosis;
use crate::door::Door;
use crate::grant::{BASIC_SCOPE, Grant, Route, Scopes};
use crate::meta_app::AppKey;
use crate::page::Offer;

pub use outcome::Outcome;

/// How long a sign-in link is good for. (Security document, C5.)
pub const LIFE: Duration = Duration::minutes(10);

/// Names an attempt; not a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttemptId(String);

impl AttemptId {
    /// Takes an id made by the engine.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the person set out to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Add whichever account comes back.
    Connect,
    /// Get access to this account back, and to no other.
    Reconnect(AccountId),
}

/// What came back and stands apart until it is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The account the token belongs to.
    pub profile: Profile,
    /// What is known of the token.
    pub grant: Grant,
    /// Asked for and not given.
    pub missing: Scopes,
}

/// Where an attempt stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The person is in the browser.
    Waiting,
    /// The browser came back; the code is being exchanged, the account looked at.
    Checking {
        /// Whether a token is in hand already.
        signed_in: bool,
        /// A passing failure, and when the next try comes.
        trouble: Option<(Outcome, Timestamp)>,
        /// Failures in a row.
        failures: u32,
    },
    /// Several Pages came back on the Facebook route; the person says which. They are in [`Attempt::offer`].
    Pages,
    /// Something other than expected came back; the person chooses.
    Choice {
        /// `WrongAccount` or `ScopeRejected`.
        outcome: Outcome,
        /// What came back.
        returned: Returned,
    },
    /// The account is connected.
    Done {
        /// Which.
        account: AccountId,
        /// Whether Relink knew it already.
        was_known: bool,
    },
    /// Over.
    Failed {
        /// Why.
        outcome: Outcome,
        /// The provider's answer, if there was one.
        diagnosis: Option<Diagnosis>,
        /// What came back, where that is the reason.
        returned: Option<Returned>,
    },
}

/// One trip through the browser. The state itself is not here: only its hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its name.
    pub id: AttemptId,
    /// What for.
    pub purpose: Purpose,
    /// Through which product.
    pub route: Route,
    /// Through which Meta app.
    pub app: AppKey,
    /// How the answer comes back.
    pub door: Door,
    /// SHA-256 of the state.
    pub state_hash: [u8; 32],
    /// The registered redirect address, exactly.
    pub redirect: Url,
    /// The permissions asked for.
    pub scopes: Scopes,
    /// When it began.
    pub opened_at: Timestamp,
    /// Whether the system opened a browser.
    pub browser_opened: bool,
    /// The last thing a door refused; the attempt is not changed by it.
    pub last_rejection: Option<Outcome>,
    /// Where it stands.
    pub phase: Phase,
    /// What came back on the Facebook route, once it was read.
    pub offer: Option<Box<Offer>>,
}

/// What to do with what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is what was expected.
    Adopt,
    /// The person chooses.
    Choose(Outcome),
    /// It cannot be used.
    Refuse(Outcome),
}

impl Attempt {
    /// The last moment at which an answer is accepted.
    pub fn expires_at(&self) -> Timestamp {
        self.opened_at + LIFE
    }

    /// Whether an answer arriving now is too late. A start that lies in the future means the clock
    /// was set back, which counts as too late as well.
    pub fn is_past(&self, now: Timestamp) -> bool {
        now > self.expires_at() || now < self.opened_at
    }

    /// Whether it still waits for the browser or the provider.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Checking { .. })
    }

    /// Whether something may still come of it: nobody has said yet how it ended.
    pub fn goes_on(&self) -> bool {
        !matches!(self.phase, Phase::Done { .. } | Phase::Failed { .. })
    }

    /// Whether the answer to an earlier attempt may still take its place: nothing has come of this one.
    pub fn gives_way(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Failed { .. })
    }

    /// The account expected to come back.
    pub fn expected(&self) -> Option<&AccountId> {
        match &self.purpose {
            Purpose::Connect => None,
            Purpose::Reconnect(account) => Some(account),
        }
    }

    /// Compares what came back with what was asked for; nothing is overwritten before this says so.
    pub fn judge(&self, returned: &Returned) -> Judgement {
        if returned.profile.account_type == AccountType::Personal {
            return Judgement::Refuse(Outcome::NoBusinessAccount);
        }
        // Compared by the provider's id: a name can change hands. (Meta platform reference, A8.)
        if self
            .expected()
            .is_some_and(|expected| *expected != returned.profile.user_id)
        {
            return Judgement::Choose(Outcome::WrongAccount);
        }
        if returned.missing.contains(BASIC_SCOPE) {
            return Judgement::Refuse(Outcome::ScopeRejected);
        }
        if !returned.missing.is_empty() {
            return Judgement::Choose(Outcome::ScopeRejected);
        }
        Judgement::Adopt
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::INSTAGRAM_SCOPES;

    fn attempt(purpose: Purpose) -> Attempt {
        Attempt {
            id: AttemptId::new("a"),
            purpose,
            route: Route::Instagram,
            app: AppKey::new(Route::Instagram, "12345"),
            door: Door::Direct,
            state_hash: [0; 32],
            redirect: Url::parse("http://127.0.0.1:17423/callback").unwrap(),
            scopes: INSTAGRAM_SCOPES.into_iter().collect(),
            opened_at: Timestamp::UNIX_EPOCH,
            browser_opened: true,
            last_rejection: None,
            phase: Phase::Waiting,
            offer: None,
        }
    }

    fn returned(id: &str, kind: AccountType, missing: &str) -> Returned {
        Returned {
            profile: Profile {
                user_id: AccountId::new(id),
                username: "x".into(),
                name: None,
                account_type: kind,
            },
            grant: Grant {
                route: Route::Instagram,
                scopes: None,
                issued_at: None,
                expires_at: None,
                page: None,
            },
            missing: Scopes::parse(missing),
        }
    }

    #[test]
    fn an_attempt_lives_ten_minutes_to_the_millisecond() {
        let attempt = attempt(Purpose::Connect);
        let at = |ms: i64| Timestamp::UNIX_EPOCH + Duration::milliseconds(ms);
        assert!(!attempt.is_past(at(599_999)));
        assert!(!attempt.is_past(at(600_000)));
        assert!(attempt.is_past(at(600_001)));
        assert!(attempt.is_past(at(-1)), "a start in the future is too late");
    }

    #[test]
    fn what_came_back_is_judged_before_anything_is_overwritten() {
        let expecting = attempt(Purpose::Reconnect(AccountId::new("1")));
        let open = attempt(Purpose::Connect);
        let cases = [
            (
                &open,
                returned("9", AccountType::Business, ""),
                Judgement::Adopt,
            ),
            (
                &open,
                returned("9", AccountType::Unknown, ""),
                Judgement::Adopt,
            ),
            (
                &expecting,
                returned("1", AccountType::Creator, ""),
                Judgement::Adopt,
            ),
            (
                &expecting,
                returned("2", AccountType::Business, ""),
                Judgement::Choose(Outcome::WrongAccount),
            ),
            (
                &expecting,
                returned("1", AccountType::Personal, ""),
                Judgement::Refuse(Outcome::NoBusinessAccount),
            ),
            (
                &open,
                returned(
                    "9",
                    AccountType::Business,
                    "instagram_business_content_publish",
                ),
                Judgement::Choose(Outcome::ScopeRejected),
            ),
            (
                &open,
                returned("9", AccountType::Business, BASIC_SCOPE),
                Judgement::Refuse(Outcome::ScopeRejected),
            ),
        ];
        for (attempt, returned, expected) in cases {
            assert_eq!(attempt.judge(&returned), expected, "{returned:?}");
        }
    }
}
