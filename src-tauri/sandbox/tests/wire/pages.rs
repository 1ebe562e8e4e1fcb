//! Manage access, two-factor, password, challenge, account type.

use sandbox::{AccountType, Change};

use crate::support::{Browser, PRACTICE_APP, consent_query, numbers, stage};

async fn log_in(browser: &Browser<'_>, account: &str) {
    let chooser = browser.open("/www/accounts/manage_access/").await;
    browser.pick(&chooser, account).await;
}

#[tokio::test]
async fn removing_the_app_ends_its_tokens_and_shows_under_removed() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    let browser = stage.browser();
    log_in(&browser, &account).await;
    let page = browser.open("/accounts/manage_access/").await;
    assert!(
        page.html()
            .contains(&format!("id=\"remove-{PRACTICE_APP}\"")),
        "also at the root"
    );
    let page = browser
        .submit("/www/accounts/manage_access/", &[("remove", PRACTICE_APP)])
        .await;
    assert!(
        !page
            .html()
            .contains(&format!("id=\"remove-{PRACTICE_APP}\""))
    );
    assert!(
        page.html().contains(&format!("id=\"app-{PRACTICE_APP}\"")),
        "listed as removed"
    );
    assert_eq!(
        numbers(&stage.graph("me", &token).await.1),
        (190, Some(458))
    );
}

#[tokio::test]
async fn a_tester_invite_is_accepted_here() {
    let stage = stage().await;
    let account = stage.first();
    stage.control.apply(&account, Change::RoleLost).unwrap();
    let browser = stage.browser();
    log_in(&browser, &account).await;
    let page = browser.open("/www/accounts/manage_access/").await;
    assert!(page.html().contains("id=\"accept-invite\""));
    browser
        .submit("/www/accounts/manage_access/", &[("accept", "invite")])
        .await;
    assert!(stage.control.account(&account).unwrap().role);
}

#[tokio::test]
async fn two_factor_and_password_end_the_tokens() {
    let stage = stage().await;
    let account = stage.first();
    let browser = stage.browser();
    log_in(&browser, &account).await;
    for (path, fields, on) in [
        ("/www/accounts/two_factor/", vec![("do", "on")], true),
        ("/www/accounts/two_factor/", vec![("do", "change")], true),
        ("/www/accounts/two_factor/", vec![("do", "off")], false),
        ("/www/accounts/password/", vec![], false),
    ] {
        let token = stage.control.mint_token(&account).unwrap();
        browser.submit(path, &fields).await;
        assert_eq!(
            stage.control.account(&account).unwrap().two_factor,
            on,
            "{path} {fields:?}"
        );
        assert_eq!(
            numbers(&stage.graph("me", &token).await.1),
            (190, Some(460)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_checkpoint_is_answered_on_the_way_to_the_consent() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    stage
        .control
        .apply(&account, Change::CheckpointSet)
        .unwrap();
    let browser = stage.browser();
    let page = browser
        .pick(&browser.open(&consent_query(&[])).await, &account)
        .await;
    let marker = "id=\"challenge\" href=\"";
    let start = page.html().find(marker).unwrap() + marker.len();
    let link = page.html()[start..]
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let challenge = browser.open(&link).await;
    assert!(challenge.html().contains("id=\"resolve\""));
    let next = challenge
        .html()
        .split("name=\"next\" value=\"")
        .nth(1)
        .unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let consent = browser.submit("/www/challenge/", &[("next", &next)]).await;
    assert!(
        consent.html().contains("id=\"allow\""),
        "and the way goes on"
    );
    assert_eq!(
        stage.graph("me", &token).await.0,
        200,
        "the token survived the checkpoint"
    );
}

#[tokio::test]
async fn a_personal_account_can_turn_professional() {
    let stage = stage().await;
    let personal = stage.control.accounts().pop().unwrap();
    assert_eq!(personal.account_type, AccountType::Personal);
    let browser = stage.browser();
    log_in(&browser, &personal.id).await;
    browser
        .submit("/www/accounts/account_type/", &[("to", "professional")])
        .await;
    let consent = browser
        .pick(&browser.open(&consent_query(&[])).await, &personal.id)
        .await;
    assert!(consent.html().contains("id=\"allow\""));
}

#[tokio::test]
async fn pages_need_a_log_in_and_lead_nowhere_else() {
    let stage = stage().await;
    for path in [
        "/www/accounts/two_factor/",
        "/www/accounts/password",
        "/challenge/",
    ] {
        let place = stage.browser().open(path).await;
        assert!(place.html().contains("Who are you?"), "{path}");
    }
    let account = stage.first();
    let fields = [
        ("account", account.as_str()),
        ("next", "https://evil.example/"),
        ("via", ""),
    ];
    let place = stage
        .browser()
        .submit("/www/accounts/login/", &fields)
        .await;
    assert!(
        place.html().contains("Apps and websites"),
        "a foreign address is not followed"
    );
    let stranger = [("account", "1"), ("next", "/www/")];
    let place = stage
        .browser()
        .submit("/www/accounts/login/", &stranger)
        .await;
    assert!(place.html().contains("this page isn"));
}
