//! One trip through the browser, as the engine carries it: the state, the listener, the code and the
//! token on their way. (Security document, section 2.)

use std::collections::HashMap;

use domain::Timestamp;
use domain::attempt::{Attempt, AttemptId, Outcome, Phase};
use domain::callback::{self, AuthorizationCode};
use domain::door::Door;
use domain::grant::{AccessToken, Route, Scopes, TokenSet};
use domain::roster::{AttemptEvent, Event};
use meta::{LongLived, ShortLived};
use url::Url;

use super::doors::registered;
use super::trip::{Trip, Wish};
use super::{Answer, Engine};
use crate::chance;
use crate::command::{ErrorCode, Reply};
use crate::records::{Change, Unfinished};
use crate::world::{Proof, Setback, token_set};

/// What an attempt holds that must not be seen; all of it ends with the attempt.
pub(super) struct AttemptSecrets {
    pub(super) id: AttemptId,
    /// The consent address; holds the state.
    consent: Option<Url>,
    /// The address that waits for its answer.
    pub(super) listens: Option<Url>,
    pub(super) code: Option<AuthorizationCode>,
    short: Option<ShortLived>,
    pub(super) token: Option<TokenSet>,
    /// On the Facebook route, the Pages' tokens.
    pub(super) pages: HashMap<String, AccessToken>,
}

impl Engine {
    pub(super) async fn connect(&mut self, wish: Wish, answer: Answer) {
        let result = self.open_attempt(wish).await;
        drop(answer.send(result));
    }

    async fn open_attempt(&mut self, wish: Wish) -> Result<Reply, ErrorCode> {
        let browser = wish.browser;
        let Trip {
            purpose,
            app,
            door,
            scopes,
        } = self.trip(wish)?;
        let route = app.key.route();
        if !self.has_route(route) {
            return Err(ErrorCode::NotPossible);
        }
        let credentials = self.app_credentials(&app.key)?;
        let registered = registered(&app, door, &self.config.endpoints);
        let registered = registered.ok_or(ErrorCode::InvalidInput)?;
        let nonce = chance::text::<32>().map_err(|_| ErrorCode::Internal)?;
        let id = AttemptId::new(chance::text::<12>().map_err(|_| ErrorCode::Internal)?);
        let opened = self.open_door(door).await;
        let listens = opened.as_ref().ok().cloned().flatten();
        let port = listens.as_ref().and_then(Url::port_or_known_default);
        let state = match (door, port) {
            (Door::Bounce, Some(port)) => callback::state_with_port(&nonce, port),
            _ => nonce,
        };
        let attempt = Attempt {
            id: id.clone(),
            purpose,
            route,
            app: app.key.clone(),
            door,
            state_hash: chance::hash(&state),
            redirect: registered.clone(),
            scopes,
            opened_at: self.now(),
            browser_opened: browser,
            last_rejection: None,
            phase: Phase::Waiting,
            offer: None,
        };
        match opened {
            Ok(_) => {}
            // Whatever is under way is left as it was: nothing came of the new one.
            Err(ErrorCode::PortTaken) if self.roster.attempt().is_some_and(Attempt::goes_on) => {
                return Err(ErrorCode::PortTaken);
            }
            Err(ErrorCode::PortTaken) => {
                let event = AttemptEvent::CouldNotOpen(Box::new(attempt), Outcome::PortTaken);
                self.happen(Event::Attempt(event));
                return Err(ErrorCode::PortTaken);
            }
            Err(other) => return Err(other),
        }
        // A browser that is logged in would silently approve the same account again; whoever adds a
        // second one, or wants a certain one, is asked who they are. (Meta platform reference, A2.)
        let ask_who = self.roster.accounts().next().is_some();
        let consent = match route {
            Route::Instagram => self.world.instagram().consent_address(
                &credentials.app_id,
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
        let before = self.attempt.replace(AttemptSecrets {
            id,
            consent: Some(consent.clone()),
            listens,
            code: None,
            short: None,
            token: None,
            pages: HashMap::new(),
        });
        self.doors.earlier.extend(before);
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

    pub(super) fn is_current(&self, id: &AttemptId) -> bool {
        self.attempt
            .as_ref()
            .is_some_and(|secrets| secrets.id == *id)
    }

    pub(super) fn redeem(&mut self, id: &AttemptId) {
        let Some(attempt) = self.roster.attempt().filter(|it| it.id == *id) else {
            return;
        };
        let (route, redirect) = (attempt.route, attempt.redirect.to_string());
        let app = self.app_credentials(&attempt.app);
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
            Err(code) => self.cannot_go_on(code),
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
                    listens: None,
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
