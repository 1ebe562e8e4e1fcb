//! The person's own Meta apps, several side by side: how each is named, how its answers come back, and what
//! one must look like before it is kept. (Product, section 2; Meta platform reference, A1, B1, C3.)

use std::fmt;

use url::{Host, Url};

use crate::door::Door;
use crate::grant::Route;

/// The longest name, in characters.
pub const MAX_NAME: usize = 80;
/// The longest redirect address, in bytes.
const MAX_REDIRECT: usize = 2_000;

/// Names a Meta app. One app of Meta's has an id for each log-in product, and Relink keeps them apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppKey {
    route: Route,
    app_id: String,
}

impl AppKey {
    /// Takes an app id as Meta spells it, without judging it.
    pub fn new(route: Route, app_id: impl Into<String>) -> Self {
        Self {
            route,
            app_id: app_id.into(),
        }
    }

    /// The log-in product.
    pub fn route(&self) -> Route {
        self.route
    }

    /// The app id: digits, public.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// The identifier used in the database, the command line and the window: `ROUTE:APP ID`.
    pub fn code(&self) -> String {
        format!("{}:{}", self.route.code(), self.app_id)
    }

    /// Reads an identifier made by [`AppKey::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        let (route, app_id) = code.split_once(':')?;
        Some(Self::new(Route::from_code(route)?, app_id))
    }
}

impl fmt::Display for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code())
    }
}

/// A Meta app, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaApp {
    /// Its name among the others.
    pub key: AppKey,
    /// The person's own name for it; empty where none was given.
    pub name: String,
    /// How the browser's answer comes back.
    pub door: Door,
    /// The address registered at Meta, where the door does not say it by itself.
    pub redirect: Option<Url>,
    /// A saved configuration of Facebook Login for Business. (Meta platform reference, B1.)
    pub config_id: Option<String>,
}

/// What does not fit about a Meta app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not 5 to 20 digits.
    #[error("an app id is 5 to 20 digits")]
    AppId,
    /// More than [`MAX_NAME`] characters, or control characters.
    #[error("a name is one line of at most 80 characters")]
    Name,
    /// The door is none of this log-in product's.
    #[error("Meta takes http://localhost for Facebook Login only")]
    Door,
    /// Not an address Meta would take for this door.
    #[error("the redirect address must be https and complete")]
    Redirect,
    /// Not digits.
    #[error("a configuration's id is digits")]
    Config,
}

impl MetaApp {
    /// An app of which nothing but its key is known.
    pub fn new(key: AppKey) -> Self {
        Self {
            key,
            name: String::new(),
            door: Door::Direct,
            redirect: None,
            config_id: None,
        }
    }

    /// Whether it can be kept.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn check(&self) -> Result<(), Unfit> {
        if !is_app_id(&self.key.app_id) {
            return Err(Unfit::AppId);
        }
        if self.name.chars().count() > MAX_NAME || self.name.chars().any(char::is_control) {
            return Err(Unfit::Name);
        }
        // In development mode, and for Facebook Login only. (Meta platform reference, C3, way 8.)
        if self.door == Door::Localhost && self.key.route != Route::Facebook {
            return Err(Unfit::Door);
        }
        match &self.redirect {
            Some(address) => check_redirect(address, self.door)?,
            // Everywhere else the address follows from the door.
            None if self.door == Door::Bounce => return Err(Unfit::Redirect),
            None => {}
        }
        let is_digits =
            |id: &str| (1..=32).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_digit());
        if self.config_id.as_deref().is_some_and(|id| !is_digits(id)) {
            return Err(Unfit::Config);
        }
        Ok(())
    }
}

/// Whether a text can be an app id.
pub fn is_app_id(text: &str) -> bool {
    (5..=20).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a text can be an app secret: printable, 8 to 128 characters.
pub fn is_app_secret(text: &str) -> bool {
    (8..=128).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_graphic())
}

