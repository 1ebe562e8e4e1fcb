//! What the control shows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::world::{
    Manner, World,
    account::{Account, AccountType},
    fault::{Endpoint, Fault},
    media,
    tester::Tester,
};

/// One account of the sandbox and all that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// `user_id`: seventeen digits, as text.
    pub id: String,
    /// Without `@`.
    pub username: String,
    /// Name of the business or person.
    pub name: String,
    /// Only business and creator accounts can be connected.
    pub account_type: AccountType,
    /// How many media it has.
    pub media_count: u64,
    /// Whether an app holds a token that works by its date.
    pub connected: bool,
    /// End of the last living token, UTC in milliseconds.
    pub token_expires_at: Option<i64>,
    /// Scopes in force, over all apps.
    pub scopes: BTreeSet<String>,
    /// Scopes taken away since the consent.
    pub withdrawn: BTreeSet<String>,
    /// Whether the tester role is accepted.
    pub role: bool,
    /// How it stands to all apps it has nothing of its own with.
    pub tester: Tester,
    /// Whether two-factor authentication is on.
    pub two_factor: bool,
    /// 459.
    pub checkpoint: bool,
    /// 464.
    pub unconfirmed: bool,
    /// 25/2207050.
    pub restricted: bool,
    /// 4/2207051.
    pub action_blocked: bool,
    /// 80002 until this moment, UTC in milliseconds.
    pub limited_until: Option<i64>,
    /// Renewal answers with code 2.
    pub renewal_fails: bool,
    /// Renewal answers this many milliseconds late.
    pub slow_renewal_ms: u64,
    /// Whether its answers are made up.
    pub answers_oddly: bool,
}

/// The state of the platform as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The sandbox's time, UTC in milliseconds.
    pub now: i64,
    /// How far it is ahead of the base clock, in milliseconds.
    pub offset_ms: i64,
    /// Faults in force, oldest first.
    pub faults: Vec<Fault>,
    /// How the platform behaves where it may choose.
    pub manner: Manner,
    /// Requests for each endpoint.
    pub counts: BTreeMap<Endpoint, u64>,
}

impl AccountView {
    pub(crate) fn of(world: &World, account: &Account, now: i64) -> Self {
        let token_expires_at = world.token_end(&account.id, now);
        let withdrawn = account
            .grants
            .values()
            .flat_map(|grant| grant.withdrawn.iter().cloned());
        let scopes = account
            .grants
            .keys()
            .flat_map(|app_id| account.effective_scopes(app_id));
        Self {
            id: account.id.clone(),
            username: account.username.clone(),
            name: account.name.clone(),
            account_type: account.account_type,
            media_count: media::count(account),
            connected: token_expires_at.is_some(),
            token_expires_at,
            scopes: scopes.collect(),
            withdrawn: withdrawn.collect(),
            role: account.role,
            tester: account.standing().at(now),
            two_factor: account.two_factor,
            checkpoint: account.checkpoint,
            unconfirmed: account.unconfirmed,
            restricted: account.restricted,
            action_blocked: account.action_blocked,
            limited_until: account.limited_until.filter(|until| *until > now),
            renewal_fails: account.renewal_fails,
            slow_renewal_ms: account.slow_renewal_ms,
            answers_oddly: account.odd.is_some(),
        }
    }
}

impl Overview {
    pub(crate) fn of(world: &World, now: i64, counts: BTreeMap<Endpoint, u64>) -> Self {
        Self {
            now,
            offset_ms: world.offset_ms,
            faults: world.faults.all().to_vec(),
            manner: world.manner,
            counts,
        }
    }
}
