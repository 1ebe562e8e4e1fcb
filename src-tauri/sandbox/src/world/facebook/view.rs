//! What the control shows of Facebook.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::world::{
    World,
    facebook::{DATA_ACCESS, Page, Person, Relation},
};

/// A person at Facebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// The person's own id; apps see another one each.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// Whether two-factor authentication is on.
    pub two_factor: bool,
    /// 459.
    pub checkpoint: bool,
    /// Their roles on Pages, in the order of the Pages' ids.
    pub roles: Vec<RoleView>,
    /// What they gave to apps.
    pub grants: Vec<GrantView>,
}

/// A person's role on a Page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleView {
    /// The Page's id.
    pub page_id: String,
    /// What the person may do there.
    pub tasks: Vec<String>,
    /// Whether only the business portfolio gives it.
    pub through_business: bool,
    /// Whether it was lost.
    pub lost: bool,
}

/// What a person gave to one app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantView {
    /// The Facebook app id.
    pub app_id: String,
    /// Permissions in force.
    pub granted: BTreeSet<String>,
    /// Permissions unticked or taken back.
    pub declined: BTreeSet<String>,
    /// Ids of the ticked Pages.
    pub pages: BTreeSet<String>,
    /// End of data access, UTC in milliseconds.
    pub data_access_expires_at: i64,
    /// Whether the person removed the app.
    pub removed: bool,
}

/// A Page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageView {
    /// Fifteen digits.
    pub id: String,
    /// As people see it.
    pub name: String,
    /// As it stands in its address.
    pub username: String,
    /// The linked Instagram account.
    pub instagram: Option<String>,
    /// The business portfolio.
    pub business_id: Option<String>,
    /// How it belongs to the portfolio.
    pub relation: Option<Relation>,
    /// Whether the portfolio demands two-factor authentication.
    pub demands_two_factor: bool,
    /// Whether it was deleted.
    pub deleted: bool,
}

impl PersonView {
    pub(crate) fn of(person: &Person) -> Self {
        let roles = person.roles.iter().map(|(page_id, role)| RoleView {
            page_id: page_id.clone(),
            tasks: role.tasks.clone(),
            through_business: role.through_business,
            lost: role.lost,
        });
        let grants = person.grants.iter().map(|(app_id, grant)| GrantView {
            app_id: app_id.clone(),
            granted: grant.granted.clone(),
            declined: grant.declined.clone(),
            pages: grant.pages.clone(),
            data_access_expires_at: grant.consented_at + DATA_ACCESS,
            removed: grant.removed,
        });
        Self {
            id: person.id.clone(),
            name: person.name.clone(),
            two_factor: person.two_factor,
            checkpoint: person.checkpoint,
            roles: roles.collect(),
            grants: grants.collect(),
        }
    }
}

impl PageView {
    pub(crate) fn of(world: &World, page: &Page) -> Self {
        let business = page.business.as_ref();
        let known = business.and_then(|(id, _)| world.facebook.businesses.get(id));
        Self {
            id: page.id.clone(),
            name: page.name.clone(),
            username: page.username.clone(),
            instagram: page.instagram.clone(),
            business_id: business.map(|(id, _)| id.clone()),
            relation: business.map(|(_, relation)| *relation),
            demands_two_factor: known.is_some_and(|business| business.demands_two_factor),
            deleted: page.deleted,
        }
    }
}
