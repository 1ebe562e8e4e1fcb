//! One simulated world: a provider, a computer, a person, and the real Relink between them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::command::Command;
use engine::view::Patch;
use fastrand::Rng;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::computer::{Doing, Stretch};
use crate::provider::{Change, CrashPoint, Failure, Kind, Lifetimes, Provider, Renewing, Weather};
use crate::relink::{Installation, Relink};
use crate::tally::Tally;
use crate::time::{ComputerClock, DAY, MINUTE, Ms, Time};
use crate::witness::{Breach, Property, Witness};

/// How many lines of the journal a broken promise is told with.
const LAST_LINES: usize = 80;

/// Everything that makes a world; what happens in it follows from this alone.
#[derive(Debug, Clone)]
pub struct World {
    /// Its name, with which it is found again.
    pub name: String,
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// Accounts.
    pub accounts: usize,
    /// What the computer does, from beginning to end.
    pub computer: Vec<Stretch>,
    /// What a renewal does to a token.
    pub renewing: Renewing,
    /// How lifetimes are told.
    pub lifetimes: Lifetimes,
    /// When something is wrong for everybody, counted from the moment all accounts are connected.
    pub weather: Vec<Weather>,
    /// What happens to accounts, in the order of time, counted likewise.
    pub changes: Vec<(Ms, usize, Change)>,
    /// Whether the person signs in again after a loss.
    pub returns: bool,
    /// Whether the person presses *Renew now* for everything whenever the computer comes on.
    pub presses: bool,
    /// How often the person lets accounts be looked at: ten minutes to a day.
    pub check_every: Ms,
}

/// How a world ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What was simulated.
    pub tally: Tally,
    /// Broken promises; the world ends with the first.
    pub breaches: Vec<Breach>,
    /// The last lines of the journal of the account concerned, oldest first.
    pub journal: Vec<String>,
    /// The statuses shown last, by the accounts' numbers.
    pub shown: Vec<&'static str>,
    /// Stands for everything that was shown: equal for equal runs.
    pub digest: u64,
}

impl World {
    /// Plays it from beginning to end.
    ///
    /// # Errors
    /// The computer that simulates has no room, or the like.
    pub fn play(self) -> std::io::Result<Outcome> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()?;
        runtime.block_on(async { tokio::spawn(self.run()).await? })
    }

    async fn run(self) -> std::io::Result<Outcome> {
        let mut scene = Scene::set(&self).await?;
        for stretch in &self.computer {
            scene.live(stretch).await?;
            if !scene.witness().breaches().is_empty() {
                break;
            }
        }
        Ok(scene.end().await)
    }
}

/// A world under way.
struct Scene {
    time: Arc<Time>,
    provider: Provider,
    witness: Arc<Mutex<Witness>>,
    installation: Installation,
    relink: Option<Relink>,
    chance: Rng,
    accounts: usize,
    returns: bool,
    presses: bool,
    tally: Tally,
    patient_until: Vec<Option<Ms>>,
}

impl Scene {
    /// Starts Relink for the first time and connects every account.
    async fn set(world: &World) -> std::io::Result<Self> {
        let time = Time::begin();
        let mut chance = Rng::with_seed(world.seed);
        let provider = Provider::new(
            &time,
            chance.u64(..),
            world.accounts,
            world.renewing,
            world.lifetimes,
        );
        let far_side = provider.far_side().map_err(std::io::Error::other)?;
        let clock = Arc::new(ComputerClock(Arc::clone(&time)));
        let witness = Witness::new(&time, &provider, world.accounts, world.check_every);
        let mut scene = Self {
            installation: Installation::new(far_side, clock)?,
            time,
            provider,
            witness: Arc::new(Mutex::new(witness)),
            relink: None,
            chance,
            accounts: world.accounts,
            returns: world.returns,
            presses: world.presses,
            tally: Tally {
                worlds: 1,
                ..Tally::default()
            },
            patient_until: vec![None; world.accounts],
        };
        scene.start().await?;
        if let Some(relink) = &scene.relink {
            relink.enter_app().await.map_err(std::io::Error::other)?;
            let minutes = u32::try_from(world.check_every / MINUTE).unwrap_or(10);
            let looked = relink.look_every(minutes).await;
            looked.map_err(std::io::Error::other)?;
        }
        for number in 0..world.accounts {
            scene.sign_in(number, None).await;
        }
        let begun = scene.time.now();
        let later =
            |(at, number, change): &(Ms, usize, Change)| (at + begun, *number, change.clone());
        scene
            .provider
            .plan(world.changes.iter().map(later).collect());
        let later = |weather: &Weather| Weather {
            from: weather.from + begun,
            to: weather.to + begun,
            ..weather.clone()
        };
        scene
            .provider
            .set_weather(world.weather.iter().map(later).collect());
        Ok(scene)
    }

