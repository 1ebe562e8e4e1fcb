//! Tells the person outside the window what the domain wants told, and remembers that it did.

use chrono::Duration;
use domain::Timestamp;
use domain::account::AccountId;
use domain::notice::{NoticeKind, Notices, Telling, Told, Wishes};

use super::Engine;
use crate::records::Change;
use crate::view::{NoticeView, Settings};

/// What was told, and what of it is saved.
#[derive(Default)]
pub(super) struct Teller {
    notices: Notices,
    saved: Vec<(AccountId, Told)>,
}

impl Teller {
    pub(super) fn restored(told: Vec<(AccountId, Told)>) -> Self {
        Self {
            notices: Notices::restore(told.iter().cloned()),
            saved: told,
        }
    }

    pub(super) fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.notices.wake_at(now)
    }
}

impl Engine {
    /// Looks whether there is something to tell.
    pub(super) fn tell(&mut self) {
        if self.config.only_asked {
            return; // who asked one question gets one answer
        }
        let now = self.now();
        let local = self.config.clock.local(now);
        let wishes = wishes(&self.settings);
        let tellings = self.teller.notices.look(&self.roster, &wishes, local, now);
        self.show_tellings(tellings);
        self.remember_told();
    }

    fn show_tellings(&self, tellings: impl IntoIterator<Item = Telling>) {
        let now = self.now();
        for telling in tellings {
            match telling {
                Telling::Show(notice) => {
                    tracing::info!(kind = notice.kind.code(), "a notice");
                    let view = NoticeView::of(
                        &notice,
                        &self.roster,
                        self.settings.notices.hide_names,
                        now,
                    );
                    self.config.desktop.show_notice(&view);
                }
                Telling::Withdraw(key) => self.config.desktop.withdraw_notice(&key),
            }
        }
    }

    /// The person wants to be told again after `pause`.
    pub(super) fn remind(&mut self, ids: &[AccountId], pause: Duration) {
        let now = self.now();
        for id in ids {
            let standing = self.teller.notices.remind(id, pause, now);
            self.show_tellings(standing);
        }
        self.remember_told();
    }

    fn remember_told(&mut self) {
        let told = self.teller.notices.told();
        if !told.eq(self.teller.saved.iter().map(|(id, told)| (id, told))) {
            let told: Vec<(AccountId, Told)> = self
                .teller
                .notices
                .told()
                .map(|(id, told)| (id.clone(), told.clone()))
                .collect();
            self.unsaved.changes.push(Change::Told(told.clone()));
            self.teller.saved = told;
            self.settle();
        }
    }
}

/// What the person wants to be told, as the settings have it.
fn wishes(settings: &Settings) -> Wishes {
    let wanted = &settings.notices;
    let kinds = NoticeKind::ALL.into_iter().filter(|kind| match kind {
        NoticeKind::Disconnected => wanted.disconnected,
        NoticeKind::Blocked => wanted.blocked,
        NoticeKind::RenewalLate => wanted.renewal_late,
        NoticeKind::Expired => wanted.expired,
        NoticeKind::Limited => wanted.limited,
        NoticeKind::Recovered => wanted.recovered,
        NoticeKind::Weekly => wanted.weekly,
        NoticeKind::Several | NoticeKind::AppProblem => true,
    });
    Wishes {
        allowed: wanted.allowed == Some(true),
        kinds: kinds.collect(),
        quiet: wanted.quiet(),
    }
}
