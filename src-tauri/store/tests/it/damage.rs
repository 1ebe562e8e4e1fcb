use std::fs::{self, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use store::{DATABASE_FILE, DataLock, Store, StoreError};

use crate::sample::{account, every_shape, open};

/// A folder with a filled database and, if asked for, a backup of it.
fn filled(dir: &Path, with_backup: bool) {
    let mut store = open(dir).unwrap();
    store
        .transaction(|tx| {
            every_shape()
                .iter()
                .try_for_each(|account| tx.save_account(account))
        })
        .unwrap();
    if with_backup {
        store.backup().unwrap();
    }
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_damaged_file_is_set_aside_whole_and_the_backup_offered() {
    type Spoil = fn(&Path);
    let spoils: [(&str, Spoil); 7] = [
        ("header", |path| {
            overwrite(path, 0, b"not a database at all")
        }),
        // Byte 18, the write version: above 2 means that the file may only be read.
        ("header forbids writing", |path| overwrite(path, 18, &[6])),
        ("cut in the first page", |path| cut(path, 700)),
        ("cut in the header", |path| cut(path, 50)),
        ("cut in half", |path| {
            cut(path, fs::metadata(path).unwrap().len() / 2)
        }),
        ("schema page", |path| overwrite(path, 100, &[0xff; 900])),
        ("emptied", |path| cut(path, 0)),
    ];
    for (what, spoil) in spoils {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path(), true);
        let path = dir.path().join(DATABASE_FILE);
        spoil(&path);
        let spoilt = fs::read(&path).unwrap();

        let Err(StoreError::Damaged {
            set_aside: Some(aside),
            backup: Some(backup),
        }) = open(dir.path())
        else {
            panic!("{what}: not named");
        };
        let kept = fs::read(aside.join(DATABASE_FILE)).unwrap();
        assert_eq!(kept.len(), spoilt.len(), "{what}: nothing is deleted");
        assert!(!path.exists(), "{what}");

        // Asked again, it says the same: no silent empty start.
        let again = open(dir.path()).unwrap_err();
        assert!(
            matches!(&again, StoreError::Damaged { backup: Some(found), .. } if *found == backup),
            "{what}: {again:?}"
        );
        let lock = DataLock::acquire(dir.path(), "test").unwrap();
        let store = Store::restore(lock, &backup).unwrap();
        let read = store.read().accounts().unwrap();
        assert_eq!(read.accounts, every_shape(), "{what}");
    }
}

fn cut(path: &Path, length: u64) {
    OpenOptions::new()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(length)
        .unwrap();
}

#[test]
fn a_damaged_file_and_its_log_are_set_aside_as_they_were_found() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), true);
    let path = dir.path().join(DATABASE_FILE);
    let log = dir.path().join(format!("{DATABASE_FILE}-wal"));
    // A copy taken while the store is open has its last change in the log alone, as after a kill.
    let mut store = open(dir.path()).unwrap();
    store
        .transaction(|tx| tx.set_setting("last", Some("change")))
        .unwrap();
    let (mut database, log_bytes) = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    drop(store);
    database[4096..].fill(0xff);
    fs::write(&path, &database).unwrap();
    fs::write(&log, &log_bytes).unwrap();

    let Err(StoreError::Damaged {
        set_aside: Some(aside),
        ..
    }) = open(dir.path())
    else {
        panic!("not named");
    };
    assert_eq!(fs::read(aside.join(DATABASE_FILE)).unwrap(), database);
    let name = format!("{DATABASE_FILE}-wal");
    assert_eq!(fs::read(aside.join(name)).unwrap(), log_bytes);
}

/// The very first page is written under a rollback journal, before the log takes over.
#[test]
fn a_power_loss_in_the_first_write_is_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(DATABASE_FILE);
    let journal = dir.path().join(format!("{DATABASE_FILE}-journal"));
    // No page to put back, and a file of no pages before. (`SQLite` file format, section 3.)
    let mut header = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    for number in [0_u32, 7, 0, 512, 4096] {
        header.extend(number.to_be_bytes());
    }
    header.resize(512, 0);
    // One piece of the page has arrived, and it is not the first.
    let mut torn = vec![0; 4096];
    torn[1024..1536].fill(7);
    fs::write(&path, torn).unwrap();
    fs::write(&journal, header).unwrap();
    let store = open(dir.path()).unwrap();
    assert!(store.read().accounts().unwrap().accounts.is_empty());
}

