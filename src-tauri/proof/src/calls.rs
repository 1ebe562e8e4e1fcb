//! Which system calls one play makes: where it can be struck.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::Result;

/// One line of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The kind.
    pub kind: String,
    /// Its number among those of its kind and thread, from 1.
    pub number: usize,
    /// Whether the main thread made it.
    pub main: bool,
    /// The line from its first argument on.
    pub rest: String,
}

/// Every call of a trace made with [`crate::tracer::Watch::Count`], in the order it was begun.
///
/// # Errors
/// The trace cannot be read.
pub fn read(trace: &Path) -> Result<Vec<Call>> {
    let mut calls: Vec<Call> = Vec::new();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut main = None;
    for line in BufReader::new(File::open(trace)?).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        let Some((thread, call)) = line.split_once(' ') else {
            continue;
        };
        let main = main.get_or_insert_with(|| thread.to_owned());
        let call = call.trim_start();
        if let Some(resumed) = call.strip_prefix("<... ") {
            complete(&mut calls, main == thread, resumed);
            continue;
        }
        let Some((kind, rest)) = call.split_once('(') else {
            continue;
        };
        if !kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        let count = counts
            .entry((thread.to_owned(), kind.to_owned()))
            .or_default();
        *count += 1;
        calls.push(Call {
            kind: kind.to_owned(),
            number: *count,
            main: main == thread,
            rest: rest.to_owned(),
        });
    }
    Ok(calls)
}

/// A call that was interrupted by another thread's line goes on: its result belongs to its begin.
fn complete(calls: &mut [Call], main: bool, resumed: &str) {
    let Some((kind, result)) = resumed.split_once(" resumed>") else {
        return;
    };
    let begun = calls.iter_mut().rev().find(|call| {
        call.kind == kind && call.main == main && call.rest.ends_with("<unfinished ...>")
    });
    if let Some(call) = begun {
        let length = call.rest.len() - "<unfinished ...>".len();
        call.rest.truncate(length);
        call.rest.push_str(result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_kind_and_thread() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trace");
        let trace = "7 openat(AT_FDCWD, \"a\") = 3\n\
                     8 openat(AT_FDCWD, \"b\" <unfinished ...>\n\
                     7 openat(AT_FDCWD, \"c\") = 4\n\
                     8 <... openat resumed>) = 5\n\
                     7 +++ exited with 0 +++\n";
        std::fs::write(&path, trace).unwrap();
        let calls = read(&path).unwrap();
        let seen: Vec<_> = calls
            .iter()
            .map(|call| (call.number, call.main, call.rest.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (1, true, "AT_FDCWD, \"a\") = 3"),
                (1, false, "AT_FDCWD, \"b\" ) = 5"),
                (2, true, "AT_FDCWD, \"c\") = 4"),
            ]
        );
    }
}
