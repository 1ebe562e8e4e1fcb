//! Copies of the whole database, made before it is changed and once in a while (security
//! document, D8 and D10). They hold ciphertext only, as the database does (S9).

use std::fs;
use std::path::{Path, PathBuf};

use domain::Timestamp;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::folder::{Folder, private_dir, private_file, sync_dir};
use crate::migration;

/// How many backups are kept; older ones go when a new one has passed its check.
pub const KEPT_BACKUPS: usize = 3;

/// A backup on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// When it was made, by the file system's account.
    pub made_at: Option<Timestamp>,
}

/// Every backup, newest first.
pub(crate) fn list(folder: &Folder) -> Result<Vec<Backup>, StoreError> {
    if !folder.backups().is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder.backups())? {
        let entry = entry?;
        let Some(number) = entry.file_name().to_str().and_then(number) else {
            continue;
        };
        let made_at = entry
            .metadata()
            .and_then(|data| data.modified())
            .ok()
            .map(Timestamp::from);
        found.push((
            number,
            Backup {
                path: entry.path(),
                made_at,
            },
        ));
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    Ok(found.into_iter().map(|(_, backup)| backup).collect())
}

/// Copies the database, opens the copy to check it, and only then lets the oldest ones go.
pub(crate) fn make(folder: &Folder, connection: &Connection) -> Result<Backup, StoreError> {
    let shelf = folder.backups();
    private_dir(&shelf)?;
    let unfinished = shelf.join("unfinished.db");
    remove(&unfinished)?;
    // Made first, so that it is never readable to others; SQLite fills an empty file.
    drop(private_file(&unfinished)?);
    let target = unfinished
        .to_str()
        .ok_or_else(|| StoreError::odd_path(&unfinished))?;
    let written = connection
        .execute("VACUUM INTO ?1", [target])
        .map_err(StoreError::from)
        .and_then(|_| check(&unfinished));
    if let Err(error) = written {
        remove(&unfinished)?;
        return Err(error);
    }
    private_file(&unfinished)?.sync_all()?;

    let present = list(folder)?;
    let last = present
        .first()
        .and_then(|newest| newest.path.file_name()?.to_str().and_then(number));
    let path = shelf.join(format!("relink-{:06}.db", last.unwrap_or(0) + 1));
    fs::rename(&unfinished, &path)?;
    sync_dir(&shelf)?;
    for old in present.iter().skip(KEPT_BACKUPS - 1) {
        remove(&old.path)?;
    }
    let made_at = fs::metadata(&path)?.modified().ok().map(Timestamp::from);
    Ok(Backup { path, made_at })
}

/// The newest backup that opens and passes its check.
pub(crate) fn last_good(folder: &Folder) -> Option<PathBuf> {
    let backups = list(folder).ok()?;
    backups
        .into_iter()
        .map(|backup| backup.path)
        .find(|path| check(path).is_ok())
}

/// Opens `path` without writing and checks it from end to end.
pub(crate) fn check(path: &Path) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let found = migration::version(&connection)?;
    if found == 0 {
        return Err(StoreError::damaged());
    }
    if found > migration::SCHEMA {
        return Err(StoreError::Newer {
            found,
            known: migration::SCHEMA,
        });
    }
    let verdict: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" && migration::is_whole(&connection)? {
        Ok(())
    } else {
        Err(StoreError::damaged())
    }
}

/// Puts a copy of `backup` in the place of a database that is not there.
pub(crate) fn put_back(folder: &Folder, backup: &Path) -> Result<(), StoreError> {
    check(backup)?;
    let unfinished = folder.path().join("restoring.db");
    remove(&unfinished)?;
    drop(private_file(&unfinished)?);
    fs::copy(backup, &unfinished)?;
    private_file(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, folder.database())?;
    sync_dir(folder.path())?;
    Ok(())
}

/// Removes a backup; one that is gone is removed already.
pub(crate) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn number(name: &str) -> Option<u32> {
    name.strip_prefix("relink-")?
        .strip_suffix(".db")?
        .parse()
        .ok()
}
