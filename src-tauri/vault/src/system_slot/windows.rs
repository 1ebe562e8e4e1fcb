//! Windows Credential Manager, with local persistence: the default one would roam with the
//! person's profile to other computers (security document, K5).

use std::error::Error as StdError;
use std::sync::Arc;

use keyring_core::CredentialStore;
use windows_native_keyring_store::Store;

use crate::key_slot::SlotError;

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = Store::new()?;
    Ok(store)
}

/// The target is named outright, because the default one puts name and service together so that
/// two pairs could spell alike.
pub(super) fn modifiers(target: &str) -> Vec<(&'static str, &str)> {
    vec![("target", target), ("persistence", "Local")]
}

/// Credential Manager is open whenever the person is logged in; "no entry" means what it says.
pub(super) fn judge_no_entry() -> Result<(), SlotError> {
    Ok(())
}

/// The library keeps its error numbers to itself. What reaches this point without being "no entry"
/// is a missing log-in session, which a service account has.
pub(super) fn judge(_cause: &(dyn StdError + Send + Sync + 'static)) -> Option<SlotError> {
    None
}
