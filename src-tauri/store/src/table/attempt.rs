//! Trips through the browser. The state itself is never here, only its hash (security document,
//! C2).

use domain::Timestamp;
use domain::account::AccountId;
use domain::attempt::{Attempt, AttemptId, Outcome, Phase, Purpose};
use domain::door::Door;
use domain::grant::{Grant, Route, Scopes};
use domain::meta_app::AppKey;
use rusqlite::params;
use url::Url;

use crate::codec::{Cells, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE attempt (
    id               TEXT PRIMARY KEY NOT NULL,
    purpose          TEXT NOT NULL,
    expected_account TEXT,
    route            TEXT NOT NULL,
    state_hash       BLOB NOT NULL,
    redirect         TEXT NOT NULL,
    scopes           TEXT NOT NULL,
    opened_at        INTEGER NOT NULL,
    state            TEXT NOT NULL,
    closed_at        INTEGER,
    outcome          TEXT,
    granted          INTEGER NOT NULL DEFAULT 0,
    granted_scopes   TEXT,
    issued_at        INTEGER,
    expires_at       INTEGER
) STRICT;
CREATE INDEX attempt_unfinished ON attempt (opened_at) WHERE state <> 'closed';
";

pub(crate) const FIFTH: &str = "
ALTER TABLE attempt ADD COLUMN app TEXT;
ALTER TABLE attempt ADD COLUMN door TEXT NOT NULL DEFAULT 'direct';
";

/// How far an attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    /// The person is in the browser; an answer is accepted.
    Open,
    /// Its one answer was accepted.
    Used,
    /// Over, one way or another.
    Closed,
}

impl AttemptState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Used, Self::Closed];

    /// The identifier used in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Closed => "closed",
        }
    }

    /// Reads an identifier made by [`AttemptState::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// An attempt that a run of the program left unfinished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAttempt {
    /// The attempt, in the phase it can be taken up in.
    pub attempt: Attempt,
    /// How far it came.
    pub state: AttemptState,
    /// What is known of the token that came, if one was kept for it.
    pub grant: Option<Grant>,
}

impl View<'_> {
    /// Attempts that are not closed, oldest first.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row nobody can have written.
    pub fn unfinished_attempts(&self) -> Result<Vec<StoredAttempt>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM attempt WHERE state <> 'closed' ORDER BY opened_at, id",
        )?;
        let mut rows = statement.query([])?;
        let mut attempts = Vec::new();
        while let Some(row) = rows.next()? {
            attempts.push(read(&Cells::of("attempt", row))?);
        }
        Ok(attempts)
    }

    /// How far an attempt came; `None` for one nobody knows.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row nobody can have written.
    pub fn attempt_state(&self, id: &AttemptId) -> Result<Option<AttemptState>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT state FROM attempt WHERE id = ?1")?;
        let mut rows = statement.query([id.as_str()])?;
        let read = |row| Cells::of("attempt", row).code("state", AttemptState::from_code);
        rows.next()?.map(read).transpose()
    }
}

