//! Renewing: when, and never when it must not.

use super::*;

#[test]
fn renewal_is_due_after_a_week_and_never_twice_at_once() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(7));
    let effects = world.on(Event::Tick { room: 10 });
    assert!(
        matches!(effects.as_slice(), [Effect::Renew { .. }]),
        "{effects:?}"
    );
    assert!(
        world.on(Event::Tick { room: 10 }).is_empty(),
        "the first has not ended"
    );
    world.on(Event::RenewAsked(vec![]));
    assert!(
        world.on(Event::Tick { room: 10 }).is_empty(),
        "nor does a press start a second"
    );
    match &world.account("1").connection {
        Connection::Held(held) => assert!(matches!(held.renewal, Renewal::Running { .. })),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_token_younger_than_a_day_is_never_renewed() {
    let mut world = World::with(&["1"]);
    let renews = |world: &mut World| {
        world.on(Event::RenewAsked(vec![]));
        let effects = world.on(Event::Tick { room: 9 });
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Renew { .. }))
    };
    world.pass(Duration::hours(23));
    assert!(!renews(&mut world));
    world.run(&|_, _| None);
    let mut world = World::with(&["1"]);
    world.pass(Duration::hours(24));
    assert!(renews(&mut world));
}

#[test]
fn a_program_that_answers_one_question_starts_nothing_by_itself() {
    let mut world = World::with(&["1", "2"]);
    world.roster = std::mem::take(&mut world.roster).only_what_is_asked();
    world.pass(Duration::days(40));
    assert!(world.on(Event::Tick { room: 9 }).is_empty());
    assert_eq!(
        world.roster.wake_at(world.now),
        Some(world.now + Duration::days(20)),
        "only the end itself"
    );
    world.on(Event::CheckAsked(vec![AccountId::new("2")]));
    assert_eq!(world.run(&|_, _| Some(denied(190, None))), 1);
    world.pass(Duration::seconds(31));
    assert_eq!(
        world.run(&|_, _| Some(denied(190, None))),
        1,
        "the second call makes sure of the first"
    );
    world.on(Event::RenewDueAsked);
    assert_eq!(world.run(&|_, _| None), 1, "the other one is due");
}

#[test]
fn a_refused_renewal_reads_the_profile_before_it_judges() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(8));
    let only_renewal = |_: &AccountId, renewal: bool| renewal.then(|| denied(190, Some(460)));
    for _ in 0..50 {
        world.run(&only_renewal);
        world.pass(Duration::seconds(1));
        world.run(&only_renewal); // the check that the failure asked for
        world.pass(Duration::hours(3));
    }
    assert_eq!(
        world.status("1"),
        Status::Connected,
        "the profile still answers"
    );
    assert_eq!(world.count(EntryKind::Lost), 0);
    assert!(world.account("1").watch.last_ok_at.is_some());
}

#[test]
fn a_failing_renewal_is_late_only_when_little_is_left() {
    let mut world = World::with(&["1"]);
    let fails = |_: &AccountId, renewal: bool| renewal.then(|| denied(2, None));
    world.pass(Duration::days(8));
    world.run(&fails);
    assert_ne!(world.status("1"), Status::RenewalLate);
    world.pass(Duration::days(38));
    world.run(&fails);
    assert_eq!(world.status("1"), Status::RenewalLate);
    world.pass(Duration::days(14));
    let over = |_: &AccountId, renewal: bool| {
        assert!(!renewal, "what has expired cannot be renewed");
        Some(denied(190, Some(463)))
    };
    world.run(&over);
    world.pass(Duration::seconds(3));
    world.run(&over);
    assert_eq!(world.status("1"), Status::Expired);
    assert_eq!(world.run(&over), 0);
}

#[test]
fn an_end_by_our_clock_is_looked_into_before_it_is_believed() {
    let mut world = World::with(&["1"]);
    world.roster.on(
        Event::PlanChanged(Plan {
            off: true,
            ..Plan::default()
        }),
        world.now,
    );
    world.pass(Duration::days(60) + Duration::minutes(1));
    assert_eq!(world.run(&|_, _| None), 1, "Instagram is asked");
    assert_eq!(
        world.status("1"),
        Status::Connected,
        "and its answer is the better proof"
    );
    assert_eq!(
        world.account("1").grant().unwrap().expires_at,
        None,
        "the end was another one"
    );
    for _ in 0..20 {
        world.pass(Duration::hours(2));
        world.run(&|_, _| None);
        assert_eq!(
            world.status("1"),
            Status::Connected,
            "once, not again and again"
        );
    }
    assert_eq!(world.count(EntryKind::Lost), 0);
}

