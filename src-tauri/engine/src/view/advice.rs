//! What stands beside a cause: the facts, what else fits, and what makes it rarer.

use domain::advice::{advice, possible};
use domain::diagnosis::Diagnosis;
use domain::facts::Fact;
use serde::Serialize;

use super::{DiagnosisView, moment};

/// A fact that bears on a cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Fact"))]
pub struct FactView {
    /// Which.
    #[cfg_attr(test, ts(type = "FactKind"))]
    pub kind: &'static str,
    /// For facts about a moment.
    pub at: Option<String>,
    /// For facts that count.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub count: Option<u64>,
}

/// A cause of the guides that fits the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PossibleCause"))]
pub struct PossibleView {
    /// Which.
    #[cfg_attr(test, ts(type = "Possible"))]
    pub cause: &'static str,
    /// Whether Instagram's answer names it. What leaves no trace there never is.
    pub found: bool,
}

/// What an error of Meta's means, whoever met it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Explained"))]
pub struct ExplainedView {
    /// What it means.
    pub diagnosis: DiagnosisView,
    /// Whether an account's access is gone by it.
    pub access_lost: bool,
    /// What else fits.
    pub possible: Vec<PossibleView>,
    /// What makes it rarer.
    #[cfg_attr(test, ts(type = "Advice[]"))]
    pub advice: Vec<&'static str>,
}

impl From<&Fact> for FactView {
    fn from(fact: &Fact) -> Self {
        let (at, count) = match fact {
            Fact::IssuedAt(at)
            | Fact::LastOkAt(at)
            | Fact::EndsAt(at)
            | Fact::TwoFactorStep(at) => (Some(moment(*at)), None),
            Fact::RenewalsFailed(count) => (None, Some(u64::from(*count))),
            Fact::BrokeTogether(count) | Fact::OthersWork(count) | Fact::LostBefore(count) => {
                (None, Some(*count as u64))
            }
        };
        Self {
            kind: fact.code(),
            at,
            count,
        }
    }
}

/// The causes of the guides that fit.
pub(super) fn possible_views(diagnosis: &Diagnosis) -> Vec<PossibleView> {
    let all = possible(diagnosis).into_iter();
    all.map(|(cause, found)| PossibleView {
        cause: cause.code(),
        found,
    })
    .collect()
}

/// The advice that bears on it.
pub(super) fn advice_codes(diagnosis: &Diagnosis) -> Vec<&'static str> {
    advice(diagnosis).into_iter().map(|it| it.code()).collect()
}

impl From<&Diagnosis> for ExplainedView {
    fn from(diagnosis: &Diagnosis) -> Self {
        Self {
            diagnosis: diagnosis.into(),
            access_lost: diagnosis.is_lost(),
            possible: possible_views(diagnosis),
            advice: advice_codes(diagnosis),
        }
    }
}
