//! The hand that moves the world: time, accounts, outages. Everything the HTTP control does, in
//! this process.

mod apps;
mod facebook;
pub(crate) mod http;
mod page;
mod view;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    journal::LoggedRequest,
    params::Params,
    shared::Shared,
    world::{
        Manner, RefreshBehaviour, Shape,
        change::Change,
        consent::{ConsentAnswer, ConsentRefusal, ConsentRequest},
        facebook::dialog::DialogRefusal,
        fault::{Endpoint, Fault, Outage},
        media,
    },
};

pub use apps::AppView;
pub use facebook::UserToken;
pub use view::{AccountView, Overview};

/// A handle to a running sandbox; clones are the same sandbox.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

/// Why the control did nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// No account has this id.
    #[error("there is no account {0} in the sandbox")]
    UnknownAccount(String),
    /// No app has this id.
    #[error("there is no app {0} in the sandbox")]
    UnknownApp(String),
    /// No person at Facebook has this id.
    #[error("there is no person {0} in the sandbox")]
    UnknownPerson(String),
    /// No Page has this id.
    #[error("there is no Page {0} in the sandbox")]
    UnknownPage(String),
    /// The consent page would have shown this error instead.
    #[error("the consent page refuses: {0}")]
    Refused(ConsentRefusal),
    /// Facebook's dialog would have shown this error instead.
    #[error("the dialog refuses: {0}")]
    DialogRefused(DialogRefusal),
    /// An app needs digits for its ids, and ids no other app has.
    #[error("this is no app: {0}")]
    NotAnApp(&'static str),
}

