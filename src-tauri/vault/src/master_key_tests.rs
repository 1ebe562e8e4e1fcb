use std::time::Duration;

use secrecy::SecretString;

use super::{
    CreateError, KeyFacts, create_for_session, create_with_passphrase, open_with_passphrase, rewrap,
};
use crate::envelope::{DatabaseId, unwrap_data_key, wrap_data_key};
use crate::key_line::KeyLine;
use crate::{
    CheckValue, Custody, CustodyRecord, DataKey, EnvelopeError, Keeper, Kek, KeyState, MemorySlot,
    Mood, Passphrase,
};

const NEW: KeyFacts<'_> = KeyFacts {
    named: None,
    data_keys: 0,
};
const PATIENT: Duration = Duration::from_secs(60);
const HASTY: Duration = Duration::from_millis(10);

fn database() -> DatabaseId {
    DatabaseId::new("db")
}

fn keeper(slot: &MemorySlot, mood: Mood) -> Keeper {
    slot.set_mood(mood);
    Keeper::memory(
        slot,
        if mood == Mood::Hanging {
            HASTY
        } else {
            PATIENT
        },
    )
}

#[test]
fn the_first_key_is_kept_read_back_and_loads_again() {
    let slot = MemorySlot::new();
    let keeper = keeper(&slot, Mood::Working);
    let created = keeper.create(&database(), NEW).unwrap();
    assert_eq!(created.record.custody, Custody::Keychain);
    let loaded = keeper.load(&database(), &created.record).unwrap();
    assert_eq!(loaded.expose_bytes(), created.kek.expose_bytes());
    assert_eq!(slot.writes(), 1);
}

/// What is found under the key's name, and how the store behaves: rows of figure 7.
#[derive(Debug, Clone, Copy)]
enum Shelf {
    Right,
    Empty,
    Foreign,
    Cut,
    Absent,
    Locked,
    Denied,
    Waiting,
    Ambiguous,
}

/// What the database says: columns of figure 7.
#[derive(Debug, Clone, Copy)]
enum Base {
    /// It names no key and holds nothing.
    New,
    /// It names the key, and holds data under it.
    Sealed,
    /// It names a key and its check value is of another one.
    Foreign,
    /// It names no key and holds wrapped data keys all the same: a damaged database.
    Beheaded,
}

/// Figure 7 of the security document: 36 cells, and no key is ever made over data.
#[test]
fn every_state_of_the_key_store_meets_every_state_of_the_database() {
    use Shelf::*;
    let mut cells = 0;
    for shelf in [
        Right, Empty, Foreign, Cut, Absent, Locked, Denied, Waiting, Ambiguous,
    ] {
        for base in [Base::New, Base::Sealed, Base::Foreign, Base::Beheaded] {
            cell(shelf, base);
            cells += 1;
        }
    }
    assert_eq!(cells, 36);
}

fn cell(shelf: Shelf, base: Base) {
    let name = format!("{shelf:?} × {base:?}");
    let slot = MemorySlot::new();
    let kek = Kek::generate().unwrap();
    let mood = arrange(&slot, &kek, shelf);
    let check = match base {
        Base::Foreign => Kek::generate().unwrap().check_value(&database()),
        Base::New | Base::Sealed | Base::Beheaded => kek.check_value(&database()),
    };
    let record = CustodyRecord {
        key_id: kek.id(),
        custody: Custody::Keychain,
        check,
    };
    let facts = match base {
        Base::New => NEW,
        Base::Sealed | Base::Foreign => KeyFacts {
            named: Some(&record),
            data_keys: 3,
        },
        Base::Beheaded => KeyFacts {
            named: None,
            data_keys: 3,
        },
    };
    let (lines, keeper) = (slot.len(), keeper(&slot, mood));

    let created = keeper.create(&database(), facts);
    if matches!(base, Base::New) {
        match store_fails(shelf) {
            Some(state) => assert_eq!(created.err(), Some(CreateError::State(state)), "{name}"),
            None => {
                let created = created.unwrap();
                assert_ne!(
                    created.kek.id(),
                    kek.id(),
                    "{name}: a new key has a new name"
                );
                assert_eq!(
                    slot.len(),
                    lines + 1,
                    "{name}: what was there before is still there"
                );
            }
        }
    } else {
        assert_eq!(
            created.err(),
            Some(CreateError::HasKey),
            "{name}: no key is made over data"
        );
        assert_eq!(slot.writes(), 0, "{name}: nothing is written");
        let loaded = keeper.load(&database(), &record).map(|kek| kek.id());
        let expected = match (store_fails(shelf), shelf) {
            (Some(state), _) => Err(state),
            (None, Shelf::Empty) => Err(KeyState::KeyMissing),
            (None, Shelf::Foreign) => Err(KeyState::KeyWrong),
            (None, Shelf::Cut) => Err(KeyState::KeyDamaged),
            (None, _) if matches!(base, Base::Foreign) => Err(KeyState::KeyWrong),
            (None, _) => Ok(kek.id()),
        };
        assert_eq!(loaded, expected, "{name}");
        assert_eq!(
            (slot.len(), slot.writes()),
            (lines, 0),
            "{name}: loading changes nothing"
        );
    }
    slot.set_mood(Mood::Working); // lets a hanging thread end
}

