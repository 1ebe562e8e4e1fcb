//! One thing that was or will be told, and when it is told again.

use chrono::Duration;

use super::{GATHER, Matter};
use crate::Timestamp;

/// After the first notice of what is not mended: reminders that space out, then stop.
const REMINDERS: [Duration; 3] = [Duration::days(1), Duration::days(3), Duration::days(7)];

/// One thing that was or will be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is.
    pub matter: Matter,
    /// Since when it is so.
    pub since: Timestamp,
    /// How often it was told.
    pub times: u32,
    /// When it was told last.
    pub at: Option<Timestamp>,
    /// Whether it stands on the screen by itself, as far as known.
    pub alone: bool,
}

impl Told {
    /// When it is to be told, or told again.
    pub(super) fn due(&self) -> Option<Timestamp> {
        let Some(at) = self.at else {
            return Some(self.since + GATHER);
        };
        if !self.matter.kind.is_reminded() {
            return None;
        }
        let place = usize::try_from(self.times).ok()?.checked_sub(1)?;
        REMINDERS.get(place).map(|pause| at + *pause)
    }

    pub(super) fn count(&mut self, now: Timestamp) {
        self.times = self.times.saturating_add(1);
        self.at = Some(now);
    }

    /// The person put it off for `pause`: as if it had been told for the first time, and the first reminder came then.
    /// It does not stand any more.
    pub(super) fn put_off(&mut self, pause: Duration, now: Timestamp) {
        self.times = 1;
        self.at = Some(now + pause - REMINDERS[0]);
        self.alone = false;
    }
}
