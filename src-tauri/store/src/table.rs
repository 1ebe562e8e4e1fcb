//! One file per table, each in the same order: how it is made, its row, reading, writing.

pub(crate) mod account;
pub(crate) mod attempt;
pub(crate) mod data_key;
pub(crate) mod finding;
pub(crate) mod journal;
pub(crate) mod keeping;
pub(crate) mod key_custody;
pub(crate) mod loss;
pub(crate) mod media;
pub(crate) mod meta;
pub(crate) mod renewal_attempt;
pub(crate) mod secret;
pub(crate) mod setting;
pub(crate) mod sync;
pub(crate) mod wizard;

mod connection;
mod diagnosis;

/// Schema 2: what was known of the token before, and why a renewal failed.
pub(crate) const SECOND: [&str; 2] = [account::SECOND, renewal_attempt::SECOND];
/// What the third schema adds.
pub(crate) const THIRD: [&str; 4] = [account::THIRD, keeping::THIRD, media::THIRD, sync::THIRD];

/// Schema 1.
pub(crate) const CREATE: [&str; 12] = [
    meta::CREATE,
    key_custody::CREATE,
    data_key::CREATE,
    secret::CREATE,
    account::CREATE,
    finding::CREATE,
    loss::CREATE,
    wizard::CREATE,
    attempt::CREATE,
    renewal_attempt::CREATE,
    journal::CREATE,
    setting::CREATE,
];
