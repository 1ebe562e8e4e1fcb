//! The outside addresses, as data (product.md, section 5).

use std::collections::BTreeSet;

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;
use url::{Host, Url};

/// The built-in file: Meta's own addresses.
const META: &str = include_str!("../meta.toml");

/// Where Instagram keeps pictures: hosts within these domains. Nothing else is ever asked of them, and no token is
/// sent there.
pub const PICTURE_HOSTS: [&str; 2] = ["cdninstagram.com", "fbcdn.net"];

/// Every outside address Relink uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The Instagram Login route.
    pub instagram: InstagramEndpoints,
    /// The Facebook Login route; absent where a file offers none, as a broker may.
    pub facebook: Option<FacebookEndpoints>,
    /// The way back from the browser.
    pub redirect: RedirectEndpoints,
}

/// Addresses of the Instagram Login route (Meta platform reference, A1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstagramEndpoints {
    /// The consent page, opened in the browser.
    pub authorize: Url,
    /// Where a code becomes a short-lived token.
    pub token: Url,
    /// Everything else; its path is where `/me`, `/access_token` and the like are put.
    pub graph: Url,
    /// Version segment such as `v26.0`; the token addresses are used without it.
    pub version: String,
}

/// Addresses of the Facebook Login route (Meta platform reference, B1 and B2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacebookEndpoints {
    /// The consent dialog, opened in the browser.
    pub dialog: Url,
    /// Everything else.
    pub graph: Url,
    /// Version segment such as `v26.0`.
    pub version: String,
}

/// The two ends of the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectEndpoints {
    /// Where the loopback listener waits: http or https, a loopback host, a fixed port.
    pub listen: Url,
    /// What is registered at Meta and sent with the request. Equal to `listen` in the sandbox; with a
    /// bounce page, the page's address.
    pub registered: Url,
}

/// Why an endpoints file was refused, in one sentence that names the line and the key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, {key}: {problem}")]
pub struct EndpointsError {
    /// The line, counted from 1.
    pub line: usize,
    /// The key, such as `instagram.token`, or the section, such as `[redirect]`.
    pub key: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl Endpoints {
    /// Meta's own addresses.
    #[expect(
        clippy::expect_used,
        reason = "the file is part of the program, and a test reads it"
    )]
    pub fn meta() -> Self {
        Self::parse(META).expect("the built-in endpoints are well formed")
    }

    /// Reads an endpoints file.
    ///
    /// # Errors
    /// Names the first line that does not fit: not TOML, an unknown or missing key, not an address, plain
    /// http to a host that is not this computer.
    pub fn parse(text: &str) -> Result<Self, EndpointsError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let problem = error
                .message()
                .lines()
                .next()
                .unwrap_or("is not TOML")
                .to_owned();
            EndpointsError {
                line: line_at(text, at),
                key: key_at(text, at),
                problem,
            }
        })?;
        let instagram = Section::of(text, "instagram", file.instagram.as_ref())?;
        let redirect = Section::of(text, "redirect", file.redirect.as_ref())?;
        let facebook = match file.facebook.as_ref() {
            Some(facebook) => {
                let section = Section::of(text, "facebook", Some(facebook))?;
                let keys = facebook.get_ref();
                Some(FacebookEndpoints {
                    dialog: section.address("dialog", keys.dialog.as_ref())?,
                    graph: section.base("graph", keys.graph.as_ref())?,
                    version: section.version(keys.version.as_ref())?,
                })
            }
            None => None,
        };
        let (keys, ways) = (instagram.keys, redirect.keys);
        Ok(Self {
            instagram: InstagramEndpoints {
                authorize: instagram.address("authorize", keys.authorize.as_ref())?,
                token: instagram.address("token", keys.token.as_ref())?,
                graph: instagram.base("graph", keys.graph.as_ref())?,
                version: instagram.version(keys.version.as_ref())?,
            },
            facebook,
            redirect: RedirectEndpoints {
                listen: redirect.listener("listen", ways.listen.as_ref())?,
                registered: redirect.address("registered", ways.registered.as_ref())?,
            },
        })
    }

    /// The hosts Relink itself may call (security document, N2), without those the browser opens.
    pub fn hosts(&self) -> BTreeSet<&str> {
        self.called().filter_map(Url::host_str).collect()
    }

    /// Whether a link from an answer (the next page of media) leads to one of our own addresses: same
    /// scheme, host and port.
    pub fn permits(&self, link: &Url) -> bool {
        link.username().is_empty()
            && link.password().is_none()
            && self.called().any(|ours| ours.origin() == link.origin())
    }

    fn called(&self) -> impl Iterator<Item = &Url> {
        [&self.instagram.token, &self.instagram.graph]
            .into_iter()
            .chain(self.facebook.as_ref().map(|facebook| &facebook.graph))
    }
}

impl InstagramEndpoints {
    /// Whether pictures are fetched from an address: one of Meta's stores of them, over https; in practice, the
    /// stand-in itself. (Security document, N2.)
    pub fn keeps_pictures_at(&self, address: &Url) -> bool {
        are_pictures_kept_at(address, &self.graph)
    }
}

impl FacebookEndpoints {
    /// As [`InstagramEndpoints::keeps_pictures_at`]: the pictures are the same ones.
    pub fn keeps_pictures_at(&self, address: &Url) -> bool {
        are_pictures_kept_at(address, &self.graph)
    }
}

