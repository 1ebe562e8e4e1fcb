//! What is told of an account's media, and of the time it had no access.

use domain::account::AccountId;
use domain::diagnosis::Cause;
use domain::gap::{Gap, Search};
use domain::media::{KeptItem, Sync, SyncState};
use store::Pictures;

use super::Engine;
use super::reading::unread;
use crate::command::{ErrorCode, Reply};
use crate::records::{Records, RecordsError};
use crate::report;
use crate::view::{GapView, MediaPage, MediaView, SyncView, moment};

/// The most items in one answer.
const MAX_ITEMS: usize = 200;
/// Lines of the journal that are read at once while a gap is looked for.
const LINES: usize = 200;

impl Engine {
    /// A page of an account's media, newest first.
    pub(super) fn media(
        &self,
        id: &AccountId,
        from: usize,
        limit: usize,
    ) -> Result<Reply, ErrorCode> {
        let most = u32::try_from(limit)
            .ok()
            .filter(|_| (1..=MAX_ITEMS).contains(&limit));
        let most = most.ok_or(ErrorCode::InvalidInput)?;
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let items = records.media(id, from, most).map_err(unread)?;
        let kept = self.kept.get(id).map_or(0, |kept| kept.media);
        let shown = u64::try_from(from.saturating_add(items.len())).unwrap_or(u64::MAX);
        Ok(Reply::Media(MediaPage {
            more: shown < kept,
            kept,
            items: views(id, items, &records.pictures()),
        }))
    }

    /// The last time an account had no access, and what was published meanwhile.
    pub(super) fn gap(&self, id: &AccountId) -> Result<Reply, ErrorCode> {
        Ok(Reply::Gap(self.gap_view(id)?.map(Box::new)))
    }

    /// The same as a file for whoever was promised those posts.
    pub(super) fn gap_csv(&self, id: &AccountId) -> Result<Reply, ErrorCode> {
        let gap = self.gap_view(id)?.ok_or(ErrorCode::NotPossible)?;
        let account = self.roster.account(id).ok_or(ErrorCode::UnknownAccount)?;
        Ok(Reply::GapCsv {
            name: report::gap_file_name(&account.profile.username, self.now()),
            csv: report::gap_csv(&gap),
        })
    }

    pub(super) fn sync_view(&self, id: &AccountId) -> SyncView {
        let unknown = Sync::default();
        let sync = self.syncing.of(id).unwrap_or(&unknown);
        let (until, cause) = match sync.state {
            SyncState::Waiting { until, cause } => (Some(until), Some(cause)),
            SyncState::Failed(cause) => (None, Some(cause)),
            SyncState::Never | SyncState::Resting | SyncState::Running | SyncState::Stopped => {
                (None, None)
            }
        };
        SyncView {
            state: sync.state.code(),
            done: sync.done,
            total: sync.total,
            until: until.map(moment),
            cause: cause.map(Cause::code),
            last_at: sync.last_at.map(moment),
        }
    }

    fn gap_view(&self, id: &AccountId) -> Result<Option<GapView>, ErrorCode> {
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let Some(gap) = last_gap(records, id).map_err(unread)? else {
            return Ok(None);
        };
        let items = records
            .media_between(id, gap.from, gap.until)
            .map_err(unread)?;
        let seen_whole = self.syncing.of(id).and_then(|sync| sync.last_began_at);
        Ok(Some(GapView {
            from: moment(gap.from),
            until: moment(gap.until),
            complete: seen_whole.is_some_and(|began| began >= gap.until),
            items: views(id, items, &records.pictures()),
            stories_lost: gap.lost_stories(),
        }))
    }
}

fn last_gap(records: &Records, id: &AccountId) -> Result<Option<Gap>, RecordsError> {
    let mut search = Search::default();
    let mut before = None;
    loop {
        let lines = records.history(Some(id), before, LINES)?;
        let goes_on = lines.iter().all(|(_, entry)| search.look(entry));
        match lines.last() {
            Some((line, _)) if goes_on && lines.len() == LINES => before = Some(*line),
            _ => return Ok(search.found()),
        }
    }
}

fn views(id: &AccountId, items: Vec<KeptItem>, pictures: &Pictures) -> Vec<MediaView> {
    let view = |kept: KeptItem| {
        let has_picture = pictures.has(id, &kept.item.id);
        MediaView::of(id, kept, has_picture)
    };
    items.into_iter().map(view).collect()
}
