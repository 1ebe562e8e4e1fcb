//! What accounts have published. Rows are never deleted but with their account: what is gone at Instagram says so.

use domain::Timestamp;
use domain::account::AccountId;
use domain::media::{KeptItem, MediaItem, MediaKind};
use rusqlite::params;

use crate::codec::{Cells, count, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

/// `run` is the sync that saw the item last. Moments of items without one sort as the oldest.
pub(crate) const FOURTH: &str = "
CREATE TABLE media (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id         TEXT NOT NULL,
    kind       TEXT NOT NULL,
    caption    TEXT NOT NULL,
    permalink  TEXT NOT NULL,
    posted_at  INTEGER,
    likes      INTEGER,
    comments   INTEGER,
    run        INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    gone_at    INTEGER,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_by_age ON media (account_id, posted_at, id);
";

/// What became of the items of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageSaved {
    /// Items this sync had not seen before.
    pub fresh: u64,
    /// Items no sync had seen before.
    pub new: u64,
}

impl View<'_> {
    /// Items of an account, newest first.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row nobody can have written.
    pub fn media(
        &self,
        account: &AccountId,
        from: u64,
        limit: u32,
    ) -> Result<Vec<KeptItem>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM media WHERE account_id = ?1 ORDER BY posted_at DESC, id DESC LIMIT ?3 OFFSET ?2",
        )?;
        read(statement.query(params![account.as_str(), count(from), limit])?)
    }

    /// Items published after `from` and not after `until`, oldest first.
    ///
    /// # Errors
    /// As [`View::media`].
    pub fn media_between(
        &self,
        account: &AccountId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<KeptItem>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM media WHERE account_id = ?1 AND posted_at > ?2 AND posted_at <= ?3
             ORDER BY posted_at, id",
        )?;
        read(statement.query(params![account.as_str(), millis(from), millis(until)])?)
    }

    /// How many items of an account are kept.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be counted.
    pub fn media_count(&self, account: &AccountId) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM media WHERE account_id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let items: i64 = statement.query_row([account.as_str()], |row| row.get(0))?;
        Ok(items.unsigned_abs())
    }

    /// How many items of each account are kept.
    ///
    /// # Errors
    /// As [`View::media_count`].
    pub fn media_counts(&self) -> Result<Vec<(AccountId, u64)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT account_id, count(*) FROM media GROUP BY account_id")?;
        let counts = statement.query_map([], |row| {
            let (id, items): (String, i64) = (row.get(0)?, row.get(1)?);
            Ok((AccountId::new(id), items.unsigned_abs()))
        })?;
        Ok(counts.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Writes a page of an account's list down, as seen by sync number `run`.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn save_media(
        &self,
        account: &AccountId,
        run: u64,
        items: &[MediaItem],
        now: Timestamp,
    ) -> Result<PageSaved, StoreError> {
        let mut seen_in = self
            .transaction
            .prepare_cached("SELECT run FROM media WHERE account_id = ?1 AND id = ?2")?;
        let mut write = self.transaction.prepare_cached(
            "INSERT INTO media (account_id, id, kind, caption, permalink, posted_at, likes, comments, run, seen_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (account_id, id) DO UPDATE SET
                 kind = ?3, caption = ?4, permalink = ?5, posted_at = ?6, likes = ?7, comments = ?8,
                 run = ?9, seen_at = ?10, gone_at = NULL",
        )?;
        let (run, mut saved) = (count(run), PageSaved::default());
        for item in items {
            let mut before = seen_in.query([account.as_str(), &item.id])?;
            let before: Option<i64> = before.next()?.map(|row| row.get(0)).transpose()?;
            saved.new += u64::from(before.is_none());
            saved.fresh += u64::from(before != Some(run));
            write.execute(params![
                account.as_str(),
                item.id,
                item.kind.code(),
                item.caption,
                item.permalink,
                item.posted_at.map(millis),
                item.likes.map(count),
                item.comments.map(count),
                run,
                millis(now),
            ])?;
        }
        Ok(saved)
    }

    /// Sync number `run` has come to its end: what it has not seen is no longer at Instagram.
    ///
    /// # Errors
    /// As [`Tx::save_media`].
    pub fn mark_gone_media(
        &self,
        account: &AccountId,
        run: u64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached(
                "UPDATE media SET gone_at = ?3 WHERE account_id = ?1 AND run <> ?2 AND gone_at IS NULL",
            )?
            .execute(params![account.as_str(), count(run), millis(now)])?;
        Ok(())
    }
}

fn read(mut rows: rusqlite::Rows<'_>) -> Result<Vec<KeptItem>, StoreError> {
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = Cells::of("media", row);
        let number = |column| {
            let number: Option<i64> = cells.get(column)?;
            Ok::<_, StoreError>(number.map(i64::unsigned_abs))
        };
        items.push(KeptItem {
            item: MediaItem {
                id: cells.get("id")?,
                kind: cells.code("kind", MediaKind::from_code)?,
                caption: cells.get("caption")?,
                permalink: cells.get("permalink")?,
                posted_at: cells.maybe_moment("posted_at")?,
                likes: number("likes")?,
                comments: number("comments")?,
            },
            seen_at: cells.moment("seen_at")?,
            gone_at: cells.maybe_moment("gone_at")?,
        });
    }
    Ok(items)
}
