//! Meta apps while the sandbox runs, and who is a tester of which.

use serde::{Deserialize, Serialize};

use crate::{
    config::{AppMode, MetaApp},
    control::{Control, ControlError},
    world::tester::{Standing, Tester},
};

/// A Meta app without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppView {
    /// The Instagram app id.
    pub app_id: String,
    /// The Facebook app id; empty where Facebook Login is not set up.
    pub facebook_app_id: String,
    /// What the consent page calls it.
    pub name: String,
    /// Whether it is published.
    pub mode: AppMode,
    /// Redirect addresses registered for Instagram Login.
    pub redirect_uris: Vec<String>,
    /// Redirect addresses registered for Facebook Login.
    pub facebook_redirect_uris: Vec<String>,
    /// Instagram scopes enabled on it.
    pub scopes: Vec<String>,
    /// Facebook scopes enabled on it.
    pub facebook_scopes: Vec<String>,
}

impl Control {
    /// All apps: those of the configuration, then those registered since.
    pub fn apps(&self) -> Vec<AppView> {
        let view = |app: &MetaApp| AppView {
            app_id: app.app_id.clone(),
            facebook_app_id: app.facebook_app_id.clone(),
            name: app.name.clone(),
            mode: app.mode,
            redirect_uris: app.redirect_uris.clone(),
            facebook_redirect_uris: app.facebook_redirect_uris.clone(),
            scopes: app.scopes.clone(),
            facebook_scopes: app.facebook_scopes.clone(),
        };
        self.shared
            .read(|world, _| world.apps.all().map(view).collect())
    }

    /// Registers a Meta app, or changes the one with the same Instagram app id.
    ///
    /// # Errors
    /// [`ControlError::NotAnApp`]: an id that is not digits, an id another app has, no secret.
    pub fn put_app(&self, app: MetaApp) -> Result<(), ControlError> {
        let digits = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let has_facebook = !app.facebook_app_id.is_empty();
        if !digits(&app.app_id) || has_facebook && !digits(&app.facebook_app_id) {
            return Err(ControlError::NotAnApp("its ids are digits"));
        }
        if app.app_secret.is_empty() || has_facebook && app.facebook_app_secret.is_empty() {
            return Err(ControlError::NotAnApp("each id needs a secret"));
        }
        self.shared.change(|world, _| {
            let goes_by_one =
                |other: &MetaApp| other.goes_by(&app.app_id) || other.goes_by(&app.facebook_app_id);
            let taken = world
                .apps
                .all()
                .any(|it| it.app_id != app.app_id && goes_by_one(it));
            if taken || app.app_id == app.facebook_app_id {
                return Err(ControlError::NotAnApp("another app has this id"));
            }
            world.apps.put(app);
            Ok(())
        })
    }

    /// Publishes an app, or takes it back into development; by either of its ids.
    ///
    /// # Errors
    /// [`ControlError::UnknownApp`].
    pub fn app_mode(&self, app_id: &str, mode: AppMode) -> Result<(), ControlError> {
        self.shared.change(|world, _| {
            let app = world.apps.by_either(app_id).cloned();
            let app = app.ok_or_else(|| ControlError::UnknownApp(app_id.to_owned()))?;
            world.apps.put(MetaApp { mode, ..app });
            Ok(())
        })
    }

    /// How an account stands to one app from now on, whatever it is to the others.
    ///
    /// # Errors
    /// [`ControlError::UnknownAccount`] or [`ControlError::UnknownApp`].
    pub fn tester(
        &self,
        account_id: &str,
        app_id: &str,
        tester: Tester,
    ) -> Result<(), ControlError> {
        let app = self.instagram_app(Some(app_id))?;
        self.shared.change(|world, now| {
            let account = world.accounts.get_mut(account_id);
            let account =
                account.ok_or_else(|| ControlError::UnknownAccount(account_id.to_owned()))?;
            account
                .testers
                .insert(app.app_id, Standing::set(tester, now));
            Ok(())
        })
    }

    /// The app with this Instagram app id, or the first one.
    pub(crate) fn instagram_app(&self, app_id: Option<&str>) -> Result<MetaApp, ControlError> {
        let found = self.shared.read(|world, _| match app_id {
            Some(id) => world.apps.instagram(id).cloned(),
            None => world.apps.all().next().cloned(),
        });
        found.ok_or_else(|| ControlError::UnknownApp(app_id.unwrap_or_default().to_owned()))
    }

    /// The app with this Facebook app id, or the first one.
    pub(crate) fn facebook_app(&self, app_id: Option<&str>) -> Result<MetaApp, ControlError> {
        let found = self.shared.read(|world, _| match app_id {
            Some(id) => world.apps.facebook(id).cloned(),
            None => world.apps.all().next().cloned(),
        });
        found.ok_or_else(|| ControlError::UnknownApp(app_id.unwrap_or_default().to_owned()))
    }
}
