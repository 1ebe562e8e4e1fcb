//! Fetching what was published.

use chrono::{DateTime, Duration};
use domain::grant::Route;
use engine::command::{Command, ErrorCode, Reply};
use engine::view::{MediaPage, SyncView};
use sandbox::{Change, Endpoint, Fault, MediaManner, Outage};
use support::{App, World};

async fn sync(app: &App, id: &str) -> Result<Reply, ErrorCode> {
    app.run(Command::Sync {
        ids: vec![id.into()],
    })
    .await
}

/// Waits until the sync is in one of these states.
async fn until(app: &App, id: &str, states: &[&str]) -> SyncView {
    for _ in 0..1_000 {
        let sync = app.account(id).await.sync;
        if states.contains(&sync.state) {
            return sync;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{states:?} never came: {:?}", app.account(id).await.sync);
}

pub(crate) async fn whole(app: &App, id: &str) -> SyncView {
    sync(app, id).await.unwrap();
    until(app, id, &["resting", "failed"]).await
}

pub(crate) async fn media(app: &App, id: &str, from: usize) -> MediaPage {
    let command = Command::Media {
        id: id.into(),
        from,
        limit: 200,
    };
    app.run(command).await.unwrap().media().unwrap()
}

async fn ids(app: &App, id: &str) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        let page = media(app, id, found.len()).await;
        found.extend(page.items.into_iter().map(|item| item.id));
        if !page.more {
            return found;
        }
    }
}

fn truth(world: &World, id: &str) -> Vec<String> {
    let media = world.control.media(id).unwrap();
    media.into_iter().map(|(id, _)| id).collect()
}

