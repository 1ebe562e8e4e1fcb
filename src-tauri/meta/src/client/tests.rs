use std::io;
use std::time::Duration as Wait;

use chrono::Duration;
use domain::account::AccountType;
use domain::diagnosis::{Cause, Context, Step, diagnose};
use domain::refusal::{Interference, Refusal, Unreachable};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;
use crate::endpoints::Endpoints;
use crate::rehearsal::listener::{Reply, json, labelled, serve};
use crate::rehearsal::{SECRET, TOKEN, app, limits};

mod hostile;

fn client(port: u16) -> Instagram {
    let text = format!(
        "[instagram]\nauthorize = \"http://127.0.0.1:{port}/oauth/authorize\"\n\
         token = \"http://127.0.0.1:{port}/oauth/access_token\"\ngraph = \"http://127.0.0.1:{port}\"\n\
         version = \"v26.0\"\n[redirect]\nlisten = \"http://127.0.0.1:{port}/callback\"\n\
         registered = \"http://127.0.0.1:{port}/callback\"\n"
    );
    let endpoints = Endpoints::parse(&text).expect("well formed");
    Instagram::new(endpoints.instagram, limits()).expect("a client")
}

async fn far_side(reply: Reply) -> (Instagram, JoinHandle<io::Result<String>>) {
    let (port, served) = serve(reply).await;
    (client(port), served)
}

fn token() -> AccessToken {
    AccessToken::new(TOKEN)
}

#[test]
fn the_consent_address_has_the_documented_parameters() {
    let meta = Instagram::new(Endpoints::meta().instagram, Limits::default()).expect("a client");
    let scopes = Scopes::parse("instagram_business_basic,instagram_business_content_publish");
    let address = |force| {
        meta.consent_address(
            "990000000000001",
            "https://connect.example.org/cb",
            &scopes,
            "9f2c",
            force,
        )
    };
    assert_eq!(
        address(true).as_str(),
        "https://www.instagram.com/oauth/authorize?client_id=990000000000001\
         &redirect_uri=https%3A%2F%2Fconnect.example.org%2Fcb&response_type=code\
         &scope=instagram_business_basic%2Cinstagram_business_content_publish&state=9f2c\
         &force_reauth=true&enable_fb_login=false"
    );
    assert!(address(false).as_str().contains("&force_reauth=false&"));
}

#[tokio::test]
async fn a_code_is_redeemed_with_a_form() {
    let body =
        r#"{"access_token":"IGAAshort","user_id":17841400000000001,"permissions":["a","b"]}"#;
    let (instagram, served) = far_side(json("200 OK", body)).await;
    let answer = instagram
        .redeem(&app(), "AQBx-1", "https://connect.example.org/cb")
        .await;
    let short = answer.result.expect("a token");
    assert_eq!(short.token.expose_secret(), "IGAAshort");
    assert_eq!(short.user_id.expect("an id").as_str(), "17841400000000001");
    let request = served.await.expect("served").expect("read");
    assert!(
        request.starts_with("POST /oauth/access_token HTTP/1.1"),
        "{request}"
    );
    assert!(request.ends_with(&format!(
        "client_id=990000000000001&client_secret={SECRET}&grant_type=authorization_code\
         &redirect_uri=https%3A%2F%2Fconnect.example.org%2Fcb&code=AQBx-1"
    )));
}

