//! The keys: one that wraps, many that are wrapped, and how each is told from another.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::envelope::DatabaseId;
use crate::hex;

/// Bytes in every key of this crate.
pub(crate) const KEY_BYTES: usize = 32;
/// Bytes in a key id.
pub(crate) const KEY_ID_BYTES: usize = 8;

/// Keeps a check value from ever equalling a hash made for another purpose.
const CHECK_LABEL: &[u8] = b"relink key check 1";

/// The operating system gave no random bytes. Nothing is made without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// Fills an array from the operating system's generator (security document, S1 and S2).
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0u8; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Names a key without saying anything about it: eight random bytes, spelled as 16 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; KEY_ID_BYTES]);

impl KeyId {
    /// Draws a new id.
    ///
    /// # Errors
    /// [`NoRandomness`] when the operating system's generator fails.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self(*random()?))
    }

    pub(crate) fn from_bytes(bytes: [u8; KEY_ID_BYTES]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_ID_BYTES] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The text is not a key id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key id: sixteen lower-case hexadecimal digits are expected")]
pub struct NotAKeyId;

impl FromStr for KeyId {
    type Err = NotAKeyId;

    fn from_str(text: &str) -> Result<Self, NotAKeyId> {
        hex::decode(text).map(|bytes| Self(*bytes)).ok_or(NotAKeyId)
    }
}

/// The key-encryption key: wraps data keys and nothing else (security document, S2).
///
/// Not `Clone`, not comparable, not printable; its bytes are zeroed when it is dropped.
pub struct Kek {
    id: KeyId,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl Kek {
    /// Draws a new key and a new id for it. Whether one may be drawn is decided in
    /// [`crate::master_key`]; this only throws the dice.
    ///
    /// # Errors
    /// [`NoRandomness`] when the operating system's generator fails.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self {
            id: KeyId::generate()?,
            bytes: random()?,
        })
    }

    pub(crate) fn from_parts(id: KeyId, bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Self { id, bytes }
    }

    /// Which key this is.
    pub fn id(&self) -> KeyId {
        self.id
    }

    pub(crate) fn expose_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }

    /// The value a database keeps to recognise this key later (security document, S5).
    pub fn check_value(&self, database: &DatabaseId) -> CheckValue {
        // The key is uniformly random and 256 bits long, so a plain hash gives nothing away.
        // Every field before it has a fixed or stated length, so no two inputs read alike.
        let mut hash = Sha256::new();
        hash.update(CHECK_LABEL);
        hash.update((database.as_str().len() as u64).to_be_bytes());
        hash.update(database.as_str().as_bytes());
        hash.update(self.id.as_bytes());
        hash.update(self.bytes.as_slice());
        CheckValue(hash.finalize().into())
    }
}

impl fmt::Debug for Kek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kek({}, [redacted])", self.id)
    }
}

/// Tells the right key-encryption key from a wrong one, so that *wrong key* and *damaged row* are
/// different errors (security document, S5). Not a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CheckValue([u8; 32]);

impl CheckValue {
    /// Reads the 32 bytes kept in the database; another length is `None`.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes to keep in the database.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether `kek` is the key this value was made from, for this database.
    pub fn fits(&self, kek: &Kek, database: &DatabaseId) -> bool {
        self.0.ct_eq(&kek.check_value(database).0).into()
    }
}

impl fmt::Debug for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckValue({})", *hex::encode(&self.0))
    }
}

/// The key of one owner: seals that owner's secrets, and is itself kept wrapped.
pub struct DataKey {
    id: KeyId,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl DataKey {
    /// Draws a new data key and a new id for it.
    ///
    /// # Errors
    /// [`NoRandomness`] when the operating system's generator fails.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self {
            id: KeyId::generate()?,
            bytes: random()?,
        })
    }

    /// Which key this is.
    pub fn id(&self) -> KeyId {
        self.id
    }

    pub(crate) fn from_parts(id: KeyId, bytes: [u8; KEY_BYTES]) -> Self {
        let mut bytes = bytes;
        let key = Self {
            id,
            bytes: Zeroizing::new(bytes),
        };
        bytes.zeroize();
        key
    }

    pub(crate) fn expose_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({}, [redacted])", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::{CheckValue, DataKey, KEY_BYTES, Kek, KeyId};
    use crate::envelope::DatabaseId;
    use zeroize::Zeroizing;

    fn kek(id: u8, byte: u8) -> Kek {
        Kek::from_parts(
            KeyId::from_bytes([id; 8]),
            Zeroizing::new([byte; KEY_BYTES]),
        )
    }

    #[test]
    fn a_check_value_fits_one_key_under_one_id_in_one_database() {
        let (here, there) = (DatabaseId::new("here"), DatabaseId::new("there"));
        let check = kek(1, 2).check_value(&here);
        assert!(check.fits(&kek(1, 2), &here));
        assert!(!check.fits(&kek(1, 3), &here), "another key");
        assert!(
            !check.fits(&kek(2, 2), &here),
            "the same bytes under another id"
        );
        assert!(!check.fits(&kek(1, 2), &there), "another database");
    }

    #[test]
    fn a_check_value_is_the_same_on_every_computer() {
        // SHA-256 of the label, the length 2 as eight bytes, "db", the id and the key.
        let value = kek(0x11, 0x22).check_value(&DatabaseId::new("db"));
        assert_eq!(
            format!("{value:?}"),
            "CheckValue(8875bba906e0c52543b822351c5ef785a97560571947461dbe1330b1811d6570)",
            "a changed value would lock people out of their own accounts"
        );
    }

    #[test]
    fn only_thirty_two_bytes_make_a_check_value() {
        assert!(CheckValue::from_slice(&[0; 32]).is_some());
        assert!(CheckValue::from_slice(&[0; 31]).is_none());
        assert!(CheckValue::from_slice(&[0; 33]).is_none());
    }

    #[test]
    fn printing_a_key_prints_its_name_only() {
        assert_eq!(
            format!("{:?}", kek(1, 0xab)),
            "Kek(0101010101010101, [redacted])"
        );
        let data = DataKey::from_parts(KeyId::from_bytes([2; 8]), [0xab; KEY_BYTES]);
        assert_eq!(format!("{data:?}"), "DataKey(0202020202020202, [redacted])");
    }

    #[test]
    fn a_key_id_reads_what_it_writes() {
        let id = KeyId::generate().unwrap();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!("ABCDEF0123456789".parse::<KeyId>().is_err());
        assert!("0123".parse::<KeyId>().is_err());
    }
}
