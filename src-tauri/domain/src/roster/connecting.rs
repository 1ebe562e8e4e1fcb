//! The open attempt: from the browser's answer to a connected account.

use chrono::Duration;

use super::{AttemptEvent, Effect, Network, Roster};
use crate::Timestamp;
use crate::account::Profile;
use crate::attempt::{Attempt, Judgement, Outcome, Phase, Purpose, Returned};
use crate::diagnosis::{Context, Diagnosis, Step, diagnose};
use crate::grant::{Grant, Scopes};
use crate::journal::{Entry, EntryKind};
use crate::refusal::Refusal;

/// What a refusal at the consent page means.
fn said_no(by_person: bool, refusal: &Refusal, now: Timestamp) -> (Outcome, Option<Diagnosis>) {
    if by_person {
        return (Outcome::UserDenied, None);
    }
    let diagnosis = diagnose(refusal, &Context::at(Step::Authorize), now);
    (Outcome::of(&diagnosis), Some(diagnosis))
}

/// The line of the journal about an attempt that did not end in a connection.
pub(super) fn failed(
    attempt: &Attempt,
    outcome: Outcome,
    diagnosis: Option<&Diagnosis>,
    now: Timestamp,
) -> Entry {
    let mut entry = Entry::app(EntryKind::AttemptFailed, now).with("outcome", outcome.code());
    entry.account = attempt.expected().cloned();
    entry.diagnosis = diagnosis.cloned();
    entry
}

impl Roster {
    pub(super) fn on_attempt(&mut self, event: AttemptEvent, now: Timestamp) {
        match event {
            AttemptEvent::Opened(attempt) => self.on_opened(*attempt, now),
            AttemptEvent::Resumed(attempt, grant) => {
                self.quarantined = Some(grant);
                self.out.effects.push(Effect::Identify(attempt.id.clone()));
                self.attempt = Some(Attempt {
                    phase: Phase::Checking {
                        signed_in: true,
                        trouble: None,
                        failures: 0,
                    },
                    ..*attempt
                });
            }
            AttemptEvent::CouldNotOpen(attempt, outcome) => {
                self.set_aside();
                self.attempt = Some(*attempt);
                self.end_attempt(outcome, None, None, now);
            }
            AttemptEvent::BrowserFailed => {
                self.with_attempt(|attempt| attempt.browser_opened = false)
            }
            AttemptEvent::Rejected(outcome) => {
                self.with_attempt(|attempt| attempt.last_rejection = Some(outcome));
            }
            AttemptEvent::TakenUp(id) => self.on_taken_up(&id),
            AttemptEvent::CodeReturned => self.on_code_returned(),
            AttemptEvent::Refused { by_person, refusal } => {
                self.on_refused(by_person, &refusal, now)
            }
            AttemptEvent::EarlierRefused {
                id,
                by_person,
                refusal,
            } => {
                let (outcome, diagnosis) = said_no(by_person, &refusal, now);
                self.end_earlier(&id, outcome, diagnosis, now);
            }
            AttemptEvent::Redeemed(result) => self.on_redeemed(result, now),
            AttemptEvent::Identified(result) => self.on_identified(result, now),
            AttemptEvent::Offered(result) => self.on_offered(result.map(|found| *found), now),
            AttemptEvent::PagesChosen(pages) => self.on_pages_chosen(&pages),
            AttemptEvent::PagesProved(answers) => self.on_pages_proved(answers, now),
            AttemptEvent::NotKept(outcome) => self.end_attempt(outcome, None, None, now),
            AttemptEvent::KeepWithLimits => self.on_choice(Outcome::ScopeRejected, now),
            AttemptEvent::AddReturned => self.on_choice(Outcome::WrongAccount, now),
            AttemptEvent::Cancel => self.on_cancel(),
            AttemptEvent::Acknowledge => self.on_acknowledge(),
        }
    }

    fn with_attempt(&mut self, change: impl FnOnce(&mut Attempt)) {
        if let Some(attempt) = self.attempt.as_mut().filter(|attempt| attempt.is_open()) {
            change(attempt);
        }
    }

    fn on_opened(&mut self, attempt: Attempt, now: Timestamp) {
        // From here on the old token is not coming back: the deletion in a wizard is final.
        if let Purpose::Reconnect(id) = &attempt.purpose {
            self.finish_wizard_deletion(&id.clone(), now);
        }
        let mut entry = Entry::app(EntryKind::AttemptOpened, now);
        entry.account = attempt.expected().cloned();
        self.record(entry.with("route", attempt.route.code()));
        self.set_aside();
        self.attempt = Some(attempt);
    }

    fn on_code_returned(&mut self) {
        let Some(attempt) = self.attempt.as_mut() else {
            return;
        };
        if attempt.phase == Phase::Waiting {
            attempt.last_rejection = None;
            attempt.phase = Phase::Checking {
                signed_in: false,
                trouble: None,
                failures: 0,
            };
            self.out.effects.push(Effect::Redeem(attempt.id.clone()));
            self.close_earlier();
        }
    }

    fn on_refused(&mut self, by_person: bool, refusal: &Refusal, now: Timestamp) {
        let Some(attempt) = &self.attempt else { return };
        if attempt.phase != Phase::Waiting {
            return;
        }
        let (outcome, diagnosis) = said_no(by_person, refusal, now);
        self.end_attempt(outcome, diagnosis, None, now);
    }

