//! Leaving the provider alone when it asks for it.

use super::*;

fn busy(world: &mut World, refusal: &Refusal, minutes: i64) -> usize {
    let mut calls = 0;
    for _ in 0..minutes {
        world.pass(Duration::minutes(1));
        calls += world.run(&|_, _| Some(refusal.clone()));
    }
    calls
}

fn limited(code: i64, wait: Option<Duration>) -> Refusal {
    let Refusal::Denied(mut error) = denied(code, None) else {
        panic!("it is denied")
    };
    error.retry_after = wait;
    Refusal::Denied(error)
}

fn many() -> Vec<String> {
    (0..40).map(|n| format!("{n:02}")).collect()
}

fn world_of_many() -> World {
    let ids = many();
    World::with(&ids.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_limit_of_the_app_rests_every_account_for_as_long_as_asked() {
    let mut world = world_of_many();
    let refusal = limited(4, Some(Duration::minutes(30)));
    let effects = world.on(Event::Tick { room: 1 });
    let (id, revision) = the_check(&effects);
    world.on(Event::Probed {
        id,
        revision,
        result: Err(refusal.clone()),
    });
    assert_eq!(busy(&mut world, &refusal, 29), 0);
    assert_eq!(
        world.roster.wake_at(world.now),
        Some(world.now + Duration::minutes(1))
    );
    assert_eq!(
        busy(&mut world, &refusal, 1),
        1,
        "then one looks whether it is over"
    );
    world.pass(Duration::minutes(30));
    assert_eq!(world.run(&|_, _| None), 1);
    assert_eq!(world.run(&|_, _| None), 39, "and the others follow");
    assert_eq!(world.roster.pressure().rest(), None);
}

#[test]
fn a_limit_of_one_account_leaves_the_others_alone() {
    for code in [17, 32, 80_002] {
        let mut world = World::with(&["1", "2"]);
        let wanted = AccountId::new("1");
        world.run(&|id, _| (*id == wanted).then(|| limited(code, None)));
        assert_eq!(world.roster.pressure().rest(), None, "{code}");
        assert_eq!(world.status("1"), Status::Waiting);
        assert_eq!(world.status("2"), Status::Connected);
    }
}

#[test]
fn five_faults_in_a_row_rest_all_calls_and_one_looks_again() {
    let mut world = world_of_many();
    let broken = denied(2, None);
    for place in 0..5 {
        assert!(world.roster.pressure().rest().is_none(), "after {place}");
        let effects = world.on(Event::Tick { room: 1 });
        let (id, revision) = the_check(&effects);
        world.on(Event::Probed {
            id,
            revision,
            result: Err(broken.clone()),
        });
    }
    assert!(world.on(Event::Tick { room: 9 }).is_empty());
    assert!(
        world.roster.is_settled(&[], world.now),
        "nobody waits for a provider at rest"
    );
    let calls: Vec<usize> = (0..60).map(|_| busy(&mut world, &broken, 1)).collect();
    let times: Vec<usize> = calls
        .iter()
        .enumerate()
        .filter(|(_, n)| **n > 0)
        .map(|(at, _)| at + 1)
        .collect();
    assert_eq!(
        times,
        [1, 3, 7, 15, 30, 45, 60],
        "one call each time, at growing distances"
    );
    world.pass(Duration::minutes(15));
    assert_eq!(world.run(&|_, _| None), 1);
    assert_eq!(world.roster.pressure().rest(), None);
}

#[test]
fn from_four_fifths_of_the_budget_on_only_renewals_go_out() {
    let mut world = World::with(&["1", "2", "3"]);
    world.run(&|_, _| None);
    world.on(Event::Usage(79));
    world.pass(Duration::minutes(11));
    assert_eq!(world.run(&|_, _| None), 3);
    world.pass(Duration::days(8));
    world.on(Event::Usage(80));
    assert_eq!(world.run(&|_, _| None), 3, "three renewals are due");
    assert_eq!(world.run(&|_, _| None), 0, "the calls that prove them wait");
    assert_eq!(
        world.roster.wake_at(world.now),
        Some(world.now + Duration::minutes(5)),
        "until the reading is old"
    );
    world.on(Event::CheckAsked(vec![]));
    assert_eq!(world.run(&|_, _| None), 0);
    world.pass(Duration::minutes(5));
    assert_eq!(world.run(&|_, _| None), 3);
}

#[test]
fn an_account_with_a_small_budget_is_left_alone_for_an_hour() {
    let mut world = World::with(&["1", "2"]);
    world.run(&|_, _| None);
    world.on(Event::AccountUsage(AccountId::new("1"), 85));
    world.on(Event::AccountUsage(AccountId::new("2"), 79));
    world.pass(Duration::minutes(10));
    assert_eq!(world.run(&|_, _| None), 1);
    world.pass(Duration::minutes(50));
    assert_eq!(world.run(&|_, _| None), 2);
}

#[test]
fn a_full_budget_rests_renewals_too() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(8));
    world.on(Event::Usage(100));
    assert_eq!(world.run(&|_, _| None), 0);
    world.pass(Duration::minutes(1));
    assert_eq!(world.run(&|_, _| None), 1);
}
