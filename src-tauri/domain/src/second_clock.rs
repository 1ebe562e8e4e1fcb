//! Our time, corrected by Instagram's. A computer's clock may be wrong by an hour or a year; what counts
//! is Instagram's, because it is Instagram that ends access. (Security document, T1 to T3.)

use chrono::{Duration, NaiveDateTime};

use crate::Timestamp;

/// A difference up to this much is left alone: answers take their time, and the `Date` of an answer has
/// whole seconds only. (Design brief, section 8.)
pub const TOLERANCE: Duration = Duration::minutes(2);

/// An answer that took longer than this tells the time too loosely.
const SLOWEST_ANSWER: Duration = Duration::seconds(60);

/// What the computer's two clocks show at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The clock on the wall, UTC: a person, a battery or a time server may set it.
    pub wall: Timestamp,
    /// The time since some beginning, sleep included: nobody sets it.
    pub elapsed: Duration,
}

/// Remembers what Instagram's clock showed, and counts on from there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SecondClock {
    heard: Option<Heard>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Heard {
    date: Timestamp,
    elapsed: Duration,
}

impl SecondClock {
    /// Takes in the date of an answer that Instagram itself wrote, received at `at` after it was asked
    /// for `took` ago.
    pub fn hear(&mut self, date: Timestamp, at: Reading, took: Duration) {
        if took <= SLOWEST_ANSWER {
            self.heard = Some(Heard {
                date,
                elapsed: at.elapsed,
            });
        }
    }

    /// Whether Instagram's clock has been heard since the start.
    pub fn is_known(&self) -> bool {
        self.heard.is_some()
    }

    /// The time: the wall's, unless it is off by more than [`TOLERANCE`].
    pub fn now(&self, at: Reading) -> Timestamp {
        match self.instagrams(at) {
            Some(theirs) if (at.wall - theirs).abs() > TOLERANCE => theirs,
            Some(_) | None => at.wall,
        }
    }

    /// How far the wall's clock is ahead of Instagram's; negative where it is behind. `None` before an
    /// answer was heard.
    pub fn ahead(&self, at: Reading) -> Option<Duration> {
        self.instagrams(at).map(|theirs| at.wall - theirs)
    }

    fn instagrams(&self, at: Reading) -> Option<Timestamp> {
        let heard = self.heard?;
        Some(heard.date + (at.elapsed - heard.elapsed))
    }
}

/// How much of the way from one moment to the next was not time passing but a clock being set.
pub fn jump(before: (Timestamp, Duration), after: (Timestamp, Duration)) -> Option<Duration> {
    /// Clocks that are slowed or sped up to catch up do not jump. (Design brief, section 8.)
    const SLACK: Duration = Duration::seconds(5);
    let jumped = (after.0 - before.0) - (after.1 - before.1);
    (jumped.abs() > SLACK).then_some(jumped)
}

/// When access ended and what time it was then, as the text of an expiry tells both. For answers whose
/// head has no date. (Meta platform reference, D1.)
pub fn spoken(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (_, rest) = text.split_once("expired on ")?;
    let (ended, rest) = rest.split_once(". The current time is ")?;
    Some((pacific(ended)?, pacific(rest.trim_end_matches('.'))?))
}

