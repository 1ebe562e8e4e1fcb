//! The way back.

use chrono::Duration;
use domain::wizard::Way;
use engine::command::Command;
use engine::view::{AccountView, KeptLineView, ManifestView};
use sandbox::{Change, ConsentAnswer};
use support::{App, World};

fn allow() -> ConsentAnswer {
    ConsentAnswer::Allow { untick: vec![] }
}

async fn lost(world: &World, app: &App, id: &str) {
    world.connect(app, id).await;
    app.run(Command::SetLabel {
        id: id.into(),
        label: "Bakeries".into(),
    })
    .await
    .unwrap();
    app.run(Command::SetNotes {
        id: id.into(),
        notes: "Ask Ana.\nBefore spring.".into(),
    })
    .await
    .unwrap();
    world.clock.advance(Duration::days(2));
    world.control.apply(id, Change::PasswordChanged).unwrap();
    app.look_twice(world).await;
    assert_eq!(app.account(id).await.status, "revoked");
}

async fn next(app: &App, id: &str) {
    app.run(Command::WizardNext { id: id.into() })
        .await
        .unwrap();
}

/// Opens the wizard and takes all its steps, of which the first is shown.
async fn full_way(app: &App, id: &str) {
    app.run(Command::WizardOpen { id: id.into() })
        .await
        .unwrap();
    let choose = Command::WizardChooseWay {
        id: id.into(),
        way: Way::Full,
    };
    app.run(choose).await.unwrap();
}

async fn answer(app: &App, id: &str, key: &str, value: &str) {
    let answer = Command::WizardAnswer {
        id: id.into(),
        key: key.into(),
        value: value.into(),
    };
    app.run(answer).await.unwrap();
}

async fn step(app: &App, id: &str) -> &'static str {
    app.account(id).await.wizard.unwrap().step
}

fn kept(account: &AccountView) -> (String, String, String) {
    (
        account.label.clone(),
        account.notes.clone(),
        account.connected_at.clone(),
    )
}

fn line<'a>(manifest: &'a ManifestView, part: &str) -> &'a KeptLineView {
    let mut lines = manifest.lines.iter();
    lines.find(|line| line.part == part).unwrap()
}

