//! What may be told of one account.

use chrono::Duration;

use crate::Timestamp;
use crate::account::Account;
use crate::connection::{Connection, Standing};
use crate::diagnosis::Cause;
use crate::roster::Roster;
use crate::status::{Status, reason};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// Instagram ended the connection.
    Disconnected,
    /// Instagram wants the person to act first.
    Blocked,
    /// Several accounts need the person.
    Several,
    /// Renewal keeps failing and little time is left.
    RenewalLate,
    /// The 60 days ran out.
    Expired,
    /// A permission is missing.
    Limited,
    /// What was told is settled.
    Recovered,
    /// Instagram refuses the Meta app.
    AppProblem,
    /// What happened in the week.
    Weekly,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Disconnected,
        Self::Blocked,
        Self::Several,
        Self::RenewalLate,
        Self::Expired,
        Self::Limited,
        Self::Recovered,
        Self::AppProblem,
        Self::Weekly,
    ];

    /// The identifier used in message files, the database and logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Blocked => "blocked",
            Self::Several => "several",
            Self::RenewalLate => "renewal_late",
            Self::Expired => "expired",
            Self::Limited => "limited",
            Self::Recovered => "recovered",
            Self::AppProblem => "app_problem",
            Self::Weekly => "weekly",
        }
    }

    /// Reads an identifier made by [`NoticeKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it is told again while it lasts. The countdown has its own steps.
    pub(super) fn is_reminded(self) -> bool {
        match self {
            Self::Disconnected | Self::Blocked | Self::Expired | Self::Limited => true,
            Self::Several
            | Self::RenewalLate
            | Self::Recovered
            | Self::AppProblem
            | Self::Weekly => false,
        }
    }
}

/// What is to be told of an account. Two that are equal are the same matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// What it is.
    pub kind: NoticeKind,
    /// Why.
    pub cause: Option<Cause>,
    /// For a late renewal: 72 or 24, the step of the countdown in hours.
    pub step: Option<u32>,
}

impl Matter {
    pub(super) fn hours_left(&self) -> Option<i64> {
        self.step.map(i64::from)
    }
}

/// What there is to tell of `account`; `None` while all is well or a passing trouble is waited out.
pub(super) fn of(account: &Account, roster: &Roster, now: Timestamp) -> Option<Matter> {
    let cause = reason(account, roster.plan().policy, now).map(|diagnosis| diagnosis.cause);
    let matter = |kind, step| Some(Matter { kind, cause, step });
    match roster.status(account, now) {
        Status::Revoked => matter(NoticeKind::Disconnected, None),
        Status::Expired => matter(NoticeKind::Expired, None),
        Status::Blocked => matter(NoticeKind::Blocked, None),
        // What the person unticked is no news.
        Status::Limited => match &account.connection {
            Connection::Held(held) => match &held.standing {
                Standing::Limited(shortfall) if shortfall.missing.is_empty() => {
                    matter(NoticeKind::Limited, None)
                }
                Standing::Limited(_) | Standing::Good | Standing::Blocked(_) => None,
            },
            Connection::Lost(_) | Connection::Removed(_) => None,
        },
        Status::RenewalLate => {
            let end = account
                .grant()
                .and_then(|grant| grant.expires_at.or(grant.data_access_until()))?;
            let step = [24, 72]
                .into_iter()
                .find(|hours| end - now <= Duration::hours(i64::from(*hours)))?;
            matter(NoticeKind::RenewalLate, Some(step))
        }
        Status::Waiting
        | Status::Unknown
        | Status::Renewing
        | Status::Connected
        | Status::Removed => None,
    }
}
