//! The store: reading, writing, and what is done to the database as a whole.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::backup::{self, Backup};
use crate::error::StoreError;
use crate::folder::Folder;
use crate::lock::DataLock;
use crate::open;

/// Everything Relink remembers, in one `SQLite` database.
///
/// Reads go through [`Store::read`], writes through [`Store::transaction`].
pub struct Store {
    connection: Connection,
    home: Option<Home>,
}

struct Home {
    folder: Folder,
    /// Held for the life of the store; `None` for one that only reads.
    _lock: Option<DataLock>,
}

/// What can be read, inside a transaction or outside one.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(crate) connection: &'a Connection,
}

/// A transaction: everything in it is saved together or not at all.
pub struct Tx<'a> {
    pub(crate) transaction: Transaction<'a>,
}

impl Store {
    /// Opens the database of the data folder that `lock` holds, makes it where there never was
    /// one, and brings it to the present schema. Keeps the lock for life.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] once the damaged file is set aside, [`StoreError::Newer`] with the
    /// file untouched, [`StoreError::NoSpace`], [`StoreError::ReadOnly`], [`StoreError::Io`].
    pub fn open(lock: DataLock) -> Result<Self, StoreError> {
        let folder = Folder::prepare(lock.dir())?;
        let connection = open::open(&folder)?;
        Ok(Self {
            connection,
            home: Some(Home {
                folder,
                _lock: Some(lock),
            }),
        })
    }

    /// Opens the database at `dir` for reading, beside the copy that holds the lock. `None` where
    /// there never was a database.
    ///
    /// An older schema is read as it is: where a table or column is missing, reading it is
    /// [`StoreError::Sqlite`] until a copy that holds the lock has brought it up to date.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Newer`], [`StoreError::ReadOnly`] where the folder
    /// may not even be read.
    pub fn open_read_only(dir: &Path) -> Result<Option<Self>, StoreError> {
        let folder = Folder::at(dir);
        let Some(connection) = open::open_read_only(&folder)? else {
            return Ok(None);
        };
        let home = Some(Home {
            folder,
            _lock: None,
        });
        Ok(Some(Self { connection, home }))
    }

