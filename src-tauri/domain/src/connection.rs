//! Whether access is held, lost or given up, and what is believed of it.

use chrono::Duration;

use crate::Timestamp;
use crate::diagnosis::{Cause, Diagnosis};
use crate::grant::{Grant, Route, Scopes};

/// How long after *Delete* the sealed token is still there for an undo. (Design brief 6.8.)
pub const UNDO: Duration = Duration::seconds(10);

/// How long the token before the last renewal is kept where no call proves the new one. (Security
/// document, R3.)
pub const PREVIOUS_KEPT: Duration = Duration::hours(24);

/// What stands between Relink and an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// A token is held, and nothing proves that it does not work. Only here can it be renewed.
    Held(Held),
    /// Instagram ended the access, or the 60 days ran out. The token stays until the person deletes.
    Lost(Lost),
    /// The person deleted the account; everything but the token is kept.
    Removed(Removal),
}

impl Connection {
    /// A connection that has just been made.
    pub fn held(grant: Grant) -> Self {
        Self::Held(Held::of(grant))
    }
}

/// A token at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What is known of the token.
    pub grant: Grant,
    /// Where its renewal stands.
    pub renewal: Renewal,
    /// What the account allows.
    pub standing: Standing,
    /// A missing permission that was told before something graver took its place. It comes back with the
    /// first answer that shows the graver thing to be over, and is not told a second time.
    pub hidden: Option<Box<Shortfall>>,
    /// The other token, while neither it nor the one in use has answered a call since a renewal. Until
    /// then both are kept, and whichever is refused gives way to the other. (Security document, R3.)
    pub spare: Option<Box<Spare>>,
}

impl Held {
    /// A token that has just been given.
    pub fn of(grant: Grant) -> Self {
        Self {
            grant,
            renewal: Renewal::resting(),
            standing: Standing::Good,
            hidden: None,
            spare: None,
        }
    }

    /// The missing permission, whether anything graver hides it or not.
    pub fn shortfall(&self) -> Option<&Shortfall> {
        match &self.standing {
            Standing::Limited(shortfall) => Some(shortfall),
            Standing::Good | Standing::Blocked(_) => self.hidden.as_deref(),
        }
    }

    /// Puts a standing in the place of a missing permission, which is remembered behind it.
    pub fn hide_behind(&mut self, standing: Standing) {
        if let Standing::Limited(shortfall) = std::mem::replace(&mut self.standing, standing) {
            self.hidden = Some(Box::new(shortfall));
        }
    }
}

/// A token kept beside the one in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spare {
    /// What is known of it.
    pub grant: Grant,
    /// Its number.
    pub generation: u64,
}

/// Where the renewal of a held token stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewal {
    /// Nothing is going on.
    Resting {
        /// The last renewal that worked; `None` when the token is the one from the consent.
        last: Option<Timestamp>,
    },
    /// A call is under way; a second one cannot start.
    Running {
        /// Failures in a row before this one.
        failures: u32,
        /// As in `Resting`.
        last: Option<Timestamp>,
    },
    /// The last try failed; another is planned.
    Failing {
        /// Failures in a row, at least one.
        failures: u32,
        /// When the next try is planned.
        retry_at: Timestamp,
        /// Why the last one failed.
        reason: Diagnosis,
        /// As in `Resting`.
        last: Option<Timestamp>,
    },
}

impl Renewal {
    /// A renewal that has never been needed.
    pub fn resting() -> Self {
        Self::Resting { last: None }
    }

    /// The last renewal that worked.
    pub fn last(&self) -> Option<Timestamp> {
        match self {
            Self::Resting { last } | Self::Running { last, .. } | Self::Failing { last, .. } => {
                *last
            }
        }
    }

    pub(crate) fn last_mut(&mut self) -> &mut Option<Timestamp> {
        match self {
            Self::Resting { last } | Self::Running { last, .. } | Self::Failing { last, .. } => {
                last
            }
        }
    }

