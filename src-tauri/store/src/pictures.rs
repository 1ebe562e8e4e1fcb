//! Small pictures of published items, as files in the data folder. A name is made of digests of the ids alone: no text
//! of the provider's is ever part of a path.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use domain::account::AccountId;
use sha2::{Digest as _, Sha256};

use crate::folder::{private_dir, private_file};

/// The folder's name in the data folder.
const SHELF: &str = "pictures";

/// The small pictures of a data folder.
#[derive(Debug, Clone)]
pub struct Pictures(PathBuf);

impl Pictures {
    /// Those of the data folder `dir`.
    pub fn of(dir: &Path) -> Self {
        Self(dir.join(SHELF))
    }

    /// The picture of an item, where there is one. An empty file is none: a power loss leaves such files behind.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub fn read(&self, account: &AccountId, item: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.file(account, item)) {
            Ok(bytes) => Ok((!bytes.is_empty()).then_some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether [`Pictures::read`] finds one.
    pub fn has(&self, account: &AccountId, item: &str) -> bool {
        fs::metadata(self.file(account, item)).is_ok_and(|file| file.is_file() && file.len() > 0)
    }

    /// Writes one, whole or not at all. Another one of the same item is replaced.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, account: &AccountId, item: &str, jpeg: &[u8]) -> io::Result<()> {
        let dir = self.dir(account);
        private_dir(&self.0)?;
        private_dir(&dir)?;
        let place = self.file(account, item);
        let fresh = place.with_extension("new");
        let mut file = private_file(&fresh)?;
        file.set_len(0)?; // one that was cut off may lie there
        file.write_all(jpeg)?;
        fs::rename(fresh, place)
    }

    /// Removes all of an account.
    ///
    /// # Errors
    /// One could not be removed.
    pub fn remove(&self, account: &AccountId) -> io::Result<()> {
        gone(fs::remove_dir_all(self.dir(account)))
    }

    /// Removes those of accounts that are no longer known: what a crash after an erasure left behind.
    ///
    /// # Errors
    /// As [`Pictures::remove`].
    pub fn keep_only<'a>(&self, known: impl Iterator<Item = &'a AccountId>) -> io::Result<()> {
        let known: HashSet<PathBuf> = known.map(|account| self.dir(account)).collect();
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) => return gone(Err(error)),
        };
        for entry in entries {
            let path = entry?.path();
            if !known.contains(&path) && path.is_dir() {
                fs::remove_dir_all(path)?;
            }
        }
        Ok(())
    }

    fn dir(&self, account: &AccountId) -> PathBuf {
        self.0.join(name(account.as_str()))
    }

    fn file(&self, account: &AccountId, item: &str) -> PathBuf {
        self.dir(account).join(format!("{}.jpg", name(item)))
    }
}

/// Half a digest: 128 bits are enough to keep ids apart.
fn name(id: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
