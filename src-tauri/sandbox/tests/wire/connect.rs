//! The whole way: browser, code, two tokens, profile, renewal.

use sandbox::{Endpoint, TokenPlace};
use serde_json::json;

use crate::support::{BASIC, BOTH, DAY, PUBLISH, consent_query, parameter, stage, text};

#[tokio::test]
async fn a_person_connects_and_the_app_lives_on() {
    let stage = stage().await;
    let account = stage.first();
    let browser = stage.browser();

    let chooser = browser.open(&consent_query(&[])).await;
    let consent = browser.pick(&chooser, &account).await;
    assert!(consent.html().contains("id=\"allow\"") && consent.html().contains("id=\"deny\""));
    assert!(consent.html().contains(&format!("id=\"scope-{PUBLISH}\"")));
    let back = browser.decide(&consent, "allow", &[PUBLISH]).await;
    let back = back.address();
    assert!(
        back.starts_with("http://127.0.0.1:17423/callback?code=AQ"),
        "{back}"
    );
    assert!(
        back.ends_with("&state=st-1#_"),
        "the platform's own oddity is there: {back}"
    );

    let code = parameter(back, "code").unwrap();
    let (status, short) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(status, 200, "{short}");
    assert_eq!(
        short["user_id"],
        json!(account.parse::<u64>().unwrap()),
        "live: a number"
    );
    assert_eq!(short["permissions"], json!([BASIC, PUBLISH]));
    assert!(short.get("expires_in").is_none());

    let (status, long) = stage.lengthen(text(&short, "access_token")).await;
    assert_eq!(
        (status, &long["expires_in"]),
        (200, &json!(5_183_944)),
        "{long}"
    );
    assert_eq!(long["token_type"], json!("bearer"));
    let token = text(&long, "access_token");
    assert!(token.starts_with("IGAA"));

    let (status, me) = stage
        .graph("v26.0/me?fields=user_id,username,account_type", token)
        .await;
    assert_eq!(status, 200, "{me}");
    assert_eq!(me["user_id"], json!(account));
    assert_ne!(me["id"], me["user_id"], "the app-scoped id is another one");

    stage.control.advance(2 * DAY);
    let (status, renewed) = stage.refresh(token).await;
    assert_eq!(status, 200, "{renewed}");
    assert_eq!(renewed["expires_in"], json!(5_183_944));
}

#[tokio::test]
async fn the_log_tells_what_went_over_the_wire_without_any_value() {
    let stage = stage().await;
    let account = stage.first();
    let code = stage.code(&account);
    let (_, short) = stage.exchange(&[("code", &code)]).await;
    let token = text(&short, "access_token").to_owned();
    stage.graph("v26.0/me?fields=user_id", &token).await;
    stage.get(&format!("/graph/me?access_token={token}")).await;

    let requests = stage.control.requests();
    let places: Vec<_> = requests
        .iter()
        .map(|request| (request.endpoint, request.token_in))
        .collect();
    assert_eq!(
        places,
        [
            (Endpoint::CodeExchange, TokenPlace::Nowhere),
            (Endpoint::Profile, TokenPlace::Header),
            (Endpoint::Profile, TokenPlace::Query),
        ]
    );
    assert!(requests[0].form.contains("client_secret"));
    assert_eq!(
        (requests[1].method.as_str(), requests[1].status),
        ("GET", 200)
    );
    let all = format!("{requests:?}");
    for secret in [token.as_str(), code.as_str(), sandbox::PRACTICE_APP_SECRET] {
        assert!(!all.contains(secret), "the log must hold no value");
    }
    assert_eq!(stage.control.count(Endpoint::Profile), 2);
    stage.control.clear_requests();
    assert_eq!(stage.control.count(Endpoint::Profile), 0);
}

#[tokio::test]
async fn the_same_seed_and_requests_give_the_same_answers() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let stage = stage().await;
        let code = stage.code(&stage.first());
        let (_, short) = stage.exchange(&[("code", &code)]).await;
        seen.push((code, short.to_string(), stage.control.accounts()));
        stage.sandbox.stop().await;
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(BOTH.split(',').count(), 2);
}