impl Tx<'_> {
    /// Writes down an attempt that begins, before the browser opens.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the id is taken.
    pub fn open_attempt(&self, attempt: &Attempt) -> Result<(), StoreError> {
        let purpose = match attempt.purpose {
            Purpose::Connect => "connect",
            Purpose::Reconnect(_) => "reconnect",
        };
        let added = self
            .transaction
            .prepare_cached(
                "INSERT INTO attempt (id, purpose, expected_account, route, state_hash, redirect,
                                      scopes, opened_at, app, door, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'open') ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                attempt.id.as_str(),
                purpose,
                attempt.expected().map(AccountId::as_str),
                attempt.route.code(),
                attempt.state_hash,
                attempt.redirect.as_str(),
                attempt.scopes.to_string(),
                millis(attempt.opened_at),
                attempt.app.code(),
                attempt.door.code(),
            ])?;
        if added == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict { table: "attempt" })
        }
    }

    /// Accepts the attempt's one answer. Returns whether this call was the one that did: of two
    /// answers at the same time, one wins (security document, C4).
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses: then nothing was accepted.
    pub fn use_attempt(&self, id: &AttemptId) -> Result<bool, StoreError> {
        let changed = self
            .transaction
            .prepare_cached("UPDATE attempt SET state = 'used' WHERE id = ?1 AND state = 'open'")?
            .execute([id.as_str()])?;
        Ok(changed == 1)
    }

    /// Writes down what is known of the token that came. The token itself is a secret of the
    /// owner `attempt:…`, added in the same transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] unless the attempt is in use.
    pub fn keep_attempt_grant(&self, id: &AttemptId, grant: &Grant) -> Result<(), StoreError> {
        let changed = self
            .transaction
            .prepare_cached(
                "UPDATE attempt SET granted = 1, granted_scopes = ?2, issued_at = ?3, expires_at = ?4
                 WHERE id = ?1 AND state = 'used'",
            )?
            .execute(params![
                id.as_str(),
                grant.scopes.as_ref().map(Scopes::to_string),
                grant.issued_at.map(millis),
                grant.expires_at.map(millis),
            ])?;
        if changed == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict { table: "attempt" })
        }
    }

    /// Ends an attempt; `None` for one that ended in a connection. Ending twice is ending.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn close_attempt(
        &self,
        id: &AttemptId,
        outcome: Option<Outcome>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached(
                "UPDATE attempt SET state = 'closed', outcome = ?2, closed_at = ?3
                 WHERE id = ?1 AND state <> 'closed'",
            )?
            .execute(params![id.as_str(), outcome.map(Outcome::code), millis(at)])?;
        Ok(())
    }

    /// Removes attempts that were closed before `horizon`. An open one is never removed.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn prune_attempts(&self, horizon: Timestamp) -> Result<(), StoreError> {
        let sql = "DELETE FROM attempt WHERE closed_at < ?1";
        self.transaction.execute(sql, [millis(horizon)])?;
        Ok(())
    }
}

fn read(cells: &Cells<'_>) -> Result<StoredAttempt, StoreError> {
    let expected: Option<String> = cells.get("expected_account")?;
    let purpose = match (cells.get::<String>("purpose")?.as_str(), expected) {
        ("connect", _) => Purpose::Connect,
        ("reconnect", Some(account)) => Purpose::Reconnect(AccountId::new(account)),
        _ => return Err(cells.bad("purpose")),
    };
    let route = cells.code("route", Route::from_code)?;
    let state = cells.code("state", AttemptState::from_code)?;
    let granted_scopes: Option<String> = cells.get("granted_scopes")?;
    let grant = Grant {
        route,
        scopes: granted_scopes.as_deref().map(Scopes::parse),
        issued_at: cells.maybe_moment("issued_at")?,
        expires_at: cells.maybe_moment("expires_at")?,
        page: None,
    };
    let grant = cells.get::<bool>("granted")?.then_some(grant);
    let phase = match state {
        AttemptState::Open => Phase::Waiting,
        AttemptState::Used | AttemptState::Closed => Phase::Checking {
            signed_in: grant.is_some(),
            trouble: None,
            failures: 0,
        },
    };
    let hash: Vec<u8> = cells.get("state_hash")?;
    let attempt = Attempt {
        id: AttemptId::new(cells.get::<String>("id")?),
        purpose,
        route,
        // An attempt begun without an app on record finds no secret, and ends there.
        app: cells
            .maybe_code("app", AppKey::from_code)?
            .unwrap_or_else(|| AppKey::new(route, "")),
        door: cells.code("door", Door::from_code)?,
        state_hash: hash.try_into().map_err(|_| cells.bad("state_hash"))?,
        redirect: cells.code("redirect", |text| Url::parse(text).ok())?,
        scopes: Scopes::parse(&cells.get::<String>("scopes")?),
        opened_at: cells.moment("opened_at")?,
        browser_opened: true,
        last_rejection: None,
        phase,
        // Read anew with the person's token: Pages may have come and gone.
        offer: None,
    };
    Ok(StoredAttempt {
        attempt,
        state,
        grant,
    })
}
