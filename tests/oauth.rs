//! The ways through both log-ins as they stand on the wire, field by field, against tables written from the Meta platform
//! reference. The far side is no stand-in with ideas of its own: it only writes down.

mod facebook;
mod instagram;

use std::collections::BTreeMap;

use domain::grant::Route;
use engine::command::Command;
use meta::Endpoints;
use support::wire::{Asked, Host, Played};
use support::{App, World};

const REGISTERED: &str = "https://connect.example.org/relink/";
const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
const CODE: &str = "AQBx-1_the.code";
const ACCOUNT: &str = "17841400000000001";
const QUOTA: &str =
    r#"{"data":[{"quota_usage":2,"config":{"quota_total":50,"quota_duration":86400}}]}"#;

/// A request of the table: where, what, and its parameters, all of them.
#[derive(Clone)]
struct Row {
    host: Host,
    method: &'static str,
    path: String,
    query: Vec<(&'static str, String)>,
    form: Vec<(&'static str, String)>,
    /// The whole `Authorization` field; without one there is none.
    authorization: Option<String>,
}

/// Compares what was asked with the table, field by field: these requests, in this order, and no other.
fn held(asked: &[Asked], port: impl Fn(Host) -> u16, table: &[Row]) {
    let paths: Vec<_> = asked.iter().map(|it| (&it.method, &it.path)).collect();
    assert_eq!(asked.len(), table.len(), "{paths:?}");
    for (asked, row) in asked.iter().zip(table) {
        let place = format!("{} {}", row.method, row.path);
        assert_eq!(asked.host, row.host, "{place}");
        assert_eq!(asked.method, row.method, "{place}");
        assert_eq!(asked.path, row.path, "{place}");
        assert_eq!(sorted(&asked.query), sorted(&row.query), "{place}");
        assert_eq!(sorted(&asked.form), sorted(&row.form), "{place}");
        let mut fields: BTreeMap<&str, &str> = asked
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let host = format!("127.0.0.1:{}", port(row.host));
        assert_eq!(fields.remove("host"), Some(host.as_str()), "{place}");
        assert_eq!(
            fields.remove("authorization"),
            row.authorization.as_deref(),
            "{place}"
        );
        let form = "application/x-www-form-urlencoded";
        let kind = (!row.form.is_empty()).then_some(form);
        assert_eq!(fields.remove("content-type"), kind, "{place}");
        assert_eq!(
            fields.remove("content-length").is_some(),
            kind.is_some(),
            "{place}"
        );
        // What says nothing of the person: no cookie, no referrer, no origin, nothing of ours.
        for name in ["accept", "accept-encoding", "user-agent", "connection"] {
            fields.remove(name);
        }
        assert!(fields.is_empty(), "{place}: {fields:?}");
    }
}

fn sorted<K: AsRef<str>>(pairs: &[(K, String)]) -> Vec<(&str, &str)> {
    let mut sorted: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_str()))
        .collect();
    sorted.sort_unstable();
    sorted
}

/// A call that reads, with the token in the header where there is one.
fn get(host: Host, path: &str, query: &[(&'static str, &str)], token: Option<&str>) -> Row {
    let own = |(name, value): &(&'static str, &str)| (*name, (*value).to_owned());
    Row {
        host,
        method: "GET",
        path: path.to_owned(),
        query: query.iter().map(own).collect(),
        form: vec![],
        authorization: token.map(|token| format!("Bearer {token}")),
    }
}

/// The answer of an exchange.
fn token(token: &str) -> String {
    format!(r#"{{"access_token":"{token}","token_type":"bearer","expires_in":5183944}}"#)
}

/// The browser, the far side, and Relink between them.
struct Scene {
    world: World,
    far: Played,
    app: App,
}

impl Scene {
    /// Relink with its Meta app entered, before a far side with these answers.
    async fn of(route: Route, app_id: &str, answers: impl FnOnce(&Played)) -> Self {
        let world = World::new().await;
        let far = Played::start(&world.clock);
        answers(&far);
        let mut config = world.config();
        let listen = config.endpoints.redirect.listen.to_string();
        config.endpoints = Endpoints::parse(&far.endpoints(&listen, REGISTERED)).unwrap();
        let app = world.open_with(config).unwrap();
        app.run(Command::SetCredentials {
            route,
            app_id: app_id.to_owned(),
            app_secret: APP_SECRET.to_owned().into(),
        })
        .await
        .unwrap();
        Self { world, far, app }
    }

    /// Holds the address that the browser was sent to against a table, which leaves the state out, and gives the state.
    fn sent_to(&self, host: Host, path: &str, table: &[(&str, &str)]) -> String {
        let address = self.world.browser.last();
        let pairs: Vec<(String, String)> = address.query_pairs().into_owned().collect();
        let (state, others): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| name == "state");
        let table: Vec<(&str, String)> = table
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        assert_eq!(sorted(&others), sorted(&table));
        let own = format!("http://127.0.0.1:{}{path}", self.far.port(host));
        assert_eq!(address.as_str().split('?').next(), Some(own.as_str()));
        assert_eq!(address.fragment(), None);
        let [(_, state)] = &state[..] else {
            panic!("one state: {state:?}")
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        assert!(
            state.len() == 43 && state.chars().all(plain),
            "32 bytes, base64url"
        );
        state.clone()
    }

    /// Pastes what the browser shows in the end.
    async fn paste(&self, parameters: &str) {
        let address = format!("{REGISTERED}?{parameters}").into();
        let pasted = Command::SubmitCallback { address };
        self.app.run(pasted).await.unwrap();
        self.app.run(Command::AwaitAttempt).await.unwrap();
    }

    async fn ends(&self, phase: &str, outcome: Option<&str>) {
        let attempt = self.app.attempt().await.unwrap();
        assert_eq!(
            (attempt.phase, attempt.outcome),
            (phase, outcome),
            "{attempt:?}"
        );
        self.app.run(Command::AcknowledgeAttempt).await.unwrap();
        self.app.settle().await;
    }

    /// Holds what was asked since the last time against the table.
    fn wire(&self, table: &[Row]) {
        self.holds(&self.far.asked(), table);
    }

    fn holds(&self, asked: &[Asked], table: &[Row]) {
        held(asked, |host| self.far.port(host), table);
    }

    /// Nothing of all this came to the sandbox.
    async fn end(self) {
        assert!(self.world.control.requests().is_empty());
        self.app.quit().await;
    }
}
