//! Accounts mended one after the other.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::*;
use crate::connection::{Held, Lost};

/// Lost accounts, each with whose log-in it is and why it was lost; their ids count from 000.
fn broken(accounts: &[(String, Cause)]) -> World {
    let ids: Vec<String> = (0..accounts.len())
        .map(|number| format!("{number:03}"))
        .collect();
    let mut world = World::with(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    for (id, (login, cause)) in ids.iter().zip(accounts) {
        let account = world.roster.accounts.get_mut(&AccountId::new(id)).unwrap();
        account.login.clone_from(login);
        let held = Held::of(account.grant().unwrap().clone());
        let diagnosis = Diagnosis::of(*cause, Certainty::Proved, world.now);
        account.connection = Connection::Lost(Lost::of(held, diagnosis));
    }
    world
}

fn three() -> World {
    broken(&vec![(String::new(), Cause::Expired); 3])
}

fn state(world: &World) -> LaneState {
    world.roster.lane_state(world.now).unwrap()
}

fn names(ids: &[AccountId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

#[test]
fn the_browser_changes_its_log_in_once_for_each_but_the_first() {
    let causes = [
        Cause::PasswordOrSecurityChange,
        Cause::AppRemoved,
        Cause::Expired,
    ];
    for seed in 0..300 {
        let mut chance = Rng::with_seed(seed);
        let accounts: Vec<(String, Cause)> = (0..chance.usize(1..40))
            .map(|_| {
                let login = match chance.u8(0..8) {
                    0 | 1 => String::new(),
                    person => format!("Person {person}"),
                };
                (login, chance.choice(causes).unwrap())
            })
            .collect();
        let named = accounts
            .iter()
            .map(|(login, _)| login)
            .filter(|it| !it.is_empty());
        let unnamed = accounts
            .iter()
            .filter(|(login, _)| login.is_empty())
            .count();
        let log_ins = named.collect::<BTreeSet<_>>().len() + unnamed;
        let mut world = broken(&accounts);
        world.on(Event::LaneStarted(vec![]));
        assert_eq!(state(&world).waiting.len(), accounts.len(), "seed {seed}");
        assert_eq!(state(&world).changes, log_ins - 1, "seed {seed}");
    }
}

#[test]
fn who_is_put_off_comes_again_after_the_others() {
    let mut world = three();
    world.on(Event::LaneStarted(vec![]));
    world.on(Event::LaneSkipped);
    assert_eq!(names(&state(&world).waiting), ["001", "002"]);
    assert_eq!(names(&state(&world).skipped), ["000"]);
    world.on(Event::LaneSkipped);
    world.on(Event::LaneSkipped);
    assert_eq!(names(&state(&world).waiting), ["000", "001", "002"]);
    world.on(Event::LaneSkipped);
    assert_eq!(names(&state(&world).waiting), ["001", "002", "000"]);
}

#[test]
fn it_goes_on_where_it_was_after_a_restart_and_ends_by_the_persons_word() {
    let mut first = three();
    first.on(Event::LaneStarted(vec![]));
    first.on(Event::LaneSkipped);
    let mut second = three();
    let kept = first.roster.lane().cloned();
    second.roster = std::mem::take(&mut second.roster).with_lane(kept);
    assert_eq!(state(&second), state(&first));
    assert_eq!(second.on(Event::LaneClosed), [Effect::KeepLane]);
    assert_eq!(second.roster.lane_state(second.now), None);
}

#[test]
fn who_needs_nobody_is_not_in_it() {
    let mut world = World::with(&["1", "2"]);
    lost(&mut world, "1", 458);
    world.on(Event::LaneStarted(vec![]));
    assert_eq!(names(&state(&world).waiting), ["1"]);
}
