//! Whether Relink starts with the computer: asked of the system, changed there, and remembered in between,
//! because the view asks often.

use std::io;
use std::sync::{Mutex, PoisonError};

use desktop::autostart::Autostart;

/// What was last found; `None` before it was looked at.
static KNOWN: Mutex<Option<Option<bool>>> = Mutex::new(None);

/// Whether it does; `None` where that is not known or not possible.
pub(crate) fn is_on() -> Option<bool> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *known.get_or_insert_with(look)
}

/// Switches it; says whether that is how it is now.
pub(crate) fn set(on: bool) -> bool {
    if is_on() == Some(on) {
        return true;
    }
    if let Err(error) = change(on) {
        tracing::warn!(kind = %error.kind(), "starting with the computer could not be changed");
    }
    let found = look();
    *KNOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    found == Some(on)
}

fn look() -> Option<bool> {
    Autostart::of_this_program()
        .and_then(|entry| entry.is_on())
        .ok()
}

fn change(on: bool) -> io::Result<()> {
    let entry = Autostart::of_this_program()?;
    if on {
        entry.switch_on()
    } else {
        entry.switch_off()
    }
}
