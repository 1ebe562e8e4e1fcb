//! What a sandbox is made of before it starts.

use std::{collections::BTreeMap, fmt, path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{dice, scopes};

/// The base clock: UTC in milliseconds since 1970-01-01. The sandbox adds its own offset.
pub type BaseClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// App id of [`Config::practice`]: fifteen digits, as an Instagram app id has.
pub const PRACTICE_APP_ID: &str = "990000000000001";
/// App secret of [`Config::practice`]. Worth nothing outside a sandbox, hence no secret.
pub const PRACTICE_APP_SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
/// *Facebook* app id of [`Config::practice`]: the same Meta app under its other number.
pub const PRACTICE_FACEBOOK_APP_ID: &str = "880000000000001";
/// *Facebook* app secret of [`Config::practice`]. Worth nothing outside a sandbox, either.
pub const PRACTICE_FACEBOOK_APP_SECRET: &str = "a9b8c7d6e5f40312233445566778899a";
/// Redirect address of [`Config::practice`].
pub const PRACTICE_REDIRECT: &str = "http://127.0.0.1:17423/callback";

/// Everything a [`crate::Sandbox`] needs to start.
#[derive(Clone)]
pub struct Config {
    /// Port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// Decides names, ids, counts, media, codes and tokens. The same seed and the same requests
    /// give the same answers.
    pub seed: u64,
    /// How many professional accounts there are. Two personal accounts are always added.
    pub accounts: usize,
    /// The clock below the sandbox's own offset. The crate reads no other clock.
    pub clock: BaseClock,
    /// The registered Meta apps; the first one is the one in the endpoints file.
    pub apps: Vec<MetaApp>,
    /// Where the world is saved after each change and loaded from at start. A saved world keeps
    /// its own seed and people; `seed` and `accounts` count only for a new one.
    pub snapshot: Option<PathBuf>,
    /// `false` accepts registered plain-http loopback redirects, as practice mode needs.
    /// `true` is as strict as Meta: https only (Meta platform reference, C1).
    pub strict_redirects: bool,
    /// `true` makes every professional account of a new world accept its tester invite first
    /// (Meta platform reference, A11). A saved world keeps what it has.
    pub testers_must_accept: bool,
}

/// One app as registered in Meta's dashboard. It has two pairs of id and secret, one for each
/// product (Meta platform reference, A1). As JSON only the first two fields are needed; scopes
/// that are left out are all enabled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetaApp {
    /// The *Instagram* app id, digits only.
    pub app_id: String,
    /// The *Instagram* app secret.
    pub app_secret: String,
    /// What the consent page calls the app.
    #[serde(default)]
    pub name: String,
    /// Redirect addresses registered for Instagram Login; compared as whole strings (Meta platform
    /// reference, C1).
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Instagram scopes enabled on the app; another one fails the whole consent with "Invalid
    /// Scopes".
    #[serde(default = "scopes::all_instagram")]
    pub scopes: Vec<String>,
    /// The *Facebook* app id, digits only; empty where Facebook Login is not set up.
    #[serde(default)]
    pub facebook_app_id: String,
    /// The *Facebook* app secret.
    #[serde(default)]
    pub facebook_app_secret: String,
    /// Redirect addresses registered for Facebook Login, a list of its own.
    #[serde(default)]
    pub facebook_redirect_uris: Vec<String>,
    /// Facebook scopes enabled on the app.
    #[serde(default = "scopes::all_facebook")]
    pub facebook_scopes: Vec<String>,
    /// Saved configurations of Facebook Login for Business: `config_id` and the scopes it stands
    /// for (Meta platform reference, B1).
    #[serde(default)]
    pub login_configurations: BTreeMap<String, Vec<String>>,
    /// Whether Facebook takes `http://localhost` unregistered (Meta platform reference, C1).
    #[serde(default)]
    pub mode: AppMode,
    /// "Require app secret": calls to Facebook without `appsecret_proof` are refused.
    #[serde(default)]
    pub require_app_secret: bool,
}

