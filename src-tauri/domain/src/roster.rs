//! All accounts and the one open attempt: events in, effects out.
//!
//! Nothing here waits, reads a clock or speaks to anybody. An effect that was handed out is
//! answered by an event that carries the account's revision; an answer to an older question
//! changes nothing.

mod adopting;
mod agenda;
mod changes;
mod connecting;
mod deleting;
mod event;
mod guard;
mod healing;
mod incident;
mod lane;
mod network;
mod offering;
mod paging;
mod plan;
mod pressure;
mod refused_apps;
mod renewing;
mod revoking;
mod several;
mod spare;
mod time;
mod watching;
mod way_back;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::Timestamp;
use crate::account::{Account, AccountId, Revision, TwoFactorAnswer};
use crate::attempt::Attempt;
use crate::connection::{Connection, Renewal};
use crate::diagnosis::{Cause, Certainty, Diagnosis};
use crate::grant::{Grant, Scopes};
use crate::journal::Entry;
use crate::meta_app::AppKey;
use crate::status::{Status, status};

pub use deleting::UndoGroup;
pub use event::{
    AttemptEvent, CHECK_EVERY, Effect, Event, ManifestStep, PageProbe, PageState, Plan, Probe,
    Reaction, WizardEvent,
};
pub use incident::{Incident, IncidentKind, Shared};
pub use lane::{Lane, LaneState};
pub use network::Network;
pub use plan::check_interval;
pub use pressure::{NEARLY_FULL, Pressure, Rest};
pub use refused_apps::RefusedApp;

use agenda::{Accounts, Agenda};

/// All accounts and the one open attempt.
#[derive(Debug, Default)]
pub struct Roster {
    accounts: Accounts,
    agenda: Agenda,
    attempt: Option<Attempt>,
    /// Attempts that another took the place of, oldest first: each stays answerable for its ten minutes.
    earlier: Vec<Attempt>,
    plan: Plan,
    network: Network,
    silent: u32,
    pressure: Pressure,
    /// Whether Instagram's clock has been heard: before that no end is taken for past.
    time_known: bool,
    /// The latest moment that was told.
    last: Timestamp,
    app_faults: guard::AppFaults,
    /// When a first finding last sent a look at all the others.
    alarmed_at: Option<Timestamp>,
    failures: Vec<guard::Failure>,
    checks: VecDeque<(Timestamp, AccountId)>,
    key_available: bool,
    /// Live checks that were asked for.
    asked: BTreeSet<AccountId>,
    /// Renewals that were asked for.
    asked_renewals: BTreeSet<AccountId>,
    /// Renewals under way, each with the revision it was asked at. Their answers are wanted whatever
    /// happened to the account meanwhile: the old token may be dead.
    renewing: BTreeMap<AccountId, Revision>,
    /// Why the renewals that fail in a row failed last.
    failing: BTreeMap<AccountId, Cause>,
    /// Since when an account's own questions after its end by our clock have found no answer; only of
    /// accounts that were asked since this program began.
    unanswered: BTreeMap<AccountId, Timestamp>,
    only_asked: bool,
    lane: Option<Lane>,
    quarantined: Option<Grant>,
    /// What the last sign-in on the Facebook route was asked for and did not give.
    declined: Scopes,
    undo: Option<UndoGroup>,
    out: Reaction,
}

impl Roster {
    /// The roster as the store remembers it. What was under way when the last run ended is not
    /// known to have failed (security document, R2): it is looked at first.
    pub fn restore(
        accounts: impl IntoIterator<Item = Account>,
        plan: Plan,
        now: Timestamp,
    ) -> Self {
        let accounts = accounts.into_iter().map(|mut account| {
            account.watch.running = false;
            account.watch.next_at = now;
            // The computer may be on for this hour only. (Security document, R1.)
            if let Connection::Held(held) = &mut account.connection {
                held.renewal.try_by(now + crate::renewal::patience(1));
            }
            if let Connection::Held(held) = &mut account.connection
                && let Renewal::Running { failures, last } = held.renewal
            {
                held.renewal = Renewal::Failing {
                    failures: failures.saturating_add(1),
                    // After the profile was read. (Security document, R5.)
                    retry_at: now + crate::renewal::patience(1),
                    reason: Diagnosis::of(Cause::Unknown, Certainty::Unknown, now),
                    last,
                };
            }
            account
        });
        let mut roster = Self {
            accounts: accounts.collect(),
            plan,
            last: now,
            ..Self::default()
        };
        roster.reindex(now);
        roster
    }

