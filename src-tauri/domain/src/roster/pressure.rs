//! How much the provider can take: limits, faults, and the budget its answers tell of.
//! (Security document, N5 and N6; Meta platform reference, section E.)

use chrono::Duration;

use super::Roster;
use super::agenda::Rank;
use crate::Timestamp;
use crate::account::AccountId;
use crate::diagnosis::{Affects, Cause, Diagnosis};
use crate::refusal::Refusal;

/// Faults in a row, whichever account they met, after which calls rest.
const FAULTS: u32 = 5;

/// The first rest after faults; it doubles.
const FIRST_REST: Duration = Duration::minutes(1);

/// The longest rest after faults.
const LONGEST_REST: Duration = Duration::minutes(15);

/// The longest rest after a limit that names no time: the budget is that of a rolling hour.
const LONGEST_LIMIT: Duration = Duration::hours(1);

/// From this share of the budget on only renewals go out, in percent.
pub const NEARLY_FULL: u32 = 80;

/// At this share of the budget nothing goes out, in percent.
const FULL: u32 = 100;

/// How long checks of an account rest whose own budget is nearly used up.
const ACCOUNT_RESTS: Duration = Duration::hours(1);

/// How long a reading of the budget is believed; then one check looks at it again.
const READING_LIVES: Duration = Duration::minutes(5);

/// Whether calls may go out, as far as the provider is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pressure {
    /// Failures in a row that blame the provider.
    faults: u32,
    /// Limits in a row.
    limits: u32,
    rest: Option<Rest>,
    usage: Option<(u32, Timestamp)>,
}

/// A time in which no calls go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// Since when.
    pub since: Timestamp,
    /// Until when; then one call looks whether it is over.
    pub until: Timestamp,
    /// [`Cause::RateLimited`] or [`Cause::ProviderFault`].
    pub cause: Cause,
    trying: bool,
}

impl Pressure {
    /// The time in which no calls go out, where there is one.
    pub fn rest(&self) -> Option<Rest> {
        self.rest
    }

    /// The share of the app's budget that is used, in percent, as the last answer told it.
    pub fn usage(&self, now: Timestamp) -> Option<u32> {
        let (percent, at) = self.usage?;
        (now - at < READING_LIVES).then_some(percent)
    }

    /// How many of `room` new calls the provider can take.
    pub(super) fn room(&self, room: usize, now: Timestamp) -> usize {
        match self.rest {
            None => room,
            Some(rest) if rest.trying || rest.until > now => 0,
            Some(_) => room.min(1),
        }
    }

    /// Whether calls of this rank may go out.
    pub(super) fn admits(&self, rank: Rank, now: Timestamp) -> bool {
        rank == Rank::Renewal || self.usage(now).is_none_or(|percent| percent < NEARLY_FULL)
    }

    /// The earliest moment for a call of this rank, wanted at `at`. `None` while another call tries.
    pub(super) fn not_before(&self, at: Timestamp, rank: Rank) -> Option<Timestamp> {
        let rested = match self.rest {
            Some(rest) if rest.trying => return None,
            Some(rest) => at.max(rest.until),
            None => at,
        };
        match self.usage {
            Some((percent, seen)) if percent >= NEARLY_FULL && rank != Rank::Renewal => {
                Some(rested.max(seen + READING_LIVES))
            }
            Some(_) | None => Some(rested),
        }
    }

    pub(super) fn begin_try(&mut self) {
        if let Some(rest) = &mut self.rest {
            rest.trying = true;
        }
    }

    pub(super) fn try_ended(&mut self) {
        if let Some(rest) = &mut self.rest {
            rest.trying = false;
        }
    }

    fn answered(&mut self) {
        self.faults = 0;
        self.limits = 0;
        self.rest = None;
    }

    fn limited(&mut self, asked: Duration, now: Timestamp) {
        self.limits = self.limits.saturating_add(1);
        let own = (FIRST_REST * (1 << self.limits.saturating_sub(1).min(6))).min(LONGEST_LIMIT);
        let wait = if asked > Duration::zero() { asked } else { own };
        self.rest_until(now + wait, Cause::RateLimited, now);
    }

