//! `appsecret_proof` (Meta platform reference, B2).

use std::fmt::Write as _;

use domain::grant::AccessToken;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::credentials::AppSecret;

/// HMAC-SHA256 (RFC 2104) of the token, keyed with the app's secret, in small hexadecimal digits.
pub(super) fn of(secret: &AppSecret, token: &AccessToken) -> String {
    keyed(
        secret.expose_secret().as_bytes(),
        token.expose_secret().as_bytes(),
    )
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes a key of any length (RFC 2104, section 3)"
)]
fn keyed(key: &[u8], message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(message);
    let mut hex = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        // Writing to a text does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test cases 1, 2, 3 and 6 of RFC 4231: short keys, and one longer than a block of the hash.
    #[test]
    fn the_known_answers_are_given() {
        let table: [(&[u8], &[u8], &str); 4] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, expected) in table {
            assert_eq!(keyed(key, message), expected);
        }
    }

    #[test]
    fn the_secret_is_the_key_and_the_token_the_message() {
        let proof = of(
            &AppSecret::new("Jefe"),
            &AccessToken::new("what do ya want for nothing?"),
        );
        assert!(proof.starts_with("5bdcc146bf60754e"), "{proof}");
    }
}
