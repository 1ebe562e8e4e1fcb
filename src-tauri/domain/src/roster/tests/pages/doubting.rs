//! What a Page's answer proves: about the account, and about the Meta app.

use super::*;
use crate::roster::tests::Diagnosis;

/// A Page that answers without its account; `says` is Facebook's word about the token.
fn empty(id: &str, says: Option<Inspection>) -> PageProbe {
    PageProbe {
        page: Ok(PageState {
            page: page(id),
            profile: None,
        }),
        inspection: says.map(Ok),
        denied: None,
    }
}

fn why(world: &World, id: &str) -> Diagnosis {
    let policy = world.roster.plan().policy;
    let found = crate::status::reason(world.account(id), policy, world.now);
    found.unwrap().into_owned()
}

impl World {
    /// Accounts that rest on the sign-in of one person each.
    fn of_persons(ids: &[&str]) -> Self {
        let mut world = World::with(&[]);
        let now = world.now;
        let accounts = ids.iter().map(|id| {
            let mut grant = page_grant(id, now);
            grant.page.as_mut().unwrap().person = format!("7{id}");
            Account {
                app: Some(app()),
                ..Account::connected(profile(id), grant, now)
            }
        });
        world.roster = Roster::restore(accounts, Plan::default(), now).with_time_known();
        world.roster.on(Event::KeyAvailable(true), now);
        world
    }
}

#[test]
fn a_page_without_its_account_is_told_by_what_facebook_says_of_the_token() {
    let now = World::with(&[]).now;
    let (end, past) = (now + Duration::days(90), now);
    let basic = "instagram_basic";
    let cases = [
        (
            Some(told(end, all())),
            Cause::PageMissing,
            Certainty::Proved,
        ),
        (
            Some(told(end, without(basic))),
            Cause::PermissionMissing,
            Certainty::Proved,
        ),
        (
            Some(told(past, without(basic))),
            Cause::Expired,
            Certainty::Proved,
        ),
        (Some(told(past, all())), Cause::Expired, Certainty::Proved),
        (None, Cause::PageMissing, Certainty::Likely),
    ];
    for (says, cause, certainty) in cases {
        let mut world = World::with_pages(&["1"]);
        world.check_twice(&|id, _| empty(id, says.clone()));
        let why = why(&world, "1");
        assert_eq!((why.cause, why.certainty), (cause, certainty), "{says:?}");
        let names = (cause == Cause::PermissionMissing).then_some(basic);
        assert_eq!(why.permission.as_deref(), names, "{says:?}");
    }
}

#[test]
fn a_page_that_answers_in_full_is_not_lost_because_a_date_has_passed() {
    let mut world = World::with_pages(&["1"]);
    let end = world.now + Duration::days(90);
    world.check(&|id, asks| well(id, end, asks));
    world.pass(Duration::days(91));
    for _ in 0..3 {
        world.check(&|id, asks| {
            assert!(asks, "what has passed is asked about each time");
            well(id, end, asks)
        });
        world.pass(Duration::minutes(11));
    }
    assert_eq!(world.status("1"), Status::RenewalLate);
    assert!(matches!(world.account("1").connection, Connection::Held(_)));
    // Without its data it is over.
    world.check_twice(&|id, _| empty(id, Some(told(end, all()))));
    assert_eq!(world.status("1"), Status::Expired);
}

#[test]
fn what_several_sign_ins_lack_alike_is_held_back_as_the_apps_fault() {
    let end = World::with(&[]).now + Duration::days(90);
    let cut = [
        told(end, all()),                      // the answer lacks the field
        told(end, without("instagram_basic")), // the app lost the permission
    ];
    for says in cut {
        let mut world = World::of_persons(&["1", "2", "3"]);
        let empty = |id: &str, _: bool| empty(id, Some(says.clone()));
        world.check_twice(&empty);
        for id in ["1", "2", "3"] {
            assert_eq!(world.status(id), Status::Waiting, "{id} {says:?}");
        }
        assert_eq!(world.roster.app_fault().unwrap().accounts.len(), 3);
        // An answer without its data clears nobody.
        world.pass(Duration::minutes(6));
        world.check(&empty);
        assert!(world.roster.app_fault().is_some());
        world.pass(Duration::minutes(11));
        world.check(&|id, asks| well(id, end, asks));
        world.check(&|id, asks| well(id, end, asks));
        assert!(world.roster.app_fault().is_none());
        assert_eq!(world.status("1"), Status::Connected);
    }
    // One person's Pages are one person's.
    let mut world = World::with_pages(&["1", "2", "3"]);
    world.check_twice(&|id, _| empty(id, Some(told(end, all()))));
    assert_eq!(world.status("1"), Status::Blocked);
}

