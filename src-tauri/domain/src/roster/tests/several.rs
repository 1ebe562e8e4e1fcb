//! Several attempts at once, and several Meta apps side by side.

use super::*;

fn named_attempt(name: &str, now: Timestamp) -> Box<Attempt> {
    Box::new(Attempt {
        id: AttemptId::new(name),
        ..*attempt(now, Purpose::Connect)
    })
}

fn open(world: &mut World, name: &str) -> Vec<Effect> {
    let attempt = named_attempt(name, world.now);
    world.on(Event::Attempt(AttemptEvent::Opened(attempt)))
}

fn current(world: &World) -> &str {
    world.roster.attempt().unwrap().id.as_str()
}

fn beside(world: &World) -> Vec<&str> {
    let earlier = world.roster.earlier_attempts().iter();
    earlier.map(|attempt| attempt.id.as_str()).collect()
}

fn close(name: &str) -> Effect {
    Effect::CloseAttempt(AttemptId::new(name))
}

#[test]
fn an_attempt_that_another_replaces_stays_answerable_and_takes_its_place_again() {
    let mut world = World::with(&[]);
    assert_eq!(open(&mut world, "first"), []);
    assert_eq!(open(&mut world, "second"), [], "nothing is closed");
    assert_eq!((current(&world), beside(&world)), ("second", vec!["first"]));
    let first = AttemptId::new("first");
    world.on(Event::Attempt(AttemptEvent::TakenUp(first)));
    assert_eq!((current(&world), beside(&world)), ("first", vec!["second"]));
    let effects = world.on(Event::Attempt(AttemptEvent::CodeReturned));
    let expected = [Effect::Redeem(AttemptId::new("first")), close("second")];
    assert_eq!(effects, expected, "one answer decides");
    assert!(beside(&world).is_empty());
}

fn says_no() -> Refusal {
    denied(100, None)
}

#[test]
fn a_refusal_ends_the_attempt_it_answers_and_no_other() {
    let mut world = World::with(&[]);
    open(&mut world, "first");
    open(&mut world, "second");
    open(&mut world, "third");
    let effects = world.on(Event::Attempt(AttemptEvent::EarlierRefused {
        id: AttemptId::new("first"),
        by_person: true,
        refusal: says_no(),
    }));
    assert_eq!(effects, [close("first")]);
    assert_eq!((current(&world), beside(&world)), ("third", vec!["second"]));
    assert_eq!(world.roster.attempt().unwrap().phase, Phase::Waiting);
    let refused = AttemptEvent::Refused {
        by_person: true,
        refusal: says_no(),
    };
    assert_eq!(world.on(Event::Attempt(refused)), [close("third")]);
    assert_eq!(beside(&world), ["second"], "its page is still open");
    let second = AttemptId::new("second");
    world.on(Event::Attempt(AttemptEvent::TakenUp(second)));
    let effects = world.on(Event::Attempt(AttemptEvent::CodeReturned));
    assert_eq!(effects, [Effect::Redeem(AttemptId::new("second"))]);
    assert!(beside(&world).is_empty());
}

#[test]
fn whoever_has_read_how_an_attempt_ended_waits_for_no_other() {
    let mut world = World::with(&[]);
    open(&mut world, "first");
    open(&mut world, "second");
    world.on(Event::Attempt(AttemptEvent::Refused {
        by_person: true,
        refusal: says_no(),
    }));
    let effects = world.on(Event::Attempt(AttemptEvent::Acknowledge));
    assert_eq!(effects, [close("first")]);
    assert!(world.roster.attempt().is_none());
}

#[test]
fn a_door_that_did_not_open_leaves_alone_what_waits_beside_it() {
    let mut world = World::with(&[]);
    open(&mut world, "first");
    open(&mut world, "second");
    let event = AttemptEvent::CouldNotOpen(named_attempt("third", world.now), Outcome::PortTaken);
    assert_eq!(world.on(Event::Attempt(event)), [close("third")]);
    assert_eq!(beside(&world), ["first", "second"]);
}

#[test]
fn an_answered_attempt_is_not_pushed_aside() {
    let mut world = World::with(&[]);
    open(&mut world, "first");
    open(&mut world, "second");
    world.on(Event::Attempt(AttemptEvent::CodeReturned));
    let first = AttemptId::new("first");
    world.on(Event::Attempt(AttemptEvent::TakenUp(first)));
    assert_eq!(current(&world), "second");
}

#[test]
fn earlier_attempts_end_with_their_time_with_the_open_one_and_when_there_are_too_many() {
    let mut world = World::with(&[]);
    open(&mut world, "a");
    world.pass(Duration::minutes(9));
    open(&mut world, "b");
    world.pass(Duration::minutes(1));
    assert_eq!(world.on(Event::Tick { room: 0 }), [], "not past yet");
    world.pass(Duration::milliseconds(1));
    assert_eq!(world.on(Event::Tick { room: 0 }), [close("a")]);
    for name in ["c", "d", "e", "f"] {
        assert_eq!(open(&mut world, name), []);
    }
    assert_eq!(open(&mut world, "g"), [close("b")]);
    let effects = world.on(Event::Attempt(AttemptEvent::Cancel));
    assert_eq!(effects, ["g", "c", "d", "e", "f"].map(close));
    assert!(world.roster.attempt().is_none());
}

