//! What is promised, held against the provider's truth.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use engine::view::Patch;

use crate::provider::{Ending, Episode, Kind, Misdeed, Provider};
use crate::time::{DAY, HOUR, MINUTE, Ms, SECOND, Time, date};

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// Online for one hour while renewal was due and answered, and still the token ran out.
    PreventableExpiry,
    /// Red without a reason.
    FalseRed,
    /// A renewal before its time, or two calls at once.
    DoubleRenewal,
    /// A token that was given and kept is not used.
    LostToken,
    /// A real loss was not shown within its bound.
    Unnoticed,
    /// A real loss was told twice, or not at all.
    ToldOnce,
    /// An account that has nothing any more is not well again.
    NotHealed,
    /// Relink ended by itself.
    Died,
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Which.
    pub property: Property,
    /// The account's number.
    pub account: Option<usize>,
    /// What happened.
    pub story: String,
}

/// A moment for people.
pub fn when(at: Ms) -> String {
    format!("day {} {}", at / DAY, date(at).format("%H:%M:%S"))
}

/// Sees everything that Relink shows, and remembers when it could have known.
#[derive(Debug)]
pub struct Witness {
    time: Arc<Time>,
    provider: Provider,
    numbers: HashMap<String, usize>,
    shown: HashMap<usize, &'static str>,
    /// Stretches in which Relink ran, the network worked and the provider answered.
    clear: Vec<(Ms, Ms)>,
    clear_since: Option<Ms>,
    check_every: Ms,
    breaches: Vec<Breach>,
    digest: DefaultHasher,
}

impl Witness {
    /// A witness of these accounts, which are looked at so often.
    pub fn new(time: &Arc<Time>, provider: &Provider, accounts: usize, check_every: Ms) -> Self {
        Self {
            time: Arc::clone(time),
            provider: provider.clone(),
            numbers: (0..accounts)
                .map(|number| (provider.id(number), number))
                .collect(),
            shown: HashMap::new(),
            clear: Vec::new(),
            clear_since: None,
            check_every,
            breaches: Vec::new(),
            digest: DefaultHasher::new(),
        }
    }

    /// From now on Relink can know, or not any more.
    pub fn set_clear(&mut self, clear: bool) {
        let now = self.time.now();
        if let Some(since) = self.clear_since.take() {
            self.clear.push((since, now));
        }
        self.clear_since = clear.then_some(now);
    }

