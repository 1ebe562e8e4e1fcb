use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::{
    Binding, DatabaseId, EnvelopeError, HEAD_BYTES, Place, SecretKind, TAG_BYTES, key_id, open,
    open_text, open_with, seal, seal_with, unwrap_data_key, wrap_data_key,
};
use crate::hex;
use crate::key::{DataKey, Kek, KeyId};

const OWNER: &str = "account:17841400000000001";

fn database() -> DatabaseId {
    DatabaseId::new("4f6e6520646174616261736520696400")
}

fn token(generation: u64) -> Binding<'static> {
    Binding {
        owner: OWNER,
        kind: SecretKind::AccessToken,
        generation,
    }
}

fn data_key() -> DataKey {
    DataKey::from_parts(KeyId::from_bytes([0x11; 8]), [0x22; 32])
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    *hex::decode(text).unwrap()
}

/// The cipher itself against draft-irtf-cfrg-xchacha-03, appendix A.3.1.
#[test]
fn the_cipher_is_the_one_of_the_draft() {
    let key: [u8; 32] = unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    let nonce: [u8; 24] = unhex("404142434445464748494a4b4c4d4e4f5051525354555657");
    let aad: [u8; 12] = unhex("50515253c0c1c2c3c4c5c6c7");
    let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you \
                  only one tip for the future, sunscreen would be it.";
    let sealed = XChaCha20Poly1305::new((&key).into())
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plain,
                aad: &aad,
            },
        )
        .unwrap();
    let (ciphertext, tag) = sealed.split_at(sealed.len() - TAG_BYTES);
    assert_eq!(
        *hex::encode(&ciphertext[..32]),
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
    );
    assert_eq!(*hex::encode(tag), "c0875924c1c7987947deafd8780acf49");
}

/// The layout and the associated data, byte by byte: a change would leave every stored token
/// unreadable, so it has to be made as a new format.
#[test]
fn a_known_envelope_is_laid_out_as_documented() {
    let place = Place::of(&database(), &token(7)).associated_data(KeyId::from_bytes([0x11; 8]));
    let mut expected = Vec::from(b"relink envelope\x01\x01".as_slice());
    for text in [database().as_str(), OWNER, "access_token"] {
        expected.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, u8::try_from(text.len()).unwrap()]);
        expected.extend_from_slice(text.as_bytes());
    }
    expected.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 7]);
    expected.extend_from_slice(&[0x11; 8]);
    assert_eq!(place, expected);

    let sealed = seal_with(
        KeyId::from_bytes([0x11; 8]),
        &[0x22; 32],
        &[0x33; 24],
        &Place::of(&database(), &token(7)),
        b"IGAA-known",
    )
    .unwrap();
    assert_eq!(*hex::encode(&sealed), KNOWN_ENVELOPE);
    assert_eq!(
        *open(&data_key(), &database(), &token(7), &sealed).unwrap(),
        b"IGAA-known"
    );
}

const KNOWN_ENVELOPE: &str = "01011111111111111111333333333333333333333333333333333333333333333333dbbd652ce8af0be9d776175204c0dc33e902c6c2737a36ebbd9c";

#[test]
fn what_was_sealed_opens_in_its_place() {
    for length in [0, 1, 15, 16, 17, 63, 64, 65, 200, 5000] {
        let plain: Vec<u8> = (0..length)
            .map(|n| u8::try_from(n % 251).unwrap())
            .collect();
        for kind in SecretKind::ALL {
            for generation in [0, 1, u64::MAX] {
                let binding = Binding {
                    owner: OWNER,
                    kind,
                    generation,
                };
                let sealed = seal(&data_key(), &database(), &binding, &plain).unwrap();
                assert_eq!(sealed.len(), HEAD_BYTES + plain.len() + TAG_BYTES);
                assert_eq!(
                    *open(&data_key(), &database(), &binding, &sealed).unwrap(),
                    plain
                );
            }
        }
    }
}

