//! Accounts that are reached through a Facebook Page: what becomes of them, and how they are let go.

use super::*;

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
async fn an_answer_that_leaves_the_link_out_for_everybody_is_the_apps_fault() {
    let story = Story::begin().await;
    let first = story.usable()[0].clone();
    story.connect(std::slice::from_ref(&first)).await;
    let Story { world, app, .. } = story;
    let person = world.control.people().remove(1);
    let story = Story { world, app, person };
    let usable = story.usable();
    let second = usable.iter().find(|(_, id)| *id != first.1).unwrap();
    let attempt = story.sign_in(None, &everything()).await;
    if attempt.phase == "pages" {
        story.choose(&[&second.0]).await.unwrap();
    }
    story.app.run(Command::AcknowledgeAttempt).await.unwrap();
    story.app.settle().await;
    let link_left_out = |link_left_out| {
        story.facebook_behaves(FacebookManner {
            link_left_out,
            ..FacebookManner::default()
        });
    };
    link_left_out(true);
    story.look().await;
    for id in [&first.1, &second.1] {
        assert_eq!(story.status(id).await.0, "waiting", "nobody is accused");
    }
    let banner = story.app.app().await.banner.unwrap();
    assert_eq!(banner.code, "E-APP");
    link_left_out(false);
    story.look().await;
    story.look().await;
    for id in [&first.1, &second.1] {
        assert_eq!(story.status(id).await, ("connected", None));
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

    // The date passes, and data goes on coming.
    let behaves = |data_after_its_end| {
        story.facebook_behaves(FacebookManner {
            data_after_its_end,
            ..FacebookManner::default()
        });
    };
    behaves(true);
    story.world.clock.advance(Duration::days(20));
    story.look().await;
    for (_, id) in &usable[..2] {
        assert_eq!(story.status(id).await.0, "renewal_late");
    }
    behaves(false);
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
    for (_, id) in &usable {
        let told = story.app.account(id).await.removed_there;
        assert_eq!(told, Some(true), "{id}: Facebook has said so");
    }
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

    let account = story.disconnect(&id).await;
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

    let account = story.disconnect(&id).await;
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
    // The person's, short and long, and one of each Page.
    let tokens = world.control.facebook_tokens();
    assert!(tokens.len() >= 2 + usable.len(), "{}", tokens.len());
    let tokens = tokens.into_iter().map(|token| ("a token", token));
    let secrets: Vec<_> = secrets.into_iter().chain(tokens).collect();
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

#[tokio::test(flavor = "multi_thread")]
async fn what_facebook_ended_is_told_in_its_name() {
    let story = Story::begin().await;
    crate::told::allow(&story.app).await;
    let usable = story.usable();
    story.connect(&usable[..2]).await;
    story.change(PersonChange::PageRoleLost(usable[0].0.clone()));
    story.look().await;
    for _ in 0..6 {
        story.world.pass(&story.app, Duration::seconds(15)).await;
    }
    let shown = story.world.browser.shown();
    let [notice] = shown.as_slice() else {
        panic!("{shown:?}")
    };
    assert_eq!((notice.cause, notice.by), (Some("role_lost"), "facebook"));
    let account = story.app.account(&usable[0].1).await;
    assert_eq!(account.settled_at(), "facebook");
    story.app.quit().await;
}
