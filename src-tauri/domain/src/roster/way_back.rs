//! The wizard: the way back of a lost account, step by step.

use std::borrow::Cow;

use super::{Roster, WizardEvent};
use crate::Timestamp;
use crate::account::{AccountId, TwoFactorAnswer};
use crate::attempt::{Attempt, Outcome, Purpose};
use crate::connection::{Connection, Undo};
use crate::diagnosis::Cause;
use crate::facts::two_factor_step;
use crate::status::reason;
use crate::wizard::{CHECK_PAUSE, Flow, Step, Wizard};

impl Roster {
    /// The full way is the only one after a quick one that came to nothing. What the person or the
    /// network did does not count.
    pub(super) fn wizard_attempt_failed(&mut self, id: &AccountId, outcome: Outcome) {
        let counts = match outcome {
            Outcome::CodeRejected
            | Outcome::AppNotAllowed
            | Outcome::NoBusinessAccount
            | Outcome::ScopeRejected
            | Outcome::Unknown => true,
            Outcome::UserDenied
            | Outcome::StateExpired
            | Outcome::StateUsed
            | Outcome::StateUnknown
            | Outcome::RedirectMalformed
            | Outcome::NetworkError
            | Outcome::WrongAccount
            | Outcome::NoAnswer
            | Outcome::RedirectMismatch
            | Outcome::WrongAppId
            | Outcome::InvalidScope
            | Outcome::ProviderFault
            | Outcome::PortTaken
            | Outcome::BrowserFailed
            | Outcome::KeyUnavailable
            | Outcome::NoCredentials
            | Outcome::Interrupted => false,
        };
        if counts {
            self.edit(id, |account| {
                if let Some(wizard) = &mut account.wizard {
                    wizard.quick_failed();
                }
            });
        }
    }

    pub(super) fn on_wizard(&mut self, id: &AccountId, event: WizardEvent, now: Timestamp) {
        match event {
            WizardEvent::Open => self.open_wizard(id, now),
            WizardEvent::Choose(way) => self.edit_wizard(id, |wizard| {
                wizard.choose(way);
            }),
            WizardEvent::Answer(key, value) => self.edit_wizard(id, |wizard| {
                wizard.keep_answer(&key, &value);
            }),
            WizardEvent::Next => self.wizard_next(id, now),
            WizardEvent::Back => self.wizard_back(id, now),
            WizardEvent::Close => self.wizard_close(id, now),
        }
    }

    fn edit_wizard(&mut self, id: &AccountId, change: impl FnOnce(&mut Wizard)) {
        self.edit(id, |account| {
            if let Some(wizard) = &mut account.wizard {
                change(wizard);
            }
        });
    }

    fn open_wizard(&mut self, id: &AccountId, now: Timestamp) {
        let policy = self.plan.policy;
        self.edit(id, |account| {
            let stale = account
                .wizard
                .as_ref()
                .is_some_and(|wizard| wizard.step == Step::Finish);
            if account.wizard.is_some() && !stale {
                return;
            }
            let diagnosis = reason(account, policy, now).map(Cow::into_owned);
            let flow = match &diagnosis {
                // Sessions were reset right after two-factor authentication was turned on: that is the likelier
                // reason than a new password. (Design brief 7.10.)
                Some(diagnosis)
                    if diagnosis.cause == Cause::PasswordOrSecurityChange
                        && two_factor_step(account, diagnosis.found_at).is_some() =>
                {
                    Some(Flow::SecuritySetting)
                }
                Some(diagnosis) => Flow::of(diagnosis.cause),
                // Nothing is wrong, or it was deleted long ago: signing in again replaces the token.
                None => Some(Flow::Unknown),
            };
            if let Some(flow) = flow {
                let losses = account.recent_losses.len();
                account.wizard = Some(Wizard::new(flow, diagnosis, losses, now));
            }
        });
    }

