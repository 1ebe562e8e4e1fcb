//! `relink watch` as a service of the person's: a systemd user unit, a launchd agent, a scheduled task.

#[cfg(target_os = "macos")]
mod agent;
mod arguments;
#[cfg(target_os = "linux")]
mod systemd;
#[cfg(windows)]
mod task;
#[cfg(any(windows, test))]
mod task_xml;
#[cfg(any(target_os = "linux", test))]
mod unit;

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

#[cfg(target_os = "macos")]
use agent as system;
#[cfg(target_os = "linux")]
use systemd as system;
#[cfg(windows)]
use task as system;

/// What is to run.
#[derive(Debug, Clone)]
pub struct Service {
    /// The command line's program.
    pub program: PathBuf,
    /// The data folder it watches.
    pub data_dir: PathBuf,
    /// The endpoints file, where one was chosen.
    pub endpoints: Option<PathBuf>,
    /// The file of the passphrase that opens the key, where one keeps it. Only its path is written down.
    pub passphrase_file: Option<PathBuf>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Installed {
    /// The service's name with whoever runs it.
    pub service: String,
    /// Its file.
    pub path: PathBuf,
    /// Whether it starts with the computer from now on, and runs already.
    pub enabled: bool,
    /// Commands that are left for the person, in this order.
    pub next: Vec<String>,
}

/// What was taken away.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Removed {
    /// The service's name.
    pub service: String,
    /// Its file.
    pub path: PathBuf,
    /// Whether there was one.
    pub was_there: bool,
}

/// Why a service cannot be set up or taken away.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A path that cannot be written into the service's file.
    #[error(
        "{0} cannot be written into a service's file: a line break or a character it cannot hold"
    )]
    Path(PathBuf),
    /// A file of the service's cannot be written, read or removed.
    #[error("the service's file cannot be changed: {0}")]
    File(#[from] io::Error),
    /// Whoever runs services refused. What was written before stays.
    #[error("{program} refused: {said}")]
    Refused {
        /// Whom we asked.
        program: &'static str,
        /// What it said.
        said: String,
    },
}

impl Service {
    /// Writes the service, in the place of an older one, and starts it.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn install(&self) -> Result<Installed, ServiceError> {
        system::install(self)
    }
}

/// Stops the service and takes it away; one that is not there is no error.
///
/// # Errors
/// [`ServiceError`].
pub fn uninstall() -> Result<Removed, ServiceError> {
    system::uninstall()
}

/// A path as it can stand in a text file.
fn text(path: &Path) -> Result<&str, ServiceError> {
    path.to_str()
        .filter(|text| !text.contains(|char: char| char.is_control()))
        .ok_or_else(|| ServiceError::Path(path.to_owned()))
}

/// Asks whoever runs services.
fn ask(program: &'static str, args: &[&str]) -> Result<(), ServiceError> {
    let refused = |said: String| ServiceError::Refused { program, said };
    let output = Command::new(program)
        .args(args)
        .output()
        .map_err(|error| refused(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(refused(if said.is_empty() {
        output.status.to_string()
    } else {
        said
    }))
}
