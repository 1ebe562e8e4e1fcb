//! The engine, wherever it runs: here, or in the copy of Relink that holds the data folder.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use engine::command::{Command, ErrorCode};
use engine::desktop::Desktop;
use engine::door::{Client, Door};
use engine::setup::Choice;
use engine::{Handle, StartError, start};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use url::Url;

use crate::args::Global;
use crate::exit::Failure;

/// The pause between two knocks.
const KNOCK_AGAIN: Duration = Duration::from_millis(100);
/// Longer than a call takes that whoever is leaving has to wait for. (Security document, N4.)
const KNOCKS: u32 = 400;

/// The desktop as the command line sees it.
struct Terminal;

impl Desktop for Terminal {
    fn open_browser(&self, address: &Url) -> bool {
        open::that_detached(address.as_str()).is_ok()
    }
}

/// A line to the engine.
pub(crate) enum Session {
    Here {
        handle: Handle,
        task: JoinHandle<()>,
        door: Option<Door>,
    },
    There(Client),
}

impl Session {
    /// Starts the engine, or finds the one that runs. A key held by passphrase is opened on the way.
    pub(crate) async fn begin(global: &Global) -> Result<Self, Failure> {
        let dir = choice(global).data_dir()?;
        for _ in 0..KNOCKS {
            if let Some(mut session) = Self::start(global, Arc::new(Terminal), true)? {
                session.unlock(global).await?;
                return Ok(session);
            }
            // Whoever holds the data may just be starting, before its door opens, or just be leaving:
            // then it hangs up without an answer, and its place is free.
            match Client::connect(&dir).await.map(Self::There) {
                Ok(mut session) => {
                    if session.look().await.is_ok() {
                        session.unlock(global).await?;
                        return Ok(session);
                    }
                }
                Err(_) => tokio::time::sleep(KNOCK_AGAIN).await,
            }
        }
        let error: anyhow::Result<Self> = Err(anyhow::anyhow!("it does not answer"));
        error
            .context("another copy of Relink uses this data")
            .map_err(Failure::from)
    }

    /// The same for a program that goes on: everything that is due happens by itself. `None` where another
    /// copy does it.
    pub(crate) async fn begin_watching(
        global: &Global,
        desktop: Arc<dyn Desktop>,
    ) -> Result<Option<Self>, Failure> {
        let Some(mut session) = Self::start(global, desktop, false)? else {
            return Ok(None);
        };
        session.unlock(global).await?;
        Ok(Some(session))
    }

    /// Starts the engine here, unless another copy has the data.
    fn start(
        global: &Global,
        desktop: Arc<dyn Desktop>,
        only_asked: bool,
    ) -> Result<Option<Self>, Failure> {
        let mut config = choice(global).config(desktop, Arc::new(|| false))?;
        config.only_asked = only_asked;
        let dir = config.data_dir.clone();
        match start(config) {
            Ok((handle, task)) => Ok(Some(Self::here(&dir, handle, task))),
            Err(StartError::InUse) => Ok(None),
            Err(error) => Err(Failure::from(anyhow::Error::from(error))),
        }
    }

    fn here(dir: &Path, handle: Handle, task: JoinHandle<()>) -> Self {
        let door = Door::open(dir, handle.clone());
        if let Err(error) = &door {
            tracing::warn!(kind = %error.kind(), "no door for other copies of Relink");
        }
        Self::Here {
            handle,
            task,
            door: door.ok(),
        }
    }

    pub(crate) async fn run(&mut self, command: Value) -> Result<Value, ErrorCode> {
        match self {
            Self::There(client) => client.run(&command).await,
            Self::Here { handle, .. } => {
                let command: Command =
                    serde_json::from_value(command).map_err(|_| ErrorCode::InvalidInput)?;
                let reply = handle.run(command).await?;
                serde_json::to_value(reply).map_err(|_| ErrorCode::Internal)
            }
        }
    }

