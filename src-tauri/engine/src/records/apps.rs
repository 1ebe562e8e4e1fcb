//! The Meta apps: what is known of them in the open, their secrets sealed.

use domain::Timestamp;
use domain::grant::Route;
use domain::meta_app::{AppKey, MetaApp};
use secrecy::ExposeSecret as _;
use store::{SecretState, Store, StoredApp};
use vault::SecretKind;

use super::writer::Writer;
use super::{Records, RecordsError};

/// A Meta app that is remembered.
#[derive(Debug, Clone)]
pub(crate) struct KeptApp {
    pub(crate) app: MetaApp,
    /// The owner its secret is sealed to.
    owner: String,
    /// Whether there is a secret.
    pub(crate) has_secret: bool,
}

/// A Meta app as it is to be from now on.
pub(crate) struct AppSaved<'a> {
    /// The key it has until now; none for a new one.
    pub(crate) old: Option<&'a AppKey>,
    pub(crate) app: &'a MetaApp,
    /// The secret, where it is new.
    pub(crate) secret: Option<&'a str>,
    /// Whether it becomes the one that new accounts belong to.
    pub(crate) first: bool,
}

/// Every app, in the person's order.
pub(super) fn read(store: &Store) -> Result<Vec<KeptApp>, RecordsError> {
    let view = store.read();
    let mut apps = Vec::new();
    for StoredApp { app, owner } in view.meta_apps()? {
        let secrets = view.secrets(&owner)?;
        apps.push(KeptApp {
            app,
            has_secret: !secrets.is_empty(),
            owner,
        });
    }
    Ok(apps)
}

impl Records {
    /// Every app, in the person's order.
    pub(crate) fn apps(&self) -> &[KeptApp] {
        &self.apps
    }

    pub(crate) fn app(&self, key: &AppKey) -> Option<&KeptApp> {
        self.apps.iter().find(|kept| kept.app.key == *key)
    }

    /// The app that new accounts of a route belong to.
    pub(crate) fn first_app(&self, route: Route) -> Option<&KeptApp> {
        let mut apps = self.apps.iter();
        apps.find(|kept| kept.app.key.route() == route)
    }

    pub(crate) fn save_app(
        &mut self,
        saved: &AppSaved<'_>,
        now: Timestamp,
    ) -> Result<(), RecordsError> {
        let key = &saved.app.key;
        let kept = saved.old.and_then(|old| self.app(old));
        let owner = kept.map_or_else(|| self.free_owner(key), |kept| kept.owner.clone());
        let secrets = self.store.read().secrets(&owner)?;
        let generation = secrets.first().map_or(0, |secret| secret.generation) + 1;
        let (database, sealing) = (&self.database, self.key.as_ref());
        self.store.transaction(|tx| {
            if let Some(old) = saved.old.filter(|old| *old != key) {
                tx.rename_meta_app(old, key)?;
            }
            tx.save_meta_app(&StoredApp {
                app: saved.app.clone(),
                owner: owner.clone(),
            })?;
            if saved.first {
                tx.put_meta_app_first(key)?;
            }
            if let Some(secret) = saved.secret {
                let writer = Writer {
                    tx,
                    database,
                    key: sealing,
                    now,
                };
                tx.remove_secrets(&owner)?;
                let (kind, state) = (SecretKind::AppSecret, SecretState::Current);
                writer.add(&owner, kind, generation, state, secret)?;
            }
            Ok::<_, RecordsError>(())
        })?;
        self.apps = read(&self.store)?;
        self.store.empty_log()?;
        Ok(())
    }

    /// An owner that no app has yet. One whose id was corrected goes on under the owner it had.
    fn free_owner(&self, key: &AppKey) -> String {
        let taken = |owner: &String| self.apps.iter().any(|kept| kept.owner == *owner);
        let plain = format!("app:{key}");
        let numbered = (2..).map(|number: u32| format!("{plain}:{number}"));
        let mut owners = std::iter::once(plain.clone()).chain(numbered);
        owners.find(|owner| !taken(owner)).unwrap_or(plain)
    }

    /// Forgets an app and its secret.
    pub(crate) fn remove_app(&mut self, key: &AppKey) -> Result<(), RecordsError> {
        let owner = self.app(key).map(|kept| kept.owner.clone());
        let owner = owner.ok_or(RecordsError::Nothing)?;
        self.store.transaction(|tx| {
            tx.remove_secrets(&owner)?;
            tx.remove_meta_app(key)
        })?;
        self.apps = read(&self.store)?;
        self.store.empty_log()?;
        Ok(())
    }

    pub(crate) fn open_app_secret(&self, key: &AppKey) -> Result<String, RecordsError> {
        let kept = self.app(key).ok_or(RecordsError::Nothing)?;
        Ok(self
            .unseal(&kept.owner, SecretKind::AppSecret, None)?
            .expose_secret()
            .to_owned())
    }
}
