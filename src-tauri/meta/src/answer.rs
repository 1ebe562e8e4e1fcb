//! An answer we received ourselves, turned into what was asked for or into a [`Refusal`].
//!
//! Strict on purpose: only a complete, well-formed error of the provider may judge an account (security
//! document, J1 and J2). What other programs print is read by [`pasted`](crate::pasted).

use chrono::Duration;
use domain::refusal::{Interference, Refusal};
use serde_json::Value;

use crate::{envelope, json};

/// Largest body that is read, in bytes, after decompression (security document, N4).
pub const MAX_BODY: usize = 2 * 1024 * 1024;

/// Turns an answer that is not what was asked for into a refusal. Never panics, whatever the bytes.
pub fn read(http_status: Option<u16>, content_type: Option<&str>, body: &[u8]) -> Refusal {
    refusal(http_status, content_type, body, None)
}

/// The same, with the wait that the head of the answer asked for.
pub(crate) fn refusal(
    http_status: Option<u16>,
    content_type: Option<&str>,
    body: &[u8],
    retry_after: Option<Duration>,
) -> Refusal {
    match admit(http_status, content_type, body).and_then(|()| json::parse(body)) {
        Ok(value) => denial(&value, http_status, retry_after),
        Err(how) => Refusal::Interfered {
            how,
            http_status,
            retry_after,
        },
    }
}

/// Whether an answer can be the interface's at all, judged from outside: status, size, label, nesting.
pub(crate) fn admit(
    http_status: Option<u16>,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<(), Interference> {
    if http_status.is_some_and(|status| (300..400).contains(&status)) {
        return Err(Interference::Redirect);
    }
    if body.len() > MAX_BODY {
        return Err(Interference::TooLarge);
    }
    let Some(first) = body
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
    else {
        return Err(Interference::Empty);
    };
    let begins_like_json = matches!(first, b'{' | b'[');
    if content_type.is_some_and(|kind| !is_json(kind)) {
        return Err(if begins_like_json {
            Interference::WrongContentType
        } else {
            Interference::NotJson
        });
    }
    if !begins_like_json {
        return Err(Interference::NotJson);
    }
    json::check_depth(body)
}

/// What a JSON answer refuses.
fn denial(value: &Value, http_status: Option<u16>, retry_after: Option<Duration>) -> Refusal {
    match envelope::read(value) {
        Some(mut error) => {
            error.http_status = http_status.or(error.http_status);
            error.retry_after = retry_after;
            Refusal::Denied(Box::new(error))
        }
        None => Refusal::Interfered {
            how: Interference::Unrecognised,
            http_status,
            retry_after,
        },
    }
}

/// Meta labels JSON as JSON or, in places, as script.
fn is_json(content_type: &str) -> bool {
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    matches!(
        kind.as_str(),
        "application/json" | "text/json" | "text/javascript" | "application/javascript"
    ) || kind.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn how(status: u16, content_type: Option<&str>, body: &[u8]) -> Option<Interference> {
        match read(Some(status), content_type, body) {
            Refusal::Interfered {
                how, http_status, ..
            } => {
                assert_eq!(http_status, Some(status));
                Some(how)
            }
            Refusal::Unreachable(_) | Refusal::Denied(_) => None,
        }
    }

    #[test]
    fn only_the_interface_itself_can_deny() {
        let json = Some("application/json; charset=UTF-8");
        let expired =
            br#"{"error":{"message":"x","type":"OAuthException","code":190,"error_subcode":463}}"#;
        assert_eq!(how(400, json, expired), None);
        assert_eq!(
            how(400, Some("text/javascript; charset=UTF-8"), expired),
            None
        );
        assert_eq!(how(400, None, expired), None);
        let table: [(u16, Option<&str>, &[u8], Interference); 12] = [
            (302, json, expired, Interference::Redirect),
            (
                400,
                Some("text/html"),
                expired,
                Interference::WrongContentType,
            ),
            (
                200,
                Some("text/html"),
                b"<html>Welcome to the hotel</html>",
                Interference::NotJson,
            ),
            (200, json, b"<html>", Interference::NotJson),
            (400, json, b"", Interference::Empty),
            (400, json, b" \r\n", Interference::Empty),
            (400, json, &expired[..60], Interference::Malformed),
            (
                400,
                json,
                b"{\"error\":{\"message\":\"\xff\xfe\",\"code\":190}}",
                Interference::Malformed,
            ),
            (400, json, b"[[[[]]]", Interference::Malformed),
            (400, json, b"{}", Interference::Unrecognised),
            (400, json, b"[]", Interference::Unrecognised),
            (200, json, br#"{"id":"1"}"#, Interference::Unrecognised),
        ];
        for (status, content_type, body, expected) in table {
            assert_eq!(
                how(status, content_type, body),
                Some(expected),
                "{}",
                String::from_utf8_lossy(body)
            );
        }
        assert_eq!(
            how(400, json, "[".repeat(500).as_bytes()),
            Some(Interference::TooDeep)
        );
        assert_eq!(
            how(400, json, &vec![b'['; MAX_BODY + 1]),
            Some(Interference::TooLarge)
        );
        let wrapped = br#"{"body":"{\"error\":{\"code\":190,\"message\":\"x\"}}"}"#;
        assert_eq!(
            how(400, json, wrapped),
            Some(Interference::Unrecognised),
            "no shape of the provider"
        );
    }

    #[test]
    fn the_second_envelope_repeats_the_status() {
        let body =
            br#"{"error_type":"OAuthException","code":400,"error_message":"Invalid platform app"}"#;
        let Refusal::Denied(error) = read(None, None, body) else {
            panic!("a denial")
        };
        assert_eq!((error.http_status, error.code), (Some(400), None));
    }

    #[test]
    fn fields_of_wrong_types_are_missing_fields() {
        let body = br#"{"error":{"message":["x"],"type":7,"code":"190","error_subcode":"460",
            "is_transient":"false","fbtrace_id":{},"error_data":"x","error_user_title":null}}"#;
        let Refusal::Denied(error) = read(Some(400), None, body) else {
            panic!("a denial")
        };
        assert_eq!(
            (error.code, error.subcode, error.is_transient),
            (Some(190), Some(460), false)
        );
        assert_eq!(
            (error.message, error.error_type, error.trace_id),
            (None, None, None)
        );
    }
}
