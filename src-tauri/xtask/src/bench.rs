//! `cargo xtask bench`: the window against an empty one, in the same run.

use anyhow::{Result, bail};

use crate::{
    native,
    need::{self, Consent, For},
    page,
    place::Place,
    program::Program,
    say,
};

/// Builds both as releases and measures them in turn (product document, section 7).
pub(crate) fn run(place: &Place, consent: Consent) -> Result<()> {
    if !need::can_drive_windows() {
        bail!("The benchmark of the window needs WebKit's driver, which there is on Linux only.");
    }
    need::meet(place, For::Windows, consent)?;
    page::packages(&place.native())?;
    page::build(place)?;
    say::step(
        "Building the app and an empty window as releases (about ten minutes the first time)",
    );
    Program::cargo()
        .args("build --locked --release -p relink-desktop -p cli -p desk -p floor")
        .within(&place.root)
        .run()?;
    say::step("Measuring, interleaved");
    native::runner(place, "bench", &[])
        .env("RELINK_BUILD", place.built("release"))
        .run()
}
