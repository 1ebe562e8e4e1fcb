//! macOS: a launch agent of the person's.

use std::path::PathBuf;

use crate::{config, launchd};

use super::arguments::arguments;
use super::{Installed, Removed, Service, ServiceError, ask, text};

const LABEL: &str = "app.relink.watch";

pub(super) fn install(service: &Service) -> Result<Installed, ServiceError> {
    let passphrase = service.passphrase_file.as_deref().map(text).transpose()?;
    let mut command = vec![text(&service.program)?];
    command.extend(arguments(service, passphrase)?);
    let path = path()?;
    config::write(&path, &launchd::agent(LABEL, &command, true)?)?;
    // An older one is not loaded in every case, so its refusal says nothing.
    drop(ask("launchctl", &["bootout", &target()]));
    ask("launchctl", &["bootstrap", &domain(), text(&path)?])?;
    Ok(Installed {
        service: LABEL.to_owned(),
        path,
        enabled: true,
        next: Vec::new(),
    })
}

pub(super) fn uninstall() -> Result<Removed, ServiceError> {
    let path = path()?;
    if path.exists() {
        drop(ask("launchctl", &["bootout", &target()]));
    }
    let was_there = config::remove(&path)?;
    Ok(Removed {
        service: LABEL.to_owned(),
        path,
        was_there,
    })
}

fn domain() -> String {
    format!("gui/{}", rustix::process::getuid().as_raw())
}

fn target() -> String {
    format!("{}/{LABEL}", domain())
}

fn path() -> Result<PathBuf, ServiceError> {
    let agents = config::home()?.join("Library/LaunchAgents");
    Ok(agents.join(format!("{LABEL}.plist")))
}
