//! JSON from outside: bounded before it is parsed.

use domain::refusal::Interference;
use serde_json::Value;

/// Deepest nesting that is read (security document, N4).
pub(crate) const MAX_DEPTH: usize = 64;

/// Parses, unless nested too deep.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Interference> {
    check_depth(body)?;
    serde_json::from_slice(body).map_err(|_| Interference::Malformed)
}

/// Counts brackets outside strings. A parser's own limit would come too late to name the reason.
pub(crate) fn check_depth(body: &[u8]) -> Result<(), Interference> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for &byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Interference::TooDeep);
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// A whole number, however it is spelled: `190`, `"190"`, `190.0`.
pub(crate) fn whole_number(value: &Value) -> Option<i64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}

/// A truth value, however it is spelled.
pub(crate) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => text.eq_ignore_ascii_case("true") || text == "1",
        Value::Number(number) => number.as_i64() == Some(1),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_ends_at_the_limit() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(
            parse(nested(MAX_DEPTH + 1).as_bytes()),
            Err(Interference::TooDeep)
        );
        assert_eq!(
            parse("[".repeat(1_000_000).as_bytes()),
            Err(Interference::TooDeep)
        );
        let brackets_in_text = format!(r#"{{"message":"{}\"["}}"#, "[".repeat(100));
        assert!(
            parse(brackets_in_text.as_bytes()).is_ok(),
            "a text may hold any brackets"
        );
    }

    #[test]
    fn numbers_are_read_in_every_spelling() {
        for (text, number) in [
            ("190", Some(190)),
            ("\"190\"", Some(190)),
            ("190.0", Some(190)),
            ("-1", Some(-1)),
        ] {
            assert_eq!(whole_number(&parse(text.as_bytes()).expect(text)), number);
        }
        for text in [
            "null",
            "true",
            "\"x\"",
            "1.5",
            "1e400",
            "99999999999999999999999",
            "[]",
        ] {
            assert_eq!(
                parse(text.as_bytes()).ok().as_ref().and_then(whole_number),
                None,
                "{text}"
            );
        }
    }
}
