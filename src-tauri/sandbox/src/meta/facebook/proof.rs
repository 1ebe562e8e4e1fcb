//! `appsecret_proof` (Meta platform reference, B2): hex HMAC-SHA256 with the app secret as key and
//! the token as message.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{config::MetaApp, graph_error::GraphError, meta::Call};

/// A proof that is sent must be right; one that is required must be sent.
pub(super) fn check(app: &MetaApp, call: &Call) -> Result<(), GraphError> {
    let sent = call.query.get("appsecret_proof");
    match sent.or_else(|| call.form.get("appsecret_proof")) {
        Some(sent) if is_right(sent, &app.facebook_app_secret, call.token()) => Ok(()),
        Some(_) => Err(GraphError::proof_wrong()),
        None if app.require_app_secret => Err(GraphError::proof_missing()),
        None => Ok(()),
    }
}

fn is_right(sent: &str, secret: &str, token: &str) -> bool {
    proof(secret, token).is_some_and(|expected| sent == expected)
}

/// A key of any length will do (RFC 2104 section 2), so `None` never comes.
fn proof(secret: &str, token: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(token.as_bytes());
    let digest = mac.finalize().into_bytes();
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_the_mac_of_rfc_4231() {
        assert_eq!(
            proof("Jefe", "what do ya want for nothing?").as_deref(),
            Some("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            "section 4.3, test case 2"
        );
        assert!(!is_right("", "Jefe", "x"));
    }
}
