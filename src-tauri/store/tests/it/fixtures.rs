//! One database for each released schema. With `RELINK_WRITE_FIXTURE=1` the first test writes the present one.

use std::fs;
use std::path::{Path, PathBuf};

use domain::account::{Account, AccountId};
use domain::connection::Connection;
use domain::journal::{Entry, EntryKind};
use domain::media::{Sync, SyncState};
use store::{CustodyKind, KeyCustody, SCHEMA, SecretState, StoreError};
use tempfile::TempDir;

use crate::meta_apps::meta_apps;
use crate::sample::{at, data_key, every_page_shape, every_shape, item, open, secret};

fn shelf() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/databases")
}

#[test]
fn the_database_of_every_released_schema_opens() {
    if std::env::var_os("RELINK_WRITE_FIXTURE").is_some() {
        write();
    }
    for schema in 1..=SCHEMA {
        let dir = taken_from_the_shelf(schema);
        let store = open(dir.path()).unwrap();
        let read = store.read().accounts().unwrap();
        assert!(read.unreadable.is_empty(), "{schema}");
        let expected: Vec<Account> = every_shape()
            .into_iter()
            .map(|account| as_written_by(schema, account))
            .chain(every_page_shape().into_iter().filter(|_| schema >= 6))
            .collect();
        assert_eq!(read.accounts, expected, "{schema}");
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
        let (media, syncs) = if schema < 4 {
            (vec![], vec![])
        } else {
            (vec![(publisher(), 1)], vec![(publisher(), sync())])
        };
        assert_eq!(store.read().media_counts().unwrap(), media, "{schema}");
        assert_eq!(store.read().syncs().unwrap(), syncs, "{schema}");
        let apps = if schema < 5 { vec![] } else { meta_apps() };
        assert_eq!(store.read().meta_apps().unwrap(), apps, "{schema}");
    }
    let files = fs::read_dir(shelf()).unwrap().map(|it| it.unwrap().path());
    let fixtures = files.filter(|it| it.extension().is_some_and(|ending| ending == "db"));
    assert_eq!(fixtures.count(), SCHEMA as usize, "one for each schema");
}

#[test]
fn a_migrated_database_is_built_as_a_new_one() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let new = form(dir.path());
    for schema in 1..=SCHEMA {
        let dir = taken_from_the_shelf(schema);
        drop(open(dir.path()).unwrap());
        assert_eq!(form(dir.path()), new, "{schema}");
    }
}

#[test]
fn a_database_of_an_earlier_schema_without_one_of_its_tables_is_set_aside_and_not_migrated() {
    for schema in 1..SCHEMA {
        let dir = taken_from_the_shelf(schema);
        let raw = rusqlite::Connection::open(dir.path().join(store::DATABASE_FILE)).unwrap();
        raw.execute_batch("DROP TABLE journal_param").unwrap();
        drop(raw);
        let error = open(dir.path()).unwrap_err();
        let StoreError::Damaged { set_aside, backup } = error else {
            panic!("{schema}: {error}");
        };
        let raw =
            rusqlite::Connection::open(set_aside.unwrap().join(store::DATABASE_FILE)).unwrap();
        let found = raw.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
        assert_eq!(found.unwrap(), schema);
        assert_eq!(
            backup, None,
            "{schema}: nothing is copied of what is damaged"
        );
    }
}

#[test]
fn an_account_of_an_earlier_schema_is_saved_and_read_as_it_is_now() {
    for schema in 1..SCHEMA {
        let dir = taken_from_the_shelf(schema);
        let mut store = open(dir.path()).unwrap();
        store
            .transaction(|tx| every_shape().iter().try_for_each(|it| tx.save_account(it)))
            .unwrap();
        let read = store.read().accounts().unwrap();
        assert_eq!(read.accounts, every_shape(), "{schema}");
    }
}

pub(crate) fn taken_from_the_shelf(schema: u32) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let fixture = shelf().join(format!("schema-{schema}.db"));
    fs::copy(&fixture, dir.path().join(store::DATABASE_FILE)).unwrap();
    dir
}

/// Every column of every table with all that is said of it, and every index.
fn form(dir: &Path) -> Vec<String> {
    let raw = rusqlite::Connection::open(dir.join(store::DATABASE_FILE)).unwrap();
    let mut statement = raw
        .prepare(
            "SELECT concat_ws(' ', it.name, of.cid, of.name, of.type, of.\"notnull\", of.dflt_value, of.pk)
             FROM sqlite_schema AS it, pragma_table_info(it.name) AS of WHERE it.type = 'table'
             UNION SELECT concat_ws(' ', name, sql) FROM sqlite_schema WHERE type <> 'table' ORDER BY 1",
        )
        .unwrap();
    let lines = statement.query_map([], |row| row.get(0)).unwrap();
    lines.collect::<Result<_, _>>().unwrap()
}

fn publisher() -> AccountId {
    every_shape()[0].id().clone()
}

fn sync() -> Sync {
    Sync {
        state: SyncState::Stopped,
        run: 2,
        done: 1,
        cursor: Some("QVFIU".to_owned()),
        began_at: Some(at(1)),
        ..Sync::default()
    }
}

/// Before schema 5 there was one app for each route. Before schema 4 of a lost token no spare was kept, the spare of a held one was always the one before, and a block
/// made a missing permission forgotten. Before schema 3 nobody said whose log-in an account is, ticked anything, or
/// knew what had become of a deleted one at Instagram. Schema 1 knew that a token before is kept, but nothing of it,
/// and not what was told of a doubt.
fn as_written_by(schema: u32, mut account: Account) -> Account {
    if schema < 5 {
        account.app = None;
    }
    if schema < 3 {
        account.login.clear();
        account.ticked.clear();
        if let Connection::Removed(removal) = &mut account.connection {
            removal.gone_there = false;
        }
    }
    if let Some(doubt) = account.watch.doubt.as_mut().filter(|_| schema < 2) {
        doubt.told = false;
    }
    let connection = match &mut account.connection {
        Connection::Removed(removal) => removal.before.as_deref_mut(),
        other @ (Connection::Held(_) | Connection::Lost(_)) => Some(other),
    };
    match connection {
        Some(Connection::Held(held)) if schema < 4 => {
            held.hidden = None;
            if let Some(spare) = &mut held.spare {
                spare.generation = account.generation - 1;
                if schema < 2 {
                    spare.grant.issued_at = None;
                    spare.grant.expires_at = None;
                }
            }
        }
        Some(Connection::Lost(lost)) if schema < 4 => {
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
                .chain(&every_page_shape())
                .try_for_each(|account| tx.save_account(account))?;
            tx.save_media(&publisher(), 2, &[item("a")], at(2))?;
            tx.save_sync(&publisher(), &sync())?;
            meta_apps()
                .iter()
                .try_for_each(|app| tx.save_meta_app(app))?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let backup = store.backup().unwrap().unwrap().path;
    let place = shelf().join(format!("schema-{SCHEMA}.db"));
    assert!(!place.exists(), "what was released is never edited");
    fs::copy(backup, place).unwrap();
}
