//! The operating system's key store as seen from a process that may be killed: a folder beside the
//! data folder, one file a key.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use vault::key_line::KeyLine;
use vault::{Keeper, KeyId, KeySlot, SlotError, SlotRead};
use zeroize::Zeroizing;

/// How long the folder may take to answer; it answers at once or never.
const DEADLINE: Duration = Duration::from_secs(10);

/// A key store that outlives the process.
#[derive(Debug, Clone)]
pub struct FolderSlot(PathBuf);

impl FolderSlot {
    /// A keeper of the keys in `folder`.
    pub fn keeper(folder: &Path) -> Arc<Keeper> {
        let slot = Self(folder.to_owned());
        let open = move || Ok(Box::new(slot.clone()) as Box<dyn KeySlot>);
        Arc::new(Keeper::new(open, DEADLINE))
    }

    fn file(&self, id: KeyId) -> PathBuf {
        self.0.join(id.to_string())
    }
}

impl KeySlot for FolderSlot {
    fn read(&self, id: KeyId) -> Result<SlotRead, SlotError> {
        match fs::read_to_string(self.file(id)) {
            Ok(text) => Ok(SlotRead::Found(KeyLine::from_store(Zeroizing::new(text)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(SlotRead::Empty),
            Err(_) => Err(SlotError::Absent),
        }
    }

    fn write(&self, id: KeyId, line: &KeyLine) -> Result<(), SlotError> {
        let unfinished = self.0.join(format!("{id}.unfinished"));
        let written = fs::File::create(&unfinished)
            .and_then(|mut file| file.write_all(line.expose().as_bytes()))
            .and_then(|()| fs::rename(&unfinished, self.file(id)));
        written.map_err(|_| SlotError::WriteRefused)
    }

    fn delete(&self, id: KeyId) -> Result<(), SlotError> {
        match fs::remove_file(self.file(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SlotError::WriteRefused),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
