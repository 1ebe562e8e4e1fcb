//! Answers that are hostile or broken, over a real connection: each ends in a named refusal, and none repeats a secret.

use std::io;
use std::net::TcpListener;

use tokio::task::JoinHandle;

use super::*;
use crate::rehearsal::hostile::hostile;
use crate::rehearsal::limits;
use crate::rehearsal::listener::{self, labelled, serve};

async fn far_side(reply: listener::Reply) -> (Facebook, JoinHandle<io::Result<String>>) {
    let (port, served) = serve(reply).await;
    let at = |path: &str| Url::parse(&format!("http://127.0.0.1:{port}{path}"));
    let endpoints = FacebookEndpoints {
        dialog: at("/dialog/oauth").expect("an address"),
        graph: at("/fb").expect("an address"),
        version: "v26.0".into(),
    };
    let client = Facebook::new(endpoints, limits()).expect("a client");
    (client, served)
}

#[tokio::test]
async fn hostile_answers_end_in_a_named_refusal() {
    for (what, reply, expected) in hostile() {
        let (facebook, served) = far_side(reply).await;
        let answer = facebook.page(&secret(), &token(), "1").await;
        assert_eq!(answer.result.expect_err(what), expected, "{what}");
        served.abort();
    }
    for (what, reply, expected) in hostile() {
        let (facebook, served) = far_side(reply).await;
        let answer = facebook.pages(&secret(), &token()).await;
        assert_eq!(answer.result.expect_err(what), expected, "{what}");
        served.abort();
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let lure = TcpListener::bind("127.0.0.1:0").expect("a port");
    lure.set_nonblocking(true)
        .expect("a listener that tells at once");
    let head = format!(
        "Location: http://{}/steal",
        lure.local_addr().expect("an address")
    );
    let (facebook, _served) = far_side(labelled("302 Found", &head, b"")).await;
    let answer = facebook.revoke(&secret(), &token(), "1").await;
    let refusal = answer.result.expect_err("it points elsewhere");
    let is_redirect = matches!(
        refusal,
        Refusal::Interfered {
            how: Interference::Redirect,
            ..
        }
    );
    assert!(is_redirect, "{refusal:?}");
    // Whoever had come would stand in the listener's queue by now.
    let visited = lure.accept().map_err(|error| error.kind());
    assert_eq!(
        visited.err(),
        Some(io::ErrorKind::WouldBlock),
        "nobody may come to the lure"
    );
}

#[tokio::test]
async fn the_request_on_the_wire_has_the_token_in_its_head_only() {
    let body = br#"{"id":"1","name":"A"}"#;
    let (facebook, served) =
        far_side(labelled("200 OK", "Content-Type: application/json", body)).await;
    let answer = facebook.page(&secret(), &token(), "1").await;
    answer.result.expect("a Page");
    let request = served.await.expect("served").expect("read");
    let line = format!(
        "GET /fb/v26.0/1?fields=id%2Cname%2Cinstagram_business_account%7Bid%2Cusername%2Cname%7D\
         &appsecret_proof={PROOF} HTTP/1.1"
    );
    assert_eq!(request.lines().next(), Some(line.as_str()));
    assert_eq!(
        request.matches(TOKEN).count(),
        1,
        "nowhere but in the header"
    );
    assert!(
        !request.contains(SECRET),
        "the secret signs and does not travel"
    );
}

#[tokio::test]
async fn nothing_that_fails_repeats_a_secret() {
    for (what, reply, _) in hostile() {
        let (facebook, served) = far_side(reply).await;
        let inspected = facebook.inspect(&app(), &token()).await;
        let shown = format!("{inspected:?} {facebook:?}");
        let is_silent = ![SECRET, TOKEN, PROOF]
            .iter()
            .any(|word| shown.contains(word));
        assert!(is_silent, "{what}: {shown}");
        served.abort();
    }
    let echo = format!(
        r#"{{"error":{{"message":"Malformed access token {TOKEN} of {SECRET}","type":"OAuthException","code":190}}}}"#
    );
    let (facebook, _) = answering(400, echo);
    let refused = facebook.exchange(&app(), &token()).await;
    let shown = format!("{refused:?}");
    assert!(shown.contains("Malformed access token"), "{shown}");
    assert!(!shown.contains(SECRET) && !shown.contains(TOKEN), "{shown}");
}

#[tokio::test]
async fn nothing_that_succeeds_shows_a_token() {
    let page = r#"{"id":"1","name":"A","access_token":"EAABsecretOfThePage1"}"#;
    let (facebook, _) = answering(200, format!(r#"{{"data":[{page}]}}"#));
    let pages = facebook.pages(&secret(), &token()).await;
    let (facebook, _) = answering(200, r#"{"access_token":"EAABsecretOfThePage1"}"#);
    let exchanged = facebook.exchange(&app(), &token()).await;
    let shown = format!("{pages:?} {exchanged:?}");
    assert!(pages.result.is_ok() && exchanged.result.is_ok());
    assert!(
        shown.contains("[redacted]") && !shown.contains("EAABsecret"),
        "{shown}"
    );
}
