//! Settings: names and values as text; what they mean is the engine's business.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension as _;

use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE setting (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;
";

impl View<'_> {
    /// One setting; `None` where the person has chosen nothing.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let value = self
            .connection
            .prepare_cached("SELECT value FROM setting WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        Ok(value)
    }

    /// Every setting by name.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn settings(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, value FROM setting")?;
        let settings = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(settings.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Keeps a setting; `None` takes it back.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn set_setting(&self, name: &str, value: Option<&str>) -> Result<(), StoreError> {
        match value {
            Some(value) => self.transaction.execute(
                "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
                [name, value],
            )?,
            None => self
                .transaction
                .execute("DELETE FROM setting WHERE name = ?1", [name])?,
        };
        Ok(())
    }
}
