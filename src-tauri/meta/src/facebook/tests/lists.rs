//! Lists of several pages: permissions, and the Pages of a person and their businesses.

use super::*;

/// What the list says of a Page.
fn page(id: u32) -> String {
    format!(
        r#"{{"id":"{id}","name":"Page {id}","access_token":"EAABpage{id}","tasks":["CREATE_CONTENT","MANAGE"],
        "instagram_business_account":{{"id":"1784{id}","username":"account{id}"}}}}"#
    )
}

/// A page of a list; `next` is the cursor of the one behind it.
fn listed(items: &[String], next: Option<&str>) -> Reply {
    let items = items.join(",");
    let paging = next.map_or_else(String::new, |next| {
        format!(
            r#","paging":{{"cursors":{{"before":"x","after":"{next}"}},"next":"https://evil.example/?after=Z"}}"#
        )
    });
    json(200, &format!(r#"{{"data":[{items}]{paging}}}"#))
}

fn after(call: &Call) -> Option<String> {
    let mut query = call.address.query_pairs();
    query.find_map(|(name, value)| (name == "after").then(|| value.into_owned()))
}

fn denied(code: i64) -> Reply {
    json(
        400,
        &format!(r#"{{"error":{{"message":"x","type":"OAuthException","code":{code}}}}}"#),
    )
}

/// The paths asked, without the version, and the cursors.
fn ways(asked: &Asked) -> Vec<String> {
    let calls = asked.lock().expect("no test panicked here");
    let way = |call: &Call| {
        assert_eq!(call.address.host_str(), Some("graph.facebook.com"));
        let path = call.address.path().trim_start_matches("/v26.0");
        let cursor = after(call).map(|cursor| format!(" {cursor}"));
        format!("{path}{}", cursor.unwrap_or_default())
    };
    calls.iter().map(way).collect()
}

async fn ids(facebook: &Facebook) -> Vec<String> {
    let offers = facebook.pages(&secret(), &token()).await.result;
    let offers = offers.expect("Pages");
    offers.found.into_iter().map(|offer| offer.id).collect()
}

#[tokio::test]
async fn a_page_is_offered_with_everything_documented() {
    let (facebook, asked) = facebook(|call| match call.address.path() {
        "/v26.0/me/accounts" => listed(&[page(1)], None),
        _ => listed(&[], None),
    });
    let offers = facebook.pages(&secret(), &token()).await.result;
    let [offer] = &offers.expect("Pages").found[..] else {
        panic!("one Page")
    };
    assert_eq!((offer.id.as_str(), offer.name.as_str()), ("1", "Page 1"));
    let token = offer.token.as_ref().expect("a token");
    assert_eq!(token.expose_secret(), "EAABpage1");
    assert_eq!(offer.tasks, ["CREATE_CONTENT", "MANAGE"]);
    let account = offer.account.as_ref().expect("an account");
    assert_eq!(
        (account.user_id.as_str(), account.username.as_str()),
        ("17841", "account1")
    );

    let calls = asked.lock().expect("no test panicked here");
    let fields = "id,name,username,access_token,tasks,\
                  instagram_business_account{id,username,name,profile_picture_url}";
    let asked = [
        ("GET https://graph.facebook.com/v26.0/me/accounts", fields),
        ("GET https://graph.facebook.com/v26.0/me/businesses", "id"),
    ];
    assert_eq!(calls.len(), asked.len());
    for (call, (what, fields)) in calls.iter().zip(asked) {
        let query = [
            ("fields", fields),
            ("limit", "100"),
            ("appsecret_proof", PROOF),
        ];
        let query = query.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(told(call), (what.to_owned(), query.to_vec(), Some(TOKEN)));
    }
}

#[tokio::test]
async fn a_page_without_token_tasks_or_account_is_offered_too() {
    for bare in [
        r#"{"id":7,"name":"Bare"}"#,
        r#"{"id":"7","name":"Bare","access_token":null,"tasks":null,"instagram_business_account":null}"#,
    ] {
        let (facebook, _) = facebook(|_| listed(&[bare.to_owned()], None));
        let offers = facebook.pages(&secret(), &token()).await.result;
        let [offer] = &offers.expect("Pages").found[..] else {
            panic!("one Page")
        };
        assert!(offer.token.is_none() && offer.tasks.is_empty() && offer.account.is_none());
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_read_takes_no_other_away_and_is_counted() {
    for odd in [
        r#"{"id":"9"}"#,
        r#"{"id":"9","name":""}"#,
        r#"{"id":"9","name":7}"#,
        r#"{"id":"9","name":"A","access_token":"a b"}"#,
        r#"{"id":"9","name":"A","access_token":7}"#,
        r#"{"id":"9","name":"A","tasks":"MANAGE"}"#,
        r#"{"id":"9","name":"A","instagram_business_account":{"id":"17"}}"#,
        r#"{"id":"9","name":"A","instagram_business_account":{"id":"17","username":""}}"#,
    ] {
        let with_odd = move |items: &[String]| {
            let items = items.to_vec();
            facebook(move |call| match call.address.path() {
                "/v26.0/me/accounts" => listed(&items, None),
                _ => listed(&[], None),
            })
        };
        let (one, _) = with_odd(&[odd.to_owned(), page(1)]);
        let answer = one.pages(&secret(), &token()).await;
        let offers = answer.result.expect(odd);
        let ids: Vec<&str> = offers.found.iter().map(|it| it.id.as_str()).collect();
        assert_eq!((ids, offers.unreadable), (vec!["1"], 1), "{odd}");
        let (none, _) = with_odd(&[odd.to_owned()]);
        let answer = none.pages(&secret(), &token()).await;
        assert!(is_unrecognised(&answer), "nothing of it was read: {odd}");
    }
}

#[tokio::test]
async fn an_item_that_is_no_page_makes_the_list_none() {
    for odd in ["7", "{}", r#"{"id":"../1","name":"A"}"#, r#"["1","A"]"#] {
        let (facebook, _) = facebook(|_| listed(&[page(1), odd.to_owned()], None));
        let answer = facebook.pages(&secret(), &token()).await;
        assert!(is_unrecognised(&answer), "{odd}");
    }
}

#[tokio::test]
async fn a_list_is_read_to_its_end_by_cursors_on_our_own_host() {
    let (facebook, asked) = facebook(|call| match (call.address.path(), after(call).as_deref()) {
        ("/v26.0/me/accounts", None) => listed(&[page(1), page(2)], Some("A&b=1")),
        // An empty page may stand in the middle of a list.
        ("/v26.0/me/accounts", Some("A&b=1")) => listed(&[], Some("B")),
        ("/v26.0/me/accounts", Some("B")) => listed(&[page(2), page(3)], None),
        _ => listed(&[], None),
    });
    assert_eq!(ids(&facebook).await, ["1", "2", "3"], "each one once");
    let expected = [
        "/me/accounts",
        "/me/accounts A&b=1",
        "/me/accounts B",
        "/me/businesses",
    ];
    assert_eq!(ways(&asked), expected);
}

#[tokio::test]
async fn a_list_of_pages_without_an_end_is_none() {
    let (circle, asked) = facebook(|call| match after(call).as_deref() {
        None => listed(&[page(1)], Some("A")),
        Some("A") => listed(&[page(2)], Some("B")),
        Some(_) => listed(&[page(1)], Some("A")),
    });
    let answer = circle.pages(&secret(), &token()).await;
    assert!(
        is_unrecognised(&answer),
        "what was not read would look gone"
    );
    let own = ways(&asked);
    assert_eq!(own, ["/me/accounts", "/me/accounts A", "/me/accounts B"]);

    let (endless, asked) = facebook(|call| {
        let number = after(call).map_or(0, |cursor| cursor.parse().expect("our own cursor"));
        listed(&[page(number)], Some(&(number + 1).to_string()))
    });
    let answer = endless.pages(&secret(), &token()).await;
    assert!(is_unrecognised(&answer));
    assert_eq!(ways(&asked).len(), 200);
}

#[tokio::test]
async fn pages_of_businesses_are_added_once() {
    let id = |id: &str| format!(r#"{{"id":"{id}"}}"#);
    let (facebook, asked) = facebook(move |call| match call.address.path() {
        "/v26.0/me/accounts" => listed(&[page(1)], None),
        "/v26.0/me/businesses" => listed(&[id("81"), id("82")], None),
        "/v26.0/81/owned_pages" => listed(&[page(1), page(2)], None),
        "/v26.0/81/client_pages" => denied(10),
        "/v26.0/82/owned_pages" => denied(100),
        "/v26.0/82/client_pages" if after(call).is_none() => listed(&[page(3)], Some("A")),
        _ => listed(&[page(4)], None),
    });
    assert_eq!(ids(&facebook).await, ["1", "2", "3", "4"]);
    let expected = [
        "/me/accounts",
        "/me/businesses",
        "/81/owned_pages",
        "/81/client_pages",
        "/82/owned_pages",
        "/82/client_pages",
        "/82/client_pages A",
    ];
    assert_eq!(ways(&asked), expected);
}

#[tokio::test]
async fn refused_businesses_take_nothing_away() {
    let (facebook, asked) = facebook(|call| match call.address.path() {
        "/v26.0/me/accounts" => listed(&[page(1)], None),
        _ => denied(200),
    });
    assert_eq!(ids(&facebook).await, ["1"]);
    assert_eq!(ways(&asked), ["/me/accounts", "/me/businesses"]);
}

#[tokio::test]
async fn a_limit_ends_the_search_and_is_told() {
    let (facebook, asked) = facebook(|call| match call.address.path() {
        "/v26.0/me/accounts" => listed(&[page(1)], None),
        "/v26.0/me/businesses" => listed(&[r#"{"id":"81"}"#.to_owned()], None),
        _ => {
            let mut reply = denied(4);
            reply.head.push(("retry-after", "60".into()));
            reply
                .head
                .push(("x-app-usage", r#"{"call_count":100}"#.into()));
            reply
        }
    });
    let answer = facebook.pages(&secret(), &token()).await;
    assert_eq!(answer.result.expect("Pages").found.len(), 1);
    assert_eq!(answer.note.retry_after, Some(Duration::seconds(60)));
    assert_eq!(answer.note.app_usage, Some(100));
    assert_eq!(
        ways(&asked).len(),
        3,
        "no more calls where they are not wanted"
    );
}

#[tokio::test]
async fn a_refused_list_of_ones_own_is_a_refusal() {
    let refused = |reply: fn() -> Reply| facebook(move |_| reply());
    let (first, asked) = refused(|| denied(190));
    let answer = first.pages(&secret(), &token()).await;
    let Err(Refusal::Denied(error)) = answer.result else {
        panic!("a denial")
    };
    assert_eq!(error.code, Some(190));
    assert_eq!(ways(&asked), ["/me/accounts"]);

    let (second, _) = facebook(|call| match after(call) {
        None => listed(&[page(1)], Some("A")),
        Some(_) => denied(2),
    });
    let answer = second.pages(&secret(), &token()).await;
    answer
        .result
        .expect_err("half a list would look like all of it");
}

#[tokio::test]
async fn permissions_are_granted_or_declined() {
    let item =
        |name: &str, status: &str| format!(r#"{{"permission":"{name}","status":"{status}"}}"#);
    let body = [
        item("instagram_basic", "granted"),
        item("pages_show_list", "declined"),
        item("business_management", "expired"),
        item("pages_read_engagement", "unheard_of"),
    ];
    let (asking, asked) = facebook(move |_| listed(&body, None));
    let answer = asking.permissions(&secret(), &token()).await;
    let expected = Permissions {
        granted: Scopes::parse("instagram_basic"),
        declined: Scopes::parse("business_management,pages_read_engagement,pages_show_list"),
    };
    assert_eq!(answer.result.expect("permissions"), expected);
    assert_asked(
        &asked,
        "GET https://graph.facebook.com/v26.0/me/permissions",
        &[("appsecret_proof", PROOF)],
        Some(TOKEN),
    );
    for odd in [
        "{}",
        r#"["a","granted"]"#,
        r#"{"permission":"a"}"#,
        r#"{"permission":"a","status":true}"#,
    ] {
        let (odd_one, _) = facebook(|_| listed(&[odd.to_owned()], None));
        let answer = odd_one.permissions(&secret(), &token()).await;
        assert!(is_unrecognised(&answer), "{odd}");
    }
}

#[tokio::test]
async fn permissions_that_were_not_read_are_not_withdrawn() {
    let one = |name: &str| vec![format!(r#"{{"permission":"{name}","status":"granted"}}"#)];
    let (two_pages, asked) = facebook(move |call| match after(call) {
        None => listed(&one("instagram_basic"), Some("A")),
        Some(_) => listed(&one("pages_show_list"), None),
    });
    let permissions = two_pages.permissions(&secret(), &token()).await.result;
    let granted = permissions.expect("permissions").granted;
    assert_eq!(granted, Scopes::parse("instagram_basic,pages_show_list"));
    assert_eq!(ways(&asked), ["/me/permissions", "/me/permissions A"]);

    let (circle, asked) = facebook(move |_| listed(&one("instagram_basic"), Some("A")));
    assert!(is_unrecognised(
        &circle.permissions(&secret(), &token()).await
    ));
    assert_eq!(ways(&asked).len(), 2);
}
