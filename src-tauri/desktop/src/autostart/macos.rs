//! macOS: a launch agent of the person's.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::{config, launchd};

use super::{HIDDEN, text};

pub(super) fn is_on(name: &str, program: &Path) -> io::Result<bool> {
    match fs::read(path(name)?) {
        Ok(agent) => {
            let started = launchd::program(&agent).and_then(|args| args.into_iter().next());
            Ok(started.as_deref() == Some(text(program)?))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) fn switch_on(name: &str, program: &Path) -> io::Result<()> {
    let agent = launchd::agent(&label(name), &[text(program)?, HIDDEN], false)?;
    config::write(&path(name)?, &agent)
}

pub(super) fn switch_off(name: &str) -> io::Result<()> {
    config::remove(&path(name)?).map(drop)
}

fn label(name: &str) -> String {
    format!("app.{name}.desktop")
}

fn path(name: &str) -> io::Result<PathBuf> {
    let agents = config::home()?.join("Library/LaunchAgents");
    Ok(agents.join(format!("{}.plist", label(name))))
}
