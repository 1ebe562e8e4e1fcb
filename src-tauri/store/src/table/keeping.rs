//! What was kept of an account when it was deleted, and what was there when it came back: counts and
//! digests of the rows themselves, so that a receipt proves and does not promise. (Feature table, F-B05.)

use domain::Timestamp;
use domain::account::AccountId;
use domain::keeping::{KeptLine, KeptPart, Manifest};
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use crate::codec::{Cells, count, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const THIRD: &str = "
CREATE TABLE kept (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    moment     TEXT NOT NULL,
    part       TEXT NOT NULL,
    taken_at   INTEGER NOT NULL,
    last_line  INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    digest     BLOB NOT NULL,
    PRIMARY KEY (account_id, moment, part)
) STRICT, WITHOUT ROWID;
";

/// When a manifest was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// The account was deleted.
    Deleted,
    /// It was added again.
    Returned,
}

impl Moment {
    fn code(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Returned => "returned",
        }
    }
}

/// What the person may change of a deleted account: a change of theirs is no loss.
const OWN: [KeptPart; 4] = [
    KeptPart::Label,
    KeptPart::Notes,
    KeptPart::TwoFactor,
    KeptPart::Checklist,
];

/// The rows of a part: `?1` is the account, `?2` the last line of the journal that counts.
fn rows_of(part: KeptPart) -> &'static str {
    match part {
        // What was published; not how it fares at Instagram, which changes by itself.
        KeptPart::Media => {
            "SELECT id, kind, caption, permalink, posted_at FROM media
             WHERE account_id = ?1 AND ?2 IS NOT NULL ORDER BY id"
        }
        KeptPart::History => {
            "SELECT journal.*, (SELECT group_concat(name || '=' || value, char(31))
                                FROM (SELECT name, value FROM journal_param
                                      WHERE journal_id = journal.id ORDER BY name))
             FROM journal WHERE account_id = ?1 AND id <= ?2 ORDER BY id"
        }
        KeptPart::Label => {
            "SELECT label FROM account WHERE id = ?1 AND label <> '' AND ?2 IS NOT NULL"
        }
        KeptPart::Notes => {
            "SELECT notes FROM account WHERE id = ?1 AND notes <> '' AND ?2 IS NOT NULL"
        }
        KeptPart::TwoFactor => {
            "SELECT two_factor, two_factor_at FROM account
             WHERE id = ?1 AND two_factor IS NOT NULL AND ?2 IS NOT NULL"
        }
        KeptPart::Checklist => {
            "SELECT ticked, login FROM account
             WHERE id = ?1 AND ticked || login <> '' AND ?2 IS NOT NULL"
        }
    }
}

