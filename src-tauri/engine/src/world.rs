//! Carries out what the roster wants from the provider, one task each, and brings back what came.

mod entrusting;
mod pages;
mod reading;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::Duration;
use domain::Timestamp;
use domain::account::{AccountId, Profile, Revision};
use domain::attempt::AttemptId;
use domain::callback::AuthorizationCode;
use domain::grant::{AccessToken, Grant, PUBLISH_SCOPE, Route, Scopes, TokenSet};
use domain::refusal::Refusal;
use domain::roster::{PageProbe, PageState, Probe};
use domain::second_clock::spoken;
use meta::{Answer, AppCredentials, Instagram, LongLived, ShortLived};
use tokio::task::{Id, JoinError, JoinSet};

use crate::clock::Clock;

pub(crate) use entrusting::{Brought, Tried};
pub(crate) use pages::{Line, Offering, PageAsk};
use reading::Reading;
pub(crate) use reading::{PageAsked, PageRead, Shelf, Through};

/// What a finished task brings.
#[derive(Debug)]
pub(crate) enum Done {
    Probed {
        id: AccountId,
        revision: Revision,
        result: Result<Probe, Refusal>,
    },
    Renewed {
        id: AccountId,
        revision: Revision,
        result: Result<LongLived, Refusal>,
    },
    Redeemed {
        attempt: AttemptId,
        result: Result<(LongLived, Option<Scopes>), Setback>,
    },
    Identified {
        attempt: AttemptId,
        result: Result<Profile, Refusal>,
    },
    Offered {
        attempt: AttemptId,
        result: Result<Offering, Refusal>,
    },
    PagesProved {
        attempt: AttemptId,
        answers: Vec<(String, Result<PageState, Refusal>)>,
    },
    PageProbed {
        id: AccountId,
        revision: Revision,
        probe: Box<PageProbe>,
    },
    Revoked {
        ticket: u64,
        result: Result<(), Refusal>,
    },
    TokenTried {
        ticket: u64,
        result: Result<Tried, Refusal>,
    },
    AppChecked {
        ticket: u64,
        result: Result<(), Refusal>,
    },
    PageRead {
        asked: PageAsked,
        result: Result<PageRead, Refusal>,
    },
    /// A call that somebody waits for by its ticket ended in a panic.
    TicketDied(u64),
    /// The reading of an account's list ended in a panic.
    ReadingDied(AccountId),
    /// A task ended in a panic; the message is not kept, it could hold anything.
    Died(Option<(AccountId, Revision)>),
}

/// A failed redemption, with what is already in hand.
#[derive(Debug)]
pub(crate) struct Setback {
    pub(crate) refusal: Refusal,
    pub(crate) kept: Option<ShortLived>,
}

/// What an answer that Instagram itself wrote told beside itself. A portal's page has a date and a
/// proxy's error a head, but they are not Instagram's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aside {
    /// Instagram's clock.
    pub(crate) date: Option<Timestamp>,
    /// How long the answer took.
    pub(crate) took: Duration,
    /// How much of the app's budget is used, in percent.
    pub(crate) app_usage: Option<u32>,
    /// The same of the budget the app has for the account.
    pub(crate) account_usage: Option<u32>,
}

impl Aside {
    fn of<T>(answer: &Answer<T>, took: Duration) -> Option<Self> {
        let spoken = match &answer.result {
            Ok(_) => None,
            Err(Refusal::Denied(error)) => error.message.as_deref().and_then(spoken),
            Err(Refusal::Unreachable(_) | Refusal::Interfered { .. }) => return None,
        };
        Some(Self {
            date: answer.note.date.or(spoken.map(|(_, now)| now)),
            took,
            app_usage: answer.note.app_usage,
            account_usage: answer.note.account_usage,
        })
    }
}

/// What a redemption starts from: a code, or the token it was already exchanged for.
pub(crate) enum Proof {
    Code(AuthorizationCode),
    Short(ShortLived),
}

