//! What is remembered, and the key that opens the secret part of it: the store and the vault,
//! brought together. Neither knows the other.

mod apps;
mod certificate;
mod custody;
mod lane;
mod media;
mod opening;
mod reading;
mod told;
mod writer;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use domain::Timestamp;
use domain::account::{Account, AccountId};
use domain::attempt::{Attempt, AttemptId};
use domain::diagnosis::Cause;
use domain::grant::{AccessToken, Grant};
use domain::journal::Entry;
use domain::media::Sync;
use domain::notice::Told;
use domain::roster::{Lane, ManifestStep, Roster};
use secrecy::ExposeSecret as _;
use store::{RenewalResult, Store, StoreError};
use vault::{Binding, CustodyRecord, DatabaseId, EnvelopeError, Kek, SecretKind, envelope};

pub(crate) use apps::{AppSaved, KeptApp};
use writer::Writer;

use crate::command::ErrorCode;
use crate::view::{KeptView, Settings};

const SETTINGS: &str = "settings";
const LAST_SEEN: &str = "last_seen_at";
const TOLD: &str = "told";
const LANE: &str = "lane";
/// The most tries that are read at once.
const MOST_TRIES: u32 = 100;

/// Why something could not be remembered or opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordsError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("the key is not at hand")]
    NoKey,
    #[error("there is nothing to open")]
    Nothing,
    #[error("the settings cannot be written")]
    Settings,
    #[error("no backup can be opened")]
    NoBackup,
}

impl RecordsError {
    /// Whether what is stored is not whole, as opposed to not at hand.
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(
            self,
            Self::Envelope(_) | Self::Nothing | Self::Store(StoreError::BadRow { .. })
        )
    }

    /// Whether trying again can never help: it does not fit what is stored.
    pub(crate) fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Conflict { .. } | StoreError::BadRow { .. })
                | Self::Envelope(_)
                | Self::Nothing
                | Self::Settings
        )
    }

    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Store(StoreError::NoSpace) => ErrorCode::DiskFull,
            Self::Store(_) | Self::Settings | Self::NoBackup => ErrorCode::Database,
            Self::Envelope(_) | Self::NoKey => ErrorCode::KeyUnavailable,
            Self::Nothing => ErrorCode::NotPossible,
        }
    }
}

/// One change besides accounts and journal.
pub(crate) enum Change {
    AttemptOpened(Box<Attempt>),
    AttemptClosed(AttemptId),
    Candidate {
        attempt: AttemptId,
        token: AccessToken,
        grant: Grant,
    },
    /// The account's token under a new number. An adopted one has proved itself; a renewed one
    /// stands beside the one before until it has.
    Token {
        account: AccountId,
        generation: u64,
        token: AccessToken,
        adopted: bool,
    },
    /// A Page's token, which has no end and so no successor, and that of the person it came from.
    PageToken {
        account: AccountId,
        generation: u64,
        token: AccessToken,
        person: AccessToken,
    },
    DropSpare(AccountId),
    RenewalBegun(AccountId),
    TradeTokens(AccountId),
    Manifest(AccountId, ManifestStep),
    Lane(Option<Lane>),
    RenewalEnded {
        account: AccountId,
        result: RenewalResult,
        cause: Option<Cause>,
    },
    EraseAccess(AccountId),
    EraseAll(AccountId),
    Settings(Settings),
    LastSeen(Timestamp),
    Told(Vec<(AccountId, Told)>),
    Sync(AccountId, Sync),
}

/// Everything that belongs into the next transaction.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) accounts: BTreeSet<AccountId>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) changes: Vec<Change>,
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.entries.is_empty() && self.changes.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// An attempt that the last run did not finish.
pub(crate) struct Unfinished {
    pub(crate) attempt: Attempt,
    /// What is known of its token, if one had come.
    pub(crate) grant: Option<Grant>,
}

/// Everything read at the start.
pub(crate) struct Loaded {
    pub(crate) accounts: Vec<Account>,
    /// Accounts whose rows cannot be read; they stay where they are.
    pub(crate) unreadable: Vec<String>,
    pub(crate) settings: Settings,
    pub(crate) kept: HashMap<AccountId, KeptView>,
    pub(crate) custody: Option<CustodyRecord>,
    pub(crate) last_seen: Option<Timestamp>,
    /// What was told outside the window.
    pub(crate) lane: Option<Lane>,
    pub(crate) told: Vec<(AccountId, Told)>,
    pub(crate) attempt: Option<Unfinished>,
    /// Attempts that waited beside it; nobody can answer them any more.
    pub(crate) over: Vec<AttemptId>,
    pub(crate) syncs: Vec<(AccountId, Sync)>,
}

/// The store, and the key while it is at hand.
pub(crate) struct Records {
    store: Store,
    dir: PathBuf,
    database: DatabaseId,
    key: Option<Kek>,
    apps: Vec<KeptApp>,
    renewals: HashMap<AccountId, i64>,
}

impl Records {
    pub(crate) fn database(&self) -> &DatabaseId {
        &self.database
    }

