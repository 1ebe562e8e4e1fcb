//! What is read from the records for somebody who asks.

use chrono::Duration;
use domain::account::AccountId;
use domain::journal::Entry;
use domain::runway::Runway;

use super::Engine;
use crate::command::{ErrorCode, Reply};
use crate::records::RecordsError;
use crate::view::{EntryView, ManifestView, ReceiptView, RunwayView};

/// The most lines of the journal in one answer.
const MAX_LINES: usize = 200;

/// Tries to renew are shown for two lifetimes.
const TRIES_SHOWN: Duration = Duration::days(120);

impl Engine {
    /// Lines of the journal, newest first.
    pub(super) fn history(
        &self,
        account: Option<String>,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Reply, ErrorCode> {
        let before = before
            .map(str::parse::<i64>)
            .transpose()
            .map_err(|_| ErrorCode::InvalidInput)?;
        if !(1..=MAX_LINES).contains(&limit) {
            return Err(ErrorCode::InvalidInput);
        }
        let account = account.map(|id| self.one(id)).transpose()?;
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let lines = records
            .history(account.as_ref(), before, limit)
            .map_err(unread)?;
        let name = |entry: &Entry| {
            let account = self.roster.account(entry.account.as_ref()?)?;
            Some(account.profile.username.clone())
        };
        let lines = lines.into_iter().map(|(id, entry)| {
            let username = name(&entry);
            EntryView::of(id, entry, username)
        });
        Ok(Reply::History(lines.collect()))
    }

    /// The way of an account's access, with the tries of this lifetime and the one before.
    pub(super) fn manifest(&self, id: &AccountId) -> Result<Reply, ErrorCode> {
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let manifest = records.manifest(id, self.now()).map_err(unread)?;
        Ok(Reply::Manifest(ManifestView::from(&manifest)))
    }

    pub(super) fn receipt(&self, id: &AccountId) -> Result<Reply, ErrorCode> {
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let found = records.receipt(id).map_err(unread)?;
        let view = found.map(|(before, after)| Box::new(ReceiptView::of(&before, &after)));
        Ok(Reply::Receipt(view))
    }

    pub(super) fn runway(&self, id: &AccountId) -> Result<Reply, ErrorCode> {
        let now = self.now();
        let account = self.roster.account(id).ok_or(ErrorCode::UnknownAccount)?;
        let records = self.records.as_ref().ok_or(ErrorCode::Database)?;
        let tries = records.tries(id, now - TRIES_SHOWN).map_err(unread)?;
        let way = Runway::of(account, &self.roster, now);
        Ok(Reply::Runway(Box::new(RunwayView::of(&way, &tries))))
    }
}

pub(super) fn unread(error: RecordsError) -> ErrorCode {
    tracing::error!(%error, "what was asked for cannot be read");
    error.code()
}
