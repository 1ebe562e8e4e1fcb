//! The syncing of one account's media: where it stands and how it goes on. Pure; the engine asks and saves.

use chrono::Duration;

use super::SyncState;
use crate::Timestamp;
use crate::diagnosis::{Cause, Diagnosis};
use crate::roster::NEARLY_FULL;

/// The most pages of one sync. (Security document, N4.)
pub const MOST_PAGES: u32 = 200;

/// A place in the list is worth nothing after a day: cursors end, and what is newest has changed.
const CURSOR_LIVES: Duration = Duration::hours(24);

/// Tries in a row after which a sync ends, unless the provider or the network asked for the wait.
/// (Security document, N5.)
const MOST_TRIES: u32 = 5;

/// The first wait after a failure; it doubles. (Security document, N5.)
const FIRST_WAIT: Duration = Duration::seconds(2);

/// The longest wait after failures. (Security document, N5.)
const LONGEST_WAIT: Duration = Duration::minutes(15);

/// The first wait after a limit that named no time.
const LIMIT_WAIT: Duration = Duration::minutes(1);

/// How long an account's list waits whose budget is nearly used up: the budget is that of a rolling hour.
const BUDGET_RESTS: Duration = Duration::hours(1);

/// Why a sync ended early although every call was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// A page brought only what this sync had seen: the list leads in a circle.
    Circle,
    /// The list went on beyond [`MOST_PAGES`].
    TooLong,
    /// It ended before half of what the account has by Instagram's own count: what was not on it is not gone.
    Short,
}

impl Setback {
    /// The identifier used in the journal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::TooLong => "too_long",
            Self::Short => "short",
        }
    }
}

/// What a page of the list means for the sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There are more pages.
    Goes,
    /// That was the last one.
    Ended,
    /// It goes no further.
    Failed(Setback),
}

/// The syncing of one account's media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sync {
    /// Where it stands.
    pub state: SyncState,
    /// Which sync this is, counted from 1; every item carries the one that saw it last.
    pub run: u64,
    /// Items seen in this one.
    pub done: u64,
    /// How many the account has by Instagram's own count.
    pub total: Option<u64>,
    /// Pages read in this one.
    pub pages: u32,
    /// Where the next page begins; `None` at the top of the list.
    pub cursor: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// When this one began.
    pub began_at: Option<Timestamp>,
    /// When one last came to its end.
    pub last_at: Option<Timestamp>,
    /// When that one had begun: everything published before was seen by it.
    pub last_began_at: Option<Timestamp>,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            state: SyncState::Never,
            run: 0,
            done: 0,
            total: None,
            pages: 0,
            cursor: None,
            failures: 0,
            began_at: None,
            last_at: None,
            last_began_at: None,
        }
    }
}

impl Sync {
    /// Whether it goes on by itself.
    pub fn is_active(&self) -> bool {
        match self.state {
            SyncState::Running | SyncState::Waiting { .. } => true,
            SyncState::Never | SyncState::Resting | SyncState::Stopped | SyncState::Failed(_) => {
                false
            }
        }
    }

    /// Begins at the top, whatever is under way: access has just been given or given back, and what was published
    /// meanwhile stands above every place in the list that is known.
    pub fn begin_anew(&mut self, now: Timestamp) {
        self.failures = 0;
        self.state = SyncState::Running;
        self.run += 1;
        self.done = 0;
        self.pages = 0;
        self.total = None;
        self.cursor = None;
        self.began_at = Some(now);
    }

    /// Goes on from where it was left, or begins at the top: where the last one came to its end, is too old, or
    /// began before the person last signed in (`consented_at`), for a gap may lie above its place in the list.
    pub fn begin(&mut self, consented_at: Timestamp, now: Timestamp) {
        if self.is_active() {
            return;
        }
        let left_off = matches!(self.state, SyncState::Stopped | SyncState::Failed(_));
        let fresh = self
            .began_at
            .is_some_and(|began| began >= consented_at && now - began < CURSOR_LIVES);
        if left_off && fresh && self.cursor.is_some() {
            self.failures = 0;
            self.state = SyncState::Running;
            return;
        }
        self.begin_anew(now);
    }

