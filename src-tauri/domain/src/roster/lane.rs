//! Several accounts that are mended one after the other. (Feature table, F-B08; design brief 7.0.)
//!
//! A browser is logged in as one person at a time. Accounts of one log-in follow each other, so that it has
//! to be changed once for each log-in but the first, and never back.

use std::collections::BTreeMap;

use super::{Effect, Roster};
use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::diagnosis::Cause;
use crate::status::{Status, reason};

/// The lane as it is remembered: everybody in it in order, and who was put off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lane {
    /// In the order in which they are mended.
    pub order: Vec<AccountId>,
    /// Those that were put off, in the order in which that was said.
    pub skipped: Vec<AccountId>,
}

/// Where a lane stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaneState {
    /// Still to be mended; the first is being mended.
    pub waiting: Vec<AccountId>,
    /// Put off: they come again when nobody else waits.
    pub skipped: Vec<AccountId>,
    /// Nothing more is to be done about these.
    pub done: Vec<AccountId>,
    /// How often the browser's log-in has to be changed among those that wait.
    pub changes: usize,
}

/// Whose log-in it is, as far as the person said: two that were not told apart are not taken for one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum LogIn {
    Named(String),
    Own(AccountId),
}

impl LogIn {
    fn of(account: &Account) -> Self {
        let said = account.login.trim().to_lowercase();
        if said.is_empty() {
            Self::Own(account.id().clone())
        } else {
            Self::Named(said)
        }
    }
}

impl Roster {
    /// Goes on with a lane of an earlier run.
    #[must_use]
    pub fn with_lane(mut self, lane: Option<Lane>) -> Self {
        self.lane = lane;
        self
    }

    /// The lane as it is to be remembered.
    pub fn lane(&self) -> Option<&Lane> {
        self.lane.as_ref()
    }

    /// Where the lane stands; `None` without one.
    pub fn lane_state(&self, now: Timestamp) -> Option<LaneState> {
        let lane = self.lane.as_ref()?;
        let accounts = lane.order.iter().filter_map(|id| self.accounts.get(id));
        let (open, done): (Vec<&Account>, Vec<&Account>) =
            accounts.partition(|account| self.is_open(account, now));
        let ids = |accounts: Vec<&Account>| -> Vec<AccountId> {
            accounts.into_iter().map(|it| it.id().clone()).collect()
        };
        let put_off = |account: &&Account| lane.skipped.contains(account.id());
        let (skipped, waiting): (Vec<&Account>, Vec<&Account>) =
            open.into_iter().partition(put_off);
        // Nobody else is left: those that were put off come again.
        let (waiting, skipped) = match waiting.is_empty() {
            true => (skipped, waiting),
            false => (waiting, skipped),
        };
        let log_ins: Vec<LogIn> = waiting.iter().map(|account| LogIn::of(account)).collect();
        let changes = log_ins.windows(2).filter(|pair| pair[0] != pair[1]).count();
        Some(LaneState {
            waiting: ids(waiting),
            skipped: ids(skipped),
            done: ids(done),
            changes,
        })
    }

    pub(super) fn on_lane_started(&mut self, ids: &[AccountId], now: Timestamp) {
        let mut log_ins: BTreeMap<LogIn, Vec<(Status, Option<Cause>, AccountId)>> = BTreeMap::new();
        for account in self
            .named(ids)
            .iter()
            .filter_map(|id| self.accounts.get(id))
        {
            if !self.is_open(account, now) {
                continue;
            }
            let cause = reason(account, self.plan.policy, now).map(|diagnosis| diagnosis.cause);
            let of_this = log_ins.entry(LogIn::of(account)).or_default();
            of_this.push((self.status(account, now), cause, account.id().clone()));
        }
        let place = |status: &Status| Status::ALL.iter().position(|it| it == status);
        let mut groups: Vec<_> = log_ins.into_values().collect();
        for group in &mut groups {
            // The worst first, and accounts of one cause after each other.
            group.sort_by_key(|(status, cause, id)| {
                (place(status), cause.map(Cause::code), id.clone())
            });
        }
        groups.sort_by_key(|group| {
            let first = group.first();
            first.map(|(status, cause, id)| (place(status), cause.map(Cause::code), id.clone()))
        });
        let order: Vec<AccountId> = groups.into_iter().flatten().map(|(.., id)| id).collect();
        self.lane = (!order.is_empty()).then_some(Lane {
            order,
            skipped: Vec::new(),
        });
        self.out.effects.push(Effect::KeepLane);
    }

    pub(super) fn on_lane_skipped(&mut self, now: Timestamp) {
        let first = self
            .lane_state(now)
            .and_then(|state| state.waiting.first().cloned());
        if let (Some(lane), Some(first)) = (&mut self.lane, first) {
            // Put off once more, it comes after those that were put off before.
            lane.skipped.retain(|id| *id != first);
            lane.order.retain(|id| *id != first);
            lane.order.push(first.clone());
            lane.skipped.push(first);
            self.out.effects.push(Effect::KeepLane);
        }
    }

    pub(super) fn on_lane_closed(&mut self) {
        if self.lane.take().is_some() {
            self.out.effects.push(Effect::KeepLane);
        }
    }

    /// Whether something is still to be done about an account: it needs a person, or a way back is open.
    fn is_open(&self, account: &Account, now: Timestamp) -> bool {
        self.status(account, now).needs_person() || account.wizard.is_some()
    }
}