    /// Takes our own clock for right from the start: for a clock that is Instagram's by its making.
    #[must_use]
    pub fn with_time_known(mut self) -> Self {
        self.time_known = true;
        self
    }

    /// Does nothing by itself: only what is asked for, and what makes sure of it. For a program that
    /// answers one question and ends.
    #[must_use]
    pub fn only_what_is_asked(self) -> Self {
        Self {
            only_asked: true,
            ..self
        }
        .indexed_anew()
    }

    fn indexed_anew(mut self) -> Self {
        self.accounts.touch_all();
        let now = self.last;
        self.reindex(now);
        self
    }

    /// Takes in what happened and says what follows.
    pub fn on(&mut self, event: Event, now: Timestamp) -> Reaction {
        if matches!(
            event,
            Event::Probed { .. }
                | Event::PageProbed { .. }
                | Event::Renewed { .. }
                | Event::TaskDied { .. }
        ) {
            self.network.try_ended();
            self.pressure.try_ended();
        }
        self.notice_time(now);
        match event {
            Event::Tick { room } => self.on_tick(room, now),
            Event::LookAgain => self.on_look_again(now),
            Event::ClockMoved(by) => self.on_clock_moved(by, now),
            Event::TimeKnown => self.on_time_known(),
            Event::Usage(percent) => self.on_usage(percent, now),
            Event::AccountUsage(id, percent) => self.on_account_usage(&id, percent, now),
            Event::Read(result) => self.on_read(result, now),
            Event::CheckAsked(ids) => self.on_check_asked(&ids, now),
            Event::RenewAsked(ids) => self.on_renew_asked(&ids, now),
            Event::RenewDueAsked => self.on_renew_due_asked(now),
            Event::Probed {
                id,
                revision,
                result,
            } => self.on_probed(&id, revision, result, now),
            Event::PageProbed {
                id,
                revision,
                probe,
            } => self.on_page_probed(&id, revision, *probe, now),
            Event::Renewed {
                id,
                revision,
                result,
            } => self.on_renewed(&id, revision, result, now),
            Event::TaskDied { id, revision } => self.on_task_died(&id, revision, now),
            Event::AccessUnreadable(ids) => self.on_access_unreadable(&ids, now),
            Event::KeyAvailable(available) => self.key_available = available,
            Event::Attempt(event) => self.on_attempt(event, now),
            Event::TokenAdded {
                profile,
                grant,
                app,
            } => self.on_token_added(profile, grant, app, now),
            Event::Revoked(id) => self.on_revoked(&id, now),
            Event::NotRevoked(id, why) => self.on_not_revoked(&id, &why, now),
            Event::Delete(ids) => self.on_delete(&ids, now),
            Event::DeleteForGood(id) => self.on_delete_for_good(&id, now),
            Event::UndoDelete => self.on_undo_delete(now),
            Event::Erase(id) => self.on_erase(&id, now),
            Event::SetLabel(id, label) => self.edit(&id, |account| account.label = label),
            Event::SetNotes(id, notes) => self.edit(&id, |account| account.notes = notes),
            Event::SetLogin(id, login) => self.edit(&id, |account| account.login = login),
            Event::Ticked(id, advice, done) => self.edit(&id, |account| {
                if done {
                    account.ticked.insert(advice);
                } else {
                    account.ticked.remove(&advice);
                }
            }),
            Event::LaneStarted(ids) => self.on_lane_started(&ids, now),
            Event::LaneSkipped => self.on_lane_skipped(now),
            Event::LaneClosed => self.on_lane_closed(),
            Event::Wizard(id, event) => self.on_wizard(&id, event, now),
            Event::PlanChanged(plan) => self.on_plan_changed(plan, now),
        }
        self.reindex(now);
        std::mem::take(&mut self.out)
    }

