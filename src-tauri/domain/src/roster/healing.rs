//! What an answer takes back of what was found before.

use super::Roster;
use crate::Timestamp;
use crate::account::AccountId;
use crate::connection::{Connection, Standing};
use crate::grant::Scopes;
use crate::journal::{Entry, EntryKind};

impl Roster {
    /// A doubt is over. Where its loss had been told already, that is taken back, and this says so.
    pub(super) fn dispel_doubt(&mut self, id: &AccountId, now: Timestamp) -> bool {
        let Some(account) = self.accounts.get_mut(id) else {
            return false;
        };
        let was_told = account.watch.doubt.take().is_some_and(|doubt| doubt.told);
        if was_told {
            account.recent_losses.pop();
            self.record(Entry::about(id, EntryKind::Recovered, now));
        }
        was_told
    }

    /// Access works again, by itself; says whether it had been lost.
    pub(super) fn recover(&mut self, id: &AccountId, now: Timestamp) -> bool {
        if !self.unmark(id, now) {
            return false;
        }
        if let Some(account) = self.accounts.get_mut(id) {
            account.recent_losses.pop();
        }
        self.record(Entry::about(id, EntryKind::Recovered, now));
        true
    }

    /// Takes the mark of a loss back; says whether there was one.
    pub(super) fn unmark(&mut self, id: &AccountId, now: Timestamp) -> bool {
        let Some(account) = self.accounts.get_mut(id) else {
            return false;
        };
        let Connection::Lost(lost) = &account.connection else {
            return false;
        };
        account.connection = Connection::Held(lost.held.clone());
        account.revision = account.revision.next();
        account.watch.running = false;
        account.watch.next_at = now;
        true
    }

    /// The account answers, and no permission was found missing; says whether it was worse before.
    /// `weighed` tells whether the permission was looked at: a limit or a cut line says nothing of it.
    pub(super) fn heal(&mut self, id: &AccountId, weighed: bool, now: Timestamp) -> bool {
        let Some(account) = self.accounts.get_mut(id) else {
            return false;
        };
        let Connection::Held(held) = &mut account.connection else {
            return false;
        };
        let (was_blocked, was_limited, shortfall) =
            match std::mem::replace(&mut held.standing, Standing::Good) {
                Standing::Limited(shortfall) => (false, true, Some(shortfall)),
                Standing::Blocked(_) => (true, false, held.hidden.take().map(|hidden| *hidden)),
                Standing::Good => (false, false, held.hidden.take().map(|hidden| *hidden)),
            };
        let back = match shortfall {
            // What was never granted does not come back by itself.
            Some(shortfall) if !weighed || !shortfall.missing.is_empty() => {
                held.standing = Standing::Limited(shortfall);
                None
            }
            other => other,
        };
        let heals = was_blocked || (was_limited && back.is_some());
        if heals {
            self.record(Entry::about(id, EntryKind::Recovered, now));
        }
        if let Some(names) = back.and_then(|shortfall| shortfall.diagnosis.permission) {
            self.permissions_changed(id, &Scopes::default(), &Scopes::parse(&names), now);
        }
        heals
    }

    /// A permission is missing that was told before something graver took its place: that is over, and
    /// this is no news. `false` where nothing was hidden.
    pub(super) fn uncover(&mut self, id: &AccountId, again: Timestamp, now: Timestamp) -> bool {
        let Some(account) = self.accounts.get_mut(id) else {
            return false;
        };
        let Connection::Held(held) = &mut account.connection else {
            return false;
        };
        let Some(shortfall) = held.hidden.take() else {
            return false;
        };
        let limited = Standing::Limited(*shortfall);
        let was_blocked = matches!(
            std::mem::replace(&mut held.standing, limited),
            Standing::Blocked(_)
        );
        account.watch.trouble = None;
        account.watch.next_at = again;
        self.out.changed.insert(id.clone());
        self.dispel_doubt(id, now);
        if was_blocked {
            self.record(Entry::about(id, EntryKind::Recovered, now));
        }
        self.doubt_the_end(id, now);
        self.wizard_recovered(id, now);
        true
    }

    /// Access that works after its end has another end than the one that was told.
    pub(super) fn doubt_the_end(&mut self, id: &AccountId, now: Timestamp) {
        if let Some(account) = self.accounts.get_mut(id)
            && let Connection::Held(held) = &mut account.connection
            && held.grant.is_past(now)
        {
            held.grant.expires_at = None;
        }
    }
}
