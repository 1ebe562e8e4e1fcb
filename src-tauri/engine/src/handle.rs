//! How everybody else reaches the engine.

use std::sync::Arc;

use domain::account::AccountId;
use meta::{Instagram, Transport};
use store::{DataLock, Pictures, StoreError};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::command::{Command, ErrorCode, Reply};
use crate::engine::{Config, Engine, Note, Request};
use crate::records::Records;
use crate::view::{Patch, PracticeView};
use crate::world::Line;

/// Patches kept for somebody who is slow to look; who misses some asks for the snapshot again.
const PATCHES: usize = 256;

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another copy of Relink runs on this data: talk to it through its door.
    #[error("another copy of Relink uses this data")]
    InUse,
    /// The data folder cannot be used.
    #[error("the data folder cannot be used: {0}")]
    Folder(StoreError),
    /// The computer's certificates or proxy settings cannot be used.
    #[error(transparent)]
    Network(#[from] meta::SetUpError),
}

/// A running engine. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    requests: mpsc::Sender<Request>,
    notes: mpsc::UnboundedSender<Note>,
    patches: broadcast::Sender<Arc<Patch>>,
    pictures: Pictures,
}

/// Takes the data folder's lock and starts the engine. The lock is held until the engine stops.
///
/// # Errors
/// [`StartError`]. A database that cannot be opened is not one of them: the engine starts and shows
/// the obstacle, so that the person can be told and offered a way out.
pub fn start(config: Config) -> Result<(Handle, JoinHandle<()>), StartError> {
    start_over(Transport::Http, config)
}

/// The same over a transport of the caller's choice; for simulations.
///
/// # Errors
/// As [`start`].
pub fn start_over(
    transport: Transport,
    config: Config,
) -> Result<(Handle, JoinHandle<()>), StartError> {
    let lock = match DataLock::acquire(&config.data_dir, "relink") {
        Ok(lock) => lock,
        Err(StoreError::InUse { .. }) => return Err(StartError::InUse),
        Err(error) => return Err(StartError::Folder(error)),
    };
    let facebook = Line::to(
        config.endpoints.facebook.clone(),
        transport.clone(),
        config.limits,
    );
    let instagram = Instagram::over(transport, config.endpoints.instagram.clone(), config.limits)?;
    let records = Records::open(lock, &config.data_dir, config.clock.reading().wall);
    let pictures = Pictures::of(&config.data_dir);
    let (requests, inbox) = mpsc::channel(64);
    let (notes, noted) = mpsc::unbounded_channel();
    let (patches, _) = broadcast::channel(PATCHES);
    let engine = Engine::new(config, records, instagram, facebook, patches.clone());
    let task = tokio::spawn(engine.run(inbox, noted));
    Ok((
        Handle {
            requests,
            notes,
            patches,
            pictures,
        },
        task,
    ))
}

impl Handle {
    /// Asks for something and waits for its answer.
    ///
    /// # Errors
    /// Why it was not accepted; [`ErrorCode::Internal`] also when the engine has stopped.
    pub async fn run(&self, command: Command) -> Result<Reply, ErrorCode> {
        let (answer, result) = oneshot::channel();
        let request = Request { command, answer };
        self.requests
            .send(request)
            .await
            .map_err(|_| ErrorCode::Internal)?;
        result.await.unwrap_or(Err(ErrorCode::Internal))
    }

    /// What changes from now on.
    pub fn patches(&self) -> broadcast::Receiver<Arc<Patch>> {
        self.patches.subscribe()
    }

    /// The small picture of an item, a JPEG; `None` for anything else, whatever it is called.
    pub fn picture(&self, account: &str, item: &str) -> Option<Vec<u8>> {
        let account = AccountId::new(account);
        self.pictures.read(&account, item).unwrap_or_else(|error| {
            tracing::warn!(kind = %error.kind(), "a small picture cannot be read");
            None
        })
    }

    /// Practice mode changed.
    pub fn set_practice(&self, practice: PracticeView) {
        drop(self.notes.send(Note::Practice(Some(practice))));
    }

    /// The computer woke, its clock was set, or a network came: whatever waits looks again at once.
    pub fn look_again(&self) {
        drop(self.notes.send(Note::LookAgain));
    }

    /// Ends the loop; what is under way is given up, what is saved stays.
    pub fn stop(&self) {
        drop(self.notes.send(Note::Stop));
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handle")
    }
}
