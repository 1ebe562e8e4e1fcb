//! Figure 9: the power goes after any deed; nothing that was acknowledged is lost. The same images of
//! a writer with `synchronous=NORMAL` must lose something, or the images prove nothing.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use sandbox::RefreshBehaviour;
use tempfile::TempDir;

use super::{BEHAVIOURS, Report, Stage, control};
use crate::chance::Chance;
use crate::disk::{Disk, Image};
use crate::inspect::inspect;
use crate::ledger::Ledger;
use crate::play::{End, play};
use crate::script;
use crate::setting::Place;
use crate::trace::{self, Deed};
use crate::tracer::Watch;
use crate::world::{World, scratch, side_by_side};

const LENGTH: usize = 6;
/// Images that are built before they are looked at: a few hundred megabytes at most.
const AT_ONCE: usize = 256;

/// One state of the disk and everything that had been acknowledged by then.
pub(super) struct Loss {
    /// After how many deeds the power went.
    pub(super) after: usize,
    /// How much of what was not synced had arrived.
    pub(super) how: &'static str,
    pub(super) image: Image,
    pub(super) said: Vec<String>,
}

pub(super) fn measure(stage: &Stage) -> Result<Report> {
    let wanted = stage.size.of(250, 3_000, 20_000);
    let mut report = Report::default();
    let (mut images, mut number) = (0, 0_u64);
    while images < wanted {
        let place = usize::try_from(number % 3).unwrap_or(0);
        let behaviour = BEHAVIOURS.get(place).copied().unwrap_or(BEHAVIOURS[0]);
        let share = stage.size.of(wanted / 3 + 1, wanted / 3 + 1, usize::MAX);
        let one = share.min(wanted - images);
        images += power_losses(stage, number, behaviour, one, &mut report)?;
        number += 1;
    }
    let lost = report.failures.len();
    let full = control::losses(stage, "FULL")?;
    let normal = control::losses(stage, "NORMAL")?;
    if full.lost > 0 {
        report
            .failures
            .push(format!("the control run with FULL lost {}", full.lost));
    }
    if normal.lost == 0 {
        report
            .failures
            .push("the control run with NORMAL lost nothing".to_owned());
    }
    report.line = format!(
        "power losses: {lost} of {images} images lost an acknowledged write ({number} scripts); \
         control with FULL {} of {}, with NORMAL {} of {}",
        full.lost, full.images, normal.lost, normal.images
    );
    Ok(report)
}

fn power_losses(
    stage: &Stage,
    number: u64,
    behaviour: RefreshBehaviour,
    most: usize,
    report: &mut Report,
) -> Result<usize> {
    let seed = stage.seed.wrapping_add(number);
    let mut chance = Chance::new(stage.seed, 2_000 + number);
    let world = stage.runtime.block_on(World::new(seed, behaviour))?;
    let steps = script::draw(&mut chance, &world.ids(), LENGTH);
    let (ledger, end) = play(&stage.actor, &world, &steps, Watch::Record(&trace::KINDS))?;
    ensure!(
        end == End::Left(0) && ledger.ended,
        "the recording failed: {end:?}"
    );
    let deeds = trace::read(&world.place.trace(), &world.place.data())?;
    let judge = |loss: &Loss| -> Result<()> {
        let dir = scratch()?;
        let place = Place::at(dir.path());
        place.prepare()?;
        lay(&loss.image, &place.data())?;
        for key in std::fs::read_dir(world.place.keys())? {
            let key = key?;
            std::fs::copy(key.path(), place.keys().join(key.file_name()))?;
        }
        let mut ledger = Ledger::default();
        for line in &loss.said {
            ledger.hear(&serde_json::from_str(line)?);
        }
        inspect(&place, &ledger, &steps).map(drop)
    };
    let images = every_loss(stage, &deeds, &mut chance, most, judge, |loss, error| {
        report.failures.push(format!(
            "script {number} ({behaviour:?}), after {} of {} deeds, {} arrived: {error:#}",
            loss.after,
            deeds.len(),
            loss.how
        ));
    });
    Ok(images)
}

/// Lets the power go after every deed, in four ways each, and judges what is left; gives the number
/// of images. Where `most` is less than there are, a sample is taken.
pub(super) fn every_loss(
    stage: &Stage,
    deeds: &[Deed],
    chance: &mut Chance,
    most: usize,
    judge: impl Fn(&Loss) -> Result<()> + Sync,
    mut found: impl FnMut(&Loss, &anyhow::Error),
) -> usize {
    let telling = deeds
        .iter()
        .filter(|deed| !matches!(deed, Deed::Opened { .. }));
    let all = telling.count() * 4;
    let percent = (most.saturating_mul(100) / all.max(1)).clamp(1, 100);
    let (mut disk, mut said, mut losses) = (Disk::default(), Vec::new(), Vec::new());
    let mut images = 0;
    let last = deeds.len();
    for (deed, after) in deeds.iter().zip(1..) {
        disk.take(deed);
        if let Deed::Said(line) = deed {
            said.push(line.clone());
        }
        for how in ["nothing else", "everything", "a part", "another part"] {
            if images + losses.len() >= most || !chance.percent(percent) {
                continue;
            }
            let image = match how {
                "nothing else" => disk.surely(),
                "everything" => disk.wholly(),
                _ => disk.partly(&mut Chance::new(chance.next(), 0)),
            };
            losses.push(Loss {
                after,
                how,
                image,
                said: said.clone(),
            });
        }
        if losses.len() >= AT_ONCE || after == last {
            let verdicts = side_by_side(stage.runtime.handle(), &losses, |_, loss| judge(loss));
            for (loss, verdict) in losses.iter().zip(verdicts) {
                if let Err(error) = verdict {
                    found(loss, &error);
                }
            }
            images += losses.len();
            losses.clear();
        }
    }
    images
}

/// Writes an image down.
pub(super) fn lay(image: &Image, data: &Path) -> Result<()> {
    for (name, bytes) in image {
        let path = data.join(name);
        if name.ends_with('/') {
            std::fs::create_dir_all(path)?;
        } else {
            std::fs::write(&path, bytes).with_context(|| name.clone())?;
        }
    }
    Ok(())
}

/// A folder to lay an image in.
pub(super) fn folder() -> Result<(TempDir, std::path::PathBuf)> {
    let dir = scratch()?;
    let data = dir.path().join("data");
    std::fs::create_dir_all(&data)?;
    Ok((dir, data))
}
