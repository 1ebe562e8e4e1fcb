//! The loop: takes in what happens, asks the roster, saves, does what it says, shows what changed.
//! It holds no opinions.

mod answers;
mod app_checks;
mod apps;
mod attempts;
mod commands;
mod config;
mod doors;
mod effects;
mod entrusting;
mod importing;
mod keys;
mod media;
mod pages;
mod preferences;
mod reading;
mod show;
mod syncing;
mod telling;
mod time;
mod trip;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use domain::account::AccountId;
use domain::roster::{AttemptEvent, Effect, Event, Roster};
use meta::Instagram;
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::command::{Command, ErrorCode, Reply};
use crate::records::{Batch, Change, Records};
use crate::view::{AppView, KeptView, ObstacleView, Patch, PracticeView, Settings};
use crate::world::{Aside, Done, Line, Shelf, World};

pub use config::{Config, Pace};

use app_checks::Checking;
use attempts::AttemptSecrets;
use doors::Doors;
use entrusting::Trying;
use importing::Import;
use keys::{KeyAnswer, Keys};
use pages::Revoking;
use show::Waiter;
use syncing::Syncing;
use telling::Teller;
use time::Time;

/// A suspended computer does not count sleep: the clock is looked at again at least this often, so
/// that waking up is noticed within half a minute. (Security document, T2.)
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// Calls that ended by themselves meanwhile are taken in together, up to this many, and saved in one
/// transaction: a thousand renewals cost a few dozen of them.
const MOST_AT_ONCE: usize = 64;

/// One request and where its answer goes.
pub(crate) struct Request {
    pub(crate) command: Command,
    pub(crate) answer: Answer,
}

/// Where a command's result goes.
pub(crate) type Answer = oneshot::Sender<Result<Reply, ErrorCode>>;

/// Things told to the engine that nobody waits for.
pub(crate) enum Note {
    /// Practice mode changed what is wrong with its stand-in, or finished its first accounts.
    Practice(Option<PracticeView>),
    /// The computer woke, its clock was set, or a network came.
    LookAgain,
    /// End the loop.
    Stop,
}

pub(crate) struct Engine {
    config: Config,
    roster: Roster,
    records: Option<Records>,
    obstacle: Option<ObstacleView>,
    world: World,
    keys: Keys,
    settings: Settings,
    practice: Option<PracticeView>,
    doors: Doors,
    heard: (mpsc::Sender<String>, mpsc::Receiver<String>),
    key_answers: (mpsc::Sender<KeyAnswer>, mpsc::Receiver<KeyAnswer>),
    attempt: Option<AttemptSecrets>,
    tokens_tried: HashMap<u64, Trying>,
    apps_checked: HashMap<u64, Checking>,
    imports: VecDeque<Import>,
    revoking: HashMap<u64, Revoking>,
    tickets: u64,
    next_start: Timestamp,
    time: Time,
    teller: Teller,
    syncing: Syncing,
    /// What is to be started once everything before it is saved.
    later: Vec<Effect>,
    kept: HashMap<AccountId, KeptView>,
    unreadable: Vec<String>,
    began: Timestamp,
    unsaved: Batch,
    save_failed: Option<(ErrorCode, Timestamp)>,
    saves_failed: u64,
    changed: std::collections::BTreeSet<AccountId>,
    erased: Vec<String>,
    waiters: Vec<Waiter>,
    seq: u64,
    last_app: Option<AppView>,
    patches: broadcast::Sender<Arc<Patch>>,
}

