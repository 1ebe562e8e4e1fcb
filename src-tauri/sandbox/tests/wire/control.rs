//! The control over HTTP, its guards, and the endpoints file.

use reqwest::Method;
use sandbox::{Change, Config, Sandbox, SandboxError};
use serde_json::{Value, json};

use crate::support::{DAY, NOON, PUBLISH, Stage, config, consent_query, json, numbers, stage};

async fn call(stage: &Stage, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = stage
        .client
        .request(method, format!("{}{path}", stage.origin))
        .header("x-sandbox-control", "1")
        .header("content-type", "application/json")
        .body(body.to_string());
    json(request.send().await.unwrap()).await
}

async fn post(stage: &Stage, path: &str, body: Value) -> (u16, Value) {
    call(stage, Method::POST, path, body).await
}

#[tokio::test]
async fn all_that_the_handle_does_can_be_done_from_outside() {
    let stage = stage().await;
    let (_, accounts) = call(&stage, Method::GET, "/control/accounts", json!({})).await;
    assert_eq!(accounts, json!(stage.control.accounts()));
    let id = stage.first();

    let (_, minted) = post(&stage, &format!("/control/accounts/{id}/token"), json!({})).await;
    let token = minted["access_token"].as_str().unwrap().to_owned();
    assert_eq!(stage.graph("me", &token).await.0, 200);

    let apply = format!("/control/accounts/{id}/apply");
    let (status, view) = post(&stage, &apply, json!({"change": "checkpoint_set"})).await;
    assert_eq!((status, &view["checkpoint"]), (200, &json!(true)));
    for (change, expected) in [
        (
            json!({"change": "checkpoint_cleared"}),
            Change::CheckpointCleared,
        ),
        (
            json!({"change": "renamed", "to": "x.y"}),
            Change::Renamed("x.y".into()),
        ),
        (
            json!({"change": "rate_limited", "to": {"minutes": 1}}),
            Change::RateLimited { minutes: 1 },
        ),
        (
            json!({"change": "permission_withdrawn", "to": PUBLISH}),
            Change::PermissionWithdrawn(PUBLISH.into()),
        ),
    ] {
        assert_eq!(json!(expected), change, "the form is stable");
        assert_eq!(post(&stage, &apply, change).await.0, 200);
    }

    let (_, state) = post(&stage, "/control/advance", json!({"ms": DAY})).await;
    assert_eq!(state["now"], json!(NOON + DAY));
    post(&stage, "/control/outage", json!({"kind": "app_blocked"})).await;
    assert_eq!(numbers(&stage.graph("me", &token).await.1).0, 200);
    post(&stage, "/control/outage", json!({"kind": "none"})).await;
    let fault = json!({"kind": "cut", "endpoints": ["refresh"], "remaining": 1});
    let (_, state) = post(&stage, "/control/fault", fault.clone()).await;
    assert_eq!(state["faults"], json!([fault]));
    let manner = json!({
        "refresh": "same_string", "token_shape": "documented", "profile_shape": "live",
        "hourly_calls": null,
    });
    let (_, state) = post(&stage, "/control/manner", manner.clone()).await;
    assert_eq!(state["manner"], manner);

    let uri = "http://127.0.0.1:40001/callback";
    post(&stage, "/control/redirects", json!({"uri": uri})).await;
    let consent = json!({
        "url": consent_query(&[("redirect_uri", uri)]), "account_id": id,
        "answer": {"kind": "allow", "untick": [PUBLISH]},
    });
    let (status, body) = post(&stage, "/control/consent", consent).await;
    assert_eq!(status, 200, "{body}");
    assert!(body["location"].as_str().unwrap().starts_with(uri));

    let (_, log) = call(&stage, Method::GET, "/control/requests", json!({})).await;
    assert_eq!(log["counts"]["profile"], json!(2));
    call(&stage, Method::DELETE, "/control/requests", json!({})).await;
    assert!(
        stage.control.requests().is_empty(),
        "the control itself is not logged"
    );
}

