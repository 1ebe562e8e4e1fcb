//! The one line a key store keeps (security document, K4).
//!
//! ```text
//! relink1 0123456789abcdef 64-hexadecimal-digits 8-check-digits
//! ```
//!
//! Plain ASCII without a line end: some wallets take UTF-8 only, one keyring format breaks at line
//! ends, and Windows takes 2 560 bytes at most. The check digits tell a line that was cut or
//! retyped from one that belongs to another key.

use std::fmt;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::hex;
use crate::key::{Kek, KeyId};

const VERSION: &str = "relink1";
const CHECK_BYTES: usize = 4;

/// A key written as the line a key store keeps. Zeroed when dropped, never printed.
pub struct KeyLine(Zeroizing<String>);

impl KeyLine {
    /// Writes `kek` down.
    pub fn of(kek: &Kek) -> Self {
        let mut line = Zeroizing::new(String::with_capacity(128));
        line.push_str(VERSION);
        line.push(' ');
        line.push_str(&hex::encode(kek.id().as_bytes()));
        line.push(' ');
        line.push_str(&hex::encode(kek.expose_bytes()));
        let check = check_digits(&line);
        line.push(' ');
        line.push_str(&check);
        Self(line)
    }

    /// Takes what a key store answered, whatever it is.
    pub fn from_store(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The line itself, for the key store it is about to enter.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Reads the key back; `None` for anything but a whole line of a known version.
    pub fn key(&self) -> Option<Kek> {
        let (line, check) = self.0.rsplit_once(' ')?;
        if *check_digits(line) != check {
            return None;
        }
        let mut words = line.split(' ');
        let (version, id, key) = (words.next()?, words.next()?, words.next()?);
        if version != VERSION || words.next().is_some() {
            return None;
        }
        let id: KeyId = id.parse().ok()?;
        Some(Kek::from_parts(id, hex::decode(key)?))
    }
}

impl fmt::Debug for KeyLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyLine([redacted])")
    }
}

/// The first four bytes of the line's SHA-256, as eight digits.
fn check_digits(line: &str) -> Zeroizing<String> {
    let hash: [u8; 32] = Sha256::digest(line.as_bytes()).into();
    hex::encode(hash.get(..CHECK_BYTES).unwrap_or(&hash))
}

#[cfg(test)]
mod tests {
    use super::KeyLine;
    use crate::key::{Kek, KeyId};
    use zeroize::Zeroizing;

    fn line() -> String {
        let key = Kek::from_parts(KeyId::from_bytes([0xa1; 8]), Zeroizing::new([0xb2; 32]));
        KeyLine::of(&key).expose().to_owned()
    }

    fn read(text: &str) -> Option<Kek> {
        KeyLine::from_store(Zeroizing::new(text.to_owned())).key()
    }

    #[test]
    fn a_line_is_short_plain_ascii_and_reads_back() {
        let line = line();
        assert!(line.is_ascii() && !line.contains('\n') && line.len() < 128);
        let key = read(&line).unwrap();
        assert_eq!(key.id().to_string(), "a1a1a1a1a1a1a1a1");
        assert_eq!(key.expose_bytes(), &[0xb2; 32]);
    }

    #[test]
    fn no_altered_shortened_or_lengthened_line_is_read() {
        let line = line();
        for at in 0..line.len() {
            for bit in 0..7 {
                let mut altered = line.clone().into_bytes();
                altered[at] ^= 1 << bit;
                let altered = String::from_utf8(altered).unwrap();
                assert!(read(&altered).is_none(), "bit {bit} of character {at}");
            }
            assert!(read(&line[..at]).is_none(), "cut after {at}");
        }
        for text in [
            format!("{line} "),
            format!("{line}\n"),
            format!(" {line}"),
            String::new(),
        ] {
            assert!(read(&text).is_none());
        }
    }

    #[test]
    fn a_line_is_never_printed() {
        let line = KeyLine::from_store(Zeroizing::new(line()));
        assert_eq!(format!("{line:?}"), "KeyLine([redacted])");
    }
}
