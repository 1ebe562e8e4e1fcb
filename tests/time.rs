//! Clocks that are wrong, set, or slept through.

use chrono::{DateTime, Duration};
use domain::Timestamp;
use sandbox::{Endpoint, Outage};
use support::World;

const YEAR: Duration = Duration::days(365);

fn at(text: Option<&String>) -> Timestamp {
    DateTime::parse_from_rfc3339(text.unwrap())
        .unwrap()
        .to_utc()
}

/// Connects an account by a right clock, then opens Relink again by a wrong one.
async fn reopened_with(wrong: Duration) -> (World, support::App, String) {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.quit().await;
    world.clock.advance(Duration::days(1));
    world.clock.set_wrong(wrong);
    let app = world.open().unwrap();
    app.key_state().await;
    app.settle().await;
    (world, app, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_computer_clock_changes_neither_the_end_nor_the_plan() {
    for wrong in [YEAR, -YEAR, Duration::days(1), Duration::hours(-3)] {
        let (world, app, id) = reopened_with(wrong).await;
        let account = app.account(&id).await;
        let connected = DateTime::parse_from_rfc3339("2026-11-23T09:00:00Z").unwrap();
        let end = connected.to_utc() + Duration::seconds(5_183_944);
        assert_eq!(at(account.expires_at.as_ref()), end, "{wrong}");
        assert_eq!(account.status, "connected", "{wrong}");
        let shown = app.app().await;
        assert_eq!(
            shown.banner.as_ref().map(|banner| banner.code),
            Some("E-CLOCK"),
            "{wrong}"
        );
        assert_eq!(
            shown.banner.and_then(|banner| banner.minutes),
            Some(wrong.num_minutes()),
            "{wrong}"
        );
        assert_eq!(
            shown.clock_offset_ms,
            -wrong.num_milliseconds(),
            "what the page adds to the computer's time"
        );
        let told = app.history(None).await;
        assert_eq!(
            told.iter().filter(|line| line.kind == "clock_skew").count(),
            1,
            "{wrong}"
        );
        assert_eq!(
            told.iter().filter(|line| line.kind == "lost").count(),
            0,
            "{wrong}"
        );

        // A week after it was connected it is renewed, by Instagram's time.
        for _ in 0..6 {
            world.pass(&app, Duration::hours(23)).await;
        }
        assert_eq!(
            world.control.count(Endpoint::Refresh),
            0,
            "{wrong}: not yet"
        );
        world.pass(&app, Duration::hours(12)).await;
        assert_eq!(world.control.count(Endpoint::Refresh), 1, "{wrong}");
        let renewed = app.account(&id).await;
        let gained = at(renewed.expires_at.as_ref()) - end;
        assert!(
            gained > Duration::days(6) && gained < Duration::days(8),
            "{wrong}: {gained}"
        );
        app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_connected_by_a_wrong_clock_has_the_right_end() {
    let world = World::new().await;
    world.clock.set_wrong(YEAR);
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let end = at(app.account(&id).await.expires_at.as_ref());
    let connected = DateTime::parse_from_rfc3339("2026-11-23T09:00:00Z").unwrap();
    let off = (end - connected.to_utc() - Duration::seconds(5_183_944)).abs();
    assert!(off <= Duration::minutes(2), "{off}");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_with_a_wrong_clock_nothing_is_lost() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.quit().await;
    world.clock.set_wrong(YEAR);
    world.control.outage(Outage::Cut);
    let app = world.open().unwrap();
    app.key_state().await;
    for _ in 0..5 {
        world.pass(&app, Duration::hours(1)).await;
        assert_eq!(
            app.account(&id).await.status,
            "unknown",
            "by this clock it was not seen for a year"
        );
    }
    world.control.outage(Outage::None);
    world.pass(&app, Duration::minutes(6)).await;
    assert_eq!(app.account(&id).await.status, "connected");
    let lost = app
        .history(Some(&id))
        .await
        .into_iter()
        .filter(|line| line.kind == "lost");
    assert_eq!(lost.count(), 0);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_the_clock_while_relink_runs_moves_nothing() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let end = app.account(&id).await.expires_at;
    for wrong in [YEAR, -YEAR, Duration::hours(1), Duration::zero()] {
        world.clock.set_wrong(wrong);
        world.pass(&app, Duration::minutes(15)).await;
        let account = app.account(&id).await;
        assert_eq!(
            (account.status, &account.expires_at),
            ("connected", &end),
            "{wrong}"
        );
    }
    assert_eq!(app.app().await.banner, None, "and the clock is right again");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_keeps_its_ten_minutes_whatever_the_clock_does() {
    let world = World::new().await;
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    world.clock.set_wrong(YEAR);
    world.pass(&app, Duration::minutes(9)).await;
    assert_eq!(app.attempt().await.unwrap().phase, "waiting");
    world.clock.set_wrong(-YEAR);
    world.pass(&app, Duration::seconds(59)).await;
    assert_eq!(app.attempt().await.unwrap().phase, "waiting");
    world.pass(&app, Duration::seconds(2)).await;
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.outcome),
        ("failed", Some("state_expired"))
    );
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_never_closed_is_backed_up_every_week_all_the_same() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    let backups = || {
        let shelf = world.dir.path().join("backups");
        std::fs::read_dir(shelf).map_or(0, Iterator::count)
    };
    app.settle().await;
    assert_eq!(backups(), 1);
    for (days, expected) in [(5, 1), (4, 2), (3, 2), (9, 3)] {
        world.pass(&app, Duration::days(days)).await;
        app.look_twice(&world).await;
        assert_eq!(backups(), expected, "{days} days later");
    }
    app.quit().await;
}