#[test]
fn text_opens_as_text_and_other_bytes_do_not() {
    let sealed = seal(&data_key(), &database(), &token(1), "IGAA…".as_bytes()).unwrap();
    let opened = open_text(&data_key(), &database(), &token(1), &sealed).unwrap();
    assert_eq!(opened.expose_secret(), "IGAA…");
    let sealed = seal(&data_key(), &database(), &token(1), &[0xff, 0xfe]).unwrap();
    let refused = open_text(&data_key(), &database(), &token(1), &sealed).unwrap_err();
    assert_eq!(refused, EnvelopeError::Damaged);
}

#[test]
fn no_altered_bit_is_accepted_and_each_refusal_has_its_name() {
    let sealed = seal(&data_key(), &database(), &token(1), b"IGAA0123456789").unwrap();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut altered = sealed.clone();
            altered[at] ^= 1 << bit;
            let refused = open(&data_key(), &database(), &token(1), &altered).unwrap_err();
            let expected = match at {
                0..2 => EnvelopeError::UnknownFormat,
                2..10 => EnvelopeError::WrongKey,
                _ => EnvelopeError::Damaged,
            };
            assert_eq!(refused, expected, "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn no_altered_bit_of_a_wrapped_data_key_is_accepted() {
    let kek = Kek::generate().unwrap();
    let wrapped = wrap_data_key(&kek, &database(), OWNER, &data_key()).unwrap();
    for at in 0..wrapped.len() {
        for bit in 0..8 {
            let mut altered = wrapped.clone();
            altered[at] ^= 1 << bit;
            assert!(
                unwrap_data_key(&kek, &database(), OWNER, &altered).is_err(),
                "bit {bit} of byte {at}"
            );
        }
    }
}

#[test]
fn nothing_shortened_or_lengthened_opens() {
    let sealed = seal(&data_key(), &database(), &token(1), b"IGAA").unwrap();
    for length in 0..sealed.len() {
        assert!(open(&data_key(), &database(), &token(1), &sealed[..length]).is_err());
    }
    let longer = [sealed.as_slice(), &[0]].concat();
    assert_eq!(
        open(&data_key(), &database(), &token(1), &longer).unwrap_err(),
        EnvelopeError::Damaged
    );
}

#[test]
fn a_row_opens_in_no_other_place() {
    let sealed = seal(&data_key(), &database(), &token(1), b"IGAA").unwrap();
    let other_database = DatabaseId::new("another");
    let other = |binding| open(&data_key(), &database(), &binding, &sealed).unwrap_err();
    assert_eq!(
        open(&data_key(), &other_database, &token(1), &sealed).unwrap_err(),
        EnvelopeError::Damaged
    );
    assert_eq!(
        other(Binding {
            owner: "account:1",
            ..token(1)
        }),
        EnvelopeError::Damaged
    );
    assert_eq!(
        other(Binding {
            kind: SecretKind::CandidateToken,
            ..token(1)
        }),
        EnvelopeError::Damaged
    );
    assert_eq!(other(token(2)), EnvelopeError::Damaged);
    // Fields that run into each other would make these two places spell alike.
    let near = Place {
        database: &DatabaseId::new("ab"),
        owner: "c",
        kind: "k",
        generation: 0,
    };
    let far = Place {
        database: &DatabaseId::new("a"),
        owner: "bc",
        kind: "k",
        generation: 0,
    };
    let id = KeyId::from_bytes([0; 8]);
    assert_ne!(near.associated_data(id), far.associated_data(id));
}

#[test]
fn no_two_of_fifty_rows_can_be_swapped() {
    let kek = Kek::generate().unwrap();
    let rows: Vec<_> = (0..50u64)
        .map(|n| {
            let owner = format!("account:1784140000000{n:04}");
            // Every second pair shares a data key: the place alone must then refuse the swap.
            let key = if n % 2 == 0 {
                data_key()
            } else {
                DataKey::generate().unwrap()
            };
            let wrapped = wrap_data_key(&kek, &database(), &owner, &key).unwrap();
            let binding = Binding {
                owner: &owner,
                kind: SecretKind::AccessToken,
                generation: n,
            };
            let sealed = seal(&key, &database(), &binding, b"IGAA").unwrap();
            (owner.clone(), key, wrapped, sealed)
        })
        .collect();
    let mut accepted = 0;
    for (here, (owner, key, ..)) in rows.iter().enumerate() {
        for (there, (.., wrapped, sealed)) in rows.iter().enumerate() {
            let binding = Binding {
                owner,
                kind: SecretKind::AccessToken,
                generation: u64::try_from(here).unwrap(),
            };
            let key_opened = unwrap_data_key(&kek, &database(), owner, wrapped).is_ok();
            let row_opened = open(key, &database(), &binding, sealed).is_ok();
            assert_eq!(
                key_opened,
                here == there,
                "data key of row {there} in row {here}"
            );
            assert_eq!(
                row_opened,
                here == there,
                "secret of row {there} in row {here}"
            );
            accepted += usize::from(row_opened);
        }
    }
    assert_eq!(accepted, 50, "each row opens in its own place");
}

#[test]
fn another_key_is_told_from_damage() {
    let (right, wrong) = (Kek::generate().unwrap(), Kek::generate().unwrap());
    let wrapped = wrap_data_key(&right, &database(), OWNER, &data_key()).unwrap();
    assert_eq!(key_id(&wrapped), Ok(right.id()));
    let refused = unwrap_data_key(&wrong, &database(), OWNER, &wrapped).unwrap_err();
    assert_eq!(refused, EnvelopeError::WrongKey);
    let unwrapped = unwrap_data_key(&right, &database(), OWNER, &wrapped).unwrap();
    assert_eq!(
        (unwrapped.id(), unwrapped.expose_bytes()),
        (data_key().id(), &[0x22; 32])
    );
}

#[test]
fn a_data_key_of_another_length_is_damage() {
    let kek = Kek::generate().unwrap();
    let db = database();
    let place = Place {
        database: &db,
        owner: OWNER,
        kind: super::DATA_KEY_KIND,
        generation: 0,
    };
    for length in [0, 7, 8, 39, 41] {
        let odd = seal_with(
            kek.id(),
            kek.expose_bytes(),
            &[0; 24],
            &place,
            &vec![1; length],
        );
        let refused = unwrap_data_key(&kek, &db, OWNER, &odd.unwrap()).unwrap_err();
        assert_eq!(refused, EnvelopeError::Damaged);
    }
}

#[test]
fn a_secret_cannot_be_passed_off_as_a_data_key() {
    // The same key used both ways would still refuse: kinds never meet.
    let db = database();
    let as_secret = Place::of(&db, &token(0));
    let as_key = Place {
        database: &db,
        owner: OWNER,
        kind: super::DATA_KEY_KIND,
        generation: 0,
    };
    let id = KeyId::from_bytes([1; 8]);
    let sealed = seal_with(id, &[2; 32], &[3; 24], &as_secret, &[4; 40]).unwrap();
    assert_eq!(
        open_with(id, &[2; 32], &as_key, &sealed),
        Err(EnvelopeError::Damaged)
    );
}

#[test]
fn nonces_do_not_repeat() {
    let nonces: std::collections::BTreeSet<Vec<u8>> = (0..10_000)
        .map(|_| {
            let sealed = seal(&data_key(), &database(), &token(1), b"").unwrap();
            sealed[10..HEAD_BYTES].to_vec()
        })
        .collect();
    assert_eq!(nonces.len(), 10_000);
}

#[test]
fn kinds_read_what_they_write() {
    for kind in SecretKind::ALL {
        assert_eq!(SecretKind::from_code(kind.code()), Some(kind));
        assert_ne!(kind.code(), super::DATA_KEY_KIND);
    }
    assert_eq!(SecretKind::from_code("token"), None);
}

#[test]
fn a_seal_of_the_same_text_never_looks_the_same() {
    let key = data_key();
    let one = seal(&key, &database(), &token(1), b"IGAA").unwrap();
    let two = seal(&key, &database(), &token(1), b"IGAA").unwrap();
    assert_ne!(one[HEAD_BYTES..], two[HEAD_BYTES..]);
    drop(Zeroizing::new(one));
}
