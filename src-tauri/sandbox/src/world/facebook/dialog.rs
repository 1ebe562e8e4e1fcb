//! The consent dialog's rules (Meta platform reference, B1, C1, D3): first the request, then what
//! the person answers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    config::{AppMode, MetaApp},
    params::Params,
    scopes,
    world::{
        World,
        consent::{back_to, is_plain_loopback},
        facebook::{Grant, Person, token::Code},
        fault::Outage,
    },
};

/// The number of "URL Blocked" where it comes as JSON (Meta platform reference, D2).
pub(crate) const URL_BLOCKED: u32 = 1_349_168;

/// A request that can be shown to a person.
#[derive(Debug, Clone)]
pub(crate) struct DialogRequest {
    /// The *Facebook* app id.
    pub(crate) app_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) state: Option<String>,
    /// Show declined permissions again.
    pub(crate) rerequest: bool,
    /// Log in again even if the browser is logged in.
    pub(crate) reauthenticate: bool,
}

/// Why the dialog shows an error and never returns to the app. `Display` is the text it shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DialogRefusal {
    /// App id missing, malformed, unknown, or the *Instagram* app id; or the app was deleted.
    #[error("Invalid App ID: The provided app ID does not look like a valid app ID.")]
    InvalidAppId,
    /// The redirect address is not registered, or not one Facebook takes.
    #[error(
        "URL Blocked: This redirect failed because the redirect URI is not whitelisted in the \
         app's Client OAuth Settings. Make sure Client and Web OAuth Login are on and add all your \
         app domains as Valid OAuth Redirect URIs."
    )]
    UrlBlocked,
    /// Another response type than `code`.
    #[error("Invalid response_type: {0}")]
    InvalidResponseType(String),
    /// Unknown scopes, or scopes that are not enabled on the app.
    #[error("Invalid Scopes: {0}. This message is only shown to developers.")]
    InvalidScopes(String),
    /// No such saved configuration.
    #[error("Invalid config_id: {0}")]
    InvalidConfiguration(String),
    /// A parameter that comes twice.
    #[error("The parameters of this request are invalid")]
    InvalidRequest,
    /// The app is barred by Meta.
    #[error("App not active: API access blocked.")]
    AppBlocked,
    /// The person must answer a checkpoint first.
    #[error("Your account has been temporarily locked")]
    Checkpoint,
    /// No such person in this world.
    #[error("The person is not logged in")]
    NotLoggedIn,
}

/// What the person does in the dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DialogAnswer {
    /// Allow, with these permissions and Pages unticked.
    Allow {
        /// Scope names.
        #[serde(default)]
        untick: Vec<String>,
        /// Ids of Pages.
        #[serde(default)]
        untick_pages: Vec<String>,
    },
    /// Cancel.
    Deny,
}

impl DialogRequest {
    /// Reads and checks the request as far as it does not depend on who is logged in.
    pub(crate) fn check(
        params: &Params,
        world: &World,
        strict: bool,
    ) -> Result<Self, DialogRefusal> {
        if params.has_doubles() {
            return Err(DialogRefusal::InvalidRequest);
        }
        let app = world
            .apps
            .facebook(params.get("client_id").unwrap_or_default());
        let app = app.filter(|app| !world.faults.has(Outage::AppDeleted, app));
        let app = app.ok_or(DialogRefusal::InvalidAppId)?;
        if world.faults.has(Outage::AppBlocked, app) {
            return Err(DialogRefusal::AppBlocked);
        }
        let redirect_uri = params.get("redirect_uri").unwrap_or_default();
        if !is_accepted(app, world, redirect_uri, strict) {
            return Err(DialogRefusal::UrlBlocked);
        }
        let response_type = params.get("response_type").unwrap_or("code");
        if response_type != "code" {
            return Err(DialogRefusal::InvalidResponseType(response_type.to_owned()));
        }
        Ok(Self {
            app_id: app.facebook_app_id.clone(),
            redirect_uri: redirect_uri.to_owned(),
            scopes: asked(params, app)?,
            state: params.get("state").map(str::to_owned),
            rerequest: has_word(params, "rerequest"),
            reauthenticate: has_word(params, "reauthenticate"),
        })
    }