impl Engine {
    pub(crate) fn new(
        config: Config,
        records: Result<Records, ObstacleView>,
        instagram: Instagram,
        facebook: Line,
        patches: broadcast::Sender<Arc<Patch>>,
    ) -> Self {
        let time = Time::begin(config.clock.reading());
        let now = time.now(config.clock.reading());
        let (records, obstacle) = match records {
            Ok(records) => (Some(records), None),
            Err(obstacle) => (None, Some(obstacle)),
        };
        let world = World::new(instagram, facebook, Arc::clone(&config.clock));
        let practice = config.practice.clone();
        let mut engine = Self {
            config,
            roster: Roster::default(),
            records,
            obstacle,
            world,
            keys: Keys::default(),
            settings: Settings::default(),
            practice,
            doors: Doors::default(),
            heard: mpsc::channel(16),
            key_answers: mpsc::channel(4),
            attempt: None,
            tokens_tried: HashMap::new(),
            apps_checked: HashMap::new(),
            imports: VecDeque::new(),
            revoking: HashMap::new(),
            tickets: 0,
            next_start: now,
            time,
            teller: Teller::default(),
            syncing: Syncing::default(),
            later: Vec::new(),
            kept: HashMap::new(),
            unreadable: Vec::new(),
            began: now,
            unsaved: Batch::default(),
            save_failed: None,
            saves_failed: 0,
            changed: std::collections::BTreeSet::new(),
            erased: Vec::new(),
            waiters: Vec::new(),
            seq: 0,
            last_app: None,
            patches,
        };
        engine.load(now);
        engine
    }

    /// Reads everything the store remembers. What cannot be read is an obstacle, never an empty start.
    fn load(&mut self, now: Timestamp) {
        let Some(records) = &self.records else { return };
        match records.load() {
            Ok(loaded) => {
                self.settings = loaded.settings;
                self.kept = loaded.kept;
                self.unreadable = loaded.unreadable;
                let plan = preferences::plan(&self.settings);
                self.roster = Roster::restore(loaded.accounts, plan, now).with_lane(loaded.lane);
                self.teller = Teller::restored(loaded.told);
                let shelf = Shelf::of(records.pictures());
                let goes_on = !self.config.only_asked;
                self.syncing = Syncing::restored(loaded.syncs, shelf, goes_on);
                if self.config.only_asked {
                    self.roster = std::mem::take(&mut self.roster).only_what_is_asked();
                }
                self.keys = Keys::restored(loaded.custody);
                self.note_start(loaded.last_seen, now);
                let over = loaded.over.into_iter().map(Change::AttemptClosed);
                self.unsaved.changes.extend(over);
                self.resume_attempt(loaded.attempt, now);
                self.begin_keys();
            }
            Err(error) => {
                tracing::error!(%error, "the data cannot be read");
                self.obstacle = Some(records.obstacle("unreadable"));
                self.records = None;
            }
        }
    }

    pub(crate) async fn run(
        mut self,
        mut inbox: mpsc::Receiver<Request>,
        mut notes: mpsc::UnboundedReceiver<Note>,
    ) {
        self.on_time_passed();
        self.settle();
        self.show();
        loop {
            let nap = self.nap();
            tokio::select! {
                biased; // chance has no place here: what happens at the same moment happens in this order
                request = inbox.recv() => match request {
                    Some(Request { command, answer }) => self.on_command(command, answer).await,
                    None => break,
                },
                note = notes.recv() => match note {
                    Some(Note::Practice(practice)) => self.practice = practice,
                    Some(Note::LookAgain) => self.happen(Event::LookAgain),
                    Some(Note::Stop) | None => break,
                },
                (done, aside) = self.world.next() => self.on_ended(done, aside),
                Some(address) = self.heard.1.recv() => self.on_heard(&address),
                Some(answer) = self.key_answers.1.recv() => self.on_key_answer(answer).await,
                () = tokio::time::sleep(nap) => {}
            }
            self.on_time_passed();
            self.settle();
            self.go_on_importing();
            self.go_on_syncing();
            self.settle();
            self.tell();
            self.answer_waiters();
            self.show();
        }
        self.finish_what_cannot_be_repeated().await;
        self.note_last_seen();
        tracing::info!("the engine has stopped");
    }

    /// A renewal or an exchange that is under way may have done its work already: its answer is the
    /// only place where the new token is. It is waited for, within the limits every call has.
    async fn finish_what_cannot_be_repeated(&mut self) {
        while self.world.has_precious() {
            let (done, aside) = self.world.next().await;
            self.on_ended(done, aside);
            self.settle();
        }
    }

    /// Takes an event to the roster. What follows is saved and done by the next [`Engine::settle`].
    fn happen(&mut self, event: Event) {
        let now = self.now();
        let reaction = self.roster.on(event, now);
        self.carry_out(reaction);
    }

