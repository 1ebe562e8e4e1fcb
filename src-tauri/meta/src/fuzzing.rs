//! What only the fuzz targets of `tests/fuzz` may reach: they are built with `--cfg fuzzing`, nothing else is.

use chrono::Duration;
use domain::account::{AccountId, Profile};
use domain::grant::{AccessToken, Scopes};

use crate::wire;

/// Reads a short-lived token (Meta platform reference, A4).
pub fn short_lived(body: &[u8]) -> Option<(AccessToken, Option<AccountId>, Option<Scopes>)> {
    wire::short_lived(body)
}

/// Reads a long-lived token (A5, A6).
pub fn long_lived(body: &[u8]) -> Option<(AccessToken, Option<Duration>)> {
    wire::long_lived(body)
}

/// Reads a profile (A8).
pub fn profile(body: &[u8]) -> Option<Profile> {
    wire::profile(body)
}