fn are_pictures_kept_at(address: &Url, graph: &Url) -> bool {
    if is_loopback(graph) {
        return address.origin() == graph.origin();
    }
    let within = |host: &str| {
        PICTURE_HOSTS.iter().any(|store| {
            let rest = host.strip_suffix(store);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    };
    address.scheme() == "https"
        && address.port().is_none()
        && address.username().is_empty()
        && address.password().is_none()
        && address.domain().is_some_and(within)
}

/// Whether an address leads to this computer and nowhere else.
pub fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    instagram: Option<Spanned<InstagramKeys>>,
    facebook: Option<Spanned<FacebookKeys>>,
    redirect: Option<Spanned<RedirectKeys>>,
}

type Text = Option<Spanned<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstagramKeys {
    authorize: Text,
    token: Text,
    graph: Text,
    version: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FacebookKeys {
    dialog: Text,
    graph: Text,
    version: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RedirectKeys {
    listen: Text,
    registered: Text,
}

/// One section of the file, and the checks of its keys.
struct Section<'a, Keys> {
    text: &'a str,
    name: &'static str,
    line: usize,
    keys: &'a Keys,
}

impl<'a, Keys> Section<'a, Keys> {
    fn of(
        text: &'a str,
        name: &'static str,
        keys: Option<&'a Spanned<Keys>>,
    ) -> Result<Self, EndpointsError> {
        let Some(keys) = keys else {
            let line = text.lines().count().max(1);
            let problem = "the section is missing".to_owned();
            return Err(EndpointsError {
                line,
                key: format!("[{name}]"),
                problem,
            });
        };
        let header = format!("[{name}]");
        let line = text
            .lines()
            .position(|line| line.trim_start().starts_with(&header))
            .map_or_else(|| line_at(text, keys.span().start), |index| index + 1);
        Ok(Self {
            text,
            name,
            line,
            keys: keys.get_ref(),
        })
    }

    fn refuse(&self, key: &str, at: Option<usize>, problem: impl Into<String>) -> EndpointsError {
        EndpointsError {
            line: at.map_or(self.line, |at| line_at(self.text, at)),
            key: format!("{}.{key}", self.name),
            problem: problem.into(),
        }
    }

    fn given<'v>(
        &self,
        key: &str,
        value: Option<&'v Spanned<String>>,
    ) -> Result<&'v Spanned<String>, EndpointsError> {
        value.ok_or_else(|| self.refuse(key, None, "the key is missing"))
    }

    fn address(&self, key: &str, value: Option<&Spanned<String>>) -> Result<Url, EndpointsError> {
        let value = self.given(key, value)?;
        let refuse = |problem: String| self.refuse(key, Some(value.span().start), problem);
        let address = Url::parse(value.get_ref())
            .map_err(|error| refuse(format!("this is not an address ({error})")))?;
        match address.scheme() {
            "https" => {}
            "http" if is_loopback(&address) => {}
            "http" => {
                return Err(refuse(
                    "plain http is accepted for this computer only; use https".into(),
                ));
            }
            other => return Err(refuse(format!("the scheme `{other}` is not https"))),
        }
        if !address.username().is_empty() || address.password().is_some() {
            return Err(refuse(
                "an address must not carry a user name or password".into(),
            ));
        }
        if address.fragment().is_some() {
            return Err(refuse("an address must not end in a # part".into()));
        }
        Ok(address)
    }

    fn base(&self, key: &str, value: Option<&Spanned<String>>) -> Result<Url, EndpointsError> {
        let address = self.address(key, value)?;
        if address.query().is_some() {
            let at = value.map(|value| value.span().start);
            return Err(self.refuse(
                key,
                at,
                "paths are put behind this address, so it must not have a ? part",
            ));
        }
        Ok(address)
    }

    fn listener(&self, key: &str, value: Option<&Spanned<String>>) -> Result<Url, EndpointsError> {
        let address = self.base(key, value)?;
        let at = value.map(|value| value.span().start);
        if !is_loopback(&address) {
            return Err(self.refuse(
                key,
                at,
                "the listener waits on this computer only (127.0.0.1, [::1], localhost)",
            ));
        }
        match address.port_or_known_default() {
            Some(1..) => Ok(address),
            Some(0) | None => Err(self.refuse(key, at, "the port must be fixed, from 1 to 65535")),
        }
    }

    fn version(&self, value: Option<&Spanned<String>>) -> Result<String, EndpointsError> {
        let value = self.given("version", value)?;
        let numbers =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let parts = value
            .get_ref()
            .strip_prefix('v')
            .and_then(|rest| rest.split_once('.'));
        if parts.is_some_and(|(major, minor)| numbers(major) && numbers(minor)) {
            Ok(value.get_ref().clone())
        } else {
            Err(self.refuse(
                "version",
                Some(value.span().start),
                "a version looks like `v26.0`",
            ))
        }
    }
}

fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

/// The key in whose line a position lies, with its section.
fn key_at(text: &str, at: usize) -> String {
    let line = line_at(text, at);
    let mut section = None;
    let mut key = "";
    for row in text.lines().take(line).map(str::trim) {
        if let Some(name) = row.strip_prefix('[') {
            section = name.split(']').next();
            key = "";
        } else {
            key = row.split(['=', '#']).next().unwrap_or("").trim();
        }
    }
    match (section, key) {
        (Some(section), "") => format!("[{section}]"),
        (Some(section), key) => format!("{section}.{key}"),
        (None, "") => "the file".to_owned(),
        (None, key) => key.to_owned(),
    }
}

#[cfg(test)]
mod tests;
