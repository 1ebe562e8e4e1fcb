//! What is due, and when to look again.

use chrono::Duration;

use super::agenda::{Call, Rank, Todo};
use super::renewing::ASK_FIRST;
use super::{Effect, Network, Roster};
use crate::Timestamp;
use crate::account::{Account, AccountId};
use crate::attempt::{Outcome, Phase};
use crate::connection::{Connection, Renewal, Standing, Undo};

/// With many accounts a round of checks is stretched to at most five hundred calls an hour: Meta's advice is a
/// check every hour or so (platform document, section E), and a computer that is woken less sleeps better. What
/// breaks together is found sooner, because a first finding sends a look at the others.
const CHECK_SPACING: Duration = Duration::milliseconds(7_200);

/// However many they are, each is looked at four times a day.
const LONGEST_ROUND: Duration = Duration::hours(6);

/// A red account is looked at again this often: it may heal by itself.
pub(super) const RED_CHECK_EVERY: Duration = Duration::hours(1);

/// How often each of `accounts` accounts is looked at, where `every` was chosen.
pub fn check_interval(every: Duration, accounts: usize) -> Duration {
    let round = CHECK_SPACING * i32::try_from(accounts).unwrap_or(i32::MAX);
    round.min(LONGEST_ROUND).max(every)
}

impl Roster {
    pub(super) fn on_tick(&mut self, room: usize, now: Timestamp) {
        self.settle_all(now);
        self.settle_attempt(now);
        self.settle_earlier(now);
        self.settle_app_faults(now);
        if self.key_available {
            for (id, rank) in self.due(room, now) {
                self.start(&id, rank, now);
            }
        }
    }

    /// Everything that has ended by itself: ways to undo, old tokens, the 60 days.
    fn settle_all(&mut self, now: Timestamp) {
        if self.undo.as_ref().is_some_and(|group| group.until <= now) {
            self.undo = None;
        }
        for id in self.agenda.to_settle(now) {
            self.settle_deletion(&id, now);
            self.settle_spare(&id, now);
            self.settle_end(&id, now);
            self.accounts.touch(&id);
        }
        self.reindex(now);
    }

    /// Works out anew what is to be done about the accounts that were touched.
    pub(super) fn reindex(&mut self, now: Timestamp) {
        for id in self.accounts.take_touched() {
            let todo = self
                .accounts
                .get(&id)
                .map(|account| self.todo(account, now))
                .unwrap_or_default();
            for person in self.agenda.put(&id, todo) {
                // What would be cut off with them is shown at each of them.
                self.out
                    .shown
                    .extend(self.agenda.accounts_of(&person).cloned());
            }
        }
    }

    fn todo(&self, account: &Account, now: Timestamp) -> Todo {
        let settle_at = match &account.connection {
            Connection::Removed(removal) => match removal.undo {
                Undo::Until(until) => Some(until),
                Undo::WhileInWizard | Undo::Gone => None,
            },
            Connection::Held(held) => {
                let running = matches!(held.renewal, Renewal::Running { .. });
                // Looked at when it comes, and once more when Instagram was asked and had its time to answer.
                let end = held.grant.expires_at.and_then(|end| match running {
                    true => None,
                    false if end > now => Some(end),
                    false if self.time_known => {
                        let since = self.unanswered_since(account.id(), end);
                        since.map(|since| since + ASK_FIRST)
                    }
                    false => None,
                });
                let previous = account.spare_until();
                [end, previous].into_iter().flatten().min()
            }
            Connection::Lost(lost) if lost.is_by_the_clock() && !lost.held.grant.is_past(now) => {
                Some(now) // the clock that said so was wrong
            }
            Connection::Lost(_) => None,
        };
        let (is_bad, fails) = match &account.connection {
            Connection::Held(held) => {
                (held.standing != Standing::Good, held.renewal.failures() > 0)
            }
            Connection::Lost(_) => (true, false),
            Connection::Removed(_) => (false, false),
        };
        let is_kept = account.removed().is_none();
        let held_up = account.watch.trouble.is_some() || account.watch.doubt.is_some();
        Todo {
            settle_at,
            calls: [self.renewal_call(account, now), self.check_call(account)],
            is_kept,
            is_bad,
            is_unwell: is_kept && (is_bad || fails || held_up),
            is_unsettled: is_kept && self.is_unsettled(account),
            person: account.person().map(str::to_owned),
            app: account.app.clone().filter(|_| is_kept),
        }
    }

    fn renewal_call(&self, account: &Account, now: Timestamp) -> Option<Call> {
        if account.removed().is_some() || self.is_busy(account) {
            return None;
        }
        let asked = self.asked_renewals.contains(account.id()).then_some(now);
        let planned = self.renewal_at(account, now).filter(|_| !self.only_asked);
        let at = asked.or(planned)?;
        let end = account.grant().and_then(|grant| grant.expires_at);
        Some(Call {
            at,
            rank: Rank::Renewal,
            order: end.unwrap_or(at),
        })
    }

    fn check_call(&self, account: &Account) -> Option<Call> {
        if account.removed().is_some() || self.is_busy(account) || !self.may_check(account) {
            return None;
        }
        let at = account.watch.next_at;
        let unsettled = account.watch.doubt.as_ref().is_some_and(|it| !it.held_back);
        let rank = if unsettled || self.asked.contains(account.id()) {
            Rank::Asked
        } else {
            Rank::Routine
        };
        Some(Call {
            at,
            rank,
            order: at,
        })
    }

