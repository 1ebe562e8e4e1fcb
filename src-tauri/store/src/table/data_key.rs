//! The wrapped data key of each owner of secrets.

use rusqlite::params;

use crate::codec::Cells;
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE data_key (
    owner   TEXT PRIMARY KEY NOT NULL,
    key_id  TEXT NOT NULL,
    wrapped BLOB NOT NULL
) STRICT;
";

/// A data key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Whose secrets it seals: `account:…`, `attempt:…`, `app:…`.
    pub owner: String,
    /// The key it is wrapped under.
    pub key_id: String,
    /// The envelope.
    pub wrapped: Vec<u8>,
}

impl View<'_> {
    /// The wrapped data key of `owner`.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn data_key(&self, owner: &str) -> Result<Option<WrappedKey>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM data_key WHERE owner = ?1")?;
        let mut rows = statement.query([owner])?;
        rows.next()?
            .map(|row| read(&Cells::of("data_key", row)))
            .transpose()
    }

    /// Every wrapped data key, in the order of their owners.
    ///
    /// # Errors
    /// [`StoreError`] when one cannot be read.
    pub fn data_keys(&self) -> Result<Vec<WrappedKey>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM data_key ORDER BY owner")?;
        let mut rows = statement.query([])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(read(&Cells::of("data_key", row))?);
        }
        Ok(keys)
    }

    /// How many owners have a data key.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be counted.
    pub fn data_key_count(&self) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .query_row("SELECT count(*) FROM data_key", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

impl Tx<'_> {
    /// Keeps the data key of a new owner.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the owner has one: secrets depend on it.
    pub fn add_data_key(&self, key: &WrappedKey) -> Result<(), StoreError> {
        let added = self
            .transaction
            .prepare_cached(
                "INSERT INTO data_key (owner, key_id, wrapped) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![key.owner, key.key_id, key.wrapped])?;
        if added == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict { table: "data_key" })
        }
    }
}

fn read(cells: &Cells<'_>) -> Result<WrappedKey, StoreError> {
    Ok(WrappedKey {
        owner: cells.get("owner")?,
        key_id: cells.get("key_id")?,
        wrapped: cells.get("wrapped")?,
    })
}
