//! How far the media of each account are fetched; written in the transaction that writes a page's items.

use domain::account::AccountId;
use domain::diagnosis::Cause;
use domain::media::{Sync, SyncState};
use rusqlite::params;

use crate::codec::{Cells, count, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const FOURTH: &str = "
CREATE TABLE sync (
    account_id    TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    state         TEXT NOT NULL,
    until         INTEGER,
    cause         TEXT,
    run           INTEGER NOT NULL,
    done          INTEGER NOT NULL,
    total         INTEGER,
    pages         INTEGER NOT NULL,
    cursor        TEXT,
    failures      INTEGER NOT NULL,
    began_at      INTEGER,
    last_at       INTEGER,
    last_began_at INTEGER
) STRICT, WITHOUT ROWID;
";

impl View<'_> {
    /// Every sync there ever was. One that cannot be read counts as never begun, but its next run has a number that
    /// no item carries yet: what that run has seen and what is gone must not be mistaken for each other.
    ///
    /// # Errors
    /// [`StoreError`] when the table as a whole cannot be read.
    pub fn syncs(&self) -> Result<Vec<(AccountId, Sync)>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT * FROM sync")?;
        let mut rows = statement.query([])?;
        let mut syncs = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = Cells::of("sync", row);
            let id = AccountId::new(cells.get::<String>("account_id")?);
            let sync = match read(&cells) {
                Err(StoreError::BadRow { .. }) => Sync {
                    run: self.last_run(&id)?,
                    ..Sync::default()
                },
                sync => sync?,
            };
            syncs.push((id, sync));
        }
        Ok(syncs)
    }

    /// The newest sync that left items; 0 where none did.
    fn last_run(&self, account: &AccountId) -> Result<u64, StoreError> {
        let sql = "SELECT max(run) FROM media WHERE account_id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let run: Option<i64> = statement.query_row([account.as_str()], |row| row.get(0))?;
        Ok(run.map_or(0, i64::unsigned_abs))
    }
}

impl Tx<'_> {
    /// Writes down where a sync stands.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn save_sync(&self, account: &AccountId, sync: &Sync) -> Result<(), StoreError> {
        let (until, cause) = match sync.state {
            SyncState::Waiting { until, cause } => (Some(until), Some(cause)),
            SyncState::Failed(cause) => (None, Some(cause)),
            SyncState::Never | SyncState::Resting | SyncState::Running | SyncState::Stopped => {
                (None, None)
            }
        };
        self.transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO sync (account_id, state, until, cause, run, done, total, pages, cursor,
                     failures, began_at, last_at, last_began_at)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
                 WHERE EXISTS (SELECT 1 FROM account WHERE id = ?1)",
            )?
            .execute(params![
                account.as_str(),
                sync.state.code(),
                until.map(millis),
                cause.map(Cause::code),
                count(sync.run),
                count(sync.done),
                sync.total.map(count),
                sync.pages,
                sync.cursor,
                sync.failures,
                sync.began_at.map(millis),
                sync.last_at.map(millis),
                sync.last_began_at.map(millis),
            ])?;
        Ok(())
    }
}

fn read(cells: &Cells<'_>) -> Result<Sync, StoreError> {
    let cause = cells.maybe_code("cause", Cause::from_code)?;
    let until = cells.maybe_moment("until")?;
    let named = |cause: Option<Cause>| cause.ok_or_else(|| cells.bad("cause"));
    let state: String = cells.get("state")?;
    let state = match state.as_str() {
        "never" => SyncState::Never,
        "resting" => SyncState::Resting,
        "running" => SyncState::Running,
        "stopped" => SyncState::Stopped,
        "failed" => SyncState::Failed(named(cause)?),
        "waiting" => SyncState::Waiting {
            until: until.ok_or_else(|| cells.bad("until"))?,
            cause: named(cause)?,
        },
        _ => return Err(cells.bad("state")),
    };
    let total: Option<i64> = cells.get("total")?;
    Ok(Sync {
        state,
        run: cells.number("run")?,
        done: cells.number("done")?,
        total: total.map(i64::unsigned_abs),
        pages: cells.number("pages")?,
        cursor: cells.get("cursor")?,
        failures: cells.number("failures")?,
        began_at: cells.maybe_moment("began_at")?,
        last_at: cells.maybe_moment("last_at")?,
        last_began_at: cells.maybe_moment("last_began_at")?,
    })
}
