use domain::account::AccountId;
use store::{Store, StoreError};

use crate::sample::{account, at, every_page_shape, every_shape, open};

#[test]
fn every_shape_of_account_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let accounts = [every_shape(), every_page_shape()].concat();
    let mut store = open(dir.path()).unwrap();
    store
        .transaction(|tx| {
            accounts
                .iter()
                .try_for_each(|account| tx.save_account(account))
        })
        .unwrap();
    drop(store);

    let store = open(dir.path()).unwrap();
    let read = store.read().accounts().unwrap();
    assert!(read.unreadable.is_empty());
    for (wanted, found) in accounts.iter().zip(&read.accounts) {
        assert_eq!(found, wanted);
        assert_eq!(
            store.read().account(wanted.id()).unwrap().as_ref(),
            Some(wanted)
        );
    }
    assert_eq!(read.accounts.len(), accounts.len());
    assert_eq!(store.read().account(&AccountId::new("1")).unwrap(), None);
}

#[test]
fn any_shape_can_follow_any_other_and_leaves_nothing_behind() {
    let mut store = Store::in_memory().unwrap();
    let shapes = [every_shape(), every_page_shape()].concat();
    for before in shapes.clone() {
        for mut after in shapes.clone() {
            after.profile.user_id = before.profile.user_id.clone();
            store
                .transaction(|tx| {
                    tx.save_account(&before)?;
                    tx.save_account(&after)
                })
                .unwrap();
            let read = store.read().account(before.id()).unwrap().unwrap();
            assert_eq!(read, after);
        }
    }
}

#[test]
fn an_error_in_a_transaction_undoes_all_of_it() {
    let mut store = Store::in_memory().unwrap();
    let outcome = store.transaction(|tx| {
        tx.save_account(&account("1"))?;
        tx.set_setting("theme", Some("dark"))?;
        Err::<(), _>(StoreError::Busy)
    });
    assert!(matches!(outcome, Err(StoreError::Busy)));
    assert!(store.read().accounts().unwrap().accounts.is_empty());
    assert_eq!(store.read().setting("theme").unwrap(), None);
}

#[test]
fn one_bad_row_keeps_no_other_account_from_being_read() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).unwrap();
    store
        .transaction(|tx| {
            every_shape()
                .iter()
                .try_for_each(|account| tx.save_account(account))
        })
        .unwrap();
    drop(store);
    let total = every_shape().len();
    for (n, spoil) in [
        "UPDATE account SET connection = 'dreaming' WHERE id = '17841400000000001'",
        "UPDATE account SET revision = -1 WHERE id = '17841400000000002'",
        "UPDATE finding SET cause = 'bad_luck' WHERE account_id = '17841400000000003'",
        "DELETE FROM finding WHERE account_id = '17841400000000004'",
        "UPDATE account SET consented_at = 9223372036854775807 WHERE id = '17841400000000005'",
        "UPDATE account SET route = NULL WHERE id = '17841400000000006'",
        "UPDATE account SET undo = NULL WHERE id = '17841400000000007'",
        "UPDATE wizard SET step = 'nowhere' WHERE account_id = '17841400000000090'",
    ]
    .into_iter()
    .enumerate()
    {
        let raw = rusqlite::Connection::open(dir.path().join("relink.db")).unwrap();
        assert!(raw.execute(spoil, []).unwrap() > 0, "{spoil}");
        drop(raw);
        let read = open(dir.path()).unwrap().read().accounts().unwrap();
        assert_eq!(read.unreadable.len(), n + 1, "{spoil}");
        assert_eq!(
            read.accounts.len() + read.unreadable.len(),
            total,
            "{spoil}"
        );
    }
}

#[test]
fn erasing_for_good_leaves_no_row_of_the_account() {
    use domain::journal::{Entry, EntryKind};
    let mut store = Store::in_memory().unwrap();
    let all = every_shape();
    let gone = all.iter().find(|account| account.wizard.is_some()).unwrap();
    let owner = format!("account:{}", gone.id());
    store
        .transaction(|tx| {
            for account in &all {
                tx.save_account(account)?;
                tx.append(&Entry::about(account.id(), EntryKind::Lost, at(0)).with("a", "b"))?;
                tx.begin_renewal(account.id(), 1, at(0))?;
            }
            tx.add_data_key(&crate::sample::data_key(&owner))?;
            tx.add_secret(&crate::sample::secret(
                &owner,
                1,
                store::SecretState::Current,
            ))?;
            tx.erase_account(gone.id(), &owner)
        })
        .unwrap();
    let view = store.read();
    assert_eq!(view.accounts().unwrap().accounts.len(), all.len() - 1);
    assert!(
        view.journal(Some(gone.id()), None, 10)
            .unwrap()
            .lines
            .is_empty()
    );
    assert!(
        view.open_renewals()
            .unwrap()
            .iter()
            .all(|open| open.account != *gone.id())
    );
    assert!(view.secrets(&owner).unwrap().is_empty());
    assert_eq!(view.data_key(&owner).unwrap(), None);
    // Added again, it starts from nothing.
    let anew = account(gone.id().as_str());
    store.transaction(|tx| tx.save_account(&anew)).unwrap();
    assert_eq!(store.read().account(gone.id()).unwrap(), Some(anew));
}

#[test]
fn ids_beyond_a_floating_point_number_stay_exact() {
    let mut store = Store::in_memory().unwrap();
    let ids = [
        "17841400000000001",
        "17841400000000002",
        "99999999999999999",
        "007",
    ];
    store
        .transaction(|tx| ids.iter().try_for_each(|id| tx.save_account(&account(id))))
        .unwrap();
    for id in ids {
        assert!(
            store.read().account(&AccountId::new(id)).unwrap().is_some(),
            "{id}"
        );
    }
}
