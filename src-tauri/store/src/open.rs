//! Opening the database: what is checked, in which order, before a row is read.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use crate::backup;
use crate::error::StoreError;
use crate::folder::{Folder, private_file};
use crate::migration::{self, SCHEMA};

/// Older versions can damage a database in WAL mode (security document, D1).
pub const OLDEST_SQLITE: i32 = 3_051_003;
/// So can this one.
const BROKEN_SQLITE: i32 = 3_052_000;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the schema number stands in the file's first page (`SQLite` file format, section 1.3).
const SCHEMA_OFFSET: usize = 60;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Opens the database of a folder whose lock is held.
///
/// A damaged file is set aside and reported; an empty start beside backups or beside a file set
/// aside earlier is reported too, never made silently (security document, D7).
pub(crate) fn open(folder: &Folder) -> Result<Connection, StoreError> {
    check_sqlite()?;
    if !folder.database().exists() {
        refuse_lost(folder)?;
    }
    match open_file(folder) {
        Err(error) if error.is_damage() => look_again(folder),
        outcome => outcome,
    }
}

/// `SQLite` also calls it damage when the disk refuses to read. A whole file must not be set aside for
/// that: what cannot be read from end to end is the disk's error, and what can is opened once more.
fn look_again(folder: &Folder) -> Result<Connection, StoreError> {
    folder.read_through()?;
    match open_file(folder) {
        Err(error) if error.is_damage() => Err(StoreError::Damaged {
            set_aside: folder.set_aside().ok(),
            backup: backup::last_good(folder),
        }),
        outcome => outcome,
    }
}

/// Makes a database where there is none, whatever lies in the folder.
pub(crate) fn begin(folder: &Folder) -> Result<Connection, StoreError> {
    check_sqlite()?;
    open_file(folder)
}

/// Opens the database for reading only, beside whoever holds the lock. `None` where there never
/// was one.
pub(crate) fn open_read_only(folder: &Folder) -> Result<Option<Connection>, StoreError> {
    check_sqlite()?;
    if !folder.database().exists() {
        refuse_lost(folder)?;
        return Ok(None);
    }
    let connection =
        Connection::open_with_flags(folder.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    match migration::version(&connection)? {
        // Made a moment ago, and not filled yet.
        0 => Ok(None),
        version => refuse_newer(version).map(|()| Some(connection)),
    }
}

/// A database that lives in memory, for tests and for rehearsals.
pub(crate) fn in_memory() -> Result<Connection, StoreError> {
    check_sqlite()?;
    let mut connection = Connection::open_in_memory()?;
    configure(&connection)?;
    migration::migrate(&mut connection)?;
    Ok(connection)
}

fn open_file(folder: &Folder) -> Result<Connection, StoreError> {
    let path = folder.database();
    let is_new = !path.exists();
    if !is_new {
        look(folder)?;
    }
    drop(private_file(&path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&path, flags)?;
    // What fails a check is set aside as it was found: closing it must not write its log back into
    // a damaged file and delete it. (Security document, D7.)
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    configure(&connection)?;
    if !is_new {
        let verdict: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(StoreError::damaged());
        }
        if migration::version(&connection)? == 0 && has_history(folder)? {
            return Err(StoreError::damaged());
        }
        if !migration::is_whole(&connection)? {
            return Err(StoreError::damaged());
        }
        // The file may be written, or it would have been refused above; a header that forbids it
        // (`SQLite` file format, section 1.3.2) was not written by this program.
        if connection.is_readonly(MAIN_DB)? {
            return Err(StoreError::damaged());
        }
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    if migration::is_due(&connection)? {
        if migration::version(&connection)? > 0 {
            backup::make(folder, &connection)?;
        }
        migration::migrate(&mut connection)?;
    }
    Ok(connection)
}

/// A database that is gone although there was one is damage, not a beginning.
fn refuse_lost(folder: &Folder) -> Result<(), StoreError> {
    if !has_history(folder)? {
        return Ok(());
    }
    Err(StoreError::Damaged {
        set_aside: folder.last_set_aside(),
        backup: backup::last_good(folder),
    })
}

/// Whether the folder once held a database.
fn has_history(folder: &Folder) -> Result<bool, StoreError> {
    Ok(folder.last_set_aside().is_some() || !backup::list(folder)?.is_empty())
}

/// Reads the schema without letting `SQLite` write: a newer database stays byte for byte as it is
/// (security document, D8). The log may hold a newer first page than the file.
fn look(folder: &Folder) -> Result<(), StoreError> {
    let header = match schema_in_header(&folder.database()) {
        // The first page is half written; `SQLite` puts it back before it reads anything.
        Err(error) if error.is_damage() && folder.has_journal() => return Ok(()),
        header => header?,
    };
    let Some(version) = header else {
        // `SQLite` would take an empty file for a new database and delete a log beside it.
        return if has_history(folder)? || folder.has_log() {
            Err(StoreError::damaged())
        } else {
            Ok(())
        };
    };
    refuse_newer(version)?;
    if folder.has_log() {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(folder.database(), flags)?;
        refuse_newer(migration::version(&connection)?)?;
    }
    Ok(())
}

/// `None` for an empty file, which is a database that was never written.
fn schema_in_header(path: &Path) -> Result<Option<u32>, StoreError> {
    let mut head = Vec::with_capacity(SCHEMA_OFFSET + 4);
    File::open(path)?
        .take(SCHEMA_OFFSET as u64 + 4)
        .read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(None);
    }
    if !head.starts_with(MAGIC) {
        return Err(StoreError::damaged());
    }
    let version = head
        .get(SCHEMA_OFFSET..)
        .and_then(|bytes| bytes.try_into().ok());
    version
        .map(u32::from_be_bytes)
        .map(Some)
        .ok_or_else(StoreError::damaged)
}

fn refuse_newer(found: u32) -> Result<(), StoreError> {
    if found > SCHEMA {
        Err(StoreError::Newer {
            found,
            known: SCHEMA,
        })
    } else {
        Ok(())
    }
}

fn check_sqlite() -> Result<(), StoreError> {
    let version = rusqlite::version_number();
    if version < OLDEST_SQLITE || version == BROKEN_SQLITE {
        return Err(StoreError::UnsafeSqlite(rusqlite::version().to_owned()));
    }
    Ok(())
}

/// Security document, D2. `FULL` because `NORMAL` loses acknowledged tokens on power loss.
fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let _mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(())
}
