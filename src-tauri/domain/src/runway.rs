//! The way of an account's access from its beginning to its end: what was tried, what is planned, and
//! how many tries are left. What is drawn is what the scheduler will do.

use crate::Timestamp;
use crate::account::Account;
use crate::connection::{Connection, Renewal, Standing};
use crate::diagnosis::Cause;
use crate::renewal::{MIN_AGE, OVERDUE, spread_patience};
use crate::roster::Roster;

/// The most planned tries that are listed.
pub const MOST_PLANNED: usize = 40;

/// With so few tries left, or fewer, a failing renewal is worth a warning.
const FEW: u32 = 12;

/// Where the renewal of an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunwayState {
    /// The next renewal is planned.
    Resting,
    /// A renewal is under way.
    Running,
    /// The last try failed; the next is planned.
    Failing,
    /// The person paused renewals.
    Paused,
    /// The person switched renewals off.
    Off,
    /// Instagram wants the person to act first.
    Blocked,
    /// A first answer says access is gone; the second is awaited.
    Doubtful,
    /// Access is gone.
    Lost,
    /// The account was deleted.
    Removed,
}

impl RunwayState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Resting,
        Self::Running,
        Self::Failing,
        Self::Paused,
        Self::Off,
        Self::Blocked,
        Self::Doubtful,
        Self::Lost,
        Self::Removed,
    ];

    /// The identifier used in the window and the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Resting => "resting",
            Self::Running => "running",
            Self::Failing => "failing",
            Self::Paused => "paused",
            Self::Off => "off",
            Self::Blocked => "blocked",
            Self::Doubtful => "doubtful",
            Self::Lost => "lost",
            Self::Removed => "removed",
        }
    }
}

/// What a try to renew came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryResult {
    /// Access was renewed.
    Renewed,
    /// Instagram answered, and did not renew.
    Refused,
    /// No answer came, or one that Instagram did not write.
    NoAnswer,
    /// Relink was cut off before it knew. (Security document, R2.)
    Unknown,
}

impl TryResult {
    /// Every result.
    pub const ALL: [Self; 4] = [Self::Renewed, Self::Refused, Self::NoAnswer, Self::Unknown];

    /// The identifier used in the database and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Renewed => "renewed",
            Self::Refused => "refused",
            Self::NoAnswer => "no_answer",
            Self::Unknown => "unknown",
        }
    }

    /// Reads an identifier made by [`TryResult::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.code() == code)
    }
}

/// One try to renew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Try {
    /// When it began.
    pub at: Timestamp,
    /// When its end was known.
    pub ended_at: Option<Timestamp>,
    /// What it came to.
    pub result: TryResult,
    /// Why it did not renew.
    pub cause: Option<Cause>,
}

/// The way from now to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runway {
    /// Where the renewal stands.
    pub state: RunwayState,
    /// When the token's present lifetime began.
    pub began_at: Option<Timestamp>,
    /// The earliest moment at which Instagram renews it.
    pub not_before: Option<Timestamp>,
    /// The next try.
    pub due_at: Option<Timestamp>,
    /// From here on a renewal is overdue.
    pub overdue_at: Option<Timestamp>,
    /// The end; of lost access the moment of the loss.
    pub ends_at: Option<Timestamp>,
    /// The tries to come if each of them failed, at most [`MOST_PLANNED`].
    pub planned: Vec<Timestamp>,
    /// How many of them there are before the end; `None` where no end is known.
    pub tries_left: Option<u32>,
    /// Whether so little is left that it is worth a warning.
    pub short: bool,
}

impl Runway {
    /// The runway of `account` at `now`.
    pub fn of(account: &Account, roster: &Roster, now: Timestamp) -> Self {
        let grant = account.grant();
        let began_at = grant.and_then(|grant| grant.issued_at);
        let planned_end = grant.and_then(|grant| grant.expires_at);
        let lost_at = lost_at(account);
        let ends_at = lost_at.map_or(planned_end, |lost| {
            Some(planned_end.map_or(lost, |end| end.min(lost)))
        });
        // What would have come after a loss does not come any more.
        let comes = |at: &Timestamp| lost_at.is_none_or(|lost| *at < lost);
        let due_at = roster.renewal_at(account, now).map(|at| at.max(now));
        let failures = match &account.connection {
            Connection::Held(held) => held.renewal.failures(),
            Connection::Lost(_) | Connection::Removed(_) => 0,
        };
        let (planned, count) = tries(account, due_at, ends_at, failures);
        let tries_left = due_at.and(ends_at).map(|_| count);
        let late = roster.status(account, now) == crate::status::Status::RenewalLate;
        Self {
            state: state(account, roster, now),
            began_at,
            not_before: grant
                .filter(|grant| grant.renews())
                .map(|_| began_at.unwrap_or(account.consented_at) + MIN_AGE)
                .filter(comes),
            due_at,
            overdue_at: planned_end.map(|end| end - OVERDUE).filter(comes),
            ends_at,
            planned,
            tries_left,
            short: late || (failures > 0 && tries_left.is_some_and(|left| left <= FEW)),
        }
    }
}

fn lost_at(account: &Account) -> Option<Timestamp> {
    match &account.connection {
        Connection::Lost(lost) => Some(lost.diagnosis.found_at),
        Connection::Held(_) | Connection::Removed(_) => None,
    }
}

/// The tries from `due` on, each failing, as the scheduler would space them, and their number before `end`.
fn tries(
    account: &Account,
    due: Option<Timestamp>,
    end: Option<Timestamp>,
    mut failures: u32,
) -> (Vec<Timestamp>, u32) {
    let mut planned = Vec::new();
    let mut count = 0_u32;
    let mut next = due;
    while let Some(at) = next {
        let over = end.is_some_and(|end| at >= end);
        if over || (end.is_none() && planned.len() == MOST_PLANNED) {
            break;
        }
        if planned.len() < MOST_PLANNED {
            planned.push(at);
        }
        count = count.saturating_add(1);
        failures = failures.saturating_add(1);
        next = Some(at + spread_patience(failures, account.id()));
    }
    (planned, count)
}

fn state(account: &Account, roster: &Roster, now: Timestamp) -> RunwayState {
    let held = match &account.connection {
        Connection::Removed(_) => return RunwayState::Removed,
        Connection::Lost(_) => return RunwayState::Lost,
        Connection::Held(held) => held,
    };
    let plan = roster.plan();
    match (&held.renewal, &held.standing) {
        (Renewal::Running { .. }, _) => RunwayState::Running,
        (_, Standing::Blocked(_)) => RunwayState::Blocked,
        _ if account.watch.doubt.is_some() => RunwayState::Doubtful,
        _ if plan.off => RunwayState::Off,
        _ if !plan.is_running(now) => RunwayState::Paused,
        (Renewal::Failing { .. }, _) => RunwayState::Failing,
        (Renewal::Resting { .. }, _) => RunwayState::Resting,
    }
}

#[cfg(test)]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test that meets anything else fails"
)]
mod tests;
