//! The figures of security document section 14 that are measured here.

mod answer;
pub mod control;
mod copies;
mod damage;
mod fault;
mod kill;
mod media;
mod power;
mod survival;
mod throughput;

use std::path::PathBuf;

use anyhow::Result;
use sandbox::RefreshBehaviour;
use tokio::runtime::Runtime;

use crate::tracer;

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Seconds: on every commit.
    Small,
    /// Minutes.
    Middle,
    /// As the security document says.
    Full,
}

impl Size {
    fn of<T>(self, small: T, middle: T, full: T) -> T {
        match self {
            Self::Small => small,
            Self::Middle => middle,
            Self::Full => full,
        }
    }
}

/// What every figure is given.
pub struct Stage {
    /// The program that plays: `proof` itself.
    pub actor: PathBuf,
    /// The command line, for the figure that needs it.
    pub relink: PathBuf,
    /// Decides everything that is drawn.
    pub seed: u64,
    /// How much.
    pub size: Size,
    /// Where the providers live.
    pub runtime: Runtime,
}

impl Stage {
    /// A stage whose programs lie beside `actor`.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn new(actor: PathBuf, seed: u64, size: Size) -> Result<Self> {
        let relink = actor.with_file_name(format!("relink{}", std::env::consts::EXE_SUFFIX));
        Ok(Self {
            actor,
            relink,
            seed,
            size,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()?,
        })
    }
}

/// What was measured.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The figure, in one line.
    pub line: String,
    /// Everything that speaks against it, each with what is needed to meet it again.
    pub failures: Vec<String>,
    /// Why nothing was measured, where that is so.
    pub unmeasured: Option<String>,
}

/// One figure, by its number in the security document, or above those.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// 8: kill points.
    KillPoints,
    /// 9: power losses.
    PowerLosses,
    /// 10: faults of the disk.
    DiskFaults,
    /// 11: several copies at once.
    SeveralCopies,
    /// 12: damaged files.
    DamagedFiles,
    /// 14: crashes between the provider's answer and the commit.
    LostAnswers,
    /// 30, not of the security document: renewing without a limit (product document, section 7).
    Throughput,
    /// 31, not of the security document: ten thousand items of one account (product document, section 7).
    Media,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 8] = [
        Self::KillPoints,
        Self::PowerLosses,
        Self::DiskFaults,
        Self::SeveralCopies,
        Self::DamagedFiles,
        Self::LostAnswers,
        Self::Throughput,
        Self::Media,
    ];

    /// Its number in the security document.
    pub fn number(self) -> u8 {
        match self {
            Self::KillPoints => 8,
            Self::PowerLosses => 9,
            Self::DiskFaults => 10,
            Self::SeveralCopies => 11,
            Self::DamagedFiles => 12,
            Self::LostAnswers => 14,
            Self::Throughput => 30,
            Self::Media => 31,
        }
    }

    fn needs_tracer(self) -> bool {
        match self {
            Self::KillPoints
            | Self::PowerLosses
            | Self::DiskFaults
            | Self::DamagedFiles
            | Self::LostAnswers => true,
            Self::SeveralCopies | Self::Throughput | Self::Media => false,
        }
    }

    /// Measures it.
    ///
    /// # Errors
    /// The stage failed; what Relink did wrong is in the report.
    pub fn measure(self, stage: &Stage) -> Result<Report> {
        if self.needs_tracer()
            && let Err(reason) = tracer::available()
        {
            return Ok(Report {
                line: reason.clone(),
                failures: Vec::new(),
                unmeasured: Some(reason),
            });
        }
        match self {
            Self::KillPoints => kill::measure(stage),
            Self::PowerLosses => power::measure(stage),
            Self::DiskFaults => fault::measure(stage),
            Self::SeveralCopies => copies::measure(stage),
            Self::DamagedFiles => damage::measure(stage),
            Self::LostAnswers => answer::measure(stage),
            Self::Throughput => throughput::measure(stage),
            Self::Media => media::measure(stage),
        }
    }
}

/// What a renewal may do to the token's string; Meta does not say.
const BEHAVIOURS: [RefreshBehaviour; 3] = [
    RefreshBehaviour::SameString,
    RefreshBehaviour::NewStringOldLives,
    RefreshBehaviour::NewStringOldDies,
];
