//! Looks for secrets in whatever was written, in every spelling they could have taken.
//! (Security document, L10.)

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

/// A secret in all the spellings it could be written in.
pub fn spellings(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = secret.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
    let url: String = url::form_urlencoded::byte_serialize(bytes).collect();
    let json = serde_json::to_string(secret).unwrap_or_default();
    vec![
        ("raw", bytes.to_vec()),
        ("url", url.into_bytes()),
        ("percent", percent.into_bytes()),
        ("json", json.trim_matches('"').as_bytes().to_vec()),
        ("base64", middle(&BASE64_STANDARD.encode(bytes))),
        ("base64url", middle(&BASE64_URL_SAFE_NO_PAD.encode(bytes))),
        ("hex", hex.clone().into_bytes()),
        ("HEX", hex.to_uppercase().into_bytes()),
        (
            "utf-16le",
            secret.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        (
            "utf-16be",
            secret.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
    ]
}

/// The last characters of a base64 text depend on what follows the secret.
fn middle(text: &str) -> Vec<u8> {
    let text = text.trim_end_matches('=');
    text.as_bytes()[..text.len().saturating_sub(2)].to_vec()
}

/// The name of the spelling in which `secret` occurs in `bytes`, if it does.
pub fn found(secret: &str, bytes: &[u8]) -> Option<&'static str> {
    let occurs = |needle: &[u8]| {
        !needle.is_empty() && bytes.windows(needle.len()).any(|part| part == needle)
    };
    spellings(secret)
        .into_iter()
        .find(|(_, needle)| occurs(needle))
        .map(|(name, _)| name)
}

/// The name of the spelling in which these bytes occur in others, if they do: as they are, in hexadecimal, or within a
/// longer text in base64, wherever in it they begin.
pub fn found_bytes(secret: &[u8], bytes: &[u8]) -> Option<&'static str> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut spelled = vec![
        ("raw", secret.to_vec()),
        ("HEX", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
    ];
    for shift in 0..3 {
        let shifted = [vec![0; shift], secret.to_vec()].concat();
        // The first and the last characters depend on what stands before and behind.
        let inner = |text: String| middle(&text)[4..].to_vec();
        spelled.push(("base64", inner(BASE64_STANDARD.encode(&shifted))));
        spelled.push(("base64url", inner(BASE64_URL_SAFE_NO_PAD.encode(&shifted))));
    }
    let occurs = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
    let hit = spelled.into_iter().find(|(_, needle)| occurs(needle));
    hit.map(|(name, _)| name)
}
