//! The Facebook route: Pages that come back, and which of them are connected.

mod checking;
mod doubting;
mod proving;

use super::*;
use crate::attempt::Returned;
use crate::connection::Shortfall;
use crate::grant::FACEBOOK_SCOPES;
use crate::meta_app::AppKey;
use crate::page::{Found, FoundPage, Inspection, OfferedState, Page, PageGrant};
use crate::roster::{PageProbe, PageState};

fn all() -> Scopes {
    FACEBOOK_SCOPES.into_iter().collect()
}

fn without(name: &str) -> Scopes {
    all().missing_from(&Scopes::parse(name))
}

fn page(id: &str) -> Page {
    Page {
        id: format!("p{id}"),
        name: format!("Page {id}"),
    }
}

/// A Page that came, with its account; `None` for one without.
fn found_page(id: &str, linked: bool, tasks: &[&str]) -> FoundPage {
    FoundPage {
        page: page(id),
        profile: linked.then(|| Profile {
            account_type: AccountType::Unknown,
            ..profile(id)
        }),
        tasks: tasks.iter().map(|it| (*it).to_owned()).collect(),
        has_token: true,
    }
}

fn found(granted: Scopes, pages: Vec<FoundPage>) -> Found {
    Found {
        person: "77".to_owned(),
        declined: all().missing_from(&granted),
        granted,
        data_access_until: None,
        pages,
        unreadable: 0,
    }
}

fn ready(ids: &[&str]) -> Vec<FoundPage> {
    ids.iter()
        .map(|id| found_page(id, true, &["CREATE_CONTENT"]))
        .collect()
}

fn app() -> AppKey {
    AppKey::new(Route::Facebook, "990000000000002")
}

impl World {
    /// Accounts of person 77, each through a Page of its own.
    fn with_pages(ids: &[&str]) -> Self {
        let mut world = World::with(&[]);
        let now = world.now;
        let accounts = ids.iter().map(|id| Account {
            app: Some(app()),
            ..Account::connected(profile(id), page_grant(id, now), now)
        });
        world.roster = Roster::restore(accounts, Plan::default(), now).with_time_known();
        world.roster.on(Event::KeyAvailable(true), now);
        world
    }

    fn sign_in(&mut self, purpose: Purpose, found: Found) -> Vec<Effect> {
        self.sign_in_to(purpose, Ok(Box::new(found)))
    }

    fn sign_in_to(&mut self, purpose: Purpose, result: Result<Box<Found>, Refusal>) -> Vec<Effect> {
        let now = self.now;
        let attempt = Box::new(Attempt {
            route: Route::Facebook,
            app: app(),
            scopes: all(),
            ..*attempt(now, purpose)
        });
        self.on(Event::Attempt(AttemptEvent::Opened(attempt)));
        self.on(Event::Attempt(AttemptEvent::CodeReturned));
        let person = Grant {
            route: Route::Facebook,
            scopes: None,
            ..grant(now, "")
        };
        let effects = self.on(Event::Attempt(AttemptEvent::Redeemed(Ok(person))));
        assert_eq!(effects, [Effect::Identify(AttemptId::new("a"))]);
        let effects = self.on(Event::Attempt(AttemptEvent::Offered(result)));
        self.prove(effects)
    }

    /// Chooses Pages, each of which answers.
    fn choose(&mut self, pages: &[&str]) -> Vec<Effect> {
        let ids = pages.iter().map(|it| (*it).to_owned()).collect();
        let effects = self.on(Event::Attempt(AttemptEvent::PagesChosen(ids)));
        self.prove(effects)
    }

    /// What follows when every Page that is asked with its own token answers.
    fn prove(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        if effects != [Effect::ProvePages(AttemptId::new("a"))] {
            return effects;
        }
        let chosen = self.roster.attempt().unwrap().proving().to_vec();
        let answers = chosen.into_iter().map(|page| {
            let answer = answering(page.trim_start_matches('p'));
            (page, Ok(answer))
        });
        let answers = answers.collect();
        self.on(Event::Attempt(AttemptEvent::PagesProved(answers)))
    }

    fn phase(&self) -> &Phase {
        &self.roster.attempt().unwrap().phase
    }

