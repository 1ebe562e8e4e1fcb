//! One database for each released schema. `RELINK_WRITE_FIXTURE=1` writes the present one.

use std::fs;
use std::path::{Path, PathBuf};

use domain::account::Account;
use domain::connection::Connection;
use domain::journal::{Entry, EntryKind};
use store::{CustodyKind, KeyCustody, SCHEMA, SecretState, StoreError};

use crate::sample::{at, data_key, every_shape, open, secret};

fn shelf() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/databases")
}

#[test]
fn the_database_of_every_released_schema_opens() {
    if std::env::var_os("RELINK_WRITE_FIXTURE").is_some() {
        write();
    }
    let mut opened = 0;
    for entry in fs::read_dir(shelf()).unwrap() {
        let fixture = entry.unwrap().path();
        if fixture
            .extension()
            .is_none_or(|extension| extension != "db")
        {
            continue;
        }
        let dir = tempfile::tempdir().unwrap();
        fs::copy(&fixture, dir.path().join(store::DATABASE_FILE)).unwrap();
        let store = open(dir.path()).unwrap();
        let read = store.read().accounts().unwrap();
        assert!(read.unreadable.is_empty(), "{}", fixture.display());
        let expected: Vec<Account> = every_shape()
            .into_iter()
            .map(|account| as_written_by(&fixture, account))
            .collect();
        assert_eq!(read.accounts, expected, "{}", fixture.display());
        assert_eq!(
            store.read().database_id().unwrap().as_deref(),
            Some("fixture")
        );
        assert_eq!(store.read().secrets("account:1").unwrap().len(), 2);
        assert_eq!(store.read().journal(None, None, 10).unwrap().lines.len(), 1);
        assert_eq!(
            store.read().key_custody().unwrap().unwrap().kind,
            CustodyKind::Keychain
        );
        opened += 1;
    }
    assert_eq!(opened, SCHEMA, "one for each schema");
}

/// Before schema 3 nobody said whose log-in an account is, ticked anything, or knew what had become of a deleted one
/// at Instagram; of a lost token no spare was kept, the spare of a held one was always the one before, and a block
/// made a missing permission forgotten. Schema 1 knew that a token before is kept, but nothing of it, and not what was told of a doubt.
fn as_written_by(fixture: &Path, mut account: Account) -> Account {
    let first = fixture.ends_with("schema-1.db");
    let third = !first && !fixture.ends_with("schema-2.db");
    if !third {
        account.login.clear();
        account.ticked.clear();
        if let Connection::Removed(removal) = &mut account.connection {
            removal.gone_there = false;
        }
    }
    if let Some(doubt) = account.watch.doubt.as_mut().filter(|_| first) {
        doubt.told = false;
    }
    let connection = match &mut account.connection {
        Connection::Removed(removal) => removal.before.as_deref_mut(),
        other @ (Connection::Held(_) | Connection::Lost(_)) => Some(other),
    };
    match connection {
        Some(Connection::Held(held)) if !third => {
            held.hidden = None;
            if let Some(spare) = &mut held.spare {
                spare.generation = account.generation - 1;
                if first {
                    spare.grant.issued_at = None;
                    spare.grant.expires_at = None;
                }
            }
        }
        Some(Connection::Lost(lost)) if !third => {
            lost.held.hidden = None;
            lost.held.spare = None;
        }
        Some(_) | None => {}
    }
    account
}

fn write() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).unwrap();
    store
        .transaction(|tx| {
            tx.set_database_id("fixture")?;
            tx.name_first_key(&KeyCustody {
                key_id: "aaaaaaaaaaaaaaaa".to_owned(),
                kind: CustodyKind::Keychain,
                parameters: None,
                salt: None,
                wrapped: None,
                check_value: vec![3; 32],
            })?;
            tx.add_data_key(&data_key("account:1"))?;
            tx.add_secret(&secret("account:1", 1, SecretState::Current))?;
            tx.add_secret(&secret("account:1", 2, SecretState::Candidate))?;
            tx.append(&Entry::app(EntryKind::AppStarted, at(0)).with("asleep_days", "3"))?;
            every_shape()
                .iter()
                .try_for_each(|account| tx.save_account(account))?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let backup = store.backup().unwrap().unwrap().path;
    fs::create_dir_all(shelf()).unwrap();
    fs::copy(backup, shelf().join(format!("schema-{SCHEMA}.db"))).unwrap();
}
