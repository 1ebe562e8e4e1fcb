//! Lower-case hexadecimal, exact: one value has one spelling.

use zeroize::Zeroizing;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Spells `bytes` in lower-case hexadecimal, two digits a byte.
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    for byte in bytes {
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from(
                DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'?'),
            ));
        }
    }
    text
}

/// Reads exactly `N` bytes from `2 * N` lower-case digits; anything else is `None`.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<Zeroizing<[u8; N]>> {
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return None;
    }
    let mut bytes = Zeroizing::new([0u8; N]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = (value(*high)? << 4) | value(*low)?;
    }
    Some(bytes)
}

/// Upper-case digits are refused: one key has one spelling.
fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn every_byte_survives_the_round_trip() {
        for byte in 0..=u8::MAX {
            assert_eq!(decode::<1>(&encode(&[byte])).as_deref(), Some(&[byte]));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in ["", "0", "0g", "0G", "AB", " 1", "1 ", "001", "é"] {
            assert!(decode::<1>(text).is_none(), "{text:?} is not one byte");
        }
    }
}
