//! What other programs print about a Meta error, read as leniently as can be.
//!
//! Wrapped by a library, quoted inside a text, as a batch item, as the address of a browser, as plain
//! words: whatever holds the provider's numbers is searched for them, best witness first. The result
//! explains (`relink diagnose`); it never judges an account, because nobody knows how it came about.

mod find;
mod scan;

use domain::refusal::{ApiError, Envelope, Interference, Refusal, quoted};

use crate::answer::MAX_BODY;
use crate::json;

/// Reads what a person pasted or a file holds. Never panics, whatever the bytes.
pub fn read(http_status: Option<u16>, pasted: &[u8]) -> Refusal {
    let interfered = |how, status: Option<u16>| Refusal::Interfered {
        how,
        http_status: http_status.or(status),
        retry_after: None,
    };
    if pasted.len() > MAX_BODY {
        return interfered(Interference::TooLarge, None);
    }
    let decoded = decode(pasted);
    let text = decoded.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if text.is_empty() {
        let redirected = http_status.is_some_and(|status| (300..400).contains(&status));
        return interfered(
            if redirected {
                Interference::Redirect
            } else {
                Interference::Empty
            },
            None,
        );
    }
    let value = json::parse(text.as_bytes());
    if value == Err(Interference::TooDeep) {
        return interfered(Interference::TooDeep, None);
    }
    if value.is_err() && scan::is_page(text) {
        return interfered(Interference::NotJson, scan::status_of_page(text));
    }
    // What is missing might have said that the fault passes.
    if value.is_err() && scan::is_cut_off(text) {
        return interfered(Interference::Malformed, scan::status(text));
    }
    let found = match &value {
        Ok(value) => find::in_value(value),
        Err(_) => find::in_text(text).or_else(|| scan::address(text)),
    };
    let own_words = found
        .as_ref()
        .is_none_or(|error| error.envelope == Envelope::Text && error.code.is_none());
    if own_words && let Some(unreachable) = scan::no_answer(text) {
        return Refusal::Unreachable(unreachable);
    }
    let is_document = value.is_ok_and(|value| !value.is_string());
    let mut error = match found {
        Some(error) => error,
        None if is_document => return interfered(Interference::Unrecognised, scan::status(text)),
        None => scan::words(text).unwrap_or_else(|| ApiError {
            message: Some(quoted(text)),
            ..ApiError::new(Envelope::Text)
        }),
    };
    error.http_status = http_status.or(error.http_status);
    Refusal::Denied(Box::new(error))
}

/// Text in UTF-8, or in UTF-16 as Windows shells write it; what is neither becomes replacement marks.
fn decode(bytes: &[u8]) -> String {
    let wide = |to_unit: fn([u8; 2]) -> u16, rest: &[u8]| {
        let units: Vec<u16> = rest
            .chunks_exact(2)
            .filter_map(|pair| Some(to_unit(pair.try_into().ok()?)))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests;