    /// The status shown last.
    pub fn status(&self, number: usize) -> &'static str {
        self.shown.get(&number).copied().unwrap_or("")
    }

    /// The statuses shown last, by the accounts' numbers.
    pub fn shown(&self) -> Vec<&'static str> {
        (0..self.numbers.len())
            .map(|number| self.status(number))
            .collect()
    }

    /// Broken promises so far.
    pub fn breaches(&self) -> &[Breach] {
        &self.breaches
    }

    /// A promise was broken.
    pub fn note(&mut self, property: Property, account: Option<usize>, story: String) {
        self.breaches.push(Breach {
            property,
            account,
            story,
        });
    }

    /// Stands for everything that was seen: equal for equal runs.
    pub fn digest(&self) -> u64 {
        self.digest.finish()
    }

    /// Relink shows something.
    pub fn see(&mut self, patch: &Patch) {
        for view in &patch.accounts {
            let Some(&number) = self.numbers.get(&view.id) else {
                continue;
            };
            let before = self.shown.insert(number, view.status);
            if before == Some(view.status) {
                continue;
            }
            (self.time.now(), number, view.status).hash(&mut self.digest);
            let Some(kind) = kind_of(view.status) else {
                continue;
            };
            if before.and_then(kind_of) != Some(kind) && !self.provider.notice(number, kind) {
                let cause = view.cause.unwrap_or("no cause");
                let told = view
                    .diagnosis
                    .as_ref()
                    .and_then(|diagnosis| diagnosis.evidence.as_ref())
                    .map_or("our own clock or profile".to_owned(), |evidence| {
                        format!("code {:?}/{:?}", evidence.code, evidence.subcode)
                    });
                let story = format!(
                    "{}: shown as {} ({cause}, {told}) although all is well",
                    when(self.time.now()),
                    view.status
                );
                self.note(Property::FalseRed, Some(number), story);
            }
        }
    }

    /// Holds everything that can be judged at any time to what is promised.
    pub fn judge(&mut self) -> u64 {
        for (at, account, misdeed) in self.provider.take_misdeeds() {
            let property = match misdeed {
                Misdeed::TooEarly | Misdeed::TwoAtOnce => Property::DoubleRenewal,
                Misdeed::OldToken | Misdeed::UnknownToken => Property::LostToken,
            };
            let story = format!("{}: {misdeed:?} for {account}", when(at));
            let number = self.numbers.get(&account).copied();
            self.note(property, number, story);
        }
        let mut unpreventable = 0;
        for ending in self.provider.take_endings() {
            match self.chance_missed(&ending) {
                None => unpreventable += 1,
                Some((from, to)) => {
                    let story = format!(
                        "the token born {} ran out {}; Relink was online {} to {}",
                        when(ending.born),
                        when(ending.at),
                        when(from),
                        when(to)
                    );
                    let number = self.numbers.get(&ending.account).copied();
                    self.note(Property::PreventableExpiry, number, story);
                }
            }
        }
        unpreventable
    }

    /// An hour online in which a token that ran out could have been renewed. A token is due a week after
    /// its last renewal (security document, R1); an account that was held up is looked at once an hour, or
    /// once in the person's interval, and the hour after the answer counts.
    fn chance_missed(&self, ending: &Ending) -> Option<(Ms, Ms)> {
        let due = ending.born + 7 * DAY + MINUTE;
        let blocked = 3 * HOUR + self.check_every;
        let enough = if ending.was_blocked { blocked } else { HOUR };
        self.clear_stretches(due, ending.at)
            .into_iter()
            .find(|(from, to)| to - from >= enough)
    }

    /// The clear stretches between two moments, without what the provider spoiled.
    fn clear_stretches(&self, from: Ms, to: Ms) -> Vec<(Ms, Ms)> {
        let open = self.clear_since.map(|since| (since, self.time.now()));
        let found: Vec<(Ms, Ms)> = self
            .clear
            .iter()
            .copied()
            .chain(open)
            .map(|(begun, ended)| (begun.max(from), ended.min(to)))
            .filter(|(begun, ended)| begun < ended)
            .collect();
        let spoiled: Vec<(Ms, Ms)> = self
            .provider
            .weather()
            .iter()
            .map(|weather| (weather.from, weather.to + weather.wait))
            .collect();
        without(&spoiled, found)
    }

    /// Whether trouble that is over may still be waited out: the longest pause between tries of
    /// something that keeps failing is half an hour.
    fn patience_after_trouble(&self, begun: Ms) -> Ms {
        let weather = self.provider.weather();
        let spoiled = weather
            .iter()
            .any(|weather| weather.from < begun && weather.to + weather.wait + 6 * HOUR > begun);
        if spoiled { HOUR } else { 0 }
    }

    /// How long Relink may be online before it has shown a loss that began before: the round of checks,
    /// the second look, and twice the queue that the pace makes of it.
    fn bound(&self) -> Ms {
        let accounts = Ms::try_from(self.numbers.len()).unwrap_or(Ms::MAX);
        let round = (accounts * 7_200).min(6 * HOUR).max(self.check_every);
        round + 30 * SECOND + accounts * SECOND + 3 * MINUTE
    }

    /// Holds real losses to their bounds.
    pub fn judge_notices(&mut self) {
        let now = self.time.now();
        let episodes: Vec<Vec<Episode>> = (0..self.numbers.len())
            .map(|number| self.provider.episodes(number))
            .collect();
        for (number, mine) in episodes.iter().enumerate() {
            for (place, episode) in mine.iter().enumerate() {
                let until = episode.noticed.or(episode.over).unwrap_or(now);
                let others = episodes.iter().enumerate().any(|(other, theirs)| {
                    other != number
                        && theirs.iter().any(|other| {
                            other.at <= until
                                && other.noticed.or(other.over).unwrap_or(now) + DAY >= episode.at
                        })
                });
                // Several that fail alike are held back for an hour, and looked at every half an hour.
                let crowd = if others { 2 * HOUR } else { 0 };
                // What is red already is looked at once an hour, or once in the person's interval.
                let blocks = blocks_over(mine, episode);
                let red = if place > 0 || !blocks.is_empty() {
                    2 * HOUR + self.check_every
                } else {
                    0
                };
                let plain = self.bound() + crowd + red;
                let stretches = without(&blocks, self.clear_stretches(episode.at, until));
                let long = stretches
                    .iter()
                    .find(|(from, to)| to - from > plain + self.patience_after_trouble(*from));
                let whole: Ms = stretches
                    .iter()
                    .filter(|(from, to)| to - from > self.bound())
                    .map(|(from, to)| to - from)
                    .sum();
                if let Some((from, to)) = long {
                    let story = format!(
                        "{:?} since {} not shown by {} although online {} to {}",
                        episode.kind,
                        when(episode.at),
                        when(until),
                        when(*from),
                        when(*to)
                    );
                    self.note(Property::Unnoticed, Some(number), story);
                } else if whole > 4 * (plain + 4 * HOUR) {
                    let story = format!(
                        "{:?} since {} not shown by {} although online for {} minutes in all",
                        episode.kind,
                        when(episode.at),
                        when(until),
                        whole / MINUTE
                    );
                    self.note(Property::Unnoticed, Some(number), story);
                }
            }
        }
    }

    /// Holds the journal of one account to its episodes: one line for each that was shown.
    pub fn judge_journal(&mut self, number: usize, kinds: &[&'static str]) {
        let episodes = self.provider.episodes(number);
        for (kind, word) in [
            (Kind::Lost, "lost"),
            (Kind::Blocked, "blocked"),
            (Kind::Limited, "limited"),
        ] {
            let told = kinds.iter().filter(|line| **line == word).count();
            let shown = episodes
                .iter()
                .filter(|episode| episode.kind == kind && episode.noticed.is_some())
                .count();
            if told != shown {
                let story = format!("{told} lines \"{word}\" for {shown} true ones");
                self.note(Property::ToldOnce, Some(number), story);
            }
        }
    }
}

fn kind_of(status: &str) -> Option<Kind> {
    match status {
        "revoked" | "expired" => Some(Kind::Lost),
        "blocked" => Some(Kind::Blocked),
        "limited" => Some(Kind::Limited),
        _ => None,
    }
}

/// When nobody can see that a permission is missing: a block stands before it and is what every call is told.
fn blocks_over(mine: &[Episode], episode: &Episode) -> Vec<(Ms, Ms)> {
    if episode.kind != Kind::Limited {
        return Vec::new();
    }
    mine.iter()
        .filter(|other| other.kind == Kind::Blocked)
        .map(|other| (other.at, other.over.unwrap_or(Ms::MAX)))
        .filter(|(from, to)| *to > episode.at && episode.over.is_none_or(|over| *from < over))
        .collect()
}

/// What is left of stretches of time.
fn without(spoiled: &[(Ms, Ms)], mut stretches: Vec<(Ms, Ms)>) -> Vec<(Ms, Ms)> {
    for (from, to) in spoiled {
        stretches = stretches
            .into_iter()
            .flat_map(|(begun, ended)| [(begun, ended.min(*from)), (begun.max(*to), ended)])
            .filter(|(begun, ended)| begun < ended)
            .collect();
    }
    stretches
}