    /// One round of checks, each answered by `answer`.
    fn check(&mut self, answer: &dyn Fn(&str, bool) -> PageProbe) -> usize {
        let effects = self.on(Event::Tick { room: 100 });
        for effect in &effects {
            let Effect::Probe { id, revision } = effect else {
                panic!("{effect:?}")
            };
            let asks = self.account(id.as_str()).inspection_due(self.now);
            let probe = Box::new(answer(id.as_str(), asks));
            let (id, revision) = (id.clone(), *revision);
            self.on(Event::PageProbed {
                id,
                revision,
                probe,
            });
        }
        effects.len()
    }

    /// Checks twice, as far apart as a confirmation takes.
    fn check_twice(&mut self, answer: &dyn Fn(&str, bool) -> PageProbe) {
        self.pass(Duration::minutes(11));
        assert!(self.check(answer) > 0);
        self.pass(Duration::seconds(31));
        assert!(self.check(answer) > 0, "one answer decides nothing");
    }
}

fn answering(id: &str) -> PageState {
    PageState {
        page: page(id),
        profile: Some(Profile {
            account_type: AccountType::Unknown,
            ..profile(id)
        }),
    }
}

fn page_grant(id: &str, now: Timestamp) -> Grant {
    Grant {
        route: Route::Facebook,
        scopes: Some(all()),
        issued_at: Some(now),
        expires_at: None,
        page: Some(Box::new(PageGrant {
            page: page(id),
            person: "77".to_owned(),
            person_until: Some(now + Duration::days(60)),
            data_access_until: Some(now + Duration::days(90)),
            inspected_at: None,
            revoked_at: None,
        })),
    }
}

fn told(until: Timestamp, scopes: Scopes) -> Inspection {
    Inspection {
        expires_at: None,
        data_access_until: Some(until),
        scopes: Some(scopes),
    }
}

fn well(id: &str, until: Timestamp, asks: bool) -> PageProbe {
    PageProbe {
        page: Ok(answering(id)),
        inspection: asks.then(|| Ok(told(until, all()))),
        denied: None,
    }
}

fn refused(refusal: Refusal) -> PageProbe {
    PageProbe {
        page: Err(refusal),
        inspection: None,
        denied: None,
    }
}

fn says(code: i64, subcode: Option<i64>, message: &str) -> Refusal {
    let Refusal::Denied(mut error) = denied(code, subcode) else {
        unreachable!()
    };
    error.message = Some(message.to_owned());
    Refusal::Denied(error)
}

#[test]
fn the_only_usable_page_is_taken_at_once_and_has_no_end() {
    let mut world = World::with(&[]);
    let pages = vec![
        found_page("1", true, &["MANAGE"]),
        found_page("2", false, &["MANAGE"]),
        found_page("3", true, &["ANALYZE"]),
    ];
    let effects = world.sign_in(Purpose::Connect, found(all(), pages));
    let adopt = Effect::Adopt {
        attempt: AttemptId::new("a"),
        page: Some("p1".to_owned()),
        account: AccountId::new("1"),
        generation: 1,
    };
    assert_eq!(effects, [adopt, Effect::CloseAttempt(AttemptId::new("a"))]);
    let grant = world.account("1").grant().unwrap();
    assert!(grant.is_endless() && !grant.renews());
    let page = grant.page.as_deref().unwrap();
    assert_eq!(page.person, "77");
    assert_eq!(page.person_until, Some(world.now + Duration::days(60)));
    assert_eq!(world.roster.count(), 1, "the others are no accounts");
}

#[test]
fn nothing_of_a_page_is_ever_renewed_and_the_runway_has_no_end() {
    let mut world = World::with_pages(&["1"]);
    for _ in 0..5_000 {
        world.pass(Duration::minutes(25));
        let end = world.now + Duration::days(90);
        world.check(&|id, asks| well(id, end, asks)); // any other effect panics
    }
    world.on(Event::RenewAsked(vec![]));
    world.on(Event::RenewDueAsked);
    let effects = world.on(Event::Tick { room: 10 });
    assert!(
        matches!(effects[..], [Effect::Probe { .. }]),
        "looked at instead: {effects:?}"
    );
    assert_eq!(world.status("1"), Status::Connected);
    let way = crate::runway::Runway::of(world.account("1"), &world.roster, world.now);
    assert_eq!(
        (way.ends_at, way.due_at, way.not_before, way.tries_left),
        (None, None, None, None)
    );
}

