//! The consent page: what it refuses without ever returning, and whom it remembers.

use sandbox::{Change, ConsentAnswer, ControlError, Outage};
use serde_json::json;

use crate::support::{
    BASIC, BOTH, PUBLISH, Place, config, consent_query, parameter, stage, stage_with, text,
};

const INVALID: &str = "Invalid Request: Request parameters are invalid: ";

#[tokio::test]
async fn a_wrong_request_shows_an_error_and_never_returns() {
    let stage = stage().await;
    let cases: [(&str, &str, u16, String); 13] = [
        (
            "client_id",
            "(absent)",
            404,
            "Sorry, this page isn&#39;t available".into(),
        ),
        (
            "client_id",
            "not-a-number",
            404,
            "Sorry, this page isn&#39;t available".into(),
        ),
        (
            "client_id",
            "123",
            400,
            format!("{INVALID}Invalid platform app"),
        ),
        (
            "redirect_uri",
            "(absent)",
            400,
            format!("{INVALID}Invalid redirect_uri"),
        ),
        (
            "redirect_uri",
            "https://evil.example/",
            400,
            format!("{INVALID}Invalid redirect_uri"),
        ),
        (
            "redirect_uri",
            "http://127.0.0.1:17423/callback/",
            400,
            format!("{INVALID}Invalid redirect_uri"),
        ),
        (
            "redirect_uri",
            "http://localhost:17423/callback",
            400,
            format!("{INVALID}Invalid redirect_uri"),
        ),
        (
            "response_type",
            "token",
            400,
            format!("{INVALID}Invalid response type: token"),
        ),
        (
            "scope",
            "business_basic",
            400,
            format!("{INVALID}Invalid scope field(s): business_basic"),
        ),
        (
            "scope",
            "instagram_business_basic,user_media",
            400,
            format!("{INVALID}Invalid scope field(s): user_media"),
        ),
        ("scope", "(absent)", 400, format!("Invalid Scopes: {BASIC}")),
        ("scope", PUBLISH, 400, format!("Invalid Scopes: {BASIC}")),
        (
            "client_id",
            "",
            404,
            "Sorry, this page isn&#39;t available".into(),
        ),
    ];
    for (name, value, expected, words) in cases {
        let place = stage.browser().open(&consent_query(&[(name, value)])).await;
        let Place::Page { status, html } = place else {
            panic!("{name}={value} left the page")
        };
        assert_eq!(status, expected, "{name}={value}");
        assert!(
            html.contains(&format!("id=\"error\" class=\"error\">{words}")),
            "{name}: {html}"
        );
    }
}

#[tokio::test]
async fn a_doubled_parameter_and_the_retired_host_are_no_page() {
    let stage = stage().await;
    let doubled = format!("{}&state=other", consent_query(&[]));
    for path in [doubled, consent_query(&[]).replace("/www/", "/api/")] {
        let Place::Page { status, html } = stage.browser().open(&path).await else {
            panic!()
        };
        assert_eq!(status, 404);
        assert!(html.contains("this page isn&#39;t available"));
    }
}

#[tokio::test]
async fn a_scope_that_is_not_enabled_fails_the_whole_request() {
    let mut config = config();
    config.apps[0].scopes = vec![BASIC.to_owned()];
    let stage = stage_with(config).await;
    let place = stage
        .browser()
        .open(&consent_query(&[("scope", BOTH)]))
        .await;
    assert!(place.html().contains(&format!("Invalid Scopes: {PUBLISH}")));
}

#[tokio::test]
async fn scopes_may_come_with_spaces() {
    let stage = stage().await;
    let chooser = stage
        .browser()
        .open(&consent_query(&[("scope", &BOTH.replace(',', " "))]))
        .await;
    assert!(chooser.html().contains("id=\"account-"));
}

