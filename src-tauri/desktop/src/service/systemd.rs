//! Linux: a unit of the person's own systemd.

use std::path::PathBuf;

use crate::config;

use super::unit::unit;
use super::{Installed, Removed, Service, ServiceError, ask};

const NAME: &str = "relink-watch.service";
const WANTED_BY: &str = "default.target.wants";

pub(super) fn install(service: &Service) -> Result<Installed, ServiceError> {
    let path = folder()?.join(NAME);
    config::write(&path, unit(service)?.as_bytes())?;
    let enabled = manager_runs();
    let mut next = Vec::new();
    if enabled {
        ask("systemctl", &["--user", "daemon-reload"])?;
        ask("systemctl", &["--user", "enable", NAME])?;
        // A second installation changes what runs.
        ask("systemctl", &["--user", "restart", NAME])?;
    } else {
        next.push(format!("systemctl --user enable --now {NAME}"));
    }
    // Without it a person's services end when the person logs out. (loginctl(1).)
    next.push("loginctl enable-linger".to_owned());
    Ok(Installed {
        service: NAME.to_owned(),
        path,
        enabled,
        next,
    })
}

pub(super) fn uninstall() -> Result<Removed, ServiceError> {
    let folder = folder()?;
    let path = folder.join(NAME);
    let runs = manager_runs();
    if runs && path.exists() {
        ask("systemctl", &["--user", "disable", "--now", NAME])?;
    }
    // What `systemctl disable` removes, for where nobody can be asked.
    config::remove(&folder.join(WANTED_BY).join(NAME))?;
    let was_there = config::remove(&path)?;
    if runs && was_there {
        ask("systemctl", &["--user", "daemon-reload"])?;
    }
    Ok(Removed {
        service: NAME.to_owned(),
        path,
        was_there,
    })
}

fn folder() -> Result<PathBuf, ServiceError> {
    Ok(config::folder()?.join("systemd/user"))
}

/// Whether the person's systemd runs: `systemctl --user` speaks to it through this socket.
fn manager_runs() -> bool {
    std::env::var_os("XDG_RUNTIME_DIR")
        .is_some_and(|folder| PathBuf::from(folder).join("systemd/private").exists())
}