#[tokio::test]
async fn an_app_is_checked_with_a_made_up_code_and_the_answer_tells_how_far_it_came() {
    let told = [
        ("Invalid platform app", Cause::WrongAppId),
        (
            "Matching code was not found or was already used",
            Cause::CodeRejected,
        ),
    ];
    for (text, cause) in told {
        let body =
            format!(r#"{{"error_type":"OAuthException","code":400,"error_message":"{text}"}}"#);
        let (instagram, served) = far_side(json("400 Bad Request", &body)).await;
        let redirect = "https://connect.example.org/cb";
        let answer = instagram.check_app(&app(), redirect).await;
        let refusal = answer.result.expect_err("a made-up code brings nothing");
        let now = domain::Timestamp::from_timestamp(1_794_000_000, 0).expect("a moment");
        let found = diagnose(&refusal, &Context::at(Step::RedeemCode), now);
        assert_eq!(found.cause, cause, "{text}");
        let request = served.await.expect("served").expect("read");
        assert!(request.starts_with("POST /oauth/access_token HTTP/1.1"));
        assert!(
            request.ends_with(&format!(
                "client_id=990000000000001&client_secret={SECRET}&grant_type=authorization_code\
                 &redirect_uri=https%3A%2F%2Fconnect.example.org%2Fcb&code={MADE_UP_CODE}"
            )),
            "{request}"
        );
    }
}

#[tokio::test]
async fn whoever_takes_a_made_up_code_is_not_instagram() {
    let body = r#"{"access_token":"IGAAshort","user_id":17841400000000001}"#;
    let (instagram, _served) = far_side(json("200 OK", body)).await;
    let answer = instagram
        .check_app(&app(), "https://connect.example.org/cb")
        .await;
    let refusal = answer.result.expect_err("this answer cannot be true");
    assert!(matches!(
        refusal,
        Refusal::Interfered {
            how: Interference::Unrecognised,
            ..
        }
    ));
}

#[tokio::test]
async fn exchange_and_renewal_use_the_unversioned_addresses() {
    let body = r#"{"access_token":"IGAAlong","token_type":"bearer","expires_in":5183944}"#;
    let (instagram, served) = far_side(json("200 OK", body)).await;
    let long = instagram
        .exchange(&AppSecret::new(SECRET), &token())
        .await
        .result
        .expect("a token");
    assert_eq!(long.token.expose_secret(), "IGAAlong");
    assert_eq!(long.expires_in, Some(Duration::seconds(5_183_944)));
    let request = served.await.expect("served").expect("read");
    let asked = format!(
        "GET /access_token?grant_type=ig_exchange_token&client_secret={SECRET}&access_token={TOKEN} "
    );
    assert!(request.starts_with(&asked), "{request}");

    let (instagram, served) =
        far_side(json("200 OK", r#"{"access_token":"N","expires_in":1e400}"#)).await;
    let renewed = instagram
        .renew(&token())
        .await
        .result
        .expect("a new token is never thrown away");
    assert_eq!(
        (renewed.token.expose_secret(), renewed.expires_in),
        ("N", None)
    );
    let request = served.await.expect("served").expect("read");
    let asked =
        format!("GET /refresh_access_token?grant_type=ig_refresh_token&access_token={TOKEN} ");
    assert!(request.starts_with(&asked), "{request}");
}

#[tokio::test]
async fn the_profile_is_read_with_the_token_in_the_header() {
    let body = r#"{"user_id":"17841400000000001","username":"acme.bakery","account_type":"BUSINESS","id":"2"}"#;
    let head = "Content-Type: application/json; charset=UTF-8\r\nDate: Fri, 06 Nov 2026 17:25:03 GMT\r\n\
                X-App-Usage: {\"call_count\":28,\"total_time\":25,\"total_cputime\":25}";
    let (instagram, served) = far_side(labelled("200 OK", head, body.as_bytes())).await;
    let answer = instagram.profile(&token()).await;
    let profile = answer.result.expect("a profile");
    assert_eq!(
        (profile.username.as_str(), profile.account_type),
        ("acme.bakery", AccountType::Business)
    );
    assert_eq!(answer.note.app_usage, Some(28));
    assert_eq!(
        answer.note.date.map(|date| date.timestamp()),
        Some(1_793_985_903)
    );
    let request = served.await.expect("served").expect("read");
    assert!(
        request.starts_with("GET /v26.0/me?fields=user_id%2Cusername%2Cname%2Caccount_type "),
        "{request}"
    );
    assert!(
        request
            .to_ascii_lowercase()
            .contains(&format!("authorization: bearer {}", TOKEN.to_lowercase()))
    );
    assert_eq!(
        request.matches(TOKEN).count(),
        1,
        "nowhere but in the header"
    );
}

#[tokio::test]
async fn a_denial_keeps_its_numbers_and_its_wait() {
    let body = r#"{"error":{"message":"x","type":"OAuthException","code":190,"error_subcode":460,"fbtrace_id":"T"}}"#;
    let head = "Content-Type: application/json\r\nRetry-After: 60";
    let (instagram, _served) = far_side(labelled("400 Bad Request", head, body.as_bytes())).await;
    let Err(Refusal::Denied(error)) = instagram.profile(&token()).await.result else {
        panic!("a denial")
    };
    assert_eq!(
        (error.http_status, error.code, error.subcode),
        (Some(400), Some(190), Some(460))
    );
    assert_eq!(error.retry_after, Some(Duration::seconds(60)));
    let (instagram, _served) = far_side(json("200 OK", body)).await;
    let Err(Refusal::Denied(_)) = instagram.profile(&token()).await.result else {
        panic!("an error is one whatever its status")
    };
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let lure = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let head = format!(
            "Location: http://{}/steal",
            lure.local_addr().expect("an address")
        );
        let (instagram, _served) = far_side(labelled(status, &head, b"")).await;
        let refusal = instagram.renew(&token()).await.result.expect_err(status);
        assert!(
            matches!(
                refusal,
                Refusal::Interfered {
                    how: Interference::Redirect,
                    ..
                }
            ),
            "{refusal:?}"
        );
        let visited = tokio::time::timeout(Wait::from_millis(50), lure.accept()).await;
        assert!(visited.is_err(), "{status}: nobody may come to the lure");
    }
}

#[tokio::test]
async fn a_closed_port_and_an_unsendable_token_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let instagram = client(port);
    let refused = instagram
        .profile(&token())
        .await
        .result
        .expect_err("nobody there");
    assert_eq!(refused, Refusal::Unreachable(Unreachable::Connect));
    let broken = instagram
        .profile(&AccessToken::new("two\nlines"))
        .await
        .result
        .expect_err("no header");
    assert_eq!(broken, Refusal::Unreachable(Unreachable::Unsendable));
}

#[tokio::test]
async fn a_far_side_without_tls_is_a_matter_of_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let served = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let mut endpoints = Endpoints::meta().instagram;
    endpoints.graph = Url::parse(&format!("https://127.0.0.1:{port}")).expect("an address");
    endpoints.token = endpoints.graph.clone();
    let instagram = Instagram::new(endpoints, Limits::default()).expect("a client");
    let refusal = instagram
        .profile(&token())
        .await
        .result
        .expect_err("no TLS there");
    assert_eq!(refusal, Refusal::Unreachable(Unreachable::Tls));
    served.abort();
}

