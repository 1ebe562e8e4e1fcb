//! Taking a permission back at Facebook: it ends everything that rests on one person's sign-in. (Security document,
//! X1–X4; Meta platform reference, B3.)

use std::collections::BTreeSet;

use super::Roster;
use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::connection::{Connection, Lost};
use crate::diagnosis::Diagnosis;
use crate::journal::{Entry, EntryKind};

impl Roster {
    /// The other accounts that rest on the same sign-in: what ends it for one ends it for them. Deleted ones are
    /// not among them.
    pub fn sharing_grant(&self, id: &AccountId) -> Vec<AccountId> {
        let mut others = self.resting_like(id);
        others.retain(|other| {
            let account = self.accounts.get(other);
            account.is_some_and(|it| it.removed().is_none())
        });
        others
    }

    /// The same with the deleted ones.
    fn resting_like(&self, id: &AccountId) -> Vec<AccountId> {
        let Some(own) = self.accounts.get(id) else {
            return Vec::new();
        };
        let Some(person) = own.person() else {
            return Vec::new();
        };
        let like = |other: &&AccountId| {
            let account = self.accounts.get(other);
            // What a person permitted is permitted to one Meta app.
            *other != id && account.is_some_and(|it| it.app == own.app)
        };
        let group = self.agenda.accounts_of(person);
        group.filter(like).cloned().collect()
    }

    /// Facebook took the permission back, which is kept for all that rested on it, deleted ones included. What that
    /// did is seen at once, and believed as always: when two answers agree.
    pub(super) fn on_revoked(&mut self, id: &AccountId, now: Timestamp) {
        let mut all = self.resting_like(id);
        all.insert(0, id.clone());
        for id in &all {
            self.note_revoked(id, Some(now));
            let account = self.accounts.get(id);
            if account.is_some_and(|account| account.removed().is_none()) {
                self.record(Entry::about(id, EntryKind::Revoked, now));
                self.ask(id, now);
            }
        }
    }

    /// The person signed in again: the app is authorised at Facebook once more, for all that rested on the person.
    pub(super) fn authorised_again(&mut self, id: &AccountId) {
        for id in self.resting_like(id) {
            let account = self.accounts.get(&id);
            if account.is_some_and(|account| account.removed().is_some()) {
                self.note_revoked(&id, None);
            }
        }
    }

    /// The Page answered: what was said to be taken back was not, or was given again.
    pub(super) fn answered_after_all(&mut self, id: &AccountId) {
        let page = self.accounts.get(id).and_then(Account::page);
        if page.is_some_and(|page| page.revoked_at.is_some()) {
            self.note_revoked(id, None);
        }
    }

    fn note_revoked(&mut self, id: &AccountId, at: Option<Timestamp>) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let standing = match &mut account.connection {
            Connection::Removed(removal) => {
                removal.gone_there = at.is_some();
                removal.before.as_deref_mut()
            }
            other @ (Connection::Held(_) | Connection::Lost(_)) => Some(other),
        };
        if let Some(Connection::Held(held) | Connection::Lost(Lost { held, .. })) = standing
            && let Some(page) = &mut held.grant.page
        {
            page.revoked_at = at;
        }
        self.out.changed.insert(id.clone());
    }

    pub(super) fn on_not_revoked(&mut self, id: &AccountId, why: &Diagnosis, now: Timestamp) {
        self.record(Entry::about(id, EntryKind::RevokeFailed, now).because(why));
    }

    /// How many sign-ins these accounts rest on: what ends one of them ends all its accounts, and accuses nobody
    /// else.
    pub(super) fn sign_ins<'a>(&self, ids: impl IntoIterator<Item = &'a AccountId>) -> usize {
        let whose = |id: &'a AccountId| {
            let person = self.accounts.get(id).and_then(Account::person);
            person.map_or(id.as_str().to_owned(), |person| format!("p{person}"))
        };
        ids.into_iter().map(whose).collect::<BTreeSet<_>>().len()
    }
}
