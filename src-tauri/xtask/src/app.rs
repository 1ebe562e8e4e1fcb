//! Building and opening the app.

use std::path::PathBuf;

use anyhow::Result;

use crate::{page, place::Place, program::Program, say};

/// Like a release, without the minutes that squeezing costs (see the root Cargo.toml).
pub(crate) const PROFILE: &str = "e2e";

/// Builds page, window and command line; gives the folder the binaries are in.
pub(crate) fn build(place: &Place) -> Result<PathBuf> {
    page::build(place)?;
    say::step("Building the app and the command line (minutes the first time, seconds afterwards)");
    Program::cargo()
        .args("build --locked --profile")
        .arg(PROFILE)
        .args("-p relink-desktop -p cli -p desk")
        .within(&place.root)
        .run()?;
    Ok(place.built(PROFILE))
}

/// Opens the window in practice mode and waits until it is closed.
pub(crate) fn open_in_practice_mode(place: &Place) -> Result<()> {
    say::step("Opening Relink in practice mode: no Meta app, no account, no network");
    let name = format!("relink-desktop{}", std::env::consts::EXE_SUFFIX);
    let app = place.built(PROFILE).join(name);
    Program::new(&app.to_string_lossy()).arg("--practice").run()
}
