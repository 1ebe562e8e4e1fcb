//! `watch --install` and `--uninstall`: the system starts the watcher from now on, or no longer.

use desktop::service::{self, Service, ServiceError};
use serde_json::json;

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::session;

/// Writes the service for the data folder and files that were named, and starts it.
pub(in crate::run) fn install(global: &Global) -> Result<Exit, Failure> {
    let absolute = |path: &std::path::PathBuf| std::path::absolute(path);
    let choice = session::choice(global);
    // A mistake in the file is told now, and not by a service that fails at night.
    choice.endpoints()?;
    let endpoints = global.endpoints.clone();
    let endpoints =
        endpoints.or_else(|| std::env::var_os(engine::setup::ENDPOINTS).map(Into::into));
    if let Some(path) = &global.passphrase_file {
        std::fs::File::open(path).map_err(|error| {
            Failure::usage(format!("{} cannot be read: {error}", path.display()))
        })?;
    }
    let installed = Service {
        program: desktop::program::this()?,
        data_dir: choice.data_dir()?,
        endpoints: endpoints.as_ref().map(absolute).transpose()?,
        passphrase_file: global.passphrase_file.as_ref().map(absolute).transpose()?,
    }
    .install()?;
    if global.json {
        output::document(&json!(installed));
        return Ok(Exit::Done);
    }
    output::print(&format!(
        "{} is written: {}",
        installed.service,
        installed.path.display()
    ));
    output::print(if installed.enabled {
        "It runs, and starts with the computer."
    } else {
        "It does not run yet: your services are not reachable from here."
    });
    if !installed.next.is_empty() {
        output::print(&format!("Left for you:\n  {}", installed.next.join("\n  ")));
    }
    if global.passphrase_file.is_none() {
        output::progress(
            global,
            "If a passphrase keeps your key, name its file: relink watch --install --passphrase-file FILE",
        );
    }
    Ok(Exit::Done)
}

/// Stops the service and takes it away.
pub(in crate::run) fn uninstall(global: &Global) -> Result<Exit, Failure> {
    let removed = service::uninstall()?;
    if global.json {
        output::document(&json!(removed));
    } else if removed.was_there {
        output::print(&format!("{} is taken away.", removed.service));
    } else {
        output::print(&format!("{} was not there.", removed.service));
    }
    Ok(Exit::Done)
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let (exit, code) = match error {
            ServiceError::Path(_) => (Exit::Usage, "usage"),
            ServiceError::File(_) => (Exit::Failed, "file"),
            ServiceError::Refused { .. } => (Exit::Failed, "service_refused"),
        };
        Self {
            exit,
            code,
            sentence: error.to_string(),
        }
    }
}
