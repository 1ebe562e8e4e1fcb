//! Linux: `autostart/` in the configuration folder. (Desktop Application Autostart Specification 0.5.)

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::config;

use super::{HIDDEN, entry, text};

pub(super) fn is_on(name: &str, program: &Path) -> io::Result<bool> {
    match fs::read_to_string(path(name)?) {
        Ok(found) => Ok(entry::starts(&found, text(program)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) fn switch_on(name: &str, program: &Path) -> io::Result<()> {
    config::write(
        &path(name)?,
        entry::write(text(program)?, HIDDEN).as_bytes(),
    )
}

pub(super) fn switch_off(name: &str) -> io::Result<()> {
    config::remove(&path(name)?).map(drop)
}

fn path(name: &str) -> io::Result<PathBuf> {
    Ok(config::folder()?
        .join("autostart")
        .join(format!("{name}.desktop")))
}
