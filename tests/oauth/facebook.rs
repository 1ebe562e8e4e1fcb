//! The way through Facebook Login (Meta platform reference, B1 to B3). The proofs (B2) were worked out by another program:
//! `printf %s TOKEN | openssl dgst -sha256 -hmac SECRET`.

use chrono::Duration;
use domain::grant::Route;
use engine::command::Command;
use meta::Endpoints;
use support::wire::{Host, Played};
use url::Url;

use super::{ACCOUNT, APP_SECRET, CODE, QUOTA, REGISTERED, Row, Scene, token};

const APP_ID: &str = "310000000000001";
const APP_TOKEN: &str = "310000000000001|0123456789abcdef0123456789abcdef";
const PERSON: &str = "10220000000000001";
const PAGE: &str = "123450000000001";
const SHORT: &str = "EAABshort0123456789";
const LONG: &str = "EAABlong0123456789";
const OF_PAGE: &str = "EAABpage0123456789";

const PROOF_OF_LONG: &str = "1fe9721e212425fb0c51edbe5f48da5c0620703353fd4b4bb80eb8d637b8a23a";
const PROOF_OF_PAGE: &str = "e44a8273202cb3c50dd1f45aaa4cb12b96bb5241edbca4f4252e3430d3264028";
const PROOF_OF_APP: &str = "a1a27f79889f270eab26cf83226a1c05e849763229530991ea2205ec0f27860e";

/// Everything that Relink asks for on this route, by the alphabet.
const SCOPES: &str = "business_management,instagram_basic,instagram_content_publish,\
                      instagram_manage_insights,pages_read_engagement,pages_show_list";

