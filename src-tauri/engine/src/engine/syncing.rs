//! Fetching media: who is read next, and what a page or a refusal leads to. One page at a time for each account, few in
//! all, and only while nothing else is due: access comes first.

mod syncs;

use chrono::Duration;
use domain::Timestamp;
use domain::account::{Account, AccountId};
use domain::connection::{Connection, Standing};
use domain::diagnosis::{Cause, Context, Step, diagnose};
use domain::journal::{Entry, EntryKind};
use domain::media::{Sync, SyncState};
use domain::refusal::Refusal;
use domain::roster::{Event, Network, Reaction};

use super::Engine;
use crate::command::ErrorCode;
use crate::records::Change;
use crate::world::{PageAsked, PageRead};
pub(in crate::engine) use syncs::Syncing;

/// Accounts whose list is read at once.
const AT_ONCE: usize = 2;

/// Progress of an account is shown no more often. (Design brief, section 16.)
const SHOWN_EVERY: Duration = Duration::milliseconds(250);

impl Engine {
    /// The person wants these accounts (all that can be read, when empty) fetched.
    pub(super) fn sync(&mut self, ids: Vec<AccountId>) -> Result<(), ErrorCode> {
        let all = ids.is_empty();
        let ids = if all {
            self.roster.accounts().map(|it| it.id().clone()).collect()
        } else {
            ids
        };
        let now = self.now();
        let begun = ids
            .iter()
            .filter(|id| self.begin_sync(id, |sync, consented_at| sync.begin(consented_at, now)))
            .count();
        if begun == 0 && !all {
            return Err(ErrorCode::NotPossible);
        }
        Ok(())
    }

    pub(super) fn stop_sync(&mut self, id: &AccountId) {
        self.world.stop_reading(id);
        self.turn(id, Sync::stop);
    }

    /// Begins what is wanted and starts as many pages as may be started now.
    pub(super) fn go_on_syncing(&mut self) {
        let now = self.now();
        for id in std::mem::take(&mut self.syncing.wanted) {
            if self.config.sync_by_itself && !self.config.only_asked {
                self.begin_sync(&id, |sync, _| sync.begin_anew(now));
            }
        }
        while let Some(id) = self.next_to_sync(now) {
            self.syncing.last = Some(id.clone());
            self.read_page(&id);
        }
        self.hold_back(now);
    }

    /// When the next page may be asked for; `None` when something else wakes the loop first.
    pub(super) fn sync_wakes_at(&self, now: Timestamp) -> Option<Timestamp> {
        // Where access comes first, what is due for it wakes the loop, or the end of a call.
        if self.syncing.active.is_empty() || self.is_sync_barred() || self.is_access_due(now) {
            return None;
        }
        let from = self.roster.reading_from(now)?.max(self.next_start);
        let due = self.syncing.active.iter().filter_map(|id| {
            let waits = !self.world.is_reading(id);
            match self.syncing.syncs.get(id).filter(|_| waits)?.state {
                SyncState::Waiting { until, .. } => Some(until),
                SyncState::Running => Some(now),
                SyncState::Never
                | SyncState::Resting
                | SyncState::Stopped
                | SyncState::Failed(_) => None,
            }
        });
        due.min().map(|at| at.max(from))
    }

    pub(super) fn on_page_read(&mut self, asked: &PageAsked, result: Result<PageRead, Refusal>) {
        let id = &asked.account;
        let Some(account) = self.roster.account(id) else {
            self.sweep(id); // erased while its pictures came
            return;
        };
        let said = match &result {
            Ok(_) => Ok(()),
            Err(refusal) => {
                let meant = diagnose(refusal, &Context::at(Step::Media), self.now());
                Err((meant, refusal.clone()))
            }
        };
        let readable = unreadable_for(account).is_none();
        let refused = said.clone().err();
        self.happen(Event::Read(said));
        let current = self.syncing.of(id).filter(|sync| {
            sync.is_active() && sync.run == asked.run && sync.pages == asked.pages && readable
        });
        let Some(sync) = current.cloned() else { return };
        match (result, refused) {
            (Ok(page), _) => self.on_page(id, &sync, &page),
            (Err(refusal), Some((why, _))) => {
                let now = self.now();
                let wait = refusal.retry_after().unwrap_or_default();
                self.turn(id, |sync| sync.refused(&why, wait, now));
                if self.syncing.of(id).is_some_and(|sync| !sync.is_active()) {
                    let entry = Entry::about(id, EntryKind::SyncFailed, now)
                        .with("items", sync.done.to_string())
                        .because(&why);
                    self.note(entry);
                }
                // What a refusal means for the account, its own check decides, as with any other.
                if !why.is_transient() {
                    self.happen(Event::CheckAsked(vec![id.clone()]));
                }
            }
            (Err(_), None) => {}
        }
    }

