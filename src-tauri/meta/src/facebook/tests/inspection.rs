//! What Facebook knows of a token (Meta platform reference, B3).

use super::*;

/// The answer as documented.
const DOCUMENTED: &str = r#"{"data":{"app_id":"100000000000001","type":"PAGE","application":"Acme Desk",
    "data_access_expires_at":1799000000,"expires_at":0,"is_valid":true,"issued_at":1790000000,
    "scopes":["pages_show_list","instagram_basic"],
    "granular_scopes":[{"scope":"instagram_basic","target_ids":["17841400000000001"]},{"scope":"pages_show_list"}],
    "user_id":"10220000000000001","profile_id":"123450000000001"}}"#;

async fn inspect(body: &str) -> Answer<Inspected> {
    let (facebook, _) = answering(200, body);
    facebook.inspect(&app(), &token()).await
}

async fn read(body: &str) -> Inspected {
    inspect(body).await.result.expect(body)
}

fn at(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_timestamp(seconds, 0)
}

#[tokio::test]
async fn a_token_is_spoken_of_in_the_apps_name() {
    let (facebook, asked) = answering(200, DOCUMENTED);
    let answer = facebook.inspect(&app(), &token()).await;
    answer.result.expect("known");
    assert_asked(
        &asked,
        "GET https://graph.facebook.com/v26.0/debug_token",
        &[
            ("input_token", TOKEN),
            ("access_token", &format!("990000000000001|{SECRET}")),
            ("appsecret_proof", APPS_PROOF),
        ],
        None,
    );
}

#[tokio::test]
async fn everything_documented_is_read() {
    let targets = [(
        "instagram_basic".to_owned(),
        vec!["17841400000000001".to_owned()],
    )];
    let expected = Inspected {
        app_id: "100000000000001".into(),
        kind: Some("PAGE".into()),
        is_valid: true,
        issued_at: at(1_790_000_000),
        expires_at: None,
        data_access_until: at(1_799_000_000),
        scopes: Scopes::parse("instagram_basic,pages_show_list"),
        targets: BTreeMap::from(targets),
        person: Some("10220000000000001".into()),
        profile: Some("123450000000001".into()),
        error: None,
    };
    assert_eq!(read(DOCUMENTED).await, expected);
    let numbers = DOCUMENTED
        .replace("\"100000000000001\"", "100000000000001")
        .replace("[\"17841400000000001\"]", "[17841400000000001]")
        .replace("\"10220000000000001\"", "10220000000000001")
        .replace("1799000000", "\"1799000000\"");
    assert_eq!(
        read(&numbers).await,
        expected,
        "ids and moments are numbers or texts"
    );
}

#[tokio::test]
async fn an_end_is_told_from_none_and_a_list_of_nothing_from_no_list() {
    let ending = DOCUMENTED.replace("\"expires_at\":0", "\"expires_at\":1795183944");
    assert_eq!(read(&ending).await.expires_at, at(1_795_183_944));
    let endless = DOCUMENTED
        .replace("1799000000", "0")
        .replace("1790000000", "0");
    let endless = read(&endless).await;
    assert_eq!((endless.data_access_until, endless.issued_at), (None, None));

    let for_nothing = DOCUMENTED.replace("[\"17841400000000001\"]", "[]");
    let targets = read(&for_nothing).await.targets;
    assert_eq!(targets.get("instagram_basic"), Some(&Vec::new()));
    let for_all = DOCUMENTED.replace(",\"target_ids\":[\"17841400000000001\"]", "");
    assert_eq!(read(&for_all).await.targets, BTreeMap::new());
}

#[tokio::test]
async fn a_token_that_does_not_work_is_told_of_as_a_success() {
    let expired = r#"{"data":{"app_id":100000000000001,"type":"USER","application":"Acme Desk",
        "error":{"code":190,"message":"Error validating access token: The session has been invalidated","subcode":460},
        "expires_at":1795183944,"is_valid":false,"scopes":[],"user_id":"10220000000000001"}}"#;
    let inspected = read(expired).await;
    assert!(!inspected.is_valid && inspected.scopes.is_empty());
    let error = inspected.error.expect("an error");
    assert_eq!((error.code, error.subcode), (Some(190), Some(460)));

    let damaged = r#"{"data":{"error":{"code":190,"message":"Invalid OAuth access token."},"is_valid":false}}"#;
    let inspected = read(damaged).await;
    assert_eq!((inspected.app_id.as_str(), inspected.kind), ("", None));
}

#[tokio::test]
async fn what_is_not_of_this_shape_is_no_knowledge() {
    let changed = |from: &str, to: &str| {
        assert!(DOCUMENTED.contains(from), "{from}");
        DOCUMENTED.replace(from, to)
    };
    for odd in [
        "{}".to_owned(),
        r#"{"data":[]}"#.to_owned(),
        r#"{"data":{}}"#.to_owned(),
        r#"{"data":null}"#.to_owned(),
        changed("\"is_valid\":true,", ""),
        changed("\"is_valid\":true", "\"is_valid\":\"true\""),
        changed("\"is_valid\":true", "\"is_valid\":1"),
        changed("\"app_id\":\"100000000000001\",", ""),
        changed("\"100000000000001\"", "\"acme\""),
        changed("\"100000000000001\"", "1e14"),
        changed("\"expires_at\":0", "\"expires_at\":\"never\""),
        changed("\"expires_at\":0", "\"expires_at\":1.5"),
        changed("\"expires_at\":0", "\"expires_at\":99999999999999999"),
        changed("1799000000", "{}"),
        changed("[\"pages_show_list\",\"instagram_basic\"]", "7"),
        changed("[\"17841400000000001\"]", "[{}]"),
        changed("[\"17841400000000001\"]", "\"all\""),
        changed("\"123450000000001\"", "[]"),
        changed("\"is_valid\":true", "\"is_valid\":false,\"error\":\"x\""),
    ] {
        assert!(is_unrecognised(&inspect(&odd).await), "{odd}");
    }
}
