//! Windows: the linker comes with Visual Studio's build tools, the web view with the system.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{program::Program, say};

/// The entry of the web view (its client id), for the whole computer and for one user.
const WEB_VIEW: [&str; 2] = [
    r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}",
    r"HKCU\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}",
];

pub(super) fn meet() -> Result<()> {
    if !has_linker() {
        bail!(
            "Missing: Microsoft's C++ build tools. Install them, then run the command again: \
             winget install Microsoft.VisualStudio.2022.BuildTools --override \
             \"--add Microsoft.VisualStudio.Workload.VCTools --includeRecommended --passive\""
        );
    }
    let web_view = WEB_VIEW
        .iter()
        .any(|key| Program::new("reg").arg("query").arg(key).works());
    if !web_view {
        bail!(
            "Missing: WebView2. Install it, then run the command again: winget install Microsoft.EdgeWebView2Runtime"
        );
    }
    say::line("The build tools and WebView2 are there.");
    Ok(())
}

fn has_linker() -> bool {
    let Some(programs) = std::env::var_os("ProgramFiles(x86)") else {
        return false;
    };
    let finder = Path::new(&programs).join(r"Microsoft Visual Studio\Installer\vswhere.exe");
    Program::new(&finder.to_string_lossy())
        .args("-latest -products * -property installationPath -requires")
        .arg("Microsoft.VisualStudio.Component.VC.Tools.x86.x64")
        .read()
        .is_ok_and(|path| !path.trim().is_empty())
}
