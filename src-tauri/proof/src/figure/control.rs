//! The control of figure 9: a writer on Relink's own schema that differs in one pragma only.

use std::path::Path;
use std::process::{ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};
use rusqlite::Connection;
use store::{DATABASE_FILE, Store};

use super::{Stage, power};
use crate::chance::Chance;
use crate::setting;
use crate::trace;
use crate::tracer::{self, Watch};
use crate::world::scratch;

const NUMBER: &str = "proof.number";

/// What the control lost.
pub(super) struct Losses {
    pub(super) images: usize,
    pub(super) lost: usize,
}

/// Writes numbers and acknowledges each, with `synchronous` at `level`: the process that is recorded.
///
/// # Errors
/// The database does not do it.
pub fn write(data: &Path, level: &str, numbers: u32) -> Result<ExitCode> {
    drop(Store::open(setting::lock(data)?)?);
    let database = Connection::open(data.join(DATABASE_FILE))?;
    let _mode: String = database.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    database.pragma_update(None, "synchronous", level)?;
    for number in 1..=numbers {
        database.execute(
            "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
            (NUMBER, number.to_string()),
        )?;
        crate::actor::line(&number.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn losses(stage: &Stage, level: &str) -> Result<Losses> {
    let numbers = stage.size.of("6", "40", "120");
    let dir = scratch()?;
    let (data, trace) = (dir.path().join("data"), dir.path().join("trace"));
    std::fs::create_dir_all(&data)?;
    let arguments = [
        "control".as_ref(),
        data.as_path(),
        level.as_ref(),
        numbers.as_ref(),
    ];
    let watch = Watch::Record(&trace::KINDS);
    let status = tracer::command(watch, &trace, &stage.actor, &arguments)
        .stdout(Stdio::null())
        .status()?;
    ensure!(status.success(), "the control run failed");
    let deeds = trace::read(&trace, &data)?;
    let mut lost = 0;
    let mut chance = Chance::new(stage.seed, 3_000);
    let most = stage.size.of(100, 600, 2_000);
    let images = power::every_loss(stage, &deeds, &mut chance, most, judge, |_, _| lost += 1);
    Ok(Losses { images, lost })
}

fn judge(loss: &power::Loss) -> Result<()> {
    let Some(promised) = loss.said.last() else {
        return Ok(()); // nothing was acknowledged yet
    };
    let (_dir, data) = power::folder()?;
    power::lay(&loss.image, &data)?;
    let store = Store::open(setting::lock(&data)?)?;
    let found = store.read().setting(NUMBER)?.context("no number")?;
    let (found, promised): (u32, u32) = (found.parse()?, promised.parse()?);
    ensure!(found >= promised, "promised {promised}, found {found}");
    Ok(())
}
