//! How many tests passed and failed, read from the closing lines of the runners.

use std::ops::Add;

/// Numbers of tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u32,
    /// Tests that failed, and steps that broke before they counted.
    pub(crate) failed: u32,
}

impl Tally {
    /// What one line of a runner's output adds. Only closing lines count:
    ///
    /// | runner | line |
    /// | --- | --- |
    /// | libtest | `test result: ok. 12 passed; 0 failed; …` |
    /// | nextest | `Summary [0.5s] 12 tests run: 11 passed, 1 failed, 0 skipped` |
    /// | Vitest | `Tests  1 failed | 11 passed (12)` |
    /// | Node | `ℹ pass 12`, `ℹ fail 0` |
    pub(crate) fn of_line(line: &str) -> Self {
        let line = line.trim();
        let closing = line.starts_with("test result:")
            || (line.starts_with("Summary [") && line.contains(" run:"))
            || line.starts_with("Tests  ");
        let numbers = |word| if closing { before(line, word) } else { 0 };
        let node = |word| {
            line.strip_prefix("ℹ ")
                .and_then(|rest| rest.strip_prefix(word))
                .and_then(|number| number.trim().parse().ok())
                .unwrap_or(0)
        };
        Self {
            passed: numbers("passed") + node("pass "),
            failed: numbers("failed") + node("fail "),
        }
    }

    /// One thing that passed or failed as a whole.
    pub(crate) fn of_step(ok: bool) -> Self {
        Self {
            passed: 0,
            failed: u32::from(!ok),
        }
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

/// The number right before a word: 3 in `3 failed;`.
fn before(line: &str, word: &str) -> u32 {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '(' | ')'))
        .filter(|part| !part.is_empty())
        .collect();
    words
        .windows(2)
        .find(|pair| pair[1] == word)
        .and_then(|pair| pair[0].parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_every_runner_are_counted() {
        for (line, passed, failed) in [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured",
                12,
                0,
            ),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored", 3, 2),
            (
                "     Summary [   0.521s] 12 tests run: 11 passed, 1 failed, 0 skipped",
                11,
                1,
            ),
            (
                "     Summary [   0.521s] 12 tests run: 12 passed (1 slow), 0 skipped",
                12,
                0,
            ),
            ("      Tests  1 failed | 11 passed (12)", 11, 1),
            ("ℹ pass 7", 7, 0),
            ("ℹ fail 2", 0, 2),
        ] {
            assert_eq!(Tally::of_line(line), Tally { passed, failed }, "{line}");
        }
    }

    #[test]
    fn other_lines_add_nothing() {
        for line in [
            " Test Files  3 passed (3)",
            "test an_account_that passed ... ok",
            "ℹ passing thoughts",
            "5 passed",
            "",
        ] {
            assert_eq!(Tally::of_line(line), Tally::default(), "{line}");
        }
    }
}
