//! What time it is: the computer's clock, corrected by Instagram's. Everything the engine does is reckoned
//! in this time. (Security document, section 8.)

use chrono::Duration;
use domain::Timestamp;
use domain::journal::{Entry, EntryKind};
use domain::roster::{Event, Reaction};
use domain::second_clock::{Reading, SecondClock, TOLERANCE, jump};

use super::{Engine, LONGEST_NAP};
use crate::world::Aside;

/// A difference of more than this is worth a line in the journal. (Security document, T3.)
const WORTH_A_LINE: Duration = Duration::minutes(5);

/// The correction that is shown follows the real one in steps of this: clocks drift all the time.
const SHOWN_STEP: Duration = Duration::seconds(5);

/// The second clock, and where both clocks stood when last looked at.
pub(super) struct Time {
    second: SecondClock,
    last: (Timestamp, Duration),
    ahead: Duration,
    ahead_since: Timestamp,
    noted: bool,
    correction: Duration,
    tidied: Option<Timestamp>,
}

impl Time {
    pub(super) fn begin(at: Reading) -> Self {
        Self {
            second: SecondClock::default(),
            last: (at.wall, at.elapsed),
            ahead: Duration::zero(),
            ahead_since: at.wall,
            noted: false,
            correction: Duration::zero(),
            tidied: None,
        }
    }

    pub(super) fn now(&self, at: Reading) -> Timestamp {
        self.second.now(at)
    }

    /// How far the computer's clock is ahead, and since when that is known; `None` while it is right.
    pub(super) fn wrong(&self) -> Option<(Duration, Timestamp)> {
        (self.ahead.abs() > TOLERANCE).then_some((self.ahead, self.ahead_since))
    }

    /// What is to be added to the computer's time to get ours.
    pub(super) fn correction(&self) -> Duration {
        self.correction
    }
}

impl Engine {
    pub(super) fn now(&self) -> Timestamp {
        self.time.now(self.config.clock.reading())
    }

    /// Takes in what an answer of Instagram's told of its clock and of our budget.
    pub(super) fn hear(&mut self, aside: Aside) {
        if let Some(date) = aside.date {
            let known = self.time.second.is_known();
            let at = self.config.clock.reading();
            self.time.second.hear(date, at, aside.took);
            self.notice_time();
            if !known && self.time.second.is_known() {
                self.happen(Event::TimeKnown);
            }
            if self.time.second.is_known() {
                self.tidy();
            }
            self.compare_clocks(at);
        }
        if let Some(percent) = aside.app_usage {
            self.happen(Event::Usage(percent));
        }
    }

    /// Time passes, a computer sleeps, a clock is set: each is something else.
    pub(super) fn notice_time(&mut self) {
        let at = self.config.clock.reading();
        let now = self.time.now(at);
        let before = std::mem::replace(&mut self.time.last, (now, at.elapsed));
        if let Some(by) = jump(before, (now, at.elapsed)) {
            tracing::warn!(seconds = by.num_seconds(), "the clock was set or corrected");
            self.move_along(by);
            self.happen(Event::ClockMoved(by));
        }
        let slept = Duration::from_std(LONGEST_NAP * 2).unwrap_or_default();
        if at.elapsed - before.1 > slept {
            tracing::info!("the computer slept");
            self.happen(Event::LookAgain);
        }
        let correction = now - at.wall;
        if (correction - self.time.correction).abs() > SHOWN_STEP {
            self.time.correction = Duration::seconds(correction.num_seconds());
        }
    }

    /// Whether the weekly tidying is due is looked at once a day, and not before the time is known.
    fn tidy(&mut self) {
        let now = self.now();
        let looked = |at: Timestamp| (now - at).abs() < Duration::days(1);
        if self.time.tidied.is_some_and(looked) {
            return;
        }
        let Some(records) = self.records.as_mut() else {
            return;
        };
        self.time.tidied = Some(now);
        if let Err(error) = records.tidy(now) {
            tracing::warn!(%error, "the weekly tidying did not work");
        }
    }

    fn move_along(&mut self, by: Duration) {
        self.next_start += by;
        self.began += by;
        self.time.ahead_since += by;
        if let Some((_, at)) = &mut self.save_failed {
            *at += by;
        }
    }

    /// A wrong computer clock is named, not guessed at.
    fn compare_clocks(&mut self, at: Reading) {
        let ahead = self.time.second.ahead(at).unwrap_or_default();
        let (was_right, is_right) = (self.time.ahead.abs() <= TOLERANCE, ahead.abs() <= TOLERANCE);
        if was_right && !is_right {
            self.time.ahead_since = self.now();
        }
        if is_right {
            self.time.noted = false;
        }
        self.time.ahead = ahead;
        if ahead.abs() > WORTH_A_LINE && !std::mem::replace(&mut self.time.noted, true) {
            let now = self.now();
            let minutes = ahead.num_minutes().to_string();
            let entry = Entry::app(EntryKind::ClockSkew, now).with("minutes", minutes);
            let reaction = Reaction {
                entries: vec![entry],
                ..Reaction::default()
            };
            self.carry_out(reaction);
        }
    }
}