/// Tasks under way.
pub(crate) struct World {
    instagram: Arc<Instagram>,
    facebook: Line,
    clock: Arc<dyn Clock>,
    tasks: JoinSet<(Done, Option<Aside>)>,
    owners: HashMap<Id, (AccountId, Revision)>,
    /// Who waits for a call that is no account's.
    tickets: HashMap<Id, u64>,
    /// Calls that bring a token: giving one up could lose it.
    precious: HashSet<Id>,
    /// Pages of media; they take no place from calls that access depends on.
    reading: HashMap<Id, Reading>,
}

impl World {
    pub(crate) fn new(instagram: Instagram, facebook: Line, clock: Arc<dyn Clock>) -> Self {
        Self {
            instagram: Arc::new(instagram),
            facebook,
            clock,
            tasks: JoinSet::new(),
            owners: HashMap::new(),
            tickets: HashMap::new(),
            precious: HashSet::new(),
            reading: HashMap::new(),
        }
    }

    /// Calls for accounts that are under way.
    pub(crate) fn busy(&self) -> usize {
        self.owners.len()
    }

    /// Whether a call is under way that must not be given up.
    pub(crate) fn has_precious(&self) -> bool {
        !self.precious.is_empty()
    }

    /// Tells how much time has passed since it was made.
    fn stopwatch(&self) -> impl Fn() -> Duration + Send + 'static {
        let clock = Arc::clone(&self.clock);
        let start = clock.reading().elapsed;
        move || clock.reading().elapsed - start
    }

    pub(crate) fn instagram(&self) -> &Instagram {
        &self.instagram
    }

    /// Waits for the next finished task; pends for ever when there is none.
    pub(crate) async fn next(&mut self) -> (Done, Option<Aside>) {
        match self.tasks.join_next_with_id().await {
            Some(ended) => self.take(ended),
            None => std::future::pending().await,
        }
    }

    /// The next task that has finished already.
    pub(crate) fn next_finished(&mut self) -> Option<(Done, Option<Aside>)> {
        let ended = self.tasks.try_join_next_with_id()?;
        Some(self.take(ended))
    }

    fn take(
        &mut self,
        ended: Result<(Id, (Done, Option<Aside>)), JoinError>,
    ) -> (Done, Option<Aside>) {
        match ended {
            Ok((task, done)) => {
                self.owners.remove(&task);
                self.tickets.remove(&task);
                self.precious.remove(&task);
                self.reading.remove(&task);
                done
            }
            Err(error) => {
                self.precious.remove(&error.id());
                if let Some(reading) = self.reading.remove(&error.id()) {
                    return (Done::ReadingDied(reading.account), None);
                }
                if let Some(ticket) = self.tickets.remove(&error.id()) {
                    return (Done::TicketDied(ticket), None);
                }
                (Done::Died(self.owners.remove(&error.id())), None)
            }
        }
    }

    /// Starts a call that is no account's, and whose end somebody waits for by its ticket.
    fn start_for(
        &mut self,
        ticket: u64,
        call: impl Future<Output = (Done, Option<Aside>)> + Send + 'static,
    ) -> Id {
        let task = self.tasks.spawn(call).id();
        self.tickets.insert(task, ticket);
        task
    }

    pub(crate) fn probe(
        &mut self,
        id: AccountId,
        revision: Revision,
        token: AccessToken,
        scopes: Option<Scopes>,
    ) {
        let (instagram, watch) = (Arc::clone(&self.instagram), self.stopwatch());
        let owner = (id.clone(), revision);
        let task = self.tasks.spawn(async move {
            let profile = instagram.profile(&token).await;
            let mut aside = Aside::of(&profile, watch());
            let result = match profile.result {
                Ok(profile) if scopes.is_none_or(|scopes| scopes.contains(PUBLISH_SCOPE)) => {
                    let before = watch();
                    let quota = instagram.publishing_limit(&token, &profile.user_id).await;
                    aside = Aside::of(&quota, watch() - before).or(aside);
                    Ok(Probe {
                        profile,
                        denied: quota.result.err(),
                    })
                }
                Ok(profile) => Ok(Probe {
                    profile,
                    denied: None,
                }),
                Err(refusal) => Err(refusal),
            };
            (
                Done::Probed {
                    id,
                    revision,
                    result,
                },
                aside,
            )
        });
        self.owners.insert(task.id(), owner);
    }

    pub(crate) fn renew(&mut self, id: AccountId, revision: Revision, token: AccessToken) {
        let (instagram, watch) = (Arc::clone(&self.instagram), self.stopwatch());
        let owner = (id.clone(), revision);
        let task = self.tasks.spawn(async move {
            let answer = instagram.renew(&token).await;
            let aside = Aside::of(&answer, watch());
            let result = answer.result;
            (
                Done::Renewed {
                    id,
                    revision,
                    result,
                },
                aside,
            )
        });
        self.precious.insert(task.id());
        self.owners.insert(task.id(), owner);
    }

    /// Code to short-lived to long-lived token. What was reached is kept: a code works only once.
    pub(crate) fn redeem(
        &mut self,
        attempt: AttemptId,
        app: AppCredentials,
        proof: Proof,
        redirect: String,
    ) {
        let (instagram, watch) = (Arc::clone(&self.instagram), self.stopwatch());
        let task = self.tasks.spawn(async move {
            let short = match proof {
                Proof::Short(short) => short,
                Proof::Code(code) => {
                    let answer = instagram
                        .redeem(&app, code.expose_secret(), &redirect)
                        .await;
                    let aside = Aside::of(&answer, watch());
                    match answer.result {
                        Ok(short) => short,
                        Err(refusal) => {
                            let result = Err(Setback {
                                refusal,
                                kept: None,
                            });
                            return (Done::Redeemed { attempt, result }, aside);
                        }
                    }
                }
            };
            let before = watch();
            let answer = instagram.exchange(&app.app_secret, &short.token).await;
            let aside = Aside::of(&answer, watch() - before);
            let result = match answer.result {
                Ok(long) => Ok((long, short.scopes)),
                Err(refusal) => Err(Setback {
                    refusal,
                    kept: Some(short),
                }),
            };
            (Done::Redeemed { attempt, result }, aside)
        });
        self.precious.insert(task.id());
    }

    pub(crate) fn identify(&mut self, attempt: AttemptId, token: AccessToken) {
        let (instagram, watch) = (Arc::clone(&self.instagram), self.stopwatch());
        self.tasks.spawn(async move {
            let answer = instagram.profile(&token).await;
            let aside = Aside::of(&answer, watch());
            let result = answer.result;
            (Done::Identified { attempt, result }, aside)
        });
    }

    /// Asks Instagram about an app.
    pub(crate) fn check_app(&mut self, ticket: u64, app: AppCredentials, redirect: String) {
        let (instagram, watch) = (Arc::clone(&self.instagram), self.stopwatch());
        self.start_for(ticket, async move {
            let answer = instagram.check_app(&app, &redirect).await;
            let aside = Aside::of(&answer, watch());
            let result = answer.result;
            (Done::AppChecked { ticket, result }, aside)
        });
    }
}

/// What came, with what is known of it. Its time is reckoned from `now`, in Instagram's time: it began
/// when the answer came. (Security document, T3.)
pub(crate) fn token_set(
    long: LongLived,
    route: Route,
    scopes: Option<Scopes>,
    now: Timestamp,
) -> TokenSet {
    let expires_at = long.expires_in.map(|lifetime| now + lifetime);
    TokenSet {
        token: long.token,
        grant: Grant {
            route,
            scopes,
            issued_at: Some(now),
            expires_at,
            page: None,
        },
    }
}

#[cfg(test)]
mod tests;
