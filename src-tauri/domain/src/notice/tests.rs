//! Being told: once, together, not at night, and taken back.

use chrono::{DateTime, NaiveDate};

use super::*;
use crate::account::{Account, AccountType, Profile};
use crate::connection::{Connection, Held, Lost, Renewal, Shortfall, Standing};
use crate::diagnosis::{Certainty, Diagnosis};
use crate::grant::{Grant, Route, Scopes};
use crate::roster::Plan;

struct Desk {
    notices: Notices,
    accounts: Vec<Account>,
    wishes: Wishes,
    now: Timestamp,
    /// How far the computer's own time is from UTC.
    zone: Duration,
}

fn start() -> Timestamp {
    // A Wednesday.
    DateTime::parse_from_rfc3339("2026-11-25T09:00:00Z")
        .unwrap()
        .to_utc()
}

impl Desk {
    fn with(accounts: usize) -> Self {
        let now = start();
        let accounts = (0..accounts)
            .map(|n| {
                let profile = Profile {
                    user_id: AccountId::new(format!("{n}")),
                    username: format!("name.{n}"),
                    name: None,
                    account_type: AccountType::Business,
                };
                let grant = Grant {
                    route: Route::Instagram,
                    scopes: None,
                    issued_at: Some(now),
                    expires_at: Some(now + Duration::days(60)),
                    page: None,
                };
                Account::connected(profile, grant, now)
            })
            .collect();
        Self {
            notices: Notices::default(),
            accounts,
            wishes: Wishes {
                allowed: true,
                kinds: NoticeKind::ALL
                    .into_iter()
                    .filter(|kind| !matches!(kind, NoticeKind::Recovered | NoticeKind::Weekly))
                    .collect(),
                quiet: None,
            },
            now,
            zone: Duration::zero(),
        }
    }

    fn lose(&mut self, place: usize, cause: Cause) {
        let account = &mut self.accounts[place];
        let held = Held::of(account.grant().unwrap().clone());
        let diagnosis = Diagnosis::of(cause, Certainty::Proved, self.now);
        account.connection = Connection::Lost(Lost::of(held, diagnosis));
        account.recent_losses.push(self.now);
    }

    fn mend(&mut self, place: usize) {
        let grant = self.accounts[place].grant().unwrap().clone();
        self.accounts[place].connection = Connection::held(grant);
    }

    fn look(&mut self) -> Vec<Telling> {
        for account in &mut self.accounts {
            account.watch.last_ok_at = Some(self.now);
        }
        let roster = Roster::restore(self.accounts.clone(), Plan::default(), self.now);
        let local = (self.now + self.zone).naive_utc();
        self.notices.look(&roster, &self.wishes, local, self.now)
    }

    /// Lets time pass as the engine does: looking whenever the notices want it.
    fn pass(&mut self, time: Duration) -> Vec<Telling> {
        let until = self.now + time;
        let mut out = self.look();
        while let Some(at) = self.notices.wake_at(self.now).filter(|at| *at <= until) {
            self.now = at;
            out.extend(self.look());
        }
        self.now = until;
        out.extend(self.look());
        out
    }
}

fn shown(tellings: &[Telling]) -> Vec<(NoticeKind, usize)> {
    tellings
        .iter()
        .filter_map(|telling| match telling {
            Telling::Show(notice) => Some((notice.kind, notice.accounts.len())),
            Telling::Withdraw(_) => None,
        })
        .collect()
}

fn withdrawn(tellings: &[Telling]) -> Vec<&str> {
    tellings
        .iter()
        .filter_map(|telling| match telling {
            Telling::Withdraw(key) => Some(key.as_str()),
            Telling::Show(_) => None,
        })
        .collect()
}

#[test]
fn a_loss_is_told_once_and_reminded_with_growing_distance_then_no_more() {
    let mut desk = Desk::with(1);
    desk.lose(0, Cause::PasswordOrSecurityChange);
    assert_eq!(desk.look(), [], "others may follow");
    assert_eq!(
        shown(&desk.pass(Duration::minutes(1))),
        [(NoticeKind::Disconnected, 1)]
    );
    let days: Vec<usize> = (0..40)
        .map(|_| shown(&desk.pass(Duration::days(1))).len())
        .collect();
    let told: Vec<usize> = days
        .iter()
        .enumerate()
        .filter(|(_, n)| **n > 0)
        .map(|(day, _)| day + 1)
        .collect();
    assert_eq!(told, [1, 4, 11], "after a day, three more, seven more");
}

