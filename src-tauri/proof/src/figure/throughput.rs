//! Product document, section 7: ten thousand accounts that are due are renewed without a limit, against a
//! bare loop of the same HTTP calls with as many under way at once, in the same run; and memory stays flat.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration as Real;

use anyhow::{Context as _, Result, bail};
use chrono::Duration;
use domain::account::AccountId;
use domain::grant::{AccessToken, Route};
use engine::clock::{Clock as _, SystemClock};
use engine::command::{Command, Reply};
use engine::view::AccountView;
use engine::{Config, Handle, Pace, start};
use meta::{Endpoints, Instagram, Limits};
use sandbox::{Control, RefreshBehaviour, Sandbox};
use tokio::sync::Semaphore;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use vault::{Keeper, MemorySlot};

use super::{Report, Size, Stage};
use crate::world::scratch;

/// Calls under way at once, on both sides.
const AT_ONCE: usize = 64;

/// The engine may take this many times as long as the bare loop.
const TARGET: f64 = 1.5;

/// A person's week goes by, and a day.
const LATER: Duration = Duration::days(8);

/// So long the accounts may take to come to rest.
const PATIENCE: Real = Real::from_secs(600);

pub(super) struct Silent;

impl engine::desktop::Desktop for Silent {
    fn open_browser(&self, _: &url::Url) -> bool {
        false
    }
}

pub(super) fn measure(stage: &Stage) -> Result<Report> {
    let count = stage.size.of(200, 2_000, 10_000);
    stage.runtime.block_on(run(stage.seed, count, stage.size))
}

async fn run(seed: u64, count: usize, size: Size) -> Result<Report> {
    let clock = engine::clock::ShiftedClock::new(0);
    let ticking = clock.clone();
    let config = sandbox::Config {
        accounts: count,
        ..sandbox::Config::practice(
            seed,
            Arc::new(move || ticking.reading().wall.timestamp_millis()),
        )
    };
    let sandbox = Sandbox::start(config).await?;
    let control = sandbox.control();
    control.refresh_behaviour(RefreshBehaviour::NewStringOldLives);
    control.hourly_calls(None);
    let endpoints = Endpoints::parse(&sandbox.endpoints_toml())?;
    let ids: Vec<String> = control
        .accounts()
        .into_iter()
        .filter(|account| account.account_type != sandbox::AccountType::Personal)
        .take(count)
        .map(|account| account.id)
        .collect();

    let dir = scratch()?;
    let slot = MemorySlot::new();
    let open = || -> Result<(Handle, tokio::task::JoinHandle<()>)> {
        Ok(start(Config {
            data_dir: dir.path().to_owned(),
            endpoints: endpoints.clone(),
            clock: Arc::new(clock.clone()),
            desktop: Arc::new(Silent),
            keeper: Arc::new(Keeper::memory(&slot, Real::from_secs(20))),
            pace: Pace {
                in_flight: AT_ONCE,
                pause_ms: 0,
            },
            limits: Limits::default(),
            only_asked: false,
            sync_by_itself: false,
            practice: None,
            raise: Arc::new(|| false),
        })?)
    };
    let (handle, task) = open()?;
    connect(&handle, &control, &ids).await?;
    settled(&handle, ids.len(), |_| true).await?;
    handle.stop();
    task.await?;
    clock.shift(LATER.num_milliseconds());

    // The same calls without Relink, before and after: a computer drifts.
    let first = bare(&endpoints, &control, &ids).await?;
    let before = resident()?;
    let begun = SystemClock.reading().elapsed;
    let (handle, task) = open()?;
    let renewed =
        |account: &AccountView| account.last_renewed_at.is_some() && account.status == "connected";
    let most = settled(&handle, ids.len(), renewed).await?;
    let took = SystemClock.reading().elapsed - begun;
    handle.stop();
    task.await?;
    let second = bare(&endpoints, &control, &ids).await?;
    sandbox.stop().await;

    let loop_took = (first + second) / 2;
    let ratio = took.num_milliseconds() as f64 / loop_took.num_milliseconds().max(1) as f64;
    let line = format!(
        "{count} due accounts renewed and proved in {:.1} s, the bare loop {:.1} s: {ratio:.2} × (target {TARGET}); \
         memory {before} MB before, {most} MB at most",
        seconds(took),
        seconds(loop_took),
    );
    // A ratio is no matter for every commit: the machine may be busy with something else.
    let missed = size == Size::Full && ratio > TARGET;
    Ok(Report {
        line,
        failures: if missed {
            vec![format!("{ratio:.2} × is above {TARGET}")]
        } else {
            Vec::new()
        },
        unmeasured: None,
    })
}

