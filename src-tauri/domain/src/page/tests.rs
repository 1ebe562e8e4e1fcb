//! Every combination of what can come back from Facebook.

use super::*;
use crate::account::AccountType;
use crate::grant::FACEBOOK_SCOPES;

fn page(id: &str) -> Page {
    Page {
        id: id.to_owned(),
        name: format!("Page {id}"),
    }
}

fn profile(id: &str) -> Profile {
    Profile {
        user_id: AccountId::new(id),
        username: format!("name.{id}"),
        name: None,
        account_type: AccountType::Unknown,
    }
}

fn tasks(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn offered(id: &str, state: OfferedState) -> Offered {
    Offered {
        page: page(id),
        profile: (state != OfferedState::NoInstagram).then(|| profile(id)),
        state,
        replaces: false,
    }
}

fn offer(pages: &[(&str, OfferedState)], declined: &str) -> Offer {
    let declined = Scopes::parse(declined);
    let all: Scopes = FACEBOOK_SCOPES.into_iter().collect();
    Offer {
        person: "77".to_owned(),
        granted: all.missing_from(&declined),
        declined,
        data_access_until: None,
        pages: pages
            .iter()
            .map(|(id, state)| offered(id, *state))
            .collect(),
        unreadable: 0,
        chosen: Vec::new(),
        unanswered: Vec::new(),
    }
}

#[test]
fn a_page_says_whether_its_account_can_be_used_and_why_not() {
    let cases = [
        (
            true,
            tasks(&["CREATE_CONTENT"]),
            true,
            false,
            OfferedState::Ready,
        ),
        (
            true,
            tasks(&["ANALYZE", "MANAGE"]),
            true,
            false,
            OfferedState::Ready,
        ),
        (
            true,
            tasks(&["PROFILE_PLUS_FULL_CONTROL"]),
            true,
            false,
            OfferedState::Ready,
        ),
        (
            true,
            tasks(&["CREATE_CONTENT"]),
            true,
            true,
            OfferedState::Known,
        ),
        (true, tasks(&[]), true, false, OfferedState::Ready),
        (
            true,
            tasks(&["ANALYZE", "MODERATE"]),
            true,
            false,
            OfferedState::NoTask,
        ),
        (true, tasks(&["ANALYZE"]), true, true, OfferedState::NoTask),
        (true, tasks(&["MANAGE"]), false, false, OfferedState::NoTask),
        (
            false,
            tasks(&["MANAGE"]),
            true,
            false,
            OfferedState::NoInstagram,
        ),
        (
            false,
            tasks(&["ANALYZE"]),
            false,
            false,
            OfferedState::NoInstagram,
        ),
    ];
    for (linked, tasks, has_token, is_known, expected) in cases {
        let found = FoundPage {
            page: page("1"),
            profile: linked.then(|| profile("1")),
            tasks,
            has_token,
        };
        let tie = if is_known { Tie::Same } else { Tie::None };
        let judged = found.clone().judged(|_| tie);
        assert_eq!(judged.state, expected, "{found:?}, known: {is_known}");
    }
}

#[test]
fn every_combination_of_purpose_pages_and_permissions_has_one_answer() {
    use OfferJudgement::{Adopt, Choose, ChoosePages, Refuse};
    use OfferedState::{Known, NoInstagram, NoTask, Ready};
    let connect = Purpose::Connect;
    let wants = |id: &str| Purpose::Reconnect(AccountId::new(id));
    let none = Refuse(Outcome::NoBusinessAccount);
    let rejected = Refuse(Outcome::ScopeRejected);
    let fewer = Choose(Outcome::ScopeRejected);
    let wrong = Choose(Outcome::WrongAccount);
    let adopt = |id: &str| Adopt(id.to_owned());
    let optional = "instagram_content_publish";
    let cases = [
        // Nothing usable: told with the Pages, whatever was wanted.
        (&connect, &[][..], "", false, none.clone()),
        (
            &connect,
            &[("1", NoInstagram), ("2", NoTask)],
            "",
            false,
            none.clone(),
        ),
        (
            &wants("2"),
            &[("1", NoInstagram), ("2", NoTask)],
            "",
            false,
            none.clone(),
        ),
        (&connect, &[("1", NoTask)], optional, false, none),
        // One: taken at once, also beside others that cannot be used.
        (&connect, &[("1", Ready)], "", false, adopt("1")),
        (&connect, &[("1", Known)], "", false, adopt("1")),
        (
            &connect,
            &[("0", NoInstagram), ("1", Ready)],
            "",
            false,
            adopt("1"),
        ),
        (&connect, &[("1", Ready)], optional, false, fewer.clone()),
        (&connect, &[("1", Ready)], optional, true, adopt("1")),
        // Several: the person says which.
        (
            &connect,
            &[("1", Ready), ("2", Known)],
            "",
            false,
            ChoosePages,
        ),
        (
            &connect,
            &[("1", Ready), ("2", Ready)],
            optional,
            false,
            fewer.clone(),
        ),
        (
            &connect,
            &[("1", Ready), ("2", Ready)],
            optional,
            true,
            ChoosePages,
        ),
        // One certain account: its Page and no other.
        (
            &wants("2"),
            &[("1", Ready), ("2", Known)],
            "",
            false,
            adopt("2"),
        ),
        (&wants("2"), &[("2", Ready)], "", false, adopt("2")),
        (
            &wants("2"),
            &[("1", Ready), ("2", Known)],
            optional,
            false,
            fewer,
        ),
        (
            &wants("2"),
            &[("1", Ready), ("2", Known)],
            optional,
            true,
            adopt("2"),
        ),
        (
            &wants("3"),
            &[("1", Ready), ("2", Known)],
            "",
            false,
            wrong.clone(),
        ),
        (
            &wants("3"),
            &[("1", Ready), ("3", NoTask)],
            "",
            false,
            wrong.clone(),
        ),
        (&wants("3"), &[("1", Ready)], optional, true, wrong),
        // Without what is needed nothing else counts.
        (
            &connect,
            &[("1", Ready)],
            "instagram_basic",
            false,
            rejected.clone(),
        ),
        (
            &connect,
            &[("1", Ready)],
            "instagram_basic",
            true,
            rejected.clone(),
        ),
        (&connect, &[], "pages_show_list", false, rejected.clone()),
        (
            &wants("1"),
            &[("1", Known)],
            "pages_read_engagement",
            false,
            rejected,
        ),
    ];
    let asked: Scopes = FACEBOOK_SCOPES.into_iter().collect();
    for (purpose, pages, declined, kept, expected) in cases {
        let found = offer(pages, declined).judge(purpose, &asked, kept);
        assert_eq!(
            found, expected,
            "{purpose:?} {pages:?} without {declined:?}, kept: {kept}"
        );
    }
}

#[test]
fn what_was_not_asked_for_is_not_missed() {
    let asked: Scopes = Route::Facebook.needed_scopes().iter().copied().collect();
    let offer = offer(&[("1", OfferedState::Ready)], "instagram_content_publish");
    assert!(offer.missing(&asked).is_empty());
    let found = offer.judge(&Purpose::Connect, &asked, false);
    assert_eq!(found, OfferJudgement::Adopt("1".to_owned()));
}

#[test]
fn what_works_another_way_is_never_replaced_unasked() {
    let asked: Scopes = FACEBOOK_SCOPES.into_iter().collect();
    for (tie, expected) in [
        (Tie::Same, OfferJudgement::Adopt("1".to_owned())),
        (Tie::Other, OfferJudgement::ChoosePages),
    ] {
        let found = FoundPage {
            page: page("1"),
            profile: Some(profile("1")),
            tasks: tasks(&["MANAGE"]),
            has_token: true,
        };
        let offer = Offer {
            pages: vec![found.judged(|_| tie)],
            ..offer(&[], "")
        };
        assert_eq!(offer.pages.first().unwrap().state, OfferedState::Known);
        assert_eq!(
            offer.judge(&Purpose::Connect, &asked, false),
            expected,
            "{tie:?}"
        );
        // Whoever asked for this account has said so already.
        let wants = Purpose::Reconnect(AccountId::new("1"));
        let adopt = OfferJudgement::Adopt("1".to_owned());
        assert_eq!(offer.judge(&wants, &asked, false), adopt, "{tie:?}");
    }
}

#[test]
fn only_usable_pages_can_be_chosen() {
    let offer = offer(
        &[("1", OfferedState::Ready), ("2", OfferedState::NoTask)],
        "",
    );
    assert!(offer.usable_page("1").is_some());
    assert!(offer.usable_page("2").is_none());
    assert!(offer.page_of(&AccountId::new("2")).is_none());
}

#[test]
fn a_token_made_elsewhere_brings_every_account_it_reaches_once() {
    use OfferedState::{Known, NoInstagram, NoTask, Ready};
    let ids = |offer: &Offer| {
        let found = offer.entrusted()?;
        let ids = found.into_iter().map(|offered| offered.page.id.clone());
        Ok::<_, Cause>(ids.collect::<Vec<_>>())
    };
    let some = offer(
        &[
            ("1", Ready),
            ("2", NoInstagram),
            ("3", NoTask),
            ("4", Known),
        ],
        "",
    );
    assert_eq!(ids(&some), Ok(vec!["1".to_owned(), "4".to_owned()]));
    let mut twice = offer(&[("1", Ready), ("2", Ready)], "");
    twice.pages[1].profile = twice.pages[0].profile.clone();
    assert_eq!(ids(&twice), Ok(vec!["1".to_owned()]));
    let unlinked = offer(&[("2", NoInstagram)], "");
    assert_eq!(ids(&unlinked), Err(Cause::PageMissing));
    let no_role = offer(&[("2", NoInstagram), ("3", NoTask)], "");
    assert_eq!(ids(&no_role), Err(Cause::RoleLost));
    for needed in Route::Facebook.needed_scopes() {
        let lacking = offer(&[("1", Ready)], needed);
        assert_eq!(ids(&lacking), Err(Cause::PermissionMissing), "{needed}");
    }
}
