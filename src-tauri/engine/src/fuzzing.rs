//! What only the fuzz targets of `tests/fuzz` may reach: they are built with `--cfg fuzzing`, nothing else is.

use url::Url;

use crate::listener;

/// Judges a request head as the listener does: the address it stands for, or the status it is refused with.
///
/// # Errors
/// The status of the refusal.
pub fn listener_head(bytes: &[u8], listen: &Url) -> Result<String, u16> {
    listener::judge(bytes, listen)
}
