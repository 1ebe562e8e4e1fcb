//! From the browser to an account.

use super::*;

#[test]
fn another_account_than_expected_changes_nothing_until_the_person_chooses() {
    let mut world = World::with(&["1"]);
    let before = world.account("1").clone();
    let effects = world.connect(Purpose::Reconnect(AccountId::new("1")), "2");
    assert!(effects.is_empty(), "{effects:?}");
    assert_eq!(world.account("1"), &before);
    let phase = &world.roster.attempt().unwrap().phase;
    assert!(
        matches!(
            phase,
            Phase::Choice {
                outcome: Outcome::WrongAccount,
                ..
            }
        ),
        "{phase:?}"
    );
    let effects = world.on(Event::Attempt(AttemptEvent::AddReturned));
    assert!(
        matches!(effects.first(), Some(Effect::Adopt { account, .. }) if account.as_str() == "2")
    );
    assert_eq!(world.account("1"), &before);
    assert_eq!(world.status("2"), Status::Connected);
}

#[test]
fn a_cut_line_in_the_middle_goes_on_with_what_is_in_hand() {
    let mut world = World::with(&[]);
    let now = world.now;
    world.on(Event::Attempt(AttemptEvent::Opened(attempt(
        now,
        Purpose::Connect,
    ))));
    world.on(Event::Attempt(AttemptEvent::CodeReturned));
    world.on(Event::Attempt(AttemptEvent::Redeemed(Err(silence()))));
    assert!(world.on(Event::Tick { room: 1 }).is_empty(), "not at once");
    world.pass(Duration::seconds(15));
    assert_eq!(
        world.on(Event::Tick { room: 1 }),
        [Effect::Redeem(AttemptId::new("a"))]
    );
    let all = INSTAGRAM_SCOPES.join(",");
    world.on(Event::Attempt(AttemptEvent::Redeemed(Ok(grant(now, &all)))));
    world.on(Event::Attempt(AttemptEvent::Identified(Err(silence()))));
    world.pass(Duration::seconds(15));
    assert_eq!(
        world.on(Event::Tick { room: 1 }),
        [Effect::Identify(AttemptId::new("a"))]
    );
}

#[test]
fn a_late_link_ends_in_its_own_words() {
    let mut world = World::with(&[]);
    let now = world.now;
    world.on(Event::Attempt(AttemptEvent::Opened(attempt(
        now,
        Purpose::Connect,
    ))));
    world.pass(crate::attempt::LIFE);
    world.on(Event::Tick { room: 0 });
    assert!(
        world.roster.attempt().unwrap().is_open(),
        "the tenth minute still counts"
    );
    world.pass(Duration::milliseconds(1));
    let effects = world.on(Event::Tick { room: 0 });
    assert_eq!(effects, [Effect::CloseAttempt(AttemptId::new("a"))]);
    let phase = &world.roster.attempt().unwrap().phase;
    assert!(
        matches!(
            phase,
            Phase::Failed {
                outcome: Outcome::StateExpired,
                ..
            }
        ),
        "{phase:?}"
    );
}
