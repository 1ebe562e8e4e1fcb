//! The dialog: what it refuses without ever returning, what it asks, and what it remembers.

use sandbox::{
    AfterAllow, AppMode, DialogAnswer, FacebookManner, Fault, Manner, MetaApp, Outage,
    PRACTICE_APP_ID, PRACTICE_FACEBOOK_APP_ID, PersonChange,
};
use serde_json::json;

use super::{ALL, LOCALHOST, allow, dialog};
use crate::support::{Browser, Place, Stage, config, hidden, json as read, stage, stage_with};

const BLOCKED: &str = "URL Blocked: This redirect failed because the redirect URI is not \
                       whitelisted in the app&#39;s Client OAuth Settings.";
const HTTPS: &str = "https://connect.example.org/cb";

/// Picks a person on the chooser that `place` shows.
async fn pick(browser: &Browser<'_>, place: &Place, person: &str) -> Place {
    assert!(place.html().contains(&format!("id=\"person-{person}\"")));
    let next = hidden(place.html(), "next");
    browser
        .submit("/www-fb/login/", &[("person", person), ("next", &next)])
        .await
}

/// Presses a button of the dialog with these boxes ticked.
async fn decide(
    browser: &Browser<'_>,
    place: &Place,
    decision: &str,
    ticked: &[(&str, &str)],
) -> Place {
    let request = hidden(place.html(), "request");
    let mut fields = vec![("request", request.as_str()), ("decision", decision)];
    fields.extend(ticked);
    browser.submit("/www-fb/consent", &fields).await
}

/// Whether the dialog goes on with this redirect address, or says "URL Blocked".
async fn takes(stage: &Stage, redirect: &str) -> bool {
    let page = stage
        .browser()
        .open(&dialog(&[("redirect_uri", redirect)]))
        .await;
    let html = page.html();
    assert_ne!(
        html.contains(BLOCKED),
        html.contains("id=\"person-"),
        "{html}"
    );
    html.contains("id=\"person-")
}

#[tokio::test]
async fn a_person_allows_some_permissions_and_pages() {
    let stage = stage().await;
    let person = stage.somebody();
    let (first, second) = (stage.place(0), stage.place(1));
    let browser = stage.browser();
    let page = pick(&browser, &browser.open(&dialog(&[])).await, &person.id).await;
    for id in [
        "allow",
        "deny",
        "scope-instagram_basic",
        &format!("page-{first}"),
    ] {
        assert!(
            page.html().contains(&format!("id=\"{id}\"")),
            "{id}: {page:?}"
        );
    }
    let ticked = [
        ("scope", "instagram_basic"),
        ("scope", "pages_show_list"),
        ("scope", "instagram_manage_messages"), // never asked for
        ("page", second.as_str()),
        ("page", "123"), // not this person's
    ];
    let back = decide(&browser, &page, "allow", &ticked).await;
    let back = back.address();
    assert!(back.starts_with(&format!("{LOCALHOST}?code=AQ")), "{back}");
    assert!(
        back.ends_with("&state=st-1#_=_"),
        "Facebook's own oddity: {back}"
    );
    let grant = &stage.somebody().grants[0];
    assert_eq!(grant.app_id, PRACTICE_FACEBOOK_APP_ID);
    assert_eq!(
        json!(grant.granted),
        json!(["instagram_basic", "pages_show_list"])
    );
    assert_eq!(json!(grant.pages), json!([second]));
    assert!(grant.declined.contains("pages_read_engagement"));
}

#[tokio::test]
async fn cancel_returns_as_meta_says_it() {
    let stage = stage().await;
    let browser = stage.browser();
    let page = pick(
        &browser,
        &browser.open(&dialog(&[])).await,
        &stage.somebody().id,
    )
    .await;
    let back = decide(&browser, &page, "deny", &[]).await;
    assert_eq!(
        back.address(),
        "http://localhost:17425/callback?error=access_denied&error_reason=user_denied\
         &error_description=Permissions+error.&state=st-1"
    );
    assert!(stage.somebody().grants.is_empty());
}

