//! The platform's rolling hour (Meta platform reference, E): calls an app made, as a percentage
//! of 200 for each connected account.

use std::collections::{BTreeMap, VecDeque};

use crate::time::{HOUR, MINUTE};

/// Calls of each app in the last hour, in steps of a minute. Not saved: an hour is soon over.
#[derive(Debug, Default)]
pub(crate) struct Usage(BTreeMap<String, VecDeque<(i64, u64)>>);

impl Usage {
    /// Counts one call of `app_id` at `now` and answers how many it made in the last hour.
    pub(crate) fn count(&mut self, app_id: &str, now: i64) -> u64 {
        let minute = now.div_euclid(MINUTE);
        let minutes = self.0.entry(app_id.to_owned()).or_default();
        // A clock moved backwards leaves later minutes behind; they are not "the last hour".
        minutes.retain(|(at, _)| *at <= minute && minute - at < HOUR / MINUTE);
        match minutes.back_mut() {
            Some((at, calls)) if *at == minute => *calls += 1,
            _ => minutes.push_back((minute, 1)),
        }
        minutes.iter().map(|(_, calls)| calls).sum()
    }

    /// Forgets all calls.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_later_a_call_is_forgotten() {
        let mut usage = Usage::default();
        assert_eq!(usage.count("a", 0), 1);
        assert_eq!(usage.count("a", 59 * MINUTE), 2);
        assert_eq!(usage.count("b", 59 * MINUTE), 1);
        assert_eq!(
            usage.count("a", 60 * MINUTE),
            2,
            "the first call is an hour old"
        );
        assert_eq!(
            usage.count("a", 0),
            1,
            "a clock set back does not keep calls to come"
        );
    }
}
