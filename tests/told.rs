//! Being told outside the window: once, together, and taken back.

use chrono::Duration;
use engine::command::{Command, ErrorCode};
use engine::view::{AccountView, EntryView, NoticeSettings};
use sandbox::{Change, ConsentAnswer, RefreshBehaviour};
use support::{App, World};

/// The person allows notices.
pub(crate) async fn allow(app: &App) {
    let mut settings = app.app().await.settings;
    settings.notices = NoticeSettings {
        allowed: Some(true),
        ..NoticeSettings::default()
    };
    app.run(Command::UpdateSettings { settings }).await.unwrap();
}

async fn with_accounts(count: usize) -> (World, App, Vec<String>) {
    let world = World::new().await;
    let app = world.ready().await;
    allow(&app).await;
    let ids: Vec<String> = (0..count).map(|place| world.id(place)).collect();
    for id in &ids {
        world.connect(&app, id).await;
    }
    world.clock.advance(Duration::hours(1));
    (world, app, ids)
}

/// Lets a first finding be confirmed and what belongs together gather.
async fn a_minute_passes(world: &World, app: &App) {
    for _ in 0..6 {
        world.pass(app, Duration::seconds(15)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loss_is_told_once_and_taken_back_when_it_is_mended() {
    let (world, app, ids) = with_accounts(1).await;
    world
        .control
        .apply(&ids[0], Change::PasswordChanged)
        .unwrap();
    app.look_twice(&world).await;
    a_minute_passes(&world, &app).await;
    let shown = world.browser.shown();
    let [notice] = shown.as_slice() else {
        panic!("{shown:?}")
    };
    assert_eq!(notice.kind, "disconnected");
    assert_eq!(notice.cause, Some("password_or_security_change"));
    assert_eq!(notice.account_ids, ids);
    assert!(notice.username.is_some());

    app.quit().await;
    let app = world.open().unwrap();
    app.key_state().await;
    a_minute_passes(&world, &app).await;
    assert_eq!(
        world.browser.shown().len(),
        1,
        "a restart tells nothing again"
    );

    app.connect(Some(&ids[0])).await.unwrap();
    let back = world.consent(&ids[0], &ConsentAnswer::Allow { untick: vec![] });
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    a_minute_passes(&world, &app).await;
    assert_eq!(world.browser.withdrawn(), [format!("account-{}", ids[0])]);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_together_is_one_incident_and_one_notice() {
    let (world, app, ids) = with_accounts(7).await;
    for id in &ids[..3] {
        world.control.apply(id, Change::PasswordChanged).unwrap();
    }
    app.run(Command::Check {
        ids: vec![ids[0].clone()],
    })
    .await
    .unwrap();
    app.look_twice(&world).await;
    a_minute_passes(&world, &app).await;
    let incidents = app.app().await.incidents;
    let [incident] = incidents.as_slice() else {
        panic!("{incidents:?}")
    };
    assert_eq!(incident.kind, "accounts");
    assert_eq!(incident.account_ids.len(), 3);
    for id in &ids[..3] {
        assert_eq!(
            app.account(id).await.incident_id.as_ref(),
            Some(&incident.id)
        );
    }
    assert_eq!(app.account(&ids[3]).await.incident_id, None);
    let shown = world.browser.shown();
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!((shown[0].kind, shown[0].count), ("several", 3));
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_app_is_one_notice_about_the_app() {
    let (world, app, ids) = with_accounts(4).await;
    world.control.outage(sandbox::Outage::AppBlocked);
    app.look_twice(&world).await;
    for _ in 0..20 {
        a_minute_passes(&world, &app).await;
    }
    for id in &ids {
        assert_eq!(app.account(id).await.status, "waiting");
    }
    let shown = world.browser.shown();
    let told: Vec<_> = shown.iter().map(|it| (it.kind, it.by)).collect();
    assert_eq!(told, [("app_problem", "instagram")]);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_blocked_is_told_again_in_an_hour_where_the_person_asks_for_it() {
    let (world, app, ids) = with_accounts(1).await;
    world.control.apply(&ids[0], Change::CheckpointSet).unwrap();
    app.look_twice(&world).await;
    a_minute_passes(&world, &app).await;
    let kinds = || -> Vec<&str> { world.browser.shown().iter().map(|it| it.kind).collect() };
    assert_eq!(kinds(), ["blocked"]);
    let remind = |hours| Command::Remind {
        ids: ids.clone(),
        hours,
    };
    for hours in [0, 169] {
        let refused = app.run(remind(hours)).await;
        assert_eq!(refused.unwrap_err(), ErrorCode::InvalidInput);
    }
    app.run(remind(1)).await.unwrap();
    assert_eq!(
        world.browser.withdrawn().len(),
        1,
        "what stood is taken back"
    );
    world.pass(&app, Duration::minutes(59)).await;
    assert_eq!(kinds(), ["blocked"]);
    world.pass(&app, Duration::minutes(2)).await;
    assert_eq!(kinds(), ["blocked"; 2]);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_was_not_asked_is_told() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    world.control.apply(&id, Change::AppRemoved).unwrap();
    app.look_twice(&world).await;
    a_minute_passes(&world, &app).await;
    assert_eq!(app.account(&id).await.status, "revoked");
    assert_eq!(world.browser.shown(), []);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_token_that_does_not_work_gives_way_to_the_one_before() {
    let world = World::new().await;
    world
        .control
        .refresh_behaviour(RefreshBehaviour::NewStringOldLives);
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let first = app.account(&id).await;
    let refused = sandbox::OddAnswer {
        status: 400,
        body: r#"{"error":{"message":"Error validating access token","type":"OAuthException","code":190}}"#.into(),
    };
    // Nothing proves the new token before it is refused.
    world.control.fault(sandbox::Fault::at(
        sandbox::Outage::ServerErrors,
        &[sandbox::Endpoint::Profile],
    ));
    world.clock.advance(Duration::days(8));
    // A second at a time: calls begin half a second apart, and with a clock that stands still the next one
    // never would.
    let until = async |wanted: &dyn Fn(&AccountView) -> bool| {
        for _ in 0..1_500 {
            let account = app.account(&id).await;
            if wanted(&account) {
                return account;
            }
            world.clock.advance(Duration::seconds(1));
            app.run(Command::Poke).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("it never comes: {:?}", app.account(&id).await);
    };
    let renewed = until(&|account| account.last_renewed_at.is_some()).await;
    assert_ne!(renewed.issued_at, first.issued_at);
    let odd = Change::AnswersOddly(refused);
    world.control.apply(&id, odd).unwrap();
    world.control.outage(sandbox::Outage::None);
    let restored = until(&|account| account.issued_at == first.issued_at).await;
    assert_eq!(restored.expires_at, first.expires_at);
    // What refused the new one refuses the one before no longer.
    world.control.apply(&id, Change::AnswersNormally).unwrap();
    let renewed = until(&|account| account.expires_at > first.expires_at).await;
    assert_eq!(renewed.status, "connected", "and it is renewed later");
    let lost = |entry: &EntryView| entry.kind == "lost";
    assert!(!app.history(Some(&id)).await.iter().any(lost));
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runway_tells_what_was_tried_and_what_is_planned() {
    let (world, app, ids) = with_accounts(1).await;
    world.control.fault(sandbox::Fault::at(
        sandbox::Outage::ServerErrors,
        &[sandbox::Endpoint::Refresh],
    ));
    world.clock.advance(Duration::days(8));
    for _ in 0..3 {
        world.pass(&app, Duration::minutes(5)).await;
    }
    world.control.outage(sandbox::Outage::None);
    world.pass(&app, Duration::hours(1)).await;
    let command = Command::Runway { id: ids[0].clone() };
    let engine::command::Reply::Runway(way) = app.run(command).await.unwrap() else {
        panic!("another reply")
    };
    let results: Vec<&str> = way.tries.iter().map(|one| one.result).collect();
    assert_eq!(results.last(), Some(&"renewed"), "{results:?}");
    let failed = &way.tries[..way.tries.len() - 1];
    assert!(failed.len() >= 2, "{results:?}");
    assert!(
        failed
            .iter()
            .all(|one| one.result == "refused" && one.cause == Some("provider_fault")),
        "{failed:?}"
    );
    assert_eq!(way.state, "resting");
    assert_eq!(Some(&way.planned[0]), way.due_at.as_ref());
    assert_eq!(way.due_at, app.account(&ids[0]).await.renew_due_at);
    app.quit().await;
}