#[tokio::test]
async fn a_declined_permission_is_shown_again_only_when_it_is_asked_for_again() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let untick = DialogAnswer::Allow {
        untick: vec!["instagram_content_publish".to_owned()],
        untick_pages: Vec::new(),
    };
    stage
        .control
        .answer_dialog(&dialog(&[]), &person, &untick)
        .unwrap();

    let browser = stage.browser();
    let plain = pick(&browser, &browser.open(&dialog(&[])).await, &person).await;
    assert!(
        !plain.html().contains("id=\"scope-"),
        "nothing is left to ask"
    );
    assert!(plain.html().contains("id=\"reconnect\""));
    decide(
        &browser,
        &plain,
        "allow",
        &[("scope", "instagram_content_publish")],
    )
    .await;
    assert!(
        !stage.somebody().grants[0]
            .granted
            .contains("instagram_content_publish"),
        "what is not shown cannot be ticked"
    );

    let again = dialog(&[("auth_type", "rerequest")]);
    let page = browser.open(&again).await;
    assert!(
        page.html()
            .contains("id=\"scope-instagram_content_publish\"")
    );
    assert!(
        !page.html().contains("id=\"scope-instagram_basic\""),
        "what is granted is not asked for again"
    );
    stage
        .control
        .answer_dialog(&again, &person, &allow())
        .unwrap();
    let grant = &stage.somebody().grants[0];
    assert!(grant.granted.contains("instagram_content_publish") && grant.declined.is_empty());
}

#[tokio::test]
async fn localhost_is_taken_unregistered_only_while_in_development() {
    let stage = stage().await;
    for port in [80, 17_425, 40_001] {
        assert!(takes(&stage, &format!("http://localhost:{port}/callback")).await);
    }
    for refused in [
        "http://127.0.0.1:17425/callback",
        "http://[::1]:17425/callback",
        "https://localhost:17425/callback", // https has to be registered
        "http://localhost.example/callback",
        "",
    ] {
        assert!(!takes(&stage, refused).await, "{refused}");
    }
    let mode = |mode| stage.control.app_mode(PRACTICE_FACEBOOK_APP_ID, mode);
    mode(AppMode::Live).unwrap();
    assert!(!takes(&stage, LOCALHOST).await, "the app is live");
    mode(AppMode::Development).unwrap();
    assert!(takes(&stage, LOCALHOST).await);
}

#[tokio::test]
async fn strict_redirects_are_compared_as_whole_strings() {
    let mut config = config();
    config.strict_redirects = true;
    config.apps[0].mode = AppMode::Live;
    config.apps[0].facebook_redirect_uris.push(HTTPS.to_owned());
    let plain = config.apps[0].facebook_redirect_uris[0].clone();
    let stage = stage_with(config).await;
    assert!(takes(&stage, HTTPS).await);
    for refused in [
        plain.as_str(), // registered, but plain http
        "https://connect.example.org/cb/",
        "https://connect.example.org/CB",
        "https://connect.example.org:443/cb",
        "https://connect.example.org/cb?x=1",
    ] {
        assert!(!takes(&stage, refused).await, "{refused}");
    }
    let lists = MetaApp {
        facebook_redirect_uris: Vec::new(),
        redirect_uris: vec![HTTPS.to_owned()],
        mode: AppMode::Live,
        ..MetaApp::practice()
    };
    stage.control.put_app(lists).unwrap();
    assert!(
        !takes(&stage, HTTPS).await,
        "Instagram's list is another one"
    );
}

#[tokio::test]
async fn a_blocked_url_can_come_as_json() {
    let stage = stage().await;
    stage.control.manner(Manner {
        facebook: FacebookManner {
            url_blocked_as_json: true,
            ..FacebookManner::default()
        },
        ..Manner::default()
    });
    let response = stage
        .get(&dialog(&[("redirect_uri", "http://127.0.0.1:1/")]))
        .await;
    let (status, body) = read(response).await;
    assert_eq!(status, 400);
    assert_eq!(body["error_code"], json!(1_349_168));
    let words = body["error_message"].as_str().unwrap();
    assert!(words.starts_with("URL Blocked: "), "{words}");
}

