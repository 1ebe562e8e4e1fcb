//! The operating system's key store: Secret Service, Keychain, Credential Manager.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use crate::key::KeyId;
use crate::key_line::KeyLine;
use crate::key_slot::{KeySlot, SlotError, SlotRead};

#[cfg_attr(target_os = "linux", path = "system_slot/linux.rs")]
#[cfg_attr(target_os = "macos", path = "system_slot/macos.rs")]
#[cfg_attr(windows, path = "system_slot/windows.rs")]
mod platform;

/// The service every entry is filed under; the same as the app's bundle identifier.
pub const SERVICE: &str = "app.relink.desktop";

/// What the key is for. Each purpose, and each kind of build, has entries of its own, so that
/// practising or developing never touches a key that real accounts depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Real accounts.
    Accounts,
    /// Practice mode.
    Practice,
}

impl Purpose {
    /// The entry's name: purpose, kind of build and key id. With the id in the name, a new key is
    /// written beside the old one and no key is ever written over another.
    fn entry(self, id: KeyId) -> String {
        let purpose = match self {
            Self::Accounts => "master-key",
            Self::Practice => "practice-master-key",
        };
        let build = if cfg!(debug_assertions) { "-debug" } else { "" };
        format!("{purpose}{build} {id}")
    }
}

/// One connection to the operating system's key store.
pub struct SystemSlot {
    store: Arc<CredentialStore>,
    purpose: Purpose,
}

impl SystemSlot {
    /// Connects. Made anew for every question, see [`crate::Keeper`].
    ///
    /// # Errors
    /// [`SlotError::Absent`] where no key store runs.
    pub fn open(purpose: Purpose) -> Result<Self, SlotError> {
        let store = platform::open().map_err(|error| judge(&error, SlotError::Absent))?;
        Ok(Self { store, purpose })
    }

    fn entry(&self, id: KeyId) -> Result<Entry, SlotError> {
        let name = self.purpose.entry(id);
        let target = format!("{SERVICE}/{name}");
        let modifiers: HashMap<&str, &str> = platform::modifiers(&target).into_iter().collect();
        self.store
            .build(SERVICE, &name, Some(&modifiers))
            .map_err(|error| judge(&error, SlotError::Absent))
    }
}

impl KeySlot for SystemSlot {
    fn read(&self, id: KeyId) -> Result<SlotRead, SlotError> {
        let bytes = match self.entry(id)?.get_secret() {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(Error::NoEntry) => return platform::judge_no_entry().map(|()| SlotRead::Empty),
            Err(error) => return Err(judge(&error, SlotError::Absent)),
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| SlotError::Damaged)?;
        Ok(SlotRead::Found(KeyLine::from_store(Zeroizing::new(
            text.to_owned(),
        ))))
    }

    fn write(&self, id: KeyId, line: &KeyLine) -> Result<(), SlotError> {
        self.entry(id)?
            .set_secret(line.expose().as_bytes())
            .map_err(|error| judge(&error, SlotError::WriteRefused))
    }

    fn delete(&self, id: KeyId) -> Result<(), SlotError> {
        match self.entry(id)?.delete_credential() {
            Ok(()) => Ok(()),
            Err(Error::NoEntry) => platform::judge_no_entry(),
            Err(error) => Err(judge(&error, SlotError::WriteRefused)),
        }
    }
}

impl fmt::Debug for SystemSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemSlot")
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// What a key store's error means; `otherwise` for one whose meaning is not known. Looks at kinds
/// and numbers only: the texts and bytes inside may be the secret (security document, K10).
fn judge(error: &Error, otherwise: SlotError) -> SlotError {
    match error {
        // The library could not reach the store at all, whatever was to be done with it.
        Error::NoStorageAccess(cause) => {
            platform::judge(cause.as_ref()).unwrap_or(SlotError::Absent)
        }
        Error::PlatformFailure(cause) => platform::judge(cause.as_ref()).unwrap_or(otherwise),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => SlotError::Damaged,
        Error::Ambiguous(_) => SlotError::Ambiguous,
        Error::NoEntry
        | Error::BadStoreFormat(_)
        | Error::TooLong(..)
        | Error::Invalid(..)
        | Error::NoDefaultStore
        | Error::NotSupportedByStore(_)
        | _ => otherwise,
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, judge};
    use crate::key::KeyId;
    use crate::key_slot::SlotError;
    use keyring_core::Error;

    #[test]
    fn practice_and_development_never_share_an_entry_with_real_accounts() {
        let id = KeyId::from_bytes([7; 8]);
        assert_ne!(Purpose::Accounts.entry(id), Purpose::Practice.entry(id));
        assert_eq!(
            Purpose::Accounts.entry(id),
            "master-key-debug 0707070707070707"
        );
    }

    #[test]
    fn each_kind_of_error_has_one_meaning() {
        let boxed = || Box::new(std::io::Error::other("unheard of"));
        for (error, meaning) in [
            (Error::BadEncoding(vec![0xff]), SlotError::Damaged),
            (Error::BadDataFormat(vec![1], boxed()), SlotError::Damaged),
            (Error::Ambiguous(Vec::new()), SlotError::Ambiguous),
            (Error::PlatformFailure(boxed()), SlotError::WriteRefused),
            (Error::NoStorageAccess(boxed()), SlotError::Absent),
            (
                Error::NotSupportedByStore(String::new()),
                SlotError::WriteRefused,
            ),
        ] {
            assert_eq!(judge(&error, SlotError::WriteRefused), meaning);
        }
    }
}
