//! Where the data lies and which addresses are spoken to: the same for the window and the command
//! line. An argument wins over the environment, the environment over the built-in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use directories::ProjectDirs;
use meta::{Endpoints, EndpointsError, Limits};
use vault::{Keeper, Purpose};

use crate::clock::{Clock, ShiftedClock, SystemClock};
use crate::desktop::Desktop;
use crate::engine::{Config, Pace};

/// Names the data folder.
pub const DATA_DIR: &str = "RELINK_DATA_DIR";
/// Names the endpoints file.
pub const ENDPOINTS: &str = "RELINK_ENDPOINTS";
/// Moves the clock by milliseconds, for tests against a sandbox. Ignored unless every address is on
/// this computer: nobody can make a real account look younger than it is.
pub const CLOCK_OFFSET: &str = "RELINK_CLOCK_OFFSET_MS";

/// What the person chose where the program was started.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--endpoints`.
    pub endpoints: Option<PathBuf>,
}

/// Why the program cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The system names no folder for this user's data.
    #[error("this system names no folder for your data; choose one with --data-dir")]
    NoHome,
    /// The endpoints file cannot be read.
    #[error("the endpoints file {path} cannot be read: {source}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The endpoints file says something that cannot be.
    #[error("the endpoints file {path}, {source}")]
    Endpoints {
        /// Which.
        path: String,
        /// The line, the key and the problem.
        source: EndpointsError,
    },
}

impl Choice {
    /// The data folder. Development builds keep to their own, so that they never touch real accounts.
    ///
    /// # Errors
    /// [`SetupError::NoHome`].
    pub fn data_dir(&self) -> Result<PathBuf, SetupError> {
        if let Some(dir) = self.data_dir.clone().or_else(|| from_env(DATA_DIR)) {
            return Ok(std::path::absolute(&dir).unwrap_or(dir));
        }
        let name = if cfg!(debug_assertions) {
            "relink-dev"
        } else {
            "relink"
        };
        let dirs = ProjectDirs::from("app", "relink", name).ok_or(SetupError::NoHome)?;
        Ok(dirs.data_local_dir().to_owned())
    }

    /// The outside addresses.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it does not fit.
    pub fn endpoints(&self) -> Result<Endpoints, SetupError> {
        let Some(path) = self.endpoints.clone().or_else(|| from_env(ENDPOINTS)) else {
            return Ok(Endpoints::meta());
        };
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|source| SetupError::Unreadable {
            path: shown.clone(),
            source,
        })?;
        Endpoints::parse(&text).map_err(|source| SetupError::Endpoints {
            path: shown,
            source,
        })
    }

    /// A configuration for real accounts.
    ///
    /// # Errors
    /// As [`Choice::data_dir`] and [`Choice::endpoints`].
    pub fn config(
        &self,
        desktop: Arc<dyn Desktop>,
        raise: Arc<dyn Fn() -> bool + Send + Sync>,
    ) -> Result<Config, SetupError> {
        let endpoints = self.endpoints()?;
        Ok(Config {
            data_dir: self.data_dir()?,
            clock: clock(&endpoints),
            endpoints,
            desktop,
            keeper: Arc::new(Keeper::system(Purpose::Accounts)),
            pace: Pace::default(),
            limits: Limits::default(),
            only_asked: false,
            sync_by_itself: true,
            practice: None,
            raise,
        })
    }
}

/// The folder of practice mode, inside the data folder.
pub fn practice_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("practice")
}

/// How far a program can be closed to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hardening {
    /// The window: no core files. Its web view's helpers and the desktop's portals look into the
    /// process, so it stays as readable as the system makes it.
    Window,
    /// The command line: no core files, and no other program of this user may look in.
    Terminal,
}

/// Switches off core dumps in released builds; what cannot be done is logged, not fatal. (Security
/// document, L7.)
pub fn harden(how: Hardening) {
    #[cfg(all(unix, not(debug_assertions)))]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        if setrlimit(Resource::Core, none).is_err() {
            tracing::warn!("core files could not be switched off");
        }
        #[cfg(target_os = "linux")]
        if how == Hardening::Terminal {
            use rustix::process::{DumpableBehavior, set_dumpable_behavior};
            if set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err() {
                tracing::warn!("the process stays readable for others of this user");
            }
        }
    }
    let _ = how;
}

fn clock(endpoints: &Endpoints) -> Arc<dyn Clock> {
    let local = endpoints
        .hosts()
        .iter()
        .all(|host| matches!(*host, "127.0.0.1" | "localhost" | "[::1]"));
    let offset = std::env::var(CLOCK_OFFSET)
        .ok()
        .and_then(|text| text.parse().ok());
    match offset {
        Some(offset) if local => Arc::new(ShiftedClock::new(offset)),
        Some(_) | None => Arc::new(SystemClock),
    }
}

fn from_env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_endpoints_file_names_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("endpoints.toml");
        let good = "https://www.instagram.com/oauth/authorize";
        let text = include_str!("../../meta/meta.toml");
        let line = text.lines().position(|line| line.contains(good)).unwrap() + 1;
        std::fs::write(&path, text.replace(good, "http://example.org/x")).unwrap();
        let choice = Choice {
            endpoints: Some(path),
            ..Choice::default()
        };
        let said = choice.endpoints().unwrap_err().to_string();
        assert!(said.contains(&format!("line {line},")), "{said}");
        assert!(said.contains("instagram.authorize"), "{said}");
    }
}
