//! What the head of an answer says beside the answer itself.

use chrono::Duration;
use domain::Timestamp;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::json;

/// Longest wait that is believed. A wrong head must not put renewal off for weeks.
const LONGEST_WAIT: Duration = Duration::hours(24);

/// A budget used up by more than this is written as this; figures above 100 do occur.
const MOST_PERCENT: f64 = 1_000.0;

/// What the head of an answer says, whether the answer was a yes or a no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerNote {
    /// The provider's clock (`Date`), to find out that ours is wrong (security document, T3).
    pub date: Option<Timestamp>,
    /// How much of the app's budget is used, in percent (`X-App-Usage`; Meta platform reference, E).
    /// 100 and above means: limited.
    pub app_usage: Option<u32>,
    /// How much of the budget is used that the app has for this one account or Page, in percent
    /// (`X-Business-Use-Case-Usage`, `X-Page-Usage`).
    pub account_usage: Option<u32>,
    /// How long to wait: `Retry-After`, or the time until access is regained; at most a day.
    pub retry_after: Option<Duration>,
}

impl ServerNote {
    /// Reads the head of an answer; what cannot be read is left out.
    pub(crate) fn read(head: &HeaderMap) -> Self {
        let text = |name: &str| head.get(name).and_then(|value| value.to_str().ok());
        let date = text(DATE.as_str()).and_then(moment);
        let read = |names: &[&str]| {
            let mut seen = Usage::default();
            for usage in names.iter().copied().filter_map(text) {
                if let Ok(usage) = json::parse(usage.as_bytes()) {
                    seen.collect(&usage);
                }
            }
            seen
        };
        let app = read(&["x-app-usage"]);
        let account = read(&["x-business-use-case-usage", "x-page-usage"]);
        let asked = text(RETRY_AFTER.as_str()).and_then(|wait| pause(wait, date));
        let regained = app
            .minutes
            .max(account.minutes)
            .and_then(Duration::try_minutes);
        Self {
            date,
            app_usage: app.percent,
            account_usage: account.percent,
            retry_after: asked.max(regained).map(|wait| wait.min(LONGEST_WAIT)),
        }
    }

    /// What the heads of two answers say together: the later clock, and the heavier of each figure.
    #[must_use]
    pub(crate) fn and(self, later: Self) -> Self {
        Self {
            date: later.date.or(self.date),
            app_usage: self.app_usage.max(later.app_usage),
            account_usage: self.account_usage.max(later.account_usage),
            retry_after: self.retry_after.max(later.retry_after),
        }
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    Some(Timestamp::from(
        chrono::DateTime::parse_from_rfc2822(text).ok()?,
    ))
}

/// `Retry-After` is seconds or a moment (RFC 9110, section 10.2.3); a moment counts from the answer's own.
fn pause(text: &str, date: Option<Timestamp>) -> Option<Duration> {
    let wait = match text.trim().parse::<i64>() {
        Ok(seconds) => Duration::try_seconds(seconds)?,
        Err(_) => moment(text)? - date?,
    };
    (wait > Duration::zero()).then_some(wait)
}

#[derive(Default)]
struct Usage {
    percent: Option<u32>,
    minutes: Option<i64>,
}

impl Usage {
    /// Both headers hold the same names at different depths: the whole tree is looked through.
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    match (name.as_str(), field.as_f64()) {
                        ("call_count" | "total_time" | "total_cputime", Some(percent))
                            if percent >= 0.0 =>
                        {
                            self.percent = self.percent.max(Some(whole(percent)));
                        }
                        ("estimated_time_to_regain_access", Some(_)) => {
                            let minutes = field.as_i64().filter(|&minutes| minutes > 0);
                            self.minutes = self.minutes.max(minutes);
                        }
                        _ => self.collect(field),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn whole(percent: f64) -> u32 {
    percent.clamp(0.0, MOST_PERCENT) as u32 // JSON has no NaN, and the clamp leaves nothing to lose
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn note(head: &[(&'static str, &'static str)]) -> ServerNote {
        ServerNote::read(
            &head
                .iter()
                .map(|&(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect(),
        )
    }

    #[test]
    fn the_clock_is_read() {
        let date = note(&[("date", "Fri, 06 Nov 2026 17:25:03 GMT")])
            .date
            .expect("a date");
        assert_eq!(date.timestamp(), 1_793_985_903);
        assert_eq!(note(&[("date", "yesterday")]).date, None);
    }

    #[test]
    fn two_heads_say_together_what_each_says() {
        let first = note(&[
            ("date", "Fri, 06 Nov 2026 17:25:03 GMT"),
            ("x-app-usage", r#"{"call_count":90}"#),
            ("retry-after", "60"),
        ]);
        let second = note(&[
            ("date", "Fri, 06 Nov 2026 17:25:04 GMT"),
            ("x-app-usage", r#"{"call_count":28}"#),
            ("x-page-usage", r#"{"call_count":7}"#),
        ]);
        let both = first.and(second);
        assert_eq!(both.date, second.date, "the later clock");
        assert_eq!((both.app_usage, both.account_usage), (Some(90), Some(7)));
        assert_eq!(both.retry_after, Some(Duration::seconds(60)));
        assert_eq!(first.and(ServerNote::default()), first);
    }

    #[test]
    fn waits_are_seconds_moments_or_minutes_and_never_above_a_day() {
        let date = ("date", "Fri, 06 Nov 2026 17:25:03 GMT");
        let wait = |head: &[_]| note(head).retry_after.map(|wait| wait.num_seconds());
        assert_eq!(wait(&[("retry-after", "120")]), Some(120));
        assert_eq!(
            wait(&[date, ("retry-after", "Fri, 06 Nov 2026 17:26:03 GMT")]),
            Some(60)
        );
        for none in ["0", "-5", "soon", "Fri, 06 Nov 2026 17:24:03 GMT"] {
            assert_eq!(wait(&[date, ("retry-after", none)]), None, "{none}");
        }
        assert_eq!(wait(&[("retry-after", "999999999999")]), Some(86_400));
        let business = concat!(
            r#"{"17841400000000001":[{"type":"instagram","call_count":12,"total_cputime":4,"#,
            r#""total_time":104.5,"estimated_time_to_regain_access":7}]}"#
        );
        let limited = note(&[
            ("x-business-use-case-usage", business),
            ("retry-after", "60"),
        ]);
        assert_eq!(
            limited.retry_after,
            Some(Duration::minutes(7)),
            "the longer of the two"
        );
        assert_eq!(
            (limited.app_usage, limited.account_usage),
            (None, Some(104))
        );
    }

    #[test]
    fn usage_is_that_of_the_fullest_budget() {
        let app = r#"{"call_count":28,"total_time":91,"total_cputime":25}"#;
        let read = note(&[
            ("x-app-usage", app),
            ("x-page-usage", r#"{"call_count":7}"#),
        ]);
        assert_eq!((read.app_usage, read.account_usage), (Some(91), Some(7)));
        assert_eq!(
            note(&[("x-app-usage", r#"{"call_count":1e12}"#)]).app_usage,
            Some(1_000)
        );
        for odd in [
            "",
            "{",
            "[]",
            r#"{"call_count":"x"}"#,
            r#"{"call_count":-1}"#,
        ] {
            assert_eq!(note(&[("x-app-usage", odd)]).app_usage, None, "{odd}");
        }
    }
}
