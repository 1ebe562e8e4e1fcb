//! Why a request did not give us what we asked for.
//!
//! A [`Refusal`] is what was seen, not what it means: the meaning is a
//! [`Diagnosis`](crate::diagnosis::Diagnosis).

use chrono::Duration;

/// The longest text of the provider that is kept, in characters (security document, J5).
pub const MAX_TEXT: usize = 500;

/// The longest identifier of the provider that is kept, in characters; real ones have about 25.
const MAX_NAME: usize = 100;

/// A run of this many token characters is taken for a secret. Account ids have 17 digits, app ids
/// 16, permission names at most 42 letters but no digits, app secrets 32, tokens well over 100.
const SECRET_LENGTH: usize = 24;

/// Why a request did not give us what we asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No answer at all.
    Unreachable(Unreachable),
    /// An answer, but not one the provider's interface writes: somebody stands in between, or it broke on
    /// the way.
    Interfered {
        /// What was wrong with it.
        how: Interference,
        /// Its HTTP status, where known.
        http_status: Option<u16>,
        /// How long to wait, where the answer's head said so.
        retry_after: Option<Duration>,
    },
    /// The provider said no, in one of its own shapes.
    Denied(Box<ApiError>),
}

impl Refusal {
    /// How long the provider asks us to wait before the next call, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unreachable(_) => None,
            Self::Interfered { retry_after, .. } => *retry_after,
            Self::Denied(error) => error.retry_after,
        }
    }

    /// The HTTP status, where an answer arrived and its status is known.
    pub fn http_status(&self) -> Option<u16> {
        match self {
            Self::Unreachable(_) => None,
            Self::Interfered { http_status, .. } => *http_status,
            Self::Denied(error) => error.http_status,
        }
    }
}

/// At which point a request came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// The computer has no network.
    Offline,
    /// The name could not be looked up.
    Dns,
    /// The connection was refused or found no way.
    Connect,
    /// The encrypted channel could not be trusted or agreed on.
    Tls,
    /// Nothing came in time.
    Timeout,
    /// The connection broke before the answer was complete.
    Cut,
    /// It was never sent: something in it, such as a token with a line break, fits no request.
    Unsendable,
}

/// What makes an answer one that the provider's interface did not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interference {
    /// It points elsewhere; never followed (security document, J3).
    Redirect,
    /// It has no body.
    Empty,
    /// It is a page or a text instead of JSON: a portal, a proxy, an outage page.
    NotJson,
    /// It calls itself something other than JSON.
    WrongContentType,
    /// It is larger than the limit.
    TooLarge,
    /// It is nested deeper than the limit.
    TooDeep,
    /// It begins like JSON and is not: cut off, or damaged.
    Malformed,
    /// It is JSON of none of the provider's shapes.
    Unrecognised,
}

/// Which of the provider's shapes an error came in (Meta platform reference, D1 and D2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// `{"error":{"message","type","code",…}}`: the graph hosts.
    Graph,
    /// `{"error_type","code","error_message"}`: the token address of Instagram. Its `code` repeats
    /// the HTTP status and is kept as that, never as an error code.
    Instagram,
    /// `{"error_message","error_code"}` or `?error=…&error_reason=…`: the consent page.
    Dialog,
    /// Numbers and words picked out of what another program printed. Never made from an answer we
    /// received ourselves, so it judges no account.
    Text,
}

/// An error in the provider's own words and numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The shape it came in.
    pub envelope: Envelope,
    /// HTTP status of the answer, where known.
    pub http_status: Option<u16>,
    /// `code`.
    pub code: Option<i64>,
    /// `error_subcode`.
    pub subcode: Option<i64>,
    /// `type` or `error_type`, such as `OAuthException`.
    pub error_type: Option<String>,
    /// `message` or `error_message`, as [`quoted`].
    pub message: Option<String>,
    /// `error_user_title`, as [`quoted`]; in any language.
    pub user_title: Option<String>,
    /// `error_user_msg`, as [`quoted`]; in any language.
    pub user_message: Option<String>,
    /// `fbtrace_id`, for the provider's support.
    pub trace_id: Option<String>,
    /// Whether the provider calls the fault a passing one.
    pub is_transient: bool,
    /// How long to wait: `Retry-After`, or the time until access is regained.
    pub retry_after: Option<Duration>,
}

