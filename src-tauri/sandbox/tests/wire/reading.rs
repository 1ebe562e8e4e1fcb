//! Profile, media, quota, headers, and the addresses that do not exist.

use sandbox::{Change, Shape};
use serde_json::{Value, json};

use crate::support::{NOON, json, numbers, stage, text};

const ALL: &str = "user_id,username,name,account_type,profile_picture_url,followers_count,\
                   follows_count,media_count";

#[tokio::test]
async fn only_the_fields_asked_for_come_and_the_id_always() {
    let stage = stage().await;
    let account = stage.control.accounts()[0].clone();
    let token = stage.control.mint_token(&account.id).unwrap();
    let keys = |body: &Value| body.as_object().unwrap().len();
    let (_, bare) = stage.graph("me", &token).await;
    assert_eq!(keys(&bare), 1);
    assert_eq!(text(&bare, "id").len(), 17);
    let (_, full) = stage.graph(&format!("v25.0/me?fields={ALL}"), &token).await;
    assert_eq!(keys(&full), 9);
    assert_eq!(full["username"], json!(account.username));
    assert!(matches!(
        text(&full, "account_type"),
        "BUSINESS" | "MEDIA_CREATOR"
    ));
    let (_, body) = stage.graph("me?fields=user_id,email", &token).await;
    assert_eq!(numbers(&body).0, 100);
    for node in [text(&full, "id"), &account.id] {
        let (_, own) = stage.graph(&format!("{node}?fields=user_id"), &token).await;
        assert_eq!(
            own["user_id"],
            json!(account.id),
            "both ids name the account"
        );
    }
}

#[tokio::test]
async fn the_documented_profile_is_wrapped_and_spelled_otherwise() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    stage.control.profile_shape(Shape::Documented);
    let (_, body) = stage.graph("me?fields=user_id,account_type", &token).await;
    let kind = text(&body["data"][0], "account_type");
    assert!(matches!(kind, "Business" | "Media_Creator"), "{body}");
}

#[tokio::test]
async fn header_and_query_both_carry_the_token() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    let in_query = stage
        .get(&format!("/graph/v26.0/me?access_token={token}"))
        .await;
    assert_eq!(in_query.status(), 200);
    let (status, _) = stage.graph("me", &token).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_said_in_the_graph_envelope() {
    let stage = stage().await;
    let accounts = stage.control.accounts();
    let token = stage.control.mint_token(&accounts[0].id).unwrap();
    let foreign = format!("{}?fields=id", accounts[1].id);
    let media = "18000000000000001".to_owned();
    let cases = [
        ("me", "", (2500, None), "OAuthException"),
        ("me", "IGAAnonsense", (190, None), "OAuthException"),
        (&foreign, &token, (100, Some(33)), "GraphMethodException"),
        (&media, &token, (100, Some(33)), "GraphMethodException"),
        ("me/permissions", &token, (100, None), "IGApiException"),
        ("debug_token", &token, (2500, None), "IGApiException"),
        ("v99.0/me", &token, (2500, None), "IGApiException"),
        ("me?date_format=U", &token, (100, None), "OAuthException"),
    ];
    for (path, token, expected, kind) in cases {
        let (status, body) = stage.graph(path, token).await;
        assert_eq!((status, numbers(&body)), (400, expected), "{path}: {body}");
        assert_eq!(body["error"]["type"], json!(kind), "{path}");
    }
    let (status, _) = stage.graph("me?pretty=1&debug=all", &token).await;
    assert_eq!(status, 200, "pretty and debug are ignored");
}

#[tokio::test]
async fn no_call_revokes() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    for path in ["me/permissions", "me"] {
        let address = format!("{}/graph/{path}", stage.origin);
        let response = stage
            .client
            .delete(address)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        let (status, body) = json(response).await;
        assert_eq!((status, numbers(&body).0), (400, 100));
        assert!(text(&body["error"], "message").ends_with("method type: delete"));
    }
    assert_eq!(
        stage.graph("me", &token).await.0,
        200,
        "the grant is untouched"
    );
}

#[tokio::test]
async fn an_instagram_token_is_unreadable_to_facebook() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    let (_, body) = json(
        stage
            .get(&format!("/fb/graph/v26.0/me?access_token={token}"))
            .await,
    )
    .await;
    assert_eq!(numbers(&body), (190, None));
    assert!(text(&body["error"], "message").contains("Cannot parse access token"));
}

#[tokio::test]
async fn answers_carry_metas_headers_and_the_sandboxs_date() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    let response = stage.get(&format!("/graph/me?access_token={token}")).await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("date"), "Sun, 01 Nov 2026 12:00:00 GMT");
    assert_eq!(header("content-type"), "application/json; charset=UTF-8");
    let usage: Value = serde_json::from_str(&header("x-app-usage")).unwrap();
    assert!(usage["call_count"].is_u64() && usage["total_cputime"].is_u64());
    let usage: Value = serde_json::from_str(&header("x-business-use-case-usage")).unwrap();
    assert_eq!(
        usage[&account][0]["estimated_time_to_regain_access"],
        json!(0)
    );
    stage.control.advance(86_400_000);
    let later = stage.get("/graph/me").await;
    assert_eq!(
        later.headers()["date"].to_str().unwrap(),
        "Mon, 02 Nov 2026 12:00:00 GMT"
    );
    assert_eq!(stage.control.now(), NOON + 86_400_000);
}

