//! The certificate of this installation: sealed as a whole, like a token. (Security document, C21.)

use domain::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use store::SecretState;
use vault::SecretKind;

use super::writer::Writer;
use super::{Records, RecordsError};

const OWNER: &str = "certificate";

impl Records {
    /// What [`Records::save_certificate`] was given last.
    pub(crate) fn open_certificate(&self) -> Result<SecretString, RecordsError> {
        self.unseal(OWNER, SecretKind::CertificateKey, None)
    }

    pub(crate) fn save_certificate(
        &mut self,
        text: &SecretString,
        now: Timestamp,
    ) -> Result<(), RecordsError> {
        let secrets = self.store.read().secrets(OWNER)?;
        let generation = secrets.first().map_or(0, |secret| secret.generation) + 1;
        let (database, key) = (&self.database, self.key.as_ref());
        self.store.transaction(|tx| {
            let writer = Writer {
                tx,
                database,
                key,
                now,
            };
            tx.remove_secrets(OWNER)?;
            let (kind, state) = (SecretKind::CertificateKey, SecretState::Current);
            writer.add(OWNER, kind, generation, state, text.expose_secret())
        })
    }
}
