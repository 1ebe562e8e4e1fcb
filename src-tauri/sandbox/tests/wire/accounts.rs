//! What happens to an account, and how Meta says it.

use sandbox::{Change, OddAnswer};
use serde_json::json;

use crate::support::{HOUR, PUBLISH, numbers, stage, text};

#[tokio::test]
async fn every_trouble_has_its_numbers() {
    let cases: [(Change, u16, &str, i64, Option<i64>); 12] = [
        (
            Change::TwoFactorChanged { on: true },
            400,
            "OAuthException",
            190,
            Some(460),
        ),
        (
            Change::PasswordChanged,
            400,
            "OAuthException",
            190,
            Some(460),
        ),
        (Change::AppRemoved, 400, "OAuthException", 190, Some(458)),
        (Change::LoggedOut, 400, "OAuthException", 190, Some(467)),
        (Change::CheckpointSet, 400, "OAuthException", 190, Some(459)),
        (Change::Unconfirmed, 400, "OAuthException", 190, Some(464)),
        (
            Change::Restricted,
            400,
            "OAuthException",
            25,
            Some(2_207_050),
        ),
        (
            Change::ActionBlocked,
            403,
            "OAuthException",
            4,
            Some(2_207_051),
        ),
        (
            Change::RateLimited { minutes: 30 },
            400,
            "OAuthException",
            80_002,
            None,
        ),
        (Change::MadePersonal, 400, "OAuthException", 10, None),
        (Change::RoleLost, 400, "IGApiException", 100, None),
        (
            Change::PermissionWithdrawn("instagram_business_basic".into()),
            400,
            "OAuthException",
            10,
            None,
        ),
    ];
    for (change, status, kind, code, subcode) in cases {
        let stage = stage().await;
        let account = stage.first();
        let token = stage.control.mint_token(&account).unwrap();
        stage.control.apply(&account, change.clone()).unwrap();
        let (found, body) = stage.graph("v26.0/me?fields=user_id", &token).await;
        assert_eq!(
            (found, numbers(&body)),
            (status, (code, subcode)),
            "{change:?}: {body}"
        );
        assert_eq!(body["error"]["type"], json!(kind), "{change:?}");
        assert_eq!(text(&body["error"], "fbtrace_id").len(), 23);
        let other = stage.control.accounts()[1].id.clone();
        let healthy = stage.control.mint_token(&other).unwrap();
        assert_eq!(
            stage.graph("me", &healthy).await.0,
            200,
            "{change:?} is one account's"
        );
    }
}

#[tokio::test]
async fn what_can_be_cleared_leaves_the_token_alive() {
    let cases = [
        (Change::CheckpointSet, Change::CheckpointCleared),
        (Change::Unconfirmed, Change::Confirmed),
        (Change::Restricted, Change::Unrestricted),
        (Change::ActionBlocked, Change::ActionUnblocked),
        (Change::RateLimited { minutes: 5 }, Change::RateLimitCleared),
        (Change::RoleLost, Change::RoleRestored),
        (Change::MadePersonal, Change::MadeProfessional),
    ];
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    for (trouble, cure) in cases {
        stage.control.apply(&account, trouble.clone()).unwrap();
        assert_ne!(stage.graph("me", &token).await.0, 200, "{trouble:?}");
        stage.control.apply(&account, cure).unwrap();
        assert_eq!(
            stage.graph("me", &token).await.0,
            200,
            "{trouble:?} is over"
        );
    }
}

#[tokio::test]
async fn the_first_ending_of_a_token_is_the_one_that_is_told() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    stage.control.apply(&account, Change::AppRemoved).unwrap();
    stage
        .control
        .apply(&account, Change::PasswordChanged)
        .unwrap();
    assert_eq!(
        numbers(&stage.graph("me", &token).await.1),
        (190, Some(458))
    );
    let next = stage.control.mint_token(&account).unwrap();
    assert_eq!(
        stage.graph("me", &next).await.0,
        200,
        "a new token has a new life"
    );
}

#[tokio::test]
async fn an_account_limit_ends_by_itself_and_the_header_says_when() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    stage
        .control
        .apply(&account, Change::RateLimited { minutes: 30 })
        .unwrap();
    let address = format!("{}/graph/me", stage.origin);
    let response = stage
        .client
        .get(address)
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    let usage = response.headers()["x-business-use-case-usage"]
        .to_str()
        .unwrap();
    let usage: serde_json::Value = serde_json::from_str(usage).unwrap();
    assert_eq!(
        usage[&account][0]["estimated_time_to_regain_access"],
        json!(30)
    );
    assert_eq!(usage[&account][0]["type"], json!("instagram"));
    stage.control.advance(HOUR / 2);
    assert_eq!(stage.graph("me", &token).await.0, 200);
}

#[tokio::test]
async fn a_withdrawn_permission_is_felt_only_where_it_is_needed() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    stage
        .control
        .apply(&account, Change::PermissionWithdrawn(PUBLISH.into()))
        .unwrap();
    assert_eq!(stage.graph("me", &token).await.0, 200);
    let (_, body) = stage.graph("me/content_publishing_limit", &token).await;
    assert_eq!(numbers(&body).0, 10);
    let again = stage.code(&account);
    assert!(!again.is_empty());
    let (status, _) = stage.graph("me/content_publishing_limit", &token).await;
    assert_eq!(status, 200, "a new consent gives it back");
}

#[tokio::test]
async fn a_renamed_account_keeps_its_ids_and_its_token() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    let fields = "me?fields=user_id,username";
    let (_, before) = stage.graph(fields, &token).await;
    stage
        .control
        .apply(&account, Change::Renamed("new.name".into()))
        .unwrap();
    let (_, after) = stage.graph(fields, &token).await;
    assert_eq!(after["username"], json!("new.name"));
    assert_eq!(
        (&after["id"], &after["user_id"]),
        (&before["id"], &before["user_id"])
    );
}

#[tokio::test]
async fn an_odd_answer_comes_as_it_is() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    for (body, kind) in [
        ("{\"x\":1}", "application/json"),
        ("<h1>?</h1>", "text/html"),
    ] {
        let odd = OddAnswer {
            status: 418,
            body: body.to_owned(),
        };
        stage
            .control
            .apply(&account, Change::AnswersOddly(odd))
            .unwrap();
        let address = format!("{}/graph/me", stage.origin);
        let response = stage
            .client
            .get(address)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 418);
        assert!(
            response.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with(kind)
        );
        assert_eq!(response.text().await.unwrap(), body);
    }
    stage
        .control
        .apply(&account, Change::AnswersNormally)
        .unwrap();
    assert_eq!(stage.graph("me", &token).await.0, 200);
}

#[tokio::test]
async fn nobody_can_be_changed_who_does_not_exist() {
    let stage = stage().await;
    assert!(stage.control.apply("1", Change::PasswordChanged).is_err());
    assert!(stage.control.account("1").is_err());
}
