//! The person's Meta apps: entering, changing and forgetting them.

use domain::account::Account;
use domain::connection::Undo;
use domain::door::Door;
use domain::grant::Route;
use domain::journal::{Entry, EntryKind};
use domain::meta_app::{AppKey, MetaApp, is_app_secret};
use domain::roster::Reaction;
use meta::{AppCredentials, AppSecret};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Engine;
use super::doors::registered;
use crate::command::ErrorCode;
use crate::records::{AppSaved, KeptApp};
use crate::view::{AppTroubleView, CredentialsView, moment};

/// A Meta app as it was entered.
pub(super) struct Entered {
    pub(super) id: Option<String>,
    pub(super) route: Route,
    pub(super) app_id: String,
    pub(super) secret: Option<SecretString>,
    pub(super) name: String,
    pub(super) door: Option<Door>,
    pub(super) redirect: Option<String>,
    pub(super) config_id: Option<String>,
}

impl Engine {
    pub(super) fn kept_app(&self, id: &str) -> Result<&KeptApp, ErrorCode> {
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let key = AppKey::from_code(id).ok_or(ErrorCode::UnknownApp)?;
        records.app(&key).ok_or(ErrorCode::UnknownApp)
    }

    /// A Meta app with its secret, opened for the one use it is wanted for.
    pub(super) fn app_credentials(&self, key: &AppKey) -> Result<AppCredentials, ErrorCode> {
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        if records.app(key).is_none_or(|kept| !kept.has_secret) {
            return Err(ErrorCode::NoCredentials);
        }
        let secret = records.open_app_secret(key);
        Ok(AppCredentials {
            app_id: key.app_id().to_owned(),
            app_secret: AppSecret::new(secret.map_err(|error| error.code())?),
        })
    }

    /// Whether an app may not go yet: an account belongs to it, a deleted one may still come back to it, or an attempt
    /// that is not over goes through it. Without it what comes back would belong to nothing.
    fn in_use(&self, key: &AppKey) -> bool {
        let comes_back = |account: &Account| {
            let removal = account.removed();
            removal.is_none_or(|removal| removal.undo != Undo::Gone)
        };
        let mut accounts = self.roster.accounts();
        let attempts = self.roster.attempt().filter(|attempt| attempt.goes_on());
        let interrupted = self.keys.resume.iter().map(|(attempt, _)| attempt);
        let mut attempts = attempts
            .into_iter()
            .chain(self.roster.earlier_attempts())
            .chain(interrupted);
        accounts.any(|it| it.app.as_ref() == Some(key) && comes_back(it))
            || attempts.any(|attempt| attempt.app == *key)
    }

    pub(super) fn save_app(&mut self, entered: Entered) -> Result<(), ErrorCode> {
        let old = entered.id.as_deref().map(|id| self.kept_app(id));
        let old = old.transpose()?.map(|kept| kept.app.clone());
        let key = AppKey::new(entered.route, entered.app_id.trim());
        let endpoints = &self.config.endpoints.redirect;
        let redirect = entered.redirect.map(|text| text.trim().to_owned());
        let redirect = redirect.filter(|text| !text.is_empty());
        let redirect = redirect.map(|text| Url::parse(&text)).transpose();
        let redirect = redirect.map_err(|_| ErrorCode::InvalidInput)?;
        let door = entered.door.or(old.as_ref().map(|old| old.door));
        let door = door.unwrap_or(match &redirect {
            _ if endpoints.registered == endpoints.listen => Door::Direct,
            Some(_) => Door::Bounce,
            None => Door::Paste,
        });
        // The address stays while the door does: most changes are about something else.
        let kept = old.as_ref().filter(|old| old.door == door);
        let redirect = redirect.or_else(|| kept.and_then(|old| old.redirect.clone()));
        let config_id = entered.config_id.map(|text| text.trim().to_owned());
        let app = MetaApp {
            name: entered.name.trim().to_owned(),
            door,
            redirect,
            config_id: config_id.filter(|text| !text.is_empty()),
            key,
        };
        self.keep_app(old.map(|old| old.key), &app, entered.secret, false)
    }

