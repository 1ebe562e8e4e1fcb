//! Why a command was not accepted.

use serde::Serialize;

/// Why a command was not accepted. Add a code only where somebody does something different for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ErrorCode {
    /// No account has this id.
    #[error("no account has this id")]
    UnknownAccount,
    /// The key that opens tokens is not at hand.
    #[error("the key that opens access is not available")]
    KeyUnavailable,
    /// No Meta app has been entered.
    #[error("no Meta app id and secret have been entered")]
    NoCredentials,
    /// An argument is out of its range.
    #[error("an argument is missing, malformed or out of range")]
    InvalidInput,
    /// Not in this state of things.
    #[error("this is not possible now")]
    NotPossible,
    /// The passphrase does not open the key.
    #[error("the passphrase is wrong")]
    PassphraseWrong,
    /// Another program has the redirect address' port.
    #[error("another program uses the redirect address' port")]
    PortTaken,
    /// The database said no.
    #[error("the data could not be read or written")]
    Database,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// No Meta app has this id.
    #[error("no Meta app has this id")]
    UnknownApp,
    /// Accounts belong to the Meta app.
    #[error("accounts, a deletion that can be undone or an attempt still need this Meta app")]
    AppInUse,
    /// The address is not on the list.
    #[error("this address is not on the list")]
    LinkNotAllowed,
    /// The token given was refused.
    #[error("Meta did not accept this access")]
    TokenRefused,
    /// Nobody answered.
    #[error("Meta did not answer")]
    NoAnswer,
    /// A fault of ours.
    #[error("something unexpected happened")]
    Internal,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 15] = [
        Self::UnknownAccount,
        Self::KeyUnavailable,
        Self::NoCredentials,
        Self::InvalidInput,
        Self::NotPossible,
        Self::PassphraseWrong,
        Self::PortTaken,
        Self::Database,
        Self::DiskFull,
        Self::UnknownApp,
        Self::AppInUse,
        Self::LinkNotAllowed,
        Self::TokenRefused,
        Self::NoAnswer,
        Self::Internal,
    ];

    /// The identifier, as it is serialised.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownAccount => "unknown_account",
            Self::KeyUnavailable => "key_unavailable",
            Self::NoCredentials => "no_credentials",
            Self::InvalidInput => "invalid_input",
            Self::NotPossible => "not_possible",
            Self::PassphraseWrong => "passphrase_wrong",
            Self::PortTaken => "port_taken",
            Self::Database => "database",
            Self::DiskFull => "disk_full",
            Self::UnknownApp => "unknown_app",
            Self::AppInUse => "app_in_use",
            Self::LinkNotAllowed => "link_not_allowed",
            Self::TokenRefused => "token_refused",
            Self::NoAnswer => "no_answer",
            Self::Internal => "internal",
        }
    }

    /// Reads an identifier made by [`ErrorCode::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|error| error.code() == code)
    }
}
