//! What the database is called.

use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;
";

const DATABASE_ID: &str = "database_id";

impl View<'_> {
    /// The id that sealed rows are bound to; `None` before it was set.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn database_id(&self) -> Result<Option<String>, StoreError> {
        let id = self
            .connection
            .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
            .query_row([DATABASE_ID], |row| row.get(0))
            .optional()?;
        Ok(id)
    }
}

impl Tx<'_> {
    /// Gives the database its id, once and for good.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it has one: rows are sealed under it.
    pub fn set_database_id(&self, id: &str) -> Result<(), StoreError> {
        let added = self
            .transaction
            .prepare_cached(
                "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute([DATABASE_ID, id])?;
        if added == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict { table: "meta" })
        }
    }
}
