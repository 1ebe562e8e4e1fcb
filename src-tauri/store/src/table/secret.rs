//! Sealed secrets. A new one is added beside the old one and then promoted; nothing is ever
//! written over (security document, R3 and R6).

use domain::Timestamp;
use rusqlite::params;

use crate::codec::{Cells, count, millis};
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE secret (
    owner      TEXT NOT NULL REFERENCES data_key (owner),
    kind       TEXT NOT NULL,
    generation INTEGER NOT NULL,
    state      TEXT NOT NULL,
    blob       BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, kind, generation)
) STRICT;
CREATE UNIQUE INDEX secret_current ON secret (owner, kind) WHERE state = 'current';
";

/// Which part a sealed secret plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretState {
    /// The one in use.
    Current,
    /// Just arrived, not in use yet.
    Candidate,
    /// The other one, kept until one of them has proved itself.
    Previous,
}

impl SecretState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Current, Self::Candidate, Self::Previous];

    /// The identifier used in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Candidate => "candidate",
            Self::Previous => "previous",
        }
    }

    /// Reads an identifier made by [`SecretState::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A sealed secret as it is stored. Owner, kind and generation are part of what it is sealed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Whose it is.
    pub owner: String,
    /// What it is; the vault knows the words.
    pub kind: String,
    /// Its number, from 1.
    pub generation: u64,
    /// Which part it plays.
    pub state: SecretState,
    /// The envelope.
    pub blob: Vec<u8>,
    /// When it was sealed.
    pub created_at: Timestamp,
}

impl View<'_> {
    /// Every secret of `owner`, newest generation first.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row nobody can have written.
    pub fn secrets(&self, owner: &str) -> Result<Vec<Secret>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM secret WHERE owner = ?1 ORDER BY generation DESC, kind",
        )?;
        let mut rows = statement.query([owner])?;
        let mut secrets = Vec::new();
        while let Some(row) = rows.next()? {
            secrets.push(read(&Cells::of("secret", row))?);
        }
        Ok(secrets)
    }

    /// The newest secret of `owner` of this kind and state.
    ///
    /// # Errors
    /// As [`View::secrets`].
    pub fn secret(
        &self,
        owner: &str,
        kind: &str,
        state: SecretState,
    ) -> Result<Option<Secret>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT * FROM secret WHERE owner = ?1 AND kind = ?2 AND state = ?3
             ORDER BY generation DESC LIMIT 1",
        )?;
        let mut rows = statement.query([owner, kind, state.code()])?;
        rows.next()?
            .map(|row| read(&Cells::of("secret", row)))
            .transpose()
    }
}

impl Tx<'_> {
    /// Adds a sealed secret beside those that are there.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if this generation exists, if it would be a second current one, or
    /// if the owner has no data key.
    pub fn add_secret(&self, secret: &Secret) -> Result<(), StoreError> {
        let added = self
            .transaction
            .prepare_cached(
                "INSERT INTO secret (owner, kind, generation, state, blob, created_at)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM data_key WHERE owner = ?1
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                secret.owner,
                secret.kind,
                count(secret.generation),
                secret.state.code(),
                secret.blob,
                millis(secret.created_at),
            ])?;
        if added == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict { table: "secret" })
        }
    }

    /// Makes the candidate `generation` the current secret; the one in use so far becomes a
    /// previous one and is kept.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such candidate; the transaction should be given up.
    pub fn promote_secret(
        &self,
        owner: &str,
        kind: &str,
        generation: u64,
    ) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached(
                "UPDATE secret SET state = 'previous'
                 WHERE owner = ?1 AND kind = ?2 AND state = 'current'",
            )?
            .execute([owner, kind])?;
        let promoted = self
            .transaction
            .prepare_cached(
                "UPDATE secret SET state = 'current'
                 WHERE owner = ?1 AND kind = ?2 AND generation = ?3 AND state = 'candidate'",
            )?
            .execute(params![owner, kind, count(generation)])?;
        if promoted == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict { table: "secret" })
        }
    }

    /// Removes the previous secrets of `owner`; the current one has proved itself, or 24 hours
    /// have passed. Does nothing while there is no current one.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn drop_previous_secrets(&self, owner: &str, kind: &str) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached(
                "DELETE FROM secret WHERE owner = ?1 AND kind = ?2 AND state = 'previous'
                 AND EXISTS (SELECT 1 FROM secret
                             WHERE owner = ?1 AND kind = ?2 AND state = 'current')",
            )?
            .execute([owner, kind])?;
        Ok(())
    }

    /// Makes the newest previous secret the current one, and the current one a previous one: it was
    /// refused, and nobody knows yet whether the other one works.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no previous one.
    pub fn trade_with_previous_secret(&self, owner: &str, kind: &str) -> Result<(), StoreError> {
        let previous = self.read().secret(owner, kind, SecretState::Previous)?;
        let previous = previous.ok_or(StoreError::Conflict { table: "secret" })?;
        self.transaction.execute(
            "UPDATE secret SET state = 'previous' WHERE owner = ?1 AND kind = ?2 AND state = 'current'",
            [owner, kind],
        )?;
        self.transaction.execute(
            "UPDATE secret SET state = 'current' WHERE owner = ?1 AND kind = ?2 AND generation = ?3",
            params![owner, kind, count(previous.generation)],
        )?;
        Ok(())
    }

    /// Removes every secret and the data key of `owner`. For leaving nothing in the write-ahead
    /// log either, use [`crate::Store::remove_secrets`] or call [`crate::Store::empty_log`] after.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn remove_secrets(&self, owner: &str) -> Result<(), StoreError> {
        self.transaction
            .execute("DELETE FROM secret WHERE owner = ?1", [owner])?;
        self.transaction
            .execute("DELETE FROM data_key WHERE owner = ?1", [owner])?;
        Ok(())
    }
}

fn read(cells: &Cells<'_>) -> Result<Secret, StoreError> {
    Ok(Secret {
        owner: cells.get("owner")?,
        kind: cells.get("kind")?,
        generation: cells.number("generation")?,
        state: cells.code("state", SecretState::from_code)?,
        blob: cells.get("blob")?,
        created_at: cells.moment("created_at")?,
    })
}
