//! From the consent dialog to the long-lived token, and the check of the app.

use super::*;

#[test]
fn the_consent_address_has_the_documented_parameters() {
    let (facebook, _) = answering(200, "{}");
    let scopes = Scopes::parse("pages_show_list,instagram_basic");
    let address = |asked, again| {
        let redirect = "https://connect.example.org/cb";
        let address = facebook.consent_address("100000000000001", redirect, &asked, "9f2c", again);
        String::from(address)
    };
    let start = "https://www.facebook.com/v26.0/dialog/oauth?client_id=100000000000001\
                 &redirect_uri=https%3A%2F%2Fconnect.example.org%2Fcb&state=9f2c&response_type=code";
    assert_eq!(
        address(super::super::Asked::Permissions(&scopes), false),
        format!("{start}&scope=instagram_basic%2Cpages_show_list")
    );
    assert_eq!(
        address(super::super::Asked::Permissions(&scopes), true),
        format!("{start}&scope=instagram_basic%2Cpages_show_list&auth_type=rerequest")
    );
    assert_eq!(
        address(
            super::super::Asked::Configuration("3141592653589793"),
            false
        ),
        format!("{start}&config_id=3141592653589793"),
        "a configuration takes the place of the permissions"
    );
}

#[tokio::test]
async fn a_code_is_redeemed_in_the_query() {
    let body = r#"{"access_token":"EAABshort","token_type":"bearer","expires_in":5183}"#;
    let (facebook, asked) = answering(200, body);
    let redirect = "https://connect.example.org/cb";
    let answer = facebook.redeem(&app(), "AQBx-1", redirect).await;
    let short = answer.result.expect("a token");
    assert_eq!(short.token.expose_secret(), "EAABshort");
    assert_eq!(short.expires_in, Some(Duration::seconds(5_183)));
    assert_asked(
        &asked,
        "GET https://graph.facebook.com/v26.0/oauth/access_token",
        &[
            ("client_id", "990000000000001"),
            ("redirect_uri", redirect),
            ("client_secret", SECRET),
            ("code", "AQBx-1"),
        ],
        None,
    );
}

#[tokio::test]
async fn a_token_is_exchanged_in_the_query() {
    let (facebook, asked) = answering(200, r#"{"access_token":"EAABlong","expires_in":5183944}"#);
    let long = facebook.exchange(&app(), &token()).await.result;
    let long = long.expect("a token");
    assert_eq!(long.token.expose_secret(), "EAABlong");
    assert_eq!(long.expires_in, Some(Duration::seconds(5_183_944)));
    assert_asked(
        &asked,
        "GET https://graph.facebook.com/v26.0/oauth/access_token",
        &[
            ("grant_type", "fb_exchange_token"),
            ("client_id", "990000000000001"),
            ("client_secret", SECRET),
            ("fb_exchange_token", TOKEN),
        ],
        None,
    );
    let (facebook, _) = answering(200, r#"{"access_token":"EAABlong"}"#);
    let long = facebook.exchange(&app(), &token()).await.result;
    assert_eq!(long.expect("a token").expires_in, None, "not told");
    for odd in [r#"{"expires_in":1}"#, r#"{"access_token":"a b"}"#, "[]"] {
        let (facebook, _) = answering(200, odd);
        assert!(is_unrecognised(&facebook.exchange(&app(), &token()).await));
    }
}

#[tokio::test]
async fn an_app_is_asked_for_its_name_in_its_own_name() {
    let (facebook, asked) = answering(200, r#"{"id":"990000000000001","name":"Acme Desk"}"#);
    let name = facebook.check_app(&app()).await.result.expect("a name");
    assert_eq!(name, "Acme Desk");
    assert_asked(
        &asked,
        "GET https://graph.facebook.com/v26.0/990000000000001",
        &[
            ("fields", "id,name"),
            ("access_token", &format!("990000000000001|{SECRET}")),
            ("appsecret_proof", APPS_PROOF),
        ],
        None,
    );
    for odd in [
        r#"{"id":"1","name":"Another"}"#,
        r#"{"id":"990000000000001"}"#,
        "{}",
    ] {
        let (facebook, _) = answering(200, odd);
        assert!(is_unrecognised(&facebook.check_app(&app()).await), "{odd}");
    }
}
