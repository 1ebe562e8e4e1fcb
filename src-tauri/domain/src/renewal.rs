//! When access is renewed, and how patiently after a failure.

use chrono::Duration;

use crate::Timestamp;
use crate::account::AccountId;
use crate::grant::Grant;

/// A token can be renewed once it is this old. (Meta platform reference, A6.)
pub const MIN_AGE: Duration = Duration::hours(24);

/// With this much left or less, a renewal is overdue. (Product, section 2.)
pub const OVERDUE: Duration = Duration::days(15);

/// What decides when a renewal is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewalPolicy {
    /// How long after the last extension the next one is due: 1 to 30 days.
    pub every: Duration,
}

impl Default for RenewalPolicy {
    fn default() -> Self {
        Self {
            every: Duration::days(7),
        }
    }
}

impl RenewalPolicy {
    /// A policy with `days` between renewals, kept within 1 to 30.
    pub fn every_days(days: u32) -> Self {
        Self {
            every: Duration::days(i64::from(days.clamp(1, 30))),
        }
    }

    /// When this grant should be renewed: a week after the last extension, earlier where the end is
    /// near, never before Instagram allows it. `held_since` stands in for the age of a token whose
    /// age nobody knows. (Security document, R1.)
    pub fn due(&self, grant: &Grant, held_since: Timestamp) -> Timestamp {
        let began = grant.issued_at.unwrap_or(held_since);
        let earliest = began + MIN_AGE;
        let wanted = match grant.issued_at {
            Some(_) => began + self.every,
            None => earliest,
        };
        let wanted = match grant.expires_at {
            Some(end) => wanted.min(end - OVERDUE),
            None => wanted,
        };
        wanted.max(earliest)
    }

    /// Whether Meta will soon stop answering with data. Nothing but a new sign-in moves that end, so it is told
    /// without a failure. (Meta platform reference, B3.)
    pub fn data_access_ends(&self, grant: &Grant, now: Timestamp) -> bool {
        let end = grant.data_access_until();
        end.is_some_and(|end| end - now <= OVERDUE)
    }

    /// Whether so little is left that a failing renewal is worth a warning.
    pub fn overdue(&self, grant: &Grant, now: Timestamp) -> bool {
        grant.expires_at.is_some_and(|end| end - now <= OVERDUE)
    }
}

/// The longest time between two tries.
pub const LONGEST_PATIENCE: Duration = Duration::minutes(30);

/// How long to wait after `failures` failures in a row (at least one): a minute, doubling to half an
/// hour. The tries cover the whole remaining time instead of being used up in its first minutes, and a
/// computer that is online for one hour meets at least one of them. (Security document, R1 and N5.)
pub fn patience(failures: u32) -> Duration {
    match failures {
        0..=4 => Duration::minutes(1 << failures.saturating_sub(1)),
        5 => Duration::minutes(15),
        _ => LONGEST_PATIENCE,
    }
}

/// The wait before the next try of `id`: up to a quarter shorter than [`patience`], by a share that
/// depends on the account, so that five hundred that failed together do not come back together.
/// (Security document, R8 and N5.)
pub fn spread_patience(failures: u32, id: &AccountId) -> Duration {
    let mark = id
        .as_str()
        .bytes()
        .chain(failures.to_le_bytes())
        .fold(0x811c_9dc5_u32, |mark, byte| {
            (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
    let full = patience(failures);
    full - full * i32::try_from(mark % 250).unwrap_or_default() / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::Route;

    fn day(days: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + Duration::days(days)
    }

    fn grant(issued: Option<i64>, expires: Option<i64>) -> Grant {
        Grant {
            route: Route::Instagram,
            scopes: None,
            issued_at: issued.map(day),
            expires_at: expires.map(day),
            page: None,
        }
    }

    #[test]
    fn due_a_week_after_the_last_extension_and_never_before_a_day() {
        let policy = RenewalPolicy::default();
        let cases = [
            // issued, expires, due
            (Some(0), Some(60), 7),
            (Some(0), None, 7),
            (Some(0), Some(10), 1), // the end is near: as early as Instagram allows
            (Some(0), Some(16), 1),
            (Some(0), Some(20), 5), // 15 days before the end comes first
            (None, Some(60), 1),    // age unknown: a day after we got it
            (None, None, 1),
        ];
        for (issued, expires, due) in cases {
            assert_eq!(
                policy.due(&grant(issued, expires), day(0)),
                day(due),
                "issued {issued:?}, expires {expires:?}"
            );
        }
    }

    #[test]
    fn the_setting_is_kept_within_its_bounds() {
        assert_eq!(RenewalPolicy::every_days(0).every, Duration::days(1));
        assert_eq!(RenewalPolicy::every_days(31).every, Duration::days(30));
        let daily = RenewalPolicy::every_days(1);
        assert_eq!(daily.due(&grant(Some(0), Some(60)), day(0)), day(1));
    }

    #[test]
    fn accounts_that_failed_together_do_not_come_back_together() {
        let waits: std::collections::BTreeSet<i64> = (0..500)
            .map(|n| {
                let id = AccountId::new(format!("1784140000000{n:04}"));
                let wait = spread_patience(12, &id);
                assert!(
                    wait <= patience(12) && wait * 4 >= patience(12) * 3,
                    "{wait}"
                );
                wait.num_seconds()
            })
            .collect();
        assert!(waits.len() > 50, "spread over {} seconds", waits.len());
    }

    #[test]
    fn patience_grows_and_then_stays() {
        let minutes: Vec<i64> = [1, 2, 3, 4, 5, 6, 11, 12, 400]
            .map(|n| patience(n).num_minutes())
            .to_vec();
        assert_eq!(minutes, [1, 2, 4, 8, 15, 30, 30, 30, 30]);
    }
}
