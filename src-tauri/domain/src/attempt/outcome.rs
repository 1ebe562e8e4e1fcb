//! How an attempt can end besides success, by name. (Product, section 3.)

use crate::diagnosis::{Cause, Diagnosis};

/// Why an attempt did not end in a connection, or has not yet. (Product, section 3.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The person said no on the consent page.
    UserDenied,
    /// The ten minutes are over.
    StateExpired,
    /// The answer had been taken already.
    StateUsed,
    /// The answer belongs to no attempt of ours.
    StateUnknown,
    /// What was received is not a callback.
    RedirectMalformed,
    /// A permission was unticked.
    ScopeRejected,
    /// The account is a personal one.
    NoBusinessAccount,
    /// The network failed; a retry continues with the same code.
    NetworkError,
    /// Another account came back than the one expected.
    WrongAccount,
    /// Nothing came back for a while.
    NoAnswer,
    /// The provider does not take the code.
    CodeRejected,
    /// The redirect address is not the registered one.
    RedirectMismatch,
    /// The app id is not that of an Instagram app.
    WrongAppId,
    /// A permission asked for does not exist or is not enabled.
    InvalidScope,
    /// The app may not act for this account.
    AppNotAllowed,
    /// The provider has a fault.
    ProviderFault,
    /// The redirect address' port is taken by another program.
    PortTaken,
    /// No browser could be opened.
    BrowserFailed,
    /// The key store cannot keep the token.
    KeyUnavailable,
    /// The Meta app, or its secret, is not entered any more.
    NoCredentials,
    /// Relink was closed in the middle.
    Interrupted,
    /// An answer nobody knows.
    Unknown,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 22] = [
        Self::UserDenied,
        Self::StateExpired,
        Self::StateUsed,
        Self::StateUnknown,
        Self::RedirectMalformed,
        Self::ScopeRejected,
        Self::NoBusinessAccount,
        Self::NetworkError,
        Self::WrongAccount,
        Self::NoAnswer,
        Self::CodeRejected,
        Self::RedirectMismatch,
        Self::WrongAppId,
        Self::InvalidScope,
        Self::AppNotAllowed,
        Self::ProviderFault,
        Self::PortTaken,
        Self::BrowserFailed,
        Self::KeyUnavailable,
        Self::NoCredentials,
        Self::Interrupted,
        Self::Unknown,
    ];

    /// The identifier of product section 3.
    pub fn code(self) -> &'static str {
        match self {
            Self::UserDenied => "user_denied",
            Self::StateExpired => "state_expired",
            Self::StateUsed => "state_used",
            Self::StateUnknown => "state_unknown",
            Self::RedirectMalformed => "redirect_malformed",
            Self::ScopeRejected => "scope_rejected",
            Self::NoBusinessAccount => "instagram_no_business_account",
            Self::NetworkError => "network_error",
            Self::WrongAccount => "wrong_account",
            Self::NoAnswer => "no_answer",
            Self::CodeRejected => "code_rejected",
            Self::RedirectMismatch => "redirect_mismatch",
            Self::WrongAppId => "wrong_app_id",
            Self::InvalidScope => "invalid_scope",
            Self::AppNotAllowed => "app_not_allowed",
            Self::ProviderFault => "provider_fault",
            Self::PortTaken => "port_taken",
            Self::BrowserFailed => "browser_failed",
            Self::KeyUnavailable => "key_unavailable",
            Self::NoCredentials => "no_credentials",
            Self::Interrupted => "interrupted",
            Self::Unknown => "unknown",
        }
    }

    /// Reads an identifier made by [`Outcome::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// What a refusal while connecting means for the attempt.
    pub fn of(diagnosis: &Diagnosis) -> Self {
        match diagnosis.cause {
            Cause::Network => Self::NetworkError,
            Cause::RateLimited | Cause::ProviderFault => Self::ProviderFault,
            Cause::CodeRejected => Self::CodeRejected,
            Cause::RedirectMismatch => Self::RedirectMismatch,
            Cause::WrongAppId => Self::WrongAppId,
            Cause::InvalidScope => Self::InvalidScope,
            Cause::AppNotAllowed | Cause::AppProblem | Cause::RoleLost => Self::AppNotAllowed,
            Cause::NotProfessional => Self::NoBusinessAccount,
            Cause::PermissionMissing => Self::ScopeRejected,
            Cause::Expired
            | Cause::PasswordOrSecurityChange
            | Cause::AppRemoved
            | Cause::LoggedOut
            | Cause::UnusedTooLong
            | Cause::AccessEnded
            | Cause::TokenDamaged
            | Cause::Checkpoint
            | Cause::Unconfirmed
            | Cause::AccountRestricted
            | Cause::ActionBlocked
            | Cause::PageMissing
            | Cause::ObjectMissing
            | Cause::RequestFault
            | Cause::AlreadyLongLived
            | Cause::Unknown => Self::Unknown,
        }
    }

    /// Whether the app goes on by itself after a while.
    pub fn retries_by_itself(self) -> bool {
        matches!(self, Self::NetworkError | Self::ProviderFault)
    }
}