#[test]
fn a_database_that_vanished_is_not_replaced_by_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), true);
    fs::remove_file(dir.path().join(DATABASE_FILE)).unwrap();
    let missing = open(dir.path()).unwrap_err();
    assert!(
        matches!(
            missing,
            StoreError::Damaged {
                set_aside: None,
                backup: Some(_)
            }
        ),
        "{missing:?}"
    );
    let lock = DataLock::acquire(dir.path(), "test").unwrap();
    let store = Store::start_anew(lock).unwrap();
    assert!(
        store.read().accounts().unwrap().accounts.is_empty(),
        "the person said so"
    );
    assert_eq!(
        store.backups().unwrap().len(),
        1,
        "and the backup is still there"
    );
    drop(store);
    assert!(open(dir.path()).is_ok(), "from now on it is the database");
}

#[test]
fn without_a_backup_the_damage_is_told_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), false);
    overwrite(&dir.path().join(DATABASE_FILE), 0, b"x");
    for _ in 0..2 {
        let damaged = open(dir.path()).unwrap_err();
        assert!(
            matches!(
                damaged,
                StoreError::Damaged {
                    set_aside: Some(_),
                    backup: None
                }
            ),
            "{damaged:?}"
        );
    }
    assert_eq!(fs::read_dir(dir.path().join("damaged")).unwrap().count(), 1);
}

#[test]
fn a_damaged_backup_is_passed_over_and_never_restored() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), true);
    let mut store = open(dir.path()).unwrap();
    let newest = store.backup().unwrap().unwrap().path;
    drop(store);
    overwrite(&newest, 3000, &[0xff; 3000]);
    overwrite(&dir.path().join(DATABASE_FILE), 0, b"x");
    let Err(StoreError::Damaged {
        backup: Some(offered),
        ..
    }) = open(dir.path())
    else {
        panic!("not named");
    };
    assert_ne!(offered, newest);
    let lock = DataLock::acquire(dir.path(), "test").unwrap();
    assert!(Store::restore(lock, &newest).is_err());
}

/// Figure 12 of the security document, at the size of one test run: every file ends in a named
/// state, none in a panic, and none in a silent empty start.
#[test]
fn two_hundred_damaged_files_end_in_a_named_state() {
    let home = tempfile::tempdir().unwrap();
    filled(home.path(), false);
    let whole = fs::read(home.path().join(DATABASE_FILE)).unwrap();
    let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
    };
    let (mut named, mut read) = (0, 0);
    for case in 0..200 {
        let mut spoilt = whole.clone();
        if case % 4 == 0 {
            spoilt.truncate(1 + next(whole.len() - 1));
        } else {
            for _ in 0..=next(40) {
                let at = next(spoilt.len());
                spoilt[at] ^= 1 << next(8);
            }
        }
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(DATABASE_FILE), &spoilt).unwrap();
        match open(dir.path()) {
            Ok(store) => match store.read().accounts() {
                Ok(found) => {
                    let total = found.accounts.len() + found.unreadable.len();
                    assert!(total > 0, "case {case}: an empty start");
                    read += 1;
                }
                Err(error) => {
                    assert!(!error.code().is_empty());
                    named += 1;
                }
            },
            Err(error) => {
                assert!(!error.code().is_empty());
                named += 1;
            }
        }
    }
    assert_eq!(named + read, 200);
    assert!(named > 50, "the damage is real: {named}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let refused = open(&dir.path().join("file/data")).unwrap_err();
    assert!(matches!(refused, StoreError::Io { .. }), "{refused:?}");
    assert!(
        open(dir.path())
            .unwrap()
            .transaction(|tx| tx.save_account(&account("1")))
            .is_ok()
    );
}