fn arrange(slot: &MemorySlot, kek: &Kek, shelf: Shelf) -> Mood {
    let line = KeyLine::of(kek);
    match shelf {
        Shelf::Empty => {}
        Shelf::Foreign => {
            slot.plant(kek.id(), KeyLine::of(&Kek::generate().unwrap()).expose());
        }
        Shelf::Cut => slot.plant(kek.id(), &line.expose()[..40]),
        Shelf::Right
        | Shelf::Absent
        | Shelf::Locked
        | Shelf::Denied
        | Shelf::Waiting
        | Shelf::Ambiguous => slot.plant(kek.id(), line.expose()),
    }
    match shelf {
        Shelf::Right | Shelf::Empty | Shelf::Foreign | Shelf::Cut => Mood::Working,
        Shelf::Absent => Mood::Absent,
        Shelf::Locked => Mood::Locked,
        Shelf::Denied => Mood::Denied,
        Shelf::Waiting => Mood::Hanging,
        Shelf::Ambiguous => Mood::Ambiguous,
    }
}

fn store_fails(shelf: Shelf) -> Option<KeyState> {
    match shelf {
        Shelf::Right | Shelf::Empty | Shelf::Foreign | Shelf::Cut => None,
        Shelf::Absent => Some(KeyState::KeychainAbsent),
        Shelf::Locked => Some(KeyState::KeychainLocked),
        Shelf::Denied => Some(KeyState::KeychainDenied),
        Shelf::Waiting => Some(KeyState::KeychainWaiting),
        Shelf::Ambiguous => Some(KeyState::KeyAmbiguous),
    }
}

#[test]
fn a_store_that_does_not_keep_is_an_error_before_anything_is_sealed() {
    for mood in [Mood::WriteRefused, Mood::Forgetful, Mood::Damaged] {
        let refused = keeper(&MemorySlot::new(), mood)
            .create(&database(), NEW)
            .unwrap_err();
        assert_eq!(
            refused,
            CreateError::State(KeyState::KeychainWriteRefused),
            "{mood:?}"
        );
    }
}

#[test]
fn a_late_answer_to_an_abandoned_write_harms_nothing() {
    let slot = MemorySlot::new();
    let waiting = keeper(&slot, Mood::Hanging)
        .create(&database(), NEW)
        .unwrap_err();
    assert_eq!(waiting, CreateError::State(KeyState::KeychainWaiting));
    // The person answers the prompt: the abandoned write may land now, or after the next one.
    let keeper = keeper(&slot, Mood::Working);
    let created = keeper.create(&database(), NEW).unwrap();
    assert_eq!(
        keeper
            .load(&database(), &created.record)
            .map(|kek| kek.id()),
        Ok(created.kek.id()),
        "each key lies under its own id, so no write reaches another key"
    );
}

#[test]
fn changing_the_key_is_readable_at_every_point() {
    let slot = MemorySlot::new();
    let keeper = keeper(&slot, Mood::Working);
    let old = keeper.create(&database(), NEW).unwrap();
    let owners = ["account:1", "account:2", "app:instagram"];
    let wrapped: Vec<_> = owners
        .map(|owner| {
            let key = DataKey::generate().unwrap();
            (
                owner.to_owned(),
                wrap_data_key(&old.kek, &database(), owner, &key).unwrap(),
            )
        })
        .into();

    let new = keeper.create_next(&database()).unwrap();
    let readable = |record: &CustodyRecord, rows: &[(String, Vec<u8>)]| {
        let kek = keeper.load(&database(), record).unwrap();
        rows.iter()
            .all(|(owner, row)| unwrap_data_key(&kek, &database(), owner, row).is_ok())
    };
    assert!(
        readable(&old.record, &wrapped),
        "stopped after the new key was kept"
    );
    let rewrapped = rewrap(&old.kek, &new.kek, &database(), &wrapped).unwrap();
    assert!(
        readable(&new.record, &rewrapped),
        "stopped after the commit"
    );
    keeper.forget(old.record.key_id).unwrap();
    assert!(readable(&new.record, &rewrapped), "finished");
    assert_eq!(slot.len(), 1, "the old key is gone");
    keeper.forget(old.record.key_id).unwrap(); // finishing twice is finishing

    let mut one_bad = wrapped;
    one_bad[1].1[40] ^= 1;
    let refused = rewrap(&old.kek, &new.kek, &database(), &one_bad).unwrap_err();
    assert_eq!(refused, EnvelopeError::Damaged, "all or nothing");
}

#[test]
fn a_key_held_elsewhere_is_not_looked_for_in_the_key_store() {
    let slot = MemorySlot::new();
    let session = create_for_session(&database(), NEW).unwrap();
    let loaded = keeper(&slot, Mood::Locked).load(&database(), &session.record);
    assert_eq!(loaded.err(), Some(KeyState::KeyMissing));
    assert!(slot.is_empty(), "nothing was kept");
}

#[test]
fn a_passphrase_takes_the_place_of_the_key_store() {
    let phrase = Passphrase::new(SecretString::from("three old boats")).unwrap();
    let created = create_with_passphrase(&database(), NEW, &phrase).unwrap();
    let opened = open_with_passphrase(&database(), &created.record, &phrase).unwrap();
    assert_eq!(opened.expose_bytes(), created.kek.expose_bytes());
    let facts = KeyFacts {
        named: Some(&created.record),
        data_keys: 0,
    };
    let refused = create_with_passphrase(&database(), facts, &phrase).unwrap_err();
    assert_eq!(refused, CreateError::HasKey);
    assert_eq!(
        create_for_session(&database(), facts).unwrap_err(),
        CreateError::HasKey
    );
    let other = CustodyRecord {
        check: CheckValue::from_slice(&[0; 32]).unwrap(),
        ..created.record
    };
    assert!(
        open_with_passphrase(&database(), &other, &phrase).is_err(),
        "the check value decides"
    );
}
