//! Facebook Login: consent address, the person's tokens, their Pages, and what is known of a token (Meta platform
//! reference, section B).

mod answers;
mod media;
mod pages;
mod proof;

use std::collections::BTreeMap;

use domain::Timestamp;
use domain::account::{AccountId, Profile};
use domain::grant::{AccessToken, Scopes};
use domain::refusal::ApiError;
use reqwest::RequestBuilder;
use url::Url;

use crate::client::QUOTA_FIELDS;
use crate::credentials::{AppCredentials, AppSecret};
use crate::endpoints::{FacebookEndpoints, is_loopback};
use crate::line::{Answer, Line, LongLived, long_lived};
use crate::transport::{Limits, SetUpError, Transport};

/// What the live check asks of a Page: that it is there, and which account it is linked to.
const PAGE_FIELDS: &str = "id,name,instagram_business_account{id,username,name}";

/// What the consent dialog is asked for (Meta platform reference, B1).
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// These permissions.
    Permissions(&'a Scopes),
    /// Those of a configuration saved at Meta, by its id: Facebook Login for Business takes no others.
    Configuration(&'a str),
}

/// Who gave the consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id, which is another one for every Meta app.
    pub id: String,
    /// Their name, where Facebook tells it.
    pub name: Option<String>,
}

/// What a person granted and what not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions {
    /// Granted, and in force.
    pub granted: Scopes,
    /// Declined, expired, or of a status that is not known.
    pub declined: Scopes,
}

/// A Page that a person may act for.
#[derive(Debug)]
pub struct PageOffer {
    /// The Page's id.
    pub id: String,
    /// The Page's name.
    pub name: String,
    /// The Page's own token; `None` where Facebook gives none, as for a Page on which the person has no task.
    pub token: Option<AccessToken>,
    /// What the person may do on the Page, as Facebook spells it (`CREATE_CONTENT`, `MANAGE`).
    pub tasks: Vec<String>,
    /// The professional account linked to the Page. Its type is not told on this route: `Unknown`, as a linked
    /// account is always a professional one.
    pub account: Option<Profile>,
}

/// The Pages that a person may act for.
#[derive(Debug, Default)]
pub struct PageOffers {
    /// Those that could be read, each one once.
    pub found: Vec<PageOffer>,
    /// How many there are besides that could not be read.
    pub unreadable: usize,
}

/// What a Page says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageState {
    /// The Page's id: the one asked for.
    pub id: String,
    /// The Page's name.
    pub name: String,
    /// The professional account linked to it, as in [`PageOffer`]; `None` once nothing is linked.
    pub account: Option<Profile>,
}

/// What Facebook knows of a token (Meta platform reference, B3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The Meta app that the token was made for. Empty where Facebook does not name one, which happens only with a
    /// token that is not valid.
    pub app_id: String,
    /// `USER`, `PAGE`, and other words.
    pub kind: Option<String>,
    /// Whether it works.
    pub is_valid: bool,
    /// When it was made; Facebook does not always say.
    pub issued_at: Option<Timestamp>,
    /// When it ends; `None` where it has no end date.
    pub expires_at: Option<Timestamp>,
    /// When access to data ends, although the token goes on; `None` where there is no such end.
    pub data_access_until: Option<Timestamp>,
    /// The permissions that it carries.
    pub scopes: Scopes,
    /// For permissions that were given for some things only: the ids of these Pages and accounts. A permission
    /// without an entry holds for all.
    pub targets: BTreeMap<String, Vec<String>>,
    /// Whose consent it comes from.
    pub person: Option<String>,
    /// The Page that it acts for.
    pub profile: Option<String>,
    /// Why it does not work, as told inside the answer about it.
    pub error: Option<Box<ApiError>>,
}

/// Speaks to Facebook. Holds connections, no secrets; cheap to share behind an `Arc`.
///
/// Every call that carries a person's or a Page's token is signed with the app's secret (`appsecret_proof`, B2): an
/// app may demand it, and it is never wrong. The token travels in the `Authorization` header (RFC 6750, section 2.1),
/// except where it is not the one that speaks but the one spoken of.
#[derive(Debug)]
pub struct Facebook {
    endpoints: FacebookEndpoints,
    line: Line,
}

impl Facebook {
    /// Prepares a client for these addresses.
    ///
    /// # Errors
    /// The computer's certificates or proxy settings cannot be used.
    pub fn new(endpoints: FacebookEndpoints, limits: Limits) -> Result<Self, SetUpError> {
        Self::over(Transport::Http, endpoints, limits)
    }

    /// The same over a transport of the caller's choice.
    ///
    /// # Errors
    /// As [`Facebook::new`].
    pub fn over(
        transport: Transport,
        endpoints: FacebookEndpoints,
        limits: Limits,
    ) -> Result<Self, SetUpError> {
        let line = Line::new(
            "Facebook",
            (&endpoints.graph, &endpoints.version),
            (transport, limits),
            is_loopback(&endpoints.graph),
        )?;
        Ok(Self { endpoints, line })
    }

    /// The address of the consent dialog (B1). It holds the state: never printed, never logged.
    ///
    /// `redirect` is the registered address, the same text that [`redeem`](Self::redeem) will be given.
    /// `rerequest` asks once more for what was declined before; without it the dialog does not show it.
    pub fn consent_address(
        &self,
        app_id: &str,
        redirect: &str,
        asked: &Asked<'_>,
        state: &str,
        rerequest: bool,
    ) -> Url {
        let mut address = self.endpoints.dialog.clone();
        {
            let mut query = address.query_pairs_mut();
            query
                .append_pair("client_id", app_id)
                .append_pair("redirect_uri", redirect)
                .append_pair("state", state)
                .append_pair("response_type", "code");
            match asked {
                Asked::Permissions(scopes) => query.append_pair("scope", &scopes.to_string()),
                Asked::Configuration(id) => query.append_pair("config_id", id),
            };
            if rerequest {
                query.append_pair("auth_type", "rerequest");
            }
        }
        address
    }

