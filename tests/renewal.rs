//! Renewing access.

use chrono::Duration;
use engine::command::Command;
use sandbox::{Change, Endpoint, Fault, OddAnswer, Outage, RefreshBehaviour};
use support::{App, World};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_renewed_at_the_start() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.quit().await;
    world.clock.advance(Duration::days(40));

    let app = world.open().unwrap();
    app.key_state().await;
    app.settle().await;
    let account = app.account(&id).await;
    assert_eq!(world.control.count(Endpoint::Refresh), 1);
    assert_eq!(
        account.last_renewed_at.as_deref(),
        Some("2027-01-02T09:00:00.000Z")
    );
    assert_eq!(
        account.expires_at.as_deref(),
        Some("2027-03-03T08:59:04.000Z")
    );
    let slept = app
        .history(None)
        .await
        .into_iter()
        .find(|line| line.kind == "app_started");
    assert_eq!(
        slept.unwrap().params.get("asleep_days").map(String::as_str),
        Some("40")
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_goes_by_and_the_account_is_still_connected_whatever_a_renewal_does_to_the_string() {
    for behaviour in [
        RefreshBehaviour::SameString,
        RefreshBehaviour::NewStringOldLives,
        RefreshBehaviour::NewStringOldDies,
    ] {
        let world = World::new().await;
        world.control.refresh_behaviour(behaviour);
        let app = world.ready().await;
        let id = world.id(0);
        world.connect(&app, &id).await;
        for _ in 0..52 {
            world.pass(&app, Duration::days(7)).await;
            assert_eq!(app.account(&id).await.status, "connected", "{behaviour:?}");
        }
        assert!(
            world.control.count(Endpoint::Refresh) >= 50,
            "{behaviour:?}"
        );
        app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_renewal_never_touches_the_token_that_works() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    for outage in [
        Outage::ServerErrors,
        Outage::Cut,
        Outage::Portal,
        Outage::Redirect,
        Outage::RateLimit,
    ] {
        world.control.outage(Outage::None);
        world.control.fault(Fault::at(outage, &[Endpoint::Refresh]));
        world.clock.advance(Duration::days(2));
        app.run(Command::Renew {
            ids: vec![],
            due_only: false,
        })
        .await
        .unwrap();
        app.settle().await;
        world.control.outage(Outage::None);
        app.look_twice(&world).await;
        let status = app.account(&id).await.status;
        assert!(
            matches!(status, "connected" | "waiting"),
            "{outage:?} made it {status}"
        );
        world.pass(&app, Duration::hours(5)).await;
        assert_eq!(app.account(&id).await.status, "connected", "{outage:?}");
    }
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_the_work_was_done_is_survived_while_the_old_token_lives() {
    let world = World::new().await;
    world
        .control
        .refresh_behaviour(RefreshBehaviour::NewStringOldLives);
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    world
        .control
        .fault(Fault::at(Outage::CutAfterwards, &[Endpoint::Refresh]).next(1));
    world.pass(&app, Duration::days(8)).await;
    world.pass(&app, Duration::hours(1)).await;
    world.pass(&app, Duration::hours(1)).await;
    assert_eq!(app.account(&id).await.status, "connected");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_account_cannot_be_renewed_only_reconnected() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.quit().await;
    world.clock.advance(Duration::days(61));
    let app = world.open().unwrap();
    app.key_state().await;
    app.look_twice(&world).await; // every loss is confirmed by a second answer
    let account = app.account(&id).await;
    assert_eq!(
        (account.status, account.cause),
        ("expired", Some("expired"))
    );
    assert_eq!(world.control.count(Endpoint::Refresh), 0);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_plan_renews_nothing_until_it_is_over() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let mut settings = app.app().await.settings;
    settings.paused_until = Some("2026-12-10T09:00:00Z".to_owned());
    app.run(Command::UpdateSettings { settings }).await.unwrap();
    world.pass(&app, Duration::days(10)).await;
    assert_eq!(world.control.count(Endpoint::Refresh), 0);
    world.pass(&app, Duration::days(8)).await;
    assert_eq!(world.control.count(Endpoint::Refresh), 1);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quitting_in_the_middle_of_a_renewal_waits_for_the_token_that_comes() {
    let world = World::new().await;
    // The hardest provider: the old token is dead the moment the new one is made.
    world
        .control
        .refresh_behaviour(RefreshBehaviour::NewStringOldDies);
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    world.clock.advance(Duration::days(2));
    world
        .control
        .apply(&id, sandbox::Change::SlowRenewal(700))
        .unwrap();
    let ids = vec![id.clone()];
    app.run(Command::Renew {
        ids,
        due_only: false,
    })
    .await
    .unwrap();
    assert_eq!(app.account(&id).await.activity, Some("renewing"));
    app.quit().await;
    let app = world.open().unwrap();
    app.key_state().await;
    app.look_twice(&world).await;
    let account = app.account(&id).await;
    assert_eq!(account.status, "connected");
    assert!(account.last_renewed_at.is_some());
    app.quit().await;
}

/// A look at every account, and time enough for the next one to confirm it.
async fn look(app: &App, world: &World) {
    app.run(Command::Check { ids: vec![] }).await.unwrap();
    app.calls_end().await;
    world.clock.advance(Duration::seconds(31));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_tokens_are_kept_until_one_of_them_has_answered() {
    let world = World::new().await;
    world
        .control
        .refresh_behaviour(RefreshBehaviour::NewStringOldDies);
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    // Renewed, but no call proves the new token.
    world
        .control
        .fault(Fault::at(Outage::ServerErrors, &[Endpoint::Profile]));
    world.pass(&app, Duration::days(8)).await;
    assert_eq!(world.control.count(Endpoint::Refresh), 1);
    world.control.outage(Outage::None);
    // Both are refused, the new one by mistake, and the program ends in between.
    let odd = OddAnswer {
        status: 400,
        body: r#"{"error":{"message":"Session is invalid","type":"OAuthException","code":190}}"#
            .to_owned(),
    };
    world.control.apply(&id, Change::AnswersOddly(odd)).unwrap();
    for _ in 0..2 {
        look(&app, &world).await;
    }
    assert_ne!(
        app.account(&id).await.status,
        "revoked",
        "one is left to ask"
    );
    app.quit().await;
    let app = world.open().unwrap();
    app.key_state().await;
    for _ in 0..3 {
        look(&app, &world).await;
    }
    assert_eq!(app.account(&id).await.status, "revoked");
    world.control.apply(&id, Change::AnswersNormally).unwrap();
    for _ in 0..3 {
        look(&app, &world).await;
    }
    assert_eq!(app.account(&id).await.status, "connected");
    let lines = app.history(Some(&id)).await;
    for kind in ["lost", "recovered"] {
        let told = lines.iter().filter(|line| line.kind == kind);
        assert_eq!(told.count(), 1, "{kind}");
    }
    world.pass(&app, Duration::days(8)).await;
    assert_eq!(app.account(&id).await.status, "connected");
    assert_eq!(world.control.count(Endpoint::Refresh), 2);
    app.quit().await;
}
