//! Every way back from the browser, and several attempts at once.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use chrono::Duration;
use domain::callback::BOUNCE_PORTS;
use domain::door::Door;
use domain::grant::Route;
use engine::command::{Command, ErrorCode, Reply};
use engine::view::AttemptView;
use sandbox::{ConsentAnswer, Endpoint};
use support::search::found_bytes;
use support::{App, World};
use url::Url;
use vault::envelope::{self, Binding, DatabaseId, SecretKind};
use vault::{CheckValue, Custody, CustodyRecord, Keeper};

const PAGE: &str = "https://example.org/relink/";
const APP: &str = "instagram:990000000000001";

fn allow() -> ConsentAnswer {
    ConsentAnswer::Allow { untick: vec![] }
}

fn connect(door: Option<Door>) -> Command {
    Command::Connect {
        route: Route::Instagram,
        expected: None,
        app: None,
        door,
        permissions: None,
        browser: true,
    }
}

async fn set_door(app: &App, door: Door, redirect: Option<&str>) -> Result<Reply, ErrorCode> {
    app.run(Command::SaveApp {
        id: Some(APP.to_owned()),
        route: Route::Instagram,
        app_id: "990000000000001".to_owned(),
        app_secret: None,
        name: String::new(),
        door: Some(door),
        redirect: redirect.map(str::to_owned),
        config_id: None,
    })
    .await
}

async fn submit(app: &App, address: &str) {
    let address = address.to_owned().into();
    app.run(Command::SubmitCallback { address }).await.unwrap();
}

async fn ended(app: &App) -> AttemptView {
    app.run(Command::AwaitAttempt).await.unwrap();
    app.attempt().await.unwrap()
}