    fn on_time_passed(&mut self) {
        self.notice_time();
        let now = self.now();
        let room = self.config.pace.in_flight.saturating_sub(self.world.busy());
        let room = match self.config.pace.pause_ms {
            0 => room,
            _ if self.next_start <= now => room.min(1),
            _ => 0,
        };
        self.happen(Event::Tick { room });
        self.retry_keys(now);
        self.retry_saving(now);
    }

    /// Until the earliest thing there is to do, but never longer than [`LONGEST_NAP`].
    fn nap(&self) -> Duration {
        let now = self.now();
        let full = self.world.busy() >= self.config.pace.in_flight;
        let work = self.roster.wake_at(now).map(|at| {
            if at <= now {
                at.max(self.next_start)
            } else {
                at
            }
        });
        // With every place taken, the end of a call wakes the loop.
        let work = if full { None } else { work };
        let others = [
            self.teller.wake_at(now),
            self.sync_wakes_at(now),
            self.import_wakes_at(now),
        ];
        let work = [work].into_iter().chain(others).flatten().min();
        let longest = if self.save_failed.is_some() {
            effects::SAVE_AGAIN.to_std().unwrap_or(LONGEST_NAP)
        } else {
            LONGEST_NAP
        };
        work.map(|at| (at - now).to_std().unwrap_or_default())
            .unwrap_or(longest)
            .min(longest)
    }

    /// A call ended, and perhaps others with it.
    fn on_ended(&mut self, done: Done, aside: Option<Aside>) {
        self.on_done(done, aside);
        for _ in 1..MOST_AT_ONCE {
            let Some((done, aside)) = self.world.next_finished() else {
                return;
            };
            self.on_done(done, aside);
        }
    }

    fn on_done(&mut self, done: Done, aside: Option<Aside>) {
        if let Some(aside) = aside {
            self.hear(aside);
        }
        match done {
            Done::Probed {
                id,
                revision,
                result,
            } => {
                self.happen(Event::Probed {
                    id: id.clone(),
                    revision,
                    result,
                });
                if let Some(percent) = aside.and_then(|aside| aside.account_usage) {
                    self.happen(Event::AccountUsage(id, percent));
                }
            }
            Done::Renewed {
                id,
                revision,
                result,
            } => self.on_renewed(id, revision, result),
            Done::Redeemed { attempt, result } => self.on_redeemed(&attempt, result),
            Done::Identified { attempt, result } => {
                if self.is_current(&attempt) {
                    self.happen(Event::Attempt(AttemptEvent::Identified(result)));
                }
            }
            Done::Offered { attempt, result } => self.on_offered(&attempt, result),
            Done::PagesProved { attempt, answers } => {
                if self.is_current(&attempt) {
                    self.happen(Event::Attempt(AttemptEvent::PagesProved(answers)));
                }
            }
            Done::PageProbed {
                id,
                revision,
                probe,
            } => {
                self.happen(Event::PageProbed {
                    id: id.clone(),
                    revision,
                    probe,
                });
                if let Some(percent) = aside.and_then(|aside| aside.account_usage) {
                    self.happen(Event::AccountUsage(id, percent));
                }
            }
            Done::Revoked { ticket, result } => self.on_revoked(ticket, result),
            Done::TokenTried { ticket, result } => self.on_token_tried(ticket, result),
            Done::AppChecked { ticket, result } => self.on_app_checked(ticket, result),
            Done::PageRead { asked, result } => {
                self.on_page_read(&asked, result);
                if let Some(percent) = aside.and_then(|aside| aside.account_usage) {
                    self.on_account_budget(&asked.account, percent);
                }
            }
            Done::ReadingDied(id) => self.on_reading_died(&id),
            Done::TicketDied(ticket) => self.on_ticket_died(ticket),
            Done::Died(Some((id, revision))) => {
                tracing::error!(account = %id, "a call ended without an answer");
                self.happen(Event::TaskDied { id, revision });
            }
            Done::Died(None) => tracing::error!("a call ended without an answer"),
        }
    }
}
