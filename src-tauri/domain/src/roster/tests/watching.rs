//! Noticing a loss, and nothing but a loss.

use super::*;

#[test]
fn a_loss_needs_two_answers_and_is_told_once() {
    let mut world = World::with(&["1"]);
    let gone = |_: &AccountId, _| Some(denied(190, Some(460)));
    world.run(&gone);
    assert_eq!(
        world.status("1"),
        Status::Connected,
        "one answer is not enough"
    );
    assert_eq!(
        world.run(&gone),
        0,
        "the second call is a moment later, not at once"
    );
    world.pass(Duration::seconds(3));
    world.run(&gone);
    assert_eq!(world.status("1"), Status::Revoked);
    for _ in 0..5 {
        world.pass(Duration::hours(2));
        world.run(&gone);
    }
    assert_eq!(world.count(EntryKind::Lost), 1, "a loss is told once");
}

#[test]
fn an_unnamed_loss_waits_half_a_minute_for_the_second_answer() {
    let mut world = World::with(&["1"]);
    let gone = |_: &AccountId, _| Some(denied(190, None));
    world.run(&gone);
    world.pass(Duration::seconds(29));
    world.run(&gone);
    assert_eq!(world.status("1"), Status::Connected);
    world.pass(Duration::seconds(1));
    world.run(&gone);
    assert_eq!(world.status("1"), Status::Revoked);
}

#[test]
fn a_hiccup_between_two_good_answers_changes_nothing() {
    let mut world = World::with(&["1"]);
    world.run(&|_, _| Some(denied(190, None)));
    world.pass(Duration::minutes(1));
    world.run(&|_, _| None);
    assert_eq!(world.status("1"), Status::Connected);
    assert!(world.account("1").watch.doubt.is_none());
}

#[test]
fn nothing_that_passes_ever_turns_an_account_red() {
    let odd = Refusal::Interfered {
        how: Interference::NotJson,
        http_status: Some(200),
        retry_after: None,
    };
    for refusal in [
        silence(),
        odd,
        denied(4, None),
        denied(2, None),
        denied(1, None),
        denied(99_999, None),
    ] {
        let mut world = World::with(&["1", "2", "3"]);
        for _ in 0..200 {
            world.run(&|_, _| Some(refusal.clone()));
            world.pass(Duration::minutes(13));
        }
        for id in ["1", "2", "3"] {
            let red = matches!(
                world.status(id),
                Status::Revoked | Status::Expired | Status::Blocked
            );
            assert!(!red, "{refusal:?} made {id} {:?}", world.status(id));
        }
        assert_eq!(world.count(EntryKind::Lost), 0, "{refusal:?}");
    }
}

#[test]
fn offline_is_quiet_and_one_call_at_a_time_tries_again() {
    let mut world = World::with(&["1", "2", "3", "4"]);
    world.run(&|_, _| Some(silence()));
    assert!(matches!(world.roster.network(), Network::Offline { .. }));
    world.pass(Duration::minutes(6));
    assert_eq!(
        world.run(&|_, _| Some(silence())),
        1,
        "not four calls into a dead line"
    );
    assert_eq!(
        world.count(EntryKind::CheckFailed),
        1,
        "one line for a cut cable"
    );
    world.pass(Duration::minutes(6));
    world.run(&|_, _| None);
    assert_eq!(*world.roster.network(), Network::Online);
    assert!(
        world.run(&|_, _| None) >= 1,
        "what was put off is due at once"
    );
}

#[test]
fn deleting_the_account_that_tries_the_dead_line_does_not_end_the_trying() {
    let mut world = World::with(&["1", "2"]);
    world.run(&|_, _| Some(silence()));
    world.pass(Duration::minutes(6));
    let effects = world.on(Event::Tick { room: 9 });
    let (id, revision) = the_check(&effects);
    world.on(Event::Delete(vec![id.clone()]));
    let result = Err(silence());
    world.on(Event::Probed {
        id,
        revision,
        result,
    });
    world.pass(Duration::minutes(6));
    assert_eq!(world.run(&|_, _| None), 1, "the other account tries");
    assert_eq!(*world.roster.network(), Network::Online);
}

