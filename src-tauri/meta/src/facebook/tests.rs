use std::sync::{Arc, Mutex};

use chrono::Duration;
use domain::account::AccountType;
use domain::refusal::{Interference, Refusal};

use super::*;
use crate::endpoints::Endpoints;
use crate::far_side::{Call, FarSide, Reply};
use crate::rehearsal::{SECRET, TOKEN, app};

mod consent;
mod hostile;
mod inspection;
mod lists;

/// HMAC-SHA256 of [`TOKEN`] with [`SECRET`], as another program reckoned it (`openssl dgst -sha256 -hmac`).
const PROOF: &str = "9382d750bd77ee3f09d7ef7614c245b1335affe3e1fc1b9366af6d7af6f20a47";
/// The same of the app's own token.
const APPS_PROOF: &str = "d557b2fd6b9dfec31a7934a63c394a8533b5344f972678a36f01e9741e6d7fbc";

/// What was asked, in the order of asking.
type Asked = Arc<Mutex<Vec<Call>>>;

/// A client whose far side answers every call as `answer` says.
fn facebook(answer: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (Facebook, Asked) {
    let asked = Asked::default();
    let heard = Arc::clone(&asked);
    let far_side = FarSide::new(move |call| {
        let reply = answer(&call);
        heard.lock().expect("no test panicked here").push(call);
        Box::pin(async move { Ok(reply) })
    });
    let transport = Transport::InProcess(far_side.expect("a far side"));
    let endpoints = Endpoints::meta().facebook.expect("the route is built in");
    let client = Facebook::over(transport, endpoints, Limits::default()).expect("a client");
    (client, asked)
}

/// The same, with one answer to everything.
fn answering(status: u16, body: impl Into<String>) -> (Facebook, Asked) {
    let body = body.into();
    facebook(move |_| json(status, &body))
}

fn json(status: u16, body: &str) -> Reply {
    Reply {
        status,
        head: vec![("content-type", "application/json; charset=UTF-8".into())],
        body: body.as_bytes().to_vec(),
    }
}

/// Method and address, then the parameters in their order, then the token of the header.
fn told(call: &Call) -> (String, Vec<(String, String)>, Option<&str>) {
    let mut address = call.address.clone();
    address.set_query(None);
    let query = call.address.query_pairs().into_owned().collect();
    assert!(call.body.is_empty(), "everything stands in the address");
    (
        format!("{} {address}", call.method),
        query,
        call.bearer.as_deref(),
    )
}

/// Holds the one call that was made against what is documented.
fn assert_asked(asked: &Asked, what: &str, query: &[(&str, &str)], bearer: Option<&str>) {
    let calls = asked.lock().expect("no test panicked here");
    let [call] = calls.as_slice() else {
        panic!("{} calls", calls.len())
    };
    let query: Vec<(String, String)> = query
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(told(call), (what.to_owned(), query, bearer));
}

fn secret() -> AppSecret {
    AppSecret::new(SECRET)
}

fn token() -> AccessToken {
    AccessToken::new(TOKEN)
}

/// Whether an answer is refused because of its shape.
fn is_unrecognised<T>(answer: &Answer<T>) -> bool {
    matches!(
        &answer.result,
        Err(Refusal::Interfered {
            how: Interference::Unrecognised,
            ..
        })
    )
}

#[tokio::test]
async fn a_person_is_asked_for_with_a_signed_token_in_the_header() {
    for (spelled, name) in [
        (
            r#"{"id":"10220000000000001","name":"Ada Baker"}"#,
            Some("Ada Baker"),
        ),
        (r#"{"name":null,"id":10220000000000001}"#, None),
    ] {
        let (facebook, asked) = answering(200, spelled);
        let person = facebook.person(&secret(), &token()).await.result;
        let expected = Person {
            id: "10220000000000001".into(),
            name: name.map(str::to_owned),
        };
        assert_eq!(person.expect("a person"), expected);
        assert_asked(
            &asked,
            "GET https://graph.facebook.com/v26.0/me",
            &[("fields", "id,name"), ("appsecret_proof", PROOF)],
            Some(TOKEN),
        );
    }
    for odd in ["{}", r#"{"id":"a"}"#, r#"{"id":1.5}"#, r#"["1","Ada"]"#] {
        let (facebook, _) = answering(200, odd);
        assert!(
            is_unrecognised(&facebook.person(&secret(), &token()).await),
            "{odd}"
        );
    }
}

#[tokio::test]
async fn a_page_tells_of_its_link_in_one_call() {
    let body = r#"{"id":"123450000000001","name":"Acme Bakery","instagram_business_account":
        {"id":"17841400000000001","username":"acme.bakery","name":"Acme"}}"#;
    let (facebook, asked) = answering(200, body);
    let page = facebook.page(&secret(), &token(), "123450000000001").await;
    let page = page.result.expect("a Page");
    assert_eq!(
        (page.id.as_str(), page.name.as_str()),
        ("123450000000001", "Acme Bakery")
    );
    let account = page.account.expect("an account");
    assert_eq!(account.user_id, AccountId::new("17841400000000001"));
    assert_eq!(
        (account.username.as_str(), account.name.as_deref()),
        ("acme.bakery", Some("Acme"))
    );
    assert_eq!(account.account_type, AccountType::Unknown);
    assert_asked(
        &asked,
        "GET https://graph.facebook.com/v26.0/123450000000001",
        &[
            (
                "fields",
                "id,name,instagram_business_account{id,username,name}",
            ),
            ("appsecret_proof", PROOF),
        ],
        Some(TOKEN),
    );
}

#[tokio::test]
async fn a_link_is_cut_only_where_the_page_itself_says_nothing_of_one() {
    let state = async |body: &str| {
        let (facebook, _) = answering(200, body);
        facebook.page(&secret(), &token(), "1").await
    };
    for none in [
        r#"{"id":"1","name":"A"}"#,
        r#"{"id":1,"name":"A","instagram_business_account":null}"#,
    ] {
        let page = state(none).await.result.expect(none);
        assert_eq!(page.account, None, "{none}");
    }
    for odd in [
        r#"{"id":"2","name":"Another Page"}"#,
        r#"{"name":"A"}"#,
        r#"{"id":"1","name":""}"#,
        r#"{"id":"1","name":"A","instagram_business_account":{}}"#,
        r#"{"id":"1","name":"A","instagram_business_account":{"id":"17"}}"#,
        r#"{"id":"1","name":"A","instagram_business_account":{"id":"x","username":"a"}}"#,
        r#"{"id":"1","name":"A","instagram_business_account":["17","a"]}"#,
        r#"{"id":"1","name":"A","instagram_business_account":"17"}"#,
    ] {
        assert!(is_unrecognised(&state(odd).await), "{odd}");
    }
}

#[tokio::test]
async fn a_grant_is_taken_back_only_if_the_answer_says_so() {
    let (facebook, asked) = answering(200, r#"{"success":true}"#);
    let answer = facebook
        .revoke(&secret(), &token(), "10220000000000001")
        .await;
    answer.result.expect("done");
    assert_asked(
        &asked,
        "DELETE https://graph.facebook.com/v26.0/10220000000000001/permissions",
        &[("appsecret_proof", PROOF)],
        Some(TOKEN),
    );
    for odd in [
        r#"{"success":false}"#,
        r#"{"success":null}"#,
        "{}",
        r#"[true]"#,
        r#"{"id":"1"}"#,
    ] {
        let (facebook, _) = answering(200, odd);
        let answer = facebook.revoke(&secret(), &token(), "1").await;
        assert!(is_unrecognised(&answer), "{odd}");
    }
    let (facebook, _) = answering(500, r#"{"success":true}"#);
    let answer = facebook.revoke(&secret(), &token(), "1").await;
    answer
        .result
        .expect_err("a fault is not a success, whatever it says");
}

#[tokio::test]
async fn the_account_behind_a_page_is_named_in_its_calls() {
    let account = AccountId::new("17841400000000001");
    let quota = r#"{"data":[{"quota_usage":2,"config":{"quota_total":50}}]}"#;
    let (facebook, asked) = answering(200, quota);
    let answer = facebook
        .publishing_limit(&secret(), &token(), &account)
        .await;
    answer.result.expect("a quota");
    let address = "GET https://graph.facebook.com/v26.0/17841400000000001";
    assert_asked(
        &asked,
        &format!("{address}/content_publishing_limit"),
        &[("fields", "quota_usage,config"), ("appsecret_proof", PROOF)],
        Some(TOKEN),
    );

    let body = r#"{"id":"17841400000000001","username":"a","media_count":412,
        "profile_picture_url":"https://a.cdninstagram.com/p.jpg"}"#;
    let (facebook, asked) = answering(200, body);
    let about = facebook.about(&secret(), &token(), &account).await.result;
    let about = about.expect("an account");
    assert_eq!(
        (about.user_id, about.media_count),
        (account.clone(), Some(412))
    );
    assert_asked(
        &asked,
        address,
        &[
            ("fields", "id,username,media_count,profile_picture_url"),
            ("appsecret_proof", PROOF),
        ],
        Some(TOKEN),
    );

    let body = r#"{"data":[{"id":"18000000000000001","media_type":"IMAGE"}],
        "paging":{"cursors":{"after":"QVFI"},"next":"https://graph.facebook.com/x"}}"#;
    let (facebook, asked) = answering(200, body);
    let page = facebook
        .media(&secret(), &token(), &account, Some("Q&x=1"))
        .await;
    let page = page.result.expect("a page");
    assert_eq!((page.items.len(), page.next.as_deref()), (1, Some("QVFI")));
    let fields = "id,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,timestamp,\
                  like_count,comments_count";
    assert_asked(
        &asked,
        &format!("{address}/media"),
        &[
            ("fields", fields),
            ("limit", "100"),
            ("after", "Q&x=1"),
            ("appsecret_proof", PROOF),
        ],
        Some(TOKEN),
    );
}

#[tokio::test]
async fn a_picture_is_fetched_without_a_token_and_only_where_pictures_are_kept() {
    let (facebook, asked) = answering(200, "{}");
    let at = |address: &str| Url::parse(address).expect("an address");
    let kept = at("https://scontent.cdninstagram.com/a.jpg?sig=1");
    assert_eq!(facebook.picture(&kept).await.expect("a file"), b"{}");
    assert_asked(
        &asked,
        "GET https://scontent.cdninstagram.com/a.jpg",
        &[("sig", "1")],
        None,
    );
    for elsewhere in [
        "https://graph.facebook.com/1/picture",
        "http://scontent.cdninstagram.com/a.jpg",
        "https://cdninstagram.com.evil.example/a.jpg",
    ] {
        assert!(
            facebook.picture(&at(elsewhere)).await.is_err(),
            "{elsewhere}"
        );
    }
    assert_eq!(asked.lock().expect("no test panicked here").len(), 1);
}
