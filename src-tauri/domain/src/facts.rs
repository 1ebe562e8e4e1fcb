//! The facts behind a diagnosis: what is known of an account that bears on why it was lost. They are shown
//! beside the cause, so that the person can weigh it as Relink did.

use chrono::Duration;

use crate::Timestamp;
use crate::account::{Account, TwoFactorAnswer};
use crate::connection::Connection;
use crate::diagnosis::Diagnosis;
use crate::roster::Roster;

/// A step of two-factor authentication this near may itself have ended an access. (Design brief 7.2.)
pub const TWO_FACTOR_BEARS: Duration = Duration::hours(48);

/// Losses this near count as a row. (Design brief 7.8.)
const ROW: Duration = Duration::days(30);

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Since when this access had been valid.
    IssuedAt(Timestamp),
    /// When a call last worked.
    LastOkAt(Timestamp),
    /// When this access ended, or would have ended, by what Instagram said of its life.
    EndsAt(Timestamp),
    /// Renewals in a row that failed.
    RenewalsFailed(u32),
    /// How many accounts broke within ten minutes and with the same answer, this one included.
    BrokeTogether(usize),
    /// How many others nothing is the matter with.
    OthersWork(usize),
    /// When the person said that two-factor authentication was just turned on.
    TwoFactorStep(Timestamp),
    /// How often this account was lost within thirty days, this time included.
    LostBefore(usize),
}

impl Fact {
    /// Every identifier.
    pub const CODES: [&'static str; 8] = [
        "issued_at",
        "last_ok_at",
        "ends_at",
        "renewals_failed",
        "broke_together",
        "others_work",
        "two_factor_step",
        "lost_before",
    ];

    /// The identifier used in message files and the window.
    pub fn code(&self) -> &'static str {
        match self {
            Self::IssuedAt(_) => "issued_at",
            Self::LastOkAt(_) => "last_ok_at",
            Self::EndsAt(_) => "ends_at",
            Self::RenewalsFailed(_) => "renewals_failed",
            Self::BrokeTogether(_) => "broke_together",
            Self::OthersWork(_) => "others_work",
            Self::TwoFactorStep(_) => "two_factor_step",
            Self::LostBefore(_) => "lost_before",
        }
    }
}

/// When the person turned two-factor authentication on, where that is near enough to `lost_at` to have ended
/// the access itself.
pub fn two_factor_step(account: &Account, lost_at: Timestamp) -> Option<Timestamp> {
    let answer = account.two_factor?;
    let turned_on = answer.answer == TwoFactorAnswer::JustTurnedOn;
    let near = answer.at <= lost_at && lost_at - answer.at <= TWO_FACTOR_BEARS;
    (turned_on && near).then_some(answer.at)
}

/// What bears on `diagnosis` of `account`; `together` counts all that broke with it, itself included.
pub fn facts(
    account: &Account,
    diagnosis: &Diagnosis,
    roster: &Roster,
    together: usize,
) -> Vec<Fact> {
    let at = diagnosis.found_at;
    let grant = account.grant();
    let failures = match &account.connection {
        Connection::Held(held) => held.renewal.failures(),
        Connection::Lost(_) | Connection::Removed(_) => 0,
    };
    let lost = account
        .recent_losses
        .iter()
        .filter(|lost| at - **lost <= ROW)
        .count();
    let works = roster.well_count();
    let step = two_factor_step(account, at);
    [
        grant.and_then(|grant| grant.issued_at).map(Fact::IssuedAt),
        account.watch.last_ok_at.map(Fact::LastOkAt),
        grant.and_then(|grant| grant.expires_at).map(Fact::EndsAt),
        (failures > 0).then_some(Fact::RenewalsFailed(failures)),
        (together > 1).then_some(Fact::BrokeTogether(together)),
        (works > 0).then_some(Fact::OthersWork(works)),
        step.map(Fact::TwoFactorStep),
        (lost > 1).then_some(Fact::LostBefore(lost)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
