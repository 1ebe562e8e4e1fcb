//! How the platform writes moments. All moments are UTC in milliseconds since 1970-01-01.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

/// One second in milliseconds.
pub(crate) const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub(crate) const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub(crate) const DAY: i64 = 24 * HOUR;

/// The `Date` header (RFC 9110 section 5.6.7).
pub(crate) fn http_date(ms: i64) -> String {
    utc(ms).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The `timestamp` of a media object, like `2026-10-03T09:12:44+0000`.
pub(crate) fn media_timestamp(ms: i64) -> String {
    utc(ms).format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// A moment for people on the control page.
pub(crate) fn readable(ms: i64) -> String {
    utc(ms).format("%a %d %b %Y, %H:%M:%S UTC").to_string()
}

/// A moment as error texts give it, like `Thursday, 05-Nov-26 15:00:00 PST`: California's time,
/// with summer time as the United States keep it.
pub(crate) fn pacific(ms: i64) -> String {
    let utc = utc(ms);
    let (hours, zone) = if in_summer_time(utc) {
        (7, "PDT")
    } else {
        (8, "PST")
    };
    let local = utc - Duration::hours(hours);
    format!("{} {zone}", local.format("%A, %d-%b-%y %H:%M:%S"))
}

fn utc(ms: i64) -> NaiveDateTime {
    // A moment outside chrono's years can only come from a control call; it shows as 1970.
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .naive_utc()
}

/// Second Sunday of March 02:00 PST to first Sunday of November 02:00 PDT (15 U.S.C. 260a).
fn in_summer_time(utc: NaiveDateTime) -> bool {
    let bounds = sunday(utc.year(), 3, 2, 10).zip(sunday(utc.year(), 11, 1, 9));
    bounds.is_some_and(|(start, end)| utc >= start && utc < end)
}

fn sunday(year: i32, month: u32, nth: u8, utc_hour: u32) -> Option<NaiveDateTime> {
    let day = NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Sun, nth)?;
    Some(day.and_time(NaiveTime::from_hms_opt(utc_hour, 0, 0)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S")
            .unwrap()
            .and_utc()
            .timestamp_millis()
    }

    #[test]
    fn error_texts_use_california_time() {
        for (utc, expected) in [
            ("2026-11-05 23:00:00", "Thursday, 05-Nov-26 15:00:00 PST"),
            ("2026-07-01 19:00:00", "Wednesday, 01-Jul-26 12:00:00 PDT"),
            ("2026-03-08 09:59:59", "Sunday, 08-Mar-26 01:59:59 PST"),
            ("2026-03-08 10:00:00", "Sunday, 08-Mar-26 03:00:00 PDT"),
            ("2026-11-01 08:59:59", "Sunday, 01-Nov-26 01:59:59 PDT"),
            ("2026-11-01 09:00:00", "Sunday, 01-Nov-26 01:00:00 PST"),
        ] {
            assert_eq!(pacific(at(utc)), expected);
        }
    }

    #[test]
    fn headers_and_media_have_their_own_forms() {
        let moment = at("2026-10-03 09:12:44");
        assert_eq!(http_date(moment), "Sat, 03 Oct 2026 09:12:44 GMT");
        assert_eq!(media_timestamp(moment), "2026-10-03T09:12:44+0000");
    }
}
