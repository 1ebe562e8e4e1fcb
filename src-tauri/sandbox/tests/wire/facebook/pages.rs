//! People and Pages: lists, cursors, portfolios, and the tokens of Pages.

use sandbox::{DialogAnswer, Endpoint, Relation, UserToken};
use serde_json::json;

use super::{column, dialog, message};
use crate::support::{DAY, HOUR, json, numbers, parameter, stage, text};

const FIELDS: &str = "id,name,username,access_token,tasks,\
                      instagram_business_account{id,username,name,profile_picture_url}";

#[tokio::test]
async fn the_list_holds_pages_of_every_kind_but_those_of_a_business_alone() {
    let stage = stage().await;
    let token = stage.user_token(&stage.somebody().id);
    let (status, body) = stage
        .facebook(&format!("me/accounts?fields={FIELDS}&limit=100"), &token)
        .await;
    assert_eq!(status, 200, "{body}");
    let listed = [0, 1, 2, 4].map(|place| stage.place(place));
    assert_eq!(
        column(&body, "id"),
        listed,
        "not the one through a business"
    );
    let list = body["data"].as_array().unwrap();
    let accounts = stage.control.accounts();
    for (place, page) in list.iter().enumerate().take(3) {
        let behind = &page["instagram_business_account"];
        assert_eq!(behind["id"], json!(accounts[place].id));
        assert_eq!(behind["username"], json!(accounts[place].username));
        assert!(text(page, "access_token").starts_with("EAA"));
    }
    assert!(
        list[3].get("instagram_business_account").is_none(),
        "no account is linked"
    );
    let may_publish = |place: usize| {
        let tasks = list[place]["tasks"].as_array().unwrap();
        tasks.contains(&json!("CREATE_CONTENT"))
    };
    assert_eq!([0, 1, 2].map(may_publish), [true, false, true]);
    let (_, plain) = stage.facebook("me/accounts", &token).await;
    assert!(plain["data"][0].get("instagram_business_account").is_none());
    assert!(plain["data"][0].get("access_token").is_some());
    let (_, only_id) = stage
        .facebook("me/accounts?fields=instagram_business_account", &token)
        .await;
    assert_eq!(
        only_id["data"][0]["instagram_business_account"],
        json!({ "id": accounts[0].id }),
        "without braces only the id"
    );
}

#[tokio::test]
async fn the_list_is_followed_page_by_page_to_the_last() {
    let stage = stage().await;
    let token = stage.user_token(&stage.somebody().id);
    let mut address = format!(
        "{}/fb/v26.0/me/accounts?fields=id,name&limit=1&access_token={token}",
        stage.origin
    );
    let mut seen = Vec::new();
    loop {
        let (status, body) = json(stage.client.get(&address).send().await.unwrap()).await;
        assert_eq!(status, 200, "{body}");
        let ids = column(&body, "id");
        assert_eq!(ids.len(), 1);
        seen.extend(ids.into_iter().map(str::to_owned));
        match body["paging"]["next"].as_str() {
            Some(next) => next.clone_into(&mut address),
            None => break,
        }
    }
    assert_eq!(seen, [0, 1, 2, 4].map(|place| stage.place(place)));
    let (_, exact) = stage.facebook("me/accounts?limit=4", &token).await;
    assert!(
        exact["paging"].get("next").is_none(),
        "nothing comes after the last"
    );
    for wrong in ["limit=x", "after=nonsense"] {
        let (_, body) = stage
            .facebook(&format!("me/accounts?{wrong}"), &token)
            .await;
        assert_eq!(numbers(&body).0, 100, "{wrong}");
    }
}

#[tokio::test]
async fn what_only_a_business_gives_is_found_through_it() {
    let stage = stage().await;
    for (index, hidden) in [(0, 3), (1, 8)] {
        let person = stage.control.people()[index].clone();
        let token = stage.user_token(&person.id);
        let (_, businesses) = stage.facebook("me/businesses", &token).await;
        let business = column(&businesses, "id")[0].to_owned();
        let page = stage.control.page(&stage.place(hidden)).unwrap();
        let (right, wrong) = match page.relation.unwrap() {
            Relation::Owned => ("owned_pages", "client_pages"),
            Relation::Client => ("client_pages", "owned_pages"),
        };
        let path = |edge: &str| format!("{business}/{edge}?fields={FIELDS}");
        let (status, body) = stage.facebook(&path(right), &token).await;
        assert_eq!(status, 200, "{body}");
        assert!(column(&body, "id").contains(&page.id.as_str()), "{body}");
        let (_, other) = stage.facebook(&path(wrong), &token).await;
        assert!(!column(&other, "id").contains(&page.id.as_str()), "{other}");
        let at = body["data"].as_array().unwrap();
        let at = at.iter().find(|it| it["id"] == json!(page.id)).unwrap();
        let (status, read) = stage
            .facebook(&page.instagram.unwrap(), text(at, "access_token"))
            .await;
        assert_eq!(status, 200, "its token works: {read}");
    }
    let first = stage.user_token(&stage.control.people()[0].id);
    let second = stage.control.page(&stage.place(8)).unwrap();
    let foreign = format!("{}/client_pages", second.business_id.unwrap());
    let (_, body) = stage.facebook(&foreign, &first).await;
    assert_eq!(
        numbers(&body),
        (100, Some(33)),
        "another person's portfolio"
    );
}

