//! The worlds by name.

use fastrand::Rng;

use crate::computer::Habit;
use crate::provider::{
    Block, Change, Failure, Lifetimes, Loss, Renewing, Trouble, Verb, Weather, refusals, shapes,
    silences,
};
use crate::time::{DAY, HOUR, MINUTE, Ms};
use crate::world::World;

/// A kind of world.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    /// Its name.
    pub name: &'static str,
    /// What its computer is like.
    pub habit: Habit,
    /// The fewest and the most accounts.
    pub accounts: (usize, usize),
    /// What is wrong with its provider.
    pub weather: Climate,
    /// Whether accounts of one log-in lose access together.
    pub groups: bool,
    /// How many of a hundred worlds are of this kind.
    pub share: u8,
}

/// What is wrong with a provider now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Climate {
    /// Nothing.
    Calm,
    /// Outages of hours to days, of every shape.
    Outages,
    /// Limits for everybody.
    Limits,
    /// The Meta app is blocked for a day, or taken for deleted.
    AppBlocked,
}

/// Every kind of world.
pub const SORTS: [Sort; 12] = [
    sort("always_on", Habit::AlwaysOn, (1, 8), Climate::Calm, 2),
    sort("office", Habit::Office, (1, 60), Climate::Calm, 6),
    sort("laptop", Habit::Laptop, (1, 500), Climate::Calm, 30),
    sort("travelling", Habit::Travelling, (1, 200), Climate::Calm, 16),
    sort("suspended", Habit::Suspended, (1, 100), Climate::Calm, 10),
    sort("crashing", Habit::Crashing, (1, 20), Climate::Calm, 8),
    sort("flaky", Habit::Flaky, (1, 20), Climate::Calm, 8),
    sort("wrong_clock", Habit::WrongClock, (1, 10), Climate::Calm, 4),
    sort("rate_limited", Habit::Office, (1, 20), Climate::Limits, 6),
    sort("outages", Habit::Office, (1, 20), Climate::Outages, 6),
    sort(
        "app_blocked",
        Habit::Office,
        (2, 40),
        Climate::AppBlocked,
        4,
    ),
    Sort {
        groups: true,
        ..sort("one_log_in", Habit::Office, (4, 40), Climate::Calm, 6)
    },
];

const fn sort(
    name: &'static str,
    habit: Habit,
    accounts: (usize, usize),
    weather: Climate,
    share: u8,
) -> Sort {
    Sort {
        name,
        habit,
        accounts,
        weather,
        groups: false,
        share,
    }
}

impl Sort {
    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        SORTS.into_iter().find(|sort| sort.name == name)
    }

    /// The kind that a seed falls on, by share.
    pub fn drawn(seed: u64) -> Self {
        let mut chance = Rng::with_seed(seed ^ 0x5eed);
        let mut drawn = chance.u8(0..SORTS.iter().map(|sort| sort.share).sum());
        for sort in SORTS {
            if drawn < sort.share {
                return sort;
            }
            drawn -= sort.share;
        }
        SORTS[0]
    }

    /// The same with fewer accounts.
    #[must_use]
    pub fn at_most(self, accounts: usize) -> Self {
        let (fewest, most) = self.accounts;
        Self {
            accounts: (fewest.min(accounts), most.min(accounts)),
            ..self
        }
    }

    /// A world of this kind.
    pub fn world(self, seed: u64, days: i64) -> World {
        let mut chance = Rng::with_seed(seed);
        let accounts = chance.usize(self.accounts.0..=self.accounts.1);
        let renewing = match chance.u8(0..3) {
            0 => Renewing::SameString,
            1 => Renewing::OldLives,
            _ => Renewing::OldDies,
        };
        let lifetimes = match chance.u8(0..4) {
            0 => Lifetimes::Odd,
            _ => Lifetimes::Told,
        };
        let mut changes = changes(accounts, days, &mut chance);
        if self.groups {
            changes.extend(groups(accounts, days, &mut chance));
        }
        changes.sort_by_key(|change| (change.0, change.1));
        World {
            name: self.name.to_owned(),
            seed: chance.u64(..),
            accounts,
            computer: self.habit.plan(days, &mut chance),
            renewing,
            lifetimes,
            weather: weather(self.weather, days, &mut chance),
            changes,
            returns: true,
            presses: chance.u8(0..5) == 0,
            check_every: chance
                .choice([10 * MINUTE, HOUR, 6 * HOUR, DAY, DAY, DAY])
                .unwrap_or(DAY),
        }
    }
}

