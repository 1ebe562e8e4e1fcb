//! A sandbox with a clock in the hand, a client that follows nothing, and a browser that knows
//! forms and one cookie.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use reqwest::{Client, Response, header, redirect};
use sandbox::{Config, Control, PRACTICE_APP_ID, PRACTICE_APP_SECRET, PRACTICE_REDIRECT, Sandbox};
use serde_json::Value;

/// The app id of the practice world.
pub(crate) const PRACTICE_APP: &str = PRACTICE_APP_ID;
/// 1 November 2026, 12:00 UTC, in milliseconds.
pub(crate) const NOON: i64 = 1_793_534_400_000;
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 24 * HOUR;
pub(crate) const BASIC: &str = "instagram_business_basic";
pub(crate) const PUBLISH: &str = "instagram_business_content_publish";
pub(crate) const BOTH: &str = "instagram_business_basic,instagram_business_content_publish";

pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) control: Control,
    pub(crate) client: Client,
    pub(crate) origin: String,
}

pub(crate) fn config() -> Config {
    let clock = Arc::new(AtomicI64::new(NOON));
    Config::practice(7, Arc::new(move || clock.load(Ordering::Relaxed)))
}

pub(crate) async fn stage() -> Stage {
    stage_with(config()).await
}

pub(crate) async fn stage_with(config: Config) -> Stage {
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap();
    let origin = format!("http://{}", sandbox.addr());
    Stage {
        control: sandbox.control(),
        sandbox,
        client,
        origin,
    }
}

impl Stage {
    /// The id of the first professional account.
    pub(crate) fn first(&self) -> String {
        self.control.accounts()[0].id.clone()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.origin))
            .send()
            .await
            .unwrap()
    }

    /// A graph call with the token in the header.
    pub(crate) async fn graph(&self, path: &str, token: &str) -> (u16, Value) {
        let address = format!("{}/graph/{path}", self.origin);
        json(
            self.client
                .get(address)
                .bearer_auth(token)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn refresh(&self, token: &str) -> (u16, Value) {
        let path =
            format!("/graph/refresh_access_token?grant_type=ig_refresh_token&access_token={token}");
        json(self.get(&path).await).await
    }

    pub(crate) async fn exchange(&self, changes: &[(&str, &str)]) -> (u16, Value) {
        let mut form = vec![
            ("client_id", PRACTICE_APP_ID),
            ("client_secret", PRACTICE_APP_SECRET),
            ("grant_type", "authorization_code"),
            ("redirect_uri", PRACTICE_REDIRECT),
        ];
        for (name, value) in changes {
            form.retain(|(known, _)| known != name);
            if *value != "(absent)" {
                form.push((name, value));
            }
        }
        let address = format!("{}/api/oauth/access_token", self.origin);
        json(self.client.post(address).form(&form).send().await.unwrap()).await
    }

    pub(crate) async fn lengthen(&self, token: &str) -> (u16, Value) {
        let path = format!(
            "/graph/access_token?grant_type=ig_exchange_token\
             &client_secret={PRACTICE_APP_SECRET}&access_token={token}"
        );
        json(self.get(&path).await).await
    }

    /// Consents as `account` without a browser; the code.
    pub(crate) fn code(&self, account: &str) -> String {
        let allow = sandbox::ConsentAnswer::Allow { untick: Vec::new() };
        let url = consent_query(&[]);
        let back = self.control.answer_consent(&url, account, &allow).unwrap();
        parameter(&back, "code").unwrap()
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            stage: self,
            cookie: Mutex::new(None),
        }
    }
}

pub(crate) struct Browser<'a> {
    stage: &'a Stage,
    cookie: Mutex<Option<String>>,
}

/// Where a browser ended up: on a page, or sent out of the sandbox.
#[derive(Debug)]
pub(crate) enum Place {
    Page { status: u16, html: String },
    Outside(String),
}

impl Place {
    pub(crate) fn html(&self) -> &str {
        match self {
            Place::Page { html, .. } => html,
            Place::Outside(address) => panic!("the browser left for {address}"),
        }
    }

