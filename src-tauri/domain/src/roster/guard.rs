//! One problem, one message: several accounts that fail alike at once point at the Meta app, not at
//! the people. (Design brief, section 4, mass-failure guard; Meta platform reference, fact 10.)
//!
//! Each app is judged by its own accounts: what happens to those of another says nothing about it. Accounts of
//! which nobody knows the app belong to the only app of their route, and where there are several or none stand
//! together as if they had one. One app may fail in two ways at once: each is a suspicion of its own.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;

use super::Roster;
use crate::Timestamp;
use crate::account::AccountId;
use crate::connection::{Connection, Doubt};
use crate::diagnosis::{Cause, Certainty, Diagnosis};
use crate::journal::{Entry, EntryKind};
use crate::meta_app::AppKey;

/// Failures within this time are looked at together.
pub(super) const WINDOW: Duration = Duration::minutes(10);

/// How long single accounts are not judged once the app is the suspect. (Security document, R10.)
const HOLD: Duration = Duration::hours(1);

/// The first recheck of a held-back account; later ones double up to half an hour.
const FIRST_RECHECK: Duration = Duration::minutes(5);

/// The suspicion that the Meta app is at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AppFault {
    /// Since when.
    pub since: Timestamp,
    /// The next look.
    pub retry_at: Timestamp,
    /// How many looks there were.
    pub rounds: u32,
    /// The accounts that failed alike.
    pub accounts: BTreeSet<AccountId>,
    /// Whether it was held long enough: from now on each account is judged by itself.
    pub(super) over: bool,
    pub(super) key: Key,
}

/// Which app is suspected, and of what; `None` stands for the accounts whose app nobody knows.
type Suspected = (Option<AppKey>, Key);

/// The suspicions.
pub(super) type AppFaults = BTreeMap<Suspected, AppFault>;

/// One failure, remembered for ten minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    at: Timestamp,
    id: AccountId,
    app: Option<AppKey>,
    key: Key,
}

/// What makes two answers alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    cause: Cause,
    code: Option<i64>,
    subcode: Option<i64>,
}

impl Key {
    /// The same as a word, for names.
    pub(super) fn tag(self) -> String {
        let numbers = [self.code, self.subcode].into_iter().flatten();
        numbers.fold(self.cause.code().to_owned(), |tag, number| {
            format!("{tag}-{number}")
        })
    }

    pub(super) fn of(diagnosis: &Diagnosis) -> Self {
        let evidence = diagnosis.evidence.as_ref();
        Self {
            cause: diagnosis.cause,
            code: evidence.and_then(|evidence| evidence.code),
            subcode: evidence.and_then(|evidence| evidence.subcode),
        }
    }
}

impl Roster {
    /// The suspicion that a Meta app, not its accounts, is at fault: the oldest, where there are several.
    #[cfg(test)]
    pub(super) fn app_fault(&self) -> Option<&AppFault> {
        let faults = self.app_faults().map(|(_, fault)| fault);
        faults.min_by_key(|fault| fault.since)
    }

    /// Every such suspicion, by app; `None` stands for the accounts whose app nobody knows.
    pub(super) fn app_faults(&self) -> impl Iterator<Item = (Option<&AppKey>, &AppFault)> {
        let standing = |fault: &AppFault| !fault.over && !fault.accounts.is_empty();
        let faults = self.app_faults.iter();
        faults
            .filter(move |(_, fault)| standing(fault))
            .map(|((app, _), fault)| (app.as_ref(), fault))
    }

    pub(super) fn app_of(&self, id: &AccountId) -> Option<AppKey> {
        let account = self.accounts.get(id)?;
        let named = account.app.clone();
        named.or_else(|| self.agenda.only_app(account.route()).cloned())
    }

    /// Remembers a failure that would turn an account red.
    pub(super) fn note_failure(&mut self, id: &AccountId, diagnosis: &Diagnosis, now: Timestamp) {
        let (key, app) = (Key::of(diagnosis), self.app_of(id));
        self.failures
            .retain(|failure| now - failure.at <= WINDOW && failure.id != *id);
        self.failures.push(Failure {
            at: now,
            id: id.clone(),
            app,
            key,
        });
    }

