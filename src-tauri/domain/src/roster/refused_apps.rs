//! What is wrong with Meta apps themselves: suspected, because their accounts fail alike, or said outright by Meta.
//! One view of both, for whoever tells of it.

use std::collections::{BTreeMap, BTreeSet};

use super::Roster;
use crate::Timestamp;
use crate::account::AccountId;
use crate::diagnosis::{Affects, Cause};
use crate::meta_app::AppKey;

/// A Meta app that is refused, or seems to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedApp<'a> {
    /// Which; `None` stands for the accounts whose app nobody knows.
    pub app: Option<AppKey>,
    /// What is wrong.
    pub cause: Cause,
    /// Since when.
    pub since: Timestamp,
    /// The next look.
    pub retry_at: Timestamp,
    /// Its accounts that wait.
    pub accounts: BTreeSet<&'a AccountId>,
}

impl Roster {
    /// Every Meta app that is refused, each once.
    pub fn refused_apps(&self) -> Vec<RefusedApp<'_>> {
        let suspected = self.app_faults().map(|(app, fault)| RefusedApp {
            app: app.cloned(),
            cause: Cause::AppProblem,
            since: fault.since,
            retry_at: fault.retry_at,
            accounts: fault.accounts.iter().collect(),
        });
        let said = self.unwell().filter_map(|account| {
            let trouble = account.watch.trouble.as_ref()?;
            let of_app = trouble.diagnosis.affects == Affects::App;
            of_app.then(|| RefusedApp {
                app: self.app_of(account.id()),
                cause: trouble.diagnosis.cause,
                since: trouble.diagnosis.found_at,
                retry_at: trouble.retry_at,
                accounts: BTreeSet::from([account.id()]),
            })
        });
        let mut found: BTreeMap<Option<AppKey>, RefusedApp<'_>> = BTreeMap::new();
        for one in suspected.chain(said) {
            match found.get_mut(&one.app) {
                None => drop(found.insert(one.app.clone(), one)),
                Some(known) => {
                    known.since = known.since.min(one.since);
                    known.retry_at = known.retry_at.min(one.retry_at);
                    known.accounts.extend(one.accounts);
                }
            }
        }
        found.into_values().collect()
    }
}
