//! The page: its packages, its build, its checks, its types.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use crate::{place::Place, program::Program, say, tally::Tally};

/// Installs the locked npm packages of a folder, unless exactly these are there already.
pub(crate) fn packages(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock)
        .with_context(|| format!("{} is missing; the checkout is not whole.", lock.display()))?;
    let stamp = folder
        .join("node_modules")
        .join(".installed-package-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    say::line(&format!(
        "npm will install the locked packages of {}.",
        folder.display()
    ));
    Program::new("npm")
        .args("ci --no-audit --no-fund --loglevel=error")
        .within(folder)
        .run()?;
    fs::write(&stamp, wanted).with_context(|| format!("{} could not be written.", stamp.display()))
}

/// Builds the page into `ui/dist`, from where it goes into the app.
pub(crate) fn build(place: &Place) -> Result<()> {
    say::step("Building the page");
    packages(&place.ui())?;
    Program::new("npm")
        .args("run --silent build -- --logLevel warn")
        .within(&place.ui())
        .run()
}

/// Types, lints and styles of the page.
pub(crate) fn check(place: &Place) -> Result<()> {
    Program::new("npm")
        .args("run --silent check")
        .within(&place.ui())
        .run()
}

/// The page's own tests.
pub(crate) fn test(place: &Place) -> Result<Tally> {
    Program::new("npm")
        .args("run --silent test")
        .env("NO_COLOR", "1")
        .within(&place.ui())
        .run_counting()
}

/// Writes the page's types anew from the engine's views; the tests fail while they differ.
pub(crate) fn write_contract(place: &Place) -> Result<()> {
    say::step("Writing ui/src/ipc/bindings.ts from the engine's views");
    Program::cargo()
        .args("test --quiet -p engine contract")
        .env("RELINK_WRITE_BINDINGS", "1")
        .within(&place.root)
        .run()
}
