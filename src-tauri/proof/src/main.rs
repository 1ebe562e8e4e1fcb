//! `proof`: measures the figures of security document section 14 that need a process to be killed, a
//! disk to fail, or several copies to run at once.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing figures is what this program is for"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use engine::clock::{Clock as _, SystemClock};
use proof::figure::control;
use proof::{Figure, Size, Stage, actor};

/// Measures what happens to data when processes are killed and disks fail.
#[derive(Debug, Parser)]
struct Arguments {
    /// As much as the security document asks for, instead of a few minutes
    #[arg(long, conflicts_with = "small")]
    full: bool,
    /// As little as the tests do
    #[arg(long)]
    small: bool,
    /// Decides everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Numbers of figures in the security document; all when none is named
    figures: Vec<u8>,
    #[command(subcommand)]
    hidden: Option<Hidden>,
}

#[derive(Debug, Subcommand)]
enum Hidden {
    /// Plays the part in a folder: the process that is killed
    #[command(hide = true)]
    Play {
        /// The stage
        folder: PathBuf,
    },
    /// Writes numbers: the control of the power losses
    #[command(hide = true)]
    Control {
        /// The data folder
        data: PathBuf,
        /// The level of `synchronous`
        level: String,
        /// How many
        numbers: u32,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let end = match &arguments.hidden {
        Some(Hidden::Play { folder }) => actor::play(folder),
        Some(Hidden::Control {
            data,
            level,
            numbers,
        }) => control::write(data, level, *numbers),
        None => measure(&arguments),
    };
    end.unwrap_or_else(|error| {
        eprintln!("proof: {error:#}");
        ExitCode::FAILURE
    })
}

fn measure(arguments: &Arguments) -> Result<ExitCode> {
    let size = match (arguments.full, arguments.small) {
        (true, _) => Size::Full,
        (false, true) => Size::Small,
        (false, false) => Size::Middle,
    };
    let own = std::env::current_exe().context("this program does not know where it lies")?;
    let stage = Stage::new(own, arguments.seed, size)?;
    let named = |figure: &Figure| {
        arguments.figures.is_empty() || arguments.figures.contains(&figure.number())
    };
    let mut sound = true;
    for figure in Figure::ALL.into_iter().filter(named) {
        let begun = SystemClock.reading().elapsed;
        let report = figure.measure(&stage)?;
        let seconds = (SystemClock.reading().elapsed - begun).num_seconds();
        println!(
            "{:>2}  {} · seed {} · {seconds} s",
            figure.number(),
            report.line,
            arguments.seed
        );
        for failure in report.failures.iter().take(40) {
            println!("      {failure}");
        }
        sound &= report.failures.is_empty();
    }
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
