//! What the person entrusts to Relink: the Meta app's secret, and tokens made elsewhere.

use domain::account::{AccountType, Profile};
use domain::diagnosis::{Affects, Context, Step, diagnose};
use domain::grant::{AccessToken, Route, TokenSet};
use domain::journal::{Entry, EntryKind};
use domain::refusal::Refusal;
use domain::roster::{Event, Reaction};
use secrecy::ExposeSecret as _;

use super::{Answer, Engine};
use crate::command::{ErrorCode, Reply};
use crate::records::Change;

impl Engine {
    pub(super) fn set_credentials(
        &mut self,
        route: Route,
        app_id: &str,
        secret: &str,
    ) -> Result<(), ErrorCode> {
        let (app_id, secret) = (app_id.trim(), secret.trim());
        let id_fits =
            (5..=20).contains(&app_id.len()) && app_id.chars().all(|c| c.is_ascii_digit());
        let secret_fits =
            (8..=128).contains(&secret.len()) && secret.chars().all(|c| c.is_ascii_graphic());
        if !id_fits || !secret_fits {
            return Err(ErrorCode::InvalidInput);
        }
        let now = self.now();
        let records = self.records.as_mut().ok_or(ErrorCode::Database)?;
        records
            .save_credentials(route, app_id, secret, now)
            .map_err(|error| {
                tracing::error!(%error, "the Meta app could not be saved");
                error.code()
            })?;
        let entry = Entry::app(EntryKind::CredentialsSaved, now).with("route", route.code());
        self.carry_out(Reaction {
            entries: vec![entry],
            ..Reaction::default()
        });
        Ok(())
    }

    pub(super) fn try_token(
        &mut self,
        route: Route,
        token: &secrecy::SecretString,
        answer: Answer,
    ) {
        let text = token.expose_secret().trim();
        let fits = (20..=2_000).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic());
        if !fits || route != Route::Instagram {
            drop(answer.send(Err(ErrorCode::InvalidInput)));
            return;
        }
        self.tickets += 1;
        self.tokens_tried.insert(self.tickets, answer);
        self.world
            .try_token(self.tickets, AccessToken::new(text), route);
    }

    pub(super) fn on_token_tried(
        &mut self,
        ticket: u64,
        result: Result<(Profile, TokenSet), Refusal>,
    ) {
        let Some(answer) = self.tokens_tried.remove(&ticket) else {
            return;
        };
        let now = self.now();
        let outcome = match result {
            Ok((profile, _)) if profile.account_type == AccountType::Personal => {
                Err(ErrorCode::TokenRefused)
            }
            Ok((profile, set)) => {
                let id = profile.user_id.clone();
                let event = Event::TokenAdded {
                    profile,
                    grant: set.grant.clone(),
                };
                let reaction = self.roster.on(event, now);
                let generation = self
                    .roster
                    .account(&id)
                    .map_or(1, |account| account.generation);
                let token = Change::Token {
                    account: id,
                    generation,
                    token: set.token,
                    adopted: true,
                };
                self.unsaved.changes.push(token);
                let failed_before = self.saves_failed;
                self.carry_out(reaction);
                self.settle();
                match self.save_failed {
                    Some((code, _)) if self.saves_failed > failed_before => Err(code),
                    Some(_) | None => Ok(Reply::Done {}),
                }
            }
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
}
