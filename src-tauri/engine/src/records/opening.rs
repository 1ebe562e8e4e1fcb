//! Opening the data, and what is said when it cannot be opened.

use std::collections::HashMap;
use std::path::Path;

use chrono::{DateTime, Duration};
use domain::Timestamp;
use domain::account::{Account, AccountId};
use store::{DataLock, RenewalResult, Store, StoreError};
use vault::DatabaseId;

use super::{
    LANE, LAST_SEEN, Loaded, Records, RecordsError, SETTINGS, TOLD, Unfinished, apps, custody,
    lane, shown, told,
};
use crate::view::{KeptView, ObstacleView, Settings, moment};

/// The journal keeps a year. (Design brief, section 6.3.)
const JOURNAL_KEPT: Duration = Duration::days(365);
/// A backup is made at least this often. (Security document, D10.)
const BACKUP_EVERY: Duration = Duration::days(7);
const LAST_BACKUP: &str = "last_backup_at";

impl Records {
    /// Opens the data folder that `lock` holds.
    ///
    /// # Errors
    /// What to show the person instead of a list; never an empty start.
    pub(crate) fn open(lock: DataLock, dir: &Path, now: Timestamp) -> Result<Self, ObstacleView> {
        let mut records = Store::open(lock)
            .map_err(RecordsError::from)
            .and_then(|store| Self::over(store, dir))
            .map_err(|error| {
                tracing::error!(%error, "the data cannot be opened");
                obstacle_of(&error, dir)
            })?;
        if let Err(error) = records.settle_renewals(now) {
            tracing::warn!(%error, "what the last run left open was not settled");
        }
        Ok(records)
    }

    /// Puts the newest good backup in the place of what cannot be opened.
    pub(crate) fn restore(dir: &Path) -> Result<Self, RecordsError> {
        let lock = DataLock::acquire(dir, "relink")?;
        let backup = match Store::open(lock) {
            Err(StoreError::Damaged {
                backup: Some(backup),
                ..
            }) => backup,
            Ok(store) => return Self::over(store, dir),
            Err(StoreError::Damaged { backup: None, .. }) => return Err(RecordsError::NoBackup),
            Err(error) => return Err(error.into()),
        };
        let lock = DataLock::acquire(dir, "relink")?;
        Self::over(Store::restore(lock, &backup)?, dir)
    }

    fn over(mut store: Store, dir: &Path) -> Result<Self, RecordsError> {
        let database = match store.read().database_id()? {
            Some(id) => DatabaseId::new(id),
            None => {
                let id = DatabaseId::generate().map_err(vault::EnvelopeError::from)?;
                store.transaction(|tx| tx.set_database_id(id.as_str()))?;
                id
            }
        };
        let apps = apps::read(&store)?;
        Ok(Self {
            store,
            dir: dir.to_owned(),
            database,
            key: None,
            apps,
            renewals: HashMap::new(),
        })
    }

