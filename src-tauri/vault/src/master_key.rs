//! Loading the key that exists, making the first one, changing it for another.
//!
//! Making and loading are two functions and neither ever turns into the other: a key made over
//! existing data would lock every account out for good (security document, K1).

use crate::custody::{Custody, CustodyRecord};
use crate::envelope::{self, DatabaseId, EnvelopeError};
use crate::keeper::Keeper;
use crate::key::{Kek, KeyId, NoRandomness};
use crate::key_line::KeyLine;
use crate::key_slot::{KeySlot, KeyState, SlotError, SlotRead};
use crate::passphrase::{Passphrase, PassphraseError, PassphraseRecord};

/// What the database says about its key before any key store is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyFacts<'a> {
    /// The key it names, if it names one.
    pub named: Option<&'a CustodyRecord>,
    /// How many wrapped data keys it holds. Above zero without a named key, the database is
    /// damaged, and still no key is made.
    pub data_keys: u64,
}

impl KeyFacts<'_> {
    /// Whether a first key may be made (security document, K1).
    pub fn may_create(&self) -> bool {
        self.named.is_none() && self.data_keys == 0
    }
}

/// A new key, and what the database is to write down about it.
#[derive(Debug)]
pub struct Created {
    /// The key.
    pub kek: Kek,
    /// To be committed before anything is sealed under the key.
    pub record: CustodyRecord,
}

/// Why no first key was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// The database already has a key, or data that needs one.
    #[error("the database already has a key")]
    HasKey,
    /// The key store did not keep it.
    #[error(transparent)]
    State(#[from] KeyState),
    /// Neither key nor salt can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The passphrase cannot be used.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
}

impl Keeper {
    /// Makes the first key of `database` and leaves it in the key store: written, read back and
    /// compared (security document, K2). Nothing is in use until the caller has committed
    /// [`Created::record`]; a key left behind before that lies under an id nobody names.
    ///
    /// # Errors
    /// [`CreateError::HasKey`] unless `facts` say that the database has none; otherwise the state
    /// of the key store.
    pub fn create(
        &self,
        database: &DatabaseId,
        facts: KeyFacts<'_>,
    ) -> Result<Created, CreateError> {
        if !facts.may_create() {
            return Err(CreateError::HasKey);
        }
        self.create_next(database)
    }

    /// The first step of changing the key (security document, S6): makes another one and leaves it
    /// in the key store beside the present one. Next come [`rewrap`], one transaction that saves
    /// all of its result together with [`Created::record`], and [`Keeper::forget`] for the old key.
    ///
    /// # Errors
    /// The state of the key store; the present key is untouched.
    pub fn create_next(&self, database: &DatabaseId) -> Result<Created, CreateError> {
        let kek = Kek::generate()?;
        let check = kek.check_value(database);
        let kek = self.ask(move |slot| deposit(slot, kek))?;
        let record = CustodyRecord {
            key_id: kek.id(),
            custody: Custody::Keychain,
            check,
        };
        Ok(Created { kek, record })
    }

    /// Loads the key that `record` names from the key store. Never makes or replaces one.
    ///
    /// A record whose key is held elsewhere is [`KeyState::KeyMissing`]: a passphrase opens it
    /// through [`open_with_passphrase`], and a key kept for one run is gone after it.
    ///
    /// # Errors
    /// One of the nine states.
    pub fn load(&self, database: &DatabaseId, record: &CustodyRecord) -> Result<Kek, KeyState> {
        let id = match record.custody {
            Custody::Keychain => record.key_id,
            Custody::Passphrase(_) | Custody::Session => return Err(KeyState::KeyMissing),
        };
        let kek = self.ask(move |slot| fetch(slot, id))?;
        if kek.id() != id || !record.check.fits(&kek, database) {
            return Err(KeyState::KeyWrong);
        }
        Ok(kek)
    }

    /// Removes a key that no database names any more: the old one after a change, or the last one
    /// after everything was erased.
    ///
    /// # Errors
    /// The state of the key store; the key may still be there.
    pub fn forget(&self, id: KeyId) -> Result<(), KeyState> {
        self.ask(move |slot| Ok(slot.delete(id)?))
    }
}

