//! The consent page's rules (Meta platform reference, A2, A11, C1, D3): first the request, then
//! the person who is logged in.

use std::collections::BTreeSet;

use crate::{
    config::MetaApp,
    params::Params,
    scopes,
    world::{
        TesterRefusal, World,
        account::Grant,
        fault::Outage,
        tester::Tester,
        token::{Code, Token},
    },
};

/// A consent request that can be shown to a person.
#[derive(Debug, Clone)]
pub(crate) struct ConsentRequest {
    pub(crate) app_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) state: Option<String>,
    /// Log in again even if the browser is logged in.
    pub(crate) force_reauth: bool,
    /// Offer "Log in with Facebook"; the default.
    pub(crate) facebook_login: bool,
}

/// Why the consent page shows an error and never returns to the app. `Display` is the text the
/// page shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentRefusal {
    /// App id missing or malformed, a parameter twice, or the retired host.
    #[error("Sorry, this page isn't available")]
    PageUnavailable,
    /// No such app id, or the app was deleted.
    #[error("Invalid Request: Request parameters are invalid: Invalid platform app")]
    InvalidPlatformApp,
    /// Not registered, or plain http where that is refused.
    #[error("Invalid Request: Request parameters are invalid: Invalid redirect_uri")]
    InvalidRedirectUri,
    /// Another response type than `code`.
    #[error("Invalid Request: Request parameters are invalid: Invalid response type: {0}")]
    InvalidResponseType(String),
    /// Old or unknown scopes.
    #[error("Invalid Request: Request parameters are invalid: Invalid scope field(s): {0}")]
    InvalidScopeFields(String),
    /// Scopes that are not enabled on the app, or the basic one not asked for.
    #[error("Invalid Scopes: {0}")]
    InvalidScopes(String),
    /// No accepted tester role on the app.
    #[error("Insufficient Developer Role: Insufficient developer role")]
    InsufficientDeveloperRole,
    /// A personal account.
    #[error("You need a professional account to use this app")]
    NotProfessional,
    /// The account must answer a checkpoint or confirm itself first.
    #[error("Help us confirm it's you")]
    ConfirmItIsYou,
    /// The app is barred by Meta.
    #[error("This app is not available right now: API access blocked.")]
    AppBlocked,
    /// No such account in this world, or the request is not one for the consent page.
    #[error("The person is not logged in")]
    NotLoggedIn,
}

/// What the person does on the consent page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConsentAnswer {
    /// Allow, with these permissions unticked.
    Allow {
        /// Scope names; the basic scope cannot be unticked.
        #[serde(default)]
        untick: Vec<String>,
    },
    /// Cancel.
    Deny,
}

impl ConsentRequest {
    /// Reads and checks the request as far as it does not depend on who is logged in.
    pub(crate) fn check(
        params: &Params,
        world: &World,
        strict: bool,
    ) -> Result<Self, ConsentRefusal> {
        let client_id = params.get("client_id").unwrap_or_default();
        let digits = !client_id.is_empty() && client_id.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || params.has_doubles() {
            return Err(ConsentRefusal::PageUnavailable);
        }
        // A *Facebook* app id is no platform app, either (Meta platform reference, A1).
        let app = world.apps.instagram(client_id);
        let app = app.filter(|app| !world.faults.has(Outage::AppDeleted, app));
        let app = app.ok_or(ConsentRefusal::InvalidPlatformApp)?;
        if world.faults.has(Outage::AppBlocked, app) {
            return Err(ConsentRefusal::AppBlocked);
        }
        let redirect_uri = params.get("redirect_uri").unwrap_or_default();
        if !is_registered(app, world, redirect_uri, strict) {
            return Err(ConsentRefusal::InvalidRedirectUri);
        }
        let response_type = params.get("response_type").unwrap_or_default();
        if response_type != "code" {
            return Err(ConsentRefusal::InvalidResponseType(
                response_type.to_owned(),
            ));
        }
        Ok(Self {
            app_id: app.app_id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            scopes: checked_scopes(params.get("scope").unwrap_or_default(), app)?,
            state: params.get("state").map(str::to_owned),
            force_reauth: params.is_on("force_reauth") || params.is_on("force_authentication"),
            facebook_login: !params.is_off("enable_fb_login"),
        })
    }

    /// Where the browser goes after Allow. `#_` is the platform's own oddity (A3).
    pub(crate) fn allowed(&self, code: &str) -> String {
        format!("{}#_", self.back(&[("code", code)]))
    }

    /// Where the browser goes after Cancel.
    pub(crate) fn denied(&self) -> String {
        self.back(&[
            ("error", "access_denied"),
            ("error_reason", "user_denied"),
            ("error_description", "The user denied your request"),
        ])
    }

    fn back(&self, pairs: &[(&str, &str)]) -> String {
        back_to(&self.redirect_uri, self.state.as_deref(), pairs)
    }
}

/// A redirect address with what is returned in it.
pub(crate) fn back_to(redirect_uri: &str, state: Option<&str>, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{joint}{}", query.finish())
}

fn is_registered(app: &MetaApp, world: &World, uri: &str, strict: bool) -> bool {
    let registered = world.has_registered(&app.app_id, &app.redirect_uris, uri);
    if strict {
        return registered && can_be_registered(uri);
    }
    registered && (uri.starts_with("https://") || is_plain_loopback(uri))
}

