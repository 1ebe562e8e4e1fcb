//! The simulated world: accounts, grants, codes, tokens, sessions, and what is wrong with them.
//! Pure state; `now` is an argument, and nothing here knows HTTP.

pub(crate) mod account;
pub(crate) mod change;
pub(crate) mod consent;
pub(crate) mod facebook;
pub(crate) mod fault;
pub(crate) mod judge;
pub(crate) mod media;
pub(crate) mod people;
pub(crate) mod registry;
pub(crate) mod snapshot;
pub(crate) mod tester;
pub(crate) mod token;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dice;
use account::{Account, Grant};
use facebook::Facebook;
use fault::Faults;
use registry::Registry;
use tester::{Standing, Tester};
use token::{Code, Token};

/// Version of the saved form; another one is refused at start.
pub(crate) const FORMAT: u32 = 1;
/// The platform limit: calls per connected account in a rolling hour (Meta platform reference, E).
pub(crate) const DEFAULT_HOURLY_CALLS: u32 = 200;

/// Everything that is saved between two runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) format: u32,
    pub(crate) seed: u64,
    /// Milliseconds the sandbox's clock is ahead of the base clock.
    pub(crate) offset_ms: i64,
    /// How many texts were drawn; makes each code and token another one.
    draws: u64,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) sessions: BTreeMap<String, Session>,
    /// Accounts connected to each app, kept beside the grants so that no call has to count.
    connected: BTreeMap<String, u64>,
    /// Redirect addresses registered while running: pairs of app id and address.
    pub(crate) redirects: Vec<(String, String)>,
    pub(crate) faults: Faults,
    pub(crate) manner: Manner,
    #[serde(default)]
    pub(crate) apps: Registry,
    /// People, Pages and businesses at Facebook, and what they gave to apps.
    #[serde(default)]
    pub(crate) facebook: Facebook,
}

/// A browser's log-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) account_id: String,
    pub(crate) via_facebook: bool,
}

/// How the platform behaves where its behaviour is open or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manner {
    /// What a renewal does to the token's string.
    pub refresh: RefreshBehaviour,
    /// Shape of the code exchange's answer.
    pub token_shape: Shape,
    /// Shape of the profile's answer.
    pub profile_shape: Shape,
    /// Calls per connected account in a rolling hour before code 4; without it no limit.
    pub hourly_calls: Option<u32>,
    /// How an account without an accepted tester role is turned away.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub tester_refusal: TesterRefusal,
    /// What a browser shows after Allow.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub after_allow: AfterAllow,
    /// How Facebook answers where more than one answer is known.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub facebook: FacebookManner,
}

/// How an account without an accepted tester role is turned away (Meta platform reference, A11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TesterRefusal {
    /// "Insufficient Developer Role" on the consent page.
    #[default]
    AtTheConsent,
    /// The consent works; every call is refused with code 100, "Unsupported request".
    AtEveryCall,
}

/// What a browser shows after Allow (Meta platform reference, D3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterAllow {
    /// It goes back to the app.
    #[default]
    Returns,
    /// A blank page, and nothing comes back.
    Blank,
}

/// How Facebook answers where more than one answer is known (Meta platform reference, B3, D2, D4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FacebookManner {
    /// `app_id` in the inspection of a token is a number instead of text.
    pub numeric_app_id: bool,
    /// The inspection lists no `granular_scopes`.
    pub no_granular_scopes: bool,
    /// A redirect address that is not registered is answered with JSON instead of a page.
    pub url_blocked_as_json: bool,
    /// A lost role on a Page is told without the subcode 492.
    pub lost_role_without_subcode: bool,
    /// Data goes on coming after the end of data access that the inspection names.
    pub data_after_its_end: bool,
    /// The link to the Instagram account is left out of every answer about a Page.
    pub link_left_out: bool,
}

fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a renewal does to the token's string; Meta does not say (Meta platform reference, A6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshBehaviour {
    /// The same string lives longer.
    SameString,
    /// A new string; the old one lives to its own end.
    NewStringOldLives,
    /// A new string; the old one is dead at once.
    NewStringOldDies,
}

/// Which of two shapes an answer has (Meta platform reference, A4 and A8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// As seen in live use: flat, the exchange's id a number.
    Live,
    /// As documented: inside `data`, ids text, permissions joined by commas.
    Documented,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            refresh: RefreshBehaviour::NewStringOldLives,
            token_shape: Shape::Live,
            profile_shape: Shape::Live,
            hourly_calls: Some(DEFAULT_HOURLY_CALLS),
            tester_refusal: TesterRefusal::AtTheConsent,
            after_allow: AfterAllow::Returns,
            facebook: FacebookManner::default(),
        }
    }
}

impl World {
    /// A new world with `professional` connectable accounts.
    pub(crate) fn new(seed: u64, professional: usize) -> Self {
        let people = people::populate(seed, professional);
        let facebook = Facebook::populate(seed, &people);
        Self {
            format: FORMAT,
            seed,
            offset_ms: 0,
            draws: 0,
            accounts: people
                .into_iter()
                .map(|person| (person.id.clone(), person))
                .collect(),
            codes: BTreeMap::new(),
            tokens: BTreeMap::new(),
            sessions: BTreeMap::new(),
            connected: BTreeMap::new(),
            redirects: Vec::new(),
            faults: Faults::default(),
            manner: Manner::default(),
            apps: Registry::default(),
            facebook,
        }
    }

    /// Every professional account is invited as a tester at `now`, and none has accepted.
    pub(crate) fn invite_everyone(&mut self, now: i64) {
        for account in self.accounts.values_mut() {
            account.stand(Standing::set(Tester::Invited, now));
        }
    }

    /// A text nobody has had before in this world.
    pub(crate) fn draw_text(&mut self, purpose: &str, length: usize) -> String {
        self.draws += 1;
        dice::text(self.seed, purpose, self.draws, length)
    }

    /// How many accounts are connected to `app_id`; the platform limit grows with them.
    pub(crate) fn connected(&self, app_id: &str) -> u64 {
        self.connected.get(app_id).copied().unwrap_or(0)
    }

    /// Writes down a grant, in the place of an earlier one.
    pub(crate) fn add_grant(&mut self, account_id: &str, app_id: &str, grant: Grant) {
        let Some(account) = self.accounts.get_mut(account_id) else {
            return;
        };
        let earlier = account.grants.insert(app_id.to_owned(), grant);
        if earlier.is_none_or(|grant| grant.removed) {
            *self.connected.entry(app_id.to_owned()).or_default() += 1;
        }
    }

    /// Marks a grant as removed.
    pub(crate) fn remove_grant(&mut self, account_id: &str, app_id: &str) {
        let account = self.accounts.get_mut(account_id);
        let grant = account.and_then(|account| account.grants.get_mut(app_id));
        if let Some(grant) = grant.filter(|grant| !grant.removed) {
            grant.removed = true;
            if let Some(count) = self.connected.get_mut(app_id) {
                *count -= 1;
            }
        }
    }

    /// Logs a browser in; the text goes into its cookie.
    pub(crate) fn open_session(&mut self, session: Session) -> String {
        let text = self.draw_text("session", 43);
        self.sessions.insert(dice::fingerprint(&text), session);
        text
    }

    /// The log-in behind a cookie.
    pub(crate) fn session(&self, cookie: &str) -> Option<&Session> {
        self.sessions.get(&dice::fingerprint(cookie))
    }
}
