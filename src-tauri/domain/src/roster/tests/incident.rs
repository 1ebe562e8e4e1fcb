//! What broke together.

use super::*;

/// Marks accounts as lost, `apart` from each other, each with an answer of its own.
fn break_one_by_one(world: &mut World, losses: &[(&str, i64)], apart: Duration) {
    for (id, subcode) in losses {
        world.on(Event::CheckAsked(vec![AccountId::new(*id)]));
        lost(world, id, *subcode);
        world.pass(apart);
    }
}

fn named(incident: &Incident) -> Vec<&str> {
    incident.accounts.iter().map(AccountId::as_str).collect()
}

#[test]
fn accounts_that_break_together_with_one_answer_are_one_incident() {
    let mut world = World::with(&["1", "2", "3", "4", "5", "6", "7"]);
    world.run(&|_, _| None);
    break_one_by_one(&mut world, &[("2", 460), ("5", 460)], Duration::minutes(2));
    let incidents = world.roster.incidents();
    let [incident] = incidents.as_slice() else {
        panic!("{incidents:?}")
    };
    assert_eq!(named(incident), ["2", "5"]);
    assert_eq!(incident.cause, Cause::PasswordOrSecurityChange);
    assert_eq!(incident.shared, [Shared::Answer]);
    assert_eq!(incident.kind, IncidentKind::Accounts);
}

#[test]
fn other_answers_and_other_times_are_other_matters() {
    let mut world = World::with(&["1", "2", "3", "4", "5", "6", "7"]);
    world.run(&|_, _| None);
    break_one_by_one(&mut world, &[("1", 460), ("2", 458)], Duration::minutes(1));
    assert_eq!(world.roster.incidents(), [], "two answers");
    world.pass(Duration::minutes(11));
    break_one_by_one(&mut world, &[("3", 460)], Duration::minutes(1));
    assert_eq!(world.roster.incidents(), [], "the same answer, but later");
    break_one_by_one(&mut world, &[("4", 460)], Duration::minutes(1));
    let incidents = world.roster.incidents();
    assert_eq!(
        incidents.iter().map(named).collect::<Vec<_>>(),
        [["3", "4"]]
    );
}

#[test]
fn an_incident_names_the_label_and_that_nobody_is_left() {
    let mut world = World::with(&["1", "2"]);
    world.run(&|_, _| None);
    for id in ["1", "2"] {
        world.on(Event::SetLabel(AccountId::new(id), "bakery".to_owned()));
    }
    break_one_by_one(&mut world, &[("1", 460), ("2", 460)], Duration::seconds(30));
    let incidents = world.roster.incidents();
    assert_eq!(
        incidents[0].shared,
        [Shared::Answer, Shared::Label, Shared::AllAccounts]
    );
    assert_eq!(incidents[0].label.as_deref(), Some("bakery"));
}

#[test]
fn mending_takes_an_account_out_and_a_restart_keeps_the_rest() {
    let mut world = World::with(&["1", "2", "3", "4", "5", "6", "7", "8"]);
    world.run(&|_, _| None);
    break_one_by_one(&mut world, &[("1", 460), ("2", 460)], Duration::minutes(1));
    world.pass(Duration::minutes(11));
    let before = world.roster.incidents();
    let accounts: Vec<Account> = world.roster.accounts().cloned().collect();
    world.roster = Roster::restore(accounts, Plan::default(), world.now).with_time_known();
    world.on(Event::KeyAvailable(true));
    assert_eq!(world.roster.incidents(), before);
    world.run(&|_, _| None); // both heal by themselves
    assert_eq!(world.roster.incidents(), []);
}

#[test]
fn a_fault_of_the_app_is_an_incident_whose_accounts_wait_and_offer_no_wizard() {
    let mut world = World::with(&["1", "2", "3"]);
    let refused = |_: &AccountId, _: bool| Some(denied(190, None));
    world.run(&refused);
    world.pass(Duration::seconds(31));
    world.run(&refused);
    let incidents = world.roster.incidents();
    assert_eq!(incidents[0].kind, IncidentKind::App);
    assert_eq!(named(&incidents[0]), ["1", "2", "3"]);
    for id in ["1", "2", "3"] {
        assert_eq!(world.status(id), Status::Waiting);
        wizard(&mut world, id, WizardEvent::Open);
        assert!(world.account(id).wizard.is_none(), "no way back is offered");
    }
}

