//! Saves what the roster decided, then does it. Saved before said: what cannot be saved stays in
//! memory and is tried again, and the person is told.

use chrono::Duration;
use domain::Timestamp;
use domain::account::{AccountId, Revision};
use domain::attempt::Outcome;
use domain::diagnosis::{Affects, Context, Step, diagnose};
use domain::grant::{AccessToken, Grant, Route, TokenSet};
use domain::journal::EntryKind;
use domain::refusal::Refusal;
use domain::roster::{AttemptEvent, Effect, Event, Reaction};

use meta::LongLived;
use store::RenewalResult;

use super::Engine;
use crate::command::ErrorCode;
use crate::records::{Batch, Change};
use crate::world::token_set;

/// How long after a failed save the next one is tried.
pub(super) const SAVE_AGAIN: Duration = Duration::seconds(5);

impl Engine {
    /// Takes in one reaction. It is saved, as a whole and with whatever came before it, by the next
    /// [`Engine::settle`], and nothing of it is started earlier.
    pub(super) fn carry_out(&mut self, reaction: Reaction) {
        self.carry_out_with(reaction, None);
    }

    /// Saves everything that was decided, in one transaction, then starts what follows from it.
    pub(super) fn settle(&mut self) {
        loop {
            self.save(self.now());
            let later = std::mem::take(&mut self.later);
            if later.is_empty() {
                return;
            }
            for effect in later {
                // A try that is not on record must not be made. (Security document, R2.)
                if let Effect::Renew { id, revision } = &effect
                    && self.save_failed.is_some()
                {
                    let (id, revision) = (id.clone(), *revision);
                    self.happen(Event::TaskDied { id, revision });
                } else {
                    self.start(effect);
                }
            }
        }
    }

    /// `token` is the one that a renewal just brought, for [`Effect::Promote`].
    fn carry_out_with(&mut self, reaction: Reaction, token: Option<&TokenSet>) {
        for effect in reaction.effects {
            if let Some(effect) = self.prepare(effect, token) {
                self.later.push(effect);
            }
        }
        for entry in reaction.entries {
            if let Some(id) = &entry.account {
                self.kept.entry(id.clone()).or_default().history += 1;
            }
            if matches!(
                entry.kind,
                EntryKind::Connected | EntryKind::Reconnected | EntryKind::Recovered
            ) && let Some(id) = &entry.account
            {
                self.syncing.want(id);
            }
            log(&entry);
            self.unsaved.entries.push(entry);
        }
        self.unsaved
            .accounts
            .extend(reaction.changed.iter().cloned());
        self.changed.extend(reaction.changed);
        self.changed.extend(reaction.shown);
    }

    /// Turns what concerns the store into changes of the batch; gives back what is to be started
    /// once that is saved.
    fn prepare(&mut self, effect: Effect, token: Option<&TokenSet>) -> Option<Effect> {
        match effect {
            Effect::Probe { .. }
            | Effect::Redeem(_)
            | Effect::Identify(_)
            | Effect::ProvePages(_) => Some(effect),
            Effect::Renew { ref id, .. } => {
                // The try is on record before the call: after a crash it is unknown, not failed.
                // (Security document, R2.)
                self.unsaved.changes.push(Change::RenewalBegun(id.clone()));
                Some(effect)
            }
            Effect::Adopt {
                attempt,
                page,
                account,
                generation,
            } => {
                let held = self
                    .attempt
                    .as_ref()
                    .filter(|secrets| secrets.id == attempt);
                if let (Some(page), Some(secrets)) = (&page, held) {
                    let person = secrets.token.as_ref().map(|set| set.token.duplicate());
                    let token = secrets.pages.get(page).map(AccessToken::duplicate);
                    self.keep_page(account, generation, token, person);
                    return None;
                }
                match held.and_then(|secrets| secrets.token.as_ref()) {
                    Some(set) => {
                        let token = set.token.duplicate();
                        self.unsaved.changes.push(Change::Token {
                            account,
                            generation,
                            token,
                            adopted: true,
                        });
                    }
                    None => tracing::error!("a token to adopt is not at hand"),
                }
                None
            }
            Effect::Promote { id, generation } => {
                if let Some(set) = token {
                    let token = set.token.duplicate();
                    self.unsaved.changes.push(Change::Token {
                        account: id,
                        generation,
                        token,
                        adopted: false,
                    });
                }
                None
            }
            Effect::DropSpare(id) => {
                self.unsaved.changes.push(Change::DropSpare(id));
                None
            }
            Effect::TradeTokens(id) => {
                self.unsaved.changes.push(Change::TradeTokens(id));
                None
            }
            Effect::KeepLane => {
                let lane = self.roster.lane().cloned();
                self.unsaved.changes.push(Change::Lane(lane));
                None
            }
            Effect::Manifest(id, step) => {
                self.unsaved.changes.push(Change::Manifest(id, step));
                None
            }
            Effect::CloseAttempt(attempt) => {
                self.forget_attempt(&attempt);
                self.unsaved.changes.push(Change::AttemptClosed(attempt));
                None
            }
            Effect::EraseAccess(id) => {
                self.unsaved.changes.push(Change::EraseAccess(id));
                None
            }
            Effect::EraseAll(id) => {
                self.kept.remove(&id);
                self.world.stop_reading(&id);
                self.syncing.forget(&id);
                self.changed.remove(&id);
                self.unsaved.accounts.remove(&id);
                self.unsaved
                    .entries
                    .retain(|entry| entry.account.as_ref() != Some(&id));
                self.erased.push(id.to_string());
                self.unsaved.changes.push(Change::EraseAll(id));
                None
            }
        }
    }

