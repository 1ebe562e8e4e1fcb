//! One trip through the browser, as the engine carries it: the state, the listener, the code and the
//! token on their way. (Security document, section 2.)

use std::collections::HashMap;

use domain::Timestamp;
use domain::account::AccountId;
use domain::attempt::{Attempt, AttemptId, Outcome, Phase, Purpose};
use domain::callback::{self, Answer as Said, AuthorizationCode};
use domain::grant::{AccessToken, Route, Scopes, TokenSet};
use domain::refusal::{ApiError, Envelope, Refusal};
use domain::roster::{AttemptEvent, Event};
use meta::{LongLived, ShortLived};
use subtle::ConstantTimeEq as _;
use url::Url;

use super::{Answer, Engine};
use crate::chance;
use crate::command::{ErrorCode, Reply};
use crate::listener::Listener;
use crate::records::{Change, Unfinished};
use crate::world::{Proof, Setback, token_set};

/// What an attempt holds that must not be seen; all of it ends with the attempt.
pub(super) struct AttemptSecrets {
    pub(super) id: AttemptId,
    /// The consent address; holds the state.
    consent: Option<Url>,
    code: Option<AuthorizationCode>,
    short: Option<ShortLived>,
    pub(super) token: Option<TokenSet>,
    /// On the Facebook route, the Pages' tokens.
    pub(super) pages: HashMap<String, AccessToken>,
}

impl Engine {
    pub(super) async fn connect(
        &mut self,
        route: Route,
        expected: Option<AccountId>,
        browser: bool,
        answer: Answer,
    ) {
        let result = self.open_attempt(route, expected, browser).await;
        drop(answer.send(result));
    }

