//! One change after the other, inside one transaction.

use std::collections::HashMap;

use domain::Timestamp;
use domain::account::AccountId;
use domain::grant::AccessToken;
use domain::roster::{ManifestStep, Roster};
use store::{Secret, SecretState, StoreError, Tx, WrappedKey};
use vault::{Binding, DataKey, DatabaseId, EnvelopeError, Kek, SecretKind, envelope};

use super::{
    Change, LANE, LAST_SEEN, RecordsError, SETTINGS, TOLD, account_owner, attempt_owner, lane, told,
};

/// Writes inside one transaction.
pub(super) struct Writer<'a> {
    pub(super) tx: &'a Tx<'a>,
    pub(super) database: &'a DatabaseId,
    pub(super) key: Option<&'a Kek>,
    pub(super) now: Timestamp,
}

impl Writer<'_> {
    pub(super) fn write(
        &self,
        change: &Change,
        roster: &Roster,
        renewals: &HashMap<AccountId, i64>,
        begun: &mut Vec<(AccountId, i64)>,
    ) -> Result<(), RecordsError> {
        let tx = self.tx;
        match change {
            Change::AttemptOpened(attempt) => tx.open_attempt(attempt)?,
            Change::AttemptClosed(id) => {
                tx.close_attempt(id, None, self.now)?;
                tx.remove_secrets(&attempt_owner(id))?;
            }
            Change::Candidate {
                attempt,
                token,
                grant,
            } => {
                let owner = attempt_owner(attempt);
                let text = token.expose_secret();
                self.add(
                    &owner,
                    SecretKind::CandidateToken,
                    1,
                    SecretState::Candidate,
                    text,
                )?;
                tx.keep_attempt_grant(attempt, grant)?;
            }
            Change::Token {
                account,
                generation,
                token,
                adopted,
            } => {
                self.keep_token(&account_owner(account), *generation, token, *adopted)?;
            }
            Change::PageToken {
                account,
                generation,
                token,
                person,
            } => {
                let owner = account_owner(account);
                self.keep_token(&owner, *generation, token, true)?;
                let (kind, text) = (SecretKind::PersonToken, person.expose_secret());
                self.add(&owner, kind, *generation, SecretState::Current, text)?;
            }
            Change::DropSpare(id) => {
                tx.drop_previous_secrets(&account_owner(id), SecretKind::AccessToken.code())?;
            }
            Change::RenewalBegun(id) => {
                let generation = roster.account(id).map_or(0, |account| account.generation);
                begun.push((id.clone(), tx.begin_renewal(id, generation, self.now)?));
            }
            Change::TradeTokens(id) => {
                let kind = SecretKind::AccessToken.code();
                tx.trade_with_previous_secret(&account_owner(id), kind)?;
            }
            Change::Manifest(id, step) => match step {
                ManifestStep::Take => tx.take_manifest(id, self.now)?,
                ManifestStep::Refresh => tx.refresh_manifest(id, self.now)?,
                ManifestStep::Drop => tx.drop_manifest(id)?,
                ManifestStep::Close => tx.close_manifest(id, self.now)?,
            },
            Change::RenewalEnded {
                account,
                result,
                cause,
            } => {
                if let Some(row) = renewals.get(account) {
                    match tx.finish_renewal(*row, *result, *cause, self.now) {
                        // Erased together with its account meanwhile.
                        Ok(()) | Err(StoreError::Conflict { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            Change::EraseAccess(id) => tx.remove_secrets(&account_owner(id))?,
            Change::EraseAll(id) => tx.erase_account(id, &account_owner(id))?,
            Change::Settings(settings) => {
                let text = serde_json::to_string(settings).map_err(|_| RecordsError::Settings)?;
                tx.set_setting(SETTINGS, Some(&text))?;
            }
            Change::Lane(kept) => {
                let text = kept.as_ref().map(lane::write);
                tx.set_setting(LANE, text.as_deref())?;
            }
            Change::Sync(id, sync) => tx.save_sync(id, sync)?,
            Change::Told(told) => tx.set_setting(TOLD, Some(&told::write(told)))?,
            Change::LastSeen(at) => tx.set_setting(LAST_SEEN, Some(&at.to_rfc3339()))?,
        }
        Ok(())
    }

    fn keep_token(
        &self,
        owner: &str,
        generation: u64,
        token: &AccessToken,
        adopted: bool,
    ) -> Result<(), RecordsError> {
        let (kind, text) = (SecretKind::AccessToken, token.expose_secret());
        if adopted {
            self.tx.remove_secrets(owner)?;
            self.add(owner, kind, generation, SecretState::Current, text)
        } else {
            self.add(owner, kind, generation, SecretState::Candidate, text)?;
            Ok(self.tx.promote_secret(owner, kind.code(), generation)?)
        }
    }

    /// Seals a secret under its owner's data key, which is made with the owner's first secret.
    pub(super) fn add(
        &self,
        owner: &str,
        kind: SecretKind,
        generation: u64,
        state: SecretState,
        text: &str,
    ) -> Result<(), RecordsError> {
        let kek = self.key.ok_or(RecordsError::NoKey)?;
        let data_key = match self.tx.read().data_key(owner)? {
            Some(kept) => envelope::unwrap_data_key(kek, self.database, owner, &kept.wrapped)?,
            None => {
                let fresh = DataKey::generate().map_err(EnvelopeError::from)?;
                let wrapped = envelope::wrap_data_key(kek, self.database, owner, &fresh)?;
                let row = WrappedKey {
                    owner: owner.to_owned(),
                    key_id: kek.id().to_string(),
                    wrapped,
                };
                self.tx.add_data_key(&row)?;
                fresh
            }
        };
        let binding = Binding {
            owner,
            kind,
            generation,
        };
        let blob = envelope::seal(&data_key, self.database, &binding, text.as_bytes())?;
        self.tx.add_secret(&Secret {
            owner: owner.to_owned(),
            kind: kind.code().to_owned(),
            generation,
            state,
            blob,
            created_at: self.now,
        })?;
        Ok(())
    }
}
