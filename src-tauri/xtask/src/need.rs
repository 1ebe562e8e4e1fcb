//! What the computer has to have, what of it is missing, and how it is installed.

mod linux;
mod mac;
mod windows;

use anyhow::{Result, bail};

use crate::{place::Place, program::Program, program::on_path, say};

/// Whether the person has agreed to installations in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    /// `--yes` was given.
    Given,
    /// They are asked where somebody can be.
    Ask,
}

impl Consent {
    /// From the `--yes` flag.
    pub(crate) fn from_flag(yes: bool) -> Self {
        if yes { Self::Given } else { Self::Ask }
    }

    /// Asks, unless the answer is known.
    pub(crate) fn agreed(self, question: &str) -> bool {
        self == Self::Given || say::agreed(question)
    }
}

/// What a command is going to do, and so what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Building the app and opening it on the person's own screen.
    Building,
    /// Driving the real window under a virtual display as well.
    Windows,
    /// Stopping processes at their system calls, and nothing else.
    Proofs,
}

impl For {
    /// Whether this needs what `need` names.
    fn covers(self, need: Self) -> bool {
        match self {
            Self::Building | Self::Proofs => need == self,
            Self::Windows => need != Self::Proofs,
        }
    }
}

/// Whether this system can drive the real window. The web view has a driver on Linux; on macOS there
/// is none, and on Windows these tests have no key store and browser of their own yet.
pub(crate) fn can_drive_windows() -> bool {
    cfg!(target_os = "linux")
}

/// Installs what is missing, after saying what.
pub(crate) fn meet(place: &Place, goal: For, consent: Consent) -> Result<()> {
    say::step("Looking for what is needed");
    node()?;
    match std::env::consts::OS {
        "linux" => linux::meet(goal, consent)?,
        "macos" => mac::meet(consent)?,
        "windows" => windows::meet()?,
        other => say::line(&format!(
            "Relink has not been built on {other} before; trying."
        )),
    }
    if goal == For::Windows && can_drive_windows() {
        tauri_driver(place, consent)?;
    }
    Ok(())
}

/// What stops processes at their system calls. There is none on other systems, where the figures that
/// need it say that they are not measured.
pub(crate) fn tracer(consent: Consent) -> Result<()> {
    if cfg!(target_os = "linux") {
        linux::meet(For::Proofs, consent)?;
    }
    Ok(())
}

/// rustfmt and Clippy, which `cargo xtask test` uses.
pub(crate) fn components(consent: Consent) -> Result<()> {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(command, _)| !Program::cargo().arg(command).arg("--version").works())
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !on_path("rustup") {
        bail!("Missing: {names}. Install these parts of Rust the way Rust itself was installed.");
    }
    say::line(&format!("Missing parts of Rust: {names}."));
    if !consent.agreed("Install them with rustup?") {
        bail!("Without {names} not everything can be checked: `rustup component add {names}`.");
    }
    Program::new("rustup")
        .args("component add")
        .args(&names)
        .run()
}

const NODE: (u32, u32) = (20, 19);

fn node() -> Result<()> {
    let asked = Program::new("node").arg("--version").read();
    let Ok(version) = asked else {
        bail!(
            "Node.js is missing. Install version {} or newer from your system's packages or nodejs.org.",
            NODE.0
        );
    };
    let mut numbers = version.trim().trim_start_matches('v').split('.');
    let mut next = || numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let found: (u32, u32) = (next(), next());
    if found < NODE {
        bail!(
            "Node.js {} is too old; {}.{} or newer is needed.",
            version.trim(),
            NODE.0,
            NODE.1
        );
    }
    if !Program::new("npm").arg("--version").works() {
        bail!("npm is missing. It comes with Node.js; on Debian it is the package npm.");
    }
    Ok(())
}

/// The version building-here names; a checkout of its own keeps its own copy.
const TAURI_DRIVER: &str = "2.1.0";

fn tauri_driver(place: &Place, consent: Consent) -> Result<()> {
    let own = place.tools().join("bin").join("tauri-driver");
    if own.is_file() || on_path("tauri-driver") {
        return Ok(());
    }
    say::line(&format!(
        "Missing: tauri-driver {TAURI_DRIVER}, which drives the window. It goes to {}.",
        place.tools().display()
    ));
    if !consent.agreed("Build it with cargo install (about a minute)?") {
        bail!("Without tauri-driver the real window cannot be tested.");
    }
    Program::cargo()
        .args("install tauri-driver --locked --version")
        .arg(TAURI_DRIVER)
        .arg("--root")
        .arg(place.tools())
        .env("CARGO_TARGET_DIR", place.tools().join("build"))
        .run()
}
