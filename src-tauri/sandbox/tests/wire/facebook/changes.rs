//! What happens to people and Pages, and how Facebook says it.

use sandbox::{FacebookManner, Manner, PRACTICE_FACEBOOK_APP_ID, PageChange, PersonChange};
use serde_json::json;

use super::{column, message};
use crate::support::{DAY, HOUR, numbers, stage};

#[tokio::test]
async fn a_persons_trouble_is_that_of_all_their_pages() {
    for (change, subcode) in [
        (PersonChange::PasswordChanged, 460),
        (PersonChange::AppRemoved, 458),
        (PersonChange::LoggedOut, 467),
        (PersonChange::CheckpointSet, 459),
    ] {
        let stage = stage().await;
        let people = stage.control.people();
        let user = stage.user_token(&people[0].id);
        let page = stage.page_token(&user, &stage.place(0)).await;
        let other = stage.user_token(&people[1].id);
        stage
            .control
            .apply_person(&people[0].id, change.clone())
            .unwrap();
        for token in [&user, &page] {
            let (status, body) = stage.facebook("me", token).await;
            assert_eq!(
                (status, numbers(&body)),
                (400, (190, Some(subcode))),
                "{change:?}"
            );
        }
        assert_eq!(stage.facebook("me", &other).await.0, 200, "{change:?}");
        if change == PersonChange::CheckpointSet {
            let cleared = PersonChange::CheckpointCleared;
            stage.control.apply_person(&people[0].id, cleared).unwrap();
            assert_eq!(
                stage.facebook("me", &page).await.0,
                200,
                "the token lived on"
            );
        }
    }
}

#[tokio::test]
async fn expired_user_tokens_leave_endless_page_tokens_alone() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let user = stage.user_token(&person);
    let page = stage.page_token(&user, &stage.place(0)).await;
    stage
        .control
        .apply_person(&person, PersonChange::Expired)
        .unwrap();
    assert_eq!(
        numbers(&stage.facebook("me", &user).await.1),
        (190, Some(463))
    );
    assert_eq!(stage.facebook("me", &page).await.0, 200);
}

#[tokio::test]
async fn a_page_is_unlinked_deleted_or_not_the_persons_any_more() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let user = stage.user_token(&person);
    let (account, page) = (stage.first(), stage.place(0));
    let token = stage.page_token(&user, &page).await;
    let healthy = stage.page_token(&user, &stage.place(1)).await;
    let happen = |change| stage.control.apply_page(&page, change).unwrap();

    happen(PageChange::Unlinked);
    let path = format!("{page}?fields=id,instagram_business_account");
    let (status, body) = stage.facebook(&path, &token).await;
    assert_eq!((status, &body), (200, &json!({ "id": page })));
    let (_, body) = stage.facebook(&account, &token).await;
    assert_eq!(numbers(&body), (100, Some(33)));
    happen(PageChange::Linked(account.clone()));
    assert_eq!(stage.facebook(&account, &token).await.0, 200);

    happen(PageChange::Deleted);
    let (_, body) = stage.facebook("me", &token).await;
    assert_eq!(numbers(&body), (190, None));
    assert!(
        message(&body).contains(&format!("Page {page} has been deleted")),
        "{body}"
    );
    let (_, list) = stage.facebook("me/accounts", &user).await;
    assert!(!column(&list, "id").contains(&page.as_str()));
    happen(PageChange::Restored);

    let lost = PersonChange::PageRoleLost(page.clone());
    stage.control.apply_person(&person, lost).unwrap();
    let (_, body) = stage.facebook("me", &token).await;
    assert_eq!(numbers(&body), (190, Some(492)));
    assert!(message(&body).contains("must be an administrator"));
    assert!(message(&body).contains("to impersonate it"));
    stage.control.manner(Manner {
        facebook: FacebookManner {
            lost_role_without_subcode: true,
            ..FacebookManner::default()
        },
        ..Manner::default()
    });
    assert_eq!(numbers(&stage.facebook("me", &token).await.1), (190, None));
    let (_, list) = stage.facebook("me/accounts", &user).await;
    assert!(!column(&list, "id").contains(&page.as_str()));
    let back = PersonChange::PageRoleRestored(page.clone());
    stage.control.apply_person(&person, back).unwrap();
    assert_eq!(stage.facebook("me", &token).await.0, 200);
    assert_eq!(
        stage.facebook("me", &healthy).await.0,
        200,
        "the other Page never noticed"
    );
}