    /// Reads everything there is.
    pub(crate) fn load(&self) -> Result<Loaded, RecordsError> {
        let view = self.store.read();
        let found = view.accounts()?;
        for bad in &found.unreadable {
            tracing::error!(account = %bad.id, error = %bad.error, "an account's row cannot be read and is left alone");
        }
        let settings = match view.setting(SETTINGS)? {
            // Settings of another version are not worth a refusal to start.
            Some(text) => serde_json::from_str(&text).unwrap_or_else(|_| Settings::default()),
            None => Settings::default(),
        };
        let last_seen = view.setting(LAST_SEEN)?;
        // Several may have waited side by side. One that brought a token comes before any that did not; of the others
        // the last is told of.
        let mut unfinished = view.unfinished_attempts()?;
        unfinished.sort_by_key(|stored| (stored.grant.is_some(), stored.attempt.opened_at));
        let attempt = unfinished.pop().map(|stored| Unfinished {
            attempt: stored.attempt,
            grant: stored.grant,
        });
        let over = unfinished.into_iter().map(|stored| stored.attempt.id);
        let mut kept: HashMap<AccountId, KeptView> = HashMap::new();
        for (id, history) in view.journal_counts()? {
            kept.entry(id).or_default().history = history;
        }
        for (id, media) in view.media_counts()? {
            kept.entry(id).or_default().media = media;
        }
        let known = found.accounts.iter().map(Account::id);
        let unreadable = found.unreadable.iter().map(|bad| &bad.id);
        if let Err(error) = self.pictures().keep_only(known.chain(unreadable)) {
            tracing::warn!(%error, "pictures of erased accounts could not be removed");
        }
        Ok(Loaded {
            unreadable: found
                .unreadable
                .iter()
                .map(|bad| bad.id.to_string())
                .collect(),
            accounts: found.accounts,
            settings,
            kept,
            syncs: view.syncs()?,
            custody: view.key_custody()?.map(custody::read).transpose()?,
            last_seen: last_seen
                .and_then(|at| DateTime::parse_from_rfc3339(&at).ok())
                .map(|at| at.to_utc()),
            lane: view.setting(LANE)?.and_then(|text| lane::read(&text)),
            // What was told is a convenience: at worst it is told once more.
            told: view
                .setting(TOLD)?
                .map(|text| told::read(&text))
                .unwrap_or_default(),
            attempt,
            over: over.collect(),
        })
    }

    /// What is shown when the data opened but cannot be read.
    pub(crate) fn obstacle(&self, reason: &'static str) -> ObstacleView {
        ObstacleView {
            code: "E-DB",
            reason,
            path: shown(&self.dir),
            backup_at: None,
        }
    }

    /// Renewals the last run did not end: unknown, not failed. The roster reads the profile first.
    fn settle_renewals(&mut self, now: Timestamp) -> Result<(), RecordsError> {
        for open in self.store.read().open_renewals()? {
            self.store
                .transaction(|tx| tx.finish_renewal(open.id, RenewalResult::Settled, None, now))?;
        }
        Ok(())
    }

    /// Lets go what is older than a year, and makes the weekly backup. `now` is Instagram's time: by a
    /// computer's clock that is a year ahead everything would be old.
    pub(crate) fn tidy(&mut self, now: Timestamp) -> Result<(), RecordsError> {
        let last = self.store.read().setting(LAST_BACKUP)?;
        let last = last.and_then(|at| DateTime::parse_from_rfc3339(&at).ok());
        if last.is_none_or(|at| now - at.to_utc() >= BACKUP_EVERY) {
            self.store.transaction(|tx| {
                tx.prune_journal(now - JOURNAL_KEPT)?;
                tx.prune_attempts(now - JOURNAL_KEPT)?;
                tx.prune_renewals(now - JOURNAL_KEPT)?;
                tx.set_setting(LAST_BACKUP, Some(&now.to_rfc3339()))
            })?;
            self.store.backup()?;
        }
        Ok(())
    }
}

fn obstacle_of(error: &RecordsError, dir: &Path) -> ObstacleView {
    let view = |code, reason| ObstacleView {
        code,
        reason,
        path: shown(dir),
        backup_at: None,
    };
    match error {
        RecordsError::Store(StoreError::Newer { .. }) => view("E-VERSION", "newer_version"),
        RecordsError::Store(StoreError::NoSpace) => view("E-DB", "no_space"),
        RecordsError::Store(StoreError::InUse { .. } | StoreError::Busy) => view("E-DB", "in_use"),
        RecordsError::Store(StoreError::Damaged { backup, .. }) => ObstacleView {
            backup_at: backup.as_deref().and_then(made_at),
            ..view("E-DB", "damaged")
        },
        RecordsError::Store(_)
        | RecordsError::Envelope(_)
        | RecordsError::NoKey
        | RecordsError::Nothing
        | RecordsError::Settings
        | RecordsError::NoBackup => view("E-DB", "unreadable"),
    }
}

fn made_at(backup: &Path) -> Option<String> {
    let modified = std::fs::metadata(backup)
        .and_then(|file| file.modified())
        .ok()?;
    Some(moment(Timestamp::from(modified)))
}
