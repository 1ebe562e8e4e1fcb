//! The data folder: which files are in it, and who may read them (security document, S8).

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// The database's file name in the data folder.
pub const DATABASE_FILE: &str = "relink.db";
/// The lock's file name in the data folder.
pub const LOCK_FILE: &str = "relink.lock";

/// What `SQLite` keeps beside the database.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A data folder and the names in it.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder where it is missing and closes it to everybody else.
    pub(crate) fn prepare(dir: &Path) -> io::Result<Self> {
        let folder = Self(dir.to_owned());
        private_dir(dir)?;
        for file in folder.database_files() {
            if file.exists() {
                close_to_others(&file, 0o600)?;
            }
        }
        for dir in [folder.backups(), folder.damaged()] {
            if dir.is_dir() {
                close_all_within(&dir)?;
            }
        }
        Ok(folder)
    }

    pub(crate) fn at(dir: &Path) -> Self {
        Self(dir.to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join(DATABASE_FILE)
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join(LOCK_FILE)
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.0.join("backups")
    }

    pub(crate) fn damaged(&self) -> PathBuf {
        self.0.join("damaged")
    }

    /// The database and what `SQLite` keeps beside it.
    fn database_files(&self) -> Vec<PathBuf> {
        let beside = COMPANIONS.map(|suffix| self.0.join(format!("{DATABASE_FILE}{suffix}")));
        [self.database()].into_iter().chain(beside).collect()
    }

    /// Whether a write-ahead log holds changes that are not in the database file yet.
    pub(crate) fn has_log(&self) -> bool {
        let log = self.0.join(format!("{DATABASE_FILE}-wal"));
        log.metadata().is_ok_and(|log| log.len() > 0)
    }

    /// Whether a change that was not made in the log was cut off: that of the very first page.
    pub(crate) fn has_journal(&self) -> bool {
        let journal = self.0.join(format!("{DATABASE_FILE}-journal"));
        journal.metadata().is_ok_and(|journal| journal.len() > 0)
    }

    /// Reads the database and what lies beside it from end to end.
    pub(crate) fn read_through(&self) -> io::Result<()> {
        let files = self.database_files().into_iter();
        files
            .filter(|file| file.exists())
            .try_for_each(|file| read_through(&File::open(file)?))
    }

    /// Moves the database with its companions into a new folder below `damaged`. Nothing is
    /// deleted and nothing set aside earlier is replaced (security document, D7).
    pub(crate) fn set_aside(&self) -> io::Result<PathBuf> {
        let shelf = self.damaged();
        private_dir(&shelf)?;
        let place = shelf.join(format!("{:04}", last_number(&shelf)? + 1));
        private_dir(&place)?;
        for file in self.database_files() {
            if let (true, Some(name)) = (file.exists(), file.file_name()) {
                fs::rename(&file, place.join(name))?;
            }
        }
        sync_dir(&self.0)?;
        Ok(place)
    }

    /// The folder something was set aside in last.
    pub(crate) fn last_set_aside(&self) -> Option<PathBuf> {
        let shelf = self.damaged();
        let last = last_number(&shelf).ok().filter(|number| *number > 0)?;
        Some(shelf.join(format!("{last:04}")))
    }
}

/// The highest number that begins a name in `dir`; 0 for an empty or missing folder.
fn last_number(dir: &Path) -> io::Result<u32> {
    let mut last = 0;
    if !dir.is_dir() {
        return Ok(last);
    }
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        if let Some(number) = name.to_str().and_then(|name| name.parse().ok()) {
            last = last.max(number);
        }
    }
    Ok(last)
}

/// As `SQLite` reads where the system has that call.
#[cfg(unix)]
fn read_through(file: &File) -> io::Result<()> {
    use std::os::unix::fs::FileExt as _;
    let mut buffer = vec![0; 64 * 1024];
    let mut at = 0;
    loop {
        match file.read_at(&mut buffer, at)? {
            0 => return Ok(()),
            read => at += read as u64,
        }
    }
}

#[cfg(not(unix))]
fn read_through(mut file: &File) -> io::Result<()> {
    io::copy(&mut file, &mut io::sink()).map(drop)
}

/// Makes a folder that only its owner may enter, or closes an existing one.
pub(crate) fn private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    close_to_others(dir, 0o700)
}

/// Opens a file that only its owner may read, making it where it is missing.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    close_to_others(path, 0o600)?;
    Ok(file)
}

/// Makes a rename or a new file in `dir` last through a power loss.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    // Windows has no such call on folders and needs none.
    if cfg!(unix) {
        File::open(dir)?.sync_all()
    } else {
        Ok(())
    }
}

fn close_all_within(dir: &Path) -> io::Result<()> {
    close_to_others(dir, 0o700)?;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            close_all_within(&entry.path())?;
        } else if entry.file_type()?.is_file() {
            close_to_others(&entry.path(), 0o600)?;
        }
    }
    Ok(())
}

/// Corrects the mode where it differs. Folders of a Windows profile are private already.
fn close_to_others(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let now = fs::metadata(path)?.permissions().mode() & 0o7777;
        if now != mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}
