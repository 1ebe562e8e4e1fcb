//! Figure 14: crashes between the provider's answer to a renewal and its commit.

use anyhow::Result;
use sandbox::RefreshBehaviour;

use super::kill::KINDS;
use super::survival::Play;
use super::{BEHAVIOURS, Report, Stage};
use crate::calls::Call;
use crate::chance::Chance;
use crate::play::End;
use crate::script;
use crate::tracer::{Blow, Strike};
use crate::world::side_by_side;

#[derive(Default)]
struct Tally {
    crashes: usize,
    ahead: usize,
    lost: usize,
    reported: usize,
}

pub(super) fn measure(stage: &Stage) -> Result<Report> {
    let wanted = stage.size.of(4, 60, 500);
    let mut report = Report::default();
    let mut lives = Tally::default();
    let mut dies = Tally::default();
    for (strand, behaviour) in (0..).zip(BEHAVIOURS) {
        let tally = if behaviour == RefreshBehaviour::NewStringOldDies {
            &mut dies
        } else {
            &mut lives
        };
        let enough = tally.ahead + wanted;
        let mut seed = stage.seed;
        while tally.ahead < enough {
            strike_all(
                stage,
                (seed, strand),
                behaviour,
                (tally, enough),
                &mut report,
            )?;
            seed = seed.wrapping_add(1);
        }
    }
    report.line = format!(
        "between answer and commit: same string or old lives, {} lost of {} renewals in {} crashes; \
         old dies, {} of {} reported in {} crashes",
        lives.lost, lives.ahead, lives.crashes, dies.reported, dies.ahead, dies.crashes,
    );
    Ok(report)
}

/// Strikes one play at every place between an answer and its commit, or until there is enough.
fn strike_all(
    stage: &Stage,
    (seed, strand): (u64, u64),
    behaviour: RefreshBehaviour,
    (tally, enough): (&mut Tally, usize),
    report: &mut Report,
) -> Result<()> {
    let play = Play::new(
        stage.runtime.handle(),
        seed,
        behaviour,
        script::renewals_only,
    )?;
    let (_, calls) = play.rehearse(stage, &KINDS)?;
    let mut points = points(&calls);
    Chance::new(seed, strand).shuffle(&mut points);
    anyhow::ensure!(!points.is_empty(), "no renewal was seen in the trace");
    points.truncate(enough - tally.ahead + 2);
    let results = side_by_side(stage.runtime.handle(), &points, |runtime, point| {
        play.strike(stage, runtime, *point, None)
    });
    for (point, result) in points.iter().zip(results) {
        let about = format!("seed {seed} ({behaviour:?}), {point}");
        let (left, _) = match result {
            Ok(left) => left,
            Err(error) => {
                report.failures.push(format!("{about}: {error:#}"));
                continue;
            }
        };
        // One that was committed, or not made, is no crash between the two.
        if left.end != End::Killed || left.ahead == 0 {
            continue;
        }
        tally.crashes += 1;
        tally.ahead += left.ahead;
        let without = left.found.reported + left.found.believed;
        tally.lost += without;
        tally.reported += left.found.reported;
        let as_it_should = if behaviour == RefreshBehaviour::NewStringOldDies {
            left.found.reported == left.ahead
        } else {
            without == 0
        };
        if !as_it_should {
            report
                .failures
                .push(format!("{about}: {} ahead, {:?}", left.ahead, left.found));
        }
    }
    Ok(())
}

/// From the call that reads a renewal's answer to the one that makes its commit last.
fn points(calls: &[Call]) -> Vec<Strike> {
    let mut points = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        if !call.main || !call.rest.contains("refresh_access_token") {
            continue;
        }
        let Some((socket, _)) = call.rest.split_once(',') else {
            continue;
        };
        let later = calls.iter().skip(at + 1);
        let answer =
            |call: &&Call| call.rest.starts_with(socket) && call.rest.contains("HTTP/1.1 200");
        let between = later
            .filter(|call| call.main)
            .skip_while(|call| !answer(call));
        for call in between {
            if let Some(kind) = KINDS.into_iter().find(|kind| *kind == call.kind) {
                points.push(Strike {
                    call: kind,
                    number: call.number,
                    blow: Blow::Kill,
                });
            }
            if call.kind == "fsync" && call.rest.contains("-wal") {
                break;
            }
        }
    }
    points
}
