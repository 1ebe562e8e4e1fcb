use chrono::Duration;

use super::*;
use crate::account::{AccountId, AccountType, Profile};
use crate::connection::Lost;
use crate::diagnosis::{Certainty, Diagnosis};
use crate::grant::{Grant, Route};
use crate::roster::{Effect, Event, Plan};

const DAY: Duration = Duration::days(1);

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + Duration::days(20_000)
}

fn account() -> Account {
    let profile = Profile {
        user_id: AccountId::new("1"),
        username: "one".to_owned(),
        name: None,
        account_type: AccountType::Business,
    };
    let grant = Grant {
        route: Route::Instagram,
        scopes: None,
        issued_at: Some(now()),
        expires_at: Some(now() + DAY * 60),
        page: None,
    };
    Account::connected(profile, grant, now())
}

fn roster(account: Account) -> Roster {
    let mut roster = Roster::restore([account], Plan::default(), now()).with_time_known();
    roster.on(Event::KeyAvailable(true), now());
    roster
}

fn runway(roster: &Roster, at: Timestamp) -> Runway {
    let account = roster.accounts().next().expect("there is one");
    Runway::of(account, roster, at)
}

#[test]
fn a_healthy_account_has_its_whole_way_before_it() {
    let roster = roster(account());
    let way = runway(&roster, now());
    assert_eq!(way.state, RunwayState::Resting);
    assert_eq!(way.not_before, Some(now() + DAY));
    assert_eq!(way.due_at, Some(now() + DAY * 7));
    assert_eq!(way.overdue_at, Some(now() + DAY * 45));
    assert_eq!(way.planned.first(), way.due_at.as_ref());
    assert_eq!(way.planned.len(), MOST_PLANNED);
    assert!(way.tries_left > Some(300), "{:?}", way.tries_left);
    assert!(!way.short);
}

#[test]
fn the_drawn_points_are_what_the_scheduler_does() {
    let mut roster = roster(account());
    let drawn = runway(&roster, now()).planned;
    let mut at = now() + Duration::minutes(1);
    let mut tried = Vec::new();
    let refused = crate::refusal::Refusal::Denied(Box::new(crate::refusal::ApiError {
        code: Some(99),
        ..crate::refusal::ApiError::new(crate::refusal::Envelope::Graph)
    }));
    while tried.len() < drawn.len() {
        for effect in roster.on(Event::Tick { room: 9 }, at).effects {
            match effect {
                Effect::Renew { id, revision } => {
                    tried.push(at);
                    let result = Err(refused.clone());
                    roster.on(
                        Event::Renewed {
                            id,
                            revision,
                            result,
                        },
                        at,
                    );
                }
                Effect::Probe { id, revision } => {
                    let account = roster.account(&id).expect("it is there");
                    let probe = crate::roster::Probe {
                        profile: account.profile.clone(),
                        denied: None,
                    };
                    let result = Ok(probe);
                    roster.on(
                        Event::Probed {
                            id,
                            revision,
                            result,
                        },
                        at,
                    );
                }
                _ => panic!("nothing else follows from a tick"),
            }
        }
        at = roster
            .wake_at(at)
            .expect("there is something to do")
            .max(at);
    }
    assert_eq!(tried, drawn);
}

#[test]
fn it_is_short_when_little_is_left_of_it() {
    let late = now() + DAY * 60 - Duration::hours(2);
    let mut account = account();
    if let Connection::Held(held) = &mut account.connection {
        held.renewal = Renewal::Failing {
            failures: 20,
            retry_at: late,
            reason: Diagnosis::of(Cause::ProviderFault, Certainty::Proved, now()),
            last: None,
        };
    }
    let mut roster = Roster::restore([account], Plan::default(), late);
    roster.on(Event::KeyAvailable(true), late);
    let way = runway(&roster, late);
    assert_eq!(way.state, RunwayState::Failing);
    assert!(way.short);
    assert!(
        (1..=FEW).contains(&way.tries_left.expect("an end is known")),
        "{way:?}"
    );
}

#[test]
fn the_way_of_lost_access_stops_at_the_loss() {
    let mut account = account();
    let at = now() + DAY * 9;
    if let Connection::Held(held) = &account.connection {
        let diagnosis = Diagnosis::of(Cause::PasswordOrSecurityChange, Certainty::Proved, at);
        account.connection = Connection::Lost(Lost::of(held.clone(), diagnosis));
    }
    let way = runway(&roster(account), at + DAY);
    assert_eq!(way.state, RunwayState::Lost);
    assert_eq!(way.ends_at, Some(at));
    assert_eq!(way.not_before, Some(now() + DAY), "that was before it");
    assert_eq!((way.overdue_at, way.due_at), (None, None));
    assert!(way.planned.is_empty());
}

#[test]
fn without_an_end_no_number_is_claimed() {
    let mut account = account();
    if let Connection::Held(held) = &mut account.connection {
        held.grant.expires_at = None;
    }
    let way = runway(&roster(account), now());
    assert_eq!(way.tries_left, None);
    assert_eq!(way.planned.len(), MOST_PLANNED);
}

#[test]
fn paused_and_off_are_said() {
    let mut roster = roster(account());
    let until = now() + DAY * 2;
    let paused = Plan {
        paused_until: Some(until),
        ..Plan::default()
    };
    roster.on(Event::PlanChanged(paused), now());
    assert_eq!(runway(&roster, now()).state, RunwayState::Paused);
    let off = Plan {
        off: true,
        ..Plan::default()
    };
    roster.on(Event::PlanChanged(off), now());
    let way = runway(&roster, now());
    assert_eq!(
        (way.state, way.due_at, way.tries_left),
        (RunwayState::Off, None, None)
    );
}
