//! Several copies of Relink on one data folder: one runs, the others come to its door.

use std::time::Duration;

use engine::door::{Client, Door};
use serde_json::json;
use support::World;

#[tokio::test]
async fn whoever_leaves_serves_its_guests_first() {
    let world = World::new().await;
    let app = world.ready().await;
    let door = Door::open(world.dir.path(), app.handle.clone()).unwrap();
    let snapshot = json!({ "do": "snapshot", "from": 0 });
    let mut guest = Client::connect(world.dir.path()).await.unwrap();
    guest.run(&snapshot).await.unwrap();

    let mut leaving = tokio::spawn(door.close());
    let early = tokio::time::timeout(Duration::from_millis(200), &mut leaving).await;
    assert!(early.is_err(), "the guest is still there");
    guest.run(&snapshot).await.unwrap();
    drop(guest);
    leaving.await.unwrap();
    assert!(Client::connect(world.dir.path()).await.is_err());
    app.quit().await;
}
