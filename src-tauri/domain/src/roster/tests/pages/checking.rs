//! Checks through a Page, and taking a permission back.

use super::*;

#[test]
fn what_a_check_finds_counts_when_two_answers_agree() {
    let end = World::with(&[]).now + Duration::days(90);
    let cases: [(PageProbe, Status, Cause); 8] = [
        (
            PageProbe {
                page: Ok(PageState {
                    page: page("1"),
                    profile: None,
                }),
                inspection: Some(Ok(told(end, all()))),
                denied: None,
            },
            Status::Blocked,
            Cause::PageMissing,
        ),
        (
            PageProbe {
                page: Ok(PageState {
                    page: page("1"),
                    profile: Some(profile("2")),
                }),
                inspection: Some(Ok(told(end, all()))),
                denied: None,
            },
            Status::Blocked,
            Cause::PageMissing,
        ),
        (
            refused(says(
                190,
                None,
                "Error validating access token: The Page Bakery has been deleted.",
            )),
            Status::Blocked,
            Cause::PageMissing,
        ),
        (
            refused(says(100, Some(33), "Unsupported get request.")),
            Status::Blocked,
            Cause::PageMissing,
        ),
        (
            refused(says(
                190,
                None,
                "The user must be an administrator of the page in order to impersonate it.",
            )),
            Status::Blocked,
            Cause::RoleLost,
        ),
        (
            refused(denied(190, Some(492))),
            Status::Blocked,
            Cause::RoleLost,
        ),
        (
            refused(denied(190, Some(458))),
            Status::Revoked,
            Cause::AppRemoved,
        ),
        (
            // The call leaves the cause open, Facebook's word about the token does not.
            PageProbe {
                page: Err(denied(190, None)),
                inspection: Some(Err(denied(190, Some(460)))),
                denied: None,
            },
            Status::Revoked,
            Cause::PasswordOrSecurityChange,
        ),
    ];
    for (answer, status, cause) in cases {
        let mut world = World::with_pages(&["1"]);
        world.check_twice(&|_, _| answer.clone());
        assert_eq!(world.status("1"), status, "{answer:?}");
        let policy = world.roster.plan().policy;
        let why = crate::status::reason(world.account("1"), policy, world.now).unwrap();
        assert_eq!(why.cause, cause, "{answer:?}");
        // And back by itself, once the Page answers as it did.
        world.pass(Duration::hours(2));
        world.check(&|id, asks| well(id, end, asks));
        assert_eq!(world.status("1"), Status::Connected, "{answer:?}");
    }
}

#[test]
fn a_wrong_proof_says_nothing_about_the_account() {
    let mut world = World::with_pages(&["1"]);
    let wrong = says(
        100,
        None,
        "Invalid appsecret_proof provided in the API argument",
    );
    for _ in 0..3 {
        world.pass(Duration::minutes(31));
        assert_eq!(world.check(&|_, _| refused(wrong.clone())), 1);
    }
    assert!(
        matches!(&world.account("1").connection, Connection::Held(held) if held.standing == Standing::Good)
    );
    let trouble = world.account("1").watch.trouble.as_ref().unwrap();
    assert_eq!(trouble.diagnosis.cause, Cause::WrongAppId);
}

#[test]
fn a_withdrawn_permission_limits_and_comes_back() {
    let mut world = World::with_pages(&["1"]);
    let end = world.now + Duration::days(90);
    let lacks = PageProbe {
        inspection: Some(Ok(told(end, without("instagram_manage_insights")))),
        ..well("1", end, true)
    };
    world.check_twice(&|_, _| lacks.clone());
    assert_eq!(world.status("1"), Status::Limited);
    let Connection::Held(held) = &world.account("1").connection else {
        panic!()
    };
    let Standing::Limited(Shortfall { diagnosis, .. }) = &held.standing else {
        panic!()
    };
    assert_eq!(
        diagnosis.permission.as_deref(),
        Some("instagram_manage_insights")
    );
    assert_eq!(world.count(EntryKind::Limited), 1);
    world.pass(Duration::hours(2));
    world.check(&|id, asks| {
        assert!(asks, "asked about again");
        well(id, end, asks)
    });
    assert_eq!(world.status("1"), Status::Connected);
    assert_eq!(
        world.count(EntryKind::PermissionsChanged),
        2,
        "gone, and back"
    );
}

