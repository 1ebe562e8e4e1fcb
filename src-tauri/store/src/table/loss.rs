//! When each account lost access lately.

use domain::Timestamp;
use rusqlite::params;

use crate::codec::{Cells, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE loss (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    place      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, place)
) STRICT, WITHOUT ROWID;
";

impl View<'_> {
    pub(crate) fn losses(&self, account: &str) -> Result<Vec<Timestamp>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT at FROM loss WHERE account_id = ?1 ORDER BY place")?;
        let mut rows = statement.query([account])?;
        let mut losses = Vec::new();
        while let Some(row) = rows.next()? {
            losses.push(Cells::of("loss", row).moment("at")?);
        }
        Ok(losses)
    }
}

impl Tx<'_> {
    pub(crate) fn save_losses(
        &self,
        account: &str,
        losses: &[Timestamp],
    ) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached("DELETE FROM loss WHERE account_id = ?1")?
            .execute([account])?;
        for (place, at) in (0_i64..).zip(losses) {
            self.transaction
                .prepare_cached("INSERT INTO loss (account_id, place, at) VALUES (?1, ?2, ?3)")?
                .execute(params![account, place, millis(*at)])?;
        }
        Ok(())
    }
}
