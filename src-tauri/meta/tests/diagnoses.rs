//! Every recorded error of `tests/fixtures/errors` is read and judged; the outcome is one table a person
//! can read, `diagnoses.txt`. Run with `RELINK_REWRITE=1` to write the table anew.

#![expect(clippy::expect_used, reason = "a test stops at what must not happen")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use domain::diagnosis::{Context, Diagnosis, Step, diagnose};
use domain::refusal::Refusal;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    name: String,
    http_status: Option<u16>,
    content_type: Option<String>,
    /// What was being done; not known where absent.
    step: Option<String>,
    /// `answer`: only as received ourselves. `pasted`: only as another program printed it. Else both.
    source: Option<String>,
    /// The failure passes by itself and must never be taken for an end.
    #[serde(default)]
    temporary: bool,
    permission: Option<String>,
    body: Value,
    expect: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    cause: String,
    certainty: String,
    lost: bool,
}

impl Fixture {
    fn bytes(&self) -> Vec<u8> {
        let text = self.body.as_str().map(str::to_owned);
        text.unwrap_or_else(|| self.body.to_string()).into_bytes()
    }

    fn judge(&self, refusal: &Refusal) -> Diagnosis {
        let step = match self.step.as_deref() {
            None => Step::Unknown,
            Some("exchange") => Step::Exchange,
            Some("profile") => Step::Profile,
            Some(other) => panic!("{}: no step is called {other}", self.name),
        };
        let now = domain::Timestamp::from_timestamp(1_794_000_000, 0).expect("a moment");
        diagnose(refusal, &Context::at(step), now)
    }

    fn pasted(&self) -> Diagnosis {
        self.judge(&meta::pasted::read(self.http_status, &self.bytes()))
    }

    fn received(&self) -> Diagnosis {
        let kind = self.content_type.as_deref();
        self.judge(&meta::answer::read(self.http_status, kind, &self.bytes()))
    }
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn fixtures() -> Vec<(String, Fixture)> {
    let folder = here("../../tests/fixtures/errors");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("readable");
            let fixture = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (
                path.file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                fixture,
            )
        })
        .collect()
}

#[test]
fn every_recorded_error_is_understood() {
    let mut wrong = String::new();
    for (file, fixture) in fixtures() {
        let source = fixture.source.as_deref();
        let mut judged = Vec::new();
        if source != Some("answer") {
            judged.push(("pasted", fixture.pasted()));
        }
        if source != Some("pasted") {
            judged.push(("received", fixture.received()));
        }
        let expected = &fixture.expect;
        for (how, found) in judged {
            let right = found.cause.code() == expected.cause
                && found.certainty.code() == expected.certainty
                && found.is_lost() == expected.lost
                && (fixture.permission.is_none() || found.permission == fixture.permission)
                && (!fixture.temporary || found.is_transient());
            if !right {
                writeln!(
                    wrong,
                    "{file} ({how}): expected {} {} lost={}, found {} {} lost={} {:?}",
                    expected.cause,
                    expected.certainty,
                    expected.lost,
                    found.cause.code(),
                    found.certainty.code(),
                    found.is_lost(),
                    found.permission,
                )
                .expect("written");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_another_program_wrapped_never_judges_an_account() {
    for (file, fixture) in fixtures() {
        if fixture.source.as_deref() == Some("pasted") {
            assert!(!fixture.received().is_lost(), "{file}");
        }
    }
}

#[test]
fn no_prefix_of_any_answer_reads_as_lost() {
    for (file, fixture) in fixtures() {
        let bytes = fixture.bytes();
        for end in 0..bytes.len() {
            let cut = bytes.get(..end).expect("within");
            let refusal = meta::answer::read(fixture.http_status, None, cut);
            assert!(!fixture.judge(&refusal).is_lost(), "{file}, cut at {end}");
        }
    }
}

#[test]
fn every_cause_is_recorded() {
    let recorded: Vec<_> = fixtures()
        .into_iter()
        .map(|(_, fixture)| fixture.expect.cause)
        .collect();
    for cause in domain::diagnosis::Cause::ALL {
        assert!(
            recorded.iter().any(|code| code == cause.code()),
            "no fixture shows {}",
            cause.code()
        );
    }
}

#[test]
fn the_table_is_current() {
    let mut table = String::new();
    for (file, fixture) in fixtures() {
        let received = fixture.source.as_deref() == Some("answer");
        let found = if received {
            fixture.received()
        } else {
            fixture.pasted()
        };
        let loss = if found.is_lost() { "lost" } else { "" };
        writeln!(
            table,
            "{file:<36} {:<27} {:<8} {loss:<5} {}",
            found.cause.code(),
            found.certainty.code(),
            fixture.name
        )
        .expect("written");
    }
    let path = here("tests/diagnoses.txt");
    if std::env::var_os("RELINK_REWRITE").is_some() {
        fs::write(&path, &table).expect("written");
    }
    let kept = fs::read_to_string(&path).expect("the table is there; RELINK_REWRITE=1 writes it");
    assert!(
        kept == table,
        "a diagnosis changed: look at the difference after RELINK_REWRITE=1\n{table}"
    );
}
