//! The ways back from the browser: which address is registered for each, what waits there, and what an answer that
//! comes in on any of them leads to. (Product, section 2; security document, C3 to C6, C10, C14 to C21.)

mod addresses;

use std::io;

use domain::attempt::{Attempt, AttemptId, Outcome, Phase};
use domain::callback::{self, Answer as Said, Callback, Malformed};
use domain::door::Door;
use domain::roster::{AttemptEvent, Event};
use subtle::ConstantTimeEq as _;
use url::{Position, Url};

pub(super) use addresses::{doors_view, registered};
use addresses::{own_address, port};

use super::Engine;
use super::attempts::{AttemptSecrets, refused};
use crate::certificate::Certificate;
use crate::chance;
use crate::command::ErrorCode;
use crate::listener::Listener;
use crate::records::Change;

/// The bounce page finds the listener within this many ports. (See [`callback::BOUNCE_PORTS`].)
const BOUNCE_TRIES: u16 = 10;

/// Answered states are told from unknown ones for this many attempts.
const ANSWERED_KEPT: usize = 32;

/// Listeners, and what is remembered of attempts besides the open one.
#[derive(Default)]
pub(super) struct Doors {
    listeners: Vec<Listener>,
    /// Listeners that were told to close; their ports may still be taken for a moment.
    closing: Vec<Listener>,
    /// What belongs to the roster's earlier attempts.
    pub(super) earlier: Vec<AttemptSecrets>,
    /// Hashes of states that were accepted, oldest first.
    answered: Vec<[u8; 32]>,
}

impl Engine {
    /// Opens a door and gives the address that waits there; `None` for the one at which nothing does.
    pub(super) async fn open_door(&mut self, door: Door) -> Result<Option<Url>, ErrorCode> {
        let Some(mut listen) = own_address(door, &self.config.endpoints) else {
            return Ok(None);
        };
        let tls = match door {
            Door::Certificate => Some(self.certificate()?),
            Door::Direct | Door::Bounce | Door::Paste | Door::Localhost => None,
        };
        for listener in std::mem::take(&mut self.doors.closing) {
            listener.close().await;
        }
        let tries = if door == Door::Bounce {
            BOUNCE_TRIES
        } else {
            1
        };
        let first = port(&self.config.endpoints);
        for next in (0..tries).filter_map(|step| first.checked_add(step)) {
            if listen.set_port(Some(next)).is_err() {
                break;
            }
            if self.doors.listeners.iter().any(|it| it.at() == &listen) {
                return Ok(Some(listen)); // an earlier attempt waits there, and shares it
            }
            self.give_up_port(next).await;
            let heard = self.heard.0.clone();
            let bound = match &tls {
                Some(certificate) => {
                    let tls = certificate.acceptor().map_err(|error| {
                        tracing::error!(%error, "the certificate cannot be used");
                        ErrorCode::Internal
                    })?;
                    Listener::bind_over(Some(tls), &listen, heard).await
                }
                None => Listener::bind(&listen, heard).await,
            };
            match bound {
                Ok(listener) => {
                    self.doors.listeners.push(listener);
                    return Ok(Some(listen));
                }
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "the redirect address cannot be listened on");
                    break;
                }
            }
        }
        Err(ErrorCode::PortTaken)
    }

    /// An earlier attempt's listener makes room for another door at the same port. Its answer can still be pasted.
    async fn give_up_port(&mut self, port: u16) {
        let at = |listener: &Listener| listener.at().port_or_known_default() == Some(port);
        let mut listeners = std::mem::take(&mut self.doors.listeners).into_iter();
        let (given_up, kept): (Vec<_>, Vec<_>) = listeners.by_ref().partition(at);
        self.doors.listeners = kept;
        for listener in given_up {
            listener.close().await;
        }
    }

    /// This installation's certificate, made where there is none that opens, and anew before it ends.
    fn certificate(&mut self) -> Result<Certificate, ErrorCode> {
        let now = self.now();
        let records = self.records.as_mut().ok_or(ErrorCode::Database)?;
        match records.open_certificate() {
            Ok(text) => {
                let kept = Certificate::read(&text);
                if let Some(kept) = kept.filter(|kept| !kept.is_due(now)) {
                    return Ok(kept);
                }
            }
            Err(error) => tracing::info!(%error, "there is no certificate that opens"),
        }
        let made = Certificate::make(now).map_err(|error| {
            tracing::error!(%error, "no certificate could be made");
            ErrorCode::Internal
        })?;
        records
            .save_certificate(&made.write(), now)
            .map_err(|error| error.code())?;
        Ok(made)
    }

    /// Listeners that no attempt waits at are closed. (Security document, C18.)
    pub(super) fn close_doors(&mut self) {
        let Doors {
            listeners,
            closing,
            earlier,
            ..
        } = &mut self.doors;
        let open = self.attempt.iter().chain(earlier.iter());
        let wanted: Vec<&Url> = open.filter_map(|it| it.listens.as_ref()).collect();
        let unwanted = listeners.extract_if(.., |it| !wanted.contains(&it.at()));
        closing.retain(|listener| !listener.is_closed());
        closing.extend(unwanted.inspect(Listener::stop));
    }

    /// Nothing of this attempt is needed any more.
    pub(super) fn forget_attempt(&mut self, id: &AttemptId) {
        self.attempt.take_if(|secrets| secrets.id == *id);
        self.doors.earlier.retain(|secrets| secrets.id != *id);
        self.close_doors();
    }

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
        if !is_current && current.phase != Phase::Waiting {
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
        if !is_current {
            self.take_up(&attempt.id);
        }
        self.on_answer(callback.answer);
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

    fn on_answer(&mut self, answer: Said) {
        match answer {
            Said::Code(code) => {
                if let Some(secrets) = &mut self.attempt {
                    secrets.code = Some(code);
                    secrets.listens = None;
                }
                self.happen(Event::Attempt(AttemptEvent::CodeReturned));
            }
            Said::Refused {
                error,
                reason,
                description,
            } => {
                let by_person = error == "access_denied";
                let refusal = refused(&error, reason.as_deref(), description.as_deref());
                self.happen(Event::Attempt(AttemptEvent::Refused { by_person, refusal }));
            }
        }
        self.close_doors();
    }

    pub(super) fn reject(&mut self, outcome: Outcome) {
        tracing::info!(outcome = outcome.code(), "an answer was refused");
        self.happen(Event::Attempt(AttemptEvent::Rejected(outcome)));
    }
}
