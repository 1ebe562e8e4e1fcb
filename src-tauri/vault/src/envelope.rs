//! Envelopes: sealed bytes that know their format and open in one place only.
//!
//! Every envelope is laid out alike (security document, S3):
//!
//! ```text
//! format version  1 byte     1
//! algorithm       1 byte     1 = XChaCha20-Poly1305
//! key id          8 bytes    of the key that opens it
//! nonce          24 bytes    random, new for each seal
//! ciphertext      n bytes
//! tag            16 bytes
//! ```

use std::fmt;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::key::{DataKey, KEY_BYTES, KEY_ID_BYTES, Kek, KeyId, NoRandomness, random};

const FORMAT: u8 = 1;
const XCHACHA20_POLY1305: u8 = 1;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const HEAD_BYTES: usize = 2 + KEY_ID_BYTES + NONCE_BYTES;

/// Begins the associated data of every envelope, so that no other use of a key can be mistaken
/// for one of ours.
const CONTEXT_LABEL: &[u8] = b"relink envelope";
/// The kind under which data keys are wrapped; no [`SecretKind`] has it.
const DATA_KEY_KIND: &str = "data_key";

/// Names one database: random text made once, when it is created. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseId(String);

impl DatabaseId {
    /// Takes the text the database keeps in its `meta` table.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Draws the id of a new database: 32 digits.
    ///
    /// # Errors
    /// [`NoRandomness`] when the operating system's generator fails.
    pub fn generate() -> Result<Self, NoRandomness> {
        let bytes: Zeroizing<[u8; 16]> = random()?;
        Ok(Self(crate::hex::encode(bytes.as_slice()).to_string()))
    }

    /// The text to keep in the `meta` table.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a sealed secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// An account's access token.
    AccessToken,
    /// A token that came back from an attempt whose account is not settled yet.
    CandidateToken,
    /// The secret of the person's own Meta app.
    AppSecret,
    /// This installation's certificate for `localhost`, with its key.
    CertificateKey,
    /// The token of the person through whose sign-in a Page is reached, kept beside the Page's own.
    PersonToken,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::AccessToken,
        Self::CandidateToken,
        Self::AppSecret,
        Self::CertificateKey,
        Self::PersonToken,
    ];

    /// The identifier used in the database and in the associated data.
    pub fn code(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::CandidateToken => "candidate_token",
            Self::AppSecret => "app_secret",
            Self::CertificateKey => "certificate_key",
            Self::PersonToken => "person_token",
        }
    }

    /// Reads an identifier made by [`SecretKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The one place a sealed secret belongs to. It is authenticated with the ciphertext: a row moved
/// to another owner, kind, generation or database does not open (security document, S4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding<'a> {
    /// Whose secret it is: `account:1784…`, `attempt:…`, `app:instagram`, `certificate`.
    pub owner: &'a str,
    /// What it is.
    pub kind: SecretKind,
    /// Counts the renewals of this owner's secret, from 1.
    pub generation: u64,
}

/// Why an envelope was not made or not opened. Says nothing about the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// A format or algorithm this program does not know: refused, never guessed.
    #[error("the envelope has a format this program does not know")]
    UnknownFormat,
    /// Sealed with another key than the one given.
    #[error("the envelope belongs to another key")]
    WrongKey,
    /// Shortened, altered, or moved from another place. These look alike on purpose.
    #[error("the envelope is damaged or lies in the wrong place")]
    Damaged,
    /// The cipher refused the content, which happens only for more than 256 GiB.
    #[error("the content is too long for one envelope")]
    TooLong,
    /// No nonce, so no envelope.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Wraps the data key of `owner` under the key-encryption key (security document, S2).
///
/// # Errors
/// [`EnvelopeError::NoRandomness`].
pub fn wrap_data_key(
    kek: &Kek,
    database: &DatabaseId,
    owner: &str,
    key: &DataKey,
) -> Result<Vec<u8>, EnvelopeError> {
    let mut content = Zeroizing::new(Vec::with_capacity(KEY_ID_BYTES + KEY_BYTES));
    content.extend_from_slice(key.id().as_bytes());
    content.extend_from_slice(key.expose_bytes());
    let place = Place {
        database,
        owner,
        kind: DATA_KEY_KIND,
        generation: 0,
    };
    let nonce = random()?;
    seal_with(kek.id(), kek.expose_bytes(), &nonce, &place, &content)
}

/// Opens what [`wrap_data_key`] made, with the same database and owner.
///
/// # Errors
/// [`EnvelopeError::UnknownFormat`], [`EnvelopeError::WrongKey`], [`EnvelopeError::Damaged`].
pub fn unwrap_data_key(
    kek: &Kek,
    database: &DatabaseId,
    owner: &str,
    wrapped: &[u8],
) -> Result<DataKey, EnvelopeError> {
    let place = Place {
        database,
        owner,
        kind: DATA_KEY_KIND,
        generation: 0,
    };
    let content = open_with(kek.id(), kek.expose_bytes(), &place, wrapped)?;
    let (id, key) = content.split_first_chunk().ok_or(EnvelopeError::Damaged)?;
    let key = key.try_into().map_err(|_| EnvelopeError::Damaged)?;
    Ok(DataKey::from_parts(KeyId::from_bytes(*id), key))
}

