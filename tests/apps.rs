//! Several Meta apps side by side.

use chrono::Duration;
use domain::grant::Route;
use engine::command::{Command, ErrorCode};
use engine::view::AppCheckView;
use sandbox::{Change, ConsentAnswer, Endpoint, Fault, Outage};
use support::{App, World, meta_app};

const FIRST: &str = "instagram:990000000000001";
const SECOND: &str = "instagram:990000000000002";

fn saved(place: usize, id: Option<&str>, app_id: &str, name: &str) -> Command {
    Command::SaveApp {
        id: id.map(str::to_owned),
        route: Route::Instagram,
        app_id: app_id.to_owned(),
        app_secret: Some(meta_app(place, "").app_secret.into()),
        name: name.to_owned(),
        door: None,
        redirect: None,
        config_id: None,
    }
}

/// A running Relink with both apps entered.
async fn with_both(world: &World) -> App {
    let app = world.ready().await;
    app.run(saved(2, None, "990000000000002", "second"))
        .await
        .unwrap();
    app
}

async fn connect_through(world: &World, app: &App, meta_app: &str, place: usize) -> String {
    let id = world.id(place);
    app.run(Command::Connect {
        route: Route::Instagram,
        expected: None,
        app: Some(meta_app.to_owned()),
        door: None,
        permissions: None,
        browser: true,
    })
    .await
    .unwrap();
    let back = world.consent(&id, &ConsentAnswer::Allow { untick: vec![] });
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    assert_eq!(app.attempt().await.unwrap().phase, "done");
    app.run(Command::AcknowledgeAttempt).await.unwrap();
    app.settle().await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn each_account_belongs_to_the_app_it_was_connected_through_and_goes_back_through_it() {
    let world = World::of_apps(2).await;
    let app = with_both(&world).await;
    let one = connect_through(&world, &app, FIRST, 0).await;
    let two = connect_through(&world, &app, SECOND, 1).await;
    app.quit().await;
    let app = world.open().unwrap();
    assert_eq!(app.account(&one).await.app.as_deref(), Some(FIRST));
    assert_eq!(app.account(&two).await.app.as_deref(), Some(SECOND));
    let apps = app.app().await.credentials;
    let told: Vec<_> = apps
        .iter()
        .map(|it| {
            (
                it.id.as_str(),
                it.name.as_str(),
                it.accounts,
                it.secret_saved,
            )
        })
        .collect();
    assert_eq!(told, [(FIRST, "", 1, true), (SECOND, "second", 1, true)]);
    // Nobody names an app: the account's own is taken, whichever comes first.
    app.key_state().await;
    app.connect(Some(&two)).await.unwrap();
    assert_eq!(app.attempt().await.unwrap().app, SECOND);
    app.run(Command::CancelAttempt).await.unwrap();
    app.connect(None).await.unwrap();
    assert_eq!(app.attempt().await.unwrap().app, FIRST);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_app_at_fault_keeps_only_its_own_accounts_waiting() {
    let world = World::of_apps(2).await;
    let app = with_both(&world).await;
    let mut of_first = Vec::new();
    for place in 0..3 {
        of_first.push(connect_through(&world, &app, FIRST, place).await);
    }
    let broken = connect_through(&world, &app, SECOND, 3).await;
    let well = connect_through(&world, &app, SECOND, 4).await;
    for id in of_first.iter().chain([&broken]) {
        world.control.apply(id, Change::LoggedOut).unwrap();
    }
    world.clock.advance(chrono::Duration::minutes(1));
    app.look_twice(&world).await;
    for id in &of_first {
        assert_eq!(app.account(id).await.status, "waiting");
    }
    assert_eq!(app.account(&broken).await.status, "revoked");
    assert_eq!(app.account(&well).await.status, "connected");
    let view = app.app().await;
    let trouble = view.credentials[0].trouble.clone().unwrap();
    assert_eq!((trouble.cause, trouble.count), ("app_problem", 3));
    assert_eq!(view.credentials[1].trouble, None);
    let banner = view.banner.unwrap();
    assert_eq!((banner.code, banner.count), ("E-APP", Some(3)));
    assert_eq!(view.incidents[0].app.as_deref(), Some(FIRST));
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_accounts_is_neither_forgotten_nor_named_anew() {
    let world = World::of_apps(2).await;
    let app = with_both(&world).await;
    let id = connect_through(&world, &app, SECOND, 0).await;
    let remove = || Command::RemoveApp {
        id: SECOND.to_owned(),
    };
    let renamed = || saved(2, Some(SECOND), "990000000000003", "second");
    assert_eq!(app.run(remove()).await.unwrap_err(), ErrorCode::AppInUse);
    assert_eq!(app.run(renamed()).await.unwrap_err(), ErrorCode::AppInUse);
    let delete = || Command::DeleteAccounts {
        ids: vec![id.clone()],
    };
    app.run(delete()).await.unwrap();
    // It may still come back.
    assert_eq!(app.run(remove()).await.unwrap_err(), ErrorCode::AppInUse);
    assert_eq!(app.run(renamed()).await.unwrap_err(), ErrorCode::AppInUse);
    app.run(Command::UndoDelete).await.unwrap();
    assert_eq!(app.account(&id).await.app.as_deref(), Some(SECOND));
    app.run(delete()).await.unwrap();
    world.pass(&app, Duration::minutes(1)).await;
    app.run(renamed()).await.unwrap();
    let taken = saved(2, Some("instagram:990000000000003"), "990000000000001", "");
    assert_eq!(app.run(taken).await.unwrap_err(), ErrorCode::InvalidInput);
    assert_eq!(app.run(remove()).await.unwrap_err(), ErrorCode::UnknownApp);
    app.run(Command::RemoveApp {
        id: "instagram:990000000000003".to_owned(),
    })
    .await
    .unwrap();
    let left = app.app().await.credentials;
    assert_eq!(left.iter().map(|it| &it.id).collect::<Vec<_>>(), [FIRST]);
    app.quit().await;
    let path = world.dir.path().join(store::DATABASE_FILE);
    let database = rusqlite::Connection::open(path).unwrap();
    let sql = "SELECT count(*) FROM secret WHERE kind = 'app_secret'";
    let secrets: i64 = database.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(secrets, 1, "its secret went with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_an_attempt_that_is_not_over_is_neither_forgotten_nor_named_anew() {
    let world = World::of_apps(2).await;
    let app = with_both(&world).await;
    let through = |meta_app: &str| Command::Connect {
        route: Route::Instagram,
        expected: None,
        app: Some(meta_app.to_owned()),
        door: None,
        permissions: None,
        browser: true,
    };
    let remove = |id: &str| Command::RemoveApp { id: id.to_owned() };
    app.run(through(FIRST)).await.unwrap();
    let back = world.consent(&world.id(0), &ConsentAnswer::Allow { untick: vec![] });
    // The first one waits beside another by now.
    app.run(through(SECOND)).await.unwrap();
    for meta_app in [FIRST, SECOND] {
        let refused = app.run(remove(meta_app)).await;
        assert_eq!(refused.unwrap_err(), ErrorCode::AppInUse, "{meta_app}");
    }
    let renamed = saved(1, Some(FIRST), "990000000000003", "");
    assert_eq!(app.run(renamed).await.unwrap_err(), ErrorCode::AppInUse);
    assert_eq!(world.follow(&back).await, Some(200));
    app.run(Command::AwaitAttempt).await.unwrap();
    assert_eq!(app.attempt().await.unwrap().phase, "done");
    assert_eq!(app.account(&world.id(0)).await.app.as_deref(), Some(FIRST));
    // The other one is over: its app may go.
    app.run(remove(SECOND)).await.unwrap();
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entering_an_app_the_old_way_changes_its_secret_or_adds_one_in_front() {
    let world = World::of_apps(2).await;
    let app = with_both(&world).await;
    let enter = |app_id: &str, secret: &str| Command::SetCredentials {
        route: Route::Instagram,
        app_id: app_id.to_owned(),
        app_secret: secret.to_owned().into(),
    };
    app.run(enter("990000000000002", "another-secret"))
        .await
        .unwrap();
    let apps = app.app().await.credentials;
    let order: Vec<_> = apps.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(order, [SECOND, FIRST]);
    assert_eq!(apps[0].name, "second", "what else was said of it stays");
    for (app_id, secret) in [("1234", "another-secret"), ("12345", "short"), ("x", "")] {
        let refused = app.run(enter(app_id, secret)).await;
        assert_eq!(refused.unwrap_err(), ErrorCode::InvalidInput, "{app_id}");
    }
    app.quit().await;
}

async fn check(app: &App, id: &str) -> AppCheckView {
    let id = id.to_owned();
    let reply = app.run(Command::CheckApp { id }).await.unwrap();
    *reply.app_check().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn id_and_secret_are_checked_as_far_as_the_answer_tells() {
    let world = World::of_apps(2).await;
    let app = with_both(&world).await;
    let right = check(&app, FIRST).await;
    let said = right.evidence.clone().unwrap().message.unwrap();
    assert!(said.contains("Matching code"), "{said}");
    assert_eq!(told(right), ("works", "cannot_tell"));
    let nobodys = saved(1, None, "123456789012345", "nobody's id");
    app.run(nobodys).await.unwrap();
    let wrong = check(&app, "instagram:123456789012345").await;
    assert_eq!(told(wrong), ("wrong", "cannot_tell"));
    // The second app with the first one's secret.
    app.run(saved(1, Some(SECOND), "990000000000002", "second"))
        .await
        .unwrap();
    assert_eq!(told(check(&app, SECOND).await), ("works", "wrong"));
    world.control.fault(Fault::everywhere(Outage::Cut));
    assert_eq!(told(check(&app, FIRST).await), ("no_answer", "no_answer"));
    let unknown = Command::CheckApp {
        id: "instagram:1".to_owned(),
    };
    assert_eq!(app.run(unknown).await.unwrap_err(), ErrorCode::UnknownApp);
    assert!(app.snapshot().await.accounts.is_empty());
    app.quit().await;
}

fn told(view: AppCheckView) -> (&'static str, &'static str) {
    (view.app_id, view.secret)
}

async fn entered(app: &App, route: Route, app_id: &str, secret: &str) -> String {
    app.run(Command::SetCredentials {
        route,
        app_id: app_id.to_owned(),
        app_secret: secret.to_owned().into(),
    })
    .await
    .unwrap();
    format!("{}:{app_id}", route.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn facebook_says_of_both_and_each_product_knows_the_ids_of_the_other() {
    use Route::{Facebook, Instagram};
    // The app wants the proof of its secret with every call: the question about it is no exception.
    let world = World::with(|config| config.apps[0].require_app_secret = true).await;
    let app = world.open().unwrap();
    let meta_app = world.sandbox.app().clone();
    let (id, secret) = (&meta_app.app_id, &meta_app.app_secret);
    let (fb_id, fb_secret) = (&meta_app.facebook_app_id, &meta_app.facebook_app_secret);
    let cases = [
        (Facebook, fb_id, fb_secret, ("works", "works")),
        (Facebook, fb_id, secret, ("works", "wrong")),
        (Facebook, id, secret, ("other_product", "cannot_tell")),
        (Instagram, id, fb_secret, ("works", "wrong")),
        (
            Instagram,
            fb_id,
            fb_secret,
            ("other_product", "other_product"),
        ),
        (Instagram, fb_id, secret, ("other_product", "cannot_tell")),
    ];
    for (route, app_id, secret, expected) in cases {
        let key = entered(&app, route, app_id, secret).await;
        let view = check(&app, &key).await;
        assert_eq!(view.evidence.is_none(), expected.1 == "works");
        assert_eq!(told(view), expected, "{key}");
    }
    let nobodys = entered(&app, Facebook, "123456789012345", secret).await;
    assert_eq!(told(check(&app, &nobodys).await), ("wrong", "cannot_tell"));
    assert_eq!(world.control.count(Endpoint::Profile), 0);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_other_product_cannot_be_asked_what_is_known_is_told() {
    let world = World::new().await;
    let mut config = world.config();
    config.endpoints.facebook = None;
    let app = world.open_with(config).unwrap();
    let meta_app = world.sandbox.app().clone();
    let id = meta_app.facebook_app_id.as_str();
    let key = entered(&app, Route::Instagram, id, &meta_app.facebook_app_secret).await;
    assert_eq!(told(check(&app, &key).await), ("wrong", "cannot_tell"));
    let key = entered(&app, Route::Facebook, id, &meta_app.facebook_app_secret).await;
    let refused = app.run(Command::CheckApp { id: key }).await;
    assert_eq!(refused.unwrap_err(), ErrorCode::NotPossible);
    app.quit().await;
}
