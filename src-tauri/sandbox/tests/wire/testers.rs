//! Tester roles: not invited, invited, accepted.

use sandbox::{AfterAllow, Change, Config, Manner, Tester, TesterRefusal};
use serde_json::json;

use crate::support::{
    DAY, PRACTICE_APP, PUBLISH, Place, Stage, config, consent_query, numbers, stage, stage_with,
    text,
};

/// What the consent page shows the account.
async fn consent(stage: &Stage, account: &str) -> Place {
    let browser = stage.browser();
    let chooser = browser.open(&consent_query(&[])).await;
    browser.pick(&chooser, account).await
}

/// Logs in and opens the manage-access page.
async fn manage(stage: &Stage, account: &str, accept: Option<&str>) -> String {
    let browser = stage.browser();
    let chooser = browser.open("/www/accounts/manage_access/").await;
    let page = browser.pick(&chooser, account).await;
    let page = match accept {
        Some(invite) => {
            browser
                .submit("/www/accounts/manage_access/", &[("accept", invite)])
                .await
        }
        None => page,
    };
    page.html().to_owned()
}

#[tokio::test]
async fn where_testers_must_accept_nobody_connects_before() {
    let stage = stage_with(Config {
        testers_must_accept: true,
        ..config()
    })
    .await;
    let account = stage.first();
    assert_eq!(stage.control.accounts()[0].tester, Tester::Invited);
    let page = consent(&stage, &account).await;
    assert!(page.html().contains("Insufficient Developer Role"));
    let html = manage(&stage, &account, None).await;
    assert!(html.contains("Tester Invites") && html.contains("id=\"accept-invite\""));
    manage(&stage, &account, Some("invite")).await;
    let page = consent(&stage, &account).await;
    assert!(page.html().contains("id=\"allow\""), "{page:?}");
    let other = &stage.control.accounts()[1].id;
    let page = consent(&stage, other).await;
    assert!(
        page.html().contains("Insufficient Developer Role"),
        "each its own"
    );
}

#[tokio::test]
async fn an_invite_lapses_after_thirty_days_and_can_be_sent_again() {
    let stage = stage().await;
    let account = stage.first();
    let invite = || {
        stage
            .control
            .apply(&account, Change::TesterInvited)
            .unwrap()
    };
    invite();
    stage.control.advance(30 * DAY - 1);
    assert_eq!(stage.control.accounts()[0].tester, Tester::Invited);
    stage.control.advance(1);
    assert_eq!(stage.control.accounts()[0].tester, Tester::NotInvited);
    let html = manage(&stage, &account, Some("invite")).await;
    assert!(html.contains("id=\"no-invites\""), "too late");
    assert!(
        consent(&stage, &account)
            .await
            .html()
            .contains("Insufficient Developer Role")
    );
    invite();
    manage(&stage, &account, Some("invite")).await;
    assert!(
        consent(&stage, &account)
            .await
            .html()
            .contains("id=\"allow\"")
    );
    stage
        .control
        .apply(&account, Change::TesterRemoved)
        .unwrap();
    assert_eq!(stage.control.accounts()[0].tester, Tester::NotInvited);
    let html = manage(&stage, &account, Some("invite")).await;
    assert!(html.contains("id=\"no-invites\""), "nobody invited it");
}

#[tokio::test]
async fn without_the_role_the_consent_may_work_and_every_call_be_refused() {
    let stage = stage().await;
    let account = stage.first();
    stage.control.manner(Manner {
        tester_refusal: TesterRefusal::AtEveryCall,
        ..Manner::default()
    });
    stage
        .control
        .apply(&account, Change::TesterInvited)
        .unwrap();
    let code = stage.code(&account);
    let (status, short) = stage.exchange(&[("code", &code)]).await;
    assert_eq!(status, 200, "{short}");
    let token = text(&short, "access_token").to_owned();
    let (_, body) = stage.graph("v26.0/me?fields=user_id", &token).await;
    assert_eq!(numbers(&body), (100, None));
    assert_eq!(body["error"]["type"], json!("IGApiException"));
    assert_eq!(
        body["error"]["message"],
        json!("Unsupported request - method type: get")
    );
    manage(&stage, &account, Some("invite")).await;
    assert_eq!(
        stage.graph("v26.0/me", &token).await.0,
        200,
        "the same token works"
    );
}

#[tokio::test]
async fn a_role_on_one_app_says_nothing_of_another() {
    let stage = stage().await;
    let other = sandbox::MetaApp::numbered(1);
    stage.control.put_app(other.clone()).unwrap();
    let account = stage.first();
    stage
        .control
        .tester(&account, &other.app_id, Tester::Invited)
        .unwrap();
    let page_of = |client: String| {
        let stage = &stage;
        let account = account.clone();
        async move {
            let browser = stage.browser();
            let chooser = browser
                .open(&consent_query(&[("client_id", &client)]))
                .await;
            browser.pick(&chooser, &account).await.html().to_owned()
        }
    };
    assert!(
        page_of(PRACTICE_APP.to_owned())
            .await
            .contains("id=\"allow\"")
    );
    let refused = page_of(other.app_id.clone()).await;
    assert!(refused.contains("Insufficient Developer Role"));
    let html = manage(&stage, &account, None).await;
    assert!(html.contains(&format!("id=\"accept-invite-{}\"", other.app_id)));
    manage(&stage, &account, Some(&other.app_id)).await;
    assert!(page_of(other.app_id).await.contains("id=\"allow\""));
}

#[tokio::test]
async fn after_allow_the_page_may_stay_blank() {
    let stage = stage().await;
    let account = stage.first();
    stage.control.manner(Manner {
        after_allow: AfterAllow::Blank,
        ..Manner::default()
    });
    let browser = stage.browser();
    let chooser = browser.open(&consent_query(&[])).await;
    let page = browser.pick(&chooser, &account).await;
    let blank = browser.decide(&page, "allow", &[PUBLISH]).await;
    assert_eq!(blank.html(), "", "nothing comes back to the app");
    let scopes = stage.control.account(&account).unwrap().scopes;
    assert!(scopes.contains(PUBLISH), "the consent was given");
    let silent = consent_query(&[("force_reauth", "(absent)")]);
    assert_eq!(
        browser.open(&silent).await.html(),
        "",
        "nor the second time"
    );
}
