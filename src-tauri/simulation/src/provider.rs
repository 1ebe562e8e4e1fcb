//! The provider of a simulated world: the truth. It knows nothing of Relink's rules and shares no code
//! with its judgement; it only answers, remembers, and notes what no honest client would do.

mod account;
mod answer;
mod consent;
mod trouble;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::refusal::Unreachable;
use fastrand::Rng;
use meta::far_side::{Call, FarSide, Reply};
use serde_json::{Value, json};

use crate::tally::Tally;
use crate::time::{DAY, MINUTE, Ms, SECOND, Time, date};
use account::{Account, Token};
use answer::LIFETIME_S;

pub use account::{Block, Change, Episode, Kind, Loss};
pub use trouble::{Failure, Trouble, Verb, failures, portal, refusals, shapes, silences};

/// What a renewal does to the token. (Security document, R4.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewing {
    /// The same string comes back.
    SameString,
    /// A new string; the old one lives on.
    OldLives,
    /// A new string; the old one ends at once.
    OldDies,
}

/// How the provider spells lifetimes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetimes {
    /// As documented.
    Told,
    /// Now and then missing or absurd.
    Odd,
    /// Never, by a renewal.
    Untold,
    /// As documented, of tokens that live for so many days.
    Days(i64),
}

impl Lifetimes {
    /// How long tokens live, in seconds.
    fn seconds(self) -> i64 {
        match self {
            Self::Told | Self::Odd | Self::Untold => LIFETIME_S,
            Self::Days(days) => days * DAY / SECOND,
        }
    }
}

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

    async fn serve(&self, call: Call) -> Result<Reply, Unreachable> {
        let flight = Flight::begin(self, &call);
        let (trouble, latency, suspensions, begun) = {
            let mut state = self.state();
            let now = state.time.now();
            state.advance(now);
            state.tally.calls += 1;
            let latency = state.chance.i64(60..600);
            (
                state.trouble(flight.verb, now),
                latency,
                state.suspensions,
                now,
            )
        };
        let crash = |point| flight.verb == Verb::Renew && self.crashes_at(point);
        match trouble {
            Some(Trouble::Silent { how, done, after }) => {
                if done {
                    drop(self.state().work(&call, begun));
                }
                wait(after).await;
                return Err(how);
            }
            Some(Trouble::Answer(reply)) => {
                wait(latency).await;
                return Ok(self.state().dated(reply));
            }
            None => {}
        }
        if crash(CrashPoint::Asked) {
            self.work_or_not(&call, begun);
            std::future::pending::<()>().await;
        }
        wait(latency / 2).await;
        let (reply, given) = self.state().work(&call, begun);
        wait(latency - latency / 2).await;
        let reply = self.deliver(reply, given, suspensions)?;
        crash(CrashPoint::Answered);
        Ok(reply)
    }

    /// An answer reaches the computer, unless that slept meanwhile.
    fn deliver(&self, reply: Reply, given: Given, suspensions: u64) -> Result<Reply, Unreachable> {
        let mut state = self.state();
        if state.suspensions != suspensions {
            return Err(Unreachable::Cut);
        }
        if let Some((account, token)) = given {
            state.arrived(account, token);
        }
        Ok(state.dated(reply))
    }

    /// A call of a program that is about to crash may reach the provider or not.
    fn work_or_not(&self, call: &Call, begun: Ms) {
        let mut state = self.state();
        if state.chance.bool() {
            drop(state.work(call, begun));
        }
    }

    fn crashes_at(&self, point: CrashPoint) -> bool {
        let mut state = self.state();
        if state.crash != Some(point) {
            return false;
        }
        state.crash = None;
        state.crashed.notify_one();
        true
    }
}

async fn wait(ms: Ms) {
    tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await;
}

/// A call under way, until it is answered or given up.
struct Flight<'a> {
    provider: &'a Provider,
    account: Option<usize>,
    verb: Verb,
}

impl<'a> Flight<'a> {
    fn begin(provider: &'a Provider, call: &Call) -> Self {
        let verb = verb(call);
        let mut state = provider.state();
        let token = token_of(call);
        let account = state.owners.get(&token).map(|owner| owner.0);
        let now = state.time.now();
        if let Some(number) = account {
            let owner = &mut state.accounts[number];
            owner.in_flight += 1;
            if owner.in_flight > 1 && !owner.signing_in && now >= owner.settled_from {
                let id = owner.id.clone();
                state.misdeeds.push((now, id, Misdeed::TwoAtOnce));
            }
        }
        drop(state);
        Self {
            provider,
            account,
            verb,
        }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.account {
            self.provider.state().accounts[number].in_flight -= 1;
        }
    }
}

