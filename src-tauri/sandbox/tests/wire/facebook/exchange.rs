//! Code to user token, and sixty more days.

use sandbox::{MetaApp, PRACTICE_APP_ID, PRACTICE_FACEBOOK_APP_SECRET};
use serde_json::json;

use super::{LOCALHOST, message};
use crate::support::{DAY, HOUR, json, numbers, stage, text};

#[tokio::test]
async fn a_code_gives_a_short_lived_token_and_that_one_of_sixty_days() {
    let stage = stage().await;
    let code = stage.facebook_code(&stage.somebody().id);
    let (status, short) = stage.facebook_exchange(&[("code", &code)]).await;
    assert_eq!(status, 200, "{short}");
    assert_eq!(short["token_type"], json!("bearer"));
    let seconds = short["expires_in"].as_i64().unwrap();
    assert!((3_600..=7_200).contains(&seconds), "one to two hours");
    let token = text(&short, "access_token");
    assert!(token.starts_with("EAA"));
    let (_, me) = stage.facebook("me?fields=id,name", token).await;
    assert_eq!(me["name"], json!(stage.somebody().name));
    assert_ne!(me["id"], json!(stage.somebody().id), "ids are given by app");

    let exchange = [
        ("grant_type", "fb_exchange_token"),
        ("fb_exchange_token", token),
        ("redirect_uri", "(absent)"),
    ];
    let (status, long) = stage.facebook_exchange(&exchange).await;
    assert_eq!(
        (status, &long["expires_in"]),
        (200, &json!(5_183_944)),
        "{long}"
    );
    let long = text(&long, "access_token").to_owned();
    stage.control.advance(2 * HOUR);
    let (_, dead) = stage.facebook("me", token).await;
    assert_eq!(numbers(&dead), (190, Some(463)));
    assert_eq!(stage.facebook("me", &long).await.0, 200);

    stage.control.advance(50 * DAY);
    let extend = [
        ("grant_type", "fb_exchange_token"),
        ("fb_exchange_token", long.as_str()),
    ];
    let (status, next) = stage.facebook_exchange(&extend).await;
    assert_eq!(status, 200, "a living token is extended: {next}");
    stage.control.advance(20 * DAY);
    assert_eq!(
        numbers(&stage.facebook("me", &long).await.1),
        (190, Some(463))
    );
    assert_eq!(
        stage.facebook("me", text(&next, "access_token")).await.0,
        200
    );
    let (_, late) = stage.facebook_exchange(&extend).await;
    assert_eq!(numbers(&late), (190, Some(463)), "an expired one is not");
}

#[tokio::test]
async fn a_wrong_exchange_is_refused_in_the_graph_envelope() {
    let stage = stage().await;
    let code = stage.facebook_code(&stage.somebody().id);
    let slash = format!("{LOCALHOST}/");
    for (name, value, code_and_sub, words) in [
        (
            "client_id",
            "(absent)",
            (101, None),
            "Missing client_id parameter.",
        ),
        (
            "redirect_uri",
            "(absent)",
            (191, None),
            "Missing redirect_uri parameter.",
        ),
        (
            "client_id",
            "123",
            (101, None),
            "Error validating application.",
        ),
        (
            "client_id",
            PRACTICE_APP_ID,
            (101, None),
            "Error validating application.",
        ),
        (
            "client_secret",
            "wrong",
            (1, None),
            "Error validating client secret.",
        ),
        (
            "redirect_uri",
            &slash,
            (100, Some(36_008)),
            "Error validating verification code.",
        ),
        (
            "code",
            "AQnothing",
            (100, None),
            "Invalid verification code format.",
        ),
        (
            "grant_type",
            "password",
            (100, None),
            "Invalid grant_type: password",
        ),
    ] {
        let (status, body) = stage
            .facebook_exchange(&[("code", &code), (name, value)])
            .await;
        assert_eq!(
            (status, numbers(&body)),
            (400, code_and_sub),
            "{name}: {body}"
        );
        assert!(message(&body).starts_with(words), "{name}: {body}");
    }
    assert_eq!(stage.facebook_exchange(&[("code", &code)]).await.0, 200);
    let (_, used) = stage.facebook_exchange(&[("code", &code)]).await;
    assert_eq!(numbers(&used), (100, Some(36_009)));
    let late = stage.facebook_code(&stage.somebody().id);
    stage.control.advance(HOUR + 1);
    let (_, late) = stage.facebook_exchange(&[("code", &late)]).await;
    assert_eq!(numbers(&late), (100, Some(36_007)));
}

#[tokio::test]
async fn a_code_or_token_of_one_app_is_nothing_to_another() {
    let stage = stage().await;
    let other = MetaApp::numbered(1);
    stage.control.put_app(other.clone()).unwrap();
    let code = stage.facebook_code(&stage.somebody().id);
    let token = stage.user_token(&stage.somebody().id);
    let foreign = [
        ("client_id", other.facebook_app_id.as_str()),
        ("client_secret", other.facebook_app_secret.as_str()),
    ];
    let (_, body) = stage
        .facebook_exchange(&[foreign[0], foreign[1], ("code", &code)])
        .await;
    assert_eq!(message(&body), "Invalid verification code format.");
    let exchange = [
        foreign[0],
        foreign[1],
        ("grant_type", "fb_exchange_token"),
        ("fb_exchange_token", token.as_str()),
    ];
    let (_, body) = stage.facebook_exchange(&exchange).await;
    assert_eq!(numbers(&body).0, 190, "{body}");
    assert_eq!(stage.facebook_exchange(&[("code", &code)]).await.0, 200);
}

#[tokio::test]
async fn neither_hosts_tokens_are_readable_to_the_other() {
    let stage = stage().await;
    let instagram = stage.control.mint_token(&stage.first()).unwrap();
    let facebook = stage.user_token(&stage.somebody().id);
    for (status, body) in [
        stage.facebook("me", &instagram).await,
        stage.graph("v26.0/me", &facebook).await,
    ] {
        assert_eq!((status, numbers(&body)), (400, (190, None)));
        assert!(message(&body).contains("Cannot parse access token"));
    }
    let (_, body) = json(stage.get("/fb/v26.0/me").await).await;
    assert_eq!(numbers(&body).0, 2500, "no token at all");
}

#[tokio::test]
async fn what_a_saved_or_logged_world_holds_is_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let stage = crate::support::stage_with(sandbox::Config {
        snapshot: Some(path.clone()),
        ..crate::support::config()
    })
    .await;
    let code = stage.facebook_code(&stage.somebody().id);
    let (_, short) = stage.facebook_exchange(&[("code", &code)]).await;
    let user = text(&short, "access_token").to_owned();
    let page = stage.page_token(&user, &stage.place(0)).await;
    let saved = std::fs::read_to_string(path).unwrap();
    let logged = format!("{:?}", stage.control.requests());
    for secret in [&code, &user, &page, PRACTICE_FACEBOOK_APP_SECRET] {
        assert!(!saved.contains(secret) && !logged.contains(secret));
    }
}
