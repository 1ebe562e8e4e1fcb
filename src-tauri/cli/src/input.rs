//! What is read from the person: never from an argument, where everybody could see it.

use std::io::{BufRead as _, IsTerminal as _, Read};

use crate::args::Global;
use crate::exit::Failure;

/// The longest secret read from standard input, in bytes.
const MAX_SECRET: u64 = 16 * 1024;

/// One line from standard input; typed without an echo where that is a terminal.
pub(crate) fn secret(prompt: &str) -> Result<String, Failure> {
    let text = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(prompt)?
    } else {
        everything(MAX_SECRET)?
    };
    let text = text.trim_matches(['\r', '\n', ' ']).to_owned();
    if text.is_empty() {
        return Err(Failure::usage("nothing came on standard input".to_owned()));
    }
    Ok(text)
}

/// The longest file of tokens read from standard input, in bytes: a thousand lines of the longest.
const MAX_TOKENS: u64 = 4 * 1024 * 1024;

/// Everything on standard input; one token, typed without an echo, where that is a terminal.
pub(crate) fn tokens(prompt: &str) -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        return secret(prompt);
    }
    let text = everything(MAX_TOKENS)?;
    if text.trim().is_empty() {
        return Err(Failure::usage("nothing came on standard input".to_owned()));
    }
    Ok(text)
}

fn everything(limit: u64) -> Result<String, Failure> {
    read_whole(std::io::stdin(), limit)
}

/// What is longer than it may be is refused and not cut: a part of it would be something else.
fn read_whole(from: impl Read, limit: u64) -> Result<String, Failure> {
    let mut text = String::new();
    let read = from.take(limit + 1).read_to_string(&mut text)?;
    if read as u64 > limit {
        return Err(Failure::usage(format!(
            "more than {limit} bytes came on standard input"
        )));
    }
    Ok(text)
}

/// The next line of standard input; `None` at its end.
pub(crate) fn line() -> Result<Option<String>, Failure> {
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(MAX_SECRET)
        .read_line(&mut text)?;
    Ok((read > 0).then(|| text.trim().to_owned()))
}

/// The passphrase that opens the key, from a file or a terminal; `None` where neither is at hand:
/// what needs no key goes on without it.
pub(crate) fn passphrase_for_opening(global: &Global) -> Result<Option<String>, Failure> {
    if global.passphrase_file.is_some() {
        return passphrase_from_file(global).map(Some);
    }
    if std::io::stdin().is_terminal() {
        return Ok(Some(rpassword::prompt_password("Passphrase: ")?));
    }
    Ok(None)
}

/// A new passphrase, typed twice.
pub(crate) fn new_passphrase(global: &Global) -> Result<String, Failure> {
    if global.passphrase_file.is_some() {
        return passphrase_from_file(global);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "name a file with --passphrase-file, or run this in a terminal".to_owned(),
        ));
    }
    let first = rpassword::prompt_password("New passphrase: ")?;
    if first != rpassword::prompt_password("The same again: ")? {
        return Err(Failure::usage("the two passphrases differ".to_owned()));
    }
    Ok(first)
}

fn passphrase_from_file(global: &Global) -> Result<String, Failure> {
    let Some(path) = &global.passphrase_file else {
        return Err(Failure::usage("no passphrase file is named".to_owned()));
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("{} cannot be read: {error}", path.display())))?;
    // With and without a line end it is the same passphrase.
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_it_may_be_is_refused_and_not_cut() {
        assert_eq!(
            read_whole(&b"12345678"[..], 8).ok().as_deref(),
            Some("12345678")
        );
        assert!(read_whole(&b"123456789"[..], 8).is_err());
        assert_eq!(read_whole(&b""[..], 8).ok().as_deref(), Some(""));
    }
}
