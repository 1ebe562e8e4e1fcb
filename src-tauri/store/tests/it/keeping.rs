//! What was kept when an account was deleted comes back, or is named.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::Duration;
use domain::account::{Account, AccountId, TwoFactor, TwoFactorAnswer};
use domain::advice::Advice;
use domain::journal::{Entry, EntryKind};
use domain::keeping::{KeptPart, Manifest};
use domain::media::MediaItem;
use fastrand::Rng;
use store::Store;

use crate::sample::{account, at, diagnosis, item, open};

const ID: &str = "17841400000000001";
const OTHER: &str = "17841400000000002";

fn text(chance: &mut Rng) -> String {
    let length = chance.usize(0..40);
    (0..length)
        .map(|_| {
            chance
                .choice("aé=\n\u{1f}'\"🎈 ".chars().collect::<Vec<_>>())
                .unwrap_or('x')
        })
        .collect()
}

fn entry(of: &str, chance: &mut Rng) -> Entry {
    let kind = chance.choice(EntryKind::ALL).unwrap();
    let mut entry = Entry::about(&AccountId::new(of), kind, at(chance.i64(0..10_000)));
    entry.params = (0..chance.usize(0..3))
        .map(|number| (format!("name{number}"), text(chance)))
        .collect::<BTreeMap<_, _>>();
    entry.diagnosis = chance
        .bool()
        .then(|| diagnosis(domain::diagnosis::Cause::Expired));
    entry
}

fn items(chance: &mut Rng) -> Vec<MediaItem> {
    (0..chance.usize(0..30))
        .map(|number| MediaItem {
            caption: text(chance),
            posted_at: chance.bool().then(|| at(chance.i64(0..1000))),
            ..item(&number.to_string())
        })
        .collect()
}

fn own(account: &mut Account, chance: &mut Rng) {
    account.label = text(chance);
    account.notes = text(chance);
    account.login = text(chance);
    account.two_factor = chance.bool().then(|| TwoFactor {
        answer: chance.choice(TwoFactorAnswer::ALL).unwrap(),
        at: at(chance.i64(0..1000)),
    });
    account.ticked = Advice::ALL.into_iter().filter(|_| chance.bool()).collect();
}

/// A store with two accounts and some lines about each; the first has just been deleted.
fn deleted(dir: &Path, chance: &mut Rng) -> (Store, Account) {
    let mut store = open(dir).unwrap();
    let mut gone = account(ID);
    own(&mut gone, chance);
    store
        .transaction(|tx| {
            tx.save_account(&gone)?;
            tx.save_account(&account(OTHER))?;
            for _ in 0..chance.usize(0..30) {
                let of = chance.choice([ID, OTHER]).unwrap();
                tx.append(&entry(of, chance))?;
            }
            tx.save_media(gone.id(), 1, &items(chance), at(10))?;
            tx.save_media(&AccountId::new(OTHER), 1, &items(chance), at(10))?;
            tx.take_manifest(gone.id(), at(20_000))
        })
        .unwrap();
    (store, gone)
}

fn receipt(store: &mut Store) -> (Manifest, Manifest) {
    let id = AccountId::new(ID);
    store
        .transaction(|tx| tx.close_manifest(&id, at(30_000)))
        .unwrap();
    store
        .read()
        .receipt(&id)
        .unwrap()
        .expect("it was deleted and came back")
}

#[test]
fn whatever_was_kept_the_digest_is_the_same_before_and_after() {
    for seed in 0..150 {
        let chance = &mut Rng::with_seed(seed);
        let dir = tempfile::tempdir().unwrap();
        let (mut store, gone) = deleted(dir.path(), chance);
        let before = store.read().manifest(gone.id(), at(25_000)).unwrap();
        store
            .transaction(|tx| {
                // Life goes on: lines are added, the account's row is written again, posts go.
                tx.mark_gone_media(gone.id(), 2, at(22_000))?;
                for _ in 0..chance.usize(0..5) {
                    tx.append(&entry(ID, chance))?;
                }
                tx.save_account(&gone)
            })
            .unwrap();
        drop(store);
        let mut store = open(dir.path()).unwrap();
        let (then, after) = receipt(&mut store);
        assert_eq!(after.differs_from(&then), [], "seed {seed}");
        assert_eq!(before.differs_from(&then), [], "seed {seed}");
    }
}

