//! Calls of the Facebook route. (Meta platform reference, section B.)

use std::collections::HashMap;
use std::sync::Arc;

use chrono::Duration;
use domain::account::{AccountId, Revision};
use domain::attempt::AttemptId;
use domain::grant::{AccessToken, Route, Scopes};
use domain::page::{Found, FoundPage, Inspection, Page};
use domain::refusal::{ApiError, Envelope, Interference, Refusal};
use domain::roster::{PageProbe, PageState};
use meta::{
    AppCredentials, AppSecret, Facebook, FacebookEndpoints, Limits, PageOffers, ShortLived,
    Transport,
};

use super::{Aside, Done, Proof, Setback, World};

/// What speaks to Facebook, made when it is first needed: who uses the other route only pays nothing for it.
pub(crate) struct Line {
    transport: Transport,
    endpoints: Option<FacebookEndpoints>,
    limits: Limits,
    made: Option<Arc<Facebook>>,
}

impl Line {
    pub(crate) fn to(
        endpoints: Option<FacebookEndpoints>,
        transport: Transport,
        limits: Limits,
    ) -> Self {
        Self {
            transport,
            endpoints,
            limits,
            made: None,
        }
    }

    fn made(&mut self) -> Option<Arc<Facebook>> {
        if self.made.is_none() {
            let endpoints = self.endpoints.clone()?;
            match Facebook::over(self.transport.clone(), endpoints, self.limits) {
                Ok(facebook) => self.made = Some(Arc::new(facebook)),
                Err(error) => tracing::error!(%error, "nothing can be sent to Facebook"),
            }
        }
        self.made.clone()
    }
}

/// What a sign-in gives access to, with the Pages' tokens by the Pages' ids.
#[derive(Debug)]
pub(crate) struct Offering {
    pub(crate) found: Found,
    pub(crate) tokens: HashMap<String, AccessToken>,
}

/// What a check through a Page needs besides the Page's token.
pub(crate) struct PageAsk {
    pub(crate) app: AppCredentials,
    pub(crate) page: String,
    /// What was granted, where that is known.
    pub(crate) scopes: Option<Scopes>,
    /// Whether the token itself is asked about, however the Page answers.
    pub(crate) inspect: bool,
}

impl World {
    /// `None` where the endpoints have no Facebook route, or it cannot be used.
    pub(crate) fn facebook(&mut self) -> Option<Arc<Facebook>> {
        self.facebook.made()
    }

    /// Code to short-lived to long-lived token of the person. What was reached is kept: a code works only once.
    pub(crate) fn redeem_person(
        &mut self,
        facebook: Arc<Facebook>,
        attempt: AttemptId,
        app: AppCredentials,
        proof: Proof,
        redirect: String,
    ) {
        let watch = self.stopwatch();
        let task = self.tasks.spawn(async move {
            let short = match proof {
                Proof::Short(short) => short,
                Proof::Code(code) => {
                    let answer = facebook.redeem(&app, code.expose_secret(), &redirect).await;
                    let aside = Aside::of(&answer, watch());
                    match answer.result {
                        Ok(short) => ShortLived {
                            token: short.token,
                            user_id: None,
                            scopes: None,
                        },
                        Err(refusal) => {
                            let kept = None;
                            let result = Err(Setback { refusal, kept });
                            return (Done::Redeemed { attempt, result }, aside);
                        }
                    }
                }
            };
            let before = watch();
            let answer = facebook.exchange(&app, &short.token).await;
            let aside = Aside::of(&answer, watch() - before);
            let result = match answer.result {
                Ok(long) => Ok((long, None)),
                Err(refusal) => Err(Setback {
                    refusal,
                    kept: Some(short),
                }),
            };
            (Done::Redeemed { attempt, result }, aside)
        });
        self.precious.insert(task.id());
    }

    /// Reads what a sign-in gives access to: who it was, what was granted, which Pages there are.
    pub(crate) fn offer(
        &mut self,
        facebook: Arc<Facebook>,
        attempt: AttemptId,
        app: AppCredentials,
        token: AccessToken,
    ) {
        let watch = self.stopwatch();
        self.tasks.spawn(async move {
            let mut aside = None;
            let result = offering(&facebook, &app, &token, &watch, &mut aside).await;
            (Done::Offered { attempt, result }, aside)
        });
    }

