//! Tokens made elsewhere, entrusted to Relink. Each is proved by a call before it is kept, and never exchanged: it is
//! long-lived already. (Meta platform reference, A5.)

use domain::account::{AccountType, Profile};
use domain::diagnosis::{Affects, Context, Step, diagnose};
use domain::grant::{AccessToken, Route, TokenSet};
use domain::import;
use domain::meta_app::AppKey;
use domain::refusal::Refusal;
use domain::roster::Event;
use secrecy::ExposeSecret as _;

use super::{Answer, Engine};
use crate::command::{ErrorCode, Reply};
use crate::records::Change;

/// A single token that is being tried.
pub(super) struct Trying {
    app: Option<AppKey>,
    answer: Answer,
}

/// What became of a token that works.
pub(super) enum Taken {
    /// It is the account's own now.
    Kept {
        /// Whether the account was there before.
        known: bool,
    },
    /// It belongs to a personal account, which no app may work with.
    Personal,
    /// It works, and could not be saved.
    NotSaved(ErrorCode),
}

impl Engine {
    /// The app that tokens are said to be made by.
    pub(super) fn app_named(
        &self,
        route: Route,
        id: Option<&str>,
    ) -> Result<Option<AppKey>, ErrorCode> {
        let Some(id) = id else { return Ok(None) };
        let key = &self.kept_app(id)?.app.key;
        if key.route() == route {
            Ok(Some(key.clone()))
        } else {
            Err(ErrorCode::InvalidInput)
        }
    }

    pub(super) fn try_token(
        &mut self,
        route: Route,
        app: Option<&str>,
        token: &secrecy::SecretString,
        answer: Answer,
    ) {
        match self.begin_try(route, app, token) {
            Ok((ticket, app)) => {
                let trying = Trying { app, answer };
                self.tokens_tried.insert(ticket, trying);
            }
            Err(code) => drop(answer.send(Err(code))),
        }
    }

    fn begin_try(
        &mut self,
        route: Route,
        app: Option<&str>,
        token: &secrecy::SecretString,
    ) -> Result<(u64, Option<AppKey>), ErrorCode> {
        let app = self.app_named(route, app)?;
        let text = token.expose_secret().trim();
        let fits = (20..=2_000).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic());
        if !fits || route != Route::Instagram {
            return Err(ErrorCode::InvalidInput);
        }
        if import::unusable(text, route).is_some() {
            return Err(ErrorCode::TokenRefused);
        }
        self.tickets += 1;
        self.world
            .try_token(self.tickets, AccessToken::new(text), route);
        Ok((self.tickets, app))
    }

    pub(super) fn on_token_tried(
        &mut self,
        ticket: u64,
        result: Result<(Profile, TokenSet), Refusal>,
    ) {
        if self.is_of_import(ticket) {
            self.on_import_tried(result);
            return;
        }
        let Some(Trying { app, answer }) = self.tokens_tried.remove(&ticket) else {
            return;
        };
        let now = self.now();
        let outcome = match result {
            Ok((profile, set)) => match self.take_in_token(profile, set, app) {
                Taken::Kept { .. } => Ok(Reply::Done {}),
                Taken::Personal => Err(ErrorCode::TokenRefused),
                Taken::NotSaved(code) => Err(code),
            },
            Err(refusal) => {
                let diagnosis = diagnose(&refusal, &Context::at(Step::Profile), now);
                let quiet = matches!(diagnosis.affects, Affects::Network | Affects::Provider);
                Err(if quiet {
                    ErrorCode::NoAnswer
                } else {
                    ErrorCode::TokenRefused
                })
            }
        };
        drop(answer.send(outcome));
    }

    /// A call that somebody waits for ended without an answer, by a fault of ours: they are told, and wait no longer.
    pub(super) fn on_ticket_died(&mut self, ticket: u64) {
        tracing::error!("a call ended without an answer");
        if self.is_of_import(ticket) {
            self.on_import_line_lost();
            return;
        }
        let tried = self.tokens_tried.remove(&ticket).map(|it| it.answer);
        let checked = self.apps_checked.remove(&ticket);
        let revoked = self.revoking.remove(&ticket).map(|it| it.answer);
        for answer in [tried, checked, revoked].into_iter().flatten() {
            drop(answer.send(Err(ErrorCode::Internal)));
        }
    }

    /// Makes a token that has answered a call its account's own.
    pub(super) fn take_in_token(
        &mut self,
        profile: Profile,
        set: TokenSet,
        app: Option<AppKey>,
    ) -> Taken {
        if profile.account_type == AccountType::Personal {
            return Taken::Personal;
        }
        let now = self.now();
        let id = profile.user_id.clone();
        let known = self.roster.account(&id).is_some();
        let event = Event::TokenAdded {
            profile,
            grant: set.grant.clone(),
            app,
        };
        let reaction = self.roster.on(event, now);
        let account = self.roster.account(&id);
        let token = Change::Token {
            generation: account.map_or(1, |account| account.generation),
            account: id,
            token: set.token,
            adopted: true,
        };
        self.unsaved.changes.push(token);
        let failed_before = self.saves_failed;
        self.carry_out(reaction);
        self.settle();
        match self.save_failed {
            Some((code, _)) if self.saves_failed > failed_before => Taken::NotSaved(code),
            Some(_) | None => Taken::Kept { known },
        }
    }
}