async fn sign_in(world: &World, app: &App, id: &str, as_whom: &str) {
    app.connect(Some(id)).await.unwrap();
    let back = world.consent(as_whom, &allow());
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way_ends_connected_with_everything_kept() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    lost(&world, &app, &id).await;
    let before = app.account(&id).await;
    let history = app.history(Some(&id)).await;
    full_way(&app, &id).await;
    for expected in ["prepare", "delete", "two_factor"] {
        next(&app, &id).await;
        assert_eq!(step(&app, &id).await, expected);
    }
    assert_eq!(app.account(&id).await.status, "removed");
    answer(&app, &id, "two_factor", "just_turned_on").await;
    world
        .control
        .apply(&id, Change::TwoFactorChanged { on: true })
        .unwrap();
    next(&app, &id).await;
    assert_eq!(step(&app, &id).await, "sign_in");
    sign_in(&world, &app, &id, &id).await;
    app.settle().await;
    let after = app.account(&id).await;
    assert_eq!(after.status, "connected");
    assert_eq!(step(&app, &id).await, "finish");
    assert_eq!(
        (kept(&before).0, kept(&before).1),
        (kept(&after).0, kept(&after).1)
    );
    let now = app.history(Some(&id)).await;
    for line in &history {
        assert!(now.contains(line), "{line:?} is missing after the way back");
    }
    assert!(now.iter().any(|line| line.kind == "reconnected"));
    app.run(Command::WizardClose { id: id.clone() })
        .await
        .unwrap();
    assert!(app.account(&id).await.wizard.is_none());
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wizard_is_where_it_was_left_after_quitting_at_every_step() {
    let world = World::new().await;
    let mut app = world.ready().await;
    let id = world.id(0);
    lost(&world, &app, &id).await;
    full_way(&app, &id).await;
    for expected in ["happened", "prepare", "delete", "two_factor", "sign_in"] {
        app.quit().await;
        app = world.open().unwrap();
        app.key_state().await;
        assert_eq!(step(&app, &id).await, expected);
        let account = app.account(&id).await;
        assert_eq!(account.label, "Bakeries");
        if expected == "two_factor" {
            let answer = Command::WizardAnswer {
                id: id.clone(),
                key: "two_factor".into(),
                value: "on".into(),
            };
            app.run(answer).await.unwrap();
        }
        next(&app, &id).await;
    }
    sign_in(&world, &app, &id, &id).await;
    assert_eq!(app.account(&id).await.status, "connected");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quick_way_replaces_the_access_in_place() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    lost(&world, &app, &id).await;
    app.run(Command::WizardOpen { id: id.clone() })
        .await
        .unwrap();
    let wizard = app.account(&id).await.wizard.unwrap();
    assert_eq!((wizard.way, wizard.flow), ("quick", "password"));
    next(&app, &id).await;
    sign_in(&world, &app, &id, &id).await;
    let account = app.account(&id).await;
    assert_eq!(
        (account.status, account.label.as_str()),
        ("connected", "Bakeries")
    );
    assert_eq!(account.wizard.unwrap().step, "finish");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_as_somebody_else_changes_nothing() {
    let world = World::new().await;
    let app = world.ready().await;
    let (id, other) = (world.id(0), world.id(1));
    lost(&world, &app, &id).await;
    let before = app.account(&id).await;
    sign_in(&world, &app, &id, &other).await;
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("choice", Some("wrong_account"))
    );
    assert_eq!(attempt.returned.unwrap().id, other);
    let mut after = app.account(&id).await;
    after.kept = before.kept; // the journal has one line more: the attempt
    assert_eq!(after, before);
    assert_eq!(app.snapshot().await.accounts.len(), 1);
    app.run(Command::CancelAttempt).await.unwrap();
    sign_in(&world, &app, &id, &id).await;
    assert_eq!(app.account(&id).await.status, "connected");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_undone_with_its_access_and_forgotten_after_ten_seconds() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.run(Command::DeleteAccounts {
        ids: vec![id.clone()],
    })
    .await
    .unwrap();
    assert_eq!(app.account(&id).await.status, "removed");
    app.run(Command::UndoDelete).await.unwrap();
    app.look_twice(&world).await;
    assert_eq!(
        app.account(&id).await.status,
        "connected",
        "without signing in"
    );

    app.run(Command::DeleteAccounts {
        ids: vec![id.clone()],
    })
    .await
    .unwrap();
    world.pass(&app, Duration::seconds(11)).await;
    app.run(Command::UndoDelete).await.unwrap();
    assert_eq!(app.account(&id).await.status, "removed");
    world.connect(&app, &id).await;
    let account = app.account(&id).await;
    assert_eq!(account.status, "connected");
    let kinds: Vec<_> = app
        .history(Some(&id))
        .await
        .iter()
        .map(|line| line.kind)
        .collect();
    assert!(
        kinds.contains(&"reconnected") && kinds.contains(&"access_erased"),
        "{kinds:?}"
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_unlocked_at_instagram_heals_without_signing_in() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    world.clock.advance(Duration::hours(1));
    world.control.apply(&id, Change::CheckpointSet).unwrap();
    app.look_twice(&world).await;
    app.run(Command::WizardOpen { id: id.clone() })
        .await
        .unwrap();
    next(&app, &id).await;
    for tick in ["tick.unlock", "tick.activity", "tick.wait"] {
        let answer = Command::WizardAnswer {
            id: id.clone(),
            key: tick.into(),
            value: "yes".into(),
        };
        app.run(answer).await.unwrap();
    }
    world.control.apply(&id, Change::CheckpointCleared).unwrap();
    next(&app, &id).await;
    app.settle().await;
    assert_eq!(step(&app, &id).await, "finish");
    assert_eq!(app.account(&id).await.status, "connected");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_deleting_and_adding_again_a_receipt_proves_that_everything_came_back() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    lost(&world, &app, &id).await;
    let tick = Command::Tick {
        id: id.clone(),
        advice: domain::advice::Advice::Roles,
        done: true,
    };
    app.run(tick).await.unwrap();
    let none = app.run(Command::Receipt { id: id.clone() }).await.unwrap();
    assert!(none.receipt().unwrap().is_none(), "it was never deleted");
    let manifest = app.run(Command::Manifest { id: id.clone() }).await.unwrap();
    let before = manifest.manifest().unwrap();
    let count = |part: &str| line(&before, part).count;
    assert!(count("history") > 0);
    assert_eq!(
        (count("label"), count("notes"), count("checklist")),
        (1, 1, 1)
    );

    full_way(&app, &id).await;
    next(&app, &id).await;
    answer(&app, &id, "who", "me").await;
    next(&app, &id).await;
    next(&app, &id).await;
    assert_eq!(app.account(&id).await.status, "removed");
    // What the person says on the way is theirs, and no loss.
    answer(&app, &id, "two_factor", "just_turned_on").await;
    next(&app, &id).await;
    sign_in(&world, &app, &id, &id).await;
    assert_eq!(step(&app, &id).await, "finish");

    let reply = app.run(Command::Receipt { id: id.clone() }).await.unwrap();
    let receipt = reply
        .receipt()
        .unwrap()
        .expect("it was deleted and came back");
    assert_eq!(receipt.missing, Vec::<&str>::new());
    assert_eq!(receipt.before.lines, receipt.after.lines);
    for part in ["label", "notes", "checklist"] {
        assert_eq!(line(&receipt.before, part), line(&before, part), "{part}");
    }
    assert_eq!(line(&receipt.before, "two_factor").count, 1);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_accounts_are_mended_by_log_in_and_the_place_is_kept_over_a_restart() {
    let world = World::new().await;
    let app = world.ready().await;
    let ids: Vec<String> = (0..4).map(|number| world.id(number)).collect();
    for (id, login) in ids.iter().zip(["ana", "ben", "Ana ", "ben"]) {
        world.connect(&app, id).await;
        let login = login.to_owned();
        let id = id.clone();
        app.run(Command::SetLogin { id, login }).await.unwrap();
    }
    world.clock.advance(Duration::days(2));
    // At different times and for different reasons: what breaks alike at once would be the app's fault.
    for (id, change) in ids.iter().zip([
        Change::PasswordChanged,
        Change::AppRemoved,
        Change::LoggedOut,
        Change::PasswordChanged,
    ]) {
        world.control.apply(id, change).unwrap();
        app.look_twice(&world).await;
        world.clock.advance(Duration::hours(1));
    }
    app.run(Command::LaneStart { ids: vec![] }).await.unwrap();
    let lane = async |app: &App| app.app().await.lane.unwrap();
    let begun = lane(&app).await;
    assert_eq!(begun.waiting.len(), 4);
    assert_eq!(begun.changes, 1, "two people, one change of log-in");
    app.run(Command::LaneSkip).await.unwrap();
    let skipped = lane(&app).await;
    assert_eq!(skipped.skipped, begun.waiting[..1]);
    app.quit().await;

    let app = world.open().unwrap();
    app.key_state().await;
    assert_eq!(lane(&app).await, skipped, "the place is kept");
    let first = skipped.waiting[0].clone();
    app.run(Command::WizardOpen { id: first.clone() })
        .await
        .unwrap();
    sign_in(&world, &app, &first, &first).await;
    assert_eq!(
        lane(&app).await.waiting[0],
        first,
        "not over before the person says so"
    );
    app.run(Command::WizardClose { id: first.clone() })
        .await
        .unwrap();
    let on = lane(&app).await;
    assert_eq!(on.done, [first]);
    assert_eq!(on.waiting, skipped.waiting[1..]);
    app.run(Command::LaneClose).await.unwrap();
    assert!(app.app().await.lane.is_none());
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_any_tool_is_explained_with_what_is_sure_and_what_is_not() {
    let world = World::new().await;
    let app = world.open().unwrap();
    let explain = async |text: &str| {
        let text = text.to_owned();
        let command = Command::Explain {
            text,
            http_status: None,
        };
        app.run(command)
            .await
            .and_then(engine::command::Reply::explained)
    };
    let one = r#"{"error":{"message":"x","type":"OAuthException","code":190,"error_subcode":458}}"#;
    let found = explain(one).await.unwrap();
    assert_eq!(
        (found[0].diagnosis.cause, found[0].diagnosis.certainty),
        ("app_removed", "proved")
    );
    assert!(found[0].access_lost && found[0].possible[0].found);
    let two = r#"{"error":{"message":"limit","code":4}}"#;
    let found = explain(&format!("{one}\n\n{two}\n")).await.unwrap();
    let causes: Vec<&str> = found.iter().map(|it| it.diagnosis.cause).collect();
    assert_eq!(causes, ["app_removed", "rate_limited"]);
    assert!(!found[1].access_lost);
    let nonsense = explain("the dog ate my token").await.unwrap();
    assert_eq!(nonsense[0].diagnosis.certainty, "unknown");
    for bad in ["", "  \n ", &"x".repeat(200_001)] {
        assert!(explain(bad).await.is_err());
    }
    app.quit().await;
}