impl ApiError {
    /// An error of which nothing is known yet but its shape.
    pub fn new(envelope: Envelope) -> Self {
        Self {
            envelope,
            http_status: None,
            code: None,
            subcode: None,
            error_type: None,
            message: None,
            user_title: None,
            user_message: None,
            trace_id: None,
            is_transient: false,
            retry_after: None,
        }
    }
}

/// A text from outside, made safe to keep and to show: cut at [`MAX_TEXT`] characters, control and
/// direction-changing characters escaped, and whatever looks like a token, a code or a secret taken out.
///
/// Meta repeats the token in some messages ("Malformed access token IGAA…").
pub fn quoted(text: &str) -> String {
    escaped(&without_secrets(text), MAX_TEXT)
}

/// A short identifier from outside (a trace id, an error type), escaped and cut.
pub fn named(text: &str) -> String {
    escaped(text, MAX_NAME)
}

fn escaped(text: &str, limit: usize) -> String {
    let mut safe = String::new();
    let mut length = 0;
    for character in text.trim().chars() {
        let piece: String = if misleads(character) {
            character.escape_default().collect()
        } else {
            character.into()
        };
        length += piece.chars().count();
        if length > limit {
            break;
        }
        safe.push_str(&piece);
    }
    safe
}

/// Control characters, and those that make the rest of a line run the other way.
fn misleads(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn without_secrets(text: &str) -> String {
    let mut kept = String::with_capacity(text.len().min(MAX_TEXT * 4));
    let mut word = String::new();
    // Twice the limit is enough to fill it, and bounds the work on a hostile text.
    for character in text.chars().take(MAX_TEXT * 8) {
        if character.is_ascii_alphanumeric()
            || matches!(character, '_' | '-' | '|' | '%' | '.' | '~')
        {
            word.push(character);
        } else {
            put(&mut kept, &word);
            word.clear();
            kept.push(character);
        }
    }
    put(&mut kept, &word);
    kept
}

fn put(kept: &mut String, word: &str) {
    kept.push_str(if looks_secret(word) {
        "[redacted]"
    } else {
        word
    });
}

fn looks_secret(word: &str) -> bool {
    let mixed = word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let known_starts = ["IGAA", "IGQW", "IGQV", "EAA", "THAA", "THQ", "AQ"];
    let shortest = if known_starts.iter().any(|start| word.starts_with(start)) {
        12
    } else {
        SECRET_LENGTH
    };
    mixed && word.len() >= shortest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_escaped() {
        assert_eq!(quoted(&"é".repeat(2_000)).chars().count(), MAX_TEXT);
        assert_eq!(
            quoted("one\ntwo\u{1b}[31m\u{202e}x"),
            "one\\ntwo\\u{1b}[31m\\u{202e}x"
        );
        assert_eq!(
            quoted("  Die Sitzung ist abgelaufen. "),
            "Die Sitzung ist abgelaufen."
        );
        assert_eq!(named(&"A".repeat(300)).len(), MAX_NAME);
        assert!(
            quoted(&"\u{0}".repeat(2_000)).len() <= MAX_TEXT,
            "escaping must not outgrow the limit"
        );
    }

    #[test]
    fn tokens_codes_and_secrets_do_not_survive_in_a_text() {
        for secret in [
            "IGAAshort0123",
            "EAACEdEose0cBA1234567890",
            "AQBx-9f8e7d6c5b4a39281706f5e4d3c2b1a0",
            "0123456789abcdef0123456789abcdef",
            "100000000000001|abcdefghijklmnop0123456",
        ] {
            let text = quoted(&format!(
                "Malformed access token {secret} (at ?access_token={secret}&x=1)"
            ));
            assert!(!text.contains(secret), "{text}");
            assert!(
                text.starts_with("Malformed access token [redacted]"),
                "{text}"
            );
        }
    }

    #[test]
    fn ids_permissions_and_dates_do_survive() {
        let text = "Object with ID '17841400000000001' requires instagram_business_manage_insights since \
                    Thursday, 05-Nov-26 15:00:00 PST";
        assert_eq!(quoted(text), text);
    }
}
