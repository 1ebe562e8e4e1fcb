//! The ways back from the browser: which address is registered for each, what waits there, and what an answer that
//! comes in on any of them leads to. (Product, section 2; security document, C3 to C6, C10, C14 to C21.)

use std::io;

use domain::attempt::{Attempt, AttemptId, Outcome, Phase};
use domain::callback::{self, Answer as Said, AuthorizationCode, Callback, Malformed};
use domain::door::Door;
use domain::meta_app::MetaApp;
use domain::roster::{AttemptEvent, Event};
use meta::Endpoints;
use subtle::ConstantTimeEq as _;
use url::{Position, Url};

use super::Engine;
use super::attempts::{AttemptSecrets, refused};
use crate::certificate::Certificate;
use crate::chance;
use crate::command::ErrorCode;
use crate::listener::{Listener, Post};
use crate::records::Change;
use crate::view::DoorsView;

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

/// The address that is registered at Meta for an app, when its answer comes back by `door`. `None` where the door
/// needs an address that nobody has named.
pub(super) fn registered(app: &MetaApp, door: Door, endpoints: &Endpoints) -> Option<Url> {
    match door {
        Door::Direct => Some(endpoints.redirect.registered.clone()),
        Door::Localhost | Door::Certificate => own_address(door, endpoints),
        Door::Bounce => app.redirect.clone(),
        // Pasting asks nothing of the address: it is whichever one the app has at Meta.
        Door::Paste => match (&app.redirect, app.door) {
            (Some(address), _) => Some(address.clone()),
            (None, Door::Paste | Door::Bounce) => own_address(Door::Certificate, endpoints),
            (None, own) => registered(app, own, endpoints),
        },
    }
}

/// The address on which this computer itself waits at a door, where that does not depend on free ports.
fn own_address(door: Door, endpoints: &Endpoints) -> Option<Url> {
    let port = port(endpoints);
    match door {
        Door::Direct => Some(endpoints.redirect.listen.clone()),
        Door::Bounce => Url::parse(&format!("http://127.0.0.1:{port}/callback")).ok(),
        Door::Localhost => Url::parse(&format!("http://localhost:{port}/callback")).ok(),
        Door::Certificate => Url::parse(&format!("https://localhost:{port}/callback")).ok(),
        Door::Paste => None,
    }
}

fn port(endpoints: &Endpoints) -> u16 {
    let listen = &endpoints.redirect.listen;
    listen.port_or_known_default().unwrap_or_default()
}

pub(super) fn doors_view(endpoints: &Endpoints) -> DoorsView {
    let redirect = &endpoints.redirect;
    let own = |door| own_address(door, endpoints).map(String::from);
    DoorsView {
        direct: redirect.registered == redirect.listen,
        registered: redirect.registered.to_string(),
        listen: redirect.listen.to_string(),
        localhost: own(Door::Localhost).unwrap_or_default(),
        certificate: own(Door::Certificate).unwrap_or_default(),
    }
}