#[test]
fn what_is_put_off_is_told_again_after_a_day_and_not_taken_back_twice() {
    let mut desk = Desk::with(1);
    desk.lose(0, Cause::PasswordOrSecurityChange);
    desk.pass(Duration::minutes(1));
    let second = desk.pass(Duration::days(1) + Duration::minutes(1));
    assert_eq!(shown(&second).len(), 1, "the reminder of the first day");
    let id = AccountId::new("0".to_owned());
    drop(desk.notices.remind(&id, Duration::days(1), desk.now));
    assert_eq!(
        desk.pass(Duration::hours(23)),
        [],
        "three days would be next"
    );
    assert_eq!(shown(&desk.pass(Duration::hours(2))).len(), 1);
    drop(desk.notices.remind(&id, Duration::days(1), desk.now));
    desk.mend(0);
    assert_eq!(
        withdrawn(&desk.look()),
        [""; 0],
        "whoever pressed the button has closed it"
    );
}

#[test]
fn what_breaks_together_is_one_notice() {
    for count in [3, 9, 40] {
        let mut desk = Desk::with(count);
        let mut out = Vec::new();
        for place in 0..count {
            desk.lose(place, Cause::PasswordOrSecurityChange);
            out.extend(desk.pass(Duration::milliseconds(200)));
        }
        out.extend(desk.pass(Duration::minutes(15)));
        assert_eq!(shown(&out), [(NoticeKind::Several, count)]);
    }
}

#[test]
fn a_third_within_ten_minutes_turns_two_notices_into_one() {
    let mut desk = Desk::with(4);
    for place in 0..2 {
        desk.lose(place, Cause::AppRemoved);
        assert_eq!(shown(&desk.pass(Duration::minutes(2))).len(), 1);
    }
    desk.lose(2, Cause::AppRemoved);
    let out = desk.pass(Duration::minutes(1));
    assert_eq!(shown(&out), [(NoticeKind::Several, 3)]);
    assert_eq!(withdrawn(&out), ["account-0", "account-1"]);
    desk.lose(3, Cause::AppRemoved);
    let out = desk.pass(Duration::minutes(1));
    assert_eq!(
        shown(&out),
        [(NoticeKind::Several, 4)],
        "it takes the digest's place"
    );
}

#[test]
fn what_is_mended_is_withdrawn_and_not_told_twice_in_a_day() {
    let mut desk = Desk::with(1);
    desk.lose(0, Cause::AppRemoved);
    desk.pass(Duration::minutes(1));
    desk.mend(0);
    assert_eq!(withdrawn(&desk.pass(Duration::minutes(1))), ["account-0"]);
    desk.lose(0, Cause::AppRemoved);
    assert_eq!(
        shown(&desk.pass(Duration::hours(2))),
        [],
        "the same again within a day"
    );
    desk.mend(0);
    desk.pass(Duration::days(2));
    desk.lose(0, Cause::AppRemoved);
    assert_eq!(shown(&desk.pass(Duration::hours(2))).len(), 1);
}

#[test]
fn another_cause_is_another_matter() {
    let mut desk = Desk::with(1);
    desk.lose(0, Cause::AppRemoved);
    desk.pass(Duration::minutes(1));
    desk.lose(0, Cause::Expired);
    let out = desk.pass(Duration::minutes(1));
    assert_eq!(shown(&out), [(NoticeKind::Expired, 1)]);
}

#[test]
fn quiet_hours_hold_back_even_over_midnight() {
    let mut desk = Desk::with(3);
    desk.zone = Duration::hours(13); // 22:00 by the computer's own time
    desk.wishes.quiet = Some((22 * 60, 7 * 60));
    for place in 0..3 {
        desk.lose(place, Cause::AppRemoved);
    }
    for _ in 0..8 {
        assert_eq!(desk.pass(Duration::hours(1)), []);
    }
    assert_eq!(
        shown(&desk.pass(Duration::hours(2))),
        [(NoticeKind::Several, 3)]
    );
}

