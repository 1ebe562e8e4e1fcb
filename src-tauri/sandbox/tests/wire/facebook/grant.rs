//! Permissions, their withdrawal, and the inspection of tokens.

use reqwest::Method;
use sandbox::{FacebookManner, Manner, MetaApp, PersonChange, UserToken};
use serde_json::{Value, json};

use super::{APP_TOKEN, message};
use crate::support::{DAY, NOON, Stage, json, numbers, stage, text};

async fn delete(stage: &Stage, path: &str, token: &str) -> (u16, Value) {
    let address = format!("{}/fb/v26.0/{path}", stage.origin);
    let request = stage.client.request(Method::DELETE, address);
    json(request.bearer_auth(token).send().await.unwrap()).await
}

#[tokio::test]
async fn permissions_are_listed_as_granted_and_declined() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let token = stage.user_token(&person);
    let declined = PersonChange::PermissionDeclined("instagram_basic".to_owned());
    stage.control.apply_person(&person, declined).unwrap();
    let (_, body) = stage.facebook("me/permissions", &token).await;
    let list = body["data"].as_array().unwrap();
    assert!(list.contains(&json!({ "permission": "pages_show_list", "status": "granted" })));
    assert!(list.contains(&json!({ "permission": "instagram_basic", "status": "declined" })));
    let public = json!({ "permission": "public_profile", "status": "granted" });
    assert!(list.contains(&public));
    let scopes = stage.inspect(&token).await["scopes"].clone();
    assert!(
        !scopes
            .as_array()
            .unwrap()
            .contains(&json!("public_profile"))
    );
    let (_, body) = stage.facebook(&stage.first(), &token).await;
    assert_eq!(numbers(&body).0, 10, "and it is felt");
}

#[tokio::test]
async fn revoking_ends_every_page_of_the_person_and_app_and_nothing_else() {
    let stage = stage().await;
    let people = stage.control.people();
    stage.control.put_app(MetaApp::numbered(1)).unwrap();
    let user = stage.user_token(&people[0].id);
    let mut pages = Vec::new();
    for place in [0, 1] {
        pages.push(stage.page_token(&user, &stage.place(place)).await);
    }
    let somebody_else = stage.user_token(&people[1].id);
    let of_other_app = UserToken {
        app_id: Some(MetaApp::numbered(1).facebook_app_id),
        ..UserToken::default()
    };
    let of_other_app = stage
        .control
        .mint_user_token(&people[0].id, of_other_app)
        .unwrap();

    let (_, body) = delete(&stage, "me/permissions", &pages[0]).await;
    assert_eq!(numbers(&body).0, 190, "a Page's token will not do");
    let (_, me) = stage.facebook("me", &user).await;
    let path = format!("{}/permissions", text(&me, "id"));
    let (_, body) = delete(&stage, &path, &somebody_else).await;
    assert_eq!(numbers(&body), (100, Some(33)), "another person's grant");
    assert_eq!(
        delete(&stage, &path, &user).await,
        (200, json!({ "success": true }))
    );

    for dead in [&user, &pages[0], &pages[1]] {
        let (_, body) = stage.facebook("me", dead).await;
        assert_eq!(numbers(&body), (190, Some(458)));
        assert!(message(&body).contains("has not authorized application"));
    }
    for alive in [&somebody_else, &of_other_app] {
        assert_eq!(stage.facebook("me", alive).await.0, 200);
    }
    let again = stage.user_token(&people[0].id);
    assert_eq!(
        stage.facebook("me", &again).await.0,
        200,
        "a new consent starts anew"
    );
    assert_eq!(
        numbers(&stage.facebook("me", &user).await.1),
        (190, Some(458))
    );
}

#[tokio::test]
async fn one_permission_can_be_taken_back_alone() {
    let stage = stage().await;
    let token = stage.user_token(&stage.somebody().id);
    let path = "me/permissions/instagram_content_publish";
    assert_eq!(delete(&stage, path, &token).await.0, 200);
    let account = stage.first();
    let quota = format!("{account}/content_publishing_limit");
    assert_eq!(numbers(&stage.facebook(&quota, &token).await.1).0, 10);
    assert_eq!(stage.facebook(&account, &token).await.0, 200);
    assert!(
        stage.somebody().grants[0]
            .declined
            .contains("instagram_content_publish")
    );
}

