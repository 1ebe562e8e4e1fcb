//! Codes and the two exchanges.

use sandbox::{Change, MetaApp, Mint, PRACTICE_APP_SECRET, Shape};
use serde_json::json;

use crate::support::{BASIC, HOUR, PUBLISH, config, json, numbers, stage, stage_with, text};

#[tokio::test]
async fn a_wrong_exchange_is_refused_in_the_other_envelope() {
    let stage = stage().await;
    let code = stage.code(&stage.first());
    let spoiled = format!("{code}#_");
    let cases = [
        ("client_id", "123", "Invalid platform app"),
        ("client_id", "(absent)", "Missing required field client_id"),
        ("client_secret", "wrong", "Error validating client secret."),
        (
            "client_secret",
            "(absent)",
            "Missing required field client_secret",
        ),
        (
            "grant_type",
            "refresh_token",
            "Invalid grant_type: refresh_token",
        ),
        (
            "redirect_uri",
            "http://127.0.0.1:17423/callback/",
            "Error validating verification code.",
        ),
        (
            "code",
            "AQnothing",
            "Matching code was not found or was already used",
        ),
        (
            "code",
            &spoiled,
            "Matching code was not found or was already used",
        ),
    ];
    for (name, value, words) in cases {
        let mut fields = vec![("code", code.as_str())];
        fields.push((name, value));
        let (status, body) = stage.exchange(&fields).await;
        assert_eq!(
            (status, &body["code"]),
            (400, &json!(400)),
            "{name}: {body}"
        );
        assert_eq!(body["error_type"], json!("OAuthException"));
        assert!(
            text(&body, "error_message").starts_with(words),
            "{name}: {body}"
        );
    }
    let (status, _) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(status, 200, "none of those used the code up");
}

#[tokio::test]
async fn a_code_works_once_and_for_an_hour() {
    let stage = stage().await;
    let used = stage.code(&stage.first());
    assert_eq!(stage.exchange(&[("code", &used)]).await.0, 200);
    assert_eq!(stage.exchange(&[("code", &used)]).await.0, 400, "used");

    let just_in_time = stage.code(&stage.first());
    stage.control.advance(HOUR);
    assert_eq!(stage.exchange(&[("code", &just_in_time)]).await.0, 200);
    let late = stage.code(&stage.first());
    stage.control.advance(HOUR + 1);
    assert_eq!(stage.exchange(&[("code", &late)]).await.0, 400, "expired");
}

