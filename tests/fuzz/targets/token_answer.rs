//! Answers of the addresses that give tokens and profiles: never a panic, and what is taken can be used. (Meta
//! platform reference, A4 to A8; security document, T4.)
#![no_main]

#[allow(dead_code)] // a target uses a part of it
#[path = "../../../src-tauri/meta/src"]
mod meta {
    pub(crate) mod wire;
}

use chrono::Duration;
use libfuzzer_sys::fuzz_target;
use meta::wire;

fuzz_target!(|body: &[u8]| {
    let sendable = |token: &str| !token.is_empty() && token.bytes().all(|it| it.is_ascii_graphic());
    if let Some((token, id, scopes)) = wire::short_lived(body) {
        assert!(sendable(token.expose_secret()));
        assert!(id.is_none_or(|id| id.as_str().bytes().all(|it| it.is_ascii_digit())));
        drop(scopes.map(|scopes| scopes.to_string()));
    }
    if let Some((token, life)) = wire::long_lived(body) {
        assert!(sendable(token.expose_secret()));
        assert!(life.is_none_or(|life| life > Duration::zero() && life <= Duration::days(366)));
    }
    if let Some(profile) = wire::profile(body) {
        let id = profile.user_id.as_str();
        assert!((1..=40).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_digit()));
        assert!(!profile.username.is_empty() && !profile.username.chars().any(char::is_control));
    }
});