    /// Whether the verdict over `id` is held back because the app is the suspect. If so, the
    /// accounts that failed alike wait together, those marked minutes ago included.
    pub(super) fn hold_back(
        &mut self,
        id: &AccountId,
        diagnosis: &Diagnosis,
        now: Timestamp,
    ) -> bool {
        // Facebook named the end of this very access: that others have theirs on the same day accuses nobody.
        if diagnosis.evidence.is_none() && diagnosis.cause == Cause::Expired {
            return false;
        }
        let (key, app) = (Key::of(diagnosis), self.app_of(id));
        let suspected = (app.clone(), key);
        let other =
            |held: &(&Suspected, &AppFault)| *held.0 != suspected && held.1.accounts.contains(id);
        // Held back because of another failure: this one has an hour of its own.
        let is_another = self.app_faults.iter().any(|held| other(&held));
        // Counted from the first doubt, which outlives a restart: a computer that is on for an hour now
        // and then must not begin the hour anew each time.
        let doubted_for = self
            .accounts
            .get(id)
            .and_then(|account| account.watch.doubt.as_ref())
            .filter(|doubt| doubt.held_back && !is_another)
            .map(|doubt| now - doubt.since);
        if doubted_for.is_some_and(|time| time > HOLD) {
            return false;
        }
        if let Some(fault) = self.app_faults.get_mut(&suspected)
            && now - fault.since > HOLD
        {
            fault.over = true; // looked at often enough
            return false;
        }
        let alike: BTreeSet<AccountId> = self
            .failures
            .iter()
            .filter(|failure| failure.app == app && failure.key == key)
            .filter(|failure| now - failure.at <= WINDOW)
            .map(|failure| failure.id.clone())
            .collect();
        let known = self.app_faults.contains_key(&suspected);
        if !known && !self.is_mass(&app, &alike, diagnosis, now) {
            return false;
        }
        let held: Vec<AccountId> = alike.iter().chain([id]).cloned().collect();
        let begun_elsewhere = self.leave_other_faults(&suspected, &held);
        let fault = self
            .app_faults
            .entry(suspected)
            .or_insert_with(|| AppFault {
                since: now,
                retry_at: now,
                rounds: 0,
                accounts: BTreeSet::new(),
                over: false,
                key,
            });
        fault.accounts.extend(held.iter().cloned());
        if fault.retry_at <= now {
            fault.retry_at =
                now + (FIRST_RECHECK * (1 << fault.rounds.min(3))).min(Duration::minutes(30));
            fault.rounds = fault.rounds.saturating_add(1);
        }
        let retry_at = fault.retry_at;
        let suspicion = Diagnosis {
            evidence: diagnosis.evidence.clone(),
            ..Diagnosis::of(Cause::AppProblem, Certainty::Likely, now)
        };
        for id in &held {
            if begun_elsewhere.contains(id)
                && let Some(account) = self.accounts.get_mut(id)
                && let Some(doubt) = &mut account.watch.doubt
            {
                doubt.since = now;
            }
            self.put_off(id, &suspicion, retry_at, now);
        }
        true
    }

    /// Takes these accounts out of every other suspicion; says which of them were in one. A suspicion that is left
    /// empty is remembered for a while, so that it does not begin anew where answers alternate.
    fn leave_other_faults(&mut self, to: &Suspected, ids: &[AccountId]) -> BTreeSet<AccountId> {
        let mut left = BTreeSet::new();
        let others = self.app_faults.iter_mut().filter(|(held, _)| *held != to);
        for (_, fault) in others {
            let gone = ids.iter().filter(|id| fault.accounts.remove(*id));
            left.extend(gone.cloned());
        }
        left
    }