    /// One app for each route was all there was once: an id that is known gets the secret, any other is a new app. It
    /// is the one that new accounts belong to.
    pub(super) fn set_credentials(
        &mut self,
        route: Route,
        app_id: &str,
        secret: SecretString,
    ) -> Result<(), ErrorCode> {
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let key = AppKey::new(route, app_id.trim());
        let old = records.app(&key).map(|kept| kept.app.clone());
        let known = old.is_some();
        let app = old.unwrap_or_else(|| MetaApp::new(key.clone()));
        self.keep_app(known.then_some(key), &app, Some(secret), true)
    }

    fn keep_app(
        &mut self,
        old: Option<AppKey>,
        app: &MetaApp,
        secret: Option<SecretString>,
        first: bool,
    ) -> Result<(), ErrorCode> {
        let now = self.now();
        let secret = secret.as_ref().map(|text| text.expose_secret().trim());
        let secret = secret.filter(|text| !text.is_empty());
        if app.check().is_err() || secret.is_some_and(|text| !is_app_secret(text)) {
            return Err(ErrorCode::InvalidInput);
        }
        let renamed = old.as_ref().filter(|old| **old != app.key);
        if renamed.is_some_and(|old| self.in_use(old)) {
            return Err(ErrorCode::AppInUse);
        }
        let records = self.records.as_mut().ok_or(ErrorCode::Database)?;
        // Another app has this id already: two names for one thing would part its accounts.
        if old.as_ref() != Some(&app.key) && records.app(&app.key).is_some() {
            return Err(ErrorCode::InvalidInput);
        }
        let saved = AppSaved {
            old: old.as_ref(),
            app,
            secret,
            first,
        };
        records.save_app(&saved, now).map_err(|error| {
            tracing::error!(%error, "the Meta app could not be saved");
            error.code()
        })?;
        let route = app.key.route().code();
        let entry = Entry::app(EntryKind::CredentialsSaved, now).with("route", route);
        self.carry_out(Reaction {
            entries: vec![entry],
            ..Reaction::default()
        });
        Ok(())
    }

    pub(super) fn remove_app(&mut self, id: &str) -> Result<(), ErrorCode> {
        let key = self.kept_app(id)?.app.key.clone();
        if self.in_use(&key) {
            return Err(ErrorCode::AppInUse);
        }
        let records = self.records.as_mut().ok_or(ErrorCode::Database)?;
        records.remove_app(&key).map_err(|error| error.code())?;
        tracing::info!(app = %key, "a Meta app was removed");
        Ok(())
    }

    pub(super) fn credentials_views(&self) -> Vec<CredentialsView> {
        let kept = self.records.as_ref().map_or(&[][..], |it| it.apps());
        kept.iter()
            .map(|kept| self.credentials_view(kept))
            .collect()
    }

    fn credentials_view(&self, kept: &KeptApp) -> CredentialsView {
        let app = &kept.app;
        CredentialsView {
            id: app.key.code(),
            route: app.key.route().code(),
            app_id: app.key.app_id().to_owned(),
            name: app.name.clone(),
            secret_saved: kept.has_secret,
            door: app.door.code(),
            redirect_address: registered(app, app.door, &self.config.endpoints)
                .map(String::from)
                .unwrap_or_default(),
            config_id: app.config_id.clone(),
            accounts: self.roster.count_of_app(&app.key),
            trouble: self.app_trouble(&app.key),
        }
    }

    /// What is wrong with an app itself: suspected, because its accounts fail alike, or said outright.
    fn app_trouble(&self, key: &AppKey) -> Option<AppTroubleView> {
        let refused = self.roster.refused_apps();
        let own = refused.iter().find(|it| it.app.as_ref() == Some(key))?;
        Some(AppTroubleView {
            cause: own.cause.code(),
            since: moment(own.since),
            retry_at: Some(moment(own.retry_at)),
            count: own.accounts.len(),
        })
    }
}
