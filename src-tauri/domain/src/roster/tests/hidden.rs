//! A missing permission behind something graver: it comes back, and is told once.

use super::*;

const PUBLISH: &str = "instagram_business_content_publish";

fn works(_: &AccountId, _: bool) -> Option<Refusal> {
    None
}

/// Subcodes of 190: a checkpoint, and sessions that were reset.
const BLOCKED: i64 = 459;
const GONE: i64 = 460;

fn refused(subcode: i64) -> impl Fn(&AccountId, bool) -> Option<Refusal> {
    move |_, _| Some(denied(190, Some(subcode)))
}

fn limited(_: &AccountId, renewal: bool) -> Option<Refusal> {
    (!renewal).then(|| denied(10, None))
}

/// Long enough for the second look and for the next look at what is red.
fn settle(world: &mut World, answer: &dyn Fn(&AccountId, bool) -> Option<Refusal>) {
    for _ in 0..3 {
        world.run(answer);
        world.pass(Duration::minutes(1));
    }
    world.pass(Duration::hours(2));
}

/// The person unticked a permission at the consent.
fn unticked() -> World {
    let mut world = World::with(&["1"]);
    let now = world.now;
    let purpose = Purpose::Reconnect(AccountId::new("1"));
    world.on(Event::Attempt(AttemptEvent::Opened(attempt(now, purpose))));
    world.on(Event::Attempt(AttemptEvent::CodeReturned));
    let without: Vec<&str> = INSTAGRAM_SCOPES
        .into_iter()
        .filter(|scope| *scope != PUBLISH)
        .collect();
    let given = grant(now, &without.join(","));
    world.on(Event::Attempt(AttemptEvent::Redeemed(Ok(given))));
    world.on(Event::Attempt(AttemptEvent::Identified(Ok(profile("1")))));
    world.on(Event::Attempt(AttemptEvent::KeepWithLimits));
    assert_eq!(world.status("1"), Status::Limited);
    world
}

#[test]
fn it_comes_back_after_a_block_and_is_told_once() {
    let mut world = World::with(&["1"]);
    settle(&mut world, &limited);
    settle(&mut world, &refused(BLOCKED));
    assert_eq!(world.status("1"), Status::Blocked);
    let accounts: Vec<Account> = world.roster.accounts().cloned().collect();
    world.roster = Roster::restore(accounts, Plan::default(), world.now).with_time_known();
    world.on(Event::KeyAvailable(true));
    world.run(&limited);
    assert_eq!(world.status("1"), Status::Limited, "one answer shows it");
    settle(&mut world, &limited);
    assert_eq!(world.status("1"), Status::Limited);
    assert_eq!(world.count(EntryKind::Limited), 1);
    assert_eq!(world.count(EntryKind::Blocked), 1);
    assert_eq!(world.count(EntryKind::Recovered), 1, "the block is over");
    settle(&mut world, &works);
    assert_eq!(world.status("1"), Status::Connected);
    settle(&mut world, &limited);
    assert_eq!(world.count(EntryKind::Limited), 2, "a new one is news");
}

#[test]
fn a_limit_in_place_of_the_answer_does_not_give_a_permission_back() {
    let mut world = World::with(&["1"]);
    settle(&mut world, &limited);
    for refusal in [denied(4, None), denied(2, None), silence()] {
        world.on(Event::CheckAsked(vec![]));
        let effects = world.on(Event::Tick { room: 9 });
        let (id, revision) = the_check(&effects);
        let result = Ok(Probe {
            profile: profile("1"),
            denied: Some(refusal.clone()),
        });
        world.on(Event::Probed {
            id,
            revision,
            result,
        });
        assert_eq!(world.status("1"), Status::Limited, "{refusal:?}");
    }
    assert_eq!(world.count(EntryKind::Recovered), 0);
    world.pass(Duration::hours(2));
    settle(&mut world, &works);
    assert_eq!(world.count(EntryKind::Recovered), 1);
}

#[test]
fn what_was_given_back_behind_a_block_is_written_down_when_it_is_over() {
    let mut world = World::with(&["1"]);
    settle(&mut world, &limited);
    settle(&mut world, &refused(BLOCKED));
    settle(&mut world, &works);
    assert_eq!(world.status("1"), Status::Connected);
    assert_eq!(world.count(EntryKind::Recovered), 1);
    settle(&mut world, &limited);
    assert_eq!(world.count(EntryKind::Limited), 2);
}

#[test]
fn what_was_never_granted_is_not_forgotten_over_a_block_or_a_loss() {
    for subcode in [BLOCKED, GONE] {
        let mut world = unticked();
        settle(&mut world, &refused(subcode));
        assert_ne!(world.status("1"), Status::Limited);
        settle(&mut world, &works);
        assert_eq!(world.status("1"), Status::Limited);
        let Connection::Held(held) = &world.account("1").connection else {
            panic!("held again")
        };
        let shortfall = held.shortfall().unwrap();
        assert!(shortfall.missing.contains(PUBLISH));
        assert_eq!(
            world.count(EntryKind::Limited),
            0,
            "the person's own choice"
        );
    }
}

#[test]
fn a_lost_account_that_answers_without_a_permission_is_not_lost() {
    let mut world = World::with(&["1"]);
    settle(&mut world, &refused(GONE));
    assert_eq!(world.status("1"), Status::Revoked);
    settle(&mut world, &limited);
    assert_eq!(world.status("1"), Status::Limited);
    assert_eq!(world.count(EntryKind::Recovered), 1);
    assert_eq!(world.count(EntryKind::Limited), 1);
}

#[test]
fn a_loss_that_is_taken_back_does_not_tell_it_again() {
    let mut world = World::with(&["1"]);
    settle(&mut world, &limited);
    settle(&mut world, &refused(GONE));
    assert_eq!(world.status("1"), Status::Revoked);
    settle(&mut world, &limited);
    assert_eq!(world.status("1"), Status::Limited);
    assert_eq!(world.count(EntryKind::Limited), 1);
}
