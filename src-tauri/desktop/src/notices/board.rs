//! What is wished for and not yet done: the last wish for each key, so that it cannot grow behind a
//! service that hangs.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::text::Text;

/// Keys that may wait at once. A hundred accounts that break together are one notice; whoever waits
/// beyond this is in the list of accounts all the same.
const MOST: usize = 64;

/// What is to become of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    Show(Text),
    Withdraw,
}

/// What the thread of the notices is to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Task {
    Wish(String, Wish),
    WithdrawAll,
}

#[derive(Debug, Default)]
struct Waiting {
    wishes: VecDeque<(String, Wish)>,
    all_gone: bool,
    closed: bool,
}

/// Shared by whoever wishes and the thread that carries it out.
#[derive(Debug, Default)]
pub(super) struct Board {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    available: AtomicBool,
}

impl Board {
    pub(super) fn wish(&self, key: &str, wish: Wish) {
        let mut waiting = self.lock();
        waiting.wishes.retain(|(known, _)| known != key);
        if waiting.wishes.len() >= MOST {
            tracing::warn!("too many notices wait; one is left out");
            return;
        }
        waiting.wishes.push_back((key.to_owned(), wish));
        self.changed.notify_all();
    }

    /// Takes a notice back that has been dealt with, unless something newer is wished for its key.
    pub(super) fn dealt_with(&self, key: &str) {
        let waits = self.lock().wishes.iter().any(|(known, _)| known == key);
        if !waits {
            self.wish(key, Wish::Withdraw);
        }
    }

    pub(super) fn wish_all_gone(&self) {
        let mut waiting = self.lock();
        waiting.wishes.clear();
        waiting.all_gone = true;
        self.changed.notify_all();
    }

    /// Waits for something to do; `None` once nobody wishes any more.
    pub(super) fn next(&self) -> Option<Task> {
        let mut waiting = self
            .changed
            .wait_while(self.lock(), |waiting| {
                waiting.wishes.is_empty() && !waiting.all_gone && !waiting.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut waiting.all_gone) {
            return Some(Task::WithdrawAll);
        }
        let (key, wish) = waiting.wishes.pop_front()?;
        Some(Task::Wish(key, wish))
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(super) fn is_available(&self) -> bool {
        self.available.load(Ordering::Relaxed)
    }

    pub(super) fn set_available(&self, available: bool) {
        if self.available.swap(available, Ordering::Relaxed) != available {
            tracing::info!(available, "notices on this desktop");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_wish_for_a_key_waits_and_the_board_stays_small() {
        let board = Board::default();
        for number in 0..1_000 {
            board.wish(&format!("account-{number}"), Wish::Withdraw);
        }
        assert_eq!(board.lock().wishes.len(), MOST);
        let text = Text::test("again");
        board.wish("account-0", Wish::Show(text.clone()));
        assert_eq!(board.lock().wishes.len(), MOST, "its old wish made room");
        let last = board.lock().wishes.back().cloned();
        assert_eq!(last, Some(("account-0".to_owned(), Wish::Show(text))));
    }

    #[test]
    fn what_is_wished_is_done_before_the_end() {
        let board = Board::default();
        board.wish("a", Wish::Withdraw);
        board.wish_all_gone();
        board.wish("b", Wish::Withdraw);
        board.close();
        assert_eq!(board.next(), Some(Task::WithdrawAll));
        assert_eq!(
            board.next(),
            Some(Task::Wish("b".to_owned(), Wish::Withdraw))
        );
        assert_eq!(board.next(), None);
    }
}
