//! One Instagram account and everything that can be wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    dice,
    world::tester::{Invite, Standing},
};

/// What kind of account it is; only the first two can be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    /// A business account.
    Business,
    /// A creator account.
    Creator,
    /// A personal account: refused everywhere.
    Personal,
}

/// An account as the world keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The professional account id: `user_id` on the wire.
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) account_type: AccountType,
    pub(crate) followers: u64,
    pub(crate) follows: u64,
    /// How many media it had when the world began.
    pub(crate) media: u64,
    /// When each post since then was published, oldest first.
    #[serde(default)]
    pub(crate) posts: Vec<i64>,
    /// Media taken down again, by their place.
    #[serde(default)]
    pub(crate) taken_down: BTreeSet<u64>,
    /// How its list of media and its pictures behave.
    #[serde(default)]
    pub(crate) media_manner: MediaManner,
    /// Whether the account accepted its tester role on the apps.
    pub(crate) role: bool,
    /// Where it did not: the invite that waits for it.
    #[serde(default)]
    pub(crate) invite: Invite,
    /// Apps with which it stands otherwise, by Instagram app id.
    #[serde(default)]
    pub(crate) testers: BTreeMap<String, Standing>,
    /// Whether two-factor authentication is on.
    pub(crate) two_factor: bool,
    /// The login page asks for something before anything works (459).
    pub(crate) checkpoint: bool,
    /// E-mail or phone is not confirmed (464).
    pub(crate) unconfirmed: bool,
    /// Restricted or inactive (25/2207050).
    pub(crate) restricted: bool,
    /// Blocked as suspected spam (4/2207051).
    pub(crate) action_blocked: bool,
    /// Limited until this moment (80002).
    pub(crate) limited_until: Option<i64>,
    /// Renewals answer with a transient fault, everything else works.
    pub(crate) renewal_fails: bool,
    /// Renewals take this many milliseconds longer.
    pub(crate) slow_renewal_ms: u64,
    /// Every answer about this account is replaced by this one.
    pub(crate) odd: Option<OddAnswer>,
    /// What the person gave to which app, by app id.
    pub(crate) grants: BTreeMap<String, Grant>,
    /// Fingerprints of all tokens ever issued for it and not yet swept.
    pub(crate) tokens: Vec<String>,
}

/// How an account's list of media and its pictures behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaManner {
    /// As documented.
    #[default]
    Normal,
    /// After the last item come empty pages, each with the cursor of another, without end.
    Endless,
    /// The last page leads back to the first.
    Circle,
    /// Every field of an item but its id has a type it should not have.
    WrongTypes,
    /// `data` is no list.
    NoList,
    /// Pictures are SVG under the name of a JPEG.
    Svg,
    /// Pictures are small files that promise 3 600 million pixels.
    Bomb,
    /// Pictures are files of 30 million bytes.
    Huge,
    /// Pictures have moved to another host.
    Moved,
}

/// An answer the control made up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddAnswer {
    /// HTTP status.
    pub status: u16,
    /// The body as it is; sent as JSON if it is JSON, as HTML otherwise.
    pub body: String,
}

/// What a person has allowed one app to do.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) scopes: BTreeSet<String>,
    /// Scopes withdrawn after the consent; a new consent forgets them.
    pub(crate) withdrawn: BTreeSet<String>,
    pub(crate) since: i64,
    /// The person removed the app; shown under "Removed" on the manage-access page.
    pub(crate) removed: bool,
}

impl Account {
    /// A healthy account whose figures follow from `draw`.
    pub(crate) fn new(
        id: String,
        username: String,
        name: String,
        account_type: AccountType,
        draw: u64,
    ) -> Self {
        Self {
            id,
            username,
            name,
            account_type,
            followers: 40 + draw % 48_000,
            follows: 20 + (draw >> 16) % 900,
            media: 4 + (draw >> 32) % 140,
            posts: Vec::new(),
            taken_down: BTreeSet::new(),
            media_manner: MediaManner::Normal,
            role: true,
            invite: Invite::Absent,
            testers: BTreeMap::new(),
            two_factor: false,
            checkpoint: false,
            unconfirmed: false,
            restricted: false,
            action_blocked: false,
            limited_until: None,
            renewal_fails: false,
            slow_renewal_ms: 0,
            odd: None,
            grants: BTreeMap::new(),
            tokens: Vec::new(),
        }
    }

    pub(crate) fn is_professional(&self) -> bool {
        self.account_type != AccountType::Personal
    }

    /// The scopes `app_id` may use now.
    pub(crate) fn effective_scopes(&self, app_id: &str) -> BTreeSet<String> {
        self.grants
            .get(app_id)
            .filter(|grant| !grant.removed)
            .map_or_else(BTreeSet::new, |grant| {
                grant.scopes.difference(&grant.withdrawn).cloned().collect()
            })
    }

    /// The id this account has for one app: `id` on the wire, another one than `user_id`
    /// (Meta platform reference, A8).
    pub(crate) fn scoped_id(&self, app_id: &str) -> String {
        let draw = dice::number(0, &format!("{app_id}/{}", self.id), 0);
        (25_000_000_000_000_001 + (draw % 1_000_000_000_000) * 2).to_string()
    }
}