    /// A store that is gone when it is dropped.
    ///
    /// # Errors
    /// Only if `SQLite` itself fails.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self {
            connection: open::in_memory()?,
            home: None,
        })
    }

    /// Puts `backup` in the place of the database and opens it. A database that is there is set
    /// aside first, never deleted.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the backup itself does not pass its check; nothing is changed
    /// then.
    pub fn restore(lock: DataLock, backup: &Path) -> Result<Self, StoreError> {
        let folder = Folder::prepare(lock.dir())?;
        backup::check(backup)?;
        if folder.database().exists() {
            folder.set_aside()?;
        }
        backup::put_back(&folder, backup)?;
        Self::open(lock)
    }

    /// Begins an empty database although there was one, on the person's word. One that is there is
    /// set aside first; backups and what was set aside before stay.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn start_anew(lock: DataLock) -> Result<Self, StoreError> {
        let folder = Folder::prepare(lock.dir())?;
        if folder.database().exists() {
            folder.set_aside()?;
        }
        let connection = open::begin(&folder)?;
        Ok(Self {
            connection,
            home: Some(Home {
                folder,
                _lock: Some(lock),
            }),
        })
    }

    /// What can be read.
    pub fn read(&self) -> View<'_> {
        View {
            connection: &self.connection,
        }
    }

    /// Runs `work` in one transaction that has the right to write from its start. What it did is
    /// saved when this returns `Ok`, and not before (security document, D3); any error undoes it.
    ///
    /// # Errors
    /// Whatever `work` or the commit came to.
    pub fn transaction<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let tx = Tx { transaction };
        let value = work(&tx)?;
        tx.transaction.commit().map_err(StoreError::from)?;
        Ok(value)
    }

    /// Removes every secret of `owner`: its wrapped data key and all ciphertext, in one
    /// transaction, then empties the write-ahead log. No byte of the ciphertext is left in the
    /// database, the log or free pages (security document, X2). Backups are not touched.
    ///
    /// Returns whether the log could be emptied; a reader in another process can prevent it, and
    /// [`Store::empty_log`] does it later. What was removed stays removed either way.
    ///
    /// # Errors
    /// [`StoreError`] when nothing was removed.
    pub fn remove_secrets(&mut self, owner: &str) -> Result<bool, StoreError> {
        self.transaction(|tx| tx.remove_secrets(owner))?;
        Ok(self.empty_log().unwrap_or(false))
    }

    /// Writes the write-ahead log back into the database and cuts it to nothing. Returns whether
    /// that was possible now.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn empty_log(&mut self) -> Result<bool, StoreError> {
        let busy: i64 =
            self.connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Makes a backup now, checked by opening it; keeps the newest three (security document,
    /// D10). `None` for a store in memory.
    ///
    /// # Errors
    /// [`StoreError`] when it was not made; the database is not affected.
    pub fn backup(&mut self) -> Result<Option<Backup>, StoreError> {
        let Some(home) = &self.home else {
            return Ok(None);
        };
        backup::make(&home.folder, &self.connection).map(Some)
    }

    /// Every backup, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be listed.
    pub fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        self.home
            .as_ref()
            .map_or(Ok(Vec::new()), |home| backup::list(&home.folder))
    }

    /// Removes every backup: what a person may ask for after a disconnect, because older backups
    /// still hold the ciphertext (security document, X2).
    ///
    /// # Errors
    /// [`StoreError`] when one could not be removed.
    pub fn remove_backups(&mut self) -> Result<(), StoreError> {
        self.backups()?
            .iter()
            .try_for_each(|backup| backup::remove(&backup.path))
    }
}

impl Tx<'_> {
    /// What can be read, changes of this transaction included.
    pub fn read(&self) -> View<'_> {
        View {
            connection: &self.transaction,
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dir = self.home.as_ref().map(|home| home.folder.path());
        f.debug_struct("Store")
            .field("dir", &dir)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::lock::DataLock;
    use crate::{Store, StoreError};

    /// The file is told that it may not grow, to which `SQLite` answers as to a disk without space.
    #[test]
    fn a_full_disk_is_named_and_what_was_saved_stays() {
        let dir = tempfile::tempdir().unwrap();
        let lock = DataLock::acquire(dir.path(), "test").unwrap();
        let mut store = Store::open(lock).unwrap();
        store
            .transaction(|tx| tx.set_setting("kept", Some("yes")))
            .unwrap();
        store
            .connection
            .pragma_update(None, "max_page_count", 60)
            .unwrap();
        let long = "x".repeat(4000);
        let outcome = store.transaction(|tx| {
            (0..500).try_for_each(|n| tx.set_setting(&n.to_string(), Some(&long)))
        });
        assert!(matches!(outcome, Err(StoreError::NoSpace)), "{outcome:?}");
        assert_eq!(store.read().settings().unwrap().len(), 1, "all or nothing");
        store
            .transaction(|tx| tx.set_setting("kept", Some("still")))
            .unwrap();
        assert_eq!(
            store.read().setting("kept").unwrap().as_deref(),
            Some("still")
        );
    }

    #[test]
    fn the_connection_has_the_settings_of_the_security_document() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(DataLock::acquire(dir.path(), "test").unwrap()).unwrap();
        let number = |name| -> i64 {
            store
                .connection
                .pragma_query_value(None, name, |row| row.get(0))
                .unwrap()
        };
        for (name, value) in [
            ("synchronous", 2), // FULL
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("trusted_schema", 0),
            ("mmap_size", 0),
            ("busy_timeout", 5000),
        ] {
            assert_eq!(number(name), value, "{name}");
        }
    }
}