    /// Exchanges a code for the person's token, good for an hour or two (B2). A code works once: the call is never
    /// repeated. The documented form has everything in the query.
    pub async fn redeem(
        &self,
        app: &AppCredentials,
        code: &str,
        redirect: &str,
    ) -> Answer<LongLived> {
        let request = self.line.get(&["oauth", "access_token"]).query(&[
            ("client_id", app.app_id.as_str()),
            ("redirect_uri", redirect),
            ("client_secret", app.app_secret.expose_secret()),
            ("code", code),
        ]);
        self.line.ask("redeem", request, long_lived).await
    }

    /// Exchanges a person's token that works for one of about 60 days (B2). The secret itself stands beside the token,
    /// so that nothing has to be signed.
    pub async fn exchange(&self, app: &AppCredentials, token: &AccessToken) -> Answer<LongLived> {
        let request = self.line.get(&["oauth", "access_token"]).query(&[
            ("grant_type", "fb_exchange_token"),
            ("client_id", app.app_id.as_str()),
            ("client_secret", app.app_secret.expose_secret()),
            ("fb_exchange_token", token.expose_secret()),
        ]);
        self.line.ask("exchange", request, long_lived).await
    }

    /// Reads whose token it is.
    pub async fn person(&self, secret: &AppSecret, token: &AccessToken) -> Answer<Person> {
        let request = self.line.get(&["me"]).query(&[("fields", "id,name")]);
        let request = signed(request, secret, token);
        self.line.ask("person", request, answers::person).await
    }

    /// The live check: whether the Page is there, the person may still act for it, and which account is linked to
    /// it, in one call. An answer about another Page is none.
    pub async fn page(
        &self,
        secret: &AppSecret,
        token: &AccessToken,
        page_id: &str,
    ) -> Answer<PageState> {
        let request = self.line.get(&[page_id]).query(&[("fields", PAGE_FIELDS)]);
        let request = signed(request, secret, token);
        let read = |body: &[u8]| answers::page(body).filter(|page| page.id == page_id);
        self.line.ask("page", request, read).await
    }

    /// Asks what Facebook knows of a token, in the app's own name (B3). It is told of a token that does not work, too:
    /// as a success, with the error inside.
    pub async fn inspect(&self, app: &AppCredentials, token: &AccessToken) -> Answer<Inspected> {
        let request = self
            .line
            .get(&["debug_token"])
            .query(&[("input_token", token.expose_secret())]);
        let request = in_the_apps_name(request, app);
        self.line.ask("inspect", request, answers::inspected).await
    }

    /// Takes back everything that the person granted to the app, with the person's own token (B3). It also ends every
    /// other Page's access that came from the same person and app. Done only if the answer says so.
    pub async fn revoke(
        &self,
        secret: &AppSecret,
        token: &AccessToken,
        person_id: &str,
    ) -> Answer<()> {
        let address = self.line.versioned(&[person_id, "permissions"]);
        let request = signed(self.line.wire().delete(address), secret, token);
        self.line.ask("revoke", request, answers::done).await
    }

    /// Reads the publishing quota of the account linked to a Page (A9): the cheapest call that works only while the
    /// permission to publish stands. The figures are not used.
    pub async fn publishing_limit(
        &self,
        secret: &AppSecret,
        token: &AccessToken,
        account: &AccountId,
    ) -> Answer<()> {
        let request = self
            .line
            .get(&[account.as_str(), "content_publishing_limit"])
            .query(&[("fields", QUOTA_FIELDS)]);
        let request = signed(request, secret, token);
        self.line
            .ask("publishing_limit", request, |_| Some(()))
            .await
    }

    /// Asks for the app's name, in the app's own name: whether Facebook knows this id, and with this secret.
    pub async fn check_app(&self, app: &AppCredentials) -> Answer<String> {
        let request = self
            .line
            .get(&[&app.app_id])
            .query(&[("fields", "id,name")]);
        let request = in_the_apps_name(request, app);
        let read = |body: &[u8]| answers::app_name(body, &app.app_id);
        self.line.ask("check_app", request, read).await
    }
}

/// With the token in the header, and the proof that whoever holds it also holds the app's secret (B2).
fn signed(request: RequestBuilder, secret: &AppSecret, token: &AccessToken) -> RequestBuilder {
    request
        .query(&[("appsecret_proof", proof::of(secret, token))])
        .bearer_auth(token.expose_secret())
}

/// With the app's own token, its id and secret with a bar between. The bar is no character of a bearer token (RFC 6750,
/// section 2.1), so it stands where it is documented to stand, in the query. It is signed like every other: an app that
/// requires the proof requires it here, too.
fn in_the_apps_name(request: RequestBuilder, app: &AppCredentials) -> RequestBuilder {
    let token = format!("{}|{}", app.app_id, app.app_secret.expose_secret());
    let token = AccessToken::new(token);
    request.query(&[
        ("access_token", token.expose_secret()),
        ("appsecret_proof", &proof::of(&app.app_secret, &token)),
    ])
}

#[cfg(test)]
mod tests;
