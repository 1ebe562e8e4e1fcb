//! One Instagram professional account the person has connected, and what is known of it.

use std::collections::BTreeSet;
use std::fmt;

use crate::Timestamp;
use crate::advice::Advice;
use crate::connection::{Connection, Removal, Watch};
use crate::grant::{Grant, Route, Scopes};
use crate::meta_app::AppKey;
use crate::page::PageGrant;
use crate::wizard::Wizard;

/// The provider's id of a professional account (`user_id`), as text from the wire to the window:
/// its 17 digits exceed what a 64-bit float can hold. (Meta platform reference, A8.)
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(String);

impl AccountId {
    /// Takes an id as the provider spelled it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of account Instagram says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountType {
    /// A business account.
    Business,
    /// A creator account.
    Creator,
    /// A personal account: apps may not work with it.
    Personal,
    /// Not said, or said in a word we do not know; treated as professional until a call refuses.
    Unknown,
}

impl AccountType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::Business, Self::Creator, Self::Personal, Self::Unknown];

    /// Reads the provider's word in any of its known spellings and any case.
    /// (Meta platform reference, A8: `BUSINESS`, `Business`, `Media_Creator`, `CREATOR`.)
    pub fn read(word: &str) -> Self {
        match word.to_ascii_uppercase().as_str() {
            "BUSINESS" => Self::Business,
            "CREATOR" | "MEDIA_CREATOR" => Self::Creator,
            "PERSONAL" => Self::Personal,
            _ => Self::Unknown,
        }
    }

    /// The identifier used in the database, the command line and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Creator => "creator",
            Self::Personal => "personal",
            Self::Unknown => "unknown",
        }
    }

    /// Reads an identifier made by [`AccountType::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What a profile call says of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The professional account id, the key of everything.
    pub user_id: AccountId,
    /// The name with which people find it; may change.
    pub username: String,
    /// The display name, when there is one.
    pub name: Option<String>,
    /// Business, creator or personal.
    pub account_type: AccountType,
}

/// Counts the changes of a connection, so that an answer to an old question is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Revision(pub u64);

impl Revision {
    /// The next revision.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// What the person said about two-factor authentication; Relink cannot see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwoFactorAnswer {
    /// "It is on already."
    On,
    /// "I have just turned it on."
    JustTurnedOn,
    /// "Not now"; remembered, never held against anybody.
    NotNow,
}

impl TwoFactorAnswer {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::On, Self::JustTurnedOn, Self::NotNow];

    /// The identifier used in the database and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::JustTurnedOn => "just_turned_on",
            Self::NotNow => "not_now",
        }
    }

    /// Reads an identifier made by [`TwoFactorAnswer::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.code() == code)
    }
}

/// An answer about two-factor authentication and when it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoFactor {
    /// What was said.
    pub answer: TwoFactorAnswer,
    /// When.
    pub at: Timestamp,
}

/// Everything Relink remembers of one account, except its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What the provider last said of it.
    pub profile: Profile,
    /// The Meta app its access was made by; `None` where nobody knows, as for access made elsewhere.
    pub app: Option<AppKey>,
    /// Whether a token is held, what is believed of it, or that the person deleted it.
    pub connection: Connection,
    /// When it was last looked at and when it will be again.
    pub watch: Watch,
    /// When the person last consented.
    pub consented_at: Timestamp,
    /// Counts changes of the connection.
    pub revision: Revision,
    /// Counts the tokens held for it so far; part of what a sealed token is bound to.
    pub generation: u64,
    /// A short text of the person's own, for grouping.
    pub label: String,
    /// Notes of the person's own.
    pub notes: String,
    /// Whose log-in at Instagram it is, in the person's own words: accounts of one log-in are mended together.
    pub login: String,
    /// What was said about two-factor authentication.
    pub two_factor: Option<TwoFactor>,
    /// What the person has ticked of what keeps an account connected.
    pub ticked: BTreeSet<Advice>,
    /// When access was lost in the last 30 days, oldest first.
    pub recent_losses: Vec<Timestamp>,
    /// The way back in progress.
    pub wizard: Option<Wizard>,
}

impl Account {
    /// A newly connected account.
    pub fn connected(profile: Profile, grant: Grant, now: Timestamp) -> Self {
        Self {
            profile,
            app: None,
            connection: Connection::held(grant),
            watch: Watch::fresh(now),
            consented_at: now,
            revision: Revision::default(),
            generation: 1,
            label: String::new(),
            notes: String::new(),
            two_factor: None,
            login: String::new(),
            ticked: BTreeSet::new(),
            recent_losses: Vec::new(),
            wizard: None,
        }
    }

    /// The account's key.
    pub fn id(&self) -> &AccountId {
        &self.profile.user_id
    }

    /// What is known of its token, if one is held or was.
    pub fn grant(&self) -> Option<&Grant> {
        match &self.connection {
            Connection::Held(held) => Some(&held.grant),
            Connection::Lost(lost) => Some(&lost.held.grant),
            Connection::Removed(removed) => {
                removed.before.as_deref().and_then(|before| match before {
                    Connection::Held(held) => Some(&held.grant),
                    Connection::Lost(lost) => Some(&lost.held.grant),
                    Connection::Removed(_) => None,
                })
            }
        }
    }

    /// Through which product it is, or was, connected.
    pub fn route(&self) -> Route {
        match &self.connection {
            Connection::Held(held) => held.grant.route,
            Connection::Lost(lost) => lost.held.grant.route,
            Connection::Removed(removal) => removal.route,
        }
    }

    /// The Page it is reached through, with what access through it rests on.
    pub fn page(&self) -> Option<&PageGrant> {
        self.grant()?.page.as_deref()
    }

    /// On the Facebook route, the person whose sign-in it rests on or, deleted, rested on.
    pub fn person(&self) -> Option<&str> {
        match &self.connection {
            Connection::Removed(removal) => removal.person.as_deref(),
            Connection::Held(_) | Connection::Lost(_) => {
                self.page().map(|page| page.person.as_str())
            }
        }
    }

    /// Whether the provider has said that the app is no longer authorised there: known of an account that was
    /// deleted, and of one whose permission Facebook took back when asked. (Security document, X1–X4.)
    pub fn is_gone_there(&self) -> Option<bool> {
        match &self.connection {
            Connection::Removed(removal) => Some(removal.gone_there),
            Connection::Held(_) | Connection::Lost(_) => {
                self.page()?.revoked_at.is_some().then_some(true)
            }
        }
    }

    /// What was asked for at the last sign-in and not given.
    pub fn declined(&self) -> Scopes {
        match &self.connection {
            Connection::Held(held) => held
                .shortfall()
                .map(|shortfall| shortfall.missing.clone())
                .unwrap_or_default(),
            Connection::Lost(_) | Connection::Removed(_) => Scopes::default(),
        }
    }

    /// How it was removed, if it was.
    pub fn removed(&self) -> Option<&Removal> {
        match &self.connection {
            Connection::Removed(removed) => Some(removed),
            Connection::Held(_) | Connection::Lost(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_types_are_read_in_every_spelling_seen() {
        for (word, kind) in [
            ("BUSINESS", AccountType::Business),
            ("Business", AccountType::Business),
            ("Media_Creator", AccountType::Creator),
            ("CREATOR", AccountType::Creator),
            ("Personal", AccountType::Personal),
            ("something new", AccountType::Unknown),
        ] {
            assert_eq!(AccountType::read(word), kind, "{word}");
        }
    }
}
