//! The person's own Meta app.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// The secret of a Meta app. With it, tokens of every account of that app can be made, so it is kept
/// like a token. Reading it is a visible verb.
pub struct AppSecret(SecretString);

impl AppSecret {
    /// Wraps a secret that came from the person or the vault.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(SecretString::from(secret.into()))
    }

    /// The secret itself, for the one request it is about to enter.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }

    /// A second copy, for a task of its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret([redacted])")
    }
}

/// What a Meta app proves itself with. On the Instagram route these are the **Instagram** app id and
/// secret, not those under "App settings" (Meta platform reference, A1).
#[derive(Debug)]
pub struct AppCredentials {
    /// The app id: digits, public.
    pub app_id: String,
    /// The app secret.
    pub app_secret: AppSecret,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        let app = AppCredentials {
            app_id: "990000000000001".into(),
            app_secret: AppSecret::new("s3cr3t"),
        };
        let shown = format!("{app:?}");
        assert!(
            shown.contains("990000000000001") && !shown.contains("s3cr3t"),
            "{shown}"
        );
        assert_eq!(app.app_secret.duplicate().expose_secret(), "s3cr3t");
    }
}
