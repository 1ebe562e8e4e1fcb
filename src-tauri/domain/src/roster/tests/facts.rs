//! What stands beside a cause.

use super::*;
use crate::facts::{Fact, facts};
use crate::status::reason;

fn of(world: &World, id: &str, together: usize) -> Vec<Fact> {
    let account = world.account(id);
    let diagnosis = reason(account, world.roster.plan().policy, world.now).unwrap();
    facts(account, &diagnosis, &world.roster, together)
}

#[test]
fn a_lost_account_shows_its_age_its_last_good_call_and_that_the_others_work() {
    let mut world = World::with(&["1", "2", "3"]);
    let begun = world.now;
    world.run(&|_, _| None);
    world.pass(Duration::days(2));
    lost(&mut world, "1", 460);
    assert_eq!(
        of(&world, "1", 1),
        [
            Fact::IssuedAt(begun),
            Fact::LastOkAt(begun),
            Fact::EndsAt(begun + Duration::days(60)),
            Fact::OthersWork(2),
        ]
    );
    assert!(of(&world, "1", 2).contains(&Fact::BrokeTogether(2)));
}

#[test]
fn an_account_that_is_held_up_is_not_said_to_work() {
    let mut world = World::with(&["1", "2", "3"]);
    world.run(&|_, _| None);
    world.pass(Duration::days(2));
    lost(&mut world, "1", 460);
    let limited = |id: &AccountId, _: bool| (id.as_str() == "2").then(|| denied(80_002, None));
    world.on(Event::CheckAsked(vec![AccountId::new("2")]));
    world.run(&limited);
    assert!(of(&world, "1", 1).contains(&Fact::OthersWork(1)));
}

#[test]
fn a_row_of_losses_and_a_step_of_two_factor_are_told() {
    let mut world = World::with(&["1"]);
    let id = AccountId::new("1");
    lost(&mut world, "1", 460);
    world.pass(Duration::hours(2));
    // Signed in again; what heals by itself was no loss.
    let grant = world.account("1").grant().unwrap().clone();
    let profile = profile("1");
    world.on(Event::TokenAdded {
        profile,
        grant,
        app: None,
    });
    let turned_on = crate::account::TwoFactorAnswer::JustTurnedOn;
    world.roster.answer_two_factor(&id, turned_on, world.now);
    let step = world.now;
    world.pass(Duration::hours(20));
    lost(&mut world, "1", 460);
    let told = of(&world, "1", 1);
    assert!(told.contains(&Fact::LostBefore(2)), "{told:?}");
    assert!(told.contains(&Fact::TwoFactorStep(step)), "{told:?}");
    assert!(
        !told.iter().any(|fact| matches!(fact, Fact::OthersWork(_))),
        "{told:?}"
    );
}
