//! Published items and their small pictures.

use chrono::Duration;
use domain::account::AccountId;
use domain::diagnosis::Cause;
use domain::media::{MediaItem, Sync, SyncState};
use store::{PageSaved, Pictures, Store};

use crate::sample::{account, at, item, open};

const ID: &str = "17841400000000001";
const OTHER: &str = "17841400000000002";

fn id() -> AccountId {
    AccountId::new(ID)
}

fn posted(name: &str, hour: i64) -> MediaItem {
    MediaItem {
        posted_at: Some(at(0) + Duration::hours(hour)),
        ..item(name)
    }
}

fn with_two_accounts(dir: &std::path::Path) -> Store {
    let mut store = open(dir).unwrap();
    store
        .transaction(|tx| {
            tx.save_account(&account(ID))?;
            tx.save_account(&account(OTHER))
        })
        .unwrap();
    store
}

fn page(store: &mut Store, run: u64, items: &[MediaItem]) -> PageSaved {
    store
        .transaction(|tx| tx.save_media(&id(), run, items, at(100)))
        .unwrap()
}

fn names(store: &Store, from: u64, limit: u32) -> Vec<String> {
    let items = store.read().media(&id(), from, limit).unwrap();
    items.into_iter().map(|kept| kept.item.id).collect()
}

#[test]
fn items_come_back_newest_first_and_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_two_accounts(dir.path());
    let items = [posted("b", 2), posted("c", 3), posted("a", 1)];
    page(&mut store, 1, &items);
    drop(store);
    let store = open(dir.path()).unwrap();
    assert_eq!(names(&store, 0, 2), ["c", "b"]);
    assert_eq!(names(&store, 2, 2), ["a"]);
    assert_eq!(store.read().media(&id(), 1, 1).unwrap()[0].item, items[0]);
    let other = AccountId::new(OTHER);
    assert_eq!(store.read().media(&other, 0, 9).unwrap(), []);
    assert_eq!(store.read().media_counts().unwrap(), [(id(), 3)]);
}

#[test]
fn a_page_tells_what_is_new_to_the_sync_and_what_to_everybody() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_two_accounts(dir.path());
    let first = page(&mut store, 1, &[item("a"), item("b"), item("a")]);
    assert_eq!((first.fresh, first.new), (2, 2));
    let again = page(&mut store, 1, &[item("a")]);
    assert_eq!((again.fresh, again.new), (0, 0));
    let next = page(&mut store, 2, &[item("a"), item("c")]);
    assert_eq!((next.fresh, next.new), (2, 1));
}

#[test]
fn what_a_sync_did_not_see_is_gone_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_two_accounts(dir.path());
    let gone = |store: &Store| -> Vec<Option<domain::Timestamp>> {
        let items = store.read().media(&id(), 0, 9).unwrap();
        items.into_iter().map(|kept| kept.gone_at).collect()
    };
    page(&mut store, 1, &[posted("a", 2), posted("b", 1)]);
    page(&mut store, 2, &[posted("a", 2)]);
    store
        .transaction(|tx| tx.mark_gone_media(&id(), 2, at(200)))
        .unwrap();
    assert_eq!(gone(&store), [None, Some(at(200))]);
    page(&mut store, 3, &[posted("b", 1)]);
    assert_eq!(gone(&store), [None, None]);
}

#[test]
fn a_gap_lies_after_its_beginning_and_up_to_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_two_accounts(dir.path());
    let items = [0, 1, 2, 3].map(|hour| posted(&hour.to_string(), hour));
    page(&mut store, 1, &items);
    let (from, until) = (at(0), at(0) + Duration::hours(2));
    let found = store.read().media_between(&id(), from, until).unwrap();
    let found: Vec<_> = found.into_iter().map(|kept| kept.item.id).collect();
    assert_eq!(found, ["1", "2"]);
}

#[test]
fn every_state_of_a_sync_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_two_accounts(dir.path());
    let (until, cause) = (at(60), Cause::RateLimited);
    for state in [
        SyncState::Never,
        SyncState::Resting,
        SyncState::Running,
        SyncState::Waiting { until, cause },
        SyncState::Stopped,
        SyncState::Failed(Cause::Expired),
    ] {
        let sync = Sync {
            state,
            run: 3,
            done: 412,
            total: Some(1310),
            pages: 5,
            cursor: Some("QVFIU".to_owned()),
            failures: 1,
            began_at: Some(at(1)),
            last_at: Some(at(2)),
            last_began_at: None,
        };
        store.transaction(|tx| tx.save_sync(&id(), &sync)).unwrap();
        assert_eq!(store.read().syncs().unwrap(), [(id(), sync)]);
    }
}

