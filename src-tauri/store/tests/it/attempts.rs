use std::sync::{Arc, Barrier};
use std::thread;

use domain::account::AccountId;
use domain::attempt::{Attempt, AttemptId, Outcome, Phase, Purpose};
use domain::diagnosis::Cause;
use domain::door::Door;
use domain::grant::{Route, Scopes};
use domain::meta_app::AppKey;
use store::{AttemptState, Renewal, RenewalResult, Store, StoreError};

use crate::sample::{at, grant, open};

fn attempt(id: &str, purpose: Purpose) -> Attempt {
    Attempt {
        id: AttemptId::new(id),
        purpose,
        route: Route::Instagram,
        app: AppKey::new(Route::Instagram, "990000000000001"),
        door: Door::Bounce,
        state_hash: [7; 32],
        redirect: "http://127.0.0.1:17423/callback".parse().unwrap(),
        scopes: Scopes::parse("instagram_business_basic"),
        opened_at: at(0),
        browser_opened: true,
        last_rejection: None,
        phase: Phase::Waiting,
        offer: None,
    }
}

#[test]
fn an_unfinished_attempt_is_taken_up_where_it_was() {
    let mut store = Store::in_memory().unwrap();
    let first = attempt("a", Purpose::Connect);
    let second = attempt("b", Purpose::Reconnect(AccountId::new("17841400000000001")));
    store
        .transaction(|tx| {
            tx.open_attempt(&first)?;
            tx.open_attempt(&second)
        })
        .unwrap();
    let found = store.read().unfinished_attempts().unwrap();
    assert_eq!(
        found.iter().map(|it| &it.attempt).collect::<Vec<_>>(),
        [&first, &second]
    );
    assert!(
        found
            .iter()
            .all(|it| it.state == AttemptState::Open && it.grant.is_none())
    );

    store
        .transaction(|tx| {
            assert!(tx.use_attempt(&second.id)?);
            tx.keep_attempt_grant(&second.id, &grant())?;
            tx.close_attempt(&first.id, Some(Outcome::UserDenied), at(5))
        })
        .unwrap();
    let found = store.read().unfinished_attempts().unwrap();
    let [only] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (only.state, only.grant.as_ref()),
        (AttemptState::Used, Some(&grant()))
    );
    assert!(matches!(
        only.attempt.phase,
        Phase::Checking {
            signed_in: true,
            ..
        }
    ));
    let state = store.read().attempt_state(&first.id).unwrap();
    assert_eq!(state, Some(AttemptState::Closed));
    assert_eq!(
        store.read().attempt_state(&AttemptId::new("z")).unwrap(),
        None
    );
}

#[test]
fn what_is_over_takes_no_answer_and_no_token() {
    let mut store = Store::in_memory().unwrap();
    let it = attempt("a", Purpose::Connect);
    store.transaction(|tx| tx.open_attempt(&it)).unwrap();
    let again = store.transaction(|tx| tx.open_attempt(&it));
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
    let early = store.transaction(|tx| tx.keep_attempt_grant(&it.id, &grant()));
    assert!(
        matches!(early, Err(StoreError::Conflict { .. })),
        "no answer was accepted yet"
    );
    store
        .transaction(|tx| tx.close_attempt(&it.id, None, at(1)))
        .unwrap();
    assert!(!store.transaction(|tx| tx.use_attempt(&it.id)).unwrap());
    assert!(
        !store
            .transaction(|tx| tx.use_attempt(&AttemptId::new("z")))
            .unwrap()
    );
}

/// Rule C4 and figure 4 of the security document, as far as the database decides it: connections
/// of their own, as separate processes would have.
#[test]
fn of_eight_simultaneous_answers_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    let rounds = 25;
    let mut store = open(dir.path()).unwrap();
    for round in 0..rounds {
        let it = attempt(&round.to_string(), Purpose::Connect);
        store.transaction(|tx| tx.open_attempt(&it)).unwrap();
    }
    let barrier = Arc::new(Barrier::new(8));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let (barrier, path) = (Arc::clone(&barrier), dir.path().join("relink.db"));
            thread::spawn(move || {
                let raw = rusqlite::Connection::open(path).unwrap();
                raw.busy_timeout(std::time::Duration::from_secs(30))
                    .unwrap();
                let mut won = 0;
                for round in 0..rounds {
                    barrier.wait();
                    let sql = "UPDATE attempt SET state = 'used' WHERE id = ?1 AND state = 'open'";
                    won += raw.execute(sql, [round.to_string()]).unwrap();
                }
                won
            })
        })
        .collect();
    let won: usize = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum();
    assert_eq!(won, rounds);
    assert!(
        !store
            .transaction(|tx| tx.use_attempt(&AttemptId::new("0")))
            .unwrap()
    );
}

