//! A few days in small worlds of every kind, and that a seed tells the same story twice.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use simulation::worlds::{SORTS, Sort};

fn keeps_its_promises(sort: Sort) {
    for seed in 1..3 {
        let outcome = sort.at_most(3).world(seed, 18).play().unwrap();
        assert_eq!(
            outcome.breaches,
            [],
            "--world {} --seed {seed} --days 18: {:#?}",
            sort.name,
            outcome.journal
        );
    }
}

#[test]
fn every_kind_of_world_keeps_the_promises() {
    let clocks_and_groups = ["wrong_clock", "one_log_in"];
    for sort in SORTS {
        if !clocks_and_groups.contains(&sort.name) {
            keeps_its_promises(sort);
        }
    }
}

#[test]
fn a_wrong_clock_breaks_no_promise() {
    keeps_its_promises(Sort::named("wrong_clock").unwrap());
}

#[test]
fn accounts_lost_together_are_told_once() {
    keeps_its_promises(Sort::named("one_log_in").unwrap());
}

#[test]
fn a_seed_tells_the_same_story_twice() {
    for name in ["travelling", "crashing", "flaky"] {
        let world = Sort::named(name).unwrap().at_most(3).world(5, 10);
        let (once, again) = (world.clone().play().unwrap(), world.play().unwrap());
        assert_eq!(once, again, "{name}");
    }
}