#[tokio::test]
async fn a_page_of_media_is_asked_for_with_a_cursor_and_without_a_token_in_the_address() {
    let body = r#"{"data":[{"id":"18000000000000001","media_type":"IMAGE"}],"paging":{"cursors":{"after":"QVFI"},
        "next":"https://graph.instagram.com/v26.0/1/media?after=QVFI"}}"#;
    let (instagram, served) = far_side(json("200 OK", body)).await;
    let account = AccountId::new("17841400000000001");
    let answer = instagram.media(&token(), &account, Some("Q&x=1")).await;
    let page = answer.result.expect("a page");
    assert_eq!((page.items.len(), page.next.as_deref()), (1, Some("QVFI")));
    let request = served.await.expect("served").expect("read");
    assert!(request.starts_with("GET /v26.0/17841400000000001/media?fields=id%2Ccaption"));
    assert!(request.contains("&limit=100&after=Q%26x%3D1 HTTP"));
    assert!(
        request
            .lines()
            .next()
            .is_some_and(|line| !line.contains(TOKEN))
    );
}

#[tokio::test]
async fn a_picture_is_asked_for_without_a_token_and_only_where_pictures_are_kept() {
    let (instagram, served) =
        far_side(labelled("200 OK", "Content-Type: image/svg+xml", b"bytes")).await;
    let mut address = instagram.endpoints.graph.clone();
    address.set_path("/cdn/a.jpg");
    let got = instagram.picture(&address).await;
    assert_eq!(
        got.expect("a file"),
        b"bytes",
        "a label decides nothing here"
    );
    let request = served.await.expect("served").expect("read").to_lowercase();
    assert!(request.starts_with("get /cdn/a.jpg http") && !request.contains("authorization"));
    let elsewhere = Url::parse("http://127.0.0.1:9/a.jpg").expect("an address");
    assert!(instagram.picture(&elsewhere).await.is_err());
}

#[tokio::test]
async fn a_picture_that_moved_or_is_too_large_does_not_come() {
    let too_large = vec![0xff; crate::picture::MAX_FILE + 1];
    for reply in [
        labelled("302 Found", "Location: http://127.0.0.1:9/a.jpg", b""),
        labelled("404 Not Found", "Content-Type: image/jpeg", b"gone"),
        labelled("200 OK", "Content-Type: image/jpeg", &too_large),
    ] {
        let (instagram, served) = far_side(reply).await;
        let address = instagram.endpoints.graph.clone();
        assert!(instagram.picture(&address).await.is_err());
        drop(served.await);
    }
}
