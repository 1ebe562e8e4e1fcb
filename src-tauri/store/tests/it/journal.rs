use domain::account::AccountId;
use domain::diagnosis::Cause;
use domain::journal::{Entry, EntryKind};
use store::{Store, StoreError};

use crate::sample::{at, diagnosis, open};

fn id(n: i64) -> AccountId {
    AccountId::new(format!("1784140000000000{}", n % 3))
}

fn entry(n: i64) -> Entry {
    let kinds = EntryKind::ALL;
    let kind = kinds[usize::try_from(n).unwrap() % kinds.len()];
    let entry = if n % 4 == 0 {
        Entry::app(kind, at(n))
    } else {
        Entry::about(&id(n), kind, at(n))
    };
    let entry = entry.with("n", n.to_string()).with("quote", "\"'ü\n");
    if n % 2 == 0 {
        entry.because(&diagnosis(Cause::Checkpoint))
    } else {
        entry
    }
}

fn filled(count: i64) -> Store {
    let mut store = Store::in_memory().unwrap();
    store
        .transaction(|tx| (0..count).try_for_each(|n| tx.append(&entry(n)).map(drop)))
        .unwrap();
    store
}

#[test]
fn lines_come_back_newest_first_page_by_page_without_gap_or_repeat() {
    for limit in [1, 7, 50, 100] {
        let store = filled(50);
        let (mut before, mut found) = (None, Vec::new());
        loop {
            let page = store.read().journal(None, before, limit).unwrap();
            assert!(page.unreadable.is_empty());
            found.extend(page.lines);
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        let entries: Vec<Entry> = found.into_iter().map(|line| line.entry).collect();
        let wanted: Vec<Entry> = (0..50).rev().map(entry).collect();
        assert_eq!(entries, wanted, "pages of {limit}");
    }
}

#[test]
fn the_lines_of_one_account_are_its_own() {
    let store = filled(50);
    let page = store.read().journal(Some(&id(1)), None, 100).unwrap();
    let wanted: Vec<Entry> = (0..50)
        .rev()
        .map(entry)
        .filter(|entry| entry.account == Some(id(1)))
        .collect();
    let found: Vec<Entry> = page.lines.into_iter().map(|line| line.entry).collect();
    assert_eq!(found, wanted);
    assert!(!found.is_empty());
    let counts = store.read().journal_counts().unwrap();
    let count = counts
        .iter()
        .find(|(account, _)| *account == id(1))
        .unwrap()
        .1;
    assert_eq!(count, found.len() as u64);
}

#[test]
fn what_is_older_than_the_horizon_goes_and_numbers_are_not_used_again() {
    let mut store = filled(50);
    let newest = store.read().journal(None, None, 1).unwrap().lines[0].id;
    let gone = store.transaction(|tx| tx.prune_journal(at(20))).unwrap();
    assert_eq!(gone, 20);
    let left = store.read().journal(None, None, 100).unwrap();
    assert!(left.lines.iter().all(|line| line.entry.at >= at(20)));
    store
        .transaction(|tx| tx.prune_journal(at(1000)).map(drop))
        .unwrap();
    let next = store.transaction(|tx| tx.append(&entry(1))).unwrap();
    assert!(next > newest, "a page that was half read must not repeat");
}

#[test]
fn an_unreadable_line_hides_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).unwrap();
    store
        .transaction(|tx| (0..5).try_for_each(|n| tx.append(&entry(n)).map(drop)))
        .unwrap();
    drop(store);
    let raw = rusqlite::Connection::open(dir.path().join("relink.db")).unwrap();
    raw.execute("UPDATE journal SET kind = 'dreamt' WHERE id = 3", [])
        .unwrap();
    drop(raw);
    let page = open(dir.path())
        .unwrap()
        .read()
        .journal(None, None, 10)
        .unwrap();
    assert_eq!((page.lines.len(), page.unreadable), (4, vec![3]));
}

#[test]
fn settings_and_the_database_id_are_kept_as_text() {
    let mut store = Store::in_memory().unwrap();
    assert_eq!(store.read().database_id().unwrap(), None);
    store
        .transaction(|tx| {
            tx.set_database_id("first")?;
            tx.set_setting("renew.days", Some("7"))?;
            tx.set_setting("theme", Some("dark"))?;
            tx.set_setting("theme", Some("light"))?;
            tx.set_setting("renew.days", None)
        })
        .unwrap();
    let second = store.transaction(|tx| tx.set_database_id("second"));
    assert!(matches!(
        second,
        Err(StoreError::Conflict { table: "meta" })
    ));
    assert_eq!(
        store.read().database_id().unwrap().as_deref(),
        Some("first")
    );
    let settings: Vec<_> = store.read().settings().unwrap().into_iter().collect();
    assert_eq!(settings, [("theme".to_owned(), "light".to_owned())]);
    assert_eq!(store.read().setting("renew.days").unwrap(), None);
}
