//! The side that runs.

use std::io;
use std::path::Path;
use std::time::Duration;

use interprocess::local_socket::ListenerOptions;
use interprocess::local_socket::tokio::{Listener, Stream};
use interprocess::local_socket::traits::tokio::Listener as _;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use super::{MAX_LINE, name};
use crate::command::{Command, ErrorCode};
use crate::handle::Handle;

/// How long whoever leaves waits for its guests: an attempt in the browser takes ten minutes at most.
const GUESTS_STAY: Duration = Duration::from_secs(15 * 60);

/// An open door. Dropping it closes it, with guests in it or not.
#[derive(Debug)]
pub struct Door {
    task: JoinHandle<()>,
    leave: Option<oneshot::Sender<()>>,
    #[cfg(unix)]
    path: std::path::PathBuf,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
        #[cfg(unix)]
        drop(std::fs::remove_file(&self.path));
    }
}

impl Door {
    /// Closes once every guest has gone: what they asked for is done by the engine behind this door.
    /// Who knocks too late is answered nothing at all, and can begin again.
    pub async fn close(mut self) {
        drop(self.leave.take()); // as good as a message
        if tokio::time::timeout(GUESTS_STAY, &mut self.task)
            .await
            .is_err()
        {
            tracing::warn!("a guest stays too long and is sent away");
        }
    }

    /// Opens the door of the engine that holds the data folder's lock.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn open(dir: &Path, handle: Handle) -> io::Result<Self> {
        // The lock is ours, so a socket that is still there belongs to a copy that was killed.
        #[cfg(unix)]
        let path = {
            let path = super::path(dir);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => path,
            }
        };
        let listener = ListenerOptions::new().name(name(dir)?).create_tokio()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        }
        let (leave, left) = oneshot::channel();
        let task = tokio::spawn(serve(listener, handle, left));
        Ok(Self {
            task,
            leave: Some(leave),
            #[cfg(unix)]
            path,
        })
    }
}

async fn serve(listener: Listener, handle: Handle, mut left: oneshot::Receiver<()>) {
    let mut guests = JoinSet::new();
    let mut leaving = false;
    while !(leaving && guests.is_empty()) {
        tokio::select! {
            _ = &mut left, if !leaving => leaving = true,
            Some(_) = guests.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok(stream) => drop(guests.spawn(answer(stream, handle.clone()))),
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "nobody could be let in");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            },
        }
    }
}

async fn answer(stream: Stream, handle: Handle) {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    loop {
        let mut line = Vec::new();
        match (&mut reader)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .await
        {
            Ok(count) if count > 0 && line.ends_with(b"\n") => {}
            Ok(_) | Err(_) => return,
        }
        let result = match serde_json::from_slice::<Command>(&line) {
            Ok(command) => handle.run(command).await,
            Err(_) => Err(ErrorCode::InvalidInput),
        };
        let answer: Value = match result.map(serde_json::to_value) {
            Ok(Ok(reply)) => json!({ "ok": reply }),
            Ok(Err(_)) => json!({ "error": ErrorCode::Internal }),
            Err(code) => json!({ "error": code }),
        };
        let mut bytes = answer.to_string().into_bytes();
        bytes.push(b'\n');
        if writer.write_all(&bytes).await.is_err() {
            return;
        }
    }
}