#[test]
fn a_loss_that_others_make_doubtful_is_told_once_whatever_becomes_of_it() {
    for heals in [false, true] {
        let mut world = World::with(&["1", "2", "3"]);
        world.run(&|_, _| None);
        // Two are marked before the third makes it a matter of the app.
        break_one_by_one(&mut world, &[("1", 460), ("2", 460)], Duration::minutes(1));
        assert_eq!(world.count(EntryKind::Lost), 2);
        let gone = |_: &AccountId, _: bool| Some(denied(190, Some(460)));
        world.on(Event::CheckAsked(vec![]));
        for _ in 0..3 {
            world.run(&gone);
            world.pass(Duration::seconds(31));
        }
        assert!(world.roster.app_fault().is_some());
        assert_eq!(world.status("1"), Status::Waiting);
        assert_eq!(
            world.count(EntryKind::Recovered),
            0,
            "nothing has recovered"
        );
        for _ in 0..40 {
            world.run(&|_, _| (!heals).then(|| denied(190, Some(460))));
            world.pass(Duration::minutes(7));
        }
        let red = world.status("1") == Status::Revoked;
        assert_eq!(red, !heals);
        let told = (
            world.count(EntryKind::Lost),
            world.count(EntryKind::Recovered),
        );
        // Two accounts recover, and so does the app.
        assert_eq!(told, if heals { (2, 3) } else { (3, 0) });
    }
}

#[test]
fn a_told_loss_whose_fellows_recover_is_neither_renewed_nor_told_again() {
    let mut world = World::with(&["1", "2", "3"]);
    world.run(&|_, _| None);
    break_one_by_one(&mut world, &[("1", 460), ("2", 460)], Duration::minutes(1));
    world.on(Event::CheckAsked(vec![]));
    for _ in 0..3 {
        world.run(&|_, _| Some(denied(190, Some(460))));
        world.pass(Duration::seconds(31));
    }
    assert!(world.roster.app_fault().is_some());
    world.pass(Duration::days(8)); // a renewal would be due
    for _ in 0..6 {
        world.run(&|id, renewal| {
            assert!(
                !renewal || id.as_str() == "3",
                "what is in doubt is not renewed"
            );
            (id.as_str() != "3").then(|| denied(190, Some(468)))
        });
        world.pass(Duration::seconds(31));
    }
    assert_eq!(world.status("1"), Status::Revoked);
    assert_eq!(world.count(EntryKind::Lost), 2, "each was told once");
}

#[test]
fn a_computer_that_is_on_for_an_hour_now_and_then_gets_to_know_in_the_end() {
    let mut world = World::with(&["1", "2"]);
    let gone = |_: &AccountId, _: bool| Some(denied(190, None));
    for session in 0..2 {
        let accounts: Vec<Account> = world.roster.accounts().cloned().collect();
        world.roster = Roster::restore(accounts, Plan::default(), world.now).with_time_known();
        world.on(Event::KeyAvailable(true));
        for _ in 0..50 {
            world.run(&gone);
            world.pass(Duration::minutes(1));
        }
        let expected = if session == 0 {
            Status::Waiting
        } else {
            Status::Revoked
        };
        assert_eq!(world.status("1"), expected, "session {session}");
        world.pass(Duration::days(3));
    }
    assert_eq!(world.count(EntryKind::Lost), 2);
}

#[test]
fn the_first_finding_sends_a_look_at_the_others() {
    let mut world = World::with(&["1", "2", "3"]);
    world.run(&|_, _| None);
    world.pass(Duration::minutes(5));
    world.on(Event::CheckAsked(vec![AccountId::new("2")]));
    let gone = |_: &AccountId, _: bool| Some(denied(190, None));
    assert_eq!(world.run(&gone), 1);
    assert_eq!(
        world.run(&gone),
        2,
        "the others at once, five minutes before their time"
    );
    world.pass(Duration::seconds(31));
    world.run(&gone);
    assert_eq!(world.count(EntryKind::Lost), 0, "no alarm: it is the app");
    assert!(world.roster.app_fault().is_some());
}
