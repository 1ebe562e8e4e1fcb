//! What can happen to a person at Facebook, and to a Page.

use serde::{Deserialize, Serialize};

use crate::world::{
    World,
    facebook::{DATA_ACCESS, token::Ending},
};

/// Something that happens to a person at Facebook. As JSON: `{"change":"checkpoint_set"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", content = "to", rename_all = "snake_case")]
pub enum PersonChange {
    /// All tokens end with 460, those of all their Pages included.
    PasswordChanged,
    /// Two-factor turned on or off; at Facebook the sessions stay.
    TwoFactorChanged {
        /// Whether it is on afterwards.
        on: bool,
    },
    /// The person removed the apps: all tokens end with 458.
    AppRemoved,
    /// All tokens end with 467.
    LoggedOut,
    /// The sixty days of the user tokens are over; Pages' tokens without an end live on.
    Expired,
    /// 459 until cleared; the tokens live on.
    CheckpointSet,
    /// The person answered the checkpoint.
    CheckpointCleared,
    /// One permission taken away, as on the page "Business integrations".
    PermissionDeclined(String),
    /// Every declined permission is given again.
    PermissionsGranted,
    /// The ninety days of data access are over; the tokens live on.
    DataAccessExpired,
    /// The role on this Page is lost.
    PageRoleLost(String),
    /// The role on this Page is back.
    PageRoleRestored(String),
    /// The person may do these tasks on a Page from now on.
    TasksChanged {
        /// The Page's id.
        page_id: String,
        /// Such as `CREATE_CONTENT`.
        tasks: Vec<String>,
    },
}

/// Something that happens to a Page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", content = "to", rename_all = "snake_case")]
pub enum PageChange {
    /// The Instagram account is not linked any more.
    Unlinked,
    /// This Instagram account is linked.
    Linked(String),
    /// Deleted: its tokens say so.
    Deleted,
    /// The deletion is taken back.
    Restored,
    /// Another name.
    Renamed(String),
    /// Its business demands two-factor authentication: 492 for whoever has none.
    BusinessDemandsTwoFactor,
    /// The business demands it no longer.
    BusinessRelaxed,
}

impl World {
    /// Lets `change` happen to a person at `now`; `false` if there is no such person.
    pub(crate) fn change_person(
        &mut self,
        person_id: &str,
        change: PersonChange,
        now: i64,
    ) -> bool {
        let Some(person) = self.facebook.people.get_mut(person_id) else {
            return false;
        };
        let mut ending = None;
        match change {
            PersonChange::PasswordChanged => ending = Some(Ending::SecurityReset),
            PersonChange::LoggedOut => ending = Some(Ending::LoggedOut),
            PersonChange::AppRemoved => {
                let apps: Vec<_> = person.grants.keys().cloned().collect();
                for app_id in apps {
                    self.revoke(person_id, &app_id);
                }
            }
            PersonChange::TwoFactorChanged { on } => person.two_factor = on,
            PersonChange::Expired => self.expire_user_tokens(person_id, now),
            PersonChange::CheckpointSet => person.checkpoint = true,
            PersonChange::CheckpointCleared => person.checkpoint = false,
            PersonChange::PermissionDeclined(scope) => {
                for grant in person.grants.values_mut() {
                    grant.decline(&scope);
                }
            }
            PersonChange::PermissionsGranted => {
                for grant in person.grants.values_mut() {
                    grant.granted.append(&mut grant.declined);
                }
            }
            PersonChange::DataAccessExpired => {
                for grant in person.grants.values_mut() {
                    grant.consented_at = grant.consented_at.min(now - DATA_ACCESS);
                }
            }
            PersonChange::PageRoleLost(page) => {
                if let Some(role) = person.roles.get_mut(&page) {
                    role.lost = true;
                }
            }
            PersonChange::PageRoleRestored(page) => {
                if let Some(role) = person.roles.get_mut(&page) {
                    role.lost = false;
                }
            }
            PersonChange::TasksChanged { page_id, tasks } => {
                if let Some(role) = person.roles.get_mut(&page_id) {
                    role.tasks = tasks;
                }
            }
        }
        if let Some(ending) = ending {
            self.end_person_tokens(person_id, None, ending);
        }
        true
    }

    /// Lets `change` happen to a Page; `false` if there is no such Page.
    pub(crate) fn change_page(&mut self, page_id: &str, change: PageChange) -> bool {
        let Some(page) = self.facebook.pages.get_mut(page_id) else {
            return false;
        };
        match change {
            PageChange::Unlinked => page.instagram = None,
            PageChange::Linked(account_id) => page.instagram = Some(account_id),
            PageChange::Deleted => page.deleted = true,
            PageChange::Restored => page.deleted = false,
            PageChange::Renamed(name) => page.name = name,
            PageChange::BusinessDemandsTwoFactor => self.demand_two_factor(page_id, true),
            PageChange::BusinessRelaxed => self.demand_two_factor(page_id, false),
        }
        true
    }

    /// Takes the whole grant back: every token this person gave the app ends with 458, those of
    /// all Pages included (Meta platform reference, B3).
    pub(crate) fn revoke(&mut self, person_id: &str, app_id: &str) {
        let person = self.facebook.people.get_mut(person_id);
        if let Some(grant) = person.and_then(|person| person.grants.get_mut(app_id)) {
            grant.removed = true;
        }
        self.end_person_tokens(person_id, Some(app_id), Ending::AppRemoved);
    }

    /// Takes one permission back.
    pub(crate) fn decline(&mut self, person_id: &str, app_id: &str, scope: &str) {
        let person = self.facebook.people.get_mut(person_id);
        if let Some(grant) = person.and_then(|person| person.grants.get_mut(app_id)) {
            grant.decline(scope);
        }
    }

    /// Ends the living tokens of a person, of one app or of all; an earlier ending stays.
    fn end_person_tokens(&mut self, person_id: &str, app_id: Option<&str>, ending: Ending) {
        for token in self.facebook.tokens.values_mut() {
            let of_app = app_id.is_none_or(|app_id| token.app_id == app_id);
            if token.person_id == person_id && of_app {
                token.ended.get_or_insert(ending);
            }
        }
    }

    fn expire_user_tokens(&mut self, person_id: &str, now: i64) {
        for token in self.facebook.tokens.values_mut() {
            if token.person_id == person_id {
                token.expires_at = token.expires_at.map(|end| end.min(now));
            }
        }
    }

    /// A Page without a portfolio has nobody who could demand it; nothing happens then.
    fn demand_two_factor(&mut self, page_id: &str, demands: bool) {
        let page = self.facebook.pages.get(page_id);
        let business = page.and_then(|page| page.business.clone());
        let business = business.and_then(|(id, _)| self.facebook.businesses.get_mut(&id));
        if let Some(business) = business {
            business.demands_two_factor = demands;
        }
    }
}

impl super::Grant {
    /// Moves a permission to the declined ones, if it was granted.
    pub(crate) fn decline(&mut self, scope: &str) {
        if self.granted.remove(scope) {
            self.declined.insert(scope.to_owned());
        }
    }
}