    /// Every account and the app, whatever their number. Data that cannot be read is a failure, never
    /// an empty list.
    pub(crate) async fn picture(&mut self) -> Result<Picture, Failure> {
        let picture = self.look().await?;
        if let Some(reason) = picture
            .app
            .pointer("/obstacle/reason")
            .and_then(Value::as_str)
        {
            return Err(Failure::obstacle(reason));
        }
        let bad = picture
            .app
            .get("unreadable")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        if bad > 0 {
            crate::output::say(&format!(
                "relink: {bad} accounts cannot be read from the data and are not shown; `relink doctor` says more"
            ));
        }
        Ok(picture)
    }

    /// The same, whatever stands in the way.
    pub(crate) async fn look(&mut self) -> Result<Picture, ErrorCode> {
        let mut accounts = Vec::new();
        loop {
            let mut page = self
                .run(json!({ "do": "snapshot", "from": accounts.len() }))
                .await?;
            if let Some(Value::Array(found)) = page.get_mut("accounts").map(Value::take) {
                accounts.extend(found);
            }
            if page.get("more") != Some(&Value::Bool(true)) {
                return Ok(Picture {
                    app: page.get_mut("app").map(Value::take).unwrap_or_default(),
                    accounts,
                });
            }
        }
    }

    /// Waits until the key store has answered, so that a command does not fail for being quick.
    async fn unlock(&mut self, global: &Global) -> Result<(), Failure> {
        for _ in 0..250 {
            let app = self.look().await?.app;
            match app.pointer("/key/state").and_then(Value::as_str) {
                Some("checking") => tokio::time::sleep(Duration::from_millis(100)).await,
                Some("passphrase_needed") => {
                    if let Some(passphrase) = crate::input::passphrase_for_opening(global)? {
                        self.run(json!({ "do": "unlock", "passphrase": passphrase }))
                            .await?;
                    }
                    return Ok(());
                }
                Some(_) | None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Ends the session after a change, and says if it could not be saved.
    pub(crate) async fn end_saved(mut self) -> Result<(), Failure> {
        let unsaved = self
            .look()
            .await?
            .app
            .pointer("/banner/code")
            .and_then(Value::as_str)
            == Some("E-DISK");
        self.end().await;
        if unsaved {
            Err(Failure::from(ErrorCode::DiskFull))
        } else {
            Ok(())
        }
    }

    /// Ends the engine if it runs here, so that everything is written; not before those other copies
    /// that came to the door are done.
    pub(crate) async fn end(mut self) {
        if let Self::Here { door, .. } = &mut self
            && let Some(door) = door.take()
        {
            door.close().await;
        }
        self.stop().await;
    }

    /// The same without waiting for anybody: somebody wants this program to end now.
    pub(crate) async fn stop(self) {
        if let Self::Here { handle, task, .. } = self {
            handle.stop();
            drop(task.await);
        }
    }
}

/// What one snapshot shows.
pub(crate) struct Picture {
    pub(crate) app: Value,
    pub(crate) accounts: Vec<Value>,
}

impl Picture {
    /// Turns ids and user names into ids; an unknown one is a mistake of usage.
    pub(crate) fn ids(&self, named: &[String]) -> Result<Vec<String>, Failure> {
        named.iter().map(|name| self.id(name)).collect()
    }

    pub(crate) fn id(&self, named: &str) -> Result<String, Failure> {
        let wanted = named.trim_start_matches('@');
        self.accounts
            .iter()
            .find(|account| {
                ["id", "username"]
                    .iter()
                    .any(|key| text(account, key) == wanted)
            })
            .map(|account| text(account, "id").to_owned())
            .ok_or_else(|| {
                Failure::usage(format!("no account is called {named}; see `relink list`"))
            })
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Value> {
        self.accounts
            .iter()
            .find(|account| text(account, "id") == id)
    }
}

/// A text field of an account.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// What the person chose on the command line.
pub(crate) fn choice(global: &Global) -> Choice {
    Choice {
        data_dir: global.data_dir.clone(),
        endpoints: global.endpoints.clone(),
    }
}
