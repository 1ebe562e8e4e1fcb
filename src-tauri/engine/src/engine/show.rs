//! What is seen: the snapshot, patches, the one banner; and those who wait for something to settle.

use std::sync::Arc;

use domain::Timestamp;
use domain::account::{Account, AccountId};
use domain::attempt::Phase;
use domain::diagnosis::Cause;
use domain::journal::{Entry, EntryKind};
use domain::roster::{Network, Reaction};

use super::doors::doors_view;
use super::{Answer, Engine};
use crate::command::{ErrorCode, Reply};
use crate::records::Change;
use crate::view::{
    AccountView, AppView, AttemptView, BannerView, IncidentView, LaneView, Patch, ProviderView,
    SNAPSHOT_PAGE, Snapshot, UndoView, moment,
};

/// Somebody who waits until something has come to rest.
pub(super) struct Waiter {
    /// Accounts, or the attempt when `None`.
    accounts: Option<Vec<AccountId>>,
    answer: Answer,
}

impl Waiter {
    pub(super) fn settled(ids: Vec<AccountId>, answer: Answer) -> Self {
        Self {
            accounts: Some(ids),
            answer,
        }
    }

    pub(super) fn attempt(answer: Answer) -> Self {
        Self {
            accounts: None,
            answer,
        }
    }
}

impl Engine {
    pub(super) fn answer_waiters(&mut self) {
        let now = self.now();
        for waiter in std::mem::take(&mut self.waiters) {
            let rests = match &waiter.accounts {
                Some(ids) => self.roster.is_settled(ids, now),
                None => self.attempt_rests(),
            };
            if rests {
                drop(waiter.answer.send(Ok(Reply::Done {})));
            } else {
                self.waiters.push(waiter);
            }
        }
    }

    /// Whether the attempt has come to where somebody waits for it.
    fn attempt_rests(&self) -> bool {
        self.roster
            .attempt()
            .is_none_or(|attempt| match attempt.phase {
                Phase::Waiting | Phase::Checking { .. } => false,
                Phase::Pages | Phase::Choice { .. } | Phase::Done { .. } | Phase::Failed { .. } => {
                    true
                }
            })
    }

    pub(super) fn snapshot(&self, from: usize) -> Snapshot {
        let now = self.now();
        let app = self.app_view(now);
        let incidents = &app.incidents;
        let mut page: Vec<AccountView> = self
            .roster
            .accounts()
            .skip(from)
            .take(SNAPSHOT_PAGE + 1)
            .map(|account| self.account_view(account, incidents, now))
            .collect();
        let more = page.len() > SNAPSHOT_PAGE;
        page.truncate(SNAPSHOT_PAGE);
        Snapshot {
            seq: self.seq,
            app: app.clone(),
            accounts: page,
            more,
        }
    }

    fn kept_of(&self, id: &AccountId) -> crate::view::KeptView {
        self.kept.get(id).copied().unwrap_or_default()
    }

    /// Tells what changed since the last time; nothing when nothing did.
    pub(super) fn show(&mut self) {
        let now = self.now();
        let app = self.app_view(now);
        self.note_incidents(&app.incidents);
        let app_changed = self.last_app.as_ref() != Some(&app);
        if !app_changed && self.changed.is_empty() && self.erased.is_empty() {
            return;
        }
        let accounts = std::mem::take(&mut self.changed)
            .iter()
            .filter_map(|id| self.roster.account(id))
            .map(|account| self.account_view(account, &app.incidents, now))
            .collect();
        self.seq += 1;
        let patch = Patch {
            seq: self.seq,
            app: app_changed.then(|| app.clone()),
            accounts,
            erased: std::mem::take(&mut self.erased),
        };
        self.last_app = Some(app);
        // Nobody may be looking.
        drop(self.patches.send(Arc::new(patch)));
    }

    fn account_view(
        &self,
        account: &Account,
        incidents: &[IncidentView],
        now: Timestamp,
    ) -> AccountView {
        let kept = self.kept_of(account.id());
        AccountView::of(
            account,
            &self.roster,
            incidents,
            kept,
            self.sync_view(account.id()),
            now,
        )
    }

    /// An account that came into an incident, or out of one, looks different.
    fn note_incidents(&mut self, now: &[IncidentView]) {
        let before = self.last_app.as_ref().map_or(&[][..], |app| &app.incidents);
        if before == now {
            return;
        }
        let touched = before.iter().chain(now).flat_map(|it| &it.account_ids);
        self.changed.extend(touched.map(AccountId::new));
    }