    /// One transaction for everything that is not saved yet.
    pub(super) fn save(&mut self, now: Timestamp) {
        if self.unsaved.is_empty() {
            return;
        }
        let Some(records) = &mut self.records else {
            return;
        };
        match records.commit(&self.unsaved, &self.roster, now) {
            Ok(()) => {
                self.unsaved.clear();
                self.save_failed = None;
            }
            Err(error) if error.is_final() => {
                tracing::error!(%error, "a change can never be saved; the others are");
                self.save_one_by_one(now);
            }
            Err(error) => {
                tracing::error!(%error, "a change could not be saved and is kept in memory");
                self.saves_failed += 1;
                self.save_failed = Some((error.code(), now));
            }
        }
    }

    /// One change that does not fit what is stored must not keep all others from being saved.
    fn save_one_by_one(&mut self, now: Timestamp) {
        let mut all = std::mem::take(&mut self.unsaved);
        for change in std::mem::take(&mut all.changes) {
            let one = Batch {
                changes: vec![change],
                ..Batch::default()
            };
            self.save_or_keep(one, now);
        }
        self.save_or_keep(all, now);
    }

    fn save_or_keep(&mut self, batch: Batch, now: Timestamp) {
        let Some(records) = &mut self.records else {
            return;
        };
        match records.commit(&batch, &self.roster, now) {
            Ok(()) => {}
            Err(error) if error.is_final() => tracing::error!(%error, "a change is given up"),
            Err(error) => {
                self.saves_failed += 1;
                self.save_failed = Some((error.code(), now));
                self.unsaved.accounts.extend(batch.accounts);
                self.unsaved.entries.extend(batch.entries);
                self.unsaved.changes.extend(batch.changes);
            }
        }
    }

    pub(super) fn retry_saving(&mut self, now: Timestamp) {
        if self
            .save_failed
            .is_some_and(|(_, at)| now - at >= SAVE_AGAIN)
        {
            self.save(now);
        }
    }

    fn start(&mut self, effect: Effect) {
        match effect {
            Effect::Probe { id, revision } => self.start_probe(id, revision),
            Effect::Renew { id, revision } => self.start_renewal(id, revision),
            Effect::Redeem(attempt) => self.redeem(&attempt),
            Effect::Identify(attempt) => self.identify(&attempt),
            Effect::ProvePages(attempt) => self.prove_pages(attempt),
            Effect::Adopt { .. }
            | Effect::Promote { .. }
            | Effect::DropSpare(_)
            | Effect::TradeTokens(_)
            | Effect::Manifest(..)
            | Effect::KeepLane
            | Effect::CloseAttempt(_)
            | Effect::EraseAccess(_)
            | Effect::EraseAll(_) => {}
        }
    }

    /// The next call may start after the pause, whatever becomes of this one.
    pub(super) fn started(&mut self) {
        let pause = Duration::milliseconds(self.config.pace.pause_ms);
        self.next_start = self.now() + pause;
    }