    fn wizard_next(&mut self, id: &AccountId, now: Timestamp) {
        let Some(wizard) = self
            .accounts
            .get(id)
            .and_then(|account| account.wizard.as_ref())
        else {
            return;
        };
        if let (Step::Prepare, Some(choice)) = (wizard.step, wizard.choice()) {
            self.edit_wizard(id, |wizard| wizard.take_up(choice));
            return;
        }
        match wizard.step {
            Step::Happened => self.advance(id),
            Step::Prepare if !wizard.is_prepared() => {}
            Step::Prepare if wizard.flow == Flow::Checkpoint => self.test_unblocked(id, now),
            Step::Prepare => self.advance(id),
            Step::Delete => {
                self.remove(id, Undo::WhileInWizard, now);
                self.advance(id);
            }
            Step::TwoFactor => {
                let answer = wizard
                    .answer("two_factor")
                    .and_then(TwoFactorAnswer::from_code);
                if let Some(answer) = answer {
                    self.give_up_sign_in(id);
                    self.answer_two_factor(id, answer, now);
                    self.advance(id);
                }
            }
            // Signing in ends this step, and the person's word that all is well the last.
            Step::SignIn => {}
            Step::Finish => self.wizard_close(id, now),
        }
    }

    fn advance(&mut self, id: &AccountId) {
        self.edit_wizard(id, |wizard| {
            if let Some(next) = wizard.following() {
                wizard.step = next;
            }
        });
    }

    /// A blocked account may have been unlocked: a live check says whether there is anything left
    /// to delete. (Design brief 7.4.)
    fn test_unblocked(&mut self, id: &AccountId, now: Timestamp) {
        let Some(account) = self.accounts.get(id) else {
            return;
        };
        if matches!(account.connection, Connection::Lost(_)) {
            self.advance(id);
            return;
        }
        let too_soon = account
            .wizard
            .as_ref()
            .and_then(|wizard| wizard.check_again_at)
            .is_some_and(|at| now < at);
        if !too_soon && !account.watch.running {
            self.edit_wizard(id, |wizard| wizard.check_again_at = Some(now));
            self.ask(id, now);
        }
    }

    /// What the browser brought is given up: kept, it could be taken up after a change of two-factor authentication
    /// that ends it. (Design brief, section 2, fact 7.)
    fn give_up_sign_in(&mut self, id: &AccountId) {
        let is_its = |attempt: &Attempt| attempt.purpose == Purpose::Reconnect(id.clone());
        let finished = self
            .accounts
            .get(id)
            .and_then(|account| account.wizard.as_ref())
            .is_none_or(|wizard| wizard.step == Step::Finish);
        if !finished && self.attempt.as_ref().is_some_and(is_its) {
            self.on_cancel();
        }
    }

    fn wizard_back(&mut self, id: &AccountId, now: Timestamp) {
        self.give_up_sign_in(id);
        self.edit_wizard(id, |wizard| {
            if let Some(before) = wizard.preceding() {
                wizard.step = before;
            }
        });
        // Going back to before the deletion takes it back, while that is possible.
        let Some(account) = self.accounts.get(id) else {
            return;
        };
        let at_delete = account
            .wizard
            .as_ref()
            .is_some_and(|wizard| wizard.step <= Step::Delete);
        let waiting = account
            .removed()
            .is_some_and(|removal| removal.undo == Undo::WhileInWizard);
        if at_delete && waiting {
            self.restore_deleted(id, now);
        }
    }

    fn wizard_close(&mut self, id: &AccountId, now: Timestamp) {
        self.edit(id, |account| account.wizard = None);
        self.finish_wizard_deletion(id, now);
    }

    /// A wizard that asked for this check may go on.
    pub(super) fn wizard_recovered(&mut self, id: &AccountId, now: Timestamp) {
        self.wizard_checked(id, now, true);
    }

    pub(super) fn wizard_still_blocked(&mut self, id: &AccountId, now: Timestamp) {
        self.wizard_checked(id, now, false);
    }

    pub(super) fn wizard_still_lost(&mut self, id: &AccountId) {
        if let Some(wizard) = self
            .accounts
            .get_mut(id)
            .and_then(|account| account.wizard.as_mut())
            && wizard.flow == Flow::Checkpoint
            && wizard.step == Step::Prepare
            && wizard.check_again_at.is_some()
            && let Some(next) = wizard.following()
        {
            // Unblocked, but access is gone: on with the way back.
            wizard.step = next;
            wizard.check_again_at = None;
        }
    }

    pub(super) fn wizard_checked(&mut self, id: &AccountId, now: Timestamp, works: bool) {
        let Some(wizard) = self
            .accounts
            .get_mut(id)
            .and_then(|account| account.wizard.as_mut())
        else {
            return;
        };
        if works && wizard.step < Step::SignIn {
            wizard.step = Step::Finish;
        } else if wizard.step == Step::Prepare && wizard.flow == Flow::Checkpoint {
            wizard.check_again_at = Some(now + CHECK_PAUSE);
        }
        self.out.changed.insert(id.clone());
    }
}
