//! How the browser's answer is read: one parser for every door. (Security document, C10 to C12.)

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

/// Longer input is refused unread.
pub const MAX_BYTES: usize = 8_192;

/// The ports to which the bounce page sends a browser on: those it takes from a state's tail, and no other.
/// (Meta platform reference, C3, advice.)
pub const BOUNCE_PORTS: std::ops::RangeInclusive<u16> = 17_423..=17_432;

/// The state of an attempt whose answer comes over the bounce page: it ends in the port of the listener. The tail
/// is part of the state, and of its hash.
pub fn state_with_port(nonce: &str, port: u16) -> String {
    format!("{nonce}.{port}")
}

/// An authorisation code: works once, and for an hour.
pub struct AuthorizationCode(SecretString);

impl AuthorizationCode {
    /// Wraps a code.
    pub fn new(code: impl Into<String>) -> Self {
        Self(SecretString::from(code.into()))
    }

    /// The code itself, for the one request it is about to enter.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode([redacted])")
    }
}

/// The `state` that came back; compared by its hash, never shown.
pub struct ReturnedState(SecretString);

impl ReturnedState {
    /// The value, for hashing.
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for ReturnedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnedState([redacted])")
    }
}

/// What the browser brought back, read but not yet believed.
#[derive(Debug)]
pub struct Callback {
    /// Which attempt it claims to answer.
    pub state: ReturnedState,
    /// What it says.
    pub answer: Answer,
}

/// What a well-formed callback says.
#[derive(Debug)]
pub enum Answer {
    /// The person allowed it.
    Code(AuthorizationCode),
    /// The person or the provider said no.
    Refused(Refused),
}

/// A refusal in an address: in OAuth's words (RFC 6749, section 4.1.2.1), or, without those, in Meta's own. (Meta
/// platform reference, D2, third shape.)
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// `error`, for instance `access_denied`.
    pub error: Option<String>,
    /// `error_code`, where there is no `error`: beside one it adds nothing, and means another thing in other tables.
    pub code: Option<i64>,
    /// `error_reason`, where given.
    pub reason: Option<String>,
    /// `error_description`, where given; else `error_message`.
    pub description: Option<String>,
}

/// Why an input is not a callback of this attempt. None of these changes an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error("too long")]
    TooLong,
    /// A control character inside.
    #[error("control characters")]
    ControlCharacters,
    /// Not an absolute address; a bare code, for instance.
    #[error("not an address")]
    NotAnAddress,
    /// Another scheme than the registered address.
    #[error("another scheme")]
    Scheme,
    /// A user name or password in the address.
    #[error("user info")]
    UserInfo,
    /// Another host, or one that only looks alike.
    #[error("another host")]
    Host,
    /// Another port.
    #[error("another port")]
    Port,
    /// Another path.
    #[error("another path")]
    Path,
    /// A fragment other than Meta's `#_`.
    #[error("a fragment")]
    Fragment,
    /// `code`, `state` or `error` given twice.
    #[error("a parameter twice")]
    Duplicate,
    /// Neither a code nor an error.
    #[error("no code")]
    NoCode,
    /// A code and an error at once.
    #[error("a code and an error")]
    CodeAndError,
    /// No `state`, or an empty one.
    #[error("no state")]
    NoState,
}

/// Reads what a door received. `redirect` is the attempt's own redirect address, compared part by
/// part after one parse (RFC 9700, section 4.1.3); unknown parameters are ignored (RFC 6749,
/// section 3.1).
pub fn parse(input: &str, redirect: &Url) -> Result<Callback, Malformed> {
    let address = read_address(input)?;
    same_place(&address, redirect)?;
    // `#_` is Instagram's, `#_=_` Facebook's.
    if !matches!(address.fragment(), None | Some("" | "_" | "_=_")) {
        return Err(Malformed::Fragment);
    }
    read_parameters(&address)
}

