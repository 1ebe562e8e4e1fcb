//! What stands on the screen, by our keys and by the service's numbers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::notices::Press;
use crate::notices::text::Text;

/// Words about numbers not known yet; the answer that names them is under way.
const EARLY: usize = 8;

/// What was said of a number before it was known.
#[derive(Debug)]
enum Early {
    Pressed(String, Option<String>),
    Closed,
}

#[derive(Debug, Default)]
struct State {
    /// The service they stand with, by its own name on the bus.
    owner: String,
    ids: BTreeMap<String, u32>,
    shown: BTreeMap<u32, (String, Text)>,
    capabilities: Option<BTreeSet<String>>,
    token: Option<(u32, String)>,
    early: VecDeque<(u32, Early)>,
    /// The service that went last.
    gone: String,
    cut: bool,
}

impl State {
    /// The number may still be to come, or be another program's.
    fn note_early(&mut self, id: u32, word: Early) {
        if self.early.len() == EARLY {
            self.early.pop_front();
        }
        self.early.push_back((id, word));
    }
}

/// Shared by the thread that asks and the one that listens. Never held during a call.
#[derive(Debug, Default)]
pub(super) struct Standing(Mutex<State>);

impl Standing {
    pub(super) fn id(&self, key: &str) -> Option<u32> {
        self.lock().ids.get(key).copied()
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.lock().ids.keys().cloned().collect()
    }

    /// A notice stands now. Gives the press of it that came before its number did.
    pub(super) fn put(&self, key: &str, id: u32, text: Text, owner: &str) -> Option<Press> {
        let mut state = self.lock();
        if state.gone == owner {
            return None; // it went while it answered
        }
        if state.owner != owner {
            state.owner = owner.to_owned();
            state.ids.clear();
            state.shown.clear();
        }
        let early = state.early.iter().position(|(early, _)| *early == id);
        let early = early.and_then(|place| state.early.remove(place));
        state.early.retain(|(early, _)| *early != id);
        if let Some((_, Early::Closed)) = early {
            state.ids.remove(key);
            return None;
        }
        let press = match &early {
            Some((_, Early::Pressed(action, token))) => text.press(action, token.clone()),
            Some((_, Early::Closed)) | None => None,
        };
        if let Some(old) = state.ids.insert(key.to_owned(), id) {
            state.shown.remove(&old);
        }
        state.shown.insert(id, (key.to_owned(), text));
        press
    }

    pub(super) fn take(&self, key: &str) -> Option<u32> {
        let mut state = self.lock();
        let id = state.ids.remove(key)?;
        state.shown.remove(&id);
        Some(id)
    }

    /// A button was pressed: the key, and what it means. The key stays until the notice is closed.
    pub(super) fn press(&self, id: u32, action: String) -> Option<(String, Press)> {
        let mut state = self.lock();
        let token = state.token.take().filter(|(of, _)| *of == id);
        let token = token.map(|(_, token)| token);
        let Some((key, text)) = state.shown.get(&id) else {
            state.note_early(id, Early::Pressed(action, token));
            return None;
        };
        let press = text.press(&action, token)?;
        Some((key.clone(), press))
    }

    pub(super) fn remember_token(&self, id: u32, token: String) {
        self.lock().token = Some((id, token));
    }

    pub(super) fn gone(&self, id: u32) {
        let mut state = self.lock();
        match state.shown.remove(&id) {
            Some((key, _)) => drop(state.ids.remove(&key)),
            None => state.note_early(id, Early::Closed),
        }
    }

    /// A service went; what stands with the one after it is not touched.
    pub(super) fn forget(&self, owner: &str) {
        let mut state = self.lock();
        state.capabilities = None;
        state.early.clear();
        if state.owner == owner {
            state.ids.clear();
            state.shown.clear();
        }
        state.gone = owner.to_owned();
    }

    pub(super) fn capabilities(&self) -> Option<BTreeSet<String>> {
        self.lock().capabilities.clone()
    }

    pub(super) fn set_capabilities(&self, found: BTreeSet<String>) {
        self.lock().capabilities = Some(found);
    }

    pub(super) fn cut(&self) {
        self.lock().cut = true;
    }

    pub(super) fn is_cut(&self) -> bool {
        self.lock().cut
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
