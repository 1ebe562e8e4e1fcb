//! Secret Service over the session bus: GNOME Keyring, KDE Wallet, `KeePassXC`.

use std::error::Error as StdError;
use std::sync::Arc;

use keyring_core::CredentialStore;
use secret_service::blocking::SecretService;
use secret_service::{EncryptionType, Error};
use zbus_secret_service_keyring_store::Store;

use crate::key_slot::SlotError;

/// What the desktop's own key manager shows beside the entry.
const LABEL: &str = "Relink: the key to your accounts";

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    let store: Arc<CredentialStore> = Store::new()?;
    Ok(store)
}

pub(super) fn modifiers(_target: &str) -> Vec<(&'static str, &str)> {
    vec![("label", LABEL)]
}

/// "No entry" is also what a locked keyring answers that was never opened since it started. It is
/// believed only when the collection that new entries go to is open, or does not exist.
pub(super) fn judge_no_entry() -> Result<(), SlotError> {
    let locked = SecretService::connect(EncryptionType::Plain).and_then(|service| {
        match service.get_default_collection() {
            Ok(collection) => collection.is_locked(),
            Err(Error::NoResult) => Ok(false),
            Err(error) => Err(error),
        }
    });
    match locked {
        Ok(false) => Ok(()),
        Ok(true) => Err(SlotError::Locked),
        Err(error) => Err(judge(&error).unwrap_or(SlotError::Absent)),
    }
}

pub(super) fn judge(cause: &(dyn StdError + Send + Sync + 'static)) -> Option<SlotError> {
    let has_display = ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    judge_asked(cause, has_display)
}

/// `has_display`: whether a question to unlock can have been seen by anybody. Without a display the
/// service closes its own question at once, and nobody has refused anything.
fn judge_asked(
    cause: &(dyn StdError + Send + Sync + 'static),
    has_display: bool,
) -> Option<SlotError> {
    match cause.downcast_ref::<Error>()? {
        Error::Locked => Some(SlotError::Locked),
        Error::Prompt if has_display => Some(SlotError::Denied),
        Error::Prompt => Some(SlotError::Locked),
        // No collection answers to the name `default`; no provider; or it went away.
        Error::NoResult | Error::Unavailable | Error::PromptDisconnected => Some(SlotError::Absent),
        Error::Zbus(error) => judge_bus(error),
        Error::ZbusFdo(error) => judge_bus_daemon(error),
        // A restarted service speaks with another session key.
        Error::Crypto(_) | Error::Zvariant(_) | _ => None,
    }
}

fn judge_bus(error: &zbus::Error) -> Option<SlotError> {
    use zbus::Error as Bus;
    if let Bus::MethodError(name, ..) = error {
        return judge_name(name.as_str());
    }
    if let Bus::FDO(error) = error {
        return judge_bus_daemon(error);
    }
    let unreachable = matches!(
        error,
        Bus::Address(_)
            | Bus::InputOutput(_)
            | Bus::Handshake(_)
            | Bus::Connection(..)
            | Bus::InterfaceNotFound
    );
    unreachable.then_some(SlotError::Absent)
}

fn judge_bus_daemon(error: &zbus::fdo::Error) -> Option<SlotError> {
    use zbus::DBusError as _;
    if let zbus::fdo::Error::ZBus(error) = error {
        return judge_bus(error);
    }
    judge_name(error.name().as_str())
}

/// By the names that the bus and the Secret Service draft give their errors.
fn judge_name(name: &str) -> Option<SlotError> {
    match name {
        "org.freedesktop.Secret.Error.IsLocked" => Some(SlotError::Locked),
        "org.freedesktop.DBus.Error.AccessDenied" | "org.freedesktop.DBus.Error.AuthFailed" => {
            Some(SlotError::Denied)
        }
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.NoServer"
        | "org.freedesktop.DBus.Error.NoReply"
        | "org.freedesktop.DBus.Error.Disconnected"
        | "org.freedesktop.DBus.Error.Timeout"
        | "org.freedesktop.DBus.Error.TimedOut" => Some(SlotError::Absent),
        _ if name.starts_with("org.freedesktop.DBus.Error.Spawn.") => Some(SlotError::Absent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{judge_asked, judge_name};
    use crate::key_slot::SlotError;
    use secret_service::Error;

    #[test]
    fn locked_refused_and_absent_are_told_apart() {
        let io = || zbus::Error::InputOutput(std::io::Error::other("gone").into());
        for (error, meaning) in [
            (Error::Locked, Some(SlotError::Locked)),
            (Error::Prompt, Some(SlotError::Denied)),
            (Error::NoResult, Some(SlotError::Absent)),
            (Error::Unavailable, Some(SlotError::Absent)),
            (Error::PromptDisconnected, Some(SlotError::Absent)),
            (Error::Zbus(io()), Some(SlotError::Absent)),
            (Error::Zbus(zbus::Error::InvalidReply), None),
            (
                Error::ZbusFdo(zbus::fdo::Error::ServiceUnknown(String::new())),
                Some(SlotError::Absent),
            ),
            (
                Error::ZbusFdo(zbus::fdo::Error::AccessDenied(String::new())),
                Some(SlotError::Denied),
            ),
            (
                Error::ZbusFdo(zbus::fdo::Error::SpawnExecFailed(String::new())),
                Some(SlotError::Absent),
            ),
            (Error::Crypto("another session"), None),
        ] {
            assert_eq!(judge_asked(&error, true), meaning, "{error}");
        }
        let unseen = judge_asked(&Error::Prompt, false);
        assert_eq!(
            unseen,
            Some(SlotError::Locked),
            "nobody was asked, so nobody refused"
        );
        assert_eq!(
            judge_name("org.freedesktop.Secret.Error.IsLocked"),
            Some(SlotError::Locked)
        );
    }
}
