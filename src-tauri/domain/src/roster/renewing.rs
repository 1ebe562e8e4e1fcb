//! What a renewal's end means, and when the 60 days are over.

use chrono::Duration;

use super::{Effect, Network, Roster};
use crate::Timestamp;
use crate::account::{Account, AccountId, Revision};
use crate::connection::{Connection, Held, Lost, Renewal, Spare};
use crate::diagnosis::{Affects, Cause, Certainty, Context, Diagnosis, Step, diagnose};
use crate::gap::end_of_access;
use crate::grant::Grant;
use crate::journal::{Entry, EntryKind};
use crate::refusal::Refusal;
use crate::renewal::{MIN_AGE, spread_patience};

/// How long after an end Instagram is asked before our own clock decides.
pub(super) const ASK_FIRST: Duration = Duration::hours(1);

impl Roster {
    /// Asked by hand: everything that Instagram allows to be renewed, whether due or not. What is
    /// not allowed yet is looked at instead, so that the press has an answer.
    pub(super) fn on_renew_asked(&mut self, ids: &[AccountId], now: Timestamp) {
        for id in self.named(ids) {
            let Some(account) = self.accounts.get(&id) else {
                continue;
            };
            let old_enough =
                |grant: &Grant| grant.issued_at.unwrap_or(account.consented_at) + MIN_AGE <= now;
            match &account.connection {
                Connection::Held(held)
                    if held.grant.renews()
                        && !held.grant.is_past(now)
                        && old_enough(&held.grant)
                        && account.watch.doubt.is_none() =>
                {
                    if !matches!(held.renewal, Renewal::Running { .. }) {
                        self.accounts.touch(&id);
                        self.asked_renewals.insert(id);
                    }
                }
                Connection::Held(_) | Connection::Lost(_) | Connection::Removed(_) => {
                    self.ask(&id, now)
                }
            }
        }
    }

    pub(super) fn on_renew_due_asked(&mut self, now: Timestamp) {
        let due = |account: &&Account| self.renewal_at(account, now).is_some_and(|at| at <= now);
        let due: Vec<AccountId> = self
            .accounts
            .iter()
            .filter(due)
            .map(|account| account.id().clone())
            .collect();
        for id in due {
            self.accounts.touch(&id);
            self.asked_renewals.insert(id);
        }
    }

    pub(super) fn on_renewed(
        &mut self,
        id: &AccountId,
        revision: Revision,
        result: Result<Grant, Refusal>,
        now: Timestamp,
    ) {
        if self.renewing.get(id) != Some(&revision) {
            return; // it belongs to a token that has been replaced since
        }
        self.renewing.remove(id);
        if result.is_ok() {
            self.failing.remove(id);
        }
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let Some(held) = held_now_or_before(&mut account.connection) else {
            return;
        };
        match result {
            Ok(fresh) => {
                // The call was made with it: the one beside it is not needed any more.
                let beside = held.spare.take();
                if beside.is_some() {
                    self.out.effects.push(Effect::DropSpare(id.clone()));
                }
                let newest = beside.map_or(0, |spare| spare.generation);
                held.spare = Some(Box::new(Spare {
                    grant: held.grant.clone(),
                    generation: account.generation,
                }));
                held.grant = Grant {
                    route: held.grant.route,
                    scopes: fresh.scopes.or_else(|| held.grant.scopes.take()),
                    issued_at: Some(now),
                    // Without a usable lifetime the old end stays. (Security document, T4.)
                    expires_at: fresh.expires_at.or(held.grant.expires_at),
                    page: held.grant.page.take(),
                };
                held.renewal = Renewal::Resting { last: Some(now) };
                account.generation = account.generation.max(newest).saturating_add(1);
                account.revision = account.revision.next();
                account.watch.next_at = now;
                self.asked.insert(id.clone()); // a call must prove it
                let generation = account.generation;
                let mut entry = Entry::about(id, EntryKind::Renewed, now);
                if let Some(end) = held.grant.expires_at {
                    entry = entry.with("until", end.to_rfc3339());
                }
                self.out.effects.push(Effect::Promote {
                    id: id.clone(),
                    generation,
                });
                self.record(entry);
                self.reached_provider(now);
                self.relieve();
            }
            Err(refusal) => {
                let context = Context {
                    step: Step::Renew,
                    route: Some(held.grant.route),
                    issued_at: held.grant.issued_at,
                    expires_at: held.grant.expires_at,
                    ..Context::unknown()
                };
                let asked_to_wait = refusal.retry_after().unwrap_or(Duration::zero());
                let reason = diagnose(&refusal, &context, now);
                if reason.affects == Affects::Network {
                    self.lost_network(&reason, &refusal, now);
                } else {
                    self.reached_provider(now);
                }
                self.press(&reason, asked_to_wait, now);
                self.renewal_failed(id, reason, asked_to_wait, now);
            }
        }
    }