    /// Two are enough if the answer names no cause of the account's own; at least three, and at
    /// least half of those checked, if it does: an agency may really change three passwords.
    fn is_mass(
        &self,
        app: &Option<AppKey>,
        alike: &BTreeSet<AccountId>,
        diagnosis: &Diagnosis,
        now: Timestamp,
    ) -> bool {
        let heads = self.sign_ins(alike);
        if !diagnosis.names_its_cause() {
            return heads >= 2;
        }
        let belongs = |id: &&AccountId| {
            self.accounts.get(id).is_some_and(|account| {
                let named = account.app.as_ref();
                named.or_else(|| self.agenda.only_app(account.route())) == app.as_ref()
            })
        };
        let checked: BTreeSet<&AccountId> = self
            .checks
            .iter()
            .filter(|(at, _)| now - *at <= WINDOW)
            .map(|(_, id)| id)
            .filter(belongs)
            .collect();
        heads >= 3 && heads * 2 >= self.sign_ins(checked)
    }

    fn put_off(
        &mut self,
        id: &AccountId,
        suspicion: &Diagnosis,
        retry_at: Timestamp,
        now: Timestamp,
    ) {
        let marked_lately = self.accounts.get(id).is_some_and(|account| {
            matches!(&account.connection, Connection::Lost(lost) if now - lost.diagnosis.found_at <= WINDOW)
        });
        let taken_back = marked_lately && self.unmark(id, now);
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        if !matches!(account.connection, Connection::Held(_)) {
            return;
        }
        let before = account.watch.doubt.take();
        account.watch.doubt = Some(Doubt {
            diagnosis: suspicion.clone(),
            since: before.as_ref().map_or(now, |doubt| doubt.since),
            confirm_at: retry_at,
            held_back: true,
            told: taken_back || before.is_some_and(|doubt| doubt.told),
        });
        account.watch.next_at = retry_at;
        self.out.changed.insert(id.clone());
    }

    /// Our time was corrected: what happened before it happened as long ago as ever.
    pub(super) fn shift_guard(&mut self, by: Duration) {
        for failure in &mut self.failures {
            failure.at += by;
        }
        for (at, _) in &mut self.checks {
            *at += by;
        }
        for fault in self.app_faults.values_mut() {
            fault.since += by;
            fault.retry_at += by;
        }
    }

    /// A suspicion ends when it was held long enough, or when none of its accounts is held back any
    /// more; it is remembered for as long again, so that it does not begin anew at once.
    pub(super) fn settle_app_faults(&mut self, now: Timestamp) {
        let accounts = &self.accounts;
        let held_back = |id: &AccountId| {
            accounts
                .get(id)
                .filter(|account| account.removed().is_none())
                .and_then(|account| account.watch.doubt.as_ref())
                .is_some_and(|doubt| doubt.held_back)
        };
        self.app_faults.retain(|_, fault| {
            let waiting = fault.accounts.iter().any(held_back);
            now - fault.since <= HOLD * 2 && (waiting || fault.over || fault.accounts.is_empty())
        });
    }

    /// An account of the suspected app works: the app is not at fault any more.
    pub(super) fn clear_app_fault(&mut self, id: &AccountId, now: Timestamp) {
        // By its accounts, not by its name: one may have changed hands meanwhile.
        let mut faults = self.app_faults.iter();
        let found = faults.find(|(_, fault)| fault.accounts.contains(id));
        let Some(suspected) = found.map(|(suspected, _)| suspected.clone()) else {
            return;
        };
        if let Some(fault) = self.app_faults.remove(&suspected) {
            let (app, key) = suspected;
            self.app_faults
                .retain(|(other, _), fault| *other != app || !fault.accounts.is_empty());
            for other in fault.accounts.iter().filter(|other| *other != id) {
                if let Some(account) = self.accounts.get_mut(other)
                    && let Some(doubt) = account.watch.doubt.take_if(|doubt| doubt.held_back)
                {
                    // What was told stays told: the next answer decides whether it stands.
                    account.watch.doubt = doubt.told.then_some(Doubt {
                        held_back: false,
                        confirm_at: now,
                        ..doubt
                    });
                    account.watch.next_at = now;
                    self.out.changed.insert(other.clone());
                }
            }
            self.failures
                .retain(|failure| failure.app != app || failure.key != key);
            self.record(Entry::app(EntryKind::Recovered, now));
        }
    }
}
