//! How the command line, and a second copy of Relink, reach the one that runs: a socket that only
//! this user can open, one JSON document a line.
//!
//! The data folder's lock decides who runs; whoever comes second knocks here and never opens the
//! database for writing. (Security document, D4.)

mod client;
mod server;

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use interprocess::local_socket::Name;
use sha2::{Digest as _, Sha256};

pub use client::Client;
pub use server::Door;

/// The longest line either side takes, in bytes: a snapshot page is far below it.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// The longest path a Unix socket can have on every system, with room to spare.
#[cfg(unix)]
const MAX_SOCKET_PATH: usize = 100;

/// The socket's name for a data folder: in the folder itself, or, where that path is too long for a
/// socket, in the user's runtime folder under a name made from the path.
#[cfg(unix)]
fn name(dir: &Path) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericFilePath, ToFsName as _};
    path(dir).to_fs_name::<GenericFilePath>()
}

#[cfg(unix)]
fn path(dir: &Path) -> std::path::PathBuf {
    let beside = dir.join("relink.sock");
    if beside.as_os_str().len() <= MAX_SOCKET_PATH {
        return beside;
    }
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, Into::into);
    folder.join(format!("relink-{}.sock", short(dir)))
}

#[cfg(windows)]
fn name(dir: &Path) -> io::Result<Name<'static>> {
    use interprocess::local_socket::{GenericNamespaced, ToNsName as _};
    format!("relink-{}", short(dir)).to_ns_name::<GenericNamespaced>()
}

fn short(dir: &Path) -> String {
    let digest = Sha256::digest(dir.as_os_str().as_encoded_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default())
}

#[cfg(test)]
mod tests;
