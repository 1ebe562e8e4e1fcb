//! The key's record between the vault's words and the store's columns.

use store::{CustodyKind, KeyCustody, StoreError};
use vault::{CheckValue, Custody, CustodyRecord, PassphraseRecord};

use super::{Records, RecordsError};

impl Records {
    /// Names the first key, before anything is sealed under it.
    pub(crate) fn save_custody(&mut self, record: &CustodyRecord) -> Result<(), RecordsError> {
        let row = write(record);
        Ok(self.store.transaction(|tx| tx.name_first_key(&row))?)
    }

    /// On the person's word that the old key is gone for good: what was sealed under it goes, the new
    /// one is named, both or neither. Accounts, history, labels and notes stay.
    pub(crate) fn replace_lost_key(&mut self, record: &CustodyRecord) -> Result<(), RecordsError> {
        let row = write(record);
        self.store.transaction(|tx| {
            tx.forget_key()?;
            tx.name_first_key(&row)?;
            Ok::<_, RecordsError>(())
        })?;
        self.key = None;
        // The apps stay; their secrets have to be entered again.
        self.apps = super::apps::read(&self.store)?;
        self.store.empty_log()?;
        Ok(())
    }
}

pub(super) fn read(row: KeyCustody) -> Result<CustodyRecord, RecordsError> {
    let bad = |column| {
        RecordsError::Store(StoreError::BadRow {
            table: "key_custody",
            column,
        })
    };
    let custody = match row.kind {
        CustodyKind::Keychain => Custody::Keychain,
        CustodyKind::Session => Custody::Session,
        CustodyKind::Passphrase => Custody::Passphrase(PassphraseRecord {
            parameters: row.parameters.ok_or_else(|| bad("parameters"))?,
            salt: row.salt.ok_or_else(|| bad("salt"))?,
            wrapped: row.wrapped.ok_or_else(|| bad("wrapped"))?,
        }),
    };
    Ok(CustodyRecord {
        key_id: row.key_id.parse().map_err(|_| bad("key_id"))?,
        custody,
        check: CheckValue::from_slice(&row.check_value).ok_or_else(|| bad("check_value"))?,
    })
}

fn write(record: &CustodyRecord) -> KeyCustody {
    let (kind, passphrase) = match &record.custody {
        Custody::Keychain => (CustodyKind::Keychain, None),
        Custody::Session => (CustodyKind::Session, None),
        Custody::Passphrase(passphrase) => (CustodyKind::Passphrase, Some(passphrase)),
    };
    KeyCustody {
        key_id: record.key_id.to_string(),
        kind,
        parameters: passphrase.map(|record| record.parameters.clone()),
        salt: passphrase.map(|record| record.salt.clone()),
        wrapped: passphrase.map(|record| record.wrapped.clone()),
        check_value: record.check.as_bytes().to_vec(),
    }
}
