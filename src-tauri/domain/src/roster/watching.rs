//! What a live check means. (Security document, section 7; Meta platform reference, D5.)

use chrono::Duration;

use super::plan::RED_CHECK_EVERY;
use super::{Probe, Roster};
use crate::Timestamp;
use crate::account::{Account, AccountId, AccountType, Revision};
use crate::connection::{Connection, Doubt, Renewal, Shortfall, Standing, Trouble};
use crate::diagnosis::{Affects, Cause, Certainty, Context, Diagnosis, Step, diagnose};
use crate::grant::{Route, Scopes};
use crate::journal::{Entry, EntryKind};
use crate::refusal::Refusal;
use crate::renewal::spread_patience;

/// Between the first answer that says access is gone and the second that confirms it: long enough
/// for a hiccup to pass. (Design brief, section 4.)
const CONFIRM_AFTER: Duration = Duration::seconds(30);

/// The same where Instagram names the cause outright: a second, independent call, but at once.
const CONFIRM_NAMED_AFTER: Duration = Duration::seconds(2);

impl Roster {
    pub(super) fn on_check_asked(&mut self, ids: &[AccountId], now: Timestamp) {
        for id in self.named(ids) {
            self.ask(&id, now);
        }
    }

    /// Puts an account at the front of the queue for a live check.
    pub(super) fn ask(&mut self, id: &AccountId, now: Timestamp) {
        if let super::Network::Offline { retry_at, .. } = &mut self.network {
            *retry_at = (*retry_at).min(now);
        }
        if let Some(account) = self.accounts.get_mut(id)
            && account.removed().is_none()
        {
            let confirm_at = account
                .watch
                .doubt
                .as_ref()
                .filter(|doubt| !doubt.held_back);
            account.watch.next_at = confirm_at.map_or(now, |doubt| doubt.confirm_at.max(now));
            self.asked.insert(id.clone());
        }
    }

    /// The accounts that were named, or all that are not deleted.
    pub(super) fn named(&self, ids: &[AccountId]) -> Vec<AccountId> {
        let kept = |account: &&Account| account.removed().is_none();
        if ids.is_empty() {
            self.accounts
                .iter()
                .filter(kept)
                .map(|account| account.id().clone())
                .collect()
        } else {
            ids.iter()
                .filter_map(|id| self.accounts.get(id))
                .filter(kept)
                .map(|account| account.id().clone())
                .collect()
        }
    }

    pub(super) fn on_probed(
        &mut self,
        id: &AccountId,
        revision: Revision,
        result: Result<Probe, Refusal>,
        now: Timestamp,
    ) {
        let Some((once_more, checked_before)) = self.take_answer(id, revision, now) else {
            return;
        };
        match result {
            // A token that answers for another account proves nothing about this one.
            Ok(probe) if probe.profile.user_id != *id => {
                let odd = Diagnosis::of(Cause::Unknown, Certainty::Unknown, now);
                self.trouble(id, odd, Duration::zero(), now);
            }
            Ok(probe) => {
                let weighed = probe.denied.is_none();
                self.on_healthy(id, probe, weighed, now);
            }
            Err(refusal) => {
                self.found_no_answer(id, checked_before, now);
                let pause = refusal.retry_after().unwrap_or(Duration::zero());
                let diagnosis = self.diagnose_check(id, &refusal, now);
                if diagnosis.affects == Affects::Network {
                    self.lost_network(&diagnosis, &refusal, now);
                } else {
                    self.reached_provider(now);
                }
                self.press(&diagnosis, pause, now);
                self.on_unhealthy(id, diagnosis, pause, now);
            }
        }
        if once_more {
            self.look_once_more(id, now);
        }
    }

    /// A check's answer is there: whether it was asked for again meanwhile, and when the one before it was. `None`
    /// for an answer to an older question.
    pub(super) fn take_answer(
        &mut self,
        id: &AccountId,
        revision: Revision,
        now: Timestamp,
    ) -> Option<(bool, Option<Timestamp>)> {
        let interval = self.check_interval();
        let account = self.accounts.get_mut(id)?;
        if account.revision != revision || !account.watch.running {
            return None;
        }
        account.watch.running = false;
        // Asked while this check was under way: its answer may be older than the question.
        let once_more = self.asked.remove(id);
        let checked_before = account.watch.last_checked_at.replace(now);
        account.watch.next_at = now + interval;
        self.out.changed.insert(id.clone());
        Some((once_more, checked_before))
    }