fn verb(call: &Call) -> Verb {
    let path = call.address.path();
    if path.ends_with("/refresh_access_token") {
        Verb::Renew
    } else if path.ends_with("/me") {
        Verb::Profile
    } else if path.ends_with("/content_publishing_limit") {
        Verb::Quota
    } else {
        Verb::SignIn
    }
}

/// The token a call comes with.
fn token_of(call: &Call) -> String {
    call.bearer
        .clone()
        .or_else(|| parameter(call, "access_token"))
        .unwrap_or_default()
}

fn parameter(call: &Call, name: &str) -> Option<String> {
    let found = call.address.query_pairs().find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

/// A token that an answer brings, and whose it is.
type Given = Option<(usize, usize)>;

impl State {
    /// Lets everything happen that was planned up to now.
    fn advance(&mut self, now: Ms) {
        while self.changes.front().is_some_and(|change| change.0 <= now) {
            if let Some((at, number, change)) = self.changes.pop_front() {
                self.run_out(number, at);
                self.accounts[number].apply(change, at);
            }
        }
        if now >= self.next_look {
            self.next_look = now + 10 * MINUTE;
            for number in 0..self.accounts.len() {
                self.run_out(number, now);
            }
        }
    }

    /// Notes the end of a token that ran out.
    fn run_out(&mut self, number: usize, now: Ms) {
        let account = &mut self.accounts[number];
        let Some(token) = account.token() else { return };
        let (born, ends) = (token.born, token.ends);
        let known = account.ended.is_some() || token.replaced;
        if known || ends > now {
            return;
        }
        let open = |episode: &Episode| episode.kind == Kind::Lost && episode.over.is_none();
        if account.episodes.iter().any(open) {
            return;
        }
        let was_blocked = account.episodes.iter().any(|episode| {
            episode.kind == Kind::Blocked && episode.over.is_none_or(|over| over >= born)
        });
        account.close(Kind::Blocked, ends);
        account.close(Kind::Limited, ends);
        account.open(Kind::Lost, ends);
        self.endings.push(Ending {
            account: account.id.clone(),
            born,
            at: ends,
            was_blocked,
        });
    }

    fn trouble(&self, verb: Verb, now: Ms) -> Option<Trouble> {
        let strikes = |failure: &&Failure| failure.at.is_none_or(|at| at == verb);
        let blowing = |weather: &&Weather| weather.from <= now && now < weather.to;
        let network = self.network.as_ref();
        network
            .into_iter()
            .chain(self.weather.iter().filter(blowing).map(|at| &at.failure))
            .find(strikes)
            .map(|failure| failure.trouble.clone())
    }

    /// Does what is asked.
    fn work(&mut self, call: &Call, begun: Ms) -> (Reply, Given) {
        let now = self.time.now();
        self.advance(now);
        if verb(call) == Verb::SignIn {
            return self.sign_in(call, now);
        }
        let text = token_of(call);
        let Some(&(number, Some(index))) = self.owners.get(&text) else {
            self.misdeeds.push((now, text, Misdeed::UnknownToken));
            let text = "Invalid OAuth access token - Cannot parse access token";
            return (answer::error(400, 190, None, text), None);
        };
        self.look_at(number, index, verb(call), begun);
        let account = &self.accounts[number];
        let token = &account.tokens[index];
        if let Some(refusal) = account.refusal(token, now) {
            return (refusal, None);
        }
        match verb(call) {
            Verb::Renew => self.renew(number, index, now),
            Verb::Quota if account.withdrawn => {
                let text = "(#10) Application does not have permission for this action";
                (answer::error(400, 10, None, text), None)
            }
            Verb::Quota => (answer::quota(), None),
            Verb::Profile | Verb::SignIn => {
                let professional = account.block != Some(Block::Personal);
                let reply = answer::profile(&account.id, &account.username, professional);
                (reply, None)
            }
        }
    }

    /// Which token Relink comes with tells what it has kept.
    fn look_at(&mut self, number: usize, index: usize, verb: Verb, begun: Ms) {
        let now = self.time.now();
        let account = &mut self.accounts[number];
        if account.signing_in || account.held == Some(index) {
            account.unsure &= account.signing_in;
            return;
        }
        if account.unsure && account.held_before == Some(index) {
            // The answer was lost in a crash. Where the old token died with it, access is gone.
            account.held = Some(index);
            account.unsure = false;
            if account.tokens[index].replaced && account.ended.is_none() {
                account.open(Kind::Lost, now);
                self.tally.tokens_lost_in_crashes += 1;
            }
            return;
        }
        // A check that was under way when a sign-in brought a new token ends with the old one.
        let ending = if verb == Verb::Renew { 0 } else { MINUTE };
        let arrived = account.token().and_then(|token| token.arrived);
        if arrived.is_some_and(|at| begun < at + ending) {
            return;
        }
        let id = account.id.clone();
        self.misdeeds.push((now, id, Misdeed::OldToken));
    }

    fn renew(&mut self, number: usize, index: usize, now: Ms) -> (Reply, Given) {
        let token = &self.accounts[number].tokens[index];
        if now - token.born < DAY {
            self.tally.early += 1;
            let knew = token.arrived.is_some_and(|at| at >= token.born);
            if knew && !self.accounts[number].unsure && now >= self.strict_clock_since {
                let id = self.accounts[number].id.clone();
                self.misdeeds.push((now, id, Misdeed::TooEarly));
            }
            let text = "Invalid parameter: the access token must be at least 24 hours old";
            return (answer::error(400, 100, None, text), None);
        }
        self.tally.renewals += 1;
        let index = match self.renewing {
            Renewing::SameString => {
                let ends = now + self.lifetimes.seconds() * SECOND;
                let token = &mut self.accounts[number].tokens[index];
                token.born = now;
                token.ends = ends;
                index
            }
            Renewing::OldLives => self.new_token(number, now),
            Renewing::OldDies => {
                self.accounts[number].tokens[index].replaced = true;
                let next = self.new_token(number, now);
                if self.accounts[number].held == Some(index) {
                    // Until the answer arrives Relink holds a dead token.
                    self.accounts[number].open(Kind::Lost, now);
                }
                next
            }
        };
        let lifetime = self.lifetime();
        let text = self.accounts[number].tokens[index].text.clone();
        (answer::long_lived(&text, lifetime), Some((number, index)))
    }

    fn new_token(&mut self, number: usize, now: Ms) -> usize {
        self.tokens_made += 1;
        let text = format!("IGAA{:06}x{:012}", number, self.tokens_made);
        let ends = now + self.lifetimes.seconds() * SECOND;
        let tokens = &mut self.accounts[number].tokens;
        tokens.push(Token {
            text: text.clone(),
            born: now,
            ends,
            replaced: false,
            arrived: None,
        });
        let index = tokens.len() - 1;
        self.owners.insert(text, (number, Some(index)));
        index
    }

    fn lifetime(&mut self) -> Option<Value> {
        let told = Some(json!(self.lifetimes.seconds()));
        match self.lifetimes {
            Lifetimes::Told | Lifetimes::Days(_) => return told,
            Lifetimes::Untold => return None,
            Lifetimes::Odd if self.chance.u8(..) > 40 => return told,
            Lifetimes::Odd => {}
        }
        match self.chance.u8(0..6) {
            0 => None,
            1 => Some(json!(0)),
            2 => Some(json!(-1)),
            3 => Some(json!("soon")),
            4 => Some(json!(9_999_999_999_i64)),
            _ => Some(json!(LIFETIME_S - 3_600)),
        }
    }

    /// The answer that brings a token has reached the computer.
    fn arrived(&mut self, number: usize, index: usize) {
        let now = self.time.now();
        let account = &mut self.accounts[number];
        account.tokens[index].arrived = Some(now);
        if account.held != Some(index) {
            account.held_before = account.held;
            account.held = Some(index);
            account.unsure = false;
            // What looked like a loss while the answer was on its way was none.
            let born = account.tokens[index].born;
            account.episodes.retain(|episode| {
                !(episode.kind == Kind::Lost && episode.at == born && episode.over.is_none())
            });
        }
    }

    fn dated(&self, mut reply: Reply) -> Reply {
        let now = date(self.time.now());
        let text = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        reply.head.push(("date", text));
        let usage = r#"{"call_count":12,"total_time":9,"total_cputime":7}"#;
        reply.head.push(("x-app-usage", usage.to_owned()));
        reply
    }
}