#[tokio::test]
async fn a_token_is_inspected_with_the_apps_own() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let user = stage.user_token(&person);
    let page = stage.page_token(&user, &stage.place(0)).await;
    let data = stage.inspect(&page).await;
    assert_eq!(data["app_id"], json!("880000000000001"));
    assert_eq!(
        (&data["type"], &data["is_valid"]),
        (&json!("PAGE"), &json!(true))
    );
    assert_eq!(
        (&data["expires_at"], &data["issued_at"]),
        (&json!(0), &json!(NOON / 1_000))
    );
    assert_eq!(data["profile_id"], json!(stage.place(0)));
    assert_eq!(
        data["data_access_expires_at"],
        json!((NOON + 90 * DAY) / 1_000)
    );
    let (_, me) = stage.facebook("me", &user).await;
    assert_eq!(data["user_id"], me["id"]);
    let granular = data["granular_scopes"].as_array().unwrap();
    let of = |scope: &str| {
        granular
            .iter()
            .find(|it| it["scope"] == json!(scope))
            .unwrap()
    };
    assert_eq!(of("instagram_basic")["target_ids"], json!([stage.first()]));
    assert_eq!(of("pages_show_list")["target_ids"], json!([stage.place(0)]));
    let data = stage.inspect(&user).await;
    assert_eq!(data["type"], json!("USER"));
    assert_eq!(data["expires_at"], json!(NOON / 1_000 + 5_183_944));
    assert!(data.get("profile_id").is_none());

    stage.control.manner(Manner {
        facebook: FacebookManner {
            numeric_app_id: true,
            no_granular_scopes: true,
            ..FacebookManner::default()
        },
        ..Manner::default()
    });
    let data = stage.inspect(&page).await;
    assert_eq!(data["app_id"], json!(880_000_000_000_001_u64));
    assert!(data.get("granular_scopes").is_none());
}

#[tokio::test]
async fn a_bad_token_is_no_error_but_is_not_valid() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let token = stage.user_token(&person);
    stage
        .control
        .apply_person(&person, PersonChange::PasswordChanged)
        .unwrap();
    let data = stage.inspect(&token).await;
    assert_eq!(data["is_valid"], json!(false));
    assert_eq!(
        (&data["error"]["code"], &data["error"]["subcode"]),
        (&json!(190), &json!(460))
    );
    let instagram = stage.control.mint_token(&stage.first()).unwrap();
    for unknown in ["EAAnothing", &instagram] {
        let data = stage.inspect(unknown).await;
        assert_eq!(data["is_valid"], json!(false));
        assert!(
            text(&data["error"], "message").contains("Cannot parse"),
            "{data}"
        );
    }
}

#[tokio::test]
async fn only_the_right_app_may_inspect() {
    let stage = stage().await;
    let other = MetaApp::numbered(1);
    stage.control.put_app(other.clone()).unwrap();
    let token = stage.user_token(&stage.somebody().id);
    let path = format!("debug_token?input_token={token}");
    let foreign = format!("{}|{}", other.facebook_app_id, other.facebook_app_secret);
    let instagram = format!(
        "{}|{}",
        sandbox::PRACTICE_APP_ID,
        sandbox::PRACTICE_APP_SECRET
    );
    for (with, code, words) in [
        (foreign.as_str(), 100, "did not match the Viewing App"),
        (
            "880000000000001|wrong",
            190,
            "Invalid OAuth access token signature",
        ),
        (&instagram, 101, "Error validating application"),
        (&token, 100, "app access token"),
        ("nonsense", 190, "Cannot parse access token"),
    ] {
        let (_, body) = stage.facebook(&path, with).await;
        assert_eq!(numbers(&body).0, code, "{body}");
        assert!(message(&body).contains(words), "{body}");
    }
    let (_, body) = stage.facebook("debug_token", APP_TOKEN).await;
    assert_eq!(numbers(&body).0, 100, "nothing to look at");
}

#[tokio::test]
async fn an_app_sees_itself_with_its_own_token_and_nothing_else() {
    let stage = stage().await;
    let app = MetaApp::practice();
    let (status, body) = stage
        .facebook("880000000000001?fields=id,name", APP_TOKEN)
        .await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body, json!({ "id": "880000000000001", "name": app.name }));
    let page = stage.control.pages()[0].id.clone();
    for (path, with, code, words) in [
        (
            "880000000000001",
            "880000000000001|wrong",
            190,
            "Invalid OAuth access token signature",
        ),
        (
            "990000000000001",
            "990000000000001|wrong",
            101,
            "Error validating application",
        ),
        (page.as_str(), APP_TOKEN, 100, "does not exist"),
        ("880000000000001?fields=secret", APP_TOKEN, 100, "secret"),
    ] {
        let (_, body) = stage.facebook(path, with).await;
        assert_eq!(numbers(&body).0, code, "{body}");
        assert!(message(&body).contains(words), "{body}");
    }
}