impl View<'_> {
    /// What is kept of an account now.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn manifest(&self, account: &AccountId, now: Timestamp) -> Result<Manifest, StoreError> {
        let last = self.last_line()?;
        let lines = KeptPart::ALL.map(|part| self.kept_line(account, part, last));
        Ok(Manifest {
            taken_at: now,
            lines: lines.into_iter().collect::<Result<_, _>>()?,
        })
    }

    /// What was kept when the account was last deleted, and what was there when it was added again; `None`
    /// where it has not come back since, or was never deleted.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row nobody can have written.
    pub fn receipt(&self, account: &AccountId) -> Result<Option<(Manifest, Manifest)>, StoreError> {
        let before = self.stored(account, Moment::Deleted)?;
        let after = self.stored(account, Moment::Returned)?;
        Ok(before.zip(after))
    }

    fn stored(&self, account: &AccountId, moment: Moment) -> Result<Option<Manifest>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM kept WHERE account_id = ?1 AND moment = ?2")?;
        let mut rows = statement.query([account.as_str(), moment.code()])?;
        let mut taken_at = None;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = Cells::of("kept", row);
            taken_at = Some(cells.moment("taken_at")?);
            lines.push(KeptLine {
                part: cells.code("part", KeptPart::from_code)?,
                count: cells.number("count")?,
                digest: cells
                    .get::<Vec<u8>>("digest")?
                    .try_into()
                    .map_err(|_| cells.bad("digest"))?,
            });
        }
        lines.sort_by_key(|line| line.part);
        Ok(taken_at.map(|taken_at| Manifest { taken_at, lines }))
    }

    fn last_line(&self) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(id), 0) FROM journal";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// Every value of every row with its kind and length before it: no two contents share a form.
    fn kept_line(
        &self,
        account: &AccountId,
        part: KeptPart,
        last_line: i64,
    ) -> Result<KeptLine, StoreError> {
        let mut statement = self.connection.prepare_cached(rows_of(part))?;
        let columns = statement.column_count();
        let mut rows = statement.query(params![account.as_str(), last_line])?;
        let (mut digest, mut found) = (Sha256::new(), 0_u64);
        while let Some(row) = rows.next()? {
            found += 1;
            for column in 0..columns {
                let value = row.get_ref(column)?;
                let (kind, bytes) = match value {
                    ValueRef::Null => (0_u8, Vec::new()),
                    ValueRef::Integer(number) => (1, number.to_be_bytes().to_vec()),
                    ValueRef::Real(number) => (2, number.to_be_bytes().to_vec()),
                    ValueRef::Text(text) => (3, text.to_vec()),
                    ValueRef::Blob(blob) => (4, blob.to_vec()),
                };
                digest.update([kind]);
                digest.update((bytes.len() as u64).to_be_bytes());
                digest.update(&bytes);
            }
        }
        Ok(KeptLine {
            part,
            count: found,
            digest: digest.finalize().into(),
        })
    }
}

impl Tx<'_> {
    /// Writes down what is kept of an account that is being deleted.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn take_manifest(&self, account: &AccountId, now: Timestamp) -> Result<(), StoreError> {
        self.drop_manifest(account)?;
        let last = self.read().last_line()?;
        self.keep(account, Moment::Deleted, &KeptPart::ALL, last, now)
    }

    /// The person changed something of their own of a deleted account.
    ///
    /// # Errors
    /// As [`Tx::take_manifest`].
    pub fn refresh_manifest(&self, account: &AccountId, now: Timestamp) -> Result<(), StoreError> {
        match self.manifest_line(account)? {
            Some(last) => self.keep(account, Moment::Deleted, &OWN, last, now),
            None => Ok(()),
        }
    }

    /// The account was added again: what is there now, of what was there then.
    ///
    /// # Errors
    /// As [`Tx::take_manifest`].
    pub fn close_manifest(&self, account: &AccountId, now: Timestamp) -> Result<(), StoreError> {
        match self.manifest_line(account)? {
            Some(last) => self.keep(account, Moment::Returned, &KeptPart::ALL, last, now),
            None => Ok(()),
        }
    }

    /// The deletion was taken back, or a new one begins.
    ///
    /// # Errors
    /// As [`Tx::take_manifest`].
    pub fn drop_manifest(&self, account: &AccountId) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached("DELETE FROM kept WHERE account_id = ?1")?
            .execute([account.as_str()])?;
        Ok(())
    }

    /// The last line of the journal that counts for the open manifest.
    fn manifest_line(&self, account: &AccountId) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT last_line FROM kept WHERE account_id = ?1 AND moment = 'deleted' LIMIT 1";
        Ok(self
            .transaction
            .prepare_cached(sql)?
            .query_row([account.as_str()], |row| row.get(0))
            .optional()?)
    }

    fn keep(
        &self,
        account: &AccountId,
        moment: Moment,
        parts: &[KeptPart],
        last_line: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for part in parts {
            let line = self.read().kept_line(account, *part, last_line)?;
            self.transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO kept (account_id, moment, part, taken_at, last_line, count, digest)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    account.as_str(),
                    moment.code(),
                    part.code(),
                    millis(now),
                    last_line,
                    count(line.count),
                    line.digest.as_slice(),
                ])?;
        }
        Ok(())
    }
}