    async fn open_attempt(
        &mut self,
        route: Route,
        expected: Option<AccountId>,
        browser: bool,
    ) -> Result<Reply, ErrorCode> {
        if !self.has_route(route) {
            return Err(ErrorCode::NotPossible);
        }
        if expected
            .as_ref()
            .is_some_and(|id| self.roster.account(id).is_none())
        {
            return Err(ErrorCode::UnknownAccount);
        }
        let app = self.app_credentials(route)?;
        if self.roster.attempt().is_some() {
            self.happen(Event::Attempt(AttemptEvent::Cancel));
        }
        let state = chance::text::<32>().map_err(|_| ErrorCode::Internal)?;
        let id = AttemptId::new(chance::text::<12>().map_err(|_| ErrorCode::Internal)?);
        let registered = self.config.endpoints.redirect.registered.clone();
        let attempt = Attempt {
            id: id.clone(),
            purpose: expected.map_or(Purpose::Connect, Purpose::Reconnect),
            route,
            state_hash: chance::hash(&state),
            redirect: registered.clone(),
            scopes: route.scopes().iter().copied().collect(),
            opened_at: self.now(),
            browser_opened: browser,
            last_rejection: None,
            phase: Phase::Waiting,
            offer: None,
        };
        let listen = self.config.endpoints.redirect.listen.clone();
        match Listener::bind(&listen, self.heard.0.clone()).await {
            Ok(listener) => self.listener = Some(listener),
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "the redirect address cannot be listened on");
                let event = AttemptEvent::CouldNotOpen(Box::new(attempt), Outcome::PortTaken);
                self.happen(Event::Attempt(event));
                return Err(ErrorCode::PortTaken);
            }
        }
        // A browser that is logged in would silently approve the same account again; whoever adds a
        // second one, or wants a certain one, is asked who they are. (Meta platform reference, A2.)
        let ask_who = self.roster.accounts().next().is_some();
        let consent = match route {
            Route::Instagram => self.world.instagram().consent_address(
                &app.app_id,
                registered.as_str(),
                &attempt.scopes,
                &state,
                ask_who,
            ),
            Route::Facebook => self
                .dialog_address(&app, &attempt, &state)
                .ok_or(ErrorCode::NotPossible)?,
        };
        self.unsaved
            .changes
            .push(Change::AttemptOpened(Box::new(attempt.clone())));
        self.attempt = Some(AttemptSecrets {
            id,
            consent: Some(consent.clone()),
            code: None,
            short: None,
            token: None,
            pages: HashMap::new(),
        });
        self.happen(Event::Attempt(AttemptEvent::Opened(Box::new(attempt))));
        self.settle();
        if self.save_failed.is_some() {
            self.happen(Event::Attempt(AttemptEvent::Cancel));
            return Err(ErrorCode::Database);
        }
        if browser {
            self.reopen_browser();
            Ok(Reply::Done {})
        } else {
            Ok(Reply::ConsentAddress {
                consent_address: consent.into(),
            })
        }
    }

    pub(super) fn reopen_browser(&mut self) {
        let Some(consent) = self.consent_address() else {
            return;
        };
        if !self.config.desktop.open_browser(&consent) {
            self.happen(Event::Attempt(AttemptEvent::BrowserFailed));
        }
    }

    pub(super) fn consent_address(&self) -> Option<Url> {
        self.attempt
            .as_ref()
            .and_then(|secrets| secrets.consent.clone())
    }

    /// The loopback door. What it heard is held to the listening address, then to the registered one
    /// when the two are the same place.
    pub(super) fn on_heard(&mut self, address: &str) {
        let listen = self.config.endpoints.redirect.listen.clone();
        self.on_returned(address, &listen);
    }

    /// The paste door.
    pub(super) fn on_pasted(&mut self, address: &str) {
        let registered = self.config.endpoints.redirect.registered.clone();
        self.on_returned(address, &registered);
    }

    /// One rule for every door. (Security document, C3, C4, C6, C10.)
    fn on_returned(&mut self, address: &str, expected: &Url) {
        let callback = match callback::parse(address, expected) {
            Ok(callback) => callback,
            Err(reason) => {
                tracing::info!(%reason, "an answer was refused");
                self.reject(Outcome::RedirectMalformed);
                return;
            }
        };
        let hash = chance::hash(callback.state.expose_secret());
        let now = self.now();
        let Some(attempt) = self.roster.attempt() else {
            return;
        };
        if !bool::from(attempt.state_hash.ct_eq(&hash)) {
            self.reject(Outcome::StateUnknown);
            return;
        }
        if attempt.phase != Phase::Waiting {
            self.reject(Outcome::StateUsed);
            return;
        }
        if attempt.is_past(now) {
            return; // the next tick ends it with its own words
        }
        let id = attempt.id.clone();
        // One atomic change in the store decides who was first.
        match self
            .records
            .as_mut()
            .map(|records| records.use_attempt(&id))
        {
            Some(Ok(true)) => {}
            Some(Ok(false)) => {
                self.reject(Outcome::StateUsed);
                return;
            }
            // Told like every change that cannot be saved. The attempt stays open: the same answer can
            // come again. What is saved next proves that saving works again.
            Some(Err(error)) => {
                tracing::error!(%error, "an answer could not be recorded");
                self.saves_failed += 1;
                self.save_failed = Some((error.code(), now));
                self.unsaved.changes.push(Change::LastSeen(now));
                return;
            }
            None => return,
        }
        match callback.answer {
            Said::Code(code) => {
                if let Some(secrets) = &mut self.attempt {
                    secrets.code = Some(code);
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
        self.listener = None;
    }

    fn reject(&mut self, outcome: Outcome) {
        tracing::info!(outcome = outcome.code(), "an answer was refused");
        self.happen(Event::Attempt(AttemptEvent::Rejected(outcome)));
    }

    pub(super) fn is_current(&self, id: &AttemptId) -> bool {
        self.attempt
            .as_ref()
            .is_some_and(|secrets| secrets.id == *id)
    }

    pub(super) fn redeem(&mut self, id: &AttemptId) {
        let Some(attempt) = self.roster.attempt() else {
            return;
        };
        let (route, redirect) = (attempt.route, attempt.redirect.to_string());
        let app = self.app_credentials(route);
        let Some(secrets) = self.attempt.as_mut().filter(|secrets| secrets.id == *id) else {
            return;
        };
        let proof = match (&secrets.code, secrets.short.take()) {
            (_, Some(short)) => Proof::Short(short),
            // Kept until it has been answered: a network failure leaves it unused.
            (Some(code), None) => Proof::Code(AuthorizationCode::new(code.expose_secret())),
            (None, None) => return,
        };
        match app {
            Ok(app) if route == Route::Facebook => {
                self.redeem_person(id.clone(), app, proof, redirect);
            }
            Ok(app) => self.world.redeem(id.clone(), app, proof, redirect),
            Err(_) => self.key_lost_while_connecting(),
        }
    }

    pub(super) fn on_redeemed(
        &mut self,
        id: &AttemptId,
        result: Result<(LongLived, Option<Scopes>), Setback>,
    ) {
        if !self.is_current(id) {
            return;
        }
        let now = self.now();
        let route = self.route_of_attempt();
        let result = match result {
            Ok((long, scopes)) => {
                let set = token_set(long, route, scopes, now);
                let grant = set.grant.clone();
                // In quarantine before anything is said: a crash from here on loses nothing.
                let change = Change::Candidate {
                    attempt: id.clone(),
                    token: set.token.duplicate(),
                    grant: grant.clone(),
                };
                self.unsaved.changes.push(change);
                if let Some(secrets) = &mut self.attempt {
                    secrets.token = Some(set);
                    secrets.code = None;
                }
                Ok(grant)
            }
            Err(Setback { refusal, kept }) => {
                if let Some(secrets) = &mut self.attempt {
                    if kept.is_some() {
                        secrets.code = None;
                    }
                    secrets.short = kept;
                }
                Err(refusal)
            }
        };
        self.happen(Event::Attempt(AttemptEvent::Redeemed(result)));
    }

    pub(super) fn identify(&mut self, id: &AttemptId) {
        let held = self.attempt.as_ref().filter(|secrets| secrets.id == *id);
        if let Some(token) = held.and_then(|secrets| secrets.token.as_ref()) {
            let token = token.token.duplicate();
            match self.route_of_attempt() {
                Route::Instagram => self.world.identify(id.clone(), token),
                Route::Facebook => self.read_offer(id.clone(), token),
            }
        }
    }

    fn route_of_attempt(&self) -> Route {
        let attempt = self.roster.attempt();
        attempt.map_or(Route::Instagram, |attempt| attempt.route)
    }

    /// What the last run left open: a token that had come is taken up, anything else is told.
    pub(super) fn resume_attempt(&mut self, unfinished: Option<Unfinished>, now: Timestamp) {
        let Some(Unfinished { attempt, grant }) = unfinished else {
            return;
        };
        let event = match grant {
            // Opened once the key is at hand.
            Some(grant) => {
                self.keys.resume = Some((attempt, grant));
                return;
            }
            None => AttemptEvent::CouldNotOpen(Box::new(attempt), Outcome::Interrupted),
        };
        let reaction = self.roster.on(Event::Attempt(event), now);
        self.carry_out(reaction);
    }

    pub(super) fn resume_with_key(&mut self) {
        let Some((attempt, grant)) = self.keys.resume.take() else {
            return;
        };
        let token = self
            .records
            .as_ref()
            .map(|records| records.open_candidate(&attempt.id));
        match token {
            Some(Ok(token)) => {
                self.attempt = Some(AttemptSecrets {
                    id: attempt.id.clone(),
                    consent: None,
                    code: None,
                    short: None,
                    token: Some(TokenSet {
                        token,
                        grant: grant.clone(),
                    }),
                    pages: HashMap::new(),
                });
                self.happen(Event::Attempt(AttemptEvent::Resumed(
                    Box::new(attempt),
                    grant,
                )));
            }
            Some(Err(_)) | None => {
                let event = AttemptEvent::CouldNotOpen(Box::new(attempt), Outcome::Interrupted);
                self.happen(Event::Attempt(event));
            }
        }
    }
}

/// The browser's own refusal in the shape of an answer, so that one table judges both.
fn refused(error: &str, reason: Option<&str>, description: Option<&str>) -> Refusal {
    let mut answer = ApiError::new(Envelope::Dialog);
    answer.error_type = Some(domain::refusal::named(error));
    answer.message = description.or(reason).map(domain::refusal::quoted);
    Refusal::Denied(Box::new(answer))
}
