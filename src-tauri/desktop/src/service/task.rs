//! Windows: a scheduled task of the person's.

use std::path::PathBuf;

use super::task_xml::task;
use super::{Installed, Removed, Service, ServiceError, ask, text};

const NAME: &str = "Relink watch";

pub(super) fn install(service: &Service) -> Result<Installed, ServiceError> {
    let name = |name| std::env::var(name).unwrap_or_default();
    let user = format!(r"{}\{}", name("USERDOMAIN"), name("USERNAME"));
    // The task scheduler reads UTF-16 with its mark.
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(task(service, &user)?.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let path = path(service)?;
    crate::config::write(&path, &utf16)?;
    ask(
        "schtasks",
        &["/Create", "/F", "/TN", NAME, "/XML", text(&path)?],
    )?;
    ask("schtasks", &["/Run", "/TN", NAME])?;
    Ok(Installed {
        service: NAME.to_owned(),
        path,
        enabled: true,
        next: Vec::new(),
    })
}

pub(super) fn uninstall() -> Result<Removed, ServiceError> {
    let was_there = ask("schtasks", &["/Query", "/TN", NAME]).is_ok();
    if was_there {
        // One that does not run cannot be ended.
        drop(ask("schtasks", &["/End", "/TN", NAME]));
        ask("schtasks", &["/Delete", "/F", "/TN", NAME])?;
    }
    Ok(Removed {
        service: NAME.to_owned(),
        path: PathBuf::from(NAME),
        was_there,
    })
}

/// Beside the data, for whoever wants to see what was asked for.
fn path(service: &Service) -> Result<PathBuf, ServiceError> {
    Ok(service.data_dir.join("relink-watch.xml"))
}