/// A connected account with so many items.
async fn with_media(count: u64) -> (World, App, String) {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.control.apply(&id, Change::HasMedia(count)).unwrap();
    world.connect(&app, &id).await;
    (world, app, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_published_is_fetched_with_its_picture() {
    let (world, app, id) = with_media(230).await;
    assert_eq!(app.account(&id).await.sync.state, "never");
    let sync = whole(&app, &id).await;
    assert_eq!(
        (sync.state, sync.done, sync.total),
        ("resting", 230, Some(230))
    );
    assert_eq!(ids(&app, &id).await, truth(&world, &id));
    assert_eq!(app.account(&id).await.kept.media, 230);
    let first = media(&app, &id, 0).await.items.remove(0);
    let address = first.picture.expect("a picture");
    assert!(
        address.ends_with(&format!("/{id}/{}", first.id)),
        "{address}"
    );
    let jpeg = app.handle.picture(&id, &first.id).expect("a file");
    assert!(jpeg.starts_with(&[0xff, 0xd8, 0xff]));
    let lines = app.history(Some(&id)).await;
    let line = lines.iter().find(|line| line.kind == "synced").unwrap();
    assert_eq!(line.params["items"], "230");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_asked_for_by_cursor_and_the_token_is_in_no_address() {
    let (world, app, id) = with_media(230).await;
    world.control.clear_requests();
    whole(&app, &id).await;
    let requests = world.control.requests();
    let pages: Vec<_> = requests
        .iter()
        .filter(|request| request.endpoint == Endpoint::Media)
        .collect();
    assert_eq!(pages.len(), 3);
    assert!(
        pages
            .iter()
            .all(|page| page.token_in == sandbox::TokenPlace::Header)
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sync_finds_what_is_new_and_what_is_gone() {
    let (world, app, id) = with_media(30).await;
    whole(&app, &id).await;
    let gone = truth(&world, &id)[3].clone();
    world
        .control
        .apply(&id, Change::TakenDown(gone.clone()))
        .unwrap();
    world.control.apply(&id, Change::Published).unwrap();
    whole(&app, &id).await;
    let page = media(&app, &id, 0).await;
    assert_eq!(page.kept, 31);
    let marked: Vec<_> = page
        .items
        .iter()
        .filter(|item| item.gone_at.is_some())
        .collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].id, gone);
    assert_eq!(page.items[0].id, truth(&world, &id)[0]);
    app.quit().await;
}

/// Slow enough that it can be cut off after any page.
async fn cut_off_after(pages: u64) {
    let (world, app, id) = with_media(450).await;
    let slow = Fault::at(Outage::Slow { ms: 60 }, &[Endpoint::Media]);
    world.control.fault(slow);
    let before = world.control.count(Endpoint::Media);
    sync(&app, &id).await.unwrap();
    while world.control.count(Endpoint::Media) < before + pages {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    app.crash().await;
    let app = world.open().unwrap();
    app.key_state().await;
    let sync = until(&app, &id, &["resting"]).await;
    assert_eq!((sync.done, sync.total), (450, Some(450)));
    assert_eq!(ids(&app, &id).await, truth(&world, &id));
    let asked = world.control.count(Endpoint::Media) - before;
    assert!(
        asked <= 6,
        "only the page that was cut off is asked for again: {asked}"
    );
    let lines = app.history(Some(&id)).await;
    assert_eq!(lines.iter().filter(|line| line.kind == "synced").count(), 1);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_it_goes_on_from_a_whole_page() {
    for pages in 1..=5 {
        cut_off_after(pages).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_it_keeps_what_it_has_and_goes_on_when_asked() {
    let (world, app, id) = with_media(450).await;
    world
        .control
        .fault(Fault::at(Outage::Slow { ms: 80 }, &[Endpoint::Media]));
    sync(&app, &id).await.unwrap();
    while app.account(&id).await.kept.media < 100 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    app.run(Command::StopSync { id: id.clone() }).await.unwrap();
    let stopped = app.account(&id).await;
    assert_eq!(stopped.sync.state, "stopped");
    let kept = stopped.kept.media;
    assert!((100..450).contains(&kept), "{kept}");
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(app.account(&id).await.sync.done, kept, "it stands still");
    world.control.outage(Outage::None);
    let before = world.control.count(Endpoint::Media);
    let sync = whole(&app, &id).await;
    assert_eq!((sync.state, sync.done), ("resting", 450));
    let asked = world.control.count(Endpoint::Media) - before;
    assert!(asked < 5, "it began anew: {asked} pages");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_waited_for_and_then_it_goes_on_by_itself() {
    let (world, app, id) = with_media(230).await;
    let one = Fault::at(Outage::RateLimit, &[Endpoint::Media]).next(1);
    world.control.fault(one);
    sync(&app, &id).await.unwrap();
    let waiting = until(&app, &id, &["waiting"]).await;
    assert_eq!(waiting.cause, Some("rate_limited"));
    let end = DateTime::parse_from_rfc3339(&waiting.until.unwrap()).unwrap();
    let wait = end.to_utc() - world.control_now();
    assert!(
        wait > Duration::zero() && wait <= Duration::hours(1),
        "{wait}"
    );
    let asked = world.control.count(Endpoint::Media);
    world.clock.advance(wait - Duration::seconds(5));
    app.settle().await;
    assert_eq!(
        world.control.count(Endpoint::Media),
        asked,
        "nothing goes out early"
    );
    world.clock.advance(Duration::minutes(6));
    app.settle().await;
    let sync = until(&app, &id, &["resting"]).await;
    assert_eq!(sync.done, 230);
    assert_eq!(app.account(&id).await.status, "connected");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_lists_end_with_a_name_and_turn_no_account_red() {
    for (manner, reason) in [
        (MediaManner::Circle, Some("circle")),
        (MediaManner::Endless, Some("too_long")),
        (MediaManner::NoList, None),
    ] {
        let (world, app, id) = with_media(130).await;
        world
            .control
            .apply(&id, Change::MediaBehaves(manner))
            .unwrap();
        sync(&app, &id).await.unwrap();
        let mut ended = until(&app, &id, &["failed", "waiting"]).await;
        for _ in 0..12 {
            if ended.state == "failed" {
                break;
            }
            world.pass(&app, Duration::minutes(16)).await;
            ended = until(&app, &id, &["failed", "waiting"]).await;
        }
        assert_eq!(ended.state, "failed", "{manner:?}");
        assert!(ended.cause.is_some(), "{manner:?}");
        let lines = app.history(Some(&id)).await;
        let line = lines
            .iter()
            .find(|line| line.kind == "sync_failed")
            .unwrap();
        assert_eq!(
            line.params.get("reason").map(String::as_str),
            reason,
            "{manner:?}"
        );
        world
            .control
            .apply(&id, Change::MediaBehaves(MediaManner::Normal))
            .unwrap();
        world.pass(&app, Duration::minutes(1)).await;
        assert_eq!(app.account(&id).await.status, "connected", "{manner:?}");
        let sync = whole(&app, &id).await;
        assert_eq!((sync.state, sync.done), ("resting", 130), "{manner:?}");
        app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_calls_itself_a_picture_is_not_kept() {
    for manner in [
        MediaManner::Svg,
        MediaManner::Bomb,
        MediaManner::Huge,
        MediaManner::Moved,
        MediaManner::WrongTypes,
    ] {
        let (world, app, id) = with_media(5).await;
        world
            .control
            .apply(&id, Change::MediaBehaves(manner))
            .unwrap();
        let sync = whole(&app, &id).await;
        assert_eq!((sync.state, sync.done), ("resting", 5), "{manner:?}");
        let page = media(&app, &id, 0).await;
        assert!(
            page.items.iter().all(|item| item.picture.is_none()),
            "{manner:?}"
        );
        app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loss_during_a_sync_is_found_by_a_check_and_old_media_stay() {
    let (world, app, id) = with_media(30).await;
    whole(&app, &id).await;
    world.clock.advance(Duration::hours(1));
    world.control.apply(&id, Change::PasswordChanged).unwrap();
    sync(&app, &id).await.unwrap();
    let failed = until(&app, &id, &["failed"]).await;
    assert_eq!(failed.cause, Some("password_or_security_change"));
    app.look_twice(&world).await;
    let account = app.account(&id).await;
    assert_eq!((account.status, account.kept.media), ("revoked", 30));
    assert_eq!(ids(&app, &id).await.len(), 30);
    assert!(account.sync.last_at.is_some(), "its age is known");
    assert_eq!(sync(&app, &id).await.unwrap_err(), ErrorCode::NotPossible);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_is_followed_by_a_sync_where_that_is_wanted() {
    let world = World::new().await;
    let mut config = world.config();
    config.sync_by_itself = true;
    let app = world.open_with(config).unwrap();
    let meta_app = world.sandbox.app();
    app.run(Command::SetCredentials {
        route: Route::Instagram,
        app_id: meta_app.app_id.clone(),
        app_secret: meta_app.app_secret.clone().into(),
    })
    .await
    .unwrap();
    let id = world.id(0);
    world.connect(&app, &id).await;
    until(&app, &id, &["resting"]).await;
    assert_eq!(ids(&app, &id).await, truth(&world, &id));
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_leaves_no_row_and_no_picture_and_nothing_of_others_goes() {
    let (world, app, id) = with_media(20).await;
    let other = world.id(1);
    world.connect(&app, &other).await;
    whole(&app, &id).await;
    whole(&app, &other).await;
    let theirs = ids(&app, &other).await;
    app.run(Command::EraseAccount { id: id.clone() })
        .await
        .unwrap();
    app.settle().await;
    let pictures = world.dir.path().join("pictures");
    assert_eq!(std::fs::read_dir(&pictures).unwrap().count(), 1);
    assert_eq!(ids(&app, &other).await, theirs);
    world.connect(&app, &id).await;
    assert_eq!(media(&app, &id, 0).await.kept, 0);
    app.quit().await;
}