#[test]
fn the_token_itself_is_asked_about_once_a_day() {
    let mut world = World::with_pages(&["1"]);
    let end = world.now + Duration::days(90);
    let asked = std::cell::Cell::new(0);
    for _ in 0..(24 * 6) {
        world.check(&|id, asks| {
            asked.set(asked.get() + usize::from(asks));
            well(id, end, asks)
        });
        world.pass(Duration::minutes(10));
    }
    assert_eq!(asked.get(), 1);
    world.check(&|id, asks| {
        assert!(asks);
        well(id, end, asks)
    });
}

#[test]
fn data_access_is_told_fifteen_days_before_and_ends_when_facebook_says_so() {
    let mut world = World::with_pages(&["1", "2"]);
    let end = world.now + Duration::days(90);
    let until = |end: Timestamp| move |id: &str, asks: bool| well(id, end, asks);
    world.check(&until(end));
    world.pass(Duration::days(75) - Duration::milliseconds(1));
    world.check(&until(end));
    assert_eq!(world.status("1"), Status::Connected);
    world.pass(Duration::milliseconds(1));
    assert_eq!(world.status("1"), Status::RenewalLate);
    let policy = world.roster.plan().policy;
    let why = crate::status::reason(world.account("1"), policy, world.now).unwrap();
    assert_eq!(why.remedy, crate::diagnosis::Remedy::Reconnect);

    // Our clock alone ends nothing, however late.
    world.pass(Duration::days(16));
    for _ in 0..3 {
        world.check(&|_, _| refused(silence()));
        world.pass(Duration::hours(1));
    }
    assert_eq!(world.status("1"), Status::RenewalLate);
    // Neither does a Page that answers without its link then: that is what an end of data access looks like.
    world.pass(Duration::hours(1));
    let empty = |id: &str, _: bool| PageProbe {
        page: Ok(PageState {
            page: page(id),
            profile: None,
        }),
        inspection: Some(Ok(told(end, all()))),
        denied: None,
    };
    for _ in 0..4 {
        world.check(&empty); // one at a time until the network is back
        world.pass(Duration::seconds(31));
    }
    assert_eq!(world.status("1"), Status::Expired);
    assert_eq!(
        world.status("2"),
        Status::Expired,
        "one person's accounts are no fault of the app"
    );
    assert!(world.roster.app_fault().is_none());
    world.pass(Duration::hours(2));
    world.check(&empty);
    assert_eq!(world.status("1"), Status::Expired, "no clock takes it back");

    // Signing in once moves it for all that rest on the person.
    let wants = Purpose::Reconnect(AccountId::new("1"));
    world.sign_in(wants, found(all(), ready(&["1", "2"])));
    assert_eq!(world.status("1"), Status::Connected);
    let later = world.now + Duration::days(90);
    world.pass(Duration::hours(2));
    world.check(&until(later));
    assert_eq!(world.status("2"), Status::Connected);
}

#[test]
fn one_person_who_changes_a_password_accuses_nobody_elses_app() {
    let mut world = World::with_pages(&["1", "2", "3", "4"]);
    world.check_twice(&|_, _| refused(denied(190, Some(460))));
    for id in ["1", "2", "3", "4"] {
        assert_eq!(world.status(id), Status::Revoked, "{id}");
    }
    assert!(world.roster.app_fault().is_none());
}