    pub(super) fn renewal_failed(
        &mut self,
        id: &AccountId,
        reason: Diagnosis,
        asked: Duration,
        now: Timestamp,
    ) {
        let offline = reason.affects == Affects::Network && self.network != Network::Online;
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let Some(held) = held_now_or_before(&mut account.connection) else {
            return;
        };
        let Renewal::Running { failures, last } = held.renewal else {
            return;
        };
        self.out.changed.insert(id.clone());
        if offline {
            // Offline is quiet: no failure is counted against the account.
            held.renewal = match failures {
                0 => Renewal::Resting { last },
                _ => Renewal::Failing {
                    failures,
                    retry_at: now,
                    reason,
                    last,
                },
            };
            return;
        }
        let failures = failures.saturating_add(1);
        let retry_at = now + spread_patience(failures, id).max(asked);
        held.renewal = Renewal::Failing {
            failures,
            retry_at,
            reason: reason.clone(),
            last,
        };
        // A refused renewal proves nothing about the token: read the profile first.
        // (Security document, R5.)
        account.watch.next_at = now;
        self.asked.insert(id.clone());
        // A row of equal failures is one line; each try is remembered elsewhere.
        let before = self.failing.insert(id.clone(), reason.cause);
        if before != Some(reason.cause) {
            let entry = Entry::about(id, EntryKind::RenewalFailed, now).because(&reason);
            self.record(entry.with("failures", failures.to_string()));
        }
    }

    /// An end that has come by our clock: Instagram is asked first, because its answer is the better
    /// proof and the end may have been moved without our knowing. Where this account's own question finds no
    /// answer within an hour the clock alone marks it, and takes the mark back when it was wrong. (Security document, T5.)
    pub(super) fn settle_end(&mut self, id: &AccountId, now: Timestamp) {
        let Some(account) = self.accounts.get(id) else {
            return;
        };
        match &account.connection {
            // A renewal under way may still have been in time.
            Connection::Held(held)
                if self.time_known
                    && held.grant.is_past(now)
                    && !matches!(held.renewal, Renewal::Running { .. }) =>
            {
                let end = held.grant.expires_at.unwrap_or(now);
                match self.unanswered_since(id, end) {
                    // The newer token has a later end.
                    Some(_) if self.uses_the_older(id) => {
                        self.trade_places(id);
                        self.ask(id, now);
                    }
                    Some(since) if now - since >= ASK_FIRST => {
                        self.lose(id, Diagnosis::expired_by_the_clock(end), now);
                    }
                    Some(_) | None => self.ask(id, now),
                }
            }
            Connection::Lost(lost) if lost.is_by_the_clock() && !lost.held.grant.is_past(now) => {
                self.recover(id, now);
            }
            Connection::Held(_) | Connection::Lost(_) | Connection::Removed(_) => {}
        }
    }

    /// A question about this account was not answered in its favour. The hour after an end by our clock
    /// begins with the first one, also where the computer was off over the end or in between.
    pub(super) fn found_no_answer(
        &mut self,
        id: &AccountId,
        checked_before: Option<Timestamp>,
        now: Timestamp,
    ) {
        let end = self.accounts.get(id).and_then(Account::grant);
        let end = end.and_then(|grant| grant.expires_at);
        if let Some(end) = end.filter(|end| *end <= now)
            && self.unanswered_since(id, end).is_none()
        {
            let since = checked_before.filter(|at| *at >= end).unwrap_or(now);
            self.unanswered.insert(id.clone(), since);
        }
    }

    /// Since when this account's own questions after this end have found no answer.
    pub(super) fn unanswered_since(&self, id: &AccountId, end: Timestamp) -> Option<Timestamp> {
        self.unanswered.get(id).copied().filter(|at| *at >= end)
    }

    pub(super) fn on_access_unreadable(&mut self, ids: &[AccountId], now: Timestamp) {
        for id in self.named(ids) {
            self.lose(
                &id,
                Diagnosis::of(Cause::TokenDamaged, Certainty::Proved, now),
                now,
            );
            if let Some(account) = self.accounts.get_mut(&id) {
                account.watch.running = false;
                account.watch.next_at = now + super::plan::RED_CHECK_EVERY;
                self.asked.remove(&id);
                self.out.changed.insert(id);
            }
        }
    }

    /// Access is gone. Where there are two tokens the newer one is asked first whether it works again.
    pub(super) fn lose(&mut self, id: &AccountId, diagnosis: Diagnosis, now: Timestamp) {
        if self.uses_the_older(id) {
            self.trade_places(id);
        }
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let Connection::Held(held) = &account.connection else {
            return;
        };
        account.connection = Connection::Lost(Lost::of(held.clone(), diagnosis.clone()));
        account.revision = account.revision.next();
        account.watch.running = false;
        let was_told = account.watch.doubt.take().is_some_and(|doubt| doubt.told);
        account.watch.trouble = None;
        account.watch.next_at = now + super::plan::RED_CHECK_EVERY;
        if was_told {
            self.out.changed.insert(id.clone());
            return;
        }
        account
            .recent_losses
            .retain(|at| now - *at <= crate::wizard::REPEAT_WINDOW);
        account.recent_losses.push(now);
        let last_ok = account.watch.last_ok_at;
        self.record(end_of_access(id, EntryKind::Lost, &diagnosis, last_ok, now));
    }
}

/// What a renewal was for: the token that is held, or that of a deletion that can still be taken back.
fn held_now_or_before(connection: &mut Connection) -> Option<&mut Held> {
    match connection {
        Connection::Held(held) => Some(held),
        Connection::Removed(removal) => match removal.before.as_deref_mut() {
            Some(Connection::Held(held)) => Some(held),
            Some(Connection::Lost(_) | Connection::Removed(_)) | None => None,
        },
        Connection::Lost(_) => None,
    }
}