#[tokio::test]
async fn strict_redirects_refuse_plain_http_even_if_registered() {
    let https = "https://connect.example.org/cb";
    let mut config = config();
    config.strict_redirects = true;
    config.apps[0].redirect_uris.push(https.to_owned());
    let stage = stage_with(config).await;
    let plain = stage.browser().open(&consent_query(&[])).await;
    assert!(plain.html().contains("Invalid redirect_uri"));
    let fine = stage
        .browser()
        .open(&consent_query(&[("redirect_uri", https)]))
        .await;
    assert!(fine.html().contains("id=\"account-"));
    let longer = format!("{https}/");
    let slash = stage
        .browser()
        .open(&consent_query(&[("redirect_uri", &longer)]))
        .await;
    assert!(
        slash.html().contains("Invalid redirect_uri"),
        "the whole string is compared"
    );
}

#[tokio::test]
async fn strict_redirects_refuse_what_meta_lets_nobody_register() {
    let stage = stage_with(sandbox::Config {
        strict_redirects: true,
        ..config()
    })
    .await;
    for (uri, taken) in [
        ("https://localhost:17443/callback", true),
        ("https://connect.example.org/cb", true),
        ("https://192.168.1.20/cb", false),
        ("https://10.0.0.5:8443/cb", false),
        ("https://printer.local/cb", false),
        ("https://intranet/cb", false),
        ("http://localhost:17423/callback", false),
        ("relink://callback", false),
    ] {
        stage.control.register_redirect(uri);
        let page = stage
            .browser()
            .open(&consent_query(&[("redirect_uri", uri)]))
            .await;
        assert_eq!(page.html().contains("id=\"account-"), taken, "{uri}");
        assert_ne!(page.html().contains("Invalid redirect_uri"), taken, "{uri}");
    }
}

#[tokio::test]
async fn a_redirect_can_be_registered_while_running() {
    let stage = stage().await;
    let uri = "http://127.0.0.1:40123/callback";
    let query = consent_query(&[("redirect_uri", uri)]);
    assert!(
        stage
            .browser()
            .open(&query)
            .await
            .html()
            .contains("Invalid redirect_uri")
    );
    stage.control.register_redirect(uri);
    assert!(
        stage
            .browser()
            .open(&query)
            .await
            .html()
            .contains("id=\"account-")
    );
}

#[tokio::test]
async fn force_reauth_asks_who_and_without_it_the_first_login_is_silently_reused() {
    let stage = stage().await;
    let accounts = stage.control.accounts();
    let (first, second) = (&accounts[0].id, &accounts[1].id);
    let browser = stage.browser();
    let silent = consent_query(&[("force_reauth", "(absent)")]);

    let consent = browser.pick(&browser.open(&silent).await, first).await;
    browser.decide(&consent, "allow", &[PUBLISH]).await;

    let back = browser.open(&silent).await;
    let code = parameter(back.address(), "code").expect("approved without a word");
    let (_, short) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(
        short["user_id"].to_string(),
        *first,
        "the earlier log-in was reused"
    );

    for forced in [consent_query(&[]), consent_query(&[("force_reauth", "1")])] {
        let chooser = browser.open(&forced).await;
        let consent = browser.pick(&chooser, second).await;
        assert!(
            consent.html().contains("id=\"allow\""),
            "after a log-in the page always asks"
        );
    }

    let asks_more = consent_query(&[
        ("force_reauth", "false"),
        (
            "scope",
            "instagram_business_basic,instagram_business_manage_insights",
        ),
    ]);
    let page = browser.open(&asks_more).await;
    assert!(
        page.html().contains("id=\"allow\""),
        "a new permission is asked for"
    );
}

#[tokio::test]
async fn cancel_returns_as_meta_says_it() {
    let stage = stage().await;
    let browser = stage.browser();
    let consent = browser
        .pick(&browser.open(&consent_query(&[])).await, &stage.first())
        .await;
    let back = browser.decide(&consent, "deny", &[]).await;
    assert_eq!(
        back.address(),
        "http://127.0.0.1:17423/callback?error=access_denied&error_reason=user_denied\
         &error_description=The+user+denied+your+request&state=st-1"
    );
}

#[tokio::test]
async fn an_unticked_permission_is_not_granted_and_an_added_one_neither() {
    let stage = stage().await;
    let browser = stage.browser();
    let consent = browser
        .pick(&browser.open(&consent_query(&[])).await, &stage.first())
        .await;
    let smuggled = ["instagram_business_manage_messages"];
    let back = browser.decide(&consent, "allow", &smuggled).await;
    let code = parameter(back.address(), "code").unwrap();
    let (_, short) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(short["permissions"], json!([BASIC]));
}

