//! Tokens made elsewhere, entrusted to Relink. Each is proved by calls before it is kept. (Meta platform reference, A5,
//! B3.)

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::account::{AccountId, AccountType, Profile};
use domain::diagnosis::{Affects, Cause, Context, Diagnosis, Step, diagnose};
use domain::grant::{AccessToken, Grant, Route, TokenSet};
use domain::import;
use domain::meta_app::AppKey;
use domain::page::Tie;
use domain::refusal::Refusal;
use domain::roster::Event;
use secrecy::ExposeSecret as _;

use super::{Answer, Engine};
use crate::command::{ErrorCode, Reply};
use crate::records::Change;
use crate::world::{Brought, Tried};

/// A single token that is being tried.
pub(super) struct Trying {
    route: Route,
    app: Option<AppKey>,
    pub(super) answer: Answer,
}

/// What became of a token that was tried.
pub(super) enum Taken {
    /// It is these accounts' own now.
    Kept(Vec<Came>),
    /// It works, and is of no use. The account is named where it told which it is.
    Unusable(Option<Profile>, Cause),
    /// It works, and could not be saved.
    NotSaved(ErrorCode),
}

/// An account that came by a token.
pub(super) struct Came {
    pub(super) profile: Profile,
    pub(super) how: Coming,
}

/// How an account came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coming {
    /// It is new.
    New,
    /// It was there before, and has new access.
    Known,
    /// Another token of the same file has brought it already, and stays.
    Already,
    /// Its Page does not answer to the token that came for it: whatever access there is stays.
    Refused(Cause),
    /// Nothing was heard of it.
    NoAnswer,
}

impl Coming {
    /// Whether the account works now by what came.
    pub(super) fn came(self) -> bool {
        match self {
            Self::New | Self::Known | Self::Already => true,
            Self::Refused(_) | Self::NoAnswer => false,
        }
    }
}

/// What a refusal says of a token that was tried: whether it was answered at all, and why it is refused.
pub(super) struct Judged {
    pub(super) diagnosis: Diagnosis,
    /// The network or the provider is at fault: nothing is known of the token.
    pub(super) is_silence: bool,
}

