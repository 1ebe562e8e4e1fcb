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
