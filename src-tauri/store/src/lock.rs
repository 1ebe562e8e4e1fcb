//! Who runs: one copy for each data folder (security document, D4).

use std::fs::{self, File, TryLockError};
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::folder::{Folder, private_file};

/// The lock on a data folder, held until it is dropped or the process dies. The operating system
/// holds it, so a crash leaves nothing behind that has to be cleaned up.
#[derive(Debug)]
pub struct DataLock {
    // Dropping the file gives the lock back.
    _file: File,
    dir: PathBuf,
}

/// Who holds a data folder, as they wrote it down; for showing, never for deciding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Process number.
    pub pid: u32,
    /// What it is: `window`, `watch`, `command`.
    pub role: String,
}

impl DataLock {
    /// Takes the lock of the data folder at `dir`, making the folder where it is missing and
    /// closing it and its files to other users. `role` tells others what runs, in one word.
    ///
    /// # Errors
    /// [`StoreError::InUse`] at once if another copy holds it; [`StoreError::ReadOnly`],
    /// [`StoreError::NoSpace`], [`StoreError::Io`].
    pub fn acquire(dir: &Path, role: &str) -> Result<Self, StoreError> {
        let folder = Folder::prepare(dir)?;
        let mut file = private_file(&folder.lock())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse {
                    holder: Self::holder(dir),
                });
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{} {}", std::process::id(), role)?;
        Ok(Self {
            _file: file,
            dir: dir.to_owned(),
        })
    }

    /// Who wrote into the lock file last. `None` also where the system keeps a locked file from
    /// being read.
    pub fn holder(dir: &Path) -> Option<Holder> {
        let text = fs::read_to_string(Folder::at(dir).lock()).ok()?;
        let (pid, role) = text.trim_end().split_once(' ')?;
        Some(Holder {
            pid: pid.parse().ok()?,
            role: role.to_owned(),
        })
    }

    /// The data folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

#[cfg(test)]
mod tests {
    use super::{DataLock, Holder};
    use crate::StoreError;

    #[test]
    fn one_holds_the_folder_until_it_lets_go() {
        let dir = tempfile::tempdir().unwrap();
        let first = DataLock::acquire(dir.path(), "window").unwrap();
        let refused = DataLock::acquire(dir.path(), "watch").unwrap_err();
        let holder = Holder {
            pid: std::process::id(),
            role: "window".to_owned(),
        };
        assert!(matches!(refused, StoreError::InUse { holder: Some(found) } if found == holder));
        drop(first);
        assert!(DataLock::acquire(dir.path(), "watch").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_files_are_closed_to_others_whatever_they_were() {
        use std::fs::{Permissions, create_dir_all, metadata, set_permissions, write};
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        create_dir_all(data.join("backups")).unwrap();
        for file in [
            "relink.db",
            "relink.db-wal",
            "relink.lock",
            "backups/relink-0001.db",
        ] {
            write(data.join(file), "").unwrap();
            set_permissions(data.join(file), Permissions::from_mode(0o666)).unwrap();
        }
        for folder in [data.clone(), data.join("backups")] {
            set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
        }
        let _lock = DataLock::acquire(&data, "window").unwrap();
        let mode = |path: &str| metadata(data.join(path)).unwrap().permissions().mode() & 0o777;
        for folder in ["", "backups"] {
            assert_eq!(mode(folder), 0o700, "{folder:?}");
        }
        for file in [
            "relink.db",
            "relink.db-wal",
            "relink.lock",
            "backups/relink-0001.db",
        ] {
            assert_eq!(mode(file), 0o600, "{file}");
        }
    }
}