    /// The permissions the dialog shows: not those that are granted, and a declined one only when
    /// it is asked for again (B1).
    pub(crate) fn shown(&self, person: &Person) -> Vec<String> {
        let grant = person.grants.get(&self.app_id).filter(|it| !it.removed);
        let hidden = |scope: &String| {
            grant.is_some_and(|grant| {
                let declined = grant.declined.contains(scope) && !self.rerequest;
                grant.granted.contains(scope) || declined
            })
        };
        let shown = self.scopes.iter().filter(|scope| !hidden(scope));
        shown.cloned().collect()
    }

    /// Where the browser goes after Allow. `#_=_` is Facebook's own oddity.
    pub(crate) fn allowed(&self, code: &str) -> String {
        format!("{}#_=_", self.back(&[("code", code)]))
    }

    /// Where the browser goes after Cancel (B1).
    pub(crate) fn denied(&self) -> String {
        self.back(&[
            ("error", "access_denied"),
            ("error_reason", "user_denied"),
            ("error_description", "Permissions error."),
        ])
    }

    fn back(&self, pairs: &[(&str, &str)]) -> String {
        back_to(&self.redirect_uri, self.state.as_deref(), pairs)
    }
}

/// Matching is on the whole string. `http://localhost` needs no registration while the app is in
/// development, and is refused when it is live (C1); other plain http is taken only where the
/// sandbox is not strict.
fn is_accepted(app: &MetaApp, world: &World, uri: &str, strict: bool) -> bool {
    if is_plain_localhost(uri) && app.mode == AppMode::Development {
        return true;
    }
    let registered = world.has_registered(&app.facebook_app_id, &app.facebook_redirect_uris, uri);
    registered && (uri.starts_with("https://") || !strict && is_plain_loopback(uri))
}

fn is_plain_localhost(uri: &str) -> bool {
    url::Url::parse(uri)
        .is_ok_and(|url| url.scheme() == "http" && url.host_str() == Some("localhost"))
}

/// A saved configuration takes the place of `scope` (B1).
fn asked(params: &Params, app: &MetaApp) -> Result<Vec<String>, DialogRefusal> {
    let asked = match params.get("config_id") {
        Some(id) => {
            let saved = app.login_configurations.get(id).cloned();
            saved.ok_or_else(|| DialogRefusal::InvalidConfiguration(id.to_owned()))?
        }
        None => scopes::split(params.get("scope").unwrap_or_default()),
    };
    let known = |name: &String| scopes::FACEBOOK.iter().any(|scope| scope.name == name);
    let usable = |name: &String| known(name) && app.facebook_scopes.contains(name);
    let (usable, refused): (Vec<_>, Vec<_>) = asked.into_iter().partition(usable);
    if refused.is_empty() {
        Ok(usable)
    } else {
        Err(DialogRefusal::InvalidScopes(refused.join(", ")))
    }
}

/// `auth_type` may hold several words.
fn has_word(params: &Params, word: &str) -> bool {
    let words = params.get("auth_type").unwrap_or_default();
    words.split([',', ' ']).any(|it| it == word)
}

impl World {
    /// Whether the logged-in person may see the dialog at all.
    pub(crate) fn may_use_dialog(&self, person_id: &str) -> Result<&Person, DialogRefusal> {
        let person = self.facebook.people.get(person_id);
        let person = person.ok_or(DialogRefusal::NotLoggedIn)?;
        if person.checkpoint {
            return Err(DialogRefusal::Checkpoint);
        }
        Ok(person)
    }

    /// The person allows: what was shown is granted or declined as it was ticked, what was not
    /// shown stays as it was, and a code comes back.
    pub(crate) fn allow_dialog(
        &mut self,
        request: &DialogRequest,
        person_id: &str,
        ticked: &BTreeSet<String>,
        pages: &BTreeSet<String>,
        now: i64,
    ) -> Option<String> {
        let person = self.facebook.people.get_mut(person_id)?;
        let shown = request.shown(person);
        let grant = person.grants.entry(request.app_id.clone()).or_default();
        if grant.removed {
            *grant = Grant::default();
        }
        for scope in shown {
            if ticked.contains(&scope) {
                grant.declined.remove(&scope);
                grant.granted.insert(scope);
            } else {
                grant.granted.remove(&scope);
                grant.declined.insert(scope);
            }
        }
        grant.pages = person
            .roles
            .keys()
            .filter(|id| pages.contains(*id))
            .cloned()
            .collect();
        grant.consented_at = now;
        Some(self.issue_facebook_code(Code {
            app_id: request.app_id.clone(),
            person_id: person_id.to_owned(),
            redirect_uri: request.redirect_uri.clone(),
            issued_at: now,
            used: false,
        }))
    }
}
