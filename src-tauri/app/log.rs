//! The log file: account ids and codes, never a token, an address with parameters or a header.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

/// Past this many bytes the file of the last run is put aside.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// Libraries that print addresses or headers stay quiet whatever is asked for. (Security document, L3.)
const QUIET: [&str; 7] = [
    "hyper=warn",
    "hyper_util=warn",
    "reqwest=warn",
    "rustls=warn",
    "zbus=warn",
    "h2=warn",
    "tao=warn",
];

/// Begins logging. A log that cannot be written never stops the app. (Security document, L4.)
pub(crate) fn begin(data_dir: &Path) {
    let wanted = std::env::var("RELINK_LOG").unwrap_or_else(|_| "info".to_owned());
    let mut filter = EnvFilter::builder().parse_lossy(wanted);
    for directive in QUIET.into_iter().flat_map(str::parse) {
        filter = filter.add_directive(directive);
    }
    if let Ok(file) = open(data_dir) {
        let begun = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(Mutex::new(file));
        drop(begun.try_init());
    }
    std::panic::set_hook(Box::new(|panic| {
        // The place only: a message could hold anything. (Security document, L6.)
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "a fault in the program");
    }));
}

fn open(data_dir: &Path) -> std::io::Result<File> {
    let dir = data_dir.join("logs");
    fs::create_dir_all(&dir)?;
    let path = dir.join("relink.log");
    if fs::metadata(&path).is_ok_and(|file| file.len() > MAX_BYTES) {
        fs::rename(&path, dir.join("relink.old.log"))?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        options.mode(0o600);
        for private in [data_dir, &dir] {
            fs::set_permissions(private, fs::Permissions::from_mode(0o700))?;
        }
    }
    options.open(path)
}
