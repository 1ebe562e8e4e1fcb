//! Several accounts that are mended one after the other.

use domain::roster::LaneState;
use serde::Serialize;

/// The lane, in the order that needs the fewest changes of log-in in the browser. It is kept over restarts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Lane"))]
pub struct LaneView {
    /// Those still to be mended, in order; the first is being mended.
    pub waiting: Vec<String>,
    /// Those that were put off; they come again when the others are done.
    pub skipped: Vec<String>,
    /// Those that work again.
    pub done: Vec<String>,
    /// How often the browser has to change its log-in from here on.
    pub changes: usize,
}

impl From<&LaneState> for LaneView {
    fn from(lane: &LaneState) -> Self {
        let ids =
            |ids: &[domain::account::AccountId]| ids.iter().map(ToString::to_string).collect();
        Self {
            waiting: ids(&lane.waiting),
            skipped: ids(&lane.skipped),
            done: ids(&lane.done),
            changes: lane.changes,
        }
    }
}