    /// The earliest moment at which a tick would do something.
    pub fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        let attempt = self
            .attempt
            .as_ref()
            .and_then(|attempt| match &attempt.phase {
                Phase::Waiting => Some(attempt.expires_at() + Duration::milliseconds(1)),
                Phase::Checking { trouble, .. } => trouble.map(|(_, at)| at),
                Phase::Pages | Phase::Choice { .. } | Phase::Done { .. } | Phase::Failed { .. } => {
                    None
                }
            });
        let undo = self.undo.as_ref().map(|group| group.until);
        let earlier = self.earlier_ends_at();
        let ends = self.agenda.next_end();
        [attempt, earlier, undo, ends, self.next_call(now)]
            .into_iter()
            .flatten()
            .min()
    }

    fn next_call(&self, now: Timestamp) -> Option<Timestamp> {
        if !self.key_available {
            return None;
        }
        let earliest = |call: Option<(Timestamp, Rank)>| {
            let (at, rank) = call?;
            let at = self.network.not_before(at.max(now))?;
            self.pressure.not_before(at, rank)
        };
        let calls = [self.agenda.next_renewal(), self.agenda.next_check()];
        calls.into_iter().filter_map(earliest).min()
    }

    /// The calls to start with, most urgent first: renewals before checks (security document, R1), what a
    /// person asked for before what is routine.
    fn due(&mut self, room: usize, now: Timestamp) -> Vec<(AccountId, Rank)> {
        let room = self.network.room(self.pressure.room(room, now), now);
        if room == 0 {
            return Vec::new();
        }
        let mut due: Vec<(AccountId, Rank)> = Vec::new();
        for (rank, _, id) in self.agenda.ready(now) {
            if due.len() == room || !self.pressure.admits(*rank, now) {
                break; // whatever comes later is less urgent
            }
            if !due.iter().any(|(chosen, _)| chosen == id) {
                due.push((id.clone(), *rank));
            }
        }
        due
    }

    /// Whether a check may start by itself, or was asked for, or makes sure of one that was.
    fn may_check(&self, account: &Account) -> bool {
        !self.only_asked || self.asked.contains(account.id()) || account.watch.doubt.is_some()
    }

    /// When the account's renewal should start, if it may at all.
    pub fn renewal_at(&self, account: &Account, now: Timestamp) -> Option<Timestamp> {
        let Connection::Held(held) = &account.connection else {
            return None;
        };
        if !held.grant.renews() || account.watch.doubt.is_some() || held.grant.is_past(now) {
            return None;
        }
        // An account that must be unlocked at Instagram first would only be refused again.
        if matches!(held.standing, Standing::Blocked(_)) {
            return None;
        }
        let wanted = match &held.renewal {
            Renewal::Resting { .. } => self.plan.policy.due(&held.grant, account.consented_at),
            // Whoever wanted the try that failed wants the next one too, due or not.
            Renewal::Failing { retry_at, .. } => *retry_at,
            Renewal::Running { .. } => return None,
        };
        match self.plan.paused_until {
            _ if self.plan.off => None,
            Some(until) => Some(wanted.max(until)),
            None => Some(wanted),
        }
    }

    pub(super) fn is_busy(&self, account: &Account) -> bool {
        account.watch.running
            || match &account.connection {
                Connection::Held(held) => matches!(held.renewal, Renewal::Running { .. }),
                Connection::Lost(_) | Connection::Removed(_) => false,
            }
    }

    /// How often each account is looked at now.
    pub(super) fn check_interval(&self) -> Duration {
        check_interval(self.plan.check_every, self.accounts.len())
    }

    fn start(&mut self, id: &AccountId, rank: Rank, now: Timestamp) {
        if let Network::Offline { trying, .. } = &mut self.network {
            *trying = true;
        }
        self.pressure.begin_try();
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let revision = account.revision;
        let renew = rank == Rank::Renewal;
        self.asked_renewals.remove(id);
        if renew && let Connection::Held(held) = &mut account.connection {
            self.renewing.insert(id.clone(), revision);
            held.renewal = Renewal::Running {
                failures: held.renewal.failures(),
                last: held.renewal.last(),
            };
            self.out.effects.push(Effect::Renew {
                id: id.clone(),
                revision,
            });
            self.out.changed.insert(id.clone());
        } else {
            account.watch.running = true;
            self.asked.remove(id);
            self.out.effects.push(Effect::Probe {
                id: id.clone(),
                revision,
            });
            // Nothing of this is worth remembering: after a restart everything is looked at anyway.
            self.out.shown.insert(id.clone());
        }
        while let Some((at, _)) = self.checks.front()
            && now - *at > super::guard::WINDOW
        {
            self.checks.pop_front();
        }
        self.checks.push_back((now, id.clone()));
    }

    fn settle_attempt(&mut self, now: Timestamp) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let is_past = attempt.is_past(now);
        match &mut attempt.phase {
            Phase::Waiting if is_past => {
                self.end_attempt(Outcome::StateExpired, None, None, now);
            }
            Phase::Checking {
                signed_in, trouble, ..
            } if trouble.is_some_and(|(_, at)| at <= now) => {
                *trouble = None;
                let id = attempt.id.clone();
                let chosen = attempt
                    .offer
                    .as_ref()
                    .is_some_and(|offer| !offer.chosen.is_empty());
                self.out.effects.push(match (*signed_in, chosen) {
                    (true, true) => Effect::ProvePages(id),
                    (true, false) => Effect::Identify(id),
                    (false, _) => Effect::Redeem(id),
                });
            }
            Phase::Waiting
            | Phase::Checking { .. }
            | Phase::Pages
            | Phase::Choice { .. }
            | Phase::Done { .. }
            | Phase::Failed { .. } => {}
        }
    }
}
