//! Renewals written down before the call. One without an end is *unknown*, not *failed*
//! (security document, R2).

use domain::Timestamp;
use domain::account::AccountId;
use domain::diagnosis::Cause;
use rusqlite::params;

use crate::codec::{Cells, count, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE renewal_attempt (
    id          INTEGER PRIMARY KEY,
    account_id  TEXT NOT NULL,
    generation  INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    result      TEXT
) STRICT;
CREATE INDEX renewal_attempt_open ON renewal_attempt (account_id) WHERE finished_at IS NULL;
";

pub(crate) const SECOND: &str = "
ALTER TABLE renewal_attempt ADD COLUMN cause TEXT;
CREATE INDEX renewal_attempt_account ON renewal_attempt (account_id, started_at);
";

/// How a renewal call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewalResult {
    /// A token came and was kept.
    Renewed,
    /// The provider said no.
    Refused,
    /// No answer of the provider came.
    NoAnswer,
    /// Found without an end after a crash, and settled by reading the profile.
    Settled,
}

impl RenewalResult {
    /// Every result.
    pub const ALL: [Self; 4] = [Self::Renewed, Self::Refused, Self::NoAnswer, Self::Settled];

    /// The identifier used in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Renewed => "renewed",
            Self::Refused => "refused",
            Self::NoAnswer => "no_answer",
            Self::Settled => "settled",
        }
    }

    /// Reads an identifier made by [`RenewalResult::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.code() == code)
    }
}

/// A renewal as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// When it began.
    pub started_at: Timestamp,
    /// When its end was known.
    pub finished_at: Option<Timestamp>,
    /// How it ended; `None` while it is under way.
    pub result: Option<RenewalResult>,
    /// Why it did not renew.
    pub cause: Option<Cause>,
}

/// A renewal that was begun and of whose end nothing is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalAttempt {
    /// Its number.
    pub id: i64,
    /// Whose token.
    pub account: AccountId,
    /// The generation of the token it was to extend.
    pub generation: u64,
    /// When it began.
    pub started_at: Timestamp,
}

impl View<'_> {
    /// The newest `limit` renewals of an account since `since`, newest first.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row nobody can have written.
    pub fn renewals(
        &self,
        account: &AccountId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Renewal>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM renewal_attempt WHERE account_id = ?1 AND started_at >= ?2
             ORDER BY started_at DESC, id DESC LIMIT ?3",
        )?;
        let mut rows = statement.query(params![account.as_str(), millis(since), limit])?;
        let mut renewals = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = Cells::of("renewal_attempt", row);
            renewals.push(Renewal {
                started_at: cells.moment("started_at")?,
                finished_at: cells.maybe_moment("finished_at")?,
                result: cells.maybe_code("result", RenewalResult::from_code)?,
                cause: cells.maybe_code("cause", Cause::from_code)?,
            });
        }
        Ok(renewals)
    }

    /// Renewals without an end, oldest first.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row nobody can have written.
    pub fn open_renewals(&self) -> Result<Vec<RenewalAttempt>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM renewal_attempt WHERE finished_at IS NULL ORDER BY id",
        )?;
        let mut rows = statement.query([])?;
        let mut open = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = Cells::of("renewal_attempt", row);
            open.push(RenewalAttempt {
                id: cells.get("id")?,
                account: AccountId::new(cells.get::<String>("account_id")?),
                generation: cells.number("generation")?,
                started_at: cells.moment("started_at")?,
            });
        }
        Ok(open)
    }
}

impl Tx<'_> {
    /// Writes down that a renewal begins; to be committed before the call. Returns its number.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses: then the call is not made.
    pub fn begin_renewal(
        &self,
        account: &AccountId,
        generation: u64,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO renewal_attempt (account_id, generation, started_at)
                 VALUES (?1, ?2, ?3)",
            )?
            .execute(params![account.as_str(), count(generation), millis(at)])?;
        Ok(self.transaction.last_insert_rowid())
    }

    /// Writes down how a renewal ended.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it has ended already.
    pub fn finish_renewal(
        &self,
        id: i64,
        result: RenewalResult,
        cause: Option<Cause>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let finished = self
            .transaction
            .prepare_cached(
                "UPDATE renewal_attempt SET finished_at = ?2, result = ?3, cause = ?4
                 WHERE id = ?1 AND finished_at IS NULL",
            )?
            .execute(params![
                id,
                millis(at),
                result.code(),
                cause.map(Cause::code)
            ])?;
        if finished == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict {
                table: "renewal_attempt",
            })
        }
    }

    /// Removes renewals that ended before `horizon`; their story is in the journal. One without an
    /// end is never removed.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn prune_renewals(&self, horizon: Timestamp) -> Result<(), StoreError> {
        let sql = "DELETE FROM renewal_attempt WHERE finished_at < ?1";
        self.transaction.execute(sql, [millis(horizon)])?;
        Ok(())
    }
}