#[test]
fn what_shares_a_sign_in_is_known_before_it_is_taken_back_and_looked_at_after() {
    let mut world = World::with_pages(&["1", "2", "3"]);
    let ids = |ids: &[&str]| ids.iter().map(|id| AccountId::new(*id)).collect::<Vec<_>>();
    assert_eq!(
        world.roster.sharing_grant(&AccountId::new("1")),
        ids(&["2", "3"])
    );
    world.on(Event::DeleteForGood(AccountId::new("3")));
    assert_eq!(
        world.roster.sharing_grant(&AccountId::new("1")),
        ids(&["2"])
    );
    let end = world.now + Duration::days(90);
    world.check(&|id, asks| well(id, end, asks));

    world.on(Event::Revoked(AccountId::new("1")));
    assert_eq!(world.count(EntryKind::Revoked), 2, "not of the deleted one");
    for id in ["1", "2", "3"] {
        assert_eq!(world.account(id).is_gone_there(), Some(true), "{id}");
    }
    assert_eq!(
        world.status("1"),
        Status::Connected,
        "believed when two answers agree"
    );
    let gone = |_: &str, _: bool| refused(denied(190, Some(458)));
    assert_eq!(world.check(&gone), 2, "at once");
    world.pass(Duration::seconds(3));
    assert_eq!(world.check(&gone), 2);
    for id in ["1", "2"] {
        assert_eq!(world.status(id), Status::Revoked, "{id}");
    }
    world.on(Event::DeleteForGood(AccountId::new("1")));
    assert!(world.account("1").removed().unwrap().gone_there);
    assert_eq!(
        world.account("1").route(),
        Route::Facebook,
        "the way back begins there"
    );
}

#[test]
fn what_facebook_took_back_is_known_at_once_and_until_somebody_signs_in_again() {
    let mut world = World::with_pages(&["1", "2", "3", "4"]);
    let end = world.now + Duration::days(90);
    world.check(&|id, asks| well(id, end, asks));
    world.on(Event::Delete(vec![AccountId::new("3")]));
    world.on(Event::DeleteForGood(AccountId::new("4")));
    assert_eq!(world.account("4").is_gone_there(), Some(false));
    assert_eq!(world.account("1").is_gone_there(), None);
    world.on(Event::Revoked(AccountId::new("1")));
    for id in ["1", "2", "3", "4"] {
        assert_eq!(world.account(id).is_gone_there(), Some(true), "{id}");
    }
    // Deleted before any check: what Facebook said is not forgotten.
    world.on(Event::DeleteForGood(AccountId::new("1")));
    assert_eq!(world.account("1").is_gone_there(), Some(true));
    world.on(Event::UndoDelete);
    assert_eq!(world.account("3").is_gone_there(), Some(true));

    // A Page that answers after all proves the contrary.
    world.pass(Duration::minutes(11));
    world.check(&|id, asks| well(id, end, asks));
    assert_eq!(world.account("2").is_gone_there(), None);

    world.sign_in(
        Purpose::Reconnect(AccountId::new("2")),
        found(all(), ready(&["2"])),
    );
    assert_eq!(world.account("2").is_gone_there(), None);
    for id in ["1", "4"] {
        assert_eq!(
            world.account(id).is_gone_there(),
            Some(false),
            "{id}: authorised again"
        );
    }
}

#[test]
fn a_permission_that_was_not_taken_back_changes_nothing_but_the_journal() {
    let mut world = World::with_pages(&["1"]);
    let before = world.account("1").clone();
    let why = Diagnosis::of(Cause::ProviderFault, Certainty::Proved, world.now);
    let effects = world.on(Event::NotRevoked(AccountId::new("1"), why));
    assert!(effects.is_empty());
    assert_eq!(world.count(EntryKind::RevokeFailed), 1);
    assert_eq!(world.account("1"), &before);
}

#[test]
fn an_answer_to_an_older_question_changes_nothing() {
    let mut world = World::with_pages(&["1"]);
    let effects = world.on(Event::Tick { room: 1 });
    let (id, revision) = the_check(&effects);
    world.sign_in(Purpose::Reconnect(id.clone()), found(all(), ready(&["1"])));
    let before = world.account("1").clone();
    let probe = Box::new(refused(denied(190, Some(458))));
    world.on(Event::PageProbed {
        id,
        revision,
        probe,
    });
    assert_eq!(world.account("1"), &before);
}
