//! What is read for somebody who asks.

use domain::Timestamp;
use domain::account::AccountId;
use domain::journal::Entry;
use domain::keeping::Manifest;
use domain::runway::{Try, TryResult};
use store::RenewalResult;

use super::{MOST_TRIES, Records, RecordsError};

impl Records {
    /// Lines of the journal, newest first.
    pub(crate) fn history(
        &self,
        account: Option<&AccountId>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<(i64, Entry)>, RecordsError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let page = self.store.read().journal(account, before, limit)?;
        Ok(page
            .lines
            .into_iter()
            .map(|line| (line.id, line.entry))
            .collect())
    }

    /// What was tried to renew an account since `since`, oldest first.
    pub(crate) fn tries(
        &self,
        account: &AccountId,
        since: Timestamp,
    ) -> Result<Vec<Try>, RecordsError> {
        let rows = self.store.read().renewals(account, since, MOST_TRIES)?;
        let ended = rows.into_iter().rev().filter_map(|row| {
            Some(Try {
                at: row.started_at,
                ended_at: row.finished_at,
                result: match row.result? {
                    RenewalResult::Renewed => TryResult::Renewed,
                    RenewalResult::Refused => TryResult::Refused,
                    RenewalResult::NoAnswer => TryResult::NoAnswer,
                    RenewalResult::Settled => TryResult::Unknown,
                },
                cause: row.cause,
            })
        });
        Ok(ended.collect())
    }

    pub(crate) fn manifest(
        &self,
        id: &AccountId,
        now: Timestamp,
    ) -> Result<Manifest, RecordsError> {
        Ok(self.store.read().manifest(id, now)?)
    }

    pub(crate) fn receipt(
        &self,
        id: &AccountId,
    ) -> Result<Option<(Manifest, Manifest)>, RecordsError> {
        Ok(self.store.read().receipt(id)?)
    }
}