impl Engine {
    /// Opens a door and gives the address that waits there; `None` for the one at which nothing does.
    pub(super) async fn open_door(&mut self, door: Door) -> Result<Option<Url>, ErrorCode> {
        let Some(mut listen) = own_address(door, &self.config.endpoints) else {
            return Ok(None);
        };
        let tls = match door {
            Door::Certificate => {
                let tls = self.certificate()?.acceptor();
                Some(tls.map_err(|error| {
                    tracing::error!(%error, "the certificate cannot be used");
                    ErrorCode::Internal
                })?)
            }
            Door::Direct | Door::Bounce | Door::Paste | Door::Localhost => None,
        };
        for listener in std::mem::take(&mut self.doors.closing) {
            listener.close().await;
        }
        for next in self.ports(door) {
            if listen.set_port(Some(next)).is_err() {
                break;
            }
            if self.doors.listeners.iter().any(|it| it.at() == &listen) {
                return Ok(Some(listen)); // an earlier attempt waits there, and shares it
            }
            let post = Post {
                at: listen.clone(),
                tls: tls.clone(),
                heard: self.heard.0.clone(),
            };
            match self.take_port(next, post).await {
                Ok(()) => return Ok(Some(listen)),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "the redirect address cannot be listened on");
                    break;
                }
            }
        }
        Err(ErrorCode::PortTaken)
    }

    /// The ports at which a door may be opened, in the order they are tried: one that an attempt waits at behind
    /// another door comes last. The bounce page goes to its own ports and to no other.
    fn ports(&self, door: Door) -> Vec<u16> {
        let own = port(&self.config.endpoints);
        if door != Door::Bounce {
            return vec![own];
        }
        let taken = |port: &u16| self.waits_at(*port).next().is_some();
        let mut ports: Vec<u16> = callback::BOUNCE_PORTS.collect();
        ports.sort_by_key(|port| (taken(port), *port != own));
        ports
    }

    fn waits_at(&self, port: u16) -> impl Iterator<Item = &Listener> {
        let listeners = self.doors.listeners.iter();
        listeners.filter(move |it| it.at().port_or_known_default() == Some(port))
    }

    /// An earlier attempt's listener makes room for another door at the same port, and its answer can still be
    /// pasted. Where the other door does not open, it stands there again.
    async fn take_port(&mut self, port: u16, post: Post) -> io::Result<()> {
        let at = |it: &mut Listener| it.at().port_or_known_default() == Some(port);
        let given_up: Vec<_> = self.doors.listeners.extract_if(.., at).collect();
        let mut before = Vec::new();
        for listener in given_up {
            before.push(listener.close().await);
        }
        let error = match Listener::bind(post).await {
            Ok(listener) => {
                self.doors.listeners.push(listener);
                return Ok(());
            }
            Err(error) => error,
        };
        for post in before {
            match Listener::bind(post).await {
                Ok(listener) => self.doors.listeners.push(listener),
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), "a listener could not be opened again");
                }
            }
        }
        Err(error)
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
            Said::Refused {
                error,
                reason,
                description,
            } => {
                let by_person = error == "access_denied";
                let refusal = refused(&error, reason.as_deref(), description.as_deref());
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::grant::Route;
    use domain::meta_app::AppKey;

    fn address(own: Door, redirect: Option<&str>, door: Door) -> Option<String> {
        let app = MetaApp {
            door: own,
            redirect: redirect.map(|text| Url::parse(text).unwrap()),
            ..MetaApp::new(AppKey::new(Route::Facebook, "990000000000001"))
        };
        registered(&app, door, &Endpoints::meta()).map(String::from)
    }

    #[test]
    fn each_door_has_the_address_that_is_registered_for_it() {
        let (page, own) = (
            "https://example.net/mine/",
            "https://localhost:17423/callback",
        );
        let local = "http://localhost:17423/callback";
        let built_in = "https://example.org/relink/";
        let cases = [
            (Door::Direct, None, Door::Direct, Some(built_in)),
            (Door::Bounce, Some(page), Door::Bounce, Some(page)),
            (Door::Direct, None, Door::Bounce, None),
            (Door::Direct, None, Door::Localhost, Some(local)),
            (Door::Direct, None, Door::Certificate, Some(own)),
            // What is pasted ends at the address that the app has at Meta anyway.
            (Door::Bounce, Some(page), Door::Paste, Some(page)),
            (Door::Direct, None, Door::Paste, Some(built_in)),
            (Door::Localhost, None, Door::Paste, Some(local)),
            (Door::Certificate, None, Door::Paste, Some(own)),
            (Door::Paste, None, Door::Paste, Some(own)),
            (Door::Paste, Some(page), Door::Paste, Some(page)),
        ];
        for (its, redirect, door, expected) in cases {
            let found = address(its, redirect, door);
            assert_eq!(found.as_deref(), expected, "{its:?} {redirect:?} {door:?}");
        }
    }

    #[test]
    fn the_bounce_page_goes_to_the_port_at_which_relink_waits() {
        assert!(callback::BOUNCE_PORTS.contains(&port(&Endpoints::meta())));
    }
}
