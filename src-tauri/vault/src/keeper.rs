//! Asks the key store off everybody else's thread, and stops waiting in time.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::key_slot::{KeySlot, KeyState, SlotError};
use crate::system_slot::{Purpose, SystemSlot};

/// How long a key store may take to answer before the app goes on without it
/// (security document, K6).
pub const ANSWER_DEADLINE: Duration = Duration::from_secs(20);

/// Calls that never came back and are still waited for by their own threads. Each may hold a
/// question on the person's screen, so they are not piled up without end.
const MOST_UNANSWERED: usize = 4;

type Open = dyn Fn() -> Result<Box<dyn KeySlot>, SlotError> + Send + Sync;

/// Puts questions to a key store, one at a time.
///
/// Each question runs on a thread of its own that owns no async runtime and opens its own
/// connection: a pending prompt blocks every call on the connection it came through, and a
/// restarted service invalidates old connections for good (security document, K6 and K7). A
/// question that misses its deadline is left to its thread, whose late answer is dropped; that is
/// harmless because each key lies under its own id and is never replaced.
///
/// Everything here blocks up to the deadline: from async code, call it where blocking is allowed.
pub struct Keeper {
    open: Arc<Open>,
    deadline: Duration,
    unanswered: Mutex<Vec<JoinHandle<()>>>,
}

impl Keeper {
    /// A keeper of the key store that `open` connects to.
    pub fn new(
        open: impl Fn() -> Result<Box<dyn KeySlot>, SlotError> + Send + Sync + 'static,
        deadline: Duration,
    ) -> Self {
        Self {
            open: Arc::new(open),
            deadline,
            unanswered: Mutex::default(),
        }
    }

    /// A keeper of the operating system's key store, with [`ANSWER_DEADLINE`].
    pub fn system(purpose: Purpose) -> Self {
        Self::new(
            move || SystemSlot::open(purpose).map(|slot| Box::new(slot) as Box<dyn KeySlot>),
            ANSWER_DEADLINE,
        )
    }

    /// A keeper of a key store in memory.
    pub fn memory(slot: &crate::MemorySlot, deadline: Duration) -> Self {
        let slot = slot.clone();
        Self::new(
            move || Ok(Box::new(slot.clone()) as Box<dyn KeySlot>),
            deadline,
        )
    }

    /// Stops counting the questions that are still unanswered, so that new ones are put although
    /// old prompts may still be open: for when the person asks to try again. A service that was
    /// restarted never answers the old ones.
    pub fn forget_unanswered(&self) {
        self.unanswered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Runs `question` against a newly opened slot and waits for its answer up to the deadline.
    ///
    /// # Errors
    /// [`KeyState::KeychainWaiting`] after the deadline; otherwise what opening the slot or the
    /// question itself came to.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn KeySlot) -> Result<T, KeyState> + Send + 'static,
    ) -> Result<T, KeyState> {
        // Held for the whole question: one at a time.
        let mut unanswered = self
            .unanswered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        unanswered.retain(|thread| !thread.is_finished());
        if unanswered.len() >= MOST_UNANSWERED {
            return Err(KeyState::KeychainWaiting);
        }
        let (sender, answer) = sync_channel(1);
        let open = Arc::clone(&self.open);
        let thread = thread::Builder::new()
            .name("key-store".to_owned())
            .spawn(move || {
                let result = open()
                    .map_err(KeyState::from)
                    .and_then(|slot| question(&*slot));
                // Nobody listens any more when the deadline has passed.
                drop(sender.send(result));
            })
            .map_err(|_| KeyState::KeychainAbsent)?;
        match answer.recv_timeout(self.deadline) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                unanswered.push(thread);
                Err(KeyState::KeychainWaiting)
            }
            // The thread panicked inside a key store library: that store cannot be used.
            Err(RecvTimeoutError::Disconnected) => Err(KeyState::KeychainAbsent),
        }
    }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::{Keeper, MOST_UNANSWERED};
    use crate::key_slot::{KeySlot, KeyState};
    use crate::{KeyId, MemorySlot, Mood};

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(60);

    fn read(slot: &dyn KeySlot) -> Result<(), KeyState> {
        slot.read(KeyId::from_bytes([0; 8]))?;
        Ok(())
    }

    #[test]
    fn a_store_that_does_not_answer_is_waited_for_and_then_left() {
        let slot = MemorySlot::new();
        slot.set_mood(Mood::Hanging);
        assert_eq!(
            Keeper::memory(&slot, SHORT).ask(read),
            Err(KeyState::KeychainWaiting)
        );
        slot.set_mood(Mood::Working);
        assert_eq!(Keeper::memory(&slot, LONG).ask(read), Ok(()));
    }

    #[test]
    fn each_question_opens_the_store_anew() {
        let opened = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&opened);
        let keeper = Keeper::new(
            move || {
                count.fetch_add(1, Ordering::SeqCst);
                Ok(Box::new(MemorySlot::new()) as Box<dyn KeySlot>)
            },
            LONG,
        );
        assert_eq!((keeper.ask(read), keeper.ask(read)), (Ok(()), Ok(())));
        assert_eq!(
            opened.load(Ordering::SeqCst),
            2,
            "an old connection may be dead for good"
        );
    }

    #[test]
    fn questions_without_an_answer_do_not_pile_up() {
        let opened = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&opened);
        let slot = MemorySlot::new();
        slot.set_mood(Mood::Hanging);
        let hanging = slot.clone();
        let keeper = Keeper::new(
            move || {
                count.fetch_add(1, Ordering::SeqCst);
                Ok(Box::new(hanging.clone()) as Box<dyn KeySlot>)
            },
            SHORT,
        );
        for _ in 0..MOST_UNANSWERED + 3 {
            assert_eq!(keeper.ask(read), Err(KeyState::KeychainWaiting));
        }
        assert!(opened.load(Ordering::SeqCst) <= MOST_UNANSWERED);
        keeper.forget_unanswered();
        let before = opened.load(Ordering::SeqCst);
        slot.set_mood(Mood::Absent);
        while keeper.ask(read) == Err(KeyState::KeychainWaiting) {} // a busy machine may be late
        assert!(
            opened.load(Ordering::SeqCst) > before,
            "the person asked again"
        );
        slot.set_mood(Mood::Working); // lets the threads end
    }

    #[test]
    fn a_panic_in_a_key_store_library_stays_there() {
        let keeper = Keeper::memory(&MemorySlot::new(), LONG);
        let outcome: Result<(), _> = keeper.ask(|_| panic!("as a library might"));
        assert_eq!(outcome, Err(KeyState::KeychainAbsent));
        assert_eq!(
            keeper.ask(read),
            Ok(()),
            "the next question is not affected"
        );
    }
}
