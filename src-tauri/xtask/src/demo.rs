//! `cargo xtask demo`: from a fresh machine to the open app.

use std::env;

use anyhow::Result;

use crate::{
    app, native,
    need::{self, Consent, For},
    place::Place,
    say,
};

/// Installs what is missing, builds, opens; without a display makes the tour instead.
pub(crate) fn run(place: &Place, consent: Consent) -> Result<()> {
    if !has_display() {
        say::line("There is no display here: the tour is made under a virtual one.");
        return native::tour(place, consent, false);
    }
    need::meet(place, For::Building, consent)?;
    app::build(place)?;
    app::open_in_practice_mode(place)
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
