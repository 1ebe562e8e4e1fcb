//! The roster as a whole, told by stories; a world that answers whatever a story wants.

mod connecting;
mod facts;
mod hidden;
mod incident;
mod lane;
mod pages;
mod pressure;
mod renewing;
mod several;
mod spare;
mod time;
mod watching;
mod way_back;

use chrono::Duration;

use super::*;
use crate::account::{AccountType, Profile};
use crate::attempt::{AttemptId, Outcome, Phase, Purpose};
use crate::connection::{Standing, Undo};
use crate::door::Door;
use crate::grant::{INSTAGRAM_SCOPES, Route, Scopes};
use crate::journal::EntryKind;
use crate::meta_app::AppKey;
use crate::refusal::Refusal;
use crate::refusal::{ApiError, Envelope, Interference, Unreachable};
use crate::wizard::Way;
use crate::wizard::{Flow, Step};

/// A roster, a clock and a provider that answers whatever the test wants.
struct World {
    roster: Roster,
    now: Timestamp,
    entries: Vec<Entry>,
}

fn profile(id: &str) -> Profile {
    Profile {
        user_id: AccountId::new(id),
        username: format!("name.{id}"),
        name: None,
        account_type: AccountType::Business,
    }
}

fn denied(code: i64, subcode: Option<i64>) -> Refusal {
    let mut error = ApiError::new(Envelope::Graph);
    error.http_status = Some(400);
    error.code = Some(code);
    error.subcode = subcode;
    error.error_type = Some("OAuthException".to_owned());
    error.message = Some("Error validating access token".to_owned());
    Refusal::Denied(Box::new(error))
}

/// The one thing that is to be done: a check.
fn the_check(effects: &[Effect]) -> (AccountId, Revision) {
    let [Effect::Probe { id, revision }] = effects else {
        panic!("{effects:?}")
    };
    (id.clone(), *revision)
}

fn silence() -> Refusal {
    Refusal::Unreachable(Unreachable::Offline)
}

impl World {
    fn with(ids: &[&str]) -> Self {
        let now = Timestamp::UNIX_EPOCH + Duration::days(20_000);
        let accounts = ids.iter().map(|id| {
            let grant = Grant {
                route: Route::Instagram,
                scopes: Some(INSTAGRAM_SCOPES.into_iter().collect()),
                issued_at: Some(now),
                expires_at: Some(now + Duration::days(60)),
                page: None,
            };
            Account::connected(profile(id), grant, now)
        });
        let mut roster = Roster::restore(accounts, Plan::default(), now).with_time_known();
        roster.on(Event::KeyAvailable(true), now);
        Self {
            roster,
            now,
            entries: Vec::new(),
        }
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    fn on(&mut self, event: Event) -> Vec<Effect> {
        let reaction = self.roster.on(event, self.now);
        self.entries.extend(reaction.entries);
        reaction.effects
    }

    /// Lets everything that is due happen, with `answer` for each call.
    fn run(&mut self, answer: &dyn Fn(&AccountId, bool) -> Option<Refusal>) -> usize {
        let mut calls = 0;
        for effect in self.on(Event::Tick { room: 100 }) {
            calls += 1;
            match effect {
                Effect::Probe { id, revision } => {
                    let result = match answer(&id, false) {
                        Some(refusal) => Err(refusal),
                        None => Ok(Probe {
                            profile: profile(id.as_str()),
                            denied: None,
                        }),
                    };
                    self.on(Event::Probed {
                        id,
                        revision,
                        result,
                    });
                }
                Effect::Renew { id, revision } => {
                    let held = matches!(self.account(id.as_str()).connection, Connection::Held(_));
                    assert!(held, "only what is held is renewed");
                    let result = match answer(&id, true) {
                        Some(refusal) => Err(refusal),
                        None => Ok(Grant {
                            route: Route::Instagram,
                            scopes: None,
                            issued_at: Some(self.now),
                            expires_at: Some(self.now + Duration::days(60)),
                            page: None,
                        }),
                    };
                    self.on(Event::Renewed {
                        id,
                        revision,
                        result,
                    });
                }
                Effect::EraseAccess(_) | Effect::DropSpare(_) | Effect::TradeTokens(_) => {
                    calls -= 1;
                }
                other => panic!("{other:?}"),
            }
        }
        calls
    }

    fn status(&self, id: &str) -> Status {
        self.roster.status(self.account(id), self.now)
    }

    fn account(&self, id: &str) -> &Account {
        self.roster.account(&AccountId::new(id)).unwrap()
    }

    fn count(&self, kind: EntryKind) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.kind == kind)
            .count()
    }
}

/// One of several Meta apps.
fn app(number: u32) -> AppKey {
    AppKey::new(Route::Instagram, format!("99000{number}"))
}

fn attempt(now: Timestamp, purpose: Purpose) -> Box<Attempt> {
    Box::new(Attempt {
        id: AttemptId::new("a"),
        purpose,
        route: Route::Instagram,
        app: app(1),
        door: Door::Direct,
        state_hash: [7; 32],
        redirect: url::Url::parse("http://127.0.0.1:17423/callback").unwrap(),
        scopes: INSTAGRAM_SCOPES.into_iter().collect(),
        opened_at: now,
        browser_opened: true,
        last_rejection: None,
        phase: Phase::Waiting,
        offer: None,
    })
}

fn grant(now: Timestamp, scopes: &str) -> Grant {
    Grant {
        route: Route::Instagram,
        scopes: Some(Scopes::parse(scopes)),
        issued_at: Some(now),
        expires_at: Some(now + Duration::days(60)),
        page: None,
    }
}

impl World {
    fn connect(&mut self, purpose: Purpose, comes_back: &str) -> Vec<Effect> {
        let now = self.now;
        self.on(Event::Attempt(AttemptEvent::Opened(attempt(now, purpose))));
        self.on(Event::Attempt(AttemptEvent::CodeReturned));
        let all = INSTAGRAM_SCOPES.join(",");
        self.on(Event::Attempt(AttemptEvent::Redeemed(Ok(grant(now, &all)))));
        self.on(Event::Attempt(AttemptEvent::Identified(Ok(profile(
            comes_back,
        )))))
    }
}

fn lost(world: &mut World, id: &str, subcode: i64) {
    let wanted = AccountId::new(id);
    let gone =
        move |found: &AccountId, _: bool| (*found == wanted).then(|| denied(190, Some(subcode)));
    world.run(&gone);
    world.pass(Duration::seconds(31));
    world.run(&gone);
    assert_eq!(world.status(id), Status::Revoked);
}

fn wizard(world: &mut World, id: &str, event: WizardEvent) -> Vec<Effect> {
    world.on(Event::Wizard(AccountId::new(id), event))
}
