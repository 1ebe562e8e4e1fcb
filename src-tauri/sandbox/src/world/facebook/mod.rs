//! The Facebook side of the world: people, their Pages and business portfolios, and what they gave
//! to apps (Meta platform reference, B). The Instagram accounts behind the Pages are those of the
//! Instagram route.

pub(crate) mod change;
pub(crate) mod dialog;
pub(crate) mod people;
pub(crate) mod token;
pub(crate) mod view;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    dice,
    time::DAY,
    world::{World, account::Account},
};
use token::{Code, Token};

/// How long an app may read data after the last consent (Meta platform reference, B3).
pub(crate) const DATA_ACCESS: i64 = 90 * DAY;
/// The task without which nothing can be published on a Page.
pub(crate) const CREATE_CONTENT: &str = "CREATE_CONTENT";

/// Everything that is known at Facebook only.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Facebook {
    pub(crate) people: BTreeMap<String, Person>,
    pub(crate) pages: BTreeMap<String, Page>,
    pub(crate) businesses: BTreeMap<String, Business>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) tokens: BTreeMap<String, Token>,
    /// Browsers that are logged in, by the fingerprint of their cookie.
    pub(crate) sessions: BTreeMap<String, String>,
    /// The tokens that this run handed out, so that a test can search for them. In memory only.
    #[serde(skip)]
    pub(crate) handed_out: BTreeSet<String>,
}

/// Somebody with a Facebook profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) two_factor: bool,
    /// Facebook asks for something before anything works (459).
    pub(crate) checkpoint: bool,
    /// Their roles on Pages, by the Page's id.
    pub(crate) roles: BTreeMap<String, Role>,
    /// What they gave to which app, by *Facebook* app id.
    pub(crate) grants: BTreeMap<String, Grant>,
}

/// What somebody may do on a Page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) tasks: Vec<String>,
    /// Held through a business portfolio only: `/me/accounts` does not list such a Page.
    pub(crate) through_business: bool,
    pub(crate) lost: bool,
}

/// A Facebook Page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) username: String,
    /// The linked Instagram account.
    pub(crate) instagram: Option<String>,
    /// The portfolio it belongs to, and how.
    pub(crate) business: Option<(String, Relation)>,
    pub(crate) deleted: bool,
}

/// How a Page belongs to a portfolio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// `/{business}/owned_pages`.
    Owned,
    /// `/{business}/client_pages`.
    Client,
}

/// A business portfolio.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Business {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Whoever works on its Pages must have two-factor authentication turned on.
    pub(crate) demands_two_factor: bool,
}

/// What somebody gave to one app.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) granted: BTreeSet<String>,
    pub(crate) declined: BTreeSet<String>,
    /// The Pages that were ticked.
    pub(crate) pages: BTreeSet<String>,
    /// The last consent; the clock of data access begins here.
    pub(crate) consented_at: i64,
    pub(crate) removed: bool,
}

/// A token that passed, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bearer {
    /// The *Facebook* app id.
    pub(crate) app_id: String,
    pub(crate) person_id: String,
    /// Set for a Page's token.
    pub(crate) page_id: Option<String>,
}

impl Facebook {
    /// Whether nobody lives here yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// How many people gave something to `app_id`; the platform limit grows with them.
    pub(crate) fn connected(&self, app_id: &str) -> u64 {
        let living = |person: &&Person| person.grants.get(app_id).is_some_and(|it| !it.removed);
        self.people.values().filter(living).count() as u64
    }

    /// The grant behind a token, unless it was taken back.
    pub(crate) fn grant(&self, bearer: &Bearer) -> Option<&Grant> {
        let person = self.people.get(&bearer.person_id)?;
        let grant = person.grants.get(&bearer.app_id)?;
        Some(grant).filter(|grant| !grant.removed)
    }

    /// Whether a permission is granted.
    pub(crate) fn may(&self, bearer: &Bearer, scope: &str) -> bool {
        self.grant(bearer)
            .is_some_and(|grant| grant.granted.contains(scope))
    }

    /// Whether data access is over while the token lives on (Meta platform reference, B3).
    pub(crate) fn is_data_over(&self, bearer: &Bearer, now: i64) -> bool {
        self.grant(bearer)
            .is_some_and(|grant| grant.consented_at + DATA_ACCESS <= now)
    }

    /// The Pages a token reaches: ticked at the consent, still there, and with a role on them. A
    /// Page's own token reaches that Page only.
    pub(crate) fn reach<'a>(
        &'a self,
        bearer: &'a Bearer,
    ) -> impl Iterator<Item = (&'a Page, &'a Role)> {
        let roles = self.people.get(&bearer.person_id).map(|it| &it.roles);
        let grant = self.grant(bearer);
        let within = move |id: &String| match &bearer.page_id {
            Some(own) => own == id,
            None => grant.is_some_and(|grant| grant.pages.contains(id)),
        };
        roles.into_iter().flatten().filter_map(move |(id, role)| {
            let page = self.pages.get(id).filter(|page| !page.deleted)?;
            (within(id) && !role.lost).then_some((page, role))
        })
    }

    /// The Page through which a token reaches an Instagram account.
    pub(crate) fn page_of<'a>(&'a self, bearer: &'a Bearer, account_id: &str) -> Option<&'a Page> {
        self.reach(bearer)
            .map(|(page, _)| page)
            .find(|page| page.instagram.as_deref() == Some(account_id))
    }

    /// Whether a Page's portfolio asks somebody for two-factor authentication they do not have.
    pub(crate) fn wants_two_factor(&self, page: &Page, person: &Person) -> bool {
        let business = page.business.as_ref();
        let business = business.and_then(|(id, _)| self.businesses.get(id));
        business.is_some_and(|business| business.demands_two_factor) && !person.two_factor
    }
}

impl Person {
    /// The id this person has for one app: ids at Facebook are given by app.
    pub(crate) fn scoped_id(&self, app_id: &str) -> String {
        let draw = dice::number(0, &format!("{app_id}/{}", self.id), 0);
        (10_220_000_000_000_001 + (draw % 1_000_000_000_000) * 2).to_string()
    }

    /// The portfolios this person works in, by the Pages they have a role on.
    pub(crate) fn businesses<'a>(&self, facebook: &'a Facebook) -> Vec<&'a Business> {
        let pages = self.roles.iter().filter(|(_, role)| !role.lost);
        let pages = pages.filter_map(|(id, _)| facebook.pages.get(id));
        let ids: BTreeSet<_> = pages
            .filter_map(|page| page.business.as_ref().map(|(id, _)| id))
            .collect();
        let found = ids.into_iter().filter_map(|id| facebook.businesses.get(id));
        found.collect()
    }
}

impl World {
    /// Logs a browser in at Facebook; the text goes into its cookie.
    pub(crate) fn open_facebook_session(&mut self, person_id: String) -> String {
        let text = self.draw_text("facebook session", 43);
        let key = dice::fingerprint(&text);
        self.facebook.sessions.insert(key, person_id);
        text
    }

    /// Whose browser a cookie is.
    pub(crate) fn facebook_session(&self, cookie: &str) -> Option<&Person> {
        let id = self.facebook.sessions.get(&dice::fingerprint(cookie))?;
        self.facebook.people.get(id)
    }

    /// The Instagram account behind a Page, as long as it is professional.
    pub(crate) fn account_behind(&self, page: &Page) -> Option<&Account> {
        let account = self.accounts.get(page.instagram.as_ref()?)?;
        Some(account).filter(|account| account.is_professional())
    }
}
