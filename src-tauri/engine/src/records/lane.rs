//! The lane of accounts that are mended one after the other, as one line of the settings.

use domain::account::AccountId;
use domain::roster::Lane;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Line {
    order: Vec<String>,
    skipped: Vec<String>,
}

pub(super) fn write(lane: &Lane) -> String {
    let ids = |ids: &[AccountId]| ids.iter().map(ToString::to_string).collect();
    let line = Line {
        order: ids(&lane.order),
        skipped: ids(&lane.skipped),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// A line that cannot be read is no lane: the person starts another.
pub(super) fn read(text: &str) -> Option<Lane> {
    let line: Line = serde_json::from_str(text).ok()?;
    let ids = |ids: Vec<String>| ids.into_iter().map(AccountId::new).collect();
    Some(Lane {
        order: ids(line.order),
        skipped: ids(line.skipped),
    })
}