fn parameter(address: &str, name: &str) -> String {
    let address = Url::parse(address).unwrap();
    let mut pairs = address.query_pairs();
    pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// The port in a state's tail, as the bounce page reads it: one of its own, and no other.
fn tail(state: &str) -> u16 {
    let (_, tail) = state.split_once('.').unwrap();
    let mut ports = BOUNCE_PORTS;
    ports.find(|port| port.to_string() == tail).unwrap()
}

/// What the bounce page does: it reads the port from the state, and sends the browser on to this computer.
fn bounced(back: &str) -> String {
    let port = tail(&parameter(back, "state"));
    let query = back.split_once('?').unwrap().1.replace("#_", "");
    format!("http://127.0.0.1:{port}/callback?{query}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_ones_own_sends_the_browser_on_to_whichever_port_was_free() {
    for taken in [false, true] {
        let world = World::new().await;
        world.control.register_redirect(PAGE);
        let app = world.ready().await;
        set_door(&app, Door::Bounce, Some(PAGE)).await.unwrap();
        // Ours or another program's: it is taken either way.
        let first = *BOUNCE_PORTS.start();
        let other = taken.then(|| std::net::TcpListener::bind(("127.0.0.1", first)));
        app.run(connect(None)).await.unwrap();
        let consent = world.browser.last();
        assert_eq!(parameter(consent.as_str(), "redirect_uri"), PAGE);
        let state = parameter(consent.as_str(), "state");
        assert_eq!(state.split('.').next().unwrap().len(), 43);
        assert!(!taken || tail(&state) != first, "{state}");
        let waiting = app.attempt().await.unwrap();
        assert_eq!((waiting.door, waiting.app.as_str()), ("bounce", APP));
        assert_eq!(waiting.redirect_address, PAGE);
        let back = world.consent(&world.id(0), &allow());
        assert!(back.starts_with(PAGE), "{back}");
        assert_eq!(world.follow(&bounced(&back)).await, Some(200));
        assert_eq!(ended(&app).await.phase, "done");
        assert_eq!(app.account(&world.id(0)).await.app.as_deref(), Some(APP));
        drop(other);
        app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_somebody_changed_makes_another_state() {
    let world = World::new().await;
    world.control.register_redirect(PAGE);
    let app = world.ready().await;
    set_door(&app, Door::Bounce, Some(PAGE)).await.unwrap();
    app.run(connect(None)).await.unwrap();
    let back = world.consent(&world.id(0), &allow());
    let tail = format!(".{}", tail(&parameter(&back, "state")));
    submit(&app, &back.replace(&tail, "")).await;
    let attempt = app.attempt().await.unwrap();
    assert_eq!(attempt.last_rejection, Some("state_unknown"));
    // The person may paste what the page's own address bar shows, or where it led to.
    submit(&app, &bounced(&back)).await;
    assert_eq!(ended(&app).await.phase, "done");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pasting_needs_nobody_who_listens() {
    let world = World::new().await;
    let app = world.ready().await;
    // The port is somebody else's: nothing of this attempt needs it.
    let taken = std::net::TcpListener::bind(("127.0.0.1", world.port.number())).unwrap();
    app.run(connect(Some(Door::Paste))).await.unwrap();
    let attempt = app.attempt().await.unwrap();
    let registered = format!("http://127.0.0.1:{}/callback", world.port.number());
    assert_eq!(
        (attempt.door, attempt.redirect_address),
        ("paste", registered)
    );
    let back = world.consent(&world.id(0), &allow());
    submit(&app, &back).await;
    assert_eq!(ended(&app).await.phase, "done");
    drop(taken);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_for_pasting_is_the_one_that_the_app_has_at_meta() {
    let world = World::new().await;
    let own = format!("https://localhost:{}/callback", world.port.number());
    world.control.register_redirect(&own);
    let app = world.ready().await;
    set_door(&app, Door::Paste, None).await.unwrap();
    assert_eq!(app.app().await.credentials[0].redirect_address, own);
    app.run(connect(None)).await.unwrap();
    let back = world.consent(&world.id(0), &allow());
    assert!(back.starts_with(&own), "{back}");
    submit(&app, &back).await;
    assert_eq!(ended(&app).await.phase, "done");
    app.quit().await;
}

/// A browser that was told to go on in spite of the certificate; gives the certificate it was shown.
async fn follow_over_tls(address: &str) -> Option<(u16, Vec<u8>)> {
    let browser = reqwest::Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .tls_info(true)
        .build()
        .unwrap();
    let answer = browser.get(address).send().await.ok()?;
    let shown = answer.extensions().get::<reqwest::tls::TlsInfo>().unwrap();
    let certificate = shown.peer_certificate().unwrap().to_vec();
    Some((answer.status().as_u16(), certificate))
}

#[tokio::test(flavor = "multi_thread")]
async fn https_on_this_computer_is_greeted_with_one_certificate_of_this_installation() {
    let world = World::new().await;
    let own = format!("https://localhost:{}/callback", world.port.number());
    world.control.register_redirect(&own);
    let mut shown = Vec::new();
    for place in 0..2 {
        let app = world.ready().await;
        let begun = app.run(connect(Some(Door::Certificate))).await;
        begun.unwrap();
        let back = world.consent(&world.id(place), &allow());
        let plain = back.replace("https://", "http://");
        assert_eq!(world.follow(&plain).await, None, "only over TLS");
        let stranger = reqwest::get(&back).await;
        assert!(stranger.is_err(), "nobody trusts it without being told to");
        let (status, certificate) = follow_over_tls(&back.replace("#_", "")).await.unwrap();
        assert_eq!(status, 200);
        shown.push(certificate);
        assert_eq!(ended(&app).await.phase, "done");
        app.quit().await;
    }
    assert_eq!(shown[0], shown[1], "it outlives a restart");
    // A year later it is made anew.
    let app = world.ready().await;
    world.clock.advance(Duration::days(380));
    app.run(connect(Some(Door::Certificate))).await.unwrap();
    let (_, certificate) = follow_over_tls(&own).await.unwrap();
    assert_ne!(certificate, shown[0]);
    // What is kept of it, the key above all, is sealed as one text.
    let mut files = support::files(world.dir.path());
    app.quit().await;
    files.extend(support::files(world.dir.path()));
    let opened = opened_certificate(&world);
    let mut parts = opened.split(|byte| *byte == b' ').skip(2);
    let mut decoded = || {
        BASE64_STANDARD_NO_PAD
            .decode(parts.next().unwrap())
            .unwrap()
    };
    let (kept, key) = (decoded(), decoded());
    assert_eq!(kept, certificate, "it is the one that browsers are shown");
    // The number that only this installation knows, within the key's own format (RFC 5915).
    let begin = key
        .windows(2)
        .position(|part| part == [0x04, 0x20])
        .unwrap();
    let secret = &key[begin + 2..begin + 34];
    assert!(found_bytes(secret, &opened).is_some() && found_bytes(secret, &key).is_some());
    for (path, bytes) in &files {
        assert_eq!(found_bytes(secret, bytes), None, "{}", path.display());
        assert_eq!(found_bytes(&certificate, bytes), None, "{}", path.display());
    }
}

/// What is kept of the certificate, opened as Relink opens it.
fn opened_certificate(world: &World) -> Vec<u8> {
    let store = store::Store::open_read_only(world.dir.path());
    let store = store.unwrap().unwrap();
    let view = store.read();
    let database = DatabaseId::new(view.database_id().unwrap().unwrap());
    let custody = view.key_custody().unwrap().unwrap();
    let record = CustodyRecord {
        key_id: custody.key_id.parse().unwrap(),
        custody: Custody::Keychain,
        check: CheckValue::from_slice(&custody.check_value).unwrap(),
    };
    let keeper = Keeper::memory(&world.slot, std::time::Duration::from_secs(1));
    let kek = keeper.load(&database, &record).unwrap();
    let owner = "certificate";
    let wrapped = view.data_key(owner).unwrap().unwrap();
    let key = envelope::unwrap_data_key(&kek, &database, owner, &wrapped.wrapped).unwrap();
    let sealed = view.secrets(owner).unwrap().remove(0);
    let binding = Binding {
        owner,
        kind: SecretKind::CertificateKey,
        generation: sealed.generation,
    };
    let plain = envelope::open(&key, &database, &binding, &sealed.blob).unwrap();
    plain.to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_whose_key_is_lost_is_made_anew() {
    let world = World::new().await;
    let own = format!("https://localhost:{}/callback", world.port.number());
    world.control.register_redirect(&own);
    let mut app = world.ready().await;
    let mut shown = Vec::new();
    for place in 0..2 {
        app.run(connect(Some(Door::Certificate))).await.unwrap();
        let back = world.consent(&world.id(place), &allow());
        let (status, certificate) = follow_over_tls(&back.replace("#_", "")).await.unwrap();
        assert_eq!(status, 200);
        shown.push(certificate);
        assert_eq!(ended(&app).await.phase, "done");
        app.quit().await;
        world.slot.clear();
        app = world.open().unwrap();
        assert_eq!(app.key_state().await, "key_missing");
        let refused = app.run(connect(Some(Door::Certificate))).await;
        assert_eq!(refused.unwrap_err(), ErrorCode::KeyUnavailable);
        let anew = Command::ChooseKeyStorage {
            storage: engine::view::KeyStorage::Keychain,
            passphrase: None,
            forget_access: true,
        };
        app.run(anew).await.unwrap();
        // The secret of the Meta app went with the key as well.
        let meta_app = world.sandbox.app();
        app.run(Command::SetCredentials {
            route: Route::Instagram,
            app_id: meta_app.app_id.clone(),
            app_secret: meta_app.app_secret.clone().into(),
        })
        .await
        .unwrap();
    }
    assert_ne!(shown[0], shown[1]);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_while_a_door_stands_open_is_told_and_the_same_door_opens_again() {
    for (door, crashes) in [
        (Door::Bounce, true),
        (Door::Bounce, false),
        (Door::Certificate, true),
        (Door::Certificate, false),
    ] {
        let world = World::new().await;
        let own = format!("https://localhost:{}/callback", world.port.number());
        for address in [&own, PAGE] {
            world.control.register_redirect(address);
        }
        let app = world.ready().await;
        let page = (door == Door::Bounce).then_some(PAGE);
        set_door(&app, door, page).await.unwrap();
        app.run(connect(None)).await.unwrap();
        let late = world.consent(&world.id(0), &allow());
        if crashes {
            app.crash().await;
        } else {
            app.quit().await;
        }
        let app = world.open().unwrap();
        app.key_state().await;
        let told = app.attempt().await.unwrap();
        assert_eq!(
            (told.phase, told.outcome, told.door),
            ("failed", Some("interrupted"), door.code())
        );
        assert!(app.snapshot().await.accounts.is_empty());
        // Nobody listens any more; a new attempt has a state of its own.
        app.run(connect(None)).await.unwrap();
        submit(&app, &late).await;
        let attempt = app.attempt().await.unwrap();
        assert_eq!(
            (attempt.phase, attempt.last_rejection),
            ("waiting", Some("state_unknown"))
        );
        let back = world.consent(&world.id(0), &allow());
        let status = if door == Door::Bounce {
            world.follow(&bounced(&back)).await
        } else {
            let answer = follow_over_tls(&back.replace("#_", "")).await;
            answer.map(|(status, _)| status)
        };
        assert_eq!(status, Some(200), "{door:?}");
        assert_eq!(ended(&app).await.phase, "done");
        assert_eq!(app.account(&world.id(0)).await.status, "connected");
        app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_meta_would_refuse_is_refused_before_the_browser_opens() {
    let world = World::new().await;
    let app = world.ready().await;
    // Plain http on this computer is for Facebook Login only.
    let local = app.run(connect(Some(Door::Localhost))).await;
    assert_eq!(local.unwrap_err(), ErrorCode::InvalidInput);
    let no_page = app.run(connect(Some(Door::Bounce))).await;
    assert_eq!(no_page.unwrap_err(), ErrorCode::InvalidInput);
    for (door, redirect) in [
        (Door::Localhost, None),
        (Door::Bounce, None),
        (Door::Bounce, Some("http://example.org/relink/")),
        (Door::Bounce, Some("https://me@example.org/relink/")),
        (Door::Bounce, Some("https://example.org/#relink")),
        (Door::Paste, Some("relink")),
    ] {
        let saved = set_door(&app, door, redirect).await;
        assert_eq!(saved.unwrap_err(), ErrorCode::InvalidInput, "{redirect:?}");
    }
    assert!(app.attempt().await.is_none());
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_door_in_the_middle_is_for_what_is_named_and_nothing_is_taken_from_what_waits() {
    let world = World::new().await;
    let app = world.ready().await;
    let id = world.id(0);
    world.connect(&app, &id).await;
    app.connect(Some(&id)).await.unwrap();
    // Somebody in a terminal, who knows nothing of what the window waits for.
    app.run(connect(Some(Door::Paste))).await.unwrap();
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.door, attempt.expected_id.as_deref()),
        ("paste", None)
    );
    // The window, which names everything.
    let (account, permissions) = (Some(id.clone()), Some(Vec::new()));
    app.run(Command::Connect {
        route: Route::Instagram,
        expected: account,
        app: Some(APP.to_owned()),
        door: Some(Door::Paste),
        permissions,
        browser: true,
    })
    .await
    .unwrap();
    let attempt = app.attempt().await.unwrap();
    assert_eq!(attempt.asked, ["instagram_business_basic"]);
    assert_eq!(
        (attempt.door, attempt.expected_id.as_deref()),
        ("paste", Some(id.as_str()))
    );
    let back = world.consent(&world.id(1), &allow());
    submit(&app, &back).await;
    let attempt = ended(&app).await;
    assert_eq!(attempt.outcome, Some("wrong_account"), "{attempt:?}");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_opened_before_can_still_be_answered_and_each_state_once() {
    let world = World::new().await;
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    let first = world.consent(&world.id(0), &allow());
    app.connect(None).await.unwrap();
    let second = world.consent(&world.id(1), &allow());
    // Both wait at one listener; the answer to the first takes its attempt up again.
    assert_eq!(world.follow(&first).await, Some(200));
    let attempt = ended(&app).await;
    assert_eq!(attempt.account_id.as_deref(), Some(world.id(0).as_str()));
    assert_eq!(world.control.count(Endpoint::CodeExchange), 1);
    // One answer decides: the other attempt is over, and nobody listens any more.
    assert_eq!(world.follow(&second).await, None);
    app.connect(None).await.unwrap();
    for (address, outcome) in [(&first, "state_used"), (&second, "state_unknown")] {
        submit(&app, address).await;
        let attempt = app.attempt().await.unwrap();
        assert_eq!(attempt.last_rejection, Some(outcome));
        assert_eq!(attempt.phase, "waiting");
    }
    assert_eq!(world.control.count(Endpoint::CodeExchange), 1);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_in_one_tab_leaves_what_the_other_waits_for() {
    let world = World::new().await;
    let app = world.ready().await;
    let mut pages = Vec::new();
    for place in 0..3 {
        app.connect(None).await.unwrap();
        let denied = world.consent(&world.id(place), &ConsentAnswer::Deny);
        pages.push((denied, world.consent(&world.id(place), &allow())));
    }
    // The old tab says no: the attempt that the person looks at goes on waiting.
    submit(&app, &pages[0].0).await;
    let attempt = app.attempt().await.unwrap();
    assert_eq!((attempt.phase, attempt.last_rejection), ("waiting", None));
    submit(&app, &pages[0].1).await;
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.last_rejection),
        ("waiting", Some("state_used"))
    );
    // The new tab says no: the one between them can still be allowed.
    assert_eq!(world.follow(&pages[2].0).await, Some(200));
    assert_eq!(ended(&app).await.outcome, Some("user_denied"));
    assert_eq!(world.follow(&pages[1].1).await, Some(200));
    while app.attempt().await.unwrap().phase == "failed" {
        tokio::task::yield_now().await; // the listener has answered; the loop has yet to hear it
    }
    let attempt = ended(&app).await;
    assert_eq!(attempt.account_id, Some(world.id(1)));
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_that_does_not_open_leaves_the_attempt_that_waits_as_it_was() {
    let world = World::new().await;
    let own = format!("https://localhost:{}/callback", world.port.number());
    world.control.register_redirect(&own);
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    let back = world.consent(&world.id(0), &allow());
    // Somebody has the same port in the other family: the other door needs both, and gets neither.
    let Ok(other) = std::net::TcpListener::bind(("::1", world.port.number())) else {
        app.quit().await; // this computer lacks the family: nothing can be half taken here
        return;
    };
    let before = serde_json::to_value(app.attempt().await.unwrap()).unwrap();
    let refused = app.run(connect(Some(Door::Certificate))).await;
    assert_eq!(refused.unwrap_err(), ErrorCode::PortTaken);
    let after = serde_json::to_value(app.attempt().await.unwrap()).unwrap();
    assert_eq!(before, after);
    assert_eq!(world.follow(&back).await, Some(200), "it listens again");
    let attempt = ended(&app).await;
    assert_eq!(attempt.account_id, Some(world.id(0)));
    // With nothing under way the failure is what there is to show.
    let refused = app.run(connect(Some(Door::Certificate))).await;
    assert_eq!(refused.unwrap_err(), ErrorCode::PortTaken);
    assert_eq!(app.attempt().await.unwrap().outcome, Some("port_taken"));
    drop(other);
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_right_after_cancelling_finds_its_port_free() {
    let world = World::new().await;
    let app = world.ready().await;
    for _ in 0..50 {
        app.connect(None).await.unwrap();
        app.run(Command::CancelAttempt).await.unwrap();
    }
    app.connect(None).await.unwrap();
    let back = world.consent(&world.id(0), &allow());
    assert_eq!(world.follow(&back).await, Some(200));
    assert_eq!(ended(&app).await.phase, "done");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_page_is_good_for_its_own_ten_minutes_only() {
    let world = World::new().await;
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    let first = world.consent(&world.id(0), &allow());
    world.pass(&app, Duration::minutes(6)).await;
    app.connect(None).await.unwrap();
    let second = world.consent(&world.id(1), &allow());
    world.pass(&app, Duration::minutes(5)).await;
    submit(&app, &first).await;
    let attempt = app.attempt().await.unwrap();
    assert_eq!(
        (attempt.phase, attempt.last_rejection),
        ("waiting", Some("state_unknown"))
    );
    assert_eq!(world.follow(&second).await, Some(200));
    assert_eq!(ended(&app).await.phase, "done");
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_left_open_by_a_crash_are_all_over() {
    let world = World::new().await;
    let app = world.ready().await;
    for _ in 0..3 {
        app.connect(None).await.unwrap();
    }
    app.crash().await;
    let app = world.open().unwrap();
    let attempt = app.attempt().await.unwrap();
    assert_eq!(attempt.outcome, Some("interrupted"));
    app.quit().await;
    let path = world.dir.path().join(store::DATABASE_FILE);
    let database = rusqlite::Connection::open(path).unwrap();
    let sql = "SELECT count(*) FROM attempt WHERE state <> 'closed'";
    let open: i64 = database.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(open, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_person_chose_is_asked_for() {
    let world = World::new().await;
    let app = world.ready().await;
    let wish = |permissions: &[&str]| Command::Connect {
        route: Route::Instagram,
        expected: None,
        app: None,
        door: None,
        permissions: Some(permissions.iter().map(|it| (*it).to_owned()).collect()),
        browser: true,
    };
    let unknown = app.run(wish(&["instagram_manage_everything"])).await;
    assert_eq!(unknown.unwrap_err(), ErrorCode::InvalidInput);
    app.run(wish(&["instagram_business_content_publish"]))
        .await
        .unwrap();
    let asked = parameter(world.browser.last().as_str(), "scope");
    let expected = [
        "instagram_business_basic",
        "instagram_business_content_publish",
    ];
    assert_eq!(asked, expected.join(","));
    assert_eq!(app.attempt().await.unwrap().asked, expected);
    let back = world.consent(&world.id(0), &allow());
    world.follow(&back).await;
    let attempt = ended(&app).await;
    assert_eq!(
        attempt.phase, "done",
        "what was not asked for is not missed"
    );
    app.quit().await;
}
