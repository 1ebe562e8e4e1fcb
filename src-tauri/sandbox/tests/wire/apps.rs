//! Several Meta apps in one sandbox, and the two numbers of each.

use reqwest::Method;
use sandbox::{
    AppMode, ControlError, Fault, MetaApp, Mint, Outage, PRACTICE_APP_ID, PRACTICE_FACEBOOK_APP_ID,
    UserToken,
};
use serde_json::{Value, json};

use crate::support::{BASIC, Place, Stage, consent_query, json, numbers, parameter, stage, text};

async fn control(stage: &Stage, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = stage
        .client
        .request(method, format!("{}/control/{path}", stage.origin))
        .header("x-sandbox-control", "1")
        .header("content-type", "application/json")
        .body(body.to_string());
    json(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_facebook_app_id_is_no_platform_app() {
    let stage = stage().await;
    let client = ("client_id", PRACTICE_FACEBOOK_APP_ID);
    let page = stage.browser().open(&consent_query(&[client])).await;
    assert!(page.html().contains("Invalid platform app"), "{page:?}");
    let (_, body) = stage.exchange(&[client, ("code", "AQmadeup")]).await;
    assert_eq!(body["error_message"], json!("Invalid platform app"));
    let (_, body) = stage.exchange(&[("code", "AQmadeup")]).await;
    assert_eq!(
        body["error_message"],
        json!("Matching code was not found or was already used"),
        "a made-up code tells a right id from a wrong one"
    );
}

#[tokio::test]
async fn an_app_can_be_registered_while_running_with_its_own_redirects_and_scopes() {
    let stage = stage().await;
    let app = json!({
        "app_id": "990000000000077", "app_secret": "s3cret", "name": "Second",
        "redirect_uris": ["http://127.0.0.1:40123/cb"], "scopes": [BASIC],
    });
    let (status, apps) = control(&stage, Method::POST, "apps", app).await;
    assert_eq!(status, 200, "{apps}");
    assert_eq!(apps[1]["app_id"], json!("990000000000077"));
    assert!(!apps.to_string().contains("s3cret"), "no secret is shown");
    assert_eq!(
        control(&stage, Method::GET, "apps", json!({})).await.1,
        apps
    );

    let own = [
        ("client_id", "990000000000077"),
        ("redirect_uri", "http://127.0.0.1:40123/cb"),
    ];
    let asked = consent_query(&[own[0], own[1], ("scope", BASIC)]);
    let page = stage.browser().open(&asked).await;
    assert!(page.html().contains("id=\"account-"), "{page:?}");
    let page = stage.browser().open(&consent_query(&own)).await;
    assert!(
        page.html().contains("Invalid Scopes"),
        "its scopes are its own"
    );
    let page = stage
        .browser()
        .open(&consent_query(&[own[0], ("scope", BASIC)]))
        .await;
    assert!(
        page.html().contains("Invalid redirect_uri"),
        "so are its redirects"
    );
    let practice = consent_query(&[own[1]]);
    let page = stage.browser().open(&practice).await;
    assert!(page.html().contains("Invalid redirect_uri"));

    let allow = sandbox::ConsentAnswer::Allow { untick: Vec::new() };
    let back = stage.control.answer_consent(&asked, &stage.first(), &allow);
    let code = parameter(&back.unwrap(), "code").unwrap();
    let secret = ("client_secret", "s3cret");
    let (status, short) = stage
        .exchange(&[own[0], own[1], secret, ("code", &code)])
        .await;
    assert_eq!(status, 200, "{short}");
}

#[tokio::test]
async fn an_app_that_cannot_be_is_not_registered() {
    let stage = stage().await;
    let practice = MetaApp::practice;
    for (app, words) in [
        (
            MetaApp {
                app_id: "abc".into(),
                ..practice()
            },
            "digits",
        ),
        (
            MetaApp {
                app_id: String::new(),
                ..practice()
            },
            "digits",
        ),
        (
            MetaApp {
                facebook_app_id: "x".into(),
                ..practice()
            },
            "digits",
        ),
        (
            MetaApp {
                app_secret: String::new(),
                ..practice()
            },
            "secret",
        ),
        (
            MetaApp {
                app_id: "5".into(),
                ..practice()
            },
            "another app",
        ),
        (
            MetaApp {
                app_id: PRACTICE_FACEBOOK_APP_ID.into(),
                ..MetaApp::numbered(1)
            },
            "another app",
        ),
    ] {
        let error = stage.control.put_app(app).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(stage.control.apps().len(), 1);
    let unknown = stage.control.app_mode("1", AppMode::Live);
    assert_eq!(unknown, Err(ControlError::UnknownApp("1".to_owned())));
    let (status, body) = control(&stage, Method::POST, "apps", json!({ "app_id": "5" })).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (422, &json!("bad_request"))
    );
}

#[tokio::test]
async fn a_changed_secret_or_scope_list_counts_at_once() {
    let stage = stage().await;
    let changed = MetaApp {
        app_secret: "rotated".to_owned(),
        scopes: vec![BASIC.to_owned()],
        ..MetaApp::practice()
    };
    let code = stage.code(&stage.first());
    stage.control.put_app(changed).unwrap();
    let (_, body) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(
        body["error_message"],
        json!("Error validating client secret.")
    );
    let secret = ("client_secret", "rotated");
    assert_eq!(stage.exchange(&[("code", &code), secret]).await.0, 200);
    let page = stage.browser().open(&consent_query(&[])).await;
    assert!(page.html().contains("Invalid Scopes"));
}

#[tokio::test]
async fn a_blocked_or_deleted_app_is_one_apps_trouble() {
    let stage = stage().await;
    let other = MetaApp::numbered(1);
    stage.control.put_app(other.clone()).unwrap();
    let account = stage.first();
    let person = stage.control.people()[0].id.clone();
    let mint = Mint {
        app_id: Some(other.app_id.clone()),
        ..Mint::default()
    };
    let user = UserToken {
        app_id: Some(other.facebook_app_id.clone()),
        ..UserToken::default()
    };
    let healthy = stage.control.mint_token(&account).unwrap();
    let ill = stage.control.mint(&account, mint).unwrap();
    let healthy_user = stage
        .control
        .mint_user_token(&person, UserToken::default())
        .unwrap();
    let ill_user = stage.control.mint_user_token(&person, user).unwrap();
    for (kind, outage, code, words, exchange) in [
        (
            "app_blocked",
            Outage::AppBlocked,
            200,
            "API access blocked.",
            "API access blocked.",
        ),
        (
            "app_deleted",
            Outage::AppDeleted,
            190,
            "Application has been deleted",
            "Invalid platform app",
        ),
    ] {
        control(&stage, Method::POST, "outage", json!({ "kind": "none" })).await;
        let fault = json!({ "kind": kind, "app": other.app_id });
        let (_, state) = control(&stage, Method::POST, "fault", fault).await;
        assert_eq!(state["faults"][0]["app"], json!(other.app_id));
        for (healthy, ill) in [
            (
                stage.graph("me", &healthy).await,
                stage.graph("me", &ill).await,
            ),
            (
                stage.facebook("me", &healthy_user).await,
                stage.facebook("me", &ill_user).await,
            ),
        ] {
            assert_eq!(healthy.0, 200, "{outage:?}");
            assert_eq!(numbers(&ill.1).0, code, "{outage:?}");
            assert!(text(&ill.1["error"], "message").contains(words));
        }
        let pair = [
            ("client_id", other.app_id.as_str()),
            ("client_secret", other.app_secret.as_str()),
            ("code", "AQmadeup"),
        ];
        let (_, body) = stage.exchange(&pair).await;
        assert_eq!(body["error_message"], json!(exchange));
        let page = stage.browser().open(&consent_query(&pair[..1])).await;
        assert!(page.html().contains("id=\"error\""), "{page:?}");
        let page = stage.browser().open(&consent_query(&[])).await;
        assert!(page.html().contains("id=\"account-"), "{page:?}");
    }
}

#[tokio::test]
async fn a_counted_fault_of_one_app_waits_for_that_app() {
    let stage = stage().await;
    let other = MetaApp::numbered(1);
    stage.control.put_app(other.clone()).unwrap();
    let account = stage.first();
    let mint = Mint {
        app_id: Some(other.app_id.clone()),
        ..Mint::default()
    };
    let (one, two) = (
        stage.control.mint_token(&account).unwrap(),
        stage.control.mint(&account, mint).unwrap(),
    );
    let limit = Fault::everywhere(Outage::RateLimit).of_app(&other.app_id);
    stage.control.fault(limit.next(1));
    assert_eq!(stage.graph("me", &one).await.0, 200);
    assert_eq!(numbers(&stage.graph("me", &two).await.1).0, 4);
    assert_eq!(stage.graph("me", &two).await.0, 200, "it is over");
}

#[tokio::test]
async fn a_saved_world_keeps_registered_apps_and_facebook() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let config = || sandbox::Config {
        snapshot: Some(path.clone()),
        ..crate::support::config()
    };
    let first = crate::support::stage_with(config()).await;
    first.control.put_app(MetaApp::numbered(1)).unwrap();
    first
        .control
        .app_mode(PRACTICE_APP_ID, AppMode::Live)
        .unwrap();
    let person = first.control.people()[0].id.clone();
    let token = first
        .control
        .mint_user_token(&person, UserToken::default())
        .unwrap();
    let page = first.page_token(&token, &first.place(0)).await;
    let before = (
        first.control.apps(),
        first.control.people(),
        first.control.pages(),
    );
    first.sandbox.stop().await;

    let second = crate::support::stage_with(config()).await;
    let after = (
        second.control.apps(),
        second.control.people(),
        second.control.pages(),
    );
    assert_eq!(before, after);
    assert_eq!(second.facebook("me", &page).await.0, 200);
    second.sandbox.stop().await;

    // A world from before Facebook Login and tester invites.
    let mut saved: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let world = saved.as_object_mut().unwrap();
    world.remove("facebook");
    world.remove("apps");
    for account in world["accounts"].as_object_mut().unwrap().values_mut() {
        let account = account.as_object_mut().unwrap();
        account.remove("invite");
        account.remove("testers");
    }
    std::fs::write(&path, saved.to_string()).unwrap();
    let third = crate::support::stage_with(sandbox::Config {
        snapshot: Some(path.clone()),
        ..crate::support::config()
    })
    .await;
    let ids = |people: Vec<sandbox::PersonView>| -> Vec<String> {
        people.into_iter().map(|person| person.id).collect()
    };
    assert_eq!(
        ids(third.control.people()),
        ids(before.1),
        "the seed gives the same people"
    );
}

#[tokio::test]
async fn people_and_pages_can_be_moved_from_outside() {
    let stage = stage().await;
    let (_, people) = control(&stage, Method::GET, "people", json!({})).await;
    assert_eq!(people, json!(stage.control.people()));
    let (_, pages) = control(&stage, Method::GET, "pages", json!({})).await;
    assert_eq!(pages, json!(stage.control.pages()));
    let (person, page) = (text(&people[0], "id"), text(&pages[0], "id"));
    let minted = control(
        &stage,
        Method::POST,
        &format!("people/{person}/token"),
        json!({}),
    )
    .await;
    let token = text(&minted.1, "access_token");
    assert_eq!(stage.facebook("me", token).await.0, 200);
    let lost = json!({ "change": "page_role_lost", "to": page });
    let (_, view) = control(
        &stage,
        Method::POST,
        &format!("people/{person}/apply"),
        lost,
    )
    .await;
    assert_eq!(view["roles"][0]["lost"], json!(true));
    let (_, view) = control(
        &stage,
        Method::POST,
        &format!("pages/{page}/apply"),
        json!({ "change": "unlinked" }),
    )
    .await;
    assert_eq!(view["instagram"], Value::Null);
    let (_, apps) = control(
        &stage,
        Method::POST,
        &format!("apps/{PRACTICE_APP_ID}/mode"),
        json!({ "mode": "live" }),
    )
    .await;
    assert_eq!(apps[0]["mode"], json!("live"));
    let account = stage.first();
    let invited = json!({ "app_id": PRACTICE_APP_ID, "tester": "invited" });
    let path = format!("accounts/{account}/tester");
    assert_eq!(control(&stage, Method::POST, &path, invited).await.0, 200);
    let page = stage.browser();
    let page = page
        .pick(&page.open(&consent_query(&[])).await, &account)
        .await;
    assert!(matches!(&page, Place::Page { html, .. } if html.contains("Insufficient")));

    let url = crate::facebook::dialog(&[("redirect_uri", "https://x.example/")]);
    let answer = json!({ "url": url, "person_id": person, "answer": { "kind": "allow" } });
    let (status, body) = control(&stage, Method::POST, "dialog", answer).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("refused")));
    for (path, code) in [("people/1", "unknown_person"), ("pages/1", "unknown_page")] {
        let (status, body) = control(&stage, Method::GET, path, json!({})).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!(code)));
    }
}
