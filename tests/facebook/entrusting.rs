//! Accounts that are reached through a Facebook Page: access made elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use engine::view::ImportedView;
use sandbox::{PageChange, UserToken};

use super::*;

const INSTAGRAM_TOKEN: &str = "IGAAabcdefghijklmnopqrstuvwxyz";

impl Story {
    async fn import(&self, lines: &[&str]) -> Vec<ImportedView> {
        let command = Command::AddTokens {
            route: Route::Facebook,
            app: None,
            text: lines.join("\n").into(),
        };
        let reply = self.app.run(command).await.unwrap();
        reply.imported().unwrap()
    }

    async fn add(&self, token: &str) -> Result<(), ErrorCode> {
        let command = Command::AddToken {
            route: Route::Facebook,
            app: None,
            token: token.to_owned().into(),
        };
        self.app.run(command).await.map(|_| ())
    }

    fn persons_token(&self, wanted: UserToken) -> String {
        let control = &self.world.control;
        control.mint_user_token(&self.person.id, wanted).unwrap()
    }

    /// A Page's own token, as another tool would have read it.
    async fn page_token(&self, persons: &str, page: &str) -> String {
        let graph = self.world.config().endpoints.facebook.unwrap().graph;
        let address = format!(
            "{}/v26.0/{page}?fields=access_token&access_token={persons}",
            graph.as_str().trim_end_matches('/')
        );
        let body = reqwest::get(address).await.unwrap().text().await.unwrap();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        let token = body["access_token"].as_str();
        token.unwrap_or_else(|| panic!("{body}")).to_owned()
    }
}

impl Story {
    fn is_in_business(&self, page: &str) -> bool {
        self.world.control.page(page).unwrap().business_id.is_some()
    }

    /// How often each account was connected.
    async fn generations(&self, usable: &[(String, String)]) -> BTreeMap<String, usize> {
        let mut counted = BTreeMap::new();
        for (_, id) in usable {
            let lines = self.app.history(Some(id)).await;
            let came = lines
                .iter()
                .filter(|line| matches!(line.kind, "connected" | "reconnected"));
            counted.insert(id.clone(), came.count());
        }
        counted
    }
}