#[tokio::test]
async fn people_who_may_not_consent_are_told_and_stay() {
    let stage = stage().await;
    let accounts = stage.control.accounts();
    let personal = &accounts[accounts.len() - 1].id;
    let cases = [
        (personal, None, "You need a professional account"),
        (
            &accounts[0].id,
            Some(Change::RoleLost),
            "Insufficient Developer Role",
        ),
        (
            &accounts[1].id,
            Some(Change::CheckpointSet),
            "Help us confirm it&#39;s you",
        ),
        (
            &accounts[2].id,
            Some(Change::Unconfirmed),
            "Help us confirm it&#39;s you",
        ),
    ];
    for (account, change, words) in cases {
        if let Some(change) = change {
            stage.control.apply(account, change).unwrap();
        }
        let browser = stage.browser();
        let page = browser
            .pick(&browser.open(&consent_query(&[])).await, account)
            .await;
        assert!(page.html().contains(words), "{words}: {page:?}");
        assert!(!page.html().contains("id=\"allow\""));
    }
}

#[tokio::test]
async fn a_log_in_with_facebook_gives_a_token_that_nothing_accepts() {
    let stage = stage().await;
    let browser = stage.browser();
    let account = stage.first();
    let hidden = browser.open(&consent_query(&[])).await;
    assert!(
        !hidden.html().contains("id=\"facebook\""),
        "enable_fb_login=false hides it"
    );

    let chooser = browser
        .open(&consent_query(&[("enable_fb_login", "(absent)")]))
        .await;
    let marker = "id=\"facebook\" href=\"";
    let start = chooser.html().find(marker).expect("offered by default") + marker.len();
    let link = chooser.html()[start..]
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let consent = browser.pick(&browser.open(&link).await, &account).await;
    let back = browser.decide(&consent, "allow", &[PUBLISH]).await;
    let code = parameter(back.address(), "code").unwrap();
    let (status, short) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(status, 200, "the exchange does not notice");
    let (_, refused) = stage
        .graph("me?fields=user_id", text(&short, "access_token"))
        .await;
    assert_eq!(refused["error"]["type"], json!("IGApiException"));
}

#[tokio::test]
async fn a_deleted_or_blocked_app_is_seen_on_the_page() {
    let stage = stage().await;
    for (outage, words) in [
        (Outage::AppDeleted, "Invalid platform app"),
        (Outage::AppBlocked, "API access blocked."),
    ] {
        stage.control.outage(outage);
        let page = stage.browser().open(&consent_query(&[])).await;
        assert!(page.html().contains(words), "{page:?}");
    }
}

#[tokio::test]
async fn the_control_answers_for_a_person_by_the_same_rules() {
    let stage = stage().await;
    let account = stage.first();
    let url = format!("{}{}", stage.origin, consent_query(&[]));
    let untick = vec![PUBLISH.to_owned()];
    let allow = ConsentAnswer::Allow { untick };
    let back = stage
        .control
        .answer_consent(&url, &account, &allow)
        .unwrap();
    let code = parameter(&back, "code").unwrap();
    let (_, short) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(short["permissions"], json!([BASIC]));

    let denied = stage
        .control
        .answer_consent(&url, &account, &ConsentAnswer::Deny)
        .unwrap();
    assert_eq!(
        parameter(&denied, "error").as_deref(),
        Some("access_denied")
    );
    stage.control.apply(&account, Change::RoleLost).unwrap();
    let refused = stage
        .control
        .answer_consent(&url, &account, &allow)
        .unwrap_err();
    assert!(matches!(refused, ControlError::Refused(_)));
    assert!(refused.to_string().contains("Insufficient Developer Role"));
}

#[tokio::test]
async fn the_page_lets_its_form_leave_for_the_app_and_runs_nothing_foreign() {
    let stage = stage().await;
    let response = stage.get("/www/accounts/login/").await;
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("form-action"));
    let html = response.text().await.unwrap();
    assert!(!html.contains("https://"), "no outside resource");
}
