//! What a sandbox is made of before it starts.

use std::{fmt, path::PathBuf, sync::Arc};

use crate::scopes;

/// The base clock: UTC in milliseconds since 1970-01-01. The sandbox adds its own offset.
pub type BaseClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// App id of [`Config::practice`]: fifteen digits, as an Instagram app id has.
pub const PRACTICE_APP_ID: &str = "990000000000001";
/// App secret of [`Config::practice`]. Worth nothing outside a sandbox, hence no secret.
pub const PRACTICE_APP_SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
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
}

/// One app as registered in Meta's dashboard.
#[derive(Clone)]
pub struct MetaApp {
    /// The *Instagram* app id, digits only.
    pub app_id: String,
    /// The *Instagram* app secret.
    pub app_secret: String,
    /// What the consent page calls the app.
    pub name: String,
    /// Registered redirect addresses; compared as whole strings (Meta platform reference, C1).
    pub redirect_uris: Vec<String>,
    /// Scopes enabled on the app; another one fails the whole consent with "Invalid Scopes".
    pub scopes: Vec<String>,
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
            scopes: scopes::ALL
                .iter()
                .map(|scope| scope.name.to_owned())
                .collect(),
        }
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