#[test]
fn what_is_lost_meanwhile_is_named_and_nothing_else() {
    let losses = [
        (
            KeptPart::History,
            "DELETE FROM journal WHERE account_id LIKE '%1' AND id IN (SELECT max(id) FROM journal)",
        ),
        (KeptPart::History, "UPDATE journal SET at = at + 1"),
        (
            KeptPart::History,
            "UPDATE journal_param SET value = value || 'x'",
        ),
        (KeptPart::Media, "DELETE FROM media WHERE id = 'one'"),
        (KeptPart::Media, "UPDATE media SET caption = caption || 'x'"),
        (KeptPart::Media, "UPDATE media SET posted_at = 1"),
        (KeptPart::Label, "UPDATE account SET label = ''"),
        (KeptPart::Notes, "UPDATE account SET notes = notes || ' '"),
        (KeptPart::TwoFactor, "UPDATE account SET two_factor = NULL"),
        (KeptPart::Checklist, "UPDATE account SET ticked = ''"),
    ];
    for (part, sql) in losses {
        let chance = &mut Rng::with_seed(3);
        let dir = tempfile::tempdir().unwrap();
        let (mut store, mut gone) = deleted(dir.path(), chance);
        gone.label = "Bakeries".to_owned();
        gone.notes = "Ask Ana.".to_owned();
        gone.ticked = [Advice::Roles].into();
        gone.two_factor = Some(TwoFactor {
            answer: TwoFactorAnswer::On,
            at: at(1),
        });
        store
            .transaction(|tx| {
                tx.save_account(&gone)?;
                let line =
                    Entry::about(gone.id(), EntryKind::Renewed, at(2)).with("until", "later");
                tx.append(&line)?;
                tx.save_media(gone.id(), 1, &[item("one"), item("two")], at(10))?;
                tx.take_manifest(gone.id(), at(20_000))
            })
            .unwrap();
        drop(store);
        let thief = rusqlite::Connection::open(dir.path().join("relink.db")).unwrap();
        assert!(thief.execute(sql, []).unwrap() > 0, "{sql}");
        drop(thief);
        let mut store = open(dir.path()).unwrap();
        let (then, after) = receipt(&mut store);
        assert_eq!(after.differs_from(&then), [part], "{sql}");
    }
}

#[test]
fn what_the_person_changes_of_a_deleted_account_is_no_loss() {
    let dir = tempfile::tempdir().unwrap();
    let chance = &mut Rng::with_seed(1);
    let (mut store, mut gone) = deleted(dir.path(), chance);
    own(&mut gone, chance);
    store
        .transaction(|tx| {
            tx.save_account(&gone)?;
            tx.refresh_manifest(gone.id(), at(21_000))
        })
        .unwrap();
    let (then, after) = receipt(&mut store);
    assert_eq!(after.differs_from(&then), []);
}

#[test]
fn a_deletion_that_was_taken_back_leaves_no_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, gone) = deleted(dir.path(), &mut Rng::with_seed(1));
    store
        .transaction(|tx| {
            tx.drop_manifest(gone.id())?;
            tx.close_manifest(gone.id(), at(30_000))
        })
        .unwrap();
    assert_eq!(store.read().receipt(gone.id()).unwrap(), None);
}

#[test]
fn lines_that_a_manifest_lists_outlive_the_year() {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, gone) = deleted(dir.path(), &mut Rng::with_seed(5));
    let listed = |store: &Store| {
        let manifest = store.read().manifest(gone.id(), at(0)).unwrap();
        manifest
            .lines
            .iter()
            .find(|line| line.part == KeptPart::History)
            .map(|line| line.count)
    };
    let before = listed(&store);
    assert!(before > Some(0));
    let pruned = store.transaction(|tx| tx.prune_journal(at(0) + Duration::days(400)));
    assert!(
        pruned.unwrap() > 0,
        "the other account's lines are old as well"
    );
    assert_eq!(listed(&store), before);
    receipt(&mut store);
    store
        .transaction(|tx| tx.prune_journal(at(0) + Duration::days(400)))
        .unwrap();
    assert_eq!(
        listed(&store),
        Some(0),
        "back again, they age like any other"
    );
}
