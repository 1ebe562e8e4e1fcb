//! Deleting, undoing, the wizard.

use super::*;

#[test]
fn a_deletion_is_taken_back_whole_and_final_after_ten_seconds() {
    let mut world = World::with(&["1", "2"]);
    world.run(&|_, _| None);
    let before = world.account("1").connection.clone();
    world.on(Event::Delete(vec![AccountId::new("1")]));
    world.pass(Duration::seconds(9));
    world.on(Event::Delete(vec![AccountId::new("2")]));
    world.pass(Duration::seconds(9));
    assert!(
        world.on(Event::Tick { room: 9 }).is_empty(),
        "the second deletion prolonged the first"
    );
    world.on(Event::UndoDelete);
    assert_eq!(world.account("1").connection, before);
    assert_eq!(world.status("2"), Status::Connected);

    world.on(Event::Delete(vec![AccountId::new("1")]));
    world.pass(Duration::seconds(10));
    let effects = world.on(Event::Tick { room: 0 });
    assert_eq!(effects, [Effect::EraseAccess(AccountId::new("1"))]);
    world.on(Event::UndoDelete);
    assert_eq!(world.status("1"), Status::Removed, "too late");
}

#[test]
fn the_full_way_deletes_asks_about_two_factor_and_keeps_everything() {
    let mut world = World::with(&["1"]);
    world.on(Event::SetLabel(AccountId::new("1"), "Bakery".into()));
    world.on(Event::SetNotes(AccountId::new("1"), "Ask Ana".into()));
    lost(&mut world, "1", 460);
    wizard(&mut world, "1", WizardEvent::Open);
    assert_eq!(
        world.account("1").wizard.as_ref().unwrap().flow,
        Flow::Password
    );
    wizard(&mut world, "1", WizardEvent::Choose(Way::Full));
    wizard(&mut world, "1", WizardEvent::Next);
    wizard(&mut world, "1", WizardEvent::Next);
    let step = |world: &World| world.account("1").wizard.as_ref().unwrap().step;
    assert_eq!(step(&world), Step::Delete);
    wizard(&mut world, "1", WizardEvent::Next);
    assert_eq!(
        (step(&world), world.status("1")),
        (Step::TwoFactor, Status::Removed)
    );
    assert_eq!(
        world.account("1").removed().unwrap().undo,
        Undo::WhileInWizard
    );
    wizard(&mut world, "1", WizardEvent::Next);
    assert_eq!(
        step(&world),
        Step::TwoFactor,
        "an answer is asked for, any answer will do"
    );
    wizard(
        &mut world,
        "1",
        WizardEvent::Answer("two_factor".into(), "not_now".into()),
    );
    wizard(&mut world, "1", WizardEvent::Next);
    assert_eq!(step(&world), Step::SignIn);
    world.connect(Purpose::Reconnect(AccountId::new("1")), "1");
    let account = world.account("1");
    assert_eq!(
        (account.label.as_str(), account.notes.as_str()),
        ("Bakery", "Ask Ana")
    );
    assert_eq!(step(&world), Step::Finish);
    assert_eq!(world.status("1"), Status::Connected);
}

#[test]
fn going_back_before_the_deletion_takes_it_back() {
    let mut world = World::with(&["1"]);
    lost(&mut world, "1", 458);
    wizard(&mut world, "1", WizardEvent::Open);
    for _ in 0..3 {
        wizard(&mut world, "1", WizardEvent::Next);
    }
    assert_eq!(world.status("1"), Status::Removed);
    wizard(&mut world, "1", WizardEvent::Back);
    assert_eq!(world.status("1"), Status::Revoked);
}

