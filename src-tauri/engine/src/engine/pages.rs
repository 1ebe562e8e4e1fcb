//! The Facebook route, as the engine carries it: the person's token, the Pages' tokens, and taking a permission back.

use domain::account::{Account, AccountId, Revision};
use domain::attempt::{Attempt, AttemptId, Outcome, Phase};
use domain::diagnosis::{Affects, Context, diagnose};
use domain::grant::{AccessToken, Grant, Route};
use domain::meta_app::MetaApp;
use domain::refusal::Refusal;
use domain::roster::{AttemptEvent, Event};
use meta::{AppCredentials, Asked};
use url::Url;

use super::{Answer, Engine};
use crate::command::{ErrorCode, Reply};
use crate::records::Change;
use crate::world::{Offering, PageAsk, Proof, Through};

/// Who waits for a permission to be taken back.
pub(super) struct Revoking {
    account: AccountId,
    pub(super) answer: Answer,
}

impl Engine {
    /// Whether this route can be taken here at all.
    pub(super) fn has_route(&mut self, route: Route) -> bool {
        match route {
            Route::Instagram => true,
            Route::Facebook => self.world.facebook().is_some(),
        }
    }

    /// The address of Facebook's consent dialog.
    pub(super) fn dialog_address(
        &mut self,
        app: &MetaApp,
        attempt: &Attempt,
        state: &str,
    ) -> Option<Url> {
        let again = self.roster.asks_again(attempt.route, attempt.expected());
        // A saved configuration says by itself what is asked for. (Meta platform reference, B1.)
        let asked = match &app.config_id {
            Some(configuration) => Asked::Configuration(configuration),
            None => Asked::Permissions(&attempt.scopes),
        };
        let redirect = attempt.redirect.as_str();
        let facebook = self.world.facebook()?;
        Some(facebook.consent_address(app.key.app_id(), redirect, &asked, state, again))
    }

    pub(super) fn redeem_person(
        &mut self,
        attempt: AttemptId,
        app: AppCredentials,
        proof: Proof,
        redirect: String,
    ) {
        match self.world.facebook() {
            Some(facebook) => self
                .world
                .redeem_person(facebook, attempt, app, proof, redirect),
            None => self.route_is_gone(),
        }
    }

    /// Reads which Pages came, with the person's token.
    pub(super) fn read_offer(&mut self, attempt: AttemptId, token: AccessToken) {
        let Some(app) = self.roster.attempt().map(|attempt| attempt.app.clone()) else {
            return;
        };
        match (self.app_credentials(&app), self.world.facebook()) {
            (Ok(app), Some(facebook)) => self.world.offer(facebook, attempt, app, token),
            (Ok(_), None) => self.route_is_gone(),
            (Err(code), _) => self.cannot_go_on(code),
        }
    }

    /// Asks the chosen Pages, each with its own token.
    pub(super) fn prove_pages(&mut self, id: AttemptId) {
        let Some(attempt) = self.roster.attempt() else {
            return;
        };
        let held = self.attempt.as_ref().filter(|secrets| secrets.id == id);
        let token = |page: &String| {
            let token = held.and_then(|secrets| secrets.pages.get(page))?;
            Some((page.clone(), token.duplicate()))
        };
        let pages: Vec<_> = attempt.proving().iter().filter_map(token).collect();
        let app = attempt.app.clone();
        match (self.app_credentials(&app), self.world.facebook()) {
            (Ok(app), Some(facebook)) => self.world.prove_pages(facebook, id, app, pages),
            (Ok(_), None) => self.route_is_gone(),
            (Err(code), _) => self.cannot_go_on(code),
        }
    }

    /// Begun with other endpoints, and they know no Facebook any more.
    fn route_is_gone(&mut self) {
        let event = AttemptEvent::NotKept(Outcome::Interrupted);
        self.happen(Event::Attempt(event));
    }

    /// The Meta app that an account's calls are signed with.
    fn app_of(&self, account: &AccountId) -> Result<AppCredentials, ErrorCode> {
        let account = self.roster.account(account);
        let account = account.ok_or(ErrorCode::UnknownAccount)?;
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        // Access made elsewhere may belong to an app that nobody named.
        let first = || records.first_app(account.route()).map(|kept| &kept.app.key);
        let key = account.app.as_ref().or_else(first);
        self.app_credentials(key.ok_or(ErrorCode::NoCredentials)?)
    }

    pub(super) fn on_offered(&mut self, id: &AttemptId, result: Result<Offering, Refusal>) {
        let Some(secrets) = self.attempt.as_mut().filter(|secrets| secrets.id == *id) else {
            return;
        };
        let result = result.map(|offering| {
            secrets.pages = offering.tokens;
            Box::new(offering.found)
        });
        self.happen(Event::Attempt(AttemptEvent::Offered(result)));
    }

