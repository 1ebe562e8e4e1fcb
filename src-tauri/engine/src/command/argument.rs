//! How arguments are read: each by its own identifiers, anything else is refused.

use domain::advice::Advice;
use domain::door::Door;
use domain::grant::Route;
use domain::wizard::Way;
use secrecy::SecretString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A text that is entrusted to Relink and never given back.
pub struct Secret(pub SecretString);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(SecretString::from(String::deserialize(deserializer)?)))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

pub(super) fn route<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Route, D::Error> {
    Route::from_code(&String::deserialize(deserializer)?)
        .ok_or_else(|| D::Error::custom("unknown route"))
}

pub(super) fn door<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Door>, D::Error> {
    let code = Option::<String>::deserialize(deserializer)?;
    let read =
        |code: String| Door::from_code(&code).ok_or_else(|| D::Error::custom("unknown door"));
    code.map(read).transpose()
}

pub(super) fn advice<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Advice, D::Error> {
    Advice::from_code(&String::deserialize(deserializer)?)
        .ok_or_else(|| D::Error::custom("unknown advice"))
}

pub(super) fn way<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Way, D::Error> {
    Way::from_code(&String::deserialize(deserializer)?)
        .ok_or_else(|| D::Error::custom("unknown way"))
}