#[test]
fn an_unlocked_account_needs_nothing_deleted() {
    let mut world = World::with(&["1"]);
    let blocked = |_: &AccountId, _| Some(denied(190, Some(459)));
    world.run(&blocked);
    world.pass(Duration::seconds(31));
    world.run(&blocked);
    wizard(&mut world, "1", WizardEvent::Open);
    wizard(&mut world, "1", WizardEvent::Next);
    for tick in ["tick.unlock", "tick.activity", "tick.wait"] {
        wizard(&mut world, "1", WizardEvent::Next);
        assert_eq!(world.run(&|_, _| None), 0, "{tick} is still missing");
        wizard(
            &mut world,
            "1",
            WizardEvent::Answer(tick.into(), "yes".into()),
        );
    }
    wizard(&mut world, "1", WizardEvent::Next);
    assert_eq!(world.run(&blocked), 1);
    let wait = world.account("1").wizard.as_ref().unwrap().check_again_at;
    assert_eq!(
        wait,
        Some(world.now + crate::wizard::CHECK_PAUSE),
        "not more often than that"
    );
    world.pass(crate::wizard::CHECK_PAUSE);
    wizard(&mut world, "1", WizardEvent::Next);
    world.run(&|_, _| None);
    assert_eq!(
        world.account("1").wizard.as_ref().unwrap().step,
        Step::Finish
    );
    assert_eq!(world.status("1"), Status::Connected);
}

#[test]
fn a_loss_right_after_turning_two_factor_on_is_put_down_to_that() {
    for (hours, flow) in [(47, Flow::SecuritySetting), (49, Flow::Password)] {
        let mut world = World::with(&["1"]);
        let id = AccountId::new("1");
        let turned_on = crate::account::TwoFactorAnswer::JustTurnedOn;
        world.roster.answer_two_factor(&id, turned_on, world.now);
        world.pass(Duration::hours(hours));
        lost(&mut world, "1", 460);
        wizard(&mut world, "1", WizardEvent::Open);
        let opened = world.account("1").wizard.as_ref().unwrap();
        assert_eq!(opened.flow, flow, "{hours} hours later");
    }
}

#[test]
fn what_the_browser_brought_is_not_taken_up_after_a_change_of_two_factor() {
    let mut world = World::with(&["1"]);
    lost(&mut world, "1", 460);
    wizard(&mut world, "1", WizardEvent::Open);
    wizard(&mut world, "1", WizardEvent::Choose(Way::Full));
    for _ in 0..3 {
        wizard(&mut world, "1", WizardEvent::Next);
    }
    let on = || WizardEvent::Answer("two_factor".into(), "on".into());
    wizard(&mut world, "1", on());
    wizard(&mut world, "1", WizardEvent::Next);
    let step = |world: &World| world.account("1").wizard.as_ref().unwrap().step;
    assert_eq!(step(&world), Step::SignIn);

    // Something was unticked, and the person has to choose.
    let now = world.now;
    let purpose = Purpose::Reconnect(AccountId::new("1"));
    world.on(Event::Attempt(AttemptEvent::Opened(attempt(now, purpose))));
    world.on(Event::Attempt(AttemptEvent::CodeReturned));
    let given = grant(now, "instagram_business_basic");
    world.on(Event::Attempt(AttemptEvent::Redeemed(Ok(given))));
    world.on(Event::Attempt(AttemptEvent::Identified(Ok(profile("1")))));
    assert!(world.roster.attempt().is_some());

    wizard(&mut world, "1", WizardEvent::Back);
    assert_eq!(step(&world), Step::TwoFactor);
    assert!(world.roster.attempt().is_none(), "the sign-in is given up");
    world.on(Event::Attempt(AttemptEvent::KeepWithLimits));
    assert_eq!(world.status("1"), Status::Removed);
    assert_eq!(step(&world), Step::TwoFactor);
}

#[test]
fn the_last_call_that_worked_is_known_where_a_permission_is_missing_or_a_block_came() {
    let mut world = World::with(&["1"]);
    for _ in 0..3 {
        world.pass(Duration::hours(1));
        world.on(Event::CheckAsked(vec![]));
        let effects = world.on(Event::Tick { room: 9 });
        let (id, revision) = the_check(&effects);
        let result = Ok(Probe {
            profile: profile("1"),
            denied: Some(denied(10, None)),
        });
        world.on(Event::Probed {
            id,
            revision,
            result,
        });
    }
    assert_eq!(world.status("1"), Status::Limited);
    let checked = world.account("1").watch.last_checked_at;
    assert_eq!(world.account("1").watch.last_ok_at, checked);
    for _ in 0..3 {
        world.run(&|_, _| Some(denied(190, Some(459))));
        world.pass(Duration::hours(1));
    }
    let blocked = world
        .entries
        .iter()
        .find(|entry| entry.kind == EntryKind::Blocked);
    assert!(blocked.unwrap().params.contains_key("last_ok"));
}
