//! Numbers and words in plain text: log lines, pages, addresses.

use domain::refusal::{ApiError, Envelope, Unreachable, named, quoted};

use crate::envelope::{is_status, is_type_name};

/// How an error code is written in a text, best known first. Compared in lower case.
const CODE_MARKS: [&str; 8] = [
    "(#",
    "error_code",
    "errorcode",
    "error code",
    "'code'",
    "\"code\"",
    "code",
    "error #",
];

/// How a subcode is written.
const SUBCODE_MARKS: [&str; 5] = [
    "error_subcode",
    "error subcode",
    "errorsubcode",
    "subcode",
    "sub code",
];

/// How an HTTP status is written.
const STATUS_MARKS: [&str; 7] = [
    "http status",
    "http/1.1",
    "http/2",
    "status code",
    "statuscode",
    "status",
    "http",
];

/// An error whose code stands in the text.
pub(super) fn numbered(text: &str) -> Option<ApiError> {
    let error = words(text)?;
    error.code.is_some().then_some(error)
}

/// Whatever a text says: numbers, type, words. `None` for a text without a word.
pub(super) fn words(text: &str) -> Option<ApiError> {
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    // A subcode's mark contains a code's: it is taken out before the code is looked for.
    let without_subcode = SUBCODE_MARKS
        .iter()
        .fold(lower.clone(), |text, mark| text.replace(mark, "\u{1}"));
    let mut code = CODE_MARKS
        .iter()
        .find_map(|mark| number_after(&without_subcode, mark));
    let mut subcode = SUBCODE_MARKS
        .iter()
        .find_map(|mark| number_after(&lower, mark));
    if let Some((first, second)) = pair(&lower).filter(|_| code.is_none()) {
        (code, subcode) = (Some(first), Some(second));
    }
    let status = status(text);
    // "status code 400" and "code: 400" name the status, not an error.
    if code.is_some_and(|code| u16::try_from(code).is_ok_and(|code| Some(code) == status)) {
        code = None;
    }
    let error_type = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| is_type_name(word))
        .map(named);
    Some(ApiError {
        http_status: status,
        code,
        subcode,
        error_type,
        message: Some(quoted(text)),
        is_transient: [
            "is_transient\": true",
            "is_transient\":true",
            "is_transient': true",
            "is_transient=true",
        ]
        .iter()
        .any(|mark| lower.contains(mark)),
        ..ApiError::new(Envelope::Text)
    })
}

/// The HTTP status a text names.
pub(super) fn status(text: &str) -> Option<u16> {
    let lower = text.to_ascii_lowercase();
    STATUS_MARKS
        .iter()
        .filter_map(|mark| number_after(&lower, mark))
        .find_map(|number| u16::try_from(number).ok().filter(is_status))
}

/// The number right behind a mark, past quotes, brackets, colons and the like, wherever the mark occurs.
fn number_after(text: &str, mark: &str) -> Option<i64> {
    text.match_indices(mark).find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        if mark.starts_with(|c: char| c.is_ascii_alphabetic())
            && before.is_some_and(|c| c.is_ascii_alphabetic())
        {
            return None;
        }
        let rest = text.get(at + mark.len()..)?;
        let rest =
            rest.trim_start_matches([' ', '"', '\'', '\\', ':', '=', '>', '(', '[', '#', '`']);
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let whole = rest.get(..rest.len() - digits.len() + end)?;
        // `17841400000000001` and `2026-11-06` are no codes.
        let follows = digits.get(end..)?.chars().next();
        let is_code = end > 0 && end <= 8 && !follows.is_some_and(|c| c.is_ascii_alphanumeric());
        if is_code { whole.parse().ok() } else { None }
    })
}

/// `190/460`, the way people write code and subcode together.
fn pair(text: &str) -> Option<(i64, i64)> {
    text.match_indices('/').find_map(|(at, _)| {
        let (before, after) = (text.get(..at)?.trim_end(), text.get(at + 1..)?.trim_start());
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let reversed: String = before.chars().rev().collect();
        let code = before.get(before.len() - digits(&reversed)..)?;
        let subcode = after.get(..digits(after))?;
        // Dates have two or four digits on either side.
        let fits = (1..=3).contains(&code.len()) && subcode.len() >= 2 && subcode.len() <= 8;
        let is_date = after
            .get(subcode.len()..)
            .is_some_and(|rest| rest.starts_with('/'))
            || code.len() < 3;
        (fits && (!is_date || subcode.len() >= 5)).then_some(())?;
        Some((code.parse().ok()?, subcode.parse().ok()?))
    })
}

