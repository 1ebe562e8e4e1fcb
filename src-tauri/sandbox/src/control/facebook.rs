//! What the control does at Facebook: people, Pages, the dialog.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    control::{Control, ControlError},
    params::Params,
    world::{
        World,
        facebook::{
            Grant,
            change::{PageChange, PersonChange},
            dialog::{DialogAnswer, DialogRefusal, DialogRequest},
            view::{PageView, PersonView},
        },
    },
};

/// A user token to mint that is not simply long-lived, all-permitted and for all Pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserToken {
    /// For which app, by its Facebook app id; the first one if not given.
    pub app_id: Option<String>,
    /// Scopes; all of the app's if not given.
    pub scopes: Option<BTreeSet<String>>,
    /// Ids of Pages; all the person has a role on if not given.
    pub pages: Option<BTreeSet<String>>,
}

impl Control {
    /// Everyone at Facebook, in the order of their ids.
    pub fn people(&self) -> Vec<PersonView> {
        self.shared.read(|world, _| {
            let people = world.facebook.people.values();
            people.map(PersonView::of).collect()
        })
    }

    /// One person.
    ///
    /// # Errors
    /// [`ControlError::UnknownPerson`].
    pub fn person(&self, person_id: &str) -> Result<PersonView, ControlError> {
        let found = self.shared.read(|world, _| {
            let person = world.facebook.people.get(person_id);
            person.map(PersonView::of)
        });
        found.ok_or_else(|| ControlError::UnknownPerson(person_id.to_owned()))
    }

    /// Every Page, in the order of their ids.
    pub fn pages(&self) -> Vec<PageView> {
        self.shared.read(|world, _| {
            let pages = world.facebook.pages.values();
            pages.map(|page| PageView::of(world, page)).collect()
        })
    }

    /// One Page.
    ///
    /// # Errors
    /// [`ControlError::UnknownPage`].
    pub fn page(&self, page_id: &str) -> Result<PageView, ControlError> {
        let found = self.shared.read(|world, _| {
            let page = world.facebook.pages.get(page_id);
            page.map(|page| PageView::of(world, page))
        });
        found.ok_or_else(|| ControlError::UnknownPage(page_id.to_owned()))
    }

    /// Every token of Facebook's that this run handed out, of people and of Pages: for tests that search for them.
    pub fn facebook_tokens(&self) -> Vec<String> {
        let tokens = |world: &World| world.facebook.handed_out.iter().cloned().collect();
        self.shared.read(|world, _| tokens(world))
    }

    /// Lets something happen to a person at Facebook.
    ///
    /// # Errors
    /// [`ControlError::UnknownPerson`].
    pub fn apply_person(&self, person_id: &str, change: PersonChange) -> Result<(), ControlError> {
        let known = self
            .shared
            .change(|world, now| world.change_person(person_id, change, now));
        known
            .then_some(())
            .ok_or_else(|| ControlError::UnknownPerson(person_id.to_owned()))
    }

    /// Lets something happen to a Page.
    ///
    /// # Errors
    /// [`ControlError::UnknownPage`].
    pub fn apply_page(&self, page_id: &str, change: PageChange) -> Result<(), ControlError> {
        let known = self
            .shared
            .change(|world, _| world.change_page(page_id, change));
        known
            .then_some(())
            .ok_or_else(|| ControlError::UnknownPage(page_id.to_owned()))
    }

    /// A long-lived user token without dialog and exchange.
    ///
    /// # Errors
    /// [`ControlError::UnknownPerson`] or [`ControlError::UnknownApp`].
    pub fn mint_user_token(
        &self,
        person_id: &str,
        wanted: UserToken,
    ) -> Result<String, ControlError> {
        let app = self.facebook_app(wanted.app_id.as_deref())?;
        let person = self.person(person_id)?;
        let all = person.roles.into_iter().map(|role| role.page_id);
        let pages = wanted.pages.unwrap_or_else(|| all.collect());
        let granted = wanted
            .scopes
            .unwrap_or_else(|| app.facebook_scopes.iter().cloned().collect());
        let minted = self.shared.change(|world, now| {
            let grant = Grant {
                granted,
                pages,
                consented_at: now,
                ..Grant::default()
            };
            world.mint_user_token(&app.facebook_app_id, person_id, grant, now)
        });
        minted.ok_or_else(|| ControlError::UnknownPerson(person_id.to_owned()))
    }

    /// Answers a request to Facebook's dialog as the person would in the browser, and returns the
    /// address the browser is sent to. The same rules as on the page, without a browser.
    ///
    /// # Errors
    /// [`ControlError::DialogRefused`] with the text the page would show.
    pub fn answer_dialog(
        &self,
        dialog_url: &str,
        person_id: &str,
        answer: &DialogAnswer,
    ) -> Result<String, ControlError> {
        let query = dialog_url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let params = Params::parse(query.as_bytes());
        let strict = self.shared.strict_redirects;
        let outcome = self.shared.change(|world, now| {
            let request = DialogRequest::check(&params, world, strict)?;
            let person = world.may_use_dialog(person_id)?;
            let DialogAnswer::Allow {
                untick,
                untick_pages,
            } = answer
            else {
                return Ok(request.denied());
            };
            let shown = request.shown(person).into_iter();
            let ticked = shown.filter(|scope| !untick.contains(scope)).collect();
            let pages = person.roles.keys();
            let pages = pages.filter(|id| !untick_pages.contains(*id)).cloned();
            let pages = pages.collect();
            let code = world.allow_dialog(&request, person_id, &ticked, &pages, now);
            let code = code.ok_or(DialogRefusal::NotLoggedIn)?;
            Ok(request.allowed(&code))
        });
        outcome.map_err(ControlError::DialogRefused)
    }
}
