//! What happened while there was no access, and what comes back with it.

use chrono::{DateTime, Duration, Utc};
use domain::wizard::Way;
use engine::command::{Command, ErrorCode};
use engine::view::{GapView, ManifestView};
use sandbox::{Change, ConsentAnswer};
use support::{App, World};

use crate::syncing::{media, whole};

async fn gap(app: &App, id: &str) -> Option<Box<GapView>> {
    let command = Command::Gap { id: id.into() };
    app.run(command).await.unwrap().gap().unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

async fn sign_in(world: &World, app: &App, expected: &str, as_whom: &str) {
    app.connect(Some(expected)).await.unwrap();
    let back = world.consent(as_whom, &ConsentAnswer::Allow { untick: vec![] });
    world.follow(&back).await;
    app.run(Command::AwaitAttempt).await.unwrap();
    app.settle().await;
}

/// An account that was lost at some time, in whose absence something was published every six hours; back again.
async fn regained_after(hours: i64) -> (World, App, String) {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    whole(&app, &id).await;
    world.pass(&app, Duration::minutes(10)).await;
    world.control.apply(&id, Change::PasswordChanged).unwrap();
    for _ in 0..hours / 6 {
        world.clock.advance(Duration::hours(3));
        world.control.apply(&id, Change::Published).unwrap();
        app.look_twice(&world).await;
        world.clock.advance(Duration::hours(3));
    }
    assert_eq!(app.account(&id).await.status, "revoked");
    assert!(gap(&app, &id).await.is_none(), "it is not over");
    sign_in(&world, &app, &id, &id).await;
    assert_eq!(app.account(&id).await.status, "connected");
    (world, app, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_of_a_gap_is_what_the_other_side_knows() {
    let (world, app, id) = regained_after(48).await;
    let before = gap(&app, &id).await.expect("a gap");
    assert!(
        !before.complete && before.items.is_empty(),
        "nothing was fetched yet"
    );
    world.clock.advance(Duration::minutes(1));
    world.control.apply(&id, Change::Published).unwrap();
    whole(&app, &id).await;
    let gap = gap(&app, &id).await.expect("a gap");
    let (from, until) = (moment(&gap.from), moment(&gap.until));
    let missed = |at: i64| at > from.timestamp_millis() && at <= until.timestamp_millis();
    let media = world.control.media(&id).unwrap();
    let mut truth: Vec<_> = media
        .into_iter()
        .filter(|(_, at)| missed(*at))
        .map(|(id, _)| id)
        .collect();
    truth.reverse();
    let found: Vec<_> = gap.items.iter().map(|item| item.id.clone()).collect();
    assert_eq!(found, truth);
    assert_eq!(found.len(), 8);
    assert!(gap.complete && gap.stories_lost);
    // The last check that worked was made ten minutes after connecting; the loss came after it.
    let hours = (until - from).num_hours();
    assert!((47..=49).contains(&hours), "{hours}");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_gap_loses_no_stories() {
    let (world, app, id) = regained_after(18).await;
    whole(&app, &id).await;
    let gap = gap(&app, &id).await.expect("a gap");
    assert!(!gap.stories_lost && gap.complete);
    assert_eq!(gap.items.len(), 3);
    drop(world);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_as_a_file_agrees_with_the_receipt() {
    let (world, app, id) = regained_after(48).await;
    whole(&app, &id).await;
    let shown = gap(&app, &id).await.expect("a gap");
    let command = Command::GapCsv { id: id.clone() };
    let (name, text) = app.run(command).await.unwrap().gap_csv().unwrap();
    let username = app.account(&id).await.username;
    let day = world.control_now().format("%Y-%m-%d");
    assert_eq!(name, format!("relink-gap-{username}-{day}.csv"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let column = |row: &csv::StringRecord, name: &str| {
        let place = head.iter().position(|it| it == name).unwrap();
        row[place].to_owned()
    };
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(column(&rows[0], "row"), "gap");
    assert_eq!(column(&rows[0], "from"), shown.from);
    assert_eq!(column(&rows[0], "until"), shown.until);
    assert_eq!(column(&rows[0], "stories_lost"), "yes");
    let items = &rows[1..];
    assert_eq!(column(&rows[0], "items"), items.len().to_string());
    assert_eq!(items.len(), shown.items.len());
    for figure in ["likes", "comments"] {
        let number = |row| column(row, figure).parse::<u64>().unwrap_or(0);
        let sum: u64 = items.iter().map(number).sum();
        assert_eq!(column(&rows[0], figure), sum.to_string(), "{figure}");
    }
    for (row, item) in items.iter().zip(&shown.items) {
        assert_eq!(Some(column(row, "posted_at")), item.posted_at);
        assert_eq!(column(row, "caption"), item.caption);
    }
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_never_lost_has_no_receipt() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    assert!(gap(&app, &id).await.is_none());
    let refused = app.run(Command::GapCsv { id }).await;
    assert_eq!(refused.unwrap_err(), ErrorCode::NotPossible);
    app.quit().await;
}

fn media_line(manifest: &ManifestView) -> (u64, String) {
    let mut lines = manifest.lines.iter();
    let line = lines.find(|line| line.part == "media").unwrap();
    (line.count, line.digest.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_and_added_again_it_has_its_media_and_another_account_has_none_of_it() {
    let world = World::new().await;
    let app = world.ready().await;
    let (id, other) = (world.id(0), world.id(1));
    world.control.apply(&id, Change::HasMedia(120)).unwrap();
    world.connect(&app, &id).await;
    whole(&app, &id).await;
    let manifest = Command::Manifest { id: id.clone() };
    let before = app.run(manifest).await.unwrap().manifest().unwrap();
    assert_eq!(media_line(&before).0, 120);
    let first = media(&app, &id, 0).await;
    app.run(Command::Disconnect {
        id: id.clone(),
        erase: false,
    })
    .await
    .unwrap();
    assert_eq!(
        media(&app, &id, 0).await,
        first,
        "it stays while the account is deleted"
    );
    world.connect(&app, &other).await;
    assert_eq!(media(&app, &other, 0).await.kept, 0);
    sign_in(&world, &app, &id, &id).await;
    let receipt = Command::Receipt { id: id.clone() };
    let receipt = app
        .run(receipt)
        .await
        .unwrap()
        .receipt()
        .unwrap()
        .expect("a receipt");
    assert_eq!(receipt.missing, Vec::<&str>::new());
    assert_eq!(media_line(&receipt.before), media_line(&before));
    assert_eq!(media_line(&receipt.after), media_line(&before));
    assert_eq!(media(&app, &id, 0).await, first);
    assert_eq!(app.account(&id).await.kept.media, 120);
    app.quit().await;
}

/// Through the wizard, deletion and all: the gap begins with the loss, not with the deletion.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_that_was_mended_by_the_full_way_begins_with_the_loss() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    world.pass(&app, Duration::minutes(10)).await;
    let working = world.control_now();
    world.control.apply(&id, Change::PasswordChanged).unwrap();
    world.clock.advance(Duration::hours(2));
    app.look_twice(&world).await;
    app.run(Command::WizardOpen { id: id.clone() })
        .await
        .unwrap();
    let way = Command::WizardChooseWay {
        id: id.clone(),
        way: Way::Full,
    };
    app.run(way).await.unwrap();
    for _ in 0..2 {
        app.run(Command::WizardNext { id: id.clone() })
            .await
            .unwrap();
    }
    world.clock.advance(Duration::hours(3));
    app.run(Command::WizardNext { id: id.clone() })
        .await
        .unwrap();
    sign_in(&world, &app, &id, &id).await;
    let gap = gap(&app, &id).await.expect("a gap");
    let early = (moment(&gap.from) - working).num_minutes().abs();
    assert!(
        early <= 15,
        "it begins {early} minutes from the last call that worked"
    );
    assert!(moment(&gap.until) - moment(&gap.from) >= Duration::hours(5));
    app.quit().await;
}
