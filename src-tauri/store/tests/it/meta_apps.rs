//! Several Meta apps, and the one of each route that there was before.

use domain::account::AccountId;
use domain::door::Door;
use domain::grant::Route;
use domain::meta_app::{AppKey, MetaApp};
use store::{Store, StoreError, StoredApp};

use crate::fixtures::taken_from_the_shelf;
use crate::sample::open;

/// Two apps that use every column.
pub(crate) fn meta_apps() -> Vec<StoredApp> {
    vec![
        StoredApp {
            app: MetaApp {
                name: "Nörd agency".to_owned(),
                door: Door::Bounce,
                redirect: Some("https://example.org/relink/".parse().unwrap()),
                ..MetaApp::new(AppKey::new(Route::Instagram, "990000000000001"))
            },
            owner: "app:instagram".to_owned(),
        },
        StoredApp {
            app: MetaApp {
                door: Door::Localhost,
                config_id: Some("880000000000001".to_owned()),
                ..MetaApp::new(AppKey::new(Route::Facebook, "990000000000002"))
            },
            owner: "app:facebook:990000000000002".to_owned(),
        },
    ]
}

fn keys(store: &Store) -> Vec<String> {
    let apps = store.read().meta_apps().unwrap();
    apps.iter().map(|stored| stored.app.key.code()).collect()
}

#[test]
fn apps_are_kept_changed_put_first_renamed_and_forgotten() {
    let mut store = Store::in_memory().unwrap();
    let apps = meta_apps();
    let (first, second) = (apps[0].app.key.clone(), apps[1].app.key.clone());
    store
        .transaction(|tx| apps.iter().try_for_each(|app| tx.save_meta_app(app)))
        .unwrap();
    assert_eq!(store.read().meta_apps().unwrap(), apps);

    let mut changed = apps[0].clone();
    changed.app.name = "another".to_owned();
    store.transaction(|tx| tx.save_meta_app(&changed)).unwrap();
    let read = store.read().meta_apps().unwrap();
    assert_eq!(read, [changed, apps[1].clone()], "it keeps its place");

    store
        .transaction(|tx| tx.put_meta_app_first(&second))
        .unwrap();
    assert_eq!(keys(&store), [second.code(), first.code()]);

    let corrected = AppKey::new(Route::Instagram, "990000000000009");
    store
        .transaction(|tx| tx.rename_meta_app(&first, &corrected))
        .unwrap();
    assert_eq!(keys(&store), [second.code(), corrected.code()]);
    let gone = store.transaction(|tx| tx.rename_meta_app(&first, &corrected));
    assert!(matches!(gone, Err(StoreError::Conflict { .. })), "{gone:?}");

    store.transaction(|tx| tx.remove_meta_app(&second)).unwrap();
    assert_eq!(keys(&store), [corrected.code()]);
}

#[test]
fn two_apps_never_share_a_secret() {
    let mut store = Store::in_memory().unwrap();
    let mut apps = meta_apps();
    apps[1].owner = apps[0].owner.clone();
    let saved = store.transaction(|tx| apps.iter().try_for_each(|app| tx.save_meta_app(app)));
    assert!(saved.is_err());
    assert!(keys(&store).is_empty(), "all or nothing");
}

#[test]
fn the_one_app_of_a_route_becomes_the_first_of_several_with_its_accounts_and_secret() {
    let dir = taken_from_the_shelf(4);
    let raw = rusqlite::Connection::open(dir.path().join(store::DATABASE_FILE)).unwrap();
    raw.execute_batch(
        "INSERT INTO setting VALUES ('app.instagram.id', '990000000000007'), ('kept', 'yes')",
    )
    .unwrap();
    drop(raw);
    let store = open(dir.path()).unwrap();
    let apps = store.read().meta_apps().unwrap();
    let key = AppKey::new(Route::Instagram, "990000000000007");
    let expected = StoredApp {
        app: MetaApp::new(key.clone()),
        owner: "app:instagram".to_owned(),
    };
    assert_eq!(
        apps,
        [expected],
        "the secret opens under its old owner only"
    );
    let held = AccountId::new("17841400000000090");
    let account = store.read().account(&held).unwrap().unwrap();
    assert_eq!(account.app, Some(key));
    let settings = store.read().settings().unwrap();
    assert_eq!(settings.get("kept").map(String::as_str), Some("yes"));
    assert_eq!(settings.get("app.instagram.id"), None);
}