    /// A quiet account has a small budget; when it is nearly used up, its list waits.
    pub(super) fn on_account_budget(&mut self, id: &AccountId, percent: u32) {
        self.happen(Event::AccountUsage(id.clone(), percent));
        let now = self.now();
        self.turn(id, |sync| sync.spare(percent, now));
    }

    pub(super) fn on_reading_died(&mut self, id: &AccountId) {
        tracing::error!(account = %id, "reading a page ended without an answer");
        self.fail(id, Cause::Unknown);
    }

    /// Whether there is anything to read with; `begin` is given when the person last signed in.
    fn begin_sync(&mut self, id: &AccountId, begin: impl FnOnce(&mut Sync, Timestamp)) -> bool {
        let Some(account) = self.roster.account(id) else {
            return false;
        };
        if unreadable_for(account).is_some() {
            return false;
        }
        let consented_at = account.consented_at;
        self.turn(id, |sync| begin(sync, consented_at));
        true
    }

    fn on_page(&mut self, id: &AccountId, sync: &Sync, page: &PageRead) {
        let now = self.now();
        let Some(records) = &mut self.records else {
            return;
        };
        match records.keep_page(id, sync, page, now) {
            Ok(page) => {
                let kept = self.kept.entry(id.clone()).or_default();
                kept.media = page.kept;
                kept.history += u64::from(page.entry.is_some());
                if !page.sync.is_active() {
                    self.syncing.active.remove(id);
                    let items = page.sync.done;
                    tracing::info!(account = %id, items, state = page.sync.state.code(), "sync ended");
                }
                self.syncing.syncs.insert(id.clone(), page.sync);
                self.show_progress(id);
            }
            Err(error) => {
                tracing::error!(%error, "a page of media could not be saved and is asked for again");
                self.saves_failed += 1;
                self.save_failed = Some((error.code(), now));
                // Saved as soon as anything can be: until then no page is asked for.
                self.unsaved.changes.push(Change::LastSeen(now));
            }
        }
    }

    /// Changes where a sync stands, and writes that down.
    fn turn(&mut self, id: &AccountId, change: impl FnOnce(&mut Sync)) {
        let sync = self.syncing.syncs.entry(id.clone()).or_default();
        let before = sync.clone();
        change(sync);
        if *sync == before {
            return;
        }
        if sync.is_active() {
            self.syncing.active.insert(id.clone());
        } else {
            self.syncing.active.remove(id);
        }
        let sync = sync.clone();
        self.unsaved.changes.push(Change::Sync(id.clone(), sync));
        self.changed.insert(id.clone());
    }

    /// It ended without a call: there is nothing to read with.
    fn fail(&mut self, id: &AccountId, cause: Cause) {
        self.turn(id, |sync| sync.state = SyncState::Failed(cause));
        let items = self.syncing.of(id).map_or(0, |sync| sync.done);
        let entry = Entry::about(id, EntryKind::SyncFailed, self.now());
        self.note(
            entry
                .with("items", items.to_string())
                .with("reason", cause.code()),
        );
    }

    fn note(&mut self, entry: Entry) {
        self.carry_out(Reaction {
            entries: vec![entry],
            ..Reaction::default()
        });
    }

    /// The end of a sync is shown at once, progress now and then.
    fn show_progress(&mut self, id: &AccountId) {
        let elapsed = self.config.clock.reading().elapsed;
        let goes_on = self.syncing.active.contains(id);
        let last = self.syncing.shown.get(id);
        if goes_on && last.is_some_and(|last| elapsed - *last < SHOWN_EVERY) {
            return;
        }
        if goes_on {
            self.syncing.shown.insert(id.clone(), elapsed);
        } else {
            self.syncing.shown.remove(id);
        }
        self.changed.insert(id.clone());
    }

