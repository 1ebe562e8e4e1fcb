//! A key store in memory, which can be told to fail in every way a real one does
//! (security document, K11).

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::key::KeyId;
use crate::key_line::KeyLine;
use crate::key_slot::{KeySlot, SlotError, SlotRead};

/// How a [`MemorySlot`] behaves from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Keeps and gives back.
    Working,
    /// Answers [`SlotError::Absent`].
    Absent,
    /// Answers [`SlotError::Locked`].
    Locked,
    /// Answers [`SlotError::Denied`].
    Denied,
    /// Does not answer until the mood changes, as a pending prompt does.
    Hanging,
    /// Answers [`SlotError::Ambiguous`].
    Ambiguous,
    /// Gives back lines whose last character is gone.
    Damaged,
    /// Reads, and answers [`SlotError::WriteRefused`] to writes.
    WriteRefused,
    /// Says that it keeps, and does not.
    Forgetful,
}

/// A key store in memory. Clones share what they keep, as several connections to one service do.
#[derive(Clone, Default)]
pub struct MemorySlot(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    mood: Mood,
    lines: BTreeMap<KeyId, Zeroizing<String>>,
    writes: usize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            mood: Mood::Working,
            lines: BTreeMap::new(),
            writes: 0,
        }
    }
}

impl MemorySlot {
    /// An empty, working key store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes how it behaves, and wakes every call that hangs.
    pub fn set_mood(&self, mood: Mood) {
        self.lock().mood = mood;
        self.0.changed.notify_all();
    }

    /// How many lines it keeps.
    pub fn len(&self) -> usize {
        self.lock().lines.len()
    }

    /// Whether it keeps nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many times a line was kept, replaced ones included.
    pub fn writes(&self) -> usize {
        self.lock().writes
    }

    /// Forgets everything, as a deleted keyring does.
    pub fn clear(&self) {
        self.lock().lines.clear();
    }

    /// Puts any text under `id`, for tests of what is found later.
    pub fn plant(&self, id: KeyId, text: &str) {
        self.lock()
            .lines
            .insert(id, Zeroizing::new(text.to_owned()));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic happens under this lock.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while hanging, then fails as the mood asks.
    fn enter(&self) -> Result<MutexGuard<'_, State>, SlotError> {
        let mut state = self.lock();
        while state.mood == Mood::Hanging {
            state = self
                .0
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        match state.mood {
            Mood::Absent => Err(SlotError::Absent),
            Mood::Locked => Err(SlotError::Locked),
            Mood::Denied => Err(SlotError::Denied),
            Mood::Ambiguous => Err(SlotError::Ambiguous),
            Mood::Working
            | Mood::Hanging
            | Mood::Damaged
            | Mood::WriteRefused
            | Mood::Forgetful => Ok(state),
        }
    }
}

impl KeySlot for MemorySlot {
    fn read(&self, id: KeyId) -> Result<SlotRead, SlotError> {
        let state = self.enter()?;
        let Some(text) = state.lines.get(&id) else {
            return Ok(SlotRead::Empty);
        };
        let mut text = text.clone();
        if state.mood == Mood::Damaged {
            text.pop();
        }
        Ok(SlotRead::Found(KeyLine::from_store(text)))
    }

    fn write(&self, id: KeyId, line: &KeyLine) -> Result<(), SlotError> {
        let mut state = self.enter()?;
        if state.mood == Mood::WriteRefused {
            return Err(SlotError::WriteRefused);
        }
        if state.mood != Mood::Forgetful {
            state
                .lines
                .insert(id, Zeroizing::new(line.expose().to_owned()));
            state.writes += 1;
        }
        Ok(())
    }

    fn delete(&self, id: KeyId) -> Result<(), SlotError> {
        let mut state = self.enter()?;
        if state.mood == Mood::WriteRefused {
            return Err(SlotError::WriteRefused);
        }
        state.lines.remove(&id);
        Ok(())
    }
}
