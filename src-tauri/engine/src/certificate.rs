//! This installation's certificate for `https://localhost`. It signs itself and nothing else, is known to no other
//! computer, and is never installed anywhere: the browser warns once, and the person decides. (Security document, C21.)

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use chrono::{DateTime, Datelike as _, Duration};
use domain::Timestamp;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use secrecy::{ExposeSecret as _, SecretString};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::{self, sign::any_supported_type};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use zeroize::Zeroizing;

/// How long it is good for; browsers refuse much longer ones.
const LIFE: Duration = Duration::days(397);
/// It is made anew when less than this is left.
const RENEW_BEFORE: Duration = Duration::days(30);
/// Nobody may be asked to trust a moment that has not come by their clock.
const BACKDATED: Duration = Duration::days(1);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CertificateError {
    #[error("the certificate cannot be made")]
    Made(#[from] rcgen::Error),
    #[error("the certificate cannot be used")]
    Used(#[from] tokio_rustls::rustls::Error),
    #[error("the certificate cannot be read")]
    Read,
}

/// The certificate with its key.
pub(crate) struct Certificate {
    ends_at: Timestamp,
    der: String,
    key: SecretString,
}

impl Certificate {
    /// A fresh key, and a certificate for the name `localhost` and no other.
    pub(crate) fn make(now: Timestamp) -> Result<Self, CertificateError> {
        let ends_at = now + LIFE;
        let mut wanted = CertificateParams::new(vec!["localhost".to_owned()])?;
        let day = |at: Timestamp| {
            let small = |number: u32| u8::try_from(number).unwrap_or(1);
            rcgen::date_time_ymd(at.year(), small(at.month()), small(at.day()))
        };
        wanted.not_before = day(now - BACKDATED);
        wanted.not_after = day(ends_at);
        wanted.is_ca = IsCa::ExplicitNoCa;
        wanted.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let name = "Relink on this computer";
        wanted.distinguished_name.push(DnType::CommonName, name);
        let key = Zeroizing::new(KeyPair::generate()?);
        let made = wanted.self_signed(&*key)?;
        Ok(Self {
            ends_at,
            der: BASE64.encode(made.der()),
            key: BASE64.encode(key.serialized_der()).into(),
        })
    }

    /// The text that [`Certificate::read`] reads; to be sealed.
    pub(crate) fn write(&self) -> SecretString {
        let (ends_at, key) = (self.ends_at.timestamp_millis(), self.key.expose_secret());
        // Room for all of it at once: a text that grows leaves pieces of itself behind.
        let begin = format!("1 {ends_at} {} ", self.der);
        let mut text = String::with_capacity(begin.len() + key.len());
        text.push_str(&begin);
        text.push_str(key);
        text.into()
    }

    pub(crate) fn read(text: &SecretString) -> Option<Self> {
        let mut parts = text.expose_secret().split(' ');
        let ("1", ends_at, der, key) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?)
        else {
            return None;
        };
        Some(Self {
            ends_at: DateTime::from_timestamp_millis(ends_at.parse().ok()?)?,
            der: der.to_owned(),
            key: key.to_owned().into(),
        })
    }

    /// Whether it should give way to a new one. One that ends later than a new one would was made while the clock was
    /// wrong.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.ends_at - now < RENEW_BEFORE || self.ends_at - now > LIFE + BACKDATED
    }

    /// What a listener greets browsers with.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, CertificateError> {
        let bytes = |text: &str| BASE64.decode(text).map_err(|_| CertificateError::Read);
        let chain = vec![CertificateDer::from(bytes(&self.der)?)];
        // Read by reference: the bytes that were decoded are erased here, and rustls is handed none to keep.
        let key = Zeroizing::new(bytes(self.key.expose_secret())?);
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.as_slice()));
        let own = CertifiedKey::new(chain, any_supported_type(&key)?);
        own.keys_match()?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Certificate");
        shown
            .field("ends_at", &self.ends_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap()
    }

    #[test]
    fn it_is_kept_as_it_was_made_and_made_anew_in_time() {
        let made = Certificate::make(now()).unwrap();
        let text = made.write();
        let read = Certificate::read(&text).unwrap();
        assert_eq!(read.write().expose_secret(), text.expose_secret());
        read.acceptor().unwrap();
        assert!(!read.is_due(now()));
        assert!(!read.is_due(now() + LIFE - RENEW_BEFORE));
        assert!(read.is_due(now() + LIFE - RENEW_BEFORE + Duration::milliseconds(1)));
        assert!(read.is_due(now() - Duration::days(2)), "made too early");
        assert!(Certificate::read(&"1 2 3".to_owned().into()).is_none());
        assert!(Certificate::read(&"2 1795000000000 a b".to_owned().into()).is_none());
    }

    #[test]
    fn two_installations_share_nothing_and_nothing_prints_a_key() {
        let (one, other) = (
            Certificate::make(now()).unwrap(),
            Certificate::make(now()).unwrap(),
        );
        assert_ne!(one.key.expose_secret(), other.key.expose_secret());
        assert!(!format!("{one:?}").contains(one.key.expose_secret()));
    }
}
