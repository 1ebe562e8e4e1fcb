//! The stage's own side of a play: the provider, the folder, the time. All of it goes on when the
//! actor is killed.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::{DateTime, Duration};
use engine::clock::ManualClock;
use ports::Port;
use sandbox::{Change, ConsentAnswer, Control, RefreshBehaviour, Sandbox};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::script::{ACCOUNTS, Step};
use crate::setting::Place;
use crate::words::{Given, Part, Said};

/// When every play begins: 2026-11-23, 09:00 UTC.
const BEGINNING_MS: i64 = 1_795_424_400_000;

/// A provider and an empty stage.
pub struct World {
    /// Where the actor plays.
    pub place: Place,
    /// The provider's strings.
    pub control: Control,
    /// The time, for everybody but the actor, who keeps his own and asks for it to pass.
    pub clock: ManualClock,
    /// The endpoints file's text.
    pub endpoints: String,
    sandbox: Sandbox,
    _dir: TempDir,
    _port: Port,
}

/// A folder in memory where there is one: what a killed process has written is the system's, on
/// whichever file system, and thousands of plays would wear a disk for nothing.
///
/// # Errors
/// No folder can be made.
pub fn scratch() -> Result<TempDir> {
    let memory = std::path::Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("relink-proof-");
    let made = if memory.is_dir() {
        builder.tempdir_in(memory).or_else(|_| builder.tempdir())
    } else {
        builder.tempdir()
    };
    made.context("no folder for the stage")
}

impl World {
    /// A fresh world; `seed` decides the provider's people.
    ///
    /// # Errors
    /// The provider does not start.
    pub async fn new(seed: u64, behaviour: RefreshBehaviour) -> Result<Self> {
        let beginning = DateTime::from_timestamp_millis(BEGINNING_MS).context("a time")?;
        let clock = ManualClock::at(beginning);
        let ticking = clock.clone();
        let config = sandbox::Config {
            accounts: ACCOUNTS,
            ..sandbox::Config::practice(seed, Arc::new(move || ticking.millis()))
        };
        let sandbox = Sandbox::start(config).await?;
        let control = sandbox.control();
        control.refresh_behaviour(behaviour);
        control.hourly_calls(None);
        let port = Port::take()?;
        let redirect = format!("http://127.0.0.1:{}/callback", port.number());
        control.register_redirect(&redirect);
        let endpoints = sandbox
            .endpoints_toml()
            .replace(sandbox::PRACTICE_REDIRECT, &redirect);
        let dir = scratch()?;
        let place = Place::at(dir.path());
        place.prepare()?;
        Ok(Self {
            place,
            control,
            clock,
            endpoints,
            sandbox,
            _dir: dir,
            _port: port,
        })
    }

    /// The ids of the professional accounts.
    pub fn ids(&self) -> Vec<String> {
        let accounts = self.control.accounts().into_iter();
        accounts.take(ACCOUNTS).map(|account| account.id).collect()
    }

    /// Gives the actor his part.
    ///
    /// # Errors
    /// It cannot be written down.
    pub fn cast(&self, steps: &[Step]) -> Result<()> {
        let app = self.sandbox.app();
        let part = Part {
            now_ms: self.clock.millis(),
            endpoints: self.endpoints.clone(),
            app_id: app.app_id.clone(),
            app_secret: app.app_secret.clone(),
            steps: steps.to_vec(),
        };
        Ok(std::fs::write(
            self.place.part(),
            serde_json::to_vec(&part)?,
        )?)
    }

    /// Grants what the actor wished for; `None` for what is no wish.
    ///
    /// # Errors
    /// The provider does not do it.
    pub fn grant(&self, said: &Said) -> Result<Option<Given>> {
        let text = match said {
            Said::WantToken { account } => self.control.mint_token(account)?,
            Said::WantConsent { account, address } => {
                let answer = ConsentAnswer::Allow { untick: vec![] };
                self.control.answer_consent(address, account, &answer)?
            }
            Said::WantLoss { account } => {
                self.control.apply(account, Change::PasswordChanged)?;
                String::new()
            }
            Said::WantTime { ms } => {
                self.clock.advance(Duration::milliseconds(*ms));
                String::new()
            }
            Said::Begun { .. }
            | Said::Done { .. }
            | Said::Refused { .. }
            | Said::NotStarted { .. }
            | Said::Ended => return Ok(None),
        };
        Ok(Some(Given { text }))
    }
}

/// Does `work` for every job, on as many threads as there are processors, and gives the results in
/// the order of the jobs. Each thread reaches `runtime`, where the providers live.
pub fn side_by_side<J: Sync, R: Send>(
    runtime: &Handle,
    jobs: &[J],
    work: impl Fn(&Handle, &J) -> R + Sync,
) -> Vec<R> {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(jobs.len()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { break };
                    let result = work(runtime, job);
                    results
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .push((at, result));
                }
            });
        }
    });
    let mut results = results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