#[tokio::test]
async fn media_are_followed_page_by_page_to_the_last() {
    let stage = stage().await;
    let account = stage.control.accounts()[0].clone();
    let token = stage.control.mint_token(&account.id).unwrap();
    let fields = "id,caption,media_type,media_url,permalink,timestamp";
    let mut path = format!("{}/media?fields={fields}&limit=7", account.id);
    let mut ids = Vec::new();
    loop {
        let (status, body) = stage.graph(&path, &token).await;
        assert_eq!(status, 200, "{body}");
        for media in body["data"].as_array().unwrap() {
            assert!(matches!(
                text(media, "media_type"),
                "IMAGE" | "VIDEO" | "CAROUSEL_ALBUM"
            ));
            assert!(text(media, "timestamp").ends_with("+0000"));
            ids.push(text(media, "id").to_owned());
        }
        assert!(body["paging"]["cursors"]["after"].is_string());
        let Some(next) = body["paging"]["next"].as_str() else {
            break;
        };
        assert!(
            !next.contains(&token),
            "a header token does not slip into the next address"
        );
        path = next
            .strip_prefix(&format!("{}/graph/", stage.origin))
            .unwrap()
            .to_owned();
    }
    assert_eq!(ids.len() as u64, account.media_count);
    ids.dedup();
    assert_eq!(ids.len() as u64, account.media_count, "no media twice");
    let (_, one) = stage
        .graph(&format!("{}?fields=caption", ids[3]), &token)
        .await;
    assert_eq!(one["id"], json!(ids[3]));
}

#[tokio::test]
async fn what_is_published_comes_first_and_what_is_taken_down_shifts_no_page() {
    let stage = stage().await;
    let account = stage.control.accounts()[0].clone();
    let token = stage.control.mint_token(&account.id).unwrap();
    let (_, before) = stage.graph("me/media?limit=2", &token).await;
    let cursor = text(&before["paging"]["cursors"], "after").to_owned();
    let last = text(&before["data"][1], "id").to_owned();
    let (_, next) = stage
        .graph(&format!("me/media?limit=2&after={cursor}"), &token)
        .await;
    let apply = |change| stage.control.apply(&account.id, change).unwrap();
    apply(Change::Published);
    apply(Change::TakenDown(last.clone()));
    let (_, first) = stage
        .graph("me/media?fields=timestamp&limit=2", &token)
        .await;
    assert_ne!(first["data"][0]["id"], before["data"][0]["id"]);
    assert_eq!(first["data"][1]["id"], before["data"][0]["id"]);
    let (_, again) = stage
        .graph(&format!("me/media?limit=2&after={cursor}"), &token)
        .await;
    assert_eq!(
        again["data"], next["data"],
        "the cursor names what was taken down"
    );
    let told = stage.control.media(&account.id).unwrap();
    assert_eq!(told.len() as u64, account.media_count);
    assert!(told.iter().all(|(id, _)| *id != last));
    let (_, profile) = stage.graph("me?fields=media_count", &token).await;
    assert_eq!(profile["media_count"], json!(account.media_count));
}

#[tokio::test]
async fn pages_can_be_read_backwards_and_nonsense_is_refused() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    let (_, first) = stage.graph("me/media?limit=2", &token).await;
    let after = text(&first["paging"]["cursors"], "after").to_owned();
    let (_, second) = stage
        .graph(&format!("me/media?limit=2&after={after}"), &token)
        .await;
    let before = text(&second["paging"]["cursors"], "before").to_owned();
    let (_, again) = stage
        .graph(&format!("me/media?limit=2&before={before}"), &token)
        .await;
    assert_eq!(again["data"], first["data"]);
    for query in ["after=xyz", "limit=many"] {
        let (_, body) = stage.graph(&format!("me/media?{query}"), &token).await;
        assert_eq!(numbers(&body).0, 100, "{query}");
    }
}

#[tokio::test]
async fn pictures_come_from_here() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    let (_, me) = stage.graph("me?fields=profile_picture_url", &token).await;
    let picture = stage
        .client
        .get(text(&me, "profile_picture_url"))
        .send()
        .await
        .unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn the_quota_has_its_shape() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    let path = "me/content_publishing_limit?fields=quota_usage,config";
    let (_, body) = stage.graph(path, &token).await;
    assert_eq!(
        body["data"][0]["config"],
        json!({"quota_total": 50, "quota_duration": 86_400})
    );
    assert!(body["data"][0]["quota_usage"].is_u64());
}
