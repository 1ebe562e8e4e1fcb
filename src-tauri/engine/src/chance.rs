//! The system's random source, for states and names of attempts.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The system has no random numbers to give.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers")]
pub(crate) struct NoChance;

/// `BYTES` random bytes in base64url without padding. (Security document, C1.)
pub(crate) fn text<const BYTES: usize>() -> Result<String, NoChance> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 of a state: the only form in which it is kept. (Security document, C2.)
pub(crate) fn hash(state: &str) -> [u8; 32] {
    Sha256::digest(state.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_thirty_two_fresh_bytes() {
        let (one, other) = (text::<32>().unwrap(), text::<32>().unwrap());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(&one).unwrap().len(), 32);
    }
}