    /// Every account, in the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// How many accounts there are, deleted ones included.
    pub fn count(&self) -> usize {
        self.accounts.len()
    }

    /// How many accounts are not deleted.
    pub fn kept_count(&self) -> usize {
        self.agenda.kept()
    }

    /// How many accounts a Meta app has, deleted ones not counted.
    pub fn count_of_app(&self, app: &AppKey) -> usize {
        self.agenda.count_of(app)
    }

    /// How many accounts nothing is the matter with, as far as is known.
    pub fn well_count(&self) -> usize {
        self.agenda.well()
    }

    /// Accounts that need a person, in the order of their ids.
    pub fn needing(&self) -> impl Iterator<Item = &Account> {
        self.agenda.bad().filter_map(|id| self.accounts.get(id))
    }

    /// Accounts with which anything is the matter: those that need a person, that are held up, or whose
    /// renewal fails; in the order of their ids.
    pub fn unwell(&self) -> impl Iterator<Item = &Account> {
        self.agenda.unwell().filter_map(|id| self.accounts.get(id))
    }

    /// One account.
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// The open or just finished attempt.
    pub fn attempt(&self) -> Option<&Attempt> {
        self.attempt.as_ref()
    }

    /// Attempts that another took the place of and that can still be answered, oldest first.
    pub fn earlier_attempts(&self) -> &[Attempt] {
        &self.earlier
    }

    /// Whether the provider can be reached.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// How much the provider can take.
    pub fn pressure(&self) -> &Pressure {
        &self.pressure
    }

    /// When renewals happen.
    pub fn plan(&self) -> Plan {
        self.plan
    }

    /// The status of one account.
    pub fn status(&self, account: &Account, now: Timestamp) -> Status {
        status(account, self.plan.policy, now)
    }

    /// Whether nothing that was asked for is under way or waiting for these accounts (all, when
    /// empty): neither a call nor the second call that confirms a first.
    pub fn is_settled(&self, ids: &[AccountId], now: Timestamp) -> bool {
        if matches!(self.network, Network::Offline { trying: false, retry_at, .. } if retry_at > now)
        {
            return true; // nobody answers; there is nothing to wait for
        }
        if self.pressure.rest().is_some_and(|rest| rest.until > now) {
            return true; // the provider wants to be left alone
        }
        if ids.is_empty() {
            return !self.agenda.is_unsettled();
        }
        ids.iter()
            .filter_map(|id| self.accounts.get(id))
            .filter(|account| account.removed().is_none())
            .all(|account| !self.is_unsettled(account))
    }

    fn is_unsettled(&self, account: &Account) -> bool {
        let id = account.id();
        let doubt = account.watch.doubt.as_ref();
        self.is_busy(account)
            || self.asked.contains(id)
            || self.asked_renewals.contains(id)
            || doubt.is_some_and(|doubt| !doubt.held_back)
    }

    fn edit(&mut self, id: &AccountId, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.accounts.get_mut(id) {
            change(account);
            if account.removed().is_some() {
                let refresh = Effect::Manifest(id.clone(), ManifestStep::Refresh);
                self.out.effects.push(refresh);
            }
            self.out.changed.insert(id.clone());
        }
    }

    fn record(&mut self, entry: Entry) {
        if let Some(id) = &entry.account {
            self.out.changed.insert(id.clone());
        }
        self.out.entries.push(entry);
    }

    fn answer_two_factor(&mut self, id: &AccountId, answer: TwoFactorAnswer, now: Timestamp) {
        use crate::account::TwoFactor;
        use crate::journal::EntryKind;
        self.edit(id, |account| {
            account.two_factor = Some(TwoFactor { answer, at: now })
        });
        let entry = Entry::about(id, EntryKind::TwoFactorAnswered, now);
        self.record(entry.with("answer", answer.code()));
    }
}

#[cfg(test)]
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test that meets anything else fails"
)]
mod tests;