#[test]
fn of_several_pages_the_person_chooses_and_all_are_connected_together() {
    let mut world = World::with_pages(&["2"]);
    let before = world.account("2").clone();
    let mut pages = ready(&["1", "2", "3"]);
    pages.push(found_page("4", false, &["MANAGE"]));
    assert!(
        world
            .sign_in(Purpose::Connect, found(all(), pages))
            .is_empty()
    );
    assert_eq!(world.phase(), &Phase::Pages);
    let offer = world.roster.attempt().unwrap().offer.as_deref().unwrap();
    let states: Vec<OfferedState> = offer.pages.iter().map(|it| it.state).collect();
    use OfferedState::{Known, NoInstagram, Ready};
    assert_eq!(states, [Ready, Known, Ready, NoInstagram]);
    for wrong in [&[][..], &["p4"], &["p1", "p9"]] {
        let ids = wrong.iter().map(|it| (*it).to_owned()).collect();
        let effects = world.on(Event::Attempt(AttemptEvent::PagesChosen(ids)));
        assert!(effects.is_empty(), "{wrong:?}");
    }
    assert_eq!(world.account("2"), &before, "nothing changed until now");
    let effects = world.choose(&["p3", "p2", "p3"]);
    let adopted: Vec<&str> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Adopt { account, .. } => Some(account.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(adopted, ["3", "2"]);
    let done = Phase::Done {
        account: AccountId::new("3"),
        was_known: false,
    };
    assert_eq!(world.phase(), &done);
    assert_eq!(world.count(EntryKind::Connected), 1);
    assert_eq!(world.count(EntryKind::Reconnected), 1);
    assert_eq!(
        world.account("2").profile.account_type,
        AccountType::Business,
        "what this product does not tell stays"
    );
    assert!(world.roster.account(&AccountId::new("1")).is_none());
}

#[test]
fn reconnecting_adopts_the_expected_account_only_or_asks() {
    let mut world = World::with_pages(&["2"]);
    let wants = Purpose::Reconnect(AccountId::new("2"));
    let effects = world.sign_in(wants.clone(), found(all(), ready(&["1", "2"])));
    assert!(matches!(&effects[..], [Effect::Adopt { page: Some(page), .. }, _] if page == "p2"));
    assert_eq!(world.roster.count(), 1);
    world.on(Event::Attempt(AttemptEvent::Acknowledge));

    let before = world.account("2").clone();
    world.sign_in(wants, found(all(), ready(&["1", "3"])));
    assert!(matches!(
        world.phase(),
        Phase::Choice {
            outcome: Outcome::WrongAccount,
            ..
        }
    ));
    assert_eq!(world.account("2"), &before);
    // Two others came: the person says which.
    world.on(Event::Attempt(AttemptEvent::AddReturned));
    assert_eq!(world.phase(), &Phase::Pages);
    let effects = world.choose(&["p1"]);
    assert!(matches!(&effects[..], [Effect::Adopt { account, .. }, ..] if account.as_str() == "1"));
    assert_eq!(world.account("2").generation, before.generation);
}

#[test]
fn a_declined_permission_is_a_choice_a_needed_one_an_end_and_both_are_asked_for_again() {
    let mut world = World::with(&[]);
    assert!(!world.roster.asks_again(Route::Facebook, None));
    let lacks = "instagram_content_publish";
    world.sign_in(Purpose::Connect, found(without(lacks), ready(&["1"])));
    let Phase::Choice {
        outcome: Outcome::ScopeRejected,
        returned: Returned { missing, .. },
    } = world.phase()
    else {
        panic!("{:?}", world.phase())
    };
    assert_eq!(missing, &Scopes::parse(lacks));
    let effects = world.on(Event::Attempt(AttemptEvent::KeepWithLimits));
    world.prove(effects);
    assert_eq!(world.status("1"), Status::Limited);
    assert_eq!(world.account("1").declined(), Scopes::parse(lacks));
    assert!(world.roster.asks_again(Route::Facebook, None));
    assert!(!world.roster.asks_again(Route::Instagram, None));

    let mut world = World::with(&[]);
    world.sign_in(Purpose::Connect, found(without("pages_show_list"), vec![]));
    let failed = |it: &Phase| {
        matches!(
            it,
            Phase::Failed {
                outcome: Outcome::ScopeRejected,
                ..
            }
        )
    };
    assert!(failed(world.phase()), "{:?}", world.phase());
    assert!(world.roster.asks_again(Route::Facebook, None));
    world.sign_in(Purpose::Connect, found(all(), ready(&["1"])));
    assert!(
        !world.roster.asks_again(Route::Facebook, None),
        "given since"
    );
}
