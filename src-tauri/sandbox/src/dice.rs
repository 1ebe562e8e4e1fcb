//! Chance that is not chance: everything is drawn from the seed, so that a run can be repeated.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// 64 bits that follow from `seed`, what they are for, and which one.
pub(crate) fn number(seed: u64, purpose: &str, index: u64) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&block(seed, purpose, index, 0)[..8]);
    u64::from_be_bytes(first)
}

/// `length` letters and digits that follow from `seed`, what they are for, and which one.
pub(crate) fn text(seed: u64, purpose: &str, index: u64, length: usize) -> String {
    let mut drawn = String::with_capacity(length + 43);
    for part in 0_u64.. {
        if drawn.len() >= length {
            break;
        }
        let encoded = URL_SAFE_NO_PAD.encode(block(seed, purpose, index, part));
        // Instagram's tokens hold letters and digits only, with many a `ZD`.
        drawn.push_str(&encoded.replace(['-', '_'], "ZD"));
    }
    drawn.truncate(length);
    drawn
}

/// `length` hexadecimal digits, as Meta's app secrets are written; at most 64.
pub(crate) fn hex(seed: u64, purpose: &str, length: usize) -> String {
    let digits = block(seed, purpose, 0, 0);
    let mut drawn: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    drawn.truncate(length);
    drawn
}

/// The name under which the world remembers a token, code or session: never the thing itself, so
/// that a saved world gives none of them away.
pub(crate) fn fingerprint(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

fn block(seed: u64, purpose: &str, index: u64, part: u64) -> [u8; 32] {
    Sha256::new()
        .chain_update(seed.to_be_bytes())
        .chain_update(purpose.as_bytes())
        .chain_update([0])
        .chain_update(index.to_be_bytes())
        .chain_update(part.to_be_bytes())
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_another_another() {
        assert_eq!(text(1, "token", 7, 160), text(1, "token", 7, 160));
        assert_ne!(text(1, "token", 7, 160), text(2, "token", 7, 160));
        assert_ne!(text(1, "token", 7, 160), text(1, "code", 7, 160));
        assert_ne!(number(1, "x", 0), number(1, "x", 1));
        assert!(
            text(1, "token", 7, 160)
                .chars()
                .all(|c| c.is_ascii_alphanumeric())
        );
        assert_eq!(text(1, "token", 7, 160).len(), 160);
    }
}