    pub(super) fn choose_pages(&mut self, ids: Vec<String>) -> Result<(), ErrorCode> {
        let attempt = self.roster.attempt().ok_or(ErrorCode::NotPossible)?;
        if attempt.phase != Phase::Pages {
            return Err(ErrorCode::NotPossible);
        }
        if !attempt.may_choose(&ids) {
            return Err(ErrorCode::InvalidInput);
        }
        self.happen(Event::Attempt(AttemptEvent::PagesChosen(ids)));
        Ok(())
    }

    /// A Page's token, with the person's beside it.
    pub(super) fn keep_page(
        &mut self,
        account: AccountId,
        generation: u64,
        token: Option<AccessToken>,
        person: Option<AccessToken>,
    ) {
        match (token, person) {
            (Some(token), Some(person)) => self.unsaved.changes.push(Change::PageToken {
                account,
                generation,
                token,
                person,
            }),
            _ => tracing::error!("a Page's token to adopt is not at hand"),
        }
    }

    /// The live check through a Page. What it is signed with has to be at hand, like the token itself.
    pub(super) fn probe_page(
        &mut self,
        id: AccountId,
        revision: Revision,
        token: AccessToken,
        grant: Grant,
    ) {
        let now = self.now();
        let inspect = self
            .roster
            .account(&id)
            .is_some_and(|account| account.inspection_due(now));
        let page = grant.page.as_ref().map(|grant| grant.page.id.clone());
        let app = self.app_of(&id);
        match (page, app, self.world.facebook()) {
            (Some(page), Ok(app), Some(facebook)) => {
                let ask = PageAsk {
                    app,
                    page,
                    scopes: grant.scopes,
                    inspect,
                };
                self.world.probe_page(facebook, id, revision, token, ask);
            }
            (page, app, _) => {
                let why = app.err().map(ErrorCode::code);
                tracing::error!(account = %id, page = page.is_some(), why, "a Page cannot be asked");
                self.happen(Event::TaskDied { id, revision });
            }
        }
    }

    /// Takes back at Facebook what the person permitted, for all accounts that rest on it.
    pub(super) fn revoke(&mut self, id: String, answer: Answer) {
        match self.begin_revoking(id) {
            Ok((account, ticket)) => {
                let revoking = Revoking { account, answer };
                self.revoking.insert(ticket, revoking);
            }
            Err(code) => drop(answer.send(Err(code))),
        }
    }

    fn begin_revoking(&mut self, id: String) -> Result<(AccountId, u64), ErrorCode> {
        let id = self.one(id)?;
        let page = self.roster.account(&id).and_then(Account::page);
        let person = page.ok_or(ErrorCode::NotPossible)?.person.clone();
        // Each account keeps the person's token it came with: the one that lasts longest is the newest.
        let until = |id: &AccountId| {
            self.roster
                .account(id)
                .and_then(Account::page)?
                .person_until
        };
        let mut all = self.roster.sharing_grant(&id);
        all.push(id.clone());
        let newest = all.into_iter().max_by_key(until).unwrap_or(id.clone());
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let token = records
            .open_person_token(&newest)
            .map_err(|error| error.code())?;
        let app = self.app_of(&id)?;
        let facebook = self.world.facebook().ok_or(ErrorCode::NotPossible)?;
        self.tickets += 1;
        self.world
            .revoke(facebook, self.tickets, app.app_secret, token, person);
        Ok((id, self.tickets))
    }

    pub(super) fn on_revoked(&mut self, ticket: u64, result: Result<(), Refusal>) {
        let Some(Revoking { account, answer }) = self.revoking.remove(&ticket) else {
            return;
        };
        let outcome = match result {
            Ok(()) => {
                self.happen(Event::Revoked(account));
                Ok(Reply::Done {})
            }
            Err(refusal) => {
                let context = Context {
                    route: Some(Route::Facebook),
                    ..Context::unknown()
                };
                let why = diagnose(&refusal, &context, self.now());
                let quiet = matches!(why.affects, Affects::Network | Affects::Provider);
                self.happen(Event::NotRevoked(account, why));
                Err(if quiet {
                    ErrorCode::NoAnswer
                } else {
                    ErrorCode::TokenRefused
                })
            }
        };
        self.settle();
        drop(answer.send(outcome));
    }

    /// How lists of this route are read; `None` where what they are signed with is not at hand.
    pub(super) fn way_of_reading(&mut self, id: &AccountId) -> Option<Through> {
        let secret = match self.roster.account(id)?.route() {
            Route::Instagram => None,
            Route::Facebook => Some(self.app_of(id).ok()?.app_secret),
        };
        self.world.through(secret)
    }
}
