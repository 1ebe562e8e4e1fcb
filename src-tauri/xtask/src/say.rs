//! The one place that prints.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the person is what this program is for"
)]

use std::io::{IsTerminal, Write};

/// A heading for what begins now.
pub(crate) fn step(what: &str) {
    println!("\n== {what}");
}

/// One line, or several.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// Something a person must not overlook.
pub(crate) fn loudly(text: &str) {
    let bar = "!".repeat(78);
    println!("\n{bar}\n{text}\n{bar}");
}

/// Why the command ends here: the sentence first, then what lies below it.
pub(crate) fn failure(error: &anyhow::Error) {
    eprintln!("\nxtask: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}

/// Asks for a yes. Where nobody can be asked the answer is yes, and the text says so.
pub(crate) fn agreed(question: &str) -> bool {
    if !std::io::stdin().is_terminal() || std::env::var_os("CI").is_some() {
        println!("{question} Nobody to ask here, so: yes.");
        return true;
    }
    print!("{question} [Y/n] ");
    let _ = std::io::stdout().flush();
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "" | "y" | "Y" | "yes")
}