#[test]
fn a_sync_that_cannot_be_read_begins_after_the_last_one_that_left_items() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_two_accounts(dir.path());
    page(&mut store, 6, &[item("a")]);
    page(&mut store, 7, &[item("b")]);
    let other = AccountId::new(OTHER);
    store
        .transaction(|tx| {
            tx.save_media(&other, 9, &[item("a")], at(1))?;
            tx.save_sync(&id(), &Sync::default())
        })
        .unwrap();
    drop(store);
    let raw = rusqlite::Connection::open(dir.path().join(store::DATABASE_FILE)).unwrap();
    raw.execute("UPDATE sync SET state = 'of the future', run = -1", [])
        .unwrap();
    drop(raw);
    let mut store = open(dir.path()).unwrap();
    let mut syncs = store.read().syncs().unwrap();
    let expected = Sync {
        run: 7,
        ..Sync::default()
    };
    assert_eq!(syncs, [(id(), expected)]);
    let (_, sync) = &mut syncs[0];
    sync.begin(at(0), at(1));
    let again = page(&mut store, sync.run, &[item("a"), item("b")]);
    assert_eq!((again.fresh, again.new), (2, 0));
}

#[test]
fn erasing_takes_everything_and_nothing_of_others() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_two_accounts(dir.path());
    let other = AccountId::new(OTHER);
    page(&mut store, 1, &[item("a")]);
    store
        .transaction(|tx| {
            tx.save_media(&other, 1, &[item("a")], at(1))?;
            tx.save_sync(&id(), &Sync::default())?;
            tx.erase_account(&id(), "account:1")
        })
        .unwrap();
    assert_eq!(store.read().media_counts().unwrap(), [(other, 1)]);
    assert_eq!(store.read().syncs().unwrap(), []);
    store
        .transaction(|tx| tx.save_sync(&id(), &Sync::default()))
        .unwrap();
    assert_eq!(store.read().syncs().unwrap(), [], "too late: it is erased");
}

#[test]
fn no_text_of_the_provider_is_part_of_a_path() {
    let dir = tempfile::tempdir().unwrap();
    let pictures = Pictures::of(dir.path());
    let item = "../../../etc/passwd";
    pictures.write(&id(), item, b"one").unwrap();
    pictures.write(&id(), item, b"2").unwrap();
    assert_eq!(pictures.read(&id(), item).unwrap().unwrap(), b"2");
    assert_eq!(pictures.read(&id(), "other").unwrap(), None);
    let shelf = dir.path().join("pictures");
    let account = std::fs::read_dir(&shelf).unwrap().next().unwrap().unwrap();
    let names: Vec<_> = std::fs::read_dir(account.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    let (name, ending) = names[0].split_at(32);
    assert!(name.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(ending, ".jpg");
}

#[test]
fn pictures_of_accounts_nobody_knows_are_swept() {
    let dir = tempfile::tempdir().unwrap();
    let (pictures, other) = (Pictures::of(dir.path()), AccountId::new(OTHER));
    pictures.keep_only([].into_iter()).unwrap();
    pictures.write(&id(), "a", b"1").unwrap();
    pictures.write(&other, "a", b"2").unwrap();
    pictures.keep_only([&other].into_iter()).unwrap();
    assert!(!pictures.has(&id(), "a") && pictures.has(&other, "a"));
    pictures.remove(&other).unwrap();
    pictures.remove(&other).unwrap();
    assert!(!pictures.has(&other, "a"));
}

#[test]
fn a_picture_that_a_power_loss_emptied_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let pictures = Pictures::of(dir.path());
    pictures.write(&id(), "a", b"").unwrap();
    assert!(!pictures.has(&id(), "a"));
    assert_eq!(pictures.read(&id(), "a").unwrap(), None);
    pictures.write(&id(), "a", b"1").unwrap();
    assert!(pictures.has(&id(), "a"));
    assert_eq!(pictures.read(&id(), "a").unwrap().unwrap(), b"1");
}