#[tokio::test]
async fn the_exchange_also_reads_multipart() {
    let stage = stage().await;
    let code = stage.code(&stage.first());
    let fields = [
        ("client_id", sandbox::PRACTICE_APP_ID),
        ("client_secret", PRACTICE_APP_SECRET),
        ("grant_type", "authorization_code"),
        ("redirect_uri", sandbox::PRACTICE_REDIRECT),
        ("code", &code),
    ];
    let part = |(name, value): &(&str, &str)| {
        format!("--b1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body: String = fields.iter().map(part).collect::<String>() + "--b1--\r\n";
    let request = stage
        .client
        .post(format!("{}/api/oauth/access_token", stage.origin))
        .header("content-type", "multipart/form-data; boundary=b1")
        .body(body);
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_documented_shape_is_another_one() {
    let stage = stage().await;
    let account = stage.first();
    stage.control.token_shape(Shape::Documented);
    let (_, body) = stage.exchange(&[("code", &stage.code(&account))]).await;
    let first = &body["data"][0];
    assert_eq!(first["user_id"], json!(account), "documented: text");
    assert_eq!(first["permissions"], json!(format!("{BASIC},{PUBLISH}")));
}

#[tokio::test]
async fn a_live_id_is_a_number_that_a_float_would_change() {
    let stage = stage().await;
    let account = stage.first();
    let (_, body) = stage.exchange(&[("code", &stage.code(&account))]).await;
    let id = body["user_id"].as_u64().unwrap();
    assert_eq!(id.to_string(), account);
    assert_ne!(id as f64 as u64, id);
}

#[tokio::test]
async fn a_short_lived_token_ends_after_an_hour() {
    let stage = stage().await;
    let (_, short) = stage
        .exchange(&[("code", &stage.code(&stage.first()))])
        .await;
    let token = text(&short, "access_token");
    stage.control.advance(HOUR - 1);
    assert_eq!(stage.graph("me", token).await.0, 200);
    stage.control.advance(1);
    let (_, body) = stage.graph("me", token).await;
    assert_eq!(numbers(&body), (190, Some(463)));
    assert_eq!(numbers(&stage.lengthen(token).await.1), (190, Some(463)));
}

#[tokio::test]
async fn a_long_lived_token_cannot_be_exchanged_and_still_works() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    let (status, body) = stage.lengthen(&token).await;
    assert_eq!((status, numbers(&body)), (400, (452, Some(4_279_019))));
    assert!(text(&body["error"], "message").starts_with("Session key invalid"));
    assert_eq!(stage.graph("me", &token).await.0, 200);
}

#[tokio::test]
async fn a_wrong_long_lived_exchange_is_refused() {
    let stage = stage().await;
    let (_, short) = stage
        .exchange(&[("code", &stage.code(&stage.first()))])
        .await;
    let token = text(&short, "access_token");
    for query in [
        format!("grant_type=ig_exchange_token&access_token={token}"),
        format!("grant_type=ig_exchange_token&client_secret=wrong&access_token={token}"),
        format!("grant_type=other&client_secret={PRACTICE_APP_SECRET}&access_token={token}"),
        format!("client_secret={PRACTICE_APP_SECRET}&access_token={token}"),
    ] {
        let (status, body) = json(stage.get(&format!("/graph/access_token?{query}")).await).await;
        assert_eq!((status, numbers(&body).0), (400, 100), "{body}");
    }
    let query = format!("grant_type=ig_exchange_token&client_secret={PRACTICE_APP_SECRET}");
    let (_, body) = json(stage.get(&format!("/graph/access_token?{query}")).await).await;
    assert_eq!(numbers(&body).0, 2500, "no token: {body}");
}

#[tokio::test]
async fn an_app_removed_between_the_steps_ends_the_way() {
    let stage = stage().await;
    let account = stage.first();
    let (_, short) = stage.exchange(&[("code", &stage.code(&account))]).await;
    stage.control.apply(&account, Change::AppRemoved).unwrap();
    let (_, body) = stage.lengthen(text(&short, "access_token")).await;
    assert_eq!(numbers(&body), (190, Some(458)));
}

#[tokio::test]
async fn a_minted_token_may_have_another_age_and_fewer_scopes() {
    let stage = stage().await;
    let account = stage.first();
    let mint = Mint {
        issued_at: Some(stage.control.now() - 59 * 24 * HOUR),
        scopes: Some([BASIC.to_owned()].into()),
        app_id: None,
    };
    let token = stage.control.mint(&account, mint).unwrap();
    assert_eq!(stage.graph("me", &token).await.0, 200);
    let (_, body) = stage.graph("me/content_publishing_limit", &token).await;
    assert_eq!(numbers(&body).0, 10);
    stage.control.advance(2 * 24 * HOUR);
    assert_eq!(
        numbers(&stage.graph("me", &token).await.1),
        (190, Some(463))
    );
    assert!(stage.control.mint_token("17").is_err());
}

#[tokio::test]
async fn codes_and_tokens_belong_to_one_app() {
    let mut config = config();
    let other = MetaApp {
        app_id: "990000000000002".to_owned(),
        app_secret: "another-secret".to_owned(),
        ..MetaApp::practice()
    };
    config.apps.push(other);
    let stage = stage_with(config).await;
    let account = stage.first();
    let code = stage.code(&account);
    let foreign = [
        ("code", code.as_str()),
        ("client_id", "990000000000002"),
        ("client_secret", "another-secret"),
    ];
    let (_, body) = stage.exchange(&foreign).await;
    assert!(text(&body, "error_message").starts_with("Matching code was not found"));
    let (_, short) = stage.exchange(&[("code", &code)]).await;
    let token = text(&short, "access_token");
    let path = format!(
        "/graph/access_token?grant_type=ig_exchange_token&client_secret=another-secret\
         &access_token={token}"
    );
    let (_, body) = json(stage.get(&path).await).await;
    assert_eq!(numbers(&body).0, 100, "the secret of another app: {body}");
    assert_eq!(stage.lengthen(token).await.0, 200);
}
