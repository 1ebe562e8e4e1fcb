//! Where the key lies: the border to the operating system's key store.

use std::fmt;

use crate::key::KeyId;
use crate::key_line::KeyLine;

/// A place that keeps one line for each key id.
///
/// Calls may block for ever on a question to the person, so they are made through
/// [`crate::Keeper`] only. An implementation is made anew for each call (security document, K7).
pub trait KeySlot {
    /// Looks for the line of key `id`.
    ///
    /// # Errors
    /// [`SlotError`] when the key store gave no answer to rely on.
    fn read(&self, id: KeyId) -> Result<SlotRead, SlotError>;

    /// Keeps `line` under `id`.
    ///
    /// # Errors
    /// [`SlotError`] when it was not kept, or is not known to have been.
    fn write(&self, id: KeyId, line: &KeyLine) -> Result<(), SlotError>;

    /// Forgets the line of key `id`; one that is not there is forgotten already.
    ///
    /// # Errors
    /// [`SlotError`] when it may still be there.
    fn delete(&self, id: KeyId) -> Result<(), SlotError>;
}

/// What a key store that could be read answered.
#[derive(Debug)]
pub enum SlotRead {
    /// There is a line; whether it is a key is for [`KeyLine::key`] to say.
    Found(KeyLine),
    /// There is none. A deleted, damaged or never-unlocked keyring answers the same
    /// (security document, K1).
    Empty,
}

/// Why a key store gave no answer to rely on. Carries no text and no bytes of the store's own
/// error, which may hold the secret (security document, K10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// No key store runs, or it cannot be reached.
    #[error("no key store answers")]
    Absent,
    /// It is there and locked.
    #[error("the key store is locked")]
    Locked,
    /// It, or the person asked by it, said no.
    #[error("the key store refused access")]
    Denied,
    /// It answers, and refuses to keep anything.
    #[error("the key store refuses to keep a key")]
    WriteRefused,
    /// It holds something under our name that is not text.
    #[error("the key store holds something that is not a key")]
    Damaged,
    /// It holds more than one line under our name.
    #[error("the key store holds several keys under one name")]
    Ambiguous,
}

/// Why the key is not at hand: the states shown to the person, each with its own text and way out
/// (security document, K8). None of them deletes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum KeyState {
    /// No key store runs, or it cannot be reached.
    #[error("no key store answers")]
    KeychainAbsent,
    /// The key store is locked.
    #[error("the key store is locked")]
    KeychainLocked,
    /// The key store has not answered in time, most likely because it is asking the person.
    #[error("the key store has not answered yet")]
    KeychainWaiting,
    /// The key store, or the person asked by it, said no.
    #[error("the key store refused access")]
    KeychainDenied,
    /// The key store refuses to keep the key, or did not give back what was kept.
    #[error("the key store refuses to keep a key")]
    KeychainWriteRefused,
    /// The database names a key and the key store has none under that name.
    #[error("the key is missing")]
    KeyMissing,
    /// There is a key, and it is not the one this database was sealed with.
    #[error("the key belongs to another database")]
    KeyWrong,
    /// There is something under the key's name that is not a whole key.
    #[error("the key is damaged")]
    KeyDamaged,
    /// There are several keys under one name.
    #[error("there are several keys under one name")]
    KeyAmbiguous,
}

impl KeyState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::KeychainAbsent,
        Self::KeychainLocked,
        Self::KeychainWaiting,
        Self::KeychainDenied,
        Self::KeychainWriteRefused,
        Self::KeyMissing,
        Self::KeyWrong,
        Self::KeyDamaged,
        Self::KeyAmbiguous,
    ];

    /// The identifier used in the window, the command line and the journal.
    pub fn code(self) -> &'static str {
        match self {
            Self::KeychainAbsent => "keychain_absent",
            Self::KeychainLocked => "keychain_locked",
            Self::KeychainWaiting => "keychain_waiting",
            Self::KeychainDenied => "keychain_denied",
            Self::KeychainWriteRefused => "keychain_write_refused",
            Self::KeyMissing => "key_missing",
            Self::KeyWrong => "key_wrong",
            Self::KeyDamaged => "key_damaged",
            Self::KeyAmbiguous => "key_ambiguous",
        }
    }

    /// Whether asking again later may help without anybody restoring anything.
    pub fn may_pass(self) -> bool {
        match self {
            Self::KeychainAbsent
            | Self::KeychainLocked
            | Self::KeychainWaiting
            | Self::KeychainDenied
            | Self::KeychainWriteRefused => true,
            Self::KeyMissing | Self::KeyWrong | Self::KeyDamaged | Self::KeyAmbiguous => false,
        }
    }
}

impl From<SlotError> for KeyState {
    fn from(error: SlotError) -> Self {
        match error {
            SlotError::Absent => Self::KeychainAbsent,
            SlotError::Locked => Self::KeychainLocked,
            SlotError::Denied => Self::KeychainDenied,
            SlotError::WriteRefused => Self::KeychainWriteRefused,
            SlotError::Damaged => Self::KeyDamaged,
            SlotError::Ambiguous => Self::KeyAmbiguous,
        }
    }
}

impl fmt::Debug for dyn KeySlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySlot")
    }
}
