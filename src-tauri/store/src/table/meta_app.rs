//! The person's Meta apps. Their secrets lie sealed in the table of secrets, each under the owner named here.

use domain::door::Door;
use domain::grant::Route;
use domain::meta_app::{AppKey, MetaApp};
use rusqlite::params;
use url::Url;

use crate::codec::Cells;
use crate::error::StoreError;
use crate::store::{Tx, View};

/// Until schema 5 there was one app for each route: a setting held its id, and its secret's owner was named after the
/// route. An owner is part of what a secret is sealed to, so the name stays.
pub(crate) const FIFTH: &str = "
CREATE TABLE meta_app (
    id        TEXT PRIMARY KEY NOT NULL,
    route     TEXT NOT NULL,
    app_id    TEXT NOT NULL,
    name      TEXT NOT NULL,
    door      TEXT NOT NULL,
    redirect  TEXT,
    config_id TEXT,
    owner     TEXT NOT NULL UNIQUE,
    place     INTEGER NOT NULL
) STRICT;
INSERT INTO meta_app (id, route, app_id, name, door, owner, place)
SELECT it.route || ':' || setting.value, it.route, setting.value, '', 'direct', 'app:' || it.route, it.place
FROM (SELECT 'instagram' AS route, 1 AS place UNION SELECT 'facebook', 2) AS it
JOIN setting ON setting.name = 'app.' || it.route || '.id';
UPDATE account SET app = (SELECT meta_app.id FROM meta_app WHERE meta_app.route = account.route);
UPDATE attempt SET app = (SELECT meta_app.id FROM meta_app WHERE meta_app.route = attempt.route);
DELETE FROM setting WHERE name IN ('app.instagram.id', 'app.facebook.id');
";

/// A Meta app and where its secret lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredApp {
    /// The app.
    pub app: MetaApp,
    /// The owner of its sealed secret. There may be none.
    pub owner: String,
}

impl View<'_> {
    /// Every app, in the person's order: the first of a route is the one that new accounts belong to.
    ///
    /// # Errors
    /// [`StoreError::BadRow`] for a row nobody can have written.
    pub fn meta_apps(&self) -> Result<Vec<StoredApp>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM meta_app ORDER BY place, id")?;
        let mut rows = statement.query([])?;
        let mut apps = Vec::new();
        while let Some(row) = rows.next()? {
            apps.push(read(&Cells::of("meta_app", row))?);
        }
        Ok(apps)
    }
}

impl Tx<'_> {
    /// Keeps an app as it is now, behind the others where it is new.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses, or another app has this owner.
    pub fn save_meta_app(&self, stored: &StoredApp) -> Result<(), StoreError> {
        let StoredApp { app, owner } = stored;
        self.transaction
            .prepare_cached(
                "INSERT INTO meta_app (id, route, app_id, name, door, redirect, config_id, owner, place)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                         (SELECT coalesce(max(place), 0) + 1 FROM meta_app))
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, door = excluded.door,
                     redirect = excluded.redirect, config_id = excluded.config_id, owner = excluded.owner",
            )?
            .execute(params![
                app.key.code(),
                app.key.route().code(),
                app.key.app_id(),
                app.name,
                app.door.code(),
                app.redirect.as_ref().map(Url::as_str),
                app.config_id,
                owner,
            ])?;
        Ok(())
    }

    /// Gives an app another key in its place: its id was mistyped.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where nobody has the old key.
    pub fn rename_meta_app(&self, old: &AppKey, new: &AppKey) -> Result<(), StoreError> {
        let changed = self.transaction.execute(
            "UPDATE meta_app SET id = ?2, route = ?3, app_id = ?4 WHERE id = ?1",
            params![old.code(), new.code(), new.route().code(), new.app_id()],
        )?;
        if changed == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict { table: "meta_app" })
        }
    }

    /// Puts an app before all others.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn put_meta_app_first(&self, key: &AppKey) -> Result<(), StoreError> {
        self.transaction.execute(
            "UPDATE meta_app SET place = (SELECT min(place) - 1 FROM meta_app) WHERE id = ?1",
            [key.code()],
        )?;
        Ok(())
    }

    /// Forgets an app; its secret is removed by its owner.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    pub fn remove_meta_app(&self, key: &AppKey) -> Result<(), StoreError> {
        let sql = "DELETE FROM meta_app WHERE id = ?1";
        self.transaction.execute(sql, [key.code()])?;
        Ok(())
    }
}

fn read(cells: &Cells<'_>) -> Result<StoredApp, StoreError> {
    let redirect: Option<String> = cells.get("redirect")?;
    let redirect = redirect.map(|text| Url::parse(&text));
    let app = MetaApp {
        key: AppKey::new(
            cells.code("route", Route::from_code)?,
            cells.get::<String>("app_id")?,
        ),
        name: cells.get("name")?,
        door: cells.code("door", Door::from_code)?,
        redirect: redirect.transpose().map_err(|_| cells.bad("redirect"))?,
        config_id: cells.get("config_id")?,
    };
    Ok(StoredApp {
        app,
        owner: cells.get("owner")?,
    })
}
