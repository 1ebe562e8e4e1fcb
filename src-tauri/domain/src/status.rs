//! The one status an account has at a moment, worked out from what is known. (Design brief, section 4.)

use std::borrow::Cow;

use chrono::Duration;

use crate::Timestamp;
use crate::account::Account;
use crate::connection::{Connection, Renewal, Shortfall, Standing};
use crate::diagnosis::{Affects, Cause, Certainty, Diagnosis};
use crate::renewal::{OVERDUE, RenewalPolicy};

/// Without a successful call for this long we no longer claim to know. (Design brief, section 4.)
pub const STALE: Duration = Duration::hours(48);

/// An account's status; the order is that of urgency, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Instagram wants the person to act first.
    Blocked,
    /// Instagram ended the connection.
    Revoked,
    /// The 60 days ran out.
    Expired,
    /// It works, but a permission is missing.
    Limited,
    /// Renewal failed and 15 days or fewer are left; or as little is left until Meta stops answering with data,
    /// which only a new sign-in changes.
    RenewalLate,
    /// Something that passes by itself; a retry is planned.
    Waiting,
    /// Not checked for 48 hours.
    Unknown,
    /// A renewal is under way.
    Renewing,
    /// The last check passed, renewal is on plan.
    Connected,
    /// Deleted; kept data, no token.
    Removed,
}

impl Status {
    /// Every status, most urgent first.
    pub const ALL: [Self; 10] = [
        Self::Blocked,
        Self::Revoked,
        Self::Expired,
        Self::Limited,
        Self::RenewalLate,
        Self::Waiting,
        Self::Unknown,
        Self::Renewing,
        Self::Connected,
        Self::Removed,
    ];

    /// The identifier of product section 3.
    pub fn code(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Limited => "limited",
            Self::RenewalLate => "renewal_late",
            Self::Waiting => "waiting",
            Self::Unknown => "unknown",
            Self::Renewing => "renewing",
            Self::Connected => "connected",
            Self::Removed => "removed",
        }
    }

    /// Reads an identifier made by [`Status::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether a person has to do something.
    pub fn needs_person(self) -> bool {
        match self {
            Self::Blocked | Self::Revoked | Self::Expired | Self::Limited | Self::RenewalLate => {
                true
            }
            Self::Waiting | Self::Unknown | Self::Renewing | Self::Connected | Self::Removed => {
                false
            }
        }
    }
}

/// The status of `account` at `now`.
pub fn status(account: &Account, policy: RenewalPolicy, now: Timestamp) -> Status {
    let held = match &account.connection {
        Connection::Removed(_) => return Status::Removed,
        Connection::Lost(lost) if lost.diagnosis.cause == Cause::Expired => return Status::Expired,
        Connection::Lost(_) => return Status::Revoked,
        Connection::Held(held) => held,
    };
    match &held.standing {
        Standing::Blocked(_) => return Status::Blocked,
        Standing::Limited(_) => return Status::Limited,
        Standing::Good => {}
    }
    if held.renewal.failures() > 0 && policy.overdue(&held.grant, now) {
        return Status::RenewalLate;
    }
    if policy.data_access_ends(&held.grant, now) {
        return Status::RenewalLate;
    }
    if waits(account) {
        return Status::Waiting;
    }
    if account
        .watch
        .last_ok_at
        .is_none_or(|seen| now - seen > STALE)
    {
        return Status::Unknown;
    }
    match held.renewal {
        Renewal::Running { .. } => Status::Renewing,
        Renewal::Resting { .. } | Renewal::Failing { .. } => Status::Connected,
    }
}

/// Why the status is what it is: what a person would want explained beside it.
pub fn reason(
    account: &Account,
    policy: RenewalPolicy,
    now: Timestamp,
) -> Option<Cow<'_, Diagnosis>> {
    let held = match &account.connection {
        Connection::Removed(_) => return None,
        Connection::Lost(lost) => return Some(Cow::Borrowed(&lost.diagnosis)),
        Connection::Held(held) => held,
    };
    match &held.standing {
        Standing::Blocked(diagnosis) | Standing::Limited(Shortfall { diagnosis, .. }) => {
            return Some(Cow::Borrowed(diagnosis));
        }
        Standing::Good => {}
    }
    if let Renewal::Failing { reason, .. } = &held.renewal
        && policy.overdue(&held.grant, now)
    {
        return Some(Cow::Borrowed(reason));
    }
    if let Some(end) = held.grant.data_access_until()
        && policy.data_access_ends(&held.grant, now)
    {
        let soon = Diagnosis::of(Cause::Expired, Certainty::Proved, end - OVERDUE);
        return Some(Cow::Owned(soon));
    }
    let doubt = account.watch.doubt.as_ref().filter(|doubt| doubt.held_back);
    doubt
        .map(|doubt| &doubt.diagnosis)
        .or_else(|| {
            account
                .watch
                .trouble
                .as_ref()
                .map(|trouble| &trouble.diagnosis)
        })
        .or(match &held.renewal {
            Renewal::Failing { reason, .. } => Some(reason),
            Renewal::Resting { .. } | Renewal::Running { .. } => None,
        })
        .map(Cow::Borrowed)
}

/// Whether something of the provider's holds this account up. Being offline is a state of the
/// connection to the provider, not of an account (product, section 3), so it does not count.
fn waits(account: &Account) -> bool {
    let held_back = account
        .watch
        .doubt
        .as_ref()
        .is_some_and(|doubt| doubt.held_back);
    let trouble = account
        .watch
        .trouble
        .as_ref()
        .map(|trouble| &trouble.diagnosis);
    let renewal = match &account.connection {
        Connection::Held(held) => match &held.renewal {
            Renewal::Failing { reason, .. } => Some(reason),
            Renewal::Resting { .. } | Renewal::Running { .. } => None,
        },
        Connection::Lost(_) | Connection::Removed(_) => None,
    };
    held_back
        || [trouble, renewal]
            .into_iter()
            .flatten()
            .any(|diagnosis| match diagnosis.affects {
                Affects::Provider | Affects::App => true,
                Affects::Account => diagnosis.is_transient(),
                Affects::Network
                | Affects::Request
                | Affects::Attempt
                | Affects::Settings
                | Affects::Unknown => false,
            })
}
