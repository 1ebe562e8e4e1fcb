//! What is kept of an account, and the proof that it came back.

use domain::keeping::{KeptLine, Manifest};
use serde::Serialize;

use super::moment;

/// One line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "KeptLine"))]
pub struct KeptLineView {
    /// What.
    #[cfg_attr(test, ts(type = "KeptPart"))]
    pub part: &'static str,
    /// How many items or lines; 1 or 0 for what is there once.
    #[cfg_attr(test, ts(type = "number"))]
    pub count: u64,
    /// The first 12 hexadecimal digits of its digest (SHA-256).
    pub digest: String,
}

/// Everything that is kept of an account at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Manifest"))]
pub struct ManifestView {
    /// When it was taken.
    pub taken_at: String,
    /// One line for each part.
    pub lines: Vec<KeptLineView>,
}

/// What was kept when the account was deleted, held against what is there since it was added again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Receipt"))]
pub struct ReceiptView {
    /// Before.
    pub before: ManifestView,
    /// After.
    pub after: ManifestView,
    /// The parts that did not come back as they were; empty when all is there.
    #[cfg_attr(test, ts(type = "KeptPart[]"))]
    pub missing: Vec<&'static str>,
}

impl From<&KeptLine> for KeptLineView {
    fn from(line: &KeptLine) -> Self {
        let digits = line.digest.iter().take(6).map(|byte| format!("{byte:02x}"));
        Self {
            part: line.part.code(),
            count: line.count,
            digest: digits.collect(),
        }
    }
}

impl From<&Manifest> for ManifestView {
    fn from(manifest: &Manifest) -> Self {
        Self {
            taken_at: moment(manifest.taken_at),
            lines: manifest.lines.iter().map(KeptLineView::from).collect(),
        }
    }
}

impl ReceiptView {
    pub(crate) fn of(before: &Manifest, after: &Manifest) -> Self {
        let missing = after.differs_from(before);
        Self {
            before: before.into(),
            after: after.into(),
            missing: missing.into_iter().map(|part| part.code()).collect(),
        }
    }
}
