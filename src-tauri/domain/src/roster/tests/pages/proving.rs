//! A Page's token takes the place of what is there only once it has answered a call; and sign-ins that bring none.

use super::*;

fn proved(answers: Vec<(&str, Result<PageState, Refusal>)>) -> Event {
    let answers = answers.into_iter().map(|(page, it)| (page.to_owned(), it));
    Event::Attempt(AttemptEvent::PagesProved(answers.collect()))
}

/// Three known accounts whose Pages came back, and what is done once these are chosen.
fn chosen(pages: &[&str]) -> World {
    let mut world = World::with_pages(&["1", "2", "3"]);
    world.sign_in(Purpose::Connect, found(all(), ready(&["1", "2", "3"])));
    let ids = pages.iter().map(|it| (*it).to_owned()).collect();
    let effects = world.on(Event::Attempt(AttemptEvent::PagesChosen(ids)));
    assert_eq!(effects, [Effect::ProvePages(AttemptId::new("a"))]);
    assert_eq!(world.roster.attempt().unwrap().proving(), pages);
    world
}

fn generations(world: &World) -> Vec<u64> {
    world.roster.accounts().map(|it| it.generation).collect()
}

#[test]
fn nothing_is_overwritten_before_the_new_token_answered() {
    let mut world = chosen(&["p2", "p1"]);
    assert!(matches!(
        world.phase(),
        Phase::Checking {
            signed_in: true,
            ..
        }
    ));
    assert_eq!(generations(&world), [1, 1, 1]);
    let answers = vec![("p2", Ok(answering("2"))), ("p1", Ok(answering("1")))];
    let effects = world.on(proved(answers.clone()));
    let adopted = effects
        .iter()
        .filter(|it| matches!(it, Effect::Adopt { .. }));
    assert_eq!(adopted.count(), 2);
    assert_eq!(generations(&world), [2, 2, 1]);
    assert!(world.on(proved(answers)).is_empty(), "once");
}

#[test]
fn those_that_do_not_answer_are_named_and_keep_what_they_have() {
    let other = PageState {
        profile: Some(profile("9")),
        ..answering("2")
    };
    let unlinked = PageState {
        profile: None,
        ..answering("2")
    };
    for wrong in [
        Err(denied(190, None)),
        Err(silence()),
        Ok(other),
        Ok(unlinked),
    ] {
        let mut world = chosen(&["p1", "p2"]);
        world.on(proved(vec![
            ("p1", Ok(answering("1"))),
            ("p2", wrong.clone()),
        ]));
        assert!(matches!(world.phase(), Phase::Done { .. }), "{wrong:?}");
        assert_eq!(generations(&world), [2, 1, 1], "{wrong:?}");
        let offer = world.roster.attempt().unwrap().offer.as_deref().unwrap();
        assert_eq!(offer.unanswered, ["p2"], "{wrong:?}");
    }
    // One that was not even asked has not answered.
    let mut world = chosen(&["p1", "p2"]);
    world.on(proved(vec![("p1", Ok(answering("1")))]));
    assert_eq!(generations(&world), [2, 1, 1]);
}

#[test]
fn where_none_answers_nothing_changes_and_the_reason_is_told() {
    let mut world = chosen(&["p1", "p2"]);
    let refused = vec![
        ("p1", Err(denied(190, None))),
        ("p2", Err(denied(190, None))),
    ];
    let effects = world.on(proved(refused));
    assert_eq!(effects, [Effect::CloseAttempt(AttemptId::new("a"))]);
    assert!(matches!(
        world.phase(),
        Phase::Failed {
            diagnosis: Some(_),
            ..
        }
    ));
    assert_eq!(generations(&world), [1, 1, 1]);

    let mut world = chosen(&["p1"]);
    let unlinked = PageState {
        profile: None,
        ..answering("1")
    };
    world.on(proved(vec![("p1", Ok(unlinked))]));
    let none = Outcome::NoBusinessAccount;
    assert!(matches!(world.phase(), Phase::Failed { outcome, .. } if *outcome == none));
    assert_eq!(generations(&world), [1, 1, 1]);
}

#[test]
fn what_passes_by_itself_is_asked_again() {
    let mut world = chosen(&["p1"]);
    assert!(world.on(proved(vec![("p1", Err(silence()))])).is_empty());
    assert!(matches!(
        world.phase(),
        Phase::Checking {
            trouble: Some(_),
            ..
        }
    ));
    world.pass(Duration::seconds(15));
    let again = [Effect::ProvePages(AttemptId::new("a"))];
    assert_eq!(world.on(Event::Tick { room: 0 }), again);
    world.on(proved(vec![("p1", Ok(answering("1")))]));
    assert_eq!(generations(&world), [2, 1, 1]);
}

#[test]
fn the_only_page_is_a_choice_where_its_account_works_another_way() {
    let mut world = World::with(&["1"]);
    world.sign_in(Purpose::Connect, found(all(), ready(&["1"])));
    assert_eq!(
        world.phase(),
        &Phase::Pages,
        "it is connected on the other route"
    );
    assert_eq!(generations(&world), [1]);
    world.choose(&["p1"]);
    assert_eq!(world.account("1").route(), Route::Facebook);

    // Through another app of the same route.
    let named = world.roster.accounts().cloned().map(|account| Account {
        app: Some(AppKey::new(Route::Facebook, "990000000000003")),
        ..account
    });
    let named: Vec<_> = named.collect();
    world.roster = Roster::restore(named, Plan::default(), world.now).with_time_known();
    world.sign_in(Purpose::Connect, found(all(), ready(&["1"])));
    assert_eq!(world.phase(), &Phase::Pages);
}

#[test]
fn a_passing_failure_while_pages_are_read_goes_on_from_the_persons_token() {
    let mut world = World::with(&[]);
    world.sign_in_to(Purpose::Connect, Err(silence()));
    world.pass(Duration::seconds(15));
    let again = Effect::Identify(AttemptId::new("a"));
    assert_eq!(world.on(Event::Tick { room: 1 }), [again]);
    let pages = found(all(), ready(&["1"]));
    let effects = world.on(Event::Attempt(AttemptEvent::Offered(Ok(Box::new(pages)))));
    world.prove(effects);
    assert_eq!(world.status("1"), Status::Connected);
}

#[test]
fn nothing_usable_ends_with_the_pages_and_touches_no_account() {
    let mut world = World::with_pages(&["2"]);
    let before = world.account("2").clone();
    let pages = vec![
        found_page("1", false, &["MANAGE"]),
        found_page("2", true, &["ANALYZE"]),
    ];
    let effects = world.sign_in(Purpose::Connect, found(all(), pages));
    assert_eq!(effects, [Effect::CloseAttempt(AttemptId::new("a"))]);
    let Phase::Failed { outcome, .. } = world.phase() else {
        panic!("{:?}", world.phase())
    };
    assert_eq!(*outcome, Outcome::NoBusinessAccount);
    assert_eq!(
        world
            .roster
            .attempt()
            .unwrap()
            .offer
            .as_ref()
            .unwrap()
            .pages
            .len(),
        2
    );
    assert_eq!(world.account("2"), &before);
}
