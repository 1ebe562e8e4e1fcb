//! Connecting an account.

use chrono::Duration;
use domain::grant::Route;
use engine::command::{Command, ErrorCode};
use sandbox::{ConsentAnswer, Endpoint, Fault, Outage};
use support::World;

const PUBLISH: &str = "instagram_business_content_publish";

fn allow() -> ConsentAnswer {
    ConsentAnswer::Allow { untick: vec![] }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_comes_back_from_the_browser_with_name_and_countdown() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let account = app.account(&id).await;
    assert_eq!(account.status, "connected");
    assert_eq!(
        account.username,
        world.control.account(&id).unwrap().username
    );
    assert!(
        account
            .permissions
            .iter()
            .all(|permission| permission.granted)
    );
    // 5 183 944 seconds after nine o'clock: what the answer said, not a constant.
    assert_eq!(
        account.expires_at.as_deref(),
        Some("2027-01-22T08:59:04.000Z")
    );
    assert_eq!(
        account.renew_due_at.as_deref(),
        Some("2026-11-30T09:00:00.000Z")
    );
    let profile_calls: Vec<_> = world
        .control
        .requests()
        .into_iter()
        .filter(|call| call.endpoint == Endpoint::Profile)
        .collect();
    assert!(!profile_calls.is_empty());
    for call in profile_calls {
        assert_eq!(format!("{:?}", call.token_in), "Header", "{}", call.path);
    }
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saying_no_at_instagram_is_an_outcome_not_an_error() {
    let world = World::new().await;
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    let back = world.consent(&world.id(0), &ConsentAnswer::Deny);
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("failed", Some("user_denied"))
    );
    assert!(app.snapshot().await.accounts.is_empty());
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unticked_permission_is_named_and_the_person_may_keep_it_so() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    app.connect(None).await.unwrap();
    let back = world.consent(
        &id,
        &ConsentAnswer::Allow {
            untick: vec![PUBLISH.into()],
        },
    );
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("choice", Some("scope_rejected"))
    );
    assert_eq!(attempt.missing_scopes, [PUBLISH]);
    assert!(
        app.snapshot().await.accounts.is_empty(),
        "nothing is saved before the person chose"
    );
    app.run(Command::KeepWithLimits).await.unwrap();
    app.settle().await;
    let account = app.account(&id).await;
    assert_eq!(account.status, "limited");
    assert_eq!(
        account.diagnosis.unwrap().permission.as_deref(),
        Some(PUBLISH)
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_account_is_refused_by_name() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    app.connect(None).await.unwrap();
    let back = world.consent(&id, &allow());
    // Switched back between the consent and the first call: the page itself would not let it through.
    world
        .control
        .apply(&id, sandbox::Change::MadePersonal)
        .unwrap();
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("failed", Some("instagram_no_business_account"))
    );
    assert!(app.snapshot().await.accounts.is_empty());
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_older_than_ten_minutes_says_so() {
    let world = World::new().await;
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    let back = world.consent(&world.id(0), &allow());
    world.pass(&app, Duration::minutes(11)).await;
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("failed", Some("state_expired"))
    );
    assert_eq!(world.follow(&back).await, None, "nobody listens any more");
    assert!(app.snapshot().await.accounts.is_empty());
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_cut_in_the_middle_goes_on_with_the_same_code() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    for endpoint in [
        Endpoint::CodeExchange,
        Endpoint::LongLivedExchange,
        Endpoint::Profile,
    ] {
        world
            .control
            .fault(Fault::at(Outage::Cut, &[endpoint]).next(1));
    }
    app.connect(None).await.unwrap();
    let back = world.consent(&id, &allow());
    world.follow(&back).await;
    for _ in 0..400 {
        let attempt = app.attempt().await.unwrap();
        if attempt.phase != "checking" {
            break;
        }
        if attempt.outcome.is_some() {
            assert_eq!(attempt.outcome, Some("network_error"));
            world.clock.advance(Duration::seconds(30));
            app.run(Command::Poke).await.unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(app.attempt().await.unwrap().phase, "done");
    assert_eq!(app.account(&id).await.status, "connected");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn junk_at_the_doors_changes_nothing_and_the_genuine_answer_still_works() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    app.connect(None).await.unwrap();
    let back = world.consent(&id, &allow());
    let foreign = back.replace("state=", "state=x");
    for (junk, code) in [
        (foreign.as_str(), "state_unknown"),
        (
            "https://example.org/relink/?code=a&state=b",
            "redirect_malformed",
        ),
        ("AQBx-a-bare-code", "redirect_malformed"),
        ("", "redirect_malformed"),
    ] {
        app.run(Command::SubmitCallback {
            address: junk.to_owned().into(),
        })
        .await
        .unwrap();
        let attempt = app.attempt().await.unwrap();
        assert_eq!(
            (attempt.phase, attempt.last_rejection),
            ("waiting", Some(code)),
            "{junk}"
        );
    }
    world.follow(&foreign).await;
    assert_eq!(app.attempt().await.unwrap().phase, "waiting");
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    assert_eq!(app.attempt().await.unwrap().phase, "done");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pasted_address_works_where_the_browser_cannot_come_back() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    app.connect(None).await.unwrap();
    let back = world.consent(&id, &allow());
    let pasted = format!("  <{back}> ");
    app.run(Command::SubmitCallback {
        address: pasted.into(),
    })
    .await
    .unwrap();
    app.run(Command::AwaitAttempt).await.unwrap();
    assert_eq!(app.attempt().await.unwrap().phase, "done");
    app.run(Command::SubmitCallback {
        address: back.into(),
    })
    .await
    .unwrap_err();
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_redeeming_loses_nothing() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world
        .control
        .fault(Fault::at(Outage::ServerErrors, &[Endpoint::Profile]));
    app.connect(None).await.unwrap();
    let back = world.consent(&id, &allow());
    world.follow(&back).await;
    for _ in 0..300 {
        if app.attempt().await.unwrap().signed_in == "done" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(app.attempt().await.unwrap().signed_in, "done");
    app.crash().await;

    world.control.outage(Outage::None);
    let app = world.open().unwrap();
    app.key_state().await;
    app.run(Command::AwaitAttempt).await.unwrap();
    assert_eq!(app.attempt().await.unwrap().phase, "done");
    assert_eq!(app.account(&id).await.status, "connected");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quitting_while_the_browser_is_open_is_told_at_the_next_start() {
    let world = World::new().await;
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    app.quit().await;
    let app = world.open().unwrap();
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("failed", Some("interrupted"))
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named_and_nothing_is_opened() {
    let world = World::new().await;
    let app = world.ready().await;
    let listen = world.config().endpoints.redirect.listen;
    let _taken = std::net::TcpListener::bind(("127.0.0.1", listen.port().unwrap())).unwrap();
    assert_eq!(app.connect(None).await.unwrap_err(), ErrorCode::PortTaken);
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("failed", Some("port_taken"))
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_meta_app_the_person_is_told_what_is_missing() {
    let world = World::new().await;
    let app = world.open().unwrap();
    assert_eq!(
        app.connect(None).await.unwrap_err(),
        ErrorCode::NoCredentials
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_token_is_proved_and_never_exchanged() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    let token = world.control.mint_token(&id).unwrap();
    app.run(Command::AddToken {
        app: None,
        route: Route::Instagram,
        token: token.into(),
    })
    .await
    .unwrap();
    app.settle().await;
    let account = app.account(&id).await;
    assert_eq!((account.status, account.expires_at), ("connected", None));
    assert_eq!(world.control.count(Endpoint::LongLivedExchange), 0);
    let refused = Command::AddToken {
        app: None,
        route: Route::Instagram,
        token: "IGAAnot-a-token-of-anybody".to_owned().into(),
    };
    assert_eq!(app.run(refused).await.unwrap_err(), ErrorCode::TokenRefused);
    // A day later its age is enough, and the renewal tells its end.
    world.pass(&app, Duration::hours(25)).await;
    assert!(app.account(&id).await.expires_at.is_some());
    app.quit().await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_recorded_is_told_and_may_come_again() {
    let world = World::new().await;
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    let back = world.consent(&world.id(0), &allow());
    let pasted = |address: &str| Command::SubmitCallback {
        address: address.to_owned().into(),
    };
    // Another program sits on the database for longer than anybody waits for it.
    let path = world.dir.path().join(store::DATABASE_FILE);
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = app.run(pasted(&back)).await.unwrap_err();
    drop(other);
    assert_eq!(refused, ErrorCode::Database);
    assert_eq!(app.attempt().await.unwrap().phase, "waiting");
    world.clock.advance(Duration::seconds(6));
    app.run(Command::Poke).await.unwrap();
    assert!(app.app().await.banner.is_none(), "saving works again");
    app.run(pasted(&back)).await.unwrap();
    app.run(Command::AwaitAttempt).await.unwrap();
    assert_eq!(app.attempt().await.unwrap().phase, "done");
    app.quit().await;
}
