//! What the engine is given.

use std::path::PathBuf;
use std::sync::Arc;

use meta::{Endpoints, Limits};
use vault::Keeper;

use crate::clock::Clock;
use crate::desktop::Desktop;
use crate::view::PracticeView;

/// How gently the provider is asked. (Security document, R8.)
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Calls under way at once.
    pub in_flight: usize,
    /// The pause between two starts, in milliseconds; none when zero.
    pub pause_ms: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            in_flight: 4,
            pause_ms: 500,
        }
    }
}

/// Everything the engine is given.
pub struct Config {
    /// Where the data lies.
    pub data_dir: PathBuf,
    /// The outside addresses.
    pub endpoints: Endpoints,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The desktop.
    pub desktop: Arc<dyn Desktop>,
    /// The key store.
    pub keeper: Arc<Keeper>,
    /// How gently the provider is asked.
    pub pace: Pace,
    /// How long the provider may take.
    pub limits: Limits,
    /// Only what is asked for is done: for a program that answers one question and ends.
    pub only_asked: bool,
    /// Media are fetched without being asked for, once an account is connected or connected again.
    pub sync_by_itself: bool,
    /// Set in practice mode.
    pub practice: Option<PracticeView>,
    /// Brings the window forward; says whether there is one.
    pub raise: Arc<dyn Fn() -> bool + Send + Sync>,
}
