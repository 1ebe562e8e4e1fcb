use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use secrecy::SecretString;

use super::{COST, Cost, Passphrase, PassphraseError, PassphraseRecord};
use crate::envelope::DatabaseId;
use crate::hex;
use crate::key::{Kek, KeyId};

/// Enough to exercise every path; the real cost has a test of its own.
const CHEAP: Cost = Cost {
    memory_kib: 64,
    passes: 1,
    lanes: 4,
};

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(SecretString::from(text)).unwrap()
}

fn database() -> DatabaseId {
    DatabaseId::new("db")
}

fn wrapped() -> (Kek, PassphraseRecord) {
    let kek = Kek::generate().unwrap();
    let record = PassphraseRecord::wrap_at(CHEAP, &kek, &database(), &phrase("three old boats"));
    (kek, record.unwrap())
}

/// RFC 9106 section 5.3.
#[test]
fn the_derivation_is_the_one_of_the_rfc() {
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let argon = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params);
    let mut tag = [0u8; 32];
    argon
        .unwrap()
        .hash_password_into(&[1; 32], &[2; 16], &mut tag)
        .unwrap();
    assert_eq!(
        *hex::encode(&tag),
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    );
}

#[test]
fn the_right_passphrase_opens_at_the_full_cost() {
    let kek = Kek::generate().unwrap();
    let record = PassphraseRecord::wrap(&kek, &database(), &phrase("three old boats")).unwrap();
    assert_eq!(
        record.parameters, "argon2id$v=19$m=65536,t=3,p=4",
        "security document, S7"
    );
    assert_eq!(record.salt.len(), 16, "security document, S7");
    assert!(!record.is_aged());
    let opened = record
        .unwrap(kek.id(), &database(), &phrase("three old boats"))
        .unwrap();
    assert_eq!(opened.expose_bytes(), kek.expose_bytes());
}

#[test]
fn a_wrong_passphrase_is_told_from_a_damaged_record() {
    let (kek, record) = wrapped();
    for wrong in [
        "three old boat",
        "three old boats ",
        "Three old boats",
        "three old boats\n",
    ] {
        let refused = record
            .unwrap(kek.id(), &database(), &phrase(wrong))
            .unwrap_err();
        assert_eq!(refused, PassphraseError::WrongPassphrase, "{wrong:?}");
    }
    let right = phrase("three old boats");
    let elsewhere = record
        .unwrap(kek.id(), &DatabaseId::new("other"), &right)
        .unwrap_err();
    assert_eq!(elsewhere, PassphraseError::Damaged);
    let renamed = record
        .unwrap(KeyId::generate().unwrap(), &database(), &right)
        .unwrap_err();
    assert_eq!(renamed, PassphraseError::Damaged);
}

#[test]
fn no_altered_bit_of_a_record_is_accepted() {
    let (kek, record) = wrapped();
    let right = phrase("three old boats");
    for at in 0..record.wrapped.len() {
        for bit in 0..8 {
            let mut altered = record.clone();
            altered.wrapped[at] ^= 1 << bit;
            let refused = altered.unwrap(kek.id(), &database(), &right).unwrap_err();
            let expected = if at < super::VERIFIER_BYTES {
                PassphraseError::WrongPassphrase
            } else {
                PassphraseError::Damaged
            };
            assert_eq!(refused, expected, "bit {bit} of byte {at}");
        }
    }
    for length in 0..record.wrapped.len() {
        let mut shortened = record.clone();
        shortened.wrapped.truncate(length);
        assert!(shortened.unwrap(kek.id(), &database(), &right).is_err());
    }
}

#[test]
fn parameters_are_read_exactly_and_never_beyond_bearing() {
    assert_eq!(Cost::read(&COST.spell()), Some(COST));
    for text in [
        "",
        "argon2i$v=19$m=65536,t=3,p=4",
        "argon2id$v=16$m=65536,t=3,p=4",
        "argon2id$v=19$m=65536,t=3",
        "argon2id$v=19$m=65536,t=3,p=4,x=1",
        "argon2id$v=19$m=065536,t=3,p=4",
        "argon2id$v=19$m=4294967295,t=3,p=4",
        "argon2id$v=19$m=65536,t=4000000000,p=4",
    ] {
        assert_eq!(Cost::read(text), None, "{text}");
        let (kek, mut record) = wrapped();
        record.parameters = text.to_owned();
        let refused = record
            .unwrap(kek.id(), &database(), &phrase("x"))
            .unwrap_err();
        assert_eq!(refused, PassphraseError::UnknownParameters);
    }
}

#[test]
fn an_aged_record_is_known_as_such() {
    let (_, record) = wrapped();
    assert!(
        record.is_aged(),
        "64 KiB and one pass are below what is asked for today"
    );
}

#[test]
fn nothing_is_not_a_passphrase_and_none_is_printed() {
    let empty = Passphrase::new(SecretString::from(String::new())).unwrap_err();
    assert_eq!(empty, PassphraseError::Empty);
    let (_, record) = wrapped();
    let printed = format!("{:?} {record:?}", phrase("three old boats"));
    assert!(!printed.contains("boats"));
}