#[tokio::test]
async fn a_wrong_request_shows_an_error_and_never_returns() {
    let stage = stage().await;
    let doubled = format!("{}&state=other", dialog(&[]));
    let cases = [
        (dialog(&[("client_id", "(absent)")]), "Invalid App ID"),
        (dialog(&[("client_id", "123")]), "Invalid App ID"),
        (dialog(&[("client_id", PRACTICE_APP_ID)]), "Invalid App ID"),
        (
            dialog(&[("response_type", "token")]),
            "Invalid response_type: token",
        ),
        (
            dialog(&[("scope", "instagram_basic,instagram_business_basic")]),
            "Invalid Scopes: instagram_business_basic",
        ),
        (dialog(&[("config_id", "77")]), "Invalid config_id: 77"),
        (doubled, "The parameters of this request are invalid"),
    ];
    for (path, words) in cases {
        let Place::Page { status, html } = stage.browser().open(&path).await else {
            panic!("{path} left the page")
        };
        assert_eq!(status, 400, "{path}");
        let expected = format!("id=\"error\" class=\"error\">{words}");
        assert!(html.contains(&expected), "{words}: {html}");
    }
}

#[tokio::test]
async fn a_scope_that_is_not_enabled_fails_the_whole_request() {
    let mut config = config();
    config.apps[0].facebook_scopes = vec!["instagram_basic".to_owned()];
    let stage = stage_with(config).await;
    let page = stage.browser().open(&dialog(&[])).await;
    assert!(page.html().contains("Invalid Scopes: pages_show_list, "));
}

#[tokio::test]
async fn a_saved_configuration_takes_the_place_of_the_scopes() {
    let mut config = config();
    let saved = vec!["instagram_basic".to_owned(), "pages_show_list".to_owned()];
    config.apps[0]
        .login_configurations
        .insert("4711".to_owned(), saved.clone());
    let stage = stage_with(config).await;
    let person = stage.somebody().id;
    let asked = dialog(&[("config_id", "4711"), ("scope", "(absent)")]);
    stage
        .control
        .answer_dialog(&asked, &person, &allow())
        .unwrap();
    assert_eq!(json!(stage.somebody().grants[0].granted), json!(saved));
    assert!(ALL.split(',').count() > saved.len());
}

#[tokio::test]
async fn the_browser_remembers_who_is_logged_in_until_asked_again() {
    let stage = stage().await;
    let people = stage.control.people();
    let browser = stage.browser();
    pick(&browser, &browser.open(&dialog(&[])).await, &people[0].id).await;
    let page = browser.open(&dialog(&[])).await;
    assert!(page.html().contains(&people[0].name) && page.html().contains("id=\"allow\""));
    let again = browser
        .open(&dialog(&[("auth_type", "reauthenticate")]))
        .await;
    let other = pick(&browser, &again, &people[1].id).await;
    assert!(other.html().contains(&people[1].name) && other.html().contains("id=\"allow\""));
}

#[tokio::test]
async fn a_checkpoint_and_the_apps_own_troubles_are_seen_on_the_page() {
    let stage = stage().await;
    let person = stage.somebody().id;
    stage
        .control
        .apply_person(&person, PersonChange::CheckpointSet)
        .unwrap();
    let browser = stage.browser();
    let page = pick(&browser, &browser.open(&dialog(&[])).await, &person).await;
    assert!(page.html().contains("id=\"challenge\"") && !page.html().contains("id=\"allow\""));
    browser
        .submit("/www-fb/settings/", &[("do", "resolve")])
        .await;
    let page = browser.open(&dialog(&[])).await;
    assert!(page.html().contains("id=\"allow\""), "the way on: {page:?}");

    for (outage, words) in [
        (Outage::AppDeleted, "Invalid App ID"),
        (Outage::AppBlocked, "App not active"),
    ] {
        stage.control.outage(Outage::None);
        stage
            .control
            .fault(Fault::everywhere(outage).of_app(PRACTICE_FACEBOOK_APP_ID));
        let page = stage.browser().open(&dialog(&[])).await;
        assert!(page.html().contains(words), "{page:?}");
    }
}

#[tokio::test]
async fn after_allow_the_page_may_stay_blank() {
    let stage = stage().await;
    stage.control.manner(Manner {
        after_allow: AfterAllow::Blank,
        ..Manner::default()
    });
    let browser = stage.browser();
    let page = pick(
        &browser,
        &browser.open(&dialog(&[])).await,
        &stage.somebody().id,
    )
    .await;
    let blank = decide(&browser, &page, "allow", &[]).await;
    assert_eq!(blank.html(), "");
    assert_eq!(stage.somebody().grants.len(), 1, "the consent was given");
}
