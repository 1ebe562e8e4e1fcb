//! Which engine the window shows: that of the real accounts, or practice mode's. The real one goes
//! on working while a person practises.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use desktop::notices::Press;
use desktop::{Notices, Signals, Words};

use engine::command::{Command, ErrorCode, Reply};
use engine::door::{Client, Door};
use engine::setup::practice_dir;
use engine::view::Settings;
use engine::{Handle, StartError, start};
use practice::{Action, Practice, PracticeError};
use serde_json::json;
use tauri::{AppHandle, Manager as _};
use tokio::sync::{Mutex, broadcast, watch};
use tokio::task::JoinHandle;
use vault::{Keeper, Purpose};

use crate::choice::Choice;
use crate::desktop::SystemDesktop;
use crate::tray;
use crate::window;

/// How long a copy without a window may take to make room, or to be done.
const ROOM: Duration = Duration::from_secs(10);
/// How often it is looked whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A running engine of the real accounts.
struct Real {
    handle: Handle,
    task: JoinHandle<()>,
    _door: Option<Door>,
}

/// A running practice mode.
struct Practising {
    practice: Arc<Practice>,
    seeder: JoinHandle<()>,
    _door: Option<Door>,
}

/// Both engines, and the one that is shown.
pub(crate) struct Sessions {
    choice: Choice,
    data_dir: PathBuf,
    real: Mutex<Option<Real>>,
    practising: Mutex<Option<Practising>>,
    shown: watch::Sender<Option<Handle>>,
    notices: OnceLock<Arc<Notices>>,
    signals: OnceLock<Signals>,
    forwarder: Mutex<Option<JoinHandle<()>>>,
}

/// The sessions of a running app.
pub(crate) fn of(app: &AppHandle) -> Arc<Sessions> {
    Arc::clone(app.state::<Arc<Sessions>>().inner())
}

impl Sessions {
    pub(crate) fn new(choice: Choice, data_dir: PathBuf) -> Self {
        Self {
            choice,
            data_dir,
            real: Mutex::new(None),
            practising: Mutex::new(None),
            shown: watch::Sender::new(None),
            notices: OnceLock::new(),
            signals: OnceLock::new(),
            forwarder: Mutex::new(None),
        }
    }

    /// Listens to the desktop: clicks on notices, and what may end a wait.
    pub(crate) fn listen(&self, app: &AppHandle) {
        let pressed = app.clone();
        let words = Arc::new(Words::of("system"));
        let notices = Notices::begin(words, move |press| match press {
            Press::Open { address, .. } => window::go(&pressed, &address),
            Press::Later { account_ids } => remind_tomorrow(&pressed, account_ids),
        });
        drop(self.notices.set(Arc::new(notices)));
        let happened = app.clone();
        let signals = Signals::watch(move |_| of(&happened).look_again());
        drop(self.signals.set(signals));
    }

    /// Where notices go.
    pub(crate) fn notices(&self) -> Option<&Arc<Notices>> {
        self.notices.get()
    }

    fn desktop(&self, app: &AppHandle) -> Arc<SystemDesktop> {
        Arc::new(SystemDesktop::new(app, self.notices().cloned()))
    }

    /// Starts the engine that is shown first.
    pub(crate) async fn begin(&self, app: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
        if self.choice.practice {
            self.start_practice(app).await?;
        } else {
            self.start_real(app).await?;
        }
        Ok(())
    }

    async fn start_real(&self, app: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
        let mut real = self.real.lock().await;
        if real.is_none() {
            let (handle, task) = self.start_engine(app).await?;
            *real = Some(Real {
                _door: door(&self.data_dir, &handle),
                handle,
                task,
            });
        }
        let handle = real.as_ref().map(|real| real.handle.clone());
        drop(real);
        if let Some(handle) = handle {
            self.show(app, handle).await;
        }
        Ok(())
    }