/// A token to mint that is not simply long-lived, all-permitted and new.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mint {
    /// When it was issued, UTC in milliseconds; now if not given. It ends 5 183 944 s later.
    pub issued_at: Option<i64>,
    /// Scopes; all of the app's if not given.
    pub scopes: Option<BTreeSet<String>>,
    /// For which app; the first one if not given.
    pub app_id: Option<String>,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The sandbox's time, UTC in milliseconds: base clock and offset.
    pub fn now(&self) -> i64 {
        self.shared.now()
    }

    /// Moves the sandbox's clock by `ms` milliseconds; a negative number moves it back.
    pub fn advance(&self, ms: i64) {
        self.shared.change(|world, _| world.offset_ms += ms);
    }

    /// All accounts in the order of their ids: the professional ones, then the personal ones.
    pub fn accounts(&self) -> Vec<AccountView> {
        let all = |world: &crate::world::World, now| {
            world
                .accounts
                .values()
                .map(|account| AccountView::of(world, account, now))
                .collect()
        };
        self.shared.read(all)
    }

    /// One account.
    ///
    /// # Errors
    /// [`ControlError::UnknownAccount`].
    pub fn account(&self, account_id: &str) -> Result<AccountView, ControlError> {
        let found = self.shared.read(|world, now| {
            world
                .accounts
                .get(account_id)
                .map(|account| AccountView::of(world, account, now))
        });
        found.ok_or_else(|| ControlError::UnknownAccount(account_id.to_owned()))
    }

    /// Every media of an account with the moment it was published (UTC, milliseconds), newest first.
    ///
    /// # Errors
    /// [`ControlError::UnknownAccount`].
    pub fn media(&self, account_id: &str) -> Result<Vec<(String, i64)>, ControlError> {
        let found = self.shared.read(|world, _| {
            let account = world.accounts.get(account_id)?;
            let there = media::places(account).filter(|place| media::is_there(account, *place));
            let told = there.map(|place| (media::id(account, place), media::taken(account, place)));
            Some(told.collect())
        });
        found.ok_or_else(|| ControlError::UnknownAccount(account_id.to_owned()))
    }

    /// Clock, faults, manner and counters at a glance.
    pub fn overview(&self) -> Overview {
        let counts = self.counts();
        self.shared
            .read(|world, now| Overview::of(world, now, counts))
    }

    /// A token as from the dashboard's "Generate token": long-lived, issued now, all scopes of
    /// the first app. It must not be exchanged (Meta platform reference, A5).
    ///
    /// # Errors
    /// [`ControlError::UnknownAccount`].
    pub fn mint_token(&self, account_id: &str) -> Result<String, ControlError> {
        self.mint(account_id, Mint::default())
    }

    /// A long-lived token of another age, with other scopes, or of another app.
    ///
    /// # Errors
    /// [`ControlError::UnknownAccount`] or [`ControlError::UnknownApp`].
    pub fn mint(&self, account_id: &str, mint: Mint) -> Result<String, ControlError> {
        let app = self.instagram_app(mint.app_id.as_deref())?;
        let scopes = mint
            .scopes
            .unwrap_or_else(|| app.scopes.iter().cloned().collect());
        let minted = self.shared.change(|world, now| {
            let issued_at = mint.issued_at.unwrap_or(now);
            world.mint(&app.app_id, account_id, scopes, issued_at, now)
        });
        minted.ok_or_else(|| ControlError::UnknownAccount(account_id.to_owned()))
    }

    /// Answers a consent request as the person `account_id` would in the browser, and returns the
    /// address the browser is sent to. The same rules as on the page, without a browser.
    ///
    /// # Errors
    /// [`ControlError::Refused`] with the text the page would show.
    pub fn answer_consent(
        &self,
        consent_url: &str,
        account_id: &str,
        answer: &ConsentAnswer,
    ) -> Result<String, ControlError> {
        let query = consent_url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let params = Params::parse(query.as_bytes());
        let strict = self.shared.strict_redirects;
        let outcome = self.shared.change(|world, now| {
            let request = ConsentRequest::check(&params, world, strict)?;
            world.may_consent(account_id, &request.app_id, now)?;
            let ConsentAnswer::Allow { untick } = answer else {
                return Ok(request.denied());
            };
            let ticked = request
                .scopes
                .iter()
                .filter(|scope| !untick.contains(scope));
            let ticked = ticked.cloned().collect();
            let code = world.allow(&request, account_id, &ticked, false, now);
            Ok(request.allowed(&code))
        });
        outcome.map_err(ControlError::Refused)
    }

    /// Lets something happen to an account.
    ///
    /// # Errors
    /// [`ControlError::UnknownAccount`].
    pub fn apply(&self, account_id: &str, change: Change) -> Result<(), ControlError> {
        let known = self
            .shared
            .change(|world, now| world.change(account_id, change, now));
        if known {
            Ok(())
        } else {
            Err(ControlError::UnknownAccount(account_id.to_owned()))
        }
    }

    /// Puts one outage of all API endpoints in the place of all faults; [`Outage::None`] ends
    /// them.
    pub fn outage(&self, outage: Outage) {
        self.shared.change(|world, _| {
            world.faults.clear();
            world.faults.add(Fault::everywhere(outage));
        });
    }

    /// Adds a fault of some endpoints, perhaps for the next few requests only, to those in force.
    pub fn fault(&self, fault: Fault) {
        self.shared.change(|world, _| world.faults.add(fault));
    }

    /// What renewals do to the token's string from now on.
    pub fn refresh_behaviour(&self, behaviour: RefreshBehaviour) {
        self.shared
            .change(|world, _| world.manner.refresh = behaviour);
    }

    /// The shape of code exchange answers from now on.
    pub fn token_shape(&self, shape: Shape) {
        self.shared
            .change(|world, _| world.manner.token_shape = shape);
    }

    /// The shape of profile answers from now on.
    pub fn profile_shape(&self, shape: Shape) {
        self.shared
            .change(|world, _| world.manner.profile_shape = shape);
    }

    /// Calls per connected account in a rolling hour; `None` lifts the limit. 200 at first.
    pub fn hourly_calls(&self, calls: Option<u32>) {
        self.shared
            .change(|world, _| world.manner.hourly_calls = calls);
        self.shared.usage().clear();
    }

    /// All of the platform's manner at once.
    pub fn manner(&self, manner: Manner) {
        self.shared.change(|world, _| world.manner = manner);
        self.shared.usage().clear();
    }

    /// Registers one more redirect address for the first app, on both routes, while the sandbox
    /// runs.
    pub fn register_redirect(&self, uri: &str) {
        self.shared.change(|world, _| {
            let first = world.apps.all().next();
            let ids = first.map(|app| [app.app_id.clone(), app.facebook_app_id.clone()]);
            for id in ids.into_iter().flatten() {
                world.redirects.push((id, uri.to_owned()));
            }
        });
    }

    /// How many requests came for each endpoint, since the start or the last
    /// [`Control::clear_requests`].
    pub fn counts(&self) -> BTreeMap<Endpoint, u64> {
        self.shared.journal().counts()
    }

    /// How many requests came for one endpoint.
    pub fn count(&self, endpoint: Endpoint) -> u64 {
        self.counts().get(&endpoint).copied().unwrap_or(0)
    }

    /// The last ten thousand requests, oldest first; names of parameters, never values.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.journal().requests()
    }

    /// Forgets counters and requests.
    pub fn clear_requests(&self) {
        self.shared.journal().clear();
    }
}
