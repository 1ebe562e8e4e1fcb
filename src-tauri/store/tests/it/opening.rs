use std::fs;

use store::{DATABASE_FILE, DataLock, SCHEMA, Store, StoreError};

use crate::sample::{account, every_shape, open};

#[test]
fn a_new_folder_gets_a_database_with_the_rules_of_the_security_document() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("some/where");
    let store = open(&data).unwrap();
    let raw = rusqlite::Connection::open(data.join(DATABASE_FILE)).unwrap();
    let mode: String = raw
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    let version: u32 = raw
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, SCHEMA);
    let loose: i64 = raw
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE strict = 0 AND name NOT LIKE 'sqlite_%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0, "every table is STRICT");
    drop(store);
}

#[cfg(unix)]
#[test]
fn everything_in_the_folder_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut store = open(&data).unwrap();
    store
        .transaction(|tx| tx.save_account(&account("1")))
        .unwrap();
    store.backup().unwrap();
    let mut seen = 0;
    let mut folders = vec![data];
    while let Some(folder) = folders.pop() {
        assert_eq!(
            fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
            0o700
        );
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, 0o600, "{:?}", entry.file_name());
                seen += 1;
            }
        }
    }
    assert!(seen >= 5, "database, log, shared memory, lock, backup");
}

#[test]
fn a_second_copy_is_told_and_touches_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert!(
        Store::open_read_only(dir.path()).unwrap().is_none(),
        "there is nothing to read yet"
    );
    let first = open(dir.path()).unwrap();
    assert!(matches!(open(dir.path()), Err(StoreError::InUse { .. })));
    assert!(
        Store::open_read_only(dir.path()).unwrap().is_some(),
        "reading beside it is allowed"
    );
    drop(first);
    assert!(open(dir.path()).is_ok());
}

#[test]
fn a_reader_may_not_write() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = open(dir.path()).unwrap();
    writer
        .transaction(|tx| tx.save_account(&account("1")))
        .unwrap();
    let mut reader = Store::open_read_only(dir.path()).unwrap().unwrap();
    assert_eq!(reader.read().accounts().unwrap().accounts.len(), 1);
    let refused = reader.transaction(|tx| tx.save_account(&account("2")));
    assert!(matches!(refused, Err(StoreError::ReadOnly)));
}

#[test]
fn a_newer_schema_is_refused_and_left_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let path = dir.path().join(DATABASE_FILE);
    for keep_log in [false, true] {
        let raw = rusqlite::Connection::open(&path).unwrap();
        raw.execute_batch("PRAGMA journal_mode = WAL").unwrap();
        raw.pragma_update(None, "user_version", SCHEMA + 1).unwrap();
        raw.execute_batch("CREATE TABLE IF NOT EXISTS of_the_future (x)")
            .unwrap();
        let raw = if keep_log { Some(raw) } else { None }; // an open reader keeps the log
        let log = dir.path().join("relink.db-wal");
        let before = (fs::read(&path).unwrap(), fs::read(&log).ok());
        let refused = open(dir.path()).unwrap_err();
        assert!(
            matches!(refused, StoreError::Newer { found, known } if (found, known) == (SCHEMA + 1, SCHEMA))
        );
        assert!(matches!(
            Store::open_read_only(dir.path()),
            Err(StoreError::Newer { .. })
        ));
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read(&log).ok()),
            before,
            "log: {keep_log}"
        );
        drop(raw);
    }
}

#[test]
fn backups_are_whole_private_and_the_newest_three() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).unwrap();
    let mut made = Vec::new();
    for account in every_shape().iter().take(5) {
        store.transaction(|tx| tx.save_account(account)).unwrap();
        made.push(store.backup().unwrap().unwrap().path);
    }
    let kept: Vec<_> = store
        .backups()
        .unwrap()
        .into_iter()
        .map(|it| it.path)
        .collect();
    let newest: Vec<_> = made.iter().rev().take(3).cloned().collect();
    assert_eq!(kept, newest);
    assert_eq!(
        fs::read_dir(dir.path().join("backups")).unwrap().count(),
        3,
        "no leftovers"
    );
    drop(store);

    // Restored, it holds what there was then; what was there now is set aside.
    let lock = DataLock::acquire(dir.path(), "test").unwrap();
    let store = Store::restore(lock, &kept[2]).unwrap();
    assert_eq!(store.read().accounts().unwrap().accounts.len(), 3);
    assert!(dir.path().join("damaged/0001").join(DATABASE_FILE).exists());
    assert_eq!(
        store.backups().unwrap().len(),
        3,
        "restoring uses up no backup"
    );
    drop(store);
    assert_eq!(
        open(dir.path())
            .unwrap()
            .read()
            .accounts()
            .unwrap()
            .accounts
            .len(),
        3
    );
}

#[test]
fn backups_go_when_the_person_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).unwrap();
    store.backup().unwrap();
    store.backup().unwrap();
    store.remove_backups().unwrap();
    assert!(store.backups().unwrap().is_empty());
}
