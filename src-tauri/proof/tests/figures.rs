//! Every figure at the size of one test run. The full sizes are `cargo xtask prove --full`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and a figure is printed where somebody looks"
)]

use std::path::PathBuf;

use proof::{Figure, Size, Stage, tracer};

/// Where calls can be traced, a figure must be measured and must hold; where not, it must say so.
fn holds(figure: Figure) {
    let actor = PathBuf::from(env!("CARGO_BIN_EXE_proof"));
    let stage = Stage::new(actor, 1, Size::Small).unwrap();
    let report = figure.measure(&stage).unwrap();
    eprintln!("{} {}", figure.number(), report.line);
    assert_eq!(report.unmeasured, tracer::available().err());
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
}

#[test]
fn killed_at_any_call_nothing_acknowledged_is_lost() {
    holds(Figure::KillPoints);
}

#[test]
fn the_power_goes_at_any_moment_and_nothing_acknowledged_is_lost() {
    holds(Figure::PowerLosses);
}

#[test]
fn a_disk_that_refuses_ends_in_a_name() {
    holds(Figure::DiskFaults);
}

#[test]
fn a_damaged_file_ends_in_a_named_state() {
    holds(Figure::DamagedFiles);
}

#[test]
fn a_crash_between_answer_and_commit_loses_nothing_or_says_so() {
    holds(Figure::LostAnswers);
}

#[test]
fn media_are_fetched_whole_through_a_cut() {
    let actor = PathBuf::from(env!("CARGO_BIN_EXE_proof"));
    let stage = Stage::new(actor, 1, Size::Small).unwrap();
    let report = Figure::Media.measure(&stage).unwrap();
    eprintln!("31 {}", report.line);
    assert_eq!(report.unmeasured, None);
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
}
