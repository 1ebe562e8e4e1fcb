//! The journal: it only grows, but for what is older than a year or erased with its account.

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::account::AccountId;
use domain::journal::{Entry, EntryKind};
use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};

use super::diagnosis;
use crate::codec::{Cells, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE journal (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    account_id  TEXT,
    kind        TEXT NOT NULL,
    cause       TEXT,
    certainty   TEXT,
    affects     TEXT,
    remedy      TEXT,
    permission  TEXT,
    found_at    INTEGER,
    answered    INTEGER,
    http_status INTEGER,
    code        INTEGER,
    subcode     INTEGER,
    error_type  TEXT,
    message     TEXT,
    trace_id    TEXT
) STRICT;
CREATE INDEX journal_of_account ON journal (account_id, id);
CREATE TABLE journal_param (
    journal_id INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (journal_id, name)
) STRICT, WITHOUT ROWID;
";

/// A numbered line of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number; later lines have higher ones, and no number is used twice.
    pub id: i64,
    /// What it tells.
    pub entry: Entry,
}

/// Some lines of the journal, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The lines that could be read.
    pub lines: Vec<Line>,
    /// Numbers of lines that hold what this program cannot have written.
    pub unreadable: Vec<i64>,
    /// The `before` of the next page; `None` on the last one.
    pub next: Option<i64>,
}

impl View<'_> {
    /// At most `limit` lines, newest first: those before line `before`, if one is named, and about
    /// `account`, if one is named.
    ///
    /// # Errors
    /// [`StoreError`] when the table as a whole cannot be read.
    pub fn journal(
        &self,
        account: Option<&AccountId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Page, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        let account = account.map(AccountId::as_str);
        // Two statements, so that each can walk its own index.
        let sql = match account {
            None => "SELECT * FROM journal WHERE id < ?1 AND ?2 IS NULL ORDER BY id DESC LIMIT ?3",
            Some(_) => {
                "SELECT * FROM journal WHERE id < ?1 AND account_id = ?2 ORDER BY id DESC LIMIT ?3"
            }
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![before, account, limit])?;
        let mut page = Page::default();
        let mut last = None;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            let cells = Cells::of("journal", row);
            let id: i64 = cells.get("id")?;
            (last, seen) = (Some(id), seen + 1);
            match self.read_entry(&cells, id) {
                Ok(entry) => page.lines.push(Line { id, entry }),
                Err(StoreError::BadRow { .. }) => page.unreadable.push(id),
                Err(error) => return Err(error),
            }
        }
        page.next = last.filter(|_| seen == limit);
        Ok(page)
    }

    /// How many lines there are about each account.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be counted.
    pub fn journal_counts(&self) -> Result<Vec<(AccountId, u64)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT account_id, count(*) FROM journal WHERE account_id IS NOT NULL GROUP BY account_id",
        )?;
        let counts = statement.query_map([], |row| {
            let (id, lines): (String, i64) = (row.get(0)?, row.get(1)?);
            Ok((AccountId::new(id), lines.unsigned_abs()))
        })?;
        Ok(counts.collect::<Result<_, _>>()?)
    }

    fn read_entry(&self, cells: &Cells<'_>, id: i64) -> Result<Entry, StoreError> {
        let account: Option<String> = cells.get("account_id")?;
        Ok(Entry {
            at: cells.moment("at")?,
            account: account.map(AccountId::new),
            kind: cells.code("kind", EntryKind::from_code)?,
            diagnosis: diagnosis::read(cells)?,
            params: self.journal_params(id)?,
        })
    }

    fn journal_params(&self, id: i64) -> Result<BTreeMap<String, String>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, value FROM journal_param WHERE journal_id = ?1")?;
        let found = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Adds a line and returns its number.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn append(&self, entry: &Entry) -> Result<i64, StoreError> {
        let sql = format!(
            "INSERT INTO journal (at, account_id, kind, {}) VALUES (?1, ?2, ?3{})",
            diagnosis::COLUMNS,
            ", ?".repeat(diagnosis::COLUMN_COUNT)
        );
        let account = entry.account.as_ref().map(|id| id.as_str().to_owned());
        let head: [Value; 3] = [
            millis(entry.at).into(),
            account.into(),
            entry.kind.code().to_owned().into(),
        ];
        let values = head
            .into_iter()
            .chain(diagnosis::values(entry.diagnosis.as_ref()));
        self.transaction
            .prepare_cached(&sql)?
            .execute(params_from_iter(values))?;
        let id = self.transaction.last_insert_rowid();
        for (name, value) in &entry.params {
            self.transaction
                .prepare_cached(
                    "INSERT INTO journal_param (journal_id, name, value) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![id, name, value])?;
        }
        Ok(id)
    }

    /// Removes lines older than `horizon`, which the caller puts twelve months back. Returns how
    /// many.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn prune_journal(&self, horizon: Timestamp) -> Result<usize, StoreError> {
        // What a deleted account's manifest lists has to be there when the account comes back.
        let sql = "DELETE FROM journal WHERE at < ?1 AND NOT EXISTS (
                       SELECT 1 FROM kept WHERE kept.account_id = journal.account_id
                       GROUP BY kept.account_id HAVING max(moment = 'returned') = 0)";
        Ok(self.transaction.execute(sql, [millis(horizon)])?)
    }
}