/// Meta registers https addresses only, but for `http://localhost`; a broker's own may be plain loopback.
/// (Meta platform reference, A2, C1.)
fn check_redirect(address: &Url, door: Door) -> Result<(), Unfit> {
    let (complete, loopback) = match address.host() {
        Some(Host::Domain(name)) => {
            let dotted = name.split('.').filter(|part| !part.is_empty()).count() >= 2;
            (dotted || name == "localhost", name == "localhost")
        }
        Some(Host::Ipv4(ip)) => (true, ip.is_loopback()),
        Some(Host::Ipv6(ip)) => (ip.is_loopback(), ip.is_loopback()),
        None => (false, false),
    };
    let plain_is_fine = loopback && matches!(door, Door::Localhost | Door::Direct);
    let fits = complete
        && (address.scheme() == "https" || (address.scheme() == "http" && plain_is_fine))
        && address.username().is_empty()
        && address.password().is_none()
        && address.fragment().is_none()
        && address.as_str().len() <= MAX_REDIRECT;
    if fits { Ok(()) } else { Err(Unfit::Redirect) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(route: Route, door: Door, redirect: Option<&str>) -> MetaApp {
        MetaApp {
            door,
            redirect: redirect.map(|text| Url::parse(text).unwrap()),
            ..MetaApp::new(AppKey::new(route, "990000000000001"))
        }
    }

    #[test]
    fn an_app_is_read_by_its_own_code_only() {
        for route in Route::ALL {
            let key = AppKey::new(route, "12345");
            assert_eq!(AppKey::from_code(&key.code()), Some(key));
        }
        assert_eq!(AppKey::from_code("threads:12345"), None);
        assert_eq!(AppKey::from_code("12345"), None);
    }

    #[test]
    fn ids_secrets_and_names_have_their_measure() {
        for (id, fits) in [
            ("1234", false),
            ("12345", true),
            ("12345678901234567890", true),
            ("123456789012345678901", false),
            ("12345a", false),
            ("", false),
        ] {
            assert_eq!(is_app_id(id), fits, "{id}");
            let app = MetaApp::new(AppKey::new(Route::Instagram, id));
            assert_eq!(app.check() == Ok(()), fits, "{id}");
        }
        assert!(is_app_secret(&"a".repeat(128)) && !is_app_secret(&"a".repeat(129)));
        assert!(is_app_secret("12345678") && !is_app_secret("1234567"));
        assert!(!is_app_secret("1234 5678") && !is_app_secret("1234567ö"));
        let mut named = app(Route::Instagram, Door::Direct, None);
        named.name = "ü".repeat(MAX_NAME);
        assert_eq!(named.check(), Ok(()));
        named.name.push('x');
        assert_eq!(named.check(), Err(Unfit::Name));
        named.name = "two\nlines".into();
        assert_eq!(named.check(), Err(Unfit::Name));
        named.name.clear();
        named.config_id = Some("not digits".into());
        assert_eq!(named.check(), Err(Unfit::Config));
    }

    #[test]
    fn a_redirect_address_is_one_that_meta_takes_for_the_door() {
        use Door::{Bounce, Certificate, Direct, Localhost, Paste};
        let cases = [
            (Bounce, Some("https://example.org/relink/"), true),
            (Bounce, Some("https://sub.example.org:8443/x?y=z"), true),
            (Paste, Some("https://localhost/"), true),
            (Paste, None, true),
            (Bounce, None, false),
            (Bounce, Some("http://example.org/relink/"), false),
            (Direct, Some("http://example.org/relink/"), false),
            (Direct, Some("http://127.0.0.1:17423/callback"), true),
            (Direct, Some("http://localhost:17423/callback"), true),
            (Paste, Some("http://localhost:17423/callback"), false),
            (Bounce, Some("https://user@example.org/"), false),
            (Bounce, Some("https://u:p@example.org/"), false),
            (Bounce, Some("https://example.org/#part"), false),
            (Bounce, Some("https://example/"), false),
            (Bounce, Some("https://example./"), false),
            (Bounce, Some("ftp://example.org/"), false),
            (Bounce, Some("mailto:someone@example.org"), false),
            (Certificate, None, true),
            (Localhost, None, false),
        ];
        for (door, redirect, fits) in cases {
            let checked = app(Route::Instagram, door, redirect).check();
            assert_eq!(checked.is_ok(), fits, "{door:?} {redirect:?}: {checked:?}");
        }
        let local = app(Route::Facebook, Localhost, None);
        assert_eq!(local.check(), Ok(()));
    }
}
