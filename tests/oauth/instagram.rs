//! The way through Instagram Login (Meta platform reference, A2 to A6, A8).

use chrono::Duration;
use domain::grant::Route;
use engine::command::Command;
use meta::Endpoints;
use sandbox::ConsentAnswer;
use support::World;
use support::wire::Host;
use url::Url;

use super::{ACCOUNT, APP_SECRET, CODE, QUOTA, REGISTERED, Row, Scene, token};

const APP_ID: &str = "990000000000001";
const SHORT: &str = "IGAAshort0123456789";
const LONG: &str = "IGAAlong0123456789";
const RENEWED: &str = "IGAArenewed0123456789";
const SCOPES: &str = "instagram_business_basic,instagram_business_content_publish,\
                      instagram_business_manage_insights";

/// The shapes of answers that Meta's guide and live calls differ in (A4, A8).
const LIVE: [&str; 2] = [
    r#"{"access_token":"IGAAshort0123456789","user_id":17841400000000001,"permissions":["instagram_business_basic","instagram_business_content_publish","instagram_business_manage_insights"]}"#,
    r#"{"user_id":"17841400000000001","username":"acme.bakery","name":"Acme Bakery","account_type":"BUSINESS","id":"25000000000000001"}"#,
];
const DOCUMENTED: [&str; 2] = [
    r#"{"data":[{"access_token":"IGAAshort0123456789","user_id":"17841400000000001","permissions":"instagram_business_basic,instagram_business_content_publish,instagram_business_manage_insights"}]}"#,
    r#"{"data":[{"user_id":"17841400000000001","username":"acme.bakery","name":"Acme Bakery","account_type":"Business","id":"25000000000000001"}]}"#,
];