fn seconds(time: Duration) -> f64 {
    time.num_milliseconds() as f64 / 1_000.0
}

/// Adds every account by a token made at the provider.
async fn connect(handle: &Handle, control: &Control, ids: &[String]) -> Result<()> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for id in ids {
        let place = Arc::clone(&places).acquire_owned().await?;
        let (handle, token) = (handle.clone(), control.mint_token(id)?);
        tasks.spawn(async move {
            let command = Command::AddToken {
                app: None,
                route: Route::Instagram,
                token: token.into(),
            };
            let added = handle.run(command).await;
            drop(place);
            added
        });
    }
    while let Some(added) = tasks.join_next().await {
        added?.context("an account could not be added")?;
    }
    Ok(())
}

/// Waits until every account is as it should be and at rest, by what a window is told; gives the most
/// memory used meanwhile, in MB. The page of a window asks once and listens from then on, and so does this:
/// asking for ten thousand accounts again and again would be part of what is measured.
async fn settled(
    handle: &Handle,
    count: usize,
    as_it_should_be: impl Fn(&AccountView) -> bool,
) -> Result<u64> {
    let mut patches = handle.patches();
    let mut there: HashSet<String> = HashSet::new();
    let mut look = |account: &AccountView| {
        if as_it_should_be(account) && account.activity.is_none() {
            there.insert(account.id.clone());
        } else {
            there.remove(&account.id);
        }
        there.len()
    };
    let mut arrived = 0;
    for account in &everyone(handle).await? {
        arrived = look(account);
    }
    let mut most = resident()?;
    let until = tokio::time::Instant::now() + PATIENCE;
    while arrived < count {
        let told = tokio::time::timeout_at(until, patches.recv()).await;
        let changed = match told.context("the accounts do not settle")? {
            Ok(patch) => patch.accounts.clone(),
            Err(RecvError::Lagged(_)) => everyone(handle).await?,
            Err(RecvError::Closed) => bail!("the engine has ended"),
        };
        for account in &changed {
            arrived = look(account);
        }
        most = most.max(resident()?);
    }
    Ok(most)
}

async fn everyone(handle: &Handle) -> Result<Vec<AccountView>> {
    let mut accounts = Vec::new();
    loop {
        let from = accounts.len();
        let Reply::Snapshot(page) = handle.run(Command::Snapshot { from }).await? else {
            bail!("another reply")
        };
        accounts.extend(page.accounts);
        if !page.more {
            return Ok(accounts);
        }
    }
}

/// The calls a renewal and its proof consist of, and nothing else.
async fn bare(endpoints: &Endpoints, control: &Control, ids: &[String]) -> Result<Duration> {
    let instagram = Arc::new(Instagram::new(
        endpoints.instagram.clone(),
        Limits::default(),
    )?);
    // Old enough to be renewed.
    let mint = sandbox::Mint {
        issued_at: Some(control.now() - LATER.num_milliseconds()),
        ..sandbox::Mint::default()
    };
    let tokens: Result<Vec<(AccountId, AccessToken)>> = ids
        .iter()
        .map(|id| {
            let token = control.mint(id, mint.clone())?;
            Ok((AccountId::new(id.as_str()), AccessToken::new(token)))
        })
        .collect();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    let begun = SystemClock.reading().elapsed;
    for (id, token) in tokens? {
        let place = Arc::clone(&places).acquire_owned().await?;
        let instagram = Arc::clone(&instagram);
        tasks.spawn(async move {
            let fresh = instagram.renew(&token).await.result;
            let sound = match fresh {
                Ok(fresh) => {
                    let profile = instagram.profile(&fresh.token).await.result.is_ok();
                    let quota = instagram.publishing_limit(&fresh.token, &id).await;
                    profile && quota.result.is_ok()
                }
                Err(_) => false,
            };
            drop(place);
            sound
        });
    }
    while let Some(sound) = tasks.join_next().await {
        if !sound? {
            bail!("a bare call was refused");
        }
    }
    Ok(SystemClock.reading().elapsed - begun)
}

/// Memory of this process in MB, the provider's part included.
pub(super) fn resident() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kb = line
        .and_then(|line| line.split_whitespace().nth(1))
        .map_or(Ok(0), str::parse::<u64>)?;
    Ok(kb / 1_024)
}
