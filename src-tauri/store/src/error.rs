//! What can go wrong with what is remembered, by name.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::lock::Holder;

/// Why the store could not do what was asked. Holds paths and numbers, never stored values.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another running copy holds the data folder (security document, D4).
    #[error("another running copy of Relink uses this data folder")]
    InUse {
        /// Who, as far as it said.
        holder: Option<Holder>,
    },
    /// The database file is not whole, or is gone although its backups are there. It was set aside,
    /// never deleted (security document, D7). Goes on with [`crate::Store::restore`] or, on the
    /// person's word, [`crate::Store::start_anew`].
    #[error("the database is damaged")]
    Damaged {
        /// The folder that now holds the damaged file and its write-ahead log; `None` when it could
        /// not be moved or was gone already.
        set_aside: Option<PathBuf>,
        /// The newest backup that opens and passes its checks.
        backup: Option<PathBuf>,
    },
    /// The database was written by a newer program; it was not touched (security document, D8).
    #[error("the database has schema {found}, this program knows {known}")]
    Newer {
        /// The schema of the file.
        found: u32,
        /// The newest schema this program knows.
        known: u32,
    },
    /// The disk is full, or a quota is.
    #[error("there is no space left for the database")]
    NoSpace,
    /// The folder or a file in it may not be written.
    #[error("the database may not be written")]
    ReadOnly,
    /// Another process kept the database busy for longer than the busy timeout of 5 seconds.
    #[error("the database is busy")]
    Busy,
    /// The disk failed to read or write.
    #[error("the disk reported an error (number {code})")]
    Io {
        /// `SQLite`'s extended result code, or the operating system's error number.
        code: i32,
    },
    /// A row holds a value this program cannot have written.
    #[error("a row of table {table} has an unreadable {column}")]
    BadRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// Something that must exist once is there already, or something asked for is not there.
    #[error("the change does not fit what is stored in table {table}")]
    Conflict {
        /// The table.
        table: &'static str,
    },
    /// The built-in `SQLite` is one that may damage a database in WAL mode (security document, D1).
    #[error("this build contains SQLite {0}, which is not safe to use")]
    UnsafeSqlite(String),
    /// Any other refusal of `SQLite`.
    #[error("SQLite refused (result code {code})")]
    Sqlite {
        /// `SQLite`'s extended result code.
        code: i32,
    },
}

impl StoreError {
    /// The identifier used in the window, the command line and the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "data_in_use",
            Self::Damaged { .. } => "database_damaged",
            Self::Newer { .. } => "database_newer",
            Self::NoSpace => "disk_full",
            Self::ReadOnly => "disk_read_only",
            Self::Busy => "database_busy",
            Self::Io { .. } => "disk_error",
            Self::BadRow { .. } => "row_damaged",
            Self::Conflict { .. } => "database_conflict",
            Self::UnsafeSqlite(_) => "sqlite_unsafe",
            Self::Sqlite { .. } => "database_error",
        }
    }

    /// A damaged file that nobody has set aside yet.
    pub(crate) fn damaged() -> Self {
        Self::Damaged {
            set_aside: None,
            backup: None,
        }
    }

    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }

    /// For a path that `SQLite` cannot take; only one that is not UTF-8 comes here.
    pub(crate) fn odd_path(_path: &Path) -> Self {
        Self::Sqlite {
            code: rusqlite::ffi::SQLITE_CANTOPEN,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(failure) = error.sqlite_error() else {
            // A value of an unexpected type: the column affinities of STRICT tables make that damage.
            return Self::Sqlite {
                code: rusqlite::ffi::SQLITE_MISMATCH,
            };
        };
        let code = failure.extended_code;
        if failure.code == ErrorCode::DiskFull {
            Self::NoSpace
        } else if matches!(
            failure.code,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen
        ) {
            Self::ReadOnly
        } else if matches!(
            failure.code,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase
        ) {
            Self::damaged()
        } else if matches!(
            failure.code,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked
        ) {
            Self::Busy
        } else if failure.code == ErrorCode::SystemIoFailure {
            Self::Io { code }
        } else {
            Self::Sqlite { code }
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        let kind = error.kind();
        if matches!(
            kind,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        ) {
            Self::NoSpace
        } else if matches!(
            kind,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        ) {
            Self::ReadOnly
        } else {
            Self::Io {
                code: error.raw_os_error().unwrap_or_default(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;
    use std::io;

    #[test]
    fn errors_of_the_disk_get_the_name_a_person_can_act_on() {
        for (kind, code) in [
            (io::ErrorKind::StorageFull, "disk_full"),
            (io::ErrorKind::QuotaExceeded, "disk_full"),
            (io::ErrorKind::ReadOnlyFilesystem, "disk_read_only"),
            (io::ErrorKind::PermissionDenied, "disk_read_only"),
            (io::ErrorKind::Other, "disk_error"),
        ] {
            assert_eq!(
                StoreError::from(io::Error::from(kind)).code(),
                code,
                "{kind:?}"
            );
        }
    }

    #[test]
    fn errors_of_the_database_do_too() {
        use rusqlite::ffi;
        for (number, code) in [
            (ffi::SQLITE_FULL, "disk_full"),
            (ffi::SQLITE_READONLY, "disk_read_only"),
            (ffi::SQLITE_READONLY_DBMOVED, "disk_read_only"),
            (ffi::SQLITE_CANTOPEN, "disk_read_only"),
            (ffi::SQLITE_PERM, "disk_read_only"),
            (ffi::SQLITE_CORRUPT, "database_damaged"),
            (ffi::SQLITE_CORRUPT_INDEX, "database_damaged"),
            (ffi::SQLITE_NOTADB, "database_damaged"),
            (ffi::SQLITE_BUSY_SNAPSHOT, "database_busy"),
            (ffi::SQLITE_IOERR_FSYNC, "disk_error"),
            (ffi::SQLITE_CONSTRAINT_UNIQUE, "database_error"),
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(number), None);
            assert_eq!(StoreError::from(error).code(), code, "{number}");
        }
    }
}
