//! The Meta apps of a world: those it was started with, and those the control registered since.

use serde::{Deserialize, Serialize};

use crate::config::MetaApp;

/// All apps. Only those the control registered are saved; the others come with every start.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Registry {
    #[serde(skip)]
    configured: Vec<MetaApp>,
    /// One of these with the Instagram app id of a configured app stands in its place.
    added: Vec<MetaApp>,
}

impl Registry {
    /// Takes in the apps a sandbox is started with.
    pub(crate) fn install(&mut self, apps: Vec<MetaApp>) {
        self.configured = apps;
    }

    /// Registers an app, or changes the one with the same Instagram app id.
    pub(crate) fn put(&mut self, app: MetaApp) {
        self.added.retain(|known| known.app_id != app.app_id);
        self.added.push(app);
    }

    /// All apps: the configured ones in their order, then the others.
    pub(crate) fn all(&self) -> impl Iterator<Item = &MetaApp> {
        let instead = |app: &MetaApp| self.added.iter().find(|other| other.app_id == app.app_id);
        let news = self
            .added
            .iter()
            .filter(|app| !self.configured.iter().any(|it| it.app_id == app.app_id));
        self.configured
            .iter()
            .map(move |app| instead(app).unwrap_or(app))
            .chain(news)
    }

    /// The app with this *Instagram* app id. A Facebook app id finds nothing.
    pub(crate) fn instagram(&self, id: &str) -> Option<&MetaApp> {
        self.all().find(|app| app.app_id == id)
    }

    /// The app with this *Facebook* app id. An Instagram app id finds nothing.
    pub(crate) fn facebook(&self, id: &str) -> Option<&MetaApp> {
        self.all()
            .find(|app| !id.is_empty() && app.facebook_app_id == id)
    }

    /// The app that goes by this number on either route.
    pub(crate) fn by_either(&self, id: &str) -> Option<&MetaApp> {
        self.all().find(|app| app.goes_by(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registered_app_stands_in_the_place_of_a_configured_one() {
        let mut registry = Registry::default();
        registry.install(vec![MetaApp::practice(), MetaApp::numbered(1)]);
        let renamed = MetaApp {
            name: "Renamed".to_owned(),
            ..MetaApp::practice()
        };
        registry.put(renamed);
        registry.put(MetaApp::numbered(2));
        let names: Vec<_> = registry.all().map(|app| app.name.as_str()).collect();
        assert_eq!(
            names,
            ["Renamed", "Relink (practice 2)", "Relink (practice 3)"]
        );
    }

    #[test]
    fn the_two_numbers_of_an_app_are_not_interchangeable() {
        let mut registry = Registry::default();
        registry.install(vec![MetaApp::practice()]);
        let app = MetaApp::practice();
        assert!(registry.instagram(&app.facebook_app_id).is_none());
        assert!(registry.facebook(&app.app_id).is_none());
        assert!(registry.by_either(&app.facebook_app_id).is_some());
        assert!(registry.facebook("").is_none());
    }
}