    /// Nothing is read without the key, and nothing that could not be kept.
    fn is_sync_barred(&self) -> bool {
        self.save_failed.is_some()
            || self.keys.view().state != "ready"
            || self.world.reading() >= AT_ONCE
    }

    fn is_access_due(&self, now: Timestamp) -> bool {
        self.roster.wake_at(now).is_some_and(|at| at <= now)
    }

    fn next_to_sync(&self, now: Timestamp) -> Option<AccountId> {
        if self.syncing.active.is_empty() || self.is_sync_barred() {
            return None;
        }
        let admitted = self.roster.reading_from(now)?.max(self.next_start) <= now;
        if !admitted || self.is_access_due(now) {
            return None;
        }
        let due = |id: &&AccountId| {
            let sync = self.syncing.of(id);
            sync.is_some_and(|sync| sync.is_due(now)) && !self.world.is_reading(id)
        };
        self.syncing.in_turn().find(due).cloned()
    }

    fn read_page(&mut self, id: &AccountId) {
        let (Some(account), Some(sync)) = (self.roster.account(id), self.syncing.of(id)) else {
            self.syncing.forget(id);
            return;
        };
        if let Some(because) = unreadable_for(account) {
            match because {
                Some(cause) => self.fail(id, cause),
                None => self.turn(id, Sync::stop),
            }
            return;
        }
        let asked = PageAsked {
            account: id.clone(),
            run: sync.run,
            pages: sync.pages,
        };
        let cursor = sync.cursor.clone();
        let generation = account.generation;
        let through = self.way_of_reading(id);
        let token = self
            .records
            .as_ref()
            .map(|records| records.open_token(id, generation));
        match (token, through, self.syncing.shelf.clone()) {
            (Some(Ok(token)), Some(through), Some(shelf)) => {
                self.started();
                self.turn(id, |sync| sync.state = SyncState::Running);
                self.world.read_page(asked, cursor, token, through, shelf);
            }
            (token, _, _) => {
                if let Some(Err(error)) = token {
                    tracing::error!(account = %id, %error, "a stored token does not open");
                }
                self.fail(id, Cause::Unknown);
                self.happen(Event::CheckAsked(vec![id.clone()])); // finds out, and says so
            }
        }
    }

    /// While calls like these have to wait, those that wait say so, and for what.
    fn hold_back(&mut self, now: Timestamp) {
        if self.syncing.active.is_empty() {
            return;
        }
        let Some(until) = self.roster.reading_from(now).filter(|at| *at > now) else {
            return;
        };
        let rest = self.roster.pressure().rest().map(|rest| rest.cause);
        let cause = match self.roster.network() {
            Network::Offline { .. } => Cause::Network,
            // Without a rest it is the app's budget that is nearly used up.
            Network::Online => rest.unwrap_or(Cause::RateLimited),
        };
        let running = |id: &&AccountId| {
            let sync = self.syncing.of(id);
            sync.is_some_and(|sync| sync.state == SyncState::Running) && !self.world.is_reading(id)
        };
        let held: Vec<AccountId> = self
            .syncing
            .active
            .iter()
            .filter(running)
            .cloned()
            .collect();
        for id in held {
            self.turn(&id, |sync| sync.state = SyncState::Waiting { until, cause });
        }
    }

    fn sweep(&self, id: &AccountId) {
        if let Some(records) = &self.records
            && let Err(error) = records.pictures().remove(id)
        {
            tracing::error!(%error, "pictures of an erased account could not be removed");
        }
    }
}

/// Why an account cannot be read: `Some(None)` for a deleted one.
fn unreadable_for(account: &Account) -> Option<Option<Cause>> {
    match &account.connection {
        Connection::Held(held) => match &held.standing {
            Standing::Good | Standing::Limited { .. } => None,
            Standing::Blocked(why) => Some(Some(why.cause)),
        },
        Connection::Lost(lost) => Some(Some(lost.diagnosis.cause)),
        Connection::Removed(_) => Some(None),
    }
}