#[test]
fn a_late_renewal_is_told_three_days_and_one_day_before_the_end() {
    let mut desk = Desk::with(1);
    desk.now += Duration::days(50);
    if let Connection::Held(held) = &mut desk.accounts[0].connection {
        held.renewal = Renewal::Failing {
            failures: 9,
            retry_at: desk.now + Duration::days(30),
            reason: Diagnosis::of(Cause::ProviderFault, Certainty::Proved, desk.now),
            last: None,
        };
    }
    let mut told = Vec::new();
    for hour in 0..=(10 * 24 - 2) {
        for telling in desk.pass(Duration::hours(1)) {
            if let Telling::Show(notice) = telling {
                told.push((10 * 24 - hour - 1, notice.kind, notice.hours_left));
            }
        }
    }
    assert_eq!(
        told,
        [
            (71, NoticeKind::RenewalLate, Some(72)), // the hour in which 72 hours are left
            (23, NoticeKind::RenewalLate, Some(24)),
        ]
    );
}

#[test]
fn what_the_person_unticked_is_no_news() {
    let mut desk = Desk::with(2);
    let limited = |missing: &str, now| {
        Standing::Limited(Shortfall {
            missing: Scopes::parse(missing),
            diagnosis: Diagnosis::of(Cause::PermissionMissing, Certainty::Proved, now),
        })
    };
    let now = desk.now;
    for (place, missing) in [(0, "instagram_business_content_publish"), (1, "")] {
        if let Connection::Held(held) = &mut desk.accounts[place].connection {
            held.standing = limited(missing, now);
        }
    }
    let out = desk.pass(Duration::minutes(1));
    assert_eq!(shown(&out), [(NoticeKind::Limited, 1)]);
}

#[test]
fn who_wants_nothing_is_told_nothing_and_not_flooded_later() {
    let mut desk = Desk::with(5);
    desk.wishes.allowed = false;
    for place in 0..5 {
        desk.lose(place, Cause::AppRemoved);
    }
    assert_eq!(desk.pass(Duration::hours(5)), []);
    desk.wishes.allowed = true;
    assert_eq!(desk.pass(Duration::hours(5)), []);
}

#[test]
fn later_means_tomorrow() {
    let mut desk = Desk::with(1);
    desk.lose(0, Cause::AppRemoved);
    desk.pass(Duration::minutes(1));
    desk.pass(Duration::days(1));
    desk.pass(Duration::hours(1));
    let now = desk.now;
    desk.notices
        .remind(&AccountId::new("0"), Duration::days(1), now);
    assert_eq!(desk.pass(Duration::hours(23)), []);
    assert_eq!(shown(&desk.pass(Duration::hours(2))).len(), 1);
}

#[test]
fn what_is_put_off_for_an_hour_is_taken_back_and_told_again_then() {
    let mut desk = Desk::with(1);
    desk.lose(0, Cause::AppRemoved);
    assert_eq!(shown(&desk.pass(Duration::minutes(1))).len(), 1);
    let id = AccountId::new("0");
    let standing = desk.notices.remind(&id, Duration::hours(1), desk.now);
    assert_eq!(standing, Some(Telling::Withdraw(key(&id))));
    assert_eq!(desk.pass(Duration::minutes(59)), []);
    assert_eq!(shown(&desk.pass(Duration::minutes(2))).len(), 1);
    // Whatever there is nothing to tell of is not told later, either.
    desk.mend(0);
    desk.look();
    let now = desk.now;
    assert_eq!(desk.notices.remind(&id, Duration::hours(1), now), None);
    assert!(shown(&desk.pass(Duration::hours(2))).is_empty());
}

#[test]
fn a_restart_tells_nothing_again() {
    let mut desk = Desk::with(2);
    desk.lose(0, Cause::AppRemoved);
    desk.pass(Duration::minutes(1));
    let kept: Vec<_> = desk
        .notices
        .told()
        .map(|(id, told)| (id.clone(), told.clone()))
        .collect();
    desk.notices = Notices::restore(kept);
    assert_eq!(desk.pass(Duration::hours(3)), []);
}

#[test]
fn the_week_is_told_on_monday_at_nine_and_only_if_something_happened() {
    let mut desk = Desk::with(2);
    desk.wishes.kinds.push(NoticeKind::Weekly);
    assert_eq!(
        desk.pass(Duration::days(6)),
        [],
        "a Tuesday; nothing happened"
    );
    desk.now = start();
    desk.lose(0, Cause::AppRemoved);
    desk.mend(0);
    let monday = NaiveDate::from_ymd_opt(2026, 11, 30)
        .unwrap()
        .and_hms_opt(9, 0, 0)
        .unwrap();
    desk.now = monday.and_utc() - Duration::minutes(1);
    assert_eq!(desk.look(), []);
    desk.now = monday.and_utc();
    assert_eq!(shown(&desk.look()), [(NoticeKind::Weekly, 1)]);
    assert_eq!(desk.look(), [], "once");
}