#[test]
fn a_corrected_clock_moves_earlier_attempts_along() {
    let mut world = World::with(&[]);
    open(&mut world, "a");
    open(&mut world, "b");
    world.pass(Duration::days(1));
    world.on(Event::ClockMoved(Duration::days(1)));
    assert_eq!(world.on(Event::Tick { room: 0 }), []);
    assert_eq!(beside(&world), ["a"]);
}

#[test]
fn what_came_back_belongs_to_the_app_it_came_through() {
    let mut world = World::with(&["1"]);
    world.connect(Purpose::Connect, "2");
    assert_eq!(world.account("2").app, Some(app(1)));
    assert_eq!(world.account("1").app, None);
    let add = |app| Event::TokenAdded {
        profile: profile("2"),
        grant: grant(Timestamp::UNIX_EPOCH, ""),
        app,
    };
    world.on(add(None));
    assert_eq!(
        world.account("2").app,
        Some(app(1)),
        "nobody said otherwise"
    );
    world.on(add(Some(app(2))));
    assert_eq!(world.account("2").app, Some(app(2)));
}

/// Accounts of two apps, and one of which nobody knows the app.
fn of_two_apps() -> World {
    let mut world = World::with(&["1", "2", "3", "4", "5"]);
    let apps = [Some(app(1)), Some(app(1)), Some(app(2)), Some(app(2)), None];
    let accounts: Vec<Account> = world
        .roster
        .accounts()
        .cloned()
        .zip(apps)
        .map(|(account, app)| Account { app, ..account })
        .collect();
    world.roster = Roster::restore(accounts, Plan::default(), world.now).with_time_known();
    world.on(Event::KeyAvailable(true));
    world
}

#[test]
fn one_apps_fault_holds_back_its_own_accounts_only() {
    let mut world = of_two_apps();
    // Both of the first app, one of the second, and the one of nobody's fail with the same answer.
    let gone = |id: &AccountId, _: bool| {
        matches!(id.as_str(), "1" | "2" | "3" | "5").then(|| denied(190, None))
    };
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
    for (id, status) in [
        ("1", Status::Waiting),
        ("2", Status::Waiting),
        ("3", Status::Revoked),
        ("4", Status::Connected),
        ("5", Status::Revoked),
    ] {
        assert_eq!(world.status(id), status, "{id}");
    }
    let faults: Vec<_> = world.roster.app_faults().map(|(app, _)| app).collect();
    assert_eq!(faults, [Some(&app(1))]);
    let incidents = world.roster.incidents();
    let of_the_app = incidents.iter().find(|it| it.kind == IncidentKind::App);
    assert_eq!(of_the_app.unwrap().app, Some(app(1)));
    // One of the second app working says nothing about the first.
    world.on(Event::CheckAsked(vec![AccountId::new("4")]));
    world.run(&gone);
    assert_eq!(world.status("1"), Status::Waiting);
    world.pass(Duration::minutes(10));
    world.run(&|_, _| None);
    world.run(&|_, _| None);
    assert_eq!(world.status("1"), Status::Connected);
    assert!(world.roster.app_fault().is_none());
}

#[test]
fn two_apps_may_be_at_fault_at_once_and_each_is_cleared_by_itself() {
    let mut world = of_two_apps();
    let gone = |id: &AccountId, _: bool| (id.as_str() != "5").then(|| denied(190, None));
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
    assert_eq!(world.roster.app_faults().count(), 2);
    let ids: Vec<String> = world
        .roster
        .incidents()
        .into_iter()
        .map(|it| it.id)
        .collect();
    assert_ne!(ids[0], ids[1], "each has a name of its own");
    world.pass(Duration::minutes(10));
    let second =
        |id: &AccountId, _: bool| matches!(id.as_str(), "3" | "4").then(|| denied(190, None));
    world.run(&second);
    world.run(&second);
    let faults: Vec<_> = world.roster.app_faults().map(|(app, _)| app).collect();
    assert_eq!(faults, [Some(&app(2))]);
    assert_eq!(world.status("1"), Status::Connected);
    assert_eq!(world.status("3"), Status::Waiting);
}

#[test]
fn accounts_that_break_alike_name_their_app_where_there_are_several() {
    let mut world = of_two_apps();
    world.run(&|_, _| None);
    for id in ["3", "4"] {
        world.on(Event::CheckAsked(vec![AccountId::new(id)]));
        lost(&mut world, id, 460);
    }
    let incidents = world.roster.incidents();
    assert_eq!(incidents[0].app, Some(app(2)));
    assert_eq!(incidents[0].shared, [Shared::Answer, Shared::App]);
}

#[test]
fn an_app_counts_the_accounts_that_are_kept_as_they_come_go_and_change_hands() {
    let mut world = of_two_apps();
    let counted = |world: &World| [1, 2, 3].map(|number| world.roster.count_of_app(&app(number)));
    assert_eq!(counted(&world), [2, 2, 0]);
    let add = |number| Event::TokenAdded {
        profile: profile("1"),
        grant: grant(Timestamp::UNIX_EPOCH, ""),
        app: Some(app(number)),
    };
    world.on(add(2));
    assert_eq!(counted(&world), [1, 3, 0]);
    world.on(Event::Delete(vec![AccountId::new("1")]));
    assert_eq!(counted(&world), [1, 2, 0], "a deleted one is not counted");
    world.on(Event::UndoDelete);
    assert_eq!(counted(&world), [1, 3, 0]);
    world.on(add(3));
    assert_eq!(counted(&world), [1, 2, 1]);
}
