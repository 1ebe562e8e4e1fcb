//! Accounts that are reached through a Facebook Page.

use chrono::{DateTime, Duration};
use domain::grant::Route;
use engine::command::{Command, ErrorCode};
use engine::view::AttemptView;
use sandbox::{
    Change, DialogAnswer, Endpoint, Fault, Outage, PageChange, PersonChange, PersonView, TokenPlace,
};
use support::search::found;
use support::{App, World, files};

const PUBLISH: &str = "instagram_content_publish";

/// A story with Relink's Facebook app entered, and somebody at Facebook.
struct Story {
    world: World,
    app: App,
    person: PersonView,
}

fn everything() -> DialogAnswer {
    DialogAnswer::Allow {
        untick: vec![],
        untick_pages: vec![],
    }
}

fn without(name: &str) -> DialogAnswer {
    DialogAnswer::Allow {
        untick: vec![name.to_owned()],
        untick_pages: vec![],
    }
}

async fn enter_app(world: &World, app: &App) {
    let meta_app = world.sandbox.app();
    app.run(Command::SetCredentials {
        route: Route::Facebook,
        app_id: meta_app.facebook_app_id.clone(),
        app_secret: meta_app.facebook_app_secret.clone().into(),
    })
    .await
    .unwrap();
}

impl Story {
    async fn begin() -> Self {
        Self::of(World::new().await).await
    }

    async fn of(world: World) -> Self {
        let app = world.open().unwrap();
        enter_app(&world, &app).await;
        let person = world.control.people().remove(0);
        // Whoever manages a Page may publish there; of one role only looking is left.
        let may = |tasks: &[String]| tasks.iter().any(|task| task == "CREATE_CONTENT");
        let role = person.roles.iter().find(|role| !may(&role.tasks)).unwrap();
        let looks_only = PersonChange::TasksChanged {
            page_id: role.page_id.clone(),
            tasks: vec!["ANALYZE".to_owned()],
        };
        world.control.apply_person(&person.id, looks_only).unwrap();
        let person = world.control.people().remove(0);
        Self { world, app, person }
    }

    /// The Pages on which the person may publish, each with its account's id, in the order of the Pages.
    fn usable(&self) -> Vec<(String, String)> {
        let may = |tasks: &[String]| tasks.iter().any(|task| task == "CREATE_CONTENT");
        let roles = self.person.roles.iter().filter(|role| may(&role.tasks));
        roles
            .filter_map(|role| {
                let page = self.world.control.page(&role.page_id).unwrap();
                Some((page.id, page.instagram?))
            })
            .collect()
    }

    async fn open(&self, expected: Option<&str>) {
        self.app
            .run(Command::Connect {
                route: Route::Facebook,
                expected: expected.map(str::to_owned),
                app: None,
                door: None,
                permissions: None,
                browser: true,
            })
            .await
            .unwrap();
    }

    async fn answer(&self, answer: &DialogAnswer) {
        let asked = self.world.browser.last();
        let back = self
            .world
            .control
            .answer_dialog(asked.as_str(), &self.person.id, answer)
            .unwrap();
        self.world.follow(&back).await;
    }

    async fn sign_in(&self, expected: Option<&str>, answer: &DialogAnswer) -> AttemptView {
        self.open(expected).await;
        self.answer(answer).await;
        self.rest().await
    }

    async fn rest(&self) -> AttemptView {
        self.app.run(Command::AwaitAttempt).await.unwrap();
        self.app.attempt().await.unwrap()
    }

    async fn choose(&self, pages: &[&str]) -> Result<AttemptView, ErrorCode> {
        let ids = pages.iter().map(|id| (*id).to_owned()).collect();
        self.app.run(Command::ChoosePages { ids }).await?;
        Ok(self.app.attempt().await.unwrap())
    }

