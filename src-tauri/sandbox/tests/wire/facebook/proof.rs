//! `appsecret_proof`.

use sandbox::PRACTICE_FACEBOOK_APP_SECRET;

use super::{APP_TOKEN, message};
use crate::support::{config, numbers, stage, stage_with};

/// Worked out here by the definition (RFC 2104), with nothing of the sandbox's.
fn proof(secret: &str, message: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let mut key = secret.as_bytes().to_vec();
    key.resize(64, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<_>>();
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message);
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner.finalize());
    let digest = outer.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_proof_that_is_sent_is_checked() {
    let stage = stage().await;
    let token = stage.user_token(&stage.somebody().id);
    let right = proof(PRACTICE_FACEBOOK_APP_SECRET, &token);
    let path = |proof: &str| format!("me?appsecret_proof={proof}");
    assert_eq!(stage.facebook(&path(&right), &token).await.0, 200);
    assert_eq!(
        stage.facebook("me", &token).await.0,
        200,
        "it is not required"
    );
    for wrong in ["", "00", &right.to_uppercase(), &proof("another", &token)] {
        let (status, body) = stage.facebook(&path(wrong), &token).await;
        assert_eq!((status, numbers(&body)), (400, (100, None)));
        assert_eq!(
            message(&body),
            "Invalid appsecret_proof provided in the API argument"
        );
    }
}

#[tokio::test]
async fn an_app_can_require_it_and_every_next_page_needs_it_again() {
    let mut config = config();
    config.apps[0].require_app_secret = true;
    let stage = stage_with(config).await;
    let token = stage.user_token(&stage.somebody().id);
    for (path, token) in [
        ("me", token.as_str()),
        ("debug_token?input_token=x", APP_TOKEN),
    ] {
        let (_, body) = stage.facebook(path, token).await;
        assert_eq!(
            message(&body),
            "API calls from the server require an appsecret_proof argument"
        );
    }
    let right = proof(PRACTICE_FACEBOOK_APP_SECRET, &token);
    let path = format!("me/accounts?limit=1&appsecret_proof={right}");
    let (status, body) = stage.facebook(&path, &token).await;
    assert_eq!(status, 200, "{body}");
    let next = body["paging"]["next"].as_str().unwrap();
    assert!(!next.contains("proof"), "{next}");
}
