//! Accounts that are reached through a Facebook Page: connecting them.

mod apps;
mod doors;
mod entrusting;
mod holding;
mod proving;
mod story;

use chrono::{DateTime, Duration};
use domain::grant::Route;
use engine::command::{Command, ErrorCode};
use engine::view::{AccountView, AttemptView};
use sandbox::{
    Change, DialogAnswer, Endpoint, FacebookManner, Fault, Manner, Outage, PageChange,
    PersonChange, PersonView, TokenPlace,
};
use story::{Story, enter_app, everything, moment, without};
use support::search::found;
use support::{App, World, files};

const PUBLISH: &str = "instagram_content_publish";

#[tokio::test(flavor = "multi_thread")]
async fn several_pages_come_back_and_the_chosen_accounts_are_connected_without_an_end() {
    let story = Story::begin().await;
    let attempt = story.sign_in(None, &everything()).await;
    assert_eq!(attempt.phase, "pages", "{attempt:?}");
    assert_eq!(attempt.signed_in, "done");
    assert!(
        story.app.snapshot().await.accounts.is_empty(),
        "nothing yet"
    );
    // Every Page is shown, that of the business too, with what becomes of it.
    assert_eq!(attempt.pages.len(), story.person.roles.len());
    for shown in &attempt.pages {
        let role = story
            .person
            .roles
            .iter()
            .find(|it| it.page_id == shown.page_id)
            .unwrap();
        let page = story.world.control.page(&shown.page_id).unwrap();
        assert_eq!(shown.page_name, page.name);
        assert_eq!(shown.account_id, page.instagram);
        let may = role.tasks.iter().any(|task| task == "CREATE_CONTENT");
        let expected = match (&page.instagram, may) {
            (None, _) => "no_instagram",
            (Some(_), false) => "no_task",
            (Some(_), true) => "ready",
        };
        assert_eq!(shown.state, expected, "{}", page.name);
    }
    let usable = story.usable();
    assert_eq!(usable.len(), 3);
    let unusable = attempt
        .pages
        .iter()
        .find(|it| it.state == "no_task")
        .unwrap();
    for wrong in [&[][..], &[unusable.page_id.as_str()], &["1"]] {
        assert_eq!(
            story.choose(wrong).await.unwrap_err(),
            ErrorCode::InvalidInput
        );
    }

    let done = story.choose(&[&usable[1].0, &usable[0].0]).await.unwrap();
    assert_eq!(done.phase, "done");
    assert_eq!(
        done.account_id.as_ref(),
        Some(&usable[1].1),
        "the first that was named"
    );
    let mut told: Vec<_> = done
        .pages
        .iter()
        .filter_map(|it| it.account_id.clone())
        .collect();
    told.sort();
    let mut wanted = vec![usable[0].1.clone(), usable[1].1.clone()];
    wanted.sort();
    assert_eq!(told, wanted, "all that were connected");
    story.app.settle().await;

    let account = story.app.account(&usable[0].1).await;
    assert_eq!((account.status, account.route), ("connected", "facebook"));
    assert_eq!(
        account.page.as_ref().map(|page| &page.id),
        Some(&usable[0].0)
    );
    assert!(account.endless && account.expires_at.is_none() && account.renew_due_at.is_none());
    assert_eq!(account.renew_not_before, None);
    assert!(
        account
            .permissions
            .iter()
            .all(|it| it.granted && !it.declined)
    );
    assert_eq!(account.permissions.len(), 6);
    assert_eq!(account.shares_grant_with, [usable[1].1.clone()]);
    let left = moment(account.data_access_until.as_ref()) - story.world.control_now();
    assert!(
        (Duration::days(89)..=Duration::days(90)).contains(&left),
        "{left}"
    );

    // Every call with a token is signed, and carries it in the header.
    let calls = story.world.control.requests();
    let signed = |it: &&sandbox::LoggedRequest| it.token_in == TokenPlace::Header;
    assert!(calls.iter().filter(signed).count() > 5);
    for call in calls.iter().filter(signed) {
        assert!(call.query.contains("appsecret_proof"), "{}", call.path);
    }
    // The same person again: both are known now, and choosing one renews its access.
    let again = story.sign_in(None, &everything()).await;
    let known = again.pages.iter().filter(|it| it.state == "known").count();
    assert_eq!(known, 2);
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_requires_its_secret_gets_the_proof_of_it() {
    let world = World::with(|config| config.apps[0].require_app_secret = true).await;
    let story = Story::of(world).await;
    let usable = story.usable();
    story.connect(&usable[..1]).await;
    story.look().await;
    assert_eq!(story.status(&usable[0].1).await, ("connected", None));
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_the_only_usable_one_needs_no_choice() {
    let story = Story::begin().await;
    let usable = story.usable();
    let others = story.person.roles.iter().map(|role| role.page_id.clone());
    let answer = DialogAnswer::Allow {
        untick: vec![],
        untick_pages: others.filter(|id| *id != usable[0].0).collect(),
    };
    let attempt = story.sign_in(None, &answer).await;
    assert_eq!(attempt.phase, "done", "{attempt:?}");
    assert_eq!(attempt.account_id.as_ref(), Some(&usable[0].1));
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_usable_page_is_told_with_the_pages_and_why() {
    let story = Story::begin().await;
    for (page, _) in story.usable() {
        story
            .world
            .control
            .apply_page(&page, PageChange::Unlinked)
            .unwrap();
    }
    let attempt = story.sign_in(None, &everything()).await;
    assert_eq!(attempt.phase, "failed");
    assert_eq!(attempt.outcome, Some("instagram_no_business_account"));
    assert_eq!(attempt.pages.len(), story.person.roles.len());
    let usable = |it: &&engine::view::OfferedView| matches!(it.state, "ready" | "known");
    assert_eq!(attempt.pages.iter().filter(usable).count(), 0);
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_permission_is_a_choice_and_is_asked_for_expressly_the_next_time() {
    let story = Story::begin().await;
    let usable = story.usable();
    story.open(None).await;
    assert!(!story.world.browser.last().as_str().contains("auth_type"));
    story.answer(&without(PUBLISH)).await;
    let attempt = story.rest().await;
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("choice", Some("scope_rejected"))
    );
    assert_eq!(attempt.missing_scopes, [PUBLISH]);
    assert!(story.app.snapshot().await.accounts.is_empty());

    story.app.run(Command::KeepWithLimits).await.unwrap();
    assert_eq!(story.app.attempt().await.unwrap().phase, "pages");
    story.choose(&[&usable[0].0]).await.unwrap();
    story.app.settle().await;
    let account = story.app.account(&usable[0].1).await;
    assert_eq!(account.status, "limited");
    let publish = account
        .permissions
        .iter()
        .find(|it| it.scope == PUBLISH)
        .unwrap();
    assert!(!publish.granted && publish.declined);
    story.app.run(Command::AcknowledgeAttempt).await.unwrap();

    let attempt = story.sign_in(Some(&usable[0].1), &everything()).await;
    let asked = story.world.browser.last();
    assert!(asked.as_str().contains("auth_type=rerequest"));
    assert_eq!(attempt.phase, "done", "{attempt:?}");
    story.app.settle().await;
    assert_eq!(story.status(&usable[0].1).await, ("connected", None));
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_permission_that_is_needed_nothing_is_connected() {
    let story = Story::begin().await;
    for needed in Route::Facebook.needed_scopes() {
        let attempt = story.sign_in(None, &without(needed)).await;
        assert_eq!(
            (attempt.phase, attempt.outcome),
            ("failed", Some("scope_rejected")),
            "{needed}"
        );
        assert!(attempt.missing_scopes.iter().any(|it| it == needed));
        story.change(PersonChange::AppRemoved); // what was declined is forgotten with it
    }
    assert!(story.app.snapshot().await.accounts.is_empty());
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_at_facebook_is_an_outcome() {
    let story = Story::begin().await;
    let attempt = story.sign_in(None, &DialogAnswer::Deny).await;
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("failed", Some("user_denied"))
    );
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnecting_takes_the_expected_account_only() {
    let story = Story::begin().await;
    let usable = story.usable();
    story.connect(&usable[..1]).await;
    let wanted = usable[0].1.clone();
    story.change(PersonChange::PasswordChanged);
    story.look().await;
    assert_eq!(
        story.status(&wanted).await,
        ("revoked", Some("password_or_security_change"))
    );

    // Its Page is unticked: others came.
    let answer = DialogAnswer::Allow {
        untick: vec![],
        untick_pages: vec![usable[0].0.clone()],
    };
    let attempt = story.sign_in(Some(&wanted), &answer).await;
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("choice", Some("wrong_account"))
    );
    assert_eq!(story.status(&wanted).await.0, "revoked");

    let attempt = story.sign_in(Some(&wanted), &everything()).await;
    assert_eq!(attempt.phase, "done", "{attempt:?}");
    story.app.settle().await;
    assert_eq!(story.status(&wanted).await, ("connected", None));
    assert_eq!(
        story.app.snapshot().await.accounts.len(),
        1,
        "no other was added"
    );
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_the_code_was_exchanged_loses_nothing() {
    let mut story = Story::begin().await;
    let broken = Fault::at(Outage::ServerErrors, &[Endpoint::FacebookPages]);
    story.world.control.fault(broken);
    story.open(None).await;
    story.answer(&everything()).await;
    let mut signed_in = "pending";
    for _ in 0..300 {
        signed_in = story.app.attempt().await.unwrap().signed_in;
        if signed_in == "done" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(signed_in, "done");
    let Story { world, app, person } = story;
    app.crash().await;

    world.control.outage(Outage::None);
    let app = world.open().unwrap();
    app.key_state().await;
    story = Story { world, app, person };
    let attempt = story.rest().await;
    assert_eq!(attempt.phase, "pages", "{attempt:?}");
    let usable = story.usable();
    let ids: Vec<&str> = usable.iter().map(|(page, _)| page.as_str()).collect();
    story.choose(&ids).await.unwrap();
    // And what was chosen is there after another crash.
    let Story { world, app, person } = story;
    app.crash().await;
    let app = world.open().unwrap();
    app.key_state().await;
    story = Story { world, app, person };
    story.app.settle().await;
    for (_, id) in &usable {
        assert_eq!(story.status(id).await, ("connected", None), "{id}");
    }
    story.app.quit().await;
}