fn read_address(input: &str) -> Result<Url, Malformed> {
    if input.len() > MAX_BYTES {
        return Err(Malformed::TooLong);
    }
    // People copy addresses with the quotes or angle brackets of the message around them.
    let text = input.trim_matches(|c: char| c == ' ' || c == '\t' || c == '\r' || c == '\n');
    let text = unwrap_once(text).trim_matches(' ');
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    // The parser would quietly drop tabs and line ends inside an address.
    if text.chars().any(char::is_control) {
        return Err(Malformed::ControlCharacters);
    }
    if text.contains(['\\', ' ']) {
        return Err(Malformed::NotAnAddress);
    }
    let (_, rest) = text.split_once("://").ok_or(Malformed::NotAnAddress)?;
    is_plain_authority(rest)?;
    // Some browsers copy Meta's trailing `#_` in its encoded form.
    let text = ["%23_", "%23_=_"]
        .into_iter()
        .find_map(|tail| text.strip_suffix(tail))
        .unwrap_or(text);
    Url::parse(text).map_err(|_| Malformed::NotAnAddress)
}

/// The parser decodes, folds and drops characters of a host, and drops an empty user name: what looks like
/// another place to a person would be the same one to it. No browser writes the registered address so, so
/// only the characters of a plain host and port are taken. (Security document, C12.)
fn is_plain_authority(rest: &str) -> Result<(), Malformed> {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Malformed::UserInfo);
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if authority.is_empty() || !authority.bytes().all(plain) {
        return Err(Malformed::Host);
    }
    Ok(())
}

fn unwrap_once(text: &str) -> &str {
    for (open, close) in [
        ('"', '"'),
        ('\'', '\''),
        ('<', '>'),
        ('\u{201c}', '\u{201d}'),
    ] {
        if let Some(inner) = text
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
        {
            return inner;
        }
    }
    text
}

fn same_place(address: &Url, redirect: &Url) -> Result<(), Malformed> {
    if address.scheme() != redirect.scheme() {
        return Err(Malformed::Scheme);
    }
    if !address.username().is_empty() || address.password().is_some() {
        return Err(Malformed::UserInfo);
    }
    match (address.host(), redirect.host()) {
        (Some(Host::Domain(given)), Some(Host::Domain(expected))) if given == expected => {}
        (Some(Host::Ipv4(given)), Some(Host::Ipv4(expected))) if given == expected => {}
        (Some(Host::Ipv6(given)), Some(Host::Ipv6(expected))) if given == expected => {}
        _ => return Err(Malformed::Host),
    }
    if address.port_or_known_default() != redirect.port_or_known_default() {
        return Err(Malformed::Port);
    }
    if address.path() != redirect.path() {
        return Err(Malformed::Path);
    }
    Ok(())
}

fn read_parameters(address: &Url) -> Result<Callback, Malformed> {
    let mut code = None;
    let mut state = None;
    let mut error = None;
    let mut reason = None;
    let mut description = None;
    let mut number = None;
    let mut message = None;
    for (name, value) in address.query_pairs() {
        let slot = match name.as_ref() {
            "code" => &mut code,
            "state" => &mut state,
            "error" => &mut error,
            "error_reason" => &mut reason,
            "error_description" => &mut description,
            "error_code" => &mut number,
            "error_message" => &mut message,
            _ => continue,
        };
        if slot.replace(value.into_owned()).is_some() {
            return Err(Malformed::Duplicate);
        }
    }
    let printable = |text: &Option<String>| {
        text.as_ref()
            .is_none_or(|text| !text.chars().any(char::is_control))
    };
    if !(printable(&code) && printable(&state) && printable(&error)) {
        return Err(Malformed::ControlCharacters);
    }
    let state = state
        .filter(|state| !state.is_empty())
        .ok_or(Malformed::NoState)?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (code, error, message) = (given(code), given(error), given(message));
    let number = number.and_then(|number| number.parse().ok());
    let answer = match (code, error) {
        (Some(_), Some(_)) => return Err(Malformed::CodeAndError),
        (Some(_), None) if message.is_some() => return Err(Malformed::CodeAndError),
        (Some(code), None) => Answer::Code(AuthorizationCode::new(code)),
        (None, None) if message.is_none() && number.is_none() => return Err(Malformed::NoCode),
        (None, error) => Answer::Refused(Refused {
            code: number.filter(|_| error.is_none()),
            error,
            reason,
            description: description.or(message),
        }),
    };
    Ok(Callback {
        state: ReturnedState(SecretString::from(state)),
        answer,
    })
}

#[cfg(test)]
mod tests;
