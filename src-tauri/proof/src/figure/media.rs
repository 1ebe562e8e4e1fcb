//! Not of the security document: ten thousand items of one account are fetched, cut off half way and gone on with, in
//! flat memory; and their rows are written at a rate held against bare `SQLite` (product document, section 7).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration as Real;

use anyhow::{Context as _, Result, bail};
use chrono::Duration;
use domain::Timestamp;
use domain::account::{Account, AccountId, AccountType, Profile};
use domain::grant::{Grant, Route};
use domain::media::{MediaItem, MediaKind};
use engine::clock::{Clock as _, SystemClock};
use engine::command::{Command, Reply};
use engine::view::AccountView;
use engine::{Config, Handle, Pace, start};
use meta::{Endpoints, Limits};
use rusqlite::{Connection, params};
use sandbox::{Change, Endpoint, Sandbox};
use store::{DataLock, Store};
use vault::{Keeper, MemorySlot};

use super::throughput::{Silent, resident};
use super::{Report, Size, Stage};
use crate::world::scratch;

/// Rows in one transaction: a page of the provider's.
const PAGE: usize = 100;

/// The store may write rows at this part of the bare rate.
const TARGET: f64 = 0.6;

/// Memory may grow by so much, in MB, between a tenth of the way and its end.
const FLAT: u64 = 32;

/// Rates are medians of so many turns, taken by turns: a computer drifts.
const TURNS: usize = 9;

pub(super) fn measure(stage: &Stage) -> Result<Report> {
    let count: u64 = stage.size.of(400, 10_000, 10_000);
    let fetched = stage.runtime.block_on(fetch(stage.seed, count))?;
    let rate = rate(usize::try_from(count)?)?;
    let mut failures = fetched.failures;
    if stage.size == Size::Full && rate < TARGET {
        failures.push(format!("{rate:.2} × is below {TARGET}"));
    }
    Ok(Report {
        line: format!(
            "{}; rows written at {rate:.2} × bare SQLite (target {TARGET})",
            fetched.line
        ),
        failures,
        unmeasured: None,
    })
}

