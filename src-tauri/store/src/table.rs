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
pub(crate) mod meta_app;
pub(crate) mod renewal_attempt;
pub(crate) mod secret;
pub(crate) mod setting;
pub(crate) mod sync;
pub(crate) mod wizard;

mod connection;
mod diagnosis;

/// Schema 2: what was known of the token before, and why a renewal failed.
pub(crate) const SECOND: [&str; 2] = [account::SECOND, renewal_attempt::SECOND];
/// Schema 3: what the person says of an account, and what was kept of one when it was deleted.
pub(crate) const THIRD: [&str; 2] = [account::THIRD, keeping::THIRD];
/// Schema 4: which token is the spare, what hides a missing permission, and what was published.
pub(crate) const FOURTH: [&str; 3] = [account::FOURTH, media::FOURTH, sync::FOURTH];
/// Schema 5: several Meta apps, and which of them an account and an attempt go through.
pub(crate) const FIFTH: [&str; 3] = [account::FIFTH, attempt::FIFTH, meta_app::FIFTH];
/// Schema 6: what access through a Page rests on.
pub(crate) const SIXTH: [&str; 1] = [account::SIXTH];

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
