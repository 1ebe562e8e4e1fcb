//! Key stores, disks and second copies that stand in the way: each ends in a named state.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::Duration;
use engine::StartError;
use engine::command::{Command, ErrorCode};
use engine::door::{Client, Door};
use engine::view::KeyStorage;
use serde_json::json;
use support::World;
use vault::Mood;

fn database(dir: &Path) -> PathBuf {
    let found = fs::read_dir(dir)
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    found
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "db"))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_key_store_is_not_a_lost_connection() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.quit().await;
    let cases = [
        (Mood::Absent, "keychain_absent"),
        (Mood::Locked, "keychain_locked"),
        (Mood::Denied, "keychain_denied"),
        (Mood::Hanging, "keychain_waiting"),
        (Mood::Ambiguous, "key_ambiguous"),
        (Mood::Damaged, "key_damaged"),
    ];
    for (mood, state) in cases {
        world.slot.set_mood(mood);
        let app = world.open().unwrap();
        assert_eq!(app.key_state().await, state);
        let account = app.account(&id).await;
        assert_ne!(account.status, "revoked", "{state}");
        assert!(
            account.expires_at.is_some(),
            "the picture is shown from the database"
        );
        assert_eq!(app.app().await.banner.unwrap().code, "E-KEY");
        let refused = app.run(Command::Check { ids: vec![] }).await;
        assert_eq!(refused.unwrap_err(), ErrorCode::KeyUnavailable);
        world.slot.set_mood(Mood::Working);
        if state.starts_with("keychain") {
            app.run(Command::RetryKey).await.unwrap();
            assert_eq!(app.key_state().await, "ready", "after {state}");
            app.look_twice(&world).await;
            assert_eq!(app.account(&id).await.status, "connected");
        }
        app.quit().await;
    }
    assert_eq!(
        world.slot.writes(),
        1,
        "no key was ever made over existing data"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_key_is_named_and_never_replaced_by_itself() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.run(Command::SetNotes {
        id: id.clone(),
        notes: "kept".into(),
    })
    .await
    .unwrap();
    app.quit().await;
    world.slot.clear();
    let app = world.open().unwrap();
    assert_eq!(app.key_state().await, "key_missing");
    assert_eq!(
        app.connect(None).await.unwrap_err(),
        ErrorCode::KeyUnavailable
    );
    assert_eq!(world.slot.len(), 0);
    // The person's own act begins anew; everything but the access is still there.
    let anew = Command::ChooseKeyStorage {
        storage: KeyStorage::Keychain,
        passphrase: None,
        forget_access: true,
    };
    app.run(anew).await.unwrap();
    assert_eq!(app.key_state().await, "ready");
    let account = app.account(&id).await;
    assert_eq!(account.notes, "kept");
    assert_eq!(
        (account.status, account.cause),
        ("revoked", Some("token_damaged"))
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_is_named_and_delays_nobody_else() {
    let world = World::new().await;
    let app = world.ready().await;
    let (one, other) = (world.id(0), world.id(1));
    world.connect(&app, &one).await;
    world.connect(&app, &other).await;
    app.quit().await;
    support::damage_token(world.dir.path(), &one);
    let app = world.open().unwrap();
    assert_eq!(app.key_state().await, "ready");
    app.settle().await;
    let damaged = app.account(&one).await;
    assert_eq!(
        (damaged.status, damaged.cause),
        ("revoked", Some("token_damaged"))
    );
    assert_eq!(app.account(&other).await.status, "connected");
    // The way back works as for every other cause.
    app.connect(Some(&one)).await.unwrap();
    let back = world.consent(&one, &sandbox::ConsentAnswer::Allow { untick: vec![] });
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    assert_eq!(app.account(&one).await.status, "connected");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_keeps_the_key_where_there_is_no_key_store() {
    let world = World::new().await;
    world.slot.set_mood(Mood::Absent);
    let app = world.open().unwrap();
    assert_eq!(
        app.connect(None).await.unwrap_err(),
        ErrorCode::KeyUnavailable
    );
    let choose = |text: &str| Command::ChooseKeyStorage {
        storage: KeyStorage::Passphrase,
        passphrase: Some(text.to_owned().into()),
        forget_access: false,
    };
    assert_eq!(
        app.run(choose("")).await.unwrap_err(),
        ErrorCode::InvalidInput
    );
    app.run(choose("correct horse")).await.unwrap();
    app.quit().await;
    let app = world.open().unwrap();
    assert_eq!(app.key_state().await, "passphrase_needed");
    let wrong = Command::Unlock {
        passphrase: "wrong horse".to_owned().into(),
    };
    assert_eq!(
        app.run(wrong).await.unwrap_err(),
        ErrorCode::PassphraseWrong
    );
    app.run(Command::Unlock {
        passphrase: "correct horse".to_owned().into(),
    })
    .await
    .unwrap();
    assert_eq!(app.key_state().await, "ready");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_copy_never_opens_the_data_and_talks_to_the_first() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    assert!(matches!(world.open(), Err(StartError::InUse)));
    let _door = Door::open(world.dir.path(), app.handle.clone()).unwrap();
    let mut client = Client::connect(world.dir.path()).await.unwrap();
    let picture = client
        .run(&json!({ "do": "snapshot", "from": 0 }))
        .await
        .unwrap();
    assert_eq!(
        picture.pointer("/accounts/0/id").and_then(|id| id.as_str()),
        Some(id.as_str())
    );
    for junk in [
        json!({ "do": "no_such_thing" }),
        json!({ "do": "check" }),
        json!([1, 2]),
    ] {
        assert_eq!(
            client.run(&junk).await.unwrap_err(),
            ErrorCode::InvalidInput
        );
    }
    app.quit().await;
    world.open().unwrap().quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_a_newer_version_is_refused_and_left_alone() {
    let world = World::new().await;
    let app = world.ready().await;
    app.quit().await;
    let path = database(world.dir.path());
    // Byte 60 of an SQLite header is its user version, big endian.
    let mut bytes = fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    let app = world.open().unwrap();
    let obstacle = app.app().await.obstacle.unwrap();
    assert_eq!(
        (obstacle.code, obstacle.reason),
        ("E-VERSION", "newer_version")
    );
    assert_eq!(app.connect(None).await.unwrap_err(), ErrorCode::Database);
    app.quit().await;
    assert_eq!(fs::read(&path).unwrap(), bytes, "byte for byte as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_data_is_set_aside_and_the_backup_brings_it_back() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.quit().await;
    world.clock.advance(Duration::days(8));
    let app = world.open().unwrap();
    app.key_state().await;
    // A week later: a backup is made as soon as Instagram has said what time it is.
    app.run(Command::Check { ids: vec![] }).await.unwrap();
    app.settle().await;
    app.quit().await;
    let path = database(world.dir.path());
    let mut bytes = fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(100).step_by(3) {
        *byte ^= 0x5A;
    }
    fs::write(&path, &bytes).unwrap();
    let app = world.open().unwrap();
    let shown = app.snapshot().await;
    let obstacle = shown.app.obstacle.unwrap();
    assert_eq!((obstacle.code, obstacle.reason), ("E-DB", "damaged"));
    assert!(
        obstacle.backup_at.is_some(),
        "the last good backup is offered"
    );
    app.run(Command::RestoreBackup).await.unwrap();
    app.key_state().await;
    let account = app.account(&id).await;
    assert_eq!(account.id, id);
    assert!(app.app().await.obstacle.is_none());
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_out_of_range_are_refused_by_code() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let bad = [
        (
            Command::Check {
                ids: vec!["1".into()],
            },
            ErrorCode::UnknownAccount,
        ),
        (
            Command::DeleteAccounts { ids: vec![] },
            ErrorCode::InvalidInput,
        ),
        (
            Command::SetLabel {
                id: id.clone(),
                label: "x".repeat(81),
            },
            ErrorCode::InvalidInput,
        ),
        (
            Command::SetLabel {
                id: id.clone(),
                label: "a\nb".into(),
            },
            ErrorCode::InvalidInput,
        ),
        (
            Command::SetNotes {
                id: id.clone(),
                notes: "x".repeat(10_001),
            },
            ErrorCode::InvalidInput,
        ),
        (
            Command::History {
                account_id: None,
                before: None,
                limit: 0,
            },
            ErrorCode::InvalidInput,
        ),
        (
            Command::History {
                account_id: None,
                before: Some("x".into()),
                limit: 1,
            },
            ErrorCode::InvalidInput,
        ),
        (
            Command::SubmitCallback {
                address: "x".to_owned().into(),
            },
            ErrorCode::NotPossible,
        ),
        (
            Command::WizardOpen { id: "2".into() },
            ErrorCode::UnknownAccount,
        ),
    ];
    for (command, code) in bad {
        let said = format!("{command:?}");
        assert_eq!(app.run(command).await.unwrap_err(), code, "{said}");
    }
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_given_up_only_on_the_persons_word_and_only_for_a_new_one() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.quit().await;
    world.slot.clear();
    let app = world.open().unwrap();
    assert_eq!(app.key_state().await, "key_missing");
    let choose = |forget_access| Command::ChooseKeyStorage {
        storage: KeyStorage::Keychain,
        passphrase: None,
        forget_access,
    };
    assert_eq!(
        app.run(choose(false)).await.unwrap_err(),
        ErrorCode::NotPossible
    );
    world.slot.set_mood(Mood::WriteRefused);
    assert_eq!(
        app.run(choose(true)).await.unwrap_err(),
        ErrorCode::KeyUnavailable
    );
    assert_ne!(
        app.account(&id).await.status,
        "revoked",
        "without a new key nothing is given up"
    );
    world.slot.set_mood(Mood::Working);
    app.run(choose(true)).await.unwrap();
    assert_eq!(app.account(&id).await.cause, Some("token_damaged"));
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_an_account_that_is_being_renewed_stops_nothing_else() {
    let world = World::new().await;
    let app = world.ready().await;
    let (one, other) = (world.id(0), world.id(1));
    world.connect(&app, &one).await;
    world.connect(&app, &other).await;
    world.clock.advance(Duration::days(2));
    world
        .control
        .apply(&one, sandbox::Change::SlowRenewal(400))
        .unwrap();
    let ids = vec![one.clone()];
    app.run(Command::Renew {
        ids,
        due_only: false,
    })
    .await
    .unwrap();
    app.run(Command::EraseAccount { id: one.clone() })
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(900)).await;
    app.run(Command::SetNotes {
        id: other.clone(),
        notes: "saved".into(),
    })
    .await
    .unwrap();
    assert!(app.app().await.banner.is_none());
    app.quit().await;
    let app = world.open().unwrap();
    assert_eq!(app.account(&other).await.notes, "saved");
    assert_eq!(app.snapshot().await.accounts.len(), 1);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_nobody_can_read_is_told_and_the_others_work() {
    let world = World::new().await;
    let app = world.ready().await;
    let (one, other) = (world.id(0), world.id(1));
    world.connect(&app, &one).await;
    world.connect(&app, &other).await;
    app.quit().await;
    support::damage_account(world.dir.path(), &one);
    let app = world.open().unwrap();
    app.key_state().await;
    app.look_twice(&world).await;
    let app_view = app.app().await;
    assert_eq!(app_view.unreadable, [one.as_str()]);
    assert_eq!(app_view.banner.unwrap().code, "E-ROWS");
    assert_eq!(app.account(&other).await.status, "connected");
    app.quit().await;
}