async fn fetch(seed: u64, count: u64) -> Result<Report> {
    let clock = Arc::new(|| SystemClock.wall().timestamp_millis());
    let sandbox = Sandbox::start(sandbox::Config::practice(seed, clock)).await?;
    let control = sandbox.control();
    control.hourly_calls(None);
    let account = control.accounts().first().context("an account")?.id.clone();
    control.apply(&account, Change::HasMedia(count))?;
    let (dir, slot) = (scratch()?, MemorySlot::new());
    let endpoints = Endpoints::parse(&sandbox.endpoints_toml())?;
    let open = || -> Result<(Handle, tokio::task::JoinHandle<()>)> {
        Ok(start(Config {
            data_dir: dir.path().to_owned(),
            endpoints: endpoints.clone(),
            clock: Arc::new(SystemClock),
            desktop: Arc::new(Silent),
            keeper: Arc::new(Keeper::memory(&slot, Real::from_secs(20))),
            pace: Pace {
                in_flight: 4,
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
    let token = control.mint_token(&account)?.into();
    let route = Route::Instagram;
    handle
        .run(Command::AddToken {
            route,
            app: None,
            token,
        })
        .await?;
    let before = resident()?;
    let begun = SystemClock.reading().elapsed;
    let ids = vec![account.clone()];
    handle.run(Command::Sync { ids }).await?;
    let mut early = 0;
    let mut most = 0;
    let mut look = |done: u64| -> Result<()> {
        let now = resident()?;
        if done <= count / 10 {
            early = early.max(now);
        }
        most = most.max(now);
        Ok(())
    };
    // Half way the engine is cut off, as in a crash, and opened again.
    until(&handle, &account, |it| {
        look(it.sync.done)?;
        Ok(it.sync.done >= count / 2)
    })
    .await?;
    task.abort();
    drop(task.await);
    drop(handle);
    let (handle, task) = open()?;
    until(&handle, &account, |it| {
        look(it.sync.done)?;
        Ok(it.sync.state == "resting")
    })
    .await?;
    let took = SystemClock.reading().elapsed - begun;
    let kept = look_at(&handle, &account).await?.kept.media;
    handle.stop();
    task.await?;
    let calls = control.count(Endpoint::Media);
    sandbox.stop().await;
    let pages = count.div_ceil(PAGE as u64);
    let mut failures = Vec::new();
    if kept != count {
        failures.push(format!("{kept} of {count} items are kept"));
    }
    if calls > pages + 1 {
        failures.push(format!("{calls} calls for {pages} pages and one cut"));
    }
    if most > early.max(before) + FLAT {
        failures.push(format!("memory grew from {early} to {most} MB"));
    }
    let seconds = took.num_milliseconds() as f64 / 1_000.0;
    Ok(Report {
        line: format!(
            "{kept} items with their pictures fetched in {seconds:.1} s through one cut, {calls} calls for {pages} \
             pages; memory {before} MB before, {early} MB early, {most} MB at most"
        ),
        failures,
        unmeasured: None,
    })
}

async fn until(
    handle: &Handle,
    id: &str,
    mut there: impl FnMut(&AccountView) -> Result<bool>,
) -> Result<()> {
    for _ in 0..60_000 {
        if there(&look_at(handle, id).await?)? {
            return Ok(());
        }
        tokio::time::sleep(Real::from_millis(10)).await;
    }
    bail!("the sync does not get there")
}

async fn look_at(handle: &Handle, id: &str) -> Result<AccountView> {
    let Reply::Snapshot(page) = handle.run(Command::Snapshot { from: 0 }).await? else {
        bail!("another reply")
    };
    let found = page.accounts.into_iter().find(|account| account.id == id);
    found.context("the account is not there")
}

/// How fast the store writes rows, against the same rows written without it, in transactions of the same size.
fn rate(count: usize) -> Result<f64> {
    let items: Vec<MediaItem> = (0..count).map(item).collect();
    let mut ratios = Vec::new();
    for _ in 0..TURNS {
        let ours = timed(|dir| by_the_store(dir, &items))?;
        let bare = timed(|dir| bare(dir, &items))?;
        ratios.push(bare / ours);
    }
    ratios.sort_by(f64::total_cmp);
    ratios.get(TURNS / 2).copied().context("no turn was taken")
}

fn timed(write: impl FnOnce(&Path) -> Result<Duration>) -> Result<f64> {
    let dir = scratch()?;
    let took = write(dir.path())?;
    Ok(took.num_microseconds().unwrap_or(i64::MAX).max(1) as f64)
}

fn by_the_store(dir: &Path, items: &[MediaItem]) -> Result<Duration> {
    let mut store = Store::open(DataLock::acquire(dir, "proof")?)?;
    let now = SystemClock.wall();
    let id = AccountId::new("17841400000000001");
    let profile = Profile {
        user_id: id.clone(),
        username: "acme.bakery".to_owned(),
        name: None,
        account_type: AccountType::Business,
    };
    let grant = Grant {
        route: Route::Instagram,
        scopes: None,
        issued_at: None,
        expires_at: None,
        page: None,
    };
    store.transaction(|tx| tx.save_account(&Account::connected(profile, grant, now)))?;
    let begun = SystemClock.reading().elapsed;
    for page in items.chunks(PAGE) {
        store.transaction(|tx| tx.save_media(&id, 1, page, now).map(drop))?;
    }
    Ok(SystemClock.reading().elapsed - begun)
}

fn bare(dir: &Path, items: &[MediaItem]) -> Result<Duration> {
    let mut database = Connection::open(dir.join("bare.db"))?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE media (account_id TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, caption TEXT NOT NULL,
             permalink TEXT NOT NULL, posted_at INTEGER, likes INTEGER, comments INTEGER, run INTEGER NOT NULL,
             seen_at INTEGER NOT NULL, gone_at INTEGER, PRIMARY KEY (account_id, id)) STRICT, WITHOUT ROWID;
         CREATE INDEX media_by_age ON media (account_id, posted_at, id);",
    )?;
    let now = SystemClock.wall().timestamp_millis();
    let begun = SystemClock.reading().elapsed;
    for page in items.chunks(PAGE) {
        let transaction = database.transaction()?;
        {
            let mut write = transaction.prepare_cached(
                "INSERT INTO media VALUES ('17841400000000001', ?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, NULL)",
            )?;
            for item in page {
                write.execute(params![
                    item.id,
                    item.kind.code(),
                    item.caption,
                    item.permalink,
                    item.posted_at.map(|at| at.timestamp_millis()),
                    item.likes.map(u64::cast_signed),
                    item.comments.map(u64::cast_signed),
                    now,
                ])?;
            }
        }
        transaction.commit()?;
    }
    Ok(SystemClock.reading().elapsed - begun)
}

fn item(number: usize) -> MediaItem {
    let id = 18_000_000_000_000_001 + number as u64;
    let hours = i64::try_from(number).unwrap_or(i64::MAX / 3_600);
    MediaItem {
        id: id.to_string(),
        kind: MediaKind::Image,
        caption: format!("Fresh this morning, number {number}. Come by. #acmebakery ☀️"),
        permalink: format!("https://www.instagram.com/p/{id}/"),
        posted_at: Timestamp::from_timestamp(1_790_000_000 - hours * 3_600, 0),
        likes: Some(id % 900),
        comments: Some(id % 40),
    }
}