    /// A page came: `fresh` of its `items` had not been seen by this sync, and `next` is where it goes on.
    pub fn turn_page(
        &mut self,
        items: usize,
        fresh: u64,
        next: Option<String>,
        now: Timestamp,
    ) -> Progress {
        self.failures = 0;
        self.pages = self.pages.saturating_add(1);
        self.done += fresh;
        let in_a_circle = (items > 0 && fresh == 0) || (next.is_some() && next == self.cursor);
        let progress = match next {
            Some(_) if in_a_circle => Progress::Failed(Setback::Circle),
            Some(_) if self.pages >= MOST_PAGES => Progress::Failed(Setback::TooLong),
            Some(cursor) => {
                self.cursor = Some(cursor);
                self.state = SyncState::Running;
                return Progress::Goes;
            }
            None if self.total.is_some_and(|total| self.done < total / 2) => {
                Progress::Failed(Setback::Short)
            }
            None => Progress::Ended,
        };
        self.cursor = None;
        if progress == Progress::Ended {
            self.state = SyncState::Resting;
            self.last_at = Some(now);
            self.last_began_at = self.began_at;
        } else {
            self.state = SyncState::Failed(Cause::Unknown);
        }
        progress
    }

    /// A call was refused; `asked` is the wait its answer asked for. What passes by itself is waited for, and the
    /// place in the list is kept either way.
    pub fn refused(&mut self, why: &Diagnosis, asked: Duration, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        let asked_to_wait = matches!(why.cause, Cause::RateLimited | Cause::Network);
        if !why.is_transient() || (self.failures > MOST_TRIES && !asked_to_wait) {
            self.state = SyncState::Failed(why.cause);
            return;
        }
        let first = if why.cause == Cause::RateLimited {
            LIMIT_WAIT
        } else {
            FIRST_WAIT
        };
        let doubled = first * (1 << (self.failures - 1).min(9));
        let until = now + doubled.min(LONGEST_WAIT).max(asked);
        let cause = why.cause;
        self.state = SyncState::Waiting { until, cause };
    }

    /// So much of the account's budget is used, in percent; nearly all of it is left to what access depends on.
    pub fn spare(&mut self, percent: u32, now: Timestamp) {
        if percent >= NEARLY_FULL && self.state == SyncState::Running {
            self.state = SyncState::Waiting {
                until: now + BUDGET_RESTS,
                cause: Cause::RateLimited,
            };
        }
    }

    /// The person stopped it, or the account is no longer there to be read.
    pub fn stop(&mut self) {
        if self.is_active() {
            self.state = SyncState::Stopped;
        }
    }

