//! What a database writes down about its key: who holds it, and how to recognise it.

use crate::key::{CheckValue, KeyId};
use crate::passphrase::PassphraseRecord;

/// Who holds the key-encryption key (security document, S7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Custody {
    /// The operating system's key store.
    Keychain,
    /// The person: the key lies in the database, wrapped under their passphrase.
    Passphrase(PassphraseRecord),
    /// Nobody after this run: "keep until I quit".
    Session,
}

impl Custody {
    /// The identifier used in the database, the command line and the window.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::Passphrase(_) => "passphrase",
            Self::Session => "session",
        }
    }
}

/// What a database writes down about its key. Plain data without a secret; the caller saves it in
/// the transaction that begins to use the key, never before the key is known to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustodyRecord {
    /// Which key.
    pub key_id: KeyId,
    /// Who holds it.
    pub custody: Custody,
    /// Recognises it.
    pub check: CheckValue,
}
