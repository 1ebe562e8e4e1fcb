//! Taking a permission back at Facebook: it ends everything that rests on one person's sign-in. (Security document,
//! X1–X4; Meta platform reference, B3.)

use std::collections::BTreeSet;

use super::Roster;
use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::diagnosis::Diagnosis;
use crate::journal::{Entry, EntryKind};

impl Roster {
    /// The other accounts that rest on the same sign-in: what ends it for one ends it for them. Deleted ones are
    /// not among them.
    pub fn sharing_grant(&self, id: &AccountId) -> Vec<AccountId> {
        let Some(page) = self.accounts.get(id).and_then(Account::page) else {
            return Vec::new();
        };
        let own = self
            .accounts
            .get(id)
            .and_then(|account| account.app.clone());
        let kept = |other: &&AccountId| {
            let account = self.accounts.get(other);
            // What a person permitted is permitted to one Meta app.
            *other != id && account.is_some_and(|it| it.removed().is_none() && it.app == own)
        };
        let group = self.agenda.accounts_of(&page.person);
        group.filter(kept).cloned().collect()
    }

    /// Facebook took the permission back. What that did is seen at once, and believed as always: when two answers
    /// agree.
    pub(super) fn on_revoked(&mut self, id: &AccountId, now: Timestamp) {
        let mut all = self.sharing_grant(id);
        all.insert(0, id.clone());
        for id in &all {
            self.record(Entry::about(id, EntryKind::Revoked, now));
            self.ask(id, now);
        }
    }

    pub(super) fn on_not_revoked(&mut self, id: &AccountId, why: &Diagnosis, now: Timestamp) {
        self.record(Entry::about(id, EntryKind::RevokeFailed, now).because(why));
    }

    /// How many sign-ins these accounts rest on: what ends one of them ends all its accounts, and accuses nobody
    /// else.
    pub(super) fn sign_ins<'a>(&self, ids: impl IntoIterator<Item = &'a AccountId>) -> usize {
        let whose = |id: &'a AccountId| {
            let page = self.accounts.get(id).and_then(Account::page);
            page.map_or(id.as_str().to_owned(), |page| format!("p{}", page.person))
        };
        ids.into_iter().map(whose).collect::<BTreeSet<_>>().len()
    }
}
