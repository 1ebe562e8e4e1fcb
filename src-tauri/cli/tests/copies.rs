//! Figure 11 of the security document, at the size of one test run: it needs this crate's program.

use std::path::PathBuf;

use proof::{Figure, Size, Stage};

#[test]
fn eight_copies_at_once_renew_every_account_once_and_all_end_well() {
    let relink = PathBuf::from(env!("CARGO_BIN_EXE_relink"));
    let stage = Stage::new(relink, 1, Size::Small).unwrap();
    let report = Figure::SeveralCopies.measure(&stage).unwrap();
    eprintln!("{}", report.line);
    assert_eq!(report.unmeasured, None);
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
}