    fn app_view(&self, now: Timestamp) -> AppView {
        let incidents = self.roster.incidents();
        AppView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            practice: self.practice.clone(),
            clock_offset_ms: self.config.clock.offset_ms()
                + self.time.correction().num_milliseconds(),
            key: self.keys.view(),
            banner: self.banner(),
            unreadable: self.unreadable.clone(),
            incidents: incidents.iter().map(IncidentView::from).collect(),
            lane: self.roster.lane_state(now).as_ref().map(LaneView::from),
            provider: ProviderView::of(self.roster.pressure(), now),
            desktop: self.config.desktop.facilities(),
            obstacle: self.obstacle.clone(),
            attempt: self
                .roster
                .attempt()
                .map(|attempt| AttemptView::of(attempt, &self.roster)),
            undo: self.roster.undo().map(|group| UndoView {
                account_ids: group.ids.iter().map(ToString::to_string).collect(),
                until: moment(group.until),
            }),
            settings: self.settings.clone(),
            credentials: self.credentials_views(),
            doors: doors_view(&self.config.endpoints),
            data_dir: self.config.data_dir.display().to_string(),
        }
    }

    /// The one banner, most severe first. (Design brief, section 12.)
    fn banner(&self) -> Option<BannerView> {
        let banner = |code, since| BannerView {
            code,
            since: moment(since),
            retry_at: None,
            count: None,
            minutes: None,
        };
        if let Some((_, since)) = self.save_failed {
            return Some(banner("E-DISK", since));
        }
        let has_tokens = self.roster.kept_count() > 0;
        if let Some(since) = self
            .keys
            .since()
            .filter(|_| has_tokens || self.keys.view().storage.is_none())
        {
            return Some(banner("E-KEY", since));
        }
        if !self.unreadable.is_empty() {
            return Some(BannerView {
                count: Some(self.unreadable.len()),
                ..banner("E-ROWS", self.began)
            });
        }
        let refused = self.roster.refused_apps();
        if let Some(first) = refused.iter().min_by_key(|it| it.since) {
            let retry_at = refused.iter().map(|it| it.retry_at).min();
            return Some(BannerView {
                retry_at: retry_at.map(moment),
                count: Some(refused.iter().map(|it| it.accounts.len()).sum()),
                ..banner("E-APP", first.since)
            });
        }
        if let Network::Offline {
            since, retry_at, ..
        } = self.roster.network()
        {
            return Some(BannerView {
                retry_at: Some(moment(*retry_at)),
                ..banner("E-NET", *since)
            });
        }
        if let Some(rest) = self.roster.pressure().rest() {
            let code = if rest.cause == Cause::RateLimited {
                "E-RATE"
            } else {
                "E-IG-DOWN"
            };
            return Some(BannerView {
                retry_at: Some(moment(rest.until)),
                ..banner(code, rest.since)
            });
        }
        let half_of_all = |count: usize| count * 2 >= self.roster.kept_count();
        let down = self.troubles(Cause::ProviderFault);
        if let Some((since, count, retry)) = down.filter(|(_, count, _)| half_of_all(*count)) {
            return Some(BannerView {
                retry_at: Some(moment(retry)),
                count: Some(count),
                ..banner("E-IG-DOWN", since)
            });
        }
        let limited = self.troubles(Cause::RateLimited);
        if let Some((since, count, retry)) = limited.filter(|(_, count, _)| half_of_all(*count)) {
            return Some(BannerView {
                retry_at: Some(moment(retry)),
                count: Some(count),
                ..banner("E-RATE", since)
            });
        }
        self.time.wrong().map(|(ahead, since)| BannerView {
            minutes: Some(ahead.num_minutes()),
            ..banner("E-CLOCK", since)
        })
    }

    /// How many accounts are held up by something of this kind, since when and until when.
    fn troubles(&self, cause: Cause) -> Option<(Timestamp, usize, Timestamp)> {
        let troubles: Vec<_> = self
            .roster
            .unwell()
            .filter_map(|account| account.watch.trouble.as_ref())
            .filter(|trouble| trouble.diagnosis.cause == cause)
            .collect();
        let since = troubles
            .iter()
            .map(|trouble| trouble.diagnosis.found_at)
            .min()?;
        let retry = troubles.iter().map(|trouble| trouble.retry_at).min()?;
        Some((since, troubles.len(), retry))
    }

    /// Writes down that Relink was started, and how long it had not run.
    pub(super) fn note_start(&mut self, last_seen: Option<Timestamp>, now: Timestamp) {
        // Worth a line: the first start, and one after days of rest. Every other is noise.
        let days = last_seen.map(|seen| (now - seen).num_days());
        let entries = match days {
            None => vec![Entry::app(EntryKind::AppStarted, now)],
            Some(days) if days >= 1 => {
                vec![Entry::app(EntryKind::AppStarted, now).with("asleep_days", days.to_string())]
            }
            Some(_) => Vec::new(),
        };
        self.unsaved.changes.push(Change::LastSeen(now));
        self.carry_out(Reaction {
            entries,
            ..Reaction::default()
        });
    }

    pub(super) fn note_last_seen(&mut self) {
        let now = self.now();
        self.unsaved.changes.push(Change::LastSeen(now));
        self.save(now);
        if self.save_failed.is_some() {
            tracing::error!(
                code = ErrorCode::Database.code(),
                "the last changes could not be saved"
            );
        }
    }
}
