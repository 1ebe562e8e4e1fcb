#![doc = include_str!("../README.md")]

mod action;
mod clock;
mod drill;
mod seed;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::clock::SystemClock;
use engine::command::{Command, ErrorCode, Reply};
use engine::desktop::Desktop;
use engine::setup::practice_dir;
use engine::view::PracticeView;
use engine::{Config, Handle, Pace, StartError, start};
use meta::{Endpoints, Limits};
use sandbox::{Control, MetaApp, Sandbox};
use tokio::task::JoinHandle;
use vault::Keeper;

use drill::Rehearsal;

pub use action::{Action, Change, Outage};
pub use drill::Drill;

/// Decides names and ids of the practice accounts; any number would do.
const SEED: u64 = 2_026;
/// Professional accounts in the stand-in: those that are connected, and some left to connect.
const ACCOUNTS: usize = 20;
/// Where practice waits for the browser: beside the ports of real sign-ins (17423 to 17432), which a person may begin
/// meanwhile in another copy.
const PORTS: RangeInclusive<u16> = 17_433..=17_442;
/// Where the stand-in's world is saved.
const WORLD: &str = "world.json";
/// Written when the first accounts are complete; a folder without it is begun anew.
const SEEDED: &str = "seeded";

/// Why practice mode did not start.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// The stand-in did not start.
    #[error(transparent)]
    Sandbox(#[from] sandbox::SandboxError),
    /// The engine did not start.
    #[error(transparent)]
    Engine(#[from] StartError),
    /// The stand-in's own addresses do not fit; a fault of ours.
    #[error(transparent)]
    Endpoints(#[from] meta::EndpointsError),
    /// The practice folder cannot be used.
    #[error("the practice folder cannot be used: {0}")]
    Folder(#[from] io::Error),
    /// The stand-in refused something.
    #[error(transparent)]
    Control(#[from] sandbox::ControlError),
    /// The engine refused something.
    #[error("{0}")]
    Refused(#[from] ErrorCode),
}

/// Practice mode, running.
pub struct Practice {
    handle: Handle,
    task: Mutex<Option<JoinHandle<()>>>,
    sandbox: Sandbox,
    shown: Arc<Mutex<PracticeView>>,
}

impl Practice {
    /// Starts practice mode in a folder inside `data_dir`. A folder that is there is taken up again;
    /// otherwise the first accounts are made, in the background, once [`Practice::seed`] is called.
    ///
    /// # Errors
    /// [`PracticeError`].
    pub async fn start(
        data_dir: &Path,
        desktop: Arc<dyn Desktop>,
        keeper: Arc<Keeper>,
        raise: Arc<dyn Fn() -> bool + Send + Sync>,
    ) -> Result<Self, PracticeError> {
        let dir = practice_dir(data_dir);
        if dir.exists() && !dir.join(SEEDED).exists() {
            std::fs::remove_dir_all(&dir)?;
        }
        let first = !dir.exists();
        std::fs::create_dir_all(&dir)?;
        let mut config =
            sandbox::Config::practice(SEED, Arc::new(|| SystemClock.wall().timestamp_millis()));
        config.accounts = ACCOUNTS;
        config.snapshot = Some(dir.join(WORLD));
        config.apps = vec![MetaApp::practice().redirecting_to(&redirect())];
        let sandbox = Sandbox::start(config).await?;
        let view = PracticeView {
            outage: Outage::None.code().to_owned(),
            control_page: format!("http://{}/control/", sandbox.addr()),
            seeding: first,
            drill: None,
        };
        let config = Config {
            data_dir: dir,
            endpoints: Endpoints::parse(&sandbox.endpoints_toml())?,
            clock: Arc::new(clock::SandboxClock::new(sandbox.control())),
            desktop,
            keeper,
            // Nobody has to be spared: the other side is this computer.
            pace: Pace {
                in_flight: 8,
                pause_ms: 0,
            },
            limits: Limits::default(),
            only_asked: false,
            sync_by_itself: true,
            practice: Some(view.clone()),
            raise,
        };
        let (handle, task) = start(config)?;
        Ok(Self {
            handle,
            task: Mutex::new(Some(task)),
            sandbox,
            shown: Arc::new(Mutex::new(view)),
        })
    }

    /// The engine of practice mode.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Makes the first accounts, if that has not been done.
    ///
    /// # Errors
    /// [`PracticeError`]; what was made so far stays.
    pub async fn seed(&self, data_dir: &Path) -> Result<(), PracticeError> {
        if !self.shown().seeding {
            return Ok(());
        }
        seed::seed(&self.handle, &self.sandbox).await?;
        std::fs::write(practice_dir(data_dir).join(SEEDED), b"")?;
        self.show(|view| view.seeding = false);
        Ok(())
    }

    /// Moves time, or changes the stand-in's world.
    ///
    /// # Errors
    /// [`PracticeError`].
    pub async fn act(&self, action: Action) -> Result<(), PracticeError> {
        match action {
            Action::Advance { hours } => self
                .control()
                .advance(i64::from(hours.min(24 * 400)) * 3_600_000),
            Action::Account { id, change } => change.apply(&self.control(), &id)?,
            Action::Drill { drill } => self.begin_drill(drill).await?,
            Action::EndDrill => self.end_drill()?,
            Action::Outage { outage } => {
                self.control().outage(outage.as_outage());
                self.show(|view| outage.code().clone_into(&mut view.outage));
            }
        }
        // What happened is found out as it would be for real, only without the wait.
        self.run(Command::Check { ids: Vec::new() }).await?;
        self.run(Command::Poke).await?;
        Ok(())
    }

    /// Breaks an account that is well, and follows it until it is mended.
    async fn begin_drill(&self, drill: Drill) -> Result<(), PracticeError> {
        self.end_drill()?;
        let patches = self.handle.patches();
        let snapshot = self.run(Command::Snapshot { from: 0 }).await?.snapshot()?;
        let well = |account: &&engine::view::AccountView| {
            account.status == "connected" && account.wizard.is_none()
        };
        // Another account for each drill: one that is lost again and again would get another wizard.
        let all: Vec<_> = snapshot.accounts.iter().filter(well).collect();
        let turn = Drill::ALL.iter().position(|it| *it == drill).unwrap_or(0);
        let id = all.get(turn % all.len().max(1)).map(|it| it.id.clone());
        let rehearsal = Rehearsal {
            drill,
            id: id.ok_or(ErrorCode::NotPossible)?,
            control: self.control(),
            handle: self.handle.clone(),
        };
        drill.begin(&self.control(), &rehearsal.id)?;
        let running = rehearsal.view("running");
        let over = rehearsal.view("mended");
        self.show(|view| {
            view.drill = Some(running);
            if let Some(outage) = drill.outage() {
                outage.code().clone_into(&mut view.outage);
            }
        });
        let (shown, handle) = (Arc::clone(&self.shown), self.handle.clone());
        let look = Arc::clone(&self.shown);
        tokio::spawn(rehearsal.follow(
            patches,
            move || lock(&look).clone(),
            move || {
                let mut view = lock(&shown);
                view.drill = Some(over);
                handle.set_practice(view.clone());
            },
        ));
        Ok(())
    }

    fn end_drill(&self) -> Result<(), PracticeError> {
        let Some(running) = self.shown().drill.filter(|drill| drill.stage == "running") else {
            return Ok(());
        };
        let kind = Drill::ALL
            .into_iter()
            .find(|drill| drill.code() == running.kind);
        if let Some(drill) = kind {
            drill.give_up(&self.control(), &running.account_id)?;
            // What others mend is mended by that alone: the drill goes on to its end.
            self.show(|view| {
                if drill.outage().is_some() {
                    Outage::None.code().clone_into(&mut view.outage);
                }
                if let Some(shown) = &mut view.drill
                    && !drill.waits_for_others()
                {
                    shown.stage = "given_up";
                }
            });
        }
        Ok(())
    }

    /// Ends practice mode; everything is kept. What still holds it finds a stopped engine.
    pub async fn stop(&self) {
        self.handle.stop();
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            drop(task.await);
        }
    }

    /// Forgets everything that was practised. Practice mode must not be running.
    ///
    /// # Errors
    /// The folder cannot be removed.
    pub fn forget(data_dir: &Path) -> io::Result<()> {
        let dir = practice_dir(data_dir);
        if dir.exists() {
            std::fs::remove_dir_all(dir)
        } else {
            Ok(())
        }
    }

    fn control(&self) -> Control {
        self.sandbox.control()
    }

    async fn run(&self, command: Command) -> Result<Reply, ErrorCode> {
        self.handle.run(command).await
    }

    fn shown(&self) -> PracticeView {
        lock(&self.shown).clone()
    }

    fn show(&self, change: impl FnOnce(&mut PracticeView)) {
        let mut view = lock(&self.shown);
        change(&mut view);
        self.handle.set_practice(view.clone());
    }
}

/// Where the browser is sent back to: the first of practice's ports that is free.
fn redirect() -> String {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    let port = PORTS.clone().find(is_free).unwrap_or(*PORTS.start());
    format!("http://127.0.0.1:{port}/callback")
}

fn lock(view: &Mutex<PracticeView>) -> MutexGuard<'_, PracticeView> {
    view.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Practice")
    }
}

#[cfg(test)]
mod tests;
