//! Programs of ours and of others: where they lie, and how they are started from whatever runs us.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io};

/// The window's program.
const WINDOW: &str = "relink-desktop";

/// Where this program lies for whoever starts it later. An `AppImage` is mounted elsewhere each time: its own
/// file counts.
///
/// # Errors
/// The system does not say.
pub fn this() -> io::Result<PathBuf> {
    match env::var_os("APPIMAGE").filter(|path| !path.is_empty()) {
        Some(image) => Ok(image.into()),
        None => env::current_exe(),
    }
}

/// The window's program: beside this one, or wherever `PATH` leads; `None` on a server that has none.
pub fn window() -> Option<PathBuf> {
    let name = format!("{WINDOW}{}", env::consts::EXE_SUFFIX);
    let own = env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let path = env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(&name))
        .find(|program| program.is_file())
}

/// Starts a program that goes on by itself, whatever becomes of this one. Its output is nobody's.
///
/// A service of systemd's starts it beside itself: its own processes end with it and are fenced in more
/// tightly than a browser can bear. What the program is asked is not written into the journal.
///
/// # Errors
/// It cannot be started.
pub fn start_detached(
    program: &Path,
    args: &[&OsStr],
    environment: &[(&str, &str)],
) -> io::Result<()> {
    let mut command = if is_service() {
        let mut command = Command::new("systemd-run");
        command.args(["--user", "--quiet", "--collect", "--no-block"]);
        command
            .arg("--description=Opened by Relink")
            .arg("--")
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    command
        .args(args)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn()?;
    // Somebody has to take note of its end, or it stays in the list of processes.
    let waiter = std::thread::Builder::new().name("started".to_owned());
    waiter.spawn(move || drop(child.wait()))?;
    Ok(())
}

/// Whether systemd started this very process as a service. (systemd.exec(5), `SYSTEMD_EXEC_PID`.)
pub fn is_service() -> bool {
    let own = std::process::id().to_string();
    cfg!(target_os = "linux") && env::var("SYSTEMD_EXEC_PID").is_ok_and(|pid| pid == own)
}
