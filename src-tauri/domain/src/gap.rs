//! The time an account had no access, read off its journal. (Feature table, F-B12.)

use chrono::{DateTime, Duration};

use crate::Timestamp;
use crate::account::AccountId;
use crate::diagnosis::Diagnosis;
use crate::journal::{Entry, EntryKind};

/// The name of the value that tells when access was last known to work, in the line of a loss.
const LAST_OK: &str = "last_ok";

/// Stories can be seen for this long. (Product document; Instagram's help: 24 hours.)
const STORIES_LIVE: Duration = Duration::hours(24);

/// The line of an access that ended, or of a block: with it goes when access was last known to work.
pub(crate) fn end_of_access(
    id: &AccountId,
    kind: EntryKind,
    why: &Diagnosis,
    last_ok: Option<Timestamp>,
    now: Timestamp,
) -> Entry {
    let entry = Entry::about(id, kind, now).because(why);
    match last_ok {
        Some(at) => entry.with(LAST_OK, at.to_rfc3339()),
        None => entry,
    }
}

/// A time without access that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The last moment at which access was known to work.
    pub from: Timestamp,
    /// When access was there again.
    pub until: Timestamp,
}

impl Gap {
    /// Whether stories may have come and gone: part of the gap was older than they live when it ended.
    pub fn lost_stories(&self) -> bool {
        self.until - self.from > STORIES_LIVE
    }
}

/// Finds the last gap in an account's lines, which it is shown newest first.
#[derive(Debug, Default)]
pub struct Search {
    until: Option<Timestamp>,
    from: Option<Timestamp>,
    /// Deletions that were taken back: they ended nothing.
    undone: u32,
    over: bool,
}

impl Search {
    /// Takes in the next older line; says whether more lines can change what is found.
    pub fn look(&mut self, entry: &Entry) -> bool {
        if self.over {
            return false;
        }
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "only what gives, proves or ends access bears on a gap"
        )]
        match entry.kind {
            EntryKind::Reconnected | EntryKind::Recovered if self.from.is_none() => {
                self.until = Some(entry.at);
            }
            // Access that worked right before it was given anew had no gap.
            EntryKind::Renewed if self.from.is_none() => self.until = None,
            EntryKind::Reconnected
            | EntryKind::Recovered
            | EntryKind::Connected
            | EntryKind::Renewed => self.over = true,
            EntryKind::DeleteUndone => self.undone += 1,
            EntryKind::Deleted if self.undone > 0 => self.undone -= 1,
            EntryKind::Lost | EntryKind::Blocked | EntryKind::Deleted if self.until.is_some() => {
                let known = known_to_work(entry);
                self.from = Some(self.from.map_or(known, |from| from.min(known)));
            }
            _ => {}
        }
        !self.over
    }

    /// The last gap, where there was one.
    pub fn found(&self) -> Option<Gap> {
        let (from, until) = self.from.zip(self.until)?;
        Some(Gap {
            from: from.min(until),
            until,
        })
    }
}

fn known_to_work(entry: &Entry) -> Timestamp {
    let told = entry.params.get(LAST_OK);
    told.and_then(|text| DateTime::parse_from_rfc3339(text).ok())
        .map_or(entry.at, |at| at.to_utc().min(entry.at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use EntryKind::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_timestamp(1_790_000_000 + hour * 3600, 0).expect("in range")
    }

    /// Lines in the order they happened, an hour after each other.
    fn gap(kinds: &[EntryKind]) -> Option<(i64, i64)> {
        let mut search = Search::default();
        for (hour, kind) in kinds.iter().enumerate().rev() {
            if !search.look(&Entry::about(&AccountId::new("1"), *kind, at(hour as i64))) {
                break;
            }
        }
        let hour = |moment: Timestamp| (moment - at(0)).num_hours();
        search.found().map(|gap| (hour(gap.from), hour(gap.until)))
    }

    #[test]
    fn the_last_gap_is_found_in_any_history() {
        assert_eq!(gap(&[]), None);
        assert_eq!(gap(&[Connected, Renewed, CheckFailed]), None);
        assert_eq!(gap(&[Connected, Lost]), None, "it is not over");
        assert_eq!(gap(&[Connected, Lost, Reconnected]), Some((1, 2)));
        assert_eq!(gap(&[Connected, Blocked, Recovered, Renewed]), Some((1, 2)));
        assert_eq!(gap(&[Connected, Renewed, Reconnected]), None);
        assert_eq!(gap(&[Connected, Blocked, Recovered]), Some((1, 2)));
        let through_the_wizard = [
            Connected,
            Lost,
            Deleted,
            AccessErased,
            AttemptOpened,
            Reconnected,
        ];
        assert_eq!(gap(&through_the_wizard), Some((1, 5)));
        let taken_back = [Connected, Lost, Deleted, DeleteUndone, Reconnected];
        assert_eq!(gap(&taken_back), Some((1, 4)));
        assert_eq!(gap(&[Connected, Deleted, DeleteUndone, Renewed]), None);
        let blocked_first = [Connected, Blocked, Lost, Reconnected];
        assert_eq!(gap(&blocked_first), Some((1, 3)));
        let twice = [Connected, Lost, Reconnected, Synced, Lost, Reconnected];
        assert_eq!(gap(&twice), Some((4, 5)));
        let lost_again = [Connected, Lost, Reconnected, Lost];
        assert_eq!(gap(&lost_again), Some((1, 2)));
        assert_eq!(
            gap(&[Connected, Lost, Reconnected, Reconnected]),
            Some((1, 2))
        );
    }

    #[test]
    fn it_begins_where_access_was_last_known_to_work() {
        let id = AccountId::new("1");
        let lost = Entry::about(&id, Lost, at(30)).with(LAST_OK, at(4).to_rfc3339());
        let mut search = Search::default();
        search.look(&Entry::about(&id, Reconnected, at(31)));
        search.look(&lost);
        let gap = search.found().expect("a gap");
        assert_eq!(gap.from, at(4));
        assert!(gap.lost_stories());
        let day = Gap { from: at(7), ..gap };
        assert!(!day.lost_stories(), "24 hours to the second");
    }
}
