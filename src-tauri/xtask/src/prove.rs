//! `cargo xtask prove`: the figures of the security document, section 14, in numbers too large for
//! every commit.

use anyhow::{Context as _, Result, bail};

use crate::{
    need::{self, Consent},
    place::Place,
    program::Program,
    say,
};

/// A program that measures, with the figures it knows.
struct Prover {
    /// Package and binary.
    name: &'static str,
    /// What else has to be built: it starts these.
    beside: &'static [&'static str],
    figures: &'static [u32],
    /// How it is built: as releases are where time is part of the figure.
    profile: &'static str,
    /// What it is told.
    words: fn(&Self, &Wish) -> Vec<String>,
}

const PROVERS: &[Prover] = &[
    Prover {
        name: "proof",
        beside: &["cli"],
        figures: &[8, 9, 10, 11, 12, 14, 30, 31],
        profile: "e2e",
        words: |prover, wish| {
            let figures = wish.of(prover).map(|figure| figure.to_string());
            wish.full
                .then(|| "--full".to_owned())
                .into_iter()
                .chain(figures)
                .collect()
        },
    },
    Prover {
        name: "simulation",
        beside: &[],
        figures: &[13],
        profile: "release",
        words: |_, wish| {
            let days = if wish.full {
                FULL_ACCOUNT_DAYS
            } else {
                MIDDLE_ACCOUNT_DAYS
            };
            vec!["--account-days".to_owned(), days.to_owned()]
        },
    },
];

/// Simulated account-days: figure 13 in full, and a tenth of it.
const FULL_ACCOUNT_DAYS: &str = "3650000";
const MIDDLE_ACCOUNT_DAYS: &str = "365000";

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    full: bool,
    consent: bool,
    seed: String,
    figures: Vec<u32>,
}

impl Wish {
    fn read(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut wish = Self {
            full: false,
            consent: false,
            seed: "1".to_owned(),
            figures: Vec::new(),
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--full" => wish.full = true,
                "--yes" => wish.consent = true,
                "--seed" => {
                    let seed = words.next().filter(|seed| seed.parse::<u64>().is_ok());
                    wish.seed = seed.context("After --seed comes a number.")?;
                }
                figure => {
                    let number = figure.parse().ok();
                    let known = |number: &u32| PROVERS.iter().any(|it| it.figures.contains(number));
                    let Some(number) = number.filter(known) else {
                        bail!("`cargo xtask prove` knows no figure {figure}.");
                    };
                    wish.figures.push(number);
                }
            }
        }
        Ok(wish)
    }

    /// Which of a prover's figures are wanted.
    fn of<'a>(&'a self, prover: &'a Prover) -> impl Iterator<Item = u32> + 'a {
        let wanted = |figure: &u32| self.figures.is_empty() || self.figures.contains(figure);
        prover.figures.iter().copied().filter(wanted)
    }
}

/// Builds every prover whose figures are wanted and runs it; all of them, even if one finds something.
pub(crate) fn run(place: &Place, words: impl IntoIterator<Item = String>) -> Result<()> {
    let wish = Wish::read(words)?;
    need::tracer(Consent::from_flag(wish.consent))?;
    let mut unsound = Vec::new();
    for prover in PROVERS.iter().filter(|it| wish.of(it).next().is_some()) {
        say::step(&format!("Building {}", prover.name));
        let packages = std::iter::once(&prover.name).chain(prover.beside);
        packages
            .fold(
                Program::cargo()
                    .args("build --quiet --locked --profile")
                    .arg(prover.profile),
                |cargo, name| cargo.arg("-p").arg(name),
            )
            .within(&place.root)
            .run()?;
        say::step(&format!("Measuring at {}", commit(place)));
        let binary = format!("{}{}", prover.name, std::env::consts::EXE_SUFFIX);
        let binary = place.built(prover.profile).join(binary);
        let mut program = Program::new(binary.to_str().context("The checkout's path is no text.")?)
            .arg("--seed")
            .arg(&wish.seed);
        for word in (prover.words)(prover, &wish) {
            program = program.arg(word);
        }
        if let Err(error) = program.within(&place.root).run() {
            say::failure(&error);
            unsound.push(prover.name);
        }
    }
    if unsound.is_empty() {
        return Ok(());
    }
    bail!(
        "A figure does not hold: see what {} found.",
        unsound.join(" and ")
    );
}

/// The commit that is measured, and whether more than it is.
fn commit(place: &Place) -> String {
    let git = |words: &str| Program::new("git").args(words).within(&place.root).read();
    let Ok(head) = git("rev-parse --short=12 HEAD") else {
        return "an unknown commit".to_owned();
    };
    let changed = git("status --porcelain").is_ok_and(|changes| !changes.trim().is_empty());
    let more = if changed { " with changes" } else { "" };
    format!("{}{more}", head.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Wish> {
        Wish::read(words.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_wish_is_read_in_any_order_and_nonsense_is_named() -> Result<()> {
        let wish = read("9 --seed 7 --full 12")?;
        assert_eq!(
            wish,
            Wish {
                full: true,
                consent: false,
                seed: "7".to_owned(),
                figures: vec![9, 12],
            }
        );
        let prover = &PROVERS[0];
        assert_eq!(wish.of(prover).collect::<Vec<_>>(), [9, 12]);
        assert_eq!(read("")?.of(prover).count(), prover.figures.len());
        for nonsense in ["--seed", "--seed x", "99", "--quick"] {
            assert!(read(nonsense).is_err(), "{nonsense}");
        }
        Ok(())
    }
}