#[test]
fn where_nobody_answers_the_clock_alone_marks_an_hour_after_the_end() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(60));
    world.run(&|_, _| Some(silence()));
    world.pass(Duration::minutes(59));
    world.run(&|_, _| Some(silence()));
    assert_ne!(world.status("1"), Status::Expired);
    world.pass(Duration::minutes(1));
    world.run(&|_, _| Some(silence()));
    assert_eq!(world.status("1"), Status::Expired);
    world.pass(Duration::hours(1));
    world.run(&|_, _| None);
    assert_eq!(world.status("1"), Status::Connected, "it heals by itself");
    assert_eq!(world.count(EntryKind::Lost), 1);
}

#[test]
fn a_computer_that_was_off_over_the_end_gives_the_answer_its_hour_as_well() {
    let mut world = World::with(&["1"]);
    let restart = |world: &mut World| {
        let accounts: Vec<Account> = world.roster.accounts().cloned().collect();
        world.roster = Roster::restore(accounts, Plan::default(), world.now).with_time_known();
        world.on(Event::KeyAvailable(true));
    };
    world.pass(Duration::days(62));
    restart(&mut world);
    for _ in 0..5 {
        world.run(&|_, _| Some(silence()));
        world.pass(Duration::minutes(10));
        world.on(Event::Tick { room: 0 });
        assert_ne!(
            world.status("1"),
            Status::Expired,
            "two days late, and not answered for ten minutes"
        );
    }
    world.pass(Duration::hours(20)); // off once more: the hour is over, and still it is asked first
    restart(&mut world);
    world.on(Event::Tick { room: 0 });
    assert_ne!(world.status("1"), Status::Expired);
    world.run(&|_, _| Some(silence()));
    world.on(Event::Tick { room: 0 });
    assert_eq!(world.status("1"), Status::Expired);
}

#[test]
fn an_answer_about_permissions_shows_that_the_token_lives_and_it_is_renewed() {
    let mut world = World::with(&["1"]);
    let accounts: Vec<Account> = world.roster.accounts().cloned().collect();
    world.pass(Duration::days(62)); // the computer was off
    world.roster = Roster::restore(accounts, Plan::default(), world.now).with_time_known();
    world.on(Event::KeyAvailable(true));
    for _ in 0..4 {
        world.run(&|_, renewal| (!renewal).then(|| denied(10, None)));
        world.pass(Duration::seconds(31));
    }
    assert_eq!(world.status("1"), Status::Limited);
    assert_eq!(world.count(EntryKind::Renewed), 1);
}

#[test]
fn the_end_of_an_account_that_was_not_asked_yet_is_not_believed_on_the_word_of_another() {
    let mut world = World::with(&["1", "2"]);
    let accounts: Vec<Account> = world.roster.accounts().cloned().collect();
    world.pass(Duration::days(70)); // the computer was off
    world.roster = Roster::restore(accounts, Plan::default(), world.now);
    world.on(Event::KeyAvailable(true));
    let effects = world.on(Event::Tick { room: 1 });
    let (id, revision) = the_check(&effects);
    world.on(Event::TimeKnown);
    let result = Err(denied(190, Some(463)));
    world.on(Event::Probed {
        id,
        revision,
        result,
    });
    world.on(Event::Tick { room: 0 });
    assert_ne!(
        world.status("2"),
        Status::Expired,
        "nobody asked for this one"
    );
    world.run(&|id, _| (id.as_str() == "1").then(|| denied(190, Some(463))));
    assert_eq!(
        world.status("2"),
        Status::Connected,
        "its end was another one"
    );
    assert_eq!(world.count(EntryKind::Recovered), 0);
}

#[test]
fn a_row_of_equal_failures_is_one_line_of_the_journal() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(8));
    for cause in [2, 2, 2, 99, 99, 2] {
        world.run(&|_, renewal| renewal.then(|| denied(cause, None)));
        world.run(&|_, _| None);
        world.pass(Duration::hours(1));
    }
    assert_eq!(
        world.count(EntryKind::RenewalFailed),
        3,
        "two, ninety-nine, two"
    );
}

