//! Figure 12: damaged files end in a named state, never in a panic, never in a silent empty start.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use engine::command::Command;
use engine::view::Snapshot;
use sandbox::RefreshBehaviour;
use tokio::runtime::Handle;

use super::survival::Play;
use super::{Report, Stage};
use crate::chance::Chance;
use crate::ledger::Ledger;
use crate::play::{End, play};
use crate::reopen::quiet;
use crate::script::{self, Step};
use crate::setting::{self, Place};
use crate::spoil::Spoil;
use crate::tracer::Watch;
use crate::world::{World, scratch, side_by_side};

/// A whole data folder, and what was acknowledged in it.
struct Whole {
    world: World,
    ledger: Ledger,
}

/// What a start on damaged data came to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// Relink says why it shows no accounts.
    Obstacle(String),
    /// Every account is shown, or named as unreadable.
    Complete { unreadable: bool },
    /// Fewer accounts than there were.
    Older,
}

pub(super) fn measure(stage: &Stage) -> Result<Report> {
    let wanted = stage.size.of(130, 600, 2_000);
    let wholes = [whole(stage, false)?, whole(stage, true)?];
    let jobs: Vec<(usize, Spoil)> = (0..wanted).zip(Spoil::ALL.into_iter().cycle()).collect();
    let results = side_by_side(stage.runtime.handle(), &jobs, |runtime, (number, spoil)| {
        let mut chance = Chance::new(stage.seed, 4_000 + *number as u64);
        let logged = usize::from(chance.percent(60) || spoil.needs_log());
        let whole = wholes.get(logged).context("two folders")?;
        one(runtime, whole, *spoil, &mut chance)
    });
    let mut report = Report::default();
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    for ((number, spoil), result) in jobs.iter().zip(results) {
        match result {
            Ok(state) => {
                let name = match state {
                    State::Obstacle(reason) => format!("obstacle {reason}"),
                    State::Complete { unreadable: false } => "all accounts shown".to_owned(),
                    State::Complete { unreadable: true } => "unreadable accounts named".to_owned(),
                    State::Older => "opened as it was earlier".to_owned(),
                };
                *states.entry(name).or_default() += 1;
            }
            Err(error) => report
                .failures
                .push(format!("case {number}, {spoil:?}: {error:#}")),
        }
    }
    let states: Vec<String> = states
        .iter()
        .map(|(name, n)| format!("{n} {name}"))
        .collect();
    report.line = format!(
        "damaged files: {} of {} in a named state ({})",
        jobs.len() - report.failures.len(),
        jobs.len(),
        states.join(", ")
    );
    Ok(report)
}

/// A folder with a day's work in it: closed in peace, or with the last of it in the log alone.
fn whole(stage: &Stage, logged: bool) -> Result<Whole> {
    let behaviour = RefreshBehaviour::NewStringOldLives;
    let draw = |ids: &[String]| script::full_house(&mut Chance::new(stage.seed, 5_000), ids);
    let filled = Play::new(stage.runtime.handle(), stage.seed, behaviour, draw)?;
    let world = stage.runtime.block_on(World::new(stage.seed, behaviour))?;
    let mut steps = filled.steps;
    if logged {
        // The last connection that closes empties the log: where none closes, it stays.
        steps.push(Step::Crash);
    }
    let (ledger, end) = play(&stage.actor, &world, &steps, Watch::Nobody)?;
    let as_planned = match &end {
        End::Fell(how) => logged && !how.contains("panicked"),
        End::Left(code) => !logged && *code == 0,
        End::Killed => false,
    };
    ensure!(as_planned, "a folder could not be filled: {end:?}");
    let filled = ledger.shown.accounts.len();
    ensure!(
        filled == script::ACCOUNTS,
        "only {filled} accounts: {:?}",
        ledger
    );
    Ok(Whole { world, ledger })
}

fn one(runtime: &Handle, whole: &Whole, spoil: Spoil, chance: &mut Chance) -> Result<State> {
    let dir = scratch()?;
    let place = Place::at(dir.path());
    copy(whole.world.place.folder(), dir.path())?;
    let what = spoil.inflict(&place.data(), chance)?;
    let spoilt = std::fs::read(place.data().join(store::DATABASE_FILE)).unwrap_or_default();
    let state = runtime.block_on(async {
        let opened = open(whole, &place, spoil);
        let opened = tokio::time::timeout(std::time::Duration::from_secs(60), opened).await;
        opened.context("it never comes to rest")?
    });
    let state = state.with_context(|| what.clone())?;
    if state == State::Obstacle("damaged".to_owned()) {
        ensure!(
            lies_somewhere(&place.data(), &spoilt)?,
            "{what}: the damaged file is gone"
        );
    }
    Ok(state)
}

async fn open(whole: &Whole, place: &Place, spoil: Spoil) -> Result<State> {
    let (handle, task) = setting::begin(place, &whole.world.endpoints, &whole.world.clock)?;
    let looked = async {
        let picture = setting::snapshot(&handle).await?;
        if picture.app.obstacle.is_none() {
            use_it(&handle, &picture).await?;
        }
        Ok::<_, anyhow::Error>(picture)
    };
    let looked = looked.await;
    handle.stop();
    task.await.context("a panic")?;
    judge(&looked?, &whole.ledger, spoil)
}

/// Whatever opened is used: looked at, named, written to. Commands may be refused, by name.
async fn use_it(handle: &engine::Handle, picture: &Snapshot) -> Result<()> {
    drop(handle.run(Command::Check { ids: vec![] }).await);
    quiet(handle).await?;
    for account in &picture.accounts {
        let label = Command::SetLabel {
            id: account.id.clone(),
            label: "after".to_owned(),
        };
        drop(handle.run(label).await);
        let history = Command::History {
            account_id: Some(account.id.clone()),
            before: None,
            limit: 50,
        };
        drop(handle.run(history).await);
    }
    setting::snapshot(handle).await.map(drop)
}

fn judge(picture: &Snapshot, ledger: &Ledger, spoil: Spoil) -> Result<State> {
    if let Some(obstacle) = &picture.app.obstacle {
        return Ok(State::Obstacle(obstacle.reason.to_owned()));
    }
    let promised = ledger.shown.accounts.len();
    let named = picture.app.unreadable.len();
    let there = picture.accounts.len() + named;
    if there >= promised {
        return Ok(State::Complete {
            unreadable: named > 0,
        });
    }
    if there == 0 && spoil != Spoil::DeletedRows {
        bail!("a silent empty start");
    }
    ensure!(
        spoil.takes_rows(),
        "{there} of {promised} accounts, and not a word"
    );
    Ok(State::Older)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Whether these bytes are still in a file below `folder`.
fn lies_somewhere(folder: &Path, bytes: &[u8]) -> Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            lies_somewhere(&path, bytes)?
        } else {
            std::fs::read(&path).is_ok_and(|found| found == bytes)
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}
