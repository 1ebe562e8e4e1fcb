//! Which key the database depends on and who holds it. At most one row.

use rusqlite::{OptionalExtension as _, params};

use crate::codec::Cells;
use crate::error::StoreError;
use crate::store::{Tx, View};

pub(crate) const CREATE: &str = "
CREATE TABLE key_custody (
    only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
    key_id      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    parameters  TEXT,
    salt        BLOB,
    wrapped     BLOB,
    check_value BLOB NOT NULL
) STRICT;
";

/// Who holds the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustodyKind {
    /// The operating system's key store.
    Keychain,
    /// The person, as a passphrase.
    Passphrase,
    /// The running program alone.
    Session,
}

impl CustodyKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Keychain, Self::Passphrase, Self::Session];

    /// The identifier used in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase => "passphrase",
            Self::Session => "session",
        }
    }

    /// Reads an identifier made by [`CustodyKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What the database writes down about its key; nothing in it opens anything by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCustody {
    /// Which key.
    pub key_id: String,
    /// Who holds it.
    pub kind: CustodyKind,
    /// How a passphrase becomes a key; for [`CustodyKind::Passphrase`].
    pub parameters: Option<String>,
    /// The salt of that; for [`CustodyKind::Passphrase`].
    pub salt: Option<Vec<u8>>,
    /// The key, wrapped under the passphrase; for [`CustodyKind::Passphrase`].
    pub wrapped: Option<Vec<u8>>,
    /// Recognises the key.
    pub check_value: Vec<u8>,
}

impl View<'_> {
    /// The key the database names, if it names one.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a custody nobody knows.
    pub fn key_custody(&self) -> Result<Option<KeyCustody>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM key_custody")?;
        let mut rows = statement.query([])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let cells = Cells::of("key_custody", row);
        Ok(Some(KeyCustody {
            key_id: cells.get("key_id")?,
            kind: cells.code("kind", CustodyKind::from_code)?,
            parameters: cells.get("parameters")?,
            salt: cells.get("salt")?,
            wrapped: cells.get("wrapped")?,
            check_value: cells.get("check_value")?,
        }))
    }
}

impl Tx<'_> {
    /// Names the first key of the database.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it names one already, or holds data keys: a key is never put
    /// over data (security document, K1).
    pub fn name_first_key(&self, custody: &KeyCustody) -> Result<(), StoreError> {
        let occupied: bool = self.transaction.query_row(
            "SELECT EXISTS (SELECT 1 FROM key_custody) OR EXISTS (SELECT 1 FROM data_key)",
            [],
            |row| row.get(0),
        )?;
        if occupied {
            return Err(StoreError::Conflict {
                table: "key_custody",
            });
        }
        self.put_custody(custody)
    }

    /// On the person's word that the key is gone for good (a backup restored on another computer,
    /// security document S9; a key that was kept for one run only): forgets it together with every
    /// data key and secret, which nothing could open any more. Accounts, history and settings stay,
    /// and a first key can be named again. [`crate::Store::empty_log`] belongs after it.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn forget_key(&self) -> Result<(), StoreError> {
        self.transaction
            .execute_batch("DELETE FROM secret; DELETE FROM data_key; DELETE FROM key_custody;")?;
        Ok(())
    }

    /// Names another key, or another custody of the same one, and saves every data key as wrapped
    /// anew: `wrapped` are pairs of owner and wrapped key (security document, S6). For a new
    /// passphrase around the same key, `wrapped` may be empty.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] unless the named key was `from` and, for another key, `wrapped`
    /// holds exactly the owners that have a data key.
    pub fn change_key(
        &self,
        from: &str,
        to: &KeyCustody,
        wrapped: &[(String, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let conflict = || StoreError::Conflict {
            table: "key_custody",
        };
        let named: Option<String> = self
            .transaction
            .query_row("SELECT key_id FROM key_custody", [], |row| row.get(0))
            .optional()?;
        if named.as_deref() != Some(from) {
            return Err(conflict());
        }
        for (owner, blob) in wrapped {
            let changed = self
                .transaction
                .prepare_cached("UPDATE data_key SET key_id = ?2, wrapped = ?3 WHERE owner = ?1")?
                .execute(params![owner, to.key_id, blob])?;
            if changed != 1 {
                return Err(conflict());
            }
        }
        let left_behind: i64 = self.transaction.query_row(
            "SELECT count(*) FROM data_key WHERE key_id <> ?1",
            [&to.key_id],
            |row| row.get(0),
        )?;
        if left_behind != 0 {
            return Err(conflict());
        }
        self.put_custody(to)
    }

    /// Names no key any more, after the last secret was removed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] while there are data keys: they depend on it.
    pub fn unname_key(&self) -> Result<(), StoreError> {
        if self.read().data_key_count()? != 0 {
            return Err(StoreError::Conflict { table: "data_key" });
        }
        self.transaction.execute("DELETE FROM key_custody", [])?;
        Ok(())
    }

    fn put_custody(&self, custody: &KeyCustody) -> Result<(), StoreError> {
        self.transaction.execute(
            "INSERT OR REPLACE INTO key_custody
             (only_row, key_id, kind, parameters, salt, wrapped, check_value)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                custody.key_id,
                custody.kind.code(),
                custody.parameters,
                custody.salt,
                custody.wrapped,
                custody.check_value,
            ],
        )?;
        Ok(())
    }
}