#[test]
fn a_clock_nobody_confirmed_marks_nothing() {
    let mut world = World::with(&["1"]);
    world.roster = Roster::restore([world.account("1").clone()], Plan::default(), world.now);
    world.roster.on(Event::KeyAvailable(true), world.now);
    world.pass(Duration::days(400));
    world.run(&|_, _| Some(silence()));
    assert_eq!(
        world.status("1"),
        Status::Unknown,
        "offline, with a clock that may be wrong"
    );
    assert!(
        world
            .roster
            .wake_at(world.now)
            .is_none_or(|at| at > world.now),
        "and it does not spin"
    );
    world.on(Event::TimeKnown);
    world.pass(Duration::hours(1));
    world.run(&|_, _| Some(silence()));
    assert_eq!(world.status("1"), Status::Expired);
}

#[test]
fn a_renewed_token_that_does_not_work_gives_way_to_the_one_before() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(8));
    let old = world.account("1").grant().unwrap().clone();
    world.run(&|_, _| None); // renewed
    let gone = |_: &AccountId, _: bool| Some(denied(190, None));
    world.run(&gone);
    world.pass(Duration::seconds(31));
    let effects = world.on(Event::Tick { room: 9 });
    let (id, revision) = the_check(&effects);
    let effects = world.on(Event::Probed {
        id,
        revision,
        result: Err(denied(190, None)),
    });
    assert!(
        matches!(effects.as_slice(), [Effect::TradeTokens(_)]),
        "{effects:?}"
    );
    assert_eq!(world.account("1").grant(), Some(&old));
    assert_eq!(world.account("1").generation, 1);
    assert_eq!(world.count(EntryKind::Lost), 0);
    world.run(&|_, _| None);
    assert_eq!(world.status("1"), Status::Connected);

    // If the one before does not work either, access is gone.
    for _ in 0..4 {
        world.pass(Duration::minutes(11));
        world.run(&gone); // the renewal
        world.run(&gone); // what it leads to
    }
    assert_eq!(world.status("1"), Status::Revoked);
}

#[test]
fn the_token_before_is_dropped_when_the_new_one_works_or_after_a_day() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(8));
    world.run(&|_, _| None);
    let effects = world.on(Event::Tick { room: 9 });
    let (id, revision) = the_check(&effects);
    let unanswered = Event::Probed {
        id,
        revision,
        result: Err(denied(2, None)),
    };
    world.on(unanswered);
    world.pass(Duration::hours(23));
    let drops = |effects: &[Effect]| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::DropSpare(_)))
    };
    assert!(!drops(&world.on(Event::Tick { room: 0 })));
    world.pass(Duration::hours(1));
    assert!(drops(&world.on(Event::Tick { room: 0 })));
    assert!(!drops(&world.on(Event::Tick { room: 0 })), "once");
}

#[test]
fn no_order_of_events_makes_a_lost_or_deleted_account_renew() {
    // A small deterministic walk over everything that can happen: xorshift, so that a failure can be
    // repeated from its number.
    for seed in 1..400_u64 {
        let mut state = seed;
        let mut next = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let mut world = World::with(&["1", "2", "3"]);
        for _ in 0..60 {
            world.pass(Duration::minutes(i64::try_from(next(4_000)).unwrap()));
            let id = AccountId::new((1 + next(3)).to_string());
            match next(8) {
                0 => drop(world.on(Event::Delete(vec![id]))),
                1 => drop(world.on(Event::UndoDelete)),
                2 => drop(world.on(Event::CheckAsked(vec![]))),
                3 => drop(wizard(&mut world, id.as_str(), WizardEvent::Open)),
                4 => drop(wizard(&mut world, id.as_str(), WizardEvent::Next)),
                _ => {}
            }
            let kind = next(6);
            world.run(&|_, _| match kind {
                0 => Some(denied(190, Some(460))),
                1 => Some(denied(190, Some(459))),
                2 => Some(silence()),
                3 => Some(denied(10, None)),
                _ => None,
            });
            world.on(Event::RenewAsked(vec![]));
            for effect in world.on(Event::Tick { room: 9 }) {
                let Effect::Renew { id, revision } = effect else {
                    continue;
                };
                let account = world.roster.account(&id).unwrap();
                assert!(
                    matches!(account.connection, Connection::Held(_)),
                    "seed {seed}"
                );
                world.on(Event::Renewed {
                    id,
                    revision,
                    result: Err(silence()),
                });
            }
        }
    }
}