    /// Whether a call may go out at `now`, as far as the sync itself is concerned.
    pub fn is_due(&self, now: Timestamp) -> bool {
        match self.state {
            SyncState::Running => true,
            SyncState::Waiting { until, .. } => until <= now,
            SyncState::Never | SyncState::Resting | SyncState::Stopped | SyncState::Failed(_) => {
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::Certainty;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_790_000_000 + seconds, 0).expect("in range")
    }

    fn begun() -> Sync {
        let mut sync = Sync::default();
        sync.begin(at(-100), at(0));
        sync
    }

    fn because(cause: Cause) -> Diagnosis {
        Diagnosis::of(cause, Certainty::Proved, at(0))
    }

    #[test]
    fn it_goes_from_page_to_page_and_ends() {
        let mut sync = begun();
        assert_eq!(
            sync.turn_page(100, 100, Some("a".into()), at(1)),
            Progress::Goes
        );
        assert_eq!(sync.turn_page(40, 40, None, at(2)), Progress::Ended);
        assert_eq!(
            (sync.done, sync.pages, sync.cursor.as_deref()),
            (140, 2, None)
        );
        assert_eq!(
            (sync.last_at, sync.last_began_at),
            (Some(at(2)), Some(at(0)))
        );
    }

    #[test]
    fn a_circle_is_named_however_it_is_made() {
        let circle = Progress::Failed(Setback::Circle);
        let mut same_cursor = begun();
        same_cursor.turn_page(1, 1, Some("a".into()), at(1));
        assert_eq!(same_cursor.turn_page(1, 1, Some("a".into()), at(2)), circle);
        let mut same_items = begun();
        same_items.turn_page(1, 1, Some("a".into()), at(1));
        assert_eq!(same_items.turn_page(1, 0, Some("b".into()), at(2)), circle);
        assert!(!same_items.is_active());
    }

    #[test]
    fn a_list_without_an_end_ends() {
        let mut sync = begun();
        for page in 1..MOST_PAGES {
            let next = Some(page.to_string());
            assert_eq!(sync.turn_page(0, 0, next, at(1)), Progress::Goes);
        }
        let last = sync.turn_page(0, 0, Some("more".into()), at(1));
        assert_eq!(last, Progress::Failed(Setback::TooLong));
        assert_eq!(sync.last_at, None);
    }

    #[test]
    fn a_list_that_ends_far_too_soon_has_not_ended() {
        let mut sync = begun();
        sync.total = Some(250);
        let short = Progress::Failed(Setback::Short);
        assert_eq!(sync.turn_page(0, 0, None, at(1)), short);
        assert_eq!((sync.last_at, sync.last_began_at), (None, None));
        // The count is an estimate.
        let mut nearly = begun();
        nearly.total = Some(250);
        assert_eq!(nearly.turn_page(200, 200, None, at(1)), Progress::Ended);
    }

    #[test]
    fn after_a_gap_everything_is_looked_at_anew_even_where_a_sync_waits() {
        let mut sync = begun();
        sync.turn_page(1, 1, Some("a".into()), at(1));
        sync.spare(100, at(2));
        assert!(sync.is_active());
        sync.begin_anew(at(3));
        assert_eq!((sync.run, sync.cursor.as_deref()), (2, None));
        assert_eq!(sync.began_at, Some(at(3)));
        assert!(sync.is_due(at(3)));
    }

    #[test]
    fn what_was_stopped_goes_on_unless_a_gap_could_lie_above_it() {
        let mut sync = begun();
        sync.turn_page(1, 1, Some("a".into()), at(1));
        sync.stop();
        let (mut soon, mut late, mut regained) = (sync.clone(), sync.clone(), sync);
        soon.begin(at(-100), at(60));
        assert_eq!(
            (soon.run, soon.cursor.as_deref(), soon.done),
            (1, Some("a"), 1)
        );
        late.begin(at(-100), at(25 * 3600));
        assert_eq!((late.run, late.cursor, late.done), (2, None, 0));
        regained.begin(at(30), at(60));
        assert_eq!((regained.run, regained.cursor), (2, None));
    }

    #[test]
    fn limits_are_waited_for_without_end_and_faults_are_not() {
        let mut sync = begun();
        for _ in 0..20 {
            sync.refused(&because(Cause::RateLimited), Duration::minutes(30), at(0));
        }
        let cause = Cause::RateLimited;
        let until = at(30 * 60);
        assert_eq!(sync.state, SyncState::Waiting { until, cause });
        assert!(!sync.is_due(at(30 * 60 - 1)) && sync.is_due(at(30 * 60)));
        let mut sync = begun();
        for _ in 0..MOST_TRIES {
            sync.refused(&because(Cause::ProviderFault), Duration::zero(), at(0));
            assert!(sync.is_active());
        }
        sync.refused(&because(Cause::ProviderFault), Duration::zero(), at(0));
        assert_eq!(sync.state, SyncState::Failed(Cause::ProviderFault));
    }

    #[test]
    fn a_nearly_used_budget_is_left_alone_and_an_ended_sync_stays_ended() {
        let mut sync = begun();
        sync.spare(NEARLY_FULL - 1, at(0));
        assert_eq!(sync.state, SyncState::Running);
        sync.spare(NEARLY_FULL, at(0));
        assert!(!sync.is_due(at(3_599)) && sync.is_due(at(3_600)));
        sync.stop();
        sync.spare(100, at(0));
        assert_eq!(sync.state, SyncState::Stopped);
    }

    #[test]
    fn a_loss_ends_it_at_once_and_keeps_its_place() {
        let mut sync = begun();
        sync.turn_page(1, 1, Some("a".into()), at(1));
        let lost = because(Cause::PasswordOrSecurityChange);
        sync.refused(&lost, Duration::zero(), at(2));
        assert_eq!(sync.state, SyncState::Failed(lost.cause));
        assert_eq!(sync.cursor.as_deref(), Some("a"));
    }
}