#[tokio::test]
async fn a_permission_that_is_missing_is_felt_where_it_is_needed() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let page = stage.place(0);
    let without = |scope: &str| {
        let all = super::ALL.split(',').filter(|it| *it != scope);
        let wanted = UserToken {
            scopes: Some(all.map(str::to_owned).collect()),
            ..UserToken::default()
        };
        stage.control.mint_user_token(&person, wanted).unwrap()
    };
    let (_, body) = stage
        .facebook("me/accounts", &without("pages_show_list"))
        .await;
    assert_eq!(body, json!({ "data": [] }));
    let (_, body) = stage
        .facebook("me/businesses", &without("business_management"))
        .await;
    assert_eq!(numbers(&body).0, 200);
    assert!(message(&body).contains("business_management"));
    let (_, body) = stage
        .facebook(&page, &without("pages_read_engagement"))
        .await;
    assert_eq!(numbers(&body).0, 283);
    assert!(message(&body).contains("Requires pages_read_engagement"));
    let fields = format!("{page}?fields=name,instagram_business_account");
    let (status, body) = stage.facebook(&fields, &without("instagram_basic")).await;
    assert_eq!(status, 200);
    assert!(body.get("instagram_business_account").is_none(), "{body}");
}

#[tokio::test]
async fn a_page_that_was_not_ticked_is_not_there() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let (first, second) = (stage.place(0), stage.place(1));
    let answer = DialogAnswer::Allow {
        untick: Vec::new(),
        untick_pages: vec![first.clone()],
    };
    let back = stage.control.answer_dialog(&dialog(&[]), &person, &answer);
    let code = parameter(&back.unwrap(), "code").unwrap();
    let (_, short) = stage.facebook_exchange(&[("code", &code)]).await;
    let token = text(&short, "access_token");
    let (_, body) = stage.facebook("me/accounts", token).await;
    let listed = column(&body, "id");
    assert!(!listed.contains(&first.as_str()) && listed.contains(&second.as_str()));
    let (_, body) = stage.facebook(&first, token).await;
    assert_eq!(numbers(&body), (100, Some(33)));
    assert_eq!(stage.facebook(&second, token).await.0, 200);
}

#[tokio::test]
async fn a_page_token_of_a_long_lived_token_never_ends_and_one_of_a_short_lived_dies_with_it() {
    let stage = stage().await;
    let person = stage.somebody().id;
    let page = stage.place(0);
    let short = stage.short_user_token(&person).await;
    let of_short = stage.page_token(&short, &page).await;
    let long = stage.user_token(&person);
    let of_long = stage.page_token(&long, &page).await;
    assert_ne!(of_short, of_long);
    assert_eq!(
        of_long,
        stage.page_token(&long, &page).await,
        "always the same string"
    );
    assert_eq!(
        of_long,
        stage.page_token(&of_long, &page).await,
        "a Page's token gives itself"
    );
    assert_eq!(stage.inspect(&of_long).await["expires_at"], json!(0));
    let end = stage.inspect(&short).await["expires_at"].clone();
    assert_eq!(stage.inspect(&of_short).await["expires_at"], end);
    let path = format!("{page}?fields=id,name");
    assert_eq!(stage.facebook(&path, &of_short).await.0, 200);
    stage.control.advance(2 * HOUR);
    let (_, dead) = stage.facebook(&path, &of_short).await;
    assert_eq!(numbers(&dead), (190, Some(463)));
    stage.control.advance(70 * DAY);
    assert_eq!(
        numbers(&stage.facebook("me", &long).await.1),
        (190, Some(463))
    );
    let (status, body) = stage.facebook(&path, &of_long).await;
    assert_eq!(
        (status, &body["id"]),
        (200, &json!(page)),
        "it outlives the person's"
    );
}

#[tokio::test]
async fn a_page_token_speaks_for_its_page_only() {
    let stage = stage().await;
    let user = stage.user_token(&stage.somebody().id);
    let (first, second) = (stage.place(0), stage.place(1));
    let token = stage.page_token(&user, &first).await;
    let (_, me) = stage.facebook("me?fields=id,name", &token).await;
    assert_eq!(me["id"], json!(first));
    for path in [second.as_str(), "me/accounts", "me/businesses"] {
        let (_, body) = stage.facebook(path, &token).await;
        assert_eq!(numbers(&body), (100, Some(33)), "{path}");
    }
    let (_, body) = stage.facebook("me/permissions", &token).await;
    assert_eq!(numbers(&body).0, 190, "it needs the person's token");
    let other = stage.user_token(&stage.control.people()[1].id);
    let (_, body) = stage.facebook(&first, &other).await;
    assert_eq!(numbers(&body), (100, Some(33)), "another person's Page");
}

#[tokio::test]
async fn wrong_calls_are_told_and_counted_by_kind() {
    let stage = stage().await;
    let token = stage.user_token(&stage.somebody().id);
    for (path, code) in [
        ("me?fields=id,birthday", 100),
        ("me/accounts?fields=id,nonsense", 100),
        ("me/accounts?fields=id{name", 2500),
        ("me/nonsense", 2500),
        ("nonsense", 2500),
        ("me?date_format=U", 100),
    ] {
        let (_, body) = stage.facebook(path, &token).await;
        assert_eq!(numbers(&body).0, code, "{path}: {body}");
    }
    let address = format!("{}/fb/v26.0/me/accounts", stage.origin);
    let request = stage.client.post(address).bearer_auth(&token);
    let (_, body) = json(request.send().await.unwrap()).await;
    assert_eq!(numbers(&body).0, 100);
    assert_eq!(stage.control.count(Endpoint::FacebookPages), 5);
    assert_eq!(stage.control.count(Endpoint::Facebook), 2);
}
