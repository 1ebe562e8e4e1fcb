//! The way of an account's access as it is drawn.

use domain::diagnosis::Cause;
use domain::runway::{Runway, Try};
use serde::Serialize;

use super::moment;

/// The way from the beginning of an access to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Runway"))]
pub struct RunwayView {
    /// Where the renewal stands.
    #[cfg_attr(test, ts(type = "RunwayState"))]
    pub state: &'static str,
    /// When this lifetime began.
    pub began_at: Option<String>,
    /// The earliest moment at which Instagram renews it.
    pub not_before: Option<String>,
    /// The next try.
    pub due_at: Option<String>,
    /// From here on a renewal is overdue.
    pub overdue_at: Option<String>,
    /// The end.
    pub ends_at: Option<String>,
    /// The tries to come if each of them failed, at most 40.
    pub planned: Vec<String>,
    /// How many of them there are before the end; `null` where no end is known.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub tries_left: Option<u32>,
    /// Whether so little is left that it is worth a warning.
    pub short: bool,
    /// What was tried in this lifetime and the one before, oldest first, at most 100.
    pub tries: Vec<TryView>,
}

/// One try to renew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Try"))]
pub struct TryView {
    /// When it began.
    pub at: String,
    /// When its end was known.
    pub ended_at: Option<String>,
    /// What it came to; `unknown` where Relink was cut off.
    #[cfg_attr(test, ts(type = "TryResult"))]
    pub result: &'static str,
    /// Why it did not renew.
    #[cfg_attr(test, ts(type = "Cause | null"))]
    pub cause: Option<&'static str>,
}

impl RunwayView {
    pub(crate) fn of(way: &Runway, tries: &[Try]) -> Self {
        Self {
            state: way.state.code(),
            began_at: way.began_at.map(moment),
            not_before: way.not_before.map(moment),
            due_at: way.due_at.map(moment),
            overdue_at: way.overdue_at.map(moment),
            ends_at: way.ends_at.map(moment),
            planned: way.planned.iter().copied().map(moment).collect(),
            tries_left: way.tries_left,
            short: way.short,
            tries: tries.iter().map(TryView::from).collect(),
        }
    }
}

impl From<&Try> for TryView {
    fn from(one: &Try) -> Self {
        Self {
            at: moment(one.at),
            ended_at: one.ended_at.map(moment),
            result: one.result.code(),
            cause: one.cause.map(Cause::code),
        }
    }
}
