//! Changes of an account that are no failure yet: seen at each check and written down, old and new.

use super::Roster;
use crate::Timestamp;
use crate::account::{AccountId, Profile};
use crate::grant::Scopes;
use crate::journal::{Entry, EntryKind};

impl Roster {
    /// Every change of name or type is written down before it becomes a failure.
    pub(super) fn compare_profile(&mut self, id: &AccountId, fresh: &Profile, now: Timestamp) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let old = std::mem::replace(&mut account.profile, fresh.clone());
        let changes = [
            ("username", old.username, fresh.username.clone()),
            (
                "name",
                old.name.unwrap_or_default(),
                fresh.name.clone().unwrap_or_default(),
            ),
            (
                "account_type",
                old.account_type.code().to_owned(),
                fresh.account_type.code().to_owned(),
            ),
        ];
        for (field, old, new) in changes {
            if old != new {
                let entry = Entry::about(id, EntryKind::ProfileChanged, now);
                self.record(entry.with("field", field).with("old", old).with("new", new));
            }
        }
    }

    /// Writes down which permissions are gone and which are there now; nothing where none changed.
    pub(super) fn permissions_changed(
        &mut self,
        id: &AccountId,
        old: &Scopes,
        new: &Scopes,
        now: Timestamp,
    ) {
        let (lost, gained) = (old.missing_from(new), new.missing_from(old));
        if lost.is_empty() && gained.is_empty() {
            return;
        }
        let entry = Entry::about(id, EntryKind::PermissionsChanged, now);
        self.record(
            entry
                .with("lost", lost.to_string())
                .with("gained", gained.to_string()),
        );
    }
}
