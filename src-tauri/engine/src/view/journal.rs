//! A line of the journal as it is seen from outside.

use std::collections::BTreeMap;

use domain::journal::Entry;
use serde::Serialize;

use super::{DiagnosisView, moment};

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Entry"))]
pub struct EntryView {
    /// Its number, as text.
    pub id: String,
    /// When it happened.
    pub at: String,
    /// The account it is about.
    pub account_id: Option<String>,
    /// Its user name today.
    pub username: Option<String>,
    /// What happened.
    #[cfg_attr(test, ts(type = "EntryKind"))]
    pub kind: &'static str,
    /// Why.
    pub diagnosis: Option<DiagnosisView>,
    /// Values a sentence about it needs.
    #[cfg_attr(test, ts(type = "{ [key: string]: string }"))]
    pub params: BTreeMap<String, String>,
}

impl EntryView {
    pub(crate) fn of(id: i64, entry: Entry, username: Option<String>) -> Self {
        Self {
            id: id.to_string(),
            at: moment(entry.at),
            account_id: entry.account.map(|id| id.to_string()),
            username,
            kind: entry.kind.code(),
            diagnosis: entry.diagnosis.as_ref().map(DiagnosisView::from),
            params: entry.params,
        }
    }
}