    /// A second look where the first came too early; what is unsettled has its own second look.
    pub(super) fn look_once_more(&mut self, id: &AccountId, now: Timestamp) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        if account.watch.trouble.is_none() && account.watch.doubt.is_none() {
            account.watch.next_at = now;
            self.asked.insert(id.clone());
        }
    }

    pub(super) fn on_task_died(&mut self, id: &AccountId, revision: Revision, now: Timestamp) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        if account.revision != revision && self.renewing.get(id) != Some(&revision) {
            return;
        }
        let odd = Diagnosis::of(Cause::Unknown, Certainty::Unknown, now);
        self.asked.remove(id);
        let running = matches!(
            &account.connection,
            Connection::Held(held) if matches!(held.renewal, Renewal::Running { .. })
        );
        account.watch.running = false;
        if self.renewing.remove(id).is_some() && running {
            self.renewal_failed(id, odd, Duration::zero(), now);
        } else {
            self.trouble(id, odd, Duration::zero(), now);
        }
    }

    pub(super) fn diagnose_check(
        &self,
        id: &AccountId,
        refusal: &Refusal,
        now: Timestamp,
    ) -> Diagnosis {
        let grant = self.accounts.get(id).and_then(Account::grant);
        let context = Context {
            step: Step::Profile,
            route: grant.map(|grant| grant.route),
            issued_at: grant.and_then(|grant| grant.issued_at),
            expires_at: grant.and_then(|grant| grant.expires_at),
            ..Context::unknown()
        };
        diagnose(refusal, &context, now)
    }

    /// The account answers. `weighed` tells whether its permissions were looked at and none was missing.
    pub(super) fn on_healthy(
        &mut self,
        id: &AccountId,
        probe: Probe,
        weighed: bool,
        now: Timestamp,
    ) {
        self.reached_provider(now);
        self.relieve();
        self.clear_app_fault(id, now);
        self.proved(id); // whatever else the answer says, the profile was read
        if let Some(account) = self.accounts.get_mut(id) {
            account.watch.last_ok_at = Some(now);
        }
        self.compare_profile(id, &probe.profile, now);
        if probe.profile.account_type == AccountType::Personal {
            let diagnosis = Diagnosis::of(Cause::NotProfessional, Certainty::Proved, now);
            self.on_unhealthy(id, diagnosis, Duration::zero(), now);
            return;
        }
        if let Some(refusal) = probe.denied {
            let mut diagnosis = self.diagnose_check(id, &refusal, now);
            if diagnosis.is_limited() {
                let route = self
                    .accounts
                    .get(id)
                    .map_or(Route::Instagram, Account::route);
                let tested = || Some(route.publish_scope().to_owned());
                diagnosis.permission = diagnosis.permission.or_else(tested);
                self.on_unhealthy(id, diagnosis, Duration::zero(), now);
                return;
            }
        }
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        account.watch.trouble = None;
        let mut recovered = self.dispel_doubt(id, now);
        recovered |= self.recover(id, now);
        recovered |= self.heal(id, weighed, now);
        self.doubt_the_end(id, now);
        if recovered {
            self.wizard_recovered(id, now);
        }
    }

    pub(super) fn on_unhealthy(
        &mut self,
        id: &AccountId,
        diagnosis: Diagnosis,
        pause: Duration,
        now: Timestamp,
    ) {
        let grave = diagnosis.is_lost() || diagnosis.is_blocked() || diagnosis.is_limited();
        if !grave {
            self.trouble(id, diagnosis, pause, now);
            return;
        }
        let again = now + RED_CHECK_EVERY.max(self.check_interval());
        if diagnosis.is_limited() {
            // A permission is only weighed for a token that works.
            self.proved(id);
            self.recover(id, now);
            if self.uncover(id, again, now) {
                return;
            }
        }
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        account.watch.trouble = None;
        if account.is_settled_as(&diagnosis) {
            account.watch.doubt = None;
            account.watch.next_at = again;
            self.take_turns(id, now);
            self.wizard_still_blocked(id, now);
            return;
        }
        // Only what is not settled yet says something about the app: an old loss is no news.
        let doubt = account.watch.doubt.take();
        self.note_failure(id, &diagnosis, now);
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        match doubt {
            Some(doubt) if doubt.held_back || same_kind(&doubt.diagnosis, &diagnosis) => {
                let confirm_at = doubt.confirm_at;
                account.watch.doubt = Some(doubt);
                if now < confirm_at {
                    account.watch.next_at = confirm_at;
                } else if !self.hold_back(id, &diagnosis, now) {
                    self.settle(id, diagnosis, now);
                }
            }
            other => {
                let told = other.is_some_and(|doubt| doubt.told);
                let pause = if diagnosis.names_its_cause() {
                    CONFIRM_NAMED_AFTER
                } else {
                    CONFIRM_AFTER
                };
                account.watch.next_at = now + pause;
                account.watch.doubt = Some(Doubt {
                    diagnosis,
                    since: now,
                    confirm_at: now + pause,
                    held_back: false,
                    told,
                });
                self.look_at_the_others(id, now);
            }
        }
    }

    /// Two answers agree: the verdict stands.
    fn settle(&mut self, id: &AccountId, diagnosis: Diagnosis, now: Timestamp) {
        if diagnosis.is_lost() {
            if !self.fall_back(id, diagnosis.clone(), now) {
                self.lose(id, diagnosis, now);
                self.wizard_still_lost(id);
            }
            return;
        }
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        account.watch.doubt = None;
        let Connection::Held(held) = &mut account.connection else {
            return;
        };
        if diagnosis.is_blocked() {
            held.hide_behind(Standing::Blocked(diagnosis.clone()));
        } else {
            // Nothing was unticked as far as we know: a later answer takes it back.
            held.standing = Standing::Limited(Shortfall {
                missing: Scopes::default(),
                diagnosis: diagnosis.clone(),
            });
        }
        let kind = if diagnosis.is_blocked() {
            EntryKind::Blocked
        } else {
            EntryKind::Limited
        };
        let last_ok = account.watch.last_ok_at;
        self.record(crate::gap::end_of_access(
            id, kind, &diagnosis, last_ok, now,
        ));
        if kind == EntryKind::Limited {
            self.doubt_the_end(id, now); // a permission is only weighed for a token that lives
        }
        if kind == EntryKind::Limited
            && let Some(gone) = &diagnosis.permission
        {
            self.permissions_changed(id, &Scopes::parse(gone), &Scopes::default(), now);
        }
        self.wizard_still_blocked(id, now);
    }

    /// Something that says nothing about the account: it stays as it was.
    fn trouble(&mut self, id: &AccountId, diagnosis: Diagnosis, pause: Duration, now: Timestamp) {
        let Some(account) = self.accounts.get_mut(id) else {
            return;
        };
        let failures = account
            .watch
            .trouble
            .as_ref()
            .map_or(0, |trouble| trouble.failures);
        let failures = failures.saturating_add(1);
        let offline = diagnosis.affects == Affects::Network;
        let patience = if offline {
            super::Network::pause(failures) // it is the network that is tried, not the account
        } else {
            spread_patience(failures, id)
        };
        let retry_at = now + patience.max(pause);
        account.watch.next_at = retry_at;
        account.watch.trouble = Some(Trouble {
            diagnosis: diagnosis.clone(),
            failures,
            retry_at,
        });
        // One line for a cut cable, not five hundred; and one for each account's first other failure.
        if failures == 1 && !offline {
            self.record(Entry::about(id, EntryKind::CheckFailed, now).because(&diagnosis));
        }
    }
}

impl Account {
    /// Whether the account is marked with a finding of this kind already.
    fn is_settled_as(&self, diagnosis: &Diagnosis) -> bool {
        match &self.connection {
            Connection::Lost(_) => true,
            Connection::Held(held) => match &held.standing {
                Standing::Good => false,
                Standing::Limited(_) => diagnosis.is_limited(),
                Standing::Blocked(_) => diagnosis.is_blocked(),
            },
            Connection::Removed(_) => true,
        }
    }
}

fn same_kind(one: &Diagnosis, other: &Diagnosis) -> bool {
    one.verdict() == other.verdict()
}