/// The switch at the top of Meta's dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppMode {
    /// In development.
    #[default]
    Development,
    /// Published.
    Live,
}

impl Config {
    /// The world of practice mode: one app, a dozen professional accounts, plain loopback.
    pub fn practice(seed: u64, clock: BaseClock) -> Self {
        Self {
            port: 0,
            seed,
            accounts: 12,
            clock,
            apps: vec![MetaApp::practice()],
            snapshot: None,
            strict_redirects: false,
            testers_must_accept: false,
        }
    }
}

impl MetaApp {
    /// The one app of [`Config::practice`], with every scope enabled.
    pub fn practice() -> Self {
        Self {
            app_id: PRACTICE_APP_ID.to_owned(),
            app_secret: PRACTICE_APP_SECRET.to_owned(),
            name: "Relink (practice)".to_owned(),
            redirect_uris: vec![PRACTICE_REDIRECT.to_owned()],
            scopes: scopes::all_instagram(),
            facebook_app_id: PRACTICE_FACEBOOK_APP_ID.to_owned(),
            facebook_app_secret: PRACTICE_FACEBOOK_APP_SECRET.to_owned(),
            facebook_redirect_uris: vec![PRACTICE_REDIRECT.to_owned()],
            facebook_scopes: scopes::all_facebook(),
            login_configurations: BTreeMap::new(),
            mode: AppMode::Development,
            require_app_secret: false,
        }
    }

    /// The same app with this one redirect address, registered for both products.
    #[must_use]
    pub fn redirecting_to(self, address: &str) -> Self {
        Self {
            redirect_uris: vec![address.to_owned()],
            facebook_redirect_uris: vec![address.to_owned()],
            ..self
        }
    }

    /// The app of [`MetaApp::practice`] under other numbers, for worlds with several apps; `place`
    /// 0 is the practice app itself.
    pub fn numbered(place: u64) -> Self {
        let first = Self::practice();
        if place == 0 {
            return first;
        }
        let other = |id: &str| id.parse::<u64>().map(|id| (id + place).to_string());
        Self {
            app_id: other(PRACTICE_APP_ID).unwrap_or_default(),
            app_secret: dice::hex(place, "app secret", 32),
            name: format!("Relink (practice {})", place + 1),
            facebook_app_id: other(PRACTICE_FACEBOOK_APP_ID).unwrap_or_default(),
            facebook_app_secret: dice::hex(place, "facebook app secret", 32),
            ..first
        }
    }

    /// Whether `id` is one of the app's two numbers.
    pub(crate) fn goes_by(&self, id: &str) -> bool {
        !id.is_empty() && (self.app_id == id || self.facebook_app_id == id)
    }
}

impl fmt::Debug for MetaApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetaApp")
            .field("app_id", &self.app_id)
            .field("app_secret", &"[redacted]")
            .field("name", &self.name)
            .field("redirect_uris", &self.redirect_uris)
            .field("scopes", &self.scopes)
            .field("facebook_app_id", &self.facebook_app_id)
            .field("facebook_app_secret", &"[redacted]")
            .field("facebook_redirect_uris", &self.facebook_redirect_uris)
            .field("facebook_scopes", &self.facebook_scopes)
            .field("login_configurations", &self.login_configurations)
            .field("mode", &self.mode)
            .field("require_app_secret", &self.require_app_secret)
            .finish()
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// A sandbox without a Meta app could answer nothing.
    #[error("the sandbox needs at least one Meta app")]
    NoApp,
    /// The port is taken, or loopback is not available.
    #[error("the sandbox cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The snapshot exists but cannot be read.
    #[error("the saved world cannot be read")]
    SnapshotUnreadable(#[source] std::io::Error),
    /// The snapshot is not a world of this version. It is left as it is.
    #[error("the saved world is damaged or from another version, at line {line}")]
    SnapshotDamaged {
        /// Line of the first fault, counted from 1.
        line: usize,
    },
}
