//! Facebook Pages: what comes back from a sign-in on the Facebook route, and what access through a Page rests on.
//! (Meta platform reference, section B.)

use crate::Timestamp;
use crate::account::{AccountId, Profile};
use crate::attempt::{Outcome, Purpose};
use crate::diagnosis::Cause;
use crate::grant::{Grant, Route, Scopes};

/// What a person must be allowed to do on a Page for its account to be of use: create content, or everything.
/// (Meta platform reference, H, "Roles in a business portfolio".)
///
/// Pages of the newer kind have names of their own for the same.
const TASKS_THAT_DO: [&str; 5] = [
    "CREATE_CONTENT",
    "MANAGE",
    "PROFILE_PLUS_CREATE_CONTENT",
    "PROFILE_PLUS_MANAGE",
    "PROFILE_PLUS_FULL_CONTROL",
];

/// A Facebook Page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its id, as text.
    pub id: String,
    /// Its name; may change.
    pub name: String,
}

/// What access through a Page rests on besides the Page's own token. (Meta platform reference, B2, B3.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageGrant {
    /// The Page.
    pub page: Page,
    /// The person at Facebook who signed in: an id that Facebook gives out for one Meta app only.
    pub person: String,
    /// When the person's own token ends, which revoking needs; `None` where that was not told.
    pub person_until: Option<Timestamp>,
    /// When Meta stops answering with data unless the person signs in again; `None` until it was told.
    pub data_access_until: Option<Timestamp>,
    /// When Facebook was last asked about the Page's token itself.
    pub inspected_at: Option<Timestamp>,
    /// When Facebook said that it took back what the person permitted, and nothing answered since.
    pub revoked_at: Option<Timestamp>,
}

/// What Facebook says of a token when it is asked about it. (Meta platform reference, B3.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// When the token ends; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// When Meta stops answering it with data; `None` where it was not said.
    pub data_access_until: Option<Timestamp>,
    /// What it is granted; `None` where it was not said.
    pub scopes: Option<Scopes>,
}

/// Whether the account of a Page can be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferedState {
    /// It can.
    Ready,
    /// It can, and is connected already: choosing it renews its access.
    Known,
    /// No Instagram account is linked to the Page.
    NoInstagram,
    /// The person may not create content on the Page, or Facebook gave no access to it.
    NoTask,
}

impl OfferedState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Known, Self::NoInstagram, Self::NoTask];

    /// The identifier used in the window and the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Known => "known",
            Self::NoInstagram => "no_instagram",
            Self::NoTask => "no_task",
        }
    }

    /// Whether the account can be connected.
    pub fn is_usable(self) -> bool {
        match self {
            Self::Ready | Self::Known => true,
            Self::NoInstagram | Self::NoTask => false,
        }
    }
}

/// A Page as Facebook listed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPage {
    /// The Page.
    pub page: Page,
    /// The Instagram account linked to it.
    pub profile: Option<Profile>,
    /// What the person may do on it, in Facebook's words; empty where it was not said.
    pub tasks: Vec<String>,
    /// Whether a token for it came.
    pub has_token: bool,
}

/// How an account that came back is connected already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// It is not, or was deleted.
    None,
    /// The way that the sign-in went, or a way that is lost: choosing it renews its access.
    Same,
    /// Another way that works, through the other route or another Meta app: choosing it replaces that.
    Other,
}

impl FoundPage {
    /// Judges one Page; `tie` says how an account is connected already. A missing list of tasks is no refusal: nobody
    /// said what the person may not.
    fn judged(self, tie: impl FnOnce(&AccountId) -> Tie) -> Offered {
        let tasks = &self.tasks;
        let may = tasks.is_empty() || tasks.iter().any(|it| TASKS_THAT_DO.contains(&it.as_str()));
        let tie = match &self.profile {
            Some(profile) => tie(&profile.user_id),
            None => Tie::None,
        };
        let state = match &self.profile {
            None => OfferedState::NoInstagram,
            Some(_) if !may || !self.has_token => OfferedState::NoTask,
            Some(_) if tie != Tie::None => OfferedState::Known,
            Some(_) => OfferedState::Ready,
        };
        Offered {
            page: self.page,
            profile: self.profile,
            state,
            replaces: tie == Tie::Other,
        }
    }
}

/// Everything one sign-in on the Facebook route gives access to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The person who signed in.
    pub person: String,
    /// What was granted.
    pub granted: Scopes,
    /// What was declined, now or earlier.
    pub declined: Scopes,
    /// When Meta stops answering with data; `None` where it was not said.
    pub data_access_until: Option<Timestamp>,
    /// The Pages.
    pub pages: Vec<FoundPage>,
    /// How many Pages came besides that could not be read.
    pub unreadable: usize,
}

impl Found {
    /// Judges each Page; `tie` says how an account is connected already.
    pub fn judged(self, tie: impl Fn(&AccountId) -> Tie) -> Offer {
        let pages = self.pages.into_iter().map(|page| page.judged(&tie));
        Offer {
            person: self.person,
            granted: self.granted,
            declined: self.declined,
            data_access_until: self.data_access_until,
            pages: pages.collect(),
            unreadable: self.unreadable,
            chosen: Vec::new(),
            unanswered: Vec::new(),
        }
    }
}

/// A Page that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The Page.
    pub page: Page,
    /// The Instagram account linked to it.
    pub profile: Option<Profile>,
    /// Whether that account can be connected.
    pub state: OfferedState,
    /// Whether the account works already through the other route or another Meta app, which choosing it replaces.
    pub replaces: bool,
}

