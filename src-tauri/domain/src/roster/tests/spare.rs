//! Two tokens at once, until either has answered a call.

use super::*;

/// What the provider does to the two tokens, by their numbers: 1 before the renewal, 2 after it.
fn refusing(world: &World, dead: &'static [u64]) -> Option<Refusal> {
    dead.contains(&world.account("1").generation)
        .then(|| denied(190, None))
}

/// Renewed, and not yet looked at.
fn renewed() -> World {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(8));
    let effects = world.on(Event::Tick { room: 9 });
    let [Effect::Renew { id, revision }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let (id, revision) = (id.clone(), *revision);
    let result = Ok(grant(world.now, &INSTAGRAM_SCOPES.join(",")));
    let effects = world.on(Event::Renewed {
        id,
        revision,
        result,
    });
    assert!(
        matches!(effects.as_slice(), [Effect::Promote { generation: 2, .. }]),
        "{effects:?}"
    );
    world
}

/// One check, answered as the token in use deserves; gives what followed.
fn check(world: &mut World, dead: &'static [u64]) -> Vec<Effect> {
    world.on(Event::CheckAsked(vec![]));
    world.pass(Duration::seconds(31));
    let effects = world.on(Event::Tick { room: 9 });
    let (id, revision) = the_check(&effects);
    let result = match refusing(world, dead) {
        Some(refusal) => Err(refusal),
        None => Ok(Probe {
            profile: profile("1"),
            denied: None,
        }),
    };
    world.on(Event::Probed {
        id,
        revision,
        result,
    })
}

/// With renewals paused, so that only checks tell what is known.
fn restart(world: &mut World) {
    let accounts: Vec<Account> = world.roster.accounts().cloned().collect();
    let plan = Plan {
        off: true,
        ..Plan::default()
    };
    world.roster = Roster::restore(accounts, plan, world.now).with_time_known();
    world.on(Event::KeyAvailable(true));
}

#[test]
fn a_new_token_that_never_works_gives_way_to_the_old_one() {
    let mut world = renewed();
    check(&mut world, &[2]);
    let effects = check(&mut world, &[2]);
    assert!(
        matches!(effects.as_slice(), [Effect::TradeTokens(_)]),
        "kept, not erased: {effects:?}"
    );
    let effects = check(&mut world, &[2]);
    assert!(
        matches!(effects.as_slice(), [Effect::DropSpare(_)]),
        "the old one answered: {effects:?}"
    );
    assert_eq!(world.status("1"), Status::Connected);
    assert_eq!(world.account("1").generation, 1);
    assert_eq!(world.count(EntryKind::Lost), 0);
}

#[test]
fn where_the_old_token_died_with_the_renewal_the_new_one_gets_its_turn_again() {
    let mut world = renewed();
    for _ in 0..4 {
        check(&mut world, &[1, 2]); // the new one is refused by mistake
    }
    assert_eq!(world.status("1"), Status::Revoked);
    assert_eq!(
        world.account("1").generation,
        2,
        "the newer one is asked first"
    );
    check(&mut world, &[1]);
    assert_eq!(world.status("1"), Status::Connected);
    assert_eq!(world.account("1").generation, 2);
    assert_eq!(world.count(EntryKind::Lost), 1);
    assert_eq!(world.count(EntryKind::Recovered), 1);
}

#[test]
fn a_lost_account_is_asked_with_both_tokens_in_turn() {
    let mut world = renewed();
    let mut used = Vec::new();
    for _ in 0..8 {
        used.push(world.account("1").generation);
        check(&mut world, &[1, 2]);
    }
    assert_eq!(used, [2, 2, 1, 1, 2, 1, 2, 1]);
    assert_eq!(world.count(EntryKind::Lost), 1, "told once");
}

#[test]
fn both_tokens_outlive_a_restart_at_every_step() {
    for steps in 0..8 {
        let mut world = renewed();
        for _ in 0..steps {
            check(&mut world, &[1, 2]);
            restart(&mut world);
        }
        for only in [&[1], &[2]] {
            let mut world = World {
                roster: Roster::restore(
                    world.roster.accounts().cloned(),
                    Plan::default(),
                    world.now,
                ),
                now: world.now,
                entries: Vec::new(),
            };
            restart(&mut world);
            for _ in 0..5 {
                check(&mut world, only);
            }
            assert_eq!(
                world.status("1"),
                Status::Connected,
                "{only:?} dead from step {steps} on"
            );
        }
    }
}

#[test]
fn a_renewal_with_the_old_token_proves_it_and_numbers_are_not_used_twice() {
    let mut world = renewed();
    check(&mut world, &[2]);
    check(&mut world, &[2]); // back to the first
    world.pass(Duration::hours(1));
    let effects = world.on(Event::Tick { room: 9 });
    let [Effect::Renew { id, revision }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let (id, revision) = (id.clone(), *revision);
    let result = Ok(grant(world.now, &INSTAGRAM_SCOPES.join(",")));
    let effects = world.on(Event::Renewed {
        id,
        revision,
        result,
    });
    assert!(
        matches!(
            effects.as_slice(),
            [Effect::DropSpare(_), Effect::Promote { generation: 3, .. }]
        ),
        "{effects:?}"
    );
}

#[test]
fn a_profile_that_was_read_proves_the_token_whatever_else_the_answer_says() {
    let mut world = renewed();
    let effects = world.on(Event::Tick { room: 9 });
    let (id, revision) = the_check(&effects);
    let result = Ok(Probe {
        profile: profile("1"),
        denied: Some(denied(10, None)),
    });
    let effects = world.on(Event::Probed {
        id,
        revision,
        result,
    });
    assert!(
        matches!(effects.as_slice(), [Effect::DropSpare(_)]),
        "{effects:?}"
    );
}

#[test]
fn an_end_of_the_older_token_gives_the_newer_one_its_turn() {
    let mut world = renewed();
    check(&mut world, &[2]);
    check(&mut world, &[2]); // back to the first, which ends in 52 days
    for _ in 0..72 {
        world.pass(Duration::hours(18));
        world.run(&|_, _| Some(silence()));
    }
    assert_eq!(world.account("1").generation, 2);
    for _ in 0..3 {
        world.pass(Duration::hours(1));
        world.run(&|_, _| None);
    }
    assert_eq!(world.status("1"), Status::Connected);
    assert_eq!(world.count(EntryKind::Lost), 0);
}
