//! Facebook Login over real HTTP: each rule of section B of the Meta platform reference.

mod account;
mod changes;
mod dialog;
mod exchange;
mod grant;
mod pages;
mod proof;

use sandbox::{
    DialogAnswer, PRACTICE_FACEBOOK_APP_ID, PRACTICE_FACEBOOK_APP_SECRET, PersonView, UserToken,
};
use serde_json::Value;

use crate::support::{Stage, asking, json, parameter, text};

/// Where the dialog goes back to in most tests: taken unregistered while in development.
pub(crate) const LOCALHOST: &str = "http://localhost:17425/callback";
pub(crate) const ALL: &str = "pages_show_list,pages_read_engagement,instagram_basic,\
                              instagram_content_publish,business_management";
pub(crate) const APP_TOKEN: &str = "880000000000001|a9b8c7d6e5f40312233445566778899a";

/// The dialog's address with some parameters changed; `(absent)` leaves one out.
pub(crate) fn dialog(changes: &[(&str, &str)]) -> String {
    let pairs = vec![
        ("client_id", PRACTICE_FACEBOOK_APP_ID),
        ("redirect_uri", LOCALHOST),
        ("response_type", "code"),
        ("scope", ALL),
        ("state", "st-1"),
    ];
    asking("/www-fb/v26.0/dialog/oauth", pairs, changes)
}

pub(crate) fn allow() -> DialogAnswer {
    DialogAnswer::Allow {
        untick: Vec::new(),
        untick_pages: Vec::new(),
    }
}

impl Stage {
    /// The first person at Facebook.
    pub(crate) fn somebody(&self) -> PersonView {
        self.control.people()[0].clone()
    }

    /// A call to Facebook's graph with the token in the header.
    pub(crate) async fn facebook(&self, path: &str, token: &str) -> (u16, Value) {
        let address = format!("{}/fb/v26.0/{path}", self.origin);
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

    /// The code exchange with some parameters changed.
    pub(crate) async fn facebook_exchange(&self, changes: &[(&str, &str)]) -> (u16, Value) {
        let pairs = vec![
            ("client_id", PRACTICE_FACEBOOK_APP_ID),
            ("client_secret", PRACTICE_FACEBOOK_APP_SECRET),
            ("redirect_uri", LOCALHOST),
        ];
        let address = asking("/fb/v26.0/oauth/access_token", pairs, changes);
        json(self.get(&address).await).await
    }

    /// Consents as `person` without a browser; the code.
    pub(crate) fn facebook_code(&self, person: &str) -> String {
        let back = self.control.answer_dialog(&dialog(&[]), person, &allow());
        parameter(&back.unwrap(), "code").unwrap()
    }

    /// A short-lived user token by dialog and exchange.
    pub(crate) async fn short_user_token(&self, person: &str) -> String {
        let code = self.facebook_code(person);
        let (status, body) = self.facebook_exchange(&[("code", &code)]).await;
        assert_eq!(status, 200, "{body}");
        text(&body, "access_token").to_owned()
    }

    /// A long-lived user token with every permission and Page.
    pub(crate) fn user_token(&self, person: &str) -> String {
        let token = self.control.mint_user_token(person, UserToken::default());
        token.unwrap()
    }

    /// The Page with this place in the world: the first, without publishing, plain, through a
    /// business, without Instagram.
    pub(crate) fn place(&self, place: usize) -> String {
        self.control.pages()[place].id.clone()
    }

    /// The token of a Page, by the person's.
    pub(crate) async fn page_token(&self, user_token: &str, page: &str) -> String {
        let (status, body) = self
            .facebook(&format!("{page}?fields=access_token"), user_token)
            .await;
        assert_eq!(status, 200, "{body}");
        text(&body, "access_token").to_owned()
    }

    /// What Facebook says a token is.
    pub(crate) async fn inspect(&self, token: &str) -> Value {
        let path = format!("debug_token?input_token={token}");
        let (status, body) = self.facebook(&path, APP_TOKEN).await;
        assert_eq!(status, 200, "{body}");
        body["data"].clone()
    }
}

pub(crate) fn message(body: &Value) -> &str {
    text(&body["error"], "message")
}

/// The values of one field of a list.
pub(crate) fn column<'a>(body: &'a Value, field: &str) -> Vec<&'a str> {
    let list = body["data"].as_array().unwrap();
    list.iter().map(|item| text(item, field)).collect()
}
