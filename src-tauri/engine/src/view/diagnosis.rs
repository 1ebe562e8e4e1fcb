//! A cause as it is seen from outside.

use domain::diagnosis::{Diagnosis, Evidence};
use serde::Serialize;

use super::moment;

/// A cause and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Diagnosis"))]
pub struct DiagnosisView {
    /// The cause of product section 3.
    #[cfg_attr(test, ts(type = "Cause"))]
    pub cause: &'static str,
    /// `proved`, `likely` or `unknown`.
    #[cfg_attr(test, ts(type = "Certainty"))]
    pub certainty: &'static str,
    /// Whom it touches.
    #[cfg_attr(test, ts(type = "Affects"))]
    pub affects: &'static str,
    /// What helps.
    #[cfg_attr(test, ts(type = "Remedy"))]
    pub remedy: &'static str,
    /// When it was found.
    pub found_at: String,
    /// The permission concerned.
    pub permission: Option<String>,
    /// The provider's own numbers and words.
    pub evidence: Option<EvidenceView>,
}

/// The provider's own numbers and words, for the folded details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Evidence"))]
pub struct EvidenceView {
    /// HTTP status.
    pub http_status: Option<u16>,
    /// Error code.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub code: Option<i64>,
    /// Error subcode.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub subcode: Option<i64>,
    /// Error type.
    pub error_type: Option<String>,
    /// The text, cut and escaped.
    pub message: Option<String>,
    /// What Meta's support asks for.
    pub trace_id: Option<String>,
}

impl From<&Diagnosis> for DiagnosisView {
    fn from(diagnosis: &Diagnosis) -> Self {
        Self {
            cause: diagnosis.cause.code(),
            certainty: diagnosis.certainty.code(),
            affects: diagnosis.affects.code(),
            remedy: diagnosis.remedy.code(),
            found_at: moment(diagnosis.found_at),
            permission: diagnosis.permission.clone(),
            evidence: diagnosis.evidence.as_ref().map(EvidenceView::from),
        }
    }
}

impl From<&Evidence> for EvidenceView {
    fn from(evidence: &Evidence) -> Self {
        Self {
            http_status: evidence.http_status,
            code: evidence.code,
            subcode: evidence.subcode,
            error_type: evidence.error_type.clone(),
            message: evidence.message.clone(),
            trace_id: evidence.trace_id.clone(),
        }
    }
}
