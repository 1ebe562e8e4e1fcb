//! What happened, one line at a time; the journal only grows.

use std::collections::BTreeMap;

use crate::Timestamp;
use crate::account::AccountId;
use crate::diagnosis::Diagnosis;

/// What a line of the journal tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A new account was connected.
    Connected,
    /// A known account was connected again.
    Reconnected,
    /// A trip through the browser began.
    AttemptOpened,
    /// A trip through the browser ended without a connection (`outcome`).
    AttemptFailed,
    /// Access was renewed (`until`).
    Renewed,
    /// A renewal failed.
    RenewalFailed,
    /// A live check failed for a reason that passes by itself.
    CheckFailed,
    /// Access is gone.
    Lost,
    /// Access that was gone or blocked works again.
    Recovered,
    /// A permission is missing.
    Limited,
    /// Instagram wants the person to act first.
    Blocked,
    /// Username, name or type changed (`field`, `old`, `new`).
    ProfileChanged,
    /// Granted permissions changed (`lost`, `gained`: names separated by commas, either may be empty).
    PermissionsChanged,
    /// Facebook said that it took back what was permitted.
    Revoked,
    /// Facebook did not take back what was permitted.
    RevokeFailed,
    /// The person deleted the account.
    Deleted,
    /// The deletion was taken back.
    DeleteUndone,
    /// The token of a deleted account was erased.
    AccessErased,
    /// Everything of the account was erased for good.
    Erased,
    /// An answer about two-factor authentication (`answer`).
    TwoFactorAnswered,
    /// The key store changed its state (`state`).
    KeyStateChanged,
    /// The Meta app's id and secret were saved (`route`).
    CredentialsSaved,
    /// A setting was changed (`name`).
    SettingsChanged,
    /// A sync of media came to its end (`items`: how many were seen).
    Synced,
    /// A sync of media ended early (`items`: how many were seen; `reason` where every call was answered).
    SyncFailed,
    /// The computer's clock and Instagram's differ (`minutes`).
    ClockSkew,
    /// Relink was started (`asleep_days`: how long it had not run).
    AppStarted,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 27] = [
        Self::Connected,
        Self::Reconnected,
        Self::AttemptOpened,
        Self::AttemptFailed,
        Self::Renewed,
        Self::RenewalFailed,
        Self::CheckFailed,
        Self::Lost,
        Self::Recovered,
        Self::Limited,
        Self::Blocked,
        Self::ProfileChanged,
        Self::PermissionsChanged,
        Self::Revoked,
        Self::RevokeFailed,
        Self::Deleted,
        Self::DeleteUndone,
        Self::AccessErased,
        Self::Erased,
        Self::TwoFactorAnswered,
        Self::KeyStateChanged,
        Self::CredentialsSaved,
        Self::SettingsChanged,
        Self::Synced,
        Self::SyncFailed,
        Self::ClockSkew,
        Self::AppStarted,
    ];

    /// The identifier used in the database, the command line and the window.
    pub fn code(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Reconnected => "reconnected",
            Self::AttemptOpened => "attempt_opened",
            Self::AttemptFailed => "attempt_failed",
            Self::Renewed => "renewed",
            Self::RenewalFailed => "renewal_failed",
            Self::CheckFailed => "check_failed",
            Self::Lost => "lost",
            Self::Recovered => "recovered",
            Self::Limited => "limited",
            Self::Blocked => "blocked",
            Self::ProfileChanged => "profile_changed",
            Self::PermissionsChanged => "permissions_changed",
            Self::Revoked => "revoked",
            Self::RevokeFailed => "revoke_failed",
            Self::Deleted => "deleted",
            Self::DeleteUndone => "delete_undone",
            Self::AccessErased => "access_erased",
            Self::Erased => "erased",
            Self::TwoFactorAnswered => "two_factor_answered",
            Self::KeyStateChanged => "key_state_changed",
            Self::CredentialsSaved => "credentials_saved",
            Self::SettingsChanged => "settings_changed",
            Self::Synced => "synced",
            Self::SyncFailed => "sync_failed",
            Self::ClockSkew => "clock_skew",
            Self::AppStarted => "app_started",
        }
    }

    /// Reads an identifier made by [`EntryKind::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One line of the journal, not yet numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it happened.
    pub at: Timestamp,
    /// The account it is about; `None` for the app as a whole.
    pub account: Option<AccountId>,
    /// What happened.
    pub kind: EntryKind,
    /// Why, where there is a reason.
    pub diagnosis: Option<Diagnosis>,
    /// Values a sentence about it needs; never a secret.
    pub params: BTreeMap<String, String>,
}

impl Entry {
    /// A line about one account.
    pub fn about(account: &AccountId, kind: EntryKind, at: Timestamp) -> Self {
        Self {
            at,
            account: Some(account.clone()),
            kind,
            diagnosis: None,
            params: BTreeMap::new(),
        }
    }

    /// A line about the app.
    pub fn app(kind: EntryKind, at: Timestamp) -> Self {
        Self {
            at,
            account: None,
            kind,
            diagnosis: None,
            params: BTreeMap::new(),
        }
    }

    /// Adds the reason.
    #[must_use]
    pub fn because(mut self, diagnosis: &Diagnosis) -> Self {
        self.diagnosis = Some(diagnosis.clone());
        self
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}