/// `Thursday, 05-Nov-26 15:00:00 PST`: Meta writes California's time.
fn pacific(text: &str) -> Option<Timestamp> {
    let (moment, zone) = text.trim().rsplit_once(' ')?;
    let hours = match zone {
        "PST" => 8,
        "PDT" => 7,
        "UTC" | "GMT" => 0,
        _ => return None,
    };
    let local = NaiveDateTime::parse_from_str(moment, "%A, %d-%b-%y %H:%M:%S").ok()?;
    Some(local.and_utc() + Duration::hours(hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_expiry_tells_two_times() {
        let text = "Error validating access token: Session has expired on Thursday, 05-Nov-26 15:00:00 PST. \
                    The current time is Friday, 06-Nov-26 09:25:03 PST.";
        let (ended, now) = spoken(text).expect("both are told");
        assert_eq!(ended.to_rfc3339(), "2026-11-05T23:00:00+00:00");
        assert_eq!(now.to_rfc3339(), "2026-11-06T17:25:03+00:00");
        let summer = text.replace("PST", "PDT");
        assert_eq!(
            spoken(&summer).map(|(_, now)| now),
            Some(now - Duration::hours(1))
        );
        for odd in [
            "",
            "Session has expired on Thursday. The current time is Friday.",
            "expired on Thursday, 05-Nov-26 15:00:00 XYZ. The current time is Friday, 06-Nov-26 09:25:03 PST.",
            "expired on Thursday, 99-Nov-26 15:00:00 PST. The current time is Friday, 06-Nov-26 09:25:03 PST.",
        ] {
            assert_eq!(spoken(odd), None, "{odd}");
        }
    }

    const YEAR: Duration = Duration::days(365);

    fn true_time(elapsed: Duration) -> Timestamp {
        Timestamp::UNIX_EPOCH + Duration::days(20_000) + elapsed
    }

    fn reading(elapsed: Duration, off: Duration) -> Reading {
        Reading {
            wall: true_time(elapsed) + off,
            elapsed,
        }
    }

    #[test]
    fn a_wrong_clock_is_corrected_from_the_first_answer_on() {
        for off in [
            YEAR,
            -YEAR,
            Duration::days(1),
            Duration::hours(-1),
            Duration::seconds(121),
        ] {
            let mut clock = SecondClock::default();
            let at = reading(Duration::zero(), off);
            assert_eq!(clock.now(at), at.wall, "nothing better is known");
            assert!(!clock.is_known());
            clock.hear(true_time(Duration::zero()), at, Duration::seconds(1));
            for later in [Duration::zero(), Duration::hours(7), Duration::days(90)] {
                assert_eq!(
                    clock.now(reading(later, off)),
                    true_time(later),
                    "{off} {later}"
                );
                assert_eq!(clock.ahead(reading(later, off)), Some(off));
            }
        }
    }

    #[test]
    fn a_clock_that_is_right_or_nearly_so_is_left_alone() {
        for off in [
            Duration::zero(),
            Duration::seconds(119),
            Duration::seconds(-119),
        ] {
            let mut clock = SecondClock::default();
            clock.hear(
                true_time(Duration::zero()),
                reading(Duration::zero(), off),
                Duration::zero(),
            );
            let at = reading(Duration::hours(1), off);
            assert_eq!(clock.now(at), at.wall);
        }
    }

    #[test]
    fn setting_the_clock_changes_nothing_once_instagram_was_heard() {
        let mut clock = SecondClock::default();
        clock.hear(
            true_time(Duration::zero()),
            reading(Duration::zero(), YEAR),
            Duration::zero(),
        );
        let hour = Duration::hours(1);
        for off in [YEAR, -YEAR, Duration::zero(), Duration::days(3)] {
            assert_eq!(clock.now(reading(hour, off)), true_time(hour));
        }
    }

    #[test]
    fn an_answer_that_took_too_long_tells_no_time() {
        let mut clock = SecondClock::default();
        let at = reading(Duration::zero(), YEAR);
        clock.hear(true_time(Duration::zero()), at, Duration::seconds(61));
        assert!(!clock.is_known());
    }

    #[test]
    fn sleep_is_time_and_a_set_clock_is_a_jump() {
        let at = |elapsed: Duration, off: Duration| (true_time(elapsed) + off, elapsed);
        let (zero, night) = (Duration::zero(), Duration::hours(9));
        assert_eq!(
            jump(at(zero, zero), at(night, zero)),
            None,
            "a night asleep"
        );
        assert_eq!(jump(at(zero, zero), at(night, Duration::seconds(5))), None);
        assert_eq!(jump(at(zero, zero), at(night, -YEAR)), Some(-YEAR));
        assert_eq!(jump(at(zero, YEAR), at(night, zero)), Some(-YEAR));
    }
}
