//! Deleting with a way to take it back.

use super::{Effect, ManifestStep, Roster};
use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::connection::{Connection, Removal, UNDO, Undo};
use crate::diagnosis::Cause;
use crate::journal::{Entry, EntryKind};

/// The deletion that can be taken back as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoGroup {
    /// What was deleted, in order.
    pub ids: Vec<AccountId>,
    /// How long it can be taken back.
    pub until: Timestamp,
}

impl Roster {
    /// The deletion that can still be taken back.
    pub fn undo(&self) -> Option<&UndoGroup> {
        self.undo.as_ref()
    }

    pub(super) fn on_delete(&mut self, ids: &[AccountId], now: Timestamp) {
        let until = now + UNDO;
        let mut deleted = Vec::new();
        for id in ids {
            if self.remove(id, Undo::Until(until), now) {
                deleted.push(id.clone());
            }
        }
        if deleted.is_empty() {
            return;
        }
        // Further deletions while one can be taken back join it.
        let mut group = self.undo.take().unwrap_or(UndoGroup {
            ids: Vec::new(),
            until,
        });
        group.ids.extend(deleted);
        group.until = until;
        for id in &group.ids {
            if let Some(Connection::Removed(removal)) = self
                .accounts
                .get_mut(id)
                .map(|account| &mut account.connection)
            {
                removal.undo = Undo::Until(until);
            }
        }
        self.undo = Some(group);
    }

    pub(super) fn on_delete_for_good(&mut self, id: &AccountId, now: Timestamp) {
        if !self.remove(id, Undo::Until(now), now) {
            // Deleted already, but perhaps with a way back: that way ends here.
            let open = self.accounts.get(id).and_then(Account::removed);
            if open.is_some_and(|removal| removal.undo != Undo::Gone) {
                self.erase_access(id, now);
            }
        }
        self.settle_deletion(id, now);
    }

    pub(super) fn remove(&mut self, id: &AccountId, undo: Undo, now: Timestamp) -> bool {
        let Some(account) = self.accounts.get_mut(id) else {
            return false;
        };
        if account.removed().is_some() {
            return false;
        }
        let was_refused = matches!(
            &account.connection,
            Connection::Lost(lost) if lost.diagnosis.cause == Cause::AppRemoved
        );
        let gone_there = was_refused || account.is_gone_there() == Some(true);
        let gone = Connection::Removed(Removal {
            at: now,
            undo,
            before: None,
            gone_there,
            route: account.route(),
            person: account.person().map(str::to_owned),
        });
        let before = std::mem::replace(&mut account.connection, gone);
        if let Connection::Removed(removal) = &mut account.connection {
            removal.before = Some(Box::new(before));
        }
        account.revision = account.revision.next();
        account.watch.running = false;
        account.watch.doubt = None;
        account.watch.trouble = None;
        self.asked_renewals.remove(id);
        let take = Effect::Manifest(id.clone(), ManifestStep::Take);
        self.out.effects.push(take);
        self.record(Entry::about(id, EntryKind::Deleted, now));
        true
    }

    pub(super) fn on_undo_delete(&mut self, now: Timestamp) {
        let Some(group) = self.undo.take() else {
            return;
        };
        for id in &group.ids {
            self.restore_deleted(id, now);
        }
    }

    pub(super) fn restore_deleted(&mut self, id: &AccountId, now: Timestamp) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let Connection::Removed(removal) = &mut account.connection else {
            return;
        };
        let Some(before) = removal.before.take() else {
            return;
        };
        account.connection = *before;
        account.revision = account.revision.next();
        account.watch.next_at = now;
        let drop = Effect::Manifest(id.clone(), ManifestStep::Drop);
        self.out.effects.push(drop);
        self.record(Entry::about(id, EntryKind::DeleteUndone, now));
    }

    /// What can no longer be taken back is erased from the vault.
    pub(super) fn settle_deletion(&mut self, id: &AccountId, now: Timestamp) {
        let removal = self.accounts.get(id).and_then(Account::removed);
        if removal.is_some_and(|it| matches!(it.undo, Undo::Until(until) if until <= now)) {
            self.erase_access(id, now);
        }
    }

    fn erase_access(&mut self, id: &AccountId, now: Timestamp) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let Connection::Removed(removal) = &mut account.connection else {
            return;
        };
        removal.undo = Undo::Gone;
        removal.before = None;
        self.out.effects.push(Effect::EraseAccess(id.clone()));
        self.record(Entry::about(id, EntryKind::AccessErased, now));
    }

    pub(super) fn on_erase(&mut self, id: &AccountId, now: Timestamp) {
        self.renewing.remove(id);
        self.unanswered.remove(id);
        let Some(account) = self.accounts.remove(id) else {
            return;
        };
        if let Some(group) = &mut self.undo {
            group.ids.retain(|other| other != id);
            if group.ids.is_empty() {
                self.undo = None;
            }
        }
        self.out.effects.push(Effect::EraseAll(id.clone()));
        let entry = Entry::app(EntryKind::Erased, now);
        self.out
            .entries
            .push(entry.with("username", account.profile.username));
    }

    /// The old token is not coming back: signing in has begun.
    pub(super) fn finish_wizard_deletion(&mut self, id: &AccountId, now: Timestamp) {
        let in_wizard = self.accounts.get(id).and_then(|account| account.removed());
        if in_wizard.is_some_and(|removal| removal.undo == Undo::WhileInWizard) {
            self.erase_access(id, now);
        }
    }
}
