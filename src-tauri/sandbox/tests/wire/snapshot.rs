//! A world that outlives its server.

use sandbox::{Change, Config, Sandbox, SandboxError};
use serde_json::json;

use crate::support::{DAY, config, numbers, stage_with, text};

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

#[tokio::test]
async fn the_instagram_side_of_a_seed_is_what_it_was_before_there_were_pages() {
    let stage = stage_with(config()).await;
    let accounts = stage.control.accounts();
    let told: Vec<_> = accounts
        .iter()
        .take(2)
        .map(|it| (it.id.as_str(), it.username.as_str(), it.media_count))
        .collect();
    assert_eq!(
        told,
        [
            ("17841400009511517", "clover.ceramics", 109),
            ("17841400010329117", "ember.photo", 58),
        ]
    );
    let code = stage.code(&accounts[0].id);
    assert!(code.starts_with("AQJ5ftl9Nwv0qZgYbhZDcxn6"), "{code}");
    let (_, short) = stage.exchange(&[("code", &code)]).await;
    let token = text(&short, "access_token");
    assert!(token.starts_with("IGAA7Ki4Bs4A2871dyZD73gK"), "{token}");
    let (_, me) = stage.graph("me?fields=id,followers_count", token).await;
    assert_eq!(
        me,
        json!({ "followers_count": 19_798, "id": "25000551124217245" })
    );
}