/// What Meta lets nobody register or refuses later: other schemes than https, addresses of a local
/// network, and names without a dot but `localhost` (C1).
fn can_be_registered(uri: &str) -> bool {
    let Ok(url) = url::Url::parse(uri) else {
        return false;
    };
    // The scheme as it was written: the whole string counts.
    uri.starts_with("https://")
        && match url.host() {
            Some(url::Host::Domain("localhost")) => true,
            Some(url::Host::Domain(name)) => name.contains('.') && !name.ends_with(".local"),
            Some(url::Host::Ipv4(ip)) => !ip.is_private() && !ip.is_link_local(),
            Some(url::Host::Ipv6(ip)) => !ip.is_unique_local() && !ip.is_unicast_link_local(),
            None => false,
        }
}

/// Plain http to this computer.
pub(crate) fn is_plain_loopback(uri: &str) -> bool {
    url::Url::parse(uri).is_ok_and(|url| {
        url.scheme() == "http"
            && matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
    })
}

fn checked_scopes(text: &str, app: &MetaApp) -> Result<Vec<String>, ConsentRefusal> {
    let asked = scopes::split(text);
    let known = |name: &String| scopes::ALL.iter().any(|scope| scope.name == name);
    let unknown: Vec<_> = asked.iter().filter(|name| !known(name)).cloned().collect();
    if !unknown.is_empty() {
        return Err(ConsentRefusal::InvalidScopeFields(unknown.join(", ")));
    }
    if !asked.iter().any(|name| name == scopes::BASIC) {
        return Err(ConsentRefusal::InvalidScopes(scopes::BASIC.to_owned()));
    }
    let disabled: Vec<_> = asked
        .iter()
        .filter(|name| !app.scopes.contains(name))
        .cloned()
        .collect();
    if !disabled.is_empty() {
        return Err(ConsentRefusal::InvalidScopes(disabled.join(", ")));
    }
    Ok(asked)
}

impl World {
    /// Whether an address is among those configured for an app, or was registered while the sandbox runs.
    pub(crate) fn has_registered(&self, app_id: &str, configured: &[String], uri: &str) -> bool {
        let mut added = self.redirects.iter();
        configured.iter().any(|it| it == uri) || added.any(|(id, it)| id == app_id && it == uri)
    }

    /// Whether the logged-in account may see the app's consent page at all.
    pub(crate) fn may_consent(
        &self,
        account_id: &str,
        app_id: &str,
        now: i64,
    ) -> Result<(), ConsentRefusal> {
        let account = self
            .accounts
            .get(account_id)
            .ok_or(ConsentRefusal::NotLoggedIn)?;
        if account.checkpoint || account.unconfirmed {
            return Err(ConsentRefusal::ConfirmItIsYou);
        }
        if !account.is_professional() {
            return Err(ConsentRefusal::NotProfessional);
        }
        let refused_here = self.manner.tester_refusal == TesterRefusal::AtTheConsent;
        if refused_here && account.tester(app_id, now) != Tester::Accepted {
            return Err(ConsentRefusal::InsufficientDeveloperRole);
        }
        Ok(())
    }

    /// Whether everything asked was granted before, so that the page is skipped without
    /// `force_reauth` (Meta platform reference, A2).
    pub(crate) fn is_granted(&self, request: &ConsentRequest, account_id: &str) -> bool {
        let account = self.accounts.get(account_id);
        account.is_some_and(|account| {
            let granted = account.effective_scopes(&request.app_id);
            request.scopes.iter().all(|scope| granted.contains(scope))
        })
    }

    /// The person allows: the grant is written down, a code comes back. Of `ticked` only what was
    /// asked counts, and the basic scope always.
    pub(crate) fn allow(
        &mut self,
        request: &ConsentRequest,
        account_id: &str,
        ticked: &BTreeSet<String>,
        via_facebook: bool,
        now: i64,
    ) -> String {
        let asked = request.scopes.iter();
        let scopes = asked.filter(|name| *name == scopes::BASIC || ticked.contains(*name));
        let scopes = scopes.cloned().collect();
        self.grant(account_id, &request.app_id, scopes, now);
        self.issue_code(Code {
            app_id: request.app_id.clone(),
            account_id: account_id.to_owned(),
            redirect_uri: request.redirect_uri.clone(),
            issued_at: now,
            via_facebook,
        })
    }

    /// A token as from the dashboard's "Generate token": long-lived at once (C3, way 7).
    pub(crate) fn mint(
        &mut self,
        app_id: &str,
        account_id: &str,
        scopes: BTreeSet<String>,
        issued_at: i64,
        now: i64,
    ) -> Option<String> {
        self.accounts.get(account_id)?;
        self.grant(account_id, app_id, scopes, now);
        Some(self.issue_token(Token::long(app_id, account_id, issued_at), now))
    }

    fn grant(&mut self, account_id: &str, app_id: &str, scopes: BTreeSet<String>, now: i64) {
        let grant = Grant {
            scopes,
            withdrawn: BTreeSet::new(),
            since: now,
            removed: false,
        };
        self.add_grant(account_id, app_id, grant);
    }
}