    /// Connects these accounts and comes to rest; their Pages' ids are first.
    async fn connect(&self, pages: &[(String, String)]) {
        let attempt = self.sign_in(None, &everything()).await;
        assert_eq!(attempt.phase, "pages", "{attempt:?}");
        let ids: Vec<&str> = pages.iter().map(|(page, _)| page.as_str()).collect();
        let attempt = self.choose(&ids).await.unwrap();
        assert_eq!(attempt.phase, "done", "{attempt:?}");
        self.app.run(Command::AcknowledgeAttempt).await.unwrap();
        self.app.settle().await;
    }

    /// Two looks, an hour after whatever was before: red accounts are looked at that often.
    async fn look(&self) {
        self.world.clock.advance(Duration::hours(1));
        self.app.look_twice(&self.world).await;
    }

    async fn status(&self, id: &str) -> (&'static str, Option<&'static str>) {
        let account = self.app.account(id).await;
        (account.status, account.cause)
    }

    fn change(&self, change: PersonChange) {
        self.world
            .control
            .apply_person(&self.person.id, change)
            .unwrap();
    }
}

fn moment(text: Option<&String>) -> DateTime<chrono::Utc> {
    DateTime::parse_from_rfc3339(text.unwrap())
        .unwrap()
        .to_utc()
}

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

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_at_facebook_is_named_and_heals_when_it_is_mended() {
    let story = Story::begin().await;
    let usable = story.usable();
    let (page, id) = usable[0].clone();
    let other = usable[1].1.clone();
    story.connect(&usable[..2]).await;
    let control = &story.world.control;
    let as_before = || {
        control.apply_page(&page, PageChange::Restored).unwrap();
        control
            .apply_page(&page, PageChange::Linked(id.clone()))
            .unwrap();
        control
            .apply_page(&page, PageChange::BusinessRelaxed)
            .unwrap();
        story.change(PersonChange::PageRoleRestored(page.clone()));
        story.change(PersonChange::CheckpointCleared);
        story.change(PersonChange::PermissionsGranted);
    };
    let page_breaks = [
        (PageChange::Unlinked, "blocked", "page_missing"),
        (PageChange::Deleted, "blocked", "page_missing"),
        (PageChange::BusinessDemandsTwoFactor, "blocked", "role_lost"),
    ];
    for (change, status, cause) in page_breaks {
        control.apply_page(&page, change.clone()).unwrap();
        story.app.run(Command::Check { ids: vec![] }).await.unwrap();
        story.app.calls_end().await;
        assert_eq!(
            story.status(&id).await.0,
            "connected",
            "{change:?}: one answer decides nothing"
        );
        story.look().await;
        assert_eq!(story.status(&id).await, (status, Some(cause)), "{change:?}");
        assert_eq!(story.status(&other).await.0, "connected", "{change:?}");
        as_before();
        story.look().await;
        assert_eq!(story.status(&id).await, ("connected", None), "{change:?}");
    }
    story.change(PersonChange::PageRoleLost(page.clone()));
    story.look().await;
    assert_eq!(story.status(&id).await, ("blocked", Some("role_lost")));
    assert_eq!(story.status(&other).await.0, "connected");
    as_before();
    story.look().await;
    assert_eq!(story.status(&id).await, ("connected", None));

    let person_breaks = [
        (PersonChange::CheckpointSet, "blocked", "checkpoint"),
        (
            PersonChange::PermissionDeclined("instagram_manage_insights".to_owned()),
            "limited",
            "permission_missing",
        ),
    ];
    for (change, status, cause) in person_breaks {
        story.change(change.clone());
        story.world.clock.advance(Duration::days(1)); // the token itself is asked about daily
        story.look().await;
        for id in [&id, &other] {
            assert_eq!(story.status(id).await, (status, Some(cause)), "{change:?}");
        }
        as_before();
        story.look().await;
        for id in [&id, &other] {
            assert_eq!(story.status(id).await, ("connected", None), "{change:?}");
        }
    }
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_renewed_and_data_access_has_a_clock_of_its_own() {
    let story = Story::begin().await;
    let usable = story.usable();
    story.connect(&usable[..2]).await;
    for _ in 0..74 {
        story.world.pass(&story.app, Duration::days(1)).await;
    }
    for (_, id) in &usable[..2] {
        assert_eq!(story.status(id).await, ("connected", None));
    }
    assert_eq!(story.world.control.count(Endpoint::Refresh), 0);
    let renewals = story.app.history(None).await;
    assert!(
        renewals
            .iter()
            .all(|line| line.kind != "renewed" && line.kind != "renewal_failed")
    );

    story.world.pass(&story.app, Duration::days(2)).await;
    let account = story.app.account(&usable[0].1).await;
    assert_eq!(account.status, "renewal_late");
    assert_eq!(account.diagnosis.map(|it| it.remedy), Some("reconnect"));

    story.world.clock.advance(Duration::days(20));
    story.look().await;
    for (_, id) in &usable[..2] {
        assert_eq!(story.status(id).await, ("expired", Some("expired")));
    }
    assert!(
        story.app.app().await.banner.is_none(),
        "nobody's app is at fault"
    );

    // One sign-in, and both answer again.
    let attempt = story.sign_in(Some(&usable[0].1), &everything()).await;
    assert_eq!(attempt.phase, "done", "{attempt:?}");
    story.look().await;
    for (_, id) in &usable[..2] {
        assert_eq!(story.status(id).await, ("connected", None));
    }
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_access_back_tells_whom_it_cuts_off_and_is_believed_when_seen() {
    let story = Story::begin().await;
    let usable = story.usable();
    story.connect(&usable).await;
    let id = usable[0].1.clone();
    let mut others: Vec<String> = usable[1..].iter().map(|(_, id)| id.clone()).collect();
    others.sort();
    assert_eq!(story.app.account(&id).await.shares_grant_with, others);

    story
        .app
        .run(Command::Revoke { id: id.clone() })
        .await
        .unwrap();
    story.app.calls_end().await;
    story.world.clock.advance(Duration::seconds(31));
    story.app.settle().await;
    for (_, id) in &usable {
        assert_eq!(
            story.status(id).await,
            ("revoked", Some("app_removed")),
            "{id}"
        );
        let lines = story.app.history(Some(id)).await;
        assert!(lines.iter().any(|line| line.kind == "revoked"), "{id}");
    }
    assert!(story.app.app().await.banner.is_none());
    let grants = story.world.control.person(&story.person.id).unwrap().grants;
    assert!(grants.iter().all(|grant| grant.removed));

    story
        .app
        .run(Command::Disconnect {
            id: id.clone(),
            erase: false,
        })
        .await
        .unwrap();
    let account = story.app.account(&id).await;
    assert_eq!(
        (account.status, account.removed_there),
        ("removed", Some(true))
    );
    assert_eq!(account.route, "facebook");
    assert_eq!(
        secrets_of(&story.world, &id),
        0,
        "the person's token went with the Page's"
    );
    assert_eq!(secrets_of(&story.world, &others[0]), 2);
    story.app.quit().await;
}

/// How many sealed secrets an account has.
fn secrets_of(world: &World, id: &str) -> i64 {
    let database = rusqlite::Connection::open(world.dir.path().join(store::DATABASE_FILE)).unwrap();
    let sql = "SELECT count(*) FROM secret WHERE owner = ?1";
    let owner = format!("account:{id}");
    database.query_row(sql, [owner], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_taken_back_is_never_told_as_such_and_keeps_nothing_from_being_deleted() {
    let story = Story::begin().await;
    let usable = story.usable();
    let id = usable[0].1.clone();
    story.connect(&usable[..2]).await;
    let broken = Fault::at(Outage::ServerErrors, &[Endpoint::FacebookGrant]);
    story.world.control.fault(broken);
    let refused = story.app.run(Command::Revoke { id: id.clone() }).await;
    assert_eq!(refused.unwrap_err(), ErrorCode::NoAnswer);
    let lines = story.app.history(Some(&id)).await;
    assert!(lines.iter().any(|line| line.kind == "revoke_failed"));
    assert!(lines.iter().all(|line| line.kind != "revoked"));
    story.app.settle().await;
    assert_eq!(story.status(&id).await.0, "connected");

    story
        .app
        .run(Command::Disconnect {
            id: id.clone(),
            erase: false,
        })
        .await
        .unwrap();
    let account = story.app.account(&id).await;
    assert_eq!(
        (account.status, account.removed_there),
        ("removed", Some(false))
    );
    assert_eq!(secrets_of(&story.world, &id), 0);
    let again = story.app.run(Command::Revoke { id }).await;
    assert_eq!(again.unwrap_err(), ErrorCode::NotPossible);
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_the_other_route_cannot_be_taken_back() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let refused = app.run(Command::Revoke { id: id.clone() }).await;
    assert_eq!(refused.unwrap_err(), ErrorCode::NotPossible);
    // The two routes live side by side, each with what is its own.
    enter_app(&world, &app).await;
    let person = world.control.people().remove(0);
    let story = Story { world, app, person };
    let page = story
        .usable()
        .into_iter()
        .find(|(_, other)| *other != id)
        .unwrap();
    story.connect(std::slice::from_ref(&page)).await;
    story.look().await;
    let (one, other) = (
        story.app.account(&id).await,
        story.app.account(&page.1).await,
    );
    assert_eq!(
        (one.route, one.status, one.endless),
        ("instagram", "connected", false)
    );
    assert_eq!(
        (other.route, other.status, other.endless),
        ("facebook", "connected", true)
    );
    assert!(one.expires_at.is_some() && one.page.is_none());
    story
        .world
        .control
        .apply(&id, Change::PasswordChanged)
        .unwrap();
    story.look().await;
    assert_eq!(story.status(&id).await.0, "revoked");
    assert_eq!(story.status(&page.1).await.0, "connected");
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn media_come_through_the_page() {
    let story = Story::begin().await;
    let usable = story.usable();
    let id = usable[0].1.clone();
    story.connect(&usable[..1]).await;
    story.world.control.clear_requests();
    crate::syncing::whole(&story.app, &id).await;
    let kept = crate::syncing::media(&story.app, &id, 0).await;
    let truth = story.world.control.media(&id).unwrap();
    assert!(!truth.is_empty());
    assert_eq!(kept.items.len(), truth.len());
    let calls = story.world.control.requests();
    assert!(
        calls.iter().all(|call| call.endpoint != Endpoint::Media),
        "not the other route's host"
    );
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_code_or_secret_of_this_route_is_in_any_file_or_message() {
    let story = Story::begin().await;
    let usable = story.usable();
    story.open(None).await;
    let asked = story.world.browser.last();
    let back = story
        .world
        .control
        .answer_dialog(asked.as_str(), &story.person.id, &everything())
        .unwrap();
    story.world.follow(&back).await;
    story.rest().await;
    story.choose(&[&usable[0].0, &usable[1].0]).await.unwrap();
    story.app.settle().await;
    story.change(PersonChange::PasswordChanged);
    story.look().await;
    let mut messages = story.app.messages.lock().unwrap().clone();
    messages.push(serde_json::to_string(&story.app.snapshot().await).unwrap());
    messages.push(serde_json::to_string(&story.app.history(None).await).unwrap());
    let Story { world, app, .. } = story;
    app.quit().await;
    let query = |address: &str, name: &str| {
        let address = url::Url::parse(address).unwrap();
        let value = address.query_pairs().find(|(key, _)| key == name);
        value.map(|(_, value)| value.into_owned()).unwrap()
    };
    let secrets = [
        (
            "app secret",
            world.sandbox.app().facebook_app_secret.clone(),
        ),
        ("state", query(asked.as_str(), "state")),
        ("code", query(&back, "code")),
        ("a token's beginning", "EAA".to_owned()),
    ];
    let written = files(world.dir.path());
    assert!(written.len() >= 2, "there is something to search");
    for (name, secret) in &secrets {
        for message in &messages {
            assert_eq!(
                found(secret, message.as_bytes()),
                None,
                "{name} in a message"
            );
        }
        // Three characters come up by chance in what is sealed.
        for (path, bytes) in written.iter().filter(|_| secret.len() > 3) {
            assert_eq!(found(secret, bytes), None, "{name} in {}", path.display());
        }
    }
}
