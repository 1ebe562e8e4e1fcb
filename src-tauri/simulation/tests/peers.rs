//! Failures of other programs that keep access to accounts, each told as a story that must not happen here.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use simulation::computer::{Doing, Stretch, on, rest};
use simulation::provider::{
    Change, Failure, Lifetimes, Loss, Renewing, Trouble, Verb, Weather, refusals,
};
use simulation::time::{DAY, HOUR, MINUTE, Ms, SECOND};
use simulation::world::{Outcome, World};

/// A computer that is on for an hour of every day.
fn an_hour_a_day(days: usize) -> Vec<Stretch> {
    (0..days)
        .flat_map(|_| [on(HOUR), rest(DAY - HOUR, Doing::Off)])
        .collect()
}

fn world(accounts: usize, computer: Vec<Stretch>) -> World {
    World {
        name: "peers".to_owned(),
        seed: 1,
        accounts,
        computer,
        renewing: Renewing::OldDies,
        lifetimes: Lifetimes::Told,
        weather: Vec::new(),
        changes: Vec::new(),
        returns: false,
        presses: false,
        check_every: 10 * MINUTE,
    }
}

fn trouble(name: &str, at: Option<Verb>, from: Ms, to: Ms) -> Weather {
    let (name, trouble) = refusals()
        .into_iter()
        .find(|(known, _)| known == name)
        .unwrap();
    let failure = Failure { name, at, trouble };
    Weather {
        from,
        to,
        wait: 0,
        failure,
    }
}

/// Plays it and holds it to every promise.
fn play(world: World) -> Outcome {
    let outcome = world.play().unwrap();
    assert_eq!(outcome.breaches, [], "{:#?}", outcome.journal);
    outcome
}

#[test]
fn one_failed_call_disconnects() {
    let dead = r#"{"error":{"message":"Error validating access token","type":"OAuthException","code":190}}"#;
    let mut once = trouble("policy", Some(Verb::Profile), DAY, DAY + 10 * SECOND);
    if let Trouble::Answer(reply) = &mut once.failure.trouble {
        reply.body = dead.as_bytes().to_vec();
    }
    let computer = vec![rest(DAY, Doing::Off), on(2 * HOUR)];
    let outcome = play(World {
        weather: vec![once],
        ..world(1, computer)
    });
    assert_eq!(outcome.shown, ["connected"]);
}

#[test]
fn a_batch_stops_at_the_first_failure() {
    let gone = |number| (DAY, number, Change::End(Loss::PasswordChanged));
    let computer = vec![rest(8 * DAY, Doing::Off), on(HOUR)];
    let outcome = play(World {
        changes: vec![gone(0)],
        ..world(40, computer)
    });
    assert_eq!(outcome.tally.renewals, 39);
    assert_eq!(outcome.shown[0], "revoked");
    assert!(
        outcome.shown[1..]
            .iter()
            .all(|status| *status == "connected")
    );
}

#[test]
fn a_fixed_end_date_takes_the_place_of_the_lifetime() {
    let outcome = play(World {
        lifetimes: Lifetimes::Days(5),
        ..world(2, an_hour_a_day(40))
    });
    assert_eq!(outcome.shown, ["connected"; 2]);
    assert_eq!(outcome.tally.losses, 0);
}

#[test]
fn a_missing_lifetime_becomes_decades_or_nothing() {
    let outcome = play(World {
        lifetimes: Lifetimes::Untold,
        ..world(2, an_hour_a_day(150))
    });
    assert_eq!(outcome.shown, ["connected"; 2]);
    assert!(outcome.tally.renewals >= 2 * 20, "{:?}", outcome.tally);
}

#[test]
fn one_failed_check_and_never_looked_at_again() {
    let failing = trouble(
        "unknown number",
        Some(Verb::Profile),
        DAY,
        DAY + 30 * MINUTE,
    );
    let outcome = play(World {
        weather: vec![failing],
        changes: vec![(DAY + HOUR, 0, Change::End(Loss::AppRemoved))],
        ..world(1, vec![rest(DAY, Doing::Off), on(9 * HOUR)])
    });
    assert_eq!(outcome.shown, ["revoked"]);
}

#[test]
fn the_error_is_wiped_by_the_next_line() {
    let failing = trouble("unknown fault", None, 2 * DAY, 4 * DAY);
    let outcome = play(World {
        weather: vec![failing],
        changes: vec![(DAY, 0, Change::End(Loss::LoggedOut))],
        ..world(1, an_hour_a_day(6))
    });
    assert_eq!(
        outcome.shown,
        ["revoked"],
        "a loss stays until it is mended"
    );
    assert_eq!(outcome.tally.losses, 1);
}

#[test]
fn the_starting_token_is_written_over_the_newer_one() {
    let mut computer = an_hour_a_day(30);
    for stretch in computer.iter_mut().skip(1).step_by(4) {
        stretch.state = Doing::PowerFailed;
    }
    let outcome = play(world(3, computer));
    assert_eq!(outcome.shown, ["connected"; 3]);
    assert!(outcome.tally.renewals >= 3 * 3, "{:?}", outcome.tally);
}

#[test]
fn the_rule_of_a_day_is_ignored() {
    let computer: Vec<Stretch> = (0..40)
        .flat_map(|_| [on(20 * MINUTE), rest(HOUR, Doing::Off)])
        .collect();
    let outcome = play(World {
        presses: true,
        ..world(2, computer)
    });
    assert_eq!(outcome.tally.early, 0);
    assert!(outcome.tally.renewals >= 2, "{:?}", outcome.tally);
}

/// Not a peer's: the pause between tries had grown to four hours.
#[test]
fn the_pause_after_many_failures_outlasts_the_only_hour_online() {
    let failing = trouble("fault", Some(Verb::Renew), 8 * DAY, 8 * DAY + 8 * HOUR);
    let online = [
        rest(8 * DAY, Doing::Off),
        on(9 * HOUR + 5 * MINUTE),
        rest(53 * DAY, Doing::Off),
        on(HOUR),
    ];
    let outcome = play(World {
        weather: vec![failing],
        ..world(1, online.to_vec())
    });
    assert_eq!(outcome.shown, ["connected"]);
}