#[tokio::test]
async fn a_business_that_demands_two_factor_shuts_out_whoever_has_none() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let user = stage.user_token(&person);
    let in_business = stage.page_token(&user, &stage.place(0)).await;
    let plain = stage.page_token(&user, &stage.place(2)).await;
    stage
        .control
        .apply_page(&stage.place(0), PageChange::BusinessDemandsTwoFactor)
        .unwrap();
    let (_, body) = stage.facebook("me", &in_business).await;
    assert_eq!(numbers(&body), (190, Some(492)));
    assert!(message(&body).contains("Two Factor Authentication"));
    assert_eq!(stage.facebook("me", &plain).await.0, 200);
    let on = PersonChange::TwoFactorChanged { on: true };
    stage.control.apply_person(&person, on).unwrap();
    assert_eq!(
        stage.facebook("me", &in_business).await.0,
        200,
        "no new token is needed"
    );
}

#[tokio::test]
async fn when_data_access_is_over_the_token_is_valid_and_returns_nothing_useful() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let user = stage.user_token(&person);
    let (account, page) = (stage.first(), stage.place(0));
    let token = stage.page_token(&user, &page).await;
    stage.control.advance(90 * DAY - HOUR);
    let path = format!("{account}?fields=id,username");
    assert!(
        stage
            .facebook(&path, &token)
            .await
            .1
            .get("username")
            .is_some()
    );
    stage.control.advance(HOUR);
    assert_eq!(
        stage.facebook(&path, &token).await,
        (200, json!({ "id": account }))
    );
    let media = format!("{account}/media");
    assert_eq!(
        stage.facebook(&media, &token).await,
        (200, json!({ "data": [] }))
    );
    let named = format!("{page}?fields=id,name");
    assert_eq!(
        stage.facebook(&named, &token).await,
        (200, json!({ "id": page }))
    );
    let data = stage.inspect(&token).await;
    assert_eq!(data["is_valid"], json!(true));
    assert!(data["data_access_expires_at"].as_i64().unwrap() * 1_000 <= stage.control.now());

    let again = stage.short_user_token(&person).await;
    let (_, list) = stage.facebook("me/accounts", &again).await;
    assert!(
        !column(&list, "id").is_empty(),
        "a new consent starts the ninety days anew"
    );
    assert!(
        stage
            .facebook(&path, &token)
            .await
            .1
            .get("username")
            .is_some()
    );
    stage
        .control
        .apply_person(&person, PersonChange::DataAccessExpired)
        .unwrap();
    let (_, list) = stage.facebook("me/accounts", &again).await;
    assert_eq!(list, json!({ "data": [] }));
    stage.control.manner(Manner {
        facebook: FacebookManner {
            data_after_its_end: true,
            ..FacebookManner::default()
        },
        ..Manner::default()
    });
    let (_, list) = stage.facebook("me/accounts", &again).await;
    assert_ne!(list, json!({ "data": [] }), "it need not stop on the day");
}

#[tokio::test]
async fn people_can_put_things_right_on_the_settings_page() {
    let stage = stage().await;
    let person = stage.somebody();
    let token = stage.user_token(&person.id);
    let browser = stage.browser();
    let chooser = browser.open("/www-fb/settings/").await;
    assert!(
        chooser
            .html()
            .contains(&format!("id=\"person-{}\"", person.id))
    );
    let fields = [
        ("person", person.id.as_str()),
        ("next", "/www-fb/settings/"),
    ];
    let page = browser.submit("/www-fb/login/", &fields).await;
    let remove = format!("id=\"remove-{PRACTICE_FACEBOOK_APP_ID}\"");
    assert!(page.html().contains(&remove), "{page:?}");
    assert!(!stage.somebody().two_factor);
    let page = browser
        .submit("/www-fb/settings/", &[("do", "two-factor-on")])
        .await;
    assert!(page.html().contains("id=\"turn-off\"") && stage.somebody().two_factor);
    let page = browser
        .submit("/www-fb/settings/", &[("remove", PRACTICE_FACEBOOK_APP_ID)])
        .await;
    assert!(!page.html().contains(&remove));
    assert_eq!(
        numbers(&stage.facebook("me", &token).await.1),
        (190, Some(458))
    );
    let fields = [
        ("person", person.id.as_str()),
        ("next", "https://evil.example/"),
    ];
    let page = browser.submit("/www-fb/login/", &fields).await;
    assert!(page.html().contains("Apps and websites"), "nowhere else");
}
