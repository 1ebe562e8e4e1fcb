//! Answers that are hostile or broken: each ends in a named refusal, within time and memory.

use super::{far_side, token};
use crate::credentials::AppSecret;
use crate::rehearsal::hostile::hostile;
use crate::rehearsal::{SECRET, TOKEN};

#[tokio::test]
async fn hostile_answers_end_in_a_named_refusal() {
    for (what, reply, expected) in hostile() {
        let (instagram, served) = far_side(reply).await;
        let refusal = instagram.profile(&token()).await.result.expect_err(what);
        assert_eq!(refusal, expected, "{what}");
        drop(instagram);
        served.abort();
    }
}

#[tokio::test]
async fn nothing_that_fails_repeats_a_secret() {
    for (what, reply, _) in hostile() {
        let (instagram, served) = far_side(reply).await;
        let exchanged = instagram.exchange(&AppSecret::new(SECRET), &token()).await;
        let shown = format!("{exchanged:?} {instagram:?}");
        assert!(
            !shown.contains(SECRET) && !shown.contains(TOKEN),
            "{what}: {shown}"
        );
        served.abort();
    }
}
