//! Starting with the computer: the window's program, hidden, when the person logs in.
//!
//! `auto-launch`, the usual library, writes the program's path unquoted into the entry on Linux and takes
//! no notice of `XDG_CONFIG_HOME` or of an entry that the desktop's own settings have switched off.

#[cfg(any(target_os = "linux", test))]
mod entry;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::io;
use std::path::PathBuf;

#[cfg(windows)]
use self::windows as system;
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;

/// Begins without showing the window.
pub const HIDDEN: &str = "--hidden";

/// Development builds keep their own entry, as they keep their own data.
const NAME: &str = if cfg!(debug_assertions) {
    "relink-dev"
} else {
    "relink"
};

/// The entry among the programs that start with the computer.
#[derive(Debug, Clone)]
pub struct Autostart {
    program: PathBuf,
}

impl Autostart {
    /// For the program that runs. See [`crate::program::this`].
    ///
    /// # Errors
    /// The system does not say where it lies.
    pub fn of_this_program() -> io::Result<Self> {
        Ok(Self::of(crate::program::this()?))
    }

    /// For the program that lies there.
    pub fn of(program: PathBuf) -> Self {
        Self { program }
    }

    /// Whether it starts with the computer: the entry is there, is not switched off, and names this program.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn is_on(&self) -> io::Result<bool> {
        system::is_on(NAME, &self.program)
    }

    /// Writes the entry, in the place of an older one.
    ///
    /// # Errors
    /// It cannot be written, or the program's path cannot stand in it.
    pub fn switch_on(&self) -> io::Result<()> {
        system::switch_on(NAME, &self.program)
    }

    /// Takes the entry away; one that is not there is no error.
    ///
    /// # Errors
    /// It cannot be taken away.
    pub fn switch_off(&self) -> io::Result<()> {
        system::switch_off(NAME)
    }
}

/// A path as it can stand in a text file.
#[cfg(any(target_os = "linux", target_os = "macos", test))]
fn text(path: &std::path::Path) -> io::Result<&str> {
    path.to_str()
        .filter(|text| !text.contains(|char: char| char.is_control()))
        .ok_or_else(|| {
            let sentence = format!("{} cannot be written into the entry", path.display());
            io::Error::new(io::ErrorKind::InvalidInput, sentence)
        })
}