    fn start_probe(&mut self, id: AccountId, revision: Revision) {
        self.started();
        match self.open_token(&id, revision) {
            Some((token, grant)) if grant.route == Route::Facebook => {
                self.probe_page(id, revision, token, grant);
            }
            Some((token, grant)) => self.world.probe(id, revision, token, grant.scopes),
            None => {}
        }
    }

    fn start_renewal(&mut self, id: AccountId, revision: Revision) {
        self.started();
        if let Some((token, _)) = self.open_token(&id, revision) {
            self.world.renew(id, revision, token);
        }
    }

    /// The account's token. One that does not open is told as such: a finding about our storage,
    /// never about the account at Instagram.
    fn open_token(&mut self, id: &AccountId, revision: Revision) -> Option<(AccessToken, Grant)> {
        let account = self.roster.account(id)?;
        let grant = account.grant().cloned();
        let records = self.records.as_ref()?;
        match (records.open_token(id, account.generation), grant) {
            (Ok(token), Some(grant)) => return Some((token, grant)),
            (Err(error), _) if error.is_unreadable() => {
                tracing::error!(account = %id, %error, "a stored token does not open");
                self.happen(Event::AccessUnreadable(vec![id.clone()]));
            }
            (Err(error), _) => {
                tracing::error!(account = %id, %error, "a stored token could not be read now");
                self.happen(Event::TaskDied {
                    id: id.clone(),
                    revision,
                });
            }
            (Ok(_), None) => self.happen(Event::TaskDied {
                id: id.clone(),
                revision,
            }),
        }
        None
    }

    pub(super) fn on_renewed(
        &mut self,
        id: AccountId,
        revision: Revision,
        result: Result<LongLived, Refusal>,
    ) {
        let now = self.now();
        let (result, cause) = match result {
            Ok(long) => (Ok(long), None),
            Err(refusal) => {
                let meant = diagnose(&refusal, &Context::at(Step::Renew), now);
                (Err(refusal), Some((meant.cause, meant.affects)))
            }
        };
        self.unsaved.changes.push(Change::RenewalEnded {
            account: id.clone(),
            result: match cause {
                None => RenewalResult::Renewed,
                Some((_, Affects::Network)) => RenewalResult::NoAnswer,
                Some(_) => RenewalResult::Refused,
            },
            cause: cause.map(|(cause, _)| cause),
        });
        let route = self
            .roster
            .account(&id)
            .and_then(|account| Some(account.grant()?.route));
        let (token, result) = match result {
            Ok(long) => {
                let set = token_set(long, route.unwrap_or(Route::Instagram), None, now);
                let grant = set.grant.clone();
                (Some(set), Ok(grant))
            }
            Err(refusal) => (None, Err(refusal)),
        };
        let reaction = self.roster.on(
            Event::Renewed {
                id,
                revision,
                result,
            },
            now,
        );
        self.carry_out_with(reaction, token.as_ref());
    }

    /// What an attempt needs besides the browser's answer is not at hand.
    pub(super) fn cannot_go_on(&mut self, code: ErrorCode) {
        let event = AttemptEvent::NotKept(without(code));
        self.happen(Event::Attempt(event));
    }
}

/// How an attempt ends without what it needs. What was never entered is not the key store's fault.
fn without(code: ErrorCode) -> Outcome {
    if code == ErrorCode::NoCredentials {
        Outcome::NoCredentials
    } else {
        Outcome::KeyUnavailable
    }
}

/// A line for developers: ids and codes only.
fn log(entry: &domain::journal::Entry) {
    let account = entry.account.as_ref().map(AccountId::as_str).unwrap_or("-");
    let cause = entry
        .diagnosis
        .as_ref()
        .map_or("-", |diagnosis| diagnosis.cause.code());
    let outcome = entry.params.get("outcome").map_or("-", String::as_str);
    tracing::info!(account, kind = entry.kind.code(), cause, outcome, "journal");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_that_is_not_entered_has_an_end_of_its_own() {
        assert_eq!(without(ErrorCode::NoCredentials), Outcome::NoCredentials);
        for other in [ErrorCode::KeyUnavailable, ErrorCode::Database] {
            assert_eq!(without(other), Outcome::KeyUnavailable, "{other}");
        }
    }
}