    pub(crate) fn address(&self) -> &str {
        match self {
            Place::Page { html, .. } => panic!("the browser stayed on {html}"),
            Place::Outside(address) => address,
        }
    }
}

impl Browser<'_> {
    pub(crate) async fn open(&self, path: &str) -> Place {
        self.go(self
            .stage
            .client
            .get(format!("{}{path}", self.stage.origin)))
            .await
    }

    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Place {
        let address = format!("{}{path}", self.stage.origin);
        self.go(self.stage.client.post(address).form(fields)).await
    }

    /// Picks an account on the chooser that `place` shows.
    pub(crate) async fn pick(&self, place: &Place, account: &str) -> Place {
        assert!(
            place.html().contains(&format!("id=\"account-{account}\"")),
            "the chooser shows"
        );
        let (next, via) = (hidden(place.html(), "next"), hidden(place.html(), "via"));
        let fields = [("account", account), ("next", &next), ("via", &via)];
        self.submit("/www/accounts/login/", &fields).await
    }

    /// Presses a button of the consent page with these boxes ticked.
    pub(crate) async fn decide(&self, place: &Place, decision: &str, ticked: &[&str]) -> Place {
        let request = hidden(place.html(), "request");
        let mut fields = vec![("request", request.as_str()), ("decision", decision)];
        fields.extend(ticked.iter().map(|scope| ("scope", *scope)));
        self.submit("/www/oauth/consent", &fields).await
    }

    async fn go(&self, request: reqwest::RequestBuilder) -> Place {
        let mut response = self.send(request).await;
        while response.status().is_redirection() {
            let location = response.headers()[header::LOCATION]
                .to_str()
                .unwrap()
                .to_owned();
            let Some(path) = location.strip_prefix('/') else {
                return Place::Outside(location);
            };
            let address = format!("{}/{path}", self.stage.origin);
            response = self.send(self.stage.client.get(address)).await;
        }
        let status = response.status().as_u16();
        Place::Page {
            status,
            html: response.text().await.unwrap(),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Response {
        let cookie = self.cookie.lock().unwrap().clone();
        let request = match cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        let response = request.send().await.unwrap();
        if let Some(set) = response.headers().get(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            *self.cookie.lock().unwrap() = Some(pair);
        }
        response
    }
}

/// The value of a hidden field.
pub(crate) fn hidden(html: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let start = html
        .find(&marker)
        .unwrap_or_else(|| panic!("no {name} in {html}"))
        + marker.len();
    let value = &html[start..start + html[start..].find('"').unwrap()];
    value.replace("&amp;", "&")
}

/// The consent address with some parameters changed; `(absent)` leaves one out.
pub(crate) fn consent_query(changes: &[(&str, &str)]) -> String {
    let pairs = vec![
        ("client_id", PRACTICE_APP_ID),
        ("redirect_uri", PRACTICE_REDIRECT),
        ("response_type", "code"),
        ("scope", BOTH),
        ("state", "st-1"),
        ("force_reauth", "true"),
        ("enable_fb_login", "false"),
    ];
    asking("/www/oauth/authorize", pairs, changes)
}

/// An address whose parameters are these with some changed; `(absent)` leaves one out.
pub(crate) fn asking<'a>(
    path: &str,
    mut pairs: Vec<(&'a str, &'a str)>,
    changes: &[(&'a str, &'a str)],
) -> String {
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        if *value != "(absent)" {
            pairs.push((name, value));
        }
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{path}?{query}")
}

/// A parameter of an address.
pub(crate) fn parameter(address: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(address).unwrap();
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub(crate) async fn json(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}")),
    )
}

/// Code and subcode of a graph error.
pub(crate) fn numbers(body: &Value) -> (i64, Option<i64>) {
    let error = &body["error"];
    (
        error["code"].as_i64().unwrap(),
        error["error_subcode"].as_i64(),
    )
}

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}