    fn witness(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn start(&mut self) -> std::io::Result<()> {
        let (relink, patches) = self.installation.start().map_err(std::io::Error::other)?;
        self.relink = Some(relink);
        self.tally.starts += 1;
        tokio::spawn(watch(patches, Arc::clone(&self.witness)));
        // The key store answers from a thread of its own. Simulated time stands still until it has, so
        // that this moment is over only when the key is at hand: the same in every run.
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(())
    }

    async fn quit(&mut self) {
        self.witness().set_clear(false);
        if let Some(relink) = self.relink.take()
            && !relink.quit().await
        {
            let story = "the loop ended in a panic".to_owned();
            self.witness().note(Property::Died, None, story);
        }
    }

    async fn crash(&mut self) {
        if let Some(relink) = self.relink.take() {
            relink.crash().await;
            self.provider.crashed();
            self.tally.crashes += 1;
        }
    }

    async fn live(&mut self, stretch: &Stretch) -> std::io::Result<()> {
        if let Some(by) = stretch.wrong_by {
            self.time.set_wrong_by(by);
            self.provider.clock_was_wrong();
            self.tally.clock_changes += 1;
        }
        match &stretch.state {
            Doing::On { network, crash } => self.work(stretch.ms, network.clone(), *crash).await?,
            Doing::Asleep => {
                self.witness().set_clear(false);
                self.time.skip(stretch.ms);
                self.provider.suspended();
                self.tally.sleeps += 1;
            }
            Doing::Off => {
                self.quit().await;
                self.time.skip(stretch.ms);
            }
            Doing::PowerFailed => {
                self.witness().set_clear(false);
                self.crash().await;
                self.time.skip(stretch.ms);
            }
        }
        let unpreventable = self.witness().judge();
        self.tally.unpreventable += unpreventable;
        Ok(())
    }

    async fn work(
        &mut self,
        ms: Ms,
        network: Option<Failure>,
        crash: Option<CrashPoint>,
    ) -> std::io::Result<()> {
        let until = self.time.now() + ms;
        let clear = network.is_none();
        self.provider.set_network(network);
        if self.relink.is_none() {
            self.start().await?;
        }
        self.witness().set_clear(clear);
        if clear && self.returns {
            self.return_lost(until).await;
        }
        if self.presses
            && let Some(relink) = &self.relink
        {
            let command = Command::Renew {
                ids: Vec::new(),
                due_only: false,
            };
            // Without its key Relink refuses, and says so.
            drop(relink.run(command).await);
        }
        let crashed = self.provider.crash_at(crash);
        loop {
            let left = until - self.time.now();
            if left <= 0 {
                break;
            }
            let left = Duration::from_millis(left.unsigned_abs());
            tokio::select! {
                biased;
                () = crashed.notified() => {
                    self.crash().await;
                    self.start().await?;
                }
                () = tokio::time::sleep(left) => break,
            }
        }
        self.provider.crash_at(None);
        if self.relink.as_ref().is_some_and(Relink::has_died) {
            let story = "the loop ended by itself".to_owned();
            self.witness().note(Property::Died, None, story);
        }
        Ok(())
    }

    /// The person signs in again where access was lost, some days after it was shown.
    async fn return_lost(&mut self, until: Ms) {
        for number in 0..self.accounts {
            let status = self.witness().status(number);
            if !matches!(status, "revoked" | "expired") {
                self.patient_until[number] = None;
                continue;
            }
            let now = self.time.now();
            let wait = self.chance.i64(0..10 * DAY);
            let patient = *self.patient_until[number].get_or_insert(now + wait);
            if now >= patient && now + 2 * MINUTE < until {
                let id = self.provider.id(number);
                self.sign_in(number, Some(id)).await;
                self.tally.reconnections += 1;
                self.patient_until[number] = None;
            }
        }
    }

    /// A provider in trouble may refuse; then the person tries again another day.
    async fn sign_in(&self, number: usize, expected: Option<String>) {
        let Some(relink) = &self.relink else { return };
        let allow = || self.provider.consent(number);
        let signed_in = relink.sign_in(expected, allow);
        let limit = Duration::from_secs(60);
        if !matches!(tokio::time::timeout(limit, signed_in).await, Ok(Ok(()))) {
            // There may be nothing to cancel.
            drop(relink.run(Command::CancelAttempt).await);
        }
        self.provider.signed_in(number);
    }

    /// The last look at everything.
    async fn end(mut self) -> Outcome {
        if self.relink.is_none() && self.start().await.is_err() {
            let story = "Relink does not start any more".to_owned();
            self.witness().note(Property::Died, None, story);
        }
        self.witness().set_clear(false);
        let broken = !self.witness().breaches().is_empty();
        if !broken {
            self.witness().judge_notices();
            self.judge_journals().await;
        }
        let journal = self.last_lines().await;
        self.quit().await;
        self.count();
        let witness = self.witness();
        Outcome {
            tally: self.tally.clone(),
            breaches: witness.breaches().to_vec(),
            journal,
            shown: witness.shown(),
            digest: witness.digest(),
        }
    }

    async fn judge_journals(&mut self) {
        for number in 0..self.accounts {
            if self.provider.episodes(number).is_empty() {
                continue;
            }
            let Some(relink) = &self.relink else { return };
            let id = self.provider.id(number);
            let lines = relink.journal(Some(&id), usize::MAX).await;
            let kinds: Vec<&'static str> = lines.iter().map(|line| line.kind).collect();
            self.witness().judge_journal(number, &kinds);
        }
    }

    async fn last_lines(&self) -> Vec<String> {
        let account = match self.witness().breaches().first() {
            Some(breach) => breach.account,
            None => return Vec::new(),
        };
        let Some(relink) = &self.relink else {
            return Vec::new();
        };
        let id = account.map(|number| self.provider.id(number));
        let mut lines: Vec<String> = relink
            .journal(id.as_deref(), LAST_LINES)
            .await
            .into_iter()
            .take(LAST_LINES)
            .map(|line| {
                let cause = line.diagnosis.map_or("", |diagnosis| diagnosis.cause);
                format!("{} {} {cause} {:?}", line.at, line.kind, line.params)
            })
            .collect();
        lines.reverse();
        lines
    }

    fn count(&mut self) {
        let days = self.time.now() / DAY;
        self.tally.account_days =
            days.unsigned_abs() * u64::try_from(self.accounts).unwrap_or_default();
        for number in 0..self.accounts {
            for episode in self.provider.episodes(number) {
                match episode.kind {
                    Kind::Lost => self.tally.losses += 1,
                    Kind::Blocked | Kind::Limited => self.tally.blocks += 1,
                }
            }
        }
        self.tally += &self.provider.tally();
    }
}

/// Sees every patch, in its order.
async fn watch(mut patches: Receiver<Arc<Patch>>, witness: Arc<Mutex<Witness>>) {
    loop {
        let seen = patches.recv().await;
        let mut witness = witness.lock().unwrap_or_else(PoisonError::into_inner);
        match seen {
            Ok(patch) => witness.see(&patch),
            Err(RecvError::Closed) => break,
            Err(RecvError::Lagged(missed)) => {
                let story = format!("the witness missed {missed} patches");
                witness.note(Property::Died, None, story);
            }
        }
    }
}
