//! The one place where time is read. Everything else gets `now` as an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, NaiveDateTime};
use domain::Timestamp;
use domain::second_clock::Reading;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// What the computer's two clocks show now.
    fn reading(&self) -> Reading;

    /// How far this clock is ahead of the computer's own, in milliseconds: not zero where time was
    /// moved on purpose.
    fn offset_ms(&self) -> i64 {
        0
    }

    /// The moment as a person here reads it off the wall, by the computer's time zone.
    fn local(&self, at: Timestamp) -> NaiveDateTime {
        let zone = jiff::tz::TimeZone::system();
        let seconds = jiff::Timestamp::from_millisecond(at.timestamp_millis())
            .map(|at| zone.to_offset(at).seconds())
            .unwrap_or_default();
        at.naive_utc() + Duration::seconds(i64::from(seconds))
    }
}

/// The computer's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The clock on the wall, UTC.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place where time is read"
    )]
    pub fn wall(self) -> Timestamp {
        DateTime::from(std::time::SystemTime::now())
    }
}

impl Clock for SystemClock {
    fn reading(&self) -> Reading {
        Reading {
            wall: self.wall(),
            elapsed: elapsed(),
        }
    }
}

/// Time since the computer started, sleep included: `CLOCK_BOOTTIME` on Linux; `CLOCK_MONOTONIC` on
/// macOS, which goes on while the computer sleeps.
#[cfg(unix)]
fn elapsed() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    #[cfg(target_os = "linux")]
    let clock = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let clock = ClockId::Monotonic;
    let now = clock_gettime(clock);
    Duration::seconds(now.tv_sec) + Duration::nanoseconds(now.tv_nsec)
}

/// Windows' performance counter goes on while the computer sleeps.
#[cfg(not(unix))]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place where time is read"
)]
fn elapsed() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;
    static BEGINNING: OnceLock<Instant> = OnceLock::new();
    let beginning = *BEGINNING.get_or_init(Instant::now);
    Duration::from_std(beginning.elapsed()).unwrap_or(Duration::MAX)
}

/// The computer's clocks, moved by a distance that others may change: practice mode's time machine.
/// For whoever reads it the time passed.
#[derive(Debug, Clone, Default)]
pub struct ShiftedClock {
    offset_ms: Arc<AtomicI64>,
}

impl ShiftedClock {
    /// A clock that is `offset_ms` milliseconds ahead.
    pub fn new(offset_ms: i64) -> Self {
        Self {
            offset_ms: Arc::new(AtomicI64::new(offset_ms)),
        }
    }

    /// Moves it by `by_ms` milliseconds.
    pub fn shift(&self, by_ms: i64) {
        self.offset_ms.fetch_add(by_ms, Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn reading(&self) -> Reading {
        let Reading { wall, elapsed } = SystemClock.reading();
        let by = Duration::milliseconds(self.offset_ms());
        Reading {
            wall: wall + by,
            elapsed: elapsed + by,
        }
    }

    fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::Relaxed)
    }
}

/// A clock that stands still until it is moved; for tests and simulations. Its wall can be set apart
/// from the time that passes, like that of a real computer.
#[derive(Debug, Clone)]
pub struct ManualClock {
    now_ms: Arc<AtomicI64>,
    wrong_ms: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now_ms: Arc::new(AtomicI64::new(now.timestamp_millis())),
            wrong_ms: Arc::default(),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.now_ms
            .fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }

    /// Sets the clock on the wall `by` ahead of the true time.
    pub fn set_wrong(&self, by: Duration) {
        self.wrong_ms.store(by.num_milliseconds(), Ordering::SeqCst);
    }

    /// The true time in milliseconds, UTC.
    pub fn millis(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }
}

impl Clock for ManualClock {
    fn reading(&self) -> Reading {
        let (now, wrong) = (self.millis(), self.wrong_ms.load(Ordering::SeqCst));
        Reading {
            wall: DateTime::from_timestamp_millis(now + wrong).unwrap_or_default(),
            elapsed: Duration::milliseconds(now),
        }
    }

    fn local(&self, at: Timestamp) -> NaiveDateTime {
        at.naive_utc()
    }
}
