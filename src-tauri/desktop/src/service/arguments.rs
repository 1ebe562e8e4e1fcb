//! The command line of the service.

use super::{Service, ServiceError, text};

/// `relink watch` with what was chosen. `passphrase` is the path under which the service finds the file.
pub(super) fn arguments<'a>(
    service: &'a Service,
    passphrase: Option<&'a str>,
) -> Result<Vec<&'a str>, ServiceError> {
    let mut args = vec!["watch", "--wait", "--quiet"];
    args.extend(["--data-dir", text(&service.data_dir)?]);
    if let Some(endpoints) = &service.endpoints {
        args.extend(["--endpoints", text(endpoints)?]);
    }
    if let Some(path) = passphrase {
        args.extend(["--passphrase-file", path]);
    }
    Ok(args)
}