/// What happens to accounts: about one loss, one block, a withdrawn permission and a new name for every
/// second account in a year.
fn changes(accounts: usize, days: i64, chance: &mut Rng) -> Vec<(Ms, usize, Change)> {
    let mut planned = Vec::new();
    for number in 0..accounts {
        let happens = |chance: &mut Rng| {
            let once = chance.i64(0..2 * 365) < days;
            once.then(|| chance.i64(0..days * DAY))
        };
        if let Some(at) = happens(chance) {
            let loss = chance.choice(Loss::ALL).unwrap_or(Loss::Unexplained);
            planned.push((at, number, Change::End(loss)));
        }
        if let Some(at) = happens(chance) {
            let block = chance.choice(Block::ALL).unwrap_or(Block::Checkpoint);
            planned.push((at, number, Change::Block(block)));
            let acted = at + chance.i64(10 * MINUTE..5 * DAY);
            planned.push((acted, number, Change::Unblock));
        }
        if let Some(at) = happens(chance) {
            planned.push((at, number, Change::Withdraw));
            let given = at + chance.i64(10 * MINUTE..20 * DAY);
            planned.push((given, number, Change::GiveBack));
        }
        if let Some(at) = happens(chance) {
            let name = format!("renamed.{number}");
            planned.push((at, number, Change::Rename(name)));
        }
    }
    planned
}

/// Several accounts of one log-in lose access together.
fn groups(accounts: usize, days: i64, chance: &mut Rng) -> Vec<(Ms, usize, Change)> {
    let mut planned = Vec::new();
    for _ in 0..(days / 60).max(1) {
        let at = chance.i64(0..days * DAY);
        let size = chance.usize(2..=accounts.min(12));
        let first = chance.usize(0..=accounts - size);
        let loss = chance.choice(Loss::ALL).unwrap_or(Loss::LoggedOut);
        for number in first..first + size {
            let later = chance.i64(0..20_000);
            planned.push((at + later, number, Change::End(loss)));
        }
    }
    planned
}

fn weather(climate: Climate, days: i64, chance: &mut Rng) -> Vec<Weather> {
    let mut planned = Vec::new();
    let mut at = 0;
    loop {
        at += chance.i64(DAY..20 * DAY);
        if at >= days * DAY {
            return planned;
        }
        let (failure, ms, wait) = match climate {
            Climate::Calm => return planned,
            Climate::Outages => (outage(chance), chance.i64(MINUTE..60 * HOUR), 15 * MINUTE),
            Climate::Limits => limit(chance),
            Climate::AppBlocked => (app_trouble(chance), chance.i64(HOUR..30 * HOUR), 0),
        };
        planned.push(Weather {
            from: at,
            to: at + ms,
            wait,
            failure,
        });
        at += ms;
    }
}

fn outage(chance: &mut Rng) -> Failure {
    let mut kinds: Vec<(String, Trouble)> = silences()
        .into_iter()
        .map(|(name, trouble)| (name.to_owned(), trouble))
        .chain(shapes())
        .chain(refusals().into_iter().take(6))
        .collect();
    let (name, trouble) = kinds.swap_remove(chance.usize(0..kinds.len()));
    let at = [None, Some(Verb::Renew), Some(Verb::Profile)];
    Failure {
        name,
        at: chance.choice(at).flatten(),
        trouble,
    }
}

/// Limits of the app and of accounts, with `Retry-After`, with the time until access is regained, or
/// with neither.
fn limit(chance: &mut Rng) -> (Failure, Ms, Ms) {
    let mut limits: Vec<(String, Trouble)> = refusals().into_iter().skip(6).take(8).collect();
    let (name, mut trouble) = limits.swap_remove(chance.usize(0..limits.len()));
    let minutes = chance.i64(1..90);
    let mut wait = 0;
    if let Trouble::Answer(reply) = &mut trouble {
        match chance.u8(0..3) {
            0 => {
                reply.head.push(("retry-after", (minutes * 60).to_string()));
                wait = minutes * MINUTE;
            }
            1 => {
                let usage = format!(
                    r#"{{"1":[{{"type":"instagram","call_count":105,"estimated_time_to_regain_access":{minutes}}}]}}"#
                );
                reply.head.push(("x-business-use-case-usage", usage));
                wait = minutes * MINUTE;
            }
            _ => {}
        }
    }
    let failure = Failure {
        name,
        at: None,
        trouble,
    };
    (failure, chance.i64(MINUTE..12 * HOUR), wait)
}

fn app_trouble(chance: &mut Rng) -> Failure {
    let names = [
        "app blocked",
        "app deleted",
        "app lacks capability",
        "app not allowed",
    ];
    let name = chance.choice(names).unwrap_or("app blocked");
    let found = refusals().into_iter().find(|(known, _)| known == name);
    let (name, trouble) = found.unwrap_or_else(|| (name.to_owned(), crate::provider::portal()));
    Failure {
        name,
        at: None,
        trouble,
    }
}
