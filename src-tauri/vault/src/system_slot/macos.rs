//! The login keychain of macOS. Entries belong to the program's signature: one identity across
//! releases, or every update asks the person again (security document, K5).

use std::error::Error as StdError;
use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use keyring_core::CredentialStore;

use crate::key_slot::SlotError;

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = Store::new()?;
    Ok(store)
}

pub(super) fn modifiers(_target: &str) -> Vec<(&'static str, &str)> {
    Vec::new()
}

/// The keychain answers "no entry" only when it could look.
pub(super) fn judge_no_entry() -> Result<(), SlotError> {
    Ok(())
}

/// By the numbers of the Security framework (`SecBase.h`).
pub(super) fn judge(cause: &(dyn StdError + Send + Sync + 'static)) -> Option<SlotError> {
    match cause
        .downcast_ref::<security_framework::base::Error>()?
        .code()
    {
        // errSecInteractionNotAllowed, errSecInteractionRequired: locked, and no way to ask.
        -25308 | -25315 => Some(SlotError::Locked),
        // userCanceledErr, errSecAuthFailed, errSecInvalidOwnerEdit, errSecMissingEntitlement.
        -128 | -25293 | -25244 | -34018 => Some(SlotError::Denied),
        // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain.
        -25291 | -25294 | -25295 | -25307 => Some(SlotError::Absent),
        // errSecReadOnly, errSecWrPerm.
        -25292 | -61 => Some(SlotError::WriteRefused),
        _ => None,
    }
}