/// Makes the first key of `database` and wraps it under `passphrase`; no key store is involved
/// (security document, S7).
///
/// # Errors
/// [`CreateError::HasKey`] unless `facts` say that the database has none.
pub fn create_with_passphrase(
    database: &DatabaseId,
    facts: KeyFacts<'_>,
    passphrase: &Passphrase,
) -> Result<Created, CreateError> {
    if !facts.may_create() {
        return Err(CreateError::HasKey);
    }
    let kek = Kek::generate()?;
    let check = kek.check_value(database);
    let custody = Custody::Passphrase(PassphraseRecord::wrap(&kek, database, passphrase)?);
    Ok(Created {
        record: CustodyRecord {
            key_id: kek.id(),
            custody,
            check,
        },
        kek,
    })
}

/// Makes a key that lives until the program ends (security document, S7).
///
/// # Errors
/// [`CreateError::HasKey`] unless `facts` say that the database has none.
pub fn create_for_session(
    database: &DatabaseId,
    facts: KeyFacts<'_>,
) -> Result<Created, CreateError> {
    if !facts.may_create() {
        return Err(CreateError::HasKey);
    }
    let kek = Kek::generate()?;
    let check = kek.check_value(database);
    Ok(Created {
        record: CustodyRecord {
            key_id: kek.id(),
            custody: Custody::Session,
            check,
        },
        kek,
    })
}

/// Opens a key held by passphrase.
///
/// # Errors
/// [`PassphraseError::WrongPassphrase`]; [`PassphraseError::Damaged`] also when `record` is not
/// one of a passphrase or the key inside is another than it names.
pub fn open_with_passphrase(
    database: &DatabaseId,
    record: &CustodyRecord,
    passphrase: &Passphrase,
) -> Result<Kek, PassphraseError> {
    let wrapped = match &record.custody {
        Custody::Passphrase(wrapped) => wrapped,
        Custody::Keychain | Custody::Session => return Err(PassphraseError::Damaged),
    };
    let kek = wrapped.unwrap(record.key_id, database, passphrase)?;
    if !record.check.fits(&kek, database) {
        return Err(PassphraseError::Damaged);
    }
    Ok(kek)
}

/// The middle step of changing the key (security document, S6): wraps every data key anew. `keys`
/// are pairs of owner and wrapped key; the result has the same order. Pure: nothing is saved.
///
/// # Errors
/// The first data key that does not open, so that none is saved.
pub fn rewrap(
    old: &Kek,
    new: &Kek,
    database: &DatabaseId,
    keys: &[(String, Vec<u8>)],
) -> Result<Vec<(String, Vec<u8>)>, EnvelopeError> {
    keys.iter()
        .map(|(owner, wrapped)| {
            let key = envelope::unwrap_data_key(old, database, owner, wrapped)?;
            Ok((
                owner.clone(),
                envelope::wrap_data_key(new, database, owner, &key)?,
            ))
        })
        .collect()
}

/// Writes a new key, reads it back and compares (security document, K2).
fn deposit(slot: &dyn KeySlot, kek: Kek) -> Result<Kek, KeyState> {
    let line = KeyLine::of(&kek);
    slot.write(kek.id(), &line)?;
    match slot.read(kek.id()) {
        Ok(SlotRead::Found(kept)) if kept.expose() == line.expose() => Ok(kek),
        Ok(SlotRead::Found(_) | SlotRead::Empty)
        | Err(SlotError::Damaged | SlotError::Ambiguous) => Err(KeyState::KeychainWriteRefused),
        Err(error @ (SlotError::Absent | SlotError::Locked | SlotError::Denied))
        | Err(error @ SlotError::WriteRefused) => Err(error.into()),
    }
}

fn fetch(slot: &dyn KeySlot, id: KeyId) -> Result<Kek, KeyState> {
    match slot.read(id)? {
        SlotRead::Empty => Err(KeyState::KeyMissing),
        SlotRead::Found(line) => line.key().ok_or(KeyState::KeyDamaged),
    }
}

#[cfg(test)]
#[path = "master_key_tests.rs"]
mod tests;
