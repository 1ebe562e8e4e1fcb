//! Windows: the person's `Run` key, and the switch that Task Manager keeps beside it.

use std::io;
use std::path::Path;

use winreg::RegKey;
use winreg::enums::HKEY_CURRENT_USER;

use super::HIDDEN;

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

pub(super) fn is_on(name: &str, program: &Path) -> io::Result<bool> {
    let user = RegKey::predef(HKEY_CURRENT_USER);
    let value = |key: &str| {
        user.open_subkey(key)
            .and_then(|key| key.get_raw_value(name))
    };
    let line: String = match user.open_subkey(RUN).and_then(|key| key.get_value(name)) {
        Ok(line) => line,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    // Task Manager writes an odd first byte where the person has switched the entry off.
    let off =
        value(APPROVED).is_ok_and(|value| value.bytes.first().is_some_and(|byte| byte % 2 == 1));
    Ok(!off && line == command(program))
}

pub(super) fn switch_on(name: &str, program: &Path) -> io::Result<()> {
    let user = RegKey::predef(HKEY_CURRENT_USER);
    user.create_subkey(RUN)?
        .0
        .set_value(name, &command(program))?;
    remove(&user, APPROVED, name)
}

pub(super) fn switch_off(name: &str) -> io::Result<()> {
    remove(&RegKey::predef(HKEY_CURRENT_USER), RUN, name)
}

fn remove(user: &RegKey, key: &str, name: &str) -> io::Result<()> {
    let removed = user.create_subkey(key)?.0.delete_value(name);
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// No path on Windows holds a quotation mark.
fn command(program: &Path) -> String {
    format!("\"{}\" {HIDDEN}", program.display())
}
