//! What an access grant is, and the token that carries it.

use std::collections::BTreeSet;
use std::fmt;

use secrecy::SecretString;

use crate::Timestamp;
use crate::page::PageGrant;

/// The permissions Relink asks for on the Instagram route, in the order they are shown.
/// (Meta platform reference, section A2.)
pub const INSTAGRAM_SCOPES: [&str; 3] = [
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_insights",
];

/// The permissions Relink asks for on the Facebook route, in the order they are shown.
/// (Meta platform reference, section B1.)
pub const FACEBOOK_SCOPES: [&str; 6] = [
    "instagram_basic",
    "pages_show_list",
    "pages_read_engagement",
    "business_management",
    "instagram_content_publish",
    "instagram_manage_insights",
];

/// The permission without which an account cannot even be read or renewed.
pub const BASIC_SCOPE: &str = "instagram_business_basic";

/// The permission that a live check tests besides the profile: what most programs need an account for.
pub const PUBLISH_SCOPE: &str = "instagram_business_content_publish";

/// Which of Meta's two log-in products an account was connected through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// Instagram API with Instagram Login; tokens live on `graph.instagram.com`.
    Instagram,
    /// Instagram API with Facebook Login; the account is reached through a Page.
    Facebook,
}

impl Route {
    /// Every route.
    pub const ALL: [Self; 2] = [Self::Instagram, Self::Facebook];

    /// The identifier used in the database, the command line and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Instagram => "instagram",
            Self::Facebook => "facebook",
        }
    }

    /// Reads an identifier made by [`Route::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|route| route.code() == code)
    }

    /// The permissions Relink asks for, in the order they are shown.
    pub fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Instagram => &INSTAGRAM_SCOPES,
            Self::Facebook => &FACEBOOK_SCOPES,
        }
    }

    /// The permission that a live check tests besides the profile.
    pub fn publish_scope(self) -> &'static str {
        match self {
            Self::Instagram => PUBLISH_SCOPE,
            Self::Facebook => "instagram_content_publish",
        }
    }

    /// Those without which nothing works: they are always asked for, and an account that was not given one
    /// cannot be used. (Meta platform reference, A2, B1, B2.)
    pub fn needed_scopes(self) -> &'static [&'static str] {
        match self {
            Self::Instagram => &[BASIC_SCOPE],
            Self::Facebook => &[
                "instagram_basic",
                "pages_show_list",
                "pages_read_engagement",
            ],
        }
    }
}

/// A set of permission names, exactly as Meta spells them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Reads a comma- or space-separated list; empty names are dropped.
    pub fn parse(list: &str) -> Self {
        list.split([',', ' '])
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Whether `name` is in the set.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The names in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is in either.
    #[must_use]
    pub fn joined_with(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// What is in `self` and not in `granted`.
    #[must_use]
    pub fn missing_from(&self, granted: &Self) -> Self {
        Self(self.0.difference(&granted.0).cloned().collect())
    }
}

impl<S: Into<String>> FromIterator<S> for Scopes {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Scopes {
    /// Comma-separated, as Meta's consent address takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

/// What we know about a token without holding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The log-in product the token belongs to.
    pub route: Route,
    /// Granted permissions; `None` when the provider did not say (a pasted token).
    pub scopes: Option<Scopes>,
    /// When this token's present lifetime began; `None` for a pasted token, whose age nobody knows.
    pub issued_at: Option<Timestamp>,
    /// When it ends; `None` when the provider gave no usable lifetime (security document, T4), or where it has no
    /// end ([`Grant::is_endless`]).
    pub expires_at: Option<Timestamp>,
    /// On the Facebook route, what access rests on besides the Page's token.
    pub page: Option<Box<PageGrant>>,
}

impl Grant {
    /// Whether the end is known and has passed.
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether it can be extended in place. A Page's token cannot: it has no end, or it ends with the person's own.
    /// (Meta platform reference, B2.)
    pub fn renews(&self) -> bool {
        self.route == Route::Instagram
    }

    /// Whether access has no end and can only be withdrawn. (Meta platform reference, B2.)
    pub fn is_endless(&self) -> bool {
        self.page.is_some() && self.expires_at.is_none()
    }

    /// When Meta stops answering with data unless the person signs in again. (Meta platform reference, B3.)
    pub fn data_access_until(&self) -> Option<Timestamp> {
        self.page.as_ref()?.data_access_until
    }
}

/// An access token. Reading it is a visible verb: `expose_secret()`.
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Wraps a token that came from the provider, the person or the vault.
    pub fn new(token: impl Into<String>) -> Self {
        Self(SecretString::from(token.into()))
    }

    /// The token itself, for the one header or query it is about to enter.
    pub fn expose_secret(&self) -> &str {
        use secrecy::ExposeSecret as _;
        self.0.expose_secret()
    }

    /// A second copy, for a task of its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}

/// A token together with what is known of it; exists only on its way from the provider to the vault.
#[derive(Debug)]
pub struct TokenSet {
    /// The token.
    pub token: AccessToken,
    /// What is known of it.
    pub grant: Grant,
}
