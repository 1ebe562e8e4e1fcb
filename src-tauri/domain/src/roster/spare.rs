//! Two tokens at once: the one that a renewal brought and the one before it, until either has answered a
//! call. (Security document, R3 and R4.)
//!
//! Nobody knows beforehand which of them the provider accepts: the old one may die with the renewal, the
//! new one may never work. Whichever is in use and refused gives way to the other, and only what both of
//! them say is a loss.

use super::{Effect, Roster};
use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::connection::{Connection, Held, Lost, PREVIOUS_KEPT, Renewal, Spare};
use crate::diagnosis::Diagnosis;
use crate::journal::{Entry, EntryKind};
use crate::renewal::spread_patience;

impl Roster {
    /// The token in use answered a call: the other one may go.
    pub(super) fn proved(&mut self, id: &AccountId) {
        if let Some(account) = self.accounts.get_mut(id)
            && let Connection::Held(held) | Connection::Lost(Lost { held, .. }) =
                &mut account.connection
            && held.spare.take().is_some()
        {
            self.out.effects.push(Effect::DropSpare(id.clone()));
            self.out.changed.insert(id.clone());
        }
    }

    /// The older token has been kept long enough.
    pub(super) fn settle_spare(&mut self, id: &AccountId, now: Timestamp) {
        let until = self.accounts.get(id).and_then(Account::spare_until);
        if until.is_some_and(|until| until <= now) {
            self.proved(id);
        }
    }

    /// The token that a renewal brought does not work, and two answers agree: the one before takes its
    /// place. `false` where there is none, or where it was refused before.
    pub(super) fn fall_back(&mut self, id: &AccountId, reason: Diagnosis, now: Timestamp) -> bool {
        let Some(account) = self.accounts.get(id) else {
            return false;
        };
        if account.watch.doubt.as_ref().is_some_and(|doubt| doubt.told) {
            return false; // both were refused before the loss was told
        }
        let worth_asking = |held: &Held| match &held.spare {
            Some(spare) => spare.generation < account.generation && !spare.grant.is_past(now),
            None => false,
        };
        if !matches!(&account.connection, Connection::Held(held) if worth_asking(held)) {
            return false;
        }
        self.trade_places(id);
        let Some(account) = self.accounts.get_mut(id) else {
            return false;
        };
        let Connection::Held(held) = &mut account.connection else {
            return false;
        };
        let failures = held.renewal.failures().saturating_add(1);
        held.renewal = Renewal::Failing {
            failures,
            retry_at: now + spread_patience(failures, id),
            reason: reason.clone(),
            last: held.renewal.last(),
        };
        account.watch.doubt = None;
        account.watch.next_at = now;
        self.asked.insert(id.clone());
        let entry = Entry::about(id, EntryKind::RenewalFailed, now).because(&reason);
        self.record(entry.with("failures", failures.to_string()));
        true
    }

    /// A lost account that was refused once more is asked with its other token the next time.
    pub(super) fn take_turns(&mut self, id: &AccountId, now: Timestamp) {
        if let Some(account) = self.accounts.get(id)
            && let Connection::Lost(lost) = &account.connection
            && lost
                .held
                .spare
                .as_ref()
                .is_some_and(|spare| !spare.grant.is_past(now))
        {
            self.trade_places(id);
        }
    }

    /// Whether the token in use is the older one: the newer one was refused.
    pub(super) fn uses_the_older(&self, id: &AccountId) -> bool {
        self.accounts.get(id).is_some_and(|account| {
            matches!(&account.connection, Connection::Held(Held { spare: Some(spare), .. })
                if spare.generation > account.generation)
        })
    }

    /// The spare token is in use from now on, and the one in use is the spare.
    pub(super) fn trade_places(&mut self, id: &AccountId) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let (Connection::Held(held) | Connection::Lost(Lost { held, .. })) =
            &mut account.connection
        else {
            return;
        };
        let Some(Spare { grant, generation }) = held.spare.as_deref_mut() else {
            return;
        };
        std::mem::swap(&mut held.grant, grant);
        std::mem::swap(&mut account.generation, generation);
        let began = held.grant.issued_at;
        *held.renewal.last_mut() = began.filter(|at| *at > account.consented_at);
        account.revision = account.revision.next();
        self.out.effects.push(Effect::TradeTokens(id.clone()));
        self.out.changed.insert(id.clone());
    }
}

impl Account {
    /// How long the older token is kept although no call has proved the newer one.
    pub(super) fn spare_until(&self) -> Option<Timestamp> {
        let Connection::Held(held) = &self.connection else {
            return None;
        };
        let is_older = held.spare.as_ref()?.generation < self.generation;
        let renewed = held.renewal.last().unwrap_or(self.consented_at);
        is_older.then_some(renewed + PREVIOUS_KEPT)
    }
}
