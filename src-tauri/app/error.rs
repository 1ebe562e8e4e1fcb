//! What a command fails with: a code from a closed set, never the text of a library.

use engine::command::ErrorCode;
use practice::PracticeError;
use serde::Serialize;

/// Why a command was not accepted.
#[derive(Debug, Serialize)]
pub(crate) struct CommandError {
    code: ErrorCode,
}

impl From<ErrorCode> for CommandError {
    fn from(code: ErrorCode) -> Self {
        Self { code }
    }
}

impl From<PracticeError> for CommandError {
    fn from(error: PracticeError) -> Self {
        tracing::error!(%error, "practice mode");
        let code = match error {
            PracticeError::Refused(code) => code,
            PracticeError::Control(_) => ErrorCode::UnknownAccount,
            PracticeError::Sandbox(_) | PracticeError::Engine(_) | PracticeError::Endpoints(_) => {
                ErrorCode::Internal
            }
            PracticeError::Folder(_) => ErrorCode::Database,
        };
        Self { code }
    }
}

impl From<tauri::Error> for CommandError {
    fn from(error: tauri::Error) -> Self {
        tracing::error!(%error, "the window");
        Self {
            code: ErrorCode::Internal,
        }
    }
}