    /// Asks Pages of a sign-in, each with its own token.
    pub(crate) fn prove_pages(
        &mut self,
        facebook: Arc<Facebook>,
        attempt: AttemptId,
        app: AppCredentials,
        pages: Vec<(String, AccessToken)>,
    ) {
        let watch = self.stopwatch();
        self.tasks.spawn(async move {
            let mut aside = None;
            let pages = pages.iter().map(|(page, token)| (page.as_str(), token));
            let answers = answers_of(&facebook, &app, pages, &watch, &mut aside).await;
            (Done::PagesProved { attempt, answers }, aside)
        });
    }

    /// The live check: Page, link and role in one call, the permission to publish in a second. The token itself is
    /// asked about where that is due, and where the Page does not answer as it should.
    pub(crate) fn probe_page(
        &mut self,
        facebook: Arc<Facebook>,
        id: AccountId,
        revision: Revision,
        token: AccessToken,
        ask: PageAsk,
    ) {
        let watch = self.stopwatch();
        let owner = (id.clone(), revision);
        let task = self.tasks.spawn(async move {
            let secret = &ask.app.app_secret;
            let answer = facebook.page(secret, &token, &ask.page).await;
            let mut aside = Aside::of(&answer, watch());
            let page = answer.result.map(page_state);
            let linked = page.as_ref().is_ok_and(|state| {
                let profile = state.profile.as_ref();
                profile.is_some_and(|profile| profile.user_id == id)
            });
            let may = Route::Facebook.publish_scope();
            let mut denied = None;
            if linked && ask.scopes.is_none_or(|scopes| scopes.contains(may)) {
                let before = watch();
                let quota = facebook.publishing_limit(secret, &token, &id).await;
                aside = Aside::of(&quota, watch() - before).or(aside);
                denied = quota.result.err();
            }
            // An answer of no known shape may be one without its data: that, the token's own state tells.
            let answered = match &page {
                Ok(_) | Err(Refusal::Denied(_)) => true,
                Err(Refusal::Interfered { how, .. }) => *how == Interference::Unrecognised,
                Err(Refusal::Unreachable(_)) => false,
            };
            let inspection = if answered && (ask.inspect || !linked || denied.is_some()) {
                let answer = facebook.inspect(&ask.app, &token).await;
                let told = answer.result.ok();
                told.and_then(|told| inspection(told, &ask.app.app_id, &ask.page))
            } else {
                None
            };
            let probe = Box::new(PageProbe {
                page,
                inspection,
                denied,
            });
            let done = Done::PageProbed {
                id,
                revision,
                probe,
            };
            (done, aside)
        });
        self.owners.insert(task.id(), owner);
    }

    /// Asks Facebook about an app.
    pub(crate) fn check_facebook_app(
        &mut self,
        facebook: Arc<Facebook>,
        ticket: u64,
        app: AppCredentials,
    ) {
        let watch = self.stopwatch();
        self.start_for(ticket, async move {
            let answer = facebook.check_app(&app).await;
            let aside = Aside::of(&answer, watch());
            // The name is the person's to see at Meta.
            let result = answer.result.map(drop);
            (Done::AppChecked { ticket, result }, aside)
        });
    }

    /// Takes back what a person permitted. The answer is waited for even when Relink ends: it is the only one.
    pub(crate) fn revoke(
        &mut self,
        facebook: Arc<Facebook>,
        ticket: u64,
        secret: AppSecret,
        token: AccessToken,
        person: String,
    ) {
        let watch = self.stopwatch();
        let task = self.start_for(ticket, async move {
            let answer = facebook.revoke(&secret, &token, &person).await;
            let aside = Aside::of(&answer, watch());
            let result = answer.result;
            (Done::Revoked { ticket, result }, aside)
        });
        self.precious.insert(task);
    }
}

pub(super) fn page_state(state: meta::PageState) -> PageState {
    PageState {
        page: Page {
            id: state.id,
            name: state.name,
        },
        profile: state.account,
    }
}