fn get(path: &str, query: &[(&'static str, &str)], token: Option<&str>) -> Row {
    super::get(Host::Graph, path, query, token)
}

/// A4.
fn code_exchange(code: &str) -> Row {
    let form = [
        ("client_id", APP_ID),
        ("client_secret", APP_SECRET),
        ("grant_type", "authorization_code"),
        ("redirect_uri", REGISTERED),
        ("code", code),
    ];
    Row {
        host: Host::Api,
        method: "POST",
        path: "/oauth/access_token".to_owned(),
        query: vec![],
        form: form.map(|(name, value)| (name, value.to_owned())).to_vec(),
        authorization: None,
    }
}

/// A5: no version in the path, nothing in the header.
fn long_lived_exchange() -> Row {
    let query = [
        ("grant_type", "ig_exchange_token"),
        ("client_secret", APP_SECRET),
        ("access_token", SHORT),
    ];
    get("/access_token", &query, None)
}

/// A8, with the fields of the live check (D5) and the name; the token in the header (A7).
fn profile(token: &str) -> Row {
    let fields = [("fields", "user_id,username,name,account_type")];
    get("/v26.0/me", &fields, Some(token))
}

/// A6.
fn extension(token: &str) -> Row {
    let query = [("grant_type", "ig_refresh_token"), ("access_token", token)];
    get("/refresh_access_token", &query, None)
}

/// A9: shows that the permission to publish holds.
fn quota(token: &str) -> Row {
    let path = format!("/v26.0/{ACCOUNT}/content_publishing_limit");
    get(&path, &[("fields", "quota_usage,config")], Some(token))
}

/// A whole sign-in: the two exchanges and whose token it is, then the new account's first live check.
fn signed_in(code: &str) -> [Row; 5] {
    [
        code_exchange(code),
        long_lived_exchange(),
        profile(LONG),
        profile(LONG),
        quota(LONG),
    ]
}

async fn scene([short, me]: [&str; 2]) -> Scene {
    Scene::of(Route::Instagram, APP_ID, |far| {
        far.answers("/oauth/access_token", short);
        far.answers("/v26.0/me", me);
        far.answers("/access_token", &token(LONG));
        far.answers("/refresh_access_token", &token(RENEWED));
        far.answers(&format!("/v26.0/{ACCOUNT}/content_publishing_limit"), QUOTA);
    })
    .await
}

/// Begins an attempt, holds the consent address against A2, and gives the state.
async fn consent(scene: &Scene, expected: Option<&str>, force_reauth: &str) -> String {
    scene.app.connect(expected).await.unwrap();
    let table = [
        ("client_id", APP_ID),
        ("redirect_uri", REGISTERED),
        ("response_type", "code"),
        ("scope", SCOPES),
        ("force_reauth", force_reauth),
        ("enable_fb_login", "false"),
    ];
    scene.sent_to(Host::Www, "/oauth/authorize", &table)
}

async fn connect(scene: &Scene) {
    let state = consent(scene, None, "false").await;
    scene.paste(&format!("code={CODE}&state={state}")).await;
    scene.ends("done", None).await;
}

#[test]
fn the_built_in_addresses_are_the_documented_ones() {
    // A1.
    let endpoints = Endpoints::meta().instagram;
    let shown = [&endpoints.authorize, &endpoints.token, &endpoints.graph].map(Url::as_str);
    assert_eq!(
        shown,
        [
            "https://www.instagram.com/oauth/authorize",
            "https://api.instagram.com/oauth/access_token",
            "https://graph.instagram.com/",
        ]
    );
    assert_eq!(endpoints.version, "v26.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_asks_exactly_what_is_documented_in_both_shapes_of_answers() {
    for shapes in [LIVE, DOCUMENTED] {
        let scene = scene(shapes).await;
        connect(&scene).await;
        scene.wire(&signed_in(CODE));
        let account = scene.app.account(ACCOUNT).await;
        assert_eq!(account.status, "connected");
        assert_eq!(account.username, "acme.bakery");
        assert!(account.permissions.iter().all(|it| it.granted));
        assert_eq!(
            account.expires_at.as_deref(),
            Some("2027-01-22T08:59:04.000Z")
        );
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reconnecting_asks_who_the_person_is_and_is_otherwise_the_same() {
    let scene = scene(LIVE).await;
    connect(&scene).await;
    scene.far.asked();
    let first = scene.world.browser.last();
    let state = consent(&scene, Some(ACCOUNT), "true").await;
    assert!(!first.as_str().contains(&state), "a state of its own");
    scene.paste(&format!("code=AQsecond&state={state}")).await;
    scene.ends("done", None).await;
    scene.wire(&signed_in("AQsecond"));
    // A second account is asked for the same way: a browser that is logged in would be passed through.
    consent(&scene, None, "true").await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_asks_nothing_of_anybody() {
    let scene = scene(LIVE).await;
    let state = consent(&scene, None, "false").await;
    let refusal = "error=access_denied&error_reason=user_denied\
                   &error_description=The+user+denied+your+request";
    scene.paste(&format!("{refusal}&state={state}")).await;
    scene.ends("failed", Some("user_denied")).await;
    scene.wire(&[]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metas_ending_is_no_part_of_the_code() {
    for ending in ["#_", "%23_", "#_=_", ""] {
        let scene = scene(LIVE).await;
        let state = consent(&scene, None, "false").await;
        scene
            .paste(&format!("state={state}&code={CODE}{ending}"))
            .await;
        scene.ends("done", None).await;
        scene.wire(&signed_in(CODE));
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_goes_on_as_it_came_whatever_is_in_it() {
    let scene = scene(LIVE).await;
    let state = consent(&scene, None, "false").await;
    scene
        .paste(&format!("code=A%2BQ%2F%3D%26x%3Dy%25%20z&state={state}"))
        .await;
    scene.ends("done", None).await;
    scene.wire(&signed_in("A+Q/=&x=y% z"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_sends_the_token_and_no_secret_and_the_new_token_is_used_from_then_on() {
    let scene = scene(LIVE).await;
    connect(&scene).await;
    scene.far.asked();
    scene.world.pass(&scene.app, Duration::hours(25)).await;
    scene.far.asked();
    let ids = vec![ACCOUNT.to_owned()];
    let renew = Command::Renew {
        ids: ids.clone(),
        due_only: false,
    };
    scene.app.run(renew).await.unwrap();
    scene.app.settle().await;
    let asked = scene.far.asked();
    scene.holds(&asked[..1], &[extension(LONG)]);
    scene.app.run(Command::Check { ids }).await.unwrap();
    scene.app.settle().await;
    for later in asked[1..].iter().chain(&scene.far.asked()) {
        let row = match later.path.as_str() {
            "/v26.0/me" => profile(RENEWED),
            _ => quota(RENEWED),
        };
        scene.holds(std::slice::from_ref(later), &[row]);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_reads_the_same_consent_address() {
    // What is written down here is also what the stand-in accepts, so that the two cannot drift apart.
    let world = World::new().await;
    let app = world.ready().await;
    app.connect(None).await.unwrap();
    let names = |address: &Url| -> Vec<String> {
        let pairs = address.query_pairs();
        pairs.map(|(name, _)| name.into_owned()).collect()
    };
    let table = [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "force_reauth",
        "enable_fb_login",
    ];
    assert_eq!(names(&world.browser.last()), table);
    world.consent(&world.id(0), &ConsentAnswer::Allow { untick: vec![] });
    app.quit().await;
}