fn results(lines: &[ImportedView]) -> Vec<(usize, &str, Option<&str>)> {
    let told = lines.iter();
    told.map(|it| (it.line, it.result, it.cause)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pages_token_is_proved_by_its_page_and_brings_one_account_without_an_end() {
    let story = Story::begin().await;
    let usable = story.usable();
    let (page, id) = &usable[0];
    let token = story
        .page_token(&story.persons_token(UserToken::default()), page)
        .await;
    let lines = story.import(&[&token, &token]).await;
    assert_eq!(results(&lines), [(1, "added", None), (2, "twice", None)]);
    assert_eq!(lines[0].account_id.as_ref(), Some(id));
    story.look().await;
    let account = story.app.account(id).await;
    assert_eq!((account.status, account.route), ("connected", "facebook"));
    assert_eq!(account.page.as_ref().map(|it| &it.id), Some(page));
    assert!(account.endless && account.expires_at.is_none());
    assert!(account.data_access_until.is_some());
    let exchanges = story.world.control.count(Endpoint::FacebookExchange);
    assert_eq!(exchanges, 0, "a Page's token is never exchanged");
    assert_eq!(account.app.as_deref(), Some("facebook:880000000000001"));
    // The person's token is not at hand, so there is nothing to take access back with.
    let refused = story.app.run(Command::Revoke { id: id.clone() }).await;
    assert_eq!(refused.unwrap_err(), ErrorCode::NotPossible);
    assert_eq!(story.add(&token).await, Ok(()));
    assert_eq!(story.app.snapshot().await.accounts.len(), 1);
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_token_brings_every_account_of_use_and_can_take_access_back() {
    let story = Story::begin().await;
    let usable = story.usable();
    let token = story.persons_token(UserToken::default());
    let own = story.page_token(&token, &usable[1].0).await;
    let lines = story.import(&["# mine", &own, &token]).await;
    let mut told = results(&lines);
    told.sort_unstable();
    assert_eq!(
        told,
        [
            (2, "added", None),
            (3, "added", None),
            (3, "added", None),
            (3, "twice", None),
        ]
    );
    let mut came: Vec<_> = lines.iter().map(|it| it.account_id.clone()).collect();
    came.sort();
    came.dedup();
    assert_eq!(came.len(), usable.len());
    story.look().await;
    for (_, id) in &usable {
        assert_eq!(story.status(id).await, ("connected", None), "{id}");
    }
    let again = story.import(&[&token]).await;
    assert!(again.iter().all(|it| it.result == "known"), "{again:?}");
    let id = usable[0].1.clone();
    story.app.run(Command::Revoke { id }).await.unwrap();
    story.app.calls_end().await;
    story.world.clock.advance(Duration::seconds(31));
    story.app.settle().await;
    for (_, id) in &usable {
        let found = story.status(id).await;
        assert_eq!(found, ("revoked", Some("app_removed")), "{id}");
    }
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_within_hours_is_exchanged_before_its_pages_are_read() {
    let story = Story::begin().await;
    let usable = story.usable();
    // What the browser brings is short-lived: another tool has exchanged its code.
    story.open(None).await;
    let asked = story.world.browser.last();
    let control = &story.world.control;
    let back = control
        .answer_dialog(asked.as_str(), &story.person.id, &everything())
        .unwrap();
    story.app.run(Command::CancelAttempt).await.unwrap();
    let query = |address: &str, name: &str| {
        let address = url::Url::parse(address).unwrap();
        let value = address.query_pairs().find(|(key, _)| key == name);
        value.map(|(_, value)| value.into_owned()).unwrap()
    };
    let endpoints = story.world.config().endpoints.facebook.unwrap();
    let meta_app = story.world.sandbox.app();
    let mut exchange = endpoints.graph.clone();
    exchange
        .path_segments_mut()
        .unwrap()
        .pop_if_empty()
        .extend(["v26.0", "oauth", "access_token"]);
    exchange
        .query_pairs_mut()
        .append_pair("client_id", &meta_app.facebook_app_id)
        .append_pair("client_secret", &meta_app.facebook_app_secret)
        .append_pair("redirect_uri", &query(asked.as_str(), "redirect_uri"))
        .append_pair("code", &query(&back, "code"));
    let body = reqwest::get(exchange).await.unwrap().text().await.unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let short = body["access_token"].as_str().unwrap();
    let before = control.count(Endpoint::FacebookExchange);
    let lines = story.import(&[short]).await;
    assert_eq!(lines.len(), usable.len(), "{lines:?}");
    assert_eq!(control.count(Endpoint::FacebookExchange) - before, 1);
    story.world.clock.advance(Duration::days(3));
    story.look().await;
    for (_, id) in &usable {
        assert_eq!(story.status(id).await, ("connected", None), "{id}");
    }
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_no_use_is_refused_with_its_cause() {
    let story = Story::begin().await;
    let usable = story.usable();
    let whole = story.persons_token(UserToken::default());
    let of_page = story.page_token(&whole, &usable[0].0).await;
    let scopes = ["pages_show_list".to_owned()].into();
    let poor = story.persons_token(UserToken {
        scopes: Some(scopes),
        ..UserToken::default()
    });
    let lines = story
        .import(&[INSTAGRAM_TOKEN, "EAAnobodys-token-at-all", &poor])
        .await;
    assert_eq!(
        results(&lines),
        [
            (1, "refused", Some("request_fault")),
            (2, "refused", Some("token_damaged")),
            (3, "refused", Some("permission_missing")),
        ]
    );
    assert_eq!(
        story.add(INSTAGRAM_TOKEN).await,
        Err(ErrorCode::TokenRefused)
    );
    // The permissions are the person's, so they are back with the next token.
    let whole = story.persons_token(UserToken::default());
    story
        .world
        .control
        .apply_page(&usable[0].0, PageChange::Unlinked)
        .unwrap();
    let lines = story.import(&[&of_page]).await;
    assert_eq!(results(&lines), [(1, "refused", Some("page_missing"))]);
    // Made by another app of the person's: Facebook tells this one nothing of it.
    let other = sandbox::MetaApp::numbered(3);
    story.world.control.put_app(other.clone()).unwrap();
    let foreign = story.persons_token(UserToken {
        app_id: Some(other.facebook_app_id),
        ..UserToken::default()
    });
    let lines = story.import(&[&foreign]).await;
    assert_eq!(results(&lines), [(1, "refused", Some("wrong_app_id"))]);
    story.change(PersonChange::AppRemoved);
    let lines = story.import(&[&whole]).await;
    assert_eq!(results(&lines), [(1, "refused", Some("app_removed"))]);
    assert!(story.app.snapshot().await.accounts.is_empty());
    story
        .world
        .control
        .fault(Fault::everywhere(Outage::ServerErrors));
    assert_eq!(story.add(&whole).await, Err(ErrorCode::NoAnswer));
    story.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_meta_app_of_this_route_no_token_can_be_asked_about() {
    let world = World::new().await;
    let app = world.ready().await;
    let token = || "EAABsbCS1iHgBAabcdefghijklmnopqr".to_owned();
    let one = Command::AddToken {
        route: Route::Facebook,
        app: None,
        token: token().into(),
    };
    let file = Command::AddTokens {
        route: Route::Facebook,
        app: None,
        text: token().into(),
    };
    for command in [one, file] {
        let refused = app.run(command).await;
        assert_eq!(refused.unwrap_err(), ErrorCode::NoCredentials);
    }
    app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_answer_to_the_token_that_came_is_told_and_takes_nothing_away() {
    let story = Story::begin().await;
    let usable = story.usable();
    story.connect(&usable).await;
    let token = story.persons_token(UserToken::default());
    // The list still names the Page, and gives a token for it; only the Page itself refuses.
    let (silent, _) = usable
        .iter()
        .find(|(page, _)| story.is_in_business(page))
        .unwrap();
    let demanded = PageChange::BusinessDemandsTwoFactor;
    story.world.control.apply_page(silent, demanded).unwrap();
    let refused = |lines: &[ImportedView]| -> BTreeSet<String> {
        let told = lines.iter().filter(|it| it.result == "refused");
        told.map(|it| {
            assert_eq!(it.cause, Some("role_lost"), "{it:?}");
            it.account_id.clone().unwrap()
        })
        .collect()
    };
    let business: BTreeSet<String> = usable
        .iter()
        .filter(|(page, _)| story.is_in_business(page))
        .map(|(_, id)| id.clone())
        .collect();
    let before = story.generations(&usable).await;
    let lines = story.import(&[&token]).await;
    assert_eq!(refused(&lines), business, "{lines:?}");
    assert_eq!(lines.len(), usable.len(), "each is told of");
    let known = lines.iter().filter(|it| it.result == "known").count();
    assert_eq!(known, usable.len() - business.len());
    let after = story.generations(&usable).await;
    for (_, id) in &usable {
        assert_eq!(before[id] == after[id], business.contains(id), "{id}");
    }
    // Where no Page answers at all, a single token is refused like any other.
    for (page, _) in &usable {
        let role = PersonChange::PageRoleLost(page.clone());
        if !story.is_in_business(page) {
            story.change(role);
        }
    }
    assert_eq!(story.add(&token).await, Err(ErrorCode::TokenRefused));
    story.app.quit().await;
}