#[test]
fn a_renewal_without_an_end_is_found_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    let id = AccountId::new("17841400000000001");
    let mut store = open(dir.path()).unwrap();
    let (done, open_one) = store
        .transaction(|tx| {
            Ok::<_, StoreError>((
                tx.begin_renewal(&id, 3, at(0))?,
                tx.begin_renewal(&id, 4, at(1))?,
            ))
        })
        .unwrap();
    store
        .transaction(|tx| tx.finish_renewal(done, RenewalResult::Renewed, None, at(2)))
        .unwrap();
    drop(store);
    let mut store = open(dir.path()).unwrap();
    let found = store.read().open_renewals().unwrap();
    let [only] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (only.id, only.generation, only.started_at),
        (open_one, 4, at(1))
    );
    store
        .transaction(|tx| tx.finish_renewal(open_one, RenewalResult::Settled, None, at(3)))
        .unwrap();
    assert!(store.read().open_renewals().unwrap().is_empty());
    let twice =
        store.transaction(|tx| tx.finish_renewal(open_one, RenewalResult::Refused, None, at(4)));
    assert!(matches!(twice, Err(StoreError::Conflict { .. })));
}

#[test]
fn renewals_are_remembered_with_their_end_and_why() {
    let mut store = Store::in_memory().unwrap();
    let (id, other) = (AccountId::new("1"), AccountId::new("2"));
    store
        .transaction(|tx| {
            let old = tx.begin_renewal(&id, 1, at(0))?;
            tx.finish_renewal(old, RenewalResult::Renewed, None, at(1))?;
            let failed = tx.begin_renewal(&id, 2, at(10))?;
            tx.finish_renewal(
                failed,
                RenewalResult::Refused,
                Some(Cause::ProviderFault),
                at(11),
            )?;
            tx.begin_renewal(&other, 1, at(12))?;
            tx.begin_renewal(&id, 2, at(20))
        })
        .unwrap();
    let found = store.read().renewals(&id, at(5), 100).unwrap();
    let expected = [
        Renewal {
            started_at: at(20),
            finished_at: None,
            result: None,
            cause: None,
        },
        Renewal {
            started_at: at(10),
            finished_at: Some(at(11)),
            result: Some(RenewalResult::Refused),
            cause: Some(Cause::ProviderFault),
        },
    ];
    assert_eq!(found, expected);
    assert_eq!(store.read().renewals(&id, at(0), 1).unwrap().len(), 1);
}

#[test]
fn what_has_not_ended_is_never_pruned() {
    let mut store = Store::in_memory().unwrap();
    let (over, open) = (
        attempt("a", Purpose::Connect),
        attempt("b", Purpose::Connect),
    );
    let id = AccountId::new("17841400000000001");
    store
        .transaction(|tx| {
            tx.open_attempt(&over)?;
            tx.open_attempt(&open)?;
            tx.close_attempt(&over.id, Some(Outcome::StateExpired), at(600))?;
            let done = tx.begin_renewal(&id, 1, at(0))?;
            tx.finish_renewal(done, RenewalResult::NoAnswer, Some(Cause::Network), at(1))?;
            tx.begin_renewal(&id, 1, at(2))?;
            tx.prune_attempts(at(100_000))?;
            tx.prune_renewals(at(100_000))
        })
        .unwrap();
    let state = |id| store.read().attempt_state(id).unwrap();
    assert_eq!(
        (state(&over.id), state(&open.id)),
        (None, Some(AttemptState::Open))
    );
    assert_eq!(store.read().open_renewals().unwrap().len(), 1);
}
