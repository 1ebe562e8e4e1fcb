//! Time that does not simply pass.

use super::*;

#[test]
fn a_clock_set_back_restores_what_it_marked() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(400));
    world.run(&|_, _| Some(silence()));
    world.pass(Duration::hours(1));
    world.on(Event::Tick { room: 0 });
    assert_eq!(world.status("1"), Status::Expired);
    world.pass(-Duration::days(399));
    world.on(Event::Tick { room: 0 });
    assert_ne!(world.status("1"), Status::Expired);
}

/// Our time is found to be wrong by `by`.
fn corrected(world: &mut World, by: Duration) {
    world.now += by;
    world.on(Event::ClockMoved(by));
}

#[test]
fn a_correction_neither_shortens_nor_lengthens_what_was_promised() {
    for by in [
        Duration::days(365),
        -Duration::days(365),
        Duration::hours(1),
    ] {
        let mut world = World::with(&["1", "2"]);
        world.run(&|_, _| None);
        let opened = attempt(world.now, Purpose::Connect);
        world.on(Event::Attempt(AttemptEvent::Opened(opened)));
        world.on(Event::Delete(vec![AccountId::new("2")]));
        world.pass(Duration::seconds(5));
        corrected(&mut world, by);
        world.on(Event::Tick { room: 0 });
        let waits = |world: &World| world.roster.attempt().unwrap().phase == Phase::Waiting;
        assert!(waits(&world), "{by}: the attempt goes on");
        let undo = world.account("2").removed().unwrap().undo;
        assert_eq!(undo, Undo::Until(world.now + Duration::seconds(5)), "{by}");
        world.on(Event::UndoDelete);
        assert!(
            world.account("2").removed().is_none(),
            "{by}: the deletion can be taken back"
        );
        world.pass(Duration::minutes(9));
        world.on(Event::Tick { room: 0 });
        assert!(waits(&world), "{by}");
        world.pass(Duration::minutes(1));
        world.on(Event::Tick { room: 0 });
        assert!(!waits(&world), "{by}: ten minutes, no more");
    }
}

#[test]
fn after_a_correction_backwards_checks_come_no_later_than_ever() {
    let mut world = World::with(&["1"]);
    world.run(&|_, _| None);
    corrected(&mut world, -Duration::days(365));
    let wake = world.roster.wake_at(world.now).unwrap();
    assert!(
        wake - world.now <= Duration::minutes(10),
        "{}",
        wake - world.now
    );
    world.pass(Duration::minutes(10));
    assert_eq!(world.run(&|_, _| None), 1);
}

#[test]
fn waking_up_tries_the_network_at_once() {
    let mut world = World::with(&["1"]);
    for _ in 0..8 {
        world.run(&|_, _| Some(silence()));
        world.pass(Duration::minutes(6));
    }
    world.run(&|_, _| Some(silence()));
    assert_eq!(world.run(&|_, _| None), 0, "it waits");
    world.on(Event::LookAgain);
    assert_eq!(world.run(&|_, _| None), 1);
    assert_eq!(*world.roster.network(), Network::Online);
}

#[test]
fn looking_more_often_begins_at_once() {
    let mut world = World::with(&["1"]);
    let seldom = Plan {
        check_every: Duration::days(1),
        ..Plan::default()
    };
    world.on(Event::PlanChanged(seldom));
    world.run(&|_, _| None);
    world.pass(Duration::hours(1));
    assert_eq!(world.run(&|_, _| None), 0);
    world.on(Event::PlanChanged(Plan::default()));
    world.pass(Duration::minutes(10));
    assert_eq!(world.run(&|_, _| None), 1);
}

#[test]
fn many_accounts_are_looked_at_less_often_but_four_times_a_day() {
    let every = Duration::minutes(10);
    for (accounts, minutes) in [(1, 10), (83, 10), (500, 60), (3_000, 360), (10_000, 360)] {
        let found = check_interval(every, accounts);
        assert_eq!(found, Duration::minutes(minutes), "{accounts} accounts");
    }
    // What the person chose to be slower stays so.
    let day = Duration::days(1);
    assert_eq!(check_interval(day, 10_000), day);
}