/// Asks Pages one after the other, each with its own token. After silence or a limit the others are not asked: they
/// would not be answered either.
pub(super) async fn answers_of<'a>(
    facebook: &Facebook,
    app: &AppCredentials,
    pages: impl Iterator<Item = (&'a str, &'a AccessToken)>,
    watch: &(impl Fn() -> Duration + Sync),
    aside: &mut Option<Aside>,
) -> Vec<(String, Result<PageState, Refusal>)> {
    let mut answers = Vec::new();
    for (page, token) in pages {
        let before = watch();
        let answer = facebook.page(&app.app_secret, token, page).await;
        *aside = Aside::of(&answer, watch() - before).or(*aside);
        let goes_on = match &answer.result {
            Ok(_) | Err(Refusal::Interfered { .. }) => true,
            Err(Refusal::Denied(error)) => error.retry_after.is_none(),
            Err(Refusal::Unreachable(_)) => false,
        };
        answers.push((page.to_owned(), answer.result.map(page_state)));
        if !goes_on {
            break;
        }
    }
    answers
}

pub(super) async fn offering(
    facebook: &Facebook,
    app: &AppCredentials,
    token: &AccessToken,
    watch: &(impl Fn() -> Duration + Sync),
    aside: &mut Option<Aside>,
) -> Result<Offering, Refusal> {
    let secret = &app.app_secret;
    let before = watch();
    let person = facebook.person(secret, token).await;
    *aside = Aside::of(&person, watch() - before);
    let person = person.result?;
    let before = watch();
    let permissions = facebook.permissions(secret, token).await;
    *aside = Aside::of(&permissions, watch() - before);
    let permissions = permissions.result?;
    // Without what the route needs the list would be refused; that something is missing says it better.
    let mut needs = Route::Facebook.needed_scopes().iter();
    let pages = if needs.all(|name| permissions.granted.contains(name)) {
        let before = watch();
        let pages = facebook.pages(secret, token).await;
        *aside = Aside::of(&pages, watch() - before);
        pages.result?
    } else {
        PageOffers::default()
    };
    let unreadable = pages.unreadable;
    if unreadable > 0 {
        tracing::warn!(unreadable, "Pages came that cannot be read");
    }
    // Not worth a failure: the first check asks again.
    let told = facebook.inspect(app, token).await.result.ok();
    let told = told.filter(|told| told.is_valid && told.app_id == app.app_id);
    let mut tokens = HashMap::new();
    let found = pages.found.into_iter().map(|offer| {
        let page = FoundPage {
            has_token: offer.token.is_some(),
            page: Page {
                id: offer.id.clone(),
                name: offer.name,
            },
            profile: offer.account,
            tasks: offer.tasks,
        };
        tokens.extend(offer.token.map(|token| (offer.id, token)));
        page
    });
    let found = Found {
        pages: found.collect(),
        unreadable,
        person: person.id,
        granted: permissions.granted,
        declined: permissions.declined,
        data_access_until: told.and_then(|told| told.data_access_until),
    };
    Ok(Offering { found, tokens })
}

/// What Facebook's word about a Page's token says; `None` where it says that the token is not valid, but not why, and
/// where it speaks of another app or another Page.
fn inspection(
    told: meta::Inspected,
    app_id: &str,
    page: &str,
) -> Option<Result<Inspection, Refusal>> {
    if told.is_valid {
        let is_ours = told.app_id == app_id && told.profile.is_none_or(|profile| profile == page);
        if !is_ours {
            tracing::warn!("Facebook answered about another token than the one asked about");
            return None;
        }
        return Some(Ok(Inspection {
            expires_at: told.expires_at,
            data_access_until: told.data_access_until,
            scopes: (!told.scopes.is_empty()).then_some(told.scopes),
        }));
    }
    denial(told).map(Err)
}

/// Why Facebook says that a token is not valid; `None` where it does not say why.
pub(super) fn denial(told: meta::Inspected) -> Option<Refusal> {
    let error = told.error?;
    let named = error.code.is_some() || error.message.is_some();
    named.then(|| {
        // It stands inside an answer that was a success; nothing more is known of how it would have come.
        Refusal::Denied(Box::new(ApiError {
            envelope: Envelope::Graph,
            ..*error
        }))
    })
}

#[cfg(test)]
mod tests;
