//! What an answer leads to that comes in by any of the doors. (Security document, C3 to C6, C10.)

use domain::attempt::{Attempt, AttemptId, Outcome, Phase};
use domain::callback::{self, Answer as Said, AuthorizationCode, Callback, Malformed, Refused};
use domain::refusal::{ApiError, Envelope, Refusal, named, quoted};
use domain::roster::{AttemptEvent, Event};
use subtle::ConstantTimeEq as _;
use url::{Position, Url};

use super::Engine;
use crate::chance;
use crate::listener::Listener;
use crate::records::Change;

/// Answered states are told from unknown ones for this many attempts.
const ANSWERED_KEPT: usize = 32;

impl Engine {
    /// Something came in at a listener; its address begins with the listener's own.
    pub(super) fn on_heard(&mut self, address: &str) {
        let places = self.doors.listeners.iter().map(Listener::at);
        let place = places
            .filter(|at| address.starts_with(&at[..Position::BeforePath]))
            .max_by_key(|at| at.as_str().len())
            .cloned();
        if let Some(place) = place {
            self.on_returned(address, &[place]);
        }
    }

    /// The paste door. The browser ends at the registered address, or, sent on from there, at the listener's.
    pub(super) fn on_pasted(&mut self, address: &str) {
        let attempts = self.roster.attempt().into_iter();
        let attempts = attempts.chain(self.roster.earlier_attempts().iter().rev());
        let mut places: Vec<Url> = Vec::new();
        let secrets = self.attempt.iter().chain(&self.doors.earlier);
        let listens = secrets.filter_map(|it| it.listens.clone());
        for place in attempts.map(|it| it.redirect.clone()).chain(listens) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        self.on_returned(address, &places);
    }

    /// One rule for every door. (Security document, C3, C4, C6, C10.)
    fn on_returned(&mut self, address: &str, places: &[Url]) {
        let mut wrong: Option<Malformed> = None;
        for place in places {
            match callback::parse(address, place) {
                Ok(callback) => {
                    self.on_callback(callback, place);
                    return;
                }
                Err(reason) => {
                    wrong.get_or_insert(reason);
                }
            }
        }
        if let Some(reason) = wrong {
            tracing::info!(%reason, "an answer was refused");
            self.reject(Outcome::RedirectMalformed);
        }
    }

    fn on_callback(&mut self, callback: Callback, place: &Url) {
        let hash = chance::hash(callback.state.expose_secret());
        let now = self.now();
        let Some(current) = self.roster.attempt() else {
            return;
        };
        let all = std::iter::once(current).chain(self.roster.earlier_attempts());
        let mut named = all.filter(|attempt| bool::from(attempt.state_hash.ct_eq(&hash)));
        let found = named
            .next()
            .filter(|it| self.belongs_to(it, place))
            .cloned();
        let Some(attempt) = found else {
            let known = |kept: &[u8; 32]| bool::from(kept.ct_eq(&hash));
            let was_answered = self.doors.answered.iter().any(known);
            self.reject(if was_answered {
                Outcome::StateUsed
            } else {
                Outcome::StateUnknown
            });
            return;
        };
        if attempt.phase != Phase::Waiting {
            self.reject(Outcome::StateUsed);
            return;
        }
        let is_current = current.id == attempt.id;
        if !is_current && !current.gives_way() {
            self.reject(Outcome::StateUnknown);
            return;
        }
        if attempt.is_past(now) {
            if !is_current {
                self.reject(Outcome::StateExpired);
            }
            return; // the next tick ends it, the open one with its own words
        }
        if !self.use_attempt(&attempt.id) {
            return;
        }
        self.note_answered(hash);
        match callback.answer {
            Said::Code(code) => {
                if !is_current {
                    self.take_up(&attempt.id);
                }
                self.on_code(code);
            }
            Said::Refused(no) => {
                let by_person = no.error.as_deref() == Some("access_denied");
                let refusal = refused(&no);
                let event = if is_current {
                    AttemptEvent::Refused { by_person, refusal }
                } else {
                    let id = attempt.id;
                    AttemptEvent::EarlierRefused {
                        id,
                        by_person,
                        refusal,
                    }
                };
                self.happen(Event::Attempt(event));
            }
        }
        self.close_doors();
    }

    /// Redirect address and product are the attempt's own. (Security document, C3.)
    fn belongs_to(&self, attempt: &Attempt, place: &Url) -> bool {
        let secrets = self.attempt.iter().chain(&self.doors.earlier);
        let mut own = secrets.filter(|secrets| secrets.id == attempt.id);
        attempt.redirect == *place || own.any(|secrets| secrets.listens.as_ref() == Some(place))
    }

    /// One atomic change in the store decides who was first. (Security document, C4.)
    fn use_attempt(&mut self, id: &AttemptId) -> bool {
        let records = self.records.as_mut();
        match records.map(|records| records.use_attempt(id)) {
            Some(Ok(true)) => true,
            Some(Ok(false)) => {
                self.reject(Outcome::StateUsed);
                false
            }
            // Told like every change that cannot be saved. The attempt stays open: the same answer can
            // come again. What is saved next proves that saving works again.
            Some(Err(error)) => {
                tracing::error!(%error, "an answer could not be recorded");
                let now = self.now();
                self.saves_failed += 1;
                self.save_failed = Some((error.code(), now));
                self.unsaved.changes.push(Change::LastSeen(now));
                false
            }
            None => false,
        }
    }

    fn note_answered(&mut self, hash: [u8; 32]) {
        let answered = &mut self.doors.answered;
        if answered.len() == ANSWERED_KEPT {
            answered.remove(0);
        }
        answered.push(hash);
    }

    /// The open attempt's secrets trade places with an earlier one's, as the roster's attempts do.
    fn take_up(&mut self, id: &AttemptId) {
        let mut earlier = self.doors.earlier.iter();
        if let Some(place) = earlier.position(|secrets| secrets.id == *id) {
            let taken_up = self.doors.earlier.remove(place);
            let before = self.attempt.replace(taken_up);
            self.doors.earlier.extend(before);
            self.happen(Event::Attempt(AttemptEvent::TakenUp(id.clone())));
        }
    }

    fn on_code(&mut self, code: AuthorizationCode) {
        if let Some(secrets) = &mut self.attempt {
            secrets.code = Some(code);
            secrets.listens = None;
        }
        self.happen(Event::Attempt(AttemptEvent::CodeReturned));
    }

    pub(super) fn reject(&mut self, outcome: Outcome) {
        tracing::info!(outcome = outcome.code(), "an answer was refused");
        self.happen(Event::Attempt(AttemptEvent::Rejected(outcome)));
    }
}

/// What came back instead of a code, in the shape of an answer, so that one table judges both.
fn refused(no: &Refused) -> Refusal {
    let words = no.description.as_ref().or(no.reason.as_ref());
    Refusal::Denied(Box::new(ApiError {
        code: no.code,
        error_type: no.error.as_deref().map(named),
        message: words.map(|words| quoted(words)),
        ..ApiError::new(Envelope::Dialog)
    }))
}