fn get(path: &str, query: &[(&'static str, &str)], token: Option<&str>) -> Row {
    let path = format!("/v26.0/{path}");
    super::get(Host::FacebookGraph, &path, query, token)
}

/// A call with a person's or a Page's token: in the header, its proof beside what is asked.
fn signed(path: &str, query: &[(&'static str, &str)], token: &str) -> Row {
    let proof = match token {
        LONG => PROOF_OF_LONG,
        _ => PROOF_OF_PAGE,
    };
    let query = [query, &[("appsecret_proof", proof)]].concat();
    get(path, &query, Some(token))
}

/// B2, the first line: everything in the query.
fn code_exchange(code: &str) -> Row {
    let query = [
        ("client_id", APP_ID),
        ("redirect_uri", REGISTERED),
        ("client_secret", APP_SECRET),
        ("code", code),
    ];
    get("oauth/access_token", &query, None)
}

/// B2, the second line.
fn long_lived_exchange() -> Row {
    let query = [
        ("grant_type", "fb_exchange_token"),
        ("client_id", APP_ID),
        ("client_secret", APP_SECRET),
        ("fb_exchange_token", SHORT),
    ];
    get("oauth/access_token", &query, None)
}

/// B3: in the app's own name.
fn inspection(token: &str) -> Row {
    let query = [
        ("input_token", token),
        ("access_token", APP_TOKEN),
        ("appsecret_proof", PROOF_OF_APP),
    ];
    get("debug_token", &query, None)
}

/// B2: the fields of the list, a hundred Pages at a time.
fn pages() -> Row {
    let fields = "id,name,username,access_token,tasks,\
                  instagram_business_account{id,username,name,profile_picture_url}";
    signed("me/accounts", &[("fields", fields), ("limit", "100")], LONG)
}

/// The Page itself and whom it is linked to, with its own token.
fn page() -> Row {
    let fields = "id,name,instagram_business_account{id,username,name}";
    signed(PAGE, &[("fields", fields)], OF_PAGE)
}

/// A9: shows that the permission to publish holds.
fn quota() -> Row {
    let path = format!("{ACCOUNT}/content_publishing_limit");
    signed(&path, &[("fields", "quota_usage,config")], OF_PAGE)
}

/// From the code to the list of Pages; those of businesses are in lists of their own.
fn signed_in() -> Vec<Row> {
    vec![
        code_exchange(CODE),
        long_lived_exchange(),
        signed("me", &[("fields", "id,name")], LONG),
        signed("me/permissions", &[], LONG),
        pages(),
        signed("me/businesses", &[("fields", "id"), ("limit", "100")], LONG),
        inspection(LONG),
    ]
}

/// The Page is asked before its access is kept; then the new account's first live check, with the token's own state.
fn adopted() -> Vec<Row> {
    vec![page(), page(), quota(), inspection(OF_PAGE)]
}

async fn scene() -> Scene {
    Scene::of(Route::Facebook, APP_ID, everything).await
}

/// One person, one Page, and the account that is linked to it.
fn everything(far: &Played) {
    let answers = |path: &str, body: &str| far.answers(&format!("/v26.0/{path}"), body);
    answers("oauth/access_token", &token(SHORT));
    answers(
        "oauth/access_token?grant_type=fb_exchange_token",
        &token(LONG),
    );
    answers("me", &format!(r#"{{"id":"{PERSON}","name":"Ana"}}"#));
    answers("me/permissions", &permissions(""));
    let linked = format!(
        r#""instagram_business_account":{{"id":"{ACCOUNT}","username":"acme.bakery","name":"Acme Bakery"}}"#
    );
    let listed = format!(
        r#"{{"data":[{{"id":"{PAGE}","name":"Acme","access_token":"{OF_PAGE}","tasks":["CREATE_CONTENT"],{linked}}}]}}"#
    );
    answers("me/accounts", &listed);
    answers("me/businesses", r#"{"data":[]}"#);
    answers(
        PAGE,
        &format!(r#"{{"id":"{PAGE}","name":"Acme",{linked}}}"#),
    );
    answers(&format!("{ACCOUNT}/content_publishing_limit"), QUOTA);
    answers(
        "debug_token",
        &inspected("USER", r#""expires_at":1800000000"#),
    );
    let of_page = format!(r#""expires_at":0,"profile_id":"{PAGE}""#);
    answers(
        &format!("debug_token?input_token={OF_PAGE}"),
        &inspected("PAGE", &of_page),
    );
}

/// Begins an attempt, holds the consent address against B1, and gives the state.
async fn consent(scene: &Scene, again: &[(&str, &str)]) -> String {
    let begun = Command::Connect {
        route: Route::Facebook,
        expected: (!again.is_empty()).then(|| ACCOUNT.to_owned()),
        app: None,
        door: None,
        permissions: None,
        browser: true,
    };
    scene.app.run(begun).await.unwrap();
    let table = [
        ("client_id", APP_ID),
        ("redirect_uri", REGISTERED),
        ("response_type", "code"),
        ("scope", SCOPES),
    ];
    let table = [&table, again].concat();
    scene.sent_to(Host::Dialog, "/v26.0/dialog/oauth", &table)
}

/// One Page only: nothing is left to choose.
async fn connect(scene: &Scene) {
    let state = consent(scene, &[]).await;
    scene.paste(&format!("code={CODE}&state={state}#_=_")).await;
    scene.ends("done", None).await;
}

/// B3: every permission granted but one.
fn permissions(declined: &str) -> String {
    let told = SCOPES.split(',').map(|name| {
        let status = if name == declined {
            "declined"
        } else {
            "granted"
        };
        format!(r#"{{"permission":"{name}","status":"{status}"}}"#)
    });
    format!(r#"{{"data":[{}]}}"#, told.collect::<Vec<_>>().join(","))
}

/// B3, the documented shape.
fn inspected(kind: &str, more: &str) -> String {
    let scopes: Vec<String> = SCOPES
        .split(',')
        .map(|name| format!("\"{name}\""))
        .collect();
    format!(
        r#"{{"data":{{"app_id":"{APP_ID}","type":"{kind}","is_valid":true,"user_id":"{PERSON}","scopes":[{}],{more}}}}}"#,
        scopes.join(",")
    )
}

#[test]
fn the_built_in_addresses_are_the_documented_ones() {
    // B1, B2.
    let endpoints = Endpoints::meta().facebook.unwrap();
    let shown = [&endpoints.dialog, &endpoints.graph].map(Url::as_str);
    assert_eq!(
        shown,
        [
            "https://www.facebook.com/v26.0/dialog/oauth",
            "https://graph.facebook.com/",
        ]
    );
    assert_eq!(endpoints.version, "v26.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_through_a_page_asks_exactly_what_is_documented() {
    let scene = scene().await;
    connect(&scene).await;
    scene.wire(&[signed_in(), adopted()].concat());
    let account = scene.app.account(ACCOUNT).await;
    assert_eq!((account.status, account.route), ("connected", "facebook"));
    assert_eq!(account.username, "acme.bakery");
    assert!(account.permissions.iter().all(|it| it.granted));
    assert!(account.endless && account.expires_at.is_none());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_declined_is_asked_for_again_and_otherwise_the_way_is_the_same() {
    let scene = scene().await;
    let path = "/v26.0/me/permissions";
    let one_less = permissions("instagram_manage_insights");
    scene.far.answers(path, &one_less);
    let state = consent(&scene, &[]).await;
    scene.paste(&format!("code={CODE}&state={state}")).await;
    scene.app.run(Command::KeepWithLimits).await.unwrap();
    scene.app.run(Command::AwaitAttempt).await.unwrap();
    scene.ends("done", None).await;
    scene.far.asked();
    // B1: otherwise the dialog does not show it.
    let state = consent(&scene, &[("auth_type", "rerequest")]).await;
    scene.far.answers(path, &permissions(""));
    scene.paste(&format!("code={CODE}&state={state}")).await;
    let (asked, begun) = (scene.far.asked(), signed_in());
    scene.holds(&asked[..begun.len()], &begun);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_asks_nothing_of_anybody() {
    for (refusal, outcome) in [
        (
            "error=access_denied&error_code=200&error_description=Permissions+error\
             &error_reason=user_denied",
            "user_denied",
        ),
        (
            "error_code=1349168&error_message=URL+Blocked%3A+This+redirect+failed",
            "redirect_mismatch",
        ),
    ] {
        let scene = scene().await;
        let state = consent(&scene, &[]).await;
        scene.paste(&format!("{refusal}&state={state}#_=_")).await;
        scene.ends("failed", Some(outcome)).await;
        scene.wire(&[]);
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_asks_the_page_and_taking_back_asks_the_person() {
    let scene = scene().await;
    connect(&scene).await;
    scene.world.pass(&scene.app, Duration::hours(1)).await;
    scene.far.asked();
    let ids = vec![ACCOUNT.to_owned()];
    scene.app.run(Command::Check { ids }).await.unwrap();
    scene.app.settle().await;
    scene.wire(&[page(), quota()]);
    // B3: the whole grant, with the person's own token.
    let permissions = format!("/v26.0/{PERSON}/permissions");
    scene.far.answers(&permissions, r#"{"success":true}"#);
    let id = ACCOUNT.to_owned();
    scene.app.run(Command::Revoke { id }).await.unwrap();
    let asked = scene.far.asked();
    let revoked = Row {
        method: "DELETE",
        ..signed(&format!("{PERSON}/permissions"), &[], LONG)
    };
    scene.holds(&asked[..1], &[revoked]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_leaves_facebook_alone_once_its_pages_fail_again_and_again() {
    let scene = scene().await;
    let fault = r#"{"error":{"message":"An unexpected error has occurred.","type":"OAuthException","code":2,"is_transient":true}}"#;
    scene.far.answers(&format!("/v26.0/{PAGE}"), fault);
    let lines: Vec<String> = (0..12)
        .map(|line| format!("EAABperson0123456789{line:02}"))
        .collect();
    let file = Command::AddTokens {
        route: Route::Facebook,
        app: None,
        text: lines.join("\n").into(),
    };
    let told = scene.app.run(file).await.unwrap().imported().unwrap();
    assert_eq!(told.len(), lines.len());
    assert!(
        told.iter().all(|line| line.result == "no_answer"),
        "{told:?}"
    );
    let asked = scene.far.asked();
    let pages = asked.iter().filter(|it| it.path.ends_with(PAGE)).count();
    assert!((1..8).contains(&pages), "{pages} times");
    scene.end().await;
}