#[test]
fn one_silent_call_is_not_taken_for_a_cut_cable() {
    let mut world = World::with(&["1", "2"]);
    let slow = AccountId::new("1");
    let timeout =
        |id: &AccountId, _| (*id == slow).then_some(Refusal::Unreachable(Unreachable::Timeout));
    for _ in 0..20 {
        world.run(&timeout);
        assert_eq!(
            *world.roster.network(),
            Network::Online,
            "the other account answers"
        );
        world.pass(Duration::minutes(11));
    }
}

#[test]
fn a_new_token_is_kept_even_when_the_account_was_deleted_meanwhile() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(8));
    let effects = world.on(Event::Tick { room: 9 });
    let [Effect::Renew { id, revision }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let (id, revision) = (id.clone(), *revision);
    world.on(Event::Delete(vec![id.clone()]));
    let fresh = grant(world.now, &INSTAGRAM_SCOPES.join(","));
    let result = Ok(fresh.clone());
    let effects = world.on(Event::Renewed {
        id,
        revision,
        result,
    });
    assert!(
        matches!(effects.as_slice(), [Effect::Promote { generation: 2, .. }]),
        "the old token may be dead: {effects:?}"
    );
    world.on(Event::UndoDelete);
    assert_eq!(
        world.account("1").grant().unwrap().expires_at,
        fresh.expires_at
    );
    world.run(&|_, _| None);
    assert_eq!(world.status("1"), Status::Connected);
}

#[test]
fn a_red_account_is_looked_at_again_and_heals_by_itself() {
    let mut world = World::with(&["1"]);
    let gone = |_: &AccountId, _| Some(denied(190, Some(467)));
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
    assert_eq!(world.status("1"), Status::Revoked);
    world.pass(Duration::hours(1));
    world.run(&|_, renewal| {
        assert!(!renewal, "a lost account is not renewed");
        None
    });
    assert_eq!(world.status("1"), Status::Connected);
    assert_eq!(world.count(EntryKind::Recovered), 1);
}

#[test]
fn a_checkpoint_keeps_the_token_and_clears_by_itself() {
    let mut world = World::with(&["1"]);
    let blocked = |_: &AccountId, _| Some(denied(190, Some(459)));
    world.run(&blocked);
    world.pass(Duration::minutes(1));
    world.run(&blocked);
    assert_eq!(world.status("1"), Status::Blocked);
    match &world.account("1").connection {
        Connection::Held(held) => assert!(matches!(held.standing, Standing::Blocked(_))),
        other => panic!("{other:?}"),
    }
    world.pass(Duration::hours(2));
    world.run(&|_, _| None);
    assert_eq!(world.status("1"), Status::Connected);
}

#[test]
fn several_alike_at_once_point_at_the_app_not_at_the_people() {
    let ids = ["1", "2", "3", "4"];
    let mut world = World::with(&ids);
    let gone = |_: &AccountId, _| Some(denied(190, None));
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
    for id in ids {
        assert_eq!(world.status(id), Status::Waiting, "{id}");
    }
    assert_eq!(world.roster.app_fault().unwrap().accounts.len(), 4);
    world.pass(Duration::minutes(10));
    world.run(&|_, _| None);
    world.run(&|_, _| None);
    for id in ids {
        assert_eq!(world.status(id), Status::Connected, "{id}");
    }
    assert!(world.roster.app_fault().is_none());
}

#[test]
fn one_of_many_is_judged_by_itself() {
    let mut world = World::with(&["1", "2", "3", "4"]);
    let one = AccountId::new("3");
    let gone = |id: &AccountId, _| (*id == one).then(|| denied(190, None));
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
    assert_eq!(world.status("3"), Status::Revoked);
    assert_eq!(world.status("1"), Status::Connected);
}

