//! Published media: a page written as a whole, and what is read of them.

use domain::Timestamp;
use domain::account::AccountId;
use domain::journal::{Entry, EntryKind};
use domain::media::{KeptItem, Progress, Sync};
use store::Pictures;

use super::{Records, RecordsError};
use crate::world::PageRead;

/// What became of a page.
pub(crate) struct PageKept {
    /// Where the sync stands now.
    pub(crate) sync: Sync,
    /// The line of a sync that has ended.
    pub(crate) entry: Option<Entry>,
    /// How many items of the account are kept now.
    pub(crate) kept: u64,
}

impl Records {
    /// Writes a page's items, the place after it, and the line of a sync that ends with it in one transaction: a
    /// sync that is cut off anywhere goes on from a page that is whole.
    pub(crate) fn keep_page(
        &mut self,
        id: &AccountId,
        sync: &Sync,
        page: &PageRead,
        now: Timestamp,
    ) -> Result<PageKept, RecordsError> {
        let mut sync = sync.clone();
        sync.total = page.total.or(sync.total);
        self.store.transaction(|tx| {
            let saved = tx.save_media(id, sync.run, &page.items, now)?;
            let progress = sync.turn_page(page.items.len(), saved.fresh, page.next.clone(), now);
            let line = |kind| Entry::about(id, kind, now).with("items", sync.done.to_string());
            let entry = match progress {
                Progress::Goes => None,
                Progress::Ended => {
                    tx.mark_gone_media(id, sync.run, now)?;
                    Some(line(EntryKind::Synced))
                }
                Progress::Failed(setback) => {
                    Some(line(EntryKind::SyncFailed).with("reason", setback.code().to_owned()))
                }
            };
            if let Some(entry) = &entry {
                tx.append(entry)?;
            }
            tx.save_sync(id, &sync)?;
            let kept = tx.read().media_count(id)?;
            Ok(PageKept { sync, entry, kept })
        })
    }

    pub(crate) fn media(
        &self,
        id: &AccountId,
        from: usize,
        limit: u32,
    ) -> Result<Vec<KeptItem>, RecordsError> {
        let from = u64::try_from(from).unwrap_or(u64::MAX);
        Ok(self.store.read().media(id, from, limit)?)
    }

    pub(crate) fn media_between(
        &self,
        id: &AccountId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<KeptItem>, RecordsError> {
        Ok(self.store.read().media_between(id, from, until)?)
    }

    /// The small pictures that lie beside the database.
    pub(crate) fn pictures(&self) -> Pictures {
        Pictures::of(&self.dir)
    }
}
