//! What is printed, and where: results on standard output, progress on standard error.

use std::io::Write as _;

use serde_json::Value;

use crate::args::Global;

/// Prints one line or document on standard output. A reader that has gone away is not an error.
pub(crate) fn print(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

/// Prints a line on standard error whatever was asked for: errors, and what a person must act on.
pub(crate) fn say(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Prints a line about progress on standard error.
pub(crate) fn progress(global: &Global, text: &str) {
    if !global.quiet {
        say(text);
    }
}

/// Prints a document, indented where a person reads it.
pub(crate) fn document(value: &Value) {
    use std::io::IsTerminal as _;
    let text = if std::io::stdout().is_terminal() {
        format!("{value:#}")
    } else {
        value.to_string()
    };
    print(&text);
}

/// A table with columns as wide as their widest cell.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells
            .chain(head.get(column).map(|cell| cell.chars().count()))
            .max()
            .unwrap_or(0)
    };
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().enumerate().map(|(column, cell)| {
            let gap = width(column).saturating_sub(cell.chars().count());
            format!("{cell}{}", " ".repeat(gap))
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    print(&line(head.to_vec()));
    for row in rows {
        print(&line(row.iter().map(String::as_str).collect()));
    }
}