#[test]
fn a_real_loss_of_all_is_marked_once_it_has_been_held_back_long_enough() {
    let mut world = World::with(&["1", "2"]);
    let gone = |_: &AccountId, _| Some(denied(190, None));
    for _ in 0..30 {
        world.run(&gone);
        world.pass(Duration::minutes(10));
    }
    assert_eq!(world.status("1"), Status::Revoked);
    assert_eq!(world.status("2"), Status::Revoked);
}

#[test]
fn an_answer_to_an_older_question_changes_nothing() {
    let mut world = World::with(&["1"]);
    let effects = world.on(Event::Tick { room: 1 });
    let (id, revision) = the_check(&effects);
    world.on(Event::Delete(vec![id.clone()]));
    world.on(Event::UndoDelete);
    let before = world.account("1").clone();
    world.on(Event::Probed {
        id,
        revision,
        result: Err(denied(190, Some(460))),
    });
    assert_eq!(world.account("1"), &before);
}

#[test]
fn an_old_loss_says_nothing_about_the_app() {
    let mut world = World::with(&["1", "2", "3", "4"]);
    lose(&mut world, "1");
    world.pass(Duration::days(1));
    world.run(&|id, _| (id.as_str() == "1").then(|| denied(190, None)));
    lose(&mut world, "2");
    assert_eq!(
        world.status("2"),
        Status::Revoked,
        "one new loss is one loss"
    );
    assert!(world.roster.app_fault().is_none());
}

fn lose(world: &mut World, lost: &str) {
    let lost = AccountId::new(lost);
    let gone = move |id: &AccountId, _: bool| {
        (*id == lost || id.as_str() == "1").then(|| denied(190, None))
    };
    world.pass(Duration::hours(2));
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
}

#[test]
fn the_alarm_about_the_app_ends_by_itself() {
    let mut world = World::with(&["1", "2"]);
    let gone = |_: &AccountId, _| Some(denied(190, None));
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
    assert!(world.roster.app_fault().is_some());
    for _ in 0..30 {
        world.pass(Duration::minutes(10));
        world.run(&gone);
    }
    assert!(world.roster.app_fault().is_none());

    let mut world = World::with(&["1", "2"]);
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
    world.on(Event::Delete(vec![
        AccountId::new("1"),
        AccountId::new("2"),
    ]));
    world.on(Event::Tick { room: 0 });
    assert!(
        world.roster.app_fault().is_none(),
        "nobody is left to suspect it for"
    );
}

#[test]
fn a_call_that_ended_in_a_fault_of_ours_is_tried_again_with_patience() {
    let mut world = World::with(&["1"]);
    world.pass(Duration::days(8));
    let effects = world.on(Event::Tick { room: 1 });
    let [Effect::Renew { id, revision }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let (id, revision) = (id.clone(), *revision);
    world.on(Event::TaskDied { id, revision });
    let again = world.on(Event::Tick { room: 9 });
    assert!(
        !again
            .iter()
            .any(|effect| matches!(effect, Effect::Renew { .. })),
        "{again:?}"
    );
}

#[test]
fn a_check_asked_for_while_one_is_under_way_is_made_after_it() {
    let mut world = World::with(&["1"]);
    let effects = world.on(Event::Tick { room: 1 });
    let (id, revision) = the_check(&effects);
    world.on(Event::CheckAsked(vec![]));
    let result = Ok(Probe {
        profile: profile("1"),
        denied: None,
    });
    world.on(Event::Probed {
        id,
        revision,
        result,
    });
    assert!(
        !world.roster.is_settled(&[], world.now),
        "the answer may be older than the question"
    );
    assert_eq!(world.run(&|_, _| Some(denied(190, Some(460)))), 1);
    world.pass(Duration::seconds(3));
    world.run(&|_, _| Some(denied(190, Some(460))));
    assert_eq!(world.status("1"), Status::Revoked);
}
