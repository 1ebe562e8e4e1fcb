//! Noticing, and not crying wolf.

use chrono::Duration;
use sandbox::{Change, OddAnswer, Outage};
use support::World;

#[tokio::test(flavor = "multi_thread")]
async fn each_real_loss_is_told_as_such() {
    let cases = [
        (
            Change::PasswordChanged,
            "revoked",
            "password_or_security_change",
        ),
        (Change::AppRemoved, "revoked", "app_removed"),
        (Change::LoggedOut, "revoked", "logged_out"),
        (Change::CheckpointSet, "blocked", "checkpoint"),
        (Change::Unconfirmed, "blocked", "unconfirmed"),
        (Change::Restricted, "blocked", "account_restricted"),
        (Change::MadePersonal, "blocked", "not_professional"),
        (
            Change::PermissionWithdrawn("instagram_business_content_publish".into()),
            "limited",
            "permission_missing",
        ),
    ];
    for (change, status, cause) in cases {
        let world = World::new().await;
        let app = world.ready().await;
        let id = world.id(0);
        world.connect(&app, &id).await;
        world.clock.advance(Duration::hours(1));
        world.control.apply(&id, change.clone()).unwrap();
        app.look_twice(&world).await;
        let account = app.account(&id).await;
        assert_eq!(
            (account.status, account.cause),
            (status, Some(cause)),
            "{change:?}"
        );
        let told = app
            .history(Some(&id))
            .await
            .into_iter()
            .filter(|line| matches!(line.kind, "lost" | "limited" | "blocked"));
        assert_eq!(told.count(), 1, "{change:?} is told once");
        app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_outage_turns_an_account_red() {
    let world = World::new().await;
    let app = world.ready().await;
    let ids = [world.id(0), world.id(1), world.id(2)];
    for id in &ids {
        world.connect(&app, id).await;
    }
    let outages = [
        Outage::ServerErrors,
        Outage::Cut,
        Outage::CutAfterwards,
        Outage::Portal,
        Outage::Redirect,
        Outage::RateLimit,
        Outage::AppBlocked,
        Outage::AppDeleted,
    ];
    for outage in outages {
        world.control.outage(outage);
        for _ in 0..6 {
            app.look_twice(&world).await;
            world.pass(&app, Duration::minutes(20)).await;
        }
        for id in &ids {
            let status = app.account(id).await.status;
            assert!(
                !matches!(status, "revoked" | "expired" | "blocked" | "limited"),
                "{outage:?} made {id} {status}"
            );
        }
        assert!(
            app.app().await.banner.is_some(),
            "{outage:?} is told once, as a banner"
        );
        world.control.outage(Outage::None);
        world.pass(&app, Duration::hours(5)).await;
        for id in &ids {
            assert_eq!(
                app.account(id).await.status,
                "connected",
                "after {outage:?}"
            );
        }
    }
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_nobody_knows_is_shown_with_its_numbers_and_changes_nothing() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let body = r#"{"error":{"message":"Brand new","type":"OAuthException","code":77777,"error_subcode":42,"fbtrace_id":"Trace1"}}"#;
    let odd = OddAnswer {
        status: 400,
        body: body.to_owned(),
    };
    world.clock.advance(Duration::hours(1));
    world.control.apply(&id, Change::AnswersOddly(odd)).unwrap();
    app.look_twice(&world).await;
    let account = app.account(&id).await;
    assert_eq!(account.status, "connected");
    let evidence = account.diagnosis.unwrap().evidence.unwrap();
    assert_eq!(
        (
            evidence.code,
            evidence.subcode,
            evidence.trace_id.as_deref()
        ),
        (Some(77_777), Some(42), Some("Trace1"))
    );
    world.pass(&app, Duration::hours(49)).await;
    assert_eq!(
        app.account(&id).await.status,
        "unknown",
        "after two days we no longer claim to know"
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_name_is_written_down_and_kept() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    world.clock.advance(Duration::hours(1));
    world
        .control
        .apply(&id, Change::Renamed("new.name".into()))
        .unwrap();
    app.look_twice(&world).await;
    assert_eq!(app.account(&id).await.username, "new.name");
    let lines = app.history(Some(&id)).await;
    let changes: Vec<_> = lines
        .iter()
        .filter(|line| line.kind == "profile_changed")
        .collect();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].params["new"], "new.name");
    app.quit().await;
}