/// `…?error=access_denied&error_reason=user_denied`: what came back in the browser's address.
pub(super) fn address(text: &str) -> Option<ApiError> {
    if text.contains(char::is_whitespace) || !text.contains('=') {
        return None;
    }
    let query = text.split_once(['?', '#']).map_or(text, |(_, query)| query);
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let value = |key: &str| {
        pairs
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_ref())
    };
    let code = value("error_code").and_then(|code| code.parse().ok());
    let names = [
        "error",
        "error_reason",
        "error_message",
        "error_description",
    ];
    let message: Vec<_> = names.into_iter().filter_map(value).collect();
    (code.is_some() || !message.is_empty()).then(|| ApiError {
        code,
        subcode: value("error_subcode").and_then(|subcode| subcode.parse().ok()),
        message: Some(quoted(&message.join(": "))),
        ..ApiError::new(Envelope::Dialog)
    })
}

/// Whether a text is a page.
pub(super) fn is_page(text: &str) -> bool {
    let start: String = text
        .chars()
        .take(200)
        .collect::<String>()
        .to_ascii_lowercase();
    start.starts_with('<') || start.contains("<!doctype html") || start.contains("<html")
}

/// The status in a page's title or heading, as gateways write it: "502 Bad Gateway".
pub(super) fn status_of_page(text: &str) -> Option<u16> {
    let lower = text.to_ascii_lowercase();
    ["<title", "<h1"].iter().find_map(|mark| {
        let rest = lower.split_once(mark)?.1.split_once('>')?.1;
        let heading = rest.split('<').next()?;
        let word = heading
            .split(|c: char| !c.is_ascii_alphanumeric())
            .find(|word| word.len() == 3)?;
        word.parse().ok().filter(is_status)
    })
}

/// Whether a piece of JSON in a text is left open: the rest is missing, and with it perhaps what matters.
pub(super) fn is_cut_off(text: &str) -> bool {
    let mut rest = text;
    while let Some(start) = rest.find(['{', '[']) {
        let piece = rest.get(start..).unwrap_or_default();
        let inside = piece.get(1..).unwrap_or_default().trim_start();
        // `[2026-11-06]` and `{account}` are no JSON; a bracket at the very end may be the start of some.
        let is_json = inside.is_empty() || inside.starts_with(['"', '\'', '{', '[', '\\']);
        let length = if is_json { closing(piece) } else { Some(1) };
        let Some(length) = length else { return true };
        rest = piece.get(length..).unwrap_or_default();
    }
    false
}

/// Where the piece of JSON at the start of a text ends; `None` if it does not.
fn closing(piece: &str) -> Option<usize> {
    let quote = if piece.get(1..)?.trim_start().starts_with('\'') {
        b'\''
    } else {
        b'"'
    };
    let (mut open, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in piece.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            _ if byte == quote => in_string = !in_string,
            b'{' | b'[' if !in_string => open += 1,
            b'}' | b']' if !in_string => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// A program's own words for an answer that never came.
pub(super) fn no_answer(text: &str) -> Option<Unreachable> {
    let lower = text.to_ascii_lowercase();
    let table: [(Unreachable, &[&str]); 6] = [
        (
            Unreachable::Dns,
            &[
                "enotfound",
                "getaddrinfo",
                "eai_again",
                "name resolution",
                "could not resolve",
                "couldn't resolve",
                "name or service not known",
            ],
        ),
        (
            Unreachable::Tls,
            &[
                "certificate verify failed",
                "self-signed certificate",
                "self signed certificate",
                "unable to get local issuer",
                "ssl error",
                "sslerror",
                "tls handshake",
                "ssl handshake",
            ],
        ),
        (
            Unreachable::Offline,
            &[
                "enetunreach",
                "network is unreachable",
                "no internet connection",
                "err_internet_disconnected",
            ],
        ),
        (
            Unreachable::Connect,
            &[
                "econnrefused",
                "ehostunreach",
                "connection refused",
                "failed to connect",
                "no route to host",
            ],
        ),
        (
            Unreachable::Timeout,
            &[
                "etimedout",
                "esockettimedout",
                "econnaborted",
                "timed out",
                "connecttimeout",
                "readtimeout",
                "timeout of ",
            ],
        ),
        (
            Unreachable::Cut,
            &[
                "econnreset",
                "connection reset",
                "socket hang up",
                "broken pipe",
                "remote end closed",
                "premature close",
                "unexpected eof",
            ],
        ),
    ];
    table.into_iter().find_map(|(kind, marks)| {
        marks
            .iter()
            .any(|mark| lower.contains(mark))
            .then_some(kind)
    })
}