/// Seals `plain` for the one place that `binding` names.
///
/// # Errors
/// [`EnvelopeError::NoRandomness`].
pub fn seal(
    key: &DataKey,
    database: &DatabaseId,
    binding: &Binding<'_>,
    plain: &[u8],
) -> Result<Vec<u8>, EnvelopeError> {
    let nonce = random()?;
    seal_with(
        key.id(),
        key.expose_bytes(),
        &nonce,
        &Place::of(database, binding),
        plain,
    )
}

/// Opens what [`seal`] made for the same place.
///
/// # Errors
/// [`EnvelopeError::UnknownFormat`], [`EnvelopeError::WrongKey`], [`EnvelopeError::Damaged`].
pub fn open(
    key: &DataKey,
    database: &DatabaseId,
    binding: &Binding<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    open_with(
        key.id(),
        key.expose_bytes(),
        &Place::of(database, binding),
        sealed,
    )
}

/// Opens a secret that is text, as tokens and app secrets are.
///
/// # Errors
/// As [`open`]; bytes that are not UTF-8 are [`EnvelopeError::Damaged`].
pub fn open_text(
    key: &DataKey,
    database: &DatabaseId,
    binding: &Binding<'_>,
    sealed: &[u8],
) -> Result<SecretString, EnvelopeError> {
    let plain = open(key, database, binding, sealed)?;
    let text = std::str::from_utf8(&plain).map_err(|_| EnvelopeError::Damaged)?;
    Ok(SecretString::from(text))
}

/// The key id an envelope says it was sealed with, for telling which key is missing.
///
/// # Errors
/// [`EnvelopeError::UnknownFormat`], [`EnvelopeError::Damaged`] when it is too short to say.
pub fn key_id(envelope: &[u8]) -> Result<KeyId, EnvelopeError> {
    Ok(Head::read(envelope)?.key)
}

/// Everything but the key that decides whether an envelope opens.
struct Place<'a> {
    database: &'a DatabaseId,
    owner: &'a str,
    kind: &'a str,
    generation: u64,
}

impl<'a> Place<'a> {
    fn of(database: &'a DatabaseId, binding: &Binding<'a>) -> Self {
        let Binding {
            owner,
            kind,
            generation,
        } = *binding;
        Self {
            database,
            owner,
            kind: kind.code(),
            generation,
        }
    }

    /// The associated data. Texts carry their length, so that no two places spell alike.
    fn associated_data(&self, key: KeyId) -> Vec<u8> {
        let mut data = Vec::from(CONTEXT_LABEL);
        data.extend_from_slice(&[FORMAT, XCHACHA20_POLY1305]);
        for text in [self.database.as_str(), self.owner, self.kind] {
            data.extend_from_slice(&(text.len() as u64).to_be_bytes());
            data.extend_from_slice(text.as_bytes());
        }
        data.extend_from_slice(&self.generation.to_be_bytes());
        data.extend_from_slice(key.as_bytes());
        data
    }
}

/// The clear part of an envelope.
struct Head<'a> {
    key: KeyId,
    nonce: &'a [u8; NONCE_BYTES],
    ciphertext: &'a [u8],
}

impl<'a> Head<'a> {
    fn read(envelope: &'a [u8]) -> Result<Self, EnvelopeError> {
        let (&[format, algorithm], rest) =
            envelope.split_first_chunk().ok_or(EnvelopeError::Damaged)?;
        if format != FORMAT || algorithm != XCHACHA20_POLY1305 {
            return Err(EnvelopeError::UnknownFormat);
        }
        let (key, rest) = rest.split_first_chunk().ok_or(EnvelopeError::Damaged)?;
        let (nonce, ciphertext) = rest.split_first_chunk().ok_or(EnvelopeError::Damaged)?;
        Ok(Self {
            key: KeyId::from_bytes(*key),
            nonce,
            ciphertext,
        })
    }
}

fn seal_with(
    id: KeyId,
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    place: &Place<'_>,
    plain: &[u8],
) -> Result<Vec<u8>, EnvelopeError> {
    let mut envelope = Vec::with_capacity(HEAD_BYTES + plain.len() + TAG_BYTES);
    envelope.extend_from_slice(&[FORMAT, XCHACHA20_POLY1305]);
    envelope.extend_from_slice(id.as_bytes());
    envelope.extend_from_slice(nonce);
    let aad = place.associated_data(id);
    let ciphertext = XChaCha20Poly1305::new(key.into())
        .encrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: plain,
                aad: &aad,
            },
        )
        .map_err(|_| EnvelopeError::TooLong)?;
    envelope.extend_from_slice(&ciphertext);
    Ok(envelope)
}

fn open_with(
    id: KeyId,
    key: &[u8; KEY_BYTES],
    place: &Place<'_>,
    envelope: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let head = Head::read(envelope)?;
    if head.key != id {
        return Err(EnvelopeError::WrongKey);
    }
    let aad = place.associated_data(id);
    XChaCha20Poly1305::new(key.into())
        .decrypt(
            &XNonce::from(*head.nonce),
            Payload {
                msg: head.ciphertext,
                aad: &aad,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| EnvelopeError::Damaged)
}

impl fmt::Display for SecretKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
