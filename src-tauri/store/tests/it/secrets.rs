use std::fs;
use std::path::Path;

use store::{CustodyKind, KeyCustody, SecretState, Store, StoreError};

use crate::sample::{ciphertext, data_key, open, secret};

const OWNER: &str = "account:17841400000000001";
const KIND: &str = "access_token";

fn custody(key_id: &str) -> KeyCustody {
    KeyCustody {
        key_id: key_id.to_owned(),
        kind: CustodyKind::Passphrase,
        parameters: Some("argon2id$v=19$m=65536,t=3,p=4".to_owned()),
        salt: Some(vec![1; 16]),
        wrapped: Some(vec![2; 88]),
        check_value: vec![3; 32],
    }
}

fn states(store: &Store) -> Vec<(u64, SecretState)> {
    let secrets = store.read().secrets(OWNER).unwrap();
    secrets
        .into_iter()
        .map(|secret| (secret.generation, secret.state))
        .collect()
}

#[test]
fn a_new_secret_stands_beside_the_old_one_until_it_is_promoted() {
    use SecretState::{Candidate, Current, Previous};
    let mut store = Store::in_memory().unwrap();
    store
        .transaction(|tx| {
            tx.add_data_key(&data_key(OWNER))?;
            tx.add_secret(&secret(OWNER, 1, Current))?;
            tx.add_secret(&secret(OWNER, 2, Candidate))
        })
        .unwrap();
    assert_eq!(states(&store), [(2, Candidate), (1, Current)]);
    store
        .transaction(|tx| tx.promote_secret(OWNER, KIND, 2))
        .unwrap();
    assert_eq!(states(&store), [(2, Current), (1, Previous)]);
    let current = store.read().secret(OWNER, KIND, Current).unwrap().unwrap();
    assert_eq!(current, secret(OWNER, 2, Current));

    let trades = |tx: &store::Tx<'_>| tx.trade_with_previous_secret(OWNER, KIND);
    store.transaction(trades).unwrap();
    assert_eq!(states(&store), [(2, Previous), (1, Current)]);
    store.transaction(trades).unwrap();
    assert_eq!(states(&store), [(2, Current), (1, Previous)]);
    store
        .transaction(|tx| tx.drop_previous_secrets(OWNER, KIND))
        .unwrap();
    assert!(matches!(
        store.transaction(trades),
        Err(StoreError::Conflict { .. })
    ));
    assert_eq!(states(&store), [(2, Current)]);
}

#[test]
fn nothing_that_fails_costs_a_secret() {
    use SecretState::{Candidate, Current};
    let mut store = Store::in_memory().unwrap();
    let orphan = store.transaction(|tx| tx.add_secret(&secret(OWNER, 1, Current)));
    assert!(
        matches!(orphan, Err(StoreError::Conflict { table: "secret" })),
        "no data key"
    );
    store
        .transaction(|tx| {
            tx.add_data_key(&data_key(OWNER))?;
            tx.add_secret(&secret(OWNER, 1, Current))
        })
        .unwrap();
    let before = store.read().secrets(OWNER).unwrap();
    for (what, outcome) in [
        (
            "the same generation",
            store.transaction(|tx| tx.add_secret(&secret(OWNER, 1, Candidate))),
        ),
        (
            "a second current one",
            store.transaction(|tx| tx.add_secret(&secret(OWNER, 2, Current))),
        ),
        (
            "another data key",
            store.transaction(|tx| tx.add_data_key(&data_key(OWNER))),
        ),
        (
            "a candidate nobody has",
            store.transaction(|tx| tx.promote_secret(OWNER, KIND, 9)),
        ),
        (
            "the current one again",
            store.transaction(|tx| tx.promote_secret(OWNER, KIND, 1)),
        ),
    ] {
        assert!(
            matches!(outcome, Err(StoreError::Conflict { .. })),
            "{what}"
        );
        assert_eq!(store.read().secrets(OWNER).unwrap(), before, "{what}");
    }
}

#[test]
fn previous_secrets_go_only_while_there_is_a_current_one() {
    use SecretState::{Candidate, Current, Previous};
    let mut store = Store::in_memory().unwrap();
    store
        .transaction(|tx| {
            tx.add_data_key(&data_key(OWNER))?;
            tx.add_secret(&secret(OWNER, 1, Previous))?;
            tx.drop_previous_secrets(OWNER, KIND)?;
            tx.add_secret(&secret(OWNER, 2, Candidate))?;
            tx.drop_previous_secrets(OWNER, KIND)
        })
        .unwrap();
    assert_eq!(states(&store).len(), 2, "the last token is never dropped");
    store
        .transaction(|tx| {
            tx.promote_secret(OWNER, KIND, 2)?;
            tx.drop_previous_secrets(OWNER, KIND)
        })
        .unwrap();
    assert_eq!(states(&store), [(2, Current)]);
}

#[test]
fn a_key_is_named_once_and_never_put_over_data() {
    let mut store = Store::in_memory().unwrap();
    store
        .transaction(|tx| tx.name_first_key(&custody("a")))
        .unwrap();
    assert_eq!(store.read().key_custody().unwrap(), Some(custody("a")));
    let again = store.transaction(|tx| tx.name_first_key(&custody("b")));
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
    assert_eq!(store.read().key_custody().unwrap(), Some(custody("a")));

    let mut beheaded = Store::in_memory().unwrap();
    beheaded
        .transaction(|tx| tx.add_data_key(&data_key(OWNER)))
        .unwrap();
    let over_data = beheaded.transaction(|tx| tx.name_first_key(&custody("a")));
    assert!(matches!(over_data, Err(StoreError::Conflict { .. })));
    assert_eq!(beheaded.read().key_custody().unwrap(), None);
}

