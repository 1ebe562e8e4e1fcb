//! Instagram Login: consent address, three token calls, the profile.

mod media;

use domain::account::{AccountId, Profile};
use domain::grant::{AccessToken, Scopes};
use reqwest::RequestBuilder;
use url::Url;

use crate::credentials::{AppCredentials, AppSecret};
use crate::endpoints::{InstagramEndpoints, is_loopback};
use crate::line::{Answer, Line, LongLived, long_lived};
use crate::transport::{Limits, SetUpError, Transport};
use crate::wire;

/// What the live check asks for (Meta platform reference, D5; `name` for the list).
const PROFILE_FIELDS: &str = "user_id,username,name,account_type";

/// What is asked of the publishing quota (A9).
pub(crate) const QUOTA_FIELDS: &str = "quota_usage,config";

/// A code that nobody was ever given.
const MADE_UP_CODE: &str = "relink-asks-whether-this-app-is-known";

/// What a code is exchanged for; good for an hour (Meta platform reference, A4).
#[derive(Debug)]
pub struct ShortLived {
    /// The token, to be exchanged at once.
    pub token: AccessToken,
    /// The account, where the answer says; the profile decides.
    pub user_id: Option<AccountId>,
    /// The permissions granted, where the answer says: a person can untick single ones.
    pub scopes: Option<Scopes>,
}

/// Speaks to Instagram. Holds connections, no secrets; cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Instagram {
    endpoints: InstagramEndpoints,
    line: Line,
}

impl Instagram {
    /// Prepares a client for these addresses.
    ///
    /// # Errors
    /// The computer's certificates or proxy settings cannot be used.
    pub fn new(endpoints: InstagramEndpoints, limits: Limits) -> Result<Self, SetUpError> {
        Self::over(Transport::Http, endpoints, limits)
    }

    /// The same over a transport of the caller's choice.
    ///
    /// # Errors
    /// As [`Instagram::new`].
    pub fn over(
        transport: Transport,
        endpoints: InstagramEndpoints,
        limits: Limits,
    ) -> Result<Self, SetUpError> {
        let on_this_computer = is_loopback(&endpoints.token) && is_loopback(&endpoints.graph);
        let line = Line::new(
            "Instagram",
            (&endpoints.graph, &endpoints.version),
            (transport, limits),
            on_this_computer,
        )?;
        Ok(Self { endpoints, line })
    }

    /// The address of the consent page (Meta platform reference, A2). It holds the state: never printed,
    /// never logged.
    ///
    /// `redirect` is the registered address, the same text that [`redeem`](Self::redeem) will be given.
    /// `force_reauth` makes the person log in again, needed when the browser is logged in to another
    /// account. Logging in through Facebook is never offered: such tokens may not work on this route.
    pub fn consent_address(
        &self,
        app_id: &str,
        redirect: &str,
        scopes: &Scopes,
        state: &str,
        force_reauth: bool,
    ) -> Url {
        let mut address = self.endpoints.authorize.clone();
        address
            .query_pairs_mut()
            .append_pair("client_id", app_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("response_type", "code")
            .append_pair("scope", &scopes.to_string())
            .append_pair("state", state)
            .append_pair("force_reauth", if force_reauth { "true" } else { "false" })
            .append_pair("enable_fb_login", "false");
        address
    }

    /// Exchanges a code for a short-lived token (A4). A code works once: the call is never repeated.
    pub async fn redeem(
        &self,
        app: &AppCredentials,
        code: &str,
        redirect: &str,
    ) -> Answer<ShortLived> {
        let request = self.exchange_of_code(app, code, redirect);
        self.line
            .ask("redeem", request, |body| {
                wire::short_lived(body).map(|(token, user_id, scopes)| ShortLived {
                    token,
                    user_id,
                    scopes,
                })
            })
            .await
    }

    /// Asks whether Instagram knows an app, with one exchange of a made-up code (D2). Nothing is spent by it: no code
    /// of anybody's is used up, no token comes into being, no account is touched.
    ///
    /// The answer is always a refusal, and says by its meaning (`domain::diagnosis`, at the step of redeeming a code)
    /// how far Instagram came: `wrong_app_id` where it does not know the id as one of an Instagram product ("Invalid
    /// platform app"), `code_rejected` where it knows the app and looked for the code ("Matching code was not
    /// found"). Whether it looks at the secret or the redirect address first is not documented: their refusals tell
    /// of them, the refused code does not vouch for them.
    pub async fn check_app(&self, app: &AppCredentials, redirect: &str) -> Answer<()> {
        let request = self.exchange_of_code(app, MADE_UP_CODE, redirect);
        // Whoever exchanges a code that does not exist is not Instagram.
        self.line.ask("check_app", request, |_| None).await
    }

    /// Exchanges a short-lived token for one of 60 days (A5). The secret has no other place than the
    /// query, and the documented form puts the token beside it.
    pub async fn exchange(&self, secret: &AppSecret, token: &AccessToken) -> Answer<LongLived> {
        let query = [
            ("grant_type", "ig_exchange_token"),
            ("client_secret", secret.expose_secret()),
            ("access_token", token.expose_secret()),
        ];
        let request = self
            .line
            .wire()
            .get(self.line.address(&["access_token"]))
            .query(&query);
        self.line.ask("exchange", request, long_lived).await
    }

    /// Extends a token by 60 days (A6).
    ///
    /// The token stands in the query: it is the only documented form of this call, and a renewal refused
    /// because the token was not seen would look like an access that has ended. Nothing here logs it.
    pub async fn renew(&self, token: &AccessToken) -> Answer<LongLived> {
        let query = [
            ("grant_type", "ig_refresh_token"),
            ("access_token", token.expose_secret()),
        ];
        let request = self
            .line
            .wire()
            .get(self.line.address(&["refresh_access_token"]))
            .query(&query);
        self.line.ask("renew", request, long_lived).await
    }

    /// Reads the account's own profile: the live check (A8, D5). The token travels in the header (A7).
    pub async fn profile(&self, token: &AccessToken) -> Answer<Profile> {
        let request = self
            .line
            .get(&["me"])
            .query(&[("fields", PROFILE_FIELDS)])
            .bearer_auth(token.expose_secret());
        self.line.ask("profile", request, wire::profile).await
    }

    /// Reads the publishing quota (A9): the cheapest call that works only while the permission to
    /// publish stands. The figures are not used.
    pub async fn publishing_limit(&self, token: &AccessToken, account: &AccountId) -> Answer<()> {
        let request = self
            .line
            .get(&[account.as_str(), "content_publishing_limit"])
            .query(&[("fields", QUOTA_FIELDS)])
            .bearer_auth(token.expose_secret());
        self.line
            .ask("publishing_limit", request, |_| Some(()))
            .await
    }

    fn exchange_of_code(&self, app: &AppCredentials, code: &str, redirect: &str) -> RequestBuilder {
        let form = [
            ("client_id", app.app_id.as_str()),
            ("client_secret", app.app_secret.expose_secret()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect),
            ("code", code),
        ];
        let token = self.endpoints.token.clone();
        self.line.wire().post(token).form(&form)
    }
}

#[cfg(test)]
mod tests;
