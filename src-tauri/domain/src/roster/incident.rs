//! What broke together: accounts whose access ended within minutes of each other and with the same
//! answer are one incident, not many alarms.
//!
//! Nothing is remembered for it. An incident is read off the accounts, so a restart cannot lose one and
//! mending an account takes it out.

use std::collections::BTreeMap;

use chrono::Duration;

use super::Roster;
use super::guard::{Key, WINDOW};
use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::connection::{Connection, Standing};
use crate::diagnosis::{Cause, Certainty, Diagnosis};
use crate::meta_app::AppKey;

/// With more accounts than this a first finding does not send everybody to look at once.
const MOST_TO_LOOK_AT: usize = 500;

/// Who is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentKind {
    /// The accounts, each by itself or through what they share.
    Accounts,
    /// The Meta app: reconnecting helps nobody.
    App,
}

impl IncidentKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Accounts, Self::App];

    /// The identifier used in the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::App => "app",
        }
    }
}

/// What the accounts of an incident have in common, besides the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// Instagram's answer.
    Answer,
    /// The person's own label.
    Label,
    /// The Meta app.
    App,
    /// No other account is left.
    AllAccounts,
}

impl Shared {
    /// Everything that can be shared.
    pub const ALL: [Self; 4] = [Self::Answer, Self::Label, Self::App, Self::AllAccounts];

    /// The identifier used in the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Label => "label",
            Self::App => "app",
            Self::AllAccounts => "all_accounts",
        }
    }
}

/// Several accounts that broke together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its name: the same for as long as its first account is part of it.
    pub id: String,
    /// Who is at fault.
    pub kind: IncidentKind,
    /// When the first of them broke.
    pub since: Timestamp,
    /// What the answer means.
    pub cause: Cause,
    /// How sure that is.
    pub certainty: Certainty,
    /// Whom it touches, in the order of their ids.
    pub accounts: Vec<AccountId>,
    /// What they have in common.
    pub shared: Vec<Shared>,
    /// The label they share.
    pub label: Option<String>,
    /// The Meta app they share, where it is known.
    pub app: Option<AppKey>,
}

impl Roster {
    /// What is broken together now, newest first.
    pub fn incidents(&self) -> Vec<Incident> {
        let mut alike: BTreeMap<Key, Vec<(Timestamp, &Account)>> = BTreeMap::new();
        for account in self.needing() {
            if let Some(diagnosis) = finding(account) {
                alike
                    .entry(Key::of(diagnosis))
                    .or_default()
                    .push((diagnosis.found_at, account));
            }
        }
        let mut incidents: Vec<Incident> = self.app_incidents().collect();
        for mut broken in alike.into_values() {
            broken.sort_by_key(|(at, account)| (*at, account.id().clone()));
            let together = broken.chunk_by(|(one, _), (next, _)| *next - *one <= WINDOW);
            incidents.extend(
                together
                    .filter(|group| group.len() >= 2)
                    .filter_map(|group| self.incident(group)),
            );
        }
        incidents.sort_by_key(|incident| std::cmp::Reverse(incident.since));
        incidents
    }

    fn incident(&self, group: &[(Timestamp, &Account)]) -> Option<Incident> {
        let (since, first) = group.first()?;
        let diagnosis = finding(first)?;
        let mut accounts: Vec<AccountId> = group
            .iter()
            .map(|(_, account)| account.id().clone())
            .collect();
        accounts.sort();
        let label = Some(&first.label)
            .filter(|label| !label.is_empty())
            .filter(|label| group.iter().all(|(_, account)| account.label == **label))
            .cloned();
        let answer = diagnosis.evidence.as_ref().map(|_| Shared::Answer);
        let same_label = label.as_ref().map(|_| Shared::Label);
        let app = first.app.as_ref();
        let app = app.filter(|app| group.iter().all(|(_, it)| it.app.as_ref() == Some(*app)));
        // Worth a word only where there are others: with one app, everything shares it.
        let same_app = app
            .filter(|app| self.is_one_of_several(app))
            .map(|_| Shared::App);
        let all = (accounts.len() == self.kept_count()).then_some(Shared::AllAccounts);
        Some(Incident {
            id: format!("{}-{}", first.id(), since.timestamp_millis()),
            kind: IncidentKind::Accounts,
            since: *since,
            cause: diagnosis.cause,
            certainty: diagnosis.certainty,
            accounts,
            shared: [answer, same_label, same_app, all]
                .into_iter()
                .flatten()
                .collect(),
            label,
            app: app.cloned(),
        })
    }

    fn app_incidents(&self) -> impl Iterator<Item = Incident> {
        self.app_faults().map(|(app, fault)| {
            let accounts: Vec<AccountId> = fault.accounts.iter().cloned().collect();
            let all = (accounts.len() >= self.kept_count()).then_some(Shared::AllAccounts);
            let since = fault.since.timestamp_millis();
            Incident {
                id: match app {
                    Some(app) => format!("app-{}-{}-{since}", app.app_id(), fault.key.tag()),
                    None => format!("app-{}-{since}", fault.key.tag()),
                },
                kind: IncidentKind::App,
                since: fault.since,
                cause: Cause::AppProblem,
                certainty: Certainty::Likely,
                accounts,
                shared: [Some(Shared::App), Some(Shared::Answer), all]
                    .into_iter()
                    .flatten()
                    .collect(),
                label: None,
                app: app.cloned(),
            }
        })
    }

    fn is_one_of_several(&self, app: &AppKey) -> bool {
        let mut kept = self.accounts.iter().filter(|it| it.removed().is_none());
        kept.any(|account| account.app.as_ref() != Some(app))
    }

    /// One account may be the first of many: the others are looked at before anything is said, so that
    /// what broke together is told together.
    pub(super) fn look_at_the_others(&mut self, id: &AccountId, now: Timestamp) {
        let lately = self
            .alarmed_at
            .is_some_and(|at| now - at <= WINDOW && at <= now);
        if lately || self.only_asked || self.accounts.len() > MOST_TO_LOOK_AT {
            return;
        }
        self.alarmed_at = Some(now);
        let fresh = |account: &&Account| {
            let seen = account.watch.last_checked_at;
            matches!(account.connection, Connection::Held(_))
                && account.watch.next_at > now
                && account.watch.trouble.is_none()
                && account.watch.doubt.is_none()
                && seen.is_none_or(|at| now - at > Duration::seconds(30))
        };
        let others: Vec<AccountId> = self
            .accounts
            .iter()
            .filter(fresh)
            .map(|account| account.id().clone())
            .filter(|other| other != id)
            .collect();
        for other in others {
            if let Some(account) = self.accounts.get_mut(&other) {
                account.watch.next_at = now;
            }
        }
    }
}

/// What broke an account, where it was not the person's own choice.
fn finding(account: &Account) -> Option<&Diagnosis> {
    match &account.connection {
        Connection::Lost(lost) => Some(&lost.diagnosis),
        Connection::Held(held) => match &held.standing {
            Standing::Blocked(diagnosis) => Some(diagnosis),
            Standing::Limited(shortfall) if shortfall.missing.is_empty() => {
                Some(&shortfall.diagnosis)
            }
            Standing::Limited(_) | Standing::Good => None,
        },
        Connection::Removed(_) => None,
    }
}