#[test]
fn changing_the_key_takes_every_data_key_along_or_changes_nothing() {
    let mut store = Store::in_memory().unwrap();
    let (from, to) = (data_key(OWNER).key_id, "bbbbbbbbbbbbbbbb");
    store
        .transaction(|tx| {
            tx.name_first_key(&custody(&from))?;
            tx.add_data_key(&data_key("account:1"))?;
            tx.add_data_key(&data_key("account:2"))
        })
        .unwrap();
    let anew = |owner: &str| (owner.to_owned(), ciphertext(77));
    for (what, from, wrapped) in [
        ("one left behind", from.as_str(), vec![anew("account:1")]),
        (
            "one too many",
            &from,
            vec![anew("account:1"), anew("account:2"), anew("account:3")],
        ),
        (
            "another key named",
            "cccc",
            vec![anew("account:1"), anew("account:2")],
        ),
    ] {
        let outcome = store.transaction(|tx| tx.change_key(from, &custody(to), &wrapped));
        assert!(
            matches!(outcome, Err(StoreError::Conflict { .. })),
            "{what}"
        );
        let keys = store.read().data_keys().unwrap();
        assert!(
            keys.iter().all(|key| key.wrapped == ciphertext(200)),
            "{what}"
        );
    }
    let wrapped = [anew("account:1"), anew("account:2")];
    store
        .transaction(|tx| tx.change_key(&from, &custody(to), &wrapped))
        .unwrap();
    let keys = store.read().data_keys().unwrap();
    assert!(
        keys.iter()
            .all(|key| key.wrapped == ciphertext(77) && key.key_id == to)
    );
    assert_eq!(store.read().key_custody().unwrap(), Some(custody(to)));
    assert_eq!(store.read().data_key_count().unwrap(), 2);

    // A new passphrase around the same key leaves the data keys alone.
    let same = KeyCustody {
        salt: Some(vec![9; 16]),
        ..custody(to)
    };
    store
        .transaction(|tx| tx.change_key(to, &same, &[]))
        .unwrap();
    assert_eq!(store.read().key_custody().unwrap(), Some(same));
}

#[test]
fn a_key_is_given_up_only_with_everything_that_depends_on_it() {
    let mut store = Store::in_memory().unwrap();
    store
        .transaction(|tx| {
            tx.name_first_key(&custody("a"))?;
            tx.add_data_key(&data_key(OWNER))?;
            tx.add_secret(&secret(OWNER, 1, SecretState::Current))
        })
        .unwrap();
    let refused = store.transaction(|tx| tx.unname_key());
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    assert!(store.read().key_custody().unwrap().is_some());
    store.transaction(|tx| tx.forget_key()).unwrap();
    assert_eq!(store.read().key_custody().unwrap(), None);
    assert_eq!(store.read().data_key_count().unwrap(), 0);
    store
        .transaction(|tx| tx.name_first_key(&custody("b")))
        .unwrap();
    store.transaction(|tx| tx.unname_key()).unwrap();
    assert_eq!(store.read().key_custody().unwrap(), None);
}

/// How often `needle` occurs in the files directly in `dir`.
fn occurrences(dir: &Path, needle: &[u8]) -> usize {
    let mut found = 0;
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(path).unwrap();
            found += bytes
                .windows(needle.len())
                .filter(|window| *window == needle)
                .count();
        }
    }
    found
}

/// Figure 24 and rule X2 of the security document.
#[test]
fn no_byte_of_a_removed_secret_is_left_in_any_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).unwrap();
    let other = "account:2";
    // Enough rows that pages split and merge, and a large one with overflow pages.
    let mut large = secret(OWNER, 99, SecretState::Candidate);
    large.blob = ciphertext(99).repeat(300);
    store
        .transaction(|tx| {
            for owner in [OWNER, other] {
                tx.add_data_key(&data_key(owner))?;
            }
            tx.add_secret(&large)?;
            for n in 1..=60 {
                tx.add_secret(&secret(OWNER, n, SecretState::Previous))?;
                let mut kept = secret(other, n, SecretState::Previous);
                kept.blob = ciphertext(150);
                tx.add_secret(&kept)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert!(
        occurrences(dir.path(), &ciphertext(7)) > 0,
        "the search can find what is there"
    );

    assert!(store.remove_secrets(OWNER).unwrap(), "the log was emptied");
    for n in (1..=60).chain([99]) {
        assert_eq!(occurrences(dir.path(), &ciphertext(n)), 0, "generation {n}");
        assert_eq!(
            occurrences(dir.path(), &ciphertext(n)[..16]),
            0,
            "the start of {n}"
        );
    }
    assert_eq!(
        fs::metadata(dir.path().join("relink.db-wal"))
            .unwrap()
            .len(),
        0
    );
    assert!(
        occurrences(dir.path(), &ciphertext(150)) >= 60,
        "the other account's are untouched"
    );
    assert_eq!(store.read().data_key(OWNER).unwrap(), None);
}

#[test]
fn a_reader_elsewhere_delays_the_emptying_of_the_log_and_not_the_removal() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).unwrap();
    store
        .transaction(|tx| {
            tx.add_data_key(&data_key(OWNER))?;
            tx.add_secret(&secret(OWNER, 1, SecretState::Current))
        })
        .unwrap();
    let reader = rusqlite::Connection::open(dir.path().join("relink.db")).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM secret;")
        .unwrap();
    assert!(!store.remove_secrets(OWNER).unwrap(), "said truthfully");
    assert!(store.read().secrets(OWNER).unwrap().is_empty());
    reader.execute_batch("COMMIT").unwrap();
    assert!(store.empty_log().unwrap());
    assert_eq!(occurrences(dir.path(), &ciphertext(1)), 0);
}
