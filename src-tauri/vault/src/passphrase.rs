//! Custody by passphrase: a key wrapped under what a person remembers (security document, S7).
//!
//! The passphrase opens the key-encryption key, not the data: changing it wraps 40 bytes anew and
//! touches no account.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::envelope::DatabaseId;
use crate::key::{KEY_BYTES, Kek, KeyId, NoRandomness, random};

/// What new records are made with: 64 MiB, 3 passes, 4 lanes (RFC 9106 section 4, second choice).
pub const COST: Cost = Cost {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 4,
};

/// The most a record may ask for. A row altered to ask for more would stop the computer.
const MOST: Cost = Cost {
    memory_kib: 1024 * 1024,
    passes: 64,
    lanes: 64,
};

/// Bytes of salt (RFC 9106 section 3.1).
pub const SALT_BYTES: usize = 16;
const VERIFIER_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const CONTEXT_LABEL: &[u8] = b"relink passphrase 1";

/// A passphrase on its way in. Never printed, zeroed when dropped.
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes what the person typed, exactly: blanks count.
    ///
    /// # Errors
    /// [`PassphraseError::Empty`] for nothing at all.
    pub fn new(text: SecretString) -> Result<Self, PassphraseError> {
        if text.expose_secret().is_empty() {
            return Err(PassphraseError::Empty);
        }
        Ok(Self(text))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase([redacted])")
    }
}

/// Why a passphrase did not open the key, or did not wrap it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Nothing was typed.
    #[error("the passphrase is empty")]
    Empty,
    /// Not the passphrase the key was wrapped under.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The passphrase is right and the record is not whole, or lies in the wrong database.
    #[error("the record of the passphrase is damaged")]
    Damaged,
    /// The record asks for an algorithm or a cost this program does not accept.
    #[error("the record of the passphrase has parameters this program does not know")]
    UnknownParameters,
    /// The computer lacks the memory for the derivation.
    #[error("too little memory to check the passphrase")]
    NoMemory,
    /// Neither salt nor nonce can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// The cost of one derivation with Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// The text kept in the database, in the notation of password hashes.
    fn spell(self) -> String {
        format!(
            "argon2id$v=19$m={},t={},p={}",
            self.memory_kib, self.passes, self.lanes
        )
    }

    /// Reads exactly what [`Cost::spell`] writes, up to [`MOST`].
    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix("argon2id$v=19$")?.split(',');
        let mut next = |name: &str| numbers.next()?.strip_prefix(name)?.parse().ok();
        let cost = Self {
            memory_kib: next("m=")?,
            passes: next("t=")?,
            lanes: next("p=")?,
        };
        let bearable = cost.memory_kib <= MOST.memory_kib
            && cost.passes <= MOST.passes
            && cost.lanes <= MOST.lanes;
        (bearable && cost.spell() == text).then_some(cost)
    }

    fn is_below(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes
    }
}

/// What the database keeps of a key wrapped under a passphrase. Not a secret, though a guesser
/// with time would like to have it.
#[derive(Clone, PartialEq, Eq)]
pub struct PassphraseRecord {
    /// Algorithm and cost as text: `argon2id$v=19$m=65536,t=3,p=4`.
    pub parameters: String,
    /// The salt, 16 bytes.
    pub salt: Vec<u8>,
    /// Verifier (16 bytes), nonce (24), key (32), tag (16).
    pub wrapped: Vec<u8>,
}

impl PassphraseRecord {
    /// Wraps `kek` under `passphrase`, with a new salt and the present [`COST`]. Used for the first
    /// passphrase, for a change of it, and to raise the cost of an aged record.
    ///
    /// # Errors
    /// [`PassphraseError::NoRandomness`], [`PassphraseError::NoMemory`].
    pub fn wrap(
        kek: &Kek,
        database: &DatabaseId,
        passphrase: &Passphrase,
    ) -> Result<Self, PassphraseError> {
        Self::wrap_at(COST, kek, database, passphrase)
    }

    /// Whether the record was made at a lower cost than [`COST`] and should be made anew the next
    /// time the passphrase is at hand.
    pub fn is_aged(&self) -> bool {
        Cost::read(&self.parameters).is_some_and(|cost| cost.is_below(COST))
    }

