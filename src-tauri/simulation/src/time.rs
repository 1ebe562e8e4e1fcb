//! Time in a simulated world: what has really passed, and what the computer's clock says of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use domain::second_clock::Reading;
use engine::clock::Clock;
use tokio::time::Instant;

/// Milliseconds since the world began.
pub type Ms = i64;

/// One second.
pub const SECOND: Ms = 1_000;
/// One minute.
pub const MINUTE: Ms = 60 * SECOND;
/// One hour.
pub const HOUR: Ms = 60 * MINUTE;
/// One day.
pub const DAY: Ms = 24 * HOUR;

/// 2026-11-23T09:00:00Z, when every world begins.
const BEGAN: i64 = 1_795_424_400_000;

/// The time of one world, on a runtime whose clock is paused. It passes in two ways: while the
/// computer works, as the runtime's timers fire; and at once, while it is off or asleep and no timer
/// of its own moves.
#[derive(Debug)]
pub struct Time {
    began: Instant,
    skipped: AtomicI64,
    wrong_by: AtomicI64,
    read_at: AtomicI64,
    reads: AtomicU32,
}

/// Whoever reads the clock so often within a millisecond spins: time would never move again.
const MOST_READS: u32 = 2_000_000;

impl Time {
    /// A time that begins now. Must be called on the world's own runtime.
    pub fn begin() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            skipped: AtomicI64::new(0),
            wrong_by: AtomicI64::new(0),
            read_at: AtomicI64::new(0),
            reads: AtomicU32::new(0),
        })
    }

    /// What has really passed; the provider's clock.
    pub fn now(&self) -> Ms {
        let worked = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        worked + self.skipped.load(Ordering::Relaxed)
    }

    /// A loop that never rests ends the task it runs in, which the witness sees.
    fn must_move(&self, now: Ms) {
        if self.read_at.swap(now, Ordering::Relaxed) == now {
            let reads = self.reads.fetch_add(1, Ordering::Relaxed);
            assert!(
                reads < MOST_READS,
                "time stands still at {now}: a loop spins"
            );
        } else {
            self.reads.store(0, Ordering::Relaxed);
        }
    }

    /// Lets time pass without any timer of the computer moving.
    pub fn skip(&self, by: Ms) {
        self.skipped.fetch_add(by, Ordering::Relaxed);
    }

    /// Sets the computer's clock wrong, ahead when positive.
    pub fn set_wrong_by(&self, by: Ms) {
        self.wrong_by.store(by, Ordering::Relaxed);
    }

    /// How far the computer's clock is wrong.
    pub fn wrong_by(&self) -> Ms {
        self.wrong_by.load(Ordering::Relaxed)
    }
}

/// A moment of the world as a date.
pub fn date(at: Ms) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(BEGAN).unwrap_or_default() + Duration::milliseconds(at)
}

/// The computer's clocks.
#[derive(Debug)]
pub struct ComputerClock(pub Arc<Time>);

impl Clock for ComputerClock {
    fn reading(&self) -> Reading {
        let now = self.0.now();
        self.0.must_move(now);
        Reading {
            wall: date(now + self.0.wrong_by()),
            elapsed: Duration::milliseconds(now),
        }
    }

    /// Simulated people live in Greenwich: worlds must not depend on where they are played.
    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc()
    }
}
