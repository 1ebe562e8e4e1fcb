//! Where the syncing of every account stands, and whose turn it is.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound::{Excluded, Unbounded};

use chrono::Duration;
use domain::account::AccountId;
use domain::media::Sync;

use crate::world::Shelf;

/// Where the syncing of every account stands.
#[derive(Default)]
pub(in crate::engine) struct Syncing {
    pub(super) syncs: HashMap<AccountId, Sync>,
    /// Those that go on by themselves.
    pub(super) active: BTreeSet<AccountId>,
    /// Accounts that have just been connected or regained.
    pub(super) wanted: Vec<AccountId>,
    /// Whose turn was last.
    pub(super) last: Option<AccountId>,
    /// When progress was last shown, since the computer started.
    pub(super) shown: HashMap<AccountId, Duration>,
    pub(super) shelf: Option<Shelf>,
}

impl Syncing {
    /// What the last run left. A sync that was under way goes on, unless only what is asked for is done.
    pub(in crate::engine) fn restored(
        syncs: Vec<(AccountId, Sync)>,
        shelf: Shelf,
        goes_on: bool,
    ) -> Self {
        let mut syncing = Self {
            shelf: Some(shelf),
            ..Self::default()
        };
        for (id, mut sync) in syncs {
            if sync.is_active() && goes_on {
                syncing.active.insert(id.clone());
            } else {
                sync.stop();
            }
            syncing.syncs.insert(id, sync);
        }
        syncing
    }

    /// Access has just been given or given back: what happened meanwhile is fetched.
    pub(in crate::engine) fn want(&mut self, id: &AccountId) {
        self.wanted.push(id.clone());
    }

    pub(in crate::engine) fn of(&self, id: &AccountId) -> Option<&Sync> {
        self.syncs.get(id)
    }

    pub(in crate::engine) fn forget(&mut self, id: &AccountId) {
        self.syncs.remove(id);
        self.active.remove(id);
        self.shown.remove(id);
    }

    /// Active accounts, beginning after the one whose turn was last.
    pub(super) fn in_turn(&self) -> impl Iterator<Item = &AccountId> {
        let after = match &self.last {
            Some(last) => (Excluded(last.clone()), Unbounded),
            None => (Unbounded, Unbounded),
        };
        self.active.range(after).chain(&self.active)
    }
}
