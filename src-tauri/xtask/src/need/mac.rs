//! macOS: the web view comes with the system; the compiler with Apple's command line tools.

use anyhow::{Result, bail};

use super::Consent;
use crate::{program::Program, say};

pub(super) fn meet(consent: Consent) -> Result<()> {
    if Program::new("xcode-select").arg("-p").works() {
        say::line("Apple's command line tools are there.");
        return Ok(());
    }
    say::line("Missing: Apple's command line tools (compiler and linker).");
    if consent.agreed("Ask the system to install them?") {
        Program::new("xcode-select").arg("--install").run()?;
    }
    bail!("Run the command again when the tools are installed (`xcode-select --install`).");
}
