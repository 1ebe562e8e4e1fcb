//! Tokens made elsewhere, proved by calls. (Meta platform reference, A5, B2, B3.)

use std::collections::HashMap;
use std::sync::Arc;

use chrono::Duration;
use domain::Timestamp;
use domain::account::Profile;
use domain::diagnosis::Cause;
use domain::grant::{AccessToken, Grant, Route, Scopes, TokenSet};
use domain::page::{Found, FoundPage};
use domain::refusal::Refusal;
use domain::roster::PageState;
use meta::{AppCredentials, Facebook, Inspected};

use super::pages::{answers_of, denial, offering, page_state};
use super::{Aside, Done, Offering, World};

/// A token of the person's that ends sooner than this is exchanged first: Pages' tokens that are taken with it end
/// with it, those taken with a long-lived one never do. (Meta platform reference, B2.)
const SHORT_LIVED: Duration = Duration::days(1);

/// What a token made elsewhere was found to be.
#[derive(Debug)]
pub(crate) enum Tried {
    /// An account's own.
    Account(Profile, TokenSet),
    /// One of Facebook's.
    Pages(Box<Brought>),
    /// It answers, and is of no use here.
    Unusable(Cause),
}

/// What a token of Facebook's gives access to.
#[derive(Debug)]
pub(crate) struct Brought {
    pub(crate) offering: Offering,
    /// What the Pages answered to their own tokens, by their ids; those that are missing were not asked any more.
    pub(crate) answers: HashMap<String, Result<PageState, Refusal>>,
    /// The person's own token, where it is that one that was given.
    pub(crate) person: Option<AccessToken>,
    /// What is known of the person's token.
    pub(crate) grant: Grant,
    /// When a Page's own token ends; `None`: never.
    pub(crate) page_until: Option<Timestamp>,
}

impl World {
    /// An account's token is proved by a call and never exchanged: it is long-lived already.
    /// (Meta platform reference, A5.)
    pub(crate) fn try_token(&mut self, ticket: u64, token: AccessToken) {
        let (instagram, watch) = (Arc::clone(&self.instagram), self.stopwatch());
        self.start_for(ticket, async move {
            let answer = instagram.profile(&token).await;
            let aside = Aside::of(&answer, watch());
            let grant = Grant {
                route: Route::Instagram,
                scopes: None,
                issued_at: None,
                expires_at: None,
                page: None,
            };
            let result = answer
                .result
                .map(|profile| Tried::Account(profile, TokenSet { token, grant }));
            (Done::TokenTried { ticket, result }, aside)
        });
    }

    /// A Page's token is asked about and proved by its Page, a person's by the Pages it lists.
    pub(crate) fn try_page_token(
        &mut self,
        facebook: Arc<Facebook>,
        ticket: u64,
        app: AppCredentials,
        token: AccessToken,
        now: Timestamp,
    ) {
        let watch = self.stopwatch();
        self.start_for(ticket, async move {
            let line = Line {
                facebook: &facebook,
                app: &app,
                watch: &watch,
                now,
            };
            let mut aside = None;
            let result = line.tried(token, &mut aside).await;
            (Done::TokenTried { ticket, result }, aside)
        });
    }
}

/// Whom to ask, and in whose name.
struct Line<'a, W> {
    facebook: &'a Facebook,
    app: &'a AppCredentials,
    watch: &'a W,
    now: Timestamp,
}

impl<W: Fn() -> Duration + Send + Sync> Line<'_, W> {
    async fn tried(&self, token: AccessToken, aside: &mut Option<Aside>) -> Result<Tried, Refusal> {
        let before = (self.watch)();
        let answer = self.facebook.inspect(self.app, &token).await;
        *aside = Aside::of(&answer, (self.watch)() - before);
        let told = answer.result?;
        match (told.is_valid, told.kind.as_deref()) {
            (false, _) => match denial(told) {
                Some(refusal) => Err(refusal),
                None => Ok(Tried::Unusable(Cause::AccessEnded)),
            },
            (true, Some("PAGE")) => self.of_page(token, told, aside).await,
            (true, Some("USER")) => self.of_person(token, told, aside).await,
            // An app's own, or one of a kind that this route has no use for.
            (true, _) => Ok(Tried::Unusable(Cause::RequestFault)),
        }
    }

    async fn of_page(
        &self,
        token: AccessToken,
        told: Inspected,
        aside: &mut Option<Aside>,
    ) -> Result<Tried, Refusal> {
        let Some(id) = told.profile else {
            return Ok(Tried::Unusable(Cause::RequestFault));
        };
        let before = (self.watch)();
        let answer = self.facebook.page(&self.app.app_secret, &token, &id).await;
        *aside = Aside::of(&answer, (self.watch)() - before);
        let state = page_state(answer.result?);
        let page = FoundPage {
            page: state.page.clone(),
            profile: state.profile.clone(),
            // What the person may do there, a Page does not say of itself.
            tasks: Vec::new(),
            has_token: true,
        };
        let found = Found {
            // Whose sign-in it rests on may be unsaid: then it shares none with any other account.
            person: told.person.unwrap_or_else(|| id.clone()),
            granted: told.scopes,
            declined: Scopes::default(),
            data_access_until: told.data_access_until,
            pages: vec![page],
            unreadable: 0,
        };
        let tokens = HashMap::from([(id.clone(), token)]);
        Ok(Tried::Pages(Box::new(Brought {
            answers: HashMap::from([(id, Ok(state))]),
            offering: Offering { found, tokens },
            person: None,
            grant: of_person(told.issued_at, None),
            page_until: told.expires_at,
        })))
    }

    async fn of_person(
        &self,
        token: AccessToken,
        told: Inspected,
        aside: &mut Option<Aside>,
    ) -> Result<Tried, Refusal> {
        let ends_soon = |end: Timestamp| end < self.now + SHORT_LIVED;
        let (token, grant) = if told.expires_at.is_some_and(ends_soon) {
            let before = (self.watch)();
            let answer = self.facebook.exchange(self.app, &token).await;
            *aside = Aside::of(&answer, (self.watch)() - before);
            let long = answer.result?;
            let end = long.expires_in.map(|lifetime| self.now + lifetime);
            (long.token, of_person(Some(self.now), end))
        } else {
            (token, of_person(told.issued_at, told.expires_at))
        };
        let offering = offering(self.facebook, self.app, &token, self.watch, aside).await?;
        // A Page's token that was only listed may not work, and would take the place of access that does.
        let linked = offering
            .found
            .pages
            .iter()
            .filter(|it| it.profile.is_some());
        let pages = linked.filter_map(|it| {
            let id = it.page.id.as_str();
            Some((id, offering.tokens.get(id)?))
        });
        let answers = answers_of(self.facebook, self.app, pages, self.watch, aside).await;
        Ok(Tried::Pages(Box::new(Brought {
            answers: answers.into_iter().collect(),
            offering,
            person: Some(token),
            grant,
            page_until: None,
        })))
    }
}

fn of_person(issued_at: Option<Timestamp>, expires_at: Option<Timestamp>) -> Grant {
    Grant {
        route: Route::Facebook,
        scopes: None,
        issued_at,
        expires_at,
        page: None,
    }
}
