//! The provider of a simulated world: the truth. It knows nothing of Relink's rules and shares no code
//! with its judgement; it only answers, remembers, and notes what no honest client would do.

mod account;
mod answer;
mod consent;
mod renewing;
mod serving;
mod trouble;
mod truth;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use meta::far_side::FarSide;

use crate::tally::Tally;
use crate::time::{DAY, MINUTE, Ms, SECOND, Time};
use account::Account;

pub use account::{Block, Change, Episode, Kind, Loss};
pub use renewing::{Lifetimes, Renewing};
pub use trouble::{Failure, Trouble, Verb, failures, portal, refusals, shapes, silences};

/// A time in which something is wrong for everybody.
#[derive(Debug, Clone)]
pub struct Weather {
    /// From.
    pub from: Ms,
    /// To.
    pub to: Ms,
    /// How long answers of it ask to wait.
    pub wait: Ms,
    /// What is wrong.
    pub failure: Failure,
}

/// Where a crash strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashPoint {
    /// A renewal is on its way, its try on record.
    Asked,
    /// Its answer has arrived and is not saved.
    Answered,
}

/// What only a client that breaks its promises does, seen from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misdeed {
    /// A renewal of a token that is not a day old, and Relink knew.
    TooEarly,
    /// Two calls for one account at once.
    TwoAtOnce,
    /// A token is used although a newer one was given and kept.
    OldToken,
    /// A token is used that was never given.
    UnknownToken,
}

/// The provider, shared by the calls under way.
#[derive(Debug, Clone)]
pub struct Provider(Arc<Mutex<State>>);

/// A token that an answer brings, and whose it is.
type Given = Option<(usize, usize)>;

#[derive(Debug)]
struct State {
    time: Arc<Time>,
    chance: Rng,
    accounts: Vec<Account>,
    /// Tokens and short-lived tokens, by their text.
    owners: HashMap<String, (usize, Option<usize>)>,
    codes: HashMap<String, usize>,
    renewing: Renewing,
    lifetimes: Lifetimes,
    changes: VecDeque<(Ms, usize, Change)>,
    weather: Vec<Weather>,
    /// What the computer's own network does.
    network: Option<Failure>,
    suspensions: u64,
    crash: Option<CrashPoint>,
    crashed: Arc<tokio::sync::Notify>,
    strict_clock_since: Ms,
    misdeeds: Vec<(Ms, String, Misdeed)>,
    endings: Vec<Ending>,
    tally: Tally,
    tokens_made: u64,
    next_look: Ms,
}

/// A token that ran out although nobody had ended it.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Whose.
    pub account: String,
    /// When its last life began.
    pub born: Ms,
    /// When it ended.
    pub at: Ms,
    /// Whether the account was held up during that life.
    pub was_blocked: bool,
}

impl Provider {
    /// A provider with `accounts` accounts.
    pub fn new(
        time: &Arc<Time>,
        seed: u64,
        accounts: usize,
        renewing: Renewing,
        lifetimes: Lifetimes,
    ) -> Self {
        Self(Arc::new(Mutex::new(State {
            time: Arc::clone(time),
            chance: Rng::with_seed(seed),
            accounts: (0..accounts).map(Account::new).collect(),
            owners: HashMap::new(),
            codes: HashMap::new(),
            renewing,
            lifetimes,
            changes: VecDeque::new(),
            weather: Vec::new(),
            network: None,
            suspensions: 0,
            crash: None,
            crashed: Arc::default(),
            strict_clock_since: 0,
            misdeeds: Vec::new(),
            endings: Vec::new(),
            tally: Tally::default(),
            tokens_made: 0,
            next_look: 0,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its answers, for Relink's client.
    ///
    /// # Errors
    /// As [`FarSide::new`].
    pub fn far_side(&self) -> Result<FarSide, meta::SetUpError> {
        let provider = self.clone();
        FarSide::new(move |call| {
            let provider = provider.clone();
            Box::pin(async move { provider.serve(call).await })
        })
    }

    /// What will happen to accounts, in the order of time.
    pub fn plan(&self, changes: Vec<(Ms, usize, Change)>) {
        self.state().changes = changes.into();
    }

    /// When something is wrong for everybody.
    pub fn set_weather(&self, weather: Vec<Weather>) {
        self.state().weather = weather;
    }

    /// When something is wrong for everybody.
    pub fn weather(&self) -> Vec<Weather> {
        self.state().weather.clone()
    }

    /// What the computer's network does from now on.
    pub fn set_network(&self, failure: Option<Failure>) {
        self.state().network = failure;
    }

    /// The computer slept: what was under way has broken off.
    pub fn suspended(&self) {
        self.state().suspensions += 1;
    }

    /// Relink will crash at this point of its next renewal.
    pub fn crash_at(&self, point: Option<CrashPoint>) -> Arc<tokio::sync::Notify> {
        let mut state = self.state();
        state.crash = point;
        Arc::clone(&state.crashed)
    }

    /// Relink crashed: what it was given a moment ago may not be saved.
    pub fn crashed(&self) {
        let mut state = self.state();
        let now = state.time.now();
        for account in &mut state.accounts {
            let Some(held) = account.held else { continue };
            let token = &mut account.tokens[held];
            if token.arrived.is_some_and(|at| now - at <= SECOND) {
                token.arrived = None;
                account.unsure = true;
            }
        }
    }

    /// The computer's clock was wrong until now: what was written down by it is not held against Relink.
    pub fn clock_was_wrong(&self) {
        let mut state = self.state();
        state.strict_clock_since = state.time.now() + DAY;
    }

    /// What no honest client does, since the last question.
    pub fn take_misdeeds(&self) -> Vec<(Ms, String, Misdeed)> {
        std::mem::take(&mut self.state().misdeeds)
    }

    /// Tokens that ran out since the last question.
    pub fn take_endings(&self) -> Vec<Ending> {
        let mut state = self.state();
        let now = state.time.now();
        state.next_look = now;
        state.advance(now);
        std::mem::take(&mut state.endings)
    }

    /// Counts.
    pub fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// The id of an account, by number.
    pub fn id(&self, number: usize) -> String {
        self.state().accounts[number].id.clone()
    }

    /// Every stretch of trouble of an account, up to now.
    pub fn episodes(&self, number: usize) -> Vec<Episode> {
        let mut state = self.state();
        let now = state.time.now();
        state.advance(now);
        state.run_out(number, now);
        state.accounts[number].episodes.clone()
    }

    /// Relink shows trouble of this kind. `false` when there is none, and was none lately.
    pub fn notice(&self, number: usize, kind: Kind) -> bool {
        let mut state = self.state();
        let now = state.time.now();
        state.advance(now);
        state.run_out(number, now);
        let lately = |over: Option<Ms>| over.is_none_or(|over| now - over <= 5 * MINUTE);
        let found = state.accounts[number]
            .episodes
            .iter_mut()
            .rev()
            .find(|episode| episode.kind == kind && lately(episode.over));
        match found {
            Some(episode) => {
                episode.noticed.get_or_insert(now);
                true
            }
            None => false,
        }
    }
}
