//! A world that outlives its server.

use sandbox::{Change, Config, Sandbox, SandboxError};

use crate::support::{DAY, config, numbers, stage_with};

#[tokio::test]
async fn a_restarted_world_remembers_tokens_time_and_troubles() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = Some(folder.path().join("world.json"));
    let first = stage_with(Config {
        snapshot: snapshot.clone(),
        ..config()
    })
    .await;
    let accounts = first.control.accounts();
    let kept = first.control.mint_token(&accounts[0].id).unwrap();
    let ended = first.control.mint_token(&accounts[1].id).unwrap();
    first
        .control
        .apply(&accounts[1].id, Change::PasswordChanged)
        .unwrap();
    first.control.advance(2 * DAY);
    let (before, now) = (first.control.accounts(), first.control.now());
    first.sandbox.stop().await;

    let second = stage_with(Config {
        snapshot,
        ..config()
    })
    .await;
    assert_eq!(second.control.accounts(), before);
    assert_eq!(second.control.now(), now);
    assert_eq!(second.graph("me", &kept).await.0, 200);
    assert_eq!(
        numbers(&second.graph("me", &ended).await.1),
        (190, Some(460))
    );
    let fresh = second.control.mint_token(&accounts[0].id).unwrap();
    assert!(
        fresh != kept && fresh != ended,
        "the draws go on where they were"
    );
}

#[tokio::test]
async fn a_damaged_world_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    std::fs::write(&path, "{ not a world").unwrap();
    let refused = Sandbox::start(Config {
        snapshot: Some(path.clone()),
        ..config()
    })
    .await;
    assert!(matches!(
        refused,
        Err(SandboxError::SnapshotDamaged { line: 1 })
    ));
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        "{ not a world",
        "left as it was"
    );
}
