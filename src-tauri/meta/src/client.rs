//! Instagram Login: consent address, three token calls, the profile.

mod media;

use chrono::Duration;
use domain::account::{AccountId, Profile};
use domain::grant::{AccessToken, Scopes};
use domain::refusal::Refusal;
use reqwest::RequestBuilder;
use url::Url;

use crate::answer;
use crate::credentials::{AppCredentials, AppSecret};
use crate::endpoints::{InstagramEndpoints, is_loopback};
use crate::note::ServerNote;
use crate::transport::{Limits, Received, SetUpError, Transport, Wire};
use crate::wire;

/// What the live check asks for (Meta platform reference, D5; `name` for the list).
const PROFILE_FIELDS: &str = "user_id,username,name,account_type";

/// The answer to a call, and what its head said beside it.
#[derive(Debug)]
pub struct Answer<T> {
    /// What was asked for, or why not.
    pub result: Result<T, Refusal>,
    /// The provider's clock, budget and wish to be left alone.
    pub note: ServerNote,
}

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

/// What an exchange or a renewal brings (A5, A6).
#[derive(Debug)]
pub struct LongLived {
    /// The token: another string, or the same one again.
    pub token: AccessToken,
    /// Its lifetime from now; `None` where the answer gave none that can be true (security document, T4).
    pub expires_in: Option<Duration>,
}

/// Speaks to Instagram. Holds connections, no secrets; cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Instagram {
    endpoints: InstagramEndpoints,
    wire: Wire,
    limits: Limits,
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
        let wire = Wire::new(transport, &limits, on_this_computer)?;
        Ok(Self {
            endpoints,
            wire,
            limits,
        })
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
        let form = [
            ("client_id", app.app_id.as_str()),
            ("client_secret", app.app_secret.expose_secret()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect),
            ("code", code),
        ];
        let request = self.wire.post(self.endpoints.token.clone()).form(&form);
        self.ask("redeem", request, |body| {
            wire::short_lived(body).map(|(token, user_id, scopes)| ShortLived {
                token,
                user_id,
                scopes,
            })
        })
        .await
    }

    /// Exchanges a short-lived token for one of 60 days (A5). The secret has no other place than the
    /// query, and the documented form puts the token beside it.
    pub async fn exchange(&self, secret: &AppSecret, token: &AccessToken) -> Answer<LongLived> {
        let query = [
            ("grant_type", "ig_exchange_token"),
            ("client_secret", secret.expose_secret()),
            ("access_token", token.expose_secret()),
        ];
        let request = self.wire.get(self.address(&["access_token"])).query(&query);
        self.ask("exchange", request, long_lived).await
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
            .wire
            .get(self.address(&["refresh_access_token"]))
            .query(&query);
        self.ask("renew", request, long_lived).await
    }

    /// Reads the account's own profile: the live check (A8, D5). The token travels in the header (A7).
    pub async fn profile(&self, token: &AccessToken) -> Answer<Profile> {
        let request = self
            .wire
            .get(self.address(&[&self.endpoints.version, "me"]))
            .query(&[("fields", PROFILE_FIELDS)])
            .bearer_auth(token.expose_secret());
        self.ask("profile", request, wire::profile).await
    }

    /// Reads the publishing quota (A9): the cheapest call that works only while the permission to
    /// publish stands. The figures are not used.
    pub async fn publishing_limit(&self, token: &AccessToken, account: &AccountId) -> Answer<()> {
        let request = self
            .wire
            .get(self.address(&[
                &self.endpoints.version,
                account.as_str(),
                "content_publishing_limit",
            ]))
            .query(&[("fields", "quota_usage,config")])
            .bearer_auth(token.expose_secret());
        self.ask("publishing_limit", request, |_| Some(())).await
    }

    fn address(&self, path: &[&str]) -> Url {
        let mut address = self.endpoints.graph.clone();
        // Only an address that cannot have a path refuses, and http addresses can.
        if let Ok(mut segments) = address.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        address
    }

    async fn ask<T>(
        &self,
        verb: &'static str,
        request: RequestBuilder,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Answer<T> {
        let (note, received) = self.wire.fetch(request, self.limits.body).await;
        let result = received.and_then(|received| judge(&received, &note, read));
        match &result {
            Ok(_) => tracing::debug!(verb, "Instagram answered"),
            Err(refusal) => tracing::debug!(
                verb,
                status = refusal.http_status(),
                "Instagram did not give it"
            ),
        }
        Answer { result, note }
    }
}

fn long_lived(body: &[u8]) -> Option<LongLived> {
    wire::long_lived(body).map(|(token, expires_in)| LongLived { token, expires_in })
}

/// An answer is a success only with a success status, as JSON, without an error, and of the shape asked for.
fn judge<T>(
    received: &Received,
    note: &ServerNote,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<T, Refusal> {
    let Received {
        status,
        content_type,
        body,
    } = received;
    let admitted = answer::admit(Some(*status), content_type.as_deref(), body).is_ok();
    let success = admitted && (200..300).contains(status) && !wire::is_error(body);
    let found = if success { read(body) } else { None };
    found.ok_or_else(|| {
        answer::refusal(
            Some(*status),
            content_type.as_deref(),
            body,
            note.retry_after,
        )
    })
}

#[cfg(test)]
mod tests;
