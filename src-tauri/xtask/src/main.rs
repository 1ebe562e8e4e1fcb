#![doc = include_str!("../README.md")]

mod app;
mod bench;
mod demo;
mod fence;
mod fuzz;
mod licence;
mod metadata;
mod native;
mod need;
mod page;
mod place;
mod program;
mod prove;
mod say;
mod suite;
mod tally;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{need::Consent, place::Place};

const USAGE: &str = "\
cargo xtask <command>

  demo [--yes]     install what is missing, build, and open Relink in practice mode
                   (without a display: make the tour and say where the pictures are)
  test [--yes]     every check and every test
  native [NAME…]   the tests of the real window, or those whose name contains NAME
  tour [--docs]    pictures of every screen; --docs also renews those in docs/
  bench            first frame, readiness and memory against an empty window
  fence            who may depend on what, licences, sources
  prove [--full] [--seed N] [FIGURE…]
                   figures of the security document: processes killed, disks failing, copies racing;
                   minutes, or with --full as much as the document asks for
  fuzz [TARGET…] [--runs N]
                   chance against what reads from outside; a million executions each, unless told
                   otherwise
  contract         write the page's types anew

  --yes            install without asking";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::failure(&error);
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    match command.as_str() {
        "prove" => return prove::run(&Place::find()?, words),
        "fuzz" => return fuzz::run(&Place::find()?, words),
        _ => {}
    }
    let (flags, names): (Vec<_>, Vec<_>) = words.partition(|word| word.starts_with("--"));
    let known: &[&str] = match command.as_str() {
        "demo" | "test" | "native" | "bench" => &["--yes"],
        "tour" => &["--yes", "--docs"],
        _ => &[],
    };
    if let Some(flag) = flags.iter().find(|flag| !known.contains(&flag.as_str())) {
        bail!("`cargo xtask {command}` knows no {flag}.\n\n{USAGE}");
    }
    if command != "native" && !names.is_empty() {
        bail!("`cargo xtask {command}` takes no names.\n\n{USAGE}");
    }
    let consent = Consent::from_flag(flags.iter().any(|flag| flag == "--yes"));
    let place = Place::find()?;
    match command.as_str() {
        "demo" => demo::run(&place, consent),
        "test" => suite::run(&place, consent),
        "native" => match native::test(&place, consent, &names)?.failed {
            0 => Ok(()),
            failed => bail!("{failed} tests of the real window failed."),
        },
        "tour" => native::tour(&place, consent, flags.iter().any(|flag| flag == "--docs")),
        "bench" => bench::run(&place, consent),
        "fence" => fence::run(&place),
        "contract" => page::write_contract(&place),
        "" | "help" => {
            say::line(USAGE);
            Ok(())
        }
        other => bail!("There is no command `{other}`.\n\n{USAGE}"),
    }
}
