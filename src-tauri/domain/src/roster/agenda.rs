//! All accounts, and what is to be done about them when: an event costs what it touches, not what
//! there is. Ten thousand accounts are looked through only where all of them change at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::grant::Route;
use crate::meta_app::AppKey;

/// The accounts. Whoever changes one leaves its name behind, so that its place in the agenda can be
/// worked out anew.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    all: BTreeMap<AccountId, Account>,
    touched: BTreeSet<AccountId>,
}

impl Accounts {
    pub(super) fn get(&self, id: &AccountId) -> Option<&Account> {
        self.all.get(id)
    }

    pub(super) fn get_mut(&mut self, id: &AccountId) -> Option<&mut Account> {
        let account = self.all.get_mut(id)?;
        self.touched.insert(id.clone());
        Some(account)
    }

    pub(super) fn get_or_insert(
        &mut self,
        id: &AccountId,
        make: impl FnOnce() -> Account,
    ) -> &mut Account {
        self.touched.insert(id.clone());
        self.all.entry(id.clone()).or_insert_with(make)
    }

    pub(super) fn remove(&mut self, id: &AccountId) -> Option<Account> {
        self.touched.insert(id.clone());
        self.all.remove(id)
    }

    pub(super) fn contains(&self, id: &AccountId) -> bool {
        self.all.contains_key(id)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Account> {
        self.all.values()
    }

    pub(super) fn ids(&self) -> Vec<AccountId> {
        self.all.keys().cloned().collect()
    }

    /// Something outside the account changed that bears on it: a question, a permission to start.
    pub(super) fn touch(&mut self, id: &AccountId) {
        self.touched.insert(id.clone());
    }

    /// Something changed that bears on all of them.
    pub(super) fn touch_all(&mut self) {
        self.touched.extend(self.all.keys().cloned());
    }

    pub(super) fn take_touched(&mut self) -> BTreeSet<AccountId> {
        std::mem::take(&mut self.touched)
    }
}

impl FromIterator<Account> for Accounts {
    fn from_iter<I: IntoIterator<Item = Account>>(accounts: I) -> Self {
        let all: BTreeMap<_, _> = accounts
            .into_iter()
            .map(|account| (account.id().clone(), account))
            .collect();
        let touched = all.keys().cloned().collect();
        Self { all, touched }
    }
}

/// How urgent a call is; the most urgent first. (Security document, R1.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A renewal.
    Renewal,
    /// A check that a person asked for, or that makes sure of a first finding.
    Asked,
    /// A check by the plan.
    Routine,
}

/// A call that is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    /// Not before.
    pub(super) at: Timestamp,
    /// How urgent.
    pub(super) rank: Rank,
    /// Who comes first among the equally urgent: for renewals the nearest end.
    pub(super) order: Timestamp,
}

/// Everything that is to be done about one account, and what of it is looked at on every turn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Todo {
    /// When something ends by itself: access, a way to undo, the keeping of an old token.
    pub(super) settle_at: Option<Timestamp>,
    /// At most a renewal and a check.
    pub(super) calls: [Option<Call>; 2],
    /// Whether it is not deleted.
    pub(super) is_kept: bool,
    /// Whether a person is needed.
    pub(super) is_bad: bool,
    /// Whether anything is the matter with it: it is bad, held up, or its renewal fails.
    pub(super) is_unwell: bool,
    /// Whether a call about it is under way, was asked for, or is to confirm a first finding.
    pub(super) is_unsettled: bool,
    /// On the Facebook route, whose sign-in it rests on, or rested on before it was deleted.
    pub(super) person: Option<String>,
    /// The Meta app it counts to; none for a deleted one, and where nobody knows the app.
    pub(super) app: Option<AppKey>,
}

type Upcoming = (Timestamp, Rank, Timestamp, AccountId);
type Ready = (Rank, Timestamp, AccountId);

/// What is to be done, in order.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    todos: BTreeMap<AccountId, Todo>,
    settle: BTreeSet<(Timestamp, AccountId)>,
    renewals: BTreeSet<Upcoming>,
    checks: BTreeSet<Upcoming>,
    ready: BTreeSet<Ready>,
    kept: BTreeSet<AccountId>,
    bad: BTreeSet<AccountId>,
    unwell: BTreeSet<AccountId>,
    unsettled: BTreeSet<AccountId>,
    persons: BTreeMap<String, BTreeSet<AccountId>>,
    /// How many accounts each Meta app has; no app has none.
    apps: BTreeMap<AppKey, usize>,
}

impl Agenda {
    /// Puts an account where it now belongs; with an empty `todo` it is in no list. Says whose accounts are others
    /// than before.
    pub(super) fn put(&mut self, id: &AccountId, todo: Todo) -> Vec<String> {
        if self.todos.get(id) == Some(&todo) {
            return Vec::new();
        }
        let old = self.todos.remove(id);
        let before = old.as_ref().and_then(|old| old.person.clone());
        let regrouped = self.regroup(id, before, todo.person.clone());
        let app = old.as_ref().and_then(|old| old.app.as_ref());
        if app != todo.app.as_ref() {
            self.recount(app, todo.app.as_ref());
        }
        if let Some(old) = old {
            if let Some(at) = old.settle_at {
                self.settle.remove(&(at, id.clone()));
            }
            for call in old.calls.into_iter().flatten() {
                self.upcoming(call.rank)
                    .remove(&(call.at, call.rank, call.order, id.clone()));
                self.ready.remove(&(call.rank, call.order, id.clone()));
            }
        }
        if let Some(at) = todo.settle_at {
            self.settle.insert((at, id.clone()));
        }
        for call in todo.calls.into_iter().flatten() {
            self.upcoming(call.rank)
                .insert((call.at, call.rank, call.order, id.clone()));
        }
        mark(&mut self.kept, id, todo.is_kept);
        mark(&mut self.bad, id, todo.is_bad);
        mark(&mut self.unwell, id, todo.is_unwell);
        mark(&mut self.unsettled, id, todo.is_unsettled);
        self.todos.insert(id.clone(), todo);
        regrouped
    }

