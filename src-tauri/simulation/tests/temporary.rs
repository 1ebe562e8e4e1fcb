//! What passes by itself never turns an account red. (Security document, J2, figures 15 and 16.)
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fastrand::Rng;
use simulation::computer::{Doing, Stretch, on, rest, wrong};
use simulation::provider::{Failure, Lifetimes, Renewing, Weather, failures};
use simulation::time::{DAY, HOUR, MINUTE};
use simulation::world::World;

/// Three accounts on a computer, and nothing that would end their access.
fn world(name: String, seed: u64, computer: Vec<Stretch>, weather: Vec<Weather>) -> World {
    World {
        name,
        seed,
        accounts: 3,
        computer,
        renewing: Renewing::OldLives,
        lifetimes: Lifetimes::Told,
        weather,
        changes: Vec::new(),
        returns: false,
        presses: false,
        check_every: 10 * MINUTE,
    }
}

/// Plays worlds on both cores; gives what was wrong with each.
fn play(worlds: Vec<World>) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(world) = worlds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = world.clone().play().unwrap();
                    let well = outcome.shown.iter().all(|status| *status == "connected");
                    if !outcome.breaches.is_empty() || !well || outcome.tally.losses > 0 {
                        let story = format!("{} (seed {}): {outcome:#?}", world.name, world.seed);
                        wrong.lock().unwrap().push(story);
                    }
                }
            });
        }
    });
    wrong.into_inner().unwrap()
}

fn none_of(worlds: Vec<World>) {
    let count = worlds.len();
    let wrong = play(worlds);
    assert!(
        wrong.is_empty(),
        "{} of {count}, the first: {}",
        wrong.len(),
        wrong[0]
    );
}

#[test]
fn no_temporary_failure_turns_an_account_red_and_all_are_well_again_afterwards() {
    let failing = |failure: Failure| {
        // Off until renewals are due; five hours of trouble; then as long as the longest pause between
        // tries, and what three accounts take.
        let computer = vec![rest(8 * DAY, Doing::Off), on(10 * HOUR)];
        let trouble = Weather {
            from: 7 * DAY,
            to: 8 * DAY + 5 * HOUR,
            wait: 0,
            failure: failure.clone(),
        };
        world(failure.name, 1, computer, vec![trouble])
    };
    let kinds = failures();
    assert!(kinds.len() >= 150, "{} kinds", kinds.len());
    none_of(kinds.into_iter().map(failing).collect());
}

/// Comes and goes in every way, for at most six weeks between two hours of work.
fn comes_and_goes(chance: &mut Rng) -> Vec<Stretch> {
    let mut computer = Vec::new();
    for _ in 0..chance.usize(2..6) {
        let pause = match chance.u8(0..4) {
            0 => chance.i64(1..90) * 1_000,
            1 => chance.i64(1..300) * MINUTE,
            2 => chance.i64(5..80) * HOUR,
            _ => chance.i64(3..42) * DAY,
        };
        let how = match chance.u8(0..4) {
            0 => Doing::Off,
            1 => Doing::PowerFailed,
            _ => Doing::Asleep,
        };
        // Perhaps in the middle of a call.
        computer.push(on(chance.i64(20..90_000)));
        computer.push(rest(pause, how));
        computer.push(on(HOUR + 2 * MINUTE));
    }
    computer
}

#[test]
fn no_way_of_sleeping_and_waking_changes_an_account() {
    let asleep = |seed| {
        let computer = comes_and_goes(&mut Rng::with_seed(seed));
        world("sleeping".to_owned(), seed, computer, Vec::new())
    };
    none_of((0..250).map(asleep).collect());
}

#[test]
fn no_wrong_clock_changes_an_account() {
    let mistaken = |seed| {
        let mut chance = Rng::with_seed(seed);
        let mut computer = comes_and_goes(&mut chance);
        for stretch in &mut computer {
            if chance.u8(0..3) == 0 {
                stretch.wrong_by = Some(wrong(&mut chance));
            } else if chance.bool() {
                stretch.wrong_by = Some(0);
            }
        }
        let mut right: Stretch = on(9 * HOUR);
        right.wrong_by = Some(0);
        computer.push(right);
        world("wrong clock".to_owned(), seed, computer, Vec::new())
    };
    none_of((0..250).map(mistaken).collect());
}
