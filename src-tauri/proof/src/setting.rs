//! The folders a play is set in, and the engine as it is started there: everything real but the
//! clock, the key store and the provider.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use engine::clock::ManualClock;
use engine::command::{Command, Reply};
use engine::desktop::Desktop;
use engine::view::Snapshot;
use engine::{Config, Handle, Pace, StartError};
use meta::{Endpoints, Limits};
use store::{DataLock, StoreError};
use tokio::task::JoinHandle;
use url::Url;

use crate::actor::PATIENCE;
use crate::slot::FolderSlot;

/// Where things lie.
#[derive(Debug, Clone)]
pub struct Place(PathBuf);

impl Place {
    /// The stage in `folder`.
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Makes its folders.
    ///
    /// # Errors
    /// What the file system says.
    pub fn prepare(&self) -> Result<()> {
        std::fs::create_dir_all(self.data())?;
        std::fs::create_dir_all(self.keys())?;
        Ok(())
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// What stands for the operating system's key store.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The actor's part.
    pub fn part(&self) -> PathBuf {
        self.0.join("part.json")
    }

    /// What the tracer writes down.
    pub fn trace(&self) -> PathBuf {
        self.0.join("trace")
    }
}

struct NoBrowser;

impl Desktop for NoBrowser {
    fn open_browser(&self, _: &Url) -> bool {
        false
    }
}

/// Relink as it is started at `place`.
///
/// # Errors
/// The endpoints cannot be read.
pub fn config(place: &Place, endpoints: &str, clock: &ManualClock) -> Result<Config> {
    Ok(Config {
        data_dir: place.data(),
        endpoints: Endpoints::parse(endpoints)?,
        clock: Arc::new(clock.clone()),
        desktop: Arc::new(NoBrowser),
        keeper: FolderSlot::keeper(&place.keys()),
        pace: Pace {
            in_flight: 4,
            pause_ms: 0,
        },
        limits: limits(),
        only_asked: false,
        sync_by_itself: false,
        practice: None,
        raise: Arc::new(|| false),
    })
}

/// Takes the lock of a data folder. A process that another thread is just starting holds a copy of
/// every open file until it becomes another program: the lock may come free a moment later.
///
/// # Errors
/// Somebody really holds it, or the folder cannot be used.
pub fn lock(data: &Path) -> Result<DataLock> {
    for _ in 0..100 {
        match DataLock::acquire(data, "proof") {
            Err(StoreError::InUse { .. }) => {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            outcome => return Ok(outcome?),
        }
    }
    bail!("the lock is held")
}

/// Starts Relink; waits for the lock as [`lock`] does.
///
/// # Errors
/// Relink does not start.
pub fn begin(
    place: &Place,
    endpoints: &str,
    clock: &ManualClock,
) -> Result<(Handle, JoinHandle<()>)> {
    drop(lock(&place.data())?);
    loop {
        match engine::start(config(place, endpoints, clock)?) {
            Err(StartError::InUse) => drop(lock(&place.data())?),
            outcome => return outcome.context("Relink does not start"),
        }
    }
}

/// The provider is on this computer.
pub fn limits() -> Limits {
    Limits {
        connect: PATIENCE,
        whole: PATIENCE,
        idle: PATIENCE,
        ..Limits::default()
    }
}

/// The whole picture, once the key store has answered.
///
/// # Errors
/// The engine has stopped, or the key store never answers.
pub async fn snapshot(handle: &Handle) -> Result<Snapshot> {
    for _ in 0..2_000 {
        let reply = handle.run(Command::Snapshot { from: 0 }).await;
        let Reply::Snapshot(picture) = reply.context("the engine shows nothing")? else {
            bail!("a snapshot was asked for");
        };
        if picture.app.key.state != "checking" {
            return Ok(*picture);
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    bail!("the key store never answered")
}
