//! Rule D5 of the security document: killed at any moment, the next start finds every write that
//! was acknowledged. The test runs this program once more as the writer, and kills it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use store::SecretState;

use crate::sample::{data_key, open, secret};

const WRITER: &str = "RELINK_TEST_WRITER";
const OWNER: &str = "account:1";
const KIND: &str = "access_token";

/// Renews for ever: adds a generation, promotes it, and says so once it is saved.
fn write_until_killed(dir: &Path) {
    let mut store = open(dir).unwrap();
    let last = store
        .read()
        .secrets(OWNER)
        .unwrap()
        .first()
        .map_or(0, |newest| newest.generation);
    for generation in last + 1.. {
        store
            .transaction(|tx| {
                if generation == 1 {
                    tx.add_data_key(&data_key(OWNER))?;
                }
                let mut next = secret(OWNER, 1, SecretState::Candidate);
                next.generation = generation;
                tx.add_secret(&next)?;
                tx.promote_secret(OWNER, KIND, generation)?;
                tx.set_setting("generation", Some(&generation.to_string()))
            })
            .unwrap();
        println!("saved {generation}");
    }
}

#[test]
fn a_killed_writer_loses_nothing_it_had_said() {
    if let Some(dir) = std::env::var_os(WRITER) {
        return write_until_killed(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 0..12 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "killing::a_killed_writer_loses_nothing_it_had_said",
                "--nocapture",
            ])
            .env(WRITER, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(writer.stdout.take().unwrap());
        let numbers = said.lines().map_while(Result::ok).filter_map(|line| {
            line.rsplit_once("saved ")
                .and_then(|(_, number)| number.parse::<u64>().ok())
        });
        // A different number of writes each time, so that the kill meets different moments.
        for number in numbers.take(1 + round * 7 % 23) {
            acknowledged = number;
        }
        writer.kill().unwrap();
        writer.wait().unwrap();

        let store = open(dir.path()).unwrap_or_else(|error| panic!("round {round}: {error}"));
        let view = store.read();
        let current = view
            .secret(OWNER, KIND, SecretState::Current)
            .unwrap()
            .unwrap();
        assert!(
            current.generation >= acknowledged,
            "round {round}: an acknowledged write is lost"
        );
        let named = view.setting("generation").unwrap().unwrap();
        assert_eq!(
            named,
            current.generation.to_string(),
            "round {round}: all or nothing"
        );
        let all = view.secrets(OWNER).unwrap();
        assert_eq!(
            all.len() as u64,
            current.generation,
            "round {round}: none is missing"
        );
        drop(store);
    }
    assert!(acknowledged > 12);
}