    fn regroup(
        &mut self,
        id: &AccountId,
        before: Option<String>,
        now: Option<String>,
    ) -> Vec<String> {
        if before == now {
            return Vec::new();
        }
        if let Some(person) = &before
            && let Some(group) = self.persons.get_mut(person)
        {
            group.remove(id);
            if group.is_empty() {
                self.persons.remove(person);
            }
        }
        if let Some(person) = &now {
            let group = self.persons.entry(person.clone()).or_default();
            group.insert(id.clone());
        }
        before.into_iter().chain(now).collect()
    }

    fn recount(&mut self, before: Option<&AppKey>, now: Option<&AppKey>) {
        if let Some(app) = before
            && let Some(count) = self.apps.get_mut(app)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.apps.remove(app);
            }
        }
        if let Some(app) = now {
            *self.apps.entry(app.clone()).or_default() += 1;
        }
    }

    /// How many accounts a Meta app has, deleted ones not counted.
    pub(super) fn count_of(&self, app: &AppKey) -> usize {
        self.apps.get(app).copied().unwrap_or_default()
    }

    /// The Meta app of all accounts of a route of which it is known, where it is one.
    pub(super) fn only_app(&self, route: Route) -> Option<&AppKey> {
        let mut apps = self.apps.keys().filter(|app| app.route() == route);
        let first = apps.next()?;
        apps.next().is_none().then_some(first)
    }

    /// The accounts that rest on this person's sign-in, deleted ones included.
    pub(super) fn accounts_of(&self, person: &str) -> impl Iterator<Item = &AccountId> {
        self.persons.get(person).into_iter().flatten()
    }

    fn upcoming(&mut self, rank: Rank) -> &mut BTreeSet<Upcoming> {
        match rank {
            Rank::Renewal => &mut self.renewals,
            Rank::Asked | Rank::Routine => &mut self.checks,
        }
    }

    /// Accounts of which something has ended by `now`.
    pub(super) fn to_settle(&self, now: Timestamp) -> Vec<AccountId> {
        self.settle
            .iter()
            .take_while(|(at, _)| *at <= now)
            .map(|(_, id)| id.clone())
            .collect()
    }

    pub(super) fn next_end(&self) -> Option<Timestamp> {
        self.settle.first().map(|(at, _)| *at)
    }

    /// Calls whose time has come, most urgent first.
    pub(super) fn ready(&mut self, now: Timestamp) -> impl Iterator<Item = &Ready> {
        for upcoming in [&mut self.renewals, &mut self.checks] {
            while let Some((at, ..)) = upcoming.first()
                && *at <= now
                && let Some((_, rank, order, id)) = upcoming.pop_first()
            {
                self.ready.insert((rank, order, id));
            }
        }
        self.ready.iter()
    }

    /// When the next renewal may start.
    pub(super) fn next_renewal(&self) -> Option<(Timestamp, Rank)> {
        let ready = self.ready.first().map(|(rank, ..)| *rank);
        match ready.filter(|rank| *rank == Rank::Renewal) {
            Some(rank) => Some((Timestamp::MIN_UTC, rank)),
            None => self.renewals.first().map(|(at, rank, ..)| (*at, *rank)),
        }
    }

    /// When the next check may start.
    pub(super) fn next_check(&self) -> Option<(Timestamp, Rank)> {
        let after_renewals = (Rank::Asked, Timestamp::MIN_UTC, AccountId::new(""));
        match self.ready.range(after_renewals..).next() {
            Some((rank, ..)) => Some((Timestamp::MIN_UTC, *rank)),
            None => self.checks.first().map(|(at, rank, ..)| (*at, *rank)),
        }
    }

    /// How many accounts are not deleted.
    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// How many of them nothing is the matter with.
    pub(super) fn well(&self) -> usize {
        self.kept.len() - self.unwell.len()
    }

    /// Accounts that need a person.
    pub(super) fn bad(&self) -> impl Iterator<Item = &AccountId> {
        self.bad.iter()
    }

    /// Accounts with which anything is the matter.
    pub(super) fn unwell(&self) -> impl Iterator<Item = &AccountId> {
        self.unwell.iter()
    }

    /// Whether there is an account about which a call is under way, was asked for, or is to confirm.
    pub(super) fn is_unsettled(&self) -> bool {
        !self.unsettled.is_empty()
    }
}

fn mark(set: &mut BTreeSet<AccountId>, id: &AccountId, belongs: bool) {
    if belongs {
        set.insert(id.clone());
    } else {
        set.remove(id);
    }
}