    pub(crate) fn data_keys(&self) -> u64 {
        // Not knowing counts as having some: no key is made over data.
        self.store.read().data_key_count().unwrap_or(u64::MAX)
    }

    pub(crate) fn take_key(&mut self, key: Kek) {
        self.key = Some(key);
    }

    /// Saves everything of `batch` in one transaction; accounts as the roster has them now.
    pub(crate) fn commit(
        &mut self,
        batch: &Batch,
        roster: &Roster,
        now: Timestamp,
    ) -> Result<(), RecordsError> {
        let (database, key, renewals) = (&self.database, self.key.as_ref(), &self.renewals);
        let begun = self.store.transaction(|tx| {
            let mut begun = Vec::new();
            let writer = Writer {
                tx,
                database,
                key,
                now,
            };
            for id in &batch.accounts {
                if let Some(account) = roster.account(id) {
                    tx.save_account(account)?;
                }
            }
            for change in &batch.changes {
                writer.write(change, roster, renewals, &mut begun)?;
            }
            for entry in &batch.entries {
                tx.append(entry)?;
            }
            Ok::<_, RecordsError>(begun)
        })?;
        let mut erased = false;
        for change in &batch.changes {
            match change {
                Change::RenewalEnded { account, .. } => drop(self.renewals.remove(account)),
                Change::EraseAll(id) => {
                    self.renewals.remove(id);
                    // What could not go now goes at the next start.
                    if let Err(error) = self.pictures().remove(id) {
                        tracing::warn!(%error, "pictures of an erased account could not be removed");
                    }
                    erased = true;
                }
                Change::EraseAccess(_) | Change::AttemptClosed(_) => erased = true,
                Change::AttemptOpened(_)
                | Change::Candidate { .. }
                | Change::Token { .. }
                | Change::PageToken { .. }
                | Change::DropSpare(_)
                | Change::TradeTokens(_)
                | Change::Manifest(..)
                | Change::Lane(_)
                | Change::Told(_)
                | Change::Sync(..)
                | Change::RenewalBegun(_)
                | Change::Settings(_)
                | Change::LastSeen(_) => {}
            }
        }
        self.renewals.extend(begun);
        // Nothing of what was erased stays in the log either. (Security document, X2.)
        if erased && !self.store.empty_log()? {
            tracing::warn!("the write-ahead log is in use and will be emptied later");
        }
        Ok(())
    }

    /// Accepts an attempt's one answer; of two at the same time one wins. (Security document, C4.)
    pub(crate) fn use_attempt(&mut self, id: &AttemptId) -> Result<bool, RecordsError> {
        self.store.transaction(|tx| Ok(tx.use_attempt(id)?))
    }

    pub(crate) fn open_token(
        &self,
        account: &AccountId,
        generation: u64,
    ) -> Result<AccessToken, RecordsError> {
        let secret = self.unseal(
            &account_owner(account),
            SecretKind::AccessToken,
            Some(generation),
        )?;
        Ok(AccessToken::new(secret.expose_secret()))
    }

    pub(crate) fn open_candidate(&self, attempt: &AttemptId) -> Result<AccessToken, RecordsError> {
        let secret = self.unseal(&attempt_owner(attempt), SecretKind::CandidateToken, None)?;
        Ok(AccessToken::new(secret.expose_secret()))
    }

    /// The token of the person through whose sign-in the account is reached.
    pub(crate) fn open_person_token(
        &self,
        account: &AccountId,
    ) -> Result<AccessToken, RecordsError> {
        let secret = self.unseal(&account_owner(account), SecretKind::PersonToken, None)?;
        Ok(AccessToken::new(secret.expose_secret()))
    }

    fn unseal(
        &self,
        owner: &str,
        kind: SecretKind,
        generation: Option<u64>,
    ) -> Result<secrecy::SecretString, RecordsError> {
        let kek = self.key.as_ref().ok_or(RecordsError::NoKey)?;
        let view = self.store.read();
        let wrapped = view.data_key(owner)?.ok_or(RecordsError::Nothing)?;
        let sealed = view
            .secrets(owner)?
            .into_iter()
            .find(|secret| {
                secret.kind == kind.code()
                    && generation.is_none_or(|wanted| wanted == secret.generation)
            })
            .ok_or(RecordsError::Nothing)?;
        let data_key = envelope::unwrap_data_key(kek, &self.database, owner, &wrapped.wrapped)?;
        let binding = Binding {
            owner,
            kind,
            generation: sealed.generation,
        };
        Ok(envelope::open_text(
            &data_key,
            &self.database,
            &binding,
            &sealed.blob,
        )?)
    }
}

fn account_owner(id: &AccountId) -> String {
    format!("account:{id}")
}

fn attempt_owner(id: &AttemptId) -> String {
    format!("attempt:{}", id.as_str())
}

/// Whether a path is inside the data folder; only such paths are shown to the person.
fn shown(dir: &Path) -> String {
    dir.join(store::DATABASE_FILE).display().to_string()
}
