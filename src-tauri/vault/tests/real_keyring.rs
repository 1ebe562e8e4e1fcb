//! The system slot against a real GNOME Keyring, in a bus, a home and a runtime folder of its own
//! (security document, K11).
//!
//! Each test runs this program once more inside `dbus-run-session`; that second run plays the
//! scene. Where the programs are missing, the tests say so on standard error.

#![cfg(target_os = "linux")]

#[cfg(test)]
#[path = "real_keyring/stage.rs"]
mod stage;

#[cfg(test)]
mod scenes {
    use std::collections::HashMap;
    use std::time::Duration;

    use secret_service::EncryptionType;
    use secret_service::blocking::SecretService;
    use vault::master_key::CreateError;
    use vault::system_slot::SERVICE;
    use vault::{Created, DatabaseId, Keeper, KeyFacts, KeySlot, KeyState, Purpose, SystemSlot};

    use crate::stage::{Bus, Daemon, play};

    const NEW: KeyFacts<'_> = KeyFacts {
        named: None,
        data_keys: 0,
    };

    fn database() -> DatabaseId {
        DatabaseId::new("db")
    }

    fn keeper() -> Keeper {
        Keeper::system(Purpose::Accounts)
    }

    fn hasty_keeper() -> Keeper {
        Keeper::new(
            || SystemSlot::open(Purpose::Accounts).map(|slot| Box::new(slot) as Box<dyn KeySlot>),
            Duration::from_secs(2),
        )
    }

    fn load(created: &Created) -> Result<(), KeyState> {
        let kek = keeper().load(&database(), &created.record)?;
        assert_eq!(kek.id(), created.kek.id());
        Ok(())
    }

    /// The entry's attributes, as the Secret Service files it.
    fn attributes(created: &Created) -> HashMap<String, String> {
        HashMap::from([
            ("service".to_owned(), SERVICE.to_owned()),
            (
                "username".to_owned(),
                format!("master-key-debug {}", created.record.key_id),
            ),
        ])
    }

    fn plant(attributes: &HashMap<String, String>, secret: &[u8]) {
        let service = SecretService::connect(EncryptionType::Dh).unwrap();
        let collection = service.get_default_collection().unwrap();
        let pairs = attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        collection
            .create_item("planted", pairs.collect(), secret, true, "text/plain")
            .unwrap();
    }

    fn lock_everything() {
        let service = SecretService::connect(EncryptionType::Plain).unwrap();
        service.get_default_collection().unwrap().lock().unwrap();
    }

    #[test]
    fn a_key_is_kept_found_again_and_forgotten() {
        play(
            "scenes::a_key_is_kept_found_again_and_forgotten",
            Bus::Private,
            || {
                let _daemon = Daemon::unlocked();
                let created = keeper().create(&database(), NEW).unwrap();
                assert_eq!(load(&created), Ok(()));
                keeper().forget(created.record.key_id).unwrap();
                assert_eq!(load(&created), Err(KeyState::KeyMissing));
                keeper().forget(created.record.key_id).unwrap();
            },
        );
    }

    #[test]
    fn a_restarted_service_is_asked_anew() {
        play(
            "scenes::a_restarted_service_is_asked_anew",
            Bus::Private,
            || {
                let daemon = Daemon::unlocked();
                let keeper = keeper();
                let created = keeper.create(&database(), NEW).unwrap();
                drop(daemon);
                let _daemon = Daemon::unlocked();
                let loaded = keeper
                    .load(&database(), &created.record)
                    .map(|kek| kek.id());
                assert_eq!(
                    loaded,
                    Ok(created.record.key_id),
                    "the same keeper, another service"
                );
            },
        );
    }

    #[test]
    fn a_locked_keyring_is_locked_not_empty() {
        play(
            "scenes::a_locked_keyring_is_locked_not_empty",
            Bus::Private,
            || {
                let _daemon = Daemon::unlocked();
                let created = keeper().create(&database(), NEW).unwrap();
                lock_everything();
                assert_eq!(load(&created), Err(KeyState::KeychainLocked));
                let refused = keeper().create(&database(), NEW).unwrap_err();
                assert_eq!(refused, CreateError::State(KeyState::KeychainLocked));
                keeper().forget(created.record.key_id).unwrap_err();
            },
        );
    }

    #[test]
    fn a_keyring_locked_since_its_start_is_not_empty_either() {
        play(
            "scenes::a_keyring_locked_since_its_start_is_not_empty_either",
            Bus::Private,
            || {
                let daemon = Daemon::unlocked();
                let created = keeper().create(&database(), NEW).unwrap();
                drop(daemon);
                let _daemon = Daemon::never_unlocked();
                assert_eq!(load(&created), Err(KeyState::KeychainLocked));
            },
        );
    }

    #[test]
    fn a_keyring_never_set_up_keeps_nothing_and_says_so() {
        play(
            "scenes::a_keyring_never_set_up_keeps_nothing_and_says_so",
            Bus::Private,
            || {
                let _daemon = Daemon::never_unlocked();
                let refused = keeper().create(&database(), NEW).unwrap_err();
                assert_eq!(refused, CreateError::State(KeyState::KeychainAbsent));
            },
        );
    }

    #[test]
    fn no_service_and_no_bus_are_absent() {
        for (name, bus) in [("no service", Bus::Private), ("no bus", Bus::None)] {
            play("scenes::no_service_and_no_bus_are_absent", bus, move || {
                let refused = keeper().create(&database(), NEW).unwrap_err();
                assert_eq!(
                    refused,
                    CreateError::State(KeyState::KeychainAbsent),
                    "{name}"
                );
            });
        }
    }

    #[test]
    fn what_others_put_under_our_name_is_damaged_or_ambiguous() {
        play(
            "scenes::what_others_put_under_our_name_is_damaged_or_ambiguous",
            Bus::Private,
            || {
                let _daemon = Daemon::unlocked();
                let created = keeper().create(&database(), NEW).unwrap();
                let mut ours = attributes(&created);
                plant(&ours, b"not a key");
                assert_eq!(load(&created), Err(KeyState::KeyDamaged));
                plant(&ours, &[0xff, 0xfe]);
                assert_eq!(load(&created), Err(KeyState::KeyDamaged));
                ours.insert("planted-by".to_owned(), "another program".to_owned());
                plant(&ours, b"not a key");
                assert_eq!(load(&created), Err(KeyState::KeyAmbiguous));
            },
        );
    }

    #[test]
    fn a_service_that_does_not_answer_is_waited_for_and_no_longer() {
        play(
            "scenes::a_service_that_does_not_answer_is_waited_for_and_no_longer",
            Bus::Private,
            || {
                // It owns the name and reads nothing.
                let mute = zbus::blocking::Connection::session().unwrap();
                mute.request_name("org.freedesktop.secrets").unwrap();
                let waiting = hasty_keeper().create(&database(), NEW).unwrap_err();
                assert_eq!(waiting, CreateError::State(KeyState::KeychainWaiting));
            },
        );
    }

    /// Another crate of the workspace may build zbus for tokio, whose calls must not be made from
    /// inside a runtime; this package's tests do build it so.
    #[test]
    fn it_may_be_called_from_inside_an_async_runtime() {
        play(
            "scenes::it_may_be_called_from_inside_an_async_runtime",
            Bus::Private,
            || {
                let _daemon = Daemon::unlocked();
                let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
                let created = runtime
                    .block_on(async { keeper().create(&database(), NEW) })
                    .unwrap();
                let loaded = runtime.block_on(async { load(&created) });
                assert_eq!(loaded, Ok(()));
            },
        );
    }
}