#[tokio::test]
async fn wrong_control_requests_say_what_is_wrong() {
    let stage = stage().await;
    let id = stage.first();
    let apply = format!("/control/accounts/{id}/apply");
    let unknown = json!({"change": "password_changed"});
    for (path, body, status, code) in [
        (
            apply.as_str(),
            json!({"change": "nonsense"}),
            422,
            "bad_request",
        ),
        ("/control/accounts/1/apply", unknown, 404, "unknown_account"),
        ("/control/advance", json!({}), 422, "bad_request"),
        ("/control/nothing", json!({}), 404, "not_found"),
        (
            "/control/consent",
            json!({"url": "/x?client_id=1", "account_id": id, "answer": {"kind": "deny"}}),
            409,
            "refused",
        ),
    ] {
        let (found, answer) = post(&stage, path, body).await;
        assert_eq!(
            (found, &answer["error"]["code"]),
            (status, &json!(code)),
            "{path}: {answer}"
        );
    }
}

#[tokio::test]
async fn other_sites_can_neither_read_nor_move_the_world() {
    let stage = stage().await;
    let state = format!("{}/control/state", stage.origin);
    let plain = stage.client.get(&state).send().await.unwrap();
    assert_eq!(plain.status(), 403, "no header, no answer");
    let asked = stage
        .client
        .request(Method::OPTIONS, &state)
        .send()
        .await
        .unwrap();
    assert!(asked.headers().get("access-control-allow-origin").is_none());

    let port = stage.sandbox.addr().port();
    for host in [
        "evil.example".to_owned(),
        format!("localhost:{port}"),
        "127.0.0.1".to_owned(),
    ] {
        for path in [
            "/control/state",
            "/control/",
            "/graph/me",
            "/www/accounts/login/",
        ] {
            let request = stage.client.get(format!("{}{path}", stage.origin));
            let request = request
                .header("host", &host)
                .header("x-sandbox-control", "1");
            assert_eq!(request.send().await.unwrap().status(), 421, "{host} {path}");
        }
    }
}

#[tokio::test]
async fn the_control_page_shows_everyone_and_loads_only_from_here() {
    let stage = stage().await;
    let html = stage.get("/control/").await.text().await.unwrap();
    for account in stage.control.accounts() {
        assert!(html.contains(&format!("id=\"row-{}\"", account.id)));
    }
    for person in stage.control.people() {
        assert!(html.contains(&format!("id=\"person-change-{}-go\"", person.id)));
    }
    for page in stage.control.pages() {
        assert!(html.contains(&format!("id=\"page-change-{}-go\"", page.id)));
    }
    assert!(!html.contains("https://") && html.contains("id=\"outage-go\""));
    let script = stage.get("/control/control.js").await;
    assert!(
        script.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/javascript")
    );
}

#[tokio::test]
async fn the_endpoints_file_points_here() {
    let stage = stage().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("endpoints.toml");
    stage.sandbox.write_endpoints_file(&path).unwrap();
    let file = std::fs::read_to_string(path).unwrap();
    assert_eq!(file, stage.sandbox.endpoints_toml());
    let origin = &stage.origin;
    for line in [
        format!("authorize   = \"{origin}/www/oauth/authorize\""),
        format!("token       = \"{origin}/api/oauth/access_token\""),
        format!("graph       = \"{origin}/graph\""),
        format!("dialog      = \"{origin}/www-fb/v26.0/dialog/oauth\""),
        format!("graph       = \"{origin}/fb\""),
        "listen      = \"http://127.0.0.1:17423/callback\"".to_owned(),
        "registered  = \"http://127.0.0.1:17423/callback\"".to_owned(),
    ] {
        assert!(file.lines().any(|found| found == line), "{line} in {file}");
    }
}

#[tokio::test]
async fn a_sandbox_without_an_app_or_a_port_does_not_start() {
    let none = Sandbox::start(Config {
        apps: Vec::new(),
        ..config()
    })
    .await;
    assert!(matches!(none, Err(SandboxError::NoApp)));
    let stage = stage().await;
    let port = stage.sandbox.addr().port();
    let taken = Sandbox::start(Config { port, ..config() }).await;
    assert!(matches!(taken, Err(SandboxError::Listen { port: found, .. }) if found == port));
}

#[tokio::test]
async fn a_stopped_sandbox_frees_its_port() {
    let stage = stage().await;
    let port = stage.sandbox.addr().port();
    drop(stage.client);
    stage.sandbox.stop().await;
    let again = Sandbox::start(Config { port, ..config() }).await.unwrap();
    assert_eq!(again.addr().port(), port);
    assert_eq!(again.app().app_id, sandbox::PRACTICE_APP_ID);
}
