//! The way to the provider: gone, tried, back.

use chrono::Duration;

use super::Roster;
use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::connection::Connection;
use crate::diagnosis::{Affects, Diagnosis};
use crate::journal::{Entry, EntryKind};
use crate::refusal::{Refusal, Unreachable};
use crate::renewal::patience;

/// Calls in a row that were begun and never answered before the network is held to be gone.
const SILENT_CALLS: u32 = 2;

/// Whether the provider can be reached at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    /// As far as known, yes.
    #[default]
    Online,
    /// No; one call at a time tries again.
    Offline {
        /// Since when.
        since: Timestamp,
        /// Failed tries so far, at least one.
        failures: u32,
        /// The next try.
        retry_at: Timestamp,
        /// Whether that try is under way.
        trying: bool,
    },
}

impl Network {
    /// A call came to its end, whatever it was about: the next try may start. Also when its answer
    /// is not wanted any more, or nobody would ever try again.
    pub(super) fn try_ended(&mut self) {
        if let Self::Offline { trying, .. } = self {
            *trying = false;
        }
    }

    /// A quarter of a minute, doubling to five minutes: people notice when a cable is back.
    pub(super) fn pause(failures: u32) -> Duration {
        Duration::seconds(15 << failures.saturating_sub(1).min(4)).min(Duration::minutes(5))
    }

    pub(super) fn room(self, room: usize, now: Timestamp) -> usize {
        match self {
            Self::Online => room,
            Self::Offline {
                retry_at, trying, ..
            } if !trying && retry_at <= now => room.min(1),
            Self::Offline { .. } => 0,
        }
    }

    /// The earliest moment for a call wanted at `at`; `None` while another call tries.
    pub(super) fn not_before(self, at: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Online => Some(at),
            Self::Offline { trying: true, .. } => None,
            Self::Offline { retry_at, .. } => Some(at.max(retry_at)),
        }
    }
}

impl Roster {
    /// A call failed because nobody answered. One silent call is no proof that the network is gone:
    /// two in a row without an answer between them are, and so is a way that does not even begin.
    pub(super) fn lost_network(&mut self, reason: &Diagnosis, refusal: &Refusal, now: Timestamp) {
        self.silent = self.silent.saturating_add(1);
        let began = matches!(
            refusal,
            Refusal::Unreachable(Unreachable::Timeout | Unreachable::Cut)
        );
        if began && self.silent < SILENT_CALLS && self.network == Network::Online {
            return;
        }
        let (since, failures) = match self.network {
            Network::Online => {
                self.record(Entry::app(EntryKind::CheckFailed, now).because(reason));
                (now, 1)
            }
            Network::Offline {
                since, failures, ..
            } => (since, failures.saturating_add(1)),
        };
        let retry_at = now + Network::pause(failures);
        self.network = Network::Offline {
            since,
            failures,
            retry_at,
            trying: false,
        };
    }

    /// A call was answered: whatever was put off by the network is due.
    pub(super) fn reached_provider(&mut self, now: Timestamp) {
        self.silent = 0;
        if self.network == Network::Online {
            return;
        }
        self.network = Network::Online;
        let by_network = |account: &&Account| {
            let trouble = account.watch.trouble.as_ref();
            trouble.is_some_and(|trouble| trouble.diagnosis.affects == Affects::Network)
        };
        let put_off: Vec<AccountId> = self
            .accounts
            .iter()
            .filter(by_network)
            .map(|account| account.id().clone())
            .collect();
        for id in put_off {
            if let Some(account) = self.accounts.get_mut(&id) {
                account.watch.trouble = None;
                account.watch.next_at = now;
                self.out.changed.insert(id);
            }
        }
    }

    /// Waiting may have been for nothing: whatever the network put off may go out at once, and a renewal
    /// that failed long ago is tried in a minute. Somebody may have opened the computer for an hour.
    pub(super) fn on_look_again(&mut self, now: Timestamp) {
        if let Network::Offline { retry_at, .. } = &mut self.network {
            *retry_at = (*retry_at).min(now);
        }
        let soon = now + patience(1);
        for id in self.accounts.ids() {
            let Some(account) = self.accounts.get_mut(&id) else {
                continue;
            };
            if let Some(trouble) = &account.watch.trouble
                && trouble.diagnosis.affects == Affects::Network
            {
                account.watch.next_at = account.watch.next_at.min(now);
            }
            if let Connection::Held(held) = &mut account.connection {
                held.renewal.try_by(soon);
            }
        }
    }
}
