//! Instagram accounts behind Pages.

use sandbox::{Change, OddAnswer};
use serde_json::json;

use super::message;
use crate::support::{json, numbers, stage, text};

#[tokio::test]
async fn an_account_is_read_through_its_page() {
    let stage = stage().await;
    let user = stage.user_token(&stage.somebody().id);
    let token = stage.page_token(&user, &stage.place(0)).await;
    let account = stage.control.accounts()[0].clone();
    for token in [&token, &user] {
        let path = format!(
            "{}?fields=id,username,name,profile_picture_url,followers_count,media_count",
            account.id
        );
        let (status, body) = stage.facebook(&path, token).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["username"], json!(account.username));
        assert_eq!(body["media_count"], json!(account.media_count));
        assert_eq!(
            body["id"],
            json!(account.id),
            "the id Instagram Login calls user_id"
        );
    }
    let (_, bare) = stage.facebook(&account.id, &token).await;
    assert_eq!(bare, json!({ "id": account.id }));
    for absent in ["account_type", "user_id"] {
        let path = format!("{}?fields={absent}", account.id);
        let (_, body) = stage.facebook(&path, &token).await;
        assert!(
            message(&body).contains("nonexisting field"),
            "{absent}: {body}"
        );
    }
    let other = &stage.control.accounts()[1].id;
    let (_, body) = stage.facebook(other, &token).await;
    assert_eq!(numbers(&body), (100, Some(33)), "another Page's account");
    assert_eq!(stage.facebook(other, &user).await.0, 200);
}

#[tokio::test]
async fn its_media_its_quota_and_its_figures_are_those_of_the_other_route() {
    let stage = stage().await;
    let account = stage.first();
    let user = stage.user_token(&stage.somebody().id);
    let token = stage.page_token(&user, &stage.place(0)).await;
    let instagram = stage.control.mint_token(&account).unwrap();
    for edge in [
        "content_publishing_limit?fields=quota_usage,config",
        "insights?metric=reach&period=day",
    ] {
        let path = format!("{account}/{edge}");
        let (status, body) = stage.facebook(&path, &token).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body, stage.graph(&path, &instagram).await.1);
    }
    let mut address = format!("{}/fb/v26.0/{account}/media?limit=3", stage.origin);
    let mut seen = Vec::new();
    loop {
        let request = stage.client.get(&address).bearer_auth(&token);
        let (status, body) = json(request.send().await.unwrap()).await;
        assert_eq!(status, 200, "{body}");
        for item in body["data"].as_array().unwrap() {
            seen.push(text(item, "id").to_owned());
        }
        match body["paging"]["next"].as_str() {
            Some(next) => next.clone_into(&mut address),
            None => break,
        }
        assert!(address.contains("/fb/v26.0/"), "{address}");
    }
    let all: Vec<String> = stage
        .control
        .media(&account)
        .unwrap()
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert_eq!(seen, all);
    let (status, one) = stage
        .facebook(&format!("{}?fields=id,media_type", seen[0]), &token)
        .await;
    assert_eq!((status, &one["id"]), (200, &json!(seen[0])));
    let foreign = &stage
        .control
        .media(&stage.control.accounts()[1].id)
        .unwrap()[0]
        .0;
    let (_, body) = stage.facebook(foreign, &token).await;
    assert_eq!(numbers(&body), (100, Some(33)));
}

#[tokio::test]
async fn the_accounts_own_troubles_are_felt_here_and_its_password_is_not() {
    let stage = stage().await;
    let account = stage.first();
    let user = stage.user_token(&stage.somebody().id);
    let token = stage.page_token(&user, &stage.place(0)).await;
    for (trouble, cure, expected) in [
        (
            Change::Restricted,
            Change::Unrestricted,
            (25, Some(2_207_050)),
        ),
        (
            Change::ActionBlocked,
            Change::ActionUnblocked,
            (4, Some(2_207_051)),
        ),
        (
            Change::RateLimited { minutes: 9 },
            Change::RateLimitCleared,
            (80_002, None),
        ),
        (Change::MadePersonal, Change::MadeProfessional, (10, None)),
    ] {
        stage.control.apply(&account, trouble.clone()).unwrap();
        let (_, body) = stage.facebook(&account, &token).await;
        assert_eq!(numbers(&body), expected, "{trouble:?}");
        stage.control.apply(&account, cure).unwrap();
        assert_eq!(
            stage.facebook(&account, &token).await.0,
            200,
            "{trouble:?} is over"
        );
    }
    for harmless in [
        Change::PasswordChanged,
        Change::CheckpointSet,
        Change::RoleLost,
    ] {
        stage.control.apply(&account, harmless.clone()).unwrap();
        assert_eq!(
            stage.facebook(&account, &token).await.0,
            200,
            "{harmless:?}"
        );
    }
    let odd = OddAnswer {
        status: 418,
        body: "{\"x\":1}".to_owned(),
    };
    stage
        .control
        .apply(&account, Change::AnswersOddly(odd))
        .unwrap();
    assert_eq!(
        stage.facebook(&account, &token).await,
        (418, json!({ "x": 1 }))
    );
}