pub(super) fn judged(refusal: &Refusal, route: Route, now: Timestamp) -> Judged {
    let context = Context {
        route: Some(route),
        ..Context::at(Step::Profile)
    };
    let diagnosis = diagnose(refusal, &context, now);
    Judged {
        is_silence: matches!(diagnosis.affects, Affects::Network | Affects::Provider),
        diagnosis,
    }
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
                let trying = Trying { route, app, answer };
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
        let app = self.app_of_tokens(route, app)?;
        let text = token.expose_secret().trim();
        let fits = (20..=2_000).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic());
        if !fits {
            return Err(ErrorCode::InvalidInput);
        }
        if import::unusable(text, route).is_some() {
            return Err(ErrorCode::TokenRefused);
        }
        let ticket = self.try_one(AccessToken::new(text), route, app.as_ref())?;
        Ok((ticket, app))
    }

    /// The app that tokens belong to. On the Facebook route there is always one: tokens are asked about in its name,
    /// and Facebook tells nothing of those of another.
    pub(super) fn app_of_tokens(
        &mut self,
        route: Route,
        id: Option<&str>,
    ) -> Result<Option<AppKey>, ErrorCode> {
        let named = self.app_named(route, id)?;
        if route == Route::Instagram {
            return Ok(named);
        }
        if !self.has_route(route) {
            return Err(ErrorCode::NotPossible);
        }
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let first = || records.first_app(route).map(|kept| kept.app.key.clone());
        let key = named.or_else(first).ok_or(ErrorCode::NoCredentials)?;
        self.app_credentials(&key)?;
        Ok(Some(key))
    }

    /// Asks about one token; gives the ticket under which the answer comes.
    pub(super) fn try_one(
        &mut self,
        token: AccessToken,
        route: Route,
        app: Option<&AppKey>,
    ) -> Result<u64, ErrorCode> {
        let (ticket, now) = (self.tickets + 1, self.now());
        match route {
            Route::Instagram => self.world.try_token(ticket, token),
            Route::Facebook => {
                let app = self.app_credentials(app.ok_or(ErrorCode::NoCredentials)?)?;
                let facebook = self.world.facebook().ok_or(ErrorCode::NotPossible)?;
                self.world.try_page_token(facebook, ticket, app, token, now);
            }
        }
        self.tickets = ticket;
        Ok(ticket)
    }

    pub(super) fn on_token_tried(&mut self, ticket: u64, result: Result<Tried, Refusal>) {
        if self.is_of_import(ticket) {
            self.on_import_tried(result);
            return;
        }
        let Some(Trying { route, app, answer }) = self.tokens_tried.remove(&ticket) else {
            return;
        };
        let now = self.now();
        let outcome = match result {
            Ok(tried) => match self.take_in_tried(tried, app.as_ref(), &BTreeSet::new()) {
                Taken::Kept(came) if came.iter().any(|it| it.how.came()) => Ok(Reply::Done {}),
                Taken::Kept(came) if came.iter().all(|it| it.how == Coming::NoAnswer) => {
                    Err(ErrorCode::NoAnswer)
                }
                Taken::Kept(_) => Err(ErrorCode::TokenRefused),
                Taken::Unusable(..) => Err(ErrorCode::TokenRefused),
                Taken::NotSaved(code) => Err(code),
            },
            Err(refusal) if judged(&refusal, route, now).is_silence => Err(ErrorCode::NoAnswer),
            Err(_) => Err(ErrorCode::TokenRefused),
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
        let checked = self.apps_checked.remove(&ticket).map(|it| it.answer);
        let revoked = self.revoking.remove(&ticket).map(|it| it.answer);
        for answer in [tried, checked, revoked].into_iter().flatten() {
            drop(answer.send(Err(ErrorCode::Internal)));
        }
    }

    /// Makes what a token brought its accounts' own, but for those that have been `reached` already: all of it, or
    /// none.
    pub(super) fn take_in_tried(
        &mut self,
        tried: Tried,
        app: Option<&AppKey>,
        reached: &BTreeSet<AccountId>,
    ) -> Taken {
        let failed_before = self.saves_failed;
        let mut came = Vec::new();
        match tried {
            Tried::Unusable(cause) => return Taken::Unusable(None, cause),
            Tried::Account(profile, _) if profile.account_type == AccountType::Personal => {
                return Taken::Unusable(Some(profile), Cause::NotProfessional);
            }
            Tried::Account(profile, set) => {
                let how = if reached.contains(&profile.user_id) {
                    Coming::Already
                } else {
                    self.take_in_token(&profile, set, None, app)
                };
                came.push(Came { profile, how });
            }
            Tried::Pages(brought) => {
                let Brought {
                    offering,
                    mut answers,
                    person,
                    grant,
                    page_until,
                } = *brought;
                let offer = offering.found.judged(|_| Tie::None);
                let found = match offer.entrusted() {
                    Ok(found) => found,
                    Err(cause) => return Taken::Unusable(None, cause),
                };
                for offered in found {
                    let page = &offered.page.id;
                    let (Some(profile), Some(token)) =
                        (&offered.profile, offering.tokens.get(page))
                    else {
                        continue; // neither can be missing in what is usable
                    };
                    let proved = match answers.remove(page) {
                        Some(Ok(state)) if offer.is_proved_by(page, &state) => None,
                        Some(Ok(_)) => Some(Coming::Refused(Cause::PageMissing)),
                        Some(Err(refusal)) => Some(self.refused(refusal)),
                        None => Some(Coming::NoAnswer),
                    };
                    let set = || TokenSet {
                        token: token.duplicate(),
                        grant: Grant {
                            expires_at: page_until,
                            ..offer.grant(&offered.page, &grant)
                        },
                    };
                    let how = match proved {
                        _ if reached.contains(&profile.user_id) => Coming::Already,
                        Some(not) => not,
                        None => self.take_in_token(profile, set(), person.as_ref(), app),
                    };
                    came.push(Came {
                        profile: profile.clone(),
                        how,
                    });
                }
            }
        }
        self.settle();
        match self.save_failed {
            Some((code, _)) if self.saves_failed > failed_before => Taken::NotSaved(code),
            Some(_) | None => Taken::Kept(came),
        }
    }

    /// Makes a token that has answered a call its account's own.
    fn take_in_token(
        &mut self,
        profile: &Profile,
        set: TokenSet,
        person: Option<&AccessToken>,
        app: Option<&AppKey>,
    ) -> Coming {
        let now = self.now();
        let id = profile.user_id.clone();
        let known = self.roster.account(&id).is_some();
        let event = Event::TokenAdded {
            profile: profile.clone(),
            grant: set.grant,
            app: app.cloned(),
        };
        let reaction = self.roster.on(event, now);
        let account = self.roster.account(&id);
        let generation = account.map_or(1, |account| account.generation);
        let change = match person {
            Some(person) => Change::PageToken {
                account: id,
                generation,
                token: set.token,
                person: person.duplicate(),
            },
            None => Change::Token {
                account: id,
                generation,
                token: set.token,
                adopted: true,
            },
        };
        self.unsaved.changes.push(change);
        self.carry_out(reaction);
        if known { Coming::Known } else { Coming::New }
    }

    /// What a Page's refusal says of the account that would have come. Silence says something of the provider, too.
    fn refused(&mut self, refusal: Refusal) -> Coming {
        let Judged {
            diagnosis,
            is_silence,
        } = judged(&refusal, Route::Facebook, self.now());
        if !is_silence {
            return Coming::Refused(diagnosis.cause);
        }
        self.happen(Event::Read(Err((diagnosis, refusal))));
        Coming::NoAnswer
    }
}