    fn on_redeemed(&mut self, result: Result<Grant, Refusal>, now: Timestamp) {
        let Some(attempt) = self.attempt.as_mut() else {
            return;
        };
        if !matches!(attempt.phase, Phase::Checking { .. }) {
            return;
        }
        match result {
            Ok(grant) => {
                self.quarantined = Some(grant);
                attempt.phase = Phase::Checking {
                    signed_in: true,
                    trouble: None,
                    failures: 0,
                };
                self.out.effects.push(Effect::Identify(attempt.id.clone()));
                self.reached_provider(now);
            }
            Err(refusal) => self.on_setback(&refusal, Step::RedeemCode, now),
        }
    }

    fn on_identified(&mut self, result: Result<Profile, Refusal>, now: Timestamp) {
        let Some(attempt) = &self.attempt else { return };
        if !matches!(attempt.phase, Phase::Checking { .. }) {
            return;
        }
        match result {
            Ok(profile) => {
                self.reached_provider(now);
                let Some(returned) = self.returned(profile) else {
                    return;
                };
                self.judge(returned, now);
            }
            Err(refusal) => self.on_setback(&refusal, Step::Profile, now),
        }
    }

    fn returned(&self, profile: Profile) -> Option<Returned> {
        let attempt = self.attempt.as_ref()?;
        let grant = self.quarantined.clone()?;
        let missing = match &grant.scopes {
            Some(granted) => attempt.scopes.missing_from(granted),
            None => Scopes::default(),
        };
        Some(Returned {
            profile,
            grant,
            missing,
        })
    }

    fn judge(&mut self, returned: Returned, now: Timestamp) {
        let Some(attempt) = self.attempt.as_mut() else {
            return;
        };
        match attempt.judge(&returned) {
            Judgement::Adopt => self.adopt(returned, now),
            Judgement::Choose(outcome) => attempt.phase = Phase::Choice { outcome, returned },
            Judgement::Refuse(outcome) => self.end_attempt(outcome, None, Some(returned), now),
        }
    }

    /// A failure on the way: a passing one is tried again with what is already in hand, any other
    /// ends the attempt.
    pub(super) fn on_setback(&mut self, refusal: &Refusal, step: Step, now: Timestamp) {
        let context = Context {
            route: self.attempt.as_ref().map(|attempt| attempt.route),
            ..Context::at(step)
        };
        let diagnosis = diagnose(refusal, &context, now);
        let outcome = Outcome::of(&diagnosis);
        let Some(attempt) = self.attempt.as_mut() else {
            return;
        };
        let Phase::Checking {
            trouble, failures, ..
        } = &mut attempt.phase
        else {
            return;
        };
        if outcome.retries_by_itself() {
            *failures = failures.saturating_add(1);
            let pause =
                Network::pause(*failures).max(refusal.retry_after().unwrap_or(Duration::zero()));
            *trouble = Some((outcome, now + pause));
        } else {
            self.end_attempt(outcome, Some(diagnosis), None, now);
        }
    }

    fn on_choice(&mut self, expected: Outcome, now: Timestamp) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let Phase::Choice { outcome, returned } = &attempt.phase else {
            return;
        };
        if *outcome != expected {
            return;
        }
        let returned = returned.clone();
        if expected == Outcome::WrongAccount {
            // It becomes an account of its own; the expected one is not touched.
            attempt.purpose = Purpose::Connect;
        }
        if attempt.offer.is_some() {
            return self.judge_offer(expected == Outcome::ScopeRejected, now);
        }
        if expected == Outcome::WrongAccount && !returned.missing.is_empty() {
            attempt.phase = Phase::Choice {
                outcome: Outcome::ScopeRejected,
                returned,
            };
            return;
        }
        self.adopt(returned, now);
    }

    fn adopt(&mut self, returned: Returned, now: Timestamp) {
        let Some(attempt) = self.attempt.as_mut() else {
            return;
        };
        let id = returned.profile.user_id.clone();
        let attempt_id = attempt.id.clone();
        let known = self.accounts.contains(&id);
        attempt.phase = Phase::Done {
            account: id.clone(),
            was_known: known,
        };
        let app = Some(attempt.app.clone());
        let generation = self.take_in(returned, app, now);
        self.quarantined = None;
        self.out.effects.push(Effect::Adopt {
            attempt: attempt_id.clone(),
            page: None,
            account: id,
            generation,
        });
        self.out.effects.push(Effect::CloseAttempt(attempt_id));
    }

    pub(super) fn end_attempt(
        &mut self,
        outcome: Outcome,
        diagnosis: Option<Diagnosis>,
        returned: Option<Returned>,
        now: Timestamp,
    ) {
        let Some(attempt) = self.attempt.as_mut() else {
            return;
        };
        let entry = failed(attempt, outcome, diagnosis.as_ref(), now);
        attempt.phase = Phase::Failed {
            outcome,
            diagnosis,
            returned,
        };
        let id = attempt.id.clone();
        let expected = attempt.expected().cloned();
        self.out.effects.push(Effect::CloseAttempt(id));
        self.record(entry);
        self.quarantined = None;
        if let Some(expected) = expected {
            self.wizard_attempt_failed(&expected, outcome);
        }
    }

    pub(super) fn on_cancel(&mut self) {
        if let Some(attempt) = self.attempt.take() {
            self.quarantined = None;
            self.out.effects.push(Effect::CloseAttempt(attempt.id));
        }
        self.close_earlier();
    }

    fn on_acknowledge(&mut self) {
        if self.attempt.as_ref().is_some_and(|attempt| {
            matches!(attempt.phase, Phase::Done { .. } | Phase::Failed { .. })
        }) {
            self.attempt = None;
            self.close_earlier();
        }
    }
}
