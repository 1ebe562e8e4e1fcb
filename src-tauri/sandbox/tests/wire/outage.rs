//! Trouble of the platform, of the app, and of the way between.

use sandbox::{Endpoint, Fault, Outage};
use serde_json::json;

use crate::support::{HOUR, consent_query, json, numbers, stage, text};

#[tokio::test]
async fn server_errors_come_as_json_and_as_html() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    stage.control.outage(Outage::ServerErrors);
    let (mut html, mut codes) = (0, Vec::new());
    for _ in 0..9 {
        let response = stage.get(&format!("/graph/me?access_token={token}")).await;
        assert!(response.status().is_server_error());
        let text = response.text().await.unwrap();
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(body) => codes.push(numbers(&body).0),
            Err(_) => html += 1,
        }
    }
    assert!(
        html > 0 && codes.contains(&2) && codes.contains(&1),
        "{html} pages, {codes:?}"
    );
    stage.control.outage(Outage::None);
    assert_eq!(stage.graph("me", &token).await.0, 200);
}

#[tokio::test]
async fn a_cut_connection_gives_half_an_answer_and_does_nothing() {
    let stage = stage().await;
    let code = stage.code(&stage.first());
    stage
        .control
        .fault(Fault::at(Outage::Cut, &[Endpoint::CodeExchange]).next(1));
    let form = [
        ("client_id", sandbox::PRACTICE_APP_ID),
        ("client_secret", sandbox::PRACTICE_APP_SECRET),
        ("grant_type", "authorization_code"),
        ("redirect_uri", sandbox::PRACTICE_REDIRECT),
        ("code", &code),
    ];
    let address = format!("{}/api/oauth/access_token", stage.origin);
    let broken = stage
        .client
        .post(&address)
        .form(&form)
        .send()
        .await
        .unwrap();
    assert!(broken.text().await.is_err());
    let (status, _) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(status, 200, "the same code still works");
}

#[tokio::test]
async fn a_portal_answers_200_with_a_page_and_a_redirect_leads_away() {
    let stage = stage().await;
    stage.control.outage(Outage::Portal);
    let response = stage.get("/graph/me").await;
    assert_eq!(response.status(), 200);
    assert!(
        response.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    stage.control.outage(Outage::Redirect);
    let response = stage.get("/graph/me").await;
    assert_eq!(response.status(), 302);
    assert!(
        response.headers()["location"]
            .to_str()
            .unwrap()
            .contains("portal.invalid")
    );
}

#[tokio::test]
async fn troubles_of_the_app_have_their_numbers_on_both_hosts() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    for (outage, code, api) in [
        (Outage::AppBlocked, 200, "API access blocked."),
        (Outage::AppDeleted, 190, "Invalid platform app"),
    ] {
        stage.control.outage(outage);
        let (status, body) = stage.graph("me", &token).await;
        assert_eq!((status, numbers(&body)), (400, (code, None)));
        let (status, body) = stage.exchange(&[("code", "AQx")]).await;
        assert_eq!((status, text(&body, "error_message")), (400, api));
    }
    stage.control.outage(Outage::RateLimit);
    let response = stage.get("/graph/me").await;
    let usage = response.headers()["x-app-usage"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(usage.contains("\"call_count\":100"));
    assert_eq!(numbers(&json(response).await.1), (4, None));
}

#[tokio::test]
async fn a_fault_can_be_of_one_endpoint_and_a_slow_one_still_answers() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    stage
        .control
        .fault(Fault::at(Outage::AppBlocked, &[Endpoint::Refresh]));
    stage
        .control
        .fault(Fault::at(Outage::Slow { ms: 10 }, &[Endpoint::Profile]));
    assert_eq!(stage.graph("me", &token).await.0, 200);
    assert_eq!(numbers(&stage.refresh(&token).await.1).0, 200);
    assert_eq!(stage.control.overview().faults.len(), 2);
}

#[tokio::test]
async fn the_consent_page_fails_only_when_it_is_named() {
    let stage = stage().await;
    stage.control.outage(Outage::ServerErrors);
    assert!(
        stage
            .browser()
            .open(&consent_query(&[]))
            .await
            .html()
            .contains("account-")
    );
    stage
        .control
        .fault(Fault::at(Outage::ServerErrors, &[Endpoint::Authorize]).next(1));
    assert_eq!(stage.get(&consent_query(&[])).await.status(), 503);
    assert_eq!(
        stage.get(&consent_query(&[])).await.status(),
        302,
        "the next one is well again"
    );
}

#[tokio::test]
async fn an_app_that_calls_too_often_is_limited_for_the_rolling_hour() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    stage.control.hourly_calls(Some(3));
    for _ in 0..3 {
        assert_eq!(stage.graph("me", &token).await.0, 200);
    }
    assert_eq!(numbers(&stage.graph("me", &token).await.1), (4, None));
    stage.control.advance(HOUR);
    assert_eq!(stage.graph("me", &token).await.0, 200);
    stage.control.hourly_calls(None);
    for _ in 0..6 {
        assert_eq!(stage.graph("me", &token).await.0, 200);
    }
}

#[tokio::test]
async fn the_limit_grows_with_the_connected_accounts_and_shrinks_again() {
    let stage = stage().await;
    let accounts = stage.control.accounts();
    let token = stage.control.mint_token(&accounts[0].id).unwrap();
    for _ in 0..2 {
        stage.control.mint_token(&accounts[1].id).unwrap();
    }
    stage.control.hourly_calls(Some(1));
    for _ in 0..2 {
        assert_eq!(
            stage.graph("me", &token).await.0,
            200,
            "two accounts, two calls"
        );
    }
    assert_eq!(numbers(&stage.graph("me", &token).await.1), (4, None));
    stage.control.hourly_calls(Some(1));
    stage
        .control
        .apply(&accounts[1].id, sandbox::Change::AppRemoved)
        .unwrap();
    stage
        .control
        .apply(&accounts[1].id, sandbox::Change::AppRemoved)
        .unwrap();
    assert_eq!(stage.graph("me", &token).await.0, 200);
    assert_eq!(
        numbers(&stage.graph("me", &token).await.1),
        (4, None),
        "one account, one call"
    );
}

#[tokio::test]
async fn changes_and_faults_are_written_as_documented() {
    let fault = Fault::at(Outage::Slow { ms: 5 }, &[Endpoint::Refresh]).next(2);
    assert_eq!(
        json!(fault),
        json!({"kind": "slow", "ms": 5, "endpoints": ["refresh"], "remaining": 2})
    );
}
