//! The real Relink in a simulated world: started, quit, crashed, and used by its person.

use std::sync::Arc;
use std::time::Duration;

use domain::grant::Route;
use engine::clock::Clock;
use engine::command::{Command, ErrorCode, Reply};
use engine::desktop::Desktop;
use engine::view::{EntryView, Patch, Settings};
use engine::{Config, Handle, Pace, StartError, start_over};
use meta::far_side::FarSide;
use meta::{Endpoints, Limits, Transport};
use ports::Port;
use tempfile::TempDir;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use url::Url;
use vault::{Keeper, MemorySlot};

/// A computer without a browser: the person pastes what comes back.
struct NoBrowser;

impl Desktop for NoBrowser {
    fn open_browser(&self, _: &Url) -> bool {
        false
    }
}

/// What Relink needs of its computer; it outlives each run.
pub struct Installation {
    folder: TempDir,
    slot: MemorySlot,
    far_side: FarSide,
    clock: Arc<dyn Clock>,
    endpoints: Endpoints,
    _port: Port,
}

/// A running Relink.
pub struct Relink {
    handle: Handle,
    task: JoinHandle<()>,
}

impl Installation {
    /// A fresh one, its data in memory where the system has such a folder.
    pub fn new(far_side: FarSide, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)?
        } else {
            tempfile::tempdir()?
        };
        // Worlds run side by side, and each attempt listens for a moment.
        let port = Port::take()?;
        let listen = format!("http://127.0.0.1:{}/callback", port.number());
        let mut endpoints = Endpoints::meta();
        if let Ok(listen) = Url::parse(&listen) {
            endpoints.redirect.listen = listen;
        }
        Ok(Self {
            folder,
            slot: MemorySlot::new(),
            far_side,
            clock,
            endpoints,
            _port: port,
        })
    }

    /// Starts Relink.
    ///
    /// # Errors
    /// As [`start_over`].
    pub fn start(&self) -> Result<(Relink, broadcast::Receiver<Arc<Patch>>), StartError> {
        let config = Config {
            data_dir: self.folder.path().to_owned(),
            endpoints: self.endpoints.clone(),
            clock: Arc::clone(&self.clock),
            desktop: Arc::new(NoBrowser),
            keeper: Arc::new(Keeper::memory(&self.slot, Duration::from_secs(20))),
            pace: Pace::default(),
            limits: Limits::default(),
            only_asked: false,
            sync_by_itself: false,
            practice: None,
            raise: Arc::new(|| false),
        };
        let (handle, task) = start_over(Transport::InProcess(self.far_side.clone()), config)?;
        let patches = handle.patches();
        Ok((Relink { handle, task }, patches))
    }
}

impl Relink {
    /// Asks for something.
    ///
    /// # Errors
    /// Why it was not accepted.
    pub async fn run(&self, command: Command) -> Result<Reply, ErrorCode> {
        self.handle.run(command).await
    }

    /// Whether it has ended although nobody ended it.
    pub fn has_died(&self) -> bool {
        self.task.is_finished()
    }

    /// Quits; gives whether it ended as it should.
    pub async fn quit(self) -> bool {
        self.handle.stop();
        self.task.await.is_ok()
    }

    /// Ends as in a crash: nothing more is written.
    pub async fn crash(self) {
        self.task.abort();
        drop(self.task.await);
    }

    /// Enters the Meta app.
    ///
    /// # Errors
    /// As [`Relink::run`].
    pub async fn enter_app(&self) -> Result<(), ErrorCode> {
        let command = Command::SetCredentials {
            route: Route::Instagram,
            app_id: "990000000000001".to_owned(),
            app_secret: "5f4dcc3b5aa765d61d8327deb882cf99".to_owned().into(),
        };
        self.run(command).await.map(drop)
    }

    /// The person says how often accounts are looked at.
    ///
    /// # Errors
    /// As [`Relink::run`].
    pub async fn look_every(&self, minutes: u32) -> Result<(), ErrorCode> {
        let Reply::Snapshot(snapshot) = self.run(Command::Snapshot { from: 0 }).await? else {
            return Err(ErrorCode::Internal);
        };
        let settings = Settings {
            check_every_minutes: minutes,
            ..snapshot.app.settings
        };
        self.run(Command::UpdateSettings { settings })
            .await
            .map(drop)
    }

    /// The person signs in, by the paste door; `allow` gives the code that the browser comes back with.
    ///
    /// # Errors
    /// As [`Relink::run`].
    pub async fn sign_in(
        &self,
        expected: Option<String>,
        allow: impl FnOnce() -> String,
    ) -> Result<(), ErrorCode> {
        let command = Command::Connect {
            route: Route::Instagram,
            expected,
            app: None,
            door: None,
            permissions: None,
            browser: false,
        };
        let Reply::ConsentAddress { consent_address } = self.run(command).await? else {
            return Err(ErrorCode::Internal);
        };
        let consent = Url::parse(&consent_address).map_err(|_| ErrorCode::Internal)?;
        let asked = |wanted: &str| {
            let found = consent.query_pairs().find(|(name, _)| name == wanted);
            found
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let mut back = Url::parse(&asked("redirect_uri")).map_err(|_| ErrorCode::Internal)?;
        back.query_pairs_mut()
            .append_pair("code", &allow())
            .append_pair("state", &asked("state"));
        let address = back.to_string().into();
        self.run(Command::SubmitCallback { address }).await?;
        self.run(Command::AwaitAttempt).await?;
        self.run(Command::AcknowledgeAttempt).await.map(drop)
    }

    /// The whole journal of an account, or of everything, newest first.
    pub async fn journal(&self, account: Option<&str>, most: usize) -> Vec<EntryView> {
        let mut lines: Vec<EntryView> = Vec::new();
        loop {
            let command = Command::History {
                account_id: account.map(str::to_owned),
                before: lines.last().map(|line| line.id.clone()),
                limit: 200,
            };
            match self.run(command).await {
                Ok(Reply::History(page)) if !page.is_empty() => lines.extend(page),
                _ => break,
            }
            if lines.len() >= most {
                break;
            }
        }
        lines
    }
}