    fn wrap_at(
        cost: Cost,
        kek: &Kek,
        database: &DatabaseId,
        passphrase: &Passphrase,
    ) -> Result<Self, PassphraseError> {
        let (salt, nonce) = (random::<SALT_BYTES>()?, random::<NONCE_BYTES>()?);
        let parameters = cost.spell();
        let derived = Derived::new(cost, passphrase, salt.as_slice())?;
        let aad = associated_data(&parameters, salt.as_slice(), kek.id(), database);
        let sealed = XChaCha20Poly1305::new((&*derived.key).into())
            .encrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: kek.expose_bytes(),
                    aad: &aad,
                },
            )
            .map_err(|_| PassphraseError::Damaged)?;
        let wrapped = [derived.verifier.as_slice(), nonce.as_slice(), &sealed].concat();
        Ok(Self {
            parameters,
            salt: salt.to_vec(),
            wrapped,
        })
    }

    /// Opens what [`PassphraseRecord::wrap`] made for the key `id` of `database`.
    ///
    /// # Errors
    /// All of [`PassphraseError`] but `Empty` and `NoRandomness`.
    pub(crate) fn unwrap(
        &self,
        id: KeyId,
        database: &DatabaseId,
        passphrase: &Passphrase,
    ) -> Result<Kek, PassphraseError> {
        let cost = Cost::read(&self.parameters).ok_or(PassphraseError::UnknownParameters)?;
        if self.salt.len() != SALT_BYTES {
            return Err(PassphraseError::Damaged);
        }
        let (verifier, rest) = self
            .wrapped
            .split_first_chunk::<VERIFIER_BYTES>()
            .ok_or(PassphraseError::Damaged)?;
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(PassphraseError::Damaged)?;
        let derived = Derived::new(cost, passphrase, &self.salt)?;
        if !bool::from(derived.verifier.ct_eq(verifier)) {
            return Err(PassphraseError::WrongPassphrase);
        }
        let aad = associated_data(&self.parameters, &self.salt, id, database);
        let plain = XChaCha20Poly1305::new((&*derived.key).into())
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: &aad,
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| PassphraseError::Damaged)?;
        let mut key = Zeroizing::new([0u8; KEY_BYTES]);
        if plain.len() != KEY_BYTES {
            return Err(PassphraseError::Damaged);
        }
        key.copy_from_slice(&plain);
        Ok(Kek::from_parts(id, key))
    }
}

impl fmt::Debug for PassphraseRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassphraseRecord")
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

/// What a passphrase becomes: a key, and a value that tells a wrong passphrase from a damaged
/// record without helping to guess more than the sealed key itself does.
struct Derived {
    key: Zeroizing<[u8; KEY_BYTES]>,
    verifier: [u8; VERIFIER_BYTES],
}

impl Derived {
    fn new(cost: Cost, passphrase: &Passphrase, salt: &[u8]) -> Result<Self, PassphraseError> {
        const OUTPUT: usize = KEY_BYTES * 2;
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(OUTPUT))
            .map_err(|_| PassphraseError::UnknownParameters)?;
        let mut output = Zeroizing::new([0u8; OUTPUT]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.0.expose_secret().as_bytes(), salt, &mut *output)
            .map_err(|error| {
                if error == argon2::Error::OutOfMemory {
                    PassphraseError::NoMemory
                } else {
                    PassphraseError::UnknownParameters
                }
            })?;
        let (first, second) = output.split_at(KEY_BYTES);
        let mut key = Zeroizing::new([0u8; KEY_BYTES]);
        key.copy_from_slice(first);
        let hash: [u8; 32] = Sha256::digest(second).into();
        let mut verifier = [0u8; VERIFIER_BYTES];
        verifier
            .iter_mut()
            .zip(hash)
            .for_each(|(to, from)| *to = from);
        Ok(Self { key, verifier })
    }
}

/// Binds the wrapped key to its parameters, key id and database.
fn associated_data(parameters: &str, salt: &[u8], id: KeyId, database: &DatabaseId) -> Vec<u8> {
    let mut data = Vec::from(CONTEXT_LABEL);
    for part in [parameters.as_bytes(), salt, database.as_str().as_bytes()] {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part);
    }
    data.extend_from_slice(id.as_bytes());
    data
}

#[cfg(test)]
#[path = "passphrase_tests.rs"]
mod tests;
