//! Years of accounts in minutes, from the command line: `simulation --worlds 100`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that reports to whoever started it"
)]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use chrono::Duration;
use clap::Parser;
use engine::clock::{Clock as _, SystemClock};
use simulation::tally::Tally;
use simulation::world::Outcome;
use simulation::worlds::{SORTS, Sort};

/// Plays simulated worlds with the real Relink and holds it to its promises.
#[derive(Debug, Parser)]
struct Args {
    /// The length of each world in days. The journal keeps a year, and a computer may be off for weeks at
    /// the end.
    #[arg(long, default_value_t = 330, value_parser = clap::value_parser!(i64).range(1..=330))]
    days: i64,
    /// The seed of the first world; the others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many worlds.
    #[arg(long, default_value_t = 100, conflicts_with = "account_days")]
    worlds: u64,
    /// As many worlds as make this many days of accounts together.
    #[arg(long)]
    account_days: Option<u64>,
    /// Only worlds of this kind.
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(SORTS.map(|sort| sort.name)))]
    world: Option<String>,
    /// Worlds played at the same time.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Goes on after a broken promise.
    #[arg(long)]
    keep_going: bool,
    /// A line for each world, and what Relink logs.
    #[arg(long)]
    verbose: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if args.verbose {
        tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .with_writer(std::io::stderr)
            .init();
    }
    let begun = SystemClock.reading().elapsed;
    let next = AtomicU64::new(args.seed);
    let end = args.seed.saturating_add(args.how_many_worlds());
    let broken = AtomicU64::new(0);
    let sum = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for _ in 0..args.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || (broken.load(Ordering::Relaxed) > 0 && !args.keep_going) {
                        break;
                    }
                    match play(seed, &args) {
                        Some(tally) => {
                            *sum.lock().unwrap_or_else(PoisonError::into_inner) += &tally
                        }
                        None => drop(broken.fetch_add(1, Ordering::Relaxed)),
                    }
                }
            });
        }
    });
    let took = SystemClock.reading().elapsed - begun;
    report(
        &sum.into_inner().unwrap_or_else(PoisonError::into_inner),
        broken.load(Ordering::Relaxed),
        &args,
        took,
    );
    if broken.into_inner() > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

impl Args {
    fn sort(&self, seed: u64) -> Sort {
        let named = self.world.as_deref().and_then(Sort::named);
        named.unwrap_or_else(|| Sort::drawn(seed))
    }

    /// The same for the same seed, however fast they are played.
    fn how_many_worlds(&self) -> u64 {
        let Some(wanted) = self.account_days else {
            return self.worlds;
        };
        let (mut worlds, mut sum) = (0, 0);
        while sum < wanted {
            let seed = self.seed + worlds;
            let accounts = self.sort(seed).world(seed, self.days).accounts;
            sum += accounts as u64 * self.days.unsigned_abs();
            worlds += 1;
        }
        worlds
    }
}

fn report(sum: &Tally, broken: u64, args: &Args, took: Duration) {
    println!("{sum:#?}");
    println!(
        "13  {} account-days in {} worlds that held every promise, {broken} that broke one · seed {} · {} s",
        sum.account_days,
        sum.worlds,
        args.seed,
        took.num_seconds()
    );
}

/// Plays one world; `None` when a promise was broken in it.
fn play(seed: u64, args: &Args) -> Option<Tally> {
    let sort = args.sort(seed);
    let world = sort.world(seed, args.days);
    let accounts = world.accounts;
    match world.play() {
        Ok(outcome) if outcome.breaches.is_empty() => {
            if args.verbose {
                let digest = outcome.digest;
                println!(
                    "{} --seed {seed}: {accounts} accounts, {digest:016x}",
                    sort.name
                );
            }
            Some(outcome.tally)
        }
        Ok(outcome) => {
            tell(seed, sort.name, args.days, &outcome);
            None
        }
        Err(error) => {
            eprintln!("{} --seed {seed} could not be played: {error}", sort.name);
            None
        }
    }
}

fn tell(seed: u64, name: &str, days: i64, outcome: &Outcome) {
    let mut text =
        format!("BROKEN: simulation --world {name} --seed {seed} --worlds 1 --days {days}\n");
    for breach in outcome.breaches.iter().take(3) {
        let account = breach
            .account
            .map_or(String::new(), |number| format!(" account {number},"));
        text += &format!("  {:?}:{account} {}\n", breach.property, breach.story);
    }
    for line in &outcome.journal {
        text += &format!("    {line}\n");
    }
    eprint!("{text}");
}
