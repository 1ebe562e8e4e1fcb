//! Hostile and odd answers, by every way back from the browser, against a real engine with its real listener.
//! (Security document, C3 to C20; figures 1 to 4.) The answers are files anybody can add to:
//! `tests/fixtures/redirects`.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use chrono::Duration;
use engine::command::{Command, ErrorCode};
use sandbox::{Endpoint, Fault, Outage};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use support::doors::{Secrets, Stand, Way, bytes, is_for, lines};

const HOSTILE: &str = include_str!("fixtures/redirects/hostile.jsonl");
const VALID: &str = include_str!("fixtures/redirects/valid.jsonl");
const LISTENER: &str = include_str!("fixtures/redirects/listener.jsonl");
const SAME_PLACE: &str = include_str!("fixtures/redirects/same-place.jsonl");

fn text<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key}: {line}"))
}

/// An attempt that another one came before.
async fn second_attempt(stand: &Stand) -> Secrets {
    let old_state = stand.connect().await;
    let state = stand.connect().await;
    let digest = Sha256::digest(state.as_bytes());
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Secrets {
        state,
        old_state,
        digest,
        ..Secrets::default()
    }
}

async fn every_hostile_answer(way: Way) -> usize {
    let stand = Stand::new(way).await;
    let mut secrets = second_attempt(&stand).await;
    let untouched = stand.attempt_itself().await;
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in lines(HOSTILE).iter().filter(|line| is_for(line, way)) {
        let (name, code) = (text(line, "name"), text(line, "code"));
        // A rejection that this answer must replace, or must leave alone.
        let before = if code == "state_unknown" {
            stand.paste_nothing().await;
            "redirect_malformed"
        } else {
            stand.paste_foreign().await;
            "state_unknown"
        };
        assert_eq!(stand.rejection_becomes(before).await, Some(before));
        let answered = stand
            .bring(&stand.fill(text(line, "input"), &secrets))
            .await;
        let reaches = way.pastes() || line["listener"] == 200;
        if !way.pastes() {
            let expected = line["listener"].as_u64();
            let found = answered.map(u64::from);
            // Whoever sends more than is read may see no answer at all.
            if found != expected && !(expected == Some(431) && found.is_none()) {
                wrong.push(format!("{name}: answered {found:?}, not {expected:?}"));
            }
        }
        let expected = if reaches { code } else { before };
        let seen = stand.rejection_becomes(expected).await;
        if seen != Some(expected) {
            wrong.push(format!("{name}: {seen:?}, not {expected}"));
        }
        if stand.attempt_itself().await != untouched {
            wrong.push(format!("{name}: it changed the attempt"));
            break;
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{way:?}:\n{}", wrong.join("\n"));
    let account = stand.world.id(0);
    secrets.code = stand.allow(&account);
    let genuine = stand.fill("{redirect}?code={code}&state={state}#_", &secrets);
    stand.bring_as_a_browser(&genuine).await;
    stand.app.run(Command::AwaitAttempt).await.unwrap();
    assert_eq!(stand.app.attempt().await.unwrap().phase, "done");
    stand.app.quit().await;
    count
}

async fn every_valid_answer(way: Way) -> usize {
    let stand = Stand::new(way).await;
    let accounts = stand.world.control.accounts().len().min(8);
    let mut count = 0;
    for line in lines(VALID).iter().filter(|line| is_for(line, way)) {
        let (name, end) = (text(line, "name"), text(line, "end"));
        let state = stand.connect().await;
        let code = stand.allow(&stand.world.id(count % accounts));
        let secrets = Secrets {
            state,
            code,
            ..Secrets::default()
        };
        let answer = stand.fill(text(line, "input"), &secrets);
        let status = stand.bring_as_a_browser(&answer).await;
        assert_eq!(status, (!way.pastes()).then_some(200), "{way:?}: {name}");
        stand.app.run(Command::AwaitAttempt).await.unwrap();
        let attempt = stand.app.attempt().await.unwrap();
        let found = attempt.outcome.unwrap_or(attempt.phase);
        assert_eq!(found, end, "{way:?}: {name}: {attempt:?}");
        stand.app.run(Command::AcknowledgeAttempt).await.unwrap();
        count += 1;
    }
    stand.app.quit().await;
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_hostile_answer_changes_an_attempt_by_any_door() {
    let ways = Way::ALL.map(|way| tokio::spawn(every_hostile_answer(way)));
    let mut counts = Vec::new();
    for way in ways {
        counts.push(way.await.unwrap());
    }
    println!("hostile answers refused with the right code, by way: {counts:?}");
    assert!(counts.iter().all(|count| *count >= 400), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_valid_answer_is_accepted_by_every_door() {
    let ways = Way::ALL.map(|way| tokio::spawn(every_valid_answer(way)));
    let mut counts = Vec::new();
    for way in ways {
        counts.push(way.await.unwrap());
    }
    println!("valid answers accepted, by way: {counts:?}");
    assert!(counts.iter().all(|count| *count >= 40), "{counts:?}");
}

#[test]
fn each_line_of_the_files_has_a_name_of_its_own() {
    for (file, input) in [
        (HOSTILE, "input"),
        (VALID, "input"),
        (SAME_PLACE, "input"),
        (LISTENER, "send"),
    ] {
        let lines = lines(file);
        let names: BTreeSet<&str> = lines.iter().map(|line| text(line, "name")).collect();
        assert_eq!(names.len(), lines.len());
        let inputs = lines
            .iter()
            .map(|line| (text(line, input), line.get("hold").is_some()));
        assert_eq!(inputs.collect::<BTreeSet<_>>().len(), lines.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registered_place_spelled_otherwise_is_taken_when_pasted_and_not_by_the_listener() {
    for way in [Way::PasteLoopback, Way::Loopback] {
        let stand = Stand::new(way).await;
        for line in lines(SAME_PLACE) {
            let state = stand.connect().await;
            let secrets = Secrets {
                state,
                ..Secrets::default()
            };
            // A refusal of the person's ends the attempt at once, so that its acceptance is seen.
            let answer = stand.fill(text(&line, "input"), &secrets);
            let answer = answer.replace("code=AQ", "error=access_denied");
            let status = stand.bring(&answer).await;
            let outcome = stand.app.attempt().await.unwrap().outcome;
            if way.pastes() {
                assert_eq!(outcome, Some("user_denied"), "{line}");
            } else {
                let expected = line["listener"].as_u64();
                assert_eq!((status.map(u64::from), outcome), (expected, None), "{line}");
            }
        }
        stand.app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_accepted_is_used_in_every_shape_and_nobody_listens_any_more() {
    let stand = Stand::new(Way::PasteLoopback).await;
    let state = stand.connect().await;
    let code = stand.allow(&stand.world.id(0));
    let secrets = Secrets {
        state,
        code,
        ..Secrets::default()
    };
    // The exchange goes on failing, so that the attempt stays open.
    let fails = Fault::at(Outage::ServerErrors, &[Endpoint::CodeExchange]);
    stand.world.control.fault(fails);
    let answer = stand.fill("{redirect}?code={code}&state={state}", &secrets);
    stand.bring(&answer).await;
    let mut count = 0;
    for line in lines(VALID) {
        stand.paste_nothing().await;
        stand
            .bring(&stand.fill(text(&line, "input"), &secrets))
            .await;
        let attempt = stand.app.attempt().await.unwrap();
        let found = (attempt.phase, attempt.last_rejection);
        assert_eq!(found, ("checking", Some("state_used")), "{line}");
        assert_eq!(stand.send(stand.request(&answer)).await, None, "{line}");
        count += 1;
    }
    println!("answers to a used state refused as used: {count}");
    stand.app.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_is_expired_in_every_shape() {
    let stand = Stand::new(Way::PasteLoopback).await;
    let state = stand.connect().await;
    let code = stand.allow(&stand.world.id(0));
    let secrets = Secrets {
        state,
        code,
        ..Secrets::default()
    };
    stand.world.pass(&stand.app, Duration::seconds(601)).await;
    for line in lines(VALID) {
        let answer = stand.fill(text(&line, "input"), &secrets);
        let address = answer.clone().into();
        let pasted = Command::SubmitCallback { address };
        let refused = stand.app.run(pasted).await.unwrap_err();
        assert_eq!(refused, ErrorCode::NotPossible, "{line}");
        assert_eq!(stand.send(stand.request(&answer)).await, None, "{line}");
        let attempt = stand.app.attempt().await.unwrap();
        let found = (attempt.phase, attempt.outcome);
        assert_eq!(found, ("failed", Some("state_expired")), "{line}");
    }
    assert_eq!(stand.world.control.count(Endpoint::CodeExchange), 0);
    stand.app.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_any_hostile_requests_the_genuine_redirect_still_succeeds() {
    let stand = Stand::new(Way::Loopback).await;
    let mut wrong = Vec::new();
    let mut count = 0;
    for batch in lines(LISTENER).chunks(20) {
        let mut secrets = second_attempt(&stand).await;
        let untouched = stand.app.attempt().await;
        let mut held = Vec::new();
        for line in batch {
            let request = bytes(&stand.fill(text(line, "send"), &secrets));
            if line.get("hold").is_some() {
                held.push(stand.hold(request).await);
            } else {
                let (found, expected) = (stand.send(request).await, line["status"].as_u64());
                // Whoever sends more than is read may see no answer at all.
                let unread = expected == Some(431) && found.is_none();
                if found.map(u64::from) != expected && !unread {
                    wrong.push(format!("{}: {found:?}, not {expected:?}", line["name"]));
                }
            }
            count += 1;
        }
        assert_eq!(stand.app.attempt().await, untouched);
        secrets.code = stand.allow(&stand.world.id(0));
        let genuine = stand.fill("{redirect}?code={code}&state={state}#_", &secrets);
        assert_eq!(stand.bring_as_a_browser(&genuine).await, Some(200));
        stand.app.run(Command::AwaitAttempt).await.unwrap();
        assert_eq!(stand.app.attempt().await.unwrap().phase, "done");
        drop(held);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("hostile requests after which the genuine redirect succeeded: {count}");
    assert!(count >= 200, "{count}");
    stand.app.quit().await;
}

/// How many races there are, and how many worlds they are run in side by side.
const RACES: u32 = 1_000;
const COURSES: u32 = 4;
/// Threads that deliver the same answer at once, and how many of them go to the listener; the others paste.
const RACERS: usize = 8;
const BY_REQUEST: usize = 2;

/// Races in one world. Each answer that is accepted leads to one exchange of its code; gives how many races
/// had other than one.
async fn races(count: u32) -> u32 {
    let stand = Arc::new(Stand::new(Way::Loopback).await);
    let mut unsound = 0;
    for _ in 0..count {
        let state = stand.connect().await;
        let before = stand.world.control.count(Endpoint::CodeExchange);
        let secrets = Secrets {
            state,
            ..Secrets::default()
        };
        let answer = stand.fill("{redirect}?code=AQ&state={state}", &secrets);
        let line = Arc::new(Barrier::new(RACERS));
        let runtime = tokio::runtime::Handle::current();
        let racers: Vec<_> = (0..RACERS)
            .map(|racer| {
                let (stand, line) = (Arc::clone(&stand), Arc::clone(&line));
                let (runtime, answer) = (runtime.clone(), answer.clone());
                std::thread::spawn(move || {
                    line.wait();
                    if racer < BY_REQUEST {
                        runtime.block_on(stand.send(stand.request(&answer)));
                    } else {
                        let pasted = Command::SubmitCallback {
                            address: answer.into(),
                        };
                        // Who comes when all is over is told so.
                        drop(runtime.block_on(stand.app.run(pasted)));
                    }
                })
            })
            .collect();
        let joined = tokio::task::spawn_blocking(|| {
            racers.into_iter().for_each(|racer| racer.join().unwrap());
        });
        joined.await.unwrap();
        stand.app.run(Command::AwaitAttempt).await.unwrap();
        let attempt = stand.app.attempt().await.unwrap();
        assert_eq!(attempt.outcome, Some("code_rejected"), "{attempt:?}");
        let exchanges = stand.world.control.count(Endpoint::CodeExchange) - before;
        unsound += u32::from(exchanges != 1);
    }
    unsound
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_eight_threads_with_the_same_answer_exactly_one_is_believed() {
    let courses: Vec<_> = (0..COURSES)
        .map(|_| tokio::spawn(races(RACES / COURSES)))
        .collect();
    let mut unsound = 0;
    for course in courses {
        unsound += course.await.unwrap();
    }
    println!("states accepted other than once: {unsound} of {RACES}, {RACERS} threads each");
    assert_eq!(unsound, 0);
}
