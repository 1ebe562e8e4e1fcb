//! On Linux without a graphics card `WebKit`'s DMABUF renderer costs about 60 MB and paints later:
//! it is switched off where no render device exists and the person has not chosen. (Design brief,
//! section 18.)

/// Chooses before the web view exists. The variable must stand in the environment from the start,
/// so the program starts itself once more with it; setting it later would race with other threads.
#[cfg(target_os = "linux")]
pub(crate) fn choose() {
    use std::os::unix::process::CommandExt as _;

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_some() || has_render_device() {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let error = std::process::Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(SWITCH, "1")
        .exec();
    // Still here: it could not be started again, and the default renderer works too.
    drop(error);
}

#[cfg(target_os = "linux")]
fn has_render_device() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else {
        return false;
    };
    devices
        .flatten()
        .any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}

/// Only Linux has the choice.
#[cfg(not(target_os = "linux"))]
pub(crate) fn choose() {}
