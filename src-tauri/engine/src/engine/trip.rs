//! What a wish to connect comes to: through which Meta app, by which door, with which permissions.

use domain::account::AccountId;
use domain::attempt::Purpose;
use domain::door::Door;
use domain::grant::{Route, Scopes};
use domain::meta_app::{AppKey, MetaApp};

use super::Engine;
use crate::command::ErrorCode;

/// What `connect` was asked with.
pub(super) struct Wish {
    pub(super) route: Route,
    pub(super) expected: Option<String>,
    pub(super) app: Option<String>,
    pub(super) door: Option<Door>,
    pub(super) permissions: Option<Vec<String>>,
    pub(super) browser: bool,
}

/// What is done about it.
pub(super) struct Trip {
    pub(super) purpose: Purpose,
    pub(super) app: MetaApp,
    pub(super) door: Door,
    pub(super) scopes: Scopes,
}

impl Engine {
    /// The app is the one that is named; else that of the account that is expected; else the route's first. Nothing
    /// is taken from an attempt that waits: it may be somebody else's, at another window or in a terminal.
    pub(super) fn trip(&self, wish: Wish) -> Result<Trip, ErrorCode> {
        let purpose = match wish.expected {
            Some(id) => Purpose::Reconnect(self.one(id)?),
            None => Purpose::Connect,
        };
        let app = self.app_for(wish.route, wish.app.as_deref(), &purpose)?;
        let door = wish.door.unwrap_or(app.door);
        // Meta takes plain `http://localhost` for Facebook Login only. (Meta platform reference, C3, way 8.)
        if door == Door::Localhost && wish.route != Route::Facebook {
            return Err(ErrorCode::InvalidInput);
        }
        let scopes = match wish.permissions {
            Some(named) => asked_for(wish.route, &named)?,
            None => wish.route.scopes().iter().copied().collect(),
        };
        Ok(Trip {
            purpose,
            app,
            door,
            scopes,
        })
    }

    fn app_for(
        &self,
        route: Route,
        named: Option<&str>,
        purpose: &Purpose,
    ) -> Result<MetaApp, ErrorCode> {
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        if let Some(named) = named {
            let kept = self.kept_app(named)?;
            if kept.app.key.route() != route {
                return Err(ErrorCode::InvalidInput);
            }
            return Ok(kept.app.clone());
        }
        let expected: Option<&AccountId> = match purpose {
            Purpose::Reconnect(id) => Some(id),
            Purpose::Connect => None,
        };
        let account = expected.and_then(|id| self.roster.account(id));
        let own = account.and_then(|account| account.app.as_ref());
        let own = own.filter(|key: &&AppKey| key.route() == route);
        let kept = own
            .and_then(|key| records.app(key))
            .or_else(|| records.first_app(route));
        Ok(kept.ok_or(ErrorCode::NoCredentials)?.app.clone())
    }
}

/// The permissions named, and those without which nothing works.
fn asked_for(route: Route, named: &[String]) -> Result<Scopes, ErrorCode> {
    let known = |name: &String| route.scopes().contains(&name.as_str());
    if !named.iter().all(known) {
        return Err(ErrorCode::InvalidInput);
    }
    let wanted = |scope: &&str| {
        route.needed_scopes().contains(scope) || named.iter().any(|name| name == scope)
    };
    Ok(route.scopes().iter().copied().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_asked_for_whatever_is_named_and_nothing_unknown_ever() {
        let asked = |named: &[&str]| {
            let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
            asked_for(Route::Instagram, &named).map(|scopes| scopes.to_string())
        };
        assert_eq!(asked(&[]).unwrap(), "instagram_business_basic");
        assert_eq!(
            asked(&["instagram_business_content_publish"]).unwrap(),
            "instagram_business_basic,instagram_business_content_publish"
        );
        for unknown in ["instagram_basic", "", "instagram_business_basic,x"] {
            assert_eq!(asked(&[unknown]), Err(ErrorCode::InvalidInput), "{unknown}");
        }
    }
}