impl Offered {
    fn is_of(&self, account: &AccountId) -> bool {
        self.profile
            .as_ref()
            .is_some_and(|profile| profile.user_id == *account)
    }
}

/// Everything that came back from one sign-in on the Facebook route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The person who signed in.
    pub person: String,
    /// What was granted.
    pub granted: Scopes,
    /// What was declined, now or earlier: the dialog shows it again only when it is asked for expressly.
    pub declined: Scopes,
    /// When Meta stops answering with data; `None` where it was not said.
    pub data_access_until: Option<Timestamp>,
    /// The Pages.
    pub pages: Vec<Offered>,
    /// How many Pages came besides that could not be read.
    pub unreadable: usize,
    /// Of those, the ones that were chosen, once each: asked with their own tokens, and connected if they answer.
    pub chosen: Vec<String>,
    /// Of the chosen, the ones that did not answer: their accounts were not connected.
    pub unanswered: Vec<String>,
}

/// What to do with what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferJudgement {
    /// Connect the account of this Page, once the Page has answered.
    Adopt(String),
    /// The person says which Pages.
    ChoosePages,
    /// Something is not as asked: the person says whether to go on.
    Choose(Outcome),
    /// It cannot be used.
    Refuse(Outcome),
}

impl Offer {
    /// Compares what came back with what was asked for, `kept` saying that the person takes it as it is with fewer
    /// permissions. Nothing is overwritten before this says so, and an account that works another way never without
    /// a choice.
    ///
    /// Without what this route needs ([`Route::needed_scopes`]) nothing can be read, so that comes before what was
    /// read.
    pub fn judge(&self, purpose: &Purpose, asked: &Scopes, kept: bool) -> OfferJudgement {
        let missing = self.missing(asked);
        let needs = Route::Facebook.needed_scopes();
        if needs.iter().any(|name| missing.contains(name)) {
            return OfferJudgement::Refuse(Outcome::ScopeRejected);
        }
        let Some(first) = self.usable().next() else {
            return OfferJudgement::Refuse(Outcome::NoBusinessAccount);
        };
        let wanted = match purpose {
            Purpose::Connect => None,
            Purpose::Reconnect(account) => match self.page_of(account) {
                Some(offered) => Some(offered),
                None => return OfferJudgement::Choose(Outcome::WrongAccount),
            },
        };
        if !missing.is_empty() && !kept {
            return OfferJudgement::Choose(Outcome::ScopeRejected);
        }
        match wanted {
            Some(offered) => OfferJudgement::Adopt(offered.page.id.clone()),
            None if self.usable().count() == 1 && !first.replaces => {
                OfferJudgement::Adopt(first.page.id.clone())
            }
            None => OfferJudgement::ChoosePages,
        }
    }

    /// What access through one of the Pages rests on. `person` is what is known of the person's own token; the
    /// Page's, taken with a long-lived one, has no end. (Meta platform reference, B2.)
    pub fn grant(&self, page: &Page, person: &Grant) -> Grant {
        Grant {
            route: Route::Facebook,
            scopes: Some(self.granted.clone()),
            issued_at: person.issued_at,
            expires_at: None,
            page: Some(Box::new(PageGrant {
                page: page.clone(),
                person: self.person.clone(),
                person_until: person.expires_at,
                data_access_until: self.data_access_until,
                inspected_at: None,
                revoked_at: None,
            })),
        }
    }

    /// What a token made elsewhere brings: every account that it reaches, once each. Nobody is there to choose.
    ///
    /// # Errors
    /// Why it brings none: what this route needs was not granted, the person may not act for any of the Pages, or no
    /// Page is linked to an account.
    pub fn entrusted(&self) -> Result<Vec<&Offered>, Cause> {
        let needs = Route::Facebook.needed_scopes();
        if !needs.iter().all(|name| self.granted.contains(name)) {
            return Err(Cause::PermissionMissing);
        }
        let mut found: Vec<&Offered> = Vec::new();
        for offered in self.usable() {
            let account = offered.profile.as_ref().map(|profile| &profile.user_id);
            if account.is_some_and(|id| found.iter().all(|other| !other.is_of(id))) {
                found.push(offered);
            }
        }
        let may_not = |it: &Offered| it.state == OfferedState::NoTask;
        match found.as_slice() {
            [_, ..] => Ok(found),
            [] if self.pages.iter().any(may_not) => Err(Cause::RoleLost),
            [] => Err(Cause::PageMissing),
        }
    }

    /// Asked for and not given.
    pub fn missing(&self, asked: &Scopes) -> Scopes {
        asked.missing_from(&self.granted)
    }

    /// The Pages whose accounts can be connected.
    pub fn usable(&self) -> impl Iterator<Item = &Offered> {
        self.pages.iter().filter(|it| it.state.is_usable())
    }

    /// The Page through which this account can be connected.
    pub fn page_of(&self, account: &AccountId) -> Option<&Offered> {
        self.usable().find(|it| it.is_of(account))
    }

    /// Whether a chosen Page was connected.
    pub fn is_connected(&self, page: &str) -> bool {
        let is_in = |list: &[String]| list.iter().any(|id| id == page);
        is_in(&self.chosen) && !is_in(&self.unanswered)
    }

    /// The usable Page of this id.
    pub fn usable_page(&self, id: &str) -> Option<&Offered> {
        self.usable().find(|it| it.page.id == id)
    }
}

#[cfg(test)]
mod tests;
