//! Extending a token.

use sandbox::{Change, Endpoint, Fault, Outage, RefreshBehaviour};
use serde_json::json;

use crate::support::{BASIC, DAY, HOUR, json, numbers, stage, text};

#[tokio::test]
async fn a_token_younger_than_a_day_is_not_extended() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    stage.control.advance(DAY - 1);
    let (status, body) = stage.refresh(&token).await;
    assert_eq!((status, numbers(&body)), (400, (100, None)), "{body}");
    assert_eq!(
        stage.graph("me", &token).await.0,
        200,
        "and goes on working"
    );
    stage.control.advance(1);
    assert_eq!(stage.refresh(&token).await.0, 200);
}

#[tokio::test]
async fn a_short_lived_token_is_never_extended() {
    let stage = stage().await;
    let (_, short) = stage
        .exchange(&[("code", &stage.code(&stage.first()))])
        .await;
    let (_, body) = stage.refresh(text(&short, "access_token")).await;
    assert_eq!(numbers(&body).0, 100);
}

#[tokio::test]
async fn an_expired_token_is_not_extended_and_the_text_names_both_times() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    stage.control.advance(60 * DAY);
    let (_, body) = stage.refresh(&token).await;
    assert_eq!(numbers(&body), (190, Some(463)));
    // Minted on 1 November 2026, 12:00 UTC; 5 183 944 seconds later it is New Year's Eve.
    assert_eq!(
        text(&body["error"], "message"),
        "Error validating access token: Session has expired on Thursday, 31-Dec-26 03:59:04 PST. \
         The current time is Thursday, 31-Dec-26 04:00:00 PST."
    );
}

#[tokio::test]
async fn sixty_days_start_again_at_the_extension() {
    for (behaviour, same, old_lives) in [
        (RefreshBehaviour::SameString, true, true),
        (RefreshBehaviour::NewStringOldLives, false, true),
        (RefreshBehaviour::NewStringOldDies, false, false),
    ] {
        let stage = stage().await;
        stage.control.refresh_behaviour(behaviour);
        let old = stage.control.mint_token(&stage.first()).unwrap();
        stage.control.advance(30 * DAY);
        let (_, body) = stage.refresh(&old).await;
        let new = text(&body, "access_token");
        assert_eq!(new == old, same, "{behaviour:?}");
        assert_eq!(
            stage.graph("me", &old).await.0 == 200,
            old_lives,
            "{behaviour:?}"
        );
        stage.control.advance(59 * DAY);
        assert_eq!(
            stage.graph("me", new).await.0,
            200,
            "{behaviour:?}: sixty days from then"
        );
        let (_, body) = stage.graph("me", &old).await;
        match behaviour {
            RefreshBehaviour::SameString => {}
            RefreshBehaviour::NewStringOldLives => assert_eq!(numbers(&body), (190, Some(463))),
            RefreshBehaviour::NewStringOldDies => assert_eq!(numbers(&body), (190, None)),
        }
    }
}

#[tokio::test]
async fn without_the_basic_scope_nothing_is_extended() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    stage.control.advance(2 * DAY);
    stage
        .control
        .apply(&account, Change::PermissionWithdrawn(BASIC.to_owned()))
        .unwrap();
    assert_eq!(numbers(&stage.refresh(&token).await.1).0, 10);
    stage
        .control
        .apply(&account, Change::PermissionRestored)
        .unwrap();
    assert_eq!(stage.refresh(&token).await.0, 200);
}

#[tokio::test]
async fn a_failing_renewal_is_transient_and_touches_nothing_else() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    stage.control.advance(2 * DAY);
    stage.control.apply(&account, Change::RenewalFails).unwrap();
    let (status, body) = stage.refresh(&token).await;
    assert_eq!((status, numbers(&body).0), (500, 2));
    assert_eq!(body["error"]["is_transient"], json!(true));
    assert_eq!(stage.graph("me", &token).await.0, 200);
    stage.control.apply(&account, Change::RenewalWorks).unwrap();
    assert_eq!(stage.refresh(&token).await.0, 200);
}

#[tokio::test]
async fn a_restriction_on_actions_does_not_stop_renewal() {
    for change in [Change::Restricted, Change::ActionBlocked] {
        let stage = stage().await;
        let account = stage.first();
        let token = stage.control.mint_token(&account).unwrap();
        stage.control.advance(2 * DAY);
        stage.control.apply(&account, change.clone()).unwrap();
        assert_eq!(stage.refresh(&token).await.0, 200, "{change:?}");
    }
}

#[tokio::test]
async fn the_answer_can_be_lost_after_the_work_is_done() {
    let stage = stage().await;
    stage
        .control
        .refresh_behaviour(RefreshBehaviour::NewStringOldDies);
    let token = stage.control.mint_token(&stage.first()).unwrap();
    stage.control.advance(2 * DAY);
    stage
        .control
        .fault(Fault::at(Outage::CutAfterwards, &[Endpoint::Refresh]).next(1));
    let path =
        format!("/graph/refresh_access_token?grant_type=ig_refresh_token&access_token={token}");
    assert!(
        stage.get(&path).await.text().await.is_err(),
        "the answer breaks off"
    );
    assert_eq!(
        numbers(&stage.graph("me", &token).await.1),
        (190, None),
        "yet the old one is dead"
    );
}

#[tokio::test]
async fn a_wrong_renewal_is_refused() {
    let stage = stage().await;
    let token = stage.control.mint_token(&stage.first()).unwrap();
    stage.control.advance(2 * DAY);
    for (query, code) in [
        (format!("access_token={token}"), 100),
        (
            format!("grant_type=refresh_token&access_token={token}"),
            100,
        ),
        ("grant_type=ig_refresh_token".to_owned(), 2500),
        (
            "grant_type=ig_refresh_token&access_token=EAAnonsense".to_owned(),
            190,
        ),
    ] {
        let (status, body) = json(
            stage
                .get(&format!("/graph/refresh_access_token?{query}"))
                .await,
        )
        .await;
        assert_eq!((status, numbers(&body).0), (400, code), "{query}: {body}");
    }
}

#[tokio::test]
async fn a_slow_renewal_still_answers() {
    let stage = stage().await;
    let account = stage.first();
    let token = stage.control.mint_token(&account).unwrap();
    stage.control.advance(2 * DAY + HOUR);
    stage
        .control
        .apply(&account, Change::SlowRenewal(20))
        .unwrap();
    assert_eq!(stage.refresh(&token).await.0, 200);
}
