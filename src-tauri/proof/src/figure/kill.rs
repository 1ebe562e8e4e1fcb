//! Figure 8: killed at any system call, nothing that was acknowledged is lost.

use std::collections::BTreeSet;

use anyhow::Result;
use sandbox::RefreshBehaviour;

use super::survival::Play;
use super::{BEHAVIOURS, Report, Stage};
use crate::calls::Call;
use crate::chance::Chance;
use crate::play::End;
use crate::script;
use crate::tracer::{Blow, Strike};
use crate::world::side_by_side;

/// Calls that change something outside the process, learn something from there, or hold a lock.
pub(super) const KINDS: [&str; 18] = [
    "openat",
    "pread64",
    "read",
    "write",
    "writev",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "unlink",
    "rename",
    "mkdir",
    "chmod",
    "fcntl",
    "flock",
    "close",
    "sendto",
    "recvfrom",
];

/// Steps beyond the first accounts.
const LENGTH: usize = 7;

/// Every so many scripts one is the wizard's whole way.
const WALKED: u64 = 4;

pub(super) fn measure(stage: &Stage) -> Result<Report> {
    let wanted = stage.size.of(30, 900, 10_000);
    let share = stage.size.of(10, 300, usize::MAX);
    let (mut killed, mut runs, mut play_number) = (0, 0, 0_u64);
    let mut kinds = BTreeSet::new();
    let mut report = Report::default();
    while killed < wanted {
        let mut chance = Chance::new(stage.seed, play_number);
        let behaviour = cycle(play_number);
        let seed = stage.seed.wrapping_add(play_number);
        let play = Play::new(stage.runtime.handle(), seed, behaviour, |ids| {
            if play_number % WALKED == 1 {
                script::way_back(ids)
            } else {
                script::draw(&mut chance, ids, LENGTH)
            }
        })?;
        let (world, calls) = play.rehearse(stage, &KINDS)?;
        let mut points = points(&calls, &world.place.data().display().to_string());
        chance.shuffle(&mut points);
        points.truncate(share.min(wanted - killed + 20));
        let results = side_by_side(stage.runtime.handle(), &points, |runtime, point| {
            play.strike(stage, runtime, *point, None)
        });
        for (point, result) in points.iter().zip(results) {
            runs += 1;
            let about = format!("play {play_number} ({behaviour:?}), {point}");
            match result {
                Err(error) => report.failures.push(format!("{about}: {error:#}")),
                Ok((left, _)) if left.end == End::Killed => {
                    killed += 1;
                    kinds.insert(point.call);
                    if !left.is_told_truly(behaviour) {
                        report.failures.push(format!("{about}: {:?}", left.found));
                    }
                }
                Ok((left, _)) if left.end == End::Left(0) => {}
                Ok((left, _)) => report.failures.push(format!("{about}: {:?}", left.end)),
            }
        }
        play_number += 1;
    }
    report.line = format!(
        "killed at a system call: {killed} killed of {runs} runs, each at another call ({play_number} scripts, {} kinds of calls), {} lost something",
        kinds.len(),
        report.failures.len()
    );
    Ok(report)
}

fn cycle(number: u64) -> RefreshBehaviour {
    let place = usize::try_from(number % 3).unwrap_or(0);
    BEHAVIOURS
        .get(place)
        .copied()
        .unwrap_or(RefreshBehaviour::SameString)
}

/// Every call of the main thread from the first that touches the data folder on, to the data, the
/// keys, the provider or the ledger. The loader's and the system's certificates prove nothing.
fn points(calls: &[Call], data: &str) -> Vec<Strike> {
    let begin = calls.iter().position(|call| call.rest.contains(data));
    let from = calls
        .get(begin.unwrap_or(calls.len())..)
        .unwrap_or_default();
    from.iter()
        .filter(|call| call.main && matters(call))
        .filter_map(|call| {
            let kind = KINDS.into_iter().find(|kind| *kind == call.kind)?;
            Some(Strike {
                call: kind,
                number: call.number,
                blow: Blow::Kill,
            })
        })
        .collect()
}

fn matters(call: &Call) -> bool {
    ["relink-proof-", "<socket:", "<pipe:"]
        .iter()
        .any(|place| call.rest.contains(place))
}