    /// A try that is planned later than `latest` comes then.
    pub fn try_by(&mut self, latest: Timestamp) {
        if let Self::Failing { retry_at, .. } = self {
            *retry_at = (*retry_at).min(latest);
        }
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        match self {
            Self::Resting { .. } => 0,
            Self::Running { failures, .. } | Self::Failing { failures, .. } => *failures,
        }
    }
}

/// What an account with a token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Everything asked for.
    Good,
    /// It works, but a permission is missing.
    Limited(Shortfall),
    /// The person must act at Instagram first; the token is kept and looked at again.
    Blocked(Diagnosis),
}

/// A missing permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// The permissions asked for and not given; empty when the answer named none.
    pub missing: Scopes,
    /// How it was found.
    pub diagnosis: Diagnosis,
}

/// Access that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What was held, at rest: it is asked now and then whether it works again.
    pub held: Held,
    /// Why, and how sure.
    pub diagnosis: Diagnosis,
}

impl Lost {
    /// Whether our own clock alone says so. Of a token without an end it cannot: there Facebook itself said when it
    /// stops answering with data.
    pub(crate) fn is_by_the_clock(&self) -> bool {
        self.diagnosis.cause == Cause::Expired
            && self.diagnosis.evidence.is_none()
            && !self.held.grant.is_endless()
    }

    /// Access that was held and is gone.
    pub fn of(mut held: Held, diagnosis: Diagnosis) -> Self {
        held.hide_behind(Standing::Good);
        held.renewal = Renewal::Resting {
            last: held.renewal.last(),
        };
        Self { held, diagnosis }
    }
}

/// A deleted account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// When the person deleted it.
    pub at: Timestamp,
    /// How long the deletion can be taken back.
    pub undo: Undo,
    /// What stood before, while it can be taken back.
    pub before: Option<Box<Connection>>,
    /// Whether the provider has said that the app is no longer authorised there, by refusing a call or, on the
    /// Facebook route, by taking the permission back when asked. Deleting here does not remove it there. (Meta
    /// platform reference, A10, B3.)
    pub gone_there: bool,
    /// Through which product it was connected: the way back begins there.
    pub route: Route,
    /// On the Facebook route, the person whose sign-in it rested on: what is taken back there for another account
    /// is taken back for this one.
    pub person: Option<String>,
}

/// Whether a deletion can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// Until this moment.
    Until(Timestamp),
    /// While the wizard stands between deleting and signing in.
    WhileInWizard,
    /// No longer: the token is erased.
    Gone,
}

/// When an account was looked at, and what is unsettled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The last answered or failed check.
    pub last_checked_at: Option<Timestamp>,
    /// The last call that worked with the stored token.
    pub last_ok_at: Option<Timestamp>,
    /// When it is looked at next.
    pub next_at: Timestamp,
    /// Whether a check is under way.
    pub running: bool,
    /// A failure that says nothing about the account.
    pub trouble: Option<Trouble>,
    /// A failure that would turn the account red if a second call agrees.
    pub doubt: Option<Doubt>,
}

impl Watch {
    /// A watch over an account that has just answered.
    pub fn fresh(now: Timestamp) -> Self {
        Self {
            last_checked_at: Some(now),
            last_ok_at: Some(now),
            next_at: now,
            running: false,
            trouble: None,
            doubt: None,
        }
    }
}

/// A failure that passes by itself: the network, a limit, a fault at the provider, an unknown answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What it was.
    pub diagnosis: Diagnosis,
    /// Failures in a row, at least one.
    pub failures: u32,
    /// When the next try is planned.
    pub retry_at: Timestamp,
}

/// A first answer that says access is gone, waiting for a second. (Security document, J1.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// What the first answer meant.
    pub diagnosis: Diagnosis,
    /// When it came.
    pub since: Timestamp,
    /// Not to be confirmed before this moment.
    pub confirm_at: Timestamp,
    /// Held back because several accounts of one app failed alike. (Design brief, section 4.)
    pub held_back: bool,
    /// Whether the loss was told already, before others that failed alike made it doubtful again: if it
    /// stands after all, it is not told a second time.
    pub told: bool,
}
