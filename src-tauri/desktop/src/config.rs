//! The person's configuration folder, and whole files in it.

use std::io::Write as _;
use std::path::Path;
use std::{fs, io};

/// `XDG_CONFIG_HOME`, or `.config`. (XDG Base Directory Specification: a relative path is ignored.)
#[cfg(target_os = "linux")]
pub(crate) fn folder() -> io::Result<std::path::PathBuf> {
    let named = std::env::var_os("XDG_CONFIG_HOME").map(std::path::PathBuf::from);
    if let Some(folder) = named.filter(|folder| folder.is_absolute()) {
        return Ok(folder);
    }
    Ok(home()?.join(".config"))
}

/// The person's home.
#[cfg(unix)]
pub(crate) fn home() -> io::Result<std::path::PathBuf> {
    std::env::home_dir()
        .filter(|home| home.is_absolute())
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "this user has no home folder"))
}

/// Writes a file whole or not at all, making its folder where it is missing.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = fs::File::create(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Removes a file; says whether there was one.
pub(crate) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
