//! Figure 10: the disk refuses, once or from then on; Relink says so and loses nothing it had said.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::survival::Play;
use super::{BEHAVIOURS, Report, Stage};
use crate::actor::NOT_STARTED;
use crate::calls::Call;
use crate::chance::Chance;
use crate::ledger::Ledger;
use crate::play::End;
use crate::script;
use crate::tracer::{Blow, Strike};
use crate::world::{World, side_by_side};

/// Which calls can fail in which ways (the manual pages of each).
const FAULTS: [(&str, &[&str]); 12] = [
    (
        "openat",
        &["ENOSPC", "EIO", "EROFS", "EDQUOT", "EACCES", "EMFILE"],
    ),
    ("write", &["ENOSPC", "EIO", "EDQUOT"]),
    ("pwrite64", &["ENOSPC", "EIO", "EDQUOT"]),
    ("pread64", &["EIO"]),
    ("fsync", &["EIO", "ENOSPC", "EDQUOT"]),
    ("fdatasync", &["EIO", "ENOSPC", "EDQUOT"]),
    ("ftruncate", &["EIO", "EROFS"]),
    ("unlink", &["EIO", "EROFS", "EACCES"]),
    ("rename", &["EIO", "ENOSPC", "EROFS"]),
    ("mkdir", &["ENOSPC", "EIO", "EROFS", "EDQUOT"]),
    ("chmod", &["EIO", "EROFS", "EPERM"]),
    ("fcntl", &["ENOLCK"]),
];

/// What lies in a data folder.
const FILES: [&str; 9] = [
    "",
    "relink.db",
    "relink.db-wal",
    "relink.db-shm",
    "relink.db-journal",
    "relink.lock",
    "backups",
    "backups/unfinished.db",
    "backups/relink-000001.db",
];

const LENGTH: usize = 5;

pub(super) fn measure(stage: &Stage) -> Result<Report> {
    let wanted = stage.size.of(24, 300, 1_000);
    let share = stage.size.of(12, 100, 170);
    let mut report = Report::default();
    let (mut named, mut unharmed, mut number) = (0, 0, 0_u64);
    let mut names = BTreeSet::new();
    while named + unharmed + report.failures.len() < wanted {
        let mut chance = Chance::new(stage.seed, 1_000 + number);
        let place = usize::try_from(number % 3).unwrap_or(0);
        let behaviour = BEHAVIOURS.get(place).copied().unwrap_or(BEHAVIOURS[0]);
        let seed = stage.seed.wrapping_add(number);
        let play = Play::new(stage.runtime.handle(), seed, behaviour, |ids| {
            script::draw(&mut chance, ids, LENGTH)
        })?;
        let kinds: Vec<&'static str> = FAULTS.iter().map(|(kind, _)| *kind).collect();
        let (world, calls) = play.rehearse(stage, &kinds)?;
        let mut points = points(&calls, &world.place.data().display().to_string());
        chance.shuffle(&mut points);
        points.truncate(share);
        let results = side_by_side(stage.runtime.handle(), &points, |runtime, point| {
            play.strike(stage, runtime, *point, Some(&FILES))
        });
        for (point, result) in points.iter().zip(results) {
            let about = format!("play {number} ({behaviour:?}), {point}");
            match result {
                Err(error) => report.failures.push(format!("{about}: {error:#}")),
                Ok((_, world)) if !was_struck(&world) => {}
                Ok((left, _)) if !ended(&left.end) || !left.is_told_truly(behaviour) => report
                    .failures
                    .push(format!("{about}: {:?}, {:?}", left.end, left.found)),
                Ok((left, _)) => {
                    let Ledger {
                        refused,
                        not_started,
                        ..
                    } = left.ledger;
                    let said: Vec<String> = refused.into_values().chain(not_started).collect();
                    if said.is_empty() {
                        unharmed += 1;
                    } else {
                        named += 1;
                    }
                    names.extend(said);
                }
            }
        }
        number += 1;
    }
    let names: Vec<String> = names.into_iter().collect();
    report.line = format!(
        "faults of the disk: {} met ({number} scripts), {named} named ({}), {unharmed} without harm, {} failed",
        named + unharmed + report.failures.len(),
        names.join(", "),
        report.failures.len()
    );
    Ok(report)
}

/// The call that was to be struck may not have come: then nothing is proved.
fn was_struck(world: &World) -> bool {
    let trace = std::fs::read_to_string(world.place.trace()).unwrap_or_default();
    trace.contains("INJECTED")
}

/// By itself, in one of the two ways there are.
fn ended(end: &End) -> bool {
    [0, i32::from(NOT_STARTED)]
        .iter()
        .any(|code| *end == End::Left(*code))
}

/// Every call of the main thread to the data folder, with each error it can have, once and for good.
fn points(calls: &[Call], data: &str) -> Vec<Strike> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut points = Vec::new();
    for call in calls.iter().filter(|call| call.main) {
        let Some((kind, errors)) = FAULTS.iter().find(|(kind, _)| *kind == call.kind) else {
            continue;
        };
        if !call.rest.contains(data) {
            continue;
        }
        let number = counts.entry(kind).or_default();
        *number += 1;
        for error in *errors {
            for blow in [Blow::Fail(error), Blow::FailFromHere(error)] {
                // Locks are given back without fail, and one that never comes is only waited for.
                let about_locks = *kind == "fcntl";
                if about_locks
                    && (call.rest.contains("F_UNLCK") || matches!(blow, Blow::FailFromHere(_)))
                {
                    continue;
                }
                points.push(Strike {
                    call: kind,
                    number: *number,
                    blow,
                });
            }
        }
    }
    points
}
