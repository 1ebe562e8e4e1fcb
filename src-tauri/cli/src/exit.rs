//! How a command ends. (Product, section 4.)

use std::process::ExitCode;

use engine::command::ErrorCode;
use engine::setup::SetupError;

/// What the shell is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    NeedsPerson = 3,
    NoAnswer = 4,
    NoKey = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command that came to nothing: the exit code and one sentence.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    pub(crate) sentence: String,
}

impl Failure {
    /// The data cannot be opened.
    pub(crate) fn obstacle(reason: &str) -> Self {
        let sentence = match reason {
            "newer_version" => {
                "the data was written by a newer version of Relink; install that one".to_owned()
            }
            "no_space" => {
                "the disk is full, so the data cannot be opened; free some space".to_owned()
            }
            reason => format!(
                "the data cannot be opened ({}); open Relink's window to restore the last backup",
                reason.replace('_', " ")
            ),
        };
        Self {
            exit: Exit::Failed,
            code: "database",
            sentence,
        }
    }

    /// The key waits for its passphrase.
    pub(crate) fn locked() -> Self {
        let sentence =
            "the key is kept by a passphrase; name its file with --passphrase-file".to_owned();
        Self {
            exit: Exit::NoKey,
            code: "key_unavailable",
            sentence,
        }
    }

    pub(crate) fn usage(sentence: String) -> Self {
        Self {
            exit: Exit::Usage,
            code: "usage",
            sentence,
        }
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        let exit = match code {
            ErrorCode::KeyUnavailable | ErrorCode::PassphraseWrong => Exit::NoKey,
            ErrorCode::NoAnswer => Exit::NoAnswer,
            ErrorCode::UnknownAccount | ErrorCode::UnknownApp | ErrorCode::InvalidInput => {
                Exit::Usage
            }
            ErrorCode::TokenRefused => Exit::NeedsPerson,
            ErrorCode::NoCredentials
            | ErrorCode::AppInUse
            | ErrorCode::NotPossible
            | ErrorCode::PortTaken
            | ErrorCode::Database
            | ErrorCode::DiskFull
            | ErrorCode::LinkNotAllowed
            | ErrorCode::Internal => Exit::Failed,
        };
        let next = match code {
            ErrorCode::NoCredentials => "; enter them with `relink settings app --app-id ID`",
            ErrorCode::KeyUnavailable => "; `relink doctor` says why and what to do",
            ErrorCode::PortTaken => {
                "; close it, or name another redirect address in an endpoints file"
            }
            ErrorCode::Database | ErrorCode::DiskFull => "; `relink doctor` says more",
            ErrorCode::UnknownApp => "; `relink settings` lists them",
            ErrorCode::UnknownAccount
            | ErrorCode::AppInUse
            | ErrorCode::InvalidInput
            | ErrorCode::NotPossible
            | ErrorCode::PassphraseWrong
            | ErrorCode::LinkNotAllowed
            | ErrorCode::TokenRefused
            | ErrorCode::NoAnswer
            | ErrorCode::Internal => "",
        };
        Self {
            exit,
            code: code.code(),
            sentence: format!("{code}{next}"),
        }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        Self {
            exit: Exit::Usage,
            code: "invalid_input",
            sentence: error.to_string(),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self {
            exit: Exit::Failed,
            code: "internal",
            sentence: format!("{error:#}"),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::from(anyhow::Error::from(error))
    }
}

/// What an account's state means for the exit code.
pub(crate) fn of_status(status: &str, cause: &str) -> Exit {
    match status {
        "blocked" | "revoked" | "expired" | "limited" | "renewal_late" => Exit::NeedsPerson,
        "waiting" => Exit::NoAnswer,
        _ if cause == "network" || cause == "provider_fault" => Exit::NoAnswer,
        _ => Exit::Done,
    }
}

/// The worse of two ends: a person's turn before a quiet network, a failure before both.
pub(crate) fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit| match exit {
        Exit::Done => 0,
        Exit::NoAnswer => 1,
        Exit::NeedsPerson => 2,
        Exit::NoKey => 3,
        Exit::Failed => 4,
        Exit::Usage => 5,
    };
    if rank(other) > rank(one) { other } else { one }
}