    fn faulted(&mut self, asked: Duration, now: Timestamp) {
        self.faults = self.faults.saturating_add(1);
        if self.faults >= FAULTS {
            let doubled = FIRST_REST * (1 << (self.faults - FAULTS).min(4));
            let until = now + doubled.min(LONGEST_REST).max(asked);
            self.rest_until(until, Cause::ProviderFault, now);
        }
    }

    fn rest_until(&mut self, until: Timestamp, cause: Cause, now: Timestamp) {
        let before = self.rest.filter(|rest| rest.cause == cause);
        self.rest = Some(Rest {
            since: before.map_or(now, |rest| rest.since),
            until: before.map_or(until, |rest| rest.until.max(until)),
            cause,
            trying: false,
        });
    }

    pub(super) fn shift(&mut self, by: Duration) {
        if let Some(rest) = &mut self.rest {
            rest.since += by;
            rest.until += by;
        }
        if let Some((_, at)) = &mut self.usage {
            *at += by;
        }
    }
}

impl Roster {
    /// An answer that says nothing against the provider.
    pub(super) fn relieve(&mut self) {
        self.pressure.answered();
    }

    /// A refusal, as far as it is the provider's doing.
    pub(super) fn press(&mut self, diagnosis: &Diagnosis, asked: Duration, now: Timestamp) {
        if diagnosis.cause == Cause::RateLimited && is_of_the_app(diagnosis) {
            self.pressure.limited(asked, now);
        } else if diagnosis.cause == Cause::ProviderFault {
            self.pressure.faulted(asked, now);
        } else if diagnosis.cause != Cause::Network {
            self.pressure.answered(); // where somebody else answered, or nobody, it says nothing
        }
    }

    /// What a call beside checks and renewals says of the way there and of the provider.
    pub(super) fn on_read(&mut self, result: Result<(), (Diagnosis, Refusal)>, now: Timestamp) {
        match result {
            Ok(()) => {
                self.reached_provider(now);
                self.relieve();
            }
            Err((diagnosis, refusal)) => {
                if diagnosis.affects == Affects::Network {
                    self.lost_network(&diagnosis, &refusal, now);
                } else {
                    self.reached_provider(now);
                }
                let asked = refusal.retry_after().unwrap_or(Duration::zero());
                self.press(&diagnosis, asked, now);
            }
        }
    }

    /// The earliest moment at which a call that nothing depends on may go out: not while the provider or the network
    /// rests, and not while the app's budget is nearly used up. `None` while another call tries.
    pub fn reading_from(&self, now: Timestamp) -> Option<Timestamp> {
        let reached = self.network.not_before(now)?;
        self.pressure.not_before(reached, Rank::Routine)
    }

    /// A quiet account has a small budget: when it is nearly used up, the account is left alone for a while.
    pub(super) fn on_account_usage(&mut self, id: &AccountId, percent: u32, now: Timestamp) {
        if percent >= NEARLY_FULL
            && let Some(account) = self.accounts.get_mut(id)
            && account.watch.doubt.is_none()
        {
            account.watch.next_at = account.watch.next_at.max(now + ACCOUNT_RESTS);
        }
    }

    /// What the head of an answer told of the app's budget, in percent.
    pub(super) fn on_usage(&mut self, percent: u32, now: Timestamp) {
        self.pressure.usage = Some((percent, now));
        if percent >= FULL {
            self.pressure.limited(Duration::zero(), now);
        }
    }
}

/// Limits of one account or one Page leave the others alone. (Meta platform reference, D4 and E: 17 is
/// a user's, 32 a Page's, 80001 and 80002 those of an app and one Page or account; 9 is publishing.)
fn is_of_the_app(diagnosis: &Diagnosis) -> bool {
    let code = diagnosis
        .evidence
        .as_ref()
        .and_then(|evidence| evidence.code);
    !matches!(code, Some(9 | 17 | 32 | 80_000..=80_014))
}
