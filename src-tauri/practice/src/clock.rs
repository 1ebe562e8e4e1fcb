//! One time for both sides: the stand-in's.

use chrono::DateTime;
use domain::second_clock::Reading;
use engine::clock::{Clock, SystemClock};
use sandbox::Control;

/// The stand-in's clock, as the engine reads it.
pub(crate) struct SandboxClock {
    control: Control,
}

impl SandboxClock {
    pub(crate) fn new(control: Control) -> Self {
        Self { control }
    }
}

impl Clock for SandboxClock {
    fn reading(&self) -> Reading {
        let wall = DateTime::from_timestamp_millis(self.control.now()).unwrap_or_default();
        let Reading {
            elapsed,
            wall: real,
        } = SystemClock.reading();
        Reading {
            wall,
            // Where the stand-in's time was moved, time passed.
            elapsed: elapsed + (wall - real),
        }
    }

    fn offset_ms(&self) -> i64 {
        let offset = self.control.now() - SystemClock.wall().timestamp_millis();
        // Read one after the other, the two clocks differ by a moment that means nothing.
        if offset.abs() < 1_000 {
            0
        } else {
            offset / 1_000 * 1_000
        }
    }
}