#[test]
fn several_who_signed_in_on_one_day_accuse_nobodys_app_when_that_ends() {
    let mut world = World::of_persons(&["1", "2", "3"]);
    let end = world.now + Duration::days(90);
    world.pass(Duration::days(91));
    world.check_twice(&|id, _| empty(id, Some(told(end, all()))));
    for id in ["1", "2", "3"] {
        assert_eq!(world.status(id), Status::Expired, "{id}");
    }
    assert!(world.roster.app_fault().is_none());
}

#[test]
fn a_second_failure_of_the_same_app_is_held_back_for_itself() {
    let mut world = World::of_persons(&["1", "2", "3", "4"]);
    let end = world.now + Duration::days(90);
    let first = |id: &str, asks: bool| match id {
        "1" | "2" => refused(denied(190, None)),
        _ => well(id, end, asks),
    };
    world.check_twice(&first);
    assert_eq!(world.status("1"), Status::Waiting);
    let both = |id: &str, asks: bool| match id {
        "1" | "2" => refused(denied(190, None)),
        _ => empty(
            id,
            asks.then(|| told(end, all())).or(Some(told(end, all()))),
        ),
    };
    world.check_twice(&both);
    for id in ["1", "2", "3", "4"] {
        assert_eq!(world.status(id), Status::Waiting, "{id}");
    }
    assert_eq!(world.roster.app_faults().count(), 2);
    let incidents = world.roster.incidents();
    assert_ne!(
        incidents[0].id, incidents[1].id,
        "each has a name of its own"
    );
}

#[test]
fn an_account_of_unknown_app_counts_to_the_only_app_of_its_route() {
    let mut world = World::of_persons(&["1", "2"]);
    let unnamed = world.roster.accounts().cloned().map(|account| Account {
        app: (account.id().as_str() == "1").then(app),
        ..account
    });
    let unnamed: Vec<_> = unnamed.collect();
    world.roster = Roster::restore(unnamed, Plan::default(), world.now).with_time_known();
    world.on(Event::KeyAvailable(true));
    world.check_twice(&|_, _| refused(denied(190, None)));
    assert_eq!(world.status("1"), Status::Waiting);
    assert_eq!(world.status("2"), Status::Waiting);
    let faults: Vec<_> = world
        .roster
        .app_faults()
        .map(|(app, _)| app.cloned())
        .collect();
    assert_eq!(faults, [Some(app())]);
}

#[test]
fn a_permission_that_is_not_ours_is_not_missed() {
    let mut world = World::with_pages(&["1"]);
    let end = world.now + Duration::days(90);
    world.pass(Duration::days(1));
    let more = all().joined_with(&Scopes::parse("public_profile"));
    world.check(&|id, _| PageProbe {
        inspection: Some(Ok(told(end, more.clone()))),
        ..well(id, end, true)
    });
    for _ in 0..3 {
        world.pass(Duration::days(1));
        world.check(&|id, _| well(id, end, true));
        assert!(world.account("1").watch.doubt.is_none());
    }
    assert_eq!(world.status("1"), Status::Connected);
}

#[test]
fn access_of_another_route_does_not_keep_the_app_of_the_route_before() {
    let mut world = World::with_pages(&["1"]);
    let now = world.now;
    let other = Grant {
        page: None,
        route: Route::Instagram,
        ..page_grant("1", now)
    };
    world.on(Event::TokenAdded {
        profile: profile("1"),
        grant: other,
        app: None,
    });
    assert_eq!(world.account("1").app, None, "it was Facebook's");
    let same = page_grant("1", now);
    world.on(Event::TokenAdded {
        profile: profile("1"),
        grant: same,
        app: Some(app()),
    });
    let same = page_grant("1", now);
    world.on(Event::TokenAdded {
        profile: profile("1"),
        grant: same,
        app: None,
    });
    assert_eq!(world.account("1").app, Some(app()));
}