    /// A copy without a window that was asked to make room needs a moment for it.
    async fn start_engine(
        &self,
        app: &AppHandle,
    ) -> Result<(Handle, JoinHandle<()>), Box<dyn std::error::Error>> {
        let mut left = ROOM;
        loop {
            let config = self.choice.setup.config(self.desktop(app), raiser(app))?;
            match start(config) {
                Err(StartError::InUse) if !left.is_zero() => {
                    left = left.saturating_sub(LOOK_AGAIN);
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                Err(StartError::InUse) => {
                    return Err(format!(
                        "another command of Relink works on these accounts; wait until it is done. \
                         The data is in {}",
                        self.data_dir.display()
                    )
                    .into());
                }
                started => return Ok(started?),
            }
        }
    }

    /// Starts practice mode, or shows the one that runs.
    pub(crate) async fn start_practice(&self, app: &AppHandle) -> Result<(), PracticeError> {
        let mut practising = self.practising.lock().await;
        if practising.is_none() {
            let keeper = Arc::new(Keeper::system(Purpose::Practice));
            let practice =
                Practice::start(&self.data_dir, self.desktop(app), keeper, raiser(app)).await?;
            let practice = Arc::new(practice);
            let door = door(&practice_dir(&self.data_dir), &practice.handle());
            let (seeding, dir) = (Arc::clone(&practice), self.data_dir.clone());
            let seeder = tokio::spawn(async move {
                if let Err(error) = seeding.seed(&dir).await {
                    tracing::error!(%error, "the practice accounts could not be made");
                }
            });
            *practising = Some(Practising {
                practice,
                seeder,
                _door: door,
            });
        }
        let handle = practising
            .as_ref()
            .map(|practising| practising.practice.handle());
        drop(practising);
        if let Some(handle) = handle {
            self.show(app, handle).await;
        }
        Ok(())
    }

    /// Back to the real accounts; what was practised is kept.
    pub(crate) async fn leave_practice(&self, app: &AppHandle) -> Result<(), ErrorCode> {
        self.start_real(app).await.map_err(|error| {
            tracing::error!(%error, "the engine did not start");
            ErrorCode::Internal
        })?;
        self.stop_practice().await;
        Ok(())
    }

    /// Begins practice anew.
    pub(crate) async fn reset_practice(&self, app: &AppHandle) -> Result<(), PracticeError> {
        self.stop_practice().await;
        Practice::forget(&self.data_dir)?;
        self.start_practice(app).await
    }

    /// The making of the first accounts is given up with it; the next start begins them anew.
    async fn stop_practice(&self) {
        let practising = self.practising.lock().await.take();
        if let Some(Practising {
            practice,
            seeder,
            _door,
        }) = practising
        {
            seeder.abort();
            drop(seeder.await);
            practice.stop().await;
        }
    }

    pub(crate) async fn practise(&self, action: Action) -> Result<(), PracticeError> {
        let practice = self
            .practising
            .lock()
            .await
            .as_ref()
            .map(|practising| Arc::clone(&practising.practice));
        match practice {
            Some(practice) => practice.act(action).await,
            None => Err(PracticeError::Refused(ErrorCode::NotPossible)),
        }
    }

    /// Runs a command in the engine that is shown. The window may be quicker than the engine: it waits.
    pub(crate) async fn run(&self, command: Command) -> Result<Reply, ErrorCode> {
        let mut shown = self.shown.subscribe();
        let handle = shown
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|handle| handle.clone())
            .ok_or(ErrorCode::Internal)?;
        handle.run(command).await
    }

    /// The person's settings.
    pub(crate) async fn settings(&self) -> Result<Settings, ErrorCode> {
        let reply = self.run(Command::Snapshot { from: usize::MAX }).await?;
        Ok(reply.snapshot()?.app.settings)
    }

    /// The computer woke, its clock was set, or a network came.
    pub(crate) fn look_again(&self) {
        if let Some(handle) = &*self.shown.borrow() {
            handle.look_again();
        }
    }

    /// The small picture of an item of the engine that is shown.
    pub(crate) fn picture(&self, account: &str, item: &str) -> Option<Vec<u8>> {
        self.shown.borrow().as_ref()?.picture(account, item)
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// From now on the page sees this engine: it is told to ask for everything again.
    async fn show(&self, app: &AppHandle, handle: Handle) {
        let patches = handle.patches();
        let forwarder = tokio::spawn(forward(app.clone(), handle.clone(), patches));
        self.shown.send_replace(Some(handle));
        if let Some(old) = self.forwarder.lock().await.replace(forwarder) {
            old.abort();
        }
        window::tell(app, "reset", &());
    }

    /// Everything is written before the program ends.
    pub(crate) async fn end(&self) {
        self.stop_practice().await;
        if let Some(Real {
            handle,
            task,
            _door,
        }) = self.real.lock().await.take()
        {
            handle.stop();
            drop(task.await);
        }
    }
}

fn remind_tomorrow(app: &AppHandle, ids: Vec<String>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(code) = of(&app).run(Command::Remind { ids, hours: 24 }).await {
            tracing::warn!(code = code.code(), "nobody will be reminded");
        }
    });
}

async fn forward(
    app: AppHandle,
    handle: Handle,
    mut patches: broadcast::Receiver<Arc<engine::view::Patch>>,
) {
    draw_tray(&app, &handle).await;
    loop {
        match patches.recv().await {
            Ok(patch) => {
                tray::of(&app).patch(&app, &patch);
                window::tell(&app, "patch", &*patch);
            }
            Err(broadcast::error::RecvError::Lagged(_)) => {
                draw_tray(&app, &handle).await;
                window::tell(&app, "reset", &());
            }
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// The tray as a whole, from the same pages the window asks for.
async fn draw_tray(app: &AppHandle, handle: &Handle) {
    let mut from = 0;
    while let Ok(Reply::Snapshot(page)) = handle.run(Command::Snapshot { from }).await {
        tray::of(app).take(app, page.app, &page.accounts, from == 0);
        from += page.accounts.len();
        if !page.more {
            return;
        }
    }
}

fn raiser(app: &AppHandle) -> Arc<dyn Fn() -> bool + Send + Sync> {
    let app = app.clone();
    Arc::new(move || window::raise(&app))
}

fn door(dir: &Path, handle: &Handle) -> Option<Door> {
    Door::open(dir, handle.clone())
        .inspect_err(
            |error| tracing::warn!(kind = %error.kind(), "no door for other copies of Relink"),
        )
        .ok()
}

/// Brings the window of a copy that runs already forward; says whether there is one. A copy without a window
/// is asked to make room. The data folder's lock decides who runs: it is taken by what `start` does later.
pub(crate) async fn raise_other(choice: &Choice, data_dir: &Path) -> bool {
    let dir = if choice.practice {
        practice_dir(data_dir)
    } else {
        data_dir.to_owned()
    };
    let Ok(mut other) = Client::connect(&dir).await else {
        return false;
    };
    if other.run(&json!({ "do": "raise" })).await.is_ok() {
        return true;
    }
    // A command that answers one question makes no room, and is soon done.
    drop(other.run(&json!({ "do": "hand_over" })).await);
    false
}
